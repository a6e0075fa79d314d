import assert from 'node:assert/strict';
import { parseFitDocument, serializeFitDocument } from '../../../src/core/fitfile/document';
import { predictorOf } from '../../../src/core/fit/predictor';
import { membersOf, predictorOfDocument, withOneLaw } from '../../../src/core/fitfile/consensus';
import type { FitDocument } from '../../../src/core/fitfile/types';
import { FitDocumentError, PredictionError } from '../../../src/core/errors';
import { inThisThread } from '../../../src/core/judge/inThisThread';
import { advise } from '../../../src/core/pipeline/advise';
import { lawsAsGoodAsBest } from '../../../src/core/pipeline/consensus';
import { fitResults, type FitInput } from '../../../src/core/pipeline/fitResults';
import { mixlaw, smallResults } from '../cli/support';

const file = { name: 'r.csv', bytes: new TextEncoder().encode(smallResults()), sha256: 'a'.repeat(64) };
const input: FitInput = {
  files: [file],
  documentNames: ['r.csv'],
  results: {},
  options: { law: 'auto', starts: 1 },
};

/** A document of two laws, whichever are tied on such data. */
async function twoLaws(): Promise<FitDocument> {
  const { document } = await fitResults(inThisThread, input);
  const comparison = document.comparison!;
  const rows = comparison.rows
    .filter(({ kind, law }) => kind !== 'law' || ['exponential', 'own-power'].includes(law))
    .map((row, i) => ({ ...row, mre: { all: 0.01 + 0.001 * i, positive: 0.01 } }));
  const verdict = { ...comparison.verdict, best: rows[0]!.law, tiedWith: ['exponential', 'own-power'] };
  return (await fitResults(inThisThread, { ...input, comparison: { ...comparison, rows, verdict } })).document;
}

describe('laws as good as the best', () => {
  const row = (law: string, error: number | null, kind = 'law'): object => ({ law, kind, mre: { all: error } });

  it('are close to it, or tied with it and not far off; three at most, and laws only', () => {
    const comparison = (tiedWith: string[]) =>
      ({
        rows: [
          row('stack', 0.01, 'stack'),
          row('additive', 0.02),
          row('joint', 0.024),
          row('mean', 0.0245, 'baseline'),
          row('linear', null),
          row('overlap', 0.03),
          row('bimix', 0.035),
          row('quantization', 0.05),
        ],
        verdict: { best: 'additive', tiedWith, reason: '' },
        method: { mask: 'all' },
      }) as unknown as Parameters<typeof lawsAsGoodAsBest>[0];
    const laws = (tied: string[]): string[] => lawsAsGoodAsBest(comparison(tied)).map(({ law }) => law);
    assert.deepEqual(laws([]), ['additive', 'joint'], 'told apart, and as good in practice');
    assert.deepEqual(laws(['overlap', 'bimix', 'stack', 'linear']), ['additive', 'joint', 'overlap']);
    assert.deepEqual(laws(['quantization']), ['additive', 'joint'], 'not told apart, and much worse');
    assert.deepEqual(lawsAsGoodAsBest(comparison(['joint']))[1], { law: 'joint', error: 0.024 });
  });
});

describe('fit --law auto', () => {
  let document: FitDocument;
  before(async () => (document = await twoLaws()));

  it('keeps every tied law with its fit and share, and recommends the optimum of their mean', () => {
    const { consensus, fit, recommendation } = document;
    const [first, second] = consensus!.members;
    assert.equal(first!.law, fit.law);
    assert.equal(first!.fit, undefined);
    assert.equal(second!.fit!.law, second!.law);
    assert.ok(first!.error <= second!.error && first!.weight >= second!.weight);
    assert.ok(Math.abs(first!.weight + second!.weight - 1) < 1e-12);
    assert.equal(consensus!.domains.length, 3);
    const losses = new Float64Array(3);
    const loss = (mixture: readonly number[]): number => {
      predictorOfDocument(document).predict(Float64Array.from(mixture), 1, 1, losses);
      return losses.reduce((sum, value) => sum + value / 3, 0);
    };
    assert.ok(Math.abs(loss(recommendation.mixture) - recommendation.objective) < 1e-12);
    for (const { mixture, regret } of consensus!.members) {
      assert.ok(regret >= 0);
      assert.ok(loss(mixture) >= recommendation.objective - 1e-9, 'no member’s own optimum is better for their mean');
    }
  });

  it('survives being written and read, and a document whose members do not fit together is refused', () => {
    const text = serializeFitDocument(document);
    const again = parseFitDocument(text, 'f.mixlaw.json');
    assert.equal(serializeFitDocument(again), text);
    assert.deepEqual(
      membersOf(again).map(({ fit }) => fit.law),
      document.consensus!.members.map(({ law }) => law),
    );
    const broken = JSON.parse(text) as { consensus: { members: { mixture: number[]; fit?: unknown }[] } };
    broken.consensus.members[1]!.mixture.pop();
    assert.throws(() => parseFitDocument(JSON.stringify(broken), 'f'), FitDocumentError);
    const without = JSON.parse(text) as typeof broken;
    delete without.consensus.members[1]!.fit;
    assert.throws(() => parseFitDocument(JSON.stringify(without), 'f'), /every member but the first/);
  });

  it('gives advice that says what each law wants, with intervals that hold all of them', () => {
    const compared = [{ label: 'uniform', mixture: [1 / 3, 1 / 3, 1 / 3] }];
    const options = { modelSize: 1, tokens: 1 };
    const { consensus, confidence, recommendation } = advise(document, options, compared);
    assert.deepEqual(recommendation.mixture, document.recommendation.mixture);
    assert.equal(consensus!.members.length, 2);
    // Where the laws differ the interval is at least as wide as their difference makes it.
    const losses = new Float64Array(3);
    const between = membersOf(document).reduce((sum, { fit, weight }) => {
      predictorOf(fit).predict(Float64Array.from(recommendation.mixture), 1, 1, losses);
      return sum + weight * (losses.reduce((mean, loss) => mean + loss / 3, 0) - recommendation.objective) ** 2;
    }, 0);
    assert.ok(between > 0);
    assert.ok(confidence.objective.high - confidence.objective.value >= 1.6 * Math.sqrt(between));
    assert.equal(advise(withOneLaw(document, document.fit.law), options, compared).consensus, undefined);
    assert.throws(() => withOneLaw(document, 'linear'), PredictionError);
  });

  it('recommend --law asks one of them', async () => {
    const files = { 'f.mixlaw.json': serializeFitDocument(document) };
    const line = ['recommend', 'f.mixlaw.json', '--json'];
    const all = JSON.parse((await mixlaw(line, files)).out) as Answer;
    assert.deepEqual(
      all.consensus!.laws.map(({ law }) => law),
      document.consensus!.members.map(({ law }) => law),
    );
    const { law, mixture } = document.consensus!.members[1]!;
    const one = JSON.parse((await mixlaw([...line, '--law', law], files)).out) as Answer;
    assert.equal(one.consensus, undefined);
    Object.values(one.mixture).forEach((weight, k) => assert.ok(Math.abs(weight - mixture[k]!) < 1e-6));
    const unknown = await mixlaw([...line, '--law', 'joint'], files);
    assert.equal(unknown.code, 1);
    assert.match(unknown.err, /holds no fit of “joint”/);
    assert.match(
      (await mixlaw(['recommend', 'f.mixlaw.json'], files)).out,
      /held-out error.*\n(.*\n)*.*They (agree|differ)/,
    );
  });
});

interface Answer {
  readonly mixture: Record<string, number>;
  readonly consensus?: { readonly laws: readonly { readonly law: string }[] };
}
