import assert from 'node:assert/strict';
import { feasibleSet } from '../../../src/core/recommend/constraints';
import type { MixtureObjective } from '../../../src/core/recommend/optimum';
import { minimizeOnPolytope } from '../../../src/core/recommend/optimum';
import { nearOptimalRegion } from '../../../src/core/recommend/region';

const domains = ['a', 'b', 'c'];
const scale = { modelSize: 1000, tokens: 30 };

/** ½ Σ s_j (h_j − c_j)², whose level sets on the plane Σh = 1 are known ellipses. */
const quadratic =
  (s: number[], c: number[]): MixtureObjective =>
  (h, gradient) => {
    let value = 0;
    for (let j = 0; j < h.length; j++) {
      value += (s[j]! * (h[j]! - c[j]!) ** 2) / 2;
      gradient[j] = s[j]! * (h[j]! - c[j]!);
    }
    return value;
  };

describe('near-optimal region', () => {
  const s = [2, 5, 11];
  const c = [0.3, 0.45, 0.25];
  const constraints = feasibleSet(domains, { ...scale, lower: [0, 0, 0] });
  const objective = quadratic(s, c);
  const optimum = minimizeOnPolytope(objective, constraints, Float64Array.of(1 / 3, 1 / 3, 1 / 3));

  it('reaches as far as the ellipse of a quadratic does', () => {
    const rise = 0.01;
    const region = nearOptimalRegion(objective, constraints, optimum, rise);
    // Moving h_j by t costs ½ t² (s_j + 1 / Σ_{k≠j} 1/s_k) once the others have absorbed −t.
    region.forEach(({ low, high }, j) => {
      const others = s.reduce((sum, v, k) => (k === j ? sum : sum + 1 / v), 0);
      const reach = Math.sqrt((2 * rise) / (s[j]! + 1 / others));
      assert.ok(Math.abs(high - c[j]! - reach) < 2e-4, `${domains[j]}: ${high - c[j]!} instead of ${reach}`);
      assert.ok(Math.abs(c[j]! - low - reach) < 2e-4);
    });
  });

  it('stops at the limits', () => {
    const tight = feasibleSet(domains, { ...scale, lower: [0.28, 0, 0], upper: [1, 0.5, 1] });
    const [a, b] = nearOptimalRegion(objective, tight, optimum, 0.05);
    assert.ok(Math.abs(a!.low - 0.28) < 2e-4);
    assert.ok(Math.abs(b!.high - 0.5) < 2e-4);
  });
});
