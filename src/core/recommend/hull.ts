/** Where a mixture lies relative to the convex hull of measured mixtures. */
export interface HullPosition {
  /** Nearest mixture inside the hull (Euclidean). Shape [K]. */
  readonly nearest: Float64Array;
  /** Share of the tokens that would have to move to get inside: ½ Σ |h − nearest|. 0 inside. */
  readonly outside: number;
}

/**
 * Nearest point of the convex hull of n points [n × K, row-major] to `mixture` [K], by Wolfe's minimum-norm-point algorithm
 * (Mathematical Programming 11, 1976): exact up to rounding, memory O(K²) whatever n.
 */
export function nearestInHull(points: Float64Array, mixture: Float64Array): HullPosition {
  const K = mixture.length;
  const n = points.length / K;
  /** (p_r − mixture) · y */
  const along = (r: number, y: Float64Array): number => {
    let sum = 0;
    for (let j = 0; j < K; j++) sum += (points[r * K + j]! - mixture[j]!) * y[j]!;
    return sum;
  };
  let corral: number[] = [];
  let weights: number[] = [];
  const y = new Float64Array(K);
  const combine = (): void => {
    y.fill(0);
    corral.forEach((r, k) => {
      for (let j = 0; j < K; j++) y[j]! += weights[k]! * (points[r * K + j]! - mixture[j]!);
    });
  };
  let first = 0;
  let smallest = Infinity;
  for (let r = 0; r < n; r++) {
    let norm = 0;
    for (let j = 0; j < K; j++) norm += (points[r * K + j]! - mixture[j]!) ** 2;
    if (norm < smallest) {
      smallest = norm;
      first = r;
    }
  }
  corral = [first];
  weights = [1];
  combine();
  for (let major = 0; major < 10 * (K + 10); major++) {
    let norm = 0;
    for (let j = 0; j < K; j++) norm += y[j]! * y[j]!;
    let entering = -1;
    let least = norm - 1e-12 * Math.max(norm, 1e-6);
    for (let r = 0; r < n; r++) {
      const projection = along(r, y);
      if (projection < least) {
        least = projection;
        entering = r;
      }
    }
    if (entering < 0 || corral.includes(entering)) break;
    corral.push(entering);
    weights.push(0);
    let stuck = true;
    for (;;) {
      const affine = affineMinimizer(corral, points, mixture);
      if (!affine) {
        // Affinely dependent within rounding: the point that entered brings nothing.
        corral.pop();
        weights.pop();
        break;
      }
      stuck = false;
      if (affine.every((a) => a > 1e-12)) {
        weights = affine;
        break;
      }
      let theta = 1;
      affine.forEach((a, k) => {
        if (a <= 1e-12 && weights[k]! - a > 0) theta = Math.min(theta, weights[k]! / (weights[k]! - a));
      });
      weights = weights.map((w, k) => w + theta * (affine[k]! - w));
      const kept = weights.map((w) => w > 1e-12);
      corral = corral.filter((_, k) => kept[k]);
      weights = weights.filter((_, k) => kept[k]);
      if (corral.length === 1) break;
    }
    // All is as it was, and the same point would enter again.
    if (stuck) break;
    combine();
  }
  const nearest = mixture.map((h, j) => h + y[j]!);
  let moved = 0;
  for (const v of y) moved += Math.abs(v) / 2;
  return { nearest, outside: moved < 1e-9 ? 0 : moved };
}

/** Weights (sum 1, any sign) of the smallest affine combination of p_r − mixture: (G + 11ᵀ) z = 1, α = z / Σz. */
function affineMinimizer(corral: readonly number[], points: Float64Array, mixture: Float64Array): number[] | undefined {
  const K = mixture.length;
  const m = corral.length;
  const L = new Float64Array(m * m);
  for (let a = 0; a < m; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = 1;
      for (let j = 0; j < K; j++) {
        sum += (points[corral[a]! * K + j]! - mixture[j]!) * (points[corral[b]! * K + j]! - mixture[j]!);
      }
      const diagonal = sum;
      for (let k = 0; k < b; k++) sum -= L[a * m + k]! * L[b * m + k]!;
      if (a === b) {
        if (!(sum > 1e-14 * diagonal)) return undefined;
        L[a * m + a] = Math.sqrt(sum);
      } else L[a * m + b] = sum / L[b * m + b]!;
    }
  }
  const z = new Array<number>(m).fill(1);
  for (let a = 0; a < m; a++) {
    for (let k = 0; k < a; k++) z[a]! -= L[a * m + k]! * z[k]!;
    z[a]! /= L[a * m + a]!;
  }
  for (let a = m - 1; a >= 0; a--) {
    for (let k = a + 1; k < m; k++) z[a]! -= L[k * m + a]! * z[k]!;
    z[a]! /= L[a * m + a]!;
  }
  const sum = z.reduce((total, v) => total + v, 0);
  return z.map((v) => v / sum);
}
