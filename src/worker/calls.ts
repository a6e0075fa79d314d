import { createHash } from 'node:crypto';
import * as fileSystem from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { workerData } from 'node:worker_threads';
import { FitDocumentError } from '../core/errors';
import { parseFitDocument, serializeFitDocument, withWhatIfs } from '../core/fitfile/document';
import type { FitDocument } from '../core/fitfile/types';
import type { Executor } from '../core/judge/executor';
import { inThisThread, judgeTask, replicateTask, searchTask } from '../core/judge/inThisThread';
import { readMixtures } from '../core/mixtures/read';
import { comparisonWith, conclude, planOf, prepareComparison, withComparison } from '../core/pipeline/comparePlan';
import { currentMixture } from '../core/pipeline/currentMixture';
import {
  baseName,
  diskOf,
  freshnessOf,
  loadFile,
  loadFiles,
  resultsPaths,
  type LoadedFile,
} from '../core/pipeline/files';
import { fitResults, hashesOf, prepareAuto } from '../core/pipeline/fitResults';
import { intervalsOf } from '../core/pipeline/mixtureIntervals';
import { inEnglish } from '../core/l10n';
import { makeReport } from '../core/report/report';
import { NEEDS_WHOLE, recogniseMixtures, recogniseResults, type Recognised } from '../core/pipeline/recognise';
import { placeOfRow, readColumns, readResults } from '../core/results/read';
import type { ResultsOptions } from '../core/results/types';
import type { CallHandlers } from './dispatch';
import { processors, withThreads } from './executor';
import type { DataRequest, WorkerData } from './protocol';

const disk = diskOf(fileSystem, (bytes) => createHash('sha256').update(bytes).digest('hex'));

/** A training config is written by hand: anything larger is something else. */
const MAX_CONFIG_BYTES = 1_000_000;

/** Larger tables that have to be read to their end are not looked at unasked. */
const MAX_WHOLE_BYTES = 10_000_000;

/** A header and a few dozen rows. */
const BEGINNING_BYTES = 128_000;

/** The document asked about last: a factorisation is not made again for every mixture. */
let uncertain: { readonly version: string; readonly answer: ReturnType<typeof intervalsOf> } | undefined;

/** Work that falls into parts gets threads below this one; they end with it. One more than there is to do would only wait. */
function withHelp<Result>(
  threads: number = processors() - 1,
  work: (executor: Executor) => Promise<Result>,
): Promise<Result> {
  const entry = (workerData as WorkerData | null)?.entry;
  return entry === undefined || threads < 2 ? work(inThisThread) : withThreads(entry, work, { threads });
}

/** What each call does, whatever thread it runs in. Only files cross the border of a call; nothing but a copy of one is kept between calls. */
export const calls: CallHandlers = {
  async inspect(request) {
    return readResults((await load(request)).files, resultsOptions(request));
  },

  async columns(request) {
    return readColumns((await load(request)).files, resultsOptions(request));
  },

  async placeOfRow({ data, row }) {
    const { paths, files } = await load(data);
    const place = placeOfRow(files, row, resultsOptions(data));
    const path = place && paths[place.file];
    return path === undefined ? undefined : { path, line: place!.line };
  },

  async fit({ data, options, split, documentFolder, comparison, whatIfs, threads }, onProgress) {
    onProgress({ phase: 'reading', done: 0, total: data.paths.length });
    const { paths, files } = await load(data);
    const input = {
      files,
      documentNames: paths.map((path) => relative(documentFolder, path).split(sep).join('/')),
      results: resultsOptions(data),
      options,
      ...(split ? { split } : {}),
      ...(comparison ? { comparison } : {}),
      ...(whatIfs ? { whatIfs } : {}),
    };
    const { document, seconds } = await withHelp(threads, (executor) => fitResults(executor, input, onProgress));
    return { document, text: serializeFitDocument(document), seconds };
  },

  async open({ path }) {
    const document = await readDocument(path);
    const freshness = await freshnessOf(disk, document.data.files, (name) => dataPath(dirname(path), name));
    return { document, freshness };
  },

  async intervals({ path, ...question }) {
    const stat = await disk.stat(path);
    if (!stat) return undefined;
    const bytes = await disk.read(path);
    const version = createHash('sha256').update(bytes).digest('hex');
    if (uncertain?.version !== version) {
      const document = parseFitDocument(new TextDecoder().decode(bytes), baseName(path));
      uncertain = { version, answer: intervalsOf(document) };
    }
    return uncertain.answer(question);
  },

  mixtures: ({ fileName, text, options }) => readMixtures(fileName, text, options),

  async currentMixture({ configs, domains }) {
    for (const { path, label } of configs) {
      const stat = await disk.stat(path);
      if (!stat || stat.bytes > MAX_CONFIG_BYTES) continue;
      const text = new TextDecoder().decode(await disk.read(path));
      const found = currentMixture(label, text, domains);
      if (found) return found;
    }
    return undefined;
  },

  async planComparison({ data, options, split, purpose }) {
    const { files } = await load(data);
    const reading = readResults(files, resultsOptions(data));
    const prepared =
      purpose === 'choose'
        ? prepareAuto(reading, options, split)
        : prepareComparison(reading, comparisonWith(options, split));
    return { prepared, plan: planOf(prepared), files: hashesOf(files) };
  },

  judge: (task) => judgeTask(task),

  async recognise({ results, configs }) {
    const found = new Map<string, Recognised>();
    type Look = (path: string, bytes: Buffer) => Recognised | undefined;
    const look = async (paths: readonly string[], most: number, recognise: Look): Promise<void> => {
      for (const path of paths) {
        const bytes = await beginningOf(path, most);
        const recognised = bytes && recognise(path, bytes);
        if (recognised) found.set(path, recognised);
      }
    };
    const short = results.filter((path) => !NEEDS_WHOLE.test(path));
    const long = results.filter((path) => NEEDS_WHOLE.test(path));
    await look(short, BEGINNING_BYTES, recogniseResults);
    await look(long, MAX_WHOLE_BYTES, (path, bytes) =>
      bytes.length < MAX_WHOLE_BYTES ? recogniseResults(path, bytes) : undefined,
    );
    await look(configs, MAX_CONFIG_BYTES, (path, bytes) =>
      bytes.length < MAX_CONFIG_BYTES ? recogniseMixtures(path, new TextDecoder().decode(bytes)) : undefined,
    );
    return found;
  },

  // As the command line writes it, for a colleague who may read another language.
  report: ({ document, request, format }) => inEnglish(() => makeReport(document, request, format)),

  replicate: (task) => replicateTask(task),

  search: (task) => searchTask(task),

  conclude: ({ prepared, plan, results, files }) => conclude(prepared, plan, results, files),

  async annotate({ path, comparison }) {
    if (!(await disk.stat(path))) return undefined;
    const document = await readDocument(path).catch(() => undefined);
    if (!document) return undefined;
    const annotated = withComparison(document, comparison);
    return annotated && serializeFitDocument(annotated);
  },

  async withWhatIfs({ path, whatIfs }) {
    const { bytes } = await loadFile(disk, path, Infinity);
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    const changed = withWhatIfs(text, baseName(path), whatIfs);
    // What could not be opened again is not written.
    parseFitDocument(changed, baseName(path));
    return changed;
  },
};

/** At most so many bytes of a file; undefined when it cannot be read. */
async function beginningOf(path: string, most: number): Promise<Buffer | undefined> {
  try {
    const file = await fileSystem.open(path);
    try {
      const buffer = Buffer.alloc(Math.min(most, (await file.stat()).size));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}

async function readDocument(path: string): Promise<FitDocument> {
  const { bytes } = await loadFile(disk, path, Infinity);
  return parseFitDocument(new TextDecoder().decode(bytes), baseName(path));
}

/** Where a document's data file is. Names come from the document, which may be anyone's: only relative ones are followed. */
function dataPath(folder: string, name: string): string {
  if (isAbsolute(name)) {
    throw new FitDocumentError(
      'data-path',
      `The fit document names its data by an absolute path: ${name}`,
      'Fit the results again; a fit document names its data relative to itself.',
    );
  }
  return join(folder, name);
}

/** The files of a request, those of a folder in its place. */
async function load({ paths, maxBytes }: DataRequest): Promise<{ paths: string[]; files: LoadedFile[] }> {
  const found = await resultsPaths(disk, paths);
  return { paths: found, files: await loadFiles(disk, found, maxBytes) };
}

function resultsOptions({ roles, modelSize, tokens, checkpoints, maxBytes }: DataRequest): ResultsOptions {
  return {
    // Those of the settings, which are for all files of a folder.
    ...(roles ? { roles, rolesForOtherFilesToo: true } : {}),
    ...(modelSize === undefined ? {} : { modelSize }),
    ...(tokens === undefined ? {} : { tokens }),
    ...(checkpoints === undefined ? {} : { checkpoints }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
  };
}
