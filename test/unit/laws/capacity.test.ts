import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CapacityAllocation } from '../../../src/core/laws/capacity';
import { Random } from '../../../src/core/random';

interface Case {
  readonly K: number;
  readonly mixture: Float64Array;
  /** c [K], then b [K]. */
  readonly parameters: Float64Array;
  readonly minAllocation: number;
  readonly modelSize: number;
}

function draw(seed: number, K: number): Case {
  const random = new Random(seed);
  const mixture = random.simplex(K);
  // A third of the weights are exactly 0, as in files that round them.
  for (let i = 1; i < K; i++) if (random.next() < 1 / 3) mixture[i] = 0;
  const sum = mixture.reduce((total, value) => total + value, 0);
  const parameters = Float64Array.from({ length: 2 * K }, (_, p) =>
    p < K ? Math.exp(random.uniform(-3, 3)) : Math.exp(random.uniform(-4, 1.5)),
  );
  const modelSize = Math.exp(random.uniform(0, 9));
  const minAllocation = modelSize * Math.exp(random.uniform(-12, -0.5));
  return { K, mixture: mixture.map((value) => value / sum), parameters, minAllocation, modelSize };
}

function solve({ K, mixture, parameters, minAllocation, modelSize }: Case): CapacityAllocation {
  const allocation = new CapacityAllocation(K);
  allocation.allocate(mixture, parameters, 0, K, minAllocation, modelSize);
  return allocation;
}

const cases = fc.record({ seed: fc.integer({ min: 0, max: 1e9 }), K: fc.integer({ min: 1, max: 40 }) });

describe('capacity allocation', () => {
  it('uses the capacity exactly: Σx = N + (K−1)H to 1e-9, no x below H', () => {
    fc.assert(
      fc.property(cases, ({ seed, K }) => {
        const one = draw(seed, K);
        const { capacity } = solve(one);
        const total = one.modelSize + (K - 1) * one.minAllocation;
        const sum = capacity.reduce((a, b) => a + b, 0);
        assert.ok(Math.abs(sum - total) <= 1e-9 * total, `Σx = ${sum}, capacity ${total}`);
        assert.ok(capacity.every((x) => x >= one.minAllocation));
      }),
      { numRuns: 500 },
    );
  });

  it('satisfies the optimality conditions: equal marginal loss above H, no greater one at H', () => {
    fc.assert(
      fc.property(cases, ({ seed, K }) => {
        const { mixture, parameters, ...rest } = draw(seed, K);
        const { capacity, logMultiplier } = solve({ mixture, parameters, ...rest });
        capacity.forEach((x, i) => {
          const b = parameters[K + i]!;
          const marginal = Math.log(mixture[i]! * parameters[i]! * b) - (b + 1) * Math.log(x);
          if (x > rest.minAllocation) assert.ok(Math.abs(marginal - logMultiplier) < 1e-9);
          else assert.ok(marginal <= logMultiplier + 1e-9);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('no exchange of capacity between two domains lowers the loss', () => {
    const random = new Random(3);
    for (let seed = 0; seed < 50; seed++) {
      const one = draw(seed, 6);
      const { capacity } = solve(one);
      const loss = (x: Float64Array): number =>
        x.reduce(
          (sum, value, i) => sum + one.mixture[i]! * one.parameters[i]! * Math.pow(value, -one.parameters[6 + i]!),
          0,
        );
      for (let trial = 0; trial < 20; trial++) {
        const from = random.below(6);
        const moved = Float64Array.from(capacity);
        const amount = Math.min(0.01 * one.modelSize, capacity[from]! - one.minAllocation);
        moved[from]! -= amount;
        moved[random.below(6)]! += amount;
        assert.ok(loss(moved) >= loss(capacity) * (1 - 1e-12));
      }
    }
  });

  it('gives one domain everything when there is only one', () => {
    const allocation = new CapacityAllocation(1);
    allocation.allocate(Float64Array.of(1), Float64Array.of(0.7, 0.3), 0, 1, 0.5, 120);
    assert.ok(Math.abs(allocation.capacity[0]! - 120) < 1e-9);
  });

  it('has the closed form of equal exponents: shares in the ratio (h·c)^(1/(b+1))', () => {
    const allocation = new CapacityAllocation(2);
    allocation.allocate(Float64Array.of(0.8, 0.2), Float64Array.of(1, 2, 0.25, 0.25), 0, 2, 1e-9, 100);
    const ratio = Math.pow(0.8 / 0.4, 1 / 1.25);
    assert.ok(Math.abs(allocation.capacity[0]! / allocation.capacity[1]! - ratio) < 1e-9);
  });

  it('leaves every domain at H when the model is no larger than H', () => {
    const allocation = new CapacityAllocation(3);
    allocation.allocate(Float64Array.of(0.5, 0.5, 0), Float64Array.of(1, 1, 1, 0.2, 0.2, 0.2), 0, 3, 5, 5);
    assert.deepEqual([...allocation.capacity], [5, 5, 5]);
    assert.equal(allocation.activeCount, 0);
  });

  it('depends on N and h over thirty decades of the multiplier', () => {
    for (const scale of [1e-12, 1, 1e12]) {
      const parameters = Float64Array.of(scale, 2 * scale, 0.1, 3);
      const x = (h: number, N: number): number => {
        const allocation = new CapacityAllocation(2);
        allocation.allocate(Float64Array.of(h, 1 - h), parameters, 0, 2, 1e-3, N);
        return allocation.capacity[0]!;
      };
      assert.ok(x(0.6, 100) > x(0.5, 100));
      assert.ok(x(0.5, 200) > x(0.5, 100));
    }
  });
});
