// Starts the released program on a generated catalog, in a folder of its own.
import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How long the program may take until everything can be asked for. */
const READY_WITHIN_MS = 120_000;

const KINDS = ["Component", "API", "Resource", "System", "Domain", "Group", "User", "Template", "Location"];

/** A running portal with `nEntities` entities. */
export async function startPortal(program, nEntities) {
  const folder = await mkdtemp(join(tmpdir(), "callboard-bench-web-"));
  const catalog = join(folder, "catalog");
  const generated = spawnSync(program, ["dev", "generate", `${nEntities}`, catalog], { encoding: "utf8" });
  if (generated.status !== 0) throw new Error(`the catalog was not generated: ${generated.stderr}`);
  await writeFile(
    join(folder, "app-config.yaml"),
    `catalog:
  rules: [{ allow: [${KINDS.join(", ")}] }]
  locations: [{ type: file, target: ${join(catalog, "catalog-info.yaml")} }]
auth: { providers: { guest: {} } }
callboard: { dataDirectory: ${join(folder, "data")} }
`,
  );
  const port = await freePort();
  const output = [];
  const child = spawn(program, ["serve", "--config", "app-config.yaml", "--port", `${port}`], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.on("data", (text) => output.push(text));
  child.stderr.on("data", (text) => output.push(text));
  const url = `http://localhost:${port}`;
  const stop = async () => {
    const ended = new Promise((done) => child.once("exit", done));
    if (child.exitCode === null && child.kill("SIGTERM")) await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const deadline = Date.now() + READY_WITHIN_MS;
    while ((await countEntities(url)) < nEntities) {
      if (Date.now() > deadline || child.exitCode !== null) throw new Error(`the portal did not get ready:\n${output.join("")}`);
      await new Promise((wake) => setTimeout(wake, 200));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

async function countEntities(url) {
  try {
    const session = await (await fetch(`${url}/api/auth/guest/refresh`, { method: "POST" })).json();
    const headers = { Authorization: `Bearer ${session.backstageIdentity.token}` };
    const page = await (await fetch(`${url}/api/catalog/entities/by-query?limit=0`, { headers })).json();
    return page.totalItems ?? 0;
  } catch {
    return 0; // Nothing listens yet; the caller sees to the deadline.
  }
}

function freePort() {
  return new Promise((found, failed) => {
    const server = createServer();
    server.once("error", failed);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => found(port));
    });
  });
}
