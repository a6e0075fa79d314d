import type { FitDocument } from '../fitfile/types';
import { laws } from '../laws/registry';
import { formatPercent } from '../quantity';
import { subjectOf, type ReportRequest } from './advice';
import type { ReportContent } from './blocks';
import { dataSection } from './data';
import { writeHtml } from './html';
import { lawSection } from './laws';
import { writeMarkdown } from './markdown';
import { parameterSection, qualitySection } from './quality';
import { recommendationSection } from './recommendation';
import { reproduceSection } from './reproduce';

export type { ReportRequest } from './advice';

export const REPORT_FORMATS = ['html', 'markdown'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/**
 * A fit told to a reader without VS Code, and to a reviewer who wants to make it again. The same document and request
 * give the same bytes: there is no time in it.
 * @throws PredictionError for limits that conflict
 */
export function makeReport(document: FitDocument, request: ReportRequest, format: ReportFormat): string {
  const content = contentOf(document, request);
  return format === 'html' ? writeHtml(content) : writeMarkdown(content);
}

function contentOf(document: FitDocument, request: ReportRequest): ReportContent {
  const subject = subjectOf(document, request);
  const { fit, data, generator, consensus } = document;
  const law = titleOf(fit.law);
  return {
    title: `Data mixture from ${data.files.map(({ name }) => name).join(' and ')}`,
    subtitle: `${consensus ? `Mean of ${namesOf(consensus)}` : law}, fitted by ${generator}; kept in ${request.fileName}.`,
    sections: [
      recommendationSection(subject),
      qualitySection(document),
      lawSection(document),
      dataSection(document),
      parameterSection(document),
      reproduceSection(subject),
    ],
  };
}

const titleOf = (id: string): string => laws.find((law) => law.id === id)?.title ?? id;

const namesOf = ({ members }: NonNullable<FitDocument['consensus']>): string =>
  members.map(({ law, weight }) => `${titleOf(law)} (${formatPercent(weight, 0)})`).join(', ');
