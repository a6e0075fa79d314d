import assert from 'node:assert/strict';
import { readMixtures } from '../../../src/core/mixtures/read';
import { assumedScaleOf } from '../../../src/core/mixtures/scale/assumed';

const CONFIG = `tokenizer: gpt2
train_weights: {web: 0.7, code: 0.3}
micro_batch_size: 4
max_steps: 1000
seq_length: 2048
`;
const read = (set: Readonly<Record<string, unknown>>, text = CONFIG) => {
  const assumed = assumedScaleOf(set);
  return readMixtures('run.yaml', text, assumed ? { assumed } : {}).mixtures[0]!;
};

describe('what is assumed where a config does not say its scale', () => {
  it('says that the data-parallel size is missing, and takes the assumed one', () => {
    const without = read({});
    assert.equal(without.tokens, undefined);
    assert.match(without.scale!.notes.join(' '), /the data-parallel size is not in the file/);
    const given = read({ dataParallelSize: 8 });
    assert.equal(given.tokens, (1000 * 4 * 8 * 2048) / 1e9);
    assert.deepEqual(given.scale!.assumed, ['dataParallelSize']);
    assert.match(given.scale!.notes.join(' '), /not in the file: 8 is assumed/);
  });

  it('takes model size and tokens only where the file has none', () => {
    const given = read({ modelSize: '1.3B', tokens: '30B' });
    assert.equal(given.modelSize, 1300);
    assert.equal(given.tokens, 30);
    assert.deepEqual(given.scale!.assumed, ['modelSize', 'tokens']);
    assert.doesNotMatch(given.scale!.notes.join(' '), /not known/);
    const own = read({ modelSize: '1.3B', tokens: '30B' }, `${CONFIG}model_name: llama_7b\nmax_tokens: 2e9\n`);
    assert.equal(own.modelSize, 7000);
    assert.equal(own.tokens, 2);
    assert.equal(own.scale!.assumed, undefined);
  });

  it('does not take nonsense', () => {
    assert.equal(assumedScaleOf({}), undefined);
    assert.equal(assumedScaleOf({ dataParallelSize: 'many', modelSize: '-1B', tokens: [1], other: 3 }), undefined);
    assert.deepEqual(assumedScaleOf({ dataParallelSize: '64', tokens: '2T' }), { dataParallelSize: 64, tokens: 2000 });
  });
});
