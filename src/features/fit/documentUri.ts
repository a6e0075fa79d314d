/** Extensions of results files, without the dot. */
export const RESULTS_EXTENSIONS = ['csv', 'tsv', 'json', 'jsonl', 'ndjson', 'parquet'] as const;

/** A file that could hold results: by its extension, fit documents apart. */
export const isResultsName = (name: string): boolean =>
  new RegExp(`\\.(?:${RESULTS_EXTENSIONS.join('|')})$`, 'i').test(name) && !/\.mixlaw\.json$/i.test(name);

/** `runs/results.csv` → `runs/results.mixlaw.json`; of a folder of runs `sweep` → `sweep.mixlaw.json` beside it. */
export function documentPath(resultsPath: string): string {
  return `${resultsPath.replace(/\.[^./\\]+$/, '')}.mixlaw.json`;
}
