/** Endings that say how the data are stored, not what they are. */
const STORAGE =
  /(?:_(?:text|content|input_ids|tokens)_(?:document|sentence)|_text_document|_document|\.(?:npy|bin|idx|tar|array_record|jsonl?|parquet|zst|gz|txt|arrow))$/i;
const SAME_EVERYWHERE = /^(?:manifest\.jsonl?|fast_llm_config\w*\.ya?ml|\.nv-meta)$/;
/** Parts of a path that tell nothing about the domain. */
const EMPTY_PARTS = /^(?:\*+.*|\{\d+\.\.\d+\}.*|\$\{?\w+\}?|\.{0,2}|)$/;

/**
 * Shortest telling name of each path: the last part, without storage endings (`_text_document`, `.npy`), globs and versions
 * (`:1.0.0`), and as many parts before it as it takes to tell the paths apart. Equal paths get equal names.
 */
export function shortNames(paths: readonly string[]): string[] {
  const parts = new Map(paths.map((path) => [path, tellingParts(path)]));
  const names = new Map<string, string>();
  let open = [...parts.keys()];
  for (let count = 1; open.length > 0; count++) {
    const groups = new Map<string, string[]>();
    for (const path of open) {
      const name = parts.get(path)!.slice(-count).join('/');
      groups.set(name, [...(groups.get(name) ?? []), path]);
    }
    open = [];
    for (const [name, group] of groups) {
      const exhausted = group.every((path) => count >= parts.get(path)!.length);
      if (group.length === 1) names.set(group[0]!, name);
      // Not told apart by anything but what we strip: the paths themselves are the names.
      else if (exhausted) group.forEach((path) => names.set(path, path));
      else open.push(...group);
    }
  }
  return paths.map((path) => names.get(path) ?? path);
}

function tellingParts(path: string): string[] {
  const parts = path.split(/[/\\]/).filter((part) => !EMPTY_PARTS.test(part));
  // Every dataset's folder has a file of that name.
  if (parts.length > 1 && SAME_EVERYWHERE.test(parts[parts.length - 1]!)) parts.pop();
  const last = parts.pop();
  if (last === undefined) return [path];
  let name = last.replace(/:\d+(?:\.\d+)*$/, '');
  for (let shorter = name.replace(STORAGE, ''); shorter !== name && shorter !== ''; shorter = name.replace(STORAGE, ''))
    name = shorter;
  return [...parts, name.replace(/[*?]+|\{\d+\.\.\d+\}/g, '').replace(/[-_.]+$/, '') || name];
}
