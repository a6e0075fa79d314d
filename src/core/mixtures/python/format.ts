import { parseNumber } from '../syntax/number';
import { fixed } from './numbers';
import { numeric } from './operators';
import type { Span } from './tree';
import { liveEntries, lookUp, text, type Budget, type NumberValue, type TextValue, type Value } from './values';

const MOST_PARTS = 2_000;

/** `str(value)`; undefined when the value is not known. */
export function textOf(value: Value): string | undefined {
  return value.kind === 'text' ? value.text : reprOf(value);
}

/** `repr(value)`; undefined when the value is not known, or too long. */
export function reprOf(value: Value, budget: Budget = { left: MOST_PARTS }): string | undefined {
  if (--budget.left < 0) return undefined;
  switch (value.kind) {
    case 'number':
      return numberText(value);
    case 'text':
      // With quotes, escapes or other signs in it, Python has its own ways.
      return /^[ -&(-[\]-~\u00a1-\uffff]*$/.test(value.text) ? `'${value.text}'` : undefined;
    case 'constant':
      return value.value === null ? 'None' : value.value ? 'True' : 'False';
    case 'list': {
      const items = value.open ? [undefined] : value.items.map((item) => reprOf(item, budget));
      if (items.includes(undefined) || (value.type === 'set' && items.length === 0)) return undefined;
      const inner = items.join(', ');
      if (value.type === 'array') return undefined;
      if (value.type === 'tuple') return items.length === 1 ? `(${inner},)` : `(${inner})`;
      return value.type === 'set' ? `{${inner}}` : `[${inner}]`;
    }
    case 'dict': {
      const pairs = liveEntries(value).map(({ key, value: of }) => [reprOf(key, budget), reprOf(of, budget)]);
      if (value.open || pairs.flat().includes(undefined)) return undefined;
      return `{${pairs.map(([key, of]) => `${key}: ${of}`).join(', ')}}`;
    }
    default:
      return undefined;
  }
}

export function numberText({ value, whole }: NumberValue): string {
  if (whole) return Math.abs(value) < 1e21 ? String(value) : BigInt(value).toString();
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) return exponent(value.toExponential());
  if (Number.isInteger(value)) return Object.is(value, -0) ? '-0.0' : `${value}.0`;
  return String(value);
}

/** At least two digits, as in C. */
const exponent = (text: string): string => text.replace(/e([+-])(\d)$/, 'e$10$2');

/** Format specification of `format(value, spec)`; undefined for what it does not know. */
export function formatted(value: Value, spec: string): string | undefined {
  const match = /^(?:(.)?([<>=^]))?([+ -])?(0)?(\d{1,3})?([,_])?(?:\.(\d{1,2}))?([a-zA-Z%])?$/s.exec(spec);
  if (!match) return undefined;
  const [, fill, align, sign, zero, width, group, precision, type] = match;
  const known = type === undefined || type === 's' ? undefined : numeric(value);
  const plain =
    known || value.kind === 'number'
      ? formattedNumber(known ?? (value as NumberValue), type, precision, group)
      : textOf(value);
  if (plain === undefined) return undefined;
  const body = value.kind === 'number' && sign === '+' && value.value >= 0 ? `+${plain}` : plain;
  const size = Number(width ?? 0);
  if (body.length >= size) return body;
  const padding = (zero ? '0' : (fill ?? ' ')).repeat(size - body.length);
  const side = align ?? (value.kind === 'number' ? '>' : '<');
  if (side === '<') return body + padding;
  if (side === '^') {
    const left = padding.slice(0, Math.floor(padding.length / 2));
    return left + body + padding.slice(left.length);
  }
  return zero && body.startsWith('-') ? `-${padding}${body.slice(1)}` : padding + body;
}

function formattedNumber(
  value: NumberValue,
  type: string | undefined,
  precision: string | undefined,
  group: string | undefined,
): string | undefined {
  const digits = precision === undefined ? undefined : Number(precision);
  const plain = plainNumber(value, type, digits);
  if (plain === undefined || group === undefined) return plain;
  const [whole = '', ...rest] = plain.split('.');
  return [whole.replace(/\B(?=(\d{3})+$)/g, group), ...rest].join('.');
}

function plainNumber(value: NumberValue, type: string | undefined, digits: number | undefined): string | undefined {
  switch (type) {
    case 'f':
    case 'F':
      return fixed(value.value, digits ?? 6);
    case 'e':
      return exponent(value.value.toExponential(digits ?? 6));
    case '%':
      return `${fixed(value.value * 100, digits ?? 6)}%`;
    case 'd':
      return value.whole ? numberText(value) : undefined;
    case 'g':
      return general(value.value, digits ?? 6);
    case undefined:
      return digits === undefined ? numberText(value) : general(value.value, digits);
    default:
      return undefined;
  }
}

function general(value: number, digits: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const precise = Math.max(1, digits);
  const magnitude = Math.floor(Math.log10(Math.abs(Number(value.toPrecision(precise)))));
  if (magnitude < -4 || magnitude >= precise) {
    const [mantissa = '', power = ''] = value.toExponential(precise - 1).split('e');
    const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
    return exponent(`${short}e${power}`);
  }
  return value
    .toPrecision(precise)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}

/** A number as the text that stands for it in the file, where it is that text; a text of no place elsewhere. */
export function placed(value: Value, shown: string, at: Span, source: (span: Span) => string): TextValue {
  if (value.kind === 'text' && value.text === shown) return value;
  const origin = value.kind === 'number' && value.origins.length === 1 ? value.origins[0] : undefined;
  const written = origin && origin.scale === 1 && !origin.shared ? source(origin) : undefined;
  // `0.10` is shown as `0.1`; as a number they are the same, and only one of them is in the file.
  const isSame = written !== undefined && value.kind === 'number' && parseNumber(written) === value.value;
  if (origin && isSame && written.includes('.') === shown.includes('.'))
    return { kind: 'text', text: written, at: { from: origin.from, to: origin.to }, verbatim: true };
  return text(shown, at);
}

/** `"{} {name:.2f}".format(…)`; undefined when something in it is not known. */
export function strFormat(
  pattern: string,
  positional: readonly Value[],
  named: ReadonlyMap<string, Value>,
): string | undefined {
  let next = 0;
  let failed = false;
  const result = pattern.replace(
    /\{\{|\}\}|\{([\w.[\]]*)(?:![rs])?(?::([^{}]*))?\}/g,
    (whole, field: string | undefined, spec: string | undefined) => {
      if (whole === '{{') return '{';
      if (whole === '}}') return '}';
      const name = field ?? '';
      const value = name === '' ? positional[next++] : /^\d+$/.test(name) ? positional[Number(name)] : named.get(name);
      const shown = value ? formatted(value, spec ?? '') : undefined;
      if (shown === undefined) failed = true;
      return shown ?? '';
    },
  );
  return failed ? undefined : result;
}

/** `"%s %.2f" % …`; undefined when something in it is not known. */
export function percentFormat(pattern: string, value: Value): string | undefined {
  const values = value.kind === 'list' && value.type === 'tuple' ? value.items : [value];
  let next = 0;
  let failed = false;
  const result = pattern.replace(
    /%(?:\((\w+)\))?([-+ 0]*)(\d*)(?:\.(\d+))?([sdifgeur%])/g,
    (_, key: string | undefined, flags: string, width: string, precision: string | undefined, type: string) => {
      if (type === '%') return '%';
      const found =
        key === undefined ? values[next++] : value.kind === 'dict' ? lookUp(value, text(key, value.at)) : undefined;
      const kind = type === 's' || type === 'r' ? '' : type === 'i' || type === 'u' ? 'd' : type;
      const spec = `${flags.includes('-') ? '<' : ''}${flags.includes('0') ? '0' : ''}${width}${precision === undefined ? '' : `.${precision}`}${kind}`;
      const shown =
        found && (kind === 'd' && found.kind === 'number' ? String(Math.trunc(found.value)) : formatted(found, spec));
      if (shown === undefined) failed = true;
      return shown ?? '';
    },
  );
  return failed ? undefined : result;
}
