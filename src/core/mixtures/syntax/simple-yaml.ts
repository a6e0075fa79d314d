import type { TextRange } from '../types';
import type { DataNode, Entry, ListNode, MapNode, ScalarNode } from './node';

/**
 * Reads the YAML that nearly all configs are made of: block maps and lists, plain and quoted scalars, flow collections,
 * comments. Ten times as fast as a complete parser, so that nobody waits for a hover on thousands of lines. undefined
 * for everything else (anchors, tags, block scalars, tabs, escapes, several documents, anything that looks odd): the
 * complete parser has to be asked then. Where it answers, it answers as the complete parser does.
 */
export function parseSimpleYaml(text: string): DataNode[] | undefined {
  if (/[\t\ufeff]|\r(?!\n)/.test(text)) return undefined;
  try {
    return new SimpleYaml(text).documents();
  } catch (error) {
    if (error === NOT_SIMPLE) return undefined;
    throw error;
  }
}

const NOT_SIMPLE = new Error('more than simple YAML');
const DEEPEST = 100;

const SPACE = 0x20;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const HASH = 0x23;
const DASH = 0x2d;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_MAP = 0x7b;
const CLOSE_MAP = 0x7d;
const DOUBLE = 0x22;
const SINGLE = 0x27;
/** Begin something else than a plain scalar: anchors, aliases, tags, block scalars, directives, reserved signs. */
const SPECIAL = new Set([...'&*!|>%@`?,]}'].map((sign) => sign.charCodeAt(0)));

/** A line with something on it, from its first sign to its last. */
interface Line {
  /** Column of the first sign; moves to what follows a dash when that is read. */
  indent: number;
  start: number;
  readonly end: number;
  /** Blank lines or comments stand in front of it. */
  readonly apart: boolean;
}

class SimpleYaml {
  private readonly lines: Line[] = [];
  /** The line that is read. */
  private at = 0;
  private depth = 0;

  constructor(private readonly text: string) {}

  documents(): DataNode[] {
    this.readLines();
    const first = this.lines[0];
    if (first && this.text.slice(first.start, first.end) === '---') this.at++;
    const line = this.lines[this.at];
    if (!line) return [];
    const root = this.block(line.indent);
    if (this.at < this.lines.length) throw NOT_SIMPLE;
    return [root];
  }

  private readLines(): void {
    const { text } = this;
    let apart = false;
    for (let from = 0; from < text.length;) {
      const stop = text.indexOf('\n', from);
      const next = stop < 0 ? text.length : stop + 1;
      let start = from;
      while (text.charCodeAt(start) === SPACE) start++;
      let end = stop < 0 ? text.length : stop;
      while (end > start && (text.charCodeAt(end - 1) === SPACE || text.charCodeAt(end - 1) === RETURN)) end--;
      if (end > start && text.charCodeAt(start) !== HASH) {
        this.lines.push({ indent: start - from, start, end, apart });
        apart = false;
      } else {
        apart = true;
      }
      from = next;
    }
    const marked = (line: Line, i: number): boolean =>
      line.indent === 0 &&
      /^(?:---|\.\.\.|%)/.test(text.slice(line.start, line.start + 3)) &&
      !(i === 0 && line.end === 3);
    if (this.lines.some(marked)) throw NOT_SIMPLE;
  }

  /** A map, a list or a value that begins on this line, with its first sign in column `indent`. */
  private block(indent: number): DataNode {
    if (++this.depth > DEEPEST) throw NOT_SIMPLE;
    const line = this.lines[this.at]!;
    const node = this.isItem(line) ? this.list(indent) : this.mapOrValue(line, indent);
    this.depth--;
    return node;
  }

  private isItem({ start, end }: Line): boolean {
    return this.text.charCodeAt(start) === DASH && (end === start + 1 || this.text.charCodeAt(start + 1) === SPACE);
  }

  private list(indent: number): ListNode {
    const items: DataNode[] = [];
    const start = this.lines[this.at]!.start;
    let end = start;
    for (let line = this.lines[this.at]; line?.indent === indent && this.isItem(line); line = this.lines[this.at]) {
      let from = line.start + 1;
      while (from < line.end && this.text.charCodeAt(from) === SPACE) from++;
      let item: DataNode;
      if (from >= line.end || this.text.charCodeAt(from) === HASH) {
        this.at++;
        item = this.below(indent, false) ?? nothingAt(line.start + 1);
      } else {
        // What follows the dash is read as if it stood on a line of its own.
        line.indent += from - line.start;
        line.start = from;
        item = this.block(line.indent);
      }
      items.push(item);
      end = Math.max(end, item.range.end);
    }
    return { kind: 'list', range: { start, end: quoteEnd(items[items.length - 1], end) }, items };
  }

  /** The block on the following lines, when they stand further to the right; lists may stand below their key. */
  private below(indent: number, isKey: boolean): DataNode | undefined {
    const next = this.lines[this.at];
    if (!next || next.indent < indent) return undefined;
    if (next.indent === indent && !(isKey && this.isItem(next))) return undefined;
    return this.block(next.indent);
  }

  private mapOrValue(line: Line, indent: number): DataNode {
    const first = this.text.charCodeAt(line.start);
    if (first === OPEN_LIST || first === OPEN_MAP) return this.flowBlock(line, this.depth === 1 ? -1 : indent - 1);
    const colon = this.keyEnd(line);
    if (colon < 0) {
      const value = this.inline(line, line.start, indent - 1);
      return value;
    }
    return this.map(indent);
  }

  private map(indent: number): MapNode {
    const entries: Entry[] = [];
    const start = this.lines[this.at]!.start;
    let end = start;
    let last: DataNode | undefined;
    for (let line = this.lines[this.at]; line?.indent === indent && !this.isItem(line); line = this.lines[this.at]) {
      const colon = this.keyEnd(line);
      if (colon < 0) throw NOT_SIMPLE;
      const key = this.keyOf(line, colon);
      if (key.text === '<<') throw NOT_SIMPLE;
      let from = colon + 1;
      while (from < line.end && this.text.charCodeAt(from) === SPACE) from++;
      let value: DataNode;
      if (from >= line.end || this.text.charCodeAt(from) === HASH) {
        this.at++;
        value = this.below(indent, true) ?? nothingAt(from < line.end ? from : colon + 1);
      } else {
        value = this.inline(line, from, indent);
      }
      entries.push({ key: key.text, keyRange: key.range, value });
      end = Math.max(end, value.range.end, key.range.end);
      last = value;
    }
    const next = this.lines[this.at];
    if (next && next.indent > indent) throw NOT_SIMPLE;
    return { kind: 'map', range: { start, end: quoteEnd(last, end) }, entries };
  }

  /** Position of the colon that ends the key a line begins with; −1 without one. */
  private keyEnd({ start, end }: Line): number {
    const { text } = this;
    const quote = text.charCodeAt(start);
    let at = start;
    if (quote === DOUBLE || quote === SINGLE) {
      at = this.closingQuote(start, end) + 1;
      while (at < end && text.charCodeAt(at) === SPACE) at++;
      return text.charCodeAt(at) === COLON && (at + 1 >= end || text.charCodeAt(at + 1) === SPACE) ? at : -1;
    }
    if (SPECIAL.has(quote) || quote === OPEN_LIST || quote === OPEN_MAP) throw NOT_SIMPLE;
    for (; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code === COLON && (at + 1 >= end || text.charCodeAt(at + 1) === SPACE)) return at;
      if (code === HASH && text.charCodeAt(at - 1) === SPACE) return -1;
    }
    return -1;
  }

  private keyOf({ start }: Line, colon: number): ScalarNode {
    let end = colon;
    while (end > start && this.text.charCodeAt(end - 1) === SPACE) end--;
    if (end === start) throw NOT_SIMPLE;
    const quote = this.text.charCodeAt(start);
    return quote === DOUBLE || quote === SINGLE
      ? scalarAt(this.text, { start: start + 1, end: end - 1 }, true)
      : scalarAt(this.text, { start, end }, false);
  }

  /** A value that begins at `from` on this line. Lines further right than `indent` continue a plain one. */
  private inline(line: Line, from: number, indent: number): DataNode {
    const code = this.text.charCodeAt(from);
    if (code === OPEN_LIST || code === OPEN_MAP) {
      line.start = from;
      return this.flowBlock(line, indent);
    }
    this.at++;
    if (code === DOUBLE || code === SINGLE) {
      const close = this.closingQuote(from, line.end);
      this.expectEnd(close + 1, line.end);
      const next = this.lines[this.at];
      if (next && next.indent > indent) throw NOT_SIMPLE;
      return scalarAt(this.text, { start: from + 1, end: close }, true);
    }
    let end = this.plainEnd(from, line.end);
    let whole = end === line.end;
    for (let next = this.lines[this.at]; next && next.indent > indent; next = this.lines[this.at]) {
      // A comment or a blank line in a scalar of several lines is for the complete parser.
      if (next.apart || !whole || this.keyEnd(next) >= 0) throw NOT_SIMPLE;
      end = this.plainEnd(next.start, next.end, true);
      whole = end === next.end;
      this.at++;
    }
    return scalarAt(this.text, { start: from, end }, false);
  }

  /** End of a plain scalar of a block on its line. */
  private plainEnd(from: number, lineEnd: number, continued = false): number {
    const { text } = this;
    const first = text.charCodeAt(from);
    const second = text.charCodeAt(from + 1);
    const alone = from + 1 >= lineEnd || second === SPACE;
    if (!continued && (SPECIAL.has(first) || ((first === DASH || first === COLON) && alone))) throw NOT_SIMPLE;
    for (let at = from; at < lineEnd; at++) {
      const code = text.charCodeAt(at);
      if (code === COLON && (at + 1 >= lineEnd || text.charCodeAt(at + 1) === SPACE)) throw NOT_SIMPLE;
      if (code === HASH && at > from && text.charCodeAt(at - 1) === SPACE) {
        let end = at;
        while (text.charCodeAt(end - 1) === SPACE) end--;
        return end;
      }
    }
    return lineEnd;
  }

  private closingQuote(open: number, lineEnd: number): number {
    const { text } = this;
    const quote = text.charCodeAt(open);
    for (let at = open + 1; at < lineEnd; at++) {
      const code = text.charCodeAt(at);
      if (code === 0x5c && quote === DOUBLE) throw NOT_SIMPLE;
      if (code !== quote) continue;
      if (quote === SINGLE && text.charCodeAt(at + 1) === SINGLE) throw NOT_SIMPLE;
      return at;
    }
    throw NOT_SIMPLE;
  }

  /** Nothing but blanks and a comment up to the end of the line. */
  private expectEnd(from: number, lineEnd: number): void {
    let at = from;
    while (at < lineEnd && this.text.charCodeAt(at) === SPACE) at++;
    if (at < lineEnd && !(this.text.charCodeAt(at) === HASH && at > from)) throw NOT_SIMPLE;
  }

  /** A flow collection that begins on this line and ends on this one or a later one further right than `indent`. */
  private flowBlock(line: Line, indent: number): DataNode {
    this.position = line.start;
    const node = this.flow();
    let last = line;
    this.at++;
    for (let next = this.lines[this.at]; next && next.start < this.position; next = this.lines[this.at]) {
      if (next.indent <= indent) throw NOT_SIMPLE;
      last = next;
      this.at++;
    }
    this.expectEnd(this.position, last.end);
    return node;
  }

  /** Where the flow collection that is read has got to. */
  private position = 0;

  private flow(): DataNode {
    if (++this.depth > DEEPEST) throw NOT_SIMPLE;
    const { text } = this;
    const start = this.position;
    const isMap = text.charCodeAt(start) === OPEN_MAP;
    const close = isMap ? CLOSE_MAP : CLOSE_LIST;
    const items: DataNode[] = [];
    const entries: Entry[] = [];
    this.position++;
    for (this.skip(); text.charCodeAt(this.position) !== close; this.skip()) {
      const item = this.flowValue();
      this.skip();
      const colon = text.charCodeAt(this.position) === COLON;
      if (colon !== isMap) throw NOT_SIMPLE;
      if (isMap) {
        if (item.kind !== 'scalar' || item.text === '<<' || item.text === '') throw NOT_SIMPLE;
        this.position++;
        this.skip();
        entries.push({ key: item.text, keyRange: item.range, value: this.flowValue() });
        this.skip();
      } else {
        items.push(item);
      }
      const code = text.charCodeAt(this.position);
      if (code === COMMA) this.position++;
      else if (code !== close) throw NOT_SIMPLE;
    }
    this.position++;
    this.depth--;
    const range = { start, end: this.position };
    return isMap ? { kind: 'map', range, entries } : { kind: 'list', range, items };
  }

  private flowValue(): DataNode {
    const { text, position: start } = this;
    const code = text.charCodeAt(start);
    if (code === OPEN_LIST || code === OPEN_MAP) return this.flow();
    if (code === DOUBLE || code === SINGLE) {
      const stop = text.indexOf('\n', start);
      const end = this.closingQuote(start, stop < 0 ? text.length : stop);
      this.position = end + 1;
      return scalarAt(text, { start: start + 1, end }, true);
    }
    const next = text.charCodeAt(start + 1);
    if (
      SPECIAL.has(code) ||
      code === HASH ||
      Number.isNaN(code) ||
      ((code === DASH || code === COLON) && endsPlain(next))
    )
      throw NOT_SIMPLE;
    let end = start;
    for (; end < text.length; end++) {
      const each = text.charCodeAt(end);
      if (each === NEWLINE || each === RETURN || isFlowSign(each)) break;
      if (each === COLON && endsPlain(text.charCodeAt(end + 1))) break;
      if (each === HASH && text.charCodeAt(end - 1) === SPACE) break;
    }
    this.position = end;
    while (end > start && text.charCodeAt(end - 1) === SPACE) end--;
    if (end === start) throw NOT_SIMPLE;
    return scalarAt(text, { start, end }, false);
  }

  /** Past blanks, line ends and comments within a flow collection. */
  private skip(): void {
    const { text } = this;
    for (;;) {
      const code = text.charCodeAt(this.position);
      if (code === SPACE || code === NEWLINE || code === RETURN) this.position++;
      else if (code === HASH && /\s/.test(text[this.position - 1] ?? '')) {
        const stop = text.indexOf('\n', this.position);
        if (stop < 0) throw NOT_SIMPLE;
        this.position = stop;
      } else return;
    }
  }
}

const isFlowSign = (code: number): boolean =>
  code === COMMA || code === OPEN_LIST || code === CLOSE_LIST || code === OPEN_MAP || code === CLOSE_MAP;

/** A colon before it ends a plain scalar of a flow collection. */
const endsPlain = (code: number): boolean =>
  Number.isNaN(code) || code === SPACE || code === NEWLINE || code === RETURN || isFlowSign(code);

function scalarAt(text: string, range: TextRange, quoted: boolean): ScalarNode {
  return { kind: 'scalar', text: text.slice(range.start, range.end), range, quoted, verbatim: true };
}

function nothingAt(start: number): ScalarNode {
  return { kind: 'scalar', text: '', range: { start, end: start }, quoted: false, verbatim: true };
}

/** A collection ends behind the quote of its last scalar. */
function quoteEnd(last: DataNode | undefined, end: number): number {
  return last?.kind === 'scalar' && last.quoted && last.range.end === end ? end + 1 : end;
}
