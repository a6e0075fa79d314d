import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import * as fileSystem from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { main } from './cli/main';
import { diskOf } from './core/pipeline/files';
import { WorkerClient } from './worker/client';
import { executorOf, processors } from './worker/executor';

const broken = (error: NodeJS.ErrnoException): void => {
  // `mixlaw … | head` closes the pipe early: that is no failure.
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
  throw error;
};
process.stdout.on('error', broken);
process.stderr.on('error', broken);

/** Beside this file in the bundle; when run from source there is none, and calculations run one after the other. */
const workerFile = typeof __dirname === 'string' ? join(__dirname, 'worker.js') : '';

void main(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  interactive: process.stderr.isTTY === true,
  disk: diskOf(fileSystem, (bytes) => createHash('sha256').update(bytes).digest('hex')),
  ...(existsSync(workerFile)
    ? { executor: (threads = processors()) => executorOf(new WorkerClient(workerFile, { threads }), threads) }
    : {}),
  async write(path, text) {
    const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
    await fileSystem.mkdir(dirname(path), { recursive: true });
    try {
      await fileSystem.writeFile(temporary, text);
      await fileSystem.rename(temporary, path);
    } catch (error) {
      await fileSystem.rm(temporary, { force: true });
      throw error;
    }
  },
}).then((code) => (process.exitCode = code));
