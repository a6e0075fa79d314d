import assert from 'node:assert/strict';
import { readMixtures } from '../../../src/core/mixtures/read';
import { parseNumber } from '../../../src/core/mixtures/syntax/number';
import type { Mixture } from '../../../src/core/mixtures/types';
import { fixtures, type Fixture } from './support/fixtures';

const all = fixtures();
const mixtures = all.filter(({ format }) => format !== 'negatives' && format !== 'other-meanings');
const expressions = (text = ''): Map<string, number> =>
  new Map(
    text === ''
      ? []
      : text
          .split(',')
          .map((part) => [part.slice(0, part.lastIndexOf(':')), Number(part.slice(part.lastIndexOf(':') + 1))]),
  );

describe('mixtures as frameworks write them', () => {
  it('has at least two fixtures for each of thirty formats, and ten negatives', () => {
    const counts = new Map<string, number>();
    for (const { format } of mixtures) counts.set(format, (counts.get(format) ?? 0) + 1);
    const twice = [...counts].filter(([, count]) => count >= 2);
    assert.ok(twice.length >= 30, `${twice.length} formats`);
    assert.ok(all.filter(({ format }) => format === 'negatives').length >= 10);
  });

  for (const fixture of mixtures) it(`${fixture.format}: ${fixture.fileName}`, () => expectFixture(fixture));
});

function expectFixture({ format, fileName, text, weights, notes }: Fixture): void {
  const reading = readMixtures(fileName, text);
  assert.equal(reading.kind, 'mixture');
  assert.equal(reading.format, format);
  const codes = [...new Set(reading.problems.map(({ code }) => code))].sort().join(',');
  assert.equal(codes, notes.get('problems') ?? '');
  const count = Math.max(0, ...weights.map(({ mixture }) => mixture)) + 1;
  assert.equal(reading.mixtures.length, count);
  const labels = notes.get('labels');
  if (labels !== undefined)
    assert.deepEqual(
      reading.mixtures.map(({ label }) => label),
      labels.split(','),
    );
  else assert.equal(reading.mixtures[0]!.label, 'train');
  reading.mixtures.forEach((mixture, i) => expectMixture(mixture, i, { format, fileName, text, weights, notes }));
}

function expectMixture(mixture: Mixture, index: number, fixture: Fixture): void {
  const { text, notes } = fixture;
  const shared = notes.get('shared');
  if (shared !== undefined) return expectShared(mixture, shared, fixture);
  const computed = expressions(notes.get('expression'));
  const repeated = expressions(notes.get('repeated'));
  const expected = fixture.weights.filter((weight) => weight.mixture === index);
  assert.deepEqual(
    mixture.weights.map(({ domain }) => domain),
    expected.map(({ domain }) => domain),
  );
  const raws = expected.map(
    ({ domain, text: written }) => repeated.get(domain) ?? computed.get(domain) ?? parseNumber(written)!,
  );
  const sum = raws.reduce((total, raw) => total + raw, 0);
  mixture.weights.forEach((weight, i) => {
    const { start, end, fraction, domain } = expected[i]!;
    assert.deepEqual(weight.range, { start, end }, `range of ${domain}`);
    assert.ok(Math.abs(weight.raw - raws[i]!) < 1e-12, `raw of ${domain}`);
    assert.ok(Math.abs(weight.fraction - (fraction ?? raws[i]! / sum)) < 1e-9, `share of ${domain}`);
    assert.equal(weight.editable, !computed.has(domain), `${domain} editable`);
    // The name stands in the text, in front of the number or behind it, and is where it is said to be.
    const name = weight.nameRange && text.slice(weight.nameRange.start, weight.nameRange.end);
    if (name !== undefined) assert.ok(!/[\r\n]/.test(name) || name.length < 80, `name of ${domain}: ${name}`);
  });
  const unit = notes.get('unit');
  if (unit !== undefined) assert.equal(mixture.unit, unit);
  const given = notes.get('sum');
  if (given !== undefined) assert.ok(Math.abs(mixture.sum - Number(given)) < 1e-9, `sum ${mixture.sum}`);
  const size = notes.get('size');
  if (size !== undefined) assert.ok(Math.abs(mixture.modelSize! - Number(size)) < 1e-6);
  const tokens = notes.get('tokens');
  if (tokens === 'none') assert.equal(mixture.tokens, undefined);
  else if (tokens !== undefined && index === 0)
    assert.ok(Math.abs(mixture.tokens! - Number(tokens)) < 1e-9, `tokens ${mixture.tokens}`);
}

/** A loop's body: many domains share one number, which nobody can rewrite for one of them. */
function expectShared(mixture: Mixture, number: string, { text, notes }: Fixture): void {
  const domains = notes.get('domains')!.split(',');
  assert.deepEqual(
    mixture.weights.map(({ domain }) => domain),
    domains,
  );
  const start = text.indexOf(number);
  for (const weight of mixture.weights) {
    assert.deepEqual(weight.range, { start, end: start + number.length });
    assert.equal(weight.editable, false);
    assert.ok(Math.abs(weight.fraction - 1 / domains.length) < 1e-12);
  }
}

describe('files that hold no mixture', () => {
  for (const { fileName, text } of all.filter(({ format }) => format === 'negatives')) {
    it(fileName, () => {
      const reading = readMixtures(fileName, text);
      assert.equal(reading.kind, 'unknown');
      assert.deepEqual(reading.mixtures, []);
    });
  }
});

describe('weights that are something else than shares', () => {
  for (const { fileName, text, notes } of all.filter(({ format }) => format === 'other-meanings')) {
    it(fileName, () => {
      const reading = readMixtures(fileName, text);
      assert.equal(reading.kind, 'not-a-mixture');
      assert.deepEqual(reading.mixtures, []);
      assert.deepEqual([...new Set(reading.problems.map(({ code }) => code))], [notes.get('problems')]);
      assert.ok(reading.problems.every(({ message }) => message.length > 20));
    });
  }
});
