/**
 * Texts in the reader's language. Each bundle of the product (extension, library, worker, page) has translations of its
 * own, given to it when it starts; the command line has none. A text that is stored, in a fit document or in JSON for
 * scripts, must not come from here: the same input gives the same bytes in every language.
 */
let translations: ReadonlyMap<string, string> = new Map();

/** From the English text to the reader's language, as VS Code's bundles hold them; undefined: all texts in English. */
export function setTranslations(bundle: Readonly<Record<string, unknown>> | undefined): void {
  const entries = Object.entries(bundle ?? {});
  translations = new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** To hand on to another thread; undefined where all texts are English. */
export const currentTranslations = (): Readonly<Record<string, string>> | undefined =>
  translations.size === 0 ? undefined : Object.fromEntries(translations);

/**
 * The text in the reader's language, with `{0}`, `{1}`, … replaced by the values. The first argument must be a literal:
 * `npm run l10n` collects those. Without values the braces stay.
 */
export function t(text: string, ...values: readonly (string | number)[]): string {
  const found = translations.get(text) ?? text;
  if (values.length === 0) return found;
  return found.replace(/\{(\d+)\}/g, (whole, index: string) => String(values[Number(index)] ?? whole));
}

/**
 * The text in the reader's language, of one that is English wherever it is kept: titles and descriptions of laws.
 * `npm run l10n` collects those of `src/core/laws`.
 */
export const translated = (text: string): string => translations.get(text) ?? text;

/** As `t`, with one text for a count of 1 and another for all others; `{0}` is the count as `shown`. Both must be literals. */
export const plural = (
  count: number,
  one: string,
  many: string,
  shown: string = String(count),
  ...values: readonly (string | number)[]
): string => t(count === 1 ? one : many, shown, ...values);

/** What `make` gives in English, whatever the reader's language: for texts that are kept. */
export function inEnglish<Result>(make: () => Result): Result {
  const before = translations;
  translations = new Map();
  try {
    return make();
  } finally {
    translations = before;
  }
}
