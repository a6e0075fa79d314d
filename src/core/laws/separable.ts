import type { Random } from '../random';
import type { Runs } from '../results/runs';
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

/** The losses of one target over the training rows, as far as a start needs them. */
export interface LossSample {
  readonly mean: number;
  readonly lowest: number;
  readonly highest: number;
  /** Geometric means over the training rows (1 where unknown), in millions and billions. */
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
  /** Writes starting values under which the term is about `share` (nats) on the training rows. */
  start(theta: Float64Array, at: number, random: Random, share: number, sample: LossSample): void;
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
    start(random, runs) {
      const theta = new Float64Array(P);
      let at = 0;
      for (let i = 0; i < M; i++) {
        const sample = lossSample(runs, i);
        for (const { term, share } of shared(terms[i]!, random, sample)) {
          term.start(theta, at, random, share, sample);
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
 * Splits the mean loss over the terms: the first one, the floor E, gets a random part of the lowest loss seen,
 * the others random parts of the rest. A law of one term explains all of it.
 */
function shared(terms: readonly Term[], random: Random, sample: LossSample): { term: Term; share: number }[] {
  if (terms.length === 1) return terms.map((term) => ({ term, share: sample.mean }));
  const floor = sample.lowest * random.uniform(0.3, 0.95);
  const parts = terms.map((_, i) => (i === 0 ? 0 : random.uniform(0.5, 1.5)));
  const sum = parts.reduce((total, part) => total + part, 0);
  return terms.map((term, i) => ({ term, share: i === 0 ? floor : ((sample.mean - floor) * parts[i]!) / sum }));
}

function lossSample(runs: Runs, target: number): LossSample {
  const M = runs.targets.length;
  let count = 0;
  let mean = 0;
  let lowest = Infinity;
  let highest = -Infinity;
  for (let row = 0; row < runs.rows.length; row++) {
    const loss = runs.losses[row * M + target]!;
    if (Number.isNaN(loss)) continue;
    count++;
    mean += (loss - mean) / count;
    lowest = Math.min(lowest, loss);
    highest = Math.max(highest, loss);
  }
  if (count === 0) mean = lowest = highest = 1;
  return { mean, lowest, highest, modelSize: geometricMean(runs.modelSizes), tokens: geometricMean(runs.tokens) };
}

function geometricMean(values: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (!(value > 0)) continue;
    sum += Math.log(value);
    count++;
  }
  return count === 0 ? 1 : Math.exp(sum / count);
}

/** Why a law that ties each target to the weight of its own domain cannot serve this shape; undefined when it can. */
export function targetsWithoutDomain(shape: LawShape, law: string): string | undefined {
  const orphans = shape.targets.filter((_, i) => shape.targetDomain[i]! < 0);
  if (orphans.length === 0) return undefined;
  const names = orphans.slice(0, 3).join(', ') + (orphans.length > 3 ? `, … (${orphans.length} in all)` : '');
  return `${law} predicts a target from the weight of its own domain; no training domain belongs to ${names}.`;
}
