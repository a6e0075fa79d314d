import { ownPower } from '../../../src/core/laws/own-power';
import { checkGradients } from './separableSupport';

describe('own-power law', () => {
  it('has exact Jacobians in θ and h', () => checkGradients(ownPower, false));
});
