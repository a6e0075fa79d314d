import type { ScalarNode } from '../syntax/node';
import { parseNumber } from '../syntax/number';
import type { TextRange } from '../types';
import type { Part, WordToken } from './lexer';
import { parseShell, type Assignment, type Statement } from './parser';

/** Text with the place it was written at; `start` is undefined for text that is written nowhere (loop items, results). */
interface Fragment {
  readonly text: string;
  readonly start: number | undefined;
  /** Quoted text is not split at blanks. */
  readonly quoted: boolean;
}

/** What a variable holds: the elements of an array, or one element. */
interface Value {
  readonly elements: readonly (readonly Fragment[])[];
  /** Put together where we could not follow the script (loops over files, `while`). */
  readonly unknown: boolean;
  readonly range: TextRange;
}

/** What a variable held: at the end of the script, or of a branch of it. */
export interface ShellVariable {
  readonly name: string;
  /** Blank-separated words of the value (an array's elements are taken apart as well). */
  readonly words: readonly ScalarNode[];
  readonly unknown: boolean;
  readonly range: TextRange;
}

export interface ShellCommand {
  /** Blank-separated, whatever the quotes: an argument may hold a whole list. */
  readonly words: readonly ScalarNode[];
  readonly range: TextRange;
}

export interface Script {
  readonly variables: readonly ShellVariable[];
  readonly commands: readonly ShellCommand[];
}

/** Beyond these a script is not a launch script: values stop growing and are marked unknown. */
const MOST_FRAGMENTS = 12_000;
const MOST_COPIES = 8_000_000;
const MOST_ITERATIONS = 1_000;
/** Statements run and words expanded. */
const MOST_WORK = 30_000;

/**
 * Follows a script without running anything: assignments, appends, arrays, `for` over literal lists and ranges, every
 * branch of every condition. What depends on the machine (files, commands, environment) stays as it is written.
 */
export function evaluateShell(text: string): Script {
  const evaluation = new Evaluation();
  evaluation.run(parseShell(text));
  return evaluation.finish();
}

class Evaluation {
  private environment = new Map<string, Value>();
  private readonly variables: ShellVariable[] = [];
  private readonly commands: ShellCommand[] = [];
  private budget = MOST_ITERATIONS;
  private work = MOST_WORK;
  private copies = MOST_COPIES;

  finish(): Script {
    this.snapshot(new Map());
    return { variables: this.variables, commands: this.commands };
  }

  /** Notes the variables that are not what they were in `before`. */
  private snapshot(before: ReadonlyMap<string, Value>): void {
    for (const [name, value] of this.environment) {
      if (before.get(name) === value) continue;
      const words = value.elements.flatMap((element) =>
        splitWords(element.map((each) => ({ ...each, quoted: false }))),
      );
      this.variables.push({ name, words, unknown: value.unknown || this.work < 0, range: value.range });
    }
  }

  run(statements: readonly Statement[]): void {
    for (const statement of statements) {
      if (--this.work < 0) return;
      this.step(statement);
    }
  }

  private step(statement: Statement): void {
    switch (statement.kind) {
      case 'command': {
        for (const assignment of statement.assignments) this.assign(assignment);
        if (statement.words.length > 0) {
          const words = statement.words
            .flatMap((word) => this.expand(word))
            .flatMap((each) => splitWords(requoted(each, false)));
          // Words are dearer than fragments: long lists passed on in a loop would take seconds.
          this.copies -= 20 * words.length;
          this.commands.push({ words, range: statement.range });
        }
        return;
      }
      case 'for':
        return this.forLoop(statement.variable, statement.items, statement.body);
      case 'loop':
        return this.unknownLoop(statement.header, statement.body);
      case 'branches':
        return this.branches(statement.branches);
    }
  }

  private assign({ name, append, value, range }: Assignment): void {
    const old = append ? this.environment.get(name) : undefined;
    const isArray = Array.isArray(value);
    // `X="${X} …"` begins with nothing when X has not been set.
    if (!this.environment.has(name)) this.environment.set(name, { elements: [[]], unknown: false, range });
    const words = isArray ? (value as readonly WordToken[]) : [value as WordToken];
    const added = isArray ? words.flatMap((word) => this.expand(word)) : words.map((word) => this.expand(word).flat());
    const unknown = (old?.unknown ?? false) || words.some((word) => this.dependsOnUnknown(word.parts));
    const elements = !old
      ? added
      : isArray
        ? [...old.elements, ...added]
        : [...old.elements.slice(0, -1), [...(old.elements[old.elements.length - 1] ?? []), ...(added[0] ?? [])]];
    const size = elements.reduce((total, element) => total + element.length, 0);
    this.copies -= size;
    const tooLarge = size > MOST_FRAGMENTS || this.copies < 0;
    this.environment.set(name, { elements: tooLarge ? [] : elements, unknown: unknown || tooLarge, range });
  }

  private dependsOnUnknown(parts: readonly Part[]): boolean {
    return parts.some((part) => part.kind === 'parameter' && (this.environment.get(part.name)?.unknown ?? false));
  }

  private forLoop(variable: string, items: readonly WordToken[], body: readonly Statement[]): void {
    const words = items
      .flatMap((word) => this.expand(word).flatMap(splitWords))
      .flatMap((word) => (word.quoted ? [word] : expandBraces(word)));
    this.work -= words.length;
    const literal = words.length > 0 && words.every(({ text }) => !/[$`*?{]|^$/.test(text));
    const sequence = items.length === 1 ? sequenceOf(items[0]!.parts) : undefined;
    const values = sequence ?? (literal ? words.map(({ text }) => text) : undefined);
    if (!this.iterate(variable, values ?? [], body)) this.unknownLoop(undefined, body);
  }

  /** Runs the body for each value; false, and nothing run, when there are none or too many. */
  private iterate(variable: string, values: readonly string[], body: readonly Statement[]): boolean {
    if (values.length === 0 || values.length > this.budget) return false;
    this.budget -= values.length;
    for (const text of values) {
      const element: Fragment[] = [{ text, start: undefined, quoted: false }];
      this.environment.set(variable, { elements: [element], unknown: false, range: NOWHERE });
      this.run(body);
    }
    return true;
  }

  /** Runs the body once for `for ((i=a; i<b; i++))` per value; otherwise once, with what it assigns marked as unknown. */
  private unknownLoop(header: string | undefined, body: readonly Statement[]): void {
    const counted = COUNTED.exec(header ?? '');
    if (counted) {
      const first = Number(counted[2]);
      const last = Number(counted[4]) - (counted[3] === '<' ? 1 : 0);
      if (last >= first && this.iterate(counted[1]!, range(first, last, 1, 0), body)) return;
    }
    const before = new Map(this.environment);
    this.run(body);
    for (const [name, value] of this.environment) {
      if (before.get(name) !== value) this.environment.set(name, { ...value, unknown: true });
    }
  }

  /** Every branch from the same start; afterwards each variable is what the first branch that set it made of it. */
  private branches(branches: readonly (readonly Statement[])[]): void {
    const before = this.environment;
    const after = new Map(before);
    for (const branch of branches) {
      this.environment = new Map(before);
      this.run(branch);
      this.snapshot(before);
      for (const [name, value] of this.environment) {
        if (before.get(name) !== value && after.get(name) === before.get(name)) after.set(name, value);
      }
    }
    this.environment = after;
  }

  /** The words a word becomes (an array in braces becomes many). */
  private expand(word: WordToken): Fragment[][] {
    const results: Fragment[][] = [[]];
    const add = (fragments: readonly Fragment[]): void => {
      results[results.length - 1]!.push(...fragments);
    };
    for (const part of word.parts) {
      const value = part.kind === 'parameter' ? this.environment.get(part.name) : undefined;
      if (part.kind === 'parameter' && value && value.elements.length !== 1) {
        value.elements.forEach((element, i) => {
          if (i > 0) results.push([]);
          add(requoted(element, part.quoted));
        });
      } else {
        add(this.expandPart(part));
      }
    }
    this.copies -= results.reduce((total, fragments) => total + fragments.length, 0);
    return results.length > MOST_FRAGMENTS || this.copies < 0 ? [] : results;
  }

  private expandPart(part: Part): Fragment[] {
    const { quoted } = part;
    if (part.kind === 'text') return part.text === '' ? [] : [{ text: part.text, start: part.start, quoted }];
    if (part.kind === 'parameter') {
      const value = this.environment.get(part.name);
      const set = value?.elements.some((element) => element.some(({ text }) => text !== ''));
      if (value && (set || !part.fallback)) return requoted(value.elements.flat(), quoted);
      if (part.fallback)
        return requoted(
          part.fallback.flatMap((each) => this.expandPart(each)),
          quoted,
        );
      return [{ text: part.source, start: part.range.start, quoted: true }];
    }
    if (part.kind === 'arithmetic') {
      const result = this.calculate(part.text);
      if (result !== undefined) return [{ text: String(result), start: undefined, quoted: true }];
      return [{ text: `$((${part.text}))`, start: part.range.start, quoted: true }];
    }
    return [{ text: part.text, start: part.range.start, quoted: true }];
  }

  /** Whole-number arithmetic with known variables; undefined when something is unknown. */
  calculate(expression: string): number | undefined {
    const known = expression.replace(
      /\$\{?([A-Za-z_]\w*)\}?|([A-Za-z_]\w*)/g,
      (_, one: string | undefined, two: string | undefined) => {
        const value = this.environment.get(one ?? two ?? '');
        const text =
          value?.elements
            .flat()
            .map((each) => each.text)
            .join('') ?? '?';
        return parseNumber(text) === undefined ? '?' : text;
      },
    );
    return calculate(known);
  }
}

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

function requoted(fragments: readonly Fragment[], quoted: boolean): Fragment[] {
  return fragments.map((each) => (each.quoted === quoted ? each : { ...each, quoted }));
}

/** Blank-separated words, each with its place when it is written in one piece. */
function splitWords(fragments: readonly Fragment[]): ScalarNode[] {
  const words: ScalarNode[] = [];
  let open: ScalarNode | undefined;
  const close = (): void => {
    if (open) words.push(open);
    open = undefined;
  };
  const extend = (text: string, start: number | undefined, quoted: boolean): void => {
    const range = start === undefined ? (open?.range ?? NOWHERE) : { start, end: start + text.length };
    // `key="a b"`: the key and what is in the quotes are words of their own, so that both keep their places.
    if (open?.text.endsWith('=') && start !== open.range.end) close();
    if (!open) {
      open = { kind: 'scalar', text, range, quoted, verbatim: start !== undefined };
    } else if (open.verbatim && start === open.range.end) {
      open = { ...open, text: open.text + text, range: { start: open.range.start, end: range.end } };
    } else {
      // Put together from several places: shown at the last of them.
      open = { ...open, text: open.text + text, range, verbatim: false };
    }
  };
  for (const { text, start, quoted } of fragments) {
    let offset = 0;
    for (const [i, piece] of (quoted ? [text] : text.split(/(\s+)/)).entries()) {
      if (i % 2 === 1) close();
      // A lone backslash is the end of a continued line inside `$(…)`, which is not taken apart.
      else if (piece !== '' && piece !== '\\') extend(piece, start === undefined ? undefined : start + offset, quoted);
      offset += piece.length;
    }
  }
  close();
  return words;
}

/** `i=0; i<20; i++` */
const COUNTED = /^\s*(\w+)\s*=\s*(\d+)\s*;\s*\1\s*(<=?)\s*(\d+)\s*;\s*(?:\1\+\+|\+\+\1)\s*$/;
const NOWHERE: TextRange = { start: 0, end: 0 };

/** `{a,b}`, `{1..3}`, `{001..003}` within a word. */
function expandBraces(word: ScalarNode): ScalarNode[] {
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

function padding(...ends: readonly string[]): number {
  return ends.some((end) => /^-?0\d/.test(end)) ? Math.max(...ends.map((end) => end.length)) : 0;
}

/** Whole numbers from first to last; none when they are more than anyone would loop over. */
function range(first: number, last: number, step: number, width: number): string[] {
  const size = Math.max(1, Math.abs(step));
  const count = Math.floor(Math.abs(last - first) / size) + 1;
  if (!(count <= MOST_ITERATIONS)) return [];
  const sign = last < first ? -1 : 1;
  return Array.from({ length: count }, (_, i) => String(first + sign * i * size).padStart(Math.min(width, 20), '0'));
}

/** `$(seq 0 19)`, `$(seq -w 0 19)` with literal ends. */
function sequenceOf(parts: readonly Part[]): string[] | undefined {
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
