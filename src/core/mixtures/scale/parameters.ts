import { t } from '../../l10n';
import { flagIn, numberIn, textIn, type Facts } from './facts';

/** Parameters of a decoder-only transformer, in millions. */
export interface ParameterCount {
  /** With embeddings and output matrix; undefined when the vocabulary is not known. */
  readonly total?: number;
  readonly nonEmbedding: number;
  /** Used per token, for a mixture of experts (with embeddings where they are known). */
  readonly active?: number;
  readonly notes: readonly string[];
}

export interface Architecture {
  readonly layers: number;
  readonly width: number;
  readonly feedForward: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headSize: number;
  /** Three matrices in the feed-forward block (SwiGLU, GeGLU) instead of two. */
  readonly gated: boolean;
  readonly vocabulary?: number;
  /** Embeddings and output matrix are one. */
  readonly tied: boolean;
  readonly experts?: {
    readonly count: number;
    readonly used: number;
    readonly feedForward: number;
    readonly sharedFeedForward: number;
  };
}

/**
 * Standard count: per layer the attention matrices (query and output width × heads·size, key and value with their own heads),
 * the feed-forward matrices and two norms; once the final norm, the embeddings and the output matrix. Biases and position
 * embeddings are left out (below 0.1 % of any model of the usual shapes).
 */
export function countParameters(
  architecture: Architecture,
): Required<Omit<ParameterCount, 'notes' | 'total'>> & { readonly total?: number } {
  const { layers, width, heads, keyValueHeads, headSize, gated, vocabulary, tied, experts, feedForward } = architecture;
  const matrices = gated ? 3 : 2;
  const attention = 2 * width * heads * headSize + 2 * width * keyValueHeads * headSize;
  const norms = 2 * width;
  const dense = attention + norms + matrices * width * feedForward;
  const perExpert = experts ? matrices * width * experts.feedForward : 0;
  const around = experts ? attention + norms + matrices * width * experts.sharedFeedForward + width * experts.count : 0;
  const layer = experts ? around + experts.count * perExpert : dense;
  const activeLayer = experts ? around + experts.used * perExpert : dense;
  const nonEmbedding = (layers * layer + width) / 1e6;
  const embeddings = vocabulary === undefined ? undefined : ((tied ? 1 : 2) * vocabulary * width) / 1e6;
  const active = (layers * activeLayer + width) / 1e6 + (embeddings ?? 0);
  return { nonEmbedding, active, ...(embeddings === undefined ? {} : { total: nonEmbedding + embeddings }) };
}

/** The architecture in a file's settings; undefined without layers and width. */
export function architectureOf(
  facts: Facts,
): { readonly architecture: Architecture; readonly notes: string[] } | undefined {
  const layers = numberIn(
    facts,
    'num_layers',
    'n_layers',
    'n_layer',
    'num_hidden_layers',
    'layer_count',
    'base_num_decoder_layers',
  );
  const width = numberIn(facts, 'hidden_size', 'hidden_dim', 'd_model', 'n_embd', 'model_dim', 'base_emb_dim', 'dim');
  if (layers === undefined || width === undefined || !Number.isInteger(layers) || layers > 1000 || width > 1e6)
    return undefined;
  const notes: string[] = [];
  const heads = numberIn(
    facts,
    'num_attention_heads',
    'n_heads',
    'num_heads',
    'n_head',
    'query_count',
    'base_num_query_heads',
  );
  const keyValueHeads = numberIn(
    facts,
    'num_query_groups',
    'num_key_value_heads',
    'n_kv_heads',
    'num_kv_heads',
    'kv_count',
    'base_num_kv_heads',
  );
  const headSize =
    numberIn(facts, 'kv_channels', 'head_dim', 'head_size') ?? (heads === undefined ? width : width / heads);
  const gated = isGated(facts);
  const given = numberIn(
    facts,
    'ffn_hidden_size',
    'intermediate_size',
    'intermediate_dim',
    'ff_dim',
    'd_ff',
    'base_mlp_dim',
  );
  const ratio = numberIn(facts, 'expansion_ratio', 'mlp_ratio', 'ffn_ratio');
  const feedForward = given ?? width * (ratio ?? (gated ? 8 / 3 : 4));
  if (given === undefined && ratio === undefined)
    notes.push(t('Feed-forward size is not in the file: {0} × the width is assumed.', gated ? '8/3' : '4'));
  const vocabulary = numberIn(facts, 'padded_vocab_size', 'vocab_size', 'vocabulary_size');
  if (vocabulary === undefined) notes.push(t('Vocabulary size is not in the file: embeddings are not counted.'));
  if (flagIn(facts, 'multi_latent_attention'))
    notes.push(t('Multi-latent attention is counted as ordinary attention.'));
  const experts = expertsOf(facts, feedForward, notes);
  const architecture: Architecture = {
    layers,
    width,
    feedForward,
    heads: heads ?? 1,
    keyValueHeads: keyValueHeads ?? heads ?? 1,
    headSize,
    gated,
    tied: isTied(facts),
    ...(vocabulary === undefined ? {} : { vocabulary }),
    ...(experts ? { experts } : {}),
  };
  return { architecture, notes };
}

function expertsOf(facts: Facts, feedForward: number, notes: string[]): Architecture['experts'] {
  const count = numberIn(
    facts,
    'num_experts',
    'num_moe_experts',
    'moe_num_experts',
    'n_routed_experts',
    'num_local_experts',
  );
  if (count === undefined || count < 2) return undefined;
  const used = numberIn(
    facts,
    'moe_router_topk',
    'num_experts_per_tok',
    'moe_topk',
    'moe_top_k',
    'num_experts_per_token',
    'top_k',
  );
  if (used === undefined) notes.push(t('How many experts a token uses is not in the file: two are assumed.'));
  if (textIn(facts, 'moe_layer_freq', 'first_k_dense_replace') !== undefined)
    notes.push(t('All layers are counted as mixtures of experts.'));
  return {
    count,
    used: used ?? 2,
    feedForward: numberIn(facts, 'moe_ffn_hidden_size', 'moe_intermediate_size') ?? feedForward,
    sharedFeedForward: numberIn(facts, 'moe_shared_expert_intermediate_size', 'shared_expert_intermediate_size') ?? 0,
  };
}

function isGated(facts: Facts): boolean {
  const said = flagIn(facts, 'swiglu', 'gated_linear_unit', 'use_swiglu', 'gated');
  if (said !== undefined) return said;
  const hints = [
    textIn(facts, 'activation', 'hidden_act', 'activation_type', 'mlp_type'),
    textIn(facts, 'type', 'model_type'),
    textIn(facts, 'model_name'),
  ];
  return hints.some((hint) => hint !== undefined && /swiglu|geglu|silu|llama|mistral|qwen|gemma|olmo/i.test(hint));
}

/** GPT-2-like configs tie by default, LLaMA-like ones do not; what the file says counts. */
function isTied(facts: Facts): boolean {
  const untied = flagIn(facts, 'untie_embeddings_and_output_weights');
  if (untied !== undefined) return !untied;
  const tied = flagIn(facts, 'tie_word_embeddings', 'tie_embeddings', 'share_embeddings_and_output_weights');
  const notied = flagIn(facts, 'no_weight_tying');
  return tied ?? (notied === undefined ? !isGated(facts) : !notied);
}
