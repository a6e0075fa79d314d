// @ts-check
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

/** What went wrong outside these scripts, in words for whoever runs them; no stack of ours would help. */
export class StepError extends Error {}

/** What a command that is asked to end may take for it. */
const GRACE_MS = 10_000;

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env] Added to this process's environment.
 * @property {boolean} [quiet] Keep the output instead of printing it as it comes.
 * @property {number} [timeLimitSeconds] After it the command and everything it started is ended.
 */

/**
 * Runs a command in a process group of its own, so that a time limit or Ctrl-C ends all that it started and nothing else.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<{ code: number, output: string, timedOut: boolean }>} `output` (stdout and stderr) only when quiet.
 */
export function run(command, args, options = {}) {
  const { cwd = ROOT, env = {}, quiet = false, timeLimitSeconds } = options;
  const grouped = process.platform !== 'win32';
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    detached: grouped,
    // npm is a script on Windows, which only a shell can start.
    shell: !grouped && command === 'npm',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));

  /** @param {NodeJS.Signals} signal */
  const end = (signal) => {
    try {
      if (grouped && child.pid !== undefined) process.kill(-child.pid, signal);
      else child.kill(signal);
    } catch {
      // It has ended by itself.
    }
  };
  let timedOut = false;
  const limit =
    timeLimitSeconds === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          end('SIGTERM');
          setTimeout(end, GRACE_MS, 'SIGKILL').unref();
        }, timeLimitSeconds * 1000);
  /** @type {(NodeJS.Signals)[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const onExit = () => end('SIGKILL');
  for (const signal of signals) process.on(signal, end);
  process.on('exit', onExit);

  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(limit);
      for (const name of signals) process.off(name, end);
      process.off('exit', onExit);
      // A command that the user interrupted ends this one too, with the shell's exit code for it.
      if (signal === 'SIGINT' && !timedOut) process.exit(130);
      resolve({ code: code ?? 1, output, timedOut });
    });
  });
}

/**
 * Like `run`, quiet; throws with the command's own output when it fails.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 */
export async function runOrThrow(command, args, options = {}) {
  const { code, output, timedOut } = await run(command, args, { ...options, quiet: true });
  if (code === 0) return output;
  const outcome = timedOut ? `did not finish in ${options.timeLimitSeconds} s` : `failed with exit code ${code}`;
  throw new StepError(`${output.trim()}\n\n\`${command} ${args.join(' ')}\` ${outcome}.`);
}

/**
 * A one-line report of a step: what, how long, and what came of it.
 *
 * @template T
 * @param {string} name
 * @param {() => Promise<[result: T, remark: string]>} work
 * @returns {Promise<T>}
 */
export async function step(name, work) {
  const begin = Date.now();
  const [result, remark] = await work();
  console.log(`${name.padEnd(14)} ${((Date.now() - begin) / 1000).toFixed(1).padStart(6)} s  ${remark}`);
  return result;
}
