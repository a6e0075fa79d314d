import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../../fixtures/mixtures');

/** One marked number: `«domain|0.5»`, `«2#domain|0.5»` in the second mixture, `«domain=0.3|0.5»` with a share of its own. */
export interface ExpectedWeight {
  readonly mixture: number;
  readonly domain: string;
  readonly fraction: number | undefined;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A config of our own with what is to be read from it marked in place; `text` is the config without the marks. */
export interface Fixture {
  readonly format: string;
  readonly fileName: string;
  readonly text: string;
  readonly weights: readonly ExpectedWeight[];
  /** From `«@ key=value; key=value»`: labels, problems, unit, sum, size, tokens, expression, repeated, shared, domains. */
  readonly notes: ReadonlyMap<string, string>;
}

export function fixtures(): Fixture[] {
  return readdirSync(ROOT, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const format = entry.parentPath.slice(ROOT.length + 1);
      return unmark(format, entry.name, readFileSync(path, 'utf8'));
    })
    .sort((a, b) => `${a.format}/${a.fileName}`.localeCompare(`${b.format}/${b.fileName}`));
}

const MARK = /«(?:@ ([^»]*)|(?:(\d+)#)?([^|»=]*(?:=(?![\d.]+\|)[^|»=]*)*)(?:=([\d.]+))?\|([^»]*))»/g;

export function unmark(format: string, fileName: string, marked: string): Fixture {
  const weights: ExpectedWeight[] = [];
  const notes = new Map<string, string>();
  let text = '';
  let at = 0;
  for (const match of marked.matchAll(MARK)) {
    text += marked.slice(at, match.index);
    at = match.index + match[0].length;
    const [, settings, mixture, domain, fraction, number] = match;
    if (settings !== undefined) {
      for (const setting of settings.split(';')) {
        const [key = '', value = ''] = setting.trim().split(/=(.*)/);
        notes.set(key, value);
      }
      continue;
    }
    const start = text.length;
    text += number;
    weights.push({
      mixture: mixture === undefined ? 0 : Number(mixture) - 1,
      domain: (domain ?? '').replaceAll('\\"', '"'),
      fraction: fraction === undefined ? undefined : Number(fraction),
      start,
      end: text.length,
      text: number ?? '',
    });
  }
  return { format, fileName, text: text + marked.slice(at), weights, notes };
}
