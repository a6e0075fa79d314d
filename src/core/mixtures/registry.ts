import type { Family } from './family';
import { domainMaps, flatMaps } from './families/flat-maps';
import { regmix } from './families/regmix';

/** In order of precision: the first that finds a mixture has the file. */
export const families: readonly Family[] = [regmix, flatMaps, domainMaps];
