import type { TextRange } from '../types';

/** A piece of a word. Ranges cover the source of the piece without quotes. */
export type Part =
  | { readonly kind: 'text'; readonly text: string; readonly start: number; readonly quoted: boolean }
  | {
      readonly kind: 'parameter';
      readonly name: string;
      /** As written, `${name}`. */
      readonly source: string;
      readonly range: TextRange;
      readonly quoted: boolean;
      readonly fallback?: readonly Part[];
      /** `${name[index]}`, as written. */
      readonly index?: string;
      /** `${!name[@]}` and `${#name[@]}`. */
      readonly of?: 'keys' | 'count';
      /** `${name##*:}`: what is taken off its start or end. */
      readonly trim?: { readonly operator: string; readonly pattern: string };
    }
  | { readonly kind: 'arithmetic'; readonly text: string; readonly range: TextRange; readonly quoted: boolean }
  /** `$(…)`, backquotes and expansions that cannot be known without running the script. */
  | { readonly kind: 'opaque'; readonly text: string; readonly range: TextRange; readonly quoted: boolean };

export interface WordToken {
  readonly kind: 'word';
  readonly parts: readonly Part[];
  readonly range: TextRange;
}
export interface OperatorToken {
  readonly kind: 'operator';
  /** `;` stands for every end of a command (newline, `&`, `&&`, `||`, `|`). */
  readonly text: ';' | ';;' | '(' | ')' | '((';
  readonly range: TextRange;
  /** Text between `((` and `))`. */
  readonly inner?: string;
}
export type Token = WordToken | OperatorToken;

const NAME = /[A-Za-z0-9_@*#?!$-]/;
/** No sign that means something to the shell, outside quotes and in double ones. */
const PLAIN = /[^ \t\r\n;&|<>()'"\\$`]+/y;
const PLAIN_IN_DOCUMENT = /[^"\\$`]+/y;
/** `${name[index]}`, `${!name[@]}`, `${#name[@]}` without the braces. */
const ELEMENT = /^([!#]?)([A-Za-z_]\w*)\[([^\]]*)\]$/;
/** `${name%%:*}` without the braces: at most one star, at the side that is cut. */
const TRIMMED = /^([A-Za-z_]\w*|[0-9])(%%?|##?)([^*?[$"'\\]*\*?[^*?[$"'\\]*)$/;
/** First word of a here-document. */
export const HERE = '<<';
/** In front of the word that is passed to a command as its input. */
export const HERE_STRING = '<<<';
/** `$(cat <<EOF …)` */
const HERE_TEXT = /^\$\(cat\s+<<-?\s*(['"]?)(\w+)\1[^\n]*\n([\s\S]*?)\n[ \t]*\2\s*\)$/;
const BLANKS = /[ \t\r]+/y;
const PLAIN_IN_QUOTES = /[^"\\$`]+/y;

/** Words and operators of a Bourne-type shell script. Never throws: open quotes end with the text. */
export function lex(text: string): Token[] {
  return new Lexer(text).run();
}

class Lexer {
  private at = 0;
  private readonly tokens: Token[] = [];
  /** Here-documents announced on this line. */
  private awaited: { readonly end: string; readonly tabs: boolean; readonly plain: boolean }[] = [];

  constructor(private readonly text: string) {}

  run(): Token[] {
    while (this.at < this.text.length) this.step();
    return this.tokens;
  }

  private step(): void {
    const { text } = this;
    const char = text[this.at]!;
    if (char === '\n') {
      this.operator(';', 1);
      for (const each of this.awaited.splice(0)) this.hereDocument(each);
    } else if (char === ' ' || char === '\t' || char === '\r') {
      BLANKS.lastIndex = this.at;
      this.at = BLANKS.test(text) ? BLANKS.lastIndex : this.at + 1;
    } else if (this.continuation() > 0) {
      this.at += this.continuation();
    } else if (char === '#') {
      const end = text.indexOf('\n', this.at);
      this.at = end < 0 ? text.length : end;
    } else if (text.startsWith(';;', this.at)) {
      this.operator(';;', 2);
    } else if (text.startsWith('((', this.at)) {
      const end = text.indexOf('))', this.at);
      if (end < 0) return this.operator('(', 1);
      const inner = text.slice(this.at + 2, end);
      this.tokens.push({ kind: 'operator', text: '((', range: { start: this.at, end: end + 2 }, inner });
      this.at = end + 2;
    } else if (char === '(' || char === ')') {
      this.operator(char, 1);
    } else if (';&|'.includes(char)) {
      this.operator(';', 1);
    } else if (char === '<' || char === '>') {
      this.redirection();
    } else {
      this.word();
    }
  }

  private operator(operator: OperatorToken['text'], length: number): void {
    this.tokens.push({ kind: 'operator', text: operator, range: { start: this.at, end: this.at + length } });
    this.at += length;
  }

  /** Length of a backslash before a line end, 0 elsewhere. Windows line ends count: scripts with them exist. */
  private continuation(): number {
    if (this.text[this.at] !== '\\') return 0;
    if (this.text[this.at + 1] === '\n') return 2;
    return this.text.startsWith('\r\n', this.at + 1) ? 3 : 0;
  }

  private redirection(): void {
    if (this.text.startsWith(HERE_STRING, this.at)) {
      const range = { start: this.at, end: this.at + HERE_STRING.length };
      const parts = [{ kind: 'text' as const, text: HERE_STRING, start: this.at, quoted: false }];
      this.tokens.push({ kind: 'word', parts, range });
      this.at = range.end;
      return;
    }
    const here = /^<<(-?)\s*(['"]?)([\w.-]+)\2/.exec(this.text.slice(this.at, this.at + 80));
    if (here) {
      this.awaited.push({ end: here[3]!, tabs: here[1] === '-', plain: here[2] !== '' });
      this.at += here[0].length;
      return;
    }
    while (this.at < this.text.length && '<>&'.includes(this.text[this.at]!)) this.at++;
    while (this.text[this.at] === ' ') this.at++;
    // What it is redirected to is not an argument.
    const count = this.tokens.length;
    if (this.at < this.text.length && !'\n;|()<>'.includes(this.text[this.at]!)) this.word();
    this.tokens.length = count;
  }

  /** A command of its own behind the one it belongs to: `<<` and what stands in the document. */
  private hereDocument({ end, tabs, plain }: { end: string; tabs: boolean; plain: boolean }): void {
    const start = this.at;
    let stop = this.text.length;
    while (this.at < this.text.length) {
      const from = this.at;
      const lineEnd = this.text.indexOf('\n', from);
      const line = this.text.slice(from, lineEnd < 0 ? undefined : lineEnd).replace(/\r$/, '');
      this.at = lineEnd < 0 ? this.text.length : lineEnd + 1;
      if ((tabs ? line.replace(/^\t+/, '') : line) !== end) continue;
      stop = from;
      break;
    }
    if (stop <= start) return;
    const range = { start, end: stop };
    const text = this.text.slice(start, stop);
    const parts = plain ? [{ kind: 'text' as const, text, start, quoted: true }] : this.document(start, stop);
    this.tokens.push({ kind: 'word', parts: [{ kind: 'text', text: HERE, start, quoted: false }], range });
    this.tokens.push({ kind: 'word', parts, range });
    this.tokens.push({ kind: 'operator', text: ';', range: { start: stop, end: stop } });
  }

  /** Quotes are for the program that the document is passed to: what is in them is what it reads. */
  private document(start: number, end: number): Part[] {
    const lexer = new Lexer(this.text.slice(0, end));
    lexer.at = start;
    const parts: Part[] = [];
    while (lexer.at < end) {
      const char = this.text[lexer.at]!;
      if (char === '"') lexer.at++;
      else if (char === '\\') lexer.escape(parts, true);
      else if (char === '$' || char === '`') lexer.expansion(parts, true);
      else lexer.plainRun(parts, PLAIN_IN_DOCUMENT, true);
    }
    return parts;
  }

  private word(): void {
    const start = this.at;
    const parts: Part[] = [];
    while (this.at < this.text.length) {
      const char = this.text[this.at]!;
      if (' \t\r\n;&|<>)'.includes(char)) break;
      // `name=(` and `name+=(` begin an array; any other bracket ends the word.
      if (char === '(') break;
      if (char === "'") this.singleQuoted(parts);
      else if (char === '"') this.doubleQuoted(parts);
      else if (char === '\\') this.escape(parts, false);
      else if (char === '$' || char === '`') this.expansion(parts, false);
      else this.plainRun(parts, PLAIN, false);
    }
    if (this.at === start) this.at++;
    // `2>` names what is redirected.
    else if (!/[<>]/.test(this.text[this.at] ?? '') || !/^\d+$/.test(this.text.slice(start, this.at)))
      this.tokens.push({ kind: 'word', parts, range: { start, end: this.at } });
  }

  private append(parts: Part[], text: string, start: number, quoted: boolean): void {
    const last = parts[parts.length - 1];
    if (last?.kind === 'text' && last.quoted === quoted && last.start + last.text.length === start) {
      parts[parts.length - 1] = { ...last, text: last.text + text };
    } else {
      parts.push({ kind: 'text', text, start, quoted });
    }
  }

  private singleQuoted(parts: Part[]): void {
    const start = this.at + 1;
    const found = this.text.indexOf("'", start);
    const end = found < 0 ? this.text.length : found;
    parts.push({ kind: 'text', text: this.text.slice(start, end), start, quoted: true });
    this.at = Math.min(this.text.length, end + 1);
  }

  private doubleQuoted(parts: Part[]): void {
    this.at++;
    parts.push({ kind: 'text', text: '', start: this.at, quoted: true });
    while (this.at < this.text.length && this.text[this.at] !== '"') {
      const char = this.text[this.at]!;
      if (char === '\\') this.escape(parts, true);
      else if (char === '$' || char === '`') this.expansion(parts, true);
      else this.plainRun(parts, PLAIN_IN_QUOTES, true);
    }
    this.at = Math.min(this.text.length, this.at + 1);
  }

  /** Everything up to the next special character at once: a pattern finds it quicker than a loop that runs the first time. */
  private plainRun(parts: Part[], plain: RegExp, quoted: boolean): void {
    const start = this.at;
    plain.lastIndex = start;
    this.at = plain.test(this.text) ? plain.lastIndex : start + 1;
    this.append(parts, this.text.slice(start, this.at), start, quoted);
  }

  private escape(parts: Part[], quoted: boolean): void {
    const length = this.continuation();
    if (length > 0) {
      this.at += length;
      return;
    }
    const next = this.text[this.at + 1] ?? '';
    if (quoted && !'"\\$`'.includes(next)) {
      this.append(parts, '\\', this.at++, true);
      return;
    }
    if (next !== '') parts.push({ kind: 'text', text: next, start: this.at + 1, quoted: true });
    this.at = Math.min(this.text.length, this.at + 2);
  }

  private expansion(parts: Part[], quoted: boolean): void {
    const { text } = this;
    const start = this.at;
    if (text[start] === '`') {
      const found = text.indexOf('`', start + 1);
      return this.opaque(parts, found < 0 ? text.length : found + 1, quoted);
    }
    const arithmetic = text.startsWith('$((', start) ? this.closing(start + 1, '(', ')') : 0;
    if (arithmetic > 0 && text.endsWith('))', arithmetic)) {
      const inner = text.slice(start + 3, arithmetic - 2);
      parts.push({ kind: 'arithmetic', text: inner, range: { start, end: arithmetic }, quoted });
      this.at = arithmetic;
      return;
    }
    const here = HERE_TEXT.exec(
      text.startsWith('$(cat', start) ? text.slice(start, this.closing(start + 1, '(', ')')) : '',
    );
    if (here) {
      const from = start + here[0].indexOf('\n') + 1;
      parts.push(...this.document(from, from + here[3]!.length));
      this.at = start + here[0].length;
      return;
    }
    if (text.startsWith('$(', start)) return this.opaque(parts, this.closing(start + 1, '(', ')'), quoted);
    if (text.startsWith('${', start)) return this.braced(parts, quoted);
    const name = /^(?:[A-Za-z_]\w*|[0-9@*#?!$-])/.exec(text.slice(start + 1, start + 200))?.[0];
    if (name === undefined) return this.append(parts, '$', this.at++, quoted);
    this.at = start + 1 + name.length;
    parts.push({ kind: 'parameter', name, source: text.slice(start, this.at), range: { start, end: this.at }, quoted });
  }

  /** `${name}`, `${name[@]}`, `${name:-default}`; everything else that braces can do is opaque. */
  private braced(parts: Part[], quoted: boolean): void {
    const start = this.at;
    const end = this.closing(start + 1, '{', '}');
    const inner = this.text.slice(start + 2, end - 1);
    const [, of = '', name = '', index = ''] = ELEMENT.exec(inner) ?? [];
    const all = index === '@' || index === '*';
    if (name !== '' && all !== (of === '')) {
      const which = all ? { of: of === '!' ? ('keys' as const) : ('count' as const) } : { index };
      const source = this.text.slice(start, end);
      parts.push({ kind: 'parameter', name, source, range: { start, end }, quoted, ...which });
      this.at = end;
      return;
    }
    const trim = TRIMMED.exec(inner);
    if (trim) {
      const [, trimmed = '', operator = '', pattern = ''] = trim;
      const source = this.text.slice(start, end);
      parts.push({
        kind: 'parameter',
        name: trimmed,
        source,
        range: { start, end },
        quoted,
        trim: { operator, pattern },
      });
      this.at = end;
      return;
    }
    const match = /^([A-Za-z_]\w*|[0-9@*])(?:\[[@*]\])?(?::?[-=]([\s\S]*))?$/.exec(inner);
    if (!match || !NAME.test(match[1]!)) return this.opaque(parts, end, quoted);
    const fallback = match[2] === undefined ? undefined : this.inner(end - 1 - match[2].length, end - 1);
    this.at = end;
    parts.push({
      kind: 'parameter',
      name: match[1]!,
      source: this.text.slice(start, end),
      range: { start, end },
      quoted,
      ...(fallback ? { fallback } : {}),
    });
  }

  /** Parts of the text of a default value, read like the inside of double quotes. */
  private inner(start: number, end: number): Part[] {
    const lexer = new Lexer(this.text.slice(0, end));
    lexer.at = start;
    const parts: Part[] = [];
    while (lexer.at < end) {
      const char = this.text[lexer.at]!;
      if (char === '"') lexer.doubleQuoted(parts);
      else if (char === "'") lexer.singleQuoted(parts);
      else if (char === '\\') lexer.escape(parts, true);
      else if (char === '$' || char === '`') lexer.expansion(parts, true);
      else lexer.plainRun(parts, PLAIN_IN_QUOTES, true);
    }
    return parts;
  }

  private opaque(parts: Part[], end: number, quoted: boolean): void {
    parts.push({ kind: 'opaque', text: this.text.slice(this.at, end), range: { start: this.at, end }, quoted });
    this.at = end;
  }

  /** Position after the bracket that closes the one at `open`; brackets in quotes do not count. */
  private closing(open: number, opener: string, closer: string): number {
    const { text } = this;
    let depth = 0;
    for (let i = open; i < text.length; i++) {
      const char = text[i];
      if (char === '\\') i++;
      else if (char === "'" || char === '"') i = this.quoteEnd(i, char);
      else if (char === opener) depth++;
      else if (char === closer && --depth === 0) return i + 1;
    }
    return text.length;
  }

  /** Position of the quote that ends the quotation; of its beginning when nothing does (an apostrophe). */
  private quoteEnd(start: number, quote: string): number {
    for (let i = start + 1; i < this.text.length && i - start < 2000; i++) {
      if (this.text[i] === quote) return i;
      if (this.text[i] === '\\' && quote === '"') i++;
    }
    return start;
  }
}
