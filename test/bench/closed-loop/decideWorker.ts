import { parentPort } from 'node:worker_threads';
import type { SeedTask } from './decide';
import { decide } from './decide';

parentPort?.on('message', (task: SeedTask) => parentPort?.postMessage(decide(task)));
