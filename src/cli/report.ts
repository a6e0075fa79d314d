import { baseName } from '../core/pipeline/files';
import { makeReport, type ReportFormat } from '../core/report/report';
import type { RecommendOptions } from '../core/recommend/types';
import { UsageError, type Arguments } from './arguments';
import type { Command } from './command';
import { readFit, SCALE_FLAGS, scaleOf } from './data';
import { printJson } from './io';
import { LIMIT_FLAGS, limitsOf } from './limits';

const EXTENSIONS: readonly (readonly [RegExp, ReportFormat])[] = [
  [/\.html?$/i, 'html'],
  [/\.(md|markdown)$/i, 'markdown'],
];

export const reportCommand: Command = {
  name: 'report',
  summary: 'Write a fit as a self-contained HTML page or as Markdown, for readers without VS Code.',
  operands: 'FIT',
  prints: '{out, format, bytes}, or without --out {format, text}.',
  flags: [
    { name: 'out', value: 'FILE', help: 'Where to write it: report.html or report.md (default: standard output).' },
    { name: 'format', value: 'html|markdown', help: 'Format, where the file name does not tell (default html).' },
    ...SCALE_FLAGS,
    ...LIMIT_FLAGS,
    { name: 'seed', value: 'N', help: 'Seed of the starts of the recommendation (default: that of the fit).' },
  ],

  async run(args, io) {
    const document = await readFit(args, io);
    const [path = ''] = args.positionals;
    const out = args.text('out');
    const format = formatOf(args, out);
    const options = asksForMore(args) ? await limitsOf(args, document.fit, scaleOf(args, document), io) : undefined;
    const text = makeReport(document, { fileName: baseName(path), ...requestOf(options) }, format);
    if (out === undefined) {
      if (args.has('json')) printJson(io, { format, text });
      else io.out(text);
      return;
    }
    await io.write(out, text);
    io.err(`Wrote ${out}.\n`);
    if (args.has('json')) printJson(io, { out, format, bytes: new TextEncoder().encode(text).length });
  },
};

/** Without a word about scale or limits the report tells of the document's own recommendation. */
const asksForMore = (args: Arguments): boolean =>
  [...SCALE_FLAGS, ...LIMIT_FLAGS, { name: 'seed' }].some(({ name }) => args.has(name));

const requestOf = (options: RecommendOptions | undefined) => ({
  ...(options ? { options } : {}),
  ...(options?.current ? { current: { label: 'the current mixture', mixture: options.current } } : {}),
});

/** @throws UsageError when neither flag nor file name tells */
function formatOf(args: Arguments, out: string | undefined): ReportFormat {
  const said = args.oneOf('format', ['html', 'markdown']);
  if (said) return said;
  if (out === undefined) return 'html';
  const known = EXTENSIONS.find(([pattern]) => pattern.test(out));
  if (known) return known[1];
  throw new UsageError(`--out ends in .html or .md, or --format says which; “${out}” does not tell.`);
}
