import { createHash } from 'node:crypto';
import { main } from '../../../src/cli/main';
import type { Io } from '../../../src/cli/io';

/** A command line run on files in memory. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Files as they are afterwards. */
  readonly files: ReadonlyMap<string, string>;
}

export async function mixlaw(
  line: readonly string[],
  files: Readonly<Record<string, string>> = {},
  options: Partial<Pick<Io, 'interactive'>> = {},
): Promise<Outcome> {
  const stored = new Map(Object.entries(files));
  let [out, err] = ['', ''];
  const code = await main(line, {
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    interactive: false,
    ...options,
    disk: {
      stat: async (path) => {
        const text = stored.get(path);
        return text === undefined ? undefined : { bytes: Buffer.byteLength(text), modified: 0 };
      },
      read: async (path) => Buffer.from(stored.get(path) ?? ''),
      sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
    },
    write: async (path, text) => void stored.set(path, text),
  });
  return { code, out, err, files: stored };
}

/** Noise-free runs of three domains on a grid: one row per mixture, losses that fall with a domain's own weight. */
export function smallResults(): string {
  const mixtures: number[][] = [];
  for (let a = 1; a <= 7; a++) for (let b = 1; a + b <= 8; b++) mixtures.push([a / 9, b / 9, (9 - a - b) / 9]);
  const loss = (weight: number, k: number): number => 1.5 + 0.3 * k + 0.4 * Math.exp(-(1 + k) * weight);
  const rows = mixtures.map((mixture) => [...mixture, ...mixture.map(loss)].map((value) => value.toFixed(6)).join(','));
  return `weight_web,weight_code,weight_books,loss_web,loss_code,loss_books\n${rows.join('\n')}\n`;
}
