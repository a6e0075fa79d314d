import type { ReadOptions, Family, FileKind } from './family';
import { finish } from './finish';
import { families } from './registry';
import { fileKindOf, openSource } from './source';
import { namesSet } from './syntax/python-statements';
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
  const words = candidates.flatMap(({ family: { candidateKeys, companions = [] }, anchors }) => [
    ...(anchors ? [] : candidateKeys.flat()),
    ...companions,
  ]);
  const wanted = { words: [...new Set(words)], names: candidates.flatMap(({ anchors = [] }) => anchors) };
  const source = openSource(fileName, kind, text, options, wanted);
  let explained: MixtureReading | undefined;
  for (const { family } of candidates) {
    const finding = family.read(source);
    if (!finding) continue;
    const reading = finish(finding, source.withScale());
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

const WORD = /^[A-Za-z_]\w*$/;

/** Of a function or class, which may be imported under another name or be part of a longer one; or of a text. */
const isNoSetting = (word: string): boolean => !WORD.test(word) || /[A-Z]/.test(word) || word.length > 12;

/** Names of a program with the words in them; undefined for words that are no parts of names. */
function anchorsOf(sets: readonly (readonly string[])[], text: string): readonly string[] | undefined {
  if (!sets.flat().every((word) => WORD.test(word))) return undefined;
  const names = [...namesSet(text)];
  const found = sets.flat().map((word) => names.filter((name) => name.includes(word)));
  return found.every(({ length }) => length > 0) ? found.flat() : undefined;
}

interface Candidates {
  readonly fileName: string;
  readonly text: string;
  readonly options: ReadOptions;
  readonly families: readonly Candidate[];
}

interface Candidate {
  readonly family: Family;
  /** See there. */
  readonly anchors?: readonly string[];
}

/** A text is looked at first and read then: the same words are not looked for twice. */
let latest: Candidates | undefined;

function candidateFamilies(kind: FileKind, fileName: string, text: string, options: ReadOptions): readonly Candidate[] {
  if (latest?.text === text && latest.fileName === fileName && latest.options === options) return latest.families;
  // Of a program the names are enough: there are far fewer of them than there is text.
  const names = kind === 'python' ? [...namesSet(text)].join('\n') : text;
  const possible = rootsOf(names);
  const possibleInText = names === text ? possible : rootsOf(text);
  const present = new Map<string, boolean>();
  const has = (word: string): boolean => {
    let found = present.get(word);
    if (found === undefined) {
      found =
        (possible(word) && names.includes(word)) ||
        (names !== text && isNoSetting(word) && possibleInText(word) && text.includes(word));
      present.set(word, found);
    }
    return found;
  };
  const found = families.flatMap((family): Candidate[] => {
    if (!family.fileKinds.includes(kind) || !(family.applies?.(options, fileName) ?? true)) return [];
    const sets = family.candidateKeys.filter((words) => words.every(has));
    if (sets.length === 0) return [];
    const anchors = kind === 'python' ? (family.anchors?.(text) ?? anchorsOf(sets, text)) : undefined;
    return !anchors ? [{ family }] : anchors.length > 0 ? [{ family, anchors }] : [];
  });
  latest = { fileName, text, options, families: found };
  return found;
}
