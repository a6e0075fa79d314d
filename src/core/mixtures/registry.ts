import type { Family } from './family';
import { domainMaps, fittedMaps, flatMaps, namedFiles } from './families/flat-maps';
import { megatronPerSplit, megatronText, megatronYaml } from './families/megatron-files';
import { megatronShell } from './families/megatron-shell';
import { olmix, streams } from './families/nested';
import { pythonArguments } from './families/python-arguments';
import { mixtera } from './families/mixtera';
import { marin, pythonDicts } from './families/python-dicts';
import { megatronPython, pythonCalls, pythonTwins, seqio, tupleLists } from './families/python-lists';
import { pythonProbabilities, pythonRegistries } from './families/python-registries';
import { datasetLists } from './families/dataset-lists';
import { otherMeanings } from './families/other-meanings';
import { energon, maxtext, recordLists } from './families/record-lists';
import { regmix } from './families/regmix';
import { blendOverrides, maxtextFiles, prolong, shearing, shellOptions } from './families/shell-twins';
import { shellOverrides } from './families/shell-overrides';
import { fastLlm, stagedTwins, twinLists } from './families/twin-lists';
import { userLocations } from './families/user-locations';

/** In order of precision: the first that finds a mixture has the file. */
export const families: readonly Family[] = [
  userLocations,
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
  shellOptions,
  shearing,
  blendOverrides,
  shellOverrides,
  prolong,
  maxtextFiles,
  megatronShell,
  marin,
  pythonCalls,
  pythonTwins,
  tupleLists,
  seqio,
  mixtera,
  megatronPython,
  pythonArguments,
  pythonRegistries,
  pythonProbabilities,
  pythonDicts,
  otherMeanings,
  datasetLists,
  domainMaps,
  namedFiles,
  fittedMaps,
];
