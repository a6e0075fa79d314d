import { partsOf, plainCount, type LaunchPlan } from './launcher';
import { shellQuoted } from './shell-words';

const quotedLiteral = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/** Lines of bash that run the command for run number `$index` (from 0), in place of the shell. */
export function bashLines({ runs, command }: LaunchPlan): string[] {
  const array = (name: string, values: readonly string[]): string[] => [
    `${name}=(`,
    ...values.map((value) => `  ${quotedLiteral(value)}`),
    ')',
  ];
  const words = command.map((word) =>
    partsOf(word)
      .map((part) => (typeof part === 'string' ? shellQuoted(part) : `"\${${part.placeholder}}"`))
      .join(''),
  );
  return [
    ...array(
      'ids',
      runs.map(({ id }) => id),
    ),
    ...array(
      'configs',
      runs.map(({ config }) => config),
    ),
    ...array(
      'model_sizes',
      runs.map(({ modelSize }) => plainCount(modelSize, 1e6)),
    ),
    ...array(
      'token_counts',
      runs.map(({ tokens }) => plainCount(tokens, 1e9)),
    ),
    'if ((index < 0 || index >= ${#ids[@]})); then',
    '  echo "There are ${#ids[@]} runs; number $((index + 1)) is none of them." >&2',
    '  exit 2',
    'fi',
    'id=${ids[index]} config=${configs[index]} model_size=${model_sizes[index]} tokens=${token_counts[index]}',
    'index=$((index + 1))',
    'if [[ ! -f $config ]]; then',
    '  echo "$config is not here: submit from the folder where mixlaw design was called." >&2',
    '  exit 2',
    'fi',
    'echo "run $index of ${#ids[@]}: $id, ${model_size:-?} parameters, ${tokens:-?} tokens" >&2',
    `exec ${words.map((word) => (word === '' ? "''" : word)).join(' ')}`,
  ];
}
