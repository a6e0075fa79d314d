import {
  either,
  keyOf as keyText,
  unknown,
  type DictEntry,
  type DictValue,
  type ListValue,
  type Scope,
  type Value,
} from './values';

type Holder = Scope | ListValue | DictValue;
/** A name of a scope, or all of a list or dictionary. */
type Key = string | typeof CONTENT;
const CONTENT = Symbol('content');

interface ListState {
  readonly items: readonly Value[];
  readonly open: boolean;
}
interface DictState {
  readonly entries: readonly DictEntry[];
  readonly open: boolean;
}
type State = Value | ListState | DictState | undefined;
type Changes = Map<Holder, Map<Key, State>>;

/** What running a branch would have changed. */
export interface Outcome {
  readonly changes: Changes;
}

interface Running {
  /** What is younger than the branch is its own. */
  readonly start: number;
  readonly before: Changes;
}

/** Keeps what branches that may not be taken change, so that it can be taken back and put together. */
export class Trail {
  private clock = 0;
  private running: Running | undefined;
  /** Branches that we are in. */
  depth = 0;

  /** @param spend counts the size of what is kept */
  constructor(private readonly spend: (size: number) => void) {}

  /** Time of birth of a scope, list or dictionary. */
  birth(): number {
    return ++this.clock;
  }

  /** To be called before a name of a scope changes. */
  beforeName(scope: Scope, name: string): void {
    this.note(scope, name);
  }

  /** To be called before a list or dictionary changes. */
  beforeContent(container: ListValue | DictValue): void {
    this.note(container, CONTENT);
  }

  private note(holder: Holder, key: Key): void {
    if (!this.running || holder.born > this.running.start) return;
    let states = this.running.before.get(holder);
    if (!states) this.running.before.set(holder, (states = new Map()));
    if (states.has(key)) return;
    this.spend(holder.kind === 'list' ? holder.items.length >> 1 : holder.kind === 'dict' ? holder.entries.length : 0);
    states.set(key, save(holder, key));
  }

  /** Runs a branch and takes back what it changed. `end` is called before that. */
  branch(run: () => void, end: () => void): Outcome {
    const outer = this.running;
    const running: Running = { start: this.clock, before: new Map() };
    this.running = running;
    this.depth++;
    try {
      run();
      end();
    } finally {
      this.running = outer;
      this.depth--;
    }
    const changes: Changes = new Map();
    for (const [holder, states] of running.before) {
      const now = new Map<Key, State>();
      for (const key of states.keys()) now.set(key, save(holder, key));
      changes.set(holder, now);
    }
    for (const [holder, states] of running.before) for (const [key, state] of states) restore(holder, key, state);
    return { changes };
  }

  /** Sets everything to what it is after one of these branches, whichever was taken. */
  join(outcomes: readonly Outcome[], exhaustive: boolean): void {
    const touched = new Map<Holder, Set<Key>>();
    for (const { changes } of outcomes) {
      for (const [holder, states] of changes) {
        const keys = touched.get(holder) ?? new Set<Key>();
        for (const key of states.keys()) keys.add(key);
        touched.set(holder, keys);
      }
    }
    for (const [holder, keys] of touched) {
      for (const key of keys) {
        const now = save(holder, key);
        const states = outcomes.map(({ changes }) => {
          const own = changes.get(holder);
          return own?.has(key) ? own.get(key) : now;
        });
        if (!exhaustive) states.push(now);
        this.note(holder, key);
        restore(holder, key, merge(holder, states));
      }
    }
  }
}

function save(holder: Holder, key: Key): State {
  if (holder.kind === 'scope') return typeof key === 'string' ? holder.names.get(key) : undefined;
  return holder.kind === 'list'
    ? { items: [...holder.items], open: holder.open }
    : { entries: holder.entries.map((entry) => ({ ...entry })), open: holder.open };
}

function restore(holder: Holder, key: Key, state: State): void {
  if (holder.kind === 'scope') {
    if (typeof key !== 'string') return;
    if (state === undefined || !('kind' in state)) holder.names.delete(key);
    else holder.names.set(key, state);
  } else if (holder.kind === 'list' && state && 'items' in state && !('kind' in state)) {
    holder.items = [...state.items];
    holder.open = state.open;
  } else if (holder.kind === 'dict' && state && 'entries' in state && !('kind' in state)) {
    setEntries(holder, state.entries);
    holder.open = state.open;
  }
}

function setEntries(dict: DictValue, entries: readonly DictEntry[]): void {
  dict.entries = [];
  dict.index = new Map();
  for (const { key, value, superseded } of entries) {
    dict.entries.push(superseded ? { key, value, superseded } : { key, value });
    const known = superseded ? undefined : keyText(key);
    if (known !== undefined) dict.index.set(known, dict.entries.length - 1);
  }
}

function merge(holder: Holder, states: readonly State[]): State {
  if (holder.kind === 'scope') {
    // A name that only some branches set is taken to be set: the program would stop otherwise.
    const values = states.filter((state): state is Value => state !== undefined && 'kind' in state);
    return values.length === 0 ? undefined : either(values, values[0]!.at);
  }
  return holder.kind === 'list'
    ? mergeLists(
        states.filter((state): state is ListState => state !== undefined && 'items' in state && !('kind' in state)),
        holder,
      )
    : mergeDicts(
        states.filter((state): state is DictState => state !== undefined && 'entries' in state && !('kind' in state)),
        holder,
      );
}

function mergeLists(states: readonly ListState[], { at }: ListValue): ListState {
  const open = states.some((state) => state.open);
  const [first = { items: [], open }] = states;
  const length = Math.max(...states.map(({ items }) => items.length));
  const common = first.items.findIndex((item, i) => states.some(({ items }) => items[i] !== item));
  if (common < 0 && states.every(({ items }) => items.length === length)) return { items: first.items, open };
  // The same length: each item is one of several. Otherwise something may follow.
  if (states.every(({ items }) => items.length === length)) {
    return {
      items: first.items.map((_, i) =>
        either(
          states.map(({ items }) => items[i]!),
          at,
        ),
      ),
      open,
    };
  }
  const shared = common < 0 ? Math.min(...states.map(({ items }) => items.length)) : common;
  return { items: [...first.items.slice(0, shared), unknown('?', at)], open: true };
}

function mergeDicts(states: readonly DictState[], { at }: DictValue): DictState {
  let open = states.some((state) => state.open);
  const entries: DictEntry[] = [];
  const seen = new Set<string>();
  for (const { entries: some } of states) {
    for (const entry of some) {
      const key = keyText(entry.key);
      if (key === undefined || seen.has(key) || entry.superseded) continue;
      seen.add(key);
      const found = states.map((state) => state.entries.find((each) => !each.superseded && keyText(each.key) === key));
      if (found.includes(undefined)) open = true;
      const values = found.flatMap((each) => (each ? [each.value] : []));
      entries.push({ key: entry.key, value: either(values, at) });
    }
  }
  if (states.some((state) => state.entries.some(({ key }) => keyText(key) === undefined))) open = true;
  return { entries, open };
}
