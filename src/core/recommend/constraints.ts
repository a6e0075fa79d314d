import { t } from '../l10n';
import { PredictionError } from '../errors';
import type { LinearConstraint } from './quadratic';
import { solveQuadratic } from './quadratic';
import type { RecommendOptions } from './types';

/** A constraint that can be named to the user. */
export interface NamedConstraint extends LinearConstraint {
  readonly label: string;
}

/** Least weight by default: small, but the laws have no say on domains that are left out. Shrinks for many domains. */
export const defaultFloor = (domainCount: number): number => Math.min(1e-3, 0.05 / domainCount);

/** Position of Σh = 1 among the constraints. */
export const WEIGHTS_SUM = 0;

const percent = (fraction: number): string => `${Number((100 * fraction).toPrecision(4))} %`;

/**
 * The feasible set of a recommendation as linear constraints; the first is Σh = 1.
 * @throws PredictionError `infeasible-limits` naming the constraints that conflict.
 */
export function feasibleSet(domains: readonly string[], options: RecommendOptions): NamedConstraint[] {
  const K = domains.length;
  const constraints: NamedConstraint[] = [
    { label: 'weights sum to 100 %', normal: new Float64Array(K).fill(1), bound: 1, equality: true },
  ];
  const addLower = (normal: Float64Array, bound: number, label: string): void => {
    constraints.push({ label, normal, bound, equality: false });
  };
  const addUpper = (normal: Float64Array, bound: number, label: string): void =>
    addLower(
      normal.map((v) => -v),
      -bound,
      label,
    );
  const unit = (j: number): Float64Array => {
    const e = new Float64Array(K);
    e[j] = 1;
    return e;
  };
  const floor = defaultFloor(K);
  domains.forEach((domain, j) => {
    const fixed = options.fixed?.[j] ?? NaN;
    const isFixed = Number.isFinite(fixed);
    if (isFixed)
      constraints.push({ label: `${domain} = ${percent(fixed)}`, normal: unit(j), bound: fixed, equality: true });
    const asked = options.lower?.[j] ?? NaN;
    const lower = Math.max(0, Number.isFinite(asked) ? asked : isFixed ? 0 : floor);
    if (!isFixed || lower > 0) addLower(unit(j), lower, `${domain} ≥ ${percent(lower)}`);
    const upper = options.upper?.[j] ?? 1;
    if (upper < 1) addUpper(unit(j), upper, `${domain} ≤ ${percent(upper)}`);
    const available = options.available?.[j];
    if (available !== undefined && Number.isFinite(available)) {
      const cap = ((options.maxEpochs ?? 4) * available) / options.tokens;
      if (cap < 1) addUpper(unit(j), cap, `${domain} ≤ ${percent(cap)} (at most ${options.maxEpochs ?? 4} epochs)`);
    }
    const current = options.current?.[j];
    if (current !== undefined && options.maxChange !== undefined) {
      const change = options.maxChange;
      addLower(unit(j), current - change, `${domain} moves at most ${percent(change)} down`);
      addUpper(unit(j), current + change, `${domain} moves at most ${percent(change)} up`);
    }
  });
  for (const group of options.groups ?? []) {
    const normal = new Float64Array(K);
    for (const j of group.domains) normal[j] = 1;
    if (group.min !== undefined) addLower(normal, group.min, `${group.label} ≥ ${percent(group.min)}`);
    if (group.max !== undefined) addUpper(normal, group.max, `${group.label} ≤ ${percent(group.max)}`);
  }
  projectOnto(new Float64Array(K).fill(1 / K), constraints);
  return constraints;
}

/**
 * The feasible point nearest to `point` (Euclidean).
 * @throws PredictionError `infeasible-limits`
 */
export function projectOnto(point: Float64Array, constraints: readonly NamedConstraint[]): Float64Array {
  const K = point.length;
  const identity = new Float64Array(K * K);
  for (let j = 0; j < K; j++) identity[j * K + j] = 1;
  const result = solveQuadratic(
    identity,
    point.map((v) => -v),
    constraints,
  );
  if (result.feasible) return result.x;
  const names = (result.feasible === false ? result.conflict : []).map((c) => constraints[c]!.label);
  throw new PredictionError(
    'infeasible-limits',
    t('No mixture satisfies all limits: {0} cannot hold together.', names.join('; ')),
    t('Relax or remove one of these limits.'),
  );
}
