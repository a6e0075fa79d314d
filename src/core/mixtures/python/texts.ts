import { strFormat } from './format';
import { iterate, type Arguments, type Machine } from './machine';
import { joinPath, LONGEST_TEXT, numeric } from './operators';
import type { Span } from './tree';
import { constant, piece, text, type TextValue, type Value } from './values';

/** Methods of texts, and of the paths that pathlib makes of them. */
export function ofText(
  value: TextValue,
  name: string,
  given: Arguments,
  at: Span,
  machine: Machine,
): Value | undefined {
  const { text: own } = value;
  const [first, second] = given.positional;
  machine.spend(own.length >> 6);
  const wanted = first?.kind === 'text' ? first.text : undefined;
  switch (name) {
    case 'split':
    case 'rsplit':
    case 'splitlines': {
      if (first && wanted === undefined && !(first.kind === 'constant' && first.value === null)) return undefined;
      if (name === 'splitlines') {
        const lines = split(value, '\n', undefined, false).map((line) =>
          line.text.endsWith('\r') ? piece(line, 0, line.text.length - 1) : line,
        );
        if (own === '' || own.endsWith('\n')) lines.pop();
        return machine.list('list', lines, at);
      }
      const limit = second ?? given.named.get('maxsplit');
      const most = limit && numeric(limit)?.value;
      if (limit && most === undefined) return undefined;
      return machine.list('list', split(value, wanted, most, name === 'rsplit'), at);
    }
    case 'join': {
      const items = first && iterate(first);
      const texts = items?.map((item) => (item.kind === 'text' ? item.text : undefined));
      if (!items || !texts || texts.includes(undefined)) return undefined;
      if (items.length === 1) return items[0];
      const length = texts.reduce((total, each) => total + own.length + each!.length, 0);
      machine.spend(length >> 6);
      return length > LONGEST_TEXT ? undefined : text(texts.join(own), at);
    }
    case 'strip':
    case 'lstrip':
    case 'rstrip': {
      if (first && wanted === undefined && first.kind !== 'constant') return undefined;
      const signs = wanted === undefined ? /\s/ : undefined;
      const is = (sign: string): boolean => (signs ? signs.test(sign) : wanted!.includes(sign));
      let start = 0;
      let end = own.length;
      if (name !== 'rstrip') while (start < end && is(own[start]!)) start++;
      if (name !== 'lstrip') while (end > start && is(own[end - 1]!)) end--;
      return piece(value, start, end);
    }
    case 'removeprefix':
      if (wanted === undefined) return undefined;
      return own.startsWith(wanted) ? piece(value, wanted.length, own.length) : value;
    case 'removesuffix':
      if (wanted === undefined) return undefined;
      return own.endsWith(wanted) ? piece(value, 0, own.length - wanted.length) : value;
    case 'startswith':
      return wanted === undefined || second ? undefined : constant(own.startsWith(wanted), at);
    case 'endswith':
      return wanted === undefined || second ? undefined : constant(own.endsWith(wanted), at);
    case 'lower':
    case 'casefold':
      return text(own.toLowerCase(), at);
    case 'upper':
      return text(own.toUpperCase(), at);
    case 'replace': {
      const by = second?.kind === 'text' ? second.text : undefined;
      if (wanted === undefined || by === undefined || given.positional.length > 2) return undefined;
      const result = own.length * (by.length + 1) < 200_000 ? own.replaceAll(wanted, () => by) : undefined;
      return result === undefined ? undefined : result === own ? value : text(result, at);
    }
    case 'format': {
      const result = strFormat(own, given.positional, given.named);
      return result === undefined || result.length > LONGEST_TEXT ? undefined : text(result, at);
    }
    case 'zfill': {
      const width = first && numeric(first)?.value;
      const sign = /^[+-]/.exec(own)?.[0] ?? '';
      return width === undefined || width > 1000
        ? undefined
        : text(sign + own.slice(sign.length).padStart(width - sign.length, '0'), at);
    }
    case 'isdigit':
      return constant(/^\d+$/.test(own), at);
    case 'joinpath': {
      const parts = given.positional.map((each) => (each.kind === 'text' ? each.text : undefined));
      return parts.includes(undefined) ? undefined : text(joinPath([own, ...(parts as string[])]), at);
    }
    case 'with_suffix':
      return wanted === undefined ? undefined : text(own.replace(/\.[^./]*$/, '') + wanted, at);
    case 'as_posix':
    case 'expanduser':
    case 'resolve':
    case 'absolute':
    case 'encode':
      return value;
    default:
      return undefined;
  }
}

function split(
  value: TextValue,
  separator: string | undefined,
  most: number | undefined,
  fromEnd: boolean,
): TextValue[] {
  const { text: own } = value;
  const cuts: (readonly [number, number])[] = [];
  if (separator === undefined)
    for (const match of own.matchAll(/\s+/g)) cuts.push([match.index, match.index + match[0].length]);
  else if (separator !== '')
    for (let at = own.indexOf(separator); at >= 0; at = own.indexOf(separator, at + separator.length))
      cuts.push([at, at + separator.length]);
  const kept =
    most === undefined || most < 0 ? cuts : fromEnd ? cuts.slice(Math.max(0, cuts.length - most)) : cuts.slice(0, most);
  const pieces: TextValue[] = [];
  let start = 0;
  for (const [from, to] of kept) {
    pieces.push(piece(value, start, from));
    start = to;
  }
  pieces.push(piece(value, start, own.length));
  return separator === undefined ? pieces.filter(({ text: each }) => each !== '') : pieces;
}
