// A worker that does what a broken one might: the first path of the request says what.
import { parentPort, threadId } from 'node:worker_threads';

parentPort.on('message', ({ id, argument }) => {
  const [what] = argument.paths;
  switch (what) {
    case 'spin':
      parentPort.postMessage({ id, type: 'progress', progress: { phase: 'fitting', done: 1, total: 2 } });
      for (;;);
    case 'memory': {
      const kept = [];
      for (;;) kept.push(new Array(1000).fill(kept.length));
    }
    case 'thread':
      parentPort.postMessage({ id, type: 'ok', value: threadId });
      return;
    case 'exit':
      process.exit(3);
    case 'throw':
      setImmediate(() => {
        throw new RangeError('broken on purpose');
      });
      return;
    case 'slow':
      setTimeout(() => parentPort.postMessage({ id, type: 'ok', value: what }), 30);
      return;
    default:
      parentPort.postMessage({ id, type: 'ok', value: what });
  }
});
