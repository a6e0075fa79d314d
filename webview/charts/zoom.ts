/** From the least to the greatest value of an axis. */
export type Extent = readonly [number, number];

export interface Zoom {
  readonly x: Extent;
  readonly y: Extent;
}

/** On which scale an axis runs: distances are of logarithms on a logarithmic one. */
const inside = (log: boolean) => (log ? Math.log : (value: number): number => value);
const outside = (log: boolean) => (log ? Math.exp : (value: number): number => value);

/** The extent scaled by `factor` around the value that lies at `share` of its length: below 1 is closer. */
export function zoomed([low, high]: Extent, factor: number, share: number, log: boolean): Extent {
  const [a, b] = [inside(log)(low), inside(log)(high)];
  const at = a + share * (b - a);
  return [outside(log)(at + (a - at) * factor), outside(log)(at + (b - at) * factor)];
}

/** The extent moved by a share of its length. */
export function panned([low, high]: Extent, share: number, log: boolean): Extent {
  const [a, b] = [inside(log)(low), inside(log)(high)];
  const step = share * (b - a);
  return [outside(log)(a + step), outside(log)(b + step)];
}

/** The part of the extent between two shares of its length, in whatever order they come. */
export function between([low, high]: Extent, from: number, to: number, log: boolean): Extent {
  const [a, b] = [inside(log)(low), inside(log)(high)];
  const [first, last] = from < to ? [from, to] : [to, from];
  return [outside(log)(a + first * (b - a)), outside(log)(a + last * (b - a))];
}
