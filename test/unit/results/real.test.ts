import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { readResults } from '../../../src/core/results/read';
import type { ResultsOptions, ResultsReading } from '../../../src/core/results/types';
import { needRealData, realFile } from '../support/realData';

const read = (paths: readonly string[], options: ResultsOptions = {}): ResultsReading =>
  readResults(
    paths.map((path) => ({ name: basename(path), bytes: new TextEncoder().encode(realFile(path)) })),
    options,
  );
const runCount = ({ runs }: ResultsReading): number => new Set(runs.runIds).size;
const codes = (reading: ResultsReading): string[] => reading.warnings.map(({ code }) => code);

describe('reading real proxy runs', () => {
  before(needRealData);

  it('RegMix, a pair in either order: 512 runs, 17 domains, 13 targets', () => {
    const paths = ['regmix/train_mixture_1m.csv', 'regmix/train_pile_loss_1m.csv'];
    const reading = read(paths);
    const { runs } = reading;
    assert.equal(runs.rows.length, 512);
    assert.equal(runCount(reading), 512);
    assert.equal(runs.domains.length, 17);
    assert.equal(runs.targets.length, 13);
    assert.ok(runs.targetDomain.every((domain) => domain >= 0));
    assert.equal(runs.modelSizes[0], 1);
    assert.equal(reading.missingLosses, 0);
    assert.deepEqual([...reading.dropped, ...reading.repaired], []);
    const zeros = runs.mixtures.filter((weight) => weight === 0).length / runs.mixtures.length;
    assert.ok(zeros > 0.4 && zeros < 0.5);
    assert.ok(runs.weightSums.every((sum) => sum >= 0.9959 && sum <= 1.0031));
    const swapped = read([...paths].reverse());
    assert.deepEqual(swapped.runs.losses, runs.losses);
    assert.deepEqual(swapped.runs.mixtures, runs.mixtures);
  });

  it('SlimPajama: 1308 checkpoints of 120 runs, six rows with missing losses kept', () => {
    const reading = read(['slimpajama/slimpajama_122m_310m.csv']);
    const { runs } = reading;
    assert.equal(runs.rows.length, 1308);
    assert.equal(runCount(reading), 120);
    assert.equal(runs.domains.length, 7);
    assert.equal(runs.targets.length, 8);
    assert.equal(runs.targetDomain[runs.targets.indexOf('openhermes')], -1);
    const M = runs.targets.length;
    const incomplete = [...runs.rows].filter((_, i) => runs.losses.slice(i * M, i * M + M).some(Number.isNaN));
    assert.equal(incomplete.length, 6);
    assert.equal(reading.missingLosses, 16);
    assert.deepEqual([...new Set(runs.modelSizes)].sort(), [122, 310]);
    assert.equal(Math.min(...runs.tokens), 1.998);
    assert.equal(Math.max(...runs.tokens), 20);
    assert.ok(codes(reading).includes('close-checkpoints'));
    assert.deepEqual(reading.checkpoints, { used: 'all', by: 'tokens', said: false, runs: 120, leftOut: 0 });
    const last = read(['slimpajama/slimpajama_122m_310m.csv'], { checkpoints: 'last' });
    assert.equal(last.runs.rows.length, 120);
    assert.deepEqual([...new Set(last.runs.tokens)], [20]);
  });

  it('Pile: 62 runs, 17 domains and targets, 1B parameters, 25B tokens', () => {
    const reading = read(['pile17/pile17_1b.csv']);
    assert.equal(reading.runs.rows.length, 62);
    assert.equal(runCount(reading), 62);
    assert.deepEqual([...reading.runs.targetDomain], [...Array(17).keys()]);
    assert.deepEqual([...new Set(reading.runs.modelSizes)], [1000]);
    assert.deepEqual([...new Set(reading.runs.tokens)], [25]);
    assert.equal(reading.missingLosses, 0);
    const set = read(['pile17/pile17_1b.csv'], { modelSize: 200, tokens: 2500 });
    assert.deepEqual([set.runs.modelSizes[0], set.runs.tokens[61]], [200, 2500]);
  });

  it('five-domain mixing laws: 756 checkpoints of 52 runs, 22 targets that are no domains', () => {
    const last = read(['mixinglaws/5mix_70m_160m.csv']);
    assert.equal(last.runs.rows.length, 52);
    assert.equal(last.dropped.length, 756 - 52);
    assert.ok(last.dropped.every(({ code }) => code === 'earlier-checkpoint'));
    assert.deepEqual(last.checkpoints, { used: 'last', by: 'steps', said: false, runs: 52, leftOut: 704 });
    const reading = read(['mixinglaws/5mix_70m_160m.csv'], { checkpoints: 'all' });
    const { runs } = reading;
    assert.equal(runs.rows.length, 756);
    assert.equal(runCount(reading), 52);
    assert.deepEqual(runs.domains, ['w1', 'w2', 'w3', 'w4', 'w5']);
    assert.equal(runs.targets.length, 22);
    assert.ok(runs.targetDomain.every((domain) => domain === -1));
    assert.deepEqual([...new Set(runs.modelSizes)].sort(), [160, 70]);
    assert.ok(runs.tokens.every(Number.isNaN));
    const role = (name: string): string | undefined => reading.columns.find((column) => column.name === name)?.role;
    assert.deepEqual([role('model'), role('run_tag'), role('step')], ['model-size', 'id', 'ignored']);
    assert.ok(codes(reading).includes('checkpoints-without-tokens'));
    const told = read(['mixinglaws/5mix_70m_160m.csv'], { roles: new Map([['step', 'tokens']]) });
    assert.ok(told.runs.tokens.every((tokens) => tokens > 0));
    assert.ok(!codes(told).includes('checkpoints-without-tokens'));
  });
});
