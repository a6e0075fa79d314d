import { inversePowerSum } from './inverse-power-sum';
import type { Law } from './law';
import { separableModel } from './separable';
import { floorTerm, scaleTerms, shareOfFloor } from './terms';

export const additive: Law = {
  id: 'additive',
  title: 'Additive',
  equation: 'L = E + 1/Σ_j C_j·h_j^γ_j   (+ A/N^α + B/D^β when N or D varies)',
  description:
    'Every domain helps every target with diminishing returns of its own; model size and tokens add to that without ' +
    'changing which mixture is best. Very flexible (2K + 1 numbers a target): with fewer runs than that the weak prior ' +
    'carries part of the answer. No target needs a domain of its own and weight 0 needs no floor.',
  citation: 'Shukor, M. et al. (2025). Scaling Laws for Optimal Data Mixtures. arXiv:2507.09404 (the additive law).',
  usesModelSize: true,
  usesTokens: true,
  separable: true,
  unavailable: () => undefined,
  build: (shape) =>
    separableModel(additive, shape, (i) => [
      floorTerm('E', shape, i, shareOfFloor(shape)),
      inversePowerSum(shape, i),
      ...scaleTerms(shape, i),
    ]),
};
