import { predictorOfDocument } from '../core/fitfile/consensus';
import { formatLoss, formatModelSize, formatPercent, formatTokens } from '../core/quantity';
import { UsageError } from './arguments';
import type { Command } from './command';
import { ALIAS_FLAG, aliasesOf, byName, readFit, SCALE_FLAGS, scaleOf } from './data';
import { printJson } from './io';
import { readMixture } from './mixture';
import { printable, table } from './table';

export const predictCommand: Command = {
  name: 'predict',
  summary: 'Predict the losses of a mixture from a fit document.',
  operands: 'FIT --mixture FILE|a=0.5,b=0.5',
  prints: '{mixture, modelSize, tokens, losses, mean}.',
  flags: [
    {
      name: 'mixture',
      value: 'MIXTURE',
      help: 'Weights by domain (a=0.5,b=0.5), or a training config, or JSON {"a": 0.5}.',
    },
    ALIAS_FLAG,
    ...SCALE_FLAGS,
  ],

  async run(args, io) {
    const given = args.text('mixture');
    if (given === undefined) throw new UsageError('--mixture is needed: weights such as a=0.5,b=0.5, or a file.');
    const document = await readFit(args, io);
    const { domains, targets } = document.fit;
    const { modelSize, tokens } = scaleOf(args, document);
    const mixture = await readMixture('--mixture', given, domains, io, aliasesOf(args));
    const losses = new Float64Array(targets.length);
    predictorOfDocument(document).predict(mixture, modelSize, tokens, losses);
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    if (args.has('json')) {
      printJson(io, { mixture: byName(domains, mixture), modelSize, tokens, losses: byName(targets, losses), mean });
      return;
    }
    io.out(`At ${formatModelSize(modelSize)} parameters, ${formatTokens(tokens)} tokens:\n`);
    const weights = domains.map((domain, k) => [printable(domain), formatPercent(mixture[k]!)]);
    io.out(`${table([['domain', 'weight'], ...weights])}\n\n`);
    const rows = targets.map((target, i) => [printable(target), formatLoss(losses[i]!)]);
    io.out(`${table([['target', 'predicted loss'], ...rows, ['mean', formatLoss(mean)]])}\n`);
  },
};
