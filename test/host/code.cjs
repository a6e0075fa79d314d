#!/usr/bin/env node
// Stands in for desktop VS Code's executable, such as for `vscodeExecutablePath` of @vscode/test-electron: takes the same
// command line and runs it on VS Code from the npm registry. JavaScript, as an executable cannot name a loader.
require('tsx/cjs');

require('./code.ts')
  .main(process.argv.slice(2))
  .then(
    (/** @type {number} */ code) => process.exit(code),
    (/** @type {unknown} */ error) => {
      console.error(error);
      process.exit(1);
    },
  );
