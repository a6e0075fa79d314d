import assert from 'node:assert/strict';
import { readMixtures } from '../../../src/core/mixtures/read';
import { sizeInName } from '../../../src/core/mixtures/scale/named';
import { countParameters } from '../../../src/core/mixtures/scale/parameters';

const close = (actual: number | undefined, expected: number, tolerance = 1e-9): void =>
  assert.ok(actual !== undefined && Math.abs(actual / expected - 1) < tolerance, `${actual} for ${expected}`);

describe('parameters of a transformer', () => {
  it('counts LLaMA 3 8B as published: 8,030,261,248', () => {
    const counts = countParameters({
      layers: 32,
      width: 4096,
      feedForward: 14336,
      heads: 32,
      keyValueHeads: 8,
      headSize: 128,
      gated: true,
      vocabulary: 128256,
      tied: false,
    });
    close(counts.total, 8030.261248);
  });

  it('counts Mixtral 8x7B: 46.7B in all, 12.9B active', () => {
    const counts = countParameters({
      layers: 32,
      width: 4096,
      feedForward: 14336,
      heads: 32,
      keyValueHeads: 8,
      headSize: 128,
      gated: true,
      vocabulary: 32000,
      tied: false,
      experts: { count: 8, used: 2, feedForward: 14336, sharedFeedForward: 0 },
    });
    close(counts.total, 46702.792704);
    close(counts.active, 12879.925248);
  });

  it('counts GPT-2 small without biases and positions: 124M less 0.9M', () => {
    const counts = countParameters({
      layers: 12,
      width: 768,
      feedForward: 3072,
      heads: 12,
      keyValueHeads: 12,
      headSize: 64,
      gated: false,
      vocabulary: 50257,
      tied: true,
    });
    close(counts.total, (12 * (4 * 768 * 768 + 2 * 768 * 3072 + 2 * 768) + 768 + 50257 * 768) / 1e6);
  });
});

describe('sizes in names', () => {
  const cases: readonly (readonly [string, number | undefined])[] = [
    ['tinyllama_1M', 1],
    ['tinyllama_1_1b', 1100],
    ['olmo3_14m', 14],
    ['llama_1_4b', 1400],
    ['open_lm_7b', 7000],
    ['meta-llama/Llama-3.1-8B', 8000],
    ['llama_3_8b', 8000],
    ['Qwen2.5-0.5B-Instruct', 500],
    ['gpt2', undefined],
    ['resnet50', undefined],
  ];
  for (const [name, millions] of cases) it(name, () => assert.equal(sizeInName(name), millions));
});

describe('scale of a run', () => {
  it('comes from architecture keys and steps × batch × sequence, with everything assumed said', () => {
    const text =
      'data: {tokenizer: x, train_weights: {a: 1, b: 1}}\nmodel: {type: llama, hidden_dim: 256, num_layers: 4, num_heads: 4, seq_len: 512}\ntrainer: {num_train_steps: 100, train_batch_size: 8}\n';
    const [mixture] = readMixtures('x.yaml', text).mixtures;
    close(mixture!.tokens, 100 * 8 * 512 * 1e-9);
    close(mixture!.scale!.nonEmbeddingParameters, (4 * (4 * 256 * 256 + 3 * 256 * 256 * (8 / 3) + 512) + 256) / 1e6);
    const notes = mixture!.scale!.notes.join(' ');
    assert.match(notes, /8\/3/);
    assert.match(notes, /Vocabulary size is not in the file/);
  });

  it('does not take steps of the evaluation for steps of the run', () => {
    const text =
      'tokenizer: x\ntrain_weights: {a: 1, b: 1}\neval: {steps: 7, batch_size: 3}\ntrain_batch_size: 2\nseq_len: 10\nnum_train_steps: 5\n';
    close(readMixtures('x.yaml', text).mixtures[0]!.tokens, 5 * 2 * 10 * 1e-9);
  });

  it('reads variables and options of launch scripts', () => {
    const text =
      'NUM_LAYERS=2\nHIDDEN=64\nrun --num-layers $NUM_LAYERS --hidden-size ${HIDDEN} --vocab-size 1000 --train-iters $((10 * 10)) --global-batch-size 4 --seq-length=32 --data-path 1 /a_text_document 1 /b_text_document\n';
    const [mixture] = readMixtures('x.sh', text).mixtures;
    close(mixture!.tokens, 100 * 4 * 32 * 1e-9);
    close(mixture!.scale!.totalParameters, (2 * (4 * 64 * 64 + 2 * 64 * 256 + 128) + 64 + 64 * 1000) / 1e6);
  });
});
