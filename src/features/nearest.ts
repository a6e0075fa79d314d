/** Folders to pass on the way from one file to another: up to the common folder, then down. */
export function pathDistance(a: string, b: string): number {
  const from = a.split('/').slice(0, -1);
  const to = b.split('/').slice(0, -1);
  let common = 0;
  while (common < from.length && common < to.length && from[common] === to[common]) common++;
  return from.length + to.length - 2 * common;
}

/** The items by how near their paths are to `path`; equally near ones by name. */
export function nearestFirst<T>(items: readonly T[], pathOf: (item: T) => string, path: string): T[] {
  const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return [...items].sort(
    (a, b) => pathDistance(pathOf(a), path) - pathDistance(pathOf(b), path) || compare(pathOf(a), pathOf(b)),
  );
}
