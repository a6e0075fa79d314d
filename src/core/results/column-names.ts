import type { LossKind } from './runs';

/**
 * What a column's name alone says about it. Order of the questions matters: an id is never data, a `weight_decay` is no
 * weight, `val/accuracy` is no loss.
 */

/** Rank of a pattern in its list (0 is surest), or −1. The last part of a dotted or slashed name counts too. */
function rankIn(patterns: readonly RegExp[], name: string): number {
  const lastPart = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('.')) + 1);
  return patterns.findIndex((pattern) => pattern.test(name) || pattern.test(lastPart));
}

const ID =
  /^(?:|index|idx|id|row|run|run_id|run_name|name|exp(?:eriment)?|seed|tag|uuid|unnamed: ?\d+|level_0|__index_level_\d+__|.+_(?:id|idx|index|tag|name|uuid|hash))$/i;

/** Rows that differ in it are from different runs: a run is started once, with one name and one seed. */
export const isRunName = (name: string): boolean =>
  /^(?:run(?:[_ ]?(?:id|name))?|(?:random_|data_|train(?:ing)?_)?seed)$/i.test(name);

/** Tags of MLflow say who ran it and from where. */
export const isTagName = (name: string): boolean => /^tags\./i.test(name);

export const isIdName = (name: string): boolean => ID.test(name);

const MODEL_SIZE: readonly RegExp[] = [
  /^model_?size(?:[_ (]*(?:m|b|mn|bn|millions?|billions?)\)?)?$/i,
  /^(?:n|num|model|non_embedding)_?param(?:eter)?s?(?:[_ (]*(?:m|b|mn|bn|millions?|billions?)\)?)?$/i,
  /^param(?:eter)?s?(?:_?count|[_ (]*(?:m|b|mn|bn|millions?|billions?)\)?)?$/i,
  /^model_num_parameters$/i,
  /^N$/,
  /^size(?:[_ (]*(?:m|b|mn|bn|millions?|billions?)\)?)?$/i,
];

export const modelSizeRank = (name: string): number => rankIn(MODEL_SIZE, name);

/** `model` holds a name or a size: its cells decide. */
export const mayBeModelSize = (name: string): boolean => /^(?:model|model_?name|proxy(?:_model(?:_id)?)?)$/i.test(name);

const TOKENS: readonly RegExp[] = [
  /^(?:n|num)_?tokens(?:[_ (]*(?:m|b|mn|bn|millions?|billions?)\)?)?$/i,
  /^(?:train(?:ing)?_|total_)?tokens(?:_seen)?(?:[_ (]*(?:m|b|mn|bn|millions?|billions?)\)?)?$/i,
  /^D$/,
  /^max_tokens$/i,
];

export const tokensRank = (name: string): number => rankIn(TOKENS, name);

const STEPS = /^(?:_?step|(?:global|train|training|max|num)_?steps?|steps|iterations?|iters?)$/i;

/** Training steps are tokens only with batch size and sequence length, which the file does not say. */
export const isStepsName = (name: string): boolean => rankIn([STEPS], name) !== -1;

const SETTINGS: readonly RegExp[] = [
  /^(?:weight_decay|loss_scaler?|.*_interval|.*batch_size.*|lr|lr_.*|.*learning_rate.*|warmup.*|(?:mlp|clip|decay|expansion)_ratio|dropout.*|beta_?\d|epochs?|seq(?:uence)?_len(?:gth)?)$/i,
  /^(?:train_)?(?:runtime|time|epochs?|samples|steps?|(?:samples|steps|tokens)_per_second|.*flops?|batch|split|files?|script)$/i,
  /^(?:_?runtime|_?timestamp|.*_(?:seconds|per_second|time|hours)|seconds|wall ?time|grad(?:ient)?_norm|gpus?|nodes?|budget|compute|flops|hidden_(?:dim|size)|num_(?:layers|heads))$/i,
];

/** Settings and measurements of the training that are neither weights nor losses. */
export const isSettingName = (name: string): boolean => rankIn(SETTINGS, name) !== -1;

const WEIGHT_OUTRIGHT = /^weights?_./i;
const SPREAD = /(?:[_\W]std(?:err|dev)?(?:,\w+)?|__(?:min|max))$/i;

/** Standard errors and the MIN/MAX columns of chart exports. */
export const isSpreadName = (name: string): boolean => SPREAD.test(name) && !WEIGHT_OUTRIGHT.test(name);

const HIGHER_IS_BETTER =
  /(?:^|[_\W])(?:acc|acc_norm|accuracy|f1|em|exact_match|bleu|rouge\w*|performance|scores?|win_?rate|pass@\d+)(?:$|[_\W])/i;

export const isHigherBetterName = (name: string): boolean => HIGHER_IS_BETTER.test(name);

/**
 * `weight_…`, `…_loss` and the like say outright what they are, whatever the domain is called: `weight_code_name` is no
 * name, `loss_performance` no score.
 */
export const isExplicitName = (name: string): boolean =>
  /^(?:weights?_|loss_).|._(?:weight|loss)$/i.test(name) && !/^(?:weight_decay|loss_scaler?)$/i.test(name);

/** A name split into what marks its role and what it is about. */
export interface Affixed {
  /** As told to the user: "prefix `weight_`". Columns with equal affixes form one group. */
  readonly affix: string;
  readonly subject: string;
}

interface WeightPattern {
  readonly pattern: RegExp;
  readonly kind: 'prefix' | 'suffix';
  /** The affix alone is proof enough when the rows do not sum to a constant. */
  readonly strong: boolean;
}

const prefix = (pattern: RegExp, strong: boolean): WeightPattern => ({ pattern, kind: 'prefix', strong });
const suffix = (pattern: RegExp, strong: boolean): WeightPattern => ({ pattern, kind: 'suffix', strong });

const WEIGHTS: readonly WeightPattern[] = [
  // Nested records: `weights.arxiv`, `config.data.train_weights.arxiv`, `mixing_ratio.0`.
  prefix(/^((?:.*[./])?(?:\w*weights?|mix(?:ture|ing)?(?:_\w+)?|\w*ratios?|\w*proportions?)[./])(.+)$/i, true),
  prefix(/^((?:.*[./])?(?:weights?_|mix(?:ture)?_|proportion_|prop_))(.+)$/i, true),
  prefix(/^(train_)(.+)$/i, true),
  prefix(/^((?:.*[./])?(?:ratio_|frac(?:tion)?_|share_|w_|p_))(.+)$/i, false),
  prefix(/^(w)(\d+)$/i, false),
  suffix(/^(.+?)(_weight)$/i, true),
  suffix(/^(.+?)(_(?:proportion|prop|ratio|frac(?:tion)?|pct|percent|share))$/i, false),
];

/** Weight columns by name, or undefined. */
export function weightAffix(name: string): (Affixed & { readonly strong: boolean }) | undefined {
  for (const { pattern, kind, strong } of WEIGHTS) {
    const match = pattern.exec(name);
    if (!match) continue;
    const [, first = '', second = ''] = match;
    const [affix, subject] = kind === 'prefix' ? [first, second] : [second, first];
    // `w1`, `w2` have no name but their number.
    return { affix: `${kind} \`${affix}\``, subject: affix.toLowerCase() === 'w' ? name : subject, strong };
  }
  return undefined;
}

const LOSS_SUFFIX =
  /^(.+?)((?:[_./ -](?:val|valid|validation|eval|test))?[_./ -](?:loss|nll|ce|cross_entropy|bpb|bits_per_byte|ppl|(?:(?:word|byte|token)_)?perplexity))$/i;
const LOSS_PREFIX =
  /^((?:.*[./])?(?:loss_|loss(?:es)?[./]|(?:val|valid|eval|test)_(?:loss(?:es)?|ppl|bpb)[_./]|metrics?[./]|(?:eval|val|valid|validation)[./]|valid_|(?:bpb|ppl|perplexity|nll)[_./]))(.+)$/i;
const KIND_ANYWHERE = /(?:^|[_\W])(?:bpb|bits_per_byte|perplexity)(?:$|[_\W])/i;
const SPLIT_PREFIX = /^(?:eval|val|valid|test)[_/.](?=.)/i;

/** Loss columns by name, or undefined. Prefix and suffix both go: `metric/the_pile_arxiv_val_loss` → `the_pile_arxiv`. */
export function lossAffix(name: string): Affixed | undefined {
  if (WEIGHT_OUTRIGHT.test(name) && !/_loss$/i.test(name)) return undefined;
  if (isAverageName(name)) return { affix: 'its name', subject: name };
  const outright = /^(loss_)(.+)$/i.exec(name);
  if (outright) return { affix: `prefix \`${outright[1] as string}\``, subject: outright[2] as string };
  const bySuffix = LOSS_SUFFIX.exec(name);
  const rest = bySuffix?.[1] ?? name;
  const byPrefix = LOSS_PREFIX.exec(rest);
  const subject = (byPrefix?.[2] ?? rest).replace(SPLIT_PREFIX, '');
  if (bySuffix) return { affix: `suffix \`${bySuffix[2] as string}\``, subject };
  if (byPrefix) return { affix: `prefix \`${byPrefix[1] as string}\``, subject };
  return KIND_ANYWHERE.test(name) ? { affix: 'its name', subject: name } : undefined;
}

const BARE_LOSS =
  /^(?:(?:train(?:ing)?|val|valid|validation|eval|test)[_/. ])*(?:(?:avg|average|mean|total|overall|macro|micro|all)[_/. ])?(?:loss|nll|ppl|perplexity|bpb)$/i;
const AVERAGE =
  /[/.](?:avg|average|mean|overall|macro(?:_avg)?|micro(?:_avg)?)(?:[_ ](?:loss|nll|ppl|perplexity|bpb))?$/i;

/** `loss`, `avg_loss`, `eval/paloma/macro_loss`: no domain's own loss. */
export const isAverageName = (name: string): boolean => BARE_LOSS.test(name) || AVERAGE.test(name);

/** `train_loss`, `train/loss`: measured on the training data, and so not comparable between mixtures. */
export const isTrainingLossName = (name: string): boolean =>
  /^(?:.*[/.])?train(?:ing)?[_/. ](?:\w*_)?loss$/i.test(name);

/** The kind of loss a name tells; nats unless it says otherwise. */
export function lossKindOf(name: string): LossKind {
  if (/(?:^|[_\W])(?:bpb|bits_?per_?byte|bits per byte)(?:$|[_\W])/i.test(name)) return 'bits-per-byte';
  if (/(?:^|[_\W])(?:\w+_)?(?:ppl|perplexity)(?:$|[_\W])/i.test(name)) return 'perplexity';
  return 'nats';
}
