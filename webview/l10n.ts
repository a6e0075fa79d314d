/**
 * The page's texts in the reader's language. The host puts the translations of its own bundle into the page's head as
 * data; where there are none, the English text is its own key.
 */

/** Name of the `meta` element that carries the translations: a JSON object from English to the reader's language. */
export const STRINGS_META = 'mixlaw-strings';

const strings = readStrings();

/**
 * The text in the reader's language, with `{0}`, `{1}`, … replaced by the values. The first argument must be a literal:
 * `npm run l10n` collects those. Without values the braces stay.
 */
export function t(text: string, ...values: readonly (string | number)[]): string {
  const found = strings.get(text) ?? text;
  if (values.length === 0) return found;
  return found.replace(/\{(\d+)\}/g, (whole, index: string) => String(values[Number(index)] ?? whole));
}

/** As `t`, with one text for a count of 1 and another for all others; `{0}` is the count as `shown`. Both must be literals. */
export const plural = (
  count: number,
  one: string,
  many: string,
  shown: string = String(count),
  ...values: readonly (string | number)[]
): string => t(count === 1 ? one : many, shown, ...values);

function readStrings(): ReadonlyMap<string, string> {
  // Pure parts of the page also run where there is no document.
  const meta =
    typeof document === 'undefined' ? undefined : document.querySelector<HTMLMetaElement>(`meta[name=${STRINGS_META}]`);
  if (!meta) return new Map();
  const entries = Object.entries(JSON.parse(meta.content) as Record<string, unknown>);
  return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
