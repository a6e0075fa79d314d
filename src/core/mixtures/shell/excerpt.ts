import { rootsOf } from '../syntax/roots';

/** A line that sets one variable to a text, and does nothing else. */
const SETTING =
  /^[ \t]*(?:(?:export|local|readonly)[ \t]+)?([A-Za-z_]\w*)=(?:"[^"\\$`\n]*"|'[^'\n]*'|[^\s"'\\$`();&|<>#]*)[ \t]*(?:#.*)?\r?\n/gm;
/** A line that says or does something outside the script. */
const SAYING =
  /^[ \t]*(?:echo|printf|mkdir|cd|rm|cp|mv|ls|sleep|module|ml|ulimit|unset|conda|source)[ \t](?:[^"'\\`\n<>|;&(){}#]|"[^"\\`\n]*"|'[^'\n]*')*\r?\n/gm;
/** `$name`, `${name`, `${#name`, and names in calculations, where they have no sign. */
const REFERENCE = /\$\{?[#!]?([A-Za-z_]\w*)/g;
const CALCULATION = /\(\(([^\n]*)/g;
const NAME = /[A-Za-z_]\w*/g;
/** Lists of several kinds, and options. */
const LIST = /[@[]|--|=["']?\d[\d.eE+-]*[ \t,]/;

/**
 * A long script without the lines that say nothing of interest; everything else stays where it is. Such a line does one
 * thing that nobody uses: what it sets is asked for nowhere, has none of the words in it and is no setting that counts.
 * @param keys settings that count: lower case
 */
export function shellExcerpt(text: string, words: readonly string[], keys: ReadonlySet<string>): string {
  const kept = linesWith(text, words);
  let used: ReadonlySet<string> | undefined;
  const isUseless = (line: string, index: number, name: string | undefined): boolean =>
    !kept.has(index) &&
    !goesOnFromBefore(text, index) &&
    (name === undefined ||
      (!keys.has(name.toLowerCase()) && !LIST.test(line) && !(used ??= namesUsed(text)).has(name)));
  const pieces: string[] = [];
  let from = 0;
  /** Where the lines begin that are to be left out as one. */
  let cut = 0;
  const close = (end: number): void => {
    if (end > cut) pieces.push(`${' '.repeat(end - cut - 1)}\n`);
  };
  for (const { 0: line, 1: name, index } of inOrder(text)) {
    if (!isUseless(line, index, name)) continue;
    if (index !== from) {
      close(from);
      pieces.push(text.slice(from, index));
      cut = index;
    }
    from = index + line.length;
  }
  close(from);
  return pieces.join('') + text.slice(from);
}

/** Both kinds of lines, the first in the text first. */
function inOrder(text: string): RegExpMatchArray[] & { readonly index: number }[] {
  const lines = [...text.matchAll(SETTING), ...text.matchAll(SAYING)];
  return lines.sort((a, b) => a.index - b.index);
}

/** The line before ends in a backslash. */
function goesOnFromBefore(text: string, index: number): boolean {
  const end = text[index - 2] === '\r' ? index - 3 : index - 2;
  return text[end] === '\\';
}

/** Offsets of the lines in which one of the words stands. */
function linesWith(text: string, words: readonly string[]): ReadonlySet<number> {
  const lines = new Set<number>();
  for (const word of words.filter(rootsOf(text))) {
    for (let at = text.indexOf(word); at >= 0;) {
      lines.add(text.lastIndexOf('\n', at) + 1);
      const end = text.indexOf('\n', at + word.length);
      at = end < 0 ? -1 : text.indexOf(word, end);
    }
  }
  return lines;
}

function namesUsed(text: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { 1: name = '' } of text.matchAll(REFERENCE)) names.add(name);
  for (const { 1: inner = '' } of text.matchAll(CALCULATION)) {
    for (const [name] of inner.matchAll(NAME)) names.add(name);
  }
  return names;
}
