import assert from 'node:assert/strict';
import { runsOf } from '../../../src/core/fitfile/document';
import { uncertaintyOf } from '../../../src/core/judge/uncertainty';
import { intervalsOf } from '../../../src/core/pipeline/mixtureIntervals';
import { fitDocument } from '../../fixtures/fitDocument';

describe('intervals of a mixture', () => {
  const document = fitDocument({ domains: 4, runs: 40 });
  const { fit, recommendation } = document;
  const question = {
    mixture: [0.4, 0.3, 0.2, 0.1],
    recommended: [...recommendation.mixture],
    modelSize: 310,
    tokens: 10,
  };
  const answer = intervalsOf(document)(question);

  it('are those of the one law', () => {
    const uncertainty = uncertaintyOf(fit, runsOf(document));
    const own = uncertainty.intervals(Float64Array.from(question.mixture), 310, 10, 0.9);
    assert.deepEqual(
      answer.targets,
      own.map(({ lower, upper }) => [lower, upper]),
    );
    own.forEach(({ predicted }, i) =>
      assert.ok(answer.targets[i]![0] < predicted && predicted < answer.targets[i]![1]),
    );
  });

  it('tell the difference to the recommended mixture, unless it is that', () => {
    const [lower, upper] = answer.difference!;
    assert.ok(lower < upper);
    const best = intervalsOf(document)({ ...question, mixture: question.recommended });
    assert.equal(best.difference, undefined);
  });

  it('of several laws count how far they are apart', () => {
    const shifted = {
      ...fit,
      law: fit.law,
      parameters: fit.parameters.map((each) => ({ ...each, value: each.value * 1.02 })),
    };
    const members = [
      { law: fit.law, weight: 0.5 },
      { law: fit.law, weight: 0.5, fit: shifted },
    ];
    const two = intervalsOf({
      ...document,
      consensus: { members } as unknown as NonNullable<typeof document.consensus>,
    })(question);
    const width = ([lower, upper]: readonly [number, number]): number => upper - lower;
    two.targets.forEach((ends, i) => assert.ok(width(ends) > width(answer.targets[i]!)));
  });
});
