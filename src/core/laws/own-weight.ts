import type { LawOptions, ParameterSpec } from './law';
import { aroundLog, logRange, parameter } from './terms';

/**
 * h + ε, the floored weight of a target's own domain in laws that diverge at h = 0. ε stands for what the other
 * domains (and the rounding of the file) are worth: fitted per target, or fixed by the option `minWeight`.
 */
export interface FlooredWeight {
  /** The specification of ε when it is fitted. */
  readonly parameters: readonly ParameterSpec[];
  /** ε when it is fixed. */
  readonly fixed: number;
}

export function flooredWeight(options: LawOptions, target: string): FlooredWeight {
  if (options.minWeight !== 'fitted') return { parameters: [], fixed: options.minWeight };
  return {
    parameters: [parameter({ symbol: 'ε', target }, 'fraction of tokens', logRange(1e-6, 1), aroundLog(0.003, 2))],
    fixed: 0,
  };
}
