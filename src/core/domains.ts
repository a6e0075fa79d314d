/**
 * Names of domains differ between files (`train_the_pile_pile_cc`, `CommonCrawl`, `cc`): they are matched by what is
 * left after dropping case, punctuation and the data set's name, then by the aliases the field uses. Never by position.
 */

/** Names that mean the same domain, after `plainName`. */
const ALIASES: readonly (readonly string[])[] = [
  ['commoncrawl', 'cc', 'pilecc'],
  ['wikipedia', 'wiki', 'wikipediaen', 'wikien', 'enwiki'],
  ['books', 'book'],
  ['gutenberg', 'gutenbergpg19', 'pg19'],
  ['stackexchange', 'stack', 'se'],
  ['dmmathematics', 'dmmath', 'deepmindmathematics'],
  ['pubmedcentral', 'pmc'],
  ['pubmedabstracts', 'pubmedabs'],
  ['hackernews', 'hn'],
  ['enronemails', 'enron'],
  ['usptobackgrounds', 'uspto'],
  ['nihexporter', 'nih'],
  ['ubuntuirc', 'irc'],
  ['opensubtitles', 'subtitles'],
  ['openwebtext2', 'owt2', 'openwebtext'],
];

const SPELLING: ReadonlyMap<string, string> = new Map(
  ALIASES.flatMap((names) => names.map((name) => [name, names[0] as string] as const)),
);

/** Corpora that stand in for each other where only one of them is there: the books of the Pile are Project Gutenberg's. */
const STAND_IN: ReadonlyMap<string, string> = new Map([['gutenberg', 'books']]);

/** Data sets whose name is written before the domain's. */
const DATA_SET = /^(?:the[_\- ]?pile[_\- ]|red[_\- ]?pajama[_\- ]?(?:v?\d[_\- ])?|slim[_\- ]?pajama[_\- ]?)(?=.)/i;

/** The name without its data set in front: `the_pile_arxiv` → `arxiv`, `RedPajamaC4` → `C4`. */
export const withoutDataSet = (name: string): string => name.replace(DATA_SET, '');

/** Lower case, without data set and without `- _ . ( ) /`, blanks and the like: `RedPajama Common-Crawl` → `commoncrawl`. */
export function plainName(name: string): string {
  const squeezed = (text: string): string =>
    text
      .normalize('NFKC')
      .toLowerCase()
      .replace(/[\s\-_.()[\]/\\:|+]+/g, '');
  return squeezed(withoutDataSet(name.trim())) || squeezed(name) || name;
}

/** One name for all aliases of a domain: `cc`, `pile_cc`, `RedPajamaCommonCrawl` → `commoncrawl`. */
export function canonicalName(name: string): string {
  const corpus = spelledOut(name);
  return STAND_IN.get(corpus) ?? corpus;
}

function spelledOut(name: string): string {
  const plain = plainName(name);
  return SPELLING.get(plain) ?? plain;
}

/**
 * The ways of looking at names, from the strictest: as written, without data set, case and punctuation, by the field's
 * aliases, by stand-ins. Names that are equal in one of them mean the same domain, unless a stricter one tells otherwise.
 */
export const SPELLINGS: readonly ((name: string) => string)[] = [(name) => name, plainName, spelledOut, canonicalName];

/**
 * For each name the index of the domain it means, or −1. Exact names first, then plain names, then aliases, then stand-ins; each step
 * only accepts a match that is the only one. A domain is claimed by one name at most.
 */
export function matchNames(names: readonly string[], domains: readonly string[]): number[] {
  const matched = new Array<number>(names.length).fill(-1);
  const claimed = new Set<number>();
  for (const key of SPELLINGS) {
    const left = (all: readonly string[], taken: (index: number) => boolean): Map<string, number> => {
      const indices = new Map<string, number>();
      all.forEach((name, index) => {
        if (!taken(index)) indices.set(key(name), indices.has(key(name)) ? -1 : index);
      });
      return indices;
    };
    const openDomains = left(domains, (index) => claimed.has(index));
    const openNames = left(names, (index) => matched[index] !== -1);
    for (const [name, index] of openNames) {
      const domain = openDomains.get(name) ?? -1;
      if (index === -1 || domain === -1) continue;
      matched[index] = domain;
      claimed.add(domain);
    }
  }
  return matched;
}
