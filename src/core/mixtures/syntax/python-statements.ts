import { rootsOf } from './roots';
import { settingsIn } from './settings';

/**
 * Top-level statements of a Python file that can have to do with a mixture: parsing is what takes time, and most of a
 * long file is about other things.
 */
export interface PythonExcerpt {
  /** The statements one after the other. */
  readonly text: string;
  /** Where an offset of the excerpt is in the file. */
  offsetInFile(offset: number): number;
  /** How often the file names something. */
  occurrences(name: string): number;
}

/**
 * The statements in which one of `words` stands or one of `keys` is set, and all that assign or change a name they use.
 * @param words parts of the text
 * @param keys lower case, with `_`
 */
export function excerptOf(text: string, words: Iterable<string>, keys: ReadonlySet<string>): PythonExcerpt {
  const { starts, changes } = outlineOf(text);
  const needed = new Uint8Array(starts.length);
  const open: number[] = [];
  const need = (statement: number): void => {
    if (needed[statement] === 1) return;
    needed[statement] = 1;
    open.push(statement);
  };
  const endOf = (statement: number): number => starts[statement + 1] ?? text.length;
  const possible = rootsOf(text);
  for (const word of words) {
    if (!possible(word)) continue;
    for (let at = text.indexOf(word); at >= 0;) {
      if (isWithin(text, at, at + word.length)) {
        at = text.indexOf(word, at + 1);
        continue;
      }
      const statement = indexBefore(starts, at);
      need(statement);
      at = text.indexOf(word, Math.max(at + 1, endOf(statement)));
    }
  }
  const lower = text.toLowerCase();
  for (const index of settingsIn(lower.length === text.length ? lower : text, keys)) need(indexBefore(starts, index));
  callersOf(text, starts, [...open], need);
  for (let statement = open.pop(); statement !== undefined; statement = open.pop()) {
    for (const [name] of text.slice(starts[statement], endOf(statement)).matchAll(FREE_NAME))
      changes.get(name)?.forEach(need);
  }
  return assemble(text, starts, needed, endOf);
}

interface Outline {
  readonly text: string;
  readonly starts: readonly number[];
  readonly changes: ReadonlyMap<string, Set<number>>;
}

let outline: Outline | undefined;

/** Kept for the latest text: when a mixture is found, what tells the scale is looked for in the same one. */
function outlineOf(text: string): Outline {
  if (outline?.text !== text) {
    const starts = statementStarts(text);
    outline = { text, starts, changes: changesOf(text, starts) };
  }
  return outline;
}

let latest: { readonly text: string; readonly names: ReadonlySet<string> } | undefined;

/** All that is set or called by name. */
export function namesSet(text: string): ReadonlySet<string> {
  if (latest?.text !== text) {
    const names = new Set<string>();
    SETTING.lastIndex = 0;
    for (let match = SETTING.exec(text); match; match = SETTING.exec(text)) {
      const name = match[1]!;
      if (name.length < 80) names.add(name);
    }
    latest = { text, names };
  }
  return latest.names;
}

/** Those of the names that are given a list, a dictionary or what a call makes, not only a number or another name. */
export function namesOfLiterals(text: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const found = new Set<string>();
  const pattern = new RegExp(
    `(?<![\\w-])(${names.join('|')})["']?\\]?\\s*(?:(?::[^=\\n{([]{0,60}(?:\\[[^\\n]{0,60}\\]\\s*)?)?[-+*/|]?=(?!=)|:)\\s*(?:[[({]|[\\w.]{1,60}\\()`,
    'g',
  );
  for (const { 1: name = '' } of text.matchAll(pattern)) found.add(name);
  return [...found];
}

/** In the middle of another word: the `ratio` of `iteration`. */
function isWithin(text: string, from: number, to: number): boolean {
  return isSmall(text.charCodeAt(from - 1)) && isSmall(text.charCodeAt(to));
}

const isSmall = (code: number): boolean => code >= 0x61 && code <= 0x7a;

const NAME = /[A-Za-z_]\w*/g;
/** `key: …`, `"key": …`, `key=…`, `key(…)` */
const SETTING = /([A-Za-z_][\w-]*)["']?\]?\s*[:=(]/g;
/** `a = …`, `a: T = …`, `(a, b) = …`, `a += …` */
const ASSIGNMENT =
  /(?:^[ \t]*[([]?|[=;][ \t]*)((?:[A-Za-z_]\w*\s*,\s*){0,20}[A-Za-z_]\w*)[)\]]?\s*(?::[^=\n]{0,80})?(?:\*\*|\/\/|[-+*/%&|^@])?=(?!=)/gm;
/** `a.append(…)`, `a[k] = …`, `a.b = …` */
const CHANGE =
  /([A-Za-z_]\w*)(?:\.(?:append|extend|insert|update|pop|remove|clear|setdefault|sort|add_argument|set_defaults)\(|\[[^\]\n]{0,80}\]\s*[-+*/|]?=(?!=)|(?:\.[A-Za-z_]\w*){1,8}\s*[-+*/|]?=(?!=))/g;
/** `def a`, `class a` */
const DEFINITION = /\b(?:def|class)[ \t]+([A-Za-z_]\w*)/g;
/** `for a, b in`, `as a` */
const TARGET = /\bas[ \t]+([A-Za-z_]\w*)|\bfor[ \t]+([\w ,()]{1,120}?)[ \t]in\b/g;
/** Names that are no attributes. */
const FREE_NAME = /(?<![.\w])[A-Za-z_]\w*/g;

const FUNCTION = /^(?:async[ \t]+)?(?:def|class)[ \t]+([A-Za-z_]\w*)/;
const MOST_CALLERS = 200;

/** Where the functions and classes among the statements are used: there stands what they are given. */
function callersOf(
  text: string,
  starts: readonly number[],
  statements: readonly number[],
  need: (statement: number) => void,
): void {
  const names = new Set<string>();
  const open = [...statements];
  for (let statement = open.pop(); statement !== undefined && names.size < MOST_CALLERS; statement = open.pop()) {
    const name = FUNCTION.exec(text.slice(starts[statement]!, starts[statement]! + 200))?.[1];
    if (name === undefined || names.has(name)) continue;
    names.add(name);
    for (const { index } of text.matchAll(new RegExp(`(?<![.\\w])${name}\\b`, 'g'))) {
      const caller = indexBefore(starts, index);
      need(caller);
      open.push(caller);
    }
  }
}

/** The statements in which a name of the module is assigned or changed. */
function changesOf(text: string, starts: readonly number[]): ReadonlyMap<string, Set<number>> {
  const changes = new Map<string, Set<number>>();
  const note = (name: string, statement: number): void => {
    const known = changes.get(name);
    if (known) known.add(statement);
    else changes.set(name, new Set([statement]));
  };
  /** What each function and class makes itself: no matter of others. */
  const own = new Map<number, Set<string>>();
  starts.forEach((start, statement) => {
    if (!isDefinition(text, start)) return;
    own.set(statement, new Set());
    const written = text.slice(start, starts[statement + 1] ?? text.length);
    const defined = FUNCTION_BELOW.exec(written)?.[1];
    if (defined !== undefined) note(defined, statement);
    for (const { 1: names = '' } of written.matchAll(GLOBAL)) eachName(names, (name) => note(name, statement));
  });
  for (const pattern of [ASSIGNMENT, TARGET]) {
    eachMatch(text, starts, pattern, (name, statement) => {
      const made = own.get(statement);
      if (made) made.add(name);
      else note(name, statement);
    });
  }
  eachMatch(text, starts, CHANGE, (name, statement) => {
    const made = own.get(statement);
    if (!made || !(made.has(name) || OWN.test(name))) note(name, statement);
  });
  eachMatch(text, starts, DEFINITION, (name, statement) => {
    if (!own.has(statement)) note(name, statement);
  });
  return changes;
}

/** Each name that a pattern finds, and the statement in which that is. */
function eachMatch(
  text: string,
  starts: readonly number[],
  pattern: RegExp,
  found: (name: string, statement: number) => void,
): void {
  let statement = 0;
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    while ((starts[statement + 1] ?? Infinity) <= match.index) statement++;
    const names = match[1] ?? match[2] ?? '';
    if (names.length > 0) eachName(names, (name) => found(name, statement));
  }
}

/** Of one name, which is what most are, or of several in a row. */
function eachName(names: string, found: (name: string) => void): void {
  if (!SEVERAL.test(names)) return found(names);
  for (const [name] of names.matchAll(NAME)) found(name);
}

const SEVERAL = /\W/;

/** Whether a decorator, a function or a class begins here. */
function isDefinition(text: string, start: number): boolean {
  const sign = text.charCodeAt(start);
  // @, a, c or d
  return (
    (sign === 0x40 || sign === 0x61 || sign === 0x63 || sign === 0x64) &&
    IS_DEFINITION.test(text.slice(start, start + 20))
  );
}

const IS_DEFINITION = /^(?:@|(?:async[ \t]+)?def\b|class\b)/;
const FUNCTION_BELOW = /^(?:async[ \t]+)?(?:def|class)[ \t]+([A-Za-z_]\w*)/m;
const GLOBAL = /\bglobal[ \t]+([\w, \t]+)/g;
const OWN = /^(?:self|cls)$/;

function assemble(
  text: string,
  starts: readonly number[],
  needed: Uint8Array,
  endOf: (statement: number) => number,
): PythonExcerpt {
  const pieces: string[] = [];
  /** Beginnings of the pieces in the excerpt and in the file. */
  const inExcerpt: number[] = [];
  const inFile: number[] = [];
  let length = 0;
  let counts: ReadonlyMap<string, number> | undefined;
  for (let statement = 0; statement < starts.length; statement++) {
    if (needed[statement] === 0) continue;
    if (needed[statement - 1] !== 1) {
      inExcerpt.push(length);
      inFile.push(starts[statement]!);
    }
    const piece = text.slice(starts[statement], endOf(statement));
    pieces.push(piece);
    length += piece.length;
  }
  return {
    text: pieces.join(''),
    offsetInFile: (offset) => {
      const piece = indexBefore(inExcerpt, offset);
      return inExcerpt.length === 0 ? offset : offset - inExcerpt[piece]! + inFile[piece]!;
    },
    occurrences: (name) => (counts ??= countNames(text)).get(name) ?? 0,
  };
}

function countNames(text: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const [name] of text.matchAll(NAME)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** The last of the ascending numbers that is not above `value`. */
function indexBefore(ascending: readonly number[], value: number): number {
  let low = 0;
  for (let high = ascending.length; high - low > 1;) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! <= value) low = middle;
    else high = middle;
  }
  return low;
}

/** Belong to the statement before them. */
const CONTINUES = /^(?:else|elif|except|finally)\b|^[)\]}]/;

/** What the beginnings of statements are told by, and the ends of strings: a pattern finds it quicker than a loop that runs the first time. */
const SIGN = /[#"'\\()[\]{}\n]/g;
const STRING_SIGN = /["'\\\n]/g;

/** Where one of the pattern's signs is next; the text's length where there is none. */
function nextOf(sign: RegExp, text: string, from: number): number {
  sign.lastIndex = from;
  return sign.test(text) ? sign.lastIndex - 1 : text.length;
}

/** Offsets of the lines that begin a statement in the first column; the first is 0. */
function statementStarts(text: string): number[] {
  const starts = [0];
  let depth = 0;
  for (let at = nextOf(SIGN, text, 0); at < text.length; at = nextOf(SIGN, text, at + 1)) {
    const sign = text[at]!;
    if (sign === '#') at = lineEnd(text, at);
    else if (sign === '"' || sign === "'") at = stringEnd(text, at);
    else if (sign === '\\') at++;
    else if ('([{'.includes(sign)) depth++;
    else if (')]}'.includes(sign)) depth = Math.max(0, depth - 1);
    if (text[at] !== '\n' || depth > 0) continue;
    const next = text.charCodeAt(at + 1);
    // Blank lines, indented ones and comments begin nothing.
    if (Number.isNaN(next) || next === 0x20 || next === 0x09 || next === 0x0a || next === 0x0d || next === 0x23)
      continue;
    if (!CONTINUES.test(text.slice(at + 1, at + 9))) starts.push(at + 1);
  }
  return starts;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** Position of the last quote of the string that begins at `from`; of the line's end for one that is not closed. */
function stringEnd(text: string, from: number): number {
  const quote = text[from]!;
  const triple = text.startsWith(quote.repeat(3), from);
  const first = from + (triple ? 3 : 1);
  for (let at = nextOf(STRING_SIGN, text, first); at < text.length; at = nextOf(STRING_SIGN, text, at + 1)) {
    const sign = text[at];
    if (sign === '\\') at++;
    else if (sign === '\n' && !triple) return at;
    else if (sign === quote && (!triple || text.startsWith(quote.repeat(3), at))) return triple ? at + 2 : at;
  }
  return text.length;
}
