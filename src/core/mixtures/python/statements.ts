import { augment, bind, removeTarget } from './binding';
import { defaultsOf, evaluate } from './expressions';
import { Exhausted, iterate, setEntry, type Arguments, type Machine } from './machine';
import { fieldsOf, ownerOf } from './parameters';
import { Trail, type Outcome } from './trail';
import type { Branch, ClassStatement, Expression, FunctionStatement, Span, Statement } from './tree';
import {
  constant,
  keyOf,
  truthOf,
  unknown,
  type ClassValue,
  type DictValue,
  type FunctionValue,
  type ListType,
  type ListValue,
  type Scope,
  type Value,
} from './values';

/** How a run of statements ended. */
type Signal = 'next' | 'break' | 'continue' | 'return' | 'raise';

/** What a function gives back, or hands out one by one. */
export interface Frame {
  readonly results: Value[];
  readonly yields: Value[];
  /** Branches that may not be taken around the call. */
  readonly depth: number;
  /** Not all of `yields` are sure. */
  maybe: boolean;
}

/** Who is told what the program does. */
export interface Listener {
  assigned(name: string, at: Span, value: Value, scope: Scope, replaces: boolean): void;
  called(value: Value): void;
  made(value: Value): void;
  /** Number of reports so far. */
  readonly count: number;
  /** Takes down what the values reported since then are now: they are about to be taken back. */
  settle(from: number): void;
}

export interface Limits {
  readonly steps: number;
  /** Loops and functions are followed; otherwise every statement is looked at once. */
  readonly follow: boolean;
}

const DEEPEST_EVALUATION = 300;
const MOST_ROUNDS = 2_000;

/** The statements of a program, one after the other. */
export abstract class Statements implements Machine {
  readonly trail = new Trail((size) => this.spend(size));
  private steps = 0;
  private depth = 0;
  private readonly named = new Map<string, boolean>();
  protected frame: Frame = { results: [], yields: [], depth: 0, maybe: false };
  protected readonly functions: FunctionValue[] = [];
  protected readonly classes: ClassValue[] = [];

  constructor(
    private readonly textOf: (span: Span) => string,
    protected readonly listener: Listener,
    protected readonly limits: Limits,
    /** How often the file has that name. */
    protected readonly occurrences: (name: string) => number,
  ) {}

  step(): void {
    this.spend(1);
  }

  spend(steps: number): void {
    this.steps += steps;
    if (this.steps > this.limits.steps) throw new Exhausted();
  }

  source(span: Span): string {
    return this.textOf(span);
  }

  names({ from, to }: Span, name: string): boolean {
    const key = `${from} ${name}`;
    let found = this.named.get(key);
    if (found === undefined) {
      const source = this.textOf({ from, to });
      found = source.includes(name) && new RegExp(`\\b${name}\\b`).test(source);
      this.named.set(key, found);
    }
    return found;
  }

  scope(parent: Scope | undefined, ofClass = false): Scope {
    return { kind: 'scope', names: new Map(), parent, born: this.trail.birth(), outer: new Map(), ofClass };
  }

  list(type: ListType, items: readonly Value[], at: Span): ListValue {
    this.steps += items.length >> 3;
    return { kind: 'list', type, items: [...items], at, born: this.trail.birth(), open: false };
  }

  dict(pairs: readonly (readonly [Value, Value])[], at: Span): Value {
    const dict: DictValue = { kind: 'dict', entries: [], index: new Map(), at, born: this.trail.birth(), open: false };
    for (const [key, value] of pairs) setEntry(this, dict, key, value, keyOf(key));
    return dict;
  }

  changing(container: ListValue | DictValue): void {
    this.step();
    this.trail.beforeContent(container);
  }

  emit(value: Value): void {
    this.listener.made(value);
  }

  assign(scope: Scope, name: string, value: Value): void {
    const to = scope.outer.get(name) ?? scope;
    this.trail.beforeName(to, name);
    to.names.set(name, value);
  }

  evaluate(expression: Expression, scope: Scope): Value {
    if (this.depth > DEEPEST_EVALUATION) return unknown(this.source(expression), expression);
    this.depth++;
    try {
      return evaluate(expression, scope, this);
    } finally {
      this.depth--;
    }
  }

  execute(statements: readonly Statement[], scope: Scope): Signal {
    for (const statement of statements) {
      this.step();
      const signal = this.perform(statement, scope);
      if (signal !== 'next') return signal;
    }
    return 'next';
  }

  private perform(statement: Statement, scope: Scope): Signal {
    switch (statement.kind) {
      case 'assign':
        this.assignTo(statement.targets, statement.value, scope);
        return 'next';
      case 'augment':
        augment(this, statement.target, statement.operator, statement.value, scope);
        return 'next';
      case 'expression':
        this.evaluate(statement.value, scope);
        return 'next';
      case 'return':
        this.frame.results.push(
          statement.value ? this.evaluate(statement.value, scope) : constant(null, { from: 0, to: 0 }),
        );
        return 'return';
      case 'yield': {
        const value = this.evaluate(statement.value, scope);
        if (this.trail.depth > this.frame.depth) this.frame.maybe = true;
        this.frame.yields.push(...(statement.from ? (iterate(value) ?? [unknown('?', statement.value)]) : [value]));
        return 'next';
      }
      case 'if':
        return this.condition(statement.branches, scope);
      case 'for':
        return this.loop(statement, scope);
      case 'while':
        return this.whileLoop(statement.test, statement.body, scope);
      case 'function':
        this.define(statement, scope);
        return 'next';
      case 'class':
        this.defineClass(statement, scope);
        return 'next';
      case 'try': {
        const signal = this.execute(statement.body, scope);
        this.either(
          statement.handlers.map((handler) => () => this.execute(handler, scope)),
          'none',
        );
        return signal === 'next' || signal === 'raise' ? this.execute(statement.after, scope) : signal;
      }
      case 'with':
        for (const { value, target } of statement.items) {
          const entered = this.evaluate(value, scope);
          if (target) this.bind(target, entered, scope);
        }
        return this.execute(statement.body, scope);
      case 'match':
        this.evaluate(statement.subject, scope);
        return this.either(
          statement.cases.map((body) => () => this.execute(body, scope)),
          'some',
        );
      case 'delete':
        for (const target of statement.targets) removeTarget(this, target, scope);
        return 'next';
      case 'import':
        for (const { name, path } of statement.names) {
          // Without `as`, the name itself tells what it is.
          const own = path === name || path.endsWith(`.${name}`) ? name : path;
          this.assign(scope, name, { kind: 'unknown', text: name, at: { from: 0, to: 0 }, path: own });
        }
        return 'next';
      case 'global':
        for (const name of statement.names) scope.outer.set(name, ownerOf(name, scope));
        return 'next';
      case 'declare':
      case 'pass':
        return 'next';
      default:
        return statement.kind;
    }
  }

  private assignTo(targets: readonly Expression[], expression: Expression, scope: Scope): void {
    const value = this.evaluate(expression, scope);
    for (const target of targets) this.assignOne(target, value, expression, scope);
  }

  private assignOne(target: Expression, value: Value, expression: Expression, scope: Scope): void {
    // `x = 0.3` may be meant for more than one use of x.
    const shared =
      expression.kind === 'number' &&
      value.kind === 'number' &&
      target.kind === 'name' &&
      this.occurrences(target.name) > 2;
    const bound =
      shared && value.kind === 'number'
        ? { ...value, origins: value.origins.map((origin) => ({ ...origin, shared })) }
        : value;
    const named = bound.kind === 'call' && target.kind === 'name' ? { ...bound, label: target.name } : bound;
    this.bind(target, named, scope, expression);
  }

  bind(target: Expression, value: Value | undefined, scope: Scope, from?: Expression): void {
    bind(this, target, value, scope, from);
  }

  assigned(name: string, at: Span, value: Value, scope: Scope, replaces: boolean): void {
    this.listener.assigned(name, at, value, scope, replaces);
  }

  private condition(branches: readonly Branch[], scope: Scope): Signal {
    const open: (() => Signal)[] = [];
    for (const { test, body } of branches) {
      const truth = test ? truthOf(this.evaluate(test, scope)) : true;
      if (truth === false) continue;
      if (truth === true && open.length === 0) return this.execute(body, scope);
      open.push(() => this.execute(body, scope));
      if (truth === true) return this.either(open, 'some');
    }
    return this.either(open, 'maybe');
  }

  /**
   * Runs bodies of which one is taken (`some`), one or none (`maybe`), or of which we assume that none is (`none`).
   * A body that leaves the function, the loop or the program says nothing about what follows.
   */
  private either(bodies: readonly (() => Signal)[], taken: 'some' | 'maybe' | 'none'): Signal {
    if (bodies.length === 0) return 'next';
    const going: Outcome[] = [];
    const signals: Signal[] = [];
    for (const body of bodies) {
      let signal: Signal = 'next';
      const from = this.listener.count;
      const results = this.frame.results.length;
      const outcome = this.trail.branch(
        () => {
          signal = body();
        },
        () => this.listener.settle(from),
      );
      if (taken === 'none') this.frame.results.length = results;
      signals.push(signal);
      if (signal === 'next') going.push(outcome);
    }
    if (taken === 'none') return 'next';
    if (going.length > 0) this.trail.join(going, taken === 'some');
    else if (taken === 'some') return signals.find((signal) => signal !== 'raise') ?? 'raise';
    return 'next';
  }

  private loop(statement: Statement & { readonly kind: 'for' }, scope: Scope): Signal {
    const iterable = this.evaluate(statement.iterable, scope);
    const values = iterate(iterable);
    if (!values || !this.limits.follow || values.length > MOST_ROUNDS) {
      return this.either([() => this.round(statement.target, undefined, statement.body, scope)], 'maybe');
    }
    for (const value of values) {
      const signal = this.round(statement.target, value, statement.body, scope);
      if (signal === 'break') return 'next';
      if (signal === 'return' || signal === 'raise') return signal;
    }
    return this.execute(statement.otherwise, scope);
  }

  private round(target: Expression, value: Value | undefined, body: readonly Statement[], scope: Scope): Signal {
    this.bind(target, value, scope);
    const signal = this.execute(body, scope);
    return value === undefined && signal !== 'return' ? 'next' : signal;
  }

  private whileLoop(test: Expression, body: readonly Statement[], scope: Scope): Signal {
    for (let rounds = 0; rounds < MOST_ROUNDS && this.limits.follow; rounds++) {
      const truth = test.kind === 'constant' ? undefined : truthOf(this.evaluate(test, scope));
      if (truth === undefined) break;
      if (!truth) return 'next';
      const signal = this.execute(body, scope);
      if (signal === 'break') return 'next';
      if (signal === 'return' || signal === 'raise') return signal;
    }
    return this.either(
      [
        () => {
          const signal = this.execute(body, scope);
          return signal === 'return' ? signal : 'next';
        },
      ],
      'maybe',
    );
  }

  private define(statement: FunctionStatement, scope: Scope): void {
    const defaults = defaultsOf(statement.parameters, scope, this);
    for (const { name, at } of statement.parameters) {
      const initial = defaults.get(name);
      if (initial) this.listener.assigned(name, at, initial, scope, false);
    }
    // Methods do not see the names of their class.
    const around = scope.ofClass && scope.parent ? scope.parent : scope;
    const defined: FunctionValue = {
      kind: 'function',
      name: statement.name,
      parameters: statement.parameters,
      defaults,
      body: statement.body,
      scope: around,
      statement,
      at: statement.at,
    };
    this.assign(scope, statement.name, defined);
    if (!scope.ofClass) this.functions.push(defined);
  }

  private defineClass(statement: ClassStatement, scope: Scope): void {
    const inside = this.scope(scope, true);
    const bases = statement.bases.map((base) => this.evaluate(base, scope));
    const at: Span = { from: 0, to: 0 };
    this.execute(statement.body, inside);
    const defined: ClassValue = {
      kind: 'class',
      name: statement.name,
      bases,
      scope: inside,
      fields: fieldsOf(statement, bases),
      at,
    };
    this.assign(scope, statement.name, defined);
    this.classes.push(defined);
  }

  abstract call(callee: Value, given: Arguments, at: Span, tag: string): Value;
  abstract run(callee: FunctionValue, given: Arguments, at: Span): Value;
  abstract create(of: ClassValue, given: Arguments, at: Span): Value;
}
