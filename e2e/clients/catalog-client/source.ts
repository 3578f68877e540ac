// A web server with descriptors, in place of one out in the world.
import { createServer, type Server } from "node:http";
import { variable } from "./client";

/** Where it listens; the portal is allowed to read from there. */
export const sourceUrl = `http://127.0.0.1:${variable("CALLBOARD_CLIENTS_SOURCE_PORT")}`;

const files = new Map<string, string>();
let server: Server | undefined;

/** Starts to serve the files of `put`. */
export async function open(): Promise<void> {
  const opened = createServer((request, response) => {
    const file = files.get(request.url ?? "");
    response.writeHead(file === undefined ? 404 : 200, { "content-type": "text/plain; charset=utf-8" });
    response.end(file ?? "there is no such file");
  });
  server = opened;
  await new Promise<void>((listening, failed) => {
    opened.once("error", failed);
    opened.listen(Number(new URL(sourceUrl).port), "127.0.0.1", () => listening());
  });
}

/** Ends it, with connections that the portal keeps open. */
export async function close(): Promise<void> {
  const closing = server;
  if (closing === undefined) return;
  await new Promise<void>((closed) => {
    closing.close(() => closed());
    closing.closeAllConnections();
  });
}

/** Serves a descriptor of components at a path, and answers its address. */
export function put(path: string, ...components: { name: string; description?: string }[]): string {
  const documents = components.map(
    ({ name, description }) => `apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: ${name}
  description: ${description ?? "Served by a test."}
spec:
  type: service
  lifecycle: production
  owner: group:default/freight-booking
`,
  );
  files.set(path, documents.join("---\n"));
  return `${sourceUrl}${path}`;
}
