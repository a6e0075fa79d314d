import type { Random } from '../random';
import type { DataScale, LawOptions, LawShape, ParameterSpec } from './law';

/** What the second term of the law sees of the data: nothing (Eq. 1), the target's own domain (Eq. 3), all domains (overlap). */
export type DataTerm = 'none' | 'own' | 'overlap';

/** Where each group of parameters starts in θ; K′ is K, or 0 when no target measures a training domain. */
export interface Layout {
  /** c and b of each training domain, [K′] each. */
  readonly c: number;
  readonly b: number;
  readonly capacityDomains: number;
  /** E, A and a of each target, [M] each. */
  readonly E: number;
  readonly A: number;
  readonly a: number;
  /** Fitted floor ε of each target, [M]; −1 when the floor is fixed or not needed. */
  readonly floor: number;
  /** First T of each target and the domains its row runs over, ascending. Length M; empty without overlap. */
  readonly overlap: readonly { readonly at: number; readonly domains: Int32Array }[];
  /** H; −1 when fixed. */
  readonly H: number;
  readonly count: number;
}

export function layoutOf(shape: LawShape, options: LawOptions, dataTerm: DataTerm): Layout {
  const M = shape.targets.length;
  const capacityDomains = shape.targetDomain.some((domain) => domain >= 0) ? shape.domains.length : 0;
  let at = 0;
  const take = (size: number): number => (at += size) - size;
  const c = take(capacityDomains);
  const b = take(capacityDomains);
  const E = take(M);
  const A = dataTerm === 'none' ? -1 : take(M);
  const a = dataTerm === 'none' ? -1 : take(M);
  const floor = dataTerm === 'own' && options.minWeight === 'fitted' ? take(M) : -1;
  const overlap =
    dataTerm === 'overlap'
      ? shape.targetDomain.map((own) => {
          const domains = Int32Array.from(shape.domains.keys()).filter((domain) => domain !== own);
          return { at: take(domains.length), domains };
        })
      : [];
  const H = capacityDomains > 0 && options.minAllocation === 'fitted' ? take(1) : -1;
  return { c, b, capacityDomains, E, A, a, floor, overlap, H, count: at };
}

/** Typical values, the centres of priors and starts: shares of the loss that E, the capacity term and the data term explain. */
const TYPICAL = { shareOfE: 0.45, shareOfCapacity: 0.3, shareOfData: 0.25, b: 0.2, a: 0.3, overlap: 0.03 };
/** Widths of the priors in natural-log units. */
const WIDTH = { scale: 1, exponent: 1, overlap: 0.5, H: 1 };

const NEUTRAL_SCALE = { modelSize: 100, smallestModelSize: 100, tokens: 10, loss: 2.5 };

interface Centers {
  readonly c: number;
  readonly A: number;
  readonly E: number;
  readonly highestE: number;
}

function centersOf(scale: DataScale | undefined, K: number, target: number): Centers {
  const loss = scale?.medianLoss[target] ?? NEUTRAL_SCALE.loss;
  const x = (scale?.modelSize ?? NEUTRAL_SCALE.modelSize) / K;
  const tokens = (scale?.tokens ?? NEUTRAL_SCALE.tokens) / K;
  return {
    c: TYPICAL.shareOfCapacity * loss * Math.pow(x, TYPICAL.b),
    A: TYPICAL.shareOfData * loss * Math.pow(tokens, TYPICAL.a),
    E: TYPICAL.shareOfE * loss,
    highestE: scale?.lowestLoss[target] ?? Number.MAX_VALUE,
  };
}

/** Target that measures each domain, or −1. Length K. */
export function targetOfDomain(shape: LawShape): Int32Array {
  const targets = new Int32Array(shape.domains.length).fill(-1);
  shape.targetDomain.forEach((domain, target) => {
    if (domain >= 0 && targets[domain] === -1) targets[domain] = target;
  });
  return targets;
}

export function parametersOf(shape: LawShape, layout: Layout): ParameterSpec[] {
  const K = shape.domains.length;
  const lossUnit = 'loss';
  const specs: ParameterSpec[] = [];
  const positive = (center: number, width: number, lower: number, upper: number) =>
    ({ lower, upper, scale: 'log', prior: { center: Math.log(center), width, weight: 1 } }) as const;
  const around = (center: number, width: number) => positive(center, width, center * 1e-4, center * 1e4);

  const measuredBy = targetOfDomain(shape);
  for (let d = 0; d < layout.capacityDomains; d++) {
    const domain = shape.domains[d]!;
    const { c } = centersOf(shape.scale, K, measuredBy[d]!);
    specs[layout.c + d] = { name: `c[${domain}]`, symbol: 'c', domain, unit: lossUnit, ...around(c, WIDTH.scale) };
    specs[layout.b + d] = {
      name: `b[${domain}]`,
      symbol: 'b',
      domain,
      unit: '1',
      ...positive(TYPICAL.b, WIDTH.exponent, 1e-3, 5),
    };
  }
  shape.targets.forEach((target, i) => {
    const { A, E, highestE } = centersOf(shape.scale, K, i);
    const named = (symbol: string) => ({ name: `${symbol}[${target}]`, symbol, target });
    specs[layout.E + i] = {
      ...named('E'),
      unit: lossUnit,
      lower: 0,
      upper: highestE,
      scale: 'linear',
      prior: { center: E, width: E, weight: 1 },
    };
    if (layout.A >= 0) {
      specs[layout.A + i] = { ...named('A'), unit: lossUnit, ...around(A, WIDTH.scale) };
      specs[layout.a + i] = { ...named('a'), unit: '1', ...positive(TYPICAL.a, WIDTH.exponent, 1e-3, 5) };
    }
    if (layout.floor >= 0) {
      specs[layout.floor + i] = {
        ...named('ε'),
        unit: 'fraction of tokens',
        ...positive(TYPICAL.overlap, WIDTH.overlap, 1e-5, 1),
      };
    }
    const row = layout.overlap[i];
    row?.domains.forEach((d, k) => {
      const domain = shape.domains[d]!;
      specs[row.at + k] = {
        name: `T[${target}←${domain}]`,
        symbol: 'T',
        domain,
        target,
        unit: 'tokens per token',
        ...positive(TYPICAL.overlap, WIDTH.overlap, 1e-5, 2),
      };
    });
  });
  if (layout.H >= 0) {
    const smallest = shape.scale?.smallestModelSize ?? NEUTRAL_SCALE.smallestModelSize;
    const center = (0.01 * smallest) / K;
    specs[layout.H] = {
      name: 'H',
      symbol: 'H',
      unit: 'million parameters',
      ...positive(center, WIDTH.H, center * 1e-4, (0.5 * smallest) / K),
    };
  }
  return specs;
}

/** A start: every parameter drawn around its typical value, E below the lowest loss. */
export function startOf(specs: readonly ParameterSpec[], random: Random): Float64Array {
  return Float64Array.from(specs, ({ lower, upper, scale, prior }) => {
    const center = prior?.center ?? 0;
    const width = prior?.width ?? 1;
    const drawn =
      scale === 'log' ? Math.exp(center + 0.5 * width * random.normal()) : center * random.uniform(0.3, 1.5);
    return Math.min(upper, Math.max(lower, drawn));
  });
}
