import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Random } from '../../../src/core/random';
import { readMixtures } from '../../../src/core/mixtures/read';
import { decimalsOf } from '../../../src/core/mixtures/syntax/number';
import { applyEdits, applyMixture } from '../../../src/core/mixtures/write/apply';
import { exportMixture, writableFormats } from '../../../src/core/mixtures/write/export';
import type { Mixture, MixtureWeight, TextRange } from '../../../src/core/mixtures/types';
import { fixtures } from './support/fixtures';

const seeds = fc.integer({ min: 0, max: 2 ** 31 });

function tokensOf({ weights }: Mixture): TextRange[] {
  const ranges = weights.flatMap(({ range, parts, factors = [] }) => [
    ...(parts ? parts.map((part) => part.range) : [range]),
    ...factors.map((factor) => factor.range),
  ]);
  return [...new Map(ranges.map((range) => [range.start, range])).values()].sort((a, b) => a.start - b.start);
}

/** The text with every number of the mixture cut out. */
function around(text: string, mixture: Mixture): string {
  let result = '';
  let at = 0;
  for (const { start, end } of tokensOf(mixture)) {
    result += `${text.slice(at, start)}#`;
    at = end;
  }
  return result + text.slice(at);
}

/** The coarsest step of the numbers that were written, as a part of the sum of their level. */
function precision(text: string, mixture: Mixture): number {
  const tokens = tokensOf(mixture).map(({ start, end }) => text.slice(start, end));
  const smallest = Math.min(...tokens.map(Number).filter((value) => value > 0.01), mixture.sum);
  const step = 10 ** -Math.min(...tokens.map(decimalsOf));
  const nested = mixture.weights.some(({ factors }) => factors);
  return nested ? (4 * step) / Math.min(smallest, mixture.sum) : (1.001 * tokens.length * step) / mixture.sum;
}

function expectRoundTrip(fileName: string, text: string, index: number, seed: number): void {
  const before = readMixtures(fileName, text).mixtures[index]!;
  const shares = new Random(seed).simplex(before.weights.length);
  const wanted = new Map(before.weights.map(({ domain }, i) => [domain, shares[i]!]));
  const result = applyMixture(text, fileName, before, wanted);
  if (result.kind === 'refusal') assert.fail(result.message);
  const edited = applyEdits(text, result.edits);
  const after = readMixtures(fileName, edited).mixtures[index]!;
  assert.equal(around(edited, after), around(text, before), 'text outside the numbers');
  const tolerance = precision(edited, after);
  after.weights.forEach(({ domain, fraction }) => {
    assert.ok(
      Math.abs(fraction - wanted.get(domain)!) <= tolerance + 1e-15,
      `${domain}: ${fraction} for ${wanted.get(domain)} (± ${tolerance})\n${edited}`,
    );
  });
  assert.ok(Math.abs(after.sum - before.sum) <= 0.011 * before.sum, `sum ${before.sum} became ${after.sum}`);
}

const editable = ({ weights }: Mixture): boolean => weights.every((weight: MixtureWeight) => weight.editable);

describe('writing a mixture back', () => {
  for (const { format, fileName, text } of fixtures()) {
    readMixtures(fileName, text).mixtures.forEach((mixture, index) => {
      if (!editable(mixture) || mixture.weights.length < 2) return;
      it(`${format}: ${fileName}, ${mixture.label}`, () => {
        fc.assert(
          fc.property(seeds, (seed) => expectRoundTrip(fileName, text, index, seed)),
          { numRuns: 5, seed: 1 },
        );
      });
    });
  }

  for (const { id } of writableFormats()) {
    it(`exports to ${id}, reads it again, and writes another mixture into it`, () => {
      fc.assert(
        fc.property(seeds, fc.integer({ min: 2, max: 12 }), (seed, count) => {
          const random = new Random(seed);
          const domains = Array.from({ length: count }, (_, i) => `domain_${i}.v${random.below(9)}`);
          const shares = [...random.simplex(count)];
          const { fileName, text } = exportMixture(id, domains, shares);
          const reading = readMixtures(fileName, text);
          assert.equal(reading.format, id);
          assert.deepEqual(
            reading.problems.filter(({ severity }) => severity === 'error'),
            [],
          );
          const [mixture] = reading.mixtures;
          assert.equal(mixture!.weights.length, count);
          mixture!.weights.forEach(({ fraction, domain }, i) => {
            assert.ok(Math.abs(fraction - shares[i]!) < 2e-6);
            assert.ok(domain.includes(domains[i]!), domain);
          });
          assert.ok(Math.abs(mixture!.sum - 1) < 1e-9);
          expectRoundTrip(fileName, text, 0, seed + 1);
        }),
        { numRuns: 4, seed: 2 },
      );
    });
  }
});

describe('what writing back keeps', () => {
  const apply = (fileName: string, text: string, shares: Readonly<Record<string, number>>): string => {
    const result = applyMixture(
      text,
      fileName,
      readMixtures(fileName, text).mixtures[0]!,
      new Map(Object.entries(shares)),
    );
    return result.kind === 'edits' ? applyEdits(text, result.edits) : `${result.code}: ${result.message}`;
  };

  it('writes token counts as whole numbers, with the digit groups of the file', () => {
    const text = 'DATA_PATH="3_000_000 /d/a_text_document 1000000.0 /d/b_text_document"';
    assert.equal(
      apply('x.sh', text, { a: 0.25, b: 0.75 }),
      'DATA_PATH="1_000_000 /d/a_text_document 3000000 /d/b_text_document"',
    );
  });

  it('leaves entries at zero that are only evaluated on, and domains that are not named', () => {
    const text = 'tokenizer: x\ntrain_weights:\n  a: 0.6\n  b: 0.3\n  c: 0.100\n  held/out: 0.0\n';
    assert.equal(apply('x.yaml', text, { a: 0.2, b: 0.7 }), text.replace('0.6', '0.200').replace('0.3', '0.700'));
  });

  it('writes both levels of a nested Olmix mixture', () => {
    const text =
      'proxy_model_id: x\nmix:\n  web:\n    weight: 0.8\n    code: {weight: 0.625}\n    school: {weight: 0.375}\n  wiki: 0.2\n';
    const edited = apply('x.yaml', text, { 'web:code': 0.1, 'web:school': 0.3, wiki: 0.6 });
    assert.equal(
      edited,
      text.replace('0.2', '0.60').replace('0.8', '0.40').replace('0.625', '0.250').replace('0.375', '0.750'),
    );
  });

  it('keeps the sum when a share needs more decimals than the file has: OLMo-core stops at any other', () => {
    const text =
      'sources:\n' + [0.5, 0.3, 0.2].map((x, i) => `- {name: d${i}, target_ratio: ${x}, paths: [x]}\n`).join('');
    const edited = apply('x.yaml', text, { d0: 0.6, d1: 0.396, d2: 0.004 });
    const numbers = [...edited.matchAll(/target_ratio: ([\d.]+)/g)].map(([, number]) => number);
    assert.deepEqual(numbers, ['0.6060', '0.39', '0.0040']);
    assert.deepEqual(readMixtures('x.yaml', edited).problems, []);
  });

  it('does not turn a small share into zero', () => {
    const text = '{"train_domain_weights": {"a": 0.50, "b": 0.50}}';
    assert.match(apply('x.json', text, { a: 0.9999, b: 0.0001 }), /"b": 0\.00010}/);
  });

  it('keeps a sum that is not one', () => {
    const text = '{"train_domain_weights": {"a": 40.2, "b": 40.2}}';
    assert.equal(apply('x.json', text, { a: 0.75, b: 0.25 }), '{"train_domain_weights": {"a": 60.3, "b": 20.1}}');
  });

  it('refuses with a reason', () => {
    const loop = 'for i in 1 2; do DATA_PATH+="0.5 /d/$i/a_text_document "; done\nx --data-path $DATA_PATH\n';
    assert.match(apply('x.sh', loop, { '1/a': 0.1, '2/a': 0.9 }), /^not-editable: /);
    assert.match(
      apply('x.py', 'train_data_config = [("a", 0.25), ("b", 1 - 0.25)]\n', { a: 0.5, b: 0.5 }),
      /^not-editable: /,
    );
    const json = '{"train_domain_weights": {"a": 0.5, "b": 0.5}}';
    assert.match(apply('x.json', json, { a: 0.5, z: 0.5 }), /^unknown-domain: .*z/);
    assert.match(apply('x.json', json, { a: 0, b: 0 }), /^bad-fractions: /);
    assert.match(apply('x.json', json, { a: NaN, b: 1 }), /^bad-fractions: /);
    const mixture = readMixtures('x.json', json).mixtures[0]!;
    const result = applyMixture(` ${json}`, 'x.json', mixture, new Map([['a', 1]]));
    assert.equal(result.kind === 'refusal' && result.code, 'stale');
  });

  it('does not rewrite a number that others use by alias', () => {
    const text = 'w: &w 0.5\ntokenizer: x\ntrain_weights: {a: *w, b: 0.5}\n';
    assert.match(apply('x.yaml', text, { a: 0.1, b: 0.9 }), /^not-editable: /);
  });
});

describe('export', () => {
  it('refuses names that a format cannot hold, and unknown formats', () => {
    assert.throws(() => exportMixture('doge', ['a,b', 'c'], [0.5, 0.5]), { code: 'unwritable-name' });
    assert.throws(() => exportMixture('megatron', ['a b', 'c'], [0.5, 0.5]), { code: 'unwritable-name' });
    assert.throws(() => exportMixture('nothing', ['a'], [1]), { code: 'unknown-format' });
    assert.throws(() => exportMixture('doremi', ['a', 'b'], [1, -1]), { code: 'bad-fractions' });
  });

  it('quotes hostile names', () => {
    const names = ['"; rm -rf /', '__proto__', "it's: #1", '{{x}}'];
    const { fileName, text } = exportMixture('levanter', names, [0.1, 0.2, 0.3, 0.4]);
    assert.deepEqual(
      readMixtures(fileName, text).mixtures[0]!.weights.map(({ domain }) => domain),
      names,
    );
  });
});
