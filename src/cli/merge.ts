import { serializeFitDocument, parseFitDocument } from '../core/fitfile/document';
import { withBootstrap } from '../core/pipeline/bootstrap';
import { conclude, planOf } from '../core/pipeline/comparePlan';
import { baseName, loadFile } from '../core/pipeline/files';
import { mergeParts, parsePart, refuseMissing } from '../core/pipeline/parts';
import { UsageError } from './arguments';
import type { Command } from './command';
import { compareReport } from './compareReport';
import { decodeText } from './data';
import { fitReport } from './fitReport';
import { printJson } from './io';

export const mergeCommand: Command = {
  name: 'merge',
  summary: 'Join the parts that compare --shard or fit --bootstrap --shard wrote.',
  operands: 'PART…',
  prints: 'what compare or fit prints, without seconds.',
  flags: [{ name: 'out', value: 'FILE', help: 'Write what one run with --out writes, byte for byte.' }],

  async run(args, io) {
    if (args.positionals.length === 0) throw new UsageError('The files of all parts are needed; 0 were given.');
    const parts = [];
    for (const path of args.positionals) {
      const { bytes } = await loadFile(io.disk, path, Infinity);
      parts.push(parsePart(decodeText(bytes, path), baseName(path)));
    }
    const { head, results, replicates } = mergeParts(parts);
    const shards = parts.map(({ shard }) => shard);
    const json = args.has('json');
    const write = async (text: string): Promise<void> => {
      const out = args.text('out');
      if (out === undefined) return;
      await io.write(out, text);
      io.err(`Wrote ${out}.\n`);
    };
    if (head.kind === 'bootstrap') {
      refuseMissing(replicates.length, head.replicates, shards);
      const document = withBootstrap(parseFitDocument(head.document, 'the part'), head.seed, replicates);
      await write(serializeFitDocument(document));
      if (json) printJson(io, fitReport.json(document));
      else io.out(fitReport.text(document));
      return;
    }
    const plan = planOf(head.prepared);
    refuseMissing(results.length, plan.units.length, shards);
    const whole = results.map(({ at, ...result }) => ({ ...result, unit: plan.units[at]!, seconds: 0 }));
    const hashes = head.files.map(({ sha256 }) => sha256);
    const comparison = conclude(head.prepared, plan, whole, hashes);
    await write(compareReport.file(comparison));
    if (json) printJson(io, compareReport.json(comparison));
    else io.out(compareReport.text(comparison));
  },
};
