/**
 * Huber's loss as a square: ρ(r) = r² within the knee, 2·knee·|r| − knee² beyond it, and √ρ with the sign of r is the
 * residual handed to the optimiser. Its slope is continuous, so any least-squares engine minimises the robust loss exactly.
 */
export function bend(residual: number, knee: number): number {
  const size = Math.abs(residual);
  if (size <= knee) return residual;
  return Math.sign(residual) * Math.sqrt(knee * (2 * size - knee));
}

/** Derivative of `bend`, from its value. */
export function bendSlope(bent: number, knee: number): number {
  return Math.abs(bent) <= knee ? 1 : knee / Math.abs(bent);
}
