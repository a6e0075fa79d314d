import assert from 'node:assert/strict';
import { mixlaw, smallResults, type Outcome } from './support';

interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}
interface Answer {
  readonly mixture: Readonly<Record<string, number>>;
  readonly losses: Readonly<Record<string, number | Interval>>;
  readonly objective: number;
  readonly gain: readonly (Interval & { readonly versus: string; readonly probability: number })[];
  readonly bindings: readonly { readonly constraint: string; readonly multiplier: number }[];
  readonly region: Readonly<Record<string, { readonly low: number; readonly high: number }>>;
  readonly warnings: readonly { readonly code: string }[];
  readonly kktResidual: number;
}

describe('mixlaw recommend within limits', () => {
  let document: string;
  before(async () => {
    const fit = ['fit', 'r.csv', '--starts', '2', '--set', 'model-size=100,tokens=2', '--out', 'f'];
    document = (await mixlaw(fit, { 'r.csv': smallResults() })).files.get('f')!;
  });
  const run = (...flags: string[]): Promise<Outcome> =>
    mixlaw(['recommend', 'r.mixlaw.json', ...flags], {
      'r.mixlaw.json': document,
      'now.json': '{"web": 0.8, "code": 0.1, "books": 0.1}',
    });
  const ask = async (...flags: string[]): Promise<Answer> => {
    const { code, out, err } = await run(...flags, '--json');
    assert.equal(code, 0, err);
    return JSON.parse(out) as Answer;
  };

  it('keeps minimum, maximum and group limits, and says which of them bind', async () => {
    const free = await ask();
    const limited = await ask('--max', 'web=0.2', '--min', 'books=0.3', '--group', 'rest: web+code <= 0.45');
    assert.ok(limited.mixture['web']! <= 0.2 + 1e-9);
    assert.ok(limited.mixture['web']! + limited.mixture['code']! <= 0.45 + 1e-9);
    assert.ok(limited.objective >= free.objective - 1e-12);
    assert.ok(limited.kktResidual < 1e-6);
    assert.ok(limited.bindings.length > 0 && limited.bindings.every(({ multiplier }) => multiplier > 0));
  });

  it('follows the target weights', async () => {
    const [web, code] = [await ask('--targets', 'web=1'), await ask('--targets', 'code=1')];
    assert.ok(web.mixture['web']! > code.mixture['web']! + 0.2);
  });

  it('caps a domain at the epochs its tokens allow', async () => {
    const { mixture, bindings } = await ask('--available', 'web=50M', '--max-epochs', '2', '--tokens', '2B');
    assert.ok(mixture['web']! <= 0.05 + 1e-9);
    assert.match(bindings[0]!.constraint, /^web ≤ 5 % \(at most 2 epochs\)/);
  });

  it('stays within a change of the current mixture', async () => {
    const { mixture } = await ask('--current', 'now.json', '--max-change', '0.1');
    assert.ok(mixture['web']! >= 0.7 - 1e-9);
  });

  it('gives intervals, gains and a region around the optimum when it fits resampled runs', async () => {
    const { mixture, losses, gain, region } = await ask('--bootstrap', '6', '--current', 'now.json');
    for (const loss of Object.values(losses) as Interval[])
      assert.ok(loss.low <= loss.value && loss.value <= loss.high);
    assert.deepEqual(
      gain.map(({ versus }) => versus),
      ['uniform', 'current'],
    );
    assert.ok(gain[1]!.value > 0 && gain[1]!.probability > 0.5);
    for (const [name, { low, high }] of Object.entries(region)) {
      assert.ok(low <= mixture[name]! && mixture[name]! <= high, name);
    }
    const line = ['--bootstrap', '6', '--json'];
    assert.equal((await run(...line)).out, (await run(...line)).out);
  });

  for (const [flags, exit, words] of [
    [['--min', '0.5'], 1, /cannot hold together/],
    [['--max', 'webb=0.2'], 1, /no domain “webb”\. Did you mean web\?/],
    [['--targets', 'nothing=1'], 1, /no target “nothing”/],
    [['--max', 'web=20'], 2, /fractions from 0 to 1, not “20”/],
    [['--group', 'web+code'], 2, /takes a sum and a limit/],
    [['--kl', '0.1'], 2, /--prior and --kl go together/],
    [['--max-change', '0.1'], 2, /needs --current/],
  ] as const) {
    it(`explains ${flags.join(' ')}`, async () => {
      const { code, err } = await run(...flags);
      assert.equal(code, exit, err);
      assert.match(err, words);
    });
  }
});
