import type { Predictor } from '../../src/core/fit/types';

/**
 * Change of every target's loss when one domain gains a percentage point and the others give way in proportion:
 * 0.01 · (∂L_i/∂h_j − Σ_k h_k ∂L_i/∂h_k) / (1 − h_j). Shape [M × K], row-major, in the loss's unit.
 */
export function influence(p: Predictor, mixture: Float64Array, modelSize: number, tokens: number): Float64Array {
  const K = p.domains.length;
  const M = p.targets.length;
  const jacobian = new Float64Array(M * K);
  p.gradient(mixture, modelSize, tokens, new Float64Array(M), jacobian);
  for (let i = 0; i < M; i++) {
    let mean = 0;
    for (let j = 0; j < K; j++) mean += (mixture[j] as number) * (jacobian[i * K + j] as number);
    for (let j = 0; j < K; j++) {
      const rest = 1 - (mixture[j] as number);
      jacobian[i * K + j] = rest > 0 ? (0.01 * ((jacobian[i * K + j] as number) - mean)) / rest : NaN;
    }
  }
  return jacobian;
}
