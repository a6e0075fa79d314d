import type { Predictor } from '../../../src/core/fit/types';
import type { LawModel } from '../../../src/core/laws/law';
import { lawById } from '../../../src/core/laws/registry';
import { Random } from '../../../src/core/random';

/** L_i = A_i g_i^−a_i + E_i with g = T h: smooth, with a known gradient, and in general no closed-form optimum. */
export function powerPredictor(A: number[], a: number[], overlap: number[][]): Predictor {
  const K = A.length;
  const domains = A.map((_, i) => `domain ${i}`);
  const share = (h: Float64Array, i: number): number => {
    let sum = 0;
    for (let j = 0; j < K; j++) sum += overlap[i]![j]! * h[j]!;
    return sum;
  };
  const predict = (h: Float64Array, _N: number, D: number, losses: Float64Array): void => {
    for (let i = 0; i < K; i++) losses[i] = A[i]! * (D * share(h, i)) ** -a[i]! + 1;
  };
  return {
    domains,
    targets: domains,
    targetDomain: domains.map((_, i) => i),
    predict,
    gradient(h, N, D, losses, jacobian) {
      predict(h, N, D, losses);
      for (let i = 0; i < K; i++) {
        const slope = (-a[i]! * (losses[i]! - 1)) / share(h, i);
        for (let j = 0; j < K; j++) jacobian[i * K + j] = slope * overlap[i]![j]!;
      }
    },
  };
}

export function randomPredictor(seed: number, K: number, coupled: boolean): Predictor {
  const random = new Random(seed);
  const overlap = Array.from({ length: K }, (_, i) =>
    Array.from({ length: K }, (_, j) => (i === j ? 1 : coupled ? 0.3 * random.next() ** 3 : 0)),
  );
  return powerPredictor(
    Array.from({ length: K }, () => random.uniform(0.3, 2)),
    Array.from({ length: K }, () => random.uniform(0.1, 0.8)),
    overlap,
  );
}

/** A law model at given parameters. */
export const predictorAt = (model: LawModel, theta: Float64Array): Predictor => ({
  domains: model.shape.domains,
  targets: model.shape.targets,
  targetDomain: model.shape.targetDomain,
  predict: (h, N, D, losses) => model.predict(theta, h, N, D, losses),
  gradient: (h, N, D, losses, jacobian) => model.mixtureJacobian(theta, h, N, D, losses, jacobian),
  ...(model.mixtureHessian && {
    hessian: (h, N, D, weights, hessian) => model.mixtureHessian!(theta, h, N, D, weights, hessian),
  }),
});

/** A law at given parameter values: `{ b: [b of each domain], H: [5] }`. */
export function lawAt(
  id: string,
  domains: readonly string[],
  values: ReadonlyMap<string, readonly number[]>,
  minWeight = 1e-6,
): Predictor {
  const shape = {
    domains,
    targets: domains,
    targetDomain: domains.map((_, i) => i),
    modelSizeVaries: true,
    tokensVary: true,
  };
  const model = lawById(id).build(shape, { minAllocation: 'fitted', minWeight });
  const theta = Float64Array.from(model.parameters, ({ symbol, domain, target }) => {
    const of = values.get(symbol)!;
    const subject = domain ?? target;
    return of[subject === undefined ? 0 : domains.indexOf(subject)]!;
  });
  return predictorAt(model, theta);
}

/** The seven-domain example of Dai & Zheng 2026 (fitted parameters; N in millions, D in billions). */
export const paperDomains = ['arxiv', 'book', 'c4', 'github', 'cc', 'se', 'wiki'];
export const paper = new Map([
  ['b', [1.2931, 0.2504, 0.7759, 4.2533, 0.8209, 2.142, 0.9245]],
  ['c', [6.1217, 3.3571, 7.8612, 7.3098, 2.3083, 3.8489, 2.3059]],
  ['A', [0.3931, 0.408, 0.7319, 1.2868, 0.713, 2.023, 0.8802]],
  ['a', [0.9685, 1.6999, 0.3088, 0.0827, 1.0596, 0.0777, 0.5132]],
  ['E', [0.9448, 0.877, 0.5612, 0, 2.4074, 0.0001, 1.3406]],
  ['H', [4.877181]],
]);

/** The paper's Eq. 3 with its own parameters, and the scale they are for. */
export const paperLaw = (): Predictor => lawAt('linear-regression', paperDomains, paper);
export const paperScale = { modelSize: 1300, tokens: 30 };

/** Every mixture of three or four domains on a grid of `steps`. */
export function* grid(K: number, steps: number, used: number[] = []): Generator<number[]> {
  if (used.length === K - 1) {
    yield [...used, steps - used.reduce((a, b) => a + b, 0)].map((v) => v / steps);
    return;
  }
  for (let v = 0; v <= steps - used.reduce((a, b) => a + b, 0); v++) yield* grid(K, steps, [...used, v]);
}
