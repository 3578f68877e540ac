// The types that openapi-typescript makes of openapi/callboard.json, with openapi-fetch: that this compiles is half of the test.
import { strict as assert } from "node:assert";
import { test } from "node:test";
import createClient from "openapi-fetch";
import type { components, paths } from "../generated/callboard";

const headers = { Authorization: `Bearer ${process.env.CALLBOARD_CLIENTS_TOKEN}` };
const portal = createClient<paths>({ baseUrl: process.env.CALLBOARD_URL!, headers });

type Entity = components["schemas"]["Entity"];

test("entities are listed, with names and kinds that have types", async () => {
  const { data, error } = await portal.GET("/api/catalog/entities", { params: { query: { filter: ["kind=component"] } } });
  assert.equal(error, undefined);
  const names: (string | undefined)[] = data!.map((entity) => entity.metadata?.name);
  assert.ok(names.includes("booking-api"), `${names}`);
  const owners = data!.flatMap((entity) => entity.relations ?? []).filter(({ type }) => type === "ownedBy");
  assert.ok(owners.length > 0 && owners.every(({ targetRef }) => targetRef.includes(":")));
});

test("one entity has all of its parts", async () => {
  const path = { kind: "component", namespace: "default", name: "booking-api" };
  const { data } = await portal.GET("/api/catalog/entities/by-name/{kind}/{namespace}/{name}", { params: { path } });
  const entity: Entity = data!;
  const name: string = entity.metadata.name;
  const type: unknown = entity.spec?.["type"];
  assert.deepEqual({ kind: entity.kind, name, type }, { kind: "Component", name: "booking-api", type: "service" });
});

test("an error has its own type", async () => {
  const path = { kind: "component", namespace: "default", name: "nope" };
  const { data, error, response } = await portal.GET("/api/catalog/entities/by-name/{kind}/{namespace}/{name}", { params: { path } });
  assert.equal(data, undefined);
  assert.equal(response.status, 404);
  assert.equal(error!.error.name, "NotFoundError");
});

test("pages follow each other by cursor", async () => {
  const names: string[] = [];
  let cursor: string | undefined;
  do {
    const query = cursor === undefined ? { filter: ["kind=group"], orderField: ["metadata.name"] } : { cursor };
    const { data } = await portal.GET("/api/catalog/entities/by-query", { params: { query: { ...query, limit: 5 } } });
    names.push(...data!.items.map((entity) => entity.metadata!.name!));
    cursor = data!.pageInfo.nextCursor;
  } while (cursor !== undefined);
  assert.ok(names.length > 5);
  assert.deepEqual(names, [...new Set(names)].sort());
});

test("a predicate is a body with a type", async () => {
  const body = { query: { kind: "component" }, orderBy: [{ field: "metadata.name", order: "desc" as const }], limit: 3 };
  const { data } = await portal.POST("/api/catalog/entities/by-query", { body });
  assert.equal(data!.items.length, 3);
});
