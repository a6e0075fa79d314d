// @ts-check
/**
 * Runs in the extension host in the place of a test suite, runs the suite, and leaves the outcome in a file. When an
 * extension host dies, the web workbench reports success: only this file says that the suite reached its end.
 */
const { writeFileSync } = require('node:fs');
const { pathToFileURL } = require('node:url');

exports.run = async () => {
  const { MIXLAW_HOST_SUITE: suite, MIXLAW_HOST_OUTCOME: outcome } = process.env;
  if (suite === undefined || outcome === undefined) throw new Error('This file is started by test/host/code.cjs only.');
  try {
    await runSuite(suite);
    writeFileSync(outcome, JSON.stringify({ finished: true }));
  } catch (error) {
    writeFileSync(outcome, JSON.stringify({ finished: false, message: String(error) }));
    throw error;
  }
};

/**
 * As VS Code does it: the suite exports `run()`, which gives a promise, or `run(path, callback)`.
 *
 * @param {string} suite
 */
async function runSuite(suite) {
  const module = await load(require.resolve(suite));
  const run = module.run ?? module.default?.run;
  if (typeof run !== 'function') throw new Error(`${suite} exports no run().`);
  if (run.length < 2) return run();
  await new Promise((resolve, reject) => {
    run(suite, (/** @type {unknown} */ error, /** @type {number | undefined} */ failures) => {
      if (error) reject(error);
      else if (failures) reject(new Error(`${failures} tests failed.`));
      else resolve(undefined);
    });
  });
}

/**
 * @param {string} file
 * @returns {Promise<any>}
 */
async function load(file) {
  try {
    return require(file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_REQUIRE_ESM')) throw error;
    return import(pathToFileURL(file).href);
  }
}
