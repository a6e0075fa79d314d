// @ts-check
'use strict';
/**
 * Properties are checked on the same cases everywhere, so that a test that passed passes again; `FC_SEED=7 npm test` tries
 * other ones.
 */
require('fast-check').configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 1) });
