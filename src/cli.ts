import { createHash, randomBytes } from 'node:crypto';
import * as fileSystem from 'node:fs/promises';
import { main } from './cli/main';
import { diskOf } from './core/pipeline/files';

const broken = (error: NodeJS.ErrnoException): void => {
  // `mixlaw … | head` closes the pipe early: that is no failure.
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
  throw error;
};
process.stdout.on('error', broken);
process.stderr.on('error', broken);

void main(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  interactive: process.stderr.isTTY === true,
  disk: diskOf(fileSystem, (bytes) => createHash('sha256').update(bytes).digest('hex')),
  async write(path, text) {
    const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
    try {
      await fileSystem.writeFile(temporary, text);
      await fileSystem.rename(temporary, path);
    } catch (error) {
      await fileSystem.rm(temporary, { force: true });
      throw error;
    }
  },
}).then((code) => (process.exitCode = code));
