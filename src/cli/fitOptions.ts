import type { FitOptions, RequestedOptions } from '../core/fit/types';
import { parseModelSize, parseTokens } from '../core/quantity';
import { positiveQuantity, UsageError, type Arguments, type Flag } from './arguments';
import { didYouMean } from './suggest';

/** How a law is fitted, whichever it is. */
export const FIT_FLAGS: readonly Flag[] = [
  { name: 'mask', value: 'all|positive', help: 'Fit all losses, or only those of domains with a weight above 0.' },
  { name: 'set', value: 'NAME=VALUE', help: 'Model size or tokens of every row: model-size=200,tokens=2500.' },
  { name: 'seed', value: 'N', help: 'Seed of every random choice (default 1).' },
  { name: 'starts', value: 'N', help: 'Starting points of the search.' },
  { name: 'loss', value: 'squared|huber', help: 'What is minimised (default huber, on relative residuals).' },
  { name: 'prior', value: 'W|auto', help: 'Weight of the weak prior; 0: none; auto (fit only): by cross-validation.' },
  {
    name: 'min-allocation',
    value: 'X',
    help: 'H, the least capacity of a domain, in millions of parameters, or “fitted”.',
  },
  { name: 'min-weight', value: 'X', help: 'Least weight of a domain a law is evaluated at, or “fitted”.' },
  { name: 'engine', value: 'ENGINE', help: 'Least-squares engine: mixlaw, ml-levenberg-marquardt.' },
];

/** Only what the command line says: a law has defaults of its own for the rest. */
export function fitOptions(args: Arguments): Omit<RequestedOptions, 'law'> {
  const entries: { [Name in keyof RequestedOptions]?: RequestedOptions[Name] | undefined } = {
    mask: args.oneOf('mask', ['all', 'positive']),
    engine: args.oneOf('engine', ['mixlaw', 'ml-levenberg-marquardt']),
    loss: args.oneOf('loss', ['squared', 'huber']),
    seed: args.number('seed', { whole: true }),
    starts: args.number('starts', { least: 1, whole: true }),
    prior: args.text('prior') === 'auto' ? 'auto' : args.number('prior', { least: 0 }),
    minAllocation: args.text('min-allocation') === 'fitted' ? 'fitted' : args.number('min-allocation', { least: 0 }),
    minWeight: args.text('min-weight') === 'fitted' ? 'fitted' : args.number('min-weight', { least: 0 }),
    ...scaleOfRows(args),
  };
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));
}

/** `--set model-size=200,tokens=2500`: millions of parameters and billions of tokens, or with suffixes. */
function scaleOfRows(args: Arguments): Pick<Partial<FitOptions>, 'modelSize' | 'tokens'> {
  let scale: Pick<Partial<FitOptions>, 'modelSize' | 'tokens'> = {};
  for (const assignment of args.list('set')) {
    const [, name = assignment, value = ''] = /^([^=]*)=(.*)$/.exec(assignment) ?? [];
    if (name === 'model-size') {
      scale = {
        ...scale,
        modelSize: positiveQuantity('model-size', value, parseModelSize, '200M, or 200 for millions'),
      };
    } else if (name === 'tokens') {
      scale = { ...scale, tokens: positiveQuantity('tokens', value, parseTokens, '30B, or 30 for billions') };
    } else {
      const known = ['model-size', 'tokens'];
      throw new UsageError(`--set takes model-size=… and tokens=…, not “${assignment}”.${didYouMean(name, known)}`);
    }
  }
  return scale;
}
