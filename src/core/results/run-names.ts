/**
 * Which run a file of a folder is about, by its path: `runs/run_001/config.yaml`, `runs/run_001/eval/metrics.json` and
 * `run_001.metrics.json` are all about `run_001`.
 */

/** What files and folders of a run are called besides the run's own name. */
const PART =
  /^(?:configs?|cfg|conf|train(?:ing)?|metrics?|results?|evals?|evaluations?|loss(?:es)?|weights?|mix(?:ture)?s?|summary|history|hparams|params|args|final|wandb|outputs?|scores?|logs?|val(?:id(?:ation)?)?|runs?|files|data)$/i;
/** lm-evaluation-harness puts the time into the name. */
const TIME = /\d{4}-\d\d-\d\dT\d\d[-:.]?\d\d[-:.]?\d\d(?:\.\d+)?/g;

/** The names of the runs that files are about, in the order of the files. */
export function runNames(fileNames: readonly string[]): string[] {
  return fileNames.map((fileName) => {
    const parts = fileName.split('/');
    const base = (parts.pop() ?? '').replace(/(?:\.[a-z]{2,8})+$/i, '').replace(TIME, '');
    const own = withoutParts(base);
    const folders = parts.filter((part) => !PART.test(part));
    return [...folders, ...(own === '' ? [] : [own])].join('/') || fileName;
  });
}

/** `run_001.metrics`, `metrics_run_001` → `run_001`; `config` → ``. */
function withoutParts(base: string): string {
  const words = base.split(/([._-]+)/);
  const isName = (word: string, i: number): boolean => i % 2 === 0 && word !== '' && !PART.test(word);
  const first = words.findIndex(isName);
  const last = words.findLastIndex(isName);
  if (first === -1) return '';
  const dropped = words.some((word, i) => i % 2 === 0 && (i < first || i > last) && word !== '');
  if (!dropped) return base;
  // `run_001`: the word before a bare number belongs to it.
  const start = /^\d+$/.test(words[first] as string) && /^runs?$/i.test(words[first - 2] ?? '') ? first - 2 : first;
  return words.slice(start, last + 1).join('');
}

/** The number at the end of each name, `run_001` → `1`, when every name has one and no two the same. */
export function runNumbers(names: readonly string[]): string[] | undefined {
  const numbers = names.map((name) => /(\d{1,15})$/.exec(name)?.[1]);
  const known = numbers.filter((number) => number !== undefined).map((number) => String(Number(number)));
  return known.length === names.length && new Set(known).size === new Set(names).size ? known : undefined;
}
