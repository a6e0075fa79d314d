import assert from 'node:assert/strict';
import { mightHoldMixture, readMixtures } from '../../../src/core/mixtures/read';
import type { MixtureReading } from '../../../src/core/mixtures/types';

const codes = ({ problems }: MixtureReading): string[] => problems.map(({ code }) => code);
const shares = (reading: MixtureReading, index = 0): Record<string, number> =>
  Object.fromEntries(
    reading.mixtures[index]!.weights.map(({ domain, fraction }) => [domain, Number(fraction.toFixed(6))]),
  );
const doremi = (map: string): MixtureReading => readMixtures('x.json', `{"train_domain_weights": ${map}}`);

describe('traps of mixture configs', () => {
  it('P1: a sum that is not one is normalised without complaint, except where the framework stops', () => {
    const reading = doremi('{"a": 0.6, "b": 0.2148}');
    assert.deepEqual(codes(reading), []);
    assert.equal(reading.mixtures[0]!.sum, 0.8148);
    assert.deepEqual(shares(reading), { a: 0.736377, b: 0.263623 });
    const enforced = readMixtures('x.yaml', 'sources: [{source_name: a, target_ratio: 0.6, paths: [x]}]');
    assert.deepEqual(codes(enforced), ['sum-not-one']);
    // numpy.allclose lets rounding pass.
    assert.deepEqual(
      codes(readMixtures('x.yaml', 'sources: [{source_name: a, target_ratio: 0.999995, paths: [x]}]')),
      [],
    );
  });

  it('P2: the unit follows from the sum', () => {
    const unit = (map: string): string => doremi(map).mixtures[0]!.unit;
    assert.equal(unit('{"a": 0.7, "b": 0.3}'), 'fraction');
    assert.equal(unit('{"a": 69.96, "b": 30}'), 'percent');
    assert.equal(unit('{"a": 60.4, "b": 20}'), 'percent');
    assert.equal(unit('{"a": 1700.9, "b": 20}'), 'relative');
    assert.equal(unit('{"a": 10576013418, "b": 5000000000}'), 'tokens');
    assert.equal(unit('{"a": 1.0, "b": 1.0}'), 'relative');
    assert.equal(unit('{"a": 3, "b": 1}'), 'relative');
  });

  it('P3: names and weights that differ in number are an error, not a guess', () => {
    const more = readMixtures('x.json', '{"train_domains": "a,b", "train_dw": "0.5,0.4,0"}');
    assert.deepEqual(codes(more), ['length-mismatch']);
    assert.deepEqual(shares(more), { a: 0.555556, b: 0.444444 });
    const withoutPaths = readMixtures('x.yml', '{"train_data_weights": [1, 3], "num_layers": 4}');
    assert.deepEqual(codes(withoutPaths), ['length-mismatch']);
    assert.deepEqual(shares(withoutPaths), { 'dataset 1': 0.25, 'dataset 2': 0.75 });
    const manifest = readMixtures(
      'x.yaml',
      'train-data-mix-weights: [0.3, 0.7]\ndataset-manifest: [s3://b/a/manifest.jsonl]\n',
    );
    assert.deepEqual(codes(manifest), ['length-mismatch']);
    assert.deepEqual(shares(manifest), { a: 0.3, 'dataset 2': 0.7 });
  });

  it('P4: a path listed twice counts twice; equal base names are told apart', () => {
    const reading = readMixtures(
      'x.txt',
      '0.2 /d/a/train_text_document 0.3 /d/b/train_text_document 0.5 /d/a/train_text_document\n',
    );
    assert.deepEqual(shares(reading), { 'a/train': 0.7, 'b/train': 0.3 });
    assert.equal(reading.mixtures[0]!.weights[0]!.parts!.length, 2);
    const stripped = readMixtures(
      'y.yml',
      '{"train_data_paths": ["/d/wiki:1.0.0", "s3://b/code/**/*.npy"], "train_data_weights": [1, 1]}',
    );
    assert.deepEqual(Object.keys(shares(stripped)), ['wiki', 'code']);
  });

  it('P5: of mixtures for training and for evaluation, the one for training', () => {
    const json = readMixtures(
      'x.json',
      '{"eval_domain_weights": {"a": 1, "b": 9}, "train_domain_weights": {"a": 3, "b": 1}}',
    );
    assert.deepEqual(shares(json), { a: 0.75, b: 0.25 });
    const shell = readMixtures(
      'x.sh',
      'p --valid-data-path 0.9 /v_text_document 0.1 /w_text_document --train-data-path 1 /a_text_document 3 /b_text_document',
    );
    assert.equal(shell.mixtures.length, 1);
    assert.deepEqual(shares(shell), { a: 0.25, b: 0.75 });
    const neox = readMixtures(
      'x.yml',
      '{"valid_data_paths": ["v"], "valid_data_weights": [5], "train_data_paths": ["a"], "train_data_weights": [2]}',
    );
    assert.deepEqual(shares(neox), { a: 1 });
  });

  it('P6: each stage is a mixture with a label, and its tokens are those of its steps', () => {
    const stage = (name: string, start: number, weights: string): string =>
      `- {name: ${name}, start_training_step: ${start}, data: {dataset: {dataset_folder: [a, b], dataset_weights: ${weights}}}}\n`;
    const text = `data_stages:\n${stage('stable', 1, '[0.9, 0.1]')}${stage('decay', 801, '[0.5, 0.5]')}tokens: {train_steps: 1000, sequence_length: 1000, micro_batch_size: 5, batch_accumulation_per_replica: 2}\nparallelism: {dp: 10}\n`;
    const { mixtures } = readMixtures('x.yaml', text);
    assert.deepEqual(
      mixtures.map(({ label, tokens }) => [label, tokens]),
      [
        ['stable (from step 1)', 0.08],
        ['decay (from step 801)', 0.02],
      ],
    );
  });

  it('P7: comments are not read, whatever they hold', () => {
    const yaml = 'tokenizer: x\ntrain_weights:\n  # a: 0.9\n  a: 0.5 # Original: 0.26\n#  books3: 0.1207\n  b: 0.5\n';
    assert.deepEqual(shares(readMixtures('x.yaml', yaml)), { a: 0.5, b: 0.5 });
    assert.deepEqual(shares(doremi('{"a": 0.5, /* "c": 3, */ "b": 0.5 // "d": 4\n}')), { a: 0.5, b: 0.5 });
    const python = 'train_data_config = [\n  ("a", 0.5),  # ("c", 9)\n  # ("d", 9),\n  ("b", 0.5),\n]\n';
    assert.deepEqual(shares(readMixtures('x.py', python)), { a: 0.5, b: 0.5 });
  });

  it('P8: numbers of YAML 1.1 and 1.2, odd keys, tags, interpolation, placeholders', () => {
    const yaml =
      'data: !include a.yaml\nroot: &r\n  tokenizer: x\n  train_weights:\n    dclm_1.0: 1_000\n    dolma/c4: 5.e+2\n    "a:b": .5e3\n    open: ${oc.env:W}\n    later: ???\n    none: null\n';
    const reading = readMixtures('x.yaml', yaml);
    assert.deepEqual(shares(reading), { 'dclm_1.0': 0.5, 'dolma/c4': 0.25, 'a:b': 0.25 });
    assert.deepEqual(codes(reading), ['yaml-number', 'placeholder', 'placeholder', 'missing-weight']);
    const trap = readMixtures('x.yaml', 'tokenizer: x\ntrain_weights: {a: 1e-1, b: 1.0e-1, c: "1e-1", d: 6.0e2}\n');
    assert.deepEqual(
      trap.problems.map(({ code, range }) => [code, range.end - range.start]),
      [
        ['yaml-number', 4],
        ['yaml-number', 5],
      ],
    );
  });

  it('P8: a weight that is not finite is an error, and never a weight', () => {
    const reading = readMixtures('x.yaml', 'tokenizer: x\ntrain_weights: {a: .nan, b: .inf, c: 0.5, d: 1e999}\n');
    assert.deepEqual(shares(reading), { c: 1 });
    assert.deepEqual(codes(reading), ['not-a-number', 'not-a-number', 'not-a-number']);
  });

  it('P9: GPT-NeoX files: comments, trailing commas, dashes and underscores', () => {
    const text =
      '# data\n{\n  "train-data-paths": ["a", "b",], # two\n  # "train_data_weights": [9, 9],\n  "train_data_weights": [1., 3,],\n}\n';
    assert.deepEqual(shares(readMixtures('x.yml', text)), { a: 0.25, b: 0.75 });
    assert.deepEqual(shares(readMixtures('x.json', text)), { a: 0.25, b: 0.75 });
  });

  it('P10: shell scripts: what is literal can be rewritten, what a loop or arithmetic makes cannot', () => {
    const script = [
      '# D="9 /old_text_document 9 /older_text_document"',
      'D=""; D="${D} 1 /a_text_document"; D+=" 2 ${ROOT:-/data}/b_text_document"',
      'D="$D $((1 + 2)) /c_text_document"',
      'for s in x y; do D="${D} 0.5 /$s/d_text_document"; done',
      'run \\\n  --data-path \\\n  $D \\\n  --seed 1',
    ].join('\n');
    const [mixture] = readMixtures('x.sh', script).mixtures;
    assert.deepEqual(
      mixture!.weights.map(({ domain, raw, editable }) => [domain, raw, editable]),
      [
        ['a', 1, true],
        ['b', 2, true],
        ['c', 3, false],
        ['x/d', 0.5, false],
        ['y/d', 0.5, false],
      ],
    );
  });

  it('P10: every branch is a mixture of its own', () => {
    const script =
      'if [ $1 = a ]; then D="1 /a_text_document 3 /b_text_document"; else D="3 /a_text_document 1 /b_text_document"; fi\nDATA_PATH=$D\nrun --data-path $DATA_PATH\n';
    const reading = readMixtures('x.sh', script);
    assert.deepEqual(
      reading.mixtures.map((_, i) => shares(reading, i)),
      [
        { a: 0.25, b: 0.75 },
        { a: 0.75, b: 0.25 },
      ],
    );
  });

  it('P11: Python: simple arithmetic is read, anything else cannot be evaluated', () => {
    const known = 'HALF = 0.5\ntrain_data_config = [("a", 0.361 / 3), ("b", -1 * -HALF), ("c", 2 ** 2 // 3)]\n';
    assert.deepEqual(
      readMixtures('x.py', known).mixtures[0]!.weights.map(({ raw }) => Number(raw.toFixed(6))),
      [0.120333, 0.5, 1],
    );
    for (const value of ['30 * count / total', 'f(0.5)', 'weights[0]', '0.5 if x else 1', '1 / 0', 'undefined_name']) {
      const reading = readMixtures('x.py', `train_data_config = [("a", ${value}), ("b", 0.5)]\n`);
      assert.equal(reading.kind, 'not-a-mixture', value);
      assert.deepEqual(codes(reading), ['cannot-evaluate']);
    }
  });

  it('P12: one weight that does not parse turns a Megatron list into paths', () => {
    const reading = readMixtures('x.sh', 'run --data-path 0.3 /a_text_document O.7 /b_text_document\n');
    assert.equal(reading.kind, 'not-a-mixture');
    assert.deepEqual(codes(reading), ['unparsable-weight']);
    const { range } = reading.problems[0]!;
    assert.equal('run --data-path 0.3 /a_text_document O.7 /b_text_document\n'.slice(range.start, range.end), 'O.7');
    assert.equal(readMixtures('x.sh', 'run --data-path /a_text_document /b_text_document\n').kind, 'unknown');
  });

  it('P13: zero is an error for Megatron, and means evaluation for Levanter', () => {
    assert.deepEqual(codes(readMixtures('x.sh', 'run --data-path 0 /a_text_document 1 /b_text_document\n')), [
      'zero-weight',
    ]);
    assert.deepEqual(codes(readMixtures('x.yaml', 'tokenizer: x\ntrain_weights: {a: 0, b: 1}\n')), []);
  });

  it('P13: negative weights are an error and count as nothing', () => {
    const reading = doremi('{"a": -0.5, "b": 1}');
    assert.deepEqual(codes(reading), ['negative-weight']);
    assert.deepEqual(shares(reading), { a: 0, b: 1 });
  });

  it('P14: tokens and model size by the conventions of each framework', () => {
    const openLm = readMixtures(
      'x.sh',
      'open_lm --model open_lm_7b --train-num-samples 2000000000 --epochs 2 --dataset-manifest a b --train-data-mix-weights 1 2',
    );
    assert.deepEqual([openLm.mixtures[0]!.tokens, openLm.mixtures[0]!.modelSize], [4, 7000]);
    const samples = 'run --train-samples 1000000 --seq-length 4096 --data-path 1 /a_text_document 2 /b_text_document';
    assert.equal(readMixtures('x.sh', samples).mixtures[0]!.tokens, 4.096);
    const missing =
      'data: {tokenizer: x, train_weights: {a: 1, b: 1}}\nnum_train_steps: 100\nmicro_batch_size: 4\nseq_len: 128\n';
    const [mixture] = readMixtures('x.yaml', missing).mixtures;
    assert.equal(mixture!.tokens, undefined);
    assert.ok(mixture!.scale!.notes.some((note) => note.includes('data-parallel size')));
  });

  it('P15: messages do not repeat what the file holds beside the mixture', () => {
    const text =
      'export API_KEY=sk-secret\nrun --token sk-secret --data-path 0.3 /a_text_document x /b_text_document\n';
    assert.ok(!JSON.stringify(readMixtures('x.sh', text)).includes('secret'));
  });
});

describe('reading', () => {
  it('takes a map with a vague key when its names are those of the fit', () => {
    const text = 'weights: {arxiv: 0.4, code: 0.6}\n';
    assert.equal(readMixtures('x.yaml', text).kind, 'unknown');
    const reading = readMixtures('x.yaml', text, { domains: ['the_pile_arxiv', 'code', 'web'] });
    assert.equal(reading.kind, 'mixture');
    assert.equal(reading.format, 'domain-map');
    assert.equal(readMixtures('x.yaml', text, { domains: ['web', 'books'] }).kind, 'unknown');
  });

  it('reads the places that the user has set', () => {
    const text =
      'a:\n  "b.c": [{name: x, share: 3, paths: [1]}, {name: y, share: 1}]\n  d: {x: {path: p, value: 1}, y: {path: q, value: 4}}\n  e: [[x, 1], [y, 3]]\n  f: [0.5, x, 0.5, y]\n';
    const at = (path: string): Record<string, number> =>
      shares(readMixtures('x.yaml', text, { locations: [{ path, unit: 'tokens' }] }));
    assert.deepEqual(at('$.a["b.c"]'), { x: 0.75, y: 0.25 });
    assert.deepEqual(at('a.d'), { x: 0.2, y: 0.8 });
    assert.deepEqual(at('a.e'), { x: 0.25, y: 0.75 });
    assert.deepEqual(at('a.f'), { x: 0.5, y: 0.5 });
    assert.equal(readMixtures('x.yaml', text, { locations: [{ path: 'a.nothing' }] }).kind, 'unknown');
    assert.equal(
      readMixtures('x.yaml', text, { locations: [{ path: 'a.d', unit: 'tokens' }] }).mixtures[0]!.unit,
      'tokens',
    );
  });

  it('knows a file without a key word before parsing it', () => {
    assert.equal(mightHoldMixture('x.yaml', 'a: 1\nb: [2, 3]\n'), false);
    assert.equal(mightHoldMixture('x.yaml', 'train_domain_weights: {a: 1}'), true);
    assert.equal(mightHoldMixture('x.md', 'train_domain_weights: {a: 1}'), false);
    assert.equal(mightHoldMixture('launch', '#!/usr/bin/env bash\nDATA_PATH=1'), true);
  });

  it('survives nesting that no parser does', () => {
    const deep = `{"train_domain_weights": ${'['.repeat(100_000)}`;
    assert.equal(readMixtures('x.json', deep).kind, 'unknown');
    assert.equal(readMixtures('x.yaml', `train_weights: ${'['.repeat(20_000)}`).kind, 'unknown');
    assert.equal(readMixtures('x.py', `train_data_config = ${'('.repeat(50_000)}`).kind, 'unknown');
  });

  it('does not multiply aliases of aliases', () => {
    const laughs = Array.from(
      { length: 25 },
      (_, i) => `a${i}: &a${i} [${i === 0 ? '{x: 1}' : `*a${i - 1}, *a${i - 1}, *a${i - 1}`}]`,
    ).join('\n');
    assert.equal(readMixtures('x.yaml', `${laughs}\nsources: *a24\nroot_dir: x\n`).kind, 'unknown');
    assert.equal(readMixtures('x.yaml', 'a: &a [*a]\ntrain_weights: &b {x: *b}\ntokenizer: 1\n').kind, 'unknown');
  });
});
