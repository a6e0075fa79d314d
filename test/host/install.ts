/**
 * Installs VS Code from the npm registry into `.vscode-host/<version>/`. Needs npm and tar, and uses a C++ compiler where
 * there is one.  `tsx test/host/install.ts`
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { HOST_VERSIONS, RIPGREP, requestedHostVersion } from './versions';
import type { HostVersionName, Pinned } from './versions';

const run = promisify(execFile);
const PROJECT = path.join(__dirname, '../..');

/** An installed host, ready to start. */
export interface Host {
  /** The folder with `out/server-main.js`. */
  readonly root: string;
  /** The Node to run it with. */
  readonly node: string;
  /** The version of VS Code, such as `1.100.3`. */
  readonly vscode: string;
  /** Whether its native addons were built or are replaced by the JavaScript in `stand-ins/`. */
  readonly addons: 'built' | 'stand-ins';
}

/** What `host.json` in an installed folder says: paths are relative to that folder, so that it can be moved. */
interface HostRecord extends Omit<Host, 'node'> {
  /** Its own Node; absent when the running one is used. */
  readonly node?: string;
  /** The binary interface of the Node that its addons were built for. */
  readonly modules: string;
}
const RECORD = 'host.json';

/**
 * The host of the requested version, installed first when it is not there yet or was built for another Node than the
 * running one. `VSCODE_HOST` names the folder of one that was installed elsewhere.
 */
export async function installedHost(name = requestedHostVersion()): Promise<Host> {
  const elsewhere = process.env['VSCODE_HOST'];
  const folder = elsewhere ?? path.join(PROJECT, '.vscode-host', name);
  let record = readRecord(folder);
  if (record === undefined) {
    if (elsewhere !== undefined) throw new Error(`VSCODE_HOST names ${folder}, which holds no host for this Node.`);
    if (process.platform === 'win32')
      throw new Error('VS Code from the npm registry runs on Linux and macOS only; on Windows use desktop VS Code.');
    record = await install(name, folder);
  }
  const node = record.node === undefined ? process.execPath : path.join(folder, record.node);
  return { ...record, root: path.join(folder, record.root), node };
}

function readRecord(folder: string): HostRecord | undefined {
  const file = path.join(folder, RECORD);
  if (!existsSync(file)) return undefined;
  const record = JSON.parse(readFileSync(file, 'utf8')) as HostRecord;
  return record.node === undefined && record.modules !== process.versions.modules ? undefined : record;
}

/** Works in a temporary folder that is renamed at the end: an interrupted installation is never taken for a finished one. */
async function install(name: HostVersionName, folder: string): Promise<HostRecord> {
  const version = HOST_VERSIONS[name];
  mkdirSync(path.dirname(folder), { recursive: true });
  const work = mkdtempSync(`${folder}.partial-`);
  try {
    const root = path.join(work, 'vscode');
    const ripgrep = version.needsRipgrep ? RIPGREP.get(`${process.platform}-${process.arch}`) : undefined;
    const node = needsOwnNode(version.nodeMajor) ? path.join('node', 'bin', 'node') : undefined;
    await Promise.all([
      unpack(version.codeServer, root, 'package/lib/vscode', work),
      node && unpack(version.node, path.join(work, 'node'), 'package', work),
      ripgrep && unpack(ripgrep, path.join(work, 'ripgrep'), 'package', work),
    ]);
    const environment = npmEnvironment(node && path.join(work, 'node'));
    // Not `npm ci`: the release's own lock file lacks a package.
    const install = ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
    await run('npm', install, { cwd: root, env: environment });
    const nodeBinary = node === undefined ? process.execPath : path.join(work, node);
    const addons = await provideAddons(root, version.addons, nodeBinary, environment);
    if (ripgrep) {
      const bin = path.join(root, 'node_modules/@vscode/ripgrep/bin');
      mkdirSync(bin, { recursive: true });
      renameSync(path.join(work, 'ripgrep/bin/rg'), path.join(bin, 'rg'));
      rmSync(path.join(work, 'ripgrep'), { recursive: true });
    }
    // The workbench asks for some of its libraries under the name they have in a desktop build.
    symlinkSync('node_modules', path.join(root, 'node_modules.asar'));
    const { version: vscode } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
      version: string;
    };
    const { modules } = process.versions;
    const record: HostRecord = { root: 'vscode', ...(node !== undefined && { node }), vscode, addons, modules };
    writeFileSync(path.join(work, RECORD), JSON.stringify(record, null, 2));
    rmSync(folder, { recursive: true, force: true });
    renameSync(work, folder);
    return record;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Only Linux on x64 has the npm packages of both Node versions; elsewhere the running Node has to do. */
function needsOwnNode(major: number): boolean {
  const running = Number(process.versions.node.split('.')[0]);
  return running !== major && process.platform === 'linux' && process.arch === 'x64';
}

/** Downloads a package through npm, refuses it unless its integrity is the pinned one, and unpacks one folder of it. */
async function unpack(pinned: Pinned, into: string, inside: string, work: string): Promise<void> {
  const downloads = mkdtempSync(path.join(work, 'download-'));
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', downloads, pinned.spec], {
    env: npmEnvironment(),
  });
  const [packed] = JSON.parse(stdout) as [{ filename: string }];
  const tarball = path.join(downloads, packed.filename);
  const integrity = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
  if (integrity !== pinned.integrity)
    throw new Error(`${pinned.spec} has integrity ${integrity}, expected ${pinned.integrity}.`);
  mkdirSync(into, { recursive: true });
  const depth = String(inside.split('/').length);
  await run('tar', ['-xzf', tarball, '-C', into, `--strip-components=${depth}`, inside]);
  rmSync(downloads, { recursive: true });
}

/**
 * The environment for an npm run of our own inside another `npm run`, whose settings must not leak into it; with `node`,
 * the folder of the Node whose headers addons are built for and which runs the build.
 */
function npmEnvironment(node?: string): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([key]) => !/^npm_(lifecycle|package|config_(local_prefix|global_prefix|prefix|noproxy))/.test(key),
  );
  const environment: NodeJS.ProcessEnv = Object.fromEntries(inherited);
  if (node === undefined) return environment;
  return {
    ...environment,
    PATH: `${path.join(node, 'bin')}${path.delimiter}${process.env['PATH'] ?? ''}`,
    npm_config_nodedir: node,
  };
}

/** The JavaScript that replaces an addon which could not be built. */
const STAND_INS: ReadonlyMap<string, string> = new Map([
  ['@vscode/spdlog', 'spdlog.cjs'],
  ['native-watchdog', 'watchdog.cjs'],
  ['@vscode/native-watchdog', 'watchdog.cjs'],
]);

/** Builds the addons side by side; any that does not load afterwards is replaced. `VSCODE_HOST_ADDONS=stand-ins` builds none. */
async function provideAddons(
  root: string,
  addons: readonly string[],
  node: string,
  env: NodeJS.ProcessEnv,
): Promise<Host['addons']> {
  const loads = (addon: string): Promise<boolean> =>
    run(node, ['-e', `require(${JSON.stringify(addon)})`], { cwd: root }).then(
      () => true,
      () => false,
    );
  if (process.env['VSCODE_HOST_ADDONS'] !== 'stand-ins') {
    // node-pty, for terminals, is built first and then fails in a later step of its own that does not matter.
    const build = (addon: string): Promise<unknown> =>
      run('npm', ['rebuild', addon], { cwd: root, env, timeout: 240_000 }).catch(() => undefined);
    await Promise.all([...addons, 'node-pty'].map(build));
  }
  let outcome: Host['addons'] = 'built';
  const requireFromRoot = createRequire(path.join(root, 'package.json'));
  for (const addon of addons) {
    if (await loads(addon)) continue;
    const standIn = STAND_INS.get(addon);
    if (standIn === undefined) throw new Error(`The native addon ${addon} could not be built and has no stand-in.`);
    copyFileSync(path.join(__dirname, 'stand-ins', standIn), requireFromRoot.resolve(addon));
    if (!(await loads(addon))) throw new Error(`The stand-in for ${addon} does not load.`);
    outcome = 'stand-ins';
  }
  return outcome;
}

async function main(): Promise<void> {
  const { vscode, addons } = await installedHost();
  console.log(`VS Code ${vscode} from the npm registry (addons: ${addons})`);
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
