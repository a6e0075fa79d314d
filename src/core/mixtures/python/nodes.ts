import type { DataNode, Entry, MapNode, ScalarNode } from '../syntax/node';
import { parseNumber } from '../syntax/number';
import type { TextRange } from '../types';
import { numberText } from './format';
import type { Span } from './tree';
import {
  unknown,
  type CallValue,
  type EitherValue,
  type Given,
  type InstanceValue,
  type NumberValue,
  type Value,
} from './values';

const DEEPEST = 40;
const MOST_NODES = 60_000;

/** Values as the nodes that other config languages have. */
export class Nodes {
  private count = 0;

  constructor(
    private readonly source: (span: Span) => string,
    private readonly place: (span: Span) => TextRange,
  ) {}

  of(value: Value, known: Map<Value, DataNode>, depth = 0): DataNode {
    const before = known.get(value);
    if (before) return before;
    if (depth > DEEPEST || ++this.count > MOST_NODES) return this.opaque('…', value.at);
    const inner = (item: Value): DataNode => this.of(item, known, depth + 1);
    const node = this.build(value, inner);
    known.set(value, node);
    return node;
  }

  /** A call for each of the values that an argument may have. */
  ofCall(value: CallValue | InstanceValue): MapNode[] {
    const open = value.given.flatMap((each) => (each.value.kind === 'either' ? [each.value] : []));
    const counts = new Set(open.map(({ options }) => options.length));
    // Two arguments with as many values each are taken to have been set side by side.
    const ways = counts.size === 1 ? [...counts][0]! : 1;
    return Array.from({ length: ways }, (_, i) => {
      const given = ways === 1 ? value.given : value.given.map((each) => ({ ...each, value: option(each.value, i) }));
      const known = new Map<Value, DataNode>();
      return this.called(value, given, (item) => this.of(item, known, 1));
    });
  }

  private build(value: Value, inner: (item: Value) => DataNode): DataNode {
    const range = this.place(value.at);
    switch (value.kind) {
      case 'number':
        return this.number(value);
      case 'text':
        return { kind: 'scalar', text: value.text, range, quoted: true, verbatim: value.verbatim };
      case 'constant':
        return this.opaque(value.value === null ? 'None' : value.value ? 'True' : 'False', value.at);
      case 'list':
        return {
          kind: 'list',
          range,
          items: [...value.items, ...(value.open ? [unknown('?', value.at)] : [])].map(inner),
        };
      case 'dict': {
        const entries = value.entries.map((entry): Entry => {
          const key = inner(entry.key);
          const named = key.kind === 'scalar';
          return { key: named ? key.text : this.source(entry.key.at), keyRange: key.range, value: inner(entry.value) };
        });
        const spread = entries.some(({ key }) => key.startsWith('**'));
        const more: Entry[] =
          value.open && !spread ? [{ key: '**', keyRange: range, value: this.opaque('?', value.at) }] : [];
        return { kind: 'map', range, entries: [...entries, ...more] };
      }
      case 'call':
      case 'instance':
        return this.called(value, value.given, inner);
      case 'unknown':
        return this.opaque(value.text === '?' ? this.source(value.at) : value.text, value.at);
      default:
        return this.opaque(this.source(value.at), value.at);
    }
  }

  private called(value: CallValue | InstanceValue, given: readonly Given[], inner: (item: Value) => DataNode): MapNode {
    let position = 0;
    const entries = given.map(({ name, at, value: of }): Entry => ({
      key: name ?? String(position++),
      keyRange: this.place(at),
      value: inner(of),
    }));
    const tag = value.kind === 'call' ? value.tag : value.class.name;
    const receiver = value.kind === 'call' ? value.receiver : undefined;
    return {
      kind: 'map',
      range: this.place(value.at),
      entries,
      tag,
      ...(receiver && (receiver.kind === 'call' || receiver.kind === 'instance') ? { receiver: inner(receiver) } : {}),
      ...(value.kind === 'call' && value.label !== undefined ? { label: value.label } : {}),
    };
  }

  private number(value: NumberValue): ScalarNode {
    const own = value.origins.filter(({ scale, shared }) => scale === 1 && !shared);
    const [only] = own;
    const written = only && this.source(only);
    if (only && written !== undefined && own.length === 1 && parseNumber(written) === value.value)
      return {
        kind: 'scalar',
        text: written,
        range: this.place(only),
        quoted: false,
        verbatim: true,
        ...(value.initial ? { initial: true } : {}),
      };
    const multiples = value.origins.flatMap((origin) =>
      origin.shared ? [] : [{ raw: origin.raw, range: this.place(origin), scale: origin.scale }],
    );
    // A constant that others use as well is shown where it is written.
    const at = value.origins.length === 1 && value.origins[0]!.scale === 1 ? value.origins[0]! : value.at;
    return {
      kind: 'scalar',
      text: numberText(value),
      range: this.place(at),
      quoted: false,
      verbatim: false,
      value: value.value,
      ...(multiples.length > 0 ? { multiples } : {}),
    };
  }

  private opaque(text: string, at: Span): ScalarNode {
    return { kind: 'scalar', text, range: this.place(at), quoted: false, verbatim: false };
  }
}

const option = (value: Value, i: number): Value => (isEither(value) ? value.options[i]! : value);
const isEither = (value: Value): value is EitherValue => value.kind === 'either';
