import { exponential } from '../../../src/core/laws/exponential';
import { checkGradients } from './separableSupport';

describe('exponential law', () => {
  it('has exact Jacobians in θ and h', () => checkGradients(exponential, true));
});
