import {
  asData,
  BLANKS,
  each,
  lines,
  LIST_MARKS,
  names,
  prefixed,
  quoted,
  shares,
  type WritableFormat,
} from './format';

/** Frameworks whose mixtures are records, lists and maps in YAML. */
export const YAML_FORMATS: readonly WritableFormat[] = [
  {
    id: 'regmix',
    title: 'RegMix',
    fileName: 'regmix.yaml',
    write: (rows) =>
      lines(
        'train:',
        each(rows, ({ name, share }) => `  ${quoted(prefixed('train_', name))}: ${share}`),
        'valid:',
        each(rows, ({ name }) => `  ${quoted(prefixed('valid_', name.replace(/^train_/, '')))}: 1.0`),
        'model_name: tinyllama_1M',
      ),
  },
  {
    id: 'levanter',
    title: 'Levanter',
    fileName: 'levanter.yaml',
    write: (rows) =>
      lines(
        'data:',
        '  tokenizer: ???',
        '  train_weights:',
        each(rows, ({ name, share }) => `    ${quoted(name)}: ${share}`),
      ),
  },
  {
    id: 'lingua',
    title: 'Lingua',
    fileName: 'lingua.yaml',
    write: (rows) =>
      lines(
        'data:',
        '  root_dir: ???',
        '  sources:',
        each(rows, ({ name, share }) => `    ${quoted(name)}: ${share}`),
      ),
  },
  {
    id: 'olmix',
    title: 'Olmix',
    fileName: 'olmix.yaml',
    write: (rows) =>
      lines(
        'training:',
        '  proxy_model_id: olmo3_14m',
        'mix:',
        each(rows, ({ name, share }) => [`  ${quoted(name)}:`, `    weight: ${share}`, '    repetition_factor: 1.0']),
      ),
  },
  {
    id: 'regmixer',
    title: 'regmixer',
    fileName: 'regmixer.yaml',
    write: (rows) =>
      lines(
        'sources:',
        each(rows, ({ name, share }) => [`  - domain: ${quoted(name)}`, `    weight: ${share}`, '    paths: []']),
      ),
  },
  {
    id: 'olmo-core',
    title: 'OLMo-core source mixture',
    fileName: 'source_mixture.yaml',
    write: (rows) =>
      lines(
        'sources:',
        each(rows, ({ name, share }) => [
          `  - source_name: ${quoted(name)}`,
          `    target_ratio: ${share}`,
          '    paths: []',
        ]),
      ),
  },
  {
    id: 'oumi',
    title: 'Oumi',
    fileName: 'oumi.yaml',
    write: (rows) =>
      lines(
        'data:',
        '  train:',
        '    datasets:',
        each(rows, ({ name, share }) => [
          `      - dataset_name: ${quoted(name)}`,
          `        mixture_proportion: ${share}`,
        ]),
        '    mixture_strategy: first_exhausted',
      ),
  },
  {
    id: 'fms-hf-tuning',
    title: 'fms-hf-tuning',
    fileName: 'data_config.yaml',
    write: (rows) =>
      lines(
        'dataprocessor:',
        '  type: default',
        'datasets:',
        each(rows, ({ name, share }) => [`  - name: ${quoted(name)}`, `    sampling: ${share}`]),
      ),
  },
  {
    id: 'energon',
    title: 'Megatron-Energon',
    fileName: 'metadataset.yaml',
    write: (rows) =>
      lines(
        '__module__: megatron.energon',
        '__class__: MetadatasetV2',
        'splits:',
        '  train:',
        '    blend:',
        each(rows, ({ name, share }) => [`      - weight: ${share}`, `        path: ${quoted(name)}`]),
      ),
  },
  {
    id: 'nanotron',
    title: 'nanotron',
    fileName: 'nanotron.yaml',
    write: (rows) =>
      lines(
        'data_stages:',
        '  - name: stable',
        '    start_training_step: 1',
        '    data:',
        '      dataset:',
        '        dataset_folder:',
        each(rows, ({ name }) => `          - ${quoted(name)}`),
        '        dataset_weights:',
        each(rows, ({ share }) => `          - ${share}`),
      ),
  },
  {
    id: 'gpt-neox',
    title: 'GPT-NeoX',
    fileName: 'data.yml',
    write: (rows) =>
      lines('{', `  "train_data_paths": ${names(rows)},`, `  "train_data_weights": ${shares(rows)},`, '}'),
  },
  {
    id: 'fast-llm',
    title: 'Fast-LLM',
    fileName: 'fast-llm.yaml',
    write: (rows) =>
      lines(
        'data:',
        '  datasets:',
        '    training:',
        '      type: blended',
        '      datasets:',
        each(rows, ({ name }) => ['        - type: file', `          path: ${quoted(name)}`]),
        `      weights: ${shares(rows)}`,
      ),
  },
  {
    id: 'llama-factory',
    title: 'LLaMA-Factory',
    fileName: 'llama-factory.yaml',
    forbidden: LIST_MARKS,
    write: (rows) =>
      lines(
        `dataset: ${quoted(rows.map(({ name }) => name).join(','))}`,
        'mix_strategy: interleave_under',
        `interleave_probs: ${quoted(rows.map(({ share }) => share).join(','))}`,
      ),
  },
  {
    id: 'llm-foundry',
    title: 'LLM Foundry',
    fileName: 'streams.yaml',
    write: (rows) =>
      lines(
        'train_loader:',
        '  dataset:',
        '    streams:',
        each(rows, ({ name, share }) => [
          `      ${quoted(name)}:`,
          '        remote: ???',
          '        local: ???',
          `        proportion: ${share}`,
        ]),
      ),
  },
  {
    id: 'megatron-yaml',
    title: 'FlagScale, Primus',
    fileName: 'data.yaml',
    forbidden: BLANKS,
    write: (rows) =>
      lines(
        'data:',
        '  data_path:',
        each(rows, ({ name, share }) => [`    - ${share}`, `    - ${quoted(asData(name))}`]),
      ),
  },
  {
    id: 'nemo',
    title: 'NeMo',
    fileName: 'nemo.yaml',
    forbidden: BLANKS,
    write: (rows) =>
      lines(
        'model:',
        '  data:',
        '    splits_string: "990,8,2"',
        '    data_prefix:',
        each(rows, ({ name, share }) => [`      - ${share}`, `      - ${quoted(asData(name))}`]),
      ),
  },
  {
    id: 'data-juicer',
    title: 'Data-Juicer',
    fileName: 'data-juicer.yaml',
    write: (rows) =>
      lines(
        'dataset:',
        '  max_sample_num: 1000000',
        '  configs:',
        each(rows, ({ name, share }) => ['    - type: local', `      weight: ${share}`, `      path: ${quoted(name)}`]),
      ),
  },
];
