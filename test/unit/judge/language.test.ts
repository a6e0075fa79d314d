import assert from 'node:assert/strict';
import { fitLaw } from '../../../src/core/fit/fit';
import { compareLaws } from '../../../src/core/judge/tournament';
import { setTranslations } from '../../../src/core/l10n';
import { readResults } from '../../../src/core/results/read';
import { smallResults } from '../cli/support';

const REASON =
  'The joint law is about how the best mixture moves with model size and tokens; all runs have the same. Use the additive law.';
const HINT = 'Choose another law: overlap serves every set of runs.';

describe('a law that cannot be fitted, in another language', () => {
  const { runs } = readResults([{ name: 'r.csv', bytes: Buffer.from(smallResults()) }]);
  before(() =>
    setTranslations({ [REASON]: 'Das gemeinsame Gesetz braucht mehrere Größen.', [HINT]: 'Anderes Gesetz.' }),
  );
  after(() => setTranslations(undefined));

  it('says why in that language to whoever wanted it', () => {
    assert.throws(() => fitLaw(runs, { law: 'joint', modelSize: 100, tokens: 2 }), {
      code: 'law-unavailable',
      message: 'Das gemeinsame Gesetz braucht mehrere Größen.',
      hint: 'Anderes Gesetz.',
    });
  });

  it('says why in English in a comparison, which is kept in documents', () => {
    const { rows } = compareLaws(runs, {
      laws: ['joint', 'linear'],
      splits: { kind: 'random', repeats: 1, trainFraction: 0.7 },
      stack: false,
      fit: { starts: 1, modelSize: 100, tokens: 2 },
    });
    const { note } = rows.find(({ law }) => law === 'joint')!;
    assert.ok(note?.includes(REASON), note);
  });
});
