import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LeastSquaresProblem, OptimizerOptions } from '../../../src/core/fit/optimizer';

const folder = '../shared/data/nist-strd';

/** Tolerances at which rounding, not the stopping rule, limits the digits. */
export const strict: OptimizerOptions = {
  maxIterations: 5000,
  objectiveTolerance: 1e-15,
  stepTolerance: 1e-13,
  gradientTolerance: 1e-14,
};

/** y at one row of predictors x; writes ∂y/∂b into `slopes`. */
type Curve = (b: Float64Array, x: readonly number[], slopes: Float64Array) => number;

/** One of the 27 nonlinear regression sets of the NIST Statistical Reference Datasets, with its certified values. */
export interface NistSet {
  readonly name: string;
  /** The published starts: the first is far from the optimum, the second near. */
  readonly starts: readonly [Float64Array, Float64Array];
  readonly certified: Float64Array;
  readonly sumOfSquares: number;
  readonly problem: LeastSquaresProblem;
}

/** The sets beside the checkout, or undefined where they are absent. */
export function nistSets(): readonly NistSet[] | undefined {
  if (!existsSync(folder)) return undefined;
  const files = readdirSync(folder).filter((file) => file.endsWith('.dat'));
  return files.sort().map((file) => readSet(file.slice(0, -4), readFileSync(join(folder, file), 'latin1')));
}

/** Digits that agree with the certified values, of the parameter that agrees least; 0 when none does, 11 at most. */
export function certifiedDigits(found: ArrayLike<number>, certified: ArrayLike<number>): number {
  let least = 11;
  for (let p = 0; p < certified.length; p++) {
    const error = Math.abs(found[p]! - certified[p]!) / Math.abs(certified[p]!);
    const digits = error === 0 ? 11 : -Math.log10(error);
    least = Math.min(least, digits > 0 ? digits : 0);
  }
  return least;
}

function readSet(name: string, text: string): NistSet {
  const lines = text.split(/\r?\n/);
  const curve = curves.get(name);
  const [, first, last] = /Data\s+\(lines\s+(\d+)\s+to\s+(\d+)\)/.exec(text) ?? [];
  if (!curve || !first || !last) throw new Error(`${name}: not a known set`);
  const parameters = [...text.matchAll(/^\s*b\d+ =\s+(\S+)\s+(\S+)\s+(\S+)\s+\S+\s*$/gm)];
  const column = (at: number): Float64Array => Float64Array.from(parameters, (match) => Number(match[at]));
  const rows = lines.slice(Number(first) - 1, Number(last)).map((line) => line.trim().split(/\s+/).map(Number));
  const observed = rows.map(([y]) => (name === 'Nelson' ? Math.log(y!) : y!));
  return {
    name,
    starts: [column(1), column(2)],
    certified: column(3),
    sumOfSquares: Number(/Residual Sum of Squares:\s+(\S+)/.exec(text)?.[1]),
    problem: problemOf(
      curve,
      parameters.length,
      rows.map(([, ...x]) => x),
      observed,
    ),
  };
}

function problemOf(
  curve: Curve,
  parameterCount: number,
  predictors: readonly (readonly number[])[],
  observed: readonly number[],
): LeastSquaresProblem {
  const slopes = new Float64Array(parameterCount);
  return {
    parameterCount,
    residualCount: observed.length,
    lower: new Float64Array(parameterCount).fill(Number.NEGATIVE_INFINITY),
    upper: new Float64Array(parameterCount).fill(Number.POSITIVE_INFINITY),
    residuals(b, residuals) {
      observed.forEach((y, k) => (residuals[k] = curve(b, predictors[k]!, slopes) - y));
    },
    jacobian(b, residuals, jacobian) {
      observed.forEach((y, k) => {
        residuals[k] = curve(b, predictors[k]!, slopes) - y;
        jacobian.set(slopes, k * parameterCount);
      });
    },
  };
}

/** b₁(1 − e^{−b₂x}) */
const saturation: Curve = (b, [x], slopes) => {
  const decay = Math.exp(-b[1]! * x!);
  slopes[0] = 1 - decay;
  slopes[1] = b[0]! * x! * decay;
  return b[0]! * (1 - decay);
};

/** e^{−b₁x} / (b₂ + b₃x) */
const chwirut: Curve = (b, [x], slopes) => {
  const below = b[1]! + b[2]! * x!;
  const y = Math.exp(-b[0]! * x!) / below;
  slopes[0] = -x! * y;
  slopes[1] = -y / below;
  slopes[2] = (-x! * y) / below;
  return y;
};

/** Σ b_{2k−1} e^{−b_{2k} x} */
const exponentials: Curve = (b, [x], slopes) => {
  let y = 0;
  for (let p = 0; p < b.length; p += 2) {
    const decay = Math.exp(-b[p + 1]! * x!);
    y += b[p]! * decay;
    slopes[p] = decay;
    slopes[p + 1] = -b[p]! * x! * decay;
  }
  return y;
};

/** b₁e^{−b₂x} and two Gaussian peaks (height, place, width). */
const gauss: Curve = (b, [x], slopes) => {
  const decay = Math.exp(-b[1]! * x!);
  let y = b[0]! * decay;
  slopes[0] = decay;
  slopes[1] = -b[0]! * x! * decay;
  for (const p of [2, 5]) {
    const distance = (x! - b[p + 1]!) / b[p + 2]!;
    const peak = Math.exp(-distance * distance);
    y += b[p]! * peak;
    slopes[p] = peak;
    slopes[p + 1] = (2 * b[p]! * peak * distance) / b[p + 2]!;
    slopes[p + 2] = (2 * b[p]! * peak * distance * distance) / b[p + 2]!;
  }
  return y;
};

/** (b₁ + … + x^{above−1} b) / (1 + x b + … ): a polynomial of `above` coefficients over one that starts at 1. */
const rational =
  (above: number): Curve =>
  (b, [x], slopes) => {
    let numerator = 0;
    let denominator = 1;
    for (let p = 0; p < b.length; p++) {
      if (p < above) numerator += b[p]! * x! ** p;
      else denominator += b[p]! * x! ** (p - above + 1);
    }
    const y = numerator / denominator;
    for (let p = 0; p < b.length; p++) {
      slopes[p] = p < above ? x! ** p / denominator : (-y * x! ** (p - above + 1)) / denominator;
    }
    return y;
  };

const curves: ReadonlyMap<string, Curve> = new Map<string, Curve>([
  ['Misra1a', saturation],
  ['BoxBOD', saturation],
  ['Chwirut1', chwirut],
  ['Chwirut2', chwirut],
  ['Lanczos1', exponentials],
  ['Lanczos2', exponentials],
  ['Lanczos3', exponentials],
  ['Gauss1', gauss],
  ['Gauss2', gauss],
  ['Gauss3', gauss],
  ['Hahn1', rational(4)],
  ['Thurber', rational(4)],
  ['Kirby2', rational(3)],
  [
    'Misra1b',
    (b, [x], slopes) => {
      const base = 1 + (b[1]! * x!) / 2;
      slopes[0] = 1 - base ** -2;
      slopes[1] = b[0]! * x! * base ** -3;
      return b[0]! * slopes[0];
    },
  ],
  [
    'Misra1c',
    (b, [x], slopes) => {
      const base = 1 + 2 * b[1]! * x!;
      slopes[0] = 1 - base ** -0.5;
      slopes[1] = b[0]! * x! * base ** -1.5;
      return b[0]! * slopes[0];
    },
  ],
  [
    'Misra1d',
    (b, [x], slopes) => {
      const base = 1 + b[1]! * x!;
      slopes[0] = (b[1]! * x!) / base;
      slopes[1] = (b[0]! * x!) / (base * base);
      return b[0]! * slopes[0];
    },
  ],
  [
    'DanWood',
    (b, [x], slopes) => {
      slopes[0] = x! ** b[1]!;
      slopes[1] = b[0]! * slopes[0] * Math.log(x!);
      return b[0]! * slopes[0];
    },
  ],
  [
    'Nelson',
    (b, [x1, x2], slopes) => {
      const decay = Math.exp(-b[2]! * x2!);
      slopes[0] = 1;
      slopes[1] = -x1! * decay;
      slopes[2] = b[1]! * x1! * x2! * decay;
      return b[0]! - b[1]! * x1! * decay;
    },
  ],
  [
    'MGH17',
    (b, [x], slopes) => {
      const [one, other] = [Math.exp(-x! * b[3]!), Math.exp(-x! * b[4]!)];
      slopes[0] = 1;
      slopes[1] = one;
      slopes[2] = other;
      slopes[3] = -b[1]! * x! * one;
      slopes[4] = -b[2]! * x! * other;
      return b[0]! + b[1]! * one + b[2]! * other;
    },
  ],
  [
    'Roszman1',
    (b, [x], slopes) => {
      const distance = x! - b[3]!;
      const ratio = b[2]! / distance;
      const slope = 1 / (Math.PI * (1 + ratio * ratio) * distance);
      slopes[0] = 1;
      slopes[1] = -x!;
      slopes[2] = -slope;
      slopes[3] = -slope * ratio;
      return b[0]! - b[1]! * x! - Math.atan(ratio) / Math.PI;
    },
  ],
  [
    'ENSO',
    (b, [x], slopes) => {
      const wave = (at: number, period: number): [number, number] => {
        const angle = (2 * Math.PI * x!) / period;
        slopes[at] = Math.cos(angle);
        slopes[at + 1] = Math.sin(angle);
        const [c, s] = [b[at]!, b[at + 1]!];
        return [c * slopes[at] + s * slopes[at + 1]!, ((c * slopes[at + 1]! - s * slopes[at]) * angle) / period];
      };
      slopes[0] = 1;
      const [year] = wave(1, 12);
      const [first, firstSlope] = wave(4, b[3]!);
      const [second, secondSlope] = wave(7, b[6]!);
      slopes[3] = firstSlope;
      slopes[6] = secondSlope;
      return b[0]! + year + first + second;
    },
  ],
  [
    'MGH09',
    (b, [x], slopes) => {
      const above = x! * x! + x! * b[1]!;
      const below = x! * x! + x! * b[2]! + b[3]!;
      const y = (b[0]! * above) / below;
      slopes[0] = above / below;
      slopes[1] = (b[0]! * x!) / below;
      slopes[2] = (-y * x!) / below;
      slopes[3] = -y / below;
      return y;
    },
  ],
  [
    'MGH10',
    (b, [x], slopes) => {
      const distance = x! + b[2]!;
      slopes[0] = Math.exp(b[1]! / distance);
      const y = b[0]! * slopes[0];
      slopes[1] = y / distance;
      slopes[2] = (-y * b[1]!) / (distance * distance);
      return y;
    },
  ],
  [
    'Eckerle4',
    (b, [x], slopes) => {
      const distance = (x! - b[2]!) / b[1]!;
      slopes[0] = Math.exp(-0.5 * distance * distance) / b[1]!;
      const y = b[0]! * slopes[0];
      slopes[1] = (y * (distance * distance - 1)) / b[1]!;
      slopes[2] = (y * distance) / b[1]!;
      return y;
    },
  ],
  [
    'Rat42',
    (b, [x], slopes) => {
      const growth = Math.exp(b[1]! - b[2]! * x!);
      slopes[0] = 1 / (1 + growth);
      const y = b[0]! * slopes[0];
      slopes[1] = -y * growth * slopes[0];
      slopes[2] = -x! * slopes[1];
      return y;
    },
  ],
  [
    'Rat43',
    (b, [x], slopes) => {
      const growth = Math.exp(b[1]! - b[2]! * x!);
      slopes[0] = (1 + growth) ** (-1 / b[3]!);
      const y = b[0]! * slopes[0];
      slopes[1] = (-y * growth) / (b[3]! * (1 + growth));
      slopes[2] = -x! * slopes[1];
      slopes[3] = (y * Math.log1p(growth)) / (b[3]! * b[3]!);
      return y;
    },
  ],
  [
    'Bennett5',
    (b, [x], slopes) => {
      const distance = b[1]! + x!;
      slopes[0] = distance ** (-1 / b[2]!);
      const y = b[0]! * slopes[0];
      slopes[1] = -y / (b[2]! * distance);
      slopes[2] = (y * Math.log(distance)) / (b[2]! * b[2]!);
      return y;
    },
  ],
]);
