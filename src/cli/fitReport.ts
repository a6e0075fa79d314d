import type { Fit, FittedParameter, MaskedMetrics } from '../core/fit/types';
import type { FitDocument } from '../core/fitfile/types';
import { lawById } from '../core/laws/registry';
import { baseName } from '../core/pipeline/files';
import { formatLoss, formatModelSize, formatNumber, formatPercent, formatTokens } from '../core/quantity';
import { compareReport } from './compareReport';
import { printable, table } from './table';

/** What `mixlaw fit` says about a fit. */
export const fitReport = {
  json(document: FitDocument, seconds?: number): object {
    const { fit, data, observations, comparison, bootstrap, consensus } = document;
    return {
      law: fit.law,
      parameterCount: fit.parameters.length,
      parameters: fit.parameters,
      objective: fit.objective,
      metrics: fit.metrics,
      certificate: fit.certificate,
      starts: fit.starts,
      seconds: seconds ?? null,
      dataset: {
        files: data.files,
        domains: fit.domains,
        targets: fit.targets,
        lossKind: data.lossKind,
        totalRows: data.totalRows,
        usedRows: observations.rows.length,
        trainRows: fit.rows.train.length,
        validationRows: fit.rows.validation.length,
        missingLosses: data.missingLosses,
        dropped: data.dropped,
        repaired: data.repaired,
        warnings: data.warnings,
        modelSizeRange: fit.modelSizeRange,
        tokensRange: fit.tokensRange,
      },
      options: fit.options,
      ...(consensus ? { consensus: consensus.members.map(({ law, weight, error }) => ({ law, weight, error })) } : {}),
      ...(comparison ? { comparison: compareReport.json(comparison) } : {}),
      ...(bootstrap ? { bootstrap } : {}),
    };
  },

  text(document: FitDocument, seconds?: number): string {
    const { fit, recommendation } = document;
    const sections = [
      dataSection(document),
      `${lawById(fit.law).title}: ${fit.parameters.length} parameters${seconds === undefined ? '' : `, fitted in ${seconds.toFixed(2)} s`}`,
      document.comparison
        ? `Chosen by ${document.comparison.method.description}. ${printable(document.comparison.verdict.reason)}`
        : '',
      metricsTable(fit),
      certificateSection(fit),
      parameterTables(fit),
      bootstrapSection(document),
      consensusSection(document),
      `Recommended mixture at ${formatModelSize(recommendation.modelSize)} parameters, ${formatTokens(recommendation.tokens)} tokens (mean loss ${formatLoss(recommendation.objective)}):`,
      table([
        ['domain', 'weight'],
        ...fit.domains.map((domain, k) => [printable(domain), formatPercent(recommendation.mixture[k]!)]),
      ]),
    ];
    return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
  },
};

function consensusSection({ consensus, fit }: FitDocument): string {
  if (!consensus) return '';
  const laws = consensus.members.map(({ law, weight }) => `${law} (${formatPercent(weight, 0)})`);
  const apart = fit.domains.filter((_, k) => !consensus.domains[k]!.agree).map(printable);
  const where = apart.length === 0 ? 'agree on every domain' : `differ on ${apart.join(', ')}`;
  return `The recommendation rests on the mean of ${laws.join(', ')}, the laws as good as the best on held-out runs. Their own optima ${where}.`;
}

function bootstrapSection({ bootstrap, fit }: FitDocument): string {
  if (!bootstrap) return '';
  const { replicates, failed, coverage, parameters } = bootstrap;
  const failures = failed === 0 ? '' : ` ${failed} could not be fitted.`;
  return [
    `${replicates} bootstrap fits, middle ${formatPercent(coverage, 0)} of each parameter:${failures}`,
    table([
      ['parameter', 'value', 'from', 'to'],
      ...parameters.map(({ name, lower, upper }, p) => [
        printable(name),
        ...[fit.parameters[p]!.value, lower, upper].map((value) => formatNumber(value)),
      ]),
    ]),
  ].join('\n');
}

function dataSection({ data, fit, observations }: FitDocument): string {
  const [first = '', ...others] = data.files.map((file) => printable(baseName(file.name)));
  const names = others.length > 1 ? `${first} and ${others.length} more files` : [first, ...others].join(' + ');
  const kept = `${observations.rows.length} of ${data.totalRows} rows`;
  const lines = [`${names}: ${kept}, ${fit.domains.length} domains, ${fit.targets.length} targets`];
  if (data.missingLosses > 0) lines.push(`  ${data.missingLosses} losses are missing and were not fitted.`);
  for (const [what, notes] of [
    ['dropped', data.dropped],
    ['repaired', data.repaired],
  ] as const) {
    for (const [reason, count] of countBy(notes.map((note) => note.reason))) {
      lines.push(`  ${count} ${count === 1 ? 'row' : 'rows'} ${what}: ${printable(reason)}`);
    }
  }
  for (const { message } of data.warnings) lines.push(`  Note: ${printable(message)}`);
  return lines.join('\n');
}

function countBy(reasons: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return counts;
}

function metricsTable({ metrics }: Fit): string {
  const rows = (name: string, masked: MaskedMetrics): string[][] =>
    (['all', 'positive'] as const).map((mask) => {
      const { mre, mae, rmse, n } = masked[mask];
      return [name, mask, formatPercent(mre, 2), formatLoss(mae, 4), formatLoss(rmse, 4), String(n)];
    });
  return table([
    ['rows', 'losses', 'MRE', 'MAE', 'RMSE', 'n'],
    ...rows('train', metrics.train),
    ...(metrics.validation ? rows('validation', metrics.validation) : []),
  ]);
}

function certificateSection({ certificate, objective }: Fit): string {
  const { agreeingStarts, starts, notes } = certificate;
  const head = `Objective ${formatNumber(objective, 6)}; ${agreeingStarts} of ${starts} starts within 1 % of the best.`;
  return [
    head,
    ...notes.map(({ severity, message }) => `  ${severity === 'warning' ? 'Warning' : 'Note'}: ${printable(message)}`),
  ].join('\n');
}

/** One row a domain or target, one column a parameter; parameters of no one or of two in a list of their own. */
function parameterTables(fit: Fit): string {
  const subjectOf = (parameter: FittedParameter): string | undefined =>
    parameter.domain !== undefined && parameter.target !== undefined && parameter.domain !== parameter.target
      ? undefined
      : (parameter.target ?? parameter.domain);
  const cell = (parameter: FittedParameter): string =>
    formatNumber(parameter.value) + (parameter.atBound === undefined ? '' : '*');
  const symbols = [...new Set(fit.parameters.filter((p) => subjectOf(p) !== undefined).map((p) => p.symbol))];
  const rows = new Map<string, Map<string, string>>();
  for (const parameter of fit.parameters) {
    const subject = subjectOf(parameter);
    if (subject === undefined) continue;
    const row = rows.get(subject) ?? new Map<string, string>();
    rows.set(subject, row.set(parameter.symbol, cell(parameter)));
  }
  const single = fit.parameters.filter((parameter) => subjectOf(parameter) === undefined);
  const perSubject = table([
    ['parameter', ...symbols],
    ...[...rows].map(([subject, values]) => [printable(subject), ...symbols.map((symbol) => values.get(symbol) ?? '')]),
  ]);
  const shared = table([['parameter', 'value', 'unit'], ...single.map((p) => [printable(p.name), cell(p), p.unit])]);
  const atBound = fit.parameters.some((parameter) => parameter.atBound !== undefined) ? '  * at its bound' : '';
  return [rows.size > 0 ? perSubject : '', single.length > 0 ? shared : '', atBound]
    .filter((part) => part !== '')
    .join('\n');
}
