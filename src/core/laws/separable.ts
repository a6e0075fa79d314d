import type { Random } from '../random';
import type { Runs } from '../results/runs';
import { mirror } from './curvature';
import type { Law, LawModel, LawShape, ParameterSpec } from './law';

/** Where derivatives go: a term adds to whichever array is present, from the given offset. */
export interface Derivatives {
  /** ∂L/∂θ of this term's own parameters, in their order, from `parametersAt`. */
  parameters: Float64Array | undefined;
  parametersAt: number;
  /** ∂L/∂h_j for all K domains, from `mixtureAt`. */
  mixture: Float64Array | undefined;
  mixtureAt: number;
}

/** The size of one target's losses and of the runs behind them: where starts and the centres of priors come from. */
export interface TargetScale {
  /** A typical and the lowest loss. */
  readonly loss: number;
  readonly lowest: number;
  /** Typical model size (millions of parameters) and tokens (billions). */
  readonly modelSize: number;
  readonly tokens: number;
}

/** One summand of a law for one target: L_i = Σ terms. Its parameters are θ[at], θ[at + 1], … */
export interface Term {
  readonly parameters: readonly ParameterSpec[];
  /** The term's value; adds its derivatives into `into`. */
  evaluate(
    theta: Float64Array,
    at: number,
    mixture: Float64Array,
    modelSize: number,
    tokens: number,
    into: Derivatives,
  ): number;
  /** Adds weight · ∂²/∂h_j∂h_k to the lower triangle of `hessian` [K × K]; absent for a term that is straight in h. */
  curvature?(
    theta: Float64Array,
    at: number,
    mixture: Float64Array,
    modelSize: number,
    tokens: number,
    weight: number,
    hessian: Float64Array,
  ): void;
  /** Writes starting values under which the term is about `share` (nats) on the training rows. */
  start(theta: Float64Array, at: number, random: Random, share: number, scale: TargetScale): void;
}

/** Makes the model of a law whose target i is a sum of terms with parameters of their own. */
export function separableModel(law: Law, shape: LawShape, termsOf: (target: number) => readonly Term[]): LawModel {
  const K = shape.domains.length;
  const M = shape.targets.length;
  const terms = shape.targets.map((_, i) => termsOf(i));
  const parameters = terms.flatMap((list) => list.flatMap((term) => term.parameters));
  const P = parameters.length;
  const into: Derivatives = { parameters: undefined, parametersAt: 0, mixture: undefined, mixtureAt: 0 };

  const evaluate = (
    theta: Float64Array,
    mixture: Float64Array,
    modelSize: number,
    tokens: number,
    losses: Float64Array,
  ): void => {
    let at = 0;
    for (let i = 0; i < M; i++) {
      let loss = 0;
      into.mixtureAt = i * K;
      for (const term of terms[i]!) {
        into.parametersAt = i * P + at;
        loss += term.evaluate(theta, at, mixture, modelSize, tokens, into);
        at += term.parameters.length;
      }
      losses[i] = loss;
    }
  };

  return {
    law,
    shape,
    parameters,
    predict(theta, mixture, modelSize, tokens, losses) {
      into.parameters = into.mixture = undefined;
      evaluate(theta, mixture, modelSize, tokens, losses);
    },
    parameterJacobian(theta, mixture, modelSize, tokens, losses, jacobian) {
      jacobian.fill(0, 0, M * P);
      into.parameters = jacobian;
      into.mixture = undefined;
      evaluate(theta, mixture, modelSize, tokens, losses);
    },
    mixtureJacobian(theta, mixture, modelSize, tokens, losses, jacobian) {
      jacobian.fill(0, 0, M * K);
      into.parameters = undefined;
      into.mixture = jacobian;
      evaluate(theta, mixture, modelSize, tokens, losses);
    },
    mixtureHessian(theta, mixture, modelSize, tokens, weights, hessian) {
      hessian.fill(0);
      let at = 0;
      for (let i = 0; i < M; i++) {
        for (const term of terms[i]!) {
          if (weights[i]! > 0) term.curvature?.(theta, at, mixture, modelSize, tokens, weights[i]!, hessian);
          at += term.parameters.length;
        }
      }
      mirror(hessian, K);
    },
    start(random, runs) {
      const theta = new Float64Array(P);
      let at = 0;
      for (let i = 0; i < M; i++) {
        const scale = scaleOfRuns(runs, i);
        for (const { term, share } of shared(terms[i]!, random, scale)) {
          term.start(theta, at, random, share, scale);
          at += term.parameters.length;
        }
      }
      for (let p = 0; p < P; p++) {
        const { lower, upper } = parameters[p]!;
        theta[p] = Math.min(Math.max(theta[p]!, lower), upper);
      }
      return theta;
    },
  };
}

/**
 * Splits the typical loss over the terms: the first one, the floor E, gets a random part of the lowest loss seen,
 * the others random parts of the rest. A law of one term explains all of it.
 */
function shared(terms: readonly Term[], random: Random, scale: TargetScale): { term: Term; share: number }[] {
  if (terms.length === 1) return terms.map((term) => ({ term, share: scale.loss }));
  const floor = scale.lowest * random.uniform(0.3, 0.95);
  const parts = terms.map((_, i) => (i === 0 ? 0 : random.uniform(0.5, 1.5)));
  const sum = parts.reduce((total, part) => total + part, 0);
  return terms.map((term, i) => ({ term, share: i === 0 ? floor : ((scale.loss - floor) * parts[i]!) / sum }));
}

/**
 * The scale a shape was built with; that of a usual language model when it was built to predict, or when a target has no
 * loss among the training runs.
 */
export function scaleOf(shape: LawShape, target: number): TargetScale {
  const { scale } = shape;
  const finite = (value: number | undefined, usual: number): number =>
    value !== undefined && Number.isFinite(value) ? value : usual;
  return {
    loss: finite(scale?.medianLoss[target], 2.5),
    lowest: finite(scale?.lowestLoss[target], 2),
    modelSize: finite(scale?.modelSize, 100),
    tokens: finite(scale?.tokens, 10),
  };
}

function scaleOfRuns(runs: Runs, target: number): TargetScale {
  const M = runs.targets.length;
  const losses = Array.from(runs.rows, (_, row) => runs.losses[row * M + target]!).filter(
    (loss) => !Number.isNaN(loss),
  );
  if (losses.length === 0) losses.push(1);
  return {
    loss: losses.reduce((sum, loss) => sum + loss, 0) / losses.length,
    lowest: Math.min(...losses),
    modelSize: geometricMean(runs.modelSizes),
    tokens: geometricMean(runs.tokens),
  };
}

function geometricMean(values: Float64Array): number {
  const logs = Array.from(
    values.filter((value) => value > 0),
    Math.log,
  );
  return logs.length === 0 ? 1 : Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
}
