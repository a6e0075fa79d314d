import { isArray, isObject, type Json, type JsonObject, parseJson, readJson } from './json';
import { isHigherBetterName } from './column-names';
import { type Table, TableBuilder } from './table';

/** Cheap look: the keys that lm-evaluation-harness writes beside `results`. */
export const isLmEval = (text: string): boolean =>
  /^\s*\{/.test(text) &&
  text.includes('"results"') &&
  /"(?:versions|higher_is_better|n-shot|n-samples|model_num_parameters|config_general|task_hashes)"\s*:/.test(text);

/**
 * Output of lm-evaluation-harness → Table with one row: a column `task/metric` for each metric (`task/metric,filter`
 * where a filter was applied). Metrics of which the file itself says that higher is better are no losses, whatever they
 * are called. Throws `ResultsError`.
 */
export function readLmEval(fileName: string, text: string): Table {
  const value = parseJson(fileName, text);
  const results = isObject(value) ? value['results'] : undefined;
  if (!isObject(value) || results === undefined || !isObject(results) || !Object.values(results).every(isObject))
    return readJson(fileName, text);
  const builder = new TableBuilder(fileName, 'lm-evaluation-harness');
  builder.startRow(1);
  putModel(builder, value);
  const better = child(value, 'higher_is_better');
  for (const [task, metrics] of Object.entries(results)) {
    if (!isObject(metrics)) continue;
    for (const [key, cell] of Object.entries(metrics)) {
      if (typeof cell !== 'number' && !isStandardError(key)) continue;
      const [metric = key, filter = 'none'] = key.split(',');
      const name = `${task}/${metric}${filter === 'none' ? '' : `,${filter}`}`;
      const higher = child(better, task)?.[metric];
      if (isStandardError(metric)) builder.knownColumn(name, 'ignored', 'a spread, not a value');
      else if (higher === true || isHigherBetterName(metric))
        builder.knownColumn(name, 'ignored', 'higher is better: a score, not a loss');
      builder.put(name, typeof cell === 'number' ? cell : undefined);
    }
  }
  return builder.build();
}

const isStandardError = (key: string): boolean => /_stderr(?:,|$)/.test(key);

const child = (value: Json, key: string): JsonObject | undefined => {
  const inner = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return inner !== undefined && isObject(inner) ? inner : undefined;
};

/** What the file says of the model: its size, and the path that tells the runs apart. */
function putModel(builder: TableBuilder, value: JsonObject): void {
  const config = child(value, 'config') ?? child(value, 'config_general');
  const size = config?.['model_num_parameters'];
  if (typeof size === 'number') builder.put('model_num_parameters', size);
  const told = value['model_name'] ?? config?.['model_name'] ?? modelArgument(config?.['model_args']);
  if (typeof told !== 'string') return;
  // The last folder of a checkpoint's path; a step alone names no run.
  const parts = told.split(/[/\\]/).filter((part) => part !== '');
  const named = parts.filter((part) => !/^(?:checkpoint|step|iter)?[-_]?\d+$|^hf$|^latest$|^final$/i.test(part));
  builder.put('model_name', named.at(-1) ?? told);
}

function modelArgument(argument: Json): string | undefined {
  if (typeof argument === 'string') return /(?:^|,)(?:pretrained|model|path)=([^,]+)/.exec(argument)?.[1];
  if (argument === null || argument === undefined || isArray(argument) || !isObject(argument)) return undefined;
  const { pretrained } = argument;
  return typeof pretrained === 'string' ? pretrained : undefined;
}
