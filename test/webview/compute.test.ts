import assert from 'node:assert/strict';
import fc from 'fast-check';
import { predictorOf } from '../../src/core/fit/predictor';
import { between, panned, zoomed } from '../../webview/charts/zoom';
import { toCsv, toTsv } from '../../webview/components/table';
import { aimedLoss, alongDomain, alongTokens, logSpaced, withWeight } from '../../webview/compute/curves';
import { influence } from '../../webview/compute/influence';
import { summarise, thinned } from '../../webview/compute/residuals';
import {
  bandBetween,
  contour,
  HEIGHT,
  niceLevels,
  pointOf,
  sample,
  sharesOf,
  withShares,
} from '../../webview/compute/ternary';
import { advise } from '../../src/core/pipeline/advise';
import { moveWeight } from '../../webview/compute/trial';
import { answersFor } from '../../webview/evidence/calls';
import { median } from '../../webview/compute/median';
import { isSame } from '../../webview/same';
import { openSession } from '../../webview/session';
import { fitDocument } from '../fixtures/fitDocument';

const simplex = (minLength = 2, maxLength = 40) =>
  fc
    .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength, maxLength })
    .filter((values) => values.some((value) => value > 1e-6))
    .map((values) => {
      const sum = values.reduce((a, b) => a + b, 0);
      return values.map((value) => value / sum);
    });

const sumOf = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0);
const close = (actual: number, expected: number, tolerance = 1e-9): void =>
  assert.ok(Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)), `${actual} is not ${expected}`);

describe('moving one weight', () => {
  it('keeps the sum, the locked ones, and the proportions of the others', () => {
    fc.assert(
      fc.property(
        simplex(3),
        fc.nat(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.infiniteStream(fc.boolean()),
        (mixture, at, weight, locks) => {
          const index = at % mixture.length;
          const locked = mixture.map((_, j) => j !== index && locks.next().value === true);
          const moved = moveWeight(mixture, locked, index, weight);
          close(sumOf(moved), 1);
          const free = mixture.map((_, j) => j).filter((j) => j !== index && !locked[j]);
          mixture.forEach((before, j) => {
            if (locked[j]) assert.equal(moved[j], before);
          });
          for (const j of free) {
            for (const k of free)
              close((moved[j] as number) * (mixture[k] as number), (moved[k] as number) * (mixture[j] as number));
          }
          const room = 1 - sumOf(mixture.filter((_, j) => locked[j]));
          if (free.length > 0) close(moved[index] as number, Math.min(weight, Math.max(0, room)));
        },
      ),
    );
  });

  it('shares evenly among others that are all 0', () => {
    assert.deepEqual([...moveWeight([1, 0, 0], [false, false, false], 0, 0.4)], [0.4, 0.3, 0.3]);
    assert.deepEqual([...withWeight([1, 0, 0], 0, 0.4)], [0.4, 0.3, 0.3]);
  });
});

describe('a map of three domains', () => {
  const corners = [2, 0, 1];

  it('divides among three what they have together, and leaves the rest', () => {
    fc.assert(
      fc.property(simplex(4), simplex(3, 3), (mixture, [a = 0, b = 0, c = 0]) => {
        const moved = withShares(mixture, corners, [a, b, c]);
        close(sumOf(moved), 1);
        mixture.slice(3).forEach((weight, i) => assert.equal(moved[i + 3], weight));
        const shares = sharesOf(moved, corners);
        if (sumOf(mixture.slice(0, 3)) > 1e-6) [a, b, c].forEach((share, i) => close(shares?.[i] ?? NaN, share, 1e-6));
      }),
    );
  });

  it('covers the triangle with small ones of the same size, corners where they belong', () => {
    const surface = sample(4, () => 0);
    assert.equal(surface.shares.length, 15);
    assert.equal(surface.triangles.length, 16);
    assert.deepEqual(pointOf([1, 0, 0]), { x: 0, y: 0 });
    assert.deepEqual(pointOf([0, 0, 1]), { x: 0.5, y: HEIGHT });
    for (const triangle of surface.triangles) {
      const [a, b, c] = triangle.map((i) => pointOf(surface.shares[i]!));
      const area = Math.abs((b!.x - a!.x) * (c!.y - a!.y) - (c!.x - a!.x) * (b!.y - a!.y)) / 2;
      close(area, HEIGHT / 2 / 16);
    }
  });

  it('shades every place once, and draws contours where the function has their value', () => {
    const surface = sample(20, ([a, b]) => 2 * a + b * b);
    const edges = [-Infinity, 0.3, 0.5, 1.1, Infinity];
    const area = edges
      .slice(1)
      .reduce(
        (sum, high, k) =>
          sum + bandBetween(surface, edges[k]!, high).reduce((total, polygon) => total + areaOf(polygon), 0),
        0,
      );
    close(area, HEIGHT / 2, 1e-6);
    // On a plane the contour is exact: a = 0.3 is a straight line.
    const plane = sample(10, ([a]) => a);
    const pieces = contour(plane, 0.35);
    assert.ok(pieces.length > 5);
    for (const point of pieces.flat()) close(1 - point.x - point.y / HEIGHT / 2, 0.35);
  });

  it('has levels of the series 1, 2, 5 inside the range', () => {
    assert.deepEqual(niceLevels(0.3, 4), [0.02, 0.05, 0.1, 0.2]);
    assert.deepEqual(niceLevels(0, 4), []);
    assert.deepEqual(niceLevels(NaN, 4), []);
  });
});

const areaOf = (polygon: readonly { readonly x: number; readonly y: number }[]): number =>
  Math.abs(
    polygon.reduce((sum, { x, y }, i) => {
      const next = polygon[(i + 1) % polygon.length]!;
      return sum + x * next.y - next.x * y;
    }, 0),
  ) / 2;

describe('looking closer at an axis', () => {
  it('keeps the place under the hand, on both kinds of axes, and comes back', () => {
    const extent = fc.tuple(
      fc.double({ min: 0.01, max: 10, noNaN: true }),
      fc.double({ min: 11, max: 1e4, noNaN: true }),
    );
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        extent,
        share,
        fc.double({ min: 0.1, max: 10, noNaN: true }),
        fc.boolean(),
        (range, at, factor, log) => {
          const closer = zoomed(range, factor, at, log);
          const valueAt = ([low, high]: readonly [number, number]): number =>
            log ? low * (high / low) ** at : low + at * (high - low);
          close(valueAt(closer), valueAt(range), 1e-6);
          const [low, high] = zoomed(closer, 1 / factor, at, log);
          close(low, range[0], 1e-6);
          close(high, range[1], 1e-6);
        },
      ),
    );
  });

  it('frames what was dragged over, in either direction, and moves aside', () => {
    assert.deepEqual(between([0, 10], 0.8, 0.2, false), [2, 8]);
    const [low, high] = between([1, 100], 0, 0.5, true);
    close(low, 1);
    close(high, 10);
    assert.deepEqual(panned([0, 10], 0.5, false), [5, 15]);
  });
});

describe('curves', () => {
  const document = fitDocument({ domains: 4 });
  const predictor = predictorOf(document.fit);
  const mixture = Float64Array.of(0.4, 0.3, 0.2, 0.1);
  const weights = Float64Array.of(0.25, 0.25, 0.25, 0.25);

  it('go through the predictor’s own values', () => {
    const x = logSpaced(1, 100, 5);
    close(x[4] as number, 100);
    close((x[1] as number) ** 2, (x[0] as number) * (x[2] as number));
    const { losses } = alongTokens(predictor, mixture, 500, x, { weights });
    const single = new Float64Array(4);
    predictor.predict(mixture, 500, x[3] as number, single);
    close(losses[3] as number, sumOf(single) / 4);
    close(alongTokens(predictor, mixture, 500, x, { target: 2 }).losses[3] as number, single[2] as number);
  });

  it('along a domain pass the mixture itself at its own weight', () => {
    const single = new Float64Array(4);
    predictor.predict(mixture, 500, 10, single);
    const { losses } = alongDomain(predictor, mixture, 1, { modelSize: 500, tokens: 10 }, Float64Array.of(0.3), {
      target: 0,
    });
    close(losses[0] as number, single[0] as number);
  });

  it('skip targets without weight, even where they are missing', () => {
    assert.equal(aimedLoss(Float64Array.of(2, NaN), { weights: Float64Array.of(1, 0) }), 2);
    assert.ok(Number.isNaN(aimedLoss(Float64Array.of(2, NaN), { weights: Float64Array.of(0.5, 0.5) })));
  });

  it('have the influence table as their slope', () => {
    const table = influence(predictor, mixture, 500, 10);
    const step = 1e-6;
    for (let j = 0; j < 4; j++) {
      const at = (weight: number, target: number): number =>
        alongDomain(predictor, mixture, j, { modelSize: 500, tokens: 10 }, Float64Array.of(weight), { target })
          .losses[0] as number;
      for (let i = 0; i < 4; i++) {
        const h = mixture[j] as number;
        const slope = (at(h + step, i) - at(h - step, i)) / (2 * step);
        close(table[i * 4 + j] as number, 0.01 * slope, 1e-6);
      }
    }
  });
});

describe('what the page’s thread answers', () => {
  const document = fitDocument({ domains: 4, clean: true });
  const answers = answersFor(document);
  const options = { modelSize: 937, tokens: 20 };
  const at = { ...options, targetWeights: [1, 1, 1, 1] };
  const best = Float64Array.from(document.recommendation.mixture);
  const other = Float64Array.from([0.7, 0.1, 0.1, 0.1]);

  it('are intervals around the predictor’s own values', () => {
    const { losses, mean } = answers.losses({ ...at, mixture: other });
    const predicted = new Float64Array(4);
    predictorOf(document.fit).predict(other, options.modelSize, options.tokens, predicted);
    losses.forEach(({ value, low, high }, i) => {
      close(value, predicted[i] as number);
      assert.ok(low < value && value < high);
    });
    close(mean.value, sumOf(predicted) / 4);
  });

  it('are gains that add up over the targets, and turn round with the mixtures', () => {
    const [gain] = answers.gains({ ...at, mixture: best, others: [other] });
    const changes = answers.changes({ ...at, mixture: best, other });
    close(gain?.value ?? NaN, sumOf(changes.map(({ value }) => value)) / 4);
    const [back] = answers.gains({ ...at, mixture: other, others: [best] });
    close(back?.low ?? NaN, -(gain?.high ?? NaN));
    close((back?.probability ?? NaN) + (gain?.probability ?? NaN), 1);
    assert.ok((gain?.value ?? 0) > 0);
  });

  it('are regions around the optimum, and curves through the points asked for', () => {
    const { ranges, rise } = answers.region({ options, mixture: document.recommendation.mixture });
    ranges.forEach(({ low, high }, j) => assert.ok(low <= best[j]! && best[j]! <= high && low < high));
    assert.ok(rise > 0);
    const points = [best, other].map((mixture) => ({ mixture, ...options }));
    const band = answers.band({ points, target: 2, targetWeights: at.targetWeights });
    assert.deepEqual(band[1], answers.losses({ ...at, mixture: other }).losses[2]);
  });
});

describe('what the page’s thread answers of several laws', () => {
  const document = fitDocument({ domains: 4, together: 'additive', clean: true });
  const answers = answersFor(document);
  const { recommendation } = document;
  const mixture = Float64Array.from(recommendation.mixture);
  const other = Float64Array.from([0.4, 0.3, 0.2, 0.1]);
  const at = { modelSize: 937, tokens: 20, targetWeights: recommendation.targetWeights };

  it('is what the command line and the report say of the same document', () => {
    const options = { modelSize: 937, tokens: 20 };
    const { confidence, consensus } = advise(document, options, [{ label: 'other', mixture: [...other] }]);
    const [gain] = answers.gains({ ...at, mixture, others: [other] });
    const [expected] = confidence.gains;
    for (const key of ['value', 'low', 'high', 'probability'] as const) close(gain![key], expected![key], 1e-6);
    const { mean, losses } = answers.losses({ ...at, mixture });
    for (const key of ['value', 'low', 'high'] as const) {
      close(mean[key], confidence.objective[key], 1e-6);
      losses.forEach((loss, i) => close(loss[key], confidence.losses[i]![key], 1e-6));
    }
    const opinions = answers.opinions({ options, recommendation });
    assert.equal(opinions.length, 2);
    opinions.forEach((opinion, m) => close(opinion.regret, consensus!.members[m]!.regret, 1e-6));
  });

  it('is wider than what any one of them says where they disagree', () => {
    const { consensus, ...alone } = document;
    const width = ({ low, high }: { readonly low: number; readonly high: number }): number => high - low;
    const together = answers.losses({ ...at, mixture: other }).mean;
    const first = answersFor(alone).losses({ ...at, mixture: other }).mean;
    assert.ok(consensus!.members.length === 2 && Math.abs(first.value - together.value) > 0.01);
    assert.ok(width(together) > width(first));
  });
});

describe('entries of a session', () => {
  it('are those with a measured loss, with errors against the predictor', () => {
    const document = fitDocument({ domains: 5, missingLosses: true });
    const session = openSession(document, 'x', 'fresh', undefined);
    const entries = session.entries();
    const measured = document.observations.losses.flat().filter((loss) => loss !== null).length;
    assert.equal(entries.length, measured);
    const losses = new Float64Array(5);
    for (const entry of entries.slice(0, 20)) {
      const o = session.observations;
      session.predictor.predict(
        o.mixtures[entry.position]!,
        o.modelSizes[entry.position]!,
        o.tokens[entry.position]!,
        losses,
      );
      assert.equal(entry.predicted, losses[entry.target]);
      close(entry.error, entry.predicted / entry.observed - 1);
      assert.equal(entry.positive, (o.mixtures[entry.position]![entry.target] as number) > 0);
      assert.equal(entry.validation, document.fit.rows.validation.includes(entry.row));
    }
  });

  it('are summed up by target and thinned without losing the worst', () => {
    const session = openSession(fitDocument({ domains: 5 }), 'x', 'fresh', undefined);
    const entries = session.entries();
    const [first] = summarise(entries, 'target');
    const own = entries.filter((entry) => entry.target === first?.index);
    close(first?.mre ?? NaN, sumOf(own.map((entry) => Math.abs(entry.error))) / own.length);
    close(first?.bias ?? NaN, sumOf(own.map((entry) => entry.error)) / own.length);
    const few = thinned(entries, 50);
    assert.ok(few.length <= 50 && few.length >= 40, `${few.length}`);
    const worst = entries.reduce((a, b) => (Math.abs(a.error) > Math.abs(b.error) ? a : b));
    assert.ok(few.includes(worst));
    assert.equal(thinned(entries, 1e6), entries);
  });
});

describe('a table as text', () => {
  it('has a line for every row and no stray tabs or line breaks', () => {
    const text = toTsv({
      caption: '',
      rows: ['a\tb', 'c\r\nd'],
      limit: 1,
      columns: [
        { header: 'Name', text: (row: string) => row },
        { header: 'Length', text: (row: string) => String(row.length) },
      ],
    });
    assert.equal(text, 'Name\tLength\na b\t3\nc d\t4\n');
  });

  it('quotes what commas, quotes and line breaks would tear apart', () => {
    const rows = ['plain', 'a,b', 'say "so"', 'two\nlines'];
    const text = toCsv({ caption: '', rows, columns: [{ header: 'Text', text: (row: string) => row }] });
    assert.equal(text, ['Text', 'plain', '"a,b"', '"say ""so"""', '"two\nlines"', ''].join('\n'));
  });
});

describe('medians', () => {
  it('are those of the sorted numbers, ties and all', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), fc.constantFrom(0, 0.1, 1)), {
          minLength: 1,
        }),
        (values) => {
          const sorted = Float64Array.from(values).sort();
          const half = sorted.length >> 1;
          const expected = sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
          // 0 and −0 are one number.
          assert.equal(median(Float64Array.from(values)) + 0, expected + 0);
        },
      ),
    );
    assert.ok(Number.isNaN(median(new Float64Array())));
  });
});

describe('messages', () => {
  it('are the same when their texts are', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        assert.ok(isSame(a, structuredClone(a)));
        assert.equal(isSame([a], [b]), JSON.stringify(sortedKeys(a)) === JSON.stringify(sortedKeys(b)));
      }),
    );
    assert.ok(!isSame({ a: 1 }, { a: 1, b: 2 }));
    assert.ok(!isSame([1, 2], [1]));
    assert.ok(!isSame({ a: null }, { a: {} }));
  });
});

/** Objects with their keys in order. */
function sortedKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? 'minus nothing' : value;
  if (Array.isArray(value)) return value.map(sortedKeys);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  // An object, so that no array is taken for one.
  return { entries: entries.map(([key, item]) => [key, sortedKeys(item)]) };
}
