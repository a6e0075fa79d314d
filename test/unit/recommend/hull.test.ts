import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Random } from '../../../src/core/random';
import { nearestInHull } from '../../../src/core/recommend/hull';

const flat = (...points: number[][]): Float64Array => Float64Array.from(points.flat());

describe('distance to the convex hull', () => {
  it('is 0 for a blend of the points and for each of them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 2, max: 17 }), (seed, K) => {
        const random = new Random(seed);
        const n = 3 + random.below(40);
        const points = flat(...Array.from({ length: n }, () => [...random.simplex(K)]));
        const blend = random.simplex(n);
        const inside = new Float64Array(K);
        for (let r = 0; r < n; r++) for (let j = 0; j < K; j++) inside[j]! += blend[r]! * points[r * K + j]!;
        assert.ok(nearestInHull(points, inside).outside < 1e-6);
        assert.equal(nearestInHull(points, points.slice(0, K)).outside, 0);
      }),
      { numRuns: 200, seed: 3 },
    );
  });

  it('finds the foot of the perpendicular on an edge', () => {
    // The hull is the segment from (.8, .2, 0) to (.2, .8, 0); the point lies straight "above" its middle.
    const { nearest, outside } = nearestInHull(flat([0.8, 0.2, 0], [0.2, 0.8, 0]), Float64Array.from([0.4, 0.4, 0.2]));
    [0.5, 0.5, 0].forEach((v, j) => assert.ok(Math.abs(nearest[j]! - v) < 1e-12));
    assert.ok(Math.abs(outside - 0.2) < 1e-12);
  });

  it('is the nearest point: no direction to another point is downhill', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 2, max: 17 }), (seed, K) => {
        const random = new Random(seed);
        const n = 2 + random.below(60);
        const points = flat(...Array.from({ length: n }, () => [...random.simplex(K)]));
        const mixture = random.simplex(K).map((v, _, all) => v ** 3 / all.reduce((s, w) => s + w ** 3, 0));
        const { nearest } = nearestInHull(points, mixture);
        for (let r = 0; r < n; r++) {
          let slope = 0;
          for (let j = 0; j < K; j++) slope += (nearest[j]! - mixture[j]!) * (points[r * K + j]! - nearest[j]!);
          assert.ok(slope > -1e-7, `downhill toward point ${r}: ${slope}`);
        }
      }),
      { numRuns: 200, seed: 4 },
    );
  });
});
