import { logLinear } from '../../../src/core/laws/log-linear';
import { checkGradients } from './separableSupport';

describe('log-linear law', () => {
  it('has exact Jacobians in θ and h', () => checkGradients(logLinear, true));
});
