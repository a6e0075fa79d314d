import { parentPort } from 'node:worker_threads';
import { calls } from './calls';
import { answer } from './dispatch';
import type { Call } from './protocol';

const port = parentPort;
if (!port) throw new Error('This file runs in a worker thread only.');
port.on('message', (call: Call) => void answer(call, calls, (reply) => port.postMessage(reply)));
