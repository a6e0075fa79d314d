import * as vscode from 'vscode';
import { MixlawError } from '../../core/errors';
import { AUTO } from '../../core/judge/comparison';
import { commandIds } from '../commands';
import { runComparison } from '../compare/runComparison';
import { readableError, reportFailure, type Remedy } from '../failures';
import { loadLibrary } from '../loadLibrary';
import type { Services } from '../services';
import { ASK, readSettings } from '../settings';
import { showFit } from '../fitEditor/showFit';
import { chooseResults, choosePartner, fileName } from './chooseFiles';
import { documentPath } from './documentUri';
import { runFit, type FitTask } from './runFit';

export function registerFitCommand(services: Services): vscode.Disposable {
  return vscode.commands.registerCommand(
    commandIds.fit,
    async (clicked?: vscode.Uri, selected?: readonly vscode.Uri[]): Promise<vscode.Uri | undefined> => {
      const files = await chooseResults(clicked, selected);
      return files && fitFiles(services, files);
    },
  );
}

/** Errors that another file would mend: one with only weights, or only losses. */
const NEEDS_PARTNER: ReadonlySet<string> = new Set(['no-loss-columns', 'no-weight-columns']);
const NEEDS_COLUMNS: ReadonlySet<string> = new Set([
  ...NEEDS_PARTNER,
  'one-weight-column',
  'mixed-loss-kinds',
  'all-rows-dropped',
]);

/**
 * Fits one or two results files and shows the fit beside. The document's place; undefined when it failed or was cancelled.
 * @param lawWanted the law's id, or `ask`; the setting decides when it is absent.
 */
async function fitFiles(
  services: Services,
  files: readonly vscode.Uri[],
  lawWanted?: string,
): Promise<vscode.Uri | undefined> {
  const [first] = files;
  if (!first) return undefined;
  const { options, roles, ...reading } = readSettings(first);
  try {
    requireDisk(files);
    const wanted = lawWanted ?? options.law;
    const law = wanted === ASK ? await askForLaw() : wanted;
    if (wanted === ASK && law === undefined) return undefined;
    const documentUri = first.with({ path: documentPath(first.path) });
    const data = { paths: files.map((uri) => uri.fsPath), roles, ...reading };
    const task = { data, options: { ...options, ...(law === undefined ? {} : { law }) }, documentUri };
    const finished = law === AUTO ? await fitBest(services, task) : await runFit(services, task);
    if (!finished) return undefined;
    await showFit(documentUri, { preserveFocus: true });
    return documentUri;
  } catch (error) {
    return recover(services, files, error);
  }
}

/** Fits the law that predicts held-out runs best, and those that tie with it. False when it was cancelled. */
async function fitBest(services: Services, task: FitTask): Promise<boolean> {
  const comparison = await runComparison(services, { ...task, purpose: 'choose' });
  if (!comparison) return false;
  return runFit(services, { ...task, comparison });
}

/** Offers the missing half of a pair; otherwise one message with what can be done. */
async function recover(
  services: Services,
  files: readonly vscode.Uri[],
  error: unknown,
): Promise<vscode.Uri | undefined> {
  const [first] = files;
  const code = readableError(error)?.code ?? '';
  if (first && files.length === 1 && NEEDS_PARTNER.has(code)) {
    const question =
      code === 'no-loss-columns'
        ? vscode.l10n.t('{0} has no losses. Which file has them?', fileName(first))
        : vscode.l10n.t('{0} has no mixture weights. Which file has them?', fileName(first));
    const partner = await choosePartner(first, question);
    if (partner) return fitFiles(services, [first, partner]);
  }
  const remedies: Remedy[] = [];
  if (first && NEEDS_COLUMNS.has(code)) {
    remedies.push({
      title: vscode.l10n.t('Choose Columns…'),
      run: () => vscode.commands.executeCommand(commandIds.chooseColumns, first, files),
    });
  }
  if (code === 'law-unavailable') {
    remedies.push({ title: vscode.l10n.t('Choose Another Law…'), run: () => fitFiles(services, files, ASK) });
  }
  if (code === 'file-too-large' || code === 'unknown-law') {
    const setting = code === 'unknown-law' ? 'mixlaw.fit.law' : 'mixlaw.maxFileSizeMB';
    remedies.push({
      title: vscode.l10n.t('Open Setting'),
      run: () => vscode.commands.executeCommand('workbench.action.openSettings', setting),
    });
  }
  reportFailure(services.log, error, remedies, files);
  return undefined;
}

export function requireDisk(files: readonly vscode.Uri[]): void {
  const elsewhere = files.find((uri) => uri.scheme !== 'file');
  if (!elsewhere) return;
  throw new MixlawError(
    'not-on-disk',
    vscode.l10n.t('{0} is not on a disk of this machine.', elsewhere.toString(true)),
    vscode.l10n.t('Save a copy on disk and fit that.'),
  );
}

async function askForLaw(): Promise<string | undefined> {
  const { laws, translated } = await loadLibrary();
  const items = laws.map((law) => ({
    label: translated(law.title),
    description: law.id,
    detail: law.equation,
    id: law.id,
  }));
  const best = {
    label: vscode.l10n.t('The best by cross-validation'),
    description: AUTO,
    detail: vscode.l10n.t('Compares all laws first, which takes longer.'),
    id: AUTO,
  };
  const placeHolder = vscode.l10n.t('The law to fit');
  return (await vscode.window.showQuickPick([...items, best], { placeHolder, matchOnDescription: true }))?.id;
}
