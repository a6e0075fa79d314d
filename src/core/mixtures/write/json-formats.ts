import { asData, BLANKS, json, jsonList, jsonMap, list, quoted, type Row, type WritableFormat } from './format';

/** Frameworks that read JSON. */
export const JSON_FORMATS: readonly WritableFormat[] = [
  {
    id: 'doremi',
    title: 'DoReMi',
    fileName: 'domain_weights.json',
    write: (rows) =>
      json(`{\n  "train_domain_weights": ${jsonMap(rows, '  ')},\n  "eval_domain_weights": ${jsonMap(rows, '  ')}\n}`),
  },
  {
    id: 'olmix-output',
    title: 'Olmix proposal',
    fileName: 'olmix_optimal.json',
    write: (rows) => json(jsonList(rows, ({ name, share }) => `{ "domain": ${quoted(name)}, "weight": ${share} }`)),
  },
  {
    id: 'nemotron',
    title: 'Nemotron data blend',
    fileName: 'data_blend_raw.json',
    write: (rows) => {
      const item = ({ name, share }: Row): string =>
        `  { "name": ${quoted(name)}, "path": ${quoted(`file://${name}`)}, "text_field": "text", "weight": ${share} }`;
      return json(`{\n  "datasets": [\n  ${rows.map(item).join(',\n  ')}\n  ]\n}`);
    },
  },
  {
    id: 'bigscience',
    title: 'BigScience',
    fileName: 'dataset_ratios.json',
    write: (rows) =>
      json(jsonList(rows, ({ name, share }) => `{ "dataset_path": ${quoted(name)}, "ratio": ${share} }`)),
  },
  {
    id: 'maxtext',
    title: 'MaxText',
    fileName: 'grain_mixture.json',
    write: (rows) =>
      json(
        `{\n${rows.map(({ name, share }) => `  ${quoted(name)}: { "path": "???", "weight": ${share} }`).join(',\n')}\n}`,
      ),
  },
  {
    id: 'doge',
    title: 'DoGE',
    fileName: 'doge.json',
    forbidden: /,/,
    write: (rows) =>
      json(
        `{\n  "train_domains": ${quoted(rows.map(({ name }) => name).join(','))},\n  "train_dw": ${quoted(rows.map(({ share }) => share).join(','))}\n}`,
      ),
  },
  {
    id: 'megatron-per-split',
    title: 'Megatron-LM --per-split-data-args-path',
    fileName: 'data_args.json',
    forbidden: BLANKS,
    write: (rows) =>
      json(
        `{\n  "train": ${list(rows.flatMap(({ name, share }) => [quoted(share), quoted(asData(name))]))},\n  "valid": null,\n  "test": null\n}`,
      ),
  },
];
