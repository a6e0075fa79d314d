/**
 * What the features use of the core at run time, a bundle of its own: the parsers and laws are loaded when they are
 * first needed, so that activation stays short. Features import types from the core directly, values from here.
 */
export { predictorOf } from '../core/fit/predictor';
export { predictorOfDocument } from '../core/fitfile/consensus';
export { parseFitDocument } from '../core/fitfile/document';
export { setTranslations, translated } from '../core/l10n';
export { laws } from '../core/laws/registry';
export { assumedScaleOf } from '../core/mixtures/scale/assumed';
export { mightHoldMixture, readMixtures } from '../core/mixtures/read';
export { applyEdits, applyMixture } from '../core/mixtures/write/apply';
export { exportMixture, writableFormats } from '../core/mixtures/write/export';
export { sharesByConfigName } from '../core/mixtures/write/shares';
export { assessMixture, differentMixtures, isOutsideMeasured, meanOf } from '../core/pipeline/assessMixture';
export { uniformMixture } from '../core/pipeline/currentMixture';
export { availableTokens, epochProblems, fitProblems } from '../core/pipeline/fitProblems';
export { fixesFor } from '../core/pipeline/mixtureFixes';
export { formatLoss, formatModelSize, formatPercent, formatTokens } from '../core/quantity';
export { recommend } from '../core/recommend/recommend';
