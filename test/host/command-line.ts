import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a test run or the extension management of desktop VS Code is asked for on its command line. */
export interface CodeCommand {
  /** A folder, or a `.code-workspace` file. */
  readonly workspace?: string;
  readonly extensionDevelopmentPaths: readonly string[];
  readonly extensionTestsPath?: string;
  readonly userDataDir?: string;
  readonly extensionsDir?: string;
  readonly disableExtensions: boolean;
  readonly enableProposedApi: boolean;
  /** Set when the server's own command line answers (`--version`, `--install-extension …`): its arguments. */
  readonly management?: readonly string[];
}

/** Options that take a value in the next argument when none follows an equals sign. */
const WITH_VALUE = new Set([
  'crash-reporter-directory',
  'disable-extension',
  'enable-proposed-api',
  'extensionDevelopmentPath',
  'extensionTestsPath',
  'extensions-dir',
  'file-uri',
  'folder-uri',
  'install-extension',
  'locale',
  'log',
  'profile',
  'timeout',
  'uninstall-extension',
  'user-data-dir',
]);
const MANAGEMENT = ['install-extension', 'uninstall-extension', 'list-extensions', 'version', 'help'];
const HANDLED_HERE = /^--(user-data-dir|extensions-dir)(=|$)/;

/** Reads desktop VS Code's arguments. Those that mean nothing to a server and a browser are passed over, as VS Code does. */
export function parseCommandLine(argv: readonly string[]): CodeCommand {
  const options = new Map<string, string[]>();
  const positional: string[] = [];
  const management: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i] ?? '';
    const match = /^--([^=]+)(?:=([\s\S]*))?$/.exec(argument);
    if (match === null) {
      positional.push(argument);
      continue;
    }
    const name = match[1] ?? '';
    const next = argv[i + 1];
    const valueFollows = match[2] === undefined && WITH_VALUE.has(name) && next !== undefined && !next.startsWith('--');
    const value = match[2] ?? (valueFollows ? next : '');
    if (valueFollows) i++;
    options.set(name, [...(options.get(name) ?? []), value]);
    if (!HANDLED_HERE.test(argument)) management.push(argument, ...(valueFollows ? [value] : []));
  }

  const last = (name: string): string | undefined => {
    const value = options.get(name)?.at(-1);
    return value === undefined || value === '' ? undefined : toPath(value);
  };
  const workspace = positional[0] ?? last('folder-uri') ?? last('file-uri');
  const extensionTestsPath = last('extensionTestsPath');
  const userDataDir = last('user-data-dir');
  const extensionsDir = last('extensions-dir');
  return {
    ...(workspace !== undefined && { workspace: path.resolve(workspace) }),
    extensionDevelopmentPaths: (options.get('extensionDevelopmentPath') ?? []).map(toPath),
    ...(extensionTestsPath !== undefined && { extensionTestsPath: path.resolve(extensionTestsPath) }),
    ...(userDataDir !== undefined && { userDataDir: path.resolve(userDataDir) }),
    ...(extensionsDir !== undefined && { extensionsDir: path.resolve(extensionsDir) }),
    disableExtensions: options.has('disable-extensions'),
    enableProposedApi: options.has('enable-proposed-api'),
    ...(MANAGEMENT.some((name) => options.has(name)) && { management }),
  };
}

function toPath(pathOrUri: string): string {
  return pathOrUri.startsWith('file:') ? fileURLToPath(pathOrUri) : pathOrUri;
}
