import { t } from '../../l10n';
import { MixtureError } from '../errors';
import type { WritableFormat } from './format';
import { JSON_FORMATS } from './json-formats';
import { OTHER_FORMATS } from './other-formats';
import { roundLevel } from './round';
import { YAML_FORMATS } from './yaml-formats';

const WRITABLE_FORMATS: readonly WritableFormat[] = [...YAML_FORMATS, ...JSON_FORMATS, ...OTHER_FORMATS];

/** Decimals of exported shares. */
const DECIMALS = '0.000000';

/** A file, or the part of one that holds the mixture, in a framework's format. */
export interface ExportedMixture {
  readonly fileName: string;
  readonly text: string;
}

/** Formats that a mixture can be written in. */
export function writableFormats(): readonly Pick<WritableFormat, 'id' | 'title' | 'fileName'>[] {
  return WRITABLE_FORMATS;
}

/**
 * Writes a mixture in the format of a framework, with shares of six decimals that sum to one.
 *
 * @param format id as in `MixtureReading.format`.
 * @param domains names; @param fractions their shares, in the same order, not negative.
 * @throws MixtureError when the format is not known, a name cannot be written in it, or the shares are no shares.
 */
export function exportMixture(
  format: string,
  domains: readonly string[],
  fractions: readonly number[],
): ExportedMixture {
  const writable = WRITABLE_FORMATS.find(({ id }) => id === format);
  if (!writable) {
    const hint = `Use one of: ${WRITABLE_FORMATS.map(({ id }) => id).join(', ')}.`;
    throw new MixtureError('unknown-format', t('There is no mixture format "{0}" to write.', format), hint);
  }
  const sum = fractions.reduce((total, fraction) => total + fraction, 0);
  const usable =
    domains.length === fractions.length &&
    fractions.every((fraction) => fraction >= 0) &&
    sum > 0 &&
    Number.isFinite(sum);
  if (!usable) {
    throw new MixtureError(
      'bad-fractions',
      t('The shares must be as many as the domains, not negative, and not all zero.'),
      t('Check the mixture.'),
    );
  }
  const { forbidden } = writable;
  const bad = domains.find((name) => name === '' || /[\n\r]/.test(name) || forbidden?.test(name));
  if (bad !== undefined) {
    const message = t('{0} cannot hold the name "{1}".', writable.title, bad);
    throw new MixtureError('unwritable-name', message, t('Choose another format, or an alias without that character.'));
  }
  const written = fractions.map(() => DECIMALS);
  const shares = roundLevel({ written, values: fractions.map((fraction) => fraction / sum) });
  const rows = domains.map((name, i) => ({ name, share: shares[i]! }));
  return { fileName: writable.fileName, text: writable.write(rows) };
}
