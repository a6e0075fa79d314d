import { inEnglish, t } from '../l10n';
import { parseDocument } from '../yaml';
import { ResultsError } from '../errors';
import { mightHoldMixture, readMixtures } from '../mixtures/read';
import { lossAffix } from './column-names';
import { type Json, tableOfValue } from './json';
import { type Table, TableBuilder } from './table';
import { quoted } from '../words';

/** Training configs that are kept beside a run's metrics. */
export const isConfigName = (name: string): boolean => /\.(?:ya?ml|toml|py|sh|sbatch)$/i.test(name);

const isYamlName = (name: string): boolean => /\.ya?ml$/i.test(name);

/** The training config of one run → Table with one row: its mixture, model size and tokens; for YAML without a known mixture all it holds. */
export function readConfig(fileName: string, text: string): Table {
  const mixture = fromMixture(fileName, text);
  if (mixture) return mixture;
  if (isYamlName(fileName)) return readYaml(fileName, text);
  throw new ResultsError(
    'no-mixture',
    t('No mixture was found in {0}.', quoted(fileName)),
    t('Choose the config that holds the weights of the domains, or write them into a results file.'),
    { file: fileName },
  );
}

/** A JSON table of one row that holds no losses may be a config with a mixture in it; the table itself otherwise. */
export function configInstead(table: Table, fileName: string, text: string): Table {
  if (table.rowCount > 1 || table.columns.some(({ name, known }) => known || lossAffix(name))) return table;
  return fromMixture(fileName, text) ?? table;
}

function fromMixture(fileName: string, text: string): Table | undefined {
  if (!mightHoldMixture(fileName, text)) return undefined;
  // What it says of the scale is kept with the fit.
  const reading = inEnglish(() => readMixtures(fileName, text));
  const [mixture] = reading.kind === 'mixture' ? reading.mixtures : [];
  if (!mixture) return undefined;
  const builder = new TableBuilder(fileName, `config (${reading.format})`);
  builder.startRow(1);
  for (const { domain, raw, fraction } of mixture.weights) {
    const name = builder.knownColumn(
      `weight_${domain}`,
      'weight',
      'the mixture in the config',
      domain.replace(/^train_(?=.)/, ''),
    );
    // Nested weights are shares of their group: the product is what counts.
    builder.put(name, mixture.unit === 'relative' || !(raw > 0) ? fraction : raw);
  }
  const scaleNote = (mixture.scale?.notes[0] ?? 'the config').replace(/\.$/, '');
  if (mixture.modelSize !== undefined)
    builder.put(builder.knownColumn('model_size', 'model-size', scaleNote), mixture.modelSize * 1e6);
  if (mixture.tokens !== undefined)
    builder.put(builder.knownColumn('train_tokens', 'tokens', scaleNote), mixture.tokens * 1e9);
  return builder.build();
}

function readYaml(fileName: string, text: string): Table {
  let value: Json;
  try {
    const document = parseDocument(text, { logLevel: 'silent', prettyErrors: false });
    const [error] = document.errors;
    if (error) throw error;
    value = document.toJS({ maxAliasCount: 100 }) as Json;
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw new ResultsError(
      'invalid-yaml',
      t('{0} is not valid YAML: {1}.', quoted(fileName), quoted(what, 120)),
      t('Correct the file, or leave it out.'),
      { file: fileName },
    );
  }
  return tableOfValue(new TableBuilder(fileName, 'YAML'), value, fileName);
}
