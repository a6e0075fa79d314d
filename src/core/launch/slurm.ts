import { bashLines } from './bash';
import type { Launcher } from './launcher';
import { shellQuoted } from './shell-words';

/** A job array, one task a run. */
export const slurm: Launcher = {
  id: 'slurm',
  fileName: 'slurm-array.sh',
  write: (plan) =>
    `${[
      '#!/usr/bin/env bash',
      '#SBATCH --job-name=mixlaw-design',
      `#SBATCH --array=1-${plan.runs.length}`,
      '#SBATCH --output=%x-%A-%a.log',
      '#',
      '# Runs proposed by mixlaw design, one task each. From the folder where it was called:',
      '#',
      `#   sbatch --gpus=1 --time=02:00:00 ${shellQuoted(plan.script)}`,
      '#',
      '# A run that failed is made again by itself: sbatch --array=3 … with the same arguments.',
      'set -euo pipefail',
      '',
      'index=$((${SLURM_ARRAY_TASK_ID:?submit this with sbatch} - 1))',
      ...bashLines(plan),
    ].join('\n')}\n`,
};
