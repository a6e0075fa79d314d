import { baselines } from '../laws/baselines';
import { defaultFitOptions } from '../fit/options';
import type { FitProgress, Mask } from '../fit/types';
import { lawById } from '../laws/registry';
import { rowCount, type Runs } from '../results/runs';
import { combineScores, deviation, mean, relativeErrors, scoresOf, type Predicted } from './scores';
import { groupsOf, leakedRows } from './splits';
import { blend, stackWeights, type Column } from './stack';
import type { CompareOptions, Plan, Tournament, TournamentRow, Unit, UnitResult } from './types';
import { heldOutRows, planTournament, runUnit } from './units';
import { verdictOf, type Contender } from './verdict';

/**
 * Compares laws on the same held-out rows, split after split: errors under both masks, ranking, regret, and a verdict.
 * Deterministic but for `seconds`.
 * @param options what differs from `defaultCompareOptions`
 * @throws FitError when a law is unknown or the runs cannot be split as asked
 */
export function compareLaws(
  runs: Runs,
  options: Partial<CompareOptions>,
  onProgress: (progress: FitProgress) => void = () => undefined,
  clock: () => number = () => Date.now() / 1000,
): Tournament {
  const plan = planTournament(runs, options);
  const results = plan.units.map((unit, done) => {
    onProgress({ phase: 'judging', done, total: plan.units.length, message: unit.contender });
    return runUnit(runs, plan, unit, clock);
  });
  return assembleTournament(runs, plan, results);
}

/**
 * Makes the tournament from the results of all its units, in whatever order they come.
 * @throws Error when a unit's result is missing or from another plan
 */
export function assembleTournament(runs: Runs, plan: Plan, results: readonly UnitResult[]): Tournament {
  const found = new Map(results.map((result) => [keyOf(result.unit), result]));
  const resultOf = (unit: Unit): UnitResult => {
    const result = found.get(keyOf(unit));
    if (result && result.predicted.length === heldOutRows(plan, unit).length * runs.targets.length) return result;
    throw new Error(`No usable result of ${keyOf(unit)}`);
  };
  const outer = (contender: string): UnitResult[] =>
    plan.splits.map((_, split) => resultOf({ contender, split, fold: -1 }));
  const mask = plan.options.fit.mask ?? defaultFitOptions.mask;
  const targets = commonTargets(runs, plan.options.laws.map(outer));
  const weights = plan.options.targetWeights ?? runs.targets.map(() => 1 / targets.length);
  const predictedBy = (result: UnitResult): Predicted => ({
    rows: heldOutRows(plan, result.unit),
    losses: numbers(result.predicted),
    ...(result.scores ? { scores: Float64Array.from(result.scores) } : {}),
    seconds: result.seconds,
  });

  const entrants: Entrant[] = plan.options.laws.map((law) => ({
    law,
    title: lawById(law).title,
    kind: 'law',
    results: outer(law),
    predicted: outer(law).map(predictedBy),
  }));
  const stack = stackEntrant(runs, plan, resultOf, targets, mask);
  if (stack) entrants.push(stack.entrant);
  for (const { id, title } of baselines) {
    entrants.push({ law: id, title, kind: 'baseline', results: outer(id), predicted: outer(id).map(predictedBy) });
  }

  const rows = entrants.map((entrant) => rowOf(runs, entrant, targets, weights));
  const contenders = rows.map((row, at) => contenderOf(runs, row, entrants[at]!.predicted, targets, mask));
  const share = mean(plan.splits.map(({ train, validation }) => validation.length / train.length));
  return {
    options: plan.options,
    rows: [...rows].sort((one, other) => order(one, mask) - order(other, mask)),
    verdict: verdictOf(contenders, share),
    targets: targets.map((target) => runs.targets[target]!),
    stackWeights: stack?.weights ?? [],
    splitNames: plan.splits.map(({ name }) => name),
    noiseFloor: noiseFloor(runs),
    notes: notesOf(runs, plan, targets),
  };
}

interface Entrant {
  readonly law: string;
  readonly title: string;
  readonly kind: TournamentRow['kind'];
  readonly results: readonly UnitResult[];
  /** One a split. */
  readonly predicted: readonly Predicted[];
}

const keyOf = ({ contender, split, fold }: Unit): string => `${contender} ${split} ${fold}`;

const numbers = (values: readonly (number | null)[]): Float64Array =>
  Float64Array.from(values, (value) => (value === null ? NaN : value));

/** Targets that every law which predicts anything predicts somewhere. */
function commonTargets(runs: Runs, laws: readonly (readonly UnitResult[])[]): number[] {
  const M = runs.targets.length;
  const serves = (results: readonly UnitResult[], target: number): boolean =>
    results.some(({ predicted }) => predicted.some((value, at) => at % M === target && value !== null));
  const everyTarget = Array.from({ length: M }, (_, target) => target);
  const able = laws.filter((results) => everyTarget.some((target) => serves(results, target)));
  return everyTarget.filter((target) => able.every((results) => serves(results, target)));
}

/** The blend of the laws, weighted split by split from the inner folds of its training rows alone. */
function stackEntrant(
  runs: Runs,
  plan: Plan,
  resultOf: (unit: Unit) => UnitResult,
  targets: readonly number[],
  mask: Mask,
): { entrant: Entrant; weights: Tournament['stackWeights'] } | undefined {
  if (plan.folds.some((folds) => folds.length === 0)) return undefined;
  const { laws } = plan.options;
  const total = new Map(laws.map((law) => [law, 0]));
  const predicted: Predicted[] = [];
  const results: UnitResult[] = [];
  for (const [split, folds] of plan.folds.entries()) {
    const made = laws.map((contender) => ({
      outer: resultOf({ contender, split, fold: -1 }),
      inner: folds.map((_, fold) => resultOf({ contender, split, fold })),
    }));
    const usable = made.filter(({ outer, inner }) => [outer, ...inner].every(({ failure }) => failure === undefined));
    if (usable.length < 2) return undefined;
    const law = (one: (typeof made)[number]): string => one.outer.unit.contender;
    const weights = stackWeights(
      runs,
      folds.flatMap(({ validation }) => validation),
      usable.map((one) => ({ law: law(one), losses: numbers(one.inner.flatMap((result) => result.predicted)) })),
      targets,
      mask,
    );
    usable.forEach((one, l) => {
      const share = mean(targets.map((target) => weights[target * usable.length + l]!));
      total.set(law(one), total.get(law(one))! + share / plan.splits.length);
    });
    const columns: Column[] = usable.map((one) => ({ law: law(one), losses: numbers(one.outer.predicted) }));
    const seconds = made.reduce(
      (sum, { outer, inner }) => sum + [outer, ...inner].reduce((part, result) => part + result.seconds, 0),
      0,
    );
    predicted.push({
      rows: plan.splits[split]!.validation,
      losses: blend(columns, weights, runs.targets.length),
      seconds,
    });
    results.push({
      unit: { contender: 'stack', split, fold: -1 },
      predicted: [],
      parameterCount: usable.reduce((sum, one) => sum + one.outer.parameterCount, (usable.length - 1) * targets.length),
      converged: usable.every((one) => one.outer.converged),
      seconds,
    });
  }
  return {
    entrant: { law: 'stack', title: 'Stacked consensus of the laws', kind: 'stack', results, predicted },
    weights: laws.map((law) => ({ law, weight: total.get(law)! })),
  };
}

function rowOf(
  runs: Runs,
  { law, title, kind, results, predicted }: Entrant,
  targets: readonly number[],
  weights: readonly number[],
): TournamentRow {
  const splits = predicted.map((one) => scoresOf(runs, one, targets, weights));
  const failure = results.find((result) => result.failure !== undefined)?.failure;
  return {
    law,
    title,
    kind,
    parameterCount: Math.max(...results.map(({ parameterCount }) => parameterCount)),
    ...combineScores(splits, mean),
    converged: results.every(({ converged }) => converged),
    ...(failure === undefined ? {} : { note: failure }),
    spread: combineScores(splits, deviation),
    splits,
  };
}

function contenderOf(
  runs: Runs,
  { law, kind, splits }: TournamentRow,
  predicted: readonly Predicted[],
  targets: readonly number[],
  mask: Mask,
): Contender {
  const groups = groupsOf(runs, 'run');
  const errors = new Map<string, number[]>();
  predicted.forEach((one, split) =>
    relativeErrors(runs, one, targets, mask).forEach((error, at) => {
      if (Number.isNaN(error) && one.losses.every(Number.isNaN)) return;
      const key = `${split} ${groups[one.rows[at]!]}`;
      errors.set(key, [...(errors.get(key) ?? []), error]);
    }),
  );
  return {
    law,
    kind,
    bySplit: splits.map((split) => split.mre[mask] ?? NaN),
    byGroup: [...errors.values()].map(mean),
  };
}

/** Lowest error first; those without figures last. */
const order = (row: TournamentRow, mask: Mask): number => row.mre[mask] ?? Number.MAX_VALUE;

/** Mean over repeated (mixture, N, D) of the relative difference of each loss from the mean of its repeats. */
function noiseFloor(runs: Runs): number | null {
  const M = runs.targets.length;
  const groups = groupsOf(runs, 'run');
  const repeats = new Map<string, number[]>();
  for (let row = 0; row < rowCount(runs); row++) {
    const key = `${groups[row]} ${runs.modelSizes[row]} ${runs.tokens[row]}`;
    repeats.set(key, [...(repeats.get(key) ?? []), row]);
  }
  const differences: number[] = [];
  for (const rows of repeats.values()) {
    if (rows.length < 2) continue;
    for (let target = 0; target < M; target++) {
      const losses = rows.map((row) => runs.losses[row * M + target]!).filter(Number.isFinite);
      if (losses.length < 2) continue;
      const centre = mean(losses);
      // The mean of few repeats lies closer to each than the truth does.
      const bias = Math.sqrt(losses.length / (losses.length - 1));
      for (const loss of losses) differences.push((bias * Math.abs(loss - centre)) / Math.abs(centre));
    }
  }
  return differences.length === 0 ? null : mean(differences);
}

function notesOf(runs: Runs, plan: Plan, targets: readonly number[]): string[] {
  const notes: string[] = [];
  const left = runs.targets.filter((_, target) => !targets.includes(target));
  if (left.length > 0) {
    notes.push(
      `Not every law can predict ${left.join(', ')}: the figures are over the other ${targets.length} targets.`,
    );
  }
  const leaked = plan.splits.reduce((sum, split) => sum + leakedRows(runs, split), 0);
  if (leaked > 0) {
    const held = plan.splits.reduce((sum, split) => sum + split.validation.length, 0);
    notes.push(
      `${leaked} of ${held} held-out rows have their run or mixture among the training rows: errors look smaller than they are.`,
    );
  }
  return notes;
}
