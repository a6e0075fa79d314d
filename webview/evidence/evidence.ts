import type { Opinion } from '../../src/core/recommend/consensus';
import type { TradeOffPoint } from '../../src/core/recommend/trade-off';
import type { Recommendation, RecommendOptions } from '../../src/core/recommend/types';
import type { Candidate } from '../candidates';
import type { Session } from '../session';
import type { At, CurvePoint, Gain, MixtureLosses, Range, Region } from './calls';
import { EvidenceClient } from './client';

/** Answers by what they were asked about: a JSON text of numbers. */
class Remembered<T> {
  private readonly answers = new Map<string, T>();
  private readonly asked = new Set<string>();
  /** The last answer of each kind of question, shown until the next is there. */
  private readonly last = new Map<string, T>();

  constructor(private readonly changed: () => void) {}

  /** The answer, or undefined while it is looked for. */
  get(key: string, ask: (done: (value: T) => void) => void): T | undefined {
    const known = this.answers.get(key);
    if (known !== undefined || this.asked.has(key)) return known;
    this.asked.add(key);
    // What a newer question replaced may be asked again later.
    setTimeout(() => this.asked.delete(key), 2000);
    ask((value) => {
      if (this.answers.size > 400) this.answers.clear();
      this.answers.set(key, value);
      this.changed();
    });
    return undefined;
  }

  /** As `get`, but what was last known of this kind while the answer is looked for. */
  latest(kind: string, key: string, ask: (done: (value: T) => void) => void): T | undefined {
    const known = this.get(key, ask);
    if (known === undefined) return this.last.get(kind);
    this.last.set(kind, known);
    return known;
  }
}

/**
 * How sure the page's numbers are: intervals, gains, regions and curves, each computed in a thread of its own when a view
 * first asks, and announced by `changed`. Until then views show the numbers alone.
 */
export class Evidence {
  private readonly client: EvidenceClient;
  private readonly lossesKnown: Remembered<MixtureLosses>;
  private readonly gainsKnown: Remembered<Gain>;
  private readonly changesKnown: Remembered<readonly Gain[]>;
  private readonly regions: Remembered<Region>;
  private readonly bands: Remembered<readonly Range[]>;
  private readonly tradeOffs: Remembered<readonly TradeOffPoint[]>;
  private readonly drifts: Remembered<readonly Recommendation[]>;
  private readonly recommendations: Remembered<Recommendation>;
  private readonly opinionsKnown: Remembered<readonly Opinion[]>;

  constructor(session: Session, changed: () => void, failed: (problem: string) => void) {
    this.client = new EvidenceClient(session, failed);
    this.lossesKnown = new Remembered(changed);
    this.gainsKnown = new Remembered(changed);
    this.changesKnown = new Remembered(changed);
    this.regions = new Remembered(changed);
    this.bands = new Remembered(changed);
    this.tradeOffs = new Remembered(changed);
    this.drifts = new Remembered(changed);
    this.recommendations = new Remembered(changed);
    this.opinionsKnown = new Remembered(changed);
  }

  /** Intervals of a mixture's losses. While those of a moved mixture are looked for, the last ones move along with it. */
  losses(candidate: Candidate, at: At): MixtureLosses | undefined {
    const { mixture } = candidate;
    const known = this.lossesKnown.latest(candidate.id, keyOf([...mixture], at), (done) =>
      this.client.ask(`losses ${candidate.id}`, 'losses', { ...at, mixture }, done),
    );
    return (
      known && {
        losses: known.losses.map((range, i) => movedTo(range, candidate.losses[i] ?? NaN)),
        mean: movedTo(known.mean, candidate.mean),
      }
    );
  }

  /** What a mixture gains over another one. */
  gain(candidate: Candidate, over: Candidate, at: At): Gain | undefined {
    const known = this.gainsKnown.latest(
      `${candidate.id} ${over.id}`,
      keyOf([...candidate.mixture], [...over.mixture], at),
      (done) =>
        this.client.ask(
          `gain ${candidate.id} ${over.id}`,
          'gains',
          { ...at, mixture: candidate.mixture, others: [over.mixture] },
          ([gain]) => gain && done(gain),
        ),
    );
    return known && { ...movedTo(known, over.mean - candidate.mean), probability: known.probability };
  }

  /** What a mixture gains over another one on each target. */
  changes(candidate: Candidate, over: Candidate, at: At): readonly Gain[] | undefined {
    const { modelSize, tokens } = at;
    const known = this.changesKnown.latest(
      'changes',
      keyOf([...candidate.mixture], [...over.mixture], modelSize, tokens),
      (done) => this.client.ask('changes', 'changes', { ...at, mixture: candidate.mixture, other: over.mixture }, done),
    );
    return known?.map((gain, i) => ({
      ...movedTo(gain, (over.losses[i] ?? NaN) - (candidate.losses[i] ?? NaN)),
      probability: gain.probability,
    }));
  }

  region(recommendation: Recommendation, options: RecommendOptions): Region | undefined {
    const { mixture } = recommendation;
    return this.regions.get(keyOf(mixture, options), (done) =>
      this.client.ask('region', 'region', { options, mixture }, done),
    );
  }

  band(id: string, points: readonly CurvePoint[], target: number, { targetWeights }: At): readonly Range[] | undefined {
    const key = keyOf(
      id,
      points.map(({ mixture, modelSize, tokens }) => [...mixture, modelSize, tokens]),
      target,
      targetWeights,
    );
    return this.bands.get(key, (done) =>
      this.client.ask(`band ${id}`, 'band', { points, target, targetWeights }, done),
    );
  }

  tradeOff(
    options: RecommendOptions,
    a: readonly number[],
    b: readonly number[],
    steps: number,
  ): readonly TradeOffPoint[] | undefined {
    return this.tradeOffs.get(keyOf(options, a, b, steps), (done) =>
      this.client.ask('trade-off', 'tradeOff', { options, a, b, steps }, done),
    );
  }

  drift(
    options: RecommendOptions,
    modelSizes: readonly number[],
    tokens: readonly number[],
  ): readonly Recommendation[] | undefined {
    return this.drifts.get(keyOf(options, modelSizes, tokens), (done) =>
      this.client.ask('drift', 'drift', { options, modelSizes, tokens }, done),
    );
  }

  /** The recommendation from all starts. */
  best(options: RecommendOptions): Recommendation | undefined {
    return this.recommendations.get(keyOf(options), (done) => this.client.ask('best', 'recommend', { options }, done));
  }

  /** What each law of the document says of a recommendation. */
  opinions(recommendation: Recommendation, options: RecommendOptions): readonly Opinion[] | undefined {
    return this.opinionsKnown.latest('opinions', keyOf(recommendation.mixture, options), (done) =>
      this.client.ask('opinions', 'opinions', { options, recommendation }, done),
    );
  }

  dispose(): void {
    this.client.dispose();
  }
}

const keyOf = (...parts: readonly unknown[]): string => JSON.stringify(parts);

/** The range around another value, as wide as before. */
const movedTo = <R extends Range>({ value, low, high }: R, to: number): Range => ({
  value: to,
  low: low + (to - value),
  high: high + (to - value),
});
