import { linear } from '../../../src/core/laws/linear';
import { checkGradients } from './separableSupport';

describe('linear law', () => {
  it('has exact Jacobians in θ and h', () => checkGradients(linear, true));
});
