import type { TextRange } from '../types';
import { HERE_STRING, lex, type Part, type Token, type WordToken } from './lexer';

export interface Assignment {
  readonly name: string;
  /** `+=` */
  readonly append: boolean;
  /** `name[index]=…` */
  readonly index?: string;
  /** One word, or the words of an array. */
  readonly value: WordToken | readonly WordToken[];
  readonly range: TextRange;
}

export type Statement =
  | {
      readonly kind: 'command';
      readonly assignments: readonly Assignment[];
      readonly words: readonly WordToken[];
      /** `<<< "$list"` */
      readonly input?: WordToken;
      readonly range: TextRange;
    }
  | {
      readonly kind: 'for';
      readonly variable: string;
      readonly items: readonly WordToken[];
      readonly body: readonly Statement[];
    }
  /** `for ((…))`, `while`, `until`: how often is not known without running. */
  | { readonly kind: 'loop'; readonly header?: string; readonly body: readonly Statement[] }
  | { readonly kind: 'function'; readonly name: string; readonly body: readonly Statement[] }
  | { readonly kind: 'branches'; readonly branches: readonly (readonly Statement[])[] };

const DECLARING = new Set(['export', 'local', 'declare', 'readonly', 'typeset', 'env']);

/** Statements of a shell script. Function bodies and groups are read in place, as if run where they stand. */
export function parseShell(text: string): Statement[] {
  return new Parser(lex(text)).block([]);
}

/** The word as one literal, when it is one without quotes: keywords and variable names. */
function bare(token: Token | undefined): string | undefined {
  if (token?.kind !== 'word' || token.parts.length !== 1) return undefined;
  const part = token.parts[0]!;
  return part.kind === 'text' && !part.quoted ? part.text : undefined;
}

class Parser {
  private at = 0;
  private depth = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  /** Statements up to one of these keywords (left for the caller) or the end. */
  block(ends: readonly string[]): Statement[] {
    const statements: Statement[] = [];
    // Deeper nesting than any real script has: read on without structure rather than overflow the stack.
    if (++this.depth > 200) this.at = this.tokens.length;
    while (this.at < this.tokens.length) {
      const token = this.tokens[this.at]!;
      const keyword = bare(token);
      if (keyword !== undefined && ends.includes(keyword)) break;
      if (token.kind === 'operator' && token.text === ';;' && ends.includes(';;')) break;
      const statement = token.kind === 'operator' ? this.skip() : this.statement(keyword);
      if (statement) statements.push(statement);
    }
    this.depth--;
    return statements;
  }

  private skip(): undefined {
    this.at++;
    return undefined;
  }

  private statement(keyword: string | undefined): Statement | undefined {
    switch (keyword) {
      case 'if':
        return this.conditional();
      case 'case':
        return this.cases();
      case 'for':
      case 'select':
        return this.forLoop();
      case 'while':
      case 'until':
        this.at++;
        this.block(['do']);
        return { kind: 'loop', body: this.body() };
      case '{':
      case '}':
      case '!':
      case 'then':
      case 'do':
      case 'done':
      case 'fi':
      case 'esac':
      case 'else':
      case 'elif':
        return this.skip();
      case 'function':
        this.at++;
        return this.definition() ?? this.skip();
      default:
        return this.definition() ?? this.command();
    }
  }

  /** `name() { … }`, `function name { … }`; undefined, and nothing read, for anything else. */
  private definition(): Statement | undefined {
    const start = this.at;
    const name = bare(this.tokens[this.at]);
    const behindKeyword = bare(this.tokens[this.at - 1]) === 'function';
    if (name === undefined || !/^[\w-]+$/.test(name)) return undefined;
    this.at++;
    const brackets = this.isOperator('(');
    if (brackets) this.at++;
    if (brackets && this.isOperator(')')) this.at++;
    else if (brackets || !behindKeyword) {
      this.at = start;
      return undefined;
    }
    while (this.isOperator(';')) this.at++;
    if (!this.accept('{')) {
      this.at = start;
      return undefined;
    }
    const body = this.block(['}']);
    this.accept('}');
    return { kind: 'function', name, body };
  }

  private accept(keyword: string): boolean {
    if (bare(this.tokens[this.at]) !== keyword) return false;
    this.at++;
    return true;
  }

  private conditional(): Statement {
    this.at++;
    const before = this.block(['then', 'fi']);
    const branches: Statement[][] = [];
    this.accept('then');
    branches.push([...before, ...this.block(['elif', 'else', 'fi'])]);
    while (this.at < this.tokens.length && !this.accept('fi')) {
      if (this.accept('elif')) {
        this.block(['then', 'fi']);
        this.accept('then');
      } else {
        this.at++;
      }
      branches.push(this.block(['elif', 'else', 'fi']));
    }
    return { kind: 'branches', branches };
  }

  private cases(): Statement {
    this.at++;
    while (this.at < this.tokens.length && !this.accept('in')) this.at++;
    const branches: Statement[][] = [];
    while (this.at < this.tokens.length && !this.accept('esac')) {
      // The pattern, up to its bracket.
      const start = this.at;
      while (this.at < this.tokens.length && !this.isOperator(')') && bare(this.tokens[this.at]) !== 'esac') this.at++;
      if (this.isOperator(')')) this.at++;
      else if (bare(this.tokens[this.at]) === 'esac') continue;
      branches.push(this.block([';;', 'esac']));
      if (this.isOperator(';;')) this.at++;
      if (this.at === start) this.at++;
    }
    return { kind: 'branches', branches };
  }

  private isOperator(text: string): boolean {
    const token = this.tokens[this.at];
    return token?.kind === 'operator' && token.text === text;
  }

  private forLoop(): Statement {
    this.at++;
    const token = this.tokens[this.at];
    if (token?.kind === 'operator' && token.text === '((') {
      this.at++;
      return { kind: 'loop', header: token.inner ?? '', body: this.body() };
    }
    const variable = bare(token) ?? '';
    this.at++;
    const items: WordToken[] = [];
    if (this.accept('in')) {
      for (let word = this.tokens[this.at]; word?.kind === 'word'; word = this.tokens[++this.at]) items.push(word);
    }
    return { kind: 'for', variable, items, body: this.body() };
  }

  /** `do … done`, or `{ … }` after some loops. */
  private body(): Statement[] {
    while (this.tokens[this.at]?.kind === 'operator') this.at++;
    if (!this.accept('do')) return [];
    const body = this.block(['done']);
    this.accept('done');
    return body;
  }

  private command(): Statement {
    const start = this.tokens[this.at]!.range.start;
    const assignments: Assignment[] = [];
    const words: WordToken[] = [];
    let end = start;
    let input: WordToken | undefined;
    for (let token = this.tokens[this.at]; token?.kind === 'word'; token = this.tokens[this.at]) {
      this.at++;
      end = token.range.end;
      const next = this.tokens[this.at];
      if (bare(token) === HERE_STRING) {
        if (next?.kind === 'word') input = next;
        this.at += input === next ? 1 : 0;
        continue;
      }
      const leading = words.length === 0 || (words.length > 0 && DECLARING.has(bare(words[0]) ?? ''));
      const assignment = leading ? this.assignment(token) : undefined;
      if (assignment) {
        assignments.push(assignment);
        end = assignment.range.end;
      } else {
        words.push(token);
      }
    }
    return { kind: 'command', assignments, words, ...(input ? { input } : {}), range: { start, end } };
  }

  private assignment(token: WordToken): Assignment | undefined {
    const first = token.parts[0];
    if (first?.kind !== 'text' || first.quoted) return undefined;
    const match = /^([A-Za-z_]\w*)(?:\[([^\]]*)\])?(\+?)=/.exec(first.text);
    if (!match) return undefined;
    const length = match[0].length;
    const name = match[1]!;
    const append = match[3] === '+';
    const index = match[2] === undefined ? {} : { index: match[2] };
    const rest: Part[] =
      first.text.length > length ? [{ ...first, text: first.text.slice(length), start: first.start + length }] : [];
    const parts = [...rest, ...token.parts.slice(1)];
    if (parts.length === 0 && this.isOperator('(') && this.tokens[this.at]!.range.start === token.range.end) {
      const value = this.arrayWords();
      return { name, append, value, range: { start: token.range.start, end: this.tokens[this.at - 1]!.range.end } };
    }
    return { name, append, ...index, value: { ...token, parts }, range: token.range };
  }

  /** Words between `(` and `)`, over any number of lines. */
  private arrayWords(): WordToken[] {
    const words: WordToken[] = [];
    for (this.at++; this.at < this.tokens.length; this.at++) {
      const token = this.tokens[this.at]!;
      if (token.kind === 'word') words.push(token);
      else if (token.text === ')') {
        this.at++;
        break;
      }
    }
    return words;
  }
}
