import { CapacityLawModel } from './capacity-law';
import { needsOwnDomain } from './availability';
import type { Law } from './law';

export const linearRegression: Law = {
  id: 'linear-regression',
  title: 'Eq. 3, linear regression',
  equation: 'L = c·x*(h,N)^−b + A·(D·h)^−a + E',
  description:
    'Eq. 1 plus a term for the tokens seen of each domain: a loss falls with the capacity the domain gets and with its own tokens D·h. ' +
    'It assumes that tokens of one domain teach nothing about the rare parts of another, so by itself it diverges where a weight is 0. ' +
    'There a floor ε keeps it finite, h + ε·(1−h), fitted for each domain unless you fix it; predictions near it deserve little trust.',
  citation: 'Dai & Zheng 2026, Explaining Data Mixing Scaling Laws, arXiv 2606.08167, Eq. 3 and Theorem 4.1',
  usesModelSize: true,
  usesTokens: true,
  separable: false,
  unavailable: (shape) => needsOwnDomain('Eq. 3', shape),
  build: (shape, options) => new CapacityLawModel(linearRegression, shape, options, 'own'),
};
