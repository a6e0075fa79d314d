import { shown, type Block, type ReportContent, type TableBlock } from './blocks';

/** Tables with more rows are cut: this is the summary, the HTML report has all of it. */
const MOST_ROWS = 40;

/** Text that Markdown takes for nothing else: no emphasis, link, tag, heading, list or table border. */
export const escapeMarkdown = (text: string): string =>
  shown(text)
    .replace(/[\\`*_[\]<>|#~&!$@]/g, '\\$&')
    .replace(/^(\s*\d*)([-+=.)])/, '$1\\$2')
    // Bare addresses become links on many sites.
    .replace(/:\/\/|www\./gi, (found) => found.replace(/[:.]/, '\\$&'));

/** The report as Markdown: text, tables and commands. Charts are left out; their numbers are in the tables. */
export function writeMarkdown({ title, subtitle, sections }: ReportContent): string {
  const parts = [`# ${escapeMarkdown(title)}`, escapeMarkdown(subtitle)];
  for (const section of sections) {
    const blocks = section.blocks.map(blockMarkdown).filter((block) => block !== '');
    parts.push(`## ${escapeMarkdown(section.title)}`, ...blocks);
  }
  return `${parts.join('\n\n')}\n`;
}

function blockMarkdown(block: Block): string {
  switch (block.kind) {
    case 'text':
      return escapeMarkdown(block.text);
    case 'notice':
      return `> **${block.severity === 'warning' ? 'Warning' : 'Note'}:** ${escapeMarkdown(block.text)}`;
    case 'table':
      return tableMarkdown(block);
    case 'chart':
      return '';
    case 'commands':
      return `${escapeMarkdown(block.caption)}\n\n${fenced(block.lines)}`;
  }
}

function tableMarkdown({ caption, columns, rows, note }: TableBlock): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeMarkdown).join(' | ')} |`;
  const cut = rows.length - MOST_ROWS;
  const remarks = [
    ...(note === undefined ? [] : [note]),
    ...(cut > 0 ? [`${cut} more rows are in the HTML report.`] : []),
  ];
  return [
    `**${escapeMarkdown(caption)}**`,
    '',
    line(columns.map(({ header }) => header)),
    `|${columns.map(({ align }) => (align === 'number' ? ' ---: ' : ' --- ')).join('|')}|`,
    ...rows.slice(0, MOST_ROWS).map((row) => line(columns.map((_, i) => row[i] ?? ''))),
    ...(remarks.length > 0 ? ['', escapeMarkdown(remarks.join(' '))] : []),
  ].join('\n');
}

/** A fence longer than any inside it. */
function fenced(lines: readonly string[]): string {
  const body = lines.map((line) => line.split('\n').map(shown).join('\n')).join('\n');
  const longest = Math.max(2, ...[...body.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}sh\n${body}\n${fence}`;
}
