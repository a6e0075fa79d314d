import { t } from '../l10n';
import { FitError } from '../errors';
import { lawById } from '../laws/registry';
import type { Fit, FitOptions } from './types';

export const defaultFitOptions: FitOptions = {
  law: 'linear-regression',
  engine: 'mixlaw',
  mask: 'all',
  seed: 1,
  starts: 4,
  loss: 'huber',
  huberScale: 0.01,
  prior: 0.01,
  maxIterations: 500,
  minAllocation: 'fitted',
  minWeight: 'fitted',
};

/**
 * The options a fit is made with: what the caller says, then what the law takes by default, then `defaultFitOptions`.
 * @throws FitError when a value makes no sense
 */
export function completeOptions(options: Partial<FitOptions>): FitOptions {
  const law = lawById(options.law ?? defaultFitOptions.law);
  const complete: FitOptions = { ...defaultFitOptions, ...law.defaults, ...withoutUndefined(options), law: law.id };
  const positive = (name: string, value: number | 'fitted' | undefined): void => {
    if (value !== undefined && value !== 'fitted' && !(value > 0 && Number.isFinite(value))) {
      throw new FitError(
        'bad-option',
        t('{0} is {1}; it must be a number above 0.', name, value),
        t('Correct or leave out {0}.', name),
      );
    }
  };
  positive('starts', complete.starts);
  positive('huberScale', complete.huberScale);
  positive('maxIterations', complete.maxIterations);
  positive('minAllocation', complete.minAllocation);
  positive('minWeight', complete.minWeight);
  positive('modelSize', complete.modelSize);
  positive('tokens', complete.tokens);
  if (!(complete.prior >= 0)) {
    throw new FitError(
      'bad-option',
      t('{0} is {1}; it must be 0 or more.', 'prior', complete.prior),
      t('Use 0 to switch the prior off.'),
    );
  }
  return complete;
}

function withoutUndefined(options: Partial<FitOptions>): Partial<FitOptions> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/**
 * What was asked for of a fit, whichever the law: its options but for the law and for what this law takes by default.
 * Other laws, with defaults of their own, are fitted alike with these.
 */
export function askedOptions({ options, certificate }: Fit): Partial<Omit<FitOptions, 'law'>> {
  const { law, ...given } = options;
  const own = new Map<string, unknown>(Object.entries(completeOptions({ law })));
  // Chosen for this law, not asked for.
  if (certificate.notes.some(({ code }) => code === 'prior-chosen')) own.set('prior', given.prior);
  return Object.fromEntries(Object.entries(given).filter(([name, value]) => value !== own.get(name)));
}
