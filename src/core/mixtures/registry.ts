import type { Family } from './family';
import { domainMaps, flatMaps } from './families/flat-maps';
import { megatronPerSplit, megatronText, megatronYaml } from './families/megatron-files';
import { megatronShell } from './families/megatron-shell';
import { regmix } from './families/regmix';

/** In order of precision: the first that finds a mixture has the file. */
export const families: readonly Family[] = [
  regmix,
  flatMaps,
  megatronPerSplit,
  megatronYaml,
  megatronText,
  megatronShell,
  domainMaps,
];
