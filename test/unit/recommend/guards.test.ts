import assert from 'node:assert/strict';
import type { GuardCode, GuardedMixture } from '../../../src/core/recommend/guards';
import { guardsFor } from '../../../src/core/recommend/guards';
import { Random } from '../../../src/core/random';
import type { Runs } from '../../../src/core/results/runs';

const domains = ['web', 'code', 'books'];

function runsOf(mixtures: number[][], modelSizes: number[], tokens: number[]): Runs {
  const n = mixtures.length;
  return {
    domains,
    targets: domains,
    targetDomain: [0, 1, 2],
    mixtures: Float64Array.from(mixtures.flat()),
    weightSums: new Float64Array(n).fill(1),
    losses: new Float64Array(3 * n).fill(2),
    modelSizes: Float64Array.from({ length: n }, (_, i) => modelSizes[i % modelSizes.length]!),
    tokens: Float64Array.from({ length: n }, (_, i) => tokens[i % tokens.length]!),
    rows: Int32Array.from({ length: n }, (_, i) => i),
    runIds: Int32Array.from({ length: n }, (_, i) => i),
    lossKind: 'nats',
  };
}

const random = new Random(1);
const wide = Array.from({ length: 40 }, () => [...random.simplex(3)]);
/** A case in which nothing fires. */
const calm: GuardedMixture = {
  runs: runsOf(wide, [100, 1000], [10, 30]),
  mixture: [0.4, 0.3, 0.3],
  modelSize: 500,
  tokens: 20,
  available: [1000, 1000, 1000],
  gains: [{ versus: 'uniform', value: 0.02, low: 0.01, high: 0.03 }],
};

const codes = (subject: GuardedMixture): GuardCode[] => guardsFor(subject).map((guard) => guard.code);

/** Each guard at the edge: a subject that sets it off, and the nearest one that does not. */
const edges: Readonly<
  Record<GuardCode, { readonly fires: Partial<GuardedMixture>; readonly silent: Partial<GuardedMixture> }>
> = {
  'outside-hull': { fires: { runs: withBooksUpTo(0.2) }, silent: { runs: withBooksUpTo(0.29) } },
  'model-size-extrapolation': { fires: { modelSize: 1001 }, silent: { modelSize: 1000 } },
  'tokens-extrapolation': { fires: { tokens: 9.9 }, silent: { tokens: 10 } },
  'scale-unknown': {
    fires: { runs: runsOf(wide, [100, 1000], [NaN]) },
    silent: { runs: runsOf(wide, [100, 1000, NaN], [10, 30]) },
  },
  'vertex-optimum': { fires: { mixture: [0.96, 0.02, 0.02] }, silent: { mixture: [0.94, 0.03, 0.03] } },
  'thin-domain': { fires: { runs: withBooksIn(4) }, silent: { runs: withBooksIn(5) } },
  // 30 % of 20 billion tokens are 6 billion.
  repetition: { fires: { available: [1000, 1000, 1.49] }, silent: { available: [1000, 1000, 1.5] } },
  'proxy-repetition': {
    fires: { runs: runsOf(wide, [100, 1000], [0.1, 0.2]), available: [1000, 1000, 1.4] },
    silent: { runs: runsOf(wide, [100, 1000], [0.1, 20]), available: [1000, 1000, 1.4] },
  },
  'flat-optimum': {
    fires: { gains: [{ versus: 'current', value: 0.01, low: -1e-6, high: 0.02 }] },
    silent: { gains: [{ versus: 'current', value: 0.01, low: 1e-6, high: 0.02 }] },
  },
  'limits-cost': {
    fires: { gains: [{ versus: 'current', value: -0.01, low: -0.02, high: -1e-6 }] },
    silent: { gains: [{ versus: 'current', value: -0.01, low: -0.02, high: 1e-6 }] },
  },
};

/** Runs whose blends hold at most this share of books. */
function withBooksUpTo(share: number): Runs {
  const mixtures = wide.map(([web = 0, code = 0]) => {
    const rest = (1 - share) / (web + code);
    return [web * rest, code * rest, share];
  });
  return runsOf([...mixtures, [1, 0, 0], [0, 1, 0]], [100, 1000], [10, 30]);
}

function withBooksIn(count: number): Runs {
  const mixtures = wide.map(([web = 0, code = 0, books = 0], i) =>
    i < count ? [web, code, books] : [web + books, code, 0],
  );
  return runsOf(mixtures, [100, 1000], [10, 30]);
}

describe('guards', () => {
  it('are silent when nothing speaks against the mixture', () => {
    assert.deepEqual(guardsFor(calm), []);
  });

  for (const [code, { fires, silent }] of Object.entries(edges)) {
    it(`fire and stay silent where they should: ${code}`, () => {
      assert.ok(codes({ ...calm, ...fires }).includes(code as GuardCode), 'does not fire');
      assert.ok(!codes({ ...calm, ...silent }).includes(code as GuardCode), 'is not silent');
    });
  }

  it('fire outside the hull of the measured mixtures, with the share of tokens that is outside', () => {
    const runs = runsOf(
      [
        [0.5, 0.5, 0],
        [0.4, 0.6, 0],
        [0.6, 0.4, 0],
        [0.5, 0.4, 0.1],
        [0.5, 0.45, 0.05],
        [0.4, 0.59, 0.01],
        [0.4, 0.5, 0.1],
        [0.45, 0.5, 0.05],
      ],
      [100, 1000],
      [10, 30],
    );
    const [guard] = guardsFor({ ...calm, runs });
    assert.equal(guard!.code, 'outside-hull');
    assert.match(guard!.message, /^20 % of the tokens .*books \(30 % here, 10 % there\)/);
  });

  it('fire beyond the measured model sizes and tokens, and say by how much', () => {
    const guards = guardsFor({ ...calm, modelSize: 7000, tokens: 600 });
    assert.deepEqual(
      guards.map((g) => [g.code, g.severity]),
      [
        ['tokens-extrapolation', 'warning'],
        ['model-size-extrapolation', 'caution'],
      ],
    );
    assert.match(guards[1]!.message, /7\.0 times the largest measured model size/);
    assert.deepEqual(codes({ ...calm, tokens: 5 }), ['tokens-extrapolation']);
  });

  it('warn when all runs have one scale and the target has another', () => {
    const guards = guardsFor({ ...calm, runs: runsOf(wide, [100], [10, 30]) });
    assert.deepEqual(
      guards.map((g) => g.severity),
      ['warning'],
    );
    assert.match(guards[0]!.message, /nothing in the data tells/);
  });

  it('say when the scale of the runs is not known', () => {
    assert.deepEqual(codes({ ...calm, runs: runsOf(wide, [NaN], [10, 30]) }), ['scale-unknown']);
  });

  it('warn of a vertex', () => {
    assert.ok(codes({ ...calm, mixture: [0.97, 0.02, 0.01] }).includes('vertex-optimum'));
  });

  it('warn of a domain few runs contain', () => {
    const few = wide.map((h, i) => (i < 2 ? h : [h[0]! + h[2]!, h[1]!, 0]));
    const thin = guardsFor({ ...calm, runs: runsOf(few, [100, 1000], [10, 30]) }).find((g) => g.code === 'thin-domain');
    assert.match(thin!.message, /Only 2 runs contain books/);
  });

  it('warn once of several domains few runs contain', () => {
    const few = wide.map((h, i) => (i < 2 ? h : [1, 0, 0]));
    const thin = guardsFor({ ...calm, runs: runsOf(few, [100, 1000], [10, 30]) }).filter(
      (g) => g.code === 'thin-domain',
    );
    assert.equal(thin.length, 1);
    assert.match(thin[0]!.message, /Fewer than 5 runs contain each of \S+, books: their shares, \d+ % together/);
  });

  it('grade repetition: silent to 4 epochs, caution to 16, then a warning', () => {
    const severities = [2, 1.1, 0.4, 0.3].map(
      (stock) => guardsFor({ ...calm, available: [1000, 1000, stock] }).find((g) => g.code === 'repetition')?.severity,
    );
    assert.deepEqual(severities, [undefined, 'caution', 'caution', 'warning']);
  });

  it('note repetition that no proxy has seen', () => {
    const small = runsOf(wide, [100, 1000], [0.01, 30]);
    assert.ok(!codes({ ...calm, runs: small, available: [1000, 1000, 1] }).includes('proxy-repetition'));
    const tiny = runsOf(wide, [100, 1000], [0.01, 0.02]);
    assert.ok(codes({ ...calm, runs: tiny, available: [1000, 1000, 1] }).includes('proxy-repetition'));
  });

  it('say that a gain cannot be told from 0', () => {
    const [guard] = guardsFor({ ...calm, gains: [{ versus: 'uniform', value: 0.001, low: -0.002, high: 0.004 }] });
    assert.equal(guard!.code, 'flat-optimum');
    assert.match(guard!.message, /gain over uniform/);
  });

  it('say what limits cost when another mixture is sure to be better', () => {
    const [guard] = guardsFor({ ...calm, gains: [{ versus: 'uniform', value: -0.02, low: -0.03, high: -0.01 }] });
    assert.equal(guard!.code, 'limits-cost');
    assert.match(guard!.message, /0\.0200 nats higher than with uniform \(at least 0\.0100\)/);
  });

  it('count losses in the unit of the results', () => {
    const gains = [{ versus: 'uniform', value: 0.001, low: -0.002, high: 0.004 }];
    const messages = (['nats', 'bits-per-byte', 'perplexity'] as const).map(
      (lossKind) => guardsFor({ ...calm, runs: { ...calm.runs, lossKind }, gains })[0]!.message,
    );
    assert.match(messages[0]!, /0\.0010 nats is predicted/);
    assert.match(messages[1]!, /0\.0010 bits per byte is predicted/);
    assert.match(messages[2]!, /0\.0010 of perplexity is predicted/);
  });
});
