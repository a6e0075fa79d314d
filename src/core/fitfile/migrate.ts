import { t } from '../l10n';
import { FitDocumentError } from '../errors';
import { quoted } from '../words';
import { FIT_DOCUMENT_VERSION } from './types';

/** Turns a document of one version into one of the next; it may rely on nothing but that version's shape. */
export type Migration = (document: Readonly<Record<string, unknown>>) => Record<string, unknown>;

/** By the version they start from. When the shape changes: raise `FIT_DOCUMENT_VERSION` and add the step here. */
const MIGRATIONS: ReadonlyMap<number, Migration> = new Map();

/**
 * A parsed document brought to the current version. Throws `newer-version` for one written by a later Mixlaw, and
 * `not-a-fit-document` for anything without a version.
 */
export function migrate(
  value: unknown,
  fileName: string,
  current: number = FIT_DOCUMENT_VERSION,
  migrations: ReadonlyMap<number, Migration> = MIGRATIONS,
): unknown {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  const written = isRecord && 'schemaVersion' in value ? value.schemaVersion : undefined;
  if (!isRecord || typeof written !== 'number' || !Number.isInteger(written) || written < 1)
    throw new FitDocumentError(
      'not-a-fit-document',
      t('{0} is no fit document: it has no `schemaVersion`.', quoted(fileName)),
      t('Open a .mixlaw.json file, or fit the results again.'),
      { file: fileName },
    );
  if (written > current)
    throw new FitDocumentError(
      'newer-version',
      t(
        '{0} was written by a newer Mixlaw: schema version {1}, while this one reads up to {2}.',
        quoted(fileName),
        written,
        current,
      ),
      t('Update Mixlaw, or fit the results again with this version.'),
      { file: fileName },
    );
  let document = value as Record<string, unknown>;
  for (let version = written; version < current; version++) {
    const step = migrations.get(version);
    if (!step) throw new Error(`There is no migration from fit document version ${version}.`);
    document = { ...step(document), schemaVersion: version + 1 };
  }
  return document;
}
