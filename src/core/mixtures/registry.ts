import type { Family } from './family';
import { domainMaps, flatMaps } from './families/flat-maps';
import { megatronPerSplit, megatronText, megatronYaml } from './families/megatron-files';
import { megatronShell } from './families/megatron-shell';
import { olmix, streams } from './families/nested';
import { marin, mixtera, pythonDicts } from './families/python-dicts';
import { megatronPython, pythonCalls, pythonTwins, seqio, tupleLists } from './families/python-lists';
import { energon, maxtext, recordLists } from './families/record-lists';
import { regmix } from './families/regmix';
import { fastLlm, stagedTwins, twinLists } from './families/twin-lists';

/** In order of precision: the first that finds a mixture has the file. */
export const families: readonly Family[] = [
  regmix,
  olmix,
  flatMaps,
  recordLists,
  energon,
  maxtext,
  stagedTwins,
  twinLists,
  fastLlm,
  streams,
  megatronPerSplit,
  megatronYaml,
  megatronText,
  megatronShell,
  marin,
  pythonCalls,
  pythonTwins,
  tupleLists,
  seqio,
  mixtera,
  megatronPython,
  pythonDicts,
  domainMaps,
];
