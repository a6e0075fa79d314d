import { asData, BLANKS, each, lines, LIST_MARKS, names, quoted, shares, type WritableFormat } from './format';

/** Launch scripts, plain text, TOML and Python. */
export const OTHER_FORMATS: readonly WritableFormat[] = [
  {
    id: 'megatron',
    title: 'Megatron-LM launch script',
    fileName: 'data.sh',
    forbidden: BLANKS,
    write: (rows) =>
      lines(
        'DATA_PATH=" \\',
        each(rows, ({ name, share }) => `  ${share} ${asData(name)} \\`),
        '"',
      ),
  },
  {
    id: 'megatron-data-args',
    title: 'Megatron-LM --data-args-path',
    fileName: 'data_args.txt',
    forbidden: BLANKS,
    write: (rows) => lines(each(rows, ({ name, share }) => `${share} ${asData(name)}`)),
  },
  {
    id: 'llm-shearing',
    title: 'LLM-Shearing',
    fileName: 'shearing.sh',
    forbidden: LIST_MARKS,
    write: (rows) =>
      lines(
        `set_names=[${rows.map(({ name }) => name).join(',')}]`,
        `proportion=[${rows.map(({ share }) => share).join(',')}]`,
      ),
  },
  {
    id: 'prolong',
    title: 'ProLong',
    fileName: 'prolong.sh',
    forbidden: LIST_MARKS,
    write: (rows) =>
      lines(
        'domains=(',
        each(rows, ({ name, share }) => `  ${name}@${share}`),
        ')',
      ),
  },
  {
    id: 'open-lm',
    title: 'OpenLM',
    fileName: 'open_lm.sh',
    forbidden: BLANKS,
    write: (rows) =>
      lines(
        'torchrun open_lm/main.py \\',
        `  --dataset-manifest ${rows.map(({ name }) => `"${name}"`).join(' ')} \\`,
        `  --train-data-mix-weights ${rows.map(({ share }) => share).join(' ')}`,
      ),
  },
  {
    id: 'ms-swift',
    title: 'ms-swift',
    fileName: 'swift.sh',
    forbidden: BLANKS,
    write: (rows) =>
      lines(
        'swift pt \\',
        `  --dataset ${rows.map(({ name }) => `"${name}"`).join(' ')} \\`,
        `  --interleave_prob ${rows.map(({ share }) => share).join(' ')}`,
      ),
  },
  {
    id: 'torchtitan',
    title: 'torchtitan (forks with data stages)',
    fileName: 'train.toml',
    write: (rows) =>
      lines(
        '[[training.data_stages]]',
        'name = "stage 1"',
        'start_step = 1',
        `dataset_folders = ${names(rows)}`,
        `dataset_weights = ${shares(rows)}`,
      ),
  },
  {
    id: 'prime',
    title: 'PRIME',
    fileName: 'prime.toml',
    forbidden: /[,:]/,
    write: (rows) =>
      lines(
        '[data]',
        `dataset_name_or_paths = ${quoted(rows.map(({ name }) => name).join(','))}`,
        `dataset_ratio = ${quoted(rows.map(({ share }) => share).join(':'))}`,
      ),
  },
  {
    id: 'tinyllama',
    title: 'TinyLlama',
    fileName: 'train_data_config.py',
    write: (rows) =>
      lines(
        'train_data_config = [',
        each(rows, ({ name, share }) => `    (${quoted(name)}, ${share}),`),
        ']',
      ),
  },
  {
    id: 'seqio',
    title: 'SeqIO',
    fileName: 'mixture.py',
    write: (rows) =>
      lines(
        'import seqio',
        '',
        'seqio.MixtureRegistry.add(',
        '    "recommended",',
        '    [',
        each(rows, ({ name, share }) => `        (${quoted(name)}, ${share}),`),
        '    ],',
        ')',
      ),
  },
  {
    id: 'axlearn',
    title: 'AXLearn',
    fileName: 'mixture_components.py',
    write: (rows) =>
      lines(
        'COMPONENTS = [',
        each(rows, ({ name, share }) => `    DataMixtureComponent(name=${quoted(name)}, weight=${share}),`),
        ']',
      ),
  },
  {
    id: 'marin',
    title: 'Marin',
    fileName: 'mixture_weights.py',
    write: (rows) =>
      lines(
        'data = lm_mixture_data_config(',
        '    components=components,',
        '    weights={',
        each(rows, ({ name, share }) => `        ${quoted(name)}: ${share},`),
        '    },',
        ')',
      ),
  },
  {
    id: 'megatron-bridge',
    title: 'Megatron Bridge',
    fileName: 'blend.py',
    write: (rows) => lines('blend = (', `    ${names(rows)},`, `    ${shares(rows)},`, ')'),
  },
  {
    id: 'hf-datasets',
    title: 'Hugging Face datasets',
    fileName: 'interleave.py',
    write: (rows) =>
      lines(
        `names = ${names(rows)}`,
        'train = interleave_datasets(',
        '    names,',
        `    probabilities=${shares(rows)},`,
        ')',
      ),
  },
];
