import { joint } from '../../../src/core/laws/joint';
import { checkGradients } from './separableSupport';

describe('joint law', () => {
  it('has exact Jacobians in θ and h', () => checkGradients(joint, true));
});
