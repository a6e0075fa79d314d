import type { Random } from '../../../../src/core/random';

/** Random programs of what configs do with numbers, names, lists and dictionaries. Some stop with an error half-way. */
export function randomProgram(random: Random): string {
  return new Writer(random).program();
}

type Kind = 'number' | 'text' | 'list' | 'dict' | 'truth';

class Writer {
  private readonly known: Record<Kind, string[]> = { number: [], text: [], list: [], dict: [], truth: [] };
  private count = 0;
  private depth = 0;

  constructor(private readonly random: Random) {}

  program(): string {
    const lines = ['import copy, math'];
    for (const kind of ['number', 'text', 'list', 'dict', 'number', 'list'] as const) lines.push(...this.define(kind));
    for (let i = 0; i < 12; i++) lines.push(...this.statement(''));
    return `${lines.join('\n')}\n`;
  }

  private pick<T>(options: readonly T[]): T {
    return options[this.random.below(options.length)]!;
  }

  private define(kind: Kind, indent = ''): string[] {
    const value = this.of(kind);
    const name = `v${this.count++}`;
    this.known[kind].push(name);
    return [`${indent}${name} = ${value}`];
  }

  private name(kind: Kind): string | undefined {
    const names = this.known[kind];
    return names.length > 0 ? this.pick(names) : undefined;
  }

  private of(kind: Kind): string {
    if (++this.depth > 4) {
      this.depth--;
      return this.name(kind) ?? this.literal(kind);
    }
    const written = this.random.next() < 0.3 ? (this.name(kind) ?? this.literal(kind)) : this.build(kind);
    this.depth--;
    return written;
  }

  private literal(kind: Kind): string {
    switch (kind) {
      case 'number':
        return this.pick([
          '0',
          '1',
          '2',
          '3',
          '7',
          '10',
          '0.5',
          '0.125',
          '0.1',
          '2.5',
          '-3',
          '-0.7',
          '1e-5',
          '1e16',
          '100',
        ]);
      case 'text':
        return this.pick(["'web'", "'a/b'", "'code '", "''", "'x,y,z'", "'0.25'", '"v-2"']);
      case 'list':
        return this.pick(['[]', '[1, 2, 3]', '[0.5, 0.25, 0.25]', '(3, 1, 2)', '[2, 2.0, True]', 'list(range(4))']);
      case 'dict':
        return this.pick([
          "{'a': 1, 'b': 0.5}",
          "{'a': 2}",
          '{}',
          'dict(web=3, code=1)',
          "{1: 2, 2.5: 5, 'a': 3, 1: 7}",
        ]);
      default:
        return this.pick(['True', 'False']);
    }
  }

  private build(kind: Kind): string {
    const n = (): string => this.of('number');
    const t = (): string => this.of('text');
    const l = (): string => this.of('list');
    const d = (): string => this.of('dict');
    const b = (): string => this.of('truth');
    const i = this.pick(['0', '1', '-1', '2', '-2']);
    const slice = this.pick(['1:', ':2', '::-1', '::2', '-2:', ':-1', '3:0:-1', '-1:-9:-2']);
    switch (kind) {
      case 'number':
        return this.pick<() => string>([
          () => this.literal(kind),
          () => `(${n()} ${this.pick(['+', '-', '*'])} ${n()})`,
          () => `(${n()} ${this.pick(['/', '//', '%'])} (abs(${n()}) + 0.3))`,
          () => `(${n()} ${this.pick(['//', '%'])} ${this.pick(['3', '-4', '-0.7'])})`,
          () => `(-${n()})`,
          () => `(abs(${n()}) + 1) ** ${this.pick(['2', '0.5', '-1'])}`,
          () => `round(${n()}, ${this.pick(['0', '1', '2', '-1'])})`,
          () => `round(${n()})`,
          () => `int(${n()})`,
          () => `float(${n()})`,
          () => `len(${this.pick([l, d, t])()})`,
          () => `sum(${l()})`,
          () => `${this.pick(['max', 'min'])}(${n()}, ${n()})`,
          () => `${this.pick(['max', 'min'])}([*${l()}, 1, 1.0], key=lambda q: -q)`,
          () => `[*${l()}, 5, 6][${i}]`,
          () => `${d()}.get(${this.pick(["'a'", "'b'", "'zz'"])}, ${n()})`,
          () => `(${n()} if ${b()} else ${n()})`,
          () => `math.floor(${n()})`,
          () => `sum(q * ${n()} for q in ${l()} if q > ${n()})`,
          () => `(lambda q, r=${n()}: q - r)(${n()})`,
          () => `[${n()}, *${l()}, 4][${i}]`,
          () => `list(${l()}).count(${n()})`,
        ])();
      case 'text':
        return this.pick<() => string>([
          () => this.literal(kind),
          () => `(${t()} + ${t()})`,
          () => `f"{${this.name('number') ?? 1}:.2f}-{${this.name('text') ?? 2}}"`,
          () => `f"{${this.name('number') ?? 3}}{${this.name('number') ?? 0.5}:>6.1f}"`,
          () => `str(${n()})`,
          () => `${t()}.${this.pick(['upper()', 'strip()', "replace('a', 'bc')", "removeprefix('w')", 'zfill(6)'])}`,
          () => `'${this.pick(['', ',', '--'])}'.join(str(q) for q in ${l()})`,
          () => `${t()}[${slice}]`,
          () => `'%s|%.1f' % (${t()}, ${n()})`,
          () => `'{}:{:g}'.format(${t()}, ${n()})`,
        ])();
      case 'list':
        return this.pick<() => string>([
          () => this.literal(kind),
          () => `[${n()}, ${n()}]`,
          () => `[q * 2 for q in ${l()}]`,
          () => `[q + r for q in ${l()} for r in ${l()} if q != r][:6]`,
          () => `sorted(${l()}${this.pick(['', ', reverse=True', ', key=lambda q: -q'])})`,
          () => `list(${l()})[${slice}]`,
          () => `list(${d()}.values())`,
          () => `[q / ${this.pick(['4', '3.0'])} for q in ${d()}.values()]`,
          () => `list(map(lambda q: q - 1, ${l()}))`,
          () => `[q for q, r in zip(${l()}, ${l()})]`,
          () => `[k + q for k, q in enumerate(${l()}, 1)]`,
          () => `list(reversed(${l()}))`,
          () => `(list(${l()}) * ${this.pick(['2', '0', '-1'])})`,
          () => `[float(q) for q in '0.5,2,3'.split(',')]`,
          () => `[1, *${l()}, 2]`,
        ])();
      case 'dict':
        return this.pick<() => string>([
          () => this.literal(kind),
          () => `{**${d()}, 'b': ${n()}}`,
          () => `{k: q + 1 for k, q in ${d()}.items()}`,
          () => `dict(zip(['a', 'b', 'c'], ${l()}))`,
          () => `dict(${d()}, a=${n()})`,
          () => `(${d()} | ${d()})`,
          () => `dict.fromkeys(['a', 'b'], ${n()})`,
          () => `copy.deepcopy(${d()})`,
        ])();
      default:
        return this.pick<() => string>([
          () => this.literal(kind),
          () => `(${n()} ${this.pick(['<', '<=', '==', '!=', '>'])} ${n()})`,
          () => `(0 < ${n()} < 3)`,
          () => `(${n()} in ${l()})`,
          () => `(${this.pick(["'a'", "'b'"])} in ${d()})`,
          () => `(not ${b()})`,
          () => `(${b()} ${this.pick(['and', 'or'])} ${b()})`,
          () => `bool(${this.pick([n, l, d, t])()})`,
          () => `isinstance(${this.pick([n, l, d])()}, ${this.pick(['int', 'list', 'dict', 'float'])})`,
        ])();
    }
  }

  private block(indent: string): string[] {
    const before = Object.fromEntries(Object.entries(this.known).map(([kind, names]) => [kind, [...names]]));
    const lines = Array.from({ length: 1 + this.random.below(2) }, () => this.statement(`${indent}    `)).flat();
    // Names of a branch that was not taken are not there.
    for (const kind of Object.keys(this.known) as Kind[]) this.known[kind] = before[kind]!;
    return lines;
  }

  private statement(indent: string): string[] {
    const lists = this.name('list');
    const dict = this.name('dict');
    const number = this.name('number');
    if (indent.length > 8) return this.define(this.pick(['number', 'list']), indent);
    return this.pick<() => string[]>([
      () => this.define(this.pick(['number', 'text', 'list', 'dict', 'truth']), indent),
      () => this.define(this.pick(['number', 'list', 'dict']), indent),
      () => [`${indent}${number ?? 'v0'} ${this.pick(['+=', '-=', '*='])} ${this.of('number')}`],
      () => [`${indent}${lists ?? 'v2'} += ${this.of('list')}`],
      () => [`${indent}${dict ?? 'v3'}[${this.pick(["'a'", "'d'"])}] = ${this.of('number')}`],
      () => [`${indent}${dict ?? 'v3'}.update(${this.of('dict')})`],
      () => [`${indent}${dict ?? 'v3'}.setdefault('e', ${this.of('number')})`],
      () => [`${indent}if isinstance(${lists}, list):`, `${indent}    ${lists}.${this.change()}`],
      () => [`${indent}if ${this.of('truth')}:`, ...this.block(indent), `${indent}else:`, ...this.block(indent)],
      () => [`${indent}for item in ${this.of('list')}[:3]:`, ...this.block(indent), ...this.leave(indent)],
      () => [`${indent}for key, item in list(${this.of('dict')}.items()):`, ...this.block(indent)],
      () => this.function(indent),
      () => {
        const [a, c] = [`v${this.count++}`, `v${this.count++}`];
        const line = `${indent}${a}, *${c} = [${this.of('number')}, *${this.of('list')}]`;
        this.known.number.push(a);
        this.known.list.push(c);
        return [line];
      },
    ])();
  }

  private change(): string {
    const n = this.of('number');
    return this.pick([
      `append(${n})`,
      `extend(${this.of('list')})`,
      `insert(1, ${n})`,
      'reverse()',
      'sort()',
      'clear()',
      `insert(-1, ${n})`,
    ]);
  }

  private leave(indent: string): string[] {
    return this.random.next() < 0.5
      ? [
          `${indent}    if ${this.of('truth')}:`,
          `${indent}        ${this.pick(['break', 'continue'])}`,
          `${indent}    v0 += 1`,
        ]
      : [];
  }

  private function(indent: string): string[] {
    const name = `f${this.count++}`;
    const result = `v${this.count++}`;
    const lines = [
      `${indent}def ${name}(p, q=${this.of('number')}, *rest, **more):`,
      `${indent}    if p > ${this.of('number')}:`,
      `${indent}        return p * 2`,
      `${indent}    for r in rest:`,
      `${indent}        p += r`,
      `${indent}    return p - q + more.get('z', ${this.of('number')})`,
      `${indent}${result} = ${name}(${this.pick([`${this.of('number')}`, `*${this.of('list')}`, `q=2, p=${this.of('number')}`, `1, 2, *${this.of('list')}, z=${this.of('number')}`])})`,
    ];
    this.known.number.push(result);
    return lines;
  }
}
