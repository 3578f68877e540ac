// Cuts the program of a built page into its parts, at the functions that `wasm_split` marks: see
// docs/adr/0014-parts-of-the-page.md. Trunk's glue and program are replaced by those of the parts, under new names.
// Usage: node scripts/split-page.mjs FOLDER PROGRAM [--release]
//   FOLDER   the page as Trunk built it
//   PROGRAM  the program as the linker made it, with its relocations
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [folder, program, mode] = process.argv.slice(2);
if (!folder || !program) {
  console.error("usage: node scripts/split-page.mjs FOLDER PROGRAM [--release]");
  process.exit(2);
}
const isRelease = mode === "--release";
const work = mkdtempSync(join(tmpdir(), "callboard-page-"));
try {
  build();
  writePage(packShared(readFileSync(join(work, "__wasm_split.js"), "utf8")));
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** Makes the parts and the glue between them and the browser, as Trunk makes those of a whole program. */
function build() {
  const run = (command, args) => execFileSync(command, args, { stdio: ["ignore", "inherit", "inherit"] });
  run("wasm-split-cli", [program, work, "--out-name=frontend", "--target=web"]);
  const glue = ["--target=web", "--keep-lld-exports", "--no-demangle", "--no-typescript", "--out-name=frontend"];
  const names = isRelease ? ["--remove-name-section", "--remove-producers-section"] : ["--keep-debug"];
  run("wasm-bindgen", [...glue, ...names, `--out-dir=${work}`, join(work, "frontend.wasm")]);
  rmSync(join(work, "frontend.wasm"));
  if (!isRelease) return;
  const source = readFileSync("frontend/index.html", "utf8");
  const [, level] = /data-wasm-opt="(\w)"/.exec(source);
  const [, features] = /data-wasm-opt-params="([^"]*)"/.exec(source);
  for (const name of programs()) run("wasm-opt", [`-O${level}`, ...features.split(" "), join(work, name), "-o", join(work, name)]);
}

function programs() {
  return readdirSync(work).filter((name) => name.endsWith(".wasm"));
}

/**
 * What two or more parts need is a small program for each group of parts that shares something: two dozen files of which most
 * have some hundred bytes. They are put into one, which is read once and from which each takes its piece.
 */
function packShared(loader) {
  const pieces = [];
  let at = 0;
  const packed = loader.replaceAll(
    /fetch\(new URL\("\.\/(chunk_\d+\.wasm)", import\.meta\.url\)\);([\s\S]*?)WebAssembly\.instantiateStreaming\(src, imports\)/g,
    (_, name, between) => {
      const bytes = readFileSync(join(work, name));
      rmSync(join(work, name));
      pieces.push(bytes);
      at += bytes.length;
      return `shared(${at - bytes.length}, ${at});${between}WebAssembly.instantiate(await src, imports)`;
    },
  );
  const left = programs().filter((name) => name.startsWith("chunk_"));
  if (left.length > 0) throw new Error(`the loader of the parts reads ${left.join(", ")} in a way that is not known here`);
  writeFileSync(join(work, "shared.bin"), Buffer.concat(pieces));
  return `let sharedBytes;
async function shared(from, to) {
    sharedBytes ??= fetch(new URL("./shared.bin", import.meta.url)).then((answer) => {
        if (!answer.ok) throw new Error(\`\${answer.url}: \${answer.status}\`);
        return answer.arrayBuffer();
    });
    try {
        return (await sharedBytes).slice(from, to);
    } catch (error) {
        sharedBytes = undefined;
        throw error;
    }
}
${packed}`;
}

/** Puts everything into the page under names with a hash. It is one for all of them: they only work together. */
function writePage(loader) {
  writeFileSync(join(work, "__wasm_split.js"), loader);
  const built = ["frontend.js", "frontend_bg.wasm", "__wasm_split.js", "shared.bin", ...programs().filter((name) => name !== "frontend_bg.wasm").sort()];
  const hash = createHash("sha256");
  for (const name of built) hash.update(name).update(readFileSync(join(work, name)));
  const version = hash.digest("hex").slice(0, 16);
  const named = (name) => {
    const [, stem, ending] = /^(.*?)(_bg\.wasm|\.\w+)$/.exec(name);
    const words = { __wasm_split: "parts", shared: "part-shared" }[stem] ?? stem.replace(/^split_/, "part-");
    return `${words.replaceAll("_", "-")}-${version}${ending}`;
  };
  // The program knows the module that loads the parts by its first name; only where the glue reads it from is another.
  const renamed = (text) =>
    text.replaceAll(/( from|URL\() ?(["'])(?:\.\/)?([\w.-]+)\2/g, (whole, before, quote, name) =>
      built.includes(name) ? `${before}${before === " from" ? " " : ""}${quote}./${named(name)}${quote}` : whole);
  for (const name of built) {
    const bytes = readFileSync(join(work, name));
    writeFileSync(join(folder, named(name)), name.endsWith(".js") ? renamed(bytes.toString("utf8")) : bytes);
  }

  const document = join(folder, "index.html");
  let html = readFileSync(document, "utf8");
  for (const [pattern, name] of [[/\bfrontend-[0-9a-f]+\.js/, "frontend.js"], [/\bfrontend-[0-9a-f]+_bg\.wasm/, "frontend_bg.wasm"]]) {
    const old = pattern.exec(html)?.[0];
    if (!old) throw new Error(`${document} does not name ${name}`);
    html = html
      .replaceAll(new RegExp(`<link\\b[^>]*${old.replaceAll(".", "\\.")}[^>]*>`, "g"), (link) => link.replace(/\bintegrity=[^\s>]+/, `integrity=${integrity(named(name))}`))
      .replaceAll(old, named(name));
    rmSync(join(folder, old));
  }
  const parts = built.map(named).filter((name) => name.startsWith("part-"));
  const loaderName = named("__wasm_split.js");
  html = html.replace(
    "</head>",
    `<link crossorigin href=/${loaderName} integrity=${integrity(loaderName)} rel=modulepreload>` +
      // The worker of the page keeps what the document names (sw.js).
      `<meta name=callboard-parts content="${parts.map((name) => `/${name}`).join(" ")}"></head>`,
  );
  writeFileSync(document, html);
}

function integrity(name) {
  return `sha384-${createHash("sha384").update(readFileSync(join(folder, name))).digest("base64")}`;
}
