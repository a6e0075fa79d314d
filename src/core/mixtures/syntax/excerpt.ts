import { rootsOf } from './roots';
import { settingsIn } from './settings';

/**
 * Long configs with only those top-level blocks in them that can have to do with a mixture: parsing is what takes time, and
 * most of a long file is about other things. Everything else is blanked, so that places in the text stay what they are.
 */
export interface ExcerptOptions {
  /** One of these stands in everything that is to be read. */
  readonly words: readonly string[];
  /** Settings that are to be read as well: lower case, with `_`. */
  readonly keys: ReadonlySet<string>;
}

/** A part of a text that can be left out. */
interface Block {
  readonly start: number;
  /** Where the next one begins. */
  readonly end: number;
  /** The top-level key; blocks of one key stay or go together. undefined: stays in any case. */
  readonly key: string | undefined;
}

type Blocks = readonly Block[];

/** Shorter texts are parsed as they are. Characters. */
export const LONG = 12_000;

/** YAML without the top-level entries that say nothing of interest; the text itself where it cannot be cut safely. */
export function yamlExcerpt(text: string, options: ExcerptOptions): string {
  return excerpt(text, yamlBlocks, options, (block) => `#${' '.repeat(block.length - 2)}\n`);
}

/** TOML without the tables that say nothing of interest; the text itself where it cannot be cut safely. */
export function tomlExcerpt(text: string, options: ExcerptOptions): string {
  return excerpt(text, tomlBlocks, options, (block) => `#${' '.repeat(block.length - 2)}\n`);
}

/** JSON without the members of its root that say nothing of interest; the text itself where it cannot be cut safely. */
export function jsonExcerpt(text: string, options: ExcerptOptions): string {
  return excerpt(text, jsonBlocks, options, (block) => ' '.repeat(block.length));
}

function excerpt(
  text: string,
  blocksOf: (text: string) => Blocks | undefined,
  options: ExcerptOptions,
  blank: (block: string) => string,
): string {
  const blocks = blocksOf(text);
  if (!blocks || blocks.length < 2) return text;
  const needed = neededBlocks(text, blocks, options);
  if (!needed) return text;
  const pieces: string[] = [];
  for (let i = 0; i < blocks.length;) {
    let next = i + 1;
    while (next < blocks.length && needed[next] === needed[i]) next++;
    const run = text.slice(blocks[i]!.start, blocks[next - 1]!.end);
    pieces.push(needed[i] === 1 ? run : blank(run));
    i = next;
  }
  return text.slice(0, blocks[0]!.start) + pieces.join('') + text.slice(blocks[blocks.length - 1]!.end);
}

/** 1 for each block that is to be read; undefined when places cannot be told. */
function neededBlocks(text: string, blocks: Blocks, { words, keys }: ExcerptOptions): Uint8Array | undefined {
  const needed = new Uint8Array(blocks.length);
  const keysNeeded = new Set<string>();
  const need = (i: number): void => {
    needed[i] = 1;
    const { key } = blocks[i]!;
    if (key !== undefined) keysNeeded.add(key);
  };
  // Some keys are told by their letters alone.
  const lower = text.toLowerCase();
  if (lower.length !== text.length) return undefined;
  for (const word of new Set(words.filter(rootsOf(lower)).map((each) => each.toLowerCase()))) {
    for (let at = lower.indexOf(word, blocks[0]!.start); at >= 0;) {
      const i = blockAt(blocks, at);
      need(i);
      at = lower.indexOf(word, Math.max(at + 1, blocks[i]!.end - word.length + 1));
    }
  }
  for (const index of settingsIn(lower, keys)) need(blockAt(blocks, index));
  blocks.forEach(({ key }, i) => {
    if (key === undefined || keysNeeded.has(key)) needed[i] = 1;
  });
  // One stays for the others that go: rules may ask something of every entry. The last one is where the whole ends.
  const stands = needed.indexOf(0);
  if (stands >= 0) needed[stands] = 1;
  needed[blocks.length - 1] = 1;
  return needed;
}

function blockAt(blocks: Blocks, at: number): number {
  let low = 0;
  for (let high = blocks.length; high - low > 1;) {
    const middle = (low + high) >> 1;
    if (blocks[middle]!.start <= at) low = middle;
    else high = middle;
  }
  return low;
}

/** Lines in the first column, and the beginning of each. */
const FIRST_COLUMN = /^[^\s#].*$/gm;
const YAML_KEY = /^([A-Za-z_][\w.-]*):(?:\s|$)/;
/** Belongs to what is before it: a list under a key, the end of a bracket. */
const YAML_GOES_ON = /^(?:-\s|-$|[\]}])/;
const ANCHOR = /(?:^|[\s[{,])&[^\s,\]}]/;

function yamlBlocks(text: string): Blocks | undefined {
  if (text.charCodeAt(0) === 0xfeff) return undefined;
  const starts: number[] = [];
  const keys: (string | undefined)[] = [];
  for (const { 0: line, index } of text.matchAll(FIRST_COLUMN)) {
    if (YAML_GOES_ON.test(line)) {
      // A list at the top.
      if (starts.length === 0) return undefined;
      continue;
    }
    // A second document, or the end of one.
    if (/^(?:---|\.\.\.|%)/.test(line)) {
      if (starts.length > 0 || line.trimEnd() !== '---') return undefined;
      continue;
    }
    starts.push(index);
    keys.push(YAML_KEY.exec(line)?.[1]);
  }
  const blocks: Block[] = [];
  for (const [i, start] of starts.entries()) {
    const end = starts[i + 1] ?? text.length;
    const block = text.slice(start, end);
    // What is open at its end goes on in the next.
    if (leavesOpen(block)) return undefined;
    // Ends with its line: what takes its place is a comment.
    const whole = block.length > 2 && block.endsWith('\n');
    blocks.push({ start, end, key: whole && !ANCHOR.test(block) ? keys[i] : undefined });
  }
  return blocks;
}

/** A bracket or a quotation may go on behind this block. Counted roughly: where in doubt, it does. */
function leavesOpen(block: string): boolean {
  if (!OPENS.test(block)) return false;
  const counted = block.replace(CLOSED, '');
  const count = (sign: string): number => counted.split(sign).length - 1;
  return (
    count('[') !== count(']') ||
    count('{') !== count('}') ||
    count('"') % 2 !== 0 ||
    (count("'") % 2 !== 0 && /[:\-[{,]\s+'/.test(counted))
  );
}
/** A quotation that ends in its line, and a comment. */
const CLOSED = /"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|(?:^|\s)#.*$/gm;
const OPENS = /[[\]{}"']/;

const TOML_HEADER = /^[ \t]*\[\[?[ \t]*([\w-]+|"[^"\n\\]*"|'[^'\n]*')[ \t]*(?:\.[^\n#=,]*)?\]\]?[ \t]*(?:#.*)?\r?$/gm;

function tomlBlocks(text: string): Blocks | undefined {
  if (text.includes('"""') || text.includes("'''")) return undefined;
  const headers = [...text.matchAll(TOML_HEADER)];
  const blocks: Block[] = [];
  for (const [i, { 1: name = '', index }] of headers.entries()) {
    const end = headers[i + 1]?.index ?? text.length;
    const block = text.slice(index, end);
    if (leavesOpen(block)) return undefined;
    const key = name.replace(/^["']|["']$/g, '');
    blocks.push({ start: index, end, key: block.endsWith('\n') ? key : undefined });
  }
  return blocks;
}

/** A sign that orders the members of an object, or begins a string or a comment. */
const JSON_SIGN = /["{}[\],/']/g;
const JSON_STRING = /"(?:[^"\\\n]|\\.)*"/y;
const JSON_COMMENT = /\/\/.*|\/\*[\s\S]*?\*\//y;

function jsonBlocks(text: string): Blocks | undefined {
  const open = /^\s*\{/.exec(text)?.[0].length;
  if (open === undefined) return undefined;
  const blocks: Block[] = [];
  let depth = 1;
  let start = open;
  let key: string | undefined;
  /** Where what begins here and has this form ends; undefined when it has another. */
  const endOf = (form: RegExp, at: number): number | undefined => {
    form.lastIndex = at;
    return form.test(text) ? form.lastIndex : undefined;
  };
  for (JSON_SIGN.lastIndex = open; JSON_SIGN.test(text);) {
    const at = JSON_SIGN.lastIndex - 1;
    const sign = text[at]!;
    if (sign === '"' || sign === '/') {
      const end = endOf(sign === '"' ? JSON_STRING : JSON_COMMENT, at);
      if (end === undefined || (depth === 0 && sign === '"')) return undefined;
      if (depth === 1 && sign === '"') key ??= text.slice(at, end);
      JSON_SIGN.lastIndex = end;
    } else if (depth === 0 || sign === "'") return undefined;
    else if (sign === '{' || sign === '[') depth++;
    else if (sign === ',') {
      if (depth > 1) continue;
      blocks.push({ start, end: at + 1, key });
      start = at + 1;
      key = undefined;
    } else if (--depth === 0) {
      if (sign !== '}') return undefined;
      // The last one, with no comma behind it.
      if (at > start) blocks.push({ start, end: at, key: undefined });
    }
  }
  return depth === 0 ? blocks : undefined;
}
