import type { ReadOptions, Family, FileKind } from './family';
import { finish } from './finish';
import { families } from './registry';
import { fileKindOf, openSource } from './source';
import { rootsOf } from './syntax/roots';
import type { MixtureReading } from './types';

const NO_OPTIONS: ReadOptions = {};
const UNKNOWN: MixtureReading = { kind: 'unknown', format: 'unknown', mixtures: [], problems: [] };

/**
 * The mixtures of a training config: YAML, JSON, TOML, Python, shell script or text, told apart by the file's name.
 * Never throws on any text. `unknown` when nothing in the file is known to be a mixture; `not-a-mixture` when weights of
 * another meaning were recognised (keep-fractions, repetition factors, counts), with an explanation in `problems`.
 */
export function readMixtures(fileName: string, text: string, options: ReadOptions = NO_OPTIONS): MixtureReading {
  const kind = fileKindOf(fileName, text);
  if (kind === undefined) return UNKNOWN;
  const candidates = candidateFamilies(kind, fileName, text, options);
  if (candidates.length === 0) return UNKNOWN;
  const words = candidates.flatMap(({ candidateKeys, companions = [] }) => [...candidateKeys.flat(), ...companions]);
  const source = openSource(fileName, kind, text, options, [...new Set(words)]);
  let explained: MixtureReading | undefined;
  for (const family of candidates) {
    const finding = family.read(source);
    if (!finding) continue;
    const reading = finish(finding, source);
    if (reading.kind === 'mixture') return reading;
    if (reading.kind === 'not-a-mixture') explained ??= reading;
  }
  return explained ?? UNKNOWN;
}

/** Cheap look at a file before it is parsed: false when no family has its key words in it. */
export function mightHoldMixture(fileName: string, text: string, options: ReadOptions = NO_OPTIONS): boolean {
  const kind = fileKindOf(fileName, text);
  return kind !== undefined && candidateFamilies(kind, fileName, text, options).length > 0;
}

interface Candidates {
  readonly fileName: string;
  readonly text: string;
  readonly options: ReadOptions;
  readonly families: readonly Family[];
}

/** A text is looked at first and read then: the same words are not looked for twice. */
let latest: Candidates | undefined;

function candidateFamilies(kind: FileKind, fileName: string, text: string, options: ReadOptions): readonly Family[] {
  if (latest?.text === text && latest.fileName === fileName && latest.options === options) return latest.families;
  const possible = rootsOf(text);
  const present = new Map<string, boolean>();
  const has = (word: string): boolean => {
    let found = present.get(word);
    if (found === undefined) present.set(word, (found = possible(word) && text.includes(word)));
    return found;
  };
  const found = families.filter(
    ({ fileKinds, candidateKeys, applies }) =>
      fileKinds.includes(kind) &&
      (applies?.(options, fileName) ?? true) &&
      candidateKeys.some((words) => words.every(has)),
  );
  latest = { fileName, text, options, families: found };
  return found;
}
