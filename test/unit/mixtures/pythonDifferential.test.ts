import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { Interpreter } from '../../../src/core/mixtures/python/interpreter';
import { Exhausted } from '../../../src/core/mixtures/python/machine';
import { parseStatements } from '../../../src/core/mixtures/python/parse';
import type { Listener } from '../../../src/core/mixtures/python/statements';
import { liveEntries, type Scope, type Value } from '../../../src/core/mixtures/python/values';
import { Random } from '../../../src/core/random';
import { randomProgram } from './support/pythonPrograms';

/** A value as both sides write it down; `?` for what is not known or not compared. */
type Shown = readonly ['?'] | readonly [kind: string, value: unknown, whole?: boolean];

const PROGRAMS = 200;
const SEED = 20_240;

/** Runs each program that Python runs without an error, and writes its variables down. */
const DRIVER = `
import json, resource, signal, sys
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
def stop(*_): raise TimeoutError()
signal.signal(signal.SIGALRM, stop)
def show(v, depth=0):
    if depth > 6 or (hasattr(v, '__len__') and len(v) > 300): return ['?']
    if v is None or isinstance(v, bool): return ['constant', v]
    if isinstance(v, (int, float)): return ['number', repr(float(v)), isinstance(v, int)] if abs(v) < 1e300 else ['?']
    if isinstance(v, str): return ['text', v]
    if isinstance(v, (list, tuple)): return ['list', [show(x, depth + 1) for x in v]]
    if isinstance(v, dict): return ['dict', [[show(k, depth + 1), show(x, depth + 1)] for k, x in v.items()]]
    return ['?']
results = []
for program in json.load(sys.stdin):
    names = {}
    signal.setitimer(signal.ITIMER_REAL, 1)
    try: exec(compile(program, 'program', 'exec'), names)
    except BaseException: names = None
    signal.setitimer(signal.ITIMER_REAL, 0)
    results.append(names and {k: show(v) for k, v in names.items() if k.startswith('v')})
json.dump(results, sys.stdout)
`;

class Probe extends Interpreter {
  module(text: string): Scope {
    const scope = this.scope(undefined);
    this.execute(parseStatements(text), scope);
    return scope;
  }
}

const silent: Listener = { assigned() {}, called() {}, made() {}, count: 0, settle() {} };

function variablesOf(text: string): ReadonlyMap<string, Value> {
  const source = ({ from, to }: { readonly from: number; readonly to: number }): string => text.slice(from, to);
  try {
    return new Probe(source, silent, { steps: 20_000, follow: true }, () => 9).module(text).names;
  } catch (error) {
    if (error instanceof Exhausted) return new Map();
    throw error;
  }
}

function show(value: Value, depth = 0): Shown {
  if (depth > 6) return ['?'];
  switch (value.kind) {
    case 'number':
      return ['number', value.value, value.whole];
    case 'text':
      return value.partial ? ['?'] : ['text', value.text];
    case 'constant':
      return ['constant', value.value];
    case 'list':
      return value.open || value.type === 'set' ? ['?'] : ['list', value.items.map((item) => show(item, depth + 1))];
    case 'dict':
      if (value.open) return ['?'];
      return ['dict', liveEntries(value).map(({ key, value: of }) => [show(key, depth + 1), show(of, depth + 1)])];
    default:
      return ['?'];
  }
}

/** Numbers in texts as numbers: what is written as `0.10` stays so. */
const plain = (text: unknown): string => String(text).replace(/\d+\.?\d*(?:e[+-]?\d+)?/g, (each) => `${Number(each)}`);

function agree(ours: Shown, theirs: Shown): boolean {
  if (ours[0] === '?' || theirs[0] === '?') return true;
  if (ours[0] !== theirs[0]) return false;
  const [kind, one, whole] = ours;
  const [, other, isInt] = theirs;
  if (kind === 'number') {
    const value = Number(other);
    return whole === isInt && Math.abs(Number(one) - value) <= 1e-9 * Math.max(1, Math.abs(value));
  }
  if (kind === 'text') return plain(one) === plain(other);
  if (kind === 'constant') return one === other;
  const [own, its] = [one as readonly unknown[], other as readonly unknown[]];
  if (own.length !== its.length) return false;
  if (kind === 'list') return own.every((item, i) => agree(item as Shown, its[i] as Shown));
  return own.every((entry, i) => {
    const [key, value] = entry as readonly [Shown, Shown];
    const [itsKey, itsValue] = its[i] as readonly [Shown, Shown];
    return agree(key, itsKey) && agree(value, itsValue);
  });
}

describe('Python programs beside Python itself', () => {
  it('never gives a value that Python does not give', function () {
    const programs = Array.from({ length: PROGRAMS }, (_, i) => randomProgram(new Random(SEED + i)));
    const run = spawnSync('python3', ['-c', DRIVER], {
      encoding: 'utf8',
      input: JSON.stringify(programs),
      maxBuffer: 1 << 26,
    });
    if (run.status !== 0) {
      console.log('      skipped: there is no python3 to compare with');
      this.skip();
    }
    const results = JSON.parse(run.stdout) as (Readonly<Record<string, Shown>> | null)[];
    let compared = 0;
    results.forEach((names, i) => {
      if (!names) return;
      const ours = variablesOf(programs[i]!);
      for (const [name, theirs] of Object.entries(names)) {
        const value = ours.get(name);
        if (!value) continue;
        const shown = show(value);
        if (shown[0] !== '?') compared++;
        assert.ok(
          agree(shown, theirs),
          `${name} is ${JSON.stringify(theirs)}, not ${JSON.stringify(shown)}, after\n${programs[i]}`,
        );
      }
    });
    assert.ok(compared > PROGRAMS, `only ${compared} values were known`);
  });
});
