// @backstage/catalog-client, unmodified, against the real server: each of its methods.
import "./entities";
import "./locations";
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { called } from "./client";

/** The methods that the types of the package promise. */
function publicMethods(): string[] {
  const types = join(dirname(require.resolve("@backstage/catalog-client")), "index.d.ts");
  const [, body] = readFileSync(types, "utf8").split("declare class CatalogClient implements CatalogApi {");
  assert.ok(body, `${types} declares no CatalogClient`);
  const methods = body.split("\n}")[0]!.matchAll(/^ {4}(?!private|constructor)(\w+)\(/gm);
  return [...methods].map((method) => method[1]!);
}

// The last one, so that all others have been.
test("every method of the client has been called", () => {
  const methods = publicMethods();
  assert.ok(methods.length >= 21, `found only ${methods}`);
  assert.deepEqual(methods.filter((method) => !called.has(method)), []);
});
