import assert from 'node:assert/strict';
import type { LawModel } from '../../../src/core/laws/law';

/**
 * Central difference of a vector function in one coordinate, by Richardson extrapolation of two step sizes, with an
 * estimate of its own error. Shape of the values [M].
 */
export function difference(
  evaluate: (at: number) => Float64Array,
  at: number,
  step: number,
): { slope: Float64Array; error: Float64Array } {
  const central = (h: number): Float64Array => {
    const above = Float64Array.from(evaluate(at + h));
    const below = Float64Array.from(evaluate(at - h));
    return above.map((value, i) => (value - below[i]!) / (2 * h));
  };
  const coarse = central(step);
  const fine = central(step / 2);
  const slope = fine.map((value, i) => (4 * value - coarse[i]!) / 3);
  return { slope, error: slope.map((value, i) => Math.abs(value - fine[i]!)) };
}

function assertClose(analytic: number, numeric: number, scale: number, tolerance: number, label: string): void {
  const error = Math.abs(analytic - numeric);
  assert.ok(
    error <= tolerance * Math.max(Math.abs(analytic), Math.abs(numeric), scale),
    `${label}: ${analytic} against ${numeric}`,
  );
}

/** ∂L/∂θ against differences, to `tolerance` relative to the derivative (or to 1e-3 of the row's largest, where it is smaller). */
export function checkParameterJacobian(
  model: LawModel,
  theta: Float64Array,
  mixture: Float64Array,
  modelSize: number,
  tokens: number,
  tolerance = 1e-6,
): void {
  const M = model.shape.targets.length;
  const P = theta.length;
  const losses = new Float64Array(M);
  const jacobian = new Float64Array(M * P).fill(Number.NaN);
  model.parameterJacobian(theta, mixture, modelSize, tokens, losses, jacobian);
  const predicted = new Float64Array(M);
  model.predict(theta, mixture, modelSize, tokens, predicted);
  assert.deepEqual([...losses], [...predicted], 'losses of Jacobian and prediction');
  for (let p = 0; p < P; p++) {
    const evaluate = (value: number): Float64Array => {
      const moved = Float64Array.from(theta);
      moved[p] = value;
      const out = new Float64Array(M);
      model.predict(moved, mixture, modelSize, tokens, out);
      return out;
    };
    const step = 1e-3 * Math.max(Math.abs(theta[p]!), 1e-3);
    const { slope } = difference(evaluate, theta[p]!, step);
    for (let i = 0; i < M; i++) {
      // Below this a difference of losses of size 1 has no digits left.
      const scale = 1e-7 / step;
      assertClose(jacobian[i * P + p]!, slope[i]!, scale, tolerance, `∂L[${i}]/∂${model.parameters[p]!.name}`);
    }
  }
}

/** ∂L/∂h against differences, h taken as free; weights of 0 are left alone (the derivative there is one-sided). */
export function checkMixtureJacobian(
  model: LawModel,
  theta: Float64Array,
  mixture: Float64Array,
  modelSize: number,
  tokens: number,
  tolerance = 1e-6,
): void {
  const M = model.shape.targets.length;
  const K = mixture.length;
  const losses = new Float64Array(M);
  const jacobian = new Float64Array(M * K).fill(Number.NaN);
  model.mixtureJacobian(theta, mixture, modelSize, tokens, losses, jacobian);
  for (let j = 0; j < K; j++) {
    if (mixture[j] === 0) continue;
    const evaluate = (value: number): Float64Array => {
      const moved = Float64Array.from(mixture);
      moved[j] = value;
      const out = new Float64Array(M);
      model.predict(theta, moved, modelSize, tokens, out);
      return out;
    };
    const step = 1e-3 * mixture[j]!;
    const { slope } = difference(evaluate, mixture[j]!, step);
    for (let i = 0; i < M; i++) {
      assertClose(jacobian[i * K + j]!, slope[i]!, 1e-7 / step, tolerance, `∂L[${i}]/∂h[${j}]`);
    }
  }
}

/**
 * Σ w_i ∂²L_i/∂h∂h for random w against differences of the gradient, to `tolerance` relative to the largest curvature in
 * ln h of either weight. Weights of 0 are left alone.
 */
export function checkMixtureHessian(
  model: LawModel,
  theta: Float64Array,
  mixture: Float64Array,
  modelSize: number,
  tokens: number,
  tolerance = 1e-6,
): void {
  const M = model.shape.targets.length;
  const K = mixture.length;
  // One target counts nothing.
  const weights = Float64Array.from({ length: M }, (_, i) => (M > 1 && i === 0 ? 0 : 1 / (i + 1)));
  const hessian = new Float64Array(K * K).fill(Number.NaN);
  assert.ok(model.mixtureHessian, `${model.law.id} has a Hessian`);
  model.mixtureHessian(theta, mixture, modelSize, tokens, weights, hessian);
  const scale = (j: number): number => Math.abs(hessian[j * (K + 1)]!) * mixture[j]! ** 2;
  for (let j = 0; j < K; j++) {
    if (mixture[j] === 0) continue;
    const gradientAt = (value: number): Float64Array => {
      const moved = Float64Array.from(mixture);
      moved[j] = value;
      const jacobian = new Float64Array(M * K);
      model.mixtureJacobian(theta, moved, modelSize, tokens, new Float64Array(M), jacobian);
      return moved.map((_, k) => weights.reduce((sum, w, i) => sum + w * jacobian[i * K + k]!, 0));
    };
    const { slope } = difference(gradientAt, mixture[j]!, 1e-3 * mixture[j]!);
    for (let k = 0; k < K; k++) {
      if (mixture[k] === 0) continue;
      const typical = Math.max(scale(j), scale(k), 1e-6) / (mixture[j]! * mixture[k]!);
      assertClose(hessian[k * K + j]!, slope[k]!, typical, tolerance, `∂²L/∂h[${k}]∂h[${j}]`);
      assert.equal(hessian[k * K + j], hessian[j * K + k], 'symmetric');
    }
  }
}
