import type { ScalarNode } from '../syntax/node';
import type { TextRange } from '../types';
import { HERE, type Part, type WordToken } from './lexer';
import { Expansion, MOST_FRAGMENTS } from './expansion';
import { readInto } from './reading';
import { doubted, isSet, isUnsure, keyedElements, keysOf, NOWHERE, textOf, type Fragment, type Value } from './values';
import { expandBraces, MOST_ITERATIONS, range, requoted, sequenceOf, splitWords } from './words';
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

class Evaluation extends Expansion {
  private readonly variables: ShellVariable[] = [];
  private readonly commands: ShellCommand[] = [];
  private budget = MOST_ITERATIONS;
  private work = MOST_WORK;
  private readonly functions = new Map<string, readonly Statement[]>();
  private readonly called = new Set<string>();
  private readonly running = new Set<string>();
  /** The variable that `read` fills from the here-document behind it. */
  private reader: string | undefined;
  /** Variables that the loop in hand makes of what it made of others: each round adds to them. */
  private grown = new Set<string>();
  private changed = new Set<string>();
  /** What is set now is set once for each of some things that are not known. */
  private perItem = false;
  private loops = 0;

  finish(): Script {
    // What is never called is run by others.
    for (const [name, body] of this.functions) if (!this.called.has(name)) this.run(body);
    this.snapshot(new Map());
    return { variables: this.variables, commands: this.commands };
  }

  /** Notes the variables that are not what they were in `before`. */
  private snapshot(before: ReadonlyMap<string, Value>): void {
    for (const [name, held] of this.environment) {
      if (before.get(name) === held) continue;
      const value = this.perItem || (this.loops > 0 && this.grown.has(name)) ? doubted(held) : held;
      const words = value.elements.flatMap((element) =>
        splitWords(element.map((each) => ({ ...each, quoted: false }))),
      );
      // Where it is text that is in doubt, each of its words says so.
      const unknown = this.work < 0 || (value.unknown && !value.elements.some(isUnsure));
      this.variables.push({ name, words, unknown, range: value.range });
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
        if (statement.words.length > 0 && !this.special(statement)) {
          const words = this.knownToOthers(
            statement.words.flatMap((word) => this.expand(word)).flatMap((each) => splitWords(requoted(each, false))),
          );
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

  /** `bash -c 'train $PROBS'`: what is passed on unread is filled in by the shell that reads it. */
  private knownToOthers(words: ScalarNode[]): ScalarNode[] {
    if (!words.some(({ text }, i) => text === '-c' && /^(?:ba|z)?sh$/.test(words[i - 1]?.text ?? ''))) return words;
    return words.flatMap((word) => {
      const name = /^\$\{?([A-Za-z_]\w*)\}?$/.exec(word.text)?.[1];
      const value = name === undefined ? undefined : this.environment.get(name);
      return value && isSet(value) ? value.elements.flatMap((each) => splitWords(requoted(each, false))) : [word];
    });
  }

  /** `read`, what it reads, and functions of the script; false for all other commands. */
  private special({ words, input, assignments, range }: Command): boolean {
    const [first] = words;
    const name = first ? textOf(this.expand(first).flat()) : '';
    const reader = this.reader;
    this.reader = undefined;
    if (input && READING.has(name)) {
      const separators = assignments.find((each) => each.name === 'IFS') && this.environment.get('IFS');
      const read = readInto(
        name,
        words.slice(1).map((word) => textOf(this.expand(word).flat())),
        this.expand(input).flat(),
        separators && textOf(separators.elements.flat()),
      );
      for (const [each, elements] of read) this.set(each, { elements, unknown: isUnsure(elements.flat()), range });
      return true;
    }
    if (name === 'read') {
      this.reader = textOf(this.expand(words[words.length - 1]!).flat());
      return false;
    }
    if (name === HERE && reader !== undefined && words[1]) {
      this.set(reader, { elements: [this.expand(words[1]).flat()], unknown: false, range });
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
    if (append || words.some((word) => this.dependsOnChanged(name, word.parts))) this.grown.add(name);
    const elements = !old
      ? added
      : isArray
        ? [...old.elements, ...added]
        : [...old.elements.slice(0, -1), [...(old.elements[old.elements.length - 1] ?? []), ...(added[0] ?? [])]];
    const size = elements.reduce((total, element) => total + element.length, 0);
    this.copies -= size;
    const tooLarge = size > MOST_FRAGMENTS || this.copies < 0;
    const unknown = (old?.unknown ?? false) || elements.some(isUnsure);
    const keyed = isArray && !tooLarge ? keyedElements(elements) : undefined;
    if (keyed) this.set(name, { ...keyed, unknown, range });
    else this.set(name, { elements: tooLarge ? [] : elements, unknown: unknown || tooLarge, range });
  }

  private assignElement({ name, append, value, range }: Assignment, index: string): void {
    const old = this.environment.get(name);
    const word = Array.isArray(value) ? undefined : (value as WordToken);
    const key = this.indexOf(index);
    if (!word || key === undefined) {
      this.set(name, { elements: [], unknown: true, range });
      return;
    }
    this.grown.add(name);
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
    const unknown = (old?.unknown ?? false) || isUnsure(added) || this.copies < 0;
    this.set(name, { elements, keys, unknown, range });
  }

  private set(name: string, value: Value): void {
    this.changed.add(name);
    this.environment.set(name, value);
  }

  private dependsOnChanged(name: string, parts: readonly Part[]): boolean {
    return parts.some((part) => part.kind === 'parameter' && (part.name === name || this.changed.has(part.name)));
  }

  private forLoop(variable: string, items: readonly WordToken[], body: readonly Statement[]): void {
    const words = items
      .flatMap((word) => this.expand(word).flatMap(splitWords))
      .flatMap((word) => (word.quoted ? [word] : expandBraces(word)));
    this.work -= words.length;
    const literal = words.length > 0 && words.every(({ text }) => !/[$`*?{]|^$/.test(text));
    const sequence = items.length === 1 ? sequenceOf(items[0]!.parts) : undefined;
    const values = sequence?.map(nowhere) ?? (literal ? words.map(placed) : undefined);
    if (!this.iterate(variable, values ?? [], body)) this.unknownLoop(undefined, body, true);
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

  /**
   * Runs the body once for `for ((i=a; i<b; i++))` per value; otherwise once, with what it puts together marked as unknown.
   * What a `while` sets anew it may as well not set, as where options are read: then what was set before stays.
   */
  private unknownLoop(header: string | undefined, body: readonly Statement[], overItems = false): void {
    const counted = COUNTED.exec(this.filledHeader(header ?? ''));
    if (counted) {
      const first = Number(counted[2]);
      const last = Number(counted[4]) - (counted[3] === '<' ? 1 : 0);
      if (last >= first && this.iterate(counted[1]!, range(first, last, 1, 0).map(nowhere), body)) return;
    }
    const before = new Map(this.environment);
    const outer = [this.grown, this.changed, this.perItem] as const;
    [this.grown, this.changed, this.perItem] = [new Set(), new Set(), this.perItem || overItems];
    this.loops++;
    this.run(body);
    this.loops--;
    for (const [name, value] of this.environment) {
      const old = before.get(name);
      if (old === value) continue;
      if (overItems || this.grown.has(name)) this.environment.set(name, doubted(value));
      else if (old && isSet(old)) this.environment.set(name, old);
    }
    this.grown = new Set([...outer[0], ...this.grown]);
    this.changed = new Set([...outer[1], ...this.changed]);
    this.perItem = outer[2];
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
}

type Command = Extract<Statement, { readonly kind: 'command' }>;

/** Commands that fill variables from their input. */
const READING = new Set(['read', 'mapfile', 'readarray']);

const nowhere = (text: string): Fragment => ({ text, start: undefined, quoted: false });
const placed = ({ text, range, verbatim }: ScalarNode): Fragment => ({
  text,
  start: verbatim ? range.start : undefined,
  quoted: false,
});

/** `i=0; i<20; i++` */
const COUNTED = /^\s*(\w+)\s*=\s*(\d+)\s*;\s*\1\s*(<=?)\s*(\d+)\s*;\s*(?:\1\+\+|\+\+\1)\s*$/;
