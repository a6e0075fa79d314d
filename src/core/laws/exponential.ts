import { exponentialTerm } from './exponential-sum';
import type { Law } from './law';
import { separableModel } from './separable';
import { floorTerm } from './terms';

export const exponential: Law = {
  id: 'exponential',
  title: 'Exponential (data mixing laws)',
  equation: 'L = c + k·exp(Σ_j t_j·h_j)',
  description:
    'Each target falls (or rises) exponentially along a weighted sum of all domains, so every domain can help every target. ' +
    'Nothing diverges at weight 0 and no target needs a domain of its own. It knows no model size and no tokens: fit it at ' +
    'one scale. A shift of all t and a factor of k cancel because weights sum to 1; the weak prior settles which is which.',
  citation:
    'Ye, J. et al. (2025). Data Mixing Laws: Optimizing Data Mixtures by Predicting Language Modeling Performance. ICLR 2025. arXiv:2403.16952.',
  usesModelSize: false,
  usesTokens: false,
  separable: true,
  unavailable: () => undefined,
  build: (shape) =>
    separableModel(exponential, shape, (i) => [
      floorTerm('c', shape, i, 0.85, 'median'),
      exponentialTerm(shape, i, 'k'),
    ]),
};
