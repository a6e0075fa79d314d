import assert from 'node:assert/strict';
import { givenSplits, type Split } from '../../../src/core/judge/splits';
import { compareLaws } from '../../../src/core/judge/tournament';
import type { CompareOptions, TournamentRow } from '../../../src/core/judge/types';
import { rowCount, type Runs } from '../../../src/core/results/runs';
import {
  mixingLaws,
  needRealData,
  pile17,
  pile17Splits,
  regMix,
  slimPajama,
  slimPajamaSplit,
} from '../support/realData';

const figures = (runs: Runs, options: Partial<CompareOptions>): ((law: string) => TournamentRow) => {
  const { rows } = compareLaws(runs, { stack: false, ...options }, undefined, () => 0);
  return (law) => rows.find((row) => row.law === law)!;
};
const atMost = (value: number | null, percent: number): void =>
  assert.ok(
    value !== null && 100 * value <= percent,
    `${value === null ? value : 100 * value} %, at most ${percent} %`,
  );

describe('the defaults on real proxy runs', () => {
  before(needRealData);

  it('SlimPajama 122M @ 9.998B, reference split', () => {
    const runs = slimPajama();
    const splits = givenSplits(runs, [slimPajamaSplit(runs, 122, 9.998)], rowCount(runs));
    const row = figures(runs, {
      laws: ['additive', 'exponential', 'bimix'],
      splits: { kind: 'given', splits },
      fit: { starts: 1 },
    });
    atMost(row('additive').mre.all, 0.36);
    atMost(row('exponential').mre.all, 0.5);
    atMost(row('bimix').mre.all, 1.47);
    atMost(row('mean').mre.all, 4.69);
  });

  it('62 Pile runs, 11 splits, trained on all entries', () => {
    const runs = pile17();
    const splits = givenSplits(runs, pile17Splits(), rowCount(runs));
    const row = figures(runs, { laws: ['additive'], splits: { kind: 'given', splits }, fit: { starts: 1 } });
    atMost(row('additive').mre.all, 1.7);
    atMost(row('additive').mre.positive, 1.0);
  });

  it('62 Pile runs, rng(20), mask positive', () => {
    const runs = pile17();
    const splits = givenSplits(runs, pile17Splits().slice(0, 1), rowCount(runs));
    const row = figures(runs, { laws: ['bimix'], splits: { kind: 'given', splits }, fit: { mask: 'positive' } });
    atMost(row('bimix').mre.positive, 1.42);
  });

  it('RegMix 1M, ranked by Pile-CC', () => {
    const runs = regMix();
    const row = figures(runs, {
      laws: ['additive', 'exponential'],
      splits: { kind: 'random', repeats: 2, trainFraction: 0.7 },
      targetWeights: runs.targets.map((target) => (target === 'pile_cc' ? 1 : 0)),
      fit: { starts: 1 },
    });
    assert.ok(row('additive').spearman! >= 0.985, String(row('additive').spearman));
    assert.ok(row('exponential').spearman! >= 0.94, String(row('exponential').spearman));
  });

  it('SlimPajama 122M from 4B tokens on → 310M @ 20B: additive and overlap beat the losses carried over', () => {
    const runs = slimPajama();
    const positions = Array.from(runs.rows.keys());
    const small = positions.filter((row) => runs.modelSizes[row]! < 200);
    const split: Split = {
      name: 'up',
      train: small.filter((row) => runs.tokens[row]! > 3.9),
      validation: positions.filter((row) => runs.modelSizes[row]! > 200 && runs.tokens[row] === 20),
      carried: small,
    };
    const row = figures(runs, {
      laws: ['additive', 'overlap'],
      splits: { kind: 'given', splits: [split] },
      fit: { starts: 1 },
    });
    assert.ok(row('additive').mre.all! < 0.7 * row('carried-over').mre.all!);
    atMost(row('overlap').mre.all, 2);
    for (const law of ['additive', 'overlap', 'carried-over']) assert.ok(row(law).spearman! > 0.9, law);
  });

  describe('five domains, 22 targets that are none of them', () => {
    const laws = ['overlap', 'additive', 'joint'];
    const lastOf = (runs: Runs): ((row: number) => boolean) => {
      const most = new Map<number, number>();
      runs.runIds.forEach((run, row) => most.set(run, Math.max(most.get(run) ?? 0, runs.tokens[row]!)));
      return (row) => runs.tokens[row] === most.get(runs.runIds[row]!);
    };

    it('mixtures not seen', () => {
      const splits = { kind: 'random', repeats: 1, trainFraction: 0.7 } as const;
      const row = figures(mixingLaws(), { laws, splits, fit: { starts: 1 } });
      for (const law of laws) {
        atMost(row(law).mre.all, 1.2);
        assert.ok(row(law).converged, law);
      }
    });

    it('70M → 160M: within 8 %, of losses that fall by 11 %', () => {
      const runs = mixingLaws();
      const isLast = lastOf(runs);
      const positions = Array.from(runs.rows.keys());
      const small = positions.filter((row) => runs.modelSizes[row] === 70 && isLast(row));
      const large = positions.filter((row) => runs.modelSizes[row] === 160 && isLast(row));
      const splits: Split[] = [{ name: 'up', train: small, validation: large }];
      const row = figures(runs, { laws, splits: { kind: 'given', splits }, fit: { starts: 1 } });
      for (const law of laws) atMost(row(law).mre.all, 8);
    });
  });
});
