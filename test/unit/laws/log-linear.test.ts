import { logLinear } from '../../../src/core/laws/log-linear';
import { checkGradients, checkNames, checkRecovery } from './separableSupport';

describe('log-linear law', () => {
  it('has exact Jacobians in θ and h', () => checkGradients(logLinear, true));

  it('names every parameter once, with unit and bounds', () => checkNames(logLinear));

  it('predicts runs drawn from it within their noise', () => checkRecovery(logLinear, {}));
});
