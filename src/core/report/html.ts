import { shown, type Block, type ChartBlock, type Mark, type ReportContent, type TableBlock } from './blocks';
import { STYLE, STYLE_HASH } from './style';
import { svgOf } from './svg';

/** Text as it may stand between tags and in quoted attributes. */
export const escapeHtml = (text: string): string =>
  shown(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** One page that needs nothing else: no script, no request, styles and drawings inside. */
export function writeHtml({ title, subtitle, sections }: ReportContent): string {
  const heading = escapeHtml(title);
  const contents = sections.map(
    (section, i) => `<li><a href="#section-${i + 1}">${escapeHtml(section.title)}</a></li>`,
  );
  const body = sections.map((section, i) => {
    const blocks = section.blocks.map((block) => blockHtml(block)).join('\n');
    return `<section>\n<h2 id="section-${i + 1}">${escapeHtml(section.title)}</h2>\n${blocks}\n</section>`;
  });
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${STYLE_HASH}'">
<meta name="color-scheme" content="light dark">
<title>${heading}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${heading}</h1>
<p class="subtitle">${escapeHtml(subtitle)}</p>
</header>
<nav aria-label="Contents"><ol>
${contents.join('\n')}
</ol></nav>
<main>
${body.join('\n')}
</main>
</body>
</html>
`;
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'text':
      return `<p>${escapeHtml(block.text)}</p>`;
    case 'notice': {
      const word = block.severity === 'warning' ? 'Warning' : 'Note';
      return `<p class="notice ${block.severity}"><strong>${word}:</strong> ${escapeHtml(block.text)}</p>`;
    }
    case 'table':
      return tableHtml(block);
    case 'chart':
      return chartHtml(block);
    case 'commands': {
      const lines = block.lines.map(escapeCommand).join('\n');
      return `<figure><figcaption>${escapeHtml(block.caption)}</figcaption><pre tabindex="0"><code>${lines}</code></pre></figure>`;
    }
  }
}

/** Line ends inside a command are part of it. */
const escapeCommand = (line: string): string => line.split('\n').map(escapeHtml).join('\n');

function tableHtml({ caption, columns, rows, note }: TableBlock): string {
  const head = columns.map(({ header, align }) => `<th scope="col" class="${align}">${escapeHtml(header)}</th>`);
  const body = rows.map((row) => {
    const cells = columns.map(({ align }, i) => {
      const text = `<bdi>${escapeHtml(row[i] ?? '')}</bdi>`;
      return i === 0 ? `<th scope="row" class="${align}">${text}</th>` : `<td class="${align}">${text}</td>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  const label = escapeHtml(caption);
  const remark = note === undefined ? '' : `\n<p class="note">${escapeHtml(note)}</p>`;
  return `<div class="scroll" role="group" tabindex="0" aria-label="${label}">
<table>
<caption>${label}</caption>
<thead><tr>${head.join('')}</tr></thead>
<tbody>
${body.join('\n')}
</tbody>
</table>
</div>${remark}`;
}

function chartHtml({ title, caption, legend, drawing }: ChartBlock): string {
  const items = legend.map(({ mark, label }) => `<li>${MARKS[mark]} <span>${escapeHtml(label)}</span></li>`);
  const name = `${title}. ${caption}`;
  return `<figure>
<figcaption><strong>${escapeHtml(title)}.</strong> ${escapeHtml(caption)}</figcaption>
<ul class="legend">${items.join('')}</ul>
<div class="scroll" role="group" tabindex="0" aria-label="${escapeHtml(title)}">${svgOf(drawing, name, escapeHtml)}</div>
</figure>`;
}

const sample = (inner: string): string =>
  `<svg viewBox="0 0 16 12" width="16" height="12" aria-hidden="true">${inner}</svg>`;

const MARKS: Readonly<Record<Mark, string>> = {
  bar: sample('<rect class="bar" x="1" y="1" width="14" height="10"/>'),
  whisker: sample('<path class="whisker" d="M2 6H14M2 2v8M14 2v8"/>'),
  filled: sample('<circle class="filled" cx="8" cy="6" r="2.5"/>'),
  open: sample('<path class="open" d="M8 1.5l4 7h-8Z"/>'),
  diamond: sample('<path class="diamond" d="M8 1l5 5l-5 5l-5-5Z"/>'),
};
