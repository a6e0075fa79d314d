import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv';
import fc from 'fast-check';
import type * as v from 'valibot';
import { fitDocumentJsonSchema, SCHEMA_PATH } from '../../../scripts/fit-document-schema';
import { FitDocumentError } from '../../../src/core/errors';
import type { Fit, Metrics } from '../../../src/core/fit/types';
import {
  makeFitDocument,
  observationsOf,
  parseFitDocument,
  runsOf,
  serializeFitDocument,
} from '../../../src/core/fitfile/document';
import { migrate, type Migration } from '../../../src/core/fitfile/migrate';
import type { fitDocumentSchema } from '../../../src/core/fitfile/schema';
import type { FitDocument } from '../../../src/core/fitfile/types';
import type { Recommendation } from '../../../src/core/recommend/types';
import { readResults } from '../../../src/core/results/read';
import type { ResultsReading } from '../../../src/core/results/types';

/** The schema and the type say the same, optional properties included; the compiler checks it. */
type Complete<T> = T extends readonly (infer Item)[]
  ? readonly Complete<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]-?: Complete<T[Key]> }
    : T;
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
const schemaIsTheType: Same<Complete<v.InferOutput<typeof fitDocumentSchema>>, Complete<FitDocument>> = true;

const reading = (names: readonly string[]): ResultsReading => {
  const header = [...names.map((name) => `weight_${name}`), ...names.map((name) => `${name}_loss`)];
  const rows = [0, 1, 2, 3].map((i) => [
    ...names.map((_, k) => 1 + ((i + k) % names.length)),
    ...names.map((_, k) => (i === 2 && k === 0 ? '' : 2 + k + i / 7)),
  ]);
  const quote = (cell: string | number): string => `"${String(cell).replaceAll('"', '""')}"`;
  const text = [['model_size', 'n_tokens', ...header], ...rows.map((row, i) => ['122M', `${i + 1}B`, ...row])]
    .map((row) => row.map(quote).join(','))
    .join('\n');
  return readResults([{ name: 'results.csv', bytes: new TextEncoder().encode(text) }]);
};

const metrics: Metrics = { mre: 0.012345678901234567, mae: 1 / 3, rmse: 0.1, n: 7 };

/** Stands in for a fit: every optional part present, a number of every awkward kind. */
function fitOf({ runs }: ResultsReading, changes: Partial<Fit> = {}): Fit {
  return {
    law: 'quantization',
    domains: runs.domains,
    targets: runs.targets,
    targetDomain: runs.targetDomain,
    modelSizeVaries: false,
    tokensVary: true,
    options: {
      law: 'quantization',
      engine: 'mixlaw',
      mask: 'all',
      seed: 7,
      starts: 20,
      loss: 'huber',
      huberScale: 0.01,
      prior: 1,
      maxIterations: 300,
      modelSize: 200,
      tokens: 2500,
      minAllocation: 'fitted',
      minWeight: 0.001,
    },
    parameters: runs.domains.map((domain) => ({
      name: `b[${domain}]`,
      symbol: 'b',
      domain,
      target: domain,
      value: 1e-300,
      unit: '1',
      standardError: NaN,
      atBound: 'lower',
    })),
    objective: 0.1 + 0.2,
    minimised: 1e21,
    metrics: {
      train: { all: metrics, positive: metrics },
      validation: { all: { ...metrics, mre: NaN }, positive: metrics },
    },
    certificate: {
      gradientNorm: 1e-9,
      converged: true,
      activeBounds: runs.domains.map((domain) => `b[${domain}]`),
      jacobianRank: 3,
      parameterCount: 4,
      condition: NaN,
      agreeingStarts: 19,
      starts: 20,
      startSpread: 0.5,
      thinDomains: runs.domains.map((domain) => ({ domain, runs: 1 })),
      flooredEntries: 2,
      entries: 8,
      notes: [{ severity: 'warning', code: 'rank', message: 'x' }],
    },
    starts: [{ objective: 0.3, minimised: 0.4, iterations: 12, stop: 'gradient' }],
    rows: { train: [3, 0, 2], validation: [1] },
    modelSizeRange: [122, 122],
    tokensRange: [1, 4],
    ...changes,
  };
}

function recommendationOf({ runs }: ResultsReading): Recommendation {
  const K = runs.domains.length;
  const share = runs.domains.map(() => 1 / K);
  return {
    mixture: share,
    losses: runs.targets.map((_, i) => 2 + i),
    objective: 2.5,
    kktResidual: 1e-12,
    modelSize: 122,
    tokens: 4,
    targetWeights: runs.targets.map(() => 1 / runs.targets.length),
    bindings: [{ constraint: `${runs.domains[0] as string} ≥ 0.001`, multiplier: 0.25 }],
    warnings: [{ code: 'w', message: 'm' }],
  };
}

const sha256 = 'ab'.repeat(32);
const documentOf = (names: readonly string[], changes: Partial<Fit> = {}): FitDocument => {
  const read = reading(names);
  return makeFitDocument({
    files: [{ name: 'runs/results.csv', bytes: 123, sha256, format: 'CSV' }],
    reading: read,
    fit: fitOf(read, changes),
    recommendation: recommendationOf(read),
  });
};
const document = documentOf(['arxiv', 'c4', 'wikipedia']);
const text = serializeFitDocument(document);

const refusal = (run: () => unknown): FitDocumentError => {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof FitDocumentError, String(error));
    assert.ok(error.hint.length > 10);
    return error;
  }
  assert.fail('nothing was refused');
};
/** The document's text with one part replaced. */
const edited = (path: readonly (string | number)[], value: unknown): string => {
  const copy = JSON.parse(text) as Record<string | number, unknown>;
  let parent = copy;
  for (const key of path.slice(0, -1)) parent = parent[key] as Record<string | number, unknown>;
  const last = path[path.length - 1] as string | number;
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return JSON.stringify(copy);
};

describe('fit document', () => {
  it('comes back as it was written', () => {
    assert.deepEqual(parseFitDocument(text, 'r.mixlaw.json'), document);
    assert.ok(schemaIsTheType);
  });

  it('gives the same bytes for the same document, whatever the order of its keys', () => {
    const shuffled = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(shuffled);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, item]) => [key, shuffled(item)]),
      );
    };
    assert.equal(serializeFitDocument(shuffled(document) as FitDocument), text);
    assert.equal(serializeFitDocument(parseFitDocument(text, 'r.mixlaw.json')), text);
    assert.ok(text.endsWith('}\n'));
    assert.ok(!text.includes('NaN'));
  });

  it('holds neither time nor path', () => {
    const { generator } = document;
    assert.match(generator, /^mixlaw \d+\.\d+\.\d+$/);
    assert.ok(!text.includes(process.cwd()));
  });

  it('writes one row a line, so that documents can be compared', () => {
    const lines = text.split('\n');
    const mixture = JSON.stringify(document.observations.mixtures[0]).replaceAll(',', ', ');
    assert.ok(lines.some((line) => line.trim() === `${mixture},`));
    assert.ok(lines.length < 250, String(lines.length));
  });

  it('survives any name', () => {
    const special = fc.constantFrom(
      '__proto__',
      'constructor',
      'toString',
      '"',
      '\\',
      '</script>',
      '\u2028',
      '\ud800',
      '𝕏',
      '`',
    );
    const name = fc
      .tuple(fc.oneof(special, fc.string({ maxLength: 8 }), fc.string({ unit: 'binary', maxLength: 6 })), fc.nat(9))
      .map(([part, digit]) => `a${part}${digit}z`)
      .filter((whole) => !/[\n\r\0]/.test(whole));
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 2, maxLength: 5 }), (names) => {
        const read = reading(['a', 'b', 'c', 'd', 'e'].slice(0, names.length));
        const named = { ...read, runs: { ...read.runs, domains: names, targets: names } };
        const made = makeFitDocument({
          files: [{ name: `${names[0] as string}.csv`, bytes: 1, sha256, format: 'CSV' }],
          reading: named,
          fit: fitOf(named),
          recommendation: recommendationOf(named),
        });
        const written = serializeFitDocument(made);
        const again = parseFitDocument(written, 'r.mixlaw.json');
        assert.equal(serializeFitDocument(again), written);
        assert.deepEqual(again.fit.domains, JSON.parse(JSON.stringify(names)));
      }),
      { numRuns: 50 },
    );
  });

  it('survives any number: finite ones exactly, the others as NaN', () => {
    fc.assert(
      fc.property(fc.double(), fc.double(), (objective, kktResidual) => {
        const made = { ...document, fit: { ...document.fit, objective } };
        const again = parseFitDocument(
          serializeFitDocument({ ...made, recommendation: { ...made.recommendation, kktResidual } }),
          'r.mixlaw.json',
        );
        const expected = (value: number): number => (Number.isFinite(value) ? value + 0 : NaN);
        assert.deepEqual(again.fit.objective, expected(objective));
        assert.deepEqual(again.recommendation.kktResidual, expected(kktResidual));
      }),
      { numRuns: 50 },
    );
  });

  it('leaves optional parts out when they are not there', () => {
    const { law, domains, targets, targetDomain, modelSizeVaries, tokensVary, options } = document.fit;
    const { parameters, objective, minimised, metrics: scores, certificate, starts, rows } = document.fit;
    const made: FitDocument = {
      ...document,
      fit: {
        ...{ law, domains, targets, targetDomain, modelSizeVaries, tokensVary, options },
        ...{ parameters, objective, minimised, metrics: { train: scores.train }, certificate, starts, rows },
      },
    };
    const again = parseFitDocument(serializeFitDocument(made), 'r.mixlaw.json');
    assert.deepEqual(again, made);
    assert.ok(!('validation' in again.fit.metrics));
  });
});

describe('observations of a fit document', () => {
  it('are the rows used, with the losses of the targets fitted', () => {
    const read = reading(['a', 'b', 'c']);
    const observations = observationsOf(read.runs, { targets: ['c', 'a'], rows: { train: [3, 0], validation: [2] } });
    assert.deepEqual(observations.rows, [0, 2, 3]);
    assert.deepEqual(observations.tokens, [1, 3, 4]);
    assert.deepEqual(observations.losses[1], [4 + 2 / 7, null]);
    assert.deepEqual(observations.mixtures[0], [1 / 6, 2 / 6, 3 / 6]);
    assert.ok(observations.mixtures.every((row) => row.length === 3));
  });

  it('become the runs again', () => {
    const { runs } = reading(['arxiv', 'c4', 'wikipedia']);
    const again = runsOf(parseFitDocument(text, 'r.mixlaw.json'));
    assert.deepEqual({ ...again, weightSums: null }, { ...runs, weightSums: null });
    assert.deepEqual([...again.weightSums], [1, 1, 1, 1]);
  });
});

describe('refusing fit documents', () => {
  it('of a newer schema version', () => {
    const error = refusal(() => parseFitDocument(edited(['schemaVersion'], 99), 'r.mixlaw.json'));
    assert.equal(error.code, 'newer-version');
    assert.match(error.message, /“r\.mixlaw\.json”.*schema version 99/);
    assert.match(error.hint, /Update Mixlaw/);
  });

  it('that are broken JSON, with line and column', () => {
    const cut = text.slice(0, text.indexOf('"columns"'));
    const error = refusal(() => parseFitDocument(cut, 'r.mixlaw.json'));
    assert.equal(error.code, 'invalid-json');
    assert.equal(error.location.line, cut.split('\n').length);
    const typo = refusal(() => parseFitDocument('{\n  "schemaVersion" 1\n}', 'r.mixlaw.json'));
    assert.deepEqual([typo.location.line, typo.location.column], [2, 19]);
    assert.match(typo.message, /colon expected/);
  });

  it('that are other JSON', () => {
    for (const other of [
      '{}',
      '[]',
      '1',
      'null',
      '{"schemaVersion":"1"}',
      '{"schemaVersion":0}',
      '{"schemaVersion":1.5}',
    ])
      assert.equal(refusal(() => parseFitDocument(other, 'package.json')).code, 'not-a-fit-document', other);
  });

  it('of the wrong shape, with the path of what is wrong', () => {
    const cases: readonly (readonly [(string | number)[], unknown])[] = [
      [['fit', 'parameters', 1, 'value'], 'x'],
      [['fit', 'domains'], undefined],
      [['fit', 'options', 'mask'], 'none'],
      [['data', 'files', 0, 'sha256'], 'no hash'],
      [['data', 'totalRows'], -1],
      [['recommendation', 'mixture', 0], null],
      [['observations', 'mixtures', 2], [0.5]],
      [['observations', 'losses'], []],
      [['observations', 'tokens'], [1]],
      [['recommendation', 'mixture'], [1]],
      [['fit', 'targetDomain', 0], 3],
    ];
    for (const [path, value] of cases) {
      const error = refusal(() => parseFitDocument(edited(path, value), 'r.mixlaw.json'));
      assert.equal(error.code, 'wrong-shape', path.join('.'));
      assert.ok(error.message.includes(path.join('.')), `${path.join('.')}: ${error.message}`);
    }
  });

  it('without letting their text into the message unescaped', () => {
    const error = refusal(() => parseFitDocument(edited(['fit', 'law'], ['\u202e'.repeat(999)]), 'r.mixlaw.json'));
    assert.ok(error.message.length < 300);
    const long = refusal(() =>
      parseFitDocument(edited(['fit', 'options', 'loss'], '\u202e'.repeat(999)), 'r.mixlaw.json'),
    );
    assert.ok(!long.message.includes('\u202e'));
  });

  it('only for what matters: a byte-order mark and unknown keys do no harm', () => {
    assert.deepEqual(parseFitDocument(`\ufeff${edited(['added'], { by: 'hand' })}`, 'r.mixlaw.json'), document);
  });
});

describe('migrating fit documents', () => {
  it('goes through every step up to the current version', () => {
    const steps = new Map<number, Migration>([
      [1, (old) => ({ ...old, a: 1 })],
      [2, (old) => ({ ...old, b: old['a'] })],
    ]);
    assert.deepEqual(migrate({ schemaVersion: 1 }, 'r', 3, steps), { schemaVersion: 3, a: 1, b: 1 });
    assert.deepEqual(migrate({ schemaVersion: 3 }, 'r', 3, steps), { schemaVersion: 3 });
    assert.equal(refusal(() => migrate({ schemaVersion: 4 }, 'r', 3, steps)).code, 'newer-version');
  });
});

describe('JSON schema of fit documents', () => {
  const contributed = JSON.parse(
    readFileSync(fileURLToPath(new URL(`../../../${SCHEMA_PATH}`, import.meta.url)), 'utf8'),
  ) as Record<string, unknown>;

  it('is the one the code reads by (npm run schema)', () => {
    assert.deepEqual(contributed, JSON.parse(JSON.stringify(fitDocumentJsonSchema())));
  });

  it('accepts what is written and refuses what is not', () => {
    const validate = new Ajv({ strict: false }).compile(contributed);
    assert.ok(validate(JSON.parse(text)), JSON.stringify(validate.errors));
    assert.ok(!validate(JSON.parse(edited(['fit', 'law'], 3))));
    assert.ok(!validate(JSON.parse(edited(['recommendation'], undefined))));
    assert.ok(!validate(JSON.parse(edited(['fit', 'options', 'mask'], 'none'))));
  });
});
