import tseslint from 'typescript-eslint';

/**
 * The doors between rooms (see CONTRIBUTING.md): features → worker → core, features → core, webview → core, cli → core.
 * Everything else is refused here, so that the core stays free of VS Code and of Node.
 */
const NODE_BUILT_INS = [
  'node:*',
  'fs',
  'path',
  'os',
  'crypto',
  'worker_threads',
  'child_process',
  'url',
  'util',
  'stream',
  'buffer',
];
const VSCODE = { group: ['vscode'], message: 'Only src/features and src/extension.ts may import vscode.' };
const NODE = { group: NODE_BUILT_INS, message: 'This room runs in the browser too: no Node built-ins.' };
/** The command line: `cli.ts` and the folder beside it (not every file whose name begins with it). */
const CLI = { group: ['**/cli', '**/cli/**'], message: 'No door from this room to the command line.' };
const room = (...names) => ({
  group: names.map((name) => `**/${name}/**`),
  message: `No door from this room to ${names.join(', ')}.`,
});
const doors = (...patterns) => ({ 'no-restricted-imports': ['error', { patterns }] });

export default tseslint.config(
  { ignores: ['dist/', 'out/', 'node_modules/', '.vscode-host/', '.vscode-test/', 'test/fixtures/'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'prefer-const': 'error',
      'max-lines': ['error', { max: 400 }],
    },
  },
  {
    files: ['src/core/**/*.ts'],
    rules: doors(VSCODE, NODE, room('worker', 'features', 'webview'), CLI),
  },
  { files: ['src/worker/**/*.ts'], rules: doors(VSCODE, room('features', 'webview'), CLI) },
  { files: ['src/features/**/*.ts'], rules: doors(room('webview'), CLI) },
  { files: ['src/extension.ts'], rules: doors(room('webview', 'core', 'worker'), CLI) },
  { files: ['src/cli.ts', 'src/cli/**/*.ts'], rules: doors(VSCODE, room('features', 'webview')) },
  { files: ['webview/**/*.ts'], rules: doors(VSCODE, NODE, room('features', 'worker'), CLI) },
  { files: ['test/**/*.ts'], rules: { 'max-lines': 'off' } },
  // CommonJS is what VS Code's extension host and mocha load without a detour.
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
);
