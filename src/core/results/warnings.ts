import { formatCount, formatModelSize, formatTokens } from '../quantity';
import type { SumShape } from './row-sums';
import { type ColumnUse, kindInWords, type RoleReading } from './roles';
import { rowCount, type Runs } from './runs';
import { isStepsName } from './column-names';
import { listed, quoted } from '../words';

export interface Warning {
  readonly code: string;
  readonly message: string;
}

/** Two checkpoints nearer than this share of their tokens measure the same thing twice. */
const CLOSE_TOKENS = 0.005;

/** What is worth knowing about the runs and drops nothing. Worst first. */
export function warningsAbout(runs: Runs, roles: RoleReading, sums: SumShape | undefined): Warning[] {
  return [
    ...tooFewRuns(runs),
    ...identicalColumns(roles.uses),
    ...lossKinds(runs, roles),
    ...emptyColumns(roles.uses),
    ...unfinished(roles.uses),
    ...weightUnit(sums),
    ...checkpoints(runs, roles.uses),
    ...targetsWithoutDomain(runs),
  ];
}

function tooFewRuns(runs: Runs): Warning[] {
  const runCount = new Set(runs.runIds).size;
  if (runCount === 1)
    return [
      {
        code: 'one-run',
        message:
          'There is one run only: a law needs runs with different mixtures, at least about three for each domain.',
      },
    ];
  const K = runs.domains.length;
  const first = runs.mixtures.subarray(0, K);
  const same = runs.mixtures.every((weight, i) => Math.abs(weight - (first[i % K] as number)) < 1e-6);
  if (!same) return [];
  return [{ code: 'one-mixture', message: 'Every run has the same mixture: nothing can be learnt about mixing.' }];
}

function identicalColumns(uses: readonly ColumnUse[]): Warning[] {
  const warnings: Warning[] = [];
  for (const role of ['weight', 'loss'] as const) {
    const groups = new Map<string, ColumnUse[]>();
    for (const use of uses) {
      const { numbers } = use.column;
      // Domains that are never used are all alike, and say nothing.
      if (use.role !== role || numbers.every((value) => value === 0) || numbers.length < 2) continue;
      const key = `${use.file} ${numbers.subarray(0, 64).join(' ')}`;
      groups.set(key, [...(groups.get(key) ?? []), use]);
    }
    for (const [first, ...others] of groups.values()) {
      const same = others.filter(({ column }) =>
        column.numbers.every((v, i) => Object.is(v, first?.column.numbers[i])),
      );
      if (!first || same.length === 0) continue;
      const names = listed([first, ...same].map(({ column }) => column.name));
      const remedy =
        role === 'weight'
          ? 'a law cannot tell these domains apart; merge them or leave all but one out'
          : 'if one is a copy, set its role to ignored';
      warnings.push({ code: 'identical-columns', message: `The columns ${names} are identical: ${remedy}.` });
    }
  }
  return warnings;
}

function lossKinds(runs: Runs, roles: RoleReading): Warning[] {
  const warnings: Warning[] = [];
  for (const [kind, names] of roles.otherKinds) {
    const message = `Kinds of losses are not mixed: the losses fitted are ${kindInWords(runs.lossKind)}; left out as ${kindInWords(kind)}: ${listed(names)}.`;
    warnings.push({ code: 'other-loss-kind', message });
  }
  if (runs.lossKind === 'perplexity') {
    const message =
      'The losses are perplexities. The laws describe losses in nats: take the logarithm for a better fit.';
    warnings.push({ code: 'perplexity', message });
  }
  if (runs.lossKind === 'nats') {
    const high = runs.targets.filter((_, target) => median(column(runs, target)) > 20);
    if (high.length > 0) {
      const message = `Losses above 20 nats are not plausible; these look like perplexities or percentages: ${listed(high)}.`;
      warnings.push({ code: 'implausible-losses', message });
    }
  }
  return warnings;
}

const column = (runs: Runs, target: number): Float64Array =>
  Float64Array.from({ length: rowCount(runs) }, (_, i) => runs.losses[i * runs.targets.length + target] as number);

function median(values: Float64Array): number {
  const known = values.filter((value) => !Number.isNaN(value)).sort();
  return known[known.length >> 1] ?? NaN;
}

function emptyColumns(uses: readonly ColumnUse[]): Warning[] {
  const empty = uses
    .filter((use) => use.reason === 'no values' && use.column.name !== '')
    .map(({ column }) => column.name);
  return empty.length === 0 ? [] : [{ code: 'empty-columns', message: `Columns without any value: ${listed(empty)}.` }];
}

/** Trackers say how a run ended; the last value of one that broke off is no final loss. */
function unfinished(uses: readonly ColumnUse[]): Warning[] {
  const status = uses.find(({ column }) => /^(?:state|status)$/i.test(column.name) && column.texts.size > 0);
  if (!status) return [];
  const ends = [...status.column.texts.values()].filter((end) =>
    /^(?:crashed|failed|killed|running|preempt\w*)$/i.test(end),
  );
  if (ends.length === 0) return [];
  const message = `${formatCount(ends.length)} of the rows ${ends.length === 1 ? 'is of a run' : 'are of runs'} that did not finish (${listed([...new Set(ends)])}): ${ends.length === 1 ? 'its' : 'their'} losses may be those of an earlier checkpoint. Remove them from the file if they are.`;
  return [{ code: 'unfinished-runs', message }];
}

function weightUnit(sums: SumShape | undefined): Warning[] {
  if (!sums || sums.unit === 'fraction') return [];
  const number = (value: number): string => String(Number(value.toPrecision(4)));
  if (sums.unit === 'percent')
    return [{ code: 'weights-in-percent', message: 'The weights are percentages: rows sum to 100.' }];
  if (sums.unit === 'constant') {
    const message = `The weights are amounts that sum to ${number(sums.usual)} in each row; their shares were taken.`;
    return [{ code: 'weights-as-amounts', message }];
  }
  const message = `The weights sum to between ${number(sums.smallest)} and ${number(sums.largest)}; each row was divided by its sum. If a domain’s weight is missing, say which column it is.`;
  return [{ code: 'weights-sum-varies', message }];
}

function checkpoints(runs: Runs, uses: readonly ColumnUse[]): Warning[] {
  const positions = new Map<number, number[]>();
  runs.runIds.forEach((run, i) => {
    const own = positions.get(run);
    if (own) own.push(i);
    else positions.set(run, [i]);
  });
  const several = [...positions.values()].filter((own) => own.length > 1);
  const close: (readonly [number, number])[] = [];
  const repeated: (readonly [number, number])[] = [];
  for (const own of several) {
    const ordered = own.filter((i) => runs.tokens[i] !== undefined && !Number.isNaN(runs.tokens[i]));
    ordered.sort((a, b) => (runs.tokens[a] as number) - (runs.tokens[b] as number));
    for (let k = 1; k < ordered.length; k++) {
      const pair = [ordered[k - 1] as number, ordered[k] as number] as const;
      const [before, after] = [runs.tokens[pair[0]] as number, runs.tokens[pair[1]] as number];
      if (after === before) repeated.push(pair);
      else if (after - before <= CLOSE_TOKENS * after) close.push(pair);
    }
  }
  const warnings: Warning[] = [];
  const place = ([a, b]: readonly [number, number]): string =>
    `rows ${runs.rows[a] as number} and ${runs.rows[b] as number}`;
  const [firstClose] = close;
  if (firstClose) {
    const [a, b] = firstClose;
    const tokens = `${formatTokens(runs.tokens[a] as number)} and ${formatTokens(runs.tokens[b] as number)} tokens`;
    const what =
      close.length === 1
        ? 'Two checkpoints of one run are'
        : `${formatCount(close.length)} pairs of checkpoints of one run are`;
    warnings.push({
      code: 'close-checkpoints',
      message: `${what} within 0.5 % of each other in tokens, such as ${place(firstClose)} (${tokens}): they count twice.`,
    });
  }
  const [firstRepeated] = repeated;
  if (firstRepeated) {
    const [a] = firstRepeated;
    const size = Number.isNaN(runs.modelSizes[a] as number)
      ? ''
      : `, model size ${formatModelSize(runs.modelSizes[a] as number)}`;
    warnings.push({
      code: 'repeated-runs',
      message: `${formatCount(repeated.length)} rows repeat the mixture, model size and tokens of another row, such as ${place(firstRepeated)} (${formatTokens(runs.tokens[a] as number)} tokens${size}): seeds of one run count as one when rows are held out.`,
    });
  }
  const unknown = several.filter((own) => own.every((i) => Number.isNaN(runs.tokens[i] as number)));
  const [firstUnknown] = unknown;
  if (firstUnknown) {
    const steps = uses.find((use) => use.role === 'ignored' && isStepsName(use.column.name));
    const remedy = steps
      ? `Set the role of ${quoted(steps.column.name)} to tokens (setting mixlaw.columns.roles, flag --tokens-column; up to a factor, steps are tokens), or keep the last checkpoint of each run.`
      : 'Add a column with the tokens seen, or keep one row for each run.';
    warnings.push({
      code: 'checkpoints-without-tokens',
      message: `${formatCount(unknown.length)} runs have several rows with the same mixture and model size, such as ${place([firstUnknown[0] as number, firstUnknown[1] as number])}, and no tokens tell them apart. ${remedy}`,
    });
  }
  return warnings;
}

function targetsWithoutDomain(runs: Runs): Warning[] {
  const without = runs.targets.filter((_, target) => runs.targetDomain[target] === -1);
  if (without.length === 0) return [];
  const message =
    without.length === runs.targets.length
      ? `None of the ${without.length} targets is named like a training domain: laws that need a domain for each target cannot be fitted.`
      : `Targets that are no training domain: ${listed(without)}.`;
  return [{ code: 'targets-without-domain', message }];
}
