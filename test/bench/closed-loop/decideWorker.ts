import { parentPort } from 'node:worker_threads';
import type { SeedTask } from './decide';
import { decide } from './decide';

parentPort?.on('message', (task: SeedTask) => {
  void decide(task).then((decisions) => parentPort?.postMessage(decisions));
});
