import type { DomainText } from './corpus';
import { drawTrainingText, makeCorpus } from './corpus';
import { domains } from './domains';
import { NgramModel } from './model';

/** One training run of the lab. */
export interface LabRun {
  /** Fractions, in the order of `domainNames`. */
  readonly mixture: readonly number[];
  /** N: stored contexts. */
  readonly modelSize: number;
  /** D: training bytes. */
  readonly tokens: number;
  /** Decides which passages are drawn. */
  readonly seed: number;
}

export const domainNames: readonly string[] = domains.map((domain) => domain.name);

let corpus: readonly DomainText[] | undefined;

/** The texts of all domains, read once per thread. */
export const labCorpus = (): readonly DomainText[] => (corpus ??= makeCorpus(domains));

/** Trains a model on the mixture and measures it on the held-out text of every domain. Nats per byte, in the order of `domainNames`. */
export function trainAndMeasure(run: LabRun): number[] {
  const texts = labCorpus();
  const model = NgramModel.train(drawTrainingText(texts, run.mixture, run.tokens, run.seed), run.modelSize);
  return texts.map((text) => model.loss(text.heldOut));
}
