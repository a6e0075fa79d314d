import { levenbergMarquardt } from './levenberg-marquardt';
import { mlLevenbergMarquardt } from './ml-engine';
import type { Optimizer } from './optimizer';
import type { EngineId } from './types';

/** Every engine by its id. Adding one is one line here and its name in `EngineId`. */
export const engines: Readonly<Record<EngineId, Optimizer>> = {
  mixlaw: levenbergMarquardt,
  'ml-levenberg-marquardt': mlLevenbergMarquardt,
};
