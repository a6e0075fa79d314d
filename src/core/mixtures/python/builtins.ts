import { attribute, copied } from './access';
import {
  arange,
  chain,
  defaultdict,
  dict,
  enumerate,
  filled,
  filter,
  fromKeys,
  listOf,
  map,
  range,
  zip,
} from './collections';
import { formatted, placed, textOf } from './format';
import { iterate, noArguments, positional } from './machine';
import {
  arrayMean,
  arrayRound,
  arraySum,
  extreme,
  first,
  float,
  int,
  ofNumber,
  round,
  sorted,
  sum,
  type Builtin,
} from './numbers';
import { binary, joinPath } from './operators';
import { constant, either, number, text, truthOf, type ClassValue, type DictValue, type Value } from './values';

/** Functions of Python and its usual companions that a config's numbers go through. */
export function builtinOf(path: string): Builtin | undefined {
  return BUILTINS.get(path) ?? BUILTINS.get(path.replace(/^(?:numpy|jnp|torch|jax\.numpy)\./, 'np.'));
}

const str: Builtin = (given, at, machine) => {
  const value = first(given);
  const shown = value && textOf(value);
  if (!value) return text('', at);
  return shown === undefined ? undefined : placed(value, shown, at, (span) => machine.source(span));
};

const join: Builtin = (given, at) => {
  const texts = given.positional.map((value) =>
    value.kind === 'text' ? value.text : `{${value.kind === 'unknown' ? value.text : '?'}}`,
  );
  return texts.length === 0 ? undefined : text(joinPath(texts), at);
};

const same: Builtin = (given) => first(given);
const environment: Builtin = (given) => given.positional[1] ?? given.named.get('default');

/** `field(default_factory=lambda: …)` */
const field: Builtin = (given, at, machine) => {
  const factory = given.named.get('default_factory') ?? given.named.get('factory');
  return given.named.get('default') ?? (factory ? machine.call(factory, noArguments, at, '') : first(given));
};

const namedtuple: Builtin = (given, at, machine) => {
  const [name, names] = given.positional;
  const listed =
    names?.kind === 'text' ? names.text.split(/[\s,]+/) : names && iterate(names)?.map((each) => textOf(each) ?? '?');
  if (name?.kind !== 'text' || !listed) return undefined;
  const made: ClassValue = {
    kind: 'class',
    name: name.text,
    bases: [],
    scope: machine.scope(undefined, true),
    fields: listed.filter(Boolean),
    at,
  };
  return made;
};

const parser: Builtin = (_given, at, machine) => ({ kind: 'parser', scope: machine.scope(undefined), at });

const isInstance: Builtin = (given, at) => {
  const [value, type] = given.positional;
  const types =
    type &&
    (type.kind === 'list' ? type.items : [type]).map((each) => (each.kind === 'unknown' ? each.path : undefined));
  if (!value || !types || types.includes(undefined)) return undefined;
  const own =
    value.kind === 'text'
      ? ['str']
      : value.kind === 'dict'
        ? ['dict', 'Mapping']
        : value.kind === 'list'
          ? [value.type, 'Sequence', 'Iterable']
          : value.kind === 'number'
            ? [value.whole ? 'int' : 'float']
            : value.kind === 'constant' && value.value === null
              ? ['NoneType']
              : undefined;
  return (
    own &&
    constant(
      types.some((each) => own.includes(each!.slice(each!.lastIndexOf('.') + 1))),
      at,
    )
  );
};

const getattr: Builtin = (given, at, machine) => {
  const [object, name, otherwise] = given.positional;
  if (!object || name?.kind !== 'text') return undefined;
  const found = attribute(object, name.text, at, machine);
  if (found.kind !== 'unknown' && !(found.kind === 'method' && object.kind !== 'instance')) return found;
  return otherwise && (object.kind === 'unknown' || object.kind === 'call') ? either([otherwise], at) : otherwise;
};

const all =
  (wanted: boolean): Builtin =>
  (given, at) => {
    const truths = given.positional[0] && iterate(given.positional[0])?.map(truthOf);
    if (!truths) return undefined;
    if (truths.includes(!wanted)) return constant(!wanted, at);
    return truths.includes(undefined) ? undefined : constant(wanted, at);
  };

const power: Builtin = (given, at, machine) => {
  const [a, b, modulus] = given.positional;
  return a && b && !modulus ? binary('**', a, b, at, machine) : undefined;
};
const arithmetic =
  (operator: string): Builtin =>
  (given, at, machine) => {
    const [a, b] = given.positional;
    return a && b ? binary(operator, a, b, at, machine) : undefined;
  };

const BUILTINS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  [
    'len',
    (given, at, machine) => {
      const value = first(given);
      const count = value?.kind === 'text' ? [...value.text].length : value && iterate(value)?.length;
      machine.spend((count ?? 0) >> 4);
      return count === undefined ? undefined : number(count, true, at);
    },
  ],
  ['sum', sum],
  ['np.sum', arraySum],
  ['math.fsum', sum],
  ['fsum', sum],
  ['np.mean', arrayMean],
  ['min', extreme(0)],
  ['np.min', extreme(0)],
  ['max', extreme(-1)],
  ['np.max', extreme(-1)],
  [
    'abs',
    (given, at, machine) => {
      const value = first(given);
      return ofNumber(Math.abs, value?.kind === 'number' ? value.whole : undefined)(given, at, machine);
    },
  ],
  ['math.sqrt', ofNumber(Math.sqrt)],
  ['np.sqrt', ofNumber(Math.sqrt)],
  ['math.exp', ofNumber(Math.exp)],
  ['np.exp', ofNumber(Math.exp)],
  [
    'math.log',
    (given, at, machine) => (given.positional.length === 1 ? ofNumber(Math.log)(given, at, machine) : undefined),
  ],
  ['np.log', ofNumber(Math.log)],
  ['math.log2', ofNumber(Math.log2)],
  ['math.log10', ofNumber(Math.log10)],
  ['math.floor', ofNumber(Math.floor, true)],
  ['math.ceil', ofNumber(Math.ceil, true)],
  ['pow', power],
  ['math.pow', power],
  ['np.power', power],
  ['np.divide', arithmetic('/')],
  ['np.multiply', arithmetic('*')],
  ['range', range],
  ['np.arange', arange],
  ['zip', zip],
  ['enumerate', enumerate],
  ['map', map],
  ['filter', filter],
  ['list', listOf('list')],
  ['tuple', listOf('tuple')],
  ['set', listOf('set')],
  ['frozenset', listOf('set')],
  ['iter', listOf('list')],
  ['np.array', listOf('array')],
  ['np.asarray', listOf('array')],
  ['np.tensor', listOf('array')],
  ['np.FloatTensor', listOf('array')],
  ['np.Tensor', listOf('array')],
  ['np.ones', filled(1)],
  ['np.zeros', filled(0)],
  [
    'sorted',
    (given, at, machine) => {
      const items = given.positional[0] && iterate(given.positional[0]);
      const ordered = items && sorted(items, given, at, machine);
      return ordered && machine.list('list', ordered, at);
    },
  ],
  [
    'reversed',
    (given, at, machine) => {
      const items = given.positional[0] && iterate(given.positional[0]);
      return items && machine.list('list', [...items].reverse(), at);
    },
  ],
  ['dict', dict],
  ['dict.fromkeys', fromKeys],
  ['OrderedDict', dict],
  ['collections.OrderedDict', dict],
  ['MappingProxyType', dict],
  ['types.MappingProxyType', dict],
  ['frozendict', dict],
  ['OmegaConf.create', dict],
  ['EasyDict', dict],
  ['edict', dict],
  ['ConfigDict', dict],
  ['ml_collections.ConfigDict', dict],
  ['Box', dict],
  ['DictConfig', dict],
  ['SimpleNamespace', dict],
  ['types.SimpleNamespace', dict],
  ['defaultdict', defaultdict],
  ['collections.defaultdict', defaultdict],
  ['float', float],
  ['int', int],
  ['round', round],
  ['np.round', arrayRound],
  ['np.around', arrayRound],
  ['str', str],
  ['Decimal', float],
  ['decimal.Decimal', float],
  ['np.float32', float],
  ['np.float64', float],
  [
    'format',
    (given, at) => {
      const [value, spec] = given.positional;
      const shown = value && formatted(value, spec?.kind === 'text' ? spec.text : '');
      return shown === undefined ? undefined : text(shown, at);
    },
  ],
  [
    'bool',
    (given, at) => {
      const truth = given.positional[0] && truthOf(given.positional[0]);
      return truth === undefined ? undefined : constant(truth, at);
    },
  ],
  ['any', all(false)],
  ['all', all(true)],
  ['isinstance', isInstance],
  ['getattr', getattr],
  ['os.path.join', join],
  ['path.join', join],
  ['osp.join', join],
  ['posixpath.join', join],
  ['Path', join],
  ['pathlib.Path', join],
  ['PurePath', join],
  ['PosixPath', join],
  ['os.path.expanduser', same],
  ['os.path.abspath', same],
  ['os.fspath', same],
  ['os.fsdecode', same],
  ['os.path.normpath', same],
  [
    'os.path.basename',
    (given, at, machine) => {
      const value = first(given);
      return value?.kind === 'text' ? attribute(value, 'name', at, machine) : undefined;
    },
  ],
  ['os.environ.get', environment],
  ['environ.get', environment],
  ['os.getenv', environment],
  ['getenv', environment],
  [
    'copy.deepcopy',
    (given, _at, machine) => {
      const value = first(given);
      return value && copied(value, machine, true);
    },
  ],
  [
    'deepcopy',
    (given, _at, machine) => {
      const value = first(given);
      return value && copied(value, machine, true);
    },
  ],
  [
    'copy.copy',
    (given, _at, machine) => {
      const value = first(given);
      return value && copied(value, machine, false);
    },
  ],
  ['itertools.chain', chain],
  ['chain', chain],
  [
    'np.concatenate',
    (given, at, machine) => {
      const lists = given.positional[0] && iterate(given.positional[0]);
      return lists && chain(positional(...lists), at, machine);
    },
  ],
  [
    'itertools.chain.from_iterable',
    (given, at, machine) => {
      const lists = given.positional[0] && iterate(given.positional[0]);
      return lists && chain(positional(...lists), at, machine);
    },
  ],
  ['field', field],
  ['dataclasses.field', field],
  ['Field', field],
  ['pydantic.Field', field],
  ['attr.ib', field],
  ['attrs.field', field],
  ['typer.Option', field],
  ['typer.Argument', field],
  ['namedtuple', namedtuple],
  ['collections.namedtuple', namedtuple],
  ['argparse.ArgumentParser', parser],
  ['ArgumentParser', parser],
  ['print', (_given, at) => constant(null, at)],
  ['cast', (given) => given.positional[1]],
  ['typing.cast', (given) => given.positional[1]],
]);

/** The dictionary of a value, when it is one whose entries are all known. */
export const knownDict = (value: Value | undefined): DictValue | undefined =>
  value?.kind === 'dict' && !value.open ? value : undefined;
