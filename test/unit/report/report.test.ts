import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { askedOptions } from '../../../src/core/fit/options';
import { parseFitDocument, serializeFitDocument } from '../../../src/core/fitfile/document';
import type { FitDocument } from '../../../src/core/fitfile/types';
import { runUnits } from '../../../src/core/judge/executor';
import { inThisThread } from '../../../src/core/judge/inThisThread';
import {
  comparisonWith,
  conclude,
  planOf,
  prepareComparison,
  withComparison,
} from '../../../src/core/pipeline/comparePlan';
import { hashesOf } from '../../../src/core/pipeline/fitResults';
import { Random } from '../../../src/core/random';
import { makeReport } from '../../../src/core/report/report';
import { commandsOf, quote } from '../../../src/core/report/reproduce';
import { median } from '../../../src/core/report/data';
import { escapeHtml } from '../../../src/core/report/html';
import { escapeMarkdown } from '../../../src/core/report/markdown';
import { ticks } from '../../../src/core/report/svg';
import { readResults } from '../../../src/core/results/read';
import { fitDocument } from '../../fixtures/fitDocument';
import { mixlaw, smallResults } from '../cli/support';

const request = { fileName: 'results.mixlaw.json' };
const html = (document: FitDocument): string => makeReport(document, request, 'html');
const markdown = (document: FitDocument): string => makeReport(document, request, 'markdown');

/** A document whose every name tries to leave its place. */
function hostile(): FitDocument {
  const document = fitDocument({ domains: 4, compared: 'law' });
  const names = ['<script>alert(1)</script>', '"><img src=x onerror=alert(2)>', '__proto__', 'a|b`c\n# d\u202ee'];
  const { data } = document;
  // In the names of parameters too.
  const fit = document.fit.domains.reduce(
    (text, domain, k) => text.replaceAll(domain, JSON.stringify(names[k]).slice(1, -1)),
    JSON.stringify(document.fit),
  );
  return {
    ...document,
    data: {
      ...data,
      files: data.files.map((file) => ({ ...file, name: "it's <b>.csv" })),
      warnings: [{ code: 'x', message: '</style><script>alert(3)</script> [link](javascript:alert(4))' }],
      dropped: [{ file: 0, row: 3, line: 5, code: 'x', reason: '<iframe src="//evil.example">' }],
    },
    fit: JSON.parse(fit) as FitDocument['fit'],
  };
}

/** Shows where a text has what it should not, instead of the whole text. */
const lacks = (text: string, pattern: RegExp): void => {
  const at = text.search(pattern);
  assert.equal(at < 0 ? '' : text.slice(Math.max(0, at - 60), at + 60), '');
};

/** Cells of the row that begins with a text, in the tables of an HTML report. */
const rowOf = (page: string, first: string): string[] => {
  const row = new RegExp(`<tr><th[^>]*><bdi>${first}</bdi></th>(.*?)</tr>`).exec(page)?.[1] ?? '';
  return [...row.matchAll(/<bdi>(.*?)<\/bdi>/g)].map(([, cell]) => cell!);
};

describe('report', () => {
  it('lets in its own style sheet by its hash, and nothing else', () => {
    const page = html(fitDocument({ domains: 4 }));
    const style = /<style>([^]*?)<\/style>/.exec(page)![1]!;
    const hash = createHash('sha256').update(style).digest('base64');
    assert.ok(page.includes(`content="default-src 'none'; style-src 'sha256-${hash}'"`), hash);
  });

  it('is the same bytes each time, and has no script, no address and nothing undefined in it', () => {
    for (const spec of [
      { domains: 5 },
      { domains: 40, longNames: true, runs: 50, compared: 'baseline' as const },
      { domains: 6, nulls: true },
    ]) {
      const page = html(fitDocument(spec));
      lacks(page, /<script|<link|<img|<iframe|\bon\w+=|url\(|@import|https?:\/\/(?!arxiv)/i);
      lacks(page, /\bNaN\b|\bundefined\b|\[object|Infinity/);
      if (spec.domains > 20) continue;
      assert.ok(page === html(fitDocument(spec)));
      lacks(markdown(fitDocument(spec)), /\bNaN\b|\bundefined\b|\[object|Infinity/);
    }
  });

  it('shows names from files as text, in both formats', () => {
    const page = html(hostile());
    lacks(page, /<script|<img|<iframe|<b>|\u202e/i);
    assert.ok(page.includes('&#60;script&#62;alert(1)&#60;/script&#62;'));
    assert.ok(page.includes('&#34;&#62;&#60;img src=x onerror=alert(2)&#62;'));
    assert.equal((page.match(/<style/g) ?? []).length, 1);
    const text = markdown(hostile());
    lacks(text, /(?<!\\)<(script|img|iframe)/i);
    lacks(text, /(?<!\\)\]\(javascript/);
    lacks(text, /^# d/m);
    assert.ok(text.includes('a\\|b\\`c\ufffd\\# d'));
  });

  it('tells the numbers of the document', () => {
    const document = fitDocument({ domains: 5, compared: 'law' });
    const page = html(document);
    const [first] = document.fit.domains;
    const [weight] = document.recommendation.mixture;
    assert.equal(rowOf(page, first!)[0], `${(weight! * 100).toFixed(2)} %`);
    const { mre } = document.fit.metrics.validation!.all;
    assert.equal(rowOf(page, 'Held out, all losses')[0], `${(mre * 100).toFixed(2)} %`);
    for (const { name, sha256 } of document.data.files) assert.ok(page.includes(name) && page.includes(sha256));
    for (const row of document.comparison!.rows) assert.ok(page.includes(escapeHtml(row.title)), row.title);
    assert.ok(page.includes(escapeHtml(document.comparison!.verdict.reason)));
    assert.ok(page.includes(document.generator));
  });

  it('draws a point for every measured loss, and a bar with a range for every domain', () => {
    const document = fitDocument({ domains: 6, trainOnly: true });
    const page = html(document);
    const measured = document.observations.losses.flat().filter((loss) => loss !== null).length;
    const drawn = page.split('</figure>').map((figure) => (figure.match(/<circle class="filled"/g) ?? []).length);
    // One mark more in each legend.
    assert.ok(measured <= 2000 && drawn.includes(measured + 1), `${measured} measured, drawn ${drawn}`);
    assert.equal((page.match(/<rect class="bar"/g) ?? []).length, 6 + 1);
  });

  it('stays a page that can be sent when there are thousands of runs', () => {
    const page = html(fitDocument({ domains: 10, runs: 4000 }));
    assert.ok(page.length < 1_000_000, `${page.length} bytes`);
    assert.ok(page.includes('of 40\u202f000 drawn, all the worst among them'));
  });

  it('is also written of runs that a law cannot predict, and of one run', () => {
    assert.match(html(fitDocument({ domains: 4, modelSizes: [], tokens: [] })), /say neither model size nor number/);
    assert.match(html(fitDocument({ domains: 3, runs: 1, trainOnly: true })), /No run was held out/);
  });
});

describe('commands of a report', () => {
  const flags = ['--starts', '2', '--set', 'model-size=100,tokens=2', '--prior', '0', '--seed', '3'];
  const rows = '{"train": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], "validation": [16, 17, 18, 19]}';

  it('make the same document and report again', async () => {
    const files = { "r's.csv": smallResults(), 'rows.json': rows };
    const first = await mixlaw(['fit', "r's.csv", ...flags, '--rows', 'rows.json', '--out', 'f.mixlaw.json'], files);
    const text = first.files.get('f.mixlaw.json')!;
    const limits = ['--max', 'code=0.3', '--group', 'rest:web+code<=0.7', '--current', 'web=0.5,code=0.3,books=0.2'];
    const report = ['report', 'f.mixlaw.json', ...limits];
    const reported = (await mixlaw([...report, '--out', 'report.html'], { 'f.mixlaw.json': text })).files;
    const page = reported.get('report.html')!;
    assert.ok(page.includes('Held by the limit code ≤ 30 %'));

    const written = /<pre[^>]*><code>([^]*?)<\/code>/.exec(page)![1]!;
    const script = written.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
    const stored = new Map<string, string>([["r's.csv", smallResults()]]);
    for (const words of shellWords(script, stored)) {
      const { code, err, files: after } = await mixlaw(words.slice(1), Object.fromEntries(stored));
      assert.equal(code, 0, `${words.join(' ')}: ${err}`);
      for (const [name, content] of after) stored.set(name, content);
    }
    assert.ok(stored.get('f.mixlaw.json') === text);
    assert.ok(stored.get('report.html') === page);
  });

  for (const [what, asked, results] of [
    ['a law was chosen by comparison', ['--law', 'auto', '--set', 'model-size=100,tokens=2'], smallResults()],
    [
      'it was chosen with other options',
      ['--law', 'auto', '--starts', '1', '--mask', 'positive', '--seed', '5', '--set', 'model-size=100,tokens=2'],
      smallResults(),
    ],
    [
      'several laws were as good',
      ['--law', 'auto', '--starts', '1', '--set', 'model-size=100,tokens=2'],
      noisyResults(),
    ],
    [
      'the prior was chosen',
      [...flags.filter((word) => !['--prior', '0'].includes(word)), '--prior', 'auto'],
      smallResults(),
    ],
  ] as const) {
    it(`make the same document and report where ${what}`, async () => {
      const start = { 'r.csv': results };
      const first = await mixlaw(['fit', 'r.csv', ...asked, '--out', 'f.mixlaw.json'], start);
      const text = first.files.get('f.mixlaw.json')!;
      assert.equal(first.code, 0, first.err);
      const document = parseFitDocument(text, 'f.mixlaw.json');
      assert.equal(document.consensus !== undefined, what.startsWith('several'));
      const recommended = (await mixlaw(['recommend', 'f.mixlaw.json', '--json'], { 'f.mixlaw.json': text })).out;
      const stored = new Map<string, string>([['r.csv', results]]);
      for (const words of shellWords(commandsOf(document, { fileName: 'f.mixlaw.json' }).join('\n'), stored)) {
        const { code, err, files: after } = await mixlaw(words.slice(1), Object.fromEntries(stored));
        assert.equal(code, 0, `${words.join(' ')}: ${err}`);
        for (const [name, content] of after) stored.set(name, content);
      }
      assert.ok(stored.get('f.mixlaw.json') === text);
      const again = await mixlaw(['recommend', 'f.mixlaw.json', '--json'], Object.fromEntries(stored));
      assert.equal(again.out, recommended);
    });
  }

  describe('of laws compared after the fit', () => {
    // As few runs as tell the laws apart: all laws are fitted to each of ten splits.
    const results = { 'r.csv': smallResults().split('\n').slice(0, 13).join('\n') };
    const held = '{"train": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], "validation": [10, 11]}';
    const run = async (stored: Map<string, string>, line: readonly string[]): Promise<void> => {
      const { code, err, files } = await mixlaw(line, Object.fromEntries(stored));
      assert.equal(code, 0, `${line.join(' ')}: ${err}`);
      for (const [name, content] of files) stored.set(name, content);
    };
    const again = async (document: FitDocument): Promise<string | undefined> => {
      const stored = new Map(Object.entries(results));
      for (const words of shellWords(commandsOf(document, { fileName: 'f.mixlaw.json' }).join('\n'), stored)) {
        await run(stored, words.slice(1));
      }
      return stored.get('f.mixlaw.json');
    };
    const fitted = async (...asked: string[]): Promise<Map<string, string>> => {
      const stored = new Map(Object.entries({ ...results, 'rows.json': held }));
      await run(stored, ['fit', 'r.csv', ...asked, '--set', 'model-size=100,tokens=2', '--out', 'f.mixlaw.json']);
      return stored;
    };
    const documentIn = (stored: ReadonlyMap<string, string>): FitDocument =>
      parseFitDocument(stored.get('f.mixlaw.json')!, 'f.mixlaw.json');

    it('make the document again, as VS Code left it', async () => {
      const stored = await fitted('--law', 'linear', '--prior', '0.5', '--seed', '3', '--rows', 'rows.json');
      const document = documentIn(stored);
      // As the command does it (src/features/compare): what was asked for, and the rows that are not held out.
      const bytes = Buffer.from(results['r.csv']);
      const files = [{ name: 'r.csv', bytes, sha256: createHash('sha256').update(bytes).digest('hex') }];
      const options = askedOptions(document.fit);
      assert.deepEqual(options, { prior: 0.5, seed: 3, modelSize: 100, tokens: 2 });
      const prepared = prepareComparison(readResults(files), comparisonWith(options, document.fit.rows));
      const plan = planOf(prepared);
      const found = await runUnits(inThisThread, prepared.runs, plan, plan.units);
      const compared = withComparison(document, conclude(prepared, plan, found, hashesOf(files)))!;
      assert.equal(compared.comparison!.method.seed, 3);
      assert.ok((await again(compared)) === serializeFitDocument(compared));
    });

    it('make it again where the law had been chosen by another comparison', async () => {
      const stored = await fitted('--law', 'auto', '--starts', '1');
      await run(stored, ['compare', 'r.csv', '--into', 'f.mixlaw.json']);
      const document = documentIn(stored);
      assert.equal(document.comparison!.method.splits, 'random');
      assert.ok((await again(document)) === stored.get('f.mixlaw.json'));
    });

    it('make it again where another law was fitted than the one chosen', async () => {
      const chosen = documentIn(await fitted('--law', 'auto'));
      const other = chosen.fit.law === 'linear' ? 'log-linear' : 'linear';
      const refitted = documentIn(await fitted('--law', other));
      const document = { ...refitted, comparison: chosen.comparison! };
      assert.ok((await again(document)) === serializeFitDocument(document));
    });
  });

  it('name the columns that the user named, and no others', () => {
    const document = fitDocument({ domains: 3, trainOnly: true });
    const said = { ...document.data.columns[0]!, name: 'the "w"', role: 'weight' as const, reason: 'you said so' };
    const data = { ...document.data, columns: [said, ...document.data.columns.slice(1)] };
    const [fit] = commandsOf({ ...document, data }, request);
    assert.match(fit!, /--weights 'the "w"' \\\n {2}--checkpoints/);
    assert.doesNotMatch(fit!, /--losses/);
  });

  it('keep whatever a name holds one word of the shell', () => {
    for (const name of ["it's", 'a b', '$(touch x)', '`x`', '"', '--out', 'a;b', '\\', 'ü', '*']) {
      const echoed = execFileSync('sh', ['-c', `printf %s ${quote(name)}`], { encoding: 'utf8' });
      assert.equal(echoed.replace(/^\.\/(?=-)/, ''), name);
    }
  });
});

describe('mixlaw report', () => {
  const document = fitDocument({ domains: 3 });
  const run = async (...flags: string[]) => {
    const { serializeFitDocument } = await import('../../../src/core/fitfile/document');
    return mixlaw(['report', 'f.mixlaw.json', ...flags], { 'f.mixlaw.json': serializeFitDocument(document) });
  };

  it('goes by the file name, or by --format, or says that neither tells', async () => {
    assert.match((await run('--out', 'a.html')).files.get('a.html')!, /^<!DOCTYPE html>/);
    assert.match((await run('--out', 'a.MD')).files.get('a.MD')!, /^# Data mixture from /);
    assert.match((await run('--format', 'markdown')).out, /^# /);
    const unknown = await run('--out', 'a.pdf');
    assert.equal(unknown.code, 2);
    assert.match(unknown.err, /\.html or \.md/);
  });

  it('reports what was asked for at another scale', async () => {
    assert.match(
      (await run('--model-size', '2B', '--tokens', '40B', '--format', 'markdown')).out,
      /at 2B parameters and 40B tokens/,
    );
  });
});

describe('parts of a report', () => {
  it('have the middle of sorted values', () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([4, 1, 2, 3]), 2.5);
    assert.ok(Number.isNaN(median([])));
  });

  it('have ticks that are round and inside', () => {
    assert.deepEqual(ticks({ low: 0, high: 10 }), [0, 2, 4, 6, 8, 10]);
    assert.deepEqual(
      ticks({ low: -0.013, high: 0.013 }),
      [-0.01, -0.005, 0, 0.005, 0.01].map((v) => v || 0),
    );
    assert.deepEqual(ticks({ low: 1, high: 1 }), []);
    assert.deepEqual(ticks({ low: 0, high: NaN }), []);
  });

  it('cannot be taken for Markdown', () => {
    assert.equal(escapeMarkdown('1. a'), '1\\. a');
    assert.equal(escapeMarkdown('- a_b'), '\\- a\\_b');
    assert.equal(escapeMarkdown('http://x www.x a@b'), 'http\\://x www\\.x a\\@b');
  });

  it('of a document that was read back are the same', () => {
    const document = fitDocument({ domains: 3, nulls: true });
    const text = JSON.stringify(document);
    assert.equal(html(parseFitDocument(text, 'f')), html(parseFitDocument(text, 'f')));
  });
});

/** Runs with so much noise that no law is better than the next. */
function noisyResults(): string {
  const random = new Random(7);
  return smallResults()
    .split('\n')
    .map((line, i) => {
      if (i === 0 || line === '') return line;
      const cells = line.split(',');
      const losses = cells.slice(3).map((cell) => (Number(cell) * (1 + 0.02 * (random.next() - 0.5))).toFixed(6));
      return [...cells.slice(0, 3), ...losses].join(',');
    })
    .join('\n');
}

/** The commands of a script as words, by a real shell; here-documents go to `stored`. */
function shellWords(script: string, stored: Map<string, string>): string[][] {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'mixlaw-shell-'));
  try {
    const withoutFiles = script.replace(/cat > (\S+) <<'END'\n([^]*?)\nEND\n/g, (_, name: string, body: string) => {
      stored.set(name, `${body}\n`);
      return '';
    });
    writeFileSync(
      path.join(folder, 'script'),
      `mixlaw() { printf '%s\\0' mixlaw "$@"; printf '\\0'; }\n${withoutFiles}\n`,
    );
    const output = execFileSync('sh', [path.join(folder, 'script')], { encoding: 'utf8' });
    return output
      .split('\0\0')
      .filter((line) => line !== '')
      .map((line) => line.split('\0'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
