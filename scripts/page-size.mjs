// Adds up what a browser downloads when it first opens the page (brotli where there is one) and fails above the budget.
// Usage: node scripts/page-size.mjs [FOLDER]
import { readdir, stat } from "node:fs/promises";
import { join, relative } from "node:path";

// 1 kB is 1,000 bytes. A first visit may take 900 kB in all, with what the API answers and the headers.
const BUDGET_KB = 720;
// Only devices that install the page ask for these, after it stands, or nobody does; and the parts of the program that not
// every page needs.
const IS_LATER = /^app-icons\/|^sw\.js$|\.txt$|^part-[\w-]+\.(wasm|bin)$/;

const folder = process.argv[2] ?? "frontend/dist";
const sizes = new Map();
for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])) {
  if (!entry.isFile()) continue;
  const path = join(entry.parentPath ?? entry.path, entry.name);
  sizes.set(relative(folder, path), (await stat(path)).size);
}

const rows = [...sizes]
  .filter(([name]) => !/\.(br|gz)$/.test(name))
  .map(([name, plain]) => ({ name, plain, sent: sizes.get(`${name}.br`) ?? plain }));
if (!rows.some(({ name }) => name === "index.html") || !rows.some(({ name }) => name.endsWith(".wasm"))) {
  console.error(`${folder} holds no built page: run ./justw build-page`);
  process.exit(1);
}
if (!rows.some(({ name }) => name.endsWith(".wasm") && sizes.has(`${name}.br`))) {
  console.error(`${folder} is not compressed: it is not a release build; run ./justw build-page`);
  process.exit(1);
}

const kb = (bytes) => (bytes / 1000).toFixed(1).padStart(9);
for (const { name, plain, sent } of rows.sort((a, b) => b.sent - a.sent)) {
  console.log(`${kb(plain)} kB ${kb(sent)} kB sent  ${name}${IS_LATER.test(name) ? " (not by a first visit)" : ""}`);
}
const total = rows.filter(({ name }) => !IS_LATER.test(name)).reduce((sum, { sent }) => sum + sent, 0);
console.log(`${kb(total).trim()} kB of ${BUDGET_KB} kB`);
if (total > BUDGET_KB * 1000) {
  console.error("the page is over its budget: see which dependency or feature made it grow (BUDGET_KB in scripts/page-size.mjs)");
  process.exit(1);
}
