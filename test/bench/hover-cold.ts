import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as library from '../../src/features/library';

/**
 * One cold start, run by hover.ts as a bundle beside the library's: `DIRECTORY LANGUAGE` prints one line of JSON with
 * milliseconds; `DIRECTORY ordinary` prints a table of files without a candidate. `cpu` is the processor time of the first
 * hover, in all threads of the process: other programs cannot make it longer.
 */
const LINES = 2000;
const REPEATS = 200;
/** 17 domains and targets, 62 runs. */
const FIT = 'results.mixlaw.json';

interface Config {
  readonly fileName: string;
  readonly text: string;
}

/** A config of 2,000 lines with a mixture of these domains in its middle. */
function longConfig(language: string, domains: readonly string[]): Config {
  const share = (1 / domains.length).toFixed(4);
  const fill = (line: (i: number) => string, mixture: string): string => {
    const half = Array.from({ length: (LINES - domains.length) / 2 }, (_, i) => line(i)).join('\n');
    return `${half}\n${mixture}\n${half.replaceAll('setting', 'other')}\n`;
  };
  if (language === 'yaml') {
    const weights = domains.map((domain) => `  ${domain}: ${share}`).join('\n');
    const text = fill(
      (i) => `setting_${i}: value ${i} # what it is for`,
      `tokenizer: gpt2\ntrain_weights:\n${weights}`,
    );
    return { fileName: 'long.yaml', text };
  }
  if (language === 'sections') {
    // As most are: sections of twenty settings.
    const weights = domains.map((domain) => `    ${domain}: ${share}`).join('\n');
    const text = fill(
      (i) => (i % 20 === 0 ? `setting_${i}:` : `  option_${i}: value ${i} # what it is for`),
      `levanter:\n  tokenizer: gpt2\n  train_weights:\n${weights}`,
    );
    return { fileName: 'sections.yaml', text };
  }
  if (language === 'json') {
    const weights = domains.map((domain) => `      "${domain}": ${share}`).join(',\n');
    const text = fill(
      (i) => `  "setting_${i}": {"value": ${i}, "use": "what it is for"},`,
      `  "data": {"tokenizer": "gpt2", "train_weights": {\n${weights}\n  }},`,
    );
    return { fileName: 'long.json', text: `{\n${text}  "last": true\n}\n` };
  }
  if (language === 'toml') {
    const weights = domains.map((domain) => `${domain} = ${share}`).join('\n');
    const text = fill(
      (i) => (i % 20 === 0 ? `[setting_${i}]` : `option_${i} = "value ${i}" # what it is for`),
      `[data]\ntokenizer = "gpt2"\n[data.train_weights]\n${weights}`,
    );
    return { fileName: 'long.toml', text };
  }
  if (language === 'python') {
    const pairs = domains.map((domain) => `    ("${domain}", ${share}),`).join('\n');
    const text = fill((i) => `setting_${i} = make("value", ${i}, key=[1, 2])`, `train_data_config = [\n${pairs}\n]`);
    return { fileName: 'long.py', text };
  }
  const words = domains.map((domain) => `  ${share} /data/${domain}_text_document \\`).join('\n');
  const text = fill((i) => `SETTING_${i}="value ${i}" # what it is for`, `DATA_PATH=" \\\n${words}\n"`);
  return { fileName: 'long.sh', text };
}

/** Files as they are everywhere, with none of the key words. */
const ORDINARY: readonly (readonly [fileName: string, line: (i: number) => string])[] = [
  ['values.yaml', (i) => `  replica_${i}: {image: "registry/app:${i}", port: 80}`],
  ['workflow.yaml', (i) => `      - name: step ${i} # runs the tests`],
  ['module.py', (i) => `result_${i} = combine(first, second) + ${i}`],
  ['install.sh', (i) => `echo "step ${i}" && cp -r "$HOME/a" "$HOME/b"`],
  ['lock.json', (i) => `  "package-${i}": {"version": "1.${i}.0", "resolved": "https://example.org/${i}.tgz"},`],
];

const quantile = (sorted: readonly number[], at: number): number => sorted[Math.floor((sorted.length - 1) * at)]!;

function timed(action: () => void): number {
  const start = performance.now();
  action();
  return performance.now() - start;
}

async function main(directory: string, language: string): Promise<void> {
  const start = performance.now();
  const before = process.cpuUsage();
  const core = (await import('./library.js' as string)) as typeof library;
  const load = performance.now() - start;
  if (language === 'ordinary') return ordinary(core);

  const opening = performance.now();
  const document = core.parseFitDocument(readFileSync(join(directory, FIT), 'utf8'), FIT);
  const { modelSize, tokens } = document.recommendation;
  const assessor = {
    fit: document.fit,
    predictor: core.predictorOf(document.fit),
    measured: core.differentMixtures(document.observations.mixtures),
    modelSize,
    tokens,
  };
  const fit = performance.now() - opening;

  const { fileName, text } = longConfig(language, document.fit.domains);
  const hover = (content: string): void => {
    const mixture = core.mightHoldMixture(fileName, content) && core.readMixtures(fileName, content).mixtures[0];
    if (!mixture || !core.assessMixture(mixture, assessor)) throw new Error(`nothing was read in ${fileName}`);
  };
  const read = timed(() => hover(text));
  const { user, system } = process.cpuUsage(before);
  // Each on a text of its own: nothing is cached.
  const later = Array.from({ length: REPEATS }, (_, i) => timed(() => hover(`${text}${' '.repeat(i)}\n`))).sort(
    (a, b) => a - b,
  );
  const figures = {
    load,
    fit,
    read,
    first: load + fit + read,
    cpu: (user + system) / 1000,
    median: quantile(later, 0.5),
    p95: quantile(later, 0.95),
  };
  console.log(JSON.stringify(figures));
}

function ordinary(core: typeof library): void {
  for (const [fileName, line] of ORDINARY) {
    const text = Array.from({ length: LINES }, (_, i) => line(i)).join('\n');
    // Each a text of its own: what was found in the latest one is kept.
    const texts = Array.from({ length: REPEATS }, (_, i) => text + ' '.repeat(i));
    const times = texts.map((each) => timed(() => void core.mightHoldMixture(fileName, each)));
    const sorted = times.toSorted((a, b) => a - b);
    const cells = [times[0]!, quantile(sorted, 0.5), quantile(sorted, 0.95)].map((time) =>
      time.toFixed(3).padStart(10),
    );
    console.log(fileName.padEnd(16) + cells.join(''));
  }
}

const [directory = '', language = ''] = process.argv.slice(2);
void main(directory, language);
