import type { BuildOptions } from 'esbuild';

/** Packages that are files of their own in `dist/`: entry → package. */
export const LAZY: Readonly<Record<string, string>>;

/** Our own modules that are: entry → module, from the project's root, without extension. */
export const LAZY_OWN: Readonly<Record<string, string>>;

/** What `npm run build` builds, minified for `production`. */
export function builds(options?: { readonly production?: boolean; readonly outdir?: string }): readonly BuildOptions[];
