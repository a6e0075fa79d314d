import { linear } from '../../../src/core/laws/linear';
import { checkGradients, checkNames, checkRecovery } from './separableSupport';

describe('linear law', () => {
  it('has exact Jacobians in θ and h', () => checkGradients(linear, true));

  it('names every parameter once, with unit and bounds', () => checkNames(linear));

  it('predicts runs drawn from it within their noise', () => checkRecovery(linear, {}));
});
