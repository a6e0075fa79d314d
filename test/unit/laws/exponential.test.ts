import { exponential } from '../../../src/core/laws/exponential';
import { checkGradients, checkNames, checkRecovery } from './separableSupport';

describe('exponential law', () => {
  it('has exact Jacobians in θ and h', () => checkGradients(exponential, true));

  it('names every parameter once, with unit and bounds', () => checkNames(exponential));

  it('predicts runs drawn from it within their noise', () => checkRecovery(exponential, {}));
});
