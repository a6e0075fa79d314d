/** Uniform numbers in [0, 1) from a seed: the only source of randomness in the core, so that every result can be remade. */
export class Random {
  private readonly state = new Uint32Array(4);

  /** @param seed any finite number; equal seeds give equal sequences. */
  constructor(seed: number) {
    // splitmix32 spreads close seeds apart before xoshiro128** takes over (Blackman & Vigna 2018).
    let z = (seed ^ Math.floor(seed / 0x1_0000_0000)) >>> 0;
    for (let i = 0; i < 4; i++) {
      z = (z + 0x9e3779b9) >>> 0;
      let t = z ^ (z >>> 16);
      t = Math.imul(t, 0x21f0aaad);
      t ^= t >>> 15;
      t = Math.imul(t, 0x735a2d97);
      this.state[i] = (t ^ (t >>> 15)) >>> 0;
    }
  }

  private nextUint32(): number {
    const s = this.state as unknown as [number, number, number, number];
    const rotate = (x: number, k: number): number => ((x << k) | (x >>> (32 - k))) >>> 0;
    const result = Math.imul(rotate(Math.imul(s[1], 5) >>> 0, 7), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3] >>> 0, 11);
    return result;
  }

  /** Uniform in [0, 1) with 53 random bits. */
  next(): number {
    const high = this.nextUint32() >>> 5;
    const low = this.nextUint32() >>> 6;
    return (high * 0x4000000 + low) / 0x20000000000000;
  }

  uniform(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** Standard normal (Box–Muller). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    return radius * Math.cos(2 * Math.PI * this.next());
  }

  /** Integer in [0, n). */
  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  /** Fisher–Yates permutation of 0 … n − 1. */
  permutation(n: number): number[] {
    const order = Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const kept = order[i] as number;
      order[i] = order[j] as number;
      order[j] = kept;
    }
    return order;
  }

  /** A point of the simplex, Dirichlet(1, …, 1). Shape [count]. */
  simplex(count: number): Float64Array {
    const point = new Float64Array(count);
    let sum = 0;
    for (let i = 0; i < count; i++) sum += point[i] = -Math.log(1 - this.next());
    for (let i = 0; i < count; i++) point[i]! /= sum;
    return point;
  }
}
