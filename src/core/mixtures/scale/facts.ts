import type { Source } from '../family';
import { isMap, isScalar, mapsOf, type DataNode } from '../syntax/node';
import { parseNumber } from '../syntax/number';
import type { ScaleKey } from './keys';

/** What the settings of a file say, by key: lower case, `_` for `-`, the last part of a path only. */
export type Facts = ReadonlyMap<string, string>;

const TELLING = /^(?:model|model_config|config|architecture|net|actor)$/;

/** All settings of a file that have one value. Settings inside a `model` block win over settings elsewhere. */
export function factsOf(source: Source): Facts {
  const facts = new Map<string, string>();
  const strong = new Map<string, string>();
  for (const [key, value, inModel] of settingsOf(source)) {
    const name = normal(key);
    if (!facts.has(name)) facts.set(name, value);
    if (inModel && !strong.has(name)) strong.set(name, value);
  }
  return new Map([...facts, ...strong]);
}

function normal(key: string): string {
  return key
    .slice(key.lastIndexOf('.') + 1)
    .replace(/^-+/, '')
    .replaceAll('-', '_')
    .toLowerCase();
}

function* settingsOf(source: Source): Generator<readonly [string, string, boolean]> {
  for (const { node, path } of mapsOf(source.trees)) {
    // Evaluation and checkpoint blocks have steps and batches of their own.
    if (path.some((key) => typeof key === 'string' && /eval|valid|checkpoint|lr_sched|teacher|prior/i.test(key)))
      continue;
    const inModel = path.some((key) => typeof key === 'string' && TELLING.test(key));
    for (const { key, value } of node.entries) yield* setting(key, value, inModel);
  }
  for (const { name, words } of source.script.variables) {
    const only = words.length === 1 ? words[0] : undefined;
    if (only) yield [name, only.text, false];
    yield* optionsOf(words.map(({ text }) => text));
  }
  for (const { words } of source.script.commands) yield* optionsOf(words.map(({ text }) => text));
  for (const { name, value } of source.python.assignments) yield* setting(name, value, false);
  for (const { entries, tag } of source.python.calls) {
    for (const { key, value } of entries) yield* setting(key, value, /Config$|model/i.test(tag ?? ''));
  }
  for (const { entries } of source.python.maps) for (const { key, value } of entries) yield* setting(key, value, false);
}

function* setting(key: string, value: DataNode, inModel: boolean): Generator<readonly [string, string, boolean]> {
  if (isScalar(value)) yield [key, value.value === undefined ? value.text.trim() : String(value.value), inModel];
  // `model: {name: x}` and the like are reached on their own; DoGE packs settings into one string.
  if (isScalar(value) && key === 'config_overrides') {
    for (const part of value.text.split(',')) {
      const [name, text] = part.split('=');
      if (name && text) yield [name.trim(), text.trim(), true];
    }
  }
  if (isMap(value) && key === 'model') {
    const name = value.entries.find((entry) => entry.key === 'name' || entry.key === 'model_name')?.value;
    if (isScalar(name)) yield ['model_name', name.text, true];
  }
}

/** `--num-layers 12`, `--num-layers=12`, `trainer.max_steps=100`. */
function* optionsOf(words: readonly string[]): Generator<readonly [string, string, boolean]> {
  for (const [i, word] of words.entries()) {
    const equals = word.indexOf('=');
    const next = words[i + 1];
    if (equals > 0) yield [word.slice(0, equals), word.slice(equals + 1), false];
    else if (word.startsWith('--') && next !== undefined && !next.startsWith('--')) yield [word, next, false];
    else if (word.startsWith('--')) yield [word, 'true', false];
  }
}

export function numberIn(facts: Facts, ...keys: readonly ScaleKey[]): number | undefined {
  for (const key of keys) {
    const text = facts.get(key);
    const value = text === undefined ? undefined : parseNumber(text);
    if (value !== undefined && value > 0) return value;
  }
  return undefined;
}

export function textIn(facts: Facts, ...keys: readonly ScaleKey[]): string | undefined {
  for (const key of keys) {
    const text = facts.get(key);
    if (text !== undefined && text !== '' && text !== 'null') return text;
  }
  return undefined;
}

/** undefined when the file does not say. */
export function flagIn(facts: Facts, ...keys: readonly ScaleKey[]): boolean | undefined {
  const text = textIn(facts, ...keys)?.toLowerCase();
  return text === undefined ? undefined : text === 'true' || text === '1' || text === 'yes';
}
