import assert from 'node:assert/strict';
import { ownPower } from '../../../src/core/laws/own-power';
import { checkGradients, checkNames, checkRecovery, shapeOf } from './separableSupport';

describe('own-power law', () => {
  it('has exact Jacobians in θ and h', () => checkGradients(ownPower, false));

  it('names every parameter once, with unit and bounds', () => checkNames(ownPower));

  it('predicts runs drawn from it within their noise', () => checkRecovery(ownPower, {}));

  it('predicts them at other scales too', () => checkRecovery(ownPower, { D: true }));

  it('says which targets it cannot serve', () => {
    assert.equal(ownPower.unavailable(shapeOf(3)), undefined);
    assert.match(ownPower.unavailable(shapeOf(3, {}, 1)) ?? '', /orphan0/);
  });
});
