// Puts a .br and a .gz beside every file of a built page that can be compressed, unless that would not make it smaller.
// Usage: node scripts/compress-dist.mjs FOLDER
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const COMPRESSIBLE = /\.(wasm|m?js|css|html|svg|json|txt|webmanifest|bin)$/;

const folder = process.argv[2];
if (!folder) {
  console.error("usage: node scripts/compress-dist.mjs FOLDER");
  process.exit(2);
}

for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !COMPRESSIBLE.test(entry.name)) continue;
  // Node 20 names the parent `path`; later versions only `parentPath`.
  const path = join(entry.parentPath ?? entry.path, entry.name);
  const plain = await readFile(path);
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(plain, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        // The default window is 4 MiB; naming the size lets the encoder choose better tables.
        [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
      },
    }),
    promisify(gzip)(plain, { level: constants.Z_BEST_COMPRESSION }),
  ]);
  if (br.length < plain.length) await writeFile(`${path}.br`, br);
  if (gz.length < plain.length) await writeFile(`${path}.gz`, gz);
}
