import type { Fit } from '../core/fit/types';
import type { FitDocument } from '../core/fitfile/types';
import { inThisThread } from '../core/judge/inThisThread';
import { advise, ensembleOf, type Advice, type ComparedMixture } from '../core/pipeline/advise';
import { bootstrapReplicates } from '../core/pipeline/bootstrap';
import { formatLoss, formatModelSize, formatPercent, formatTokens } from '../core/quantity';
import type { Interval } from '../core/recommend/confidence';
import type { RecommendOptions } from '../core/recommend/types';
import type { Command } from './command';
import { byName, readFit, SCALE_FLAGS, scaleOf } from './data';
import { printJson } from './io';
import { LIMIT_FLAGS, limitsOf } from './limits';
import { ProgressLine } from './progress';
import { THREADS_FLAG } from './shard';
import { printable, table } from './table';

export const recommendCommand: Command = {
  name: 'recommend',
  summary: 'Find the mixture with the least predicted loss within limits, and say how sure it is.',
  operands: 'FIT',
  prints:
    '{mixture, losses, mean, objective, gain, bindings, region, warnings, kktResidual, modelSize, tokens}; ' +
    'with --bootstrap, losses are {value, low, high} and gain has intervals.',
  flags: [
    ...SCALE_FLAGS,
    ...LIMIT_FLAGS,
    { name: 'bootstrap', value: 'B', help: 'Fit B times more to runs drawn anew, for intervals (200 is plenty).' },
    { name: 'seed', value: 'N', help: 'Seed of starts and resampling (default: that of the fit).' },
    THREADS_FLAG,
  ],

  async run(args, io) {
    const document = await readFit(args, io);
    const { fit } = document;
    const options = await limitsOf(args, fit, scaleOf(args, document), io);
    const count = args.number('bootstrap', { least: 2, whole: true }) ?? 0;
    const executor = io.executor?.(args.number('threads', { least: 1, whole: true })) ?? inThisThread;
    const wanted = Array.from({ length: count }, (_, replicate) => replicate);
    const replicates = await new ProgressLine(io).during((step) =>
      bootstrapReplicates(executor, document, options.seed ?? fit.options.seed, wanted, step),
    );
    const advice = advise(document, options, comparedWith(document, options), ensembleOf(fit, replicates));
    if (args.has('json')) printJson(io, answer(fit, advice));
    else io.out(report(fit, advice));
  },
};

/** What the gain is measured against: uniform, the current mixture, and the tokens that exist. */
function comparedWith({ fit }: FitDocument, { current, available }: RecommendOptions): ComparedMixture[] {
  const K = fit.domains.length;
  const compared: ComparedMixture[] = [{ label: 'uniform', mixture: new Array<number>(K).fill(1 / K) }];
  if (current) compared.push({ label: 'current', mixture: current });
  const stock = available?.reduce((sum, tokens) => sum + tokens, 0);
  if (available && stock !== undefined && Number.isFinite(stock)) {
    compared.push({ label: 'proportional', mixture: available.map((tokens) => tokens / stock) });
  }
  return compared;
}

const plain = ({ value, low, high }: Interval): Interval => ({ value, low, high });

function answer(fit: Fit, { recommendation, confidence, region, guards }: Advice): object {
  const { mixture, losses, objective, kktResidual, modelSize, tokens, bindings, warnings } = recommendation;
  const byTarget = byName(fit.targets, losses);
  return {
    mixture: byName(fit.domains, mixture),
    losses: confidence ? new Map(fit.targets.map((target, i) => [target, plain(confidence.losses[i]!)])) : byTarget,
    mean: losses.reduce((sum, loss) => sum + loss, 0) / losses.length,
    objective,
    gain: (confidence?.gains ?? []).map(({ versus, probability, ...interval }) => ({
      versus,
      ...plain(interval),
      probability,
    })),
    bindings,
    region: new Map(fit.domains.map((domain, k) => [domain, region[k]!])),
    ...(confidence ? { spread: new Map(fit.domains.map((domain, k) => [domain, confidence.spread[k]!])) } : {}),
    warnings: [...guards, ...warnings.filter(({ code }) => !guards.some((guard) => guard.code === code))],
    kktResidual,
    modelSize,
    tokens,
  };
}

function report(fit: Fit, { recommendation, confidence, region, rise, guards }: Advice): string {
  const { mixture, losses, objective, modelSize, tokens, bindings } = recommendation;
  const range = (low: number, high: number, format: (value: number) => string): string =>
    `${format(low)} – ${format(high)}`;
  const parts =
    guards.length === 0 ? [] : [guards.map(({ severity, message }) => `${severity}: ${printable(message)}`).join('\n')];
  parts.push(`At ${formatModelSize(modelSize)} parameters, ${formatTokens(tokens)} tokens:`);
  parts.push(
    table([
      ['domain', 'weight', `near-optimal (+${formatLoss(rise)})`],
      ...fit.domains.map((domain, k) => [
        printable(domain),
        formatPercent(mixture[k]!),
        range(region[k]!.low, region[k]!.high, formatPercent),
      ]),
    ]),
  );
  const interval = (i: number): string[] =>
    confidence ? [range(confidence.losses[i]!.low, confidence.losses[i]!.high, formatLoss)] : [];
  parts.push(
    table([
      ['target', 'predicted loss', ...(confidence ? [`${100 * confidence.level} % interval`] : [])],
      ...fit.targets.map((target, i) => [printable(target), formatLoss(losses[i]!), ...interval(i)]),
      ['weighted mean', formatLoss(objective), ...(confidence ? [''] : [])],
    ]),
  );
  if (confidence) {
    const rows = confidence.gains.map(({ versus, value, low, high, probability }) => [
      versus,
      formatLoss(value),
      range(low, high, formatLoss),
      formatPercent(probability),
    ]);
    parts.push(table([['gain over', 'nats', `${100 * confidence.level} % interval`, 'of fits agree'], ...rows]));
  }
  for (const { constraint, multiplier } of bindings) {
    parts.push(
      `${printable(constraint)} holds it; relaxing this by 1 point buys ${(multiplier / 100).toPrecision(2)}.`,
    );
  }
  return `${parts.join('\n\n')}\n`;
}
