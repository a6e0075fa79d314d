import { bashLines } from './bash';
import type { Launcher } from './launcher';
import { shellQuoted } from './shell-words';

/** A SkyPilot task for one run, which run being an environment variable. */
export const skypilot: Launcher = {
  id: 'skypilot',
  fileName: 'skypilot.yaml',
  write: (plan) =>
    `${[
      '# Runs proposed by mixlaw design. From the folder where it was called, which travels along as the working folder:',
      '#',
      `#   for run in $(seq 1 ${plan.runs.length}); do`,
      `#     sky jobs launch --yes --detach-run --name "mixlaw-design-$run" --env MIXLAW_RUN="$run" ${shellQuoted(plan.script)}`,
      '#   done',
      '#',
      '# Add what a run needs, as `resources: {accelerators: A100:1}`, and `setup:` to install it.',
      'name: mixlaw-design',
      'workdir: .',
      'envs:',
      '  MIXLAW_RUN: "1"',
      'run: |',
      ...['set -euo pipefail', 'index=$((MIXLAW_RUN - 1))', ...bashLines(plan)].map((line) => `  ${line}`),
    ].join('\n')}\n`,
};
