import { bimix } from '../../../src/core/laws/bimix';
import { checkGradients } from './separableSupport';

describe('bimix law', () => {
  it('has exact Jacobians in θ and h', () => checkGradients(bimix, false));
});
