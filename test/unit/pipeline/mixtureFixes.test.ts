import assert from 'node:assert/strict';
import type { Fit, Predictor } from '../../../src/core/fit/types';
import { readMixtures } from '../../../src/core/mixtures/read';
import type { MixtureProblem } from '../../../src/core/mixtures/types';
import { applyEdits } from '../../../src/core/mixtures/write/apply';
import { sharesByConfigName } from '../../../src/core/mixtures/write/shares';
import { assessMixture, differentMixtures, type Assessment } from '../../../src/core/pipeline/assessMixture';
import { availableTokens, epochProblems, fitProblems } from '../../../src/core/pipeline/fitProblems';
import { fixesFor, type Fix } from '../../../src/core/pipeline/mixtureFixes';

const domains = ['web', 'code', 'books'];
/** Only what is looked at. */
const fit = {
  domains,
  targets: ['web', 'code'],
  modelSizeRange: [60, 150],
  tokensRange: [2, 10],
} as unknown as Fit;
const predictor = {
  predict: (mixture: Float64Array, _modelSize: number, _tokens: number, losses: Float64Array) =>
    losses.set([3 - mixture[0]!, 2 - mixture[1]!]),
} as unknown as Predictor;
const measured = differentMixtures([
  [0.8, 0.1, 0.1],
  [0.2, 0.7, 0.1],
  [0.2, 0.1, 0.7],
  [0.8, 0.1, 0.1],
]);
const assessor = { fit, predictor, measured, modelSize: 150, tokens: 10 };
const unlimited = { availableTokens: [], maxEpochs: 4 };

function mixtureIn(fileName: string, text: string) {
  const reading = readMixtures(fileName, text);
  const [mixture] = reading.mixtures;
  assert.ok(mixture, 'the text holds a mixture');
  return { reading, mixture };
}

const yaml = (weights: readonly string[], rest = ''): string =>
  `train:\n${weights.map((weight) => `  ${weight}\n`).join('')}valid:\n  valid_web: 1.0\nmodel_name: tinyllama_1M\n${rest}`;

const problemsOf = (text: string): { problems: MixtureProblem[]; assessment: Assessment } => {
  const { mixture } = mixtureIn('a.yaml', text);
  const assessment = assessMixture({ ...mixture, modelSize: 100, tokens: 5 }, assessor);
  assert.ok(assessment);
  return { problems: fitProblems(mixture, fit, 'r.mixlaw.json', assessment), assessment };
};

describe('a mixture seen by a fit', () => {
  it('is predicted at the config’s scale, or the fit’s', () => {
    const { mixture } = mixtureIn('a.yaml', yaml(['train_web: 0.5', 'train_code: 0.3', 'train_books: 0.2']));
    const assessment = assessMixture({ ...mixture, modelSize: 7000 }, assessor)!;
    assert.equal(assessment.modelSize, 7000);
    assert.equal(assessment.tokens, 10);
    assert.ok(assessment.modelSizeFromConfig && !assessment.tokensFromConfig);
    assert.ok(assessment.modelSizeBeyond && !assessment.tokensBeyond);
    assert.ok(Math.abs(assessment.meanLoss - (2.5 + 1.7) / 2) < 1e-12);
    assert.equal(assessment.outside, 0);
    assert.equal(measured.length, 9);
  });

  it('has nothing to complain of inside the measured range', () => {
    assert.deepEqual(problemsOf(yaml(['train_web: 0.5', 'train_code: 0.3', 'train_books: 0.2'])).problems, []);
  });

  it('is marked outside the measured range and at names that the fit does not know', () => {
    const text = yaml(['train_web: 0.7', 'train_code: 0.0', 'train_logs: 0.3']);
    const { problems, assessment } = problemsOf(text);
    assert.deepEqual(
      problems.map(({ code, severity }) => [code, severity]),
      [
        ['unknown-domain', 'warning'],
        ['outside-measured', 'information'],
      ],
    );
    assert.equal(text.slice(problems[0]!.range.start, problems[0]!.range.end), 'train_logs');
    assert.match(problems[0]!.message, /30\.0 %/);
    // From (1, 0, 0) to (0.8, 0.1, 0.1).
    assert.ok(Math.abs(assessment.outside - 0.2) < 1e-9);
  });

  it('follows the user’s aliases', () => {
    const { mixture } = mixtureIn('a.yaml', yaml(['train_web: 0.5', 'train_code: 0.3', 'train_logs: 0.2']));
    const assessment = assessMixture(mixture, assessor, [['train_logs', 'books']])!;
    assert.deepEqual([...assessment.matched.fractions], [0.5, 0.3, 0.2]);
    assert.deepEqual(assessment.matched.match.unmatched, []);
  });

  it('says a scale beyond the measured one', () => {
    const { mixture } = mixtureIn('a.yaml', yaml(['train_web: 0.5', 'train_code: 0.3', 'train_books: 0.2']));
    const assessment = assessMixture({ ...mixture, modelSize: 7000, tokens: 100 }, assessor)!;
    const [problem] = fitProblems(mixture, fit, 'r.mixlaw.json', assessment);
    assert.equal(problem?.code, 'beyond-measured-scale');
    assert.match(problem.message, /7B parameters \(measured: 60M to 150M\), 100B tokens \(measured: 2B to 10B\)/);
  });

  it('counts epochs where the tokens are known', () => {
    const { mixture } = mixtureIn('a.yaml', yaml(['train_web: 0.5', 'train_code: 0.4', 'train_books: 0.1']));
    const availability = { availableTokens: [['code', '1B'] as const, ['books', '1B'] as const], maxEpochs: 4 };
    const problems = epochProblems({ ...mixture, tokens: 20 }, availability);
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['too-many-epochs'],
    );
    assert.match(problems[0]!.message, /8 epochs: 1B tokens of it exist, and 4 epochs/);
    assert.deepEqual(epochProblems(mixture, availability), []);
    assert.deepEqual(availableTokens(domains, availability), [NaN, 1, 1]);
  });
});

describe('shares of a recommendation by a config’s names', () => {
  const recommended = [0.5, 0.3, 0.2];
  const sharesFor = (text: string, format = 'regmix') => {
    const { mixture } = mixtureIn('a.yaml', text);
    const { matched } = assessMixture(mixture, assessor)!;
    return Object.fromEntries(sharesByConfigName(mixture, format, matched.match, domains, recommended));
  };

  it('are the recommended ones where each name is a domain', () => {
    const shares = sharesFor(yaml(['train_code: 0.1', 'train_web: 0.8', 'train_books: 0.1']));
    assert.deepEqual(shares, { train_web: 0.5, train_code: 0.3, train_books: 0.2 });
  });

  it('keep the proportions of several names of one domain', () => {
    const shares = sharesFor(yaml(['train_web: 0.6', 'train_Web: 0.2', 'train_code: 0.1', 'train_books: 0.1']));
    assert.ok(Math.abs(shares['train_web']! - 0.375) < 1e-12 && Math.abs(shares['train_Web']! - 0.125) < 1e-12);
  });

  it('name a domain that the config has no entry for, so that writing is refused', () => {
    assert.equal(sharesFor(yaml(['train_web: 0.6', 'train_code: 0.4']))['books'], 0.2);
  });

  it('leave entries at zero alone that are for evaluation only', () => {
    const shares = sharesFor(yaml(['train_web: 0.6', 'train_code: 0.4', 'train_books: 0']), 'levanter');
    assert.ok(!('train_books' in shares));
  });
});

describe('fixes', () => {
  const fixed = (
    fileName: string,
    text: string,
    code: string,
    at: string,
    extra: Partial<Parameters<typeof fixesFor>[0]> = {},
  ): { fix: Fix; text: string }[] => {
    const { mixture } = mixtureIn(fileName, text);
    const start = text.indexOf(at);
    assert.ok(start >= 0);
    const range = { start, end: start + at.length };
    const request = { code, range, text, fileName, mixture, readOptions: {}, availability: unlimited, ...extra };
    return fixesFor(request).map((fix) => ({
      fix,
      text: fix.kind === 'edits' ? applyEdits(text, fix.edits) : text,
    }));
  };
  const python = (list: string): string =>
    `from datasets import interleave_datasets\nmix = interleave_datasets([web, code], probabilities=${list})\n`;

  it('normalise a sum that must be 1, or let the largest weight have the rest', () => {
    const text = python('[0.65, 0.60]');
    const fixes = fixed('a.py', text, 'sum-not-one', 'interleave_datasets([');
    assert.deepEqual(
      fixes.map((each) => each.text),
      [python('[0.52, 0.48]'), python('[0.40, 0.60]')],
    );
    assert.deepEqual(readMixtures('a.py', fixes[0]!.text).problems, []);
    assert.deepEqual(readMixtures('a.py', fixes[1]!.text).problems, []);
  });

  it('set a negative weight to zero', () => {
    const text = yaml(['train_web: 0.5', 'train_code: 0.5', 'train_books: -0.25']);
    const [first] = fixed('a.yaml', text, 'negative-weight', '-0.25');
    assert.match(first!.text, /train_web: 0\.5\n {2}train_code: 0\.5\n {2}train_books: 0\.00\n/);
  });

  it('give a small weight where zero is not allowed', () => {
    const text =
      'torchrun pretrain_gpt.py --data-path 60 /d/web_text_document 40 /d/code_text_document 0 /d/x_text_document\n';
    const [first] = fixed('a.sh', text, 'zero-weight', '0 /d/x');
    const { mixtures, problems } = readMixtures('a.sh', first!.text);
    assert.ok(mixtures[0]!.weights[2]!.raw > 0 && problems.length === 0);
  });

  it('write a number so that PyYAML reads it', () => {
    const text = yaml(['train_web: 1e-1', 'train_code: 9E-1']);
    assert.match(fixed('a.yaml', text, 'yaml-number', '1e-1')[0]!.text, /train_web: 1\.0e-1\n/);
  });

  it('add aliases for what is left of the fit, or move the weight to the rest', () => {
    const text = yaml(['train_web: 0.6', 'train_code: 0.2', 'train_logs: 0.2']);
    const { assessment } = problemsOf(text);
    const fixes = fixed('a.yaml', text, 'unknown-domain', 'train_logs', { assessment, domains });
    assert.deepEqual(
      fixes.map(({ fix }) => (fix.kind === 'alias' ? fix.domains : fix.kind)),
      [['books'], ['books', 'web', 'code'], 'edits'],
    );
    assert.match(fixes[2]!.text, /train_web: 0\.75\n {2}train_code: 0\.25\n {2}train_logs: 0\.00\n/);
  });

  it('cap a domain at the epochs allowed', () => {
    const text = yaml(['train_web: 0.6', 'train_code: 0.4']);
    const { mixture } = mixtureIn('a.yaml', text);
    const availability = { availableTokens: [['code', '1B'] as const], maxEpochs: 4 };
    const fixes = fixed('a.yaml', text, 'too-many-epochs', '0.4', {
      mixture: { ...mixture, tokens: 20 },
      availability,
    });
    assert.match(fixes[0]!.text, /train_web: 0\.80\n {2}train_code: 0\.20\n/);
  });
});
