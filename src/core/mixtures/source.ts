import type { FileKind, ReadOptions, Source } from './family';
import { SCALE_KEY_SET } from './scale/keys';
import { evaluateShell, type Script } from './shell/evaluate';
import { shellExcerpt } from './shell/excerpt';
import { jsonExcerpt, LONG, tomlExcerpt, yamlExcerpt } from './syntax/excerpt';
import { parseJson } from './syntax/json';
import type { DataNode } from './syntax/node';
import { parseSqueezed } from './syntax/squeeze';
import { parsePython, parsePythonExcerpt, type PythonFile } from './syntax/python';
import { excerptOf } from './syntax/python-statements';
import { referredKeys, resolveReferences } from './syntax/references';
import { parseToml } from './syntax/toml';
import { parseYaml } from './syntax/yaml';

const KINDS: ReadonlyMap<string, FileKind> = new Map([
  ...['yaml', 'yml'].map((extension) => [extension, 'yaml'] as const),
  ...['json', 'jsonc', 'json5'].map((extension) => [extension, 'json'] as const),
  ['toml', 'toml'],
  ['py', 'python'],
  ...['sh', 'bash', 'zsh', 'ksh', 'sbatch', 'slurm', 'job', 'qsub', 'pbs'].map(
    (extension) => [extension, 'shell'] as const,
  ),
  ...['txt', 'list', 'mix', 'blend'].map((extension) => [extension, 'text'] as const),
]);

/** By extension; files without one are shell scripts when they begin with a shell's `#!`. */
export function fileKindOf(fileName: string, text: string): FileKind | undefined {
  const base = fileName.slice(Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\')) + 1);
  const dot = base.lastIndexOf('.');
  const kind = dot < 0 ? undefined : KINDS.get(base.slice(dot + 1).toLowerCase());
  return kind ?? (/^#!.*\b(?:ba|z|k|da)?sh\b/.test(text.slice(0, 80)) ? 'shell' : undefined);
}

export interface Wanted {
  /** Parts of the text. */
  readonly words: readonly string[];
  /** What a program sets or calls. */
  readonly names: readonly string[];
  /** Also what a program says about the scale of the run. */
  readonly scale?: boolean;
}

/** @param wanted words and names of which one stands in everything that is to be read: of long files, and of Python, the rest is not parsed */
export function openSource(
  fileName: string,
  kind: FileKind,
  text: string,
  options: ReadOptions,
  wanted: Wanted,
): Source {
  const { words, names, scale = false } = wanted;
  let trees: readonly DataNode[] | undefined;
  let script: Script | undefined;
  let python: PythonFile | undefined;
  // An empty word stands everywhere: the user has said where to look.
  const isCut = text.length > LONG && !words.includes('');
  const shortened = (): string => (isCut ? shellExcerpt(text, words, SCALE_KEY_SET) : text);
  return {
    fileName,
    kind,
    text,
    options,
    get trees() {
      return (trees ??= kind === 'python' ? this.python.roots : guarded(() => parse(kind, text, words)));
    },
    get script() {
      return (script ??= kind === 'shell' ? evaluateShell(shortened()) : { variables: [], commands: [] });
    },
    get python() {
      return (python ??= kind === 'python' ? program(text, wanted) : NO_PROGRAM);
    },
    withScale() {
      return kind === 'python' && !scale
        ? openSource(fileName, kind, text, options, { words, names, scale: true })
        : this;
    },
  };
}

const NO_PROGRAM: PythonFile = { assignments: [], calls: [], lists: [], maps: [], roots: [] };

function program(text: string, { words, names, scale }: Wanted): PythonFile {
  // An empty word stands everywhere.
  if (words.includes('')) return parsePython(text);
  const keys = new Set(names.map((name) => name.toLowerCase().replaceAll('-', '_')));
  if (scale) for (const key of SCALE_KEY_SET) keys.add(key);
  return parsePythonExcerpt(excerptOf(text, words, keys));
}

function parse(kind: FileKind, text: string, words: readonly string[]): readonly DataNode[] {
  if (isTooDeep(text)) return [];
  // An empty word stands everywhere: the user has said where to look.
  const cut = text.length > LONG && !words.includes('') ? { words, keys: SCALE_KEY_SET } : undefined;
  if (kind === 'yaml') {
    const trees = parseYaml(cut ? yamlExcerpt(text, { ...cut, words: [...words, ...referredKeys(text)] }) : text);
    return text.includes('${') ? trees.map(resolveReferences) : trees;
  }
  if (kind === 'json') return parseSqueezed(text, cut ? jsonExcerpt(text, cut) : text, parseJson);
  if (kind === 'toml') return parseSqueezed(text, cut ? tomlExcerpt(text, cut) : text, parseToml);
  return [];
}

const DEEPEST = 500;

/**
 * Hundreds of nested brackets are no config, and every recursive parser is slow on them or overflows its stack. Brackets in
 * texts and comments are counted too: they do not come in such numbers.
 */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    if (bracket === '[' || bracket === '{') {
      if (++depth > DEEPEST) return true;
    } else if (depth > 0) depth--;
  }
  return false;
}

function guarded(parseTrees: () => readonly DataNode[]): readonly DataNode[] {
  try {
    return parseTrees();
  } catch (error) {
    // A stack overflow by other means (indentation, dotted keys) is no mixture either.
    if (error instanceof RangeError) return [];
    throw error;
  }
}
