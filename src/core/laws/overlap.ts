import { CapacityLawModel } from './capacity-law';
import type { Law } from './law';

export const overlap: Law = {
  id: 'overlap',
  title: 'Overlap',
  equation: 'L = c·x*(h,N)^−b + A·(D·g)^−a + E [+ B·N^−β + G·D^−δ], g_i^γ_i = h_i^γ_i + Σ T_ij·h_j^γ_i',
  description:
    'Eq. 3 with its assumption of disjoint domains relaxed: a token of domain j is worth T_ij tokens of domain i, so a loss stays finite ' +
    'when a domain’s own weight is 0, and related domains help each other. T is held small by a prior, so that only overlap the runs show ' +
    'is used; T = 0 is Eq. 3. Tokens pool with an exponent γ: below 1, a variety of domains is worth more than their sum. When ' +
    'model sizes or tokens vary, B and G take up the part of their effect that no mixture changes. A target that is no training domain has ' +
    'no capacity term and is served by the tokens of all domains.',
  citation: 'This project, from Eq. 3 of Dai & Zheng 2026, arXiv 2606.08167',
  usesModelSize: true,
  usesTokens: true,
  separable: false,
  unavailable: () => undefined,
  build: (shape, options) => new CapacityLawModel(overlap, shape, options, 'overlap'),
};
