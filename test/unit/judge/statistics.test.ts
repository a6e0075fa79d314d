import assert from 'node:assert/strict';
import { comparePaired } from '../../../src/core/judge/paired';
import { ranks, regret, spearman } from '../../../src/core/judge/ranking';
import { simplexWeights } from '../../../src/core/judge/simplex-weights';
import { studentQuantile, studentTwoSided } from '../../../src/core/judge/student';
import { Random } from '../../../src/core/random';

const near = (actual: number, expected: number, tolerance: number): void =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual}, expected ${expected}`);

describe('ranking', () => {
  it('shares ranks among ties', () => {
    assert.deepEqual(Array.from(ranks([30, 10, 20, 10])), [4, 1.5, 3, 1.5]);
  });

  it('correlates ranks', () => {
    near(spearman([1, 2, 3, 4], [10, 100, 1000, 10000]), 1, 1e-15);
    near(spearman([1, 2, 3, 4], [4, 3, 2, 1]), -1, 1e-15);
    // 1 − 6·Σd²/(n(n² − 1)), d = 0, 1, −1, 0, 0.
    near(spearman([1, 2, 3, 4, 5], [1, 3, 2, 4, 5]), 1 - 12 / 120, 1e-15);
    assert.ok(Number.isNaN(spearman([1, 1, 1], [1, 2, 3])));
  });

  it('measures what the favourite costs, and a random pick among equals', () => {
    assert.equal(regret([3, 1, 2], [5, 7, 6]), 2);
    assert.equal(regret([2, 1, 3], [9, 4, 5]), 0);
    assert.equal(regret([1, 1, 1], [3, 4, 8]), 2);
  });
});

describe("Student's t", () => {
  it('agrees with the tables', () => {
    for (const [coverage, degrees, t] of [
      [0.95, 1, 12.7062047],
      [0.95, 10, 2.2281389],
      [0.9, 10, 1.8124611],
      [0.99, 30, 2.7499957],
      [0.9, 1e6, 1.6448552],
    ] as const) {
      near(studentQuantile(coverage, degrees), t, 1e-5);
      near(studentTwoSided(t, degrees), 1 - coverage, 1e-7);
    }
  });
});

describe('paired comparison', () => {
  it('widens the variance for overlapping training sets (Nadeau & Bengio 2003)', () => {
    const { difference, standardError, pValue } = comparePaired([1, 2, 4, 3], [0, 2, 2, 2], 0.5);
    near(difference, 1, 1e-15);
    near(standardError, Math.sqrt((2 / 3) * (1 / 4 + 0.5)), 1e-15);
    near(pValue, studentTwoSided(1 / standardError, 3), 1e-15);
  });

  it('cannot tell equal errors apart, nor a single split', () => {
    assert.equal(comparePaired([1, 2], [1, 2], 0.3).pValue, 1);
    assert.equal(comparePaired([1], [9], 0.3).pValue, 1);
  });

  it('rejects a true null about as often as it says when splits are independent', () => {
    const random = new Random(4);
    let rejected = 0;
    for (let trial = 0; trial < 2000; trial++) {
      const draw = (): number[] => Array.from({ length: 8 }, () => random.normal());
      if (comparePaired(draw(), draw(), 0).pValue < 0.05) rejected++;
    }
    near(rejected / 2000, 0.05, 0.015);
  });
});

describe('simplex weights', () => {
  it('agree with a grid', () => {
    const random = new Random(9);
    for (let trial = 0; trial < 5; trial++) {
      const errors = [0, 1, 2].map((l) => Float64Array.from({ length: 50 }, () => random.normal() * (l + 1) + 0.3));
      const importance = Float64Array.from({ length: 50 }, () => random.next());
      const objective = (w: readonly number[]): number =>
        importance.reduce(
          (sum, value, r) => sum + value * errors.reduce((e, column, l) => e + w[l]! * column[r]!, 0) ** 2,
          0,
        );
      let best = Infinity;
      for (let a = 0; a <= 100; a++)
        for (let b = 0; a + b <= 100; b++) best = Math.min(best, objective([a / 100, b / 100, 1 - (a + b) / 100]));
      const weights = Array.from(simplexWeights(errors, 0, importance));
      near(
        weights.reduce((sum, w) => sum + w, 0),
        1,
        1e-12,
      );
      assert.ok(weights.every((w) => w >= 0));
      assert.ok(objective(weights) <= best * (1 + 1e-9));
    }
  });

  it('share alike between equal columns, and go to the one without error', () => {
    const column = Float64Array.from([1, -1, 2]);
    near(simplexWeights([column, column], 0.1)[0]!, 0.5, 1e-9);
    near(simplexWeights([column, new Float64Array(3)], 0)[1]!, 1, 1e-6);
  });

  it('are exact where columns differ by orders of magnitude', () => {
    const random = new Random(3);
    for (let trial = 0; trial < 20; trial++) {
      const L = 8;
      const common = Float64Array.from({ length: 60 }, () => random.normal());
      const errors = Array.from({ length: L }, (_, l) =>
        common.map((value) => Math.pow(10, l % 4) * (random.normal() + 0.5) + value),
      );
      const weights = simplexWeights(errors, 0.01);
      near(
        weights.reduce((sum, w) => sum + w, 0),
        1,
        1e-12,
      );
      // Optimal: no column's slope lies below the level that the used columns share.
      const blend = common.map((_, r) => errors.reduce((sum, column, l) => sum + weights[l]! * column[r]!, 0));
      const square = (column: Float64Array): number => column.reduce((sum, e) => sum + e * e, 0) / 60;
      const ridge = 0.01 * Math.min(...errors.map(square));
      const slopes = errors.map(
        (column, l) => column.reduce((sum, e, r) => sum + (e * blend[r]!) / 60, 0) + ridge * weights[l]!,
      );
      const level = slopes.reduce((sum, slope, l) => sum + weights[l]! * slope, 0);
      slopes.forEach((slope, l) => {
        assert.ok(weights[l]! >= 0);
        assert.ok(slope >= level * (1 - 1e-6));
        if (weights[l]! > 1e-9) near(slope, level, 1e-6 * level);
      });
    }
  });
});
