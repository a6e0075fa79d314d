import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DomainText, Passages } from '../../../examples/ngram-lab/corpus';
import { drawTrainingText, makeCorpus } from '../../../examples/ngram-lab/corpus';
import { domainNames, labCorpus, trainAndMeasure } from '../../../examples/ngram-lab/lab';
import { appendResults, resultsHeader, resultsRow } from '../../../examples/ngram-lab/resultsFile';
import { parseScales, PROXY_SCALES, roundedMixture, sweepRuns } from '../../../examples/ngram-lab/sweep';
import { labMixture } from '../../../examples/ngram-lab/train';
import { MixlawError } from '../../../src/core/errors';

const lab = path.resolve('examples/ngram-lab');
const passageTexts = ({ bytes, starts }: Passages): string[] =>
  Array.from({ length: starts.length - 1 }, (_, p) =>
    Buffer.from(bytes.subarray(starts[p], starts[p + 1])).toString('latin1'),
  );
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const uniform = new Array<number>(domainNames.length).fill(1 / domainNames.length);

describe('lab: corpus', () => {
  it('has at least five domains of a megabyte or more, and held-out text of each', () => {
    assert.ok(domainNames.length >= 5);
    for (const { name, train, heldOut } of labCorpus()) {
      assert.ok(train.bytes.length >= 1e6, name);
      assert.ok(heldOut.bytes.length >= 25_000, name);
    }
  });

  it('leaks next to nothing: hardly a held-out passage occurs among the training passages of any domain', () => {
    const training = new Set(labCorpus().flatMap(({ train }) => passageTexts(train)));
    for (const { name, heldOut } of labCorpus()) {
      const passages = passageTexts(heldOut).filter((text) => text.length >= 100);
      const seen = passages.filter((text) => training.has(text)).length;
      assert.ok(seen <= 0.02 * passages.length, `${name}: ${seen} of ${passages.length}`);
    }
  });

  it('keeps documents of one group on one side', () => {
    const documents = Array.from({ length: 400 }, (_, i) => ({ group: `g${i % 100}`, text: `<${i % 100}>` }));
    const [text] = makeCorpus([{ name: 'd', documents: () => documents }]);
    const heldOut = new Set(passageTexts(text!.heldOut));
    const train = new Set(passageTexts(text!.train));
    assert.ok(heldOut.size > 0 && train.size > heldOut.size);
    assert.equal(heldOut.size + train.size, 100);
  });

  const numbered = (name: string, passages: number): DomainText => {
    const documents = Array.from({ length: passages }, (_, i) => ({
      group: `${i}`,
      text: `${name}${i}`.padEnd(10, '.'),
    }));
    return makeCorpus([{ name, documents: () => documents }])[0]!;
  };

  it('draws the bytes the mixture asks for, without repetition until a text is used up', () => {
    const corpus = [numbered('a', 100), numbered('b', 10)];
    const drawn = passageTexts(drawTrainingText(corpus, [0.6, 0.4], 1000, 7));
    assert.equal(drawn.join('').length, 1000);
    const ofA = drawn.filter((text) => text.startsWith('a'));
    assert.equal(ofA.join('').length, 600);
    assert.equal(new Set(ofA).size, ofA.length);
    const times = new Map<string, number>();
    for (const text of drawn.filter((t) => t.startsWith('b') && t.length === 10))
      times.set(text, (times.get(text) ?? 0) + 1);
    const epochs = [...times.values()];
    assert.equal(times.size, corpus[1]!.train.starts.length - 1);
    assert.ok(Math.min(...epochs) >= 4 && Math.max(...epochs) - Math.min(...epochs) <= 1);
  });

  it('draws the same text for one seed and another for another', () => {
    const draw = (seed: number): string => passageTexts(drawTrainingText(labCorpus(), uniform, 20_000, seed)).join('');
    assert.equal(draw(3), draw(3));
    assert.notEqual(draw(3), draw(4));
  });
});

describe('lab: training', () => {
  it('is deterministic by seed', () => {
    const run = { mixture: uniform, modelSize: 1000, tokens: 60_000, seed: 5 };
    assert.deepEqual(trainAndMeasure(run), trainAndMeasure(run));
    assert.notDeepEqual(trainAndMeasure(run), trainAndMeasure({ ...run, seed: 6 }));
  });

  it('reaches lower losses with more capacity, with more tokens, and with more of a domain', () => {
    const loss = (modelSize: number, tokens: number): number =>
      mean(trainAndMeasure({ mixture: uniform, modelSize, tokens, seed: 1 }));
    const small = loss(500, 100_000);
    const larger = loss(8000, 100_000);
    assert.ok(larger < small - 0.1, `${larger} ${small}`);
    assert.ok(loss(8000, 400_000) < larger - 0.1);
    const withNovel = [0.6, 0.08, 0.08, 0.08, 0.08, 0.08];
    const [novel] = trainAndMeasure({ mixture: withNovel, modelSize: 4000, tokens: 100_000, seed: 1 });
    const [before] = trainAndMeasure({ mixture: uniform, modelSize: 4000, tokens: 100_000, seed: 1 });
    assert.ok(novel! < before! - 0.05);
  });

  it('makes domains compete for capacity: with the same bytes of a novel, more other text raises its loss when capacity is short', () => {
    const novelLoss = (modelSize: number, share: number): number => {
      const rest = (1 - share) / 2;
      const mixture = domainNames.map((name) =>
        name === 'novel' ? share : name === 'compiler' || name === 'messages' ? rest : 0,
      );
      return trainAndMeasure({ mixture, modelSize, tokens: Math.round(100_000 / share), seed: 2 })[0]!;
    };
    const cost = (modelSize: number): number => novelLoss(modelSize, 0.2) - novelLoss(modelSize, 1);
    assert.ok(cost(2000) > 0.1, `${cost(2000)}`);
    assert.ok(cost(2000) > 2 * cost(1_000_000), `${cost(2000)} ${cost(1_000_000)}`);
  });
});

describe('lab: configs and results', () => {
  it('takes mixtures from configs that Mixlaw recognises', () => {
    for (const file of ['uniform.yaml', 'code.yaml', 'proportional.json']) {
      const weights = labMixture(file, readFileSync(path.join(lab, 'mixtures', file), 'utf8'));
      assert.equal(weights.length, domainNames.length);
      assert.ok(Math.abs(weights.reduce((a, b) => a + b, 0) - 1) < 1e-9, file);
      assert.ok(weights.every((weight) => weight > 0));
    }
    const json = '{"train_domain_weights": {"messages": 3, "novel": 1}, "eval_domain_weights": {"novel": 1}}';
    assert.deepEqual(labMixture('mine.json', json), [0.25, 0, 0, 0, 0, 0.75]);
  });

  it('could train on every config of the example, whatever its format', () => {
    for (const file of readdirSync('examples/configs')) {
      const weights = labMixture(file, readFileSync(path.join('examples/configs', file), 'utf8'));
      assert.ok(Math.abs(weights.reduce((a, b) => a + b, 0) - 1) < 1e-9, file);
      assert.ok(
        weights.every((weight) => weight >= 0.04 && weight <= 0.55),
        file,
      );
    }
  });

  it('says what is wrong with a config it cannot train on', () => {
    const code = (text: string) => (error: unknown) => error instanceof MixlawError && error.code === text;
    assert.throws(() => labMixture('a.yaml', 'learning_rate: 1\n'), code('no-mixture'));
    const json = '{"train_domain_weights": {"poems": 1}, "eval_domain_weights": {"novel": 1}}';
    assert.throws(() => labMixture('a.json', json), code('unknown-domain'));
  });

  it('measures the committed results again, to the last digit', () => {
    const [header, ...rows] = readFileSync('examples/results.csv', 'utf8').trimEnd().split('\n');
    assert.equal(header, resultsHeader);
    const sweep = sweepRuns(24, PROXY_SCALES, 1);
    assert.equal(rows.length, sweep.length);
    for (const at of [0, 81, 143]) {
      const run = sweep[at]!;
      assert.equal(
        rows[at],
        resultsRow(`s1-${at}`, run, trainAndMeasure(run)),
        'Did a pinned package change? Sweep again.',
      );
    }
  });

  it('appends to a results file of the same columns only', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'lab-'));
    const file = path.join(folder, 'mine.csv');
    appendResults(file, ['a', 'b']);
    appendResults(file, ['c']);
    assert.equal(readFileSync(file, 'utf8'), `${resultsHeader}\na\nb\nc\n`);
    const other = path.join(folder, 'other.csv');
    writeFileSync(other, 'x,y\n1,2\n');
    assert.throws(() => appendResults(other, ['a']), MixlawError);
    assert.equal(readFileSync(other, 'utf8'), 'x,y\n1,2\n');
  });

  it('sweeps mixtures that sum to 1, each at every scale, with a seed of its own per run', () => {
    const runs = sweepRuns(5, parseScales('10:100,10:2K,20:3K'), 4);
    assert.equal(runs.length, 15);
    assert.equal(new Set(runs.map((run) => run.seed)).size, 15);
    assert.equal(new Set(runs.map((run) => run.mixture.join())).size, 5);
    for (const { mixture } of runs) assert.ok(Math.abs(mixture.reduce((a, b) => a + b, 0) - 1) < 1e-12);
    assert.deepEqual(roundedMixture([0.33333, 0.33333, 0.33334], 2), [0.34, 0.33, 0.33]);
  });
});
