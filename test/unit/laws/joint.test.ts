import assert from 'node:assert/strict';
import { joint } from '../../../src/core/laws/joint';
import { checkGradients, checkNames, checkRecovery, shapeOf } from './separableSupport';

describe('joint law', () => {
  it('has exact Jacobians in θ and h', () => checkGradients(joint, true));

  it('names every parameter once, with unit and bounds', () => checkNames(joint));

  it('predicts runs drawn from it within their noise', () => checkRecovery(joint, { N: true, D: true }));

  it('predicts them at other scales too', () => checkRecovery(joint, { D: true }));

  it('sends runs of one scale to the additive law', () => {
    assert.match(joint.unavailable(shapeOf(3)) ?? '', /additive/);
  });
});
