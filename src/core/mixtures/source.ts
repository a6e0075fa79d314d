import type { FileKind, ReadOptions, Source } from './family';
import { SCALE_KEY_SET } from './scale/keys';
import { evaluateShell, type Script } from './shell/evaluate';
import { parseJson } from './syntax/json';
import type { DataNode } from './syntax/node';
import { parsePythonExcerpt, type PythonFile } from './syntax/python';
import { excerptOf } from './syntax/python-statements';
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

/** @param words of which one stands in everything that is to be read (of Python, what has none of them is not parsed) */
export function openSource(
  fileName: string,
  kind: FileKind,
  text: string,
  options: ReadOptions,
  words: readonly string[],
): Source {
  let trees: readonly DataNode[] | undefined;
  let script: Script | undefined;
  let python: PythonFile | undefined;
  return {
    fileName,
    kind,
    text,
    options,
    get trees() {
      return (trees ??= kind === 'python' ? this.python.roots : guarded(() => parse(kind, text)));
    },
    get script() {
      return (script ??= kind === 'shell' ? evaluateShell(text) : { variables: [], commands: [] });
    },
    get python() {
      return (python ??=
        kind === 'python'
          ? parsePythonExcerpt(excerptOf(text, words, SCALE_KEY_SET))
          : { assignments: [], calls: [], lists: [], maps: [], roots: [] });
    },
  };
}

function parse(kind: FileKind, text: string): readonly DataNode[] {
  if (isTooDeep(text)) return [];
  if (kind === 'yaml') return parseYaml(text);
  if (kind === 'json') return parseJson(text);
  if (kind === 'toml') return parseToml(text);
  return [];
}

const DEEPEST = 500;

/**
 * Hundreds of nested brackets are no config, and every recursive parser is slow on them or overflows its stack. Brackets in
 * texts and comments are counted too: they do not come in such numbers.
 */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x5b || code === 0x7b) {
      if (++depth > DEEPEST) return true;
    } else if ((code === 0x5d || code === 0x7d) && depth > 0) depth--;
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
