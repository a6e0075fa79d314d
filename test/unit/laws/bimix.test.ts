import assert from 'node:assert/strict';
import { bimix } from '../../../src/core/laws/bimix';
import { checkGradients, checkNames, checkRecovery, shapeOf } from './separableSupport';

describe('bimix law', () => {
  it('has exact Jacobians in θ and h', () => checkGradients(bimix, false));

  it('names every parameter once, with unit and bounds', () => checkNames(bimix));

  it('predicts runs drawn from it within their noise', () => checkRecovery(bimix, {}));

  it('predicts them at other scales too', () => checkRecovery(bimix, { D: true }));

  it('says which targets it cannot serve', () => {
    assert.equal(bimix.unavailable(shapeOf(3)), undefined);
    assert.match(bimix.unavailable(shapeOf(3, {}, 1)) ?? '', /orphan0/);
  });
});
