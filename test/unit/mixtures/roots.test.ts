import assert from 'node:assert/strict';
import fc from 'fast-check';
import { mightHoldMixture, readMixtures } from '../../../src/core/mixtures/read';
import { families } from '../../../src/core/mixtures/registry';
import { rootsOf } from '../../../src/core/mixtures/syntax/roots';
import { fixtures } from './support/fixtures';

describe('parts of key words', () => {
  it('never rule out a word that is in the text', () => {
    const words = [...new Set(families.flatMap(({ candidateKeys }) => candidateKeys.flat()))];
    const around = fc.array(fc.constantFrom(...words, '_', ' ', 'x', '\n'), { maxLength: 8 });
    fc.assert(
      fc.property(around, fc.constantFrom(...words), around, (before, word, after) => {
        assert.ok(rootsOf([...before, word, ...after].join(''))(word));
      }),
    );
  });

  it('rule out what is not there', () => {
    const possible = rootsOf('weights, trained: DATA');
    assert.deepEqual(['weight', 'train_dw', 'dataset', 'mixture', 'source_weights', '@0'].filter(possible), [
      'weight',
      'train_dw',
      'dataset',
      '@0',
    ]);
  });

  it('leave every config that holds a mixture to be read', () => {
    for (const { fileName, text } of fixtures()) {
      if (readMixtures(fileName, text).kind === 'mixture') assert.ok(mightHoldMixture(fileName, text), fileName);
    }
  });
});
