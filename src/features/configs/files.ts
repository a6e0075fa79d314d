import type * as vscode from 'vscode';

/** Kinds of files that mixtures are written in, by name as the core tells them apart, and scripts without an extension. */
export const CONFIG_FILES: vscode.DocumentSelector = [
  { pattern: '**/*.{yaml,yml,json,jsonc,json5,toml,py,txt,list,mix,blend}' },
  { pattern: '**/*.{sh,bash,zsh,ksh,sbatch,slurm,job,qsub,pbs}' },
  { language: 'shellscript' },
  ...['yaml', 'json', 'jsonc', 'toml', 'python', 'plaintext'].map((language) => ({ language, scheme: 'untitled' })),
];

const EXTENSIONS: ReadonlyMap<string, string> = new Map([
  ['yaml', '.yaml'],
  ['json', '.json'],
  ['jsonc', '.jsonc'],
  ['toml', '.toml'],
  ['python', '.py'],
  ['shellscript', '.sh'],
  ['plaintext', '.txt'],
]);

/** The name that tells the core what kind of file it is: that of an unsaved document follows from its language. */
export function configName({ uri, isUntitled, languageId }: vscode.TextDocument): string {
  const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
  return isUntitled ? `${name}${EXTENSIONS.get(languageId) ?? ''}` : name;
}

/** Fit documents hold mixtures too, but none to be changed. */
export const isFitDocument = ({ uri }: vscode.TextDocument): boolean => uri.path.endsWith('.mixlaw.json');
