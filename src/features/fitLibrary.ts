/**
 * What the features use of the core once there is a fit: laws, predictions, recommendations, what they say of a config's
 * mixture, and how to write another in its place. A bundle of its own; the library has a stand-in that loads it when the
 * first of these functions is called.
 */
export { askedOptions } from '../core/fit/options';
export { predictorOf } from '../core/fit/predictor';
export { predictorOfDocument } from '../core/fitfile/consensus';
export { parseFitDocument } from '../core/fitfile/document';
export { laws } from '../core/laws/registry';
export { applyEdits, applyMixture } from '../core/mixtures/write/apply';
export { exportMixture, writableFormats } from '../core/mixtures/write/export';
export { sharesByConfigName } from '../core/mixtures/write/shares';
export { assessMixture, differentMixtures, isOutsideMeasured, meanOf } from '../core/pipeline/assessMixture';
export { uniformMixture } from '../core/pipeline/currentMixture';
export { availableTokens, epochProblems, fitProblems } from '../core/pipeline/fitProblems';
export { fixesFor } from '../core/pipeline/mixtureFixes';
export { recommend } from '../core/recommend/recommend';
