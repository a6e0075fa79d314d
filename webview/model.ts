import type { PageState, ViewId } from '../src/core/contract/panel';
import { MixlawError } from '../src/core/errors';
import type { Mask } from '../src/core/fit/types';
import type { NamedMixture } from '../src/core/fitfile/types';
import { divergenceCost, recommend } from '../src/core/recommend/recommend';
import type { Recommendation, RecommendOptions } from '../src/core/recommend/types';
import type { Candidate, Named } from './candidates';
import { bestRun, meanMixture, proportionalTo } from './candidates';
import { aimedLoss } from './compute/curves';
import type { At, Region } from './evidence/calls';
import { Evidence } from './evidence/evidence';
import { t } from './l10n';
import type { Limits } from './limits';
import { isLimited, noLimits, optionsOf, stateOf, storedLimits } from './limits';
import type { Session } from './session';

export type { Candidate } from './candidates';

/** Where the model keeps the reader's place, and how it hears of what cannot be computed. */
export interface ModelHost {
  persist(state: PageState): void;
  failed(problem: string): void;
}

const HEARING_MS = 60;

type Choices = Pick<
  PanelModel,
  'comparedWith' | 'exploredDomain' | 'exploredTarget' | 'mask' | 'view' | 'corners' | 'tradeOff'
>;

/**
 * What the reader chose and everything that follows from it. Changing a choice recomputes at once, in the page, with
 * the same core the extension uses; listeners then read the new state. What takes longer comes from `evidence` later.
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
  /** Domains at the corners of the ternary map; empty: those that matter most. */
  corners: readonly number[];
  /** Targets of the trade-off, −1 for the target-weighted mean; empty: the mean and the target that gains least. */
  tradeOff: readonly number[];
  mask: Mask;
  readonly openTables: Set<string>;
  recommendation: Recommendation;
  /** What the recommendation was made with: the choices, unless no mixture satisfies them. */
  madeWith: RecommendOptions;
  recommended: Candidate;
  /** The mixture under the reader's own hands, from the recommended one unless they moved it. */
  trial: Candidate | undefined;
  candidates: readonly Candidate[] = [];
  /** Mixtures with a name, as the document keeps them. */
  whatIfs: readonly NamedMixture[];
  /** Why no mixture could be recommended at the chosen scale; the last one that could stays shown. */
  problem: MixlawError | undefined;
  limits: Limits;
  /** 0-based data row of a run to compare with, besides the mixtures that are always there. */
  pinnedRow: number | undefined;
  /** What was recommended before the results were fitted again. */
  earlier: Named | undefined;
  readonly evidence: Evidence;
  private readonly listeners = new Set<() => void>();
  private hearing: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly session: Session,
    state: PageState,
    private readonly host: ModelHost,
    public view: ViewId,
  ) {
    const { fit, recommendation, whatIfs } = session.document;
    this.modelSize = firstPositive(state.modelSize, recommendation.modelSize, session.modelSizeRange?.[1]);
    this.tokens = firstPositive(state.tokens, recommendation.tokens, session.tokensRange?.[1]);
    this.targetWeights = normalised(stored(state.targetWeights, recommendation.targetWeights, fit.targets.length));
    this.comparedWith = state.comparedWith ?? (session.current ? 'current' : 'uniform');
    this.pinnedRow = state.pinnedRow;
    this.exploredDomain = Math.max(0, fit.domains.indexOf(state.exploredDomain ?? ''));
    this.exploredTarget = fit.targets.indexOf(state.exploredTarget ?? '');
    const corners = (state.corners ?? []).map((name) => fit.domains.indexOf(name));
    this.corners = corners.includes(-1) || new Set(corners).size !== 3 ? [] : corners;
    this.tradeOff = (state.tradeOff ?? []).map((name) => fit.targets.indexOf(name));
    this.limits = storedLimits(state, fit.domains, session.stock);
    this.mask = state.mask ?? 'all';
    this.openTables = new Set(state.openTables ?? []);
    this.whatIfs = whatIfs ?? [];
    this.recommendation = recommendation;
    this.recommended = this.candidate('recommended', t('Recommended'), Float64Array.from(recommendation.mixture));
    this.evidence = new Evidence(
      session,
      () => this.heard(),
      (problem) => host.failed(problem),
    );
    this.madeWith = this.at;
    this.compare();
    if (this.moved()) this.again();
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  dispose(): void {
    clearTimeout(this.hearing);
    this.evidence.dispose();
    this.listeners.clear();
  }

  /** Millions of parameters and billions of tokens to predict and recommend at. */
  setScale(scale: { readonly modelSize?: number; readonly tokens?: number }): void {
    this.modelSize = scale.modelSize ?? this.modelSize;
    this.tokens = scale.tokens ?? this.tokens;
    this.again();
    this.changed();
  }

  /** Weight of each target; any non-negative numbers with a positive sum. */
  setTargetWeights(weights: ArrayLike<number>): void {
    this.targetWeights = normalised(weights);
    this.again();
    this.changed();
  }

  setLimits(limits: Partial<Limits>): void {
    this.limits = { ...this.limits, ...limits };
    this.again();
    this.changed();
  }

  clearLimits(): void {
    const { predictor, stock } = this.session;
    this.setLimits(noLimits(predictor.domains.length, stock));
  }

  /** Compares with a mixture of the reader's own; undefined puts it away. */
  setTrial(mixture: Float64Array | undefined): void {
    const others = this.candidates.filter((candidate) => candidate.id !== 'trial');
    this.trial = mixture && this.candidate('trial', t('Your mixture'), mixture);
    this.candidates = this.trial ? [...others, this.trial] : others;
    if (this.trial) this.comparedWith = 'trial';
    this.changed();
  }

  /** Takes a run for comparison, or puts it away. */
  pin(row: number | undefined): void {
    this.pinnedRow = row;
    if (row !== undefined) this.comparedWith = 'pinned';
    this.compare();
    this.changed();
  }

  setWhatIfs(whatIfs: readonly NamedMixture[]): void {
    this.whatIfs = whatIfs;
    this.compare();
    this.changed();
  }

  setEarlier(mixture: Float64Array): void {
    this.earlier = { id: 'earlier', label: t('Recommended before the refit'), mixture };
    this.compare();
    this.changed();
  }

  /** Changes of what is looked at, not of what is computed. */
  set(choice: Partial<Choices>): void {
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

  /** Where losses are predicted and how targets count. */
  get at(): At {
    return { modelSize: this.modelSize, tokens: this.tokens, targetWeights: Array.from(this.targetWeights) };
  }

  /** How far the weights can be moved, once it is known. */
  get region(): Region | undefined {
    return this.evidence.region(this.recommendation, this.madeWith);
  }

  /** The mixture that limits keep the recommendation near to. */
  get near(): Candidate {
    const { near } = this.limits;
    return this.candidates.find((candidate) => candidate.id === near) ?? (this.candidates[0] as Candidate);
  }

  candidate(id: string, label: string, mixture: Float64Array): Candidate {
    const losses = new Float64Array(this.session.predictor.targets.length);
    this.session.predictor.predict(mixture, this.modelSize, this.tokens, losses);
    return { id, label, mixture, losses, mean: aimedLoss(losses, { weights: this.targetWeights }) };
  }

  /** What the recommendation is made with. */
  recommendOptions(): RecommendOptions {
    const near = this.limits.maxChange === undefined && this.limits.kl === undefined ? undefined : this.near.mixture;
    return { ...this.at, ...optionsOf(this.limits, near) };
  }

  private again(): void {
    const options = this.recommendOptions();
    try {
      // From the last optimum at once; whether another start does better comes from the thread.
      this.adopt(recommend(this.session.predictor, { ...options, startAt: this.recommendation.mixture }));
      this.problem = undefined;
      this.madeWith = options;
      this.searchAll();
    } catch (error) {
      if (!(error instanceof MixlawError)) throw error;
      this.problem = error;
      this.adopt(this.recommendation);
    }
    this.compare();
  }

  private adopt(recommendation: Recommendation): void {
    this.recommendation = recommendation;
    this.recommended = this.candidate('recommended', t('Recommended'), Float64Array.from(recommendation.mixture));
  }

  /** Takes the best of all starts when it is better than what the last optimum led to. */
  private searchAll(): void {
    if (this.problem || !this.moved()) return;
    const options = this.recommendOptions();
    const best = this.evidence.best(options);
    if (!best) return;
    const minimised = ({ objective, mixture }: Recommendation): number => objective + divergenceCost(mixture, options);
    if (minimised(best) < minimised(this.recommendation) - 1e-10) this.adopt(best);
  }

  /** The thread has found something. Answers come in swarms: one redraw does for all that come within a moment. */
  private heard(): void {
    this.hearing ??= setTimeout(() => {
      this.hearing = undefined;
      this.searchAll();
      this.notify();
    }, HEARING_MS);
  }

  /** The mixtures to compare with, predicted at the chosen scale. */
  private compare(): void {
    const { current, observations, predictor } = this.session;
    const K = predictor.domains.length;
    const best = bestRun(this.session, this.targetWeights);
    const proportional = proportionalTo(this.limits.available);
    const list: Named[] = [];
    if (current) list.push({ id: 'current', label: current.label, mixture: Float64Array.from(current.mixture) });
    list.push({ id: 'uniform', label: t('Uniform'), mixture: new Float64Array(K).fill(1 / K) });
    if (proportional) list.push({ id: 'proportional', label: t('Proportional'), mixture: proportional });
    if (observations.count > 0)
      list.push({ id: 'mean', label: t('Mean of the runs'), mixture: meanMixture(this.session) });
    if (best >= 0) {
      const label = t('Best measured run (row {0})', (observations.rows[best] as number) + 1);
      list.push({ id: 'best-run', label, mixture: observations.mixtures[best] as Float64Array });
    }
    const pinned = this.pinnedRow === undefined ? -1 : observations.rows.indexOf(this.pinnedRow);
    if (pinned >= 0) {
      const label = t('Row {0}', (observations.rows[pinned] as number) + 1);
      list.push({ id: 'pinned', label, mixture: observations.mixtures[pinned] as Float64Array });
    }
    if (this.earlier) list.push(this.earlier);
    for (const { name, mixture } of this.whatIfs)
      list.push({ id: `what-if ${name}`, label: name, mixture: Float64Array.from(mixture) });
    this.candidates = list.map(({ id, label, mixture }) => this.candidate(id, label, mixture));
    if (!this.trial) return;
    this.trial = this.candidate('trial', this.trial.label, this.trial.mixture);
    this.candidates = [...this.candidates, this.trial];
  }

  /** The choices differ from those the document's own recommendation was made with. */
  moved(): boolean {
    const { recommendation } = this.session.document;
    const weights = normalised(stored(undefined, recommendation.targetWeights, this.targetWeights.length));
    return (
      isLimited(this.limits) ||
      !Object.is(this.modelSize, recommendation.modelSize ?? NaN) ||
      !Object.is(this.tokens, recommendation.tokens ?? NaN) ||
      weights.some((weight, i) => Math.abs(weight - (this.targetWeights[i] as number)) > 1e-12)
    );
  }

  private changed(): void {
    this.save();
    this.notify();
  }

  private notify(): void {
    for (const listener of this.listeners) listener();
  }

  private save(): void {
    const { domains, targets } = this.session.predictor;
    const domain = domains[this.exploredDomain];
    const target = targets[this.exploredTarget];
    this.host.persist({
      version: 1,
      view: this.view,
      ...(Number.isFinite(this.modelSize) ? { modelSize: this.modelSize } : {}),
      ...(Number.isFinite(this.tokens) ? { tokens: this.tokens } : {}),
      targetWeights: Array.from(this.targetWeights),
      ...stateOf(this.limits, domains, this.session.stock),
      comparedWith: this.comparedWith,
      ...(this.pinnedRow === undefined ? {} : { pinnedRow: this.pinnedRow }),
      ...(domain === undefined ? {} : { exploredDomain: domain }),
      ...(target === undefined ? {} : { exploredTarget: target }),
      ...(this.corners.length === 0 ? {} : { corners: this.corners.map((j) => domains[j] ?? '') }),
      ...(this.tradeOff.length === 0 ? {} : { tradeOff: this.tradeOff.map((i) => targets[i] ?? '') }),
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
