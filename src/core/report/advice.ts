import type { CurrentMixture } from '../contract/panel';
import { predictorOfDocument } from '../fitfile/consensus';
import type { FitDocument } from '../fitfile/types';
import { advise, type Advice, type ComparedMixture } from '../pipeline/advise';
import type { RecommendOptions } from '../recommend/types';

/** What a report is about. */
export interface ReportRequest {
  /** Name of the fit document, as the reader would type it. */
  readonly fileName: string;
  /** The mixture trained on now. */
  readonly current?: CurrentMixture;
  /** Scale, targets and limits of the recommendation; the document's own when absent. */
  readonly options?: RecommendOptions;
}

/** A document with the recommendation that the report tells of. */
export interface Subject {
  readonly document: FitDocument;
  readonly request: ReportRequest;
  readonly options: RecommendOptions;
  readonly advice: Advice;
  /** Other mixtures with their predicted losses [M] and target-weighted mean. */
  readonly compared: readonly (ComparedMixture & { readonly losses: readonly number[]; readonly mean: number })[];
}

/** @throws PredictionError for limits that conflict */
export function subjectOf(document: FitDocument, request: ReportRequest): Subject {
  const { fit, recommendation } = document;
  const { modelSize, tokens, targetWeights } = recommendation;
  const options = request.options ?? { modelSize, tokens, targetWeights, seed: fit.options.seed };
  const K = fit.domains.length;
  const { current } = request;
  const { available } = options;
  const stock = available?.reduce((sum, tokens) => sum + tokens, 0);
  const mixtures: ComparedMixture[] = [
    ...(current?.mixture.length === K ? [current] : []),
    ...(current?.label === 'uniform' ? [] : [{ label: 'uniform', mixture: new Array<number>(K).fill(1 / K) }]),
    ...(stock !== undefined && Number.isFinite(stock) && stock > 0
      ? [{ label: 'proportional to the tokens that exist', mixture: (available ?? []).map((tokens) => tokens / stock) }]
      : []),
  ];
  const advice = advise(document, options, mixtures);
  const predictor = predictorOfDocument(document);
  const weights = advice.recommendation.targetWeights;
  const compared = mixtures.map(({ label, mixture }) => {
    const losses = new Float64Array(fit.targets.length);
    predictor.predict(Float64Array.from(mixture), options.modelSize, options.tokens, losses);
    const mean = losses.reduce((sum, loss, i) => sum + (weights[i] ?? 0) * loss, 0);
    return { label, mixture, losses: [...losses], mean };
  });
  return { document, request, options, advice, compared };
}
