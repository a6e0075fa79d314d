import type { Family } from './family';
import { domainMaps, fittedMaps, flatMaps, namedFiles } from './families/flat-maps';
import { megatronPerSplit, megatronText, megatronYaml } from './families/megatron-files';
import { megatronShell } from './families/megatron-shell';
import { mixLists, olmix, streams } from './families/nested';
import { pythonArguments } from './families/python-arguments';
import { mixtera } from './families/mixtera';
import { marin, pythonDicts } from './families/python-dicts';
import { megatronPython, pythonCalls, seqio, tupleLists } from './families/python-lists';
import { pythonRecords, pythonSettings } from './families/python-records';
import { pythonProbabilities, pythonRegistries } from './families/python-registries';
import { pythonTwins } from './families/python-twins';
import { datasetLists } from './families/dataset-lists';
import { otherMeanings } from './families/other-meanings';
import { energon, maxtext, recordLists } from './families/record-lists';
import { regmix } from './families/regmix';
import { schedules } from './families/schedules';
import { blendOverrides, maxtextFiles, prolong, shearing, shellOptions } from './families/shell-twins';
import { dataOptions } from './families/shell-data-options';
import { shellOverrides } from './families/shell-overrides';
import { shares } from './families/shares';
import { fastLlm, stagedTwins, twinLists } from './families/twin-lists';
import { userLocations } from './families/user-locations';

/** In order of precision: the first that finds a mixture has the file. */
export const families: readonly Family[] = [
  userLocations,
  regmix,
  olmix,
  mixLists,
  flatMaps,
  recordLists,
  energon,
  maxtext,
  stagedTwins,
  schedules,
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
  dataOptions,
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
  pythonRecords,
  pythonSettings,
  otherMeanings,
  datasetLists,
  domainMaps,
  namedFiles,
  fittedMaps,
  shares,
];
