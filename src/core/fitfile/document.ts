import { t } from '../l10n';
import * as v from 'valibot';
import { version } from '../../../package.json';
import { FitDocumentError } from '../errors';
import type { Fit } from '../fit/types';
import { jsonFault } from '../json';
import type { Comparison } from '../judge/comparison';
import type { Recommendation } from '../recommend/types';
import type { ResultsReading } from '../results/types';
import { quoted } from '../words';
import { layOut } from './layout';
import { migrate } from './migrate';
import { observationsOf } from './observations';
import { fitDocumentSchema } from './schema';
import { FIT_DOCUMENT_VERSION, type FitDocument, type FittedConsensus, type NamedMixture } from './types';

export { observationsOf, runsOf } from './observations';
export { withWhatIfs } from './whatIfs';

/** Everything a fit document is made from. Names of files are relative to the document, with slashes. */
export interface FitDocumentParts {
  readonly files: FitDocument['data']['files'];
  readonly reading: ResultsReading;
  readonly fit: Fit;
  readonly recommendation: Recommendation;
  readonly consensus?: FittedConsensus;
  readonly comparison?: Comparison;
  /** Kept from an earlier fit of the same domains. */
  readonly whatIfs?: readonly NamedMixture[];
}

export function makeFitDocument(parts: FitDocumentParts): FitDocument {
  const { files, reading, fit, recommendation, consensus, comparison, whatIfs = [] } = parts;
  const { columns, totalRows, dropped, repaired, missingLosses, warnings, runs } = reading;
  return {
    schemaVersion: FIT_DOCUMENT_VERSION,
    generator: `mixlaw ${version}`,
    data: {
      files: files.map(({ name, bytes, sha256, format }) => ({ name, bytes, sha256, format })),
      columns,
      totalRows,
      dropped,
      repaired,
      missingLosses,
      warnings,
      lossKind: runs.lossKind,
    },
    fit,
    observations: observationsOf(runs, fit),
    recommendation,
    ...(consensus ? { consensus } : {}),
    ...(comparison ? { comparison } : {}),
    ...(whatIfs.length > 0 ? { whatIfs } : {}),
  };
}

/** The text of a document: keys in the order of the schema, NaN as null, a newline at the end. Equal documents give equal bytes. */
export function serializeFitDocument(document: FitDocument): string {
  // Through JSON first, which drops undefined and turns NaN into null; then through the schema, which orders the keys.
  const plain: unknown = JSON.parse(JSON.stringify(document));
  const ordered = v.parse(fitDocumentSchema, plain);
  return layOut(JSON.parse(JSON.stringify(ordered)));
}

/**
 * A fit document from its text; null in computed numbers becomes NaN again. Throws `FitDocumentError`: `invalid-json`
 * with line and column, `not-a-fit-document`, `newer-version`, or `wrong-shape` with the path of what does not fit.
 */
export function parseFitDocument(text: string, fileName: string): FitDocument {
  const result = v.safeParse(fitDocumentSchema, migrate(parseJson(text.replace(/^\ufeff/, ''), fileName), fileName));
  if (!result.success) {
    const [issue] = result.issues;
    const found = issue.received.length > 0 ? `, found ${quoted(issue.received)}` : '';
    throw wrongShape(
      fileName,
      v.getDotPath(issue) ?? 'the document',
      `expected ${issue.expected ?? issue.message}${found}`,
    );
  }
  refuseUnequalLengths(result.output, fileName);
  return result.output;
}

function parseJson(text: string, fileName: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    const { line, column, what } = jsonFault(text);
    throw new FitDocumentError(
      'invalid-json',
      t('{0} is not valid JSON: line {1}, column {2} ({3}).', quoted(fileName), line, column, what),
      t('Fit the results again to write the document anew.'),
      { file: fileName, line, column },
    );
  }
}

function wrongShape(fileName: string, path: string, what: string): FitDocumentError {
  return new FitDocumentError(
    'wrong-shape',
    t('{0} is no valid fit document: {1}: {2}.', quoted(fileName), quoted(path), what),
    t('Fit the results again to write the document anew.'),
    { file: fileName },
  );
}

/** Lists that belong together have the same length, and refer to what is there. */
function refuseUnequalLengths(document: FitDocument, fileName: string): void {
  const { fit, observations, recommendation, consensus, whatIfs = [] } = document;
  const members = consensus?.members ?? [];
  const K = fit.domains.length;
  const M = fit.targets.length;
  const n = observations.rows.length;
  const lengths: readonly (readonly [path: string, length: number, expected: number])[] = [
    ['fit.targetDomain', fit.targetDomain.length, M],
    ['observations.runIds', observations.runIds.length, n],
    ['observations.mixtures', observations.mixtures.length, n],
    ['observations.losses', observations.losses.length, n],
    ['observations.modelSizes', observations.modelSizes.length, n],
    ['observations.tokens', observations.tokens.length, n],
    ...observations.mixtures.map((row, i) => [`observations.mixtures.${i}`, row.length, K] as const),
    ...observations.losses.map((row, i) => [`observations.losses.${i}`, row.length, M] as const),
    ['recommendation.mixture', recommendation.mixture.length, K],
    ['recommendation.losses', recommendation.losses.length, M],
    ['recommendation.targetWeights', recommendation.targetWeights.length, M],
    ...(consensus ? ([['consensus.domains', consensus.domains.length, K]] as const) : []),
    ...members.flatMap(({ mixture, fit: own }, i) => [
      [`consensus.members.${i}.mixture`, mixture.length, K] as const,
      [`consensus.members.${i}.fit.domains`, own?.domains.length ?? K, K] as const,
      [`consensus.members.${i}.fit.targets`, own?.targets.length ?? M, M] as const,
    ]),
    ...whatIfs.map(({ mixture }, i) => [`whatIfs.${i}.mixture`, mixture.length, K] as const),
  ];
  const unequal = lengths.find(([, length, expected]) => length !== expected);
  if (unequal) throw wrongShape(fileName, unequal[0], `expected ${unequal[2]} entries, found ${unequal[1]}`);
  const extra = members.findIndex((member, i) => (member.fit === undefined) !== (i === 0));
  if (extra !== -1 || consensus?.members.length === 0) {
    const what = 'every member but the first has a fit of its own';
    throw wrongShape(fileName, `consensus.members.${Math.max(extra, 0)}`, what);
  }
  const unknown = fit.targetDomain.findIndex((domain) => domain >= K);
  if (unknown !== -1) throw wrongShape(fileName, `fit.targetDomain.${unknown}`, 'there is no such domain');
}
