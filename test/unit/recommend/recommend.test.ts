import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Predictor } from '../../../src/core/fit/types';
import { PredictionError } from '../../../src/core/errors';
import { Random } from '../../../src/core/random';
import { defaultFloor } from '../../../src/core/recommend/constraints';
import { recommend } from '../../../src/core/recommend/recommend';
import type { RecommendOptions } from '../../../src/core/recommend/types';
import { grid, powerPredictor, randomPredictor } from './support';

const scale = { modelSize: 1000, tokens: 30 };

function lossAt(predictor: Predictor, mixture: readonly number[], weights?: readonly number[]): number {
  const losses = new Float64Array(predictor.targets.length);
  predictor.predict(Float64Array.from(mixture), scale.modelSize, scale.tokens, losses);
  const w = weights ?? losses.map(() => 1 / losses.length);
  return losses.reduce((sum, loss, i) => sum + w[i]! * loss, 0);
}

describe('recommend', () => {
  it('finds the closed-form optimum of uncoupled power laws with equal exponents', () => {
    // min Σ A_i h_i^−a on the simplex: h_i ∝ A_i^(1/(a+1)).
    const A = [0.5, 1, 2, 4];
    const a = 0.5;
    const predictor = powerPredictor(
      A,
      [a, a, a, a],
      A.map((_, i) => A.map((_, j) => Number(i === j))),
    );
    const best = recommend(predictor, scale);
    const expected = A.map((v) => v ** (1 / (a + 1)));
    const sum = expected.reduce((x, y) => x + y, 0);
    best.mixture.forEach((h, i) => assert.ok(Math.abs(h - expected[i]! / sum) < 1e-8));
    assert.ok(best.kktResidual < 1e-8);
  });

  it('agrees with a brute-force grid, unconstrained and under every kind of limit', () => {
    const limits: ((K: number) => Partial<RecommendOptions> & { allows(h: readonly number[]): boolean })[] = [
      () => ({ allows: () => true }),
      (K) => ({ upper: new Array<number>(K).fill(0.5), allows: (h) => h.every((v) => v <= 0.5 + 1e-12) }),
      (K) => ({ lower: new Array<number>(K).fill(0.1), allows: (h) => h.every((v) => v >= 0.1 - 1e-12) }),
      () => ({
        groups: [{ label: 'web', domains: [0, 1], max: 0.3 }],
        allows: (h) => h[0]! + h[1]! <= 0.3 + 1e-12,
      }),
      (K) => ({
        available: [1.5, ...new Array<number>(K - 1).fill(NaN)],
        maxEpochs: 2,
        allows: (h) => h[0]! <= 0.1 + 1e-12,
      }),
      (K) => ({
        current: new Array<number>(K).fill(1 / K),
        maxChange: 0.05,
        allows: (h) => h.every((v) => Math.abs(v - 1 / K) <= 0.05 + 1e-9),
      }),
    ];
    for (const K of [3, 4]) {
      const steps = K === 3 ? 120 : 60;
      for (let seed = 0; seed < 6; seed++) {
        const predictor = randomPredictor(seed, K, true);
        for (const limit of limits) {
          const { allows, ...options } = limit(K);
          const lower = options.lower ?? new Array<number>(K).fill(1e-9);
          const best = recommend(predictor, { ...scale, ...options, lower });
          let brute = Infinity;
          for (const h of grid(K, steps)) {
            if (h.every((v) => v > 0) && allows(h)) brute = Math.min(brute, lossAt(predictor, h));
          }
          assert.ok(allows(best.mixture), `limit broken: ${best.mixture.join()}`);
          assert.ok(best.objective <= brute + 1e-12, `${best.objective} > grid ${brute}`);
          assert.ok(best.objective > brute - 5e-3);
          assert.ok(best.kktResidual < 1e-6, `residual ${best.kktResidual}`);
        }
      }
    }
  });

  it('has a vanishing optimality residual for 17 and 128 domains', () => {
    for (const K of [17, 128]) {
      const best = recommend(randomPredictor(7, K, true), { ...scale, starts: 2 });
      assert.ok(best.kktResidual < 1e-6, `K = ${K}: ${best.kktResidual}`);
      assert.ok(Math.abs(best.mixture.reduce((a, b) => a + b, 0) - 1) < 1e-12);
      assert.ok(best.mixture.every((h) => h >= defaultFloor(K) - 1e-12));
    }
  });

  it('reports what relaxing a binding limit buys', () => {
    const predictor = randomPredictor(3, 4, false);
    const free = recommend(predictor, scale);
    const largest = free.mixture.indexOf(Math.max(...free.mixture));
    const upper = [1, 1, 1, 1];
    upper[largest] = 0.8 * free.mixture[largest]!;
    const bound = recommend(predictor, { ...scale, upper });
    assert.equal(bound.bindings.length, 1);
    assert.match(bound.bindings[0]!.constraint, new RegExp(`^domain ${largest} ≤`));
    const epsilon = 1e-5;
    const relaxed = recommend(predictor, { ...scale, upper: upper.map((u, i) => (i === largest ? u + epsilon : u)) });
    const bought = (bound.objective - relaxed.objective) / epsilon;
    assert.ok(Math.abs(bought - bound.bindings[0]!.multiplier) < 1e-3 * bought);
  });

  it('moves toward the prior as the weight of its divergence grows', () => {
    const predictor = randomPredictor(5, 4, true);
    const prior = [0.7, 0.1, 0.1, 0.1];
    const distances = [0, 0.01, 1, 100].map((kl) => {
      const { mixture } = recommend(predictor, { ...scale, prior, kl });
      return mixture.reduce((sum, h, j) => sum + Math.abs(h - prior[j]!), 0);
    });
    for (let i = 1; i < distances.length; i++) assert.ok(distances[i]! < distances[i - 1]!);
    assert.ok(distances[3]! < 0.02);
  });

  it('never does worse than any measured or random mixture', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 2, max: 8 }), (seed, K) => {
        const predictor = randomPredictor(seed, K, true);
        const random = new Random(seed + 1);
        const targetWeights = Array.from({ length: K }, () => random.next());
        const total = targetWeights.reduce((a, b) => a + b, 0);
        const best = recommend(predictor, { ...scale, targetWeights, lower: new Array<number>(K).fill(0) });
        const w = targetWeights.map((v) => v / total);
        for (let i = 0; i < 50; i++) {
          assert.ok(best.objective <= lossAt(predictor, [...random.simplex(K)], w) + 1e-12);
        }
      }),
      { numRuns: 60, seed: 2 },
    );
  });

  it('gives the same bytes for the same seed', () => {
    const predictor = randomPredictor(11, 6, true);
    assert.deepEqual(recommend(predictor, { ...scale, seed: 4 }), recommend(predictor, { ...scale, seed: 4 }));
  });

  it('names the limits that conflict', () => {
    assert.throws(
      () => recommend(randomPredictor(1, 3, false), { ...scale, lower: [0.5, 0.4, 0.3] }),
      (error: unknown) =>
        error instanceof PredictionError &&
        error.code === 'infeasible-limits' &&
        ['domain 0 ≥ 50 %', 'domain 1 ≥ 40 %', 'domain 2 ≥ 30 %'].every((name) => error.message.includes(name)),
    );
  });

  it('refuses target weights that are negative, all zero or too few', () => {
    for (const targetWeights of [
      [1, -1, 1],
      [0, 0, 0],
      [1, 1],
    ]) {
      assert.throws(
        () => recommend(randomPredictor(1, 3, false), { ...scale, targetWeights }),
        (error: unknown) => error instanceof PredictionError && error.code === 'bad-target-weights',
      );
    }
  });

  it('warns of a vertex', () => {
    const overlap = [
      [1, 0, 0],
      [1, 1e-3, 0],
      [1, 0, 1e-3],
    ];
    const best = recommend(powerPredictor([1, 1, 1], [0.5, 0.5, 0.5], overlap), scale);
    assert.ok(best.warnings.some((warning) => warning.code === 'vertex-optimum'));
  });

  it('says that an optimum on a kink is inexact, and nothing of the kind of one in a smooth valley', () => {
    const domains = ['a', 'b'];
    /** Twice as steep beyond half of a. */
    const kinked = (isKinked: boolean): Predictor => {
      const predict = (h: Float64Array, _N: number, _D: number, losses: Float64Array): void => {
        const beyond = h[0]! - 0.5;
        losses[0] = 1 + (isKinked ? Math.abs(beyond) * (beyond > 0 ? 2 : 1) : beyond ** 2);
      };
      return {
        domains,
        targets: ['a'],
        targetDomain: [0],
        predict,
        gradient(h, N, D, losses, jacobian) {
          predict(h, N, D, losses);
          const beyond = h[0]! - 0.5;
          jacobian.set([isKinked ? (beyond > 0 ? 2 : -1) : 2 * beyond, 0]);
        },
      };
    };
    const codes = (isKinked: boolean): string[] =>
      recommend(kinked(isKinked), { ...scale, startAt: [0.3, 0.7] }).warnings.map(({ code }) => code);
    assert.deepEqual(codes(true), ['inexact-optimum']);
    assert.deepEqual(codes(false), []);
  });
});
