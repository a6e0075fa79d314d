// @ts-check
/**
 * Mocha's `spec` output, and the counts in the file that MIXLAW_COUNTS names. CommonJS, as it is loaded both by mocha's
 * command line and inside VS Code's extension host.
 */
const { writeFileSync } = require('node:fs');
const { reporters, Runner } = require('mocha');

const { EVENT_RUN_END } = Runner.constants;

class CountingReporter extends reporters.Spec {
  /**
   * @param {Mocha.Runner} runner
   * @param {Mocha.MochaOptions} options
   */
  constructor(runner, options) {
    super(runner, options);
    const file = process.env['MIXLAW_COUNTS'];
    if (file === undefined) return;
    runner.once(EVENT_RUN_END, () => {
      const { passes, failures, pending } = /** @type {Mocha.Stats} */ (runner.stats);
      writeFileSync(file, JSON.stringify({ passed: passes, failed: failures, skipped: pending }));
    });
  }
}

module.exports = CountingReporter;
