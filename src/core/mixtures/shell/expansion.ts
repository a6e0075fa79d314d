import { parseNumber } from '../syntax/number';
import type { Part, WordToken } from './lexer';
import { isSet, keysOf, keyValue, textOf, trimmed, type Fragment, type Value } from './values';
import { calculate, requoted } from './words';

/** Beyond these a script is not a launch script: values stop growing and are marked unknown. */
export const MOST_FRAGMENTS = 12_000;
const MOST_COPIES = 8_000_000;

/** What words become with the variables as they are. */
export class Expansion {
  protected environment = new Map<string, Value>();
  protected copies = MOST_COPIES;

  /** The words a word becomes (an array in braces becomes many). */
  protected expand(word: WordToken): Fragment[][] {
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
      if (value && (isSet(value) || !part.fallback)) return requoted(value.elements.flat(), quoted);
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

  /** What stands in the brackets of an element: a key, or a calculation. */
  protected indexOf(written: string): string | undefined {
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

  protected elementOf(value: Value, index: string): readonly Fragment[] | undefined {
    const key = this.indexOf(index);
    if (key === undefined) return undefined;
    const keys = keysOf(value);
    const at = keys.indexOf(key);
    if (at >= 0) return value.elements[at];
    const number = value.keys ? undefined : (parseNumber(key) ?? this.calculate(key));
    return number === undefined ? undefined : value.elements[number < 0 ? value.elements.length + number : number];
  }
}
