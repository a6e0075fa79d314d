import type { TextRange } from '../types';

/** Text with the place it was written at; `start` is undefined for text that is written nowhere (loop items, results). */
export interface Fragment {
  readonly text: string;
  readonly start: number | undefined;
  /** Quoted text is not split at blanks. */
  readonly quoted: boolean;
  /** Put together where the script could not be followed: how often it is there is not known. */
  readonly unsure?: true;
}

/** What a variable holds: the elements of an array, or one element. */
export interface Value {
  readonly elements: readonly (readonly Fragment[])[];
  /** Of an array with keys: one for each element. */
  readonly keys?: readonly string[];
  /** Put together where we could not follow the script (loops over files, `while`). */
  readonly unknown: boolean;
  readonly range: TextRange;
}

export const NOWHERE: TextRange = { start: 0, end: 0 };

/** The value with all of its text marked as put together out of our sight. */
export const doubted = (value: Value): Value => ({
  ...value,
  unknown: true,
  elements: value.elements.map((element) => element.map((each) => ({ ...each, unsure: true }))),
});
export const isUnsure = (fragments: readonly Fragment[]): boolean => fragments.some(({ unsure }) => unsure);
export const isSet = ({ elements }: Value): boolean =>
  elements.some((element) => element.some(({ text }) => text !== ''));

export const textOf = (fragments: readonly Fragment[]): string => fragments.map(({ text }) => text).join('');
export const keysOf = ({ keys, elements }: Value): readonly string[] => keys ?? elements.map((_, i) => String(i));
export const keyValue = (value: Value): Value => ({
  elements: keysOf(value).map((text) => [{ text, start: undefined, quoted: true }]),
  unknown: value.unknown,
  range: value.range,
});

/** `([web]=0.7 [code]=0.3)`: the elements without their keys. */
export function keyedElements(elements: Value['elements']): Pick<Value, 'elements' | 'keys'> | undefined {
  const matches = elements.map((element) => /^\[([^\]]*)\]=/.exec(textOf(element)));
  if (elements.length === 0 || matches.includes(null)) return undefined;
  return {
    keys: matches.map((match) => match![1]!.replace(/^(["'])(.*)\1$/, '$2')),
    elements: elements.map((element, i) => withoutStart(element, matches[i]![0].length)),
  };
}

export function withoutStart(fragments: readonly Fragment[], length: number): Fragment[] {
  let left = length;
  return fragments.flatMap((each) => {
    const cut = Math.min(left, each.text.length);
    left -= cut;
    const text = each.text.slice(cut);
    return text === '' ? [] : [{ ...each, text, start: each.start === undefined ? undefined : each.start + cut }];
  });
}

/** What is left when the pattern, which has at most one star, is taken off the start (`#`) or the end (`%`). */
export function trimmed(
  fragments: readonly Fragment[],
  { operator, pattern }: { readonly operator: string; readonly pattern: string },
): Fragment[] {
  const whole = textOf(fragments);
  const [before = '', after] = pattern.split('*');
  const greedy = operator.length === 2;
  if (operator.startsWith('#')) {
    if (!whole.startsWith(before)) return [...fragments];
    if (after === undefined) return withoutStart(fragments, before.length);
    const at = greedy ? whole.lastIndexOf(after) : whole.indexOf(after, before.length);
    return at < before.length ? [...fragments] : withoutStart(fragments, at + after.length);
  }
  const end = after ?? before;
  if (!whole.endsWith(end)) return [...fragments];
  if (after === undefined) return upTo(fragments, whole.length - end.length);
  const at = greedy ? whole.indexOf(before) : whole.lastIndexOf(before, whole.length - end.length);
  return at < 0 || at + before.length > whole.length - end.length ? [...fragments] : upTo(fragments, at);
}

function upTo(fragments: readonly Fragment[], length: number): Fragment[] {
  let left = length;
  return fragments.flatMap((each) => {
    const text = each.text.slice(0, left);
    left -= text.length;
    return text === '' ? [] : [{ ...each, text }];
  });
}
