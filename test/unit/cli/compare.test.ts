import assert from 'node:assert/strict';
import { mixlaw, smallResults, type Outcome } from './support';

const DATA = 'runs/results.csv';
const files = { [DATA]: smallResults() };
const LAWS = ['--laws', 'additive,linear,stack', '--starts', '1'];
const COMPARE = ['compare', DATA, ...LAWS, '--repeats', '2'];

interface Figures {
  readonly mre: { readonly all: number | null; readonly positive: number | null };
  readonly spearman: number | null;
}
interface CompareAnswer {
  readonly rows: readonly (Figures & {
    readonly law: string;
    readonly kind: string;
    readonly parameterCount: number;
    readonly mae: number | null;
    readonly rmse: number | null;
    readonly regret: number | null;
    readonly seconds: number | null;
    readonly converged: boolean;
    readonly note: string;
    readonly spread: Figures;
  })[];
  readonly verdict: { readonly best: string | null; readonly tiedWith: readonly string[]; readonly reason: string };
  readonly targets: readonly string[];
  readonly method: { readonly splitCount: number; readonly splits: string };
}

function json<T>(outcome: Outcome): T {
  assert.equal(outcome.code, 0, outcome.err);
  return JSON.parse(outcome.out) as T;
}
const compare = async (line: readonly string[], more: Record<string, string> = {}) =>
  json<CompareAnswer>(await mixlaw([...line, '--json'], { ...files, ...more }));
const withoutSeconds = (text: string): string => text.replace(/^\s*"seconds": .*$/gm, '');

describe('mixlaw compare', () => {
  it('prints rows with every figure, and a verdict', async () => {
    const { rows, verdict, method, targets } = await compare(COMPARE);
    assert.deepEqual(rows.map(({ law }) => law).sort(), [
      'additive', 'carried-over', 'linear', 'mean', 'proportional', 'stack',
    ]); // prettier-ignore
    for (const row of rows.filter(({ kind }) => kind === 'law')) {
      assert.ok(row.parameterCount > 0 && row.seconds! > 0 && row.converged, row.law);
      assert.ok(row.mae! > 0 && row.rmse! >= row.mae!, row.law);
      assert.ok(row.mre.all! < 0.05, 'a fraction');
      assert.ok(row.spread.mre.all! >= 0);
    }
    const errors = rows.map(({ mre }) => mre.all ?? Infinity);
    assert.deepEqual(
      errors,
      [...errors].sort((a, b) => a - b),
      'lowest error first',
    );
    assert.equal(method.splitCount, 2);
    assert.deepEqual(targets, ['web', 'code', 'books']);
    assert.ok(verdict.best === null || rows.some(({ law }) => law === verdict.best));
    assert.notEqual(verdict.reason, '');
  });

  it('gives the same but for the seconds each time, and other splits for another seed', async () => {
    const run = async (seed: string) =>
      withoutSeconds((await mixlaw([...COMPARE, '--json', '--seed', seed], files)).out);
    assert.equal(await run('1'), await run('1'));
    assert.notEqual(await run('1'), await run('2'));
  });

  it('takes given splits in data rows of the file: one, or several', async () => {
    const split = { train: Array.from({ length: 20 }, (_, i) => i), validation: [20, 21, 22, 23] };
    const one = await compare(['compare', DATA, ...LAWS, '--rows', 'rows.json'], {
      'rows.json': JSON.stringify(split),
    });
    assert.equal(one.method.splitCount, 1);
    assert.equal(one.rows[0]!.spread.mre.all, null, 'no spread over one split');
    const splits = { splits: [split, { train: split.train.slice(4), validation: [0, 1, 25] }] };
    const two = await compare(['compare', DATA, ...LAWS, '--rows', 'rows.json'], {
      'rows.json': JSON.stringify(splits),
    });
    assert.equal(two.method.splitCount, 2);
  });

  it('judges by the targets asked for, and leaves out laws that do not serve them', async () => {
    const { targets } = await compare([...COMPARE, '--targets', 'code']);
    assert.deepEqual(targets, ['code']);
    assert.equal((await mixlaw([...COMPARE, '--targets', 'cobol'], files)).code, 1);
  });

  it('judges by folds', async () => {
    const { method } = await compare(['compare', DATA, ...LAWS, '--folds', '3']);
    assert.deepEqual([method.splits, method.splitCount], ['folds', 3]);
  });

  it('prints a table for people, with baselines and the verdict in words', async () => {
    const { code, out } = await mixlaw(COMPARE, files);
    assert.equal(code, 0);
    assert.match(out, /additive/);
    assert.match(out, /mean \(baseline\)/);
    assert.match(out, /^Verdict: \S/m);
  });

  for (const [what, flags, words] of [
    ['an unknown law', ['--laws', 'additve'], /Did you mean.*additive/],
    ['two ways to split', ['--folds', '3', '--repeats', '2'], /exclude each other/],
    ['a fraction of 1', ['--train-fraction', '1'], /between 0 and 1/],
    ['a shard beyond the last', ['--shard', '4/3'], /--shard takes/],
    ['a stack of one law', ['--laws', 'linear,stack'], /two laws/],
  ] as const) {
    it(`refuses ${what} with exit code 2`, async () => {
      const { code, err } = await mixlaw(['compare', DATA, ...flags], files);
      assert.equal(code, 2);
      assert.match(err, words);
    });
  }

  it('refuses rows that are not in the file, or on both sides, with exit code 1', async () => {
    const run = async (rows: object) =>
      (await mixlaw(['compare', DATA, ...LAWS, '--rows', 'r.json'], { ...files, 'r.json': JSON.stringify(rows) })).code;
    assert.equal(await run({ train: [0, 1, 2], validation: [999] }), 1);
    assert.equal(await run({ splits: [{ train: [0, 1, 2], validation: [2] }] }), 1);
    assert.equal(await run({ splits: [] }), 1);
  });
});

describe('mixlaw fit --law auto', () => {
  it('fits the law with the lowest cross-validated error and says so in the document', async () => {
    const outcome = await mixlaw(['fit', DATA, '--law', 'auto', '--starts', '1', '--out', 'f.mixlaw.json'], files);
    assert.equal(outcome.code, 0, outcome.err);
    const { fit, comparison } = JSON.parse(outcome.files.get('f.mixlaw.json')!);
    const laws = comparison.rows.filter(({ kind }: { kind: string }) => kind === 'law');
    assert.equal(fit.law, laws[0].law);
    assert.equal(comparison.method.splits, 'folds');
    assert.match(outcome.out, /Chosen by 5-fold/);
  });

  it('does not look at held-out rows: absurd losses there change nothing that training decides', async () => {
    const rows = JSON.stringify({ train: Array.from({ length: 20 }, (_, i) => i), validation: [20, 21, 22, 23, 24] });
    const lines = smallResults().trimEnd().split('\n');
    const poisoned = lines.map((line, i) => {
      if (i - 1 < 20) return line;
      return [...line.split(',').slice(0, 3), '90.5', '0.001', '700'].join(',');
    });
    const run = async (text: string) => {
      const line = ['fit', DATA, '--law', 'auto', '--starts', '1', '--rows', 'rows.json', '--json'];
      const answer = json<{ law: string; parameters: unknown; objective: number; comparison: { rows: unknown[] } }>(
        await mixlaw(line, { [DATA]: text, 'rows.json': rows }),
      );
      const { law, parameters, objective, comparison } = answer;
      return { law, parameters, objective, judged: comparison.rows };
    };
    assert.deepEqual(await run(`${poisoned.join('\n')}\n`), await run(smallResults()));
  });
});

describe('mixlaw merge', () => {
  const shards = async (line: readonly string[], count: number): Promise<Record<string, string>> => {
    const parts: Record<string, string> = {};
    for (let i = 1; i <= count; i++) {
      const outcome = await mixlaw([...line, '--shard', `${i}/${count}`, '--out', `p${i}.json`], files);
      assert.equal(outcome.code, 0, outcome.err);
      parts[`p${i}.json`] = outcome.files.get(`p${i}.json`)!;
    }
    return parts;
  };

  it('joins the parts of a comparison, in any order, to the bytes of one run', async () => {
    const whole = await mixlaw([...COMPARE, '--out', 'all.json', '--json'], files);
    const parts = await shards(COMPARE, 3);
    const merged = await mixlaw(['merge', 'p3.json', 'p1.json', 'p2.json', '--out', 'all.json', '--json'], parts);
    assert.equal(merged.code, 0, merged.err);
    assert.equal(merged.files.get('all.json'), whole.files.get('all.json'));
    assert.equal(withoutSeconds(merged.out), withoutSeconds(whole.out));
  });

  it('joins the parts of a bootstrap to the bytes of one run', async () => {
    const line = ['fit', DATA, '--law', 'linear', '--bootstrap', '5'];
    const whole = await mixlaw([...line, '--out', 'runs/all.mixlaw.json'], files);
    const parts = await shards(line, 2);
    const merged = await mixlaw(['merge', 'p1.json', 'p2.json', '--out', 'all.mixlaw.json'], parts);
    assert.equal(merged.code, 0, merged.err);
    assert.equal(merged.files.get('all.mixlaw.json'), whole.files.get('runs/all.mixlaw.json'));
    const { bootstrap, fit } = JSON.parse(merged.files.get('all.mixlaw.json')!);
    assert.deepEqual([bootstrap.replicates, bootstrap.failed], [5, 0]);
    assert.equal(bootstrap.parameters.length, fit.parameters.length);
    for (const { lower, upper } of bootstrap.parameters) assert.ok(lower <= upper);
  });

  it('says which shards are missing, and what does not belong together', async () => {
    const parts = await shards(COMPARE, 3);
    const missing = await mixlaw(['merge', 'p1.json', 'p3.json'], parts);
    assert.equal(missing.code, 1);
    assert.match(missing.err, /Shards 2\/3 are missing/);
    const other = await mixlaw([...COMPARE, '--seed', '9', '--shard', '2/3', '--out', 'p2.json'], files);
    const mixed = await mixlaw(['merge', 'p1.json', 'p2.json', 'p3.json'], {
      ...parts,
      'p2.json': other.files.get('p2.json')!,
    });
    assert.equal(mixed.code, 1);
    assert.match(mixed.err, /options differ/);
    const twice = await mixlaw(['merge', 'p1.json', 'p1.json', 'p2.json', 'p3.json', '--json'], parts);
    assert.equal(twice.code, 0, 'a part given twice counts once');
  });

  it('refuses a file that is no part', async () => {
    for (const text of ['{', '{}', '[1]', smallResults()]) {
      const { code, err } = await mixlaw(['merge', 'p.json'], { 'p.json': text });
      assert.equal(code, 1);
      assert.match(err, /no partial result/);
    }
  });
});
