import { parentPort, workerData } from 'node:worker_threads';
import { setTranslations } from '../core/l10n';
import { calls } from './calls';
import { answer } from './dispatch';
import type { Call, WorkerData } from './protocol';

const port = parentPort;
if (!port) throw new Error('This file runs in a worker thread only.');
setTranslations((workerData as WorkerData | null)?.translations);
port.on('message', (call: Call) => void answer(call, calls, (reply) => port.postMessage(reply)));
