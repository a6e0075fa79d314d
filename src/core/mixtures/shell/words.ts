import type { ScalarNode } from '../syntax/node';
import { parseNumber } from '../syntax/number';
import type { Part } from './lexer';
import { NOWHERE, type Fragment } from './values';

export const MOST_ITERATIONS = 1_000;

/** What an option is given goes on up to the next option, or to a redirection or pipe in a command kept as a string. */
export const ENDS_OPTION = /^-{1,2}[A-Za-z]|^\d*[<>]|^[|;&]/;

/** `+ - * / % ( )` on whole numbers, division cut off as the shell does. */
export function calculate(expression: string): number | undefined {
  const tokens = expression.match(/\d+(?:\.\d+)?|[-+*/%()]|\S/g) ?? [];
  let at = 0;
  let depth = 0;
  const atom = (): number | undefined => {
    const token = tokens[at++];
    if (token === '-') {
      const value = atom();
      return value === undefined ? undefined : -value;
    }
    if (token === '(' && depth < 100) {
      depth++;
      const value = sum();
      depth--;
      return tokens[at++] === ')' ? value : undefined;
    }
    return token === undefined ? undefined : parseNumber(token);
  };
  const product = (): number | undefined => {
    let value = atom();
    while (value !== undefined && ['*', '/', '%'].includes(tokens[at] ?? '')) {
      const operator = tokens[at++];
      const right = atom();
      if (right === undefined || (operator !== '*' && right === 0)) return undefined;
      value = operator === '*' ? value * right : operator === '/' ? Math.trunc(value / right) : value % right;
    }
    return value;
  };
  const sum = (): number | undefined => {
    let value = product();
    while (value !== undefined && ['+', '-'].includes(tokens[at] ?? '')) {
      const operator = tokens[at++];
      const right = product();
      if (right === undefined) return undefined;
      value = operator === '+' ? value + right : value - right;
    }
    return value;
  };
  if (tokens.length > 200) return undefined;
  const result = sum();
  return at === tokens.length && result !== undefined && Number.isFinite(result) ? result : undefined;
}

export function requoted(fragments: readonly Fragment[], quoted: boolean): Fragment[] {
  return fragments.map((each) => (each.quoted === quoted ? each : { ...each, quoted }));
}

/** What a command gives is one word that is not known; options in it are looked at all the same. */
const isResult = (text: string): boolean => /^(?:\$\(|`)/.test(text) && text.length < 300 && !text.includes('--');

/** Blank-separated words, each with its place when it is written in one piece. */
export function splitWords(fragments: readonly Fragment[]): ScalarNode[] {
  const words: ScalarNode[] = [];
  let open: ScalarNode | undefined;
  const close = (): void => {
    if (open) words.push(open);
    open = undefined;
  };
  const extend = (text: string, start: number | undefined, { quoted, unsure }: Fragment): void => {
    const range = start === undefined ? (open?.range ?? NOWHERE) : { start, end: start + text.length };
    // `key="a b"`: the key and what is in the quotes are words of their own, so that both keep their places.
    if (open?.text.endsWith('=') && start !== open.range.end) close();
    if (!open) {
      open = { kind: 'scalar', text, range, quoted, verbatim: start !== undefined, ...(unsure ? { unsure } : {}) };
      return;
    }
    if (unsure) open = { ...open, unsure };
    if (open.verbatim && start === open.range.end) {
      open = { ...open, text: open.text + text, range: { start: open.range.start, end: range.end } };
    } else {
      // Put together from several places: shown at the last of them.
      open = { ...open, text: open.text + text, range, verbatim: false };
    }
  };
  for (const fragment of fragments) {
    const { text, start, quoted } = fragment;
    let offset = 0;
    for (const [i, piece] of (quoted || isResult(text) ? [text] : text.split(/(\s+)/)).entries()) {
      if (i % 2 === 1) close();
      // A lone backslash is the end of a continued line inside `$(…)`, which is not taken apart.
      else if (piece !== '' && piece !== '\\')
        extend(piece, start === undefined ? undefined : start + offset, fragment);
      offset += piece.length;
    }
  }
  close();
  return words;
}

/** `{a,b}`, `{1..3}`, `{001..003}` within a word. */
export function expandBraces(word: ScalarNode): ScalarNode[] {
  const match = /^(.*?)\{([^{}]*)\}(.*)$/s.exec(word.text);
  if (!match) return [word];
  const inner = /^(-?\d+)\.\.(-?\d+)(?:\.\.(-?\d+))?$/.exec(match[2]!);
  const letters = /^([A-Za-z])\.\.([A-Za-z])$/.exec(match[2]!);
  const values = inner
    ? range(Number(inner[1]), Number(inner[2]), Number(inner[3] ?? 1), padding(inner[1]!, inner[2]!))
    : letters
      ? range(letters[1]!.charCodeAt(0), letters[2]!.charCodeAt(0), 1, 0).map((code) =>
          String.fromCharCode(Number(code)),
        )
      : match[2]!.split(',');
  // Too long a range stays as it is written: the loop over it is not followed.
  if (values.length === 0 || (values.length < 2 && !inner)) return [word];
  return values.map((value) => ({ ...word, text: `${match[1]}${value}${match[3]}`, verbatim: false }));
}

export function padding(...ends: readonly string[]): number {
  return ends.some((end) => /^-?0\d/.test(end)) ? Math.max(...ends.map((end) => end.length)) : 0;
}

/** Whole numbers from first to last; none when they are more than anyone would loop over. */
export function range(first: number, last: number, step: number, width: number): string[] {
  const size = Math.max(1, Math.abs(step));
  const count = Math.floor(Math.abs(last - first) / size) + 1;
  if (!(count <= MOST_ITERATIONS)) return [];
  const sign = last < first ? -1 : 1;
  return Array.from({ length: count }, (_, i) => String(first + sign * i * size).padStart(Math.min(width, 20), '0'));
}

/** `$(seq 0 19)`, `$(seq -w 0 19)` with literal ends. */
export function sequenceOf(parts: readonly Part[]): string[] | undefined {
  const only = parts.length === 1 ? parts[0] : undefined;
  if (only?.kind !== 'opaque') return undefined;
  const match =
    /^(?:\$\(|`)\s*seq\s+(?:(-w)\s+|-f\s+(?:"%0(\d+)g"|%0(\d+)g)\s+)?(\d+)(?:\s+(\d+))?(?:\s+(\d+))?\s*(?:\)|`)$/.exec(
      only.text,
    );
  if (!match) return undefined;
  const numbers = [match[4], match[5], match[6]].filter((each) => each !== undefined).map(Number);
  const [first, step, last] =
    numbers.length === 1
      ? [1, 1, numbers[0]!]
      : numbers.length === 2
        ? [numbers[0]!, 1, numbers[1]!]
        : [numbers[0]!, numbers[1]!, numbers[2]!];
  if (last < first) return undefined;
  return range(first, last, step, match[1] ? String(last).length : Number(match[2] ?? match[3] ?? 0));
}
