import { plural, setTranslations, t, translated } from '../src/core/l10n';

/**
 * The page's texts in the reader's language. The host puts the translations of its own bundle into the page's head as
 * data; where there are none, the English text is its own key.
 */

/** Name of the `meta` element that carries the translations: a JSON object from English to the reader's language. */
export const STRINGS_META = 'mixlaw-strings';

// Pure parts of the page also run where there is no document.
if (typeof document !== 'undefined') {
  const meta = document.querySelector<HTMLMetaElement>(`meta[name=${STRINGS_META}]`);
  if (meta) setTranslations(JSON.parse(meta.content) as Record<string, unknown>);
}

export { plural, t, translated };
