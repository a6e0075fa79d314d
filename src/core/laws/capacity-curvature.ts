import type { CapacityAllocation } from './capacity';

/**
 * Adds ∂²/∂h_j∂h_k of Σ_i w_i c_i x_i*(h)^(−b_i) to the lower triangle of `hessian` [K × K].
 *
 * With p_j = s_j/S, r_j = w_j y_j b_j/(b_j + 1) and R = Σ r_i, all over the domains with more than H, the gradient is
 * h_j ∂F/∂h_j = p_j R − r_j, and ∂ln x_i/∂ln h_k = (δ_ik − p_k)/(b_i + 1) gives how p, r and R move.
 * @param allocation at the mixture
 * @param parameters holds b [K] from `b`
 * @param losses w_i c_i x_i^(−b_i) of each domain. Length K
 */
export function addCapacityCurvature(
  { sensitivity, totalSensitivity }: CapacityAllocation,
  parameters: Float64Array,
  b: number,
  mixture: Float64Array,
  losses: Float64Array,
  hessian: Float64Array,
): void {
  const K = mixture.length;
  if (totalSensitivity === 0) return;
  const p = sensitivity.map((s) => s / totalSensitivity);
  const inverse = Float64Array.from(p, (_, j) => 1 / (parameters[b + j]! + 1));
  const r = losses.map((loss, j) => (p[j]! > 0 ? loss * (1 - inverse[j]!) : 0));
  let [total, moved, mean] = [0, 0, 0];
  for (let j = 0; j < K; j++) {
    total += r[j]!;
    moved += r[j]! * (1 - inverse[j]!);
    mean += p[j]! * inverse[j]!;
  }
  for (let j = 0; j < K; j++) {
    if (p[j] === 0) continue;
    for (let k = 0; k <= j; k++) {
      if (p[k] === 0) continue;
      // ∂(p_j R)/∂ln h_k and ∂r_j/∂ln h_k
      const same = j === k ? 1 : 0;
      const share = p[j]! * ((same - p[k]!) * inverse[j]! - p[k]! * (inverse[k]! - mean));
      const sum = p[k]! * moved - r[k]! * (1 - inverse[k]!);
      const own = -r[j]! * (1 - inverse[j]!) * (same - p[k]!);
      const inLogs = share * total + p[j]! * sum - own - same * (p[j]! * total - r[j]!);
      hessian[j * K + k]! += inLogs / (mixture[j]! * mixture[k]!);
    }
  }
}
