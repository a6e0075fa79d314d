import { additive } from '../../../src/core/laws/additive';
import { checkGradients } from './separableSupport';

describe('additive law', () => {
  it('has exact Jacobians in θ and h', () => checkGradients(additive, true));
});
