import assert from 'node:assert/strict';
import fc from 'fast-check';
import { predictorOf } from '../../src/core/fit/predictor';
import { toTsv } from '../../webview/components/table';
import { aimedLoss, alongDomain, alongTokens, logSpaced, withWeight } from '../../webview/compute/curves';
import { influence } from '../../webview/compute/influence';
import { mixtureText, roundedMixture } from '../../webview/compute/mixtureText';
import { summarise, thinned } from '../../webview/compute/residuals';
import { moveWeight } from '../../webview/compute/trial';
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

describe('a mixture as text', () => {
  it('is rounded so that it sums to exactly 1 and no weight is off by a unit', () => {
    fc.assert(
      fc.property(simplex(), (mixture) => {
        const rounded = roundedMixture(mixture);
        assert.equal(Math.round(sumOf(rounded) * 1e8), 1e8);
        rounded.forEach((weight, j) => assert.ok(Math.abs(weight - (mixture[j] as number)) < 1e-4 + 1e-9));
      }),
    );
  });

  it('comes as JSON, YAML and arguments that read back', () => {
    const names = ['books', 'on', 'a: b', '__proto__'];
    const mixture = [0.5, 0.25, 0.125, 0.125];
    assert.deepEqual(Object.entries(JSON.parse(mixtureText(names, mixture, 'json')) as object).length, 4);
    assert.equal(mixtureText(names, mixture, 'yaml'), 'books: 0.5\n"on": 0.25\n"a: b": 0.125\n__proto__: 0.125\n');
    assert.equal(mixtureText(['a', 'b'], [0.5, 0.5], 'cli'), 'a=0.5,b=0.5');
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
});
