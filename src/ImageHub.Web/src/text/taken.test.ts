import { readdirSync, readFileSync } from "node:fs";
import ts from "typescript";
import { expect, it } from "vitest";

const catalogues = new Set([
  "text",
  "deskText",
  "guestText",
  "mineText",
  "oidcText",
  "passkeyText",
  "searchText",
  "sendingText",
  "viewerText",
]);

/** Finds texts that are read when a module is loaded. At that time the page's language may not have loaded, and it may change later. */
function takenEarly(file: string) {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const imported = new Set<string>();
  const taken: string[] = [];
  const look = (node: ts.Node) => {
    if (ts.isFunctionLike(node)) return;
    if (ts.isImportDeclaration(node)) {
      const bindings = node.importClause?.namedBindings;
      if (bindings && ts.isNamedImports(bindings))
        for (const { name, propertyName } of bindings.elements)
          if (catalogues.has((propertyName ?? name).text)) imported.add(name.text);
      return;
    }
    const isType = ts.isTypeNode(node) || ts.isTypeAliasDeclaration(node) || ts.isInterfaceDeclaration(node);
    if (isType) return;
    if (ts.isIdentifier(node) && imported.has(node.text))
      taken.push(`${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`);
    ts.forEachChild(node, look);
  };
  look(source);
  return taken;
}

it("texts are read during rendering, not when a module is loaded", () => {
  const files = readdirSync("src", { recursive: true, encoding: "utf8" })
    .filter((file) => /(?<!\.test|\.d)\.tsx?$/.test(file) && !file.startsWith("text/"))
    .map((file) => `src/${file}`);
  expect(files.length).toBeGreaterThan(100);
  expect(files.flatMap(takenEarly)).toEqual([]);
});
