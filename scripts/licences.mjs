// The licences of everything from others that a release carries, as the page lists them under Settings, About.
//   node scripts/licences.mjs write     backend/src/app_config/licences.json anew
//   node scripts/licences.mjs check     fails when the file is not what the lock file and the sources say
//
// Crates come from `cargo metadata`: what server and page are built from on their platforms, without what only builds them
// (procedural macros, build scripts) and without tests. Where a crate may be used under several licences, the Apache License is
// taken where it is among them, so that its text is kept once.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const target = join(root, "backend/src/app_config/licences.json");
/** What is linked into a release: package, platform, features. */
const BUILDS = [
  { name: "backend", platform: "x86_64-unknown-linux-gnu", features: ["backend/jemalloc", "backend/embed-page"] },
  { name: "frontend", platform: "wasm32-unknown-unknown", features: [] },
];
/** What the page carries besides crates. `text` is a file of the repository. */
const ASSETS = [
  { name: "Inter (font)", version: "4", license: "OFL-1.1", url: "https://rsms.me/inter", text: "frontend/fonts/inter-LICENSE.txt" },
  { name: "JetBrains Mono (font)", version: "2", license: "OFL-1.1", url: "https://www.jetbrains.com/lp/mono", text: "frontend/fonts/jetbrains-mono-LICENSE.txt" },
  { name: "swagger-ui (reader of the API)", version: "5", license: "Apache-2.0", url: "https://github.com/swagger-api/swagger-ui" },
];
const LICENCE_FILE = /^(licen[cs]e|copying|copyright|unlicense|notice)/i;

function metadata({ platform, features }) {
  const options = features.length > 0 ? ["--features", features.join(",")] : [];
  const text = execFileSync("cargo", ["metadata", "--locked", "--format-version", "1", "--filter-platform", platform, ...options], {
    cwd: root,
    maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse(text.toString());
}

/** The packages of others that end up in a build. */
function shipped(build) {
  const { packages, resolve } = metadata(build);
  const byId = new Map(packages.map((one) => [one.id, one]));
  const nodes = new Map(resolve.nodes.map((node) => [node.id, node]));
  const isMacro = (one) => one.targets.some(({ kind }) => kind.includes("proc-macro"));
  const first = packages.find(({ name, source }) => name === build.name && source === null);
  const [seen, waiting] = [new Set([first.id]), [first.id]];
  while (waiting.length > 0) {
    for (const { pkg, dep_kinds } of nodes.get(waiting.pop()).deps) {
      const isLinked = dep_kinds.some(({ kind }) => kind === null) && !isMacro(byId.get(pkg));
      if (isLinked && !seen.has(pkg)) {
        seen.add(pkg);
        waiting.push(pkg);
      }
    }
  }
  return [...seen].map((id) => byId.get(id)).filter(({ source }) => source !== null);
}

const tidy = (text) => text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n").replace(/[ \t]+$/gm, "").replace(/\n{3,}/g, "\n\n").trim();
const isApache = (text) => /Apache License\s+Version 2\.0/.test(text) && /TERMS AND CONDITIONS/.test(text);

/** The licence under which a package is taken, and the texts that go with it. `null` stands for the text of the Apache License. */
function textsOf(one) {
  const folder = dirname(one.manifest_path);
  const files = readdirSync(folder).filter((name) => LICENCE_FILE.test(name)).sort();
  const read = (name) => tidy(readFileSync(join(folder, name), "utf8"));
  const license = one.license ?? "see its text";
  const isChoice = !/ AND | WITH |\(/.test(license);
  const choices = isChoice ? license.split(/ OR |\//).map((part) => part.trim()) : [];
  const notices = files.filter((name) => /^notice/i.test(name)).map(read);
  if (choices.includes("Apache-2.0")) return [null, ...notices];
  const named = files.filter((name) => choices.some((choice) => name.toUpperCase().includes(choice.split("-")[0].toUpperCase())));
  const own = (named.length > 0 ? named : files).filter((name) => !/^notice/i.test(name)).map(read);
  if (own.length > 0) return [...own.map((text) => (isApache(text) && text.length < 12_000 ? null : text)), ...notices];
  const holders = one.authors.map((author) => author.replace(/ ?<.*>/, "")).join(", ") || `the authors of ${one.name}`;
  if (choices.includes("MIT")) return [`Copyright (c) ${holders}\n\n${MIT}`];
  if (choices.includes("BSD-3-Clause")) return [`Copyright (c) ${holders}\n\n${BSD3}`];
  throw new Error(`${one.name} ${one.version} (${license}) comes without the text of its licence: say what to show in scripts/licences.mjs`);
}

function content() {
  const all = new Map();
  let apache;
  for (const one of BUILDS.flatMap(shipped)) {
    all.set(`${one.name} ${one.version}`, one);
    const folder = dirname(one.manifest_path);
    const name = ["LICENSE-APACHE", "LICENSE-APACHE-2.0", "LICENSE"].find((name) => existsSync(join(folder, name)));
    const text = name && tidy(readFileSync(join(folder, name), "utf8"));
    // The text of the foundation itself, which fills in no name.
    if (text && /^Apache License\s/.test(text) && text.includes("[yyyy] [name of copyright owner]") && (apache === undefined || text < apache)) apache = text;
  }
  const texts = [apache];
  const numberOf = (text) => {
    if (text === null) return 0;
    const known = texts.indexOf(text);
    return known >= 0 ? known : texts.push(text) - 1;
  };
  const order = (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.version < b.version ? -1 : 1);
  const crates = [...all.values()].sort(order).map((one) => ({
    name: one.name,
    version: one.version,
    license: (one.license ?? "").replace(/ ?\/ ?/g, " OR "),
    url: one.repository ?? `https://crates.io/crates/${one.name}`,
    texts: [...new Set(textsOf(one).map(numberOf))],
  }));
  const assets = ASSETS.map(({ text, ...asset }) => ({
    ...asset,
    texts: [numberOf(text === undefined ? null : tidy(readFileSync(join(root, text), "utf8")))],
  }));
  const lines = (items) => items.map((item) => JSON.stringify(item)).join(",\n");
  return `{"packages":[\n${lines([...crates, ...assets])}\n],"texts":[\n${lines(texts)}\n]}\n`;
}

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
const BSD3 = `Redistribution and use in source and binary forms, with or without modification, are permitted provided that the following conditions are met:

1. Redistributions of source code must retain the above copyright notice, this list of conditions and the following disclaimer.

2. Redistributions in binary form must reproduce the above copyright notice, this list of conditions and the following disclaimer in the documentation and/or other materials provided with the distribution.

3. Neither the name of the copyright holder nor the names of its contributors may be used to endorse or promote products derived from this software without specific prior written permission.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.`;

const now = content();
switch (process.argv[2]) {
  case "write":
    writeFileSync(target, now);
    console.log(`wrote backend/src/app_config/licences.json, ${Math.round(now.length / 1000)} kB`);
    break;
  case "check":
    if (!existsSync(target) || readFileSync(target, "utf8") !== now) {
      console.error("backend/src/app_config/licences.json is not current: run ./justw licences, and commit it");
      process.exit(1);
    }
    break;
  default:
    console.error("usage: node scripts/licences.mjs write|check");
    process.exit(2);
}
