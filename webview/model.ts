import type { PageState, ViewId } from '../src/core/contract/panel';
import { MixlawError } from '../src/core/errors';
import type { Mask } from '../src/core/fit/types';
import { defaultFloor } from '../src/core/recommend/constraints';
import { recommend } from '../src/core/recommend/recommend';
import type { Recommendation, RecommendOptions } from '../src/core/recommend/types';
import { aimedLoss } from './compute/curves';
import type { Session } from './session';

/** A mixture with a name, its predicted losses [M] and their target-weighted mean, at the chosen scale. */
export interface Candidate {
  readonly id: string;
  readonly label: string;
  readonly mixture: Float64Array;
  readonly losses: Float64Array;
  readonly mean: number;
}

/**
 * What the reader chose and everything that follows from it. Changing a choice recomputes at once, in the page, with
 * the same core the extension uses; listeners then read the new state.
 */
export class PanelModel {
  modelSize: number;
  tokens: number;
  /** Normalised to sum 1. Length M. */
  targetWeights: Float64Array;
  comparedWith: string;
  exploredDomain: number;
  /** A target, or −1 for the target-weighted mean. */
  exploredTarget: number;
  mask: Mask;
  readonly openTables: Set<string>;
  recommendation: Recommendation;
  recommended: Candidate;
  /** The mixture under the reader's own hands, from the recommended one unless they moved it. */
  trial: Candidate | undefined;
  candidates: readonly Candidate[] = [];
  /** Why no mixture could be recommended at the chosen scale; the last one that could stays shown. */
  problem: MixlawError | undefined;
  /** The reader's own limits on the recommended weights. Length K each. */
  limits: Readonly<Record<'lower' | 'upper', readonly (number | undefined)[]>>;
  /** Least weight of a domain without a limit of its own. */
  readonly floor: number;
  private readonly listeners = new Set<() => void>();

  constructor(
    readonly session: Session,
    state: PageState,
    private readonly persist: (state: PageState) => void,
    public view: ViewId,
  ) {
    const { fit, recommendation } = session.document;
    this.modelSize = firstPositive(state.modelSize, recommendation.modelSize, session.modelSizeRange?.[1]);
    this.tokens = firstPositive(state.tokens, recommendation.tokens, session.tokensRange?.[1]);
    this.targetWeights = normalised(stored(state.targetWeights, recommendation.targetWeights, fit.targets.length));
    this.comparedWith = state.comparedWith ?? (session.current ? 'current' : 'uniform');
    this.exploredDomain = Math.max(0, fit.domains.indexOf(state.exploredDomain ?? ''));
    this.exploredTarget = fit.targets.indexOf(state.exploredTarget ?? '');
    const limits = (values: PageState['lower']): (number | undefined)[] =>
      fit.domains.map((_, j) => (values?.length === fit.domains.length ? values[j] : undefined) ?? undefined);
    this.limits = { lower: limits(state.lower), upper: limits(state.upper) };
    this.floor = defaultFloor(fit.domains.length);
    this.mask = state.mask ?? 'all';
    this.openTables = new Set(state.openTables ?? []);
    this.recommendation = recommendation;
    this.recommended = this.candidate('recommended', 'Recommended', Float64Array.from(recommendation.mixture));
    if (this.moved()) this.recommendAgain();
    this.compare();
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Millions of parameters and billions of tokens to predict and recommend at. */
  setScale(scale: { readonly modelSize?: number; readonly tokens?: number }): void {
    this.modelSize = scale.modelSize ?? this.modelSize;
    this.tokens = scale.tokens ?? this.tokens;
    this.recommendAgain();
    this.compare();
    this.changed();
  }

  /** Weight of each target; any non-negative numbers with a positive sum. */
  setTargetWeights(weights: ArrayLike<number>): void {
    this.targetWeights = normalised(weights);
    this.recommendAgain();
    this.compare();
    this.changed();
  }

  /** Compares with a mixture of the reader's own; undefined puts it away. */
  setTrial(mixture: Float64Array | undefined): void {
    const others = this.candidates.filter((candidate) => candidate.id !== 'trial');
    this.trial = mixture && this.candidate('trial', 'Your mixture', mixture);
    this.candidates = this.trial ? [...others, this.trial] : others;
    if (this.trial) this.comparedWith = 'trial';
    this.changed();
  }

  /** Least or greatest weight of a domain (a fraction); undefined leaves it to the default. */
  setLimit(bound: 'lower' | 'upper', domain: number, limit: number | undefined): void {
    this.limits = { ...this.limits, [bound]: this.limits[bound].with(domain, limit) };
    this.recommendAgain();
    this.compare();
    this.changed();
  }

  clearLimits(): void {
    const none = this.limits.lower.map(() => undefined);
    this.limits = { lower: none, upper: none };
    this.recommendAgain();
    this.compare();
    this.changed();
  }

  /** Changes of what is looked at, not of what is computed. */
  set(choice: Partial<Pick<PanelModel, 'comparedWith' | 'exploredDomain' | 'exploredTarget' | 'mask' | 'view'>>): void {
    Object.assign(this, choice);
    this.changed();
  }

  setTableOpen(id: string, open: boolean): void {
    if (open) this.openTables.add(id);
    else this.openTables.delete(id);
    this.save();
  }

  /** The mixture the recommendation is compared with. */
  get comparison(): Candidate {
    return this.candidates.find((candidate) => candidate.id === this.comparedWith) ?? (this.candidates[0] as Candidate);
  }

  candidate(id: string, label: string, mixture: Float64Array): Candidate {
    const losses = new Float64Array(this.session.predictor.targets.length);
    this.session.predictor.predict(mixture, this.modelSize, this.tokens, losses);
    return { id, label, mixture, losses, mean: aimedLoss(losses, { weights: this.targetWeights }) };
  }

  /** What the recommendation is made with. */
  recommendOptions(): RecommendOptions {
    const { lower, upper } = this.limits;
    return {
      modelSize: this.modelSize,
      tokens: this.tokens,
      targetWeights: Array.from(this.targetWeights),
      ...(this.limited('lower') ? { lower: lower.map((limit) => limit ?? this.floor) } : {}),
      ...(this.limited('upper') ? { upper: upper.map((limit) => limit ?? 1) } : {}),
    };
  }

  private limited(bound: 'lower' | 'upper'): boolean {
    return this.limits[bound].some((limit) => limit !== undefined);
  }

  private recommendAgain(): void {
    try {
      this.recommendation = recommend(this.session.predictor, this.recommendOptions());
      this.problem = undefined;
    } catch (error) {
      if (!(error instanceof MixlawError)) throw error;
      this.problem = error;
    }
    this.recommended = this.candidate('recommended', 'Recommended', Float64Array.from(this.recommendation.mixture));
  }

  /** The mixtures to compare with, predicted at the chosen scale. */
  private compare(): void {
    const { current, observations, predictor } = this.session;
    const K = predictor.domains.length;
    const best = bestRun(this.session, this.targetWeights);
    const list: Candidate[] = [];
    if (current) list.push(this.candidate('current', current.label, Float64Array.from(current.mixture)));
    list.push(this.candidate('uniform', 'Uniform', new Float64Array(K).fill(1 / K)));
    if (observations.count > 0) list.push(this.candidate('mean', 'Mean of the runs', meanMixture(this.session)));
    if (best >= 0) {
      const label = `Best measured run (row ${(observations.rows[best] as number) + 1})`;
      list.push(this.candidate('best-run', label, observations.mixtures[best] as Float64Array));
    }
    if (this.trial) {
      this.trial = this.candidate('trial', this.trial.label, this.trial.mixture);
      list.push(this.trial);
    }
    this.candidates = list;
  }

  /** The choices differ from those the document's own recommendation was made with. */
  private moved(): boolean {
    const { recommendation } = this.session.document;
    const weights = normalised(stored(undefined, recommendation.targetWeights, this.targetWeights.length));
    return (
      this.limited('lower') ||
      this.limited('upper') ||
      !Object.is(this.modelSize, recommendation.modelSize ?? NaN) ||
      !Object.is(this.tokens, recommendation.tokens ?? NaN) ||
      weights.some((weight, i) => Math.abs(weight - (this.targetWeights[i] as number)) > 1e-12)
    );
  }

  private changed(): void {
    this.save();
    for (const listener of this.listeners) listener();
  }

  private save(): void {
    const { domains, targets } = this.session.predictor;
    const domain = domains[this.exploredDomain];
    const target = targets[this.exploredTarget];
    this.persist({
      version: 1,
      view: this.view,
      ...(Number.isFinite(this.modelSize) ? { modelSize: this.modelSize } : {}),
      ...(Number.isFinite(this.tokens) ? { tokens: this.tokens } : {}),
      targetWeights: Array.from(this.targetWeights),
      ...(this.limited('lower') ? { lower: this.limits.lower.map((limit) => limit ?? null) } : {}),
      ...(this.limited('upper') ? { upper: this.limits.upper.map((limit) => limit ?? null) } : {}),
      comparedWith: this.comparedWith,
      ...(domain === undefined ? {} : { exploredDomain: domain }),
      ...(target === undefined ? {} : { exploredTarget: target }),
      mask: this.mask,
      openTables: [...this.openTables],
    });
  }
}

/** NaN when there is none. */
const firstPositive = (...values: readonly (number | null | undefined)[]): number =>
  values.find((value) => value != null && value > 0 && Number.isFinite(value)) ?? NaN;

/** Stored weights if they fit this document, else the document's, else equal ones. */
function stored(
  state: readonly number[] | undefined,
  document: readonly number[] | undefined,
  length: number,
): ArrayLike<number> {
  const usable = (weights: readonly number[] | undefined): weights is readonly number[] =>
    weights?.length === length && weights.every((w) => w >= 0) && weights.some((w) => w > 0);
  return [state, document].find(usable) ?? new Float64Array(length).fill(1);
}

export function normalised(weights: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(weights);
  const sum = values.reduce((total, value) => total + value, 0);
  return values.map((value) => value / sum);
}

function meanMixture({ observations, predictor }: Session): Float64Array {
  const mean = new Float64Array(predictor.domains.length);
  for (const mixture of observations.mixtures) {
    for (let j = 0; j < mean.length; j++) mean[j] = (mean[j] as number) + (mixture[j] as number) / observations.count;
  }
  return mean;
}

/** Position of the run with the lowest target-weighted measured loss, among runs measured on every weighted target. */
function bestRun({ observations }: Session, weights: Float64Array): number {
  let best = -1;
  let lowest = Infinity;
  observations.losses.forEach((losses, position) => {
    const mean = aimedLoss(losses, { weights });
    if (mean < lowest) [best, lowest] = [position, mean];
  });
  return best;
}
