// @ts-check
/**
 * Stands in for `native-watchdog`, which ends an extension host whose parent has gone, where the addon cannot be built.
 * A timer cannot fire while the thread is blocked, which is all that the addon does better.
 */
const ORPHANED = 87;

module.exports = {
  /** @param {number} pid */
  start(pid) {
    setInterval(() => {
      try {
        process.kill(pid, 0);
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ESRCH') process.exit(ORPHANED);
      }
    }, 3000).unref();
  },
  /** @param {number} [code] */
  exit(code) {
    process.exit(code ?? 0);
  },
};
