import { MixlawError } from '../errors';

/** A mixture that cannot be written in a format. */
export class MixtureError extends MixlawError {
  override readonly name = 'MixtureError';
}
