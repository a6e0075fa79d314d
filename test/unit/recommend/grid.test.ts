import assert from 'node:assert/strict';
import { laws } from '../../../src/core/laws/registry';
import type { Law } from '../../../src/core/laws/law';
import type { Predictor } from '../../../src/core/fit/types';
import { Random } from '../../../src/core/random';
import { recommend, targetWeightedLoss } from '../../../src/core/recommend/recommend';
import type { RecommendOptions } from '../../../src/core/recommend/types';
import { fittedFloors, randomTheta, shapeOf } from '../laws/separableSupport';
import { grid, predictorAt } from './support';

const scale = { modelSize: 400, tokens: 10 };
/** Limits lie on the lattice of 1 / STEPS, so that a grid can reach the corners they make. */
const STEPS = 40;
const least = 1 / STEPS;

type Limit = Partial<RecommendOptions> & { readonly allows: (h: readonly number[]) => boolean };

const limits: Readonly<Record<string, (K: number) => Limit>> = {
  'no limit': () => ({ allows: () => true }),
  'greatest weights': (K) => ({
    upper: new Array<number>(K).fill(0.4),
    allows: (h) => h.every((v) => v <= 0.4 + 1e-9),
  }),
  'least weights': (K) => ({ lower: new Array<number>(K).fill(0.2), allows: (h) => h.every((v) => v >= 0.2 - 1e-9) }),
  'a group at most': () => ({
    groups: [{ label: 'pair', domains: [0, 1], max: 0.3 }],
    allows: (h) => h[0]! + h[1]! <= 0.3 + 1e-9,
  }),
  'a group at least': () => ({
    groups: [{ label: 'pair', domains: [1, 2], min: 0.8 }],
    allows: (h) => h[1]! + h[2]! >= 0.8 - 1e-9,
  }),
  // 2 epochs of 0.75 billion tokens out of 10.
  'available tokens': (K) => ({
    available: [0.75, ...new Array<number>(K - 1).fill(NaN)],
    maxEpochs: 2,
    allows: (h) => h[0]! <= 0.15 + 1e-9,
  }),
  'a change at most': (K) => {
    const current = K === 3 ? [0.25, 0.25, 0.5] : [0.25, 0.25, 0.25, 0.25];
    return { current, maxChange: 0.1, allows: (h) => h.every((v, j) => Math.abs(v - current[j]!) <= 0.1 + 1e-9) };
  },
  'a fixed domain': (K) => ({
    fixed: [NaN, 0.3, ...new Array<number>(K - 2).fill(NaN)],
    allows: (h) => Math.abs(h[1]! - 0.3) < 1e-9,
  }),
  'a prior': (K) => ({ prior: K === 3 ? [0.6, 0.2, 0.2] : [0.4, 0.2, 0.2, 0.2], kl: 0.05, allows: () => true }),
};

/** The least value on the lattice, and around it on a lattice five times finer, and five times finer again. */
function bruteForce(value: (h: readonly number[]) => number, K: number, allows: Limit['allows']): number {
  let best = Infinity;
  let at: readonly number[] = [];
  const look = (h: readonly number[]): void => {
    if (h.some((v) => v < least - 1e-9) || !allows(h)) return;
    const found = value(h);
    if (found < best) [best, at] = [found, h];
  };
  for (const h of grid(K, STEPS)) look(h);
  for (const step of [1 / (5 * STEPS), 1 / (25 * STEPS)]) {
    const center = at;
    const shifts = K === 3 ? 5 : 3;
    for (const moves of shiftsOf(K - 1, shifts)) {
      const head = moves.map((move, j) => center[j]! + move * step);
      look([...head, 1 - head.reduce((a, b) => a + b, 0)]);
    }
  }
  return best;
}

function* shiftsOf(count: number, reach: number): Generator<number[]> {
  if (count === 0) return yield [];
  for (let s = -reach; s <= reach; s++) for (const rest of shiftsOf(count - 1, reach)) yield [s, ...rest];
}

function lawWith(law: Law, K: number, seed: number): Predictor {
  const random = new Random(seed);
  const model = law.build(shapeOf(K, { N: true, D: true }), fittedFloors);
  return predictorAt(model, randomTheta(random, model));
}

describe('optima against a brute-force grid, for every law and kind of limit', () => {
  for (const law of laws) {
    it(law.id, () => {
      for (const K of [3, 4]) {
        for (const seed of K === 3 ? [1, 2, 3, 4, 5, 6] : [3, 4]) {
          const predictor = lawWith(law, K, seed);
          const targetWeights = [...new Random(seed + 50).simplex(K)];
          for (const [name, limit] of Object.entries(limits)) {
            const { allows, ...given } = limit(K);
            const options = { ...scale, targetWeights, lower: new Array<number>(K).fill(least), ...given };
            const best = recommend(predictor, options);
            const objective = targetWeightedLoss(predictor, options, targetWeights);
            const scratch = new Float64Array(K);
            const value = (h: readonly number[]): number => objective(Float64Array.from(h), scratch);
            const [found, brute] = [value(best.mixture), bruteForce(value, K, allows)];
            const where = `${name}, K = ${K}, seed ${seed}: ${found} at ${best.mixture.join()}, grid ${brute}`;
            assert.ok(allows(best.mixture), `limit broken: ${where}`);
            assert.ok(found <= brute + 1e-9 && found >= brute - 1e-3, where);
            assert.ok(best.kktResidual <= 1e-6, `residual ${best.kktResidual}: ${where}`);
          }
        }
      }
    });
  }
});
