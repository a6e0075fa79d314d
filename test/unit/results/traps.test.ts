import assert from 'node:assert/strict';
import { ResultsError } from '../../../src/core/errors';
import { readResults } from '../../../src/core/results/read';
import type { ResultsReading } from '../../../src/core/results/types';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (text: string, name = 'results.csv'): ResultsReading => readResults([{ name, bytes: bytes(text) }]);
const pair = (a: string, b: string): ResultsReading =>
  readResults([
    { name: 'weights.csv', bytes: bytes(a) },
    { name: 'losses.csv', bytes: bytes(b) },
  ]);
const codes = (notes: readonly { readonly code: string }[]): string[] => notes.map(({ code }) => code);
const HEADER = 'weight_a,weight_b,a_loss,b_loss';

/** One named test for each trap of results files that FORMATS.md lists; the details have tests of their own. */
describe('traps of results files', () => {
  it('R1: a pair is joined on the run, counted from 0 or from 1, in any order and with gaps', () => {
    const weights = 'index,weight_a,weight_b\n0,0.25,0.75\n1,0.5,0.5\n3,1,0\n';
    const same = pair(weights, 'index,a_loss\n3,3.3\n0,3\n1,3.1\n7,9\n');
    assert.deepEqual([...same.runs.losses], [3, 3.1, 3.3]);
    assert.ok(codes(same.dropped).includes('unmatched-id'));
    const shifted = pair(weights, 'index,a_loss\n4,3.3\n1,3\n2,3.1\n');
    assert.deepEqual([...shifted.runs.losses], [3, 3.1, 3.3]);
    assert.ok(codes(shifted.warnings).includes('id-offset'));
    const without = pair('weight_a,weight_b\n0.25,0.75\n1,0\n', 'a_loss\n3\n3.3\n');
    assert.ok(codes(without.warnings).includes('joined-by-order'));
  });

  it('R2: empty and infinite cells, a blank header, a mark, CRLF and decimal commas', () => {
    const nasty =
      '\ufeff;weight_a;weight_b;a_loss;b_loss\r\n0;0,25;0,75;3,41;NaN\r\n1;"0,5";5e-1;inf;2,5\r\n2;1;0;3;None';
    const { runs, dropped } = read(nasty);
    assert.deepEqual([...runs.mixtures], [0.25, 0.75, 0.5, 0.5, 1, 0]);
    assert.deepEqual([...runs.losses], [3.41, NaN, NaN, 2.5, 3, NaN]);
    assert.deepEqual(dropped, []);
  });

  it('R3: bits per byte, perplexities and losses are kept apart; accuracies are refused', () => {
    assert.equal(read('weight_a,weight_b,a_bpb\n0.5,0.5,1\n1,0,0.9\n').runs.lossKind, 'bits-per-byte');
    assert.equal(read('weight_a,weight_b,a_ppl\n0.5,0.5,20\n1,0,18\n').runs.lossKind, 'perplexity');
    const mixed = read('weight_a,weight_b,a_loss,b_loss,a_ppl\n0.5,0.5,3,2,20\n1,0,3,2,20\n');
    assert.deepEqual(mixed.runs.targets, ['a', 'b']);
    assert.ok(codes(mixed.warnings).includes('other-loss-kind'));
    assert.throws(() => read('weight_a,weight_b,mmlu_acc\n0.5,0.5,0.3\n1,0,0.4\n'), ResultsError);
  });

  it('R4: there may be fewer losses than weights, and losses that belong to no domain', () => {
    const { runs, warnings } = read(
      'weight_a,weight_b,weight_c,b_loss,openhermes_loss\n0.2,0.3,0.5,3,2\n0.5,0.3,0.2,3.1,2.1\n',
    );
    assert.deepEqual([...runs.targetDomain], [1, -1]);
    assert.ok(codes(warnings).includes('targets-without-domain'));
  });

  it('R5: checkpoints of one run are told from runs, and counted as one run', () => {
    const { runs, checkpoints } = read(`n_tokens,${HEADER}\n1B,0.5,0.5,3,2\n2B,0.5,0.5,2.9,1.9\n2B,1,0,2.8,2.4\n`);
    assert.deepEqual([...runs.runIds], [0, 0, 1]);
    assert.equal(checkpoints?.runs, 1);
  });

  it('R6: rounded weights are made to sum to one, and their zeros stay', () => {
    const { runs, repaired, dropped } = read(`${HEADER},weight_c\n0.333,0.333,3,2,0.333\n0.997,0,3,2,0\n`);
    assert.deepEqual(
      [...runs.mixtures].map((weight) => Number(weight.toFixed(9))),
      [1 / 3, 1 / 3, 1 / 3, 1, 0, 0].map((weight) => Number(weight.toFixed(9))),
    );
    assert.deepEqual([repaired, dropped], [[], []]);
  });

  it('R7: names are matched by spelling, never by position', () => {
    const { runs } = read(
      'weight_pile_cc,weight_wikipedia_en,weight_arxiv,ArXiv_loss,CommonCrawl_loss,wiki_loss\n' +
        '0.1,0.5,0.4,3,3,3\n0.4,0.5,0.1,3,3,3\n',
    );
    assert.deepEqual([...runs.targetDomain], [2, 0, 1]);
  });

  it('R8: N beside M is tokens; tokens are those of the checkpoint', () => {
    const { runs } = read(`M,N,${HEADER}\n200M,8B,0.5,0.5,3,2\n200M,1.998e9,1,0,3,2\n`);
    assert.deepEqual([...runs.modelSizes], [200, 200]);
    assert.deepEqual([...runs.tokens], [8, 1.998]);
  });
});
