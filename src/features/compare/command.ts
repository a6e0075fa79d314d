import * as vscode from 'vscode';
import { chosenLaw, type Comparison } from '../../core/judge/comparison';
import { commandIds } from '../commands';
import { readableError, reportFailure } from '../failures';
import { activeFile, chooseResults } from '../fit/chooseFiles';
import { requireDisk } from '../fit/command';
import { documentPath } from '../fit/documentUri';
import { runFit } from '../fit/runFit';
import { writeAtomically } from '../fit/writeAtomically';
import { sourceOf } from '../fitEditor/actions';
import { showFit } from '../fitEditor/showFit';
import { openFitDocument } from '../fits/fitIndex';
import { loadLibrary } from '../loadLibrary';
import type { Services } from '../services';
import { ASK, readSettings } from '../settings';
import { runComparison, type ComparisonTask } from './runComparison';

const isDocument = (uri: vscode.Uri): boolean => /\.mixlaw\.json$/i.test(uri.path);

/** `mixlaw.compare`: about results files, or about the data of a fit document; the document then holds the comparison. */
export function registerCompareCommand(services: Services): vscode.Disposable {
  return vscode.commands.registerCommand(
    commandIds.compare,
    async (clicked?: vscode.Uri, selected?: readonly vscode.Uri[]): Promise<vscode.Uri | undefined> => {
      const active = clicked ?? activeFile();
      if (active && isDocument(active)) return compare(services, active, []);
      const files = await chooseResults(clicked, selected);
      const [first] = files ?? [];
      return first && compare(services, first.with({ path: documentPath(first.path) }), files ?? []);
    },
  );
}

/** @param files the results; those of the document when there are none. */
async function compare(
  services: Services,
  documentUri: vscode.Uri,
  files: readonly vscode.Uri[],
): Promise<vscode.Uri | undefined> {
  try {
    requireDisk([documentUri, ...files]);
    const task = await taskFor(services, documentUri, files);
    const comparison = await runComparison(services, task);
    if (!comparison || !(await keep(services, task, comparison))) return undefined;
    await showFit(documentUri, { preserveFocus: true }, 'laws');
    return documentUri;
  } catch (error) {
    reportFailure(services.log, error, [], files);
    return undefined;
  }
}

/** As the document was fitted, if it is there: with what was asked for then, and without the rows it held out. */
async function taskFor(
  { worker }: Services,
  documentUri: vscode.Uri,
  files: readonly vscode.Uri[],
): Promise<ComparisonTask> {
  const { options, roles, ...reading } = readSettings(files[0] ?? documentUri);
  const given = { data: { paths: files.map((uri) => uri.fsPath), roles, ...reading }, options };
  try {
    const { document } = await openFitDocument(worker, documentUri);
    const { askedOptions } = await loadLibrary();
    const options = askedOptions(document.fit);
    return { ...sourceOf(documentUri, document), options, documentUri, purpose: 'compare' };
  } catch (error) {
    // Not there yet, or not to be read: the results that were named do without it.
    if (files.length === 0 || readableError(error) === undefined) throw error;
    return { ...given, documentUri, purpose: 'compare' };
  }
}

/** Into the document if it is of the same data; else the results are fitted, for a document to hold it. */
async function keep(services: Services, task: ComparisonTask, comparison: Comparison): Promise<boolean> {
  const { documentUri, data, options, split } = task;
  const text = await services.worker.call('annotate', { path: documentUri.fsPath, comparison });
  if (text !== undefined) {
    await writeAtomically(documentUri, text);
    return true;
  }
  const wanted = options.law;
  const law = wanted === ASK ? chosenLaw(comparison.rows, comparison.method.mask) : wanted;
  const chosen = { ...options, ...(law === undefined ? {} : { law }) };
  return runFit(services, { data, options: chosen, ...(split ? { split } : {}), documentUri, comparison });
}
