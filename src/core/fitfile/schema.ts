import * as v from 'valibot';
import { FIT_DOCUMENT_VERSION } from './types';

/**
 * The shape of a fit document, in the order in which it is written. The types of `types.ts` say the same to the
 * compiler (a test holds the two together), and the JSON schema contributed to the editor is made from this.
 */

/** A measured or computed number: JSON has no NaN, so that null stands for it. */
const number = v.pipe(
  v.nullable(v.number()),
  v.transform((value) => value ?? NaN),
);
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
/** Position in a list, or −1. */
const position = v.pipe(v.number(), v.integer(), v.minValue(-1));
const text = v.string();
const list = <S extends v.GenericSchema>(item: S) => v.array(item);
const described = <S extends v.GenericSchema>(schema: S, description: string) =>
  v.pipe(schema, v.description(description));

const warning = v.object({ code: text, message: text });

const rowNote = v.object({ file: count, row: count, line: count, code: text, reason: text });

const column = v.object({
  file: count,
  name: text,
  role: v.picklist(['weight', 'loss', 'model-size', 'tokens', 'id', 'ignored']),
  subject: described(text, 'Domain of a weight, target of a loss; empty otherwise.'),
  reason: text,
});

const data = v.object({
  files: list(
    v.object({
      name: described(text, 'Relative to this document, with slashes.'),
      bytes: count,
      sha256: v.pipe(text, v.regex(/^[0-9a-f]{64}$/)),
      format: text,
    }),
  ),
  columns: list(column),
  totalRows: count,
  dropped: described(list(rowNote), 'Rows that were not used, with the reason.'),
  repaired: described(list(rowNote), 'Rows that were changed, with the reason.'),
  missingLosses: count,
  warnings: list(warning),
  lossKind: v.picklist(['nats', 'bits-per-byte', 'perplexity']),
});

const numberOrFitted = v.union([v.literal('fitted'), v.number()]);

const options = v.object({
  law: text,
  engine: v.picklist(['mixlaw', 'ml-levenberg-marquardt']),
  mask: described(
    v.picklist(['all', 'positive']),
    'Losses that count: all, or those of domains with a weight above 0.',
  ),
  seed: v.number(),
  starts: count,
  loss: v.picklist(['huber', 'squared']),
  huberScale: v.number(),
  prior: v.number(),
  maxIterations: count,
  modelSize: v.exactOptional(described(v.number(), 'Replaces the model size of every row, in millions.')),
  tokens: v.exactOptional(described(v.number(), 'Replaces the tokens of every row, in billions.')),
  minAllocation: described(numberOrFitted, 'H, in millions of parameters.'),
  minWeight: numberOrFitted,
});

const parameter = v.object({
  name: text,
  symbol: text,
  domain: v.exactOptional(text),
  target: v.exactOptional(text),
  value: number,
  unit: text,
  standardError: v.exactOptional(number),
  atBound: v.exactOptional(v.picklist(['lower', 'upper'])),
});

const metrics = v.object({ mre: described(number, 'A fraction.'), mae: number, rmse: number, n: count });
const maskedMetrics = v.object({ all: metrics, positive: metrics });

const certificate = v.object({
  gradientNorm: number,
  converged: v.boolean(),
  activeBounds: list(text),
  jacobianRank: count,
  parameterCount: count,
  condition: number,
  agreeingStarts: count,
  starts: count,
  startSpread: number,
  thinDomains: list(v.object({ domain: text, runs: count })),
  flooredEntries: count,
  entries: count,
  notes: list(v.object({ severity: v.picklist(['warning', 'info']), code: text, message: text })),
});

const start = v.object({
  objective: number,
  minimised: number,
  iterations: count,
  stop: v.picklist(['gradient', 'objective', 'step', 'iterations', 'stalled', 'outrun']),
});

const range = v.tuple([v.number(), v.number()]);

const fit = v.object({
  law: text,
  domains: list(text),
  targets: list(text),
  targetDomain: described(list(position), 'For each target the domain it measures, or -1.'),
  modelSizeVaries: v.boolean(),
  tokensVary: v.boolean(),
  options,
  parameters: list(parameter),
  objective: described(number, 'Mean over training runs of the sum of squared residuals over the masked entries.'),
  minimised: number,
  metrics: v.object({ train: maskedMetrics, validation: v.exactOptional(maskedMetrics) }),
  certificate,
  starts: list(start),
  rows: described(v.object({ train: list(count), validation: list(count) }), 'Data rows, counted from 0.'),
  modelSizeRange: v.exactOptional(described(range, 'Millions of parameters.')),
  tokensRange: v.exactOptional(described(range, 'Billions of tokens.')),
});

const jsonNumber = v.nullable(v.number());

const observations = v.object({
  rows: list(count),
  runIds: list(count),
  mixtures: list(list(v.number())),
  losses: described(list(list(jsonNumber)), 'One list a row, in the order of the targets; null where there is none.'),
  modelSizes: described(list(jsonNumber), 'Millions of parameters.'),
  tokens: described(list(jsonNumber), 'Billions.'),
});

const recommendation = v.object({
  mixture: described(list(v.number()), 'Fractions in the order of the domains; they sum to 1.'),
  losses: list(number),
  objective: number,
  kktResidual: number,
  modelSize: described(number, 'Millions of parameters.'),
  tokens: described(number, 'Billions.'),
  targetWeights: list(v.number()),
  bindings: list(v.object({ constraint: text, multiplier: number })),
  warnings: list(warning),
});

const consensus = v.object({
  members: described(
    list(
      v.object({
        law: text,
        weight: described(v.number(), 'Share of the average; they sum to 1.'),
        error: described(number, 'Mean relative error on held-out runs, a fraction.'),
        mixture: described(list(v.number()), 'What this law alone would recommend.'),
        regret: described(
          number,
          'What the recommended mixture costs in the eyes of this law, in the unit of the losses.',
        ),
        fit: v.exactOptional(fit),
      }),
    ),
    'Best first. The first is the fit of this document.',
  ),
  domains: described(
    list(v.object({ low: v.number(), high: v.number(), agree: v.boolean() })),
    'Between which weights the own optima of the members lie, domain by domain.',
  ),
});

const masked = v.object({ all: jsonNumber, positive: jsonNumber });
const figures = {
  mre: described(masked, 'A fraction.'),
  mae: masked,
  rmse: masked,
  spearman: jsonNumber,
  regret: jsonNumber,
};

const comparison = v.object({
  files: described(list(text), 'SHA-256 of the results files.'),
  method: v.object({
    splits: v.picklist(['random', 'folds', 'scales', 'given']),
    description: text,
    splitCount: count,
    grouping: v.picklist(['run', 'row']),
    mask: v.picklist(['all', 'positive']),
    seed: v.number(),
  }),
  rows: described(
    list(
      v.object({
        law: text,
        title: text,
        kind: v.picklist(['law', 'stack', 'baseline']),
        parameterCount: count,
        ...figures,
        converged: v.boolean(),
        note: v.exactOptional(text),
        spread: described(v.object(figures), 'Standard deviation over the splits.'),
      }),
    ),
    'Errors on held-out runs, mean over the splits; lowest first.',
  ),
  verdict: v.object({
    best: described(v.nullable(text), 'Null when no law beats the best baseline.'),
    tiedWith: list(text),
    reason: text,
  }),
  targets: list(text),
  stackWeights: list(v.object({ law: text, weight: v.number() })),
  noiseFloor: jsonNumber,
  notes: list(text),
});

const spread = { lower: number, upper: number, deviation: number };
const bootstrap = v.object({
  seed: v.number(),
  replicates: count,
  failed: count,
  coverage: v.number(),
  parameters: list(v.object({ name: text, ...spread })),
  recommendedLosses: list(v.object({ target: text, ...spread })),
});

const namedMixture = v.object({ name: text, mixture: list(v.number()) });

export const fitDocumentSchema = v.object({
  $schema: v.exactOptional(text),
  schemaVersion: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(FIT_DOCUMENT_VERSION)),
  generator: described(text, 'Program and version that wrote this document.'),
  data: described(data, 'What was read, and how.'),
  fit: described(fit, 'The fitted law.'),
  observations: described(observations, 'The rows fitted on or held out.'),
  recommendation: described(recommendation, 'The mixture with the lowest predicted loss.'),
  consensus: v.exactOptional(
    described(consensus, 'The laws whose average the recommendation minimises, when it rests on more than one.'),
  ),
  comparison: v.exactOptional(described(comparison, 'The laws compared on held-out runs of the same data.')),
  bootstrap: v.exactOptional(described(bootstrap, 'How the fit varies when runs are drawn anew.')),
  whatIfs: v.exactOptional(
    described(list(namedMixture), 'Mixtures that a reader of the fit named and kept, in the order of the domains.'),
  ),
});
