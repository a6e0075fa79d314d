import assert from 'node:assert/strict';
import { fitAuto } from '../../../src/core/judge/auto';
import { assembleTournament, compareLaws } from '../../../src/core/judge/tournament';
import type { CompareOptions, Tournament, UnitResult } from '../../../src/core/judge/types';
import { heldOutRows, planTournament, runUnit } from '../../../src/core/judge/units';
import { Random } from '../../../src/core/random';
import { drawnRuns, ladder, poisoned } from './support';

const noClock = (): number => 0;
const quick: Partial<CompareOptions> = {
  laws: ['additive', 'linear', 'bimix'],
  splits: { kind: 'random', repeats: 5, trainFraction: 0.7 },
  stackFolds: 3,
  fit: { starts: 1, maxIterations: 100 },
};
const rowOf = (tournament: Tournament, law: string) => tournament.rows.find((row) => row.law === law)!;

describe('tournament', () => {
  it('prefers the law the runs were drawn from and gives it the stack’s weight', () => {
    const tournament = compareLaws(drawnRuns('additive', { n: 60, noise: 0.002 }), quick, undefined, noClock);
    assert.ok(['additive', 'stack'].includes(tournament.verdict.best!), tournament.verdict.reason);
    assert.ok(!tournament.verdict.tiedWith.includes('linear'));
    assert.ok(rowOf(tournament, 'additive').mre.all! < 0.5 * rowOf(tournament, 'linear').mre.all!);
    assert.ok(rowOf(tournament, 'linear').mre.all! < rowOf(tournament, 'mean').mre.all!);
    const weights = new Map(tournament.stackWeights.map(({ law, weight }) => [law, weight]));
    assert.ok(weights.get('additive')! > 0.6);
    assert.ok(Math.abs([...weights.values()].reduce((sum, weight) => sum + weight, 0) - 1) < 1e-9);
    const best = rowOf(tournament, 'additive');
    assert.equal(best.splits.length, 5);
    assert.ok(best.spread.mre.all! > 0 && best.spearman! > 0.9 && best.regret! >= 0);
    assert.equal(best.parameterCount, 3 * 7);
  });

  it('says that no law beats the baseline when losses do not depend on the mixture', () => {
    const runs = drawnRuns('linear', { n: 40 });
    const random = new Random(2);
    runs.losses.forEach((_, entry) => (runs.losses[entry] = 3 + 0.1 * random.normal()));
    const { verdict } = compareLaws(runs, { ...quick, laws: ['linear', 'bimix'] }, undefined, noClock);
    assert.equal(verdict.best, null);
    assert.match(verdict.reason, /No law beats the baseline mean/);
  });

  it('cannot tell a law from its twin', () => {
    const runs = drawnRuns('exponential', { n: 50, noise: 0.01 });
    const { verdict } = compareLaws(
      runs,
      { ...quick, laws: ['exponential', 'log-linear'], stack: false },
      undefined,
      noClock,
    );
    assert.equal(verdict.tiedWith.length, 1);
    assert.match(verdict.reason, /cannot tell it from/);
  });

  it('gives the same bytes from shards made apart and merged in any order', () => {
    const runs = drawnRuns('additive', { n: 24 });
    const options = { ...quick, splits: { kind: 'folds', folds: 2 } } as const;
    const whole = compareLaws(runs, options, undefined, noClock);
    const shards = [0, 1, 2].map((shard) => {
      const plan = planTournament(runs, options);
      const units = plan.units.filter((_, at) => at % 3 === shard);
      return JSON.stringify(units.map((unit) => runUnit(runs, plan, unit, noClock)));
    });
    const results = shards.reverse().flatMap((text) => JSON.parse(text) as UnitResult[]);
    const merged = assembleTournament(runs, planTournament(runs, options), results);
    assert.equal(JSON.stringify(merged), JSON.stringify(whole));
    assert.throws(() => assembleTournament(runs, planTournament(runs, options), results.slice(1)), /No usable result/);
  });

  it('lets no held-out loss reach a fit, a stack weight or a choice', () => {
    const runs = drawnRuns('additive', { n: 30 });
    const split = { name: 'given', train: [...Array(20).keys()], validation: [...Array(10).keys()].map((i) => 20 + i) };
    const options = { ...quick, splits: { kind: 'given', splits: [split] } } as const;
    const absurd = poisoned(runs, split.validation, 1e9);
    const plan = planTournament(runs, options);
    assert.deepEqual(planTournament(absurd, options), plan);
    for (const unit of plan.units) {
      const clean = runUnit(runs, plan, unit, noClock);
      assert.deepEqual(runUnit(absurd, plan, unit, noClock), clean);
      // Inner folds hold out training rows only.
      if (unit.fold >= 0) assert.ok(heldOutRows(plan, unit).every((row) => row < 20));
    }
    assert.deepEqual(
      compareLaws(absurd, options, undefined, noClock).stackWeights,
      compareLaws(runs, options, undefined, noClock).stackWeights,
    );

    const rows = { train: split.train, validation: split.validation };
    const auto = fitAuto(runs, { starts: 1 }, rows, quick);
    const poisonedAuto = fitAuto(absurd, { starts: 1 }, rows, quick);
    assert.deepEqual(poisonedAuto.fit.parameters, auto.fit.parameters);
    assert.equal(poisonedAuto.fit.law, auto.fit.law);
    assert.deepEqual(poisonedAuto.tournament.verdict, auto.tournament.verdict);
  });

  it('chooses by held-out, not by training error', () => {
    // 16 runs of 6 domains: the additive law (13 numbers a target) fits them exactly without a prior and predicts nothing.
    const runs = drawnRuns('bimix', { K: 6, n: 16, noise: 0.02, seed: 3 });
    const { fit } = fitAuto(runs, { prior: 0, starts: 1 }, undefined, { ...quick, laws: ['additive', 'bimix'] });
    assert.equal(fit.law, 'bimix');
  });

  it('judges laws on the targets they share and says which were left out', () => {
    const runs = drawnRuns('additive', { n: 24 });
    const orphan = { ...runs, targetDomain: [0, 1, -1] };
    const tournament = compareLaws(orphan, { ...quick, stack: false }, undefined, noClock);
    assert.deepEqual(tournament.targets, ['domain0', 'domain1']);
    assert.match(tournament.notes.join(), /domain2/);
    const all = compareLaws(orphan, { ...quick, laws: ['additive'], stack: false }, undefined, noClock);
    assert.equal(all.targets.length, 3);
  });

  it('notes a law that does not apply instead of failing', () => {
    const runs = drawnRuns('additive', { n: 24 });
    const tournament = compareLaws(runs, { ...quick, laws: ['linear', 'joint'] }, undefined, noClock);
    const row = rowOf(tournament, 'joint');
    assert.equal(row.mre.all, null);
    assert.match(row.note!, /additive law/);
    assert.equal(tournament.targets.length, 3);
  });

  it('compares scales with the ranking carried over, on mixtures the law has not seen', () => {
    const runs = ladder([100, 300], 20);
    const options = { ...quick, laws: ['additive'], splits: { kind: 'scales', mixtures: 'new', folds: 4 } } as const;
    const tournament = compareLaws(runs, options, undefined, noClock);
    const carried = rowOf(tournament, 'carried-over');
    // Losses of the ladder differ by one factor between scales: the order carries over exactly, the level does not.
    assert.equal(carried.spearman, 1);
    assert.equal(carried.regret, 0);
    assert.ok(carried.mre.all! > 0.01);
    assert.ok(rowOf(tournament, 'additive').spearman! > 0.9);
    assert.deepEqual(tournament.notes, []);
    const seen = { ...options, splits: { kind: 'scales', mixtures: 'carried', folds: 4 } } as const;
    assert.match(compareLaws(runs, seen, undefined, noClock).notes.join(), /20 of 20 held-out rows/);
  });

  it('knows the noise floor from repeated runs', () => {
    const runs = drawnRuns('linear', { n: 40, noise: 0 });
    const K = runs.domains.length;
    const random = new Random(8);
    for (let row = 1; row < 40; row += 2) runs.mixtures.copyWithin(row * K, (row - 1) * K, row * K);
    runs.losses.forEach((_, entry) => (runs.losses[entry] = 3 * (1 + 0.01 * random.normal())));
    const { noiseFloor } = compareLaws(runs, { ...quick, laws: ['linear'] }, undefined, noClock);
    // Mean absolute deviation of a normal: σ·√(2/π).
    assert.ok(Math.abs(noiseFloor! - 0.01 * Math.sqrt(2 / Math.PI)) < 0.002, String(noiseFloor));
  });

  it('reports progress up to the last unit', () => {
    const runs = drawnRuns('linear', { n: 12 });
    const seen: number[] = [];
    compareLaws(runs, { ...quick, laws: ['linear'] }, ({ done, total }) => seen.push(total - done), noClock);
    assert.deepEqual(
      seen,
      Array.from({ length: seen.length }, (_, i) => seen.length - i),
    );
    assert.ok(seen.length > 5);
  });
});
