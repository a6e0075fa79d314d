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
  /** γ of each target, [M]; −1 without overlap. */
  readonly pooling: number;
  /** First T of each target and the domains its row runs over, ascending. Length M; empty without overlap. */
  readonly overlap: readonly { readonly at: number; readonly domains: Int32Array }[];
  /** B of each target, then β, [M] each; −1 unless the law has scale terms and model sizes or tokens vary. */
  readonly B: number;
  readonly beta: number;
  /** G of each target, then δ, [M] each; −1 unless the law has scale terms and tokens vary. */
  readonly G: number;
  readonly delta: number;
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
  const pooling = dataTerm === 'overlap' ? take(M) : -1;
  const overlap =
    dataTerm === 'overlap'
      ? shape.targetDomain.map((own) => {
          const domains = Int32Array.from(shape.domains.keys()).filter((domain) => domain !== own);
          return { at: take(domains.length), domains };
        })
      : [];
  const hasModelSizeTerm = dataTerm === 'overlap' && (shape.modelSizeVaries || shape.tokensVary);
  const B = hasModelSizeTerm ? take(M) : -1;
  const beta = hasModelSizeTerm ? take(M) : -1;
  const hasTokensTerm = dataTerm === 'overlap' && shape.tokensVary;
  const G = hasTokensTerm ? take(M) : -1;
  const delta = hasTokensTerm ? take(M) : -1;
  const H = capacityDomains > 0 && options.minAllocation === 'fitted' ? take(1) : -1;
  return { c, b, capacityDomains, E, A, a, floor, pooling, overlap, B, beta, G, delta, H, count: at };
}

/** Typical values, the centres of priors and starts: shares of the loss that E, the capacity and the data term explain. */
const TYPICAL = {
  shareOfE: 0.45,
  shareOfCapacity: 0.3,
  shareOfData: 0.25,
  shareOfModelSize: 0.2,
  shareOfTokens: 0.1,
  b: 0.2,
  a: 0.3,
  beta: 0.35,
  /** What more tokens gain whatever they are is mostly over early: the rest of it is the data term's. */
  delta: 1.2,
  floor: 0.03,
};
/** Widths of the priors in natural-log units; that of E is relative to its centre. */
const WIDTH = { scale: 1, exponent: 1, floor: 0.5, H: 1, E: 1 };
/**
 * Eq. 1 has no data term: E and the capacity term share the whole loss. c and b of its domains are more alike, so that their
 * prior is three times as tight, which matters for domains that few runs contain (docs/judging.md).
 */
const CAPACITY_ONLY = { shareOfE: 0.2, shareOfCapacity: 0.8, b: 0.06, widthOfB: 0.9, widthOfE: 2, weight: 3 };
/** Most domains teach little about each other and a few teach much: the tail is heavy, and far below the centre is nothing. */
const OVERLAP = { center: 0.025, width: 1, lower: 1e-3, upper: 2, linearBeyond: 0.5, offset: 0.015 };
/** A target that is no domain is some blend of them, and only the ratios within its row can be told. */
const OVERLAP_OF_STRANGER = { center: 0.3, width: 1, lower: 1e-3, upper: 10 };
const POOLING = { center: 0.85, width: 0.2, lower: 0.2, upper: 2 };

const NEUTRAL_SCALE = { modelSize: 100, smallestModelSize: 100, tokens: 10, loss: 2.5 };

interface Centers {
  readonly c: number;
  readonly b: number;
  readonly B: number;
  readonly G: number;
  readonly A: number;
  readonly E: number;
  readonly highestE: number;
}

/** @param target −1 for a domain that no target measures: the mean over the targets */
function centersOf(scale: DataScale | undefined, layout: Layout, K: number, target: number): Centers {
  const losses = scale?.medianLoss ?? [];
  const mean = losses.length > 0 ? losses.reduce((sum, loss) => sum + loss, 0) / losses.length : NEUTRAL_SCALE.loss;
  const loss = losses[target] ?? mean;
  const modelSize = scale?.modelSize ?? NEUTRAL_SCALE.modelSize;
  const tokens = scale?.tokens ?? NEUTRAL_SCALE.tokens;
  const { shareOfCapacity, shareOfE, b } = layout.A < 0 ? CAPACITY_ONLY : TYPICAL;
  return {
    c: shareOfCapacity * loss * Math.pow(modelSize / K, b),
    b,
    A: TYPICAL.shareOfData * loss * Math.pow(tokens / K, TYPICAL.a),
    B: TYPICAL.shareOfModelSize * loss * Math.pow(modelSize, TYPICAL.beta),
    G: TYPICAL.shareOfTokens * loss * Math.pow(tokens, TYPICAL.delta),
    E: shareOfE * loss,
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

interface PositiveRange {
  readonly center: number;
  /** Of the prior, in natural-log units. */
  readonly width: number;
  /** How many times as tight the prior is; 1 by default. */
  readonly weight?: number;
  readonly lower: number;
  readonly upper: number;
  readonly linearBeyond?: number;
  readonly offset?: number;
}

/** A positive parameter with a prior around its centre in log space. */
function positive({ center, width, weight = 1, lower, upper, linearBeyond, offset = 0 }: PositiveRange) {
  const prior = { center: Math.log(center + offset), width, weight, ...(linearBeyond ? { linearBeyond } : {}) };
  return { lower, upper, scale: 'log', offset, prior } as const;
}

/** A positive parameter in the unit of its typical value. */
const scaled = (center: number, weight = 1) =>
  positive({ center, width: WIDTH.scale, weight, lower: center * 1e-4, upper: center * 1e4 });
const exponent = (center: number, width = WIDTH.exponent, weight = 1) =>
  positive({ center, width, weight, lower: 1e-3, upper: 2 });

export function parametersOf(shape: LawShape, layout: Layout): ParameterSpec[] {
  const specs: ParameterSpec[] = [];
  const measuredBy = targetOfDomain(shape);
  const [widthOfB, weight] = layout.A < 0 ? [CAPACITY_ONLY.widthOfB, CAPACITY_ONLY.weight] : [WIDTH.exponent, 1];
  for (let d = 0; d < layout.capacityDomains; d++) {
    const domain = shape.domains[d]!;
    const { b, c } = centersOf(shape.scale, layout, shape.domains.length, measuredBy[d]!);
    specs[layout.c + d] = { name: `c[${domain}]`, symbol: 'c', domain, unit: 'loss', ...scaled(c, weight) };
    specs[layout.b + d] = { name: `b[${domain}]`, symbol: 'b', domain, unit: '1', ...exponent(b, widthOfB, weight) };
  }
  shape.targets.forEach((_, target) => addTarget(specs, shape, layout, target));
  if (layout.H >= 0) {
    const smallest = shape.scale?.smallestModelSize ?? NEUTRAL_SCALE.smallestModelSize;
    const even = smallest / shape.domains.length;
    specs[layout.H] = {
      name: 'H',
      symbol: 'H',
      unit: 'million parameters',
      ...positive({ center: 0.01 * even, width: WIDTH.H, lower: 1e-6 * even, upper: 0.5 * even }),
    };
  }
  return specs;
}

function addTarget(specs: ParameterSpec[], shape: LawShape, layout: Layout, i: number): void {
  const target = shape.targets[i]!;
  const centers = centersOf(shape.scale, layout, shape.domains.length, i);
  const widthOfE = layout.A < 0 ? CAPACITY_ONLY.widthOfE : WIDTH.E;
  const named = (symbol: string, unit: string) => ({ name: `${symbol}[${target}]`, symbol, target, unit });
  specs[layout.E + i] = {
    ...named('E', 'loss'),
    lower: 0,
    upper: centers.highestE,
    scale: 'linear',
    prior: { center: centers.E, width: widthOfE * centers.E, weight: 1 },
  };
  if (layout.A >= 0) {
    specs[layout.A + i] = { ...named('A', 'loss'), ...scaled(centers.A) };
    specs[layout.a + i] = { ...named('a', '1'), ...exponent(TYPICAL.a) };
  }
  if (layout.floor >= 0) {
    specs[layout.floor + i] = {
      ...named('ε', 'fraction of tokens'),
      ...positive({ center: TYPICAL.floor, width: WIDTH.floor, lower: 1e-5, upper: 1 }),
    };
  }
  if (layout.pooling >= 0) {
    specs[layout.pooling + i] = { ...named('γ', '1'), ...positive(POOLING) };
  }
  const row = layout.overlap[i];
  const range = shape.targetDomain[i]! >= 0 ? OVERLAP : OVERLAP_OF_STRANGER;
  row?.domains.forEach((d, k) => {
    const domain = shape.domains[d]!;
    specs[row.at + k] = {
      name: `T[${target}←${domain}]`,
      symbol: 'T',
      domain,
      target,
      unit: 'tokens per token',
      ...positive(range),
    };
  });
  if (layout.B >= 0) {
    specs[layout.B + i] = { ...named('B', 'loss'), ...scaled(centers.B) };
    specs[layout.beta + i] = { ...named('β', '1'), ...exponent(TYPICAL.beta) };
  }
  if (layout.G >= 0) {
    specs[layout.G + i] = { ...named('G', 'loss'), ...scaled(centers.G) };
    specs[layout.delta + i] = { ...named('δ', '1'), ...exponent(TYPICAL.delta) };
  }
}

/** A start: every parameter drawn around its typical value, E below the lowest loss. */
export function startOf(specs: readonly ParameterSpec[], random: Random): Float64Array {
  return Float64Array.from(specs, ({ lower, upper, scale, offset = 0, prior }) => {
    const center = prior?.center ?? 0;
    const width = prior?.width ?? 1;
    const drawn =
      scale === 'log' ? Math.exp(center + 0.5 * width * random.normal()) - offset : center * random.uniform(0.3, 1.5);
    return Math.min(upper, Math.max(lower, drawn));
  });
}
