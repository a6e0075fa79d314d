import type { ScalarNode } from '../syntax/node';
import { parseNumber } from '../syntax/number';
import type { TextRange } from '../types';
import { HERE, type Part, type WordToken } from './lexer';
import { keyedElements, keysOf, keyValue, NOWHERE, textOf, trimmed, type Fragment, type Value } from './values';
import { calculate, expandBraces, MOST_ITERATIONS, range, requoted, sequenceOf, splitWords } from './words';
import { parseShell, type Assignment, type Statement } from './parser';

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
/** Statements run and words expanded. */
const MOST_WORK = 30_000;
const DEEPEST_CALL = 12;

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
  private readonly functions = new Map<string, readonly Statement[]>();
  private readonly called = new Set<string>();
  private readonly running = new Set<string>();
  /** The variable that `read` fills from the here-document behind it. */
  private reader: string | undefined;

  finish(): Script {
    // What is never called is run by others.
    for (const [name, body] of this.functions) if (!this.called.has(name)) this.run(body);
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
        if (statement.words.length > 0 && !this.special(statement.words, statement.range)) {
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
      case 'function':
        this.functions.set(statement.name, statement.body);
        return;
    }
  }

  /** `read`, what it reads, and functions of the script; false for all other commands. */
  private special(words: readonly WordToken[], range: TextRange): boolean {
    const [first] = words;
    const name = first ? textOf(this.expand(first).flat()) : '';
    const reader = this.reader;
    this.reader = undefined;
    if (name === 'read') {
      this.reader = textOf(this.expand(words[words.length - 1]!).flat());
      return false;
    }
    if (name === HERE && reader !== undefined && words[1]) {
      this.environment.set(reader, { elements: [this.expand(words[1]).flat()], unknown: false, range });
      return true;
    }
    const body = this.functions.get(name);
    // A function that calls itself is not followed.
    if (!body || this.running.has(name) || this.running.size >= DEEPEST_CALL) return false;
    this.call(
      name,
      body,
      words.slice(1).flatMap((word) => this.expand(word)),
      range,
    );
    return true;
  }

  private call(
    name: string,
    body: readonly Statement[],
    given: readonly (readonly Fragment[])[],
    range: TextRange,
  ): void {
    this.called.add(name);
    this.running.add(name);
    const names = ['@', '*', ...given.map((_, i) => String(i + 1))];
    const outer = names.map((each) => [each, this.environment.get(each)] as const);
    for (const each of ['@', '*']) this.environment.set(each, { elements: given, unknown: false, range });
    given.forEach((element, i) => this.environment.set(String(i + 1), { elements: [element], unknown: false, range }));
    this.run(body);
    for (const [each, value] of outer) {
      if (value) this.environment.set(each, value);
      else this.environment.delete(each);
    }
    this.running.delete(name);
  }

  private assign(assignment: Assignment): void {
    if (assignment.index !== undefined) return this.assignElement(assignment, assignment.index);
    const { name, append, value, range } = assignment;
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
    const keyed = isArray && !tooLarge ? keyedElements(elements) : undefined;
    if (keyed) this.environment.set(name, { ...keyed, unknown, range });
    else this.environment.set(name, { elements: tooLarge ? [] : elements, unknown: unknown || tooLarge, range });
  }

  private assignElement({ name, append, value, range }: Assignment, index: string): void {
    const old = this.environment.get(name);
    const word = Array.isArray(value) ? undefined : (value as WordToken);
    const key = this.indexOf(index);
    if (!word || key === undefined) {
      this.environment.set(name, { elements: [], unknown: true, range });
      return;
    }
    const keys = [...(old ? keysOf(old) : [])].filter((_, i) => old?.keys || old?.elements[i]?.length);
    const elements = [...(old?.elements ?? [])].slice(0, keys.length);
    const at = keys.indexOf(key);
    const added = this.expand(word).flat();
    const element = append && at >= 0 ? [...elements[at]!, ...added] : added;
    if (at >= 0) elements[at] = element;
    else {
      keys.push(key);
      elements.push(element);
    }
    this.copies -= elements.length;
    const unknown = (old?.unknown ?? false) || this.dependsOnUnknown(word.parts) || this.copies < 0;
    this.environment.set(name, { elements, keys, unknown, range });
  }

  /** What stands in the brackets of an element: a key, or a calculation. */
  private indexOf(written: string): string | undefined {
    const text = written.replace(/^(["'])(.*)\1$/, '$2');
    const filled = text.replace(/\$\{?([A-Za-z_]\w*)\}?/g, (whole, name: string) => {
      const value = this.environment.get(name);
      return value ? textOf(value.elements.flat()) : whole;
    });
    if (filled.includes('$')) return undefined;
    return /[-+*/%]/.test(filled) && /^[\w\s+*/%()-]+$/.test(filled)
      ? (this.calculate(filled)?.toString() ?? filled)
      : filled;
  }

  private elementOf(value: Value, index: string): readonly Fragment[] | undefined {
    const key = this.indexOf(index);
    if (key === undefined) return undefined;
    const keys = keysOf(value);
    const at = keys.indexOf(key);
    if (at >= 0) return value.elements[at];
    const number = value.keys ? undefined : (parseNumber(key) ?? this.calculate(key));
    return number === undefined ? undefined : value.elements[number < 0 ? value.elements.length + number : number];
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
    const values = sequence?.map(nowhere) ?? (literal ? words.map(placed) : undefined);
    if (!this.iterate(variable, values ?? [], body)) this.unknownLoop(undefined, body);
  }

  /** Runs the body for each value; false, and nothing run, when there are none or too many. */
  private iterate(variable: string, values: readonly Fragment[], body: readonly Statement[]): boolean {
    if (values.length === 0 || values.length > this.budget) return false;
    this.budget -= values.length;
    for (const value of values) {
      const element: Fragment[] = [value];
      this.environment.set(variable, { elements: [element], unknown: false, range: NOWHERE });
      this.run(body);
    }
    return true;
  }

  /** Runs the body once for `for ((i=a; i<b; i++))` per value; otherwise once, with what it assigns marked as unknown. */
  private unknownLoop(header: string | undefined, body: readonly Statement[]): void {
    const counted = COUNTED.exec(this.filledHeader(header ?? ''));
    if (counted) {
      const first = Number(counted[2]);
      const last = Number(counted[4]) - (counted[3] === '<' ? 1 : 0);
      if (last >= first && this.iterate(counted[1]!, range(first, last, 1, 0).map(nowhere), body)) return;
    }
    const before = new Map(this.environment);
    this.run(body);
    for (const [name, value] of this.environment) {
      if (before.get(name) !== value) this.environment.set(name, { ...value, unknown: true });
    }
  }

  /** `i<${#names[@]}`, `i<n` with what they are. */
  private filledHeader(header: string): string {
    return header
      .replace(/\$\{#([A-Za-z_]\w*)\[[@*]\]\}/g, (whole, name: string) => {
        const value = this.environment.get(name);
        return value && !value.unknown ? String(value.elements.length) : whole;
      })
      .replace(/(<=?\s*)\$?\{?([A-Za-z_]\w*)\}?/g, (whole, sign: string, name: string) => {
        const value = this.environment.get(name);
        return value && !value.unknown ? sign + textOf(value.elements.flat()) : whole;
      });
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
      const whole = part.kind === 'parameter' ? this.environment.get(part.name) : undefined;
      const value = whole && part.kind === 'parameter' && part.of === 'keys' ? keyValue(whole) : whole;
      const many = part.kind === 'parameter' && part.index === undefined && part.of !== 'count';
      if (many && value && (value.elements.length !== 1 || part.of === 'keys')) {
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
      if (value && part.trim) return requoted(trimmed(value.elements.flat(), part.trim), quoted);
      if (value && part.of === 'count')
        return [{ text: String(value.elements.length), start: undefined, quoted: true }];
      if (value && part.index !== undefined) {
        const element = this.elementOf(value, part.index);
        return element ? requoted(element, quoted) : [{ text: part.source, start: part.range.start, quoted: true }];
      }
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

const nowhere = (text: string): Fragment => ({ text, start: undefined, quoted: false });
const placed = ({ text, range, verbatim }: ScalarNode): Fragment => ({
  text,
  start: verbatim ? range.start : undefined,
  quoted: false,
});

/** `i=0; i<20; i++` */
const COUNTED = /^\s*(\w+)\s*=\s*(\d+)\s*;\s*\1\s*(<=?)\s*(\d+)\s*;\s*(?:\1\+\+|\+\+\1)\s*$/;
