import type { Fit } from '../core/fit/types';
import { withOneLaw } from '../core/fitfile/consensus';
import type { FitDocument } from '../core/fitfile/types';
import { advise, type Advice, type ComparedMixture, type Consensus } from '../core/pipeline/advise';
import { countedLossUnit, formatLoss, formatModelSize, formatPercent, formatTokens } from '../core/quantity';
import type { ConfidenceSource, Interval } from '../core/recommend/confidence';
import type { RecommendOptions } from '../core/recommend/types';
import type { Command } from './command';
import { byName, readFit, SCALE_FLAGS, scaleOf } from './data';
import { bootstrapEnsemble } from './ensemble';
import { printJson } from './io';
import { LIMIT_FLAGS, limitsOf } from './limits';
import { THREADS_FLAG } from './shard';
import { printable, table } from './table';

export const recommendCommand: Command = {
  name: 'recommend',
  summary: 'Find the mixture with the least predicted loss within limits, and say how sure it is.',
  operands: 'FIT',
  prints:
    '{mixture, losses: {target: {value, low, high}}, mean, objective, objectiveInterval, gain: [{versus, value, low, ' +
    'high, probability}], intervals: {from: covariance|bootstrap|residuals, coverage, fits}, bindings: [{constraint, ' +
    'multiplier}], region: {domain: {low, high}}, rise: {value, from: repeats|residuals}, warnings: [{code, severity, ' +
    'message}], kktResidual, modelSize, tokens, lossKind}; with --bootstrap also spread: {domain: {low, high}}.',
  flags: [
    { name: 'law', value: 'LAW', help: 'Rest on one law of the fit (default: on all that fit --law auto kept).' },
    ...SCALE_FLAGS,
    ...LIMIT_FLAGS,
    { name: 'bootstrap', value: 'B', help: 'Fit B times more to runs drawn anew, for intervals (200 is plenty).' },
    { name: 'seed', value: 'N', help: 'Seed of starts and resampling (default: that of the fit).' },
    THREADS_FLAG,
  ],

  async run(args, io) {
    const given = await readFit(args, io);
    const law = args.text('law');
    const document = law === undefined ? given : withOneLaw(given, law);
    const { fit } = document;
    const options = await limitsOf(args, fit, scaleOf(args, document), io);
    const count = args.number('bootstrap', { least: 2, whole: true }) ?? 0;
    const ensemble = await bootstrapEnsemble(document, count, options.seed ?? fit.options.seed, args, io);
    const advice = advise(document, options, comparedWith(document, options), ensemble);
    if (args.has('json')) printJson(io, answer(document, advice));
    else io.out(report(document, advice));
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

function answer({ fit, data }: FitDocument, advice: Advice): object {
  const { recommendation, confidence, region, rise, riseFrom, guards, consensus } = advice;
  const { mixture, losses, objective, kktResidual, modelSize, tokens, bindings, warnings } = recommendation;
  const { spread } = confidence;
  return {
    mixture: byName(fit.domains, mixture),
    losses: new Map(fit.targets.map((target, i) => [target, plain(confidence.losses[i]!)])),
    mean: losses.reduce((sum, loss) => sum + loss, 0) / losses.length,
    objective,
    objectiveInterval: plain(confidence.objective),
    gain: confidence.gains.map(({ versus, probability, ...interval }) => ({ versus, ...plain(interval), probability })),
    intervals: { from: confidence.source, coverage: confidence.level, fits: confidence.fits },
    ...(consensus ? { consensus: consensusAnswer(fit, consensus) } : {}),
    bindings,
    region: new Map(fit.domains.map((domain, k) => [domain, region[k]!])),
    rise: { value: rise, from: riseFrom },
    ...(spread ? { spread: new Map(fit.domains.map((domain, k) => [domain, spread[k]!])) } : {}),
    warnings: [...guards, ...warnings.filter(({ code }) => !guards.some((guard) => guard.code === code))],
    kktResidual,
    modelSize,
    tokens,
    lossKind: data.lossKind,
  };
}

const consensusAnswer = ({ domains }: Fit, { members, domains: agreement }: Consensus): object => ({
  laws: members.map(({ mixture, ...member }) => ({ ...member, mixture: byName(domains, mixture) })),
  domains: new Map(domains.map((domain, k) => [domain, agreement[k]!])),
});

/** What each law says, and on which domains they differ. */
function consensusReport({ domains }: Fit, { members, domains: agreement }: Consensus): string {
  const rows = members.map(({ law, weight, error, regret, mixture }) => [
    law,
    formatPercent(weight),
    formatPercent(error, 2),
    formatLoss(regret, 4),
    ...mixture.map((own) => formatPercent(own)),
  ]);
  const apart = domains.filter((_, k) => !agreement[k]!.agree).map(printable);
  const where = apart.length === 0 ? 'They agree on every domain.' : `They differ on ${apart.join(', ')}.`;
  const head = ['law', 'share', 'held-out error', 'regrets', ...domains.map(printable)];
  return `${table([head, ...rows])}\nThe recommendation minimises their mean; to the right is what each wants alone. ${where}`;
}

const INTERVALS_FROM: Readonly<Record<ConfidenceSource, string>> = {
  covariance: 'from the covariance of the fit; --bootstrap 200 checks it',
  bootstrap: 'over fits of resampled runs',
  residuals: 'from the scatter of the runs around the law alone',
};

function report(
  { fit, data }: FitDocument,
  { recommendation, confidence, region, rise, riseFrom, guards, consensus }: Advice,
): string {
  const { mixture, losses, objective, modelSize, tokens, bindings } = recommendation;
  const unit = countedLossUnit(data.lossKind);
  const range = (low: number, high: number, format: (value: number) => string): string =>
    `${format(low)} – ${format(high)}`;
  const parts =
    guards.length === 0 ? [] : [guards.map(({ severity, message }) => `${severity}: ${printable(message)}`).join('\n')];
  parts.push(`At ${formatModelSize(modelSize)} parameters, ${formatTokens(tokens)} tokens:`);
  parts.push(
    table([
      ['domain', 'weight', `near-optimal (+${formatLoss(rise, 4)})`],
      ...fit.domains.map((domain, k) => [
        printable(domain),
        formatPercent(mixture[k]!),
        range(region[k]!.low, region[k]!.high, formatPercent),
      ]),
    ]),
  );
  parts.push(
    consensus
      ? consensusReport(fit, consensus)
      : `This rests on one law, ${fit.law}. To decide by all that predict as well: mixlaw fit --law auto.`,
  );
  const interval = ({ low, high }: Interval): string => range(low, high, formatLoss);
  const level = `${formatPercent(confidence.level, 0)} interval`;
  parts.push(
    table([
      ['target', 'predicted loss', level],
      ...fit.targets.map((target, i) => [printable(target), formatLoss(losses[i]!), interval(confidence.losses[i]!)]),
      ['weighted mean', formatLoss(objective), interval(confidence.objective)],
    ]),
  );
  const gains = confidence.gains.map((gain) => [
    gain.versus,
    formatLoss(gain.value, 4),
    range(gain.low, gain.high, (value) => formatLoss(value, 4)),
    formatPercent(gain.probability),
  ]);
  parts.push(table([['gain over', unit, level, 'probability'], ...gains]));
  const noise = riseFrom === 'repeats' ? 'runs repeated with other seeds' : 'the residuals of the law';
  parts.push(
    `Intervals are ${INTERVALS_FROM[confidence.source]}; one run scatters by ${formatLoss(rise, 4)} ${unit}, by ${noise}.`,
  );
  for (const { constraint, multiplier } of bindings) {
    const buys = `${(multiplier / 100).toPrecision(2)} ${unit}`;
    parts.push(`${printable(constraint)} holds it; relaxing this by 1 point buys ${buys}.`);
  }
  return `${parts.join('\n\n')}\n`;
}
