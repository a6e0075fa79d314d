import assert from 'node:assert/strict';
import { CapacityAllocation } from '../../../src/core/laws/capacity';
import type { CapacityLawModel } from '../../../src/core/laws/capacity-law';
import type { Law, LawOptions, LawShape } from '../../../src/core/laws/law';
import { linearRegression } from '../../../src/core/laws/linear-regression';
import { overlap } from '../../../src/core/laws/overlap';
import { quantization } from '../../../src/core/laws/quantization';
import { Random } from '../../../src/core/random';
import { checkMixtureHessian, checkMixtureJacobian, checkParameterJacobian } from '../support/gradients';

function shapeOf(K: number, strangers = 0, missing = 0): LawShape {
  const domains = Array.from({ length: K }, (_, i) => `d${i}`);
  const own = domains.slice(0, K - missing);
  return {
    domains,
    targets: [...own, ...Array.from({ length: strangers }, (_, i) => `stranger${i}`)],
    targetDomain: [...own.keys(), ...Array.from({ length: strangers }, () => -1)],
    modelSizeVaries: true,
    tokensVary: true,
  };
}

const FITTED: LawOptions = { minAllocation: 'fitted', minWeight: 'fitted' };
const FIXED: LawOptions = { minAllocation: 0.3, minWeight: 1e-3 };

/** θ well inside the bounds, so that differences stay there; H large enough to hold some domains at it. */
function drawTheta(model: CapacityLawModel, random: Random, minAllocation: number): Float64Array {
  return Float64Array.from(model.parameters, ({ symbol }) => {
    if (symbol === 'H') return minAllocation;
    if (symbol === 'E') return random.uniform(0.5, 2);
    if (symbol === 'T' || symbol === 'ε') return Math.exp(random.uniform(-5, -1));
    if (symbol === 'γ') return random.uniform(0.5, 1.3);
    return Math.exp(random.uniform(-2, 0.5));
  });
}

/** Distance of every x from H, relative: differences must not cross the kink between active and held domains. */
function clearOfKink(model: CapacityLawModel, theta: Float64Array, h: Float64Array, N: number, H: number): boolean {
  const K = h.length;
  const c = model.parameters.findIndex(({ symbol }) => symbol === 'c');
  const b = model.parameters.findIndex(({ symbol }) => symbol === 'b');
  const allocation = new CapacityAllocation(K);
  const grown = Float64Array.from(theta);
  allocation.allocate(h, grown, c, b, H, N);
  const { logMultiplier } = allocation;
  return h.every((weight, i) => {
    if (weight === 0) return true;
    const free = (Math.log(weight * theta[c + i]! * theta[b + i]!) - logMultiplier) / (theta[b + i]! + 1);
    return Math.abs(free - Math.log(H)) > 0.05;
  });
}

function mixtureOf(random: Random, K: number, zeros: boolean): Float64Array {
  const h = random.simplex(K);
  for (let j = 0; j < K; j++) h[j] = Math.max(h[j]!, 0.01);
  if (zeros) for (let j = 1; j < K; j++) if (random.next() < 0.4) h[j] = 0;
  const sum = h.reduce((a, b) => a + b, 0);
  return h.map((value) => value / sum);
}

const CASES: readonly {
  readonly name: string;
  readonly law: Law;
  readonly shape: LawShape;
  readonly options: LawOptions;
}[] = [
  { name: 'Eq. 1, H fitted', law: quantization, shape: shapeOf(6), options: FITTED },
  { name: 'Eq. 1, H fixed, K = 2', law: quantization, shape: shapeOf(2), options: FIXED },
  { name: 'Eq. 1, K = 1', law: quantization, shape: shapeOf(1), options: FITTED },
  { name: 'Eq. 1, domains without a loss', law: quantization, shape: shapeOf(6, 0, 2), options: FITTED },
  { name: 'Eq. 3, fixed floor', law: linearRegression, shape: shapeOf(6), options: { ...FITTED, minWeight: 1e-3 } },
  { name: 'Eq. 3, fitted floor', law: linearRegression, shape: shapeOf(5), options: FITTED },
  { name: 'Eq. 3, K = 2', law: linearRegression, shape: shapeOf(2), options: FIXED },
  { name: 'overlap', law: overlap, shape: shapeOf(6), options: FITTED },
  { name: 'overlap, K = 2', law: overlap, shape: shapeOf(2), options: FIXED },
  {
    name: 'overlap, targets without a domain, domains without a loss',
    law: overlap,
    shape: shapeOf(5, 2, 1),
    options: FITTED,
  },
  { name: 'overlap, no target is a domain', law: overlap, shape: { ...shapeOf(4, 3, 4) }, options: FITTED },
];

describe('Eq. 1, Eq. 3 and overlap', () => {
  for (const { name, law, shape, options } of CASES) {
    it(`${name}: both Jacobians and the Hessian agree with differences to 1e-6, zero weights and domains held at H included`, () => {
      const model = law.build(shape, options) as CapacityLawModel;
      const K = shape.domains.length;
      const random = new Random(7);
      let checked = 0;
      let held = 0;
      for (let trial = 0; trial < 60 && checked < 12; trial++) {
        const N = Math.exp(random.uniform(2, 6));
        const H =
          options.minAllocation === 'fitted' ? (random.next() < 0.5 ? 0.5 * (N / K) : 1e-3 * N) : options.minAllocation;
        const theta = drawTheta(model, random, H);
        const mixture = mixtureOf(random, K, trial % 2 === 0);
        const hasCapacity = shape.targetDomain.some((domain) => domain >= 0);
        if (hasCapacity && !clearOfKink(model, theta, mixture, N, H)) continue;
        const tokens = Math.exp(random.uniform(0, 4));
        checkParameterJacobian(model, theta, mixture, N, tokens);
        checkMixtureJacobian(model, theta, mixture, N, tokens);
        checkMixtureHessian(model, theta, mixture, N, tokens);
        checked++;
        if (mixture.includes(0)) held++;
      }
      assert.ok(checked >= 8, `only ${checked} points were clear of the kink`);
      if (K > 2) assert.ok(held > 0);
    });
  }

  it('counts parameters as the paper does: 3K + H and 5K + H', () => {
    const count = (law: Law, options: LawOptions) => law.build(shapeOf(17), options).parameters.length;
    assert.equal(count(quantization, FIXED), 51);
    assert.equal(count(quantization, FITTED), 52);
    assert.equal(count(linearRegression, FIXED), 85);
    assert.equal(count(linearRegression, FITTED), 103);
    assert.equal(count(overlap, FIXED), 5 * 17 + 17 * 16 + 17 + 4 * 17);
    const oneScale = { ...shapeOf(17), modelSizeVaries: false, tokensVary: false };
    assert.equal(overlap.build(oneScale, FIXED).parameters.length, 5 * 17 + 17 * 16 + 17);
  });

  it('names every parameter once', () => {
    for (const { law, shape, options } of CASES) {
      const names = law.build(shape, options).parameters.map(({ name }) => name);
      assert.equal(new Set(names).size, names.length);
    }
  });

  it('Eq. 1: at h = w the gradient of Σ w_i L_i is the same in every direction of the simplex', () => {
    const shape = shapeOf(5);
    const model = quantization.build(shape, FIXED) as CapacityLawModel;
    const random = new Random(11);
    const theta = drawTheta(model, random, 0.3);
    const h = mixtureOf(random, 5, false);
    const losses = new Float64Array(5);
    const jacobian = new Float64Array(25);
    model.mixtureJacobian(theta, h, 500, 10, losses, jacobian);
    const slope = h.map((_, j) => h.reduce((sum, weight, i) => sum + weight * jacobian[i * 5 + j]!, 0));
    assert.ok(slope.every((value) => Math.abs(value) < 1e-12));
  });

  it('overlap with T at 0 and γ = 1 is Eq. 3', () => {
    const shape = shapeOf(4);
    const eq3 = linearRegression.build(shape, FIXED) as CapacityLawModel;
    const pooled = overlap.build(shape, FIXED) as CapacityLawModel;
    const random = new Random(5);
    const theta = drawTheta(eq3, random, 0.3);
    const value = new Map(eq3.parameters.map(({ name }, p) => [name, theta[p]!]));
    const same = Float64Array.from(
      pooled.parameters,
      ({ name, symbol }) => value.get(name) ?? (symbol === 'γ' ? 1 : 0),
    );
    const h = mixtureOf(random, 4, false);
    const [one, other] = [new Float64Array(4), new Float64Array(4)];
    eq3.predict(theta, h, 100, 10, one);
    pooled.predict(same, h, 100, 10, other);
    one.forEach((loss, i) => assert.ok(Math.abs(loss - other[i]!) < 1e-12));
  });

  it('Eq. 1 and Eq. 3 say why they cannot serve a target that is no training domain; overlap serves it', () => {
    const shape = shapeOf(3, 1);
    assert.match(quantization.unavailable(shape) ?? '', /stranger0 is no training domain/);
    assert.match(linearRegression.unavailable(shape) ?? '', /stranger0/);
    assert.equal(overlap.unavailable(shape), undefined);
    assert.equal(quantization.unavailable(shapeOf(3)), undefined);
  });

  it('stays finite where a weight is 0, and Eq. 3 says which floor it puts there', () => {
    const h = Float64Array.of(1, 0, 0);
    for (const law of [quantization, linearRegression, overlap]) {
      const model = law.build(shapeOf(3), FIXED) as CapacityLawModel;
      const losses = new Float64Array(3);
      const jacobian = new Float64Array(9);
      model.mixtureJacobian(drawTheta(model, new Random(1), 0.3), h, 50, 5, losses, jacobian);
      assert.ok([...losses, ...jacobian].every(Number.isFinite), law.id);
      assert.equal(model.minWeight, law === linearRegression ? 1e-3 : undefined);
    }
  });
});
