import { entriesOf, onlyCounted, scaleRuns, selectTargets, shapeOf, shapeOfTarget } from '../fit/data';
import { engines } from '../fit/engines';
import { defaultOptimizerOptions, type OptimizerOptions } from '../fit/optimizer';
import { LawProblem } from '../fit/problem';
import type { Fit, FitOptions } from '../fit/types';
import { lawById } from '../laws/registry';
import type { Runs } from '../results/runs';

/** What a refit starts from. Structured-clone safe. */
export interface KnownFit {
  readonly targets: readonly string[];
  readonly modelSizeVaries: boolean;
  readonly tokensVary: boolean;
  readonly parameters: readonly { readonly name: string; readonly value: number }[];
}

export const knownFit = ({ targets, modelSizeVaries, tokensVary, parameters }: Fit): KnownFit => ({
  targets,
  modelSizeVaries,
  tokensVary,
  parameters: parameters.map(({ name, value }) => ({ name, value })),
});

/** Far tighter than replicates differ by, far looser than a fit that is shown. */
const PACE = 1e-3;

/**
 * The law fitted to other runs of the same kind, searched from a known optimum alone and not certified: what a bootstrap
 * needs, at a small part of the cost of a fit. Parameters in the order of the known ones; those that the runs at hand say
 * nothing about stay what they were.
 */
export function refit(
  runs: Runs,
  options: FitOptions,
  known: KnownFit,
): { readonly parameters: number[]; readonly converged: boolean } {
  const law = lawById(options.law);
  const targets = known.targets.map((target) => runs.targets.indexOf(target));
  const training = onlyCounted(selectTargets(scaleRuns(runs, options).runs, targets), options.mask);
  // Runs drawn anew may happen to have one scale only; the law stays the one that is asked about.
  const { modelSizeVaries, tokensVary } = known;
  const shape = { ...shapeOf(training), modelSizeVaries, tokensVary };
  const values = new Map(known.parameters.map(({ name, value }) => [name, value]));
  const { maxIterations } = options;
  const limits: OptimizerOptions = { ...defaultOptimizerOptions, maxIterations, pace: PACE, near: true };
  const blocks = law.separable ? targets.map((_, target) => [target]) : [Array.from(targets.keys())];
  let converged = true;
  for (const block of blocks) {
    const own = law.separable ? selectTargets(training, block) : training;
    const entries = entriesOf(own, options.mask);
    if (entries.loss.length === 0) continue;
    const model = law.build(law.separable ? shapeOfTarget(shape, block[0]!) : shape, options);
    const problem = new LawProblem(model, entries, options);
    const theta = Float64Array.from(model.parameters, ({ name, lower, upper }) =>
      Math.min(upper, Math.max(lower, values.get(name) ?? (lower + upper) / 2)),
    );
    const { z, stop } = engines[options.engine].minimize(problem, problem.fromTheta(theta), limits);
    converged &&= stop !== 'iterations';
    problem.toTheta(z, theta);
    model.parameters.forEach(({ name }, p) => values.set(name, theta[p]!));
  }
  return { parameters: known.parameters.map(({ name }) => values.get(name)!), converged };
}
