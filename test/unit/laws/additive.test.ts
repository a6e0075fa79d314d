import { additive } from '../../../src/core/laws/additive';
import { checkGradients, checkNames, checkRecovery } from './separableSupport';

describe('additive law', () => {
  it('has exact Jacobians in θ and h', () => checkGradients(additive, true));

  it('names every parameter once, with unit and bounds', () => checkNames(additive));

  it('predicts runs drawn from it within their noise', () => checkRecovery(additive, {}));

  it('predicts them at other scales too', () => checkRecovery(additive, { N: true, D: true }));
});
