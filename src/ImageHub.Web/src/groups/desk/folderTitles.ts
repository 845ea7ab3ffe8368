/**
 * A title for each folder: its name, preceded by as many parent folders as necessary to distinguish it. A path that is
 * the end of another path is its own title.
 */
export function folderTitles(paths: string[]): Map<string, string> {
  const titles = new Map<string, string>();
  let open = paths;
  for (let steps = 1; open.length > 0; steps++) {
    const title = (path: string) => path.split("/").slice(-steps).join("/");
    const alike = new Map<string, number>();
    for (const path of open) alike.set(title(path), (alike.get(title(path)) ?? 0) + 1);
    for (const path of open) if (alike.get(title(path)) === 1 || title(path) === path) titles.set(path, title(path));
    open = open.filter((path) => !titles.has(path));
  }
  return titles;
}
