/**
 * What the features use of the core at run time, a bundle of its own: it is loaded when it is first needed, so that
 * activation stays short. Features import types from the core directly, values from here.
 */
export { assumedScaleOf } from '../core/mixtures/scale/assumed';
export { mightHoldMixture, readMixtures } from '../core/mixtures/read';
export { applyEdits, applyMixture } from '../core/mixtures/write/apply';
export { sharesByConfigName } from '../core/mixtures/write/shares';
export { assessMixture, differentMixtures, isOutsideMeasured, meanOf } from '../core/pipeline/assessMixture';
export { uniformMixture } from '../core/pipeline/currentMixture';
export { availableTokens, epochProblems, fitProblems } from '../core/pipeline/fitProblems';
export { fixesFor } from '../core/pipeline/mixtureFixes';
export { formatLoss, formatModelSize, formatPercent, formatTokens } from '../core/quantity';
export {
  askedOptions,
  exportMixture,
  laws,
  parseFitDocument,
  predictorOf,
  predictorOfDocument,
  recommend,
  writableFormats,
} from './fitLibrary';
// Whole, as the fits' bundle has these modules from here (`SHARED` in esbuild.mjs).
export * from '../core/errors';
export * from '../core/json';
export * from '../core/l10n';
