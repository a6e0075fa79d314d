import { predictorOf } from '../core/fit/predictor';
import { formatLoss, formatModelSize, formatPercent, formatTokens } from '../core/quantity';
import { recommend } from '../core/recommend/recommend';
import type { Command } from './command';
import { byName, readFit, SCALE_FLAGS, scaleOf } from './data';
import { printJson } from './io';
import { printable, table } from './table';

export const recommendCommand: Command = {
  name: 'recommend',
  summary: 'Find the mixture with the least predicted mean loss.',
  operands: 'FIT',
  prints: '{mixture, losses, mean, kktResidual, modelSize, tokens, warnings}.',
  flags: SCALE_FLAGS,

  async run(args, io) {
    const { fit, ...document } = await readFit(args, io);
    const { modelSize, tokens } = scaleOf(args, { fit, ...document });
    const found = recommend(predictorOf(fit), { modelSize, tokens, seed: fit.options.seed });
    const mean = found.losses.reduce((sum, loss) => sum + loss, 0) / found.losses.length;
    if (args.has('json')) {
      printJson(io, {
        mixture: byName(fit.domains, found.mixture),
        losses: byName(fit.targets, found.losses),
        mean,
        kktResidual: found.kktResidual,
        modelSize,
        tokens,
        warnings: found.warnings,
      });
      return;
    }
    io.out(`At ${formatModelSize(modelSize)} parameters, ${formatTokens(tokens)} tokens:\n`);
    const weights = fit.domains.map((domain, k) => [printable(domain), formatPercent(found.mixture[k]!)]);
    io.out(`${table([['domain', 'weight'], ...weights])}\n\n`);
    const rows = fit.targets.map((target, i) => [printable(target), formatLoss(found.losses[i]!)]);
    io.out(`${table([['target', 'predicted loss'], ...rows, ['mean', formatLoss(mean)]])}\n`);
    for (const { message } of found.warnings) io.out(`Warning: ${printable(message)}\n`);
  },
};
