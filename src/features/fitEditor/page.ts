import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** The page's frame: no data of the user's in it, and nothing runs or loads but the extension's own script and styles. */
export function pageHtml(webview: vscode.Webview, extensionUri: vscode.Uri): string {
  const nonce = randomBytes(16).toString('base64');
  const file = (name: string): string => String(webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', name)));
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}' ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
    `img-src ${webview.cspSource} data: blob:`,
    // The page's own thread: its script is fetched from the extension, as webviews start workers from blobs only.
    `connect-src ${webview.cspSource}`,
    'worker-src blob:',
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta property="csp-nonce" content="${nonce}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" nonce="${nonce}" href="${file('panel.css')}">
<link rel="modulepreload" nonce="${nonce}" href="${file('charts.js')}">
<title>Mixlaw</title>${stringsMeta(vscode.l10n.bundle)}
</head>
<body>
<script type="module" nonce="${nonce}" src="${file('panel.js')}"></script>
</body>
</html>`;
}

/** Translations for webview/l10n.ts, as data: an attribute cannot run. Nothing where the texts are shown in English. */
function stringsMeta(bundle: Readonly<Record<string, string>> | undefined): string {
  if (!bundle) return '';
  const content = JSON.stringify(bundle).replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
  return `\n<meta name="mixlaw-strings" content="${content}">`;
}

/** What the page may load: the built page, nothing else of the extension or the workspace. */
export const pageOptions = (extensionUri: vscode.Uri): vscode.WebviewOptions => ({
  enableScripts: true,
  enableForms: false,
  localResourceRoots: [vscode.Uri.joinPath(extensionUri, 'dist')],
});
