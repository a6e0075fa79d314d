import type { Launcher } from './launcher';
import { ray } from './ray';
import { skypilot } from './skypilot';
import { slurm } from './slurm';

export const launchers: readonly Launcher[] = [slurm, skypilot, ray];
