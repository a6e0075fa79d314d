import { ArrowheadFactor } from './arrowhead';
import { DenseLinearization } from './dense';
import type { ModelFit } from './multistart';
import { isHeld, projectedGradientNorm } from './optimizer';
import type { Linearization } from './optimizer';
import { LawProblem } from './problem';

/** Correlation of two estimates from which the runs cannot tell them apart. */
const INDISTINGUISHABLE = 0.995;

/** Cosine of residuals and column from which a parameter counts as having a gradient left. */
const STEEP = 1e-4;
/** In the searched space, natural-log units for most parameters: an optimum nearer than this is reached for all purposes. */
const KINK_STEP = 1e-5;
const MOST_KINKS = 10;

export interface Confounded {
  readonly first: number;
  readonly second: number;
  readonly correlation: number;
}

/** What the Jacobian at the optimum says of a fit. Positions are those of the model's parameters. */
export interface Diagnosis {
  /** Without the parameters at a kink. */
  readonly gradientNorm: number;
  /** Parameters with a gradient left in which the objective rises both ways: an optimum on a kink, where none vanishes. */
  readonly kinks: readonly number[];
  /** Of the runs' residuals alone, without the prior. */
  readonly rank: number;
  readonly condition: number;
  readonly activeBounds: readonly { readonly parameter: number; readonly bound: 'lower' | 'upper' }[];
  /** Parameters that no training entry depends on. */
  readonly undetermined: readonly number[];
  /** Pairs whose estimates are so correlated that only their combination is known. */
  readonly confounded: readonly Confounded[];
  /** In the parameters' own units; NaN where the Jacobian has not the rank to tell. */
  readonly standardErrors: Float64Array;
}

export function diagnose(fit: ModelFit): Diagnosis {
  const { problem, z, theta } = fit;
  const P = problem.parameterCount;
  const gradient = new Float64Array(P);
  const columnNorms = new Float64Array(P);
  const linearization = problem.linearization?.() ?? new DenseLinearization(problem);
  const sum = linearization.linearize(z, gradient, columnNorms);
  const kinks = sum > 0 ? kinksOf(problem, linearization, z, gradient, columnNorms, sum) : [];
  for (const p of kinks) gradient[p] = 0;
  const gradientNorm = sum > 0 ? projectedGradientNorm(z, gradient, columnNorms, sum, problem.lower, problem.upper) : 0;
  const activeBounds = activeBoundsOf(problem, z);

  const bare = new LawProblem(fit.model, problem.entries, { ...problem.objective, prior: 0 });
  const bareLinearization = bare.linearization?.() ?? new DenseLinearization(bare);
  const residualSum = bareLinearization.linearize(z, gradient, columnNorms);
  const arrowhead = bareLinearization.arrowhead();
  const unit = columnNorms.map((norm) => (norm > 0 ? 1 / Math.sqrt(norm) : 0));
  const all = new ArrowheadFactor(arrowhead, unit, new Uint8Array(P).fill(1));
  const isFree = new Uint8Array(P).fill(1);
  for (const { parameter } of activeBounds) isFree[parameter] = 0;
  const freeCount = P - activeBounds.length;
  const free = activeBounds.length === 0 ? all : new ArrowheadFactor(arrowhead, unit, isFree);
  const standardErrors = new Float64Array(P).fill(Number.NaN);
  const confounded: Confounded[] = [];
  if (free.rank === freeCount && freeCount > 0) {
    const degrees = bare.residualCount - freeCount;
    const deviation = degrees > 0 ? Math.sqrt(residualSum / degrees) : Number.NaN;
    const seen = new Set<string>();
    for (const { parameters, matrix } of free.covariances()) {
      const n = parameters.length;
      parameters.forEach((p, k) => {
        standardErrors[p] = deviation * Math.sqrt(matrix[k * n + k]!) * unit[p]! * problem.derivative(p, theta);
      });
      for (const pair of confoundedOf(parameters, matrix)) {
        // Pairs of shared parameters come with every block.
        const key = `${pair.first} ${pair.second}`;
        if (!seen.has(key)) confounded.push(pair);
        seen.add(key);
      }
    }
  }
  confounded.sort((one, other) => Math.abs(other.correlation) - Math.abs(one.correlation) || one.first - other.first);
  return {
    gradientNorm,
    kinks,
    rank: all.rank,
    condition: all.condition(),
    activeBounds,
    undetermined: Array.from(columnNorms.keys()).filter((p) => columnNorms[p] === 0),
    confounded,
    standardErrors,
  };
}

/**
 * A law with a floor has kinks, such as where a domain's capacity just reaches H, and an optimum may well lie on one. Looks
 * at the steepest parameters only: more than a few with a gradient left are a search that ended early.
 */
function kinksOf(
  problem: LawProblem,
  linearization: Linearization,
  z: Float64Array,
  gradient: Float64Array,
  columnNorms: Float64Array,
  sum: number,
): number[] {
  const { lower, upper } = problem;
  const slope = (p: number): number => Math.abs(gradient[p]!) / Math.sqrt(columnNorms[p]! * sum);
  const steep = Array.from(z.keys())
    .filter((p) => slope(p) > STEEP && !isHeld(z[p]!, gradient[p]!, lower[p]!, upper[p]!))
    .sort((one, other) => slope(other) - slope(one))
    .slice(0, MOST_KINKS);
  const risesBothWays = (p: number): boolean =>
    [-KINK_STEP, KINK_STEP].every((step) => {
      const beside = Float64Array.from(z);
      beside[p] = Math.min(upper[p]!, Math.max(lower[p]!, z[p]! + step));
      return linearization.sumOfSquares(beside) >= sum;
    });
  return steep.filter(risesBothWays);
}

function activeBoundsOf(problem: LawProblem, z: Float64Array): Diagnosis['activeBounds'] {
  const active: { parameter: number; bound: 'lower' | 'upper' }[] = [];
  for (let p = 0; p < z.length; p++) {
    if (z[p]! <= problem.lower[p]!) active.push({ parameter: p, bound: 'lower' });
    else if (z[p]! >= problem.upper[p]!) active.push({ parameter: p, bound: 'upper' });
  }
  return active;
}

function confoundedOf(parameters: readonly number[], covariance: Float64Array): Confounded[] {
  const n = parameters.length;
  const pairs: Confounded[] = [];
  for (let k = 0; k < n; k++) {
    for (let j = 0; j < k; j++) {
      const scale = Math.sqrt(covariance[k * n + k]! * covariance[j * n + j]!);
      const correlation = covariance[k * n + j]! / scale;
      if (!(Math.abs(correlation) > INDISTINGUISHABLE)) continue;
      const [p, q] = [parameters[k]!, parameters[j]!];
      pairs.push({ first: Math.min(p, q), second: Math.max(p, q), correlation });
    }
  }
  return pairs;
}
