import type { Runs } from '../results/runs';
import type { Plan, UnitResult } from './types';
import { heldOutRows } from './units';

/** Who leads while a comparison is under way. For display alone: nothing is chosen by it. */
export class Standing {
  /** Relative errors of each law over the splits it has finished. */
  private readonly errors = new Map<string, { sum: number; count: number }>();

  constructor(
    private readonly runs: Runs,
    private readonly plan: Plan,
  ) {}

  /** Takes in one more result; "bimix; best so far: overlap, 1.62 %". */
  after(result: UnitResult): string {
    const { contender, fold } = result.unit;
    if (fold < 0 && this.plan.options.laws.includes(contender)) this.add(result);
    const leader = this.leader();
    return leader ? `${contender}; best so far: ${leader.law}, ${(100 * leader.error).toPrecision(3)} %` : contender;
  }

  private add({ unit, predicted }: UnitResult): void {
    const { runs } = this;
    const M = runs.targets.length;
    const { sum, count } = this.errors.get(unit.contender) ?? { sum: 0, count: 0 };
    const total = { sum, count };
    heldOutRows(this.plan, unit).forEach((row, k) => {
      for (let i = 0; i < M; i++) {
        const loss = runs.losses[row * M + i]!;
        const value = predicted[k * M + i] ?? null;
        if (value === null || !(loss > 0)) continue;
        total.sum += Math.abs(value - loss) / loss;
        total.count++;
      }
    });
    if (total.count > 0) this.errors.set(unit.contender, total);
  }

  private leader(): { readonly law: string; readonly error: number } | undefined {
    let best: { law: string; error: number } | undefined;
    for (const [law, { sum, count }] of this.errors) {
      if (!best || sum / count < best.error) best = { law, error: sum / count };
    }
    return best;
  }
}
