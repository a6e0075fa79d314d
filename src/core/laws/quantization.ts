import { CapacityLawModel } from './capacity-law';
import { needsOwnDomain } from './availability';
import type { Law } from './law';

export const quantization: Law = {
  id: 'quantization',
  title: 'Eq. 1, quantization',
  equation: 'L = c·x*(h,N)^−b + E',
  description:
    'A model has a limited capacity N, and training shares it out among the domains so that the mixture’s own loss is least: ' +
    'a domain with a larger weight gets a larger share x*. The law knows nothing of the number of tokens, so it suits runs that all ' +
    'saw the same amount of data; by itself it always recommends the mixture that equals your target weights.',
  citation: 'Dai & Zheng 2026, Explaining Data Mixing Scaling Laws, arXiv 2606.08167, Eq. 1',
  usesModelSize: true,
  usesTokens: false,
  separable: false,
  unavailable: (shape) => needsOwnDomain('Eq. 1', shape),
  build: (shape, options) => new CapacityLawModel(quantization, shape, options, 'none'),
};
