import assert from 'node:assert/strict';
import { mixlaw, smallResults, type Outcome } from './support';

interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}
interface Answer {
  readonly mixture: Readonly<Record<string, number>>;
  readonly losses: Readonly<Record<string, Interval>>;
  readonly mean: number;
  readonly objective: number;
  readonly objectiveInterval: Interval;
  readonly intervals: { readonly from: string; readonly coverage: number; readonly fits: number };
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
      'aims.json': '{"code": 3, "books": 1}',
      'config.yaml': 'train_domain_weights:\n  web: 0.6\n  code: 0.2\n  books: 0.2\n',
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
    for (const loss of Object.values(losses)) assert.ok(loss.low <= loss.value && loss.value <= loss.high);
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

  it('gives intervals and gains from the fit alone, and says so', async () => {
    const answer = await ask('--current', 'now.json', '--available', 'web=4B,code=1B,books=3B');
    assert.deepEqual(answer.intervals, { from: 'covariance', coverage: 0.9, fits: 0 });
    const within = ({ low, value, high }: Interval): boolean => low < value && value < high;
    assert.deepEqual(Object.keys(answer.losses), ['web', 'code', 'books']);
    assert.ok(Object.values(answer.losses).every(within) && within(answer.objectiveInterval));
    assert.deepEqual(
      answer.gain.map(({ versus }) => versus),
      ['uniform', 'current', 'proportional'],
    );
    assert.ok(answer.gain.every((gain) => within(gain) && gain.probability >= 0 && gain.probability <= 1));
    const values = Object.values(answer.losses).map(({ value }) => value);
    assert.ok(Math.abs(answer.mean - values.reduce((a, b) => a + b) / 3) < 1e-12);
    assert.ok(Math.abs(answer.objective - answer.objectiveInterval.value) < 1e-12);
    const { intervals } = await ask('--bootstrap', '4');
    assert.deepEqual(intervals, { from: 'bootstrap', coverage: 0.9, fits: 4 });
  });

  it('takes target weights from a file, also one with a sign of equality in its name', async () => {
    const [inline, file] = [await ask('--targets', 'code=3,books=1'), await ask('--targets', 'aims.json')];
    assert.deepEqual(file.mixture, inline.mixture);
    const odd = await mixlaw(['recommend', 'f', '--targets', 'a=b.json', '--json'], {
      f: document,
      'a=b.json': '{"code":1}',
    });
    assert.deepEqual((JSON.parse(odd.out) as Answer).mixture, (await ask('--targets', 'code=1')).mixture);
  });

  it('holds a domain at a fixed weight and tells which way would be better', async () => {
    const free = await ask();
    const { mixture, bindings } = await ask('--fix', 'web=0.6');
    assert.ok(Math.abs(mixture['web']! - 0.6) < 1e-9);
    assert.equal(bindings[0]!.constraint, 'web = 60 % (less would be better)');
    assert.ok(free.mixture['web']! < 0.6);
    // A domain fixed at 0 is left out, below the default least weight.
    assert.ok((await ask('--fix', 'books=0')).mixture['books']! < 1e-12);
  });

  it('is drawn to a prior given as a training config', async () => {
    const [near, far] = [
      await ask('--prior', 'config.yaml', '--kl', '10'),
      await ask('--prior', 'config.yaml', '--kl', '0.001'),
    ];
    assert.ok(Math.abs(near.mixture['web']! - 0.6) < 0.01);
    assert.ok(Math.abs(far.mixture['web']! - 0.6) > 0.05);
  });

  it('says what relaxing a limit by a point buys, in the unit of the losses, after the warnings', async () => {
    const { out } = await run('--max', 'web=0.1');
    assert.match(out, /\n\nweb ≤ 10 % holds it; relaxing this by 1 point buys 0\.\d+ nats\.\n/);
    const { bindings } = await ask('--max', 'web=0.1');
    const bought = (await ask('--max', 'web=0.1')).objective - (await ask('--max', 'web=0.1001')).objective;
    assert.ok(Math.abs(bought / 0.0001 / bindings[0]!.multiplier - 1) < 0.01);
  });

  for (const [flags, exit, words] of [
    [['--min', '0.5'], 1, /web ≥ 50 %; code ≥ 50 %; books ≥ 50 % cannot hold together/],
    [['--fix', 'web=0.5', '--max', 'web=0.4'], 1, /web = 50 %; web ≤ 40 % cannot hold together/],
    [['--group', 'most: web+code >= 0.9', '--min', 'books=0.2'], 1, /books ≥ 20 %; most ≥ 90 %/],
    [['--targets', 'lost.json'], 1, /lost\.json does not exist/],
    [['--fix', 'web=2'], 2, /--fix takes fractions/],
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
