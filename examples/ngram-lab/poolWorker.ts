import { parentPort } from 'node:worker_threads';
import type { LabRun } from './lab';
import { trainAndMeasure } from './lab';

/** A training thread: a run in, its losses out. */
parentPort?.on('message', (run: LabRun) => parentPort?.postMessage(trainAndMeasure(run)));
