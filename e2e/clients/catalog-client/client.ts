// The client as its users have it, watched: which of its methods were called, and what it sent.
import { strict as assert } from "node:assert";
import { CatalogClient } from "@backstage/catalog-client";

/** The value of a variable that scripts/clients.sh sets. */
export function variable(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run ./justw test clients`);
  return value;
}

const url = variable("CALLBOARD_URL");

/** The token with which everything is allowed. */
export const token = variable("CALLBOARD_CLIENTS_TOKEN");

/** Methods of the client that a test has called. */
export const called = new Set<string>();

/** Requests since the last `takeSent`, such as `GET /entities`. */
const sent: string[] = [];

/** What the client has sent since this was called last. */
export function takeSent(): string[] {
  return sent.splice(0);
}

const plain = new CatalogClient({
  discoveryApi: { getBaseUrl: async (plugin) => `${url}/api/${plugin}` },
  fetchApi: {
    fetch: async (input, init) => {
      const address = new URL(input instanceof Request ? input.url : String(input));
      sent.push(`${init?.method ?? "GET"} ${address.pathname.replace("/api/catalog", "")}`);
      return fetch(input, init);
    },
  },
});

/** The client, unmodified; the proxy only takes notes. */
export const catalog: CatalogClient = new Proxy(plain, {
  get(target, name, receiver) {
    if (typeof name === "string") called.add(name);
    return Reflect.get(target, name, receiver === catalog ? target : receiver);
  },
});

/** Passed to every call, since the client has no token of its own. */
export const options = { token };

/** Fails unless the server refuses with this status and this error. */
export async function refused(answer: Promise<unknown>, status: number, name: string, message: RegExp): Promise<void> {
  await assert.rejects(answer, (error: Error & { statusCode?: number; cause?: Error }) => {
    assert.equal(error.name, "ResponseError");
    assert.deepEqual({ status: error.statusCode, name: error.cause?.name }, { status, name });
    assert.match(error.cause?.message ?? "", message);
    return true;
  });
}

/** Waits until `look` finds something; fails with what it found last. */
export async function eventually<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`not within 20 seconds: ${what}`);
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

/** The items of everything that an iteration yields. */
export async function all<T>(pages: AsyncIterable<T[]>): Promise<{ items: T[]; sizes: number[] }> {
  const items: T[] = [];
  const sizes: number[] = [];
  for await (const page of pages) {
    items.push(...page);
    sizes.push(page.length);
  }
  return { items, sizes };
}
