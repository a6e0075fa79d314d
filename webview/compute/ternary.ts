/** A mixture's shares of the three corner domains among themselves; they sum to 1. */
export type Shares = readonly [number, number, number];

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Height of a triangle with sides of length 1. */
export const HEIGHT = Math.sqrt(3) / 2;

/** Where shares lie in the triangle with its first corner at (0, 0), its second at (1, 0) and its third above. */
export const pointOf = ([, second, third]: Shares): Point => ({ x: second + third / 2, y: third * HEIGHT });

/** Shares of three domains in a mixture; undefined where it has none of them. */
export function sharesOf(mixture: ArrayLike<number>, corners: readonly number[]): Shares | undefined {
  const weights = corners.map((j) => mixture[j] ?? 0);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const [a = 0, b = 0, c = 0] = weights;
  return sum > 0 ? [a / sum, b / sum, c / sum] : undefined;
}

/** The mixture with what it has of three domains divided among them in other shares; everything else stays. */
export function withShares(mixture: ArrayLike<number>, corners: readonly number[], shares: Shares): Float64Array {
  const moved = Float64Array.from(mixture);
  const sum = corners.reduce((total, j) => total + (moved[j] ?? 0), 0);
  corners.forEach((j, i) => (moved[j] = sum * (shares[i] ?? 0)));
  return moved;
}

/** A function on the triangle, sampled on a grid of `steps` along each side. */
export interface Surface {
  readonly steps: number;
  readonly shares: readonly Shares[];
  readonly values: Float64Array;
  /** Small triangles that cover the large one, as positions in `shares`. */
  readonly triangles: readonly (readonly [number, number, number])[];
}

export function sample(steps: number, value: (shares: Shares) => number): Surface {
  const shares: Shares[] = [];
  const at = (row: number, column: number): number => row * (steps + 1) - (row * (row - 1)) / 2 + column;
  const triangles: [number, number, number][] = [];
  for (let row = 0; row <= steps; row++) {
    for (let column = 0; column <= steps - row; column++) {
      shares.push([(steps - row - column) / steps, column / steps, row / steps]);
      if (column === steps - row) continue;
      triangles.push([at(row, column), at(row, column + 1), at(row + 1, column)]);
      if (column + 1 < steps - row) triangles.push([at(row, column + 1), at(row + 1, column + 1), at(row + 1, column)]);
    }
  }
  return { steps, shares, values: Float64Array.from(shares, value), triangles };
}

/** At most `most` numbers of the series 1, 2, 5 below `range`: levels of contours above the lowest value. */
export function niceLevels(range: number, most: number): number[] {
  const levels: number[] = [];
  if (!(range > 0) || !Number.isFinite(range)) return levels;
  for (let decade = Math.floor(Math.log10(range)); levels.length < most && decade > -7; decade--) {
    for (const digit of [5, 2, 1]) {
      const level = digit * 10 ** decade;
      if (level < range && levels.length < most) levels.unshift(Number(level.toPrecision(1)));
    }
  }
  return levels;
}

interface Corner extends Point {
  readonly value: number;
}

const cornersOf = ({ shares, values }: Surface, triangle: readonly number[]): Corner[] =>
  triangle.map((i) => ({ ...pointOf(shares[i] as Shares), value: values[i] as number }));

const cross = (a: Corner, b: Corner, level: number): Point => {
  const part = (level - a.value) / (b.value - a.value);
  return { x: a.x + part * (b.x - a.x), y: a.y + part * (b.y - a.y) };
};

/** The parts of the triangle where the function lies between two values, as polygons. */
export function bandBetween(surface: Surface, low: number, high: number): Point[][] {
  const polygons: Point[][] = [];
  for (const triangle of surface.triangles) {
    const corners = cornersOf(surface, triangle);
    if (!corners.every(({ value }) => Number.isFinite(value))) continue;
    if (corners.every(({ value }) => value < low) || corners.every(({ value }) => value > high)) continue;
    const polygon: Point[] = [];
    corners.forEach((from, i) => {
      const to = corners[(i + 1) % 3] as Corner;
      if (from.value >= low && from.value <= high) polygon.push(from);
      const crossed = [low, high].filter((level) => from.value < level !== to.value < level && from.value !== level);
      if (from.value > to.value) crossed.reverse();
      for (const level of crossed) polygon.push(cross(from, to, level));
    });
    if (polygon.length > 2) polygons.push(polygon);
  }
  return polygons;
}

/** The line on which the function has a value, as pieces. */
export function contour(surface: Surface, level: number): (readonly [Point, Point])[] {
  const pieces: (readonly [Point, Point])[] = [];
  for (const triangle of surface.triangles) {
    const corners = cornersOf(surface, triangle);
    const ends = corners.flatMap((from, i) => {
      const to = corners[(i + 1) % 3] as Corner;
      return from.value < level !== to.value < level ? [cross(from, to, level)] : [];
    });
    if (ends.length === 2) pieces.push([ends[0] as Point, ends[1] as Point]);
  }
  return pieces;
}
