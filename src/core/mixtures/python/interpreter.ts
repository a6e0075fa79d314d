import { copied, decorated, ofClass } from './access';
import { builtinOf } from './builtins';
import { foreign } from './expressions';
import type { Arguments } from './machine';
import { callMethod } from './methods';
import { bindParameters } from './parameters';
import { Statements } from './statements';
import type { Expression, FunctionStatement, Span, Statement } from './tree';
import {
  constant,
  either,
  lift,
  text,
  unknown,
  type ClassValue,
  type FunctionValue,
  type InstanceValue,
  type Value,
} from './values';

const DEEPEST_CALL = 16;

/** Runs a program as far as that can be done without running it: what is not known poisons only what depends on it. */
export class Interpreter extends Statements {
  private calls = 0;
  private readonly ran = new Set<FunctionStatement>();
  /** The first object of each class. */
  private readonly made = new Map<ClassValue, InstanceValue>();

  program(statements: readonly Statement[]): void {
    const module = this.scope(undefined);
    module.names.set('__name__', text('__main__', { from: 0, to: 0 }));
    this.execute(statements, module);
    // What nobody in the file calls is called by others, with arguments we do not know: first what is not even named
    // elsewhere, for that may call the rest with arguments we do know.
    for (const named of [false, true]) {
      for (let i = 0; i < this.functions.length; i++) this.runAlone(this.functions[i]!, named);
      for (let i = 0; i < this.classes.length; i++) this.tryOut(this.classes[i]!, named);
    }
  }

  call(callee: Value, given: Arguments, at: Span, tag: string): Value {
    this.step();
    switch (callee.kind) {
      case 'function': {
        this.listener.called(foreign(tag, given, at));
        return this.run(callee, given, at);
      }
      case 'class':
        return this.create(callee, given, at);
      case 'method': {
        const result = lift(
          callee.owner,
          (owner) => callMethod(owner, callee.name, given, at, this) ?? unknown('?', at),
        );
        if (result.kind !== 'unknown') return result;
        return this.outside(tag, given, at, callee.owner);
      }
      default: {
        const known = given.open ? undefined : this.library(callee, given, at);
        return known ?? this.outside(tag, given, at);
      }
    }
  }

  /** A function of Python or of a well-known library; undefined when it is none, or does not know its arguments. */
  private library(callee: Value, given: Arguments, at: Span): Value | undefined {
    const builtin = callee.kind === 'unknown' && callee.path !== undefined ? builtinOf(callee.path) : undefined;
    if (!builtin) return undefined;
    const [only] = given.positional;
    if (given.positional.length === 1 && only?.kind === 'either')
      return lift(only, (option) => builtin({ ...given, positional: [option] }, at, this) ?? unknown('?', at));
    return builtin(given, at, this);
  }

  private outside(tag: string, given: Arguments, at: Span, receiver?: Value): Value {
    if (/(?:^|\.)shuffle$/.test(tag)) {
      for (const value of given.positional) {
        if (value.kind !== 'list') continue;
        this.changing(value);
        value.open = true;
      }
    }
    const value = foreign(tag, given, at, receiver);
    this.listener.called(value);
    return value;
  }

  /** @param alone nobody calls it: its body is looked at even where calls are not followed */
  run(callee: FunctionValue, given: Arguments, at: Span, alone = false): Value {
    if (this.calls >= DEEPEST_CALL || !(this.limits.follow || alone)) return unknown('?', at);
    if (callee.statement) this.ran.add(callee.statement);
    const generated = decorated(callee, 'contextmanager', 'asynccontextmanager');
    const outer = this.frame;
    this.frame = { results: [], yields: [], depth: this.trail.depth, maybe: false };
    this.calls++;
    try {
      const scope = this.scope(callee.scope);
      bindParameters(this, callee, given, scope, at);
      if (!Array.isArray(callee.body)) return this.evaluate(callee.body as Expression, scope);
      const signal = this.execute(callee.body as readonly Statement[], scope);
      const { yields, results, maybe } = this.frame;
      if (generated) return yields[0] ?? unknown('?', at);
      if (yields.length > 0) {
        const list = this.list('list', yields, at);
        list.open = maybe;
        return list;
      }
      if (results.length === 0) return constant(null, at);
      const telling = results.filter((value) => !(value.kind === 'constant' && value.value === null));
      return signal === 'return' ? either(telling.length > 0 ? telling : results, at) : unknown('?', at);
    } finally {
      this.calls--;
      this.frame = outer;
    }
  }

  create(of: ClassValue, given: Arguments, at: Span): Value {
    const scope = this.scope(undefined);
    const begin = ofClass(of, '__init__');
    const names = begin?.kind === 'function' ? begin.parameters.slice(1).map(({ name }) => name) : of.fields;
    let next = 0;
    const known = given.given.map((each) =>
      each.name === undefined && names[next] !== undefined ? { ...each, name: names[next++]! } : each,
    );
    const instance: InstanceValue = { kind: 'instance', class: of, scope, given: known, at };
    if (!this.made.has(of)) this.made.set(of, instance);
    if (begin?.kind === 'function') this.run({ ...begin, self: instance }, given, at);
    else {
      for (const { name, value } of known) if (name !== undefined) scope.names.set(name, value);
      for (const name of of.fields) {
        const initial = scope.names.has(name) ? undefined : ofClass(of, name);
        // Each object has a default of its own.
        if (initial) scope.names.set(name, copied(initial, this, true));
      }
      const after = ofClass(of, '__post_init__');
      if (after?.kind === 'function')
        this.run({ ...after, self: instance }, { positional: [], named: new Map(), given: [], open: false }, at);
    }
    this.listener.called(instance);
    return instance;
  }

  private runAlone(callee: FunctionValue, evenNamed: boolean): void {
    if (!callee.statement || this.ran.has(callee.statement)) return;
    if (!evenNamed && this.occurrences(callee.name) > 1) return;
    const result = this.run(callee, { positional: [], named: new Map(), given: [], open: true }, callee.at, true);
    if (result.kind === 'dict' || result.kind === 'list')
      this.listener.assigned(callee.name, callee.at, result, callee.scope, false);
  }

  /** The object of the class that the program makes, or one with arguments that are not known, and each of its methods. */
  private tryOut(of: ClassValue, evenNamed: boolean): void {
    const methods = [...of.scope.names.values()].filter(
      (value): value is FunctionValue => value.kind === 'function' && value.statement !== undefined,
    );
    if (methods.every(({ statement }) => this.ran.has(statement!))) return;
    if (!evenNamed && !this.made.has(of) && this.occurrences(of.name) > 1) return;
    const instance =
      this.made.get(of) ?? this.create(of, { positional: [], named: new Map(), given: [], open: true }, of.at);
    for (const method of methods)
      this.runAlone(
        decorated(method, 'staticmethod')
          ? method
          : { ...method, self: decorated(method, 'classmethod') ? of : instance },
        evenNamed,
      );
  }
}
