// Joins the style sheets of a built page into one file, in their order: a first visit then waits for one request instead of
// twenty, and they compress better together.
// Usage: node scripts/bundle-styles.mjs FOLDER
import { createHash } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

const folder = process.argv[2];
if (!folder) {
  console.error("usage: node scripts/bundle-styles.mjs FOLDER");
  process.exit(2);
}

const document = join(folder, "index.html");
const html = await readFile(document, "utf8");
const links = [...html.matchAll(/<link\b[^>]*\brel="?stylesheet"?[^>]*>/g)].map(([link]) => link);
const names = links.map((link) => link.match(/\bhref="?\/([\w.-]+\.css)/)?.[1]);
if (links.length === 0 || names.includes(undefined)) throw new Error(`${document} links no style sheets, or some that are not beside it`);

const bundle = (await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")))).join("\n");
const digest = (algorithm, encoding) => createHash(algorithm).update(bundle).digest(encoding);
const name = `styles-${digest("sha256", "hex").slice(0, 16)}.css`;
await writeFile(join(folder, name), bundle);
await Promise.all(names.map((old) => rm(join(folder, old))));

let rest = html;
for (const link of links.slice(1)) rest = rest.replace(link, "");
await writeFile(document, rest.replace(links[0], `<link href=/${name} integrity=sha384-${digest("sha384", "base64")} rel=stylesheet>`));
