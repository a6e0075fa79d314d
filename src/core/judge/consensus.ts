import { FitError, MixlawError } from '../errors';
import { fitLaw } from '../fit/fit';
import { defaultFitOptions } from '../fit/options';
import { predictorOf } from '../fit/predictor';
import type { Fit, Predictor } from '../fit/types';
import { rowCount, type Runs } from '../results/runs';
import { stackWeights, type Column } from './stack';
import type { CompareOptions } from './types';
import { planTournament, runUnit } from './units';

/** The stacked consensus fitted to all runs: laws, and how much of each goes into every target. */
export interface Consensus {
  readonly fits: readonly Fit[];
  readonly targets: readonly string[];
  /** Shape [targets × fits], row-major; every row sums to 1. */
  readonly weights: Float64Array;
}

/**
 * Fits every law to all runs and weights them by what they predicted for folds they were not fitted to.
 * @param options `laws`, `stackFolds`, `stackFit`, `fit`, `grouping` and `seed` are used
 * @throws FitError when fewer than two laws can be fitted, or there are too few runs for folds
 */
export function fitConsensus(runs: Runs, options: Partial<CompareOptions>, clock: () => number = () => 0): Consensus {
  const everyRow = Array.from({ length: rowCount(runs) }, (_, row) => row);
  const all = { name: 'all', train: everyRow, validation: [] };
  const plan = planTournament(runs, { ...options, stack: true, splits: { kind: 'given', splits: [all] } });
  const folds = plan.folds[0]!;
  const members = plan.options.laws.flatMap((law): { fit: Fit; column: Column }[] => {
    const inner = folds.map((_, fold) => runUnit(runs, plan, { contender: law, split: 0, fold }, clock));
    if (inner.length === 0 || inner.some(({ failure }) => failure !== undefined)) return [];
    const losses = Float64Array.from(inner.flatMap(({ predicted }) => predicted.map((value) => value ?? NaN)));
    try {
      return [{ fit: fitLaw(runs, { ...plan.options.fit, law }), column: { law, losses } }];
    } catch (error) {
      if (error instanceof MixlawError) return [];
      throw error;
    }
  });
  if (members.length < 2) {
    throw new FitError(
      'no-consensus',
      'A consensus needs at least two laws that can be fitted to these runs and judged on folds of them.',
      'Fit a single law, or add runs.',
    );
  }
  const fits = members.map(({ fit }) => fit);
  const common = runs.targets.filter((target) => fits.every((fit) => fit.targets.includes(target)));
  const indices = common.map((target) => runs.targets.indexOf(target));
  const rows = folds.flatMap(({ validation }) => validation);
  const mask = plan.options.fit.mask ?? defaultFitOptions.mask;
  const columns = members.map(({ column }) => column);
  const whole = stackWeights(runs, rows, columns, indices, mask);
  const weights = Float64Array.from(
    indices.flatMap((target) => Array.from(whole.subarray(target * fits.length, (target + 1) * fits.length))),
  );
  return { fits, targets: common, weights };
}

/** The consensus made ready to evaluate: predictions and mixture gradients are the weighted sums of the laws'. */
export function consensusPredictor({ fits, targets, weights }: Consensus): Predictor {
  const [first] = fits;
  if (!first) throw new Error('A consensus of no laws');
  const K = first.domains.length;
  const members = fits.map((fit) => ({
    predictor: predictorOf(fit),
    places: targets.map((target) => fit.targets.indexOf(target)),
    losses: new Float64Array(fit.targets.length),
    jacobian: new Float64Array(fit.targets.length * K),
  }));
  return {
    domains: first.domains,
    targets,
    targetDomain: targets.map((target) => first.targetDomain[first.targets.indexOf(target)]!),
    predict(mixture, modelSize, tokens, losses) {
      losses.fill(0);
      members.forEach((member, l) => {
        member.predictor.predict(mixture, modelSize, tokens, member.losses);
        member.places.forEach((at, i) => (losses[i]! += weights[i * fits.length + l]! * member.losses[at]!));
      });
    },
    gradient(mixture, modelSize, tokens, losses, jacobian) {
      losses.fill(0);
      jacobian.fill(0);
      members.forEach((member, l) => {
        member.predictor.gradient(mixture, modelSize, tokens, member.losses, member.jacobian);
        member.places.forEach((at, i) => {
          const weight = weights[i * fits.length + l]!;
          losses[i]! += weight * member.losses[at]!;
          for (let j = 0; j < K; j++) jacobian[i * K + j]! += weight * member.jacobian[at * K + j]!;
        });
      });
    },
  };
}
