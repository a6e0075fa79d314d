import { t } from '../../l10n';
import type { FoundMixture, Source } from '../family';
import { valueAt, valueOf, numberOf, listOf } from '../syntax/node';
import { parseNumber } from '../syntax/number';
import { formatModelSize, formatTokens } from '../../quantity';
import type { Mixture, MixtureScale } from '../types';
import { factsOf, numberIn, textIn, type Facts } from './facts';
import type { ScaleKey } from './keys';
import { sizeInName } from './named';
import { architectureOf, countParameters } from './parameters';

/** Model size and tokens of a run, from the file that holds its mixture. */
export type FileScale = Pick<Mixture, 'modelSize' | 'tokens' | 'scale'>;

/** Model size (millions) and tokens (billions) as the file tells them, with what was assumed and what is missing. */
export function scaleOf(source: Source): FileScale {
  const facts = factsOf(source);
  const notes: string[] = [];
  const { assumed = {} } = source.options;
  const taken: NonNullable<MixtureScale['assumed']>[number][] = [];
  const { modelSize: counted, ...counts } = modelSizeOf(facts, source, notes);
  const modelSize = counted ?? assumed.modelSize;
  if (counted === undefined && assumed.modelSize !== undefined) {
    taken.push('modelSize');
    notes.push(t('Model size is not in the file: {0} is assumed.', formatModelSize(assumed.modelSize)));
  }
  const before = notes.length;
  const found = tokensOf(facts, modelSize, assumed.dataParallelSize, notes);
  if (found?.assumedParallel) taken.push('dataParallelSize');
  const tokens = found?.tokens ?? assumed.tokens;
  if (found === undefined && assumed.tokens !== undefined) {
    taken.push('tokens');
    // That they are not known is no longer so.
    notes.splice(before, notes.length, `Tokens are not in the file: ${formatTokens(assumed.tokens)} are assumed.`);
  }
  if (modelSize === undefined && tokens === undefined && notes.length === 0) return {};
  const scale: MixtureScale = { ...counts, notes, ...(taken.length > 0 ? { assumed: taken } : {}) };
  return { scale, ...(modelSize === undefined ? {} : { modelSize }), ...(tokens === undefined ? {} : { tokens }) };
}

interface ModelSize extends Omit<MixtureScale, 'notes'> {
  readonly modelSize?: number;
}

function modelSizeOf(facts: Facts, source: Source, notes: string[]): ModelSize {
  const found = architectureOf(facts);
  if (found) {
    const { nonEmbedding, total, active } = countParameters(found.architecture);
    const mixture = found.architecture.experts !== undefined;
    notes.push(
      mixture
        ? t('Model size is the active parameters, counted from the architecture.')
        : t('Model size is counted from the architecture.'),
    );
    notes.push(...found.notes);
    return {
      modelSize: mixture ? active : (total ?? nonEmbedding),
      nonEmbeddingParameters: nonEmbedding,
      ...(total === undefined ? {} : { totalParameters: total }),
      ...(mixture ? { activeParameters: active } : {}),
    };
  }
  const names: readonly ScaleKey[] = [
    'model_name',
    'proxy_model_id',
    'model',
    'model_size',
    'model_name_or_path',
    'base_model',
    'model_flavor',
    'flavor',
  ];
  for (const key of names) {
    const name = facts.get(key);
    const modelSize = name === undefined ? undefined : sizeInName(name);
    if (modelSize === undefined) continue;
    notes.push(t('Model size is the nominal one in `{0}: {1}`.', key, name ?? ''));
    if (/^tinyllama_/i.test(name ?? ''))
      notes.push(t('These names count no embeddings: tinyllama_1M has 1.3M parameters without and 27M with them.'));
    return { modelSize };
  }
  const base = source.fileName.slice(Math.max(source.fileName.lastIndexOf('/'), source.fileName.lastIndexOf('\\')) + 1);
  const fromFile = sizeInName(base.replace(/\.\w+$/, ''));
  if (fromFile === undefined) return {};
  notes.push(t('Model size is taken from the file name.'));
  return { modelSize: fromFile };
}

interface Tokens {
  /** Billions. */
  readonly tokens: number;
  readonly assumedParallel?: boolean;
}

function tokensOf(
  facts: Facts,
  modelSize: number | undefined,
  assumedParallel: number | undefined,
  notes: string[],
): Tokens | undefined {
  const sequence = numberIn(
    facts,
    'seq_length',
    'seq_len',
    'max_seq_len',
    'sequence_length',
    'train_seq_len',
    'max_target_length',
    'cutoff_len',
    'encoder_seq_length',
    'block_size',
    'max_seq_length',
  );
  const explicit = numberIn(
    facts,
    'max_tokens',
    'train_tokens',
    'total_tokens',
    'requested_tokens',
    'num_tokens',
    'target_tokens',
  );
  // Fewer are the length of an answer, not of a run.
  if (explicit !== undefined && explicit >= 1e6) return { tokens: explicit / 1e9 };
  const multiple = numberIn(facts, 'chinchilla_multiple');
  if (multiple !== undefined && modelSize !== undefined) {
    notes.push(t('Tokens are 20 × model size × chinchilla_multiple.'));
    return { tokens: (20 * modelSize * 1e6 * multiple) / 1e9 };
  }
  // OpenLM counts tokens here, whatever the name says.
  const openLm = numberIn(facts, 'train_num_samples');
  if (openLm !== undefined) return { tokens: (openLm * (numberIn(facts, 'epochs') ?? 1)) / 1e9 };
  const samples = numberIn(facts, 'train_samples');
  if (samples !== undefined && sequence !== undefined) return { tokens: (samples * sequence) / 1e9 };
  const duration = durationOf(textIn(facts, 'max_duration', 'train_duration'));
  if (duration?.tokens !== undefined) return { tokens: duration.tokens / 1e9 };
  const steps =
    duration?.steps ??
    numberIn(
      facts,
      'train_iters',
      'max_steps',
      'num_train_steps',
      'train_steps',
      'total_steps',
      'max_step',
      'steps',
      'max_iters',
    );
  if (steps === undefined) return undefined;
  const batch = batchOf(facts, assumedParallel);
  const missing = [
    batch.size === undefined ? batch.missing : undefined,
    sequence === undefined ? t('the sequence length') : undefined,
  ].filter((part) => part !== undefined);
  if (batch.size === undefined || sequence === undefined) {
    const [first = '', second] = missing;
    notes.push(
      second === undefined
        ? t('Tokens are not known: {0} is not in the file.', first)
        : t('Tokens are not known: {0} and {1} are not in the file.', first, second),
    );
    return undefined;
  }
  notes.push(t('Tokens are steps × batch × sequence length.'));
  if (textIn(facts, 'rampup_batch_size') !== undefined)
    notes.push(t('The ramp-up of the batch size is not taken off.'));
  if (batch.assumed) notes.push(t('The data-parallel size is not in the file: {0} is assumed.', assumedParallel ?? 0));
  return { tokens: (steps * batch.size * sequence) / 1e9, ...(batch.assumed ? { assumedParallel: true } : {}) };
}

/** Sequences per step. */
function batchOf(
  facts: Facts,
  assumedParallel: number | undefined,
): { readonly size?: number; readonly missing: string; readonly assumed?: boolean } {
  const whole = numberIn(facts, 'global_batch_size', 'train_batch_size', 'global_train_batch_size', 'total_batch_size');
  if (whole !== undefined) return { size: whole, missing: '' };
  const micro = numberIn(
    facts,
    'micro_batch_size',
    'train_micro_batch_size_per_gpu',
    'per_device_train_batch_size',
    'per_device_batch_size',
    'batch_size',
    'local_batch_size',
  );
  const accumulation =
    numberIn(
      facts,
      'batch_accumulation_per_replica',
      'gradient_accumulation_steps',
      'accumulate_grad_batches',
      'grad_acc_steps',
    ) ?? 1;
  const parallel = numberIn(facts, 'dp', 'data_parallel_size', 'world_size', 'data_parallel_shard_degree');
  if (micro === undefined) return { missing: t('the batch size') };
  if (parallel !== undefined) return { size: micro * accumulation * parallel, missing: '' };
  if (assumedParallel === undefined) return { missing: t('the data-parallel size') };
  return { size: micro * accumulation * assumedParallel, missing: '', assumed: true };
}

/** Composer's and OLMo's `48000ba`, `30000000000tok`, `4e12T`. */
function durationOf(text: string | undefined): { readonly tokens?: number; readonly steps?: number } | undefined {
  const match = text === undefined ? null : /^([\d_.eE+]+?)\s*(ba|tok|T)?$/.exec(text);
  const value = match ? parseNumber(match[1]!) : undefined;
  if (value === undefined || !match) return undefined;
  return match[2] === 'tok' || match[2] === 'T' ? { tokens: value } : { steps: value };
}

/** nanotron: tokens of each stage, from the differences of the first steps. */
export function stageTokens(source: Source, mixtures: readonly FoundMixture[]): (number | undefined)[] {
  const none = mixtures.map(() => undefined);
  if (mixtures.length < 2) return none;
  for (const root of source.trees) {
    const stages = listOf(valueOf(root, 'data_stages')) ?? [];
    const tokens = valueOf(root, 'tokens');
    const perStep = ['sequence_length', 'micro_batch_size', 'batch_accumulation_per_replica'].map((key) =>
      numberOf(valueOf(tokens, key)),
    );
    const parallel = numberOf(valueAt(root, ['parallelism', 'dp']));
    const steps = numberOf(valueOf(tokens, 'train_steps'));
    if (
      stages.length !== mixtures.length ||
      steps === undefined ||
      parallel === undefined ||
      perStep.includes(undefined)
    )
      continue;
    const starts = stages.map((stage) => numberOf(valueOf(stage, 'start_training_step')));
    const size = perStep.reduce<number>((product, factor) => product * (factor ?? 1), parallel);
    return starts.map((start, i) => {
      const end = i + 1 < starts.length ? starts[i + 1] : steps + 1;
      return start === undefined || end === undefined || end <= start ? undefined : ((end - start) * size) / 1e9;
    });
  }
  return none;
}
