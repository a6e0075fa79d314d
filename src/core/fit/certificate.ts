import { targetOfDomain } from '../laws/capacity-parameters';
import type { LawModel, ParameterSpec } from '../laws/law';
import type { Runs } from '../results/runs';
import { isCounted } from '../judge/metrics';
import { rowCount } from '../results/runs';
import type { Diagnosis } from './diagnosis';
import type { Certificate, FitOptions, StartResult } from './types';

type Note = Certificate['notes'][number];

/** Runs with a weight above 0 below which a domain's own parameters are guesses. */
const FEW_RUNS = 5;
/** Starts whose objective is within this of the best found the same optimum. */
const SAME_OPTIMUM = 0.01;
const CONVERGED_GRADIENT = 1e-4;
/** Relative residuals of this size are rounding: the law passes through every loss, and there is nothing left to minimise. */
const ROUNDING = 1e-12;
const MAX_PAIRS = 5;

/** Everything the certificate is made of. */
export interface FitEvidence {
  readonly model: LawModel;
  readonly training: Runs;
  readonly options: FitOptions;
  readonly diagnosis: Diagnosis;
  readonly starts: readonly StartResult[];
  readonly best: number;
  readonly entries: number;
  /** Facts of the data that the reader of the fit should know. */
  readonly dataNotes: readonly Note[];
}

export function certify(evidence: FitEvidence): Certificate {
  const { model, training, options, diagnosis, starts, best } = evidence;
  const exact = exactObjective(training, options);
  const objectives = starts.map((start) => Math.max(start.minimised, exact));
  const least = Math.min(...objectives);
  const agreeingStarts = objectives.filter((value) => value <= least * (1 + SAME_OPTIMUM)).length;
  const stop = starts[best]!.stop;
  const converged =
    stop === 'gradient' ||
    starts[best]!.minimised <= exact ||
    diagnosis.gradientNorm <= CONVERGED_GRADIENT ||
    ((stop === 'objective' || stop === 'step') && diagnosis.gradientNorm <= 10 * CONVERGED_GRADIENT);
  const thinDomains = thinDomainsOf(training);
  const flooredEntries = flooredEntriesOf(model, training, options);
  const certificate = {
    gradientNorm: diagnosis.gradientNorm,
    converged,
    activeBounds: diagnosis.activeBounds.map(({ parameter }) => model.parameters[parameter]!.name),
    jacobianRank: diagnosis.rank,
    parameterCount: model.parameters.length,
    condition: diagnosis.condition,
    agreeingStarts,
    starts: starts.length,
    startSpread: least > 0 ? (Math.max(...objectives) - least) / least : 0,
    thinDomains,
    flooredEntries,
    entries: evidence.entries,
  };
  const notes = [
    ...searchNotes(certificate, stop),
    ...evidence.dataNotes,
    ...thinDomains.map(thinDomainNote),
    ...rankNotes(certificate, options),
    ...confusionNotes(model, training, diagnosis),
    ...boundNotes(model, diagnosis),
    ...kinkNotes(model, diagnosis),
    ...floorNotes(model, certificate),
  ];
  const severities = ['warning', 'info'];
  notes.sort((one, other) => severities.indexOf(one.severity) - severities.indexOf(other.severity));
  return { ...certificate, notes };
}

/** What is left to minimise, a run, when every residual is rounding. */
function exactObjective({ targets, losses }: Runs, { loss }: FitOptions): number {
  const unit = loss === 'huber' ? 1 : losses.reduce((most, value) => (value > most ? value : most), 0);
  return targets.length * (ROUNDING * unit) ** 2;
}

/** How many training runs hold each domain; those that few hold. */
function thinDomainsOf(training: Runs): { domain: string; runs: number }[] {
  const K = training.domains.length;
  const holding = (domain: number): number =>
    new Set(Array.from(training.runIds).filter((_, run) => training.mixtures[run * K + domain]! > 0)).size;
  return training.domains
    .map((domain, index) => ({ domain, runs: holding(index) }))
    .filter(({ runs }) => runs < FEW_RUNS);
}

function flooredEntriesOf(model: LawModel, training: Runs, options: FitOptions): number {
  const { minWeight } = model;
  if (minWeight === undefined) return 0;
  const { domains, targets, targetDomain, mixtures } = training;
  let count = 0;
  for (let run = 0; run < rowCount(training); run++) {
    for (let target = 0; target < targets.length; target++) {
      const weight = mixtures[run * domains.length + targetDomain[target]!]!;
      if (isCounted(training, run, target, options.mask) && weight < minWeight) count++;
    }
  }
  return count;
}

function searchNotes(certificate: Omit<Certificate, 'notes'>, stop: string): Note[] {
  const notes: Note[] = [];
  if (!certificate.converged) {
    const why = stop === 'iterations' ? 'the iterations were used up' : 'no step lowered the objective';
    notes.push({
      severity: 'warning',
      code: 'not-converged',
      message: `The search ended before an optimum (${why}); more iterations may fit better.`,
    });
  }
  const { agreeingStarts, starts, startSpread } = certificate;
  if (starts > 1 && agreeingStarts < starts / 2) {
    notes.push({
      severity: agreeingStarts === 1 ? 'warning' : 'info',
      code: 'starts-disagree',
      message:
        `Only ${agreeingStarts} of ${starts} starts came within 1 % of the best optimum; the worst was ` +
        `${(100 * startSpread).toPrecision(2)} % above it when it slowed and was left. More starts may find a better one.`,
    });
  }
  return notes;
}

function thinDomainNote({ domain, runs }: { domain: string; runs: number }): Note {
  const held =
    runs === 0 ? 'no training run contains it' : runs === 1 ? 'only 1 run contains it' : `only ${runs} runs contain it`;
  return {
    severity: 'warning',
    code: 'thin-domain',
    message: `What ${domain} does is hardly known: ${held}.`,
  };
}

function rankNotes(certificate: Omit<Certificate, 'notes'>, options: FitOptions): Note[] {
  const missing = certificate.parameterCount - certificate.jacobianRank;
  if (missing === 0) return [];
  const rest = options.prior > 0 ? 'the prior decides the rest' : 'the rest is arbitrary';
  return [
    {
      severity: options.prior > 0 ? 'info' : 'warning',
      code: 'rank-deficient',
      message: `The runs determine ${certificate.jacobianRank} of ${certificate.parameterCount} parameters; ${rest}.`,
    },
  ];
}

/** "E and c of enron_emails cannot be told apart: only 2 runs contain it". */
function confusionNotes(model: LawModel, training: Runs, diagnosis: Diagnosis): Note[] {
  const { shape, parameters } = model;
  const measuredBy = targetOfDomain(shape);
  const thin = new Map(thinDomainsOf(training).map(({ domain, runs }) => [domain, runs]));
  const subjectOf = (spec: ParameterSpec): string | undefined => {
    if (spec.target !== undefined) return spec.target;
    const target = spec.domain === undefined ? -1 : (measuredBy[shape.domains.indexOf(spec.domain)] ?? -1);
    return target >= 0 ? shape.targets[target] : spec.domain;
  };
  const notes: Note[] = [];
  for (const { first, second, correlation } of diagnosis.confounded) {
    const one = parameters[first]!;
    const other = parameters[second]!;
    const subject = subjectOf(one);
    const same = subject !== undefined && subject === subjectOf(other);
    const pair =
      same && one.symbol !== other.symbol
        ? `${one.symbol} and ${other.symbol} of ${subject}`
        : `${one.name} and ${other.name}`;
    const domain = same ? shape.domains[shape.targetDomain[shape.targets.indexOf(subject)] ?? -1] : undefined;
    const runs = domain === undefined ? undefined : thin.get(domain);
    const reason =
      runs === undefined
        ? `their estimates move together (correlation ${correlation.toFixed(3)})`
        : runs === 1
          ? 'only 1 run contains it'
          : `only ${runs} runs contain it`;
    notes.push({ severity: 'info', code: 'confounded', message: `${pair} cannot be told apart: ${reason}.` });
  }
  if (notes.length <= MAX_PAIRS) return notes;
  return [
    ...notes.slice(0, MAX_PAIRS),
    {
      severity: 'info',
      code: 'confounded',
      message: `${notes.length - MAX_PAIRS} more pairs of parameters cannot be told apart; predictions rest on their combination.`,
    },
  ];
}

function boundNotes(model: LawModel, diagnosis: Diagnosis): Note[] {
  if (diagnosis.activeBounds.length === 0) return [];
  const named = diagnosis.activeBounds.slice(0, MAX_PAIRS).map(({ parameter, bound }) => {
    const spec = model.parameters[parameter]!;
    return `${spec.name} = ${Number((bound === 'lower' ? spec.lower : spec.upper).toPrecision(4))}`;
  });
  const more = diagnosis.activeBounds.length - named.length;
  return [
    {
      severity: 'info',
      code: 'at-bound',
      message: `At the edge of their range: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`,
    },
  ];
}

function kinkNotes(model: LawModel, { kinks }: Diagnosis): Note[] {
  if (kinks.length === 0) return [];
  const named = kinks.slice(0, MAX_PAIRS).map((parameter) => model.parameters[parameter]!.name);
  const more = kinks.length - named.length;
  return [
    {
      severity: 'info',
      code: 'at-kink',
      message:
        `The optimum lies on a kink of the objective, such as where the capacity of a domain just reaches H: it rises ` +
        `whichever way ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''} move, though no gradient vanishes there.`,
    },
  ];
}

function floorNotes(model: LawModel, certificate: Omit<Certificate, 'notes'>): Note[] {
  if (certificate.flooredEntries === 0 || model.minWeight === undefined) return [];
  return [
    {
      severity: 'info',
      code: 'floored',
      message:
        `${certificate.flooredEntries} of ${certificate.entries} fitted losses belong to a domain with a weight below ` +
        `${model.minWeight}; it was raised to that floor, where ${model.law.title} would diverge.`,
    },
  ];
}
