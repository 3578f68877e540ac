// Methods about entities. The catalog is the example catalog.
import { strict as assert } from "node:assert";
import { test } from "node:test";
import { CATALOG_FILTER_EXISTS, type EntityFilterQuery, type QueryEntitiesInitialRequest } from "@backstage/catalog-client";
import { all, catalog, eventually, options, refused, takeSent } from "./client";

const bookingApi = "component:default/booking-api";

/** `kind:namespace/name` of an entity, in lower case. */
function refOf(entity: { kind: string; metadata: { name: string; namespace?: string } }): string {
  return `${entity.kind}:${entity.metadata.namespace ?? "default"}/${entity.metadata.name}`.toLowerCase();
}

test("getEntities lists everything", async () => {
  const { items } = await catalog.getEntities({}, options);
  assert.ok(items.length > 100, `${items.length} entities`);
  assert.equal(new Set(items.map(refOf)).size, items.length);
  assert.ok(items.every((entity) => entity.metadata.uid && entity.metadata.etag && entity.relations));
});

test("getEntities filters, projects and orders", async () => {
  const fields = ["kind", "metadata.name", "spec.type"];
  const order = [{ field: "metadata.name", order: "desc" as const }];
  const filter: EntityFilterQuery = [{ kind: "component", "spec.type": ["service", "website"] }, { kind: "API" }];
  const { items } = await catalog.getEntities({ filter, fields, order }, options);
  assert.deepEqual([...new Set(items.map((entity) => entity.kind))].sort(), ["API", "Component"]);
  const names = items.map((entity) => entity.metadata.name);
  assert.deepEqual(names, [...names].sort().reverse());
  assert.deepEqual(Object.keys(items[0] ?? {}).sort(), ["kind", "metadata", "spec"]);
  const tagged = await catalog.getEntities({ filter: { "metadata.tags": CATALOG_FILTER_EXISTS } }, options);
  assert.ok(tagged.items.length > 0 && tagged.items.every((entity) => entity.metadata.tags?.length));
});

test("getEntities goes on after a cursor", async () => {
  const filter = { kind: "component" };
  const four = (await catalog.getEntities({ filter, limit: 4, offset: 1 }, options)).items.map(refOf);
  assert.equal(four.length, 4);
  const after = Buffer.from(JSON.stringify({ limit: 2, offset: 3 })).toString("base64");
  assert.deepEqual((await catalog.getEntities({ filter, after }, options)).items.map(refOf), four.slice(2));
});

test("getEntitiesByRefs keeps the order and leaves holes", async () => {
  const entityRefs = ["component:default/nope", bookingApi, "group:default/freight-booking", bookingApi];
  const { items } = await catalog.getEntitiesByRefs({ entityRefs }, options);
  assert.deepEqual(items.map((entity) => entity && refOf(entity)), [undefined, ...entityRefs.slice(1)]);
  const fields = ["metadata.name"];
  const named = await catalog.getEntitiesByRefs({ entityRefs: [bookingApi], fields }, options);
  assert.deepEqual(named.items, [{ metadata: { name: "booking-api" } }]);
  const filter = { kind: "group" };
  const groups = await catalog.getEntitiesByRefs({ entityRefs, filter }, options);
  assert.deepEqual(groups.items.map((entity) => entity?.kind), [undefined, undefined, "Group", undefined]);
  const query = { kind: { $in: ["component"] } };
  const none = await catalog.getEntitiesByRefs({ entityRefs, filter, query }, options);
  assert.deepEqual(none.items, [undefined, undefined, undefined, undefined]);
});

test("getEntitiesByRefs takes long lists in pieces", async () => {
  takeSent();
  const many = Array.from({ length: 5_000 }, (_, at) => `component:default/made-up-${at}`);
  const { items } = await catalog.getEntitiesByRefs({ entityRefs: [...many, bookingApi] }, options);
  assert.equal(items.length, 5_001);
  assert.equal(items.at(-1)?.metadata.name, "booking-api");
  assert.ok(takeSent().length > 1, "the client sent one request");
});

test("queryEntities pages forwards and backwards", async () => {
  takeSent();
  const fields = ["kind", "metadata"];
  const orderFields = { field: "metadata.name", order: "asc" as const };
  const first = await catalog.queryEntities({ filter: { kind: "user" }, fields, orderFields, limit: 10 }, options);
  assert.equal(first.pageInfo.prevCursor, undefined);
  const names = first.items.map((entity) => entity.metadata.name);
  let page = first;
  while (page.pageInfo.nextCursor) {
    page = await catalog.queryEntities({ cursor: page.pageInfo.nextCursor, fields, limit: 10 }, options);
    assert.equal(page.totalItems, first.totalItems);
    names.push(...page.items.map((entity) => entity.metadata.name));
  }
  assert.equal(names.length, first.totalItems);
  assert.deepEqual(names, [...new Set(names)].sort());
  // The client reads the cursor, and goes on by POST since it finds a predicate in it.
  assert.deepEqual([...new Set(takeSent())], ["GET /entities/by-query", "POST /entities/by-query"]);
  while (page.pageInfo.prevCursor) {
    page = await catalog.queryEntities({ cursor: page.pageInfo.prevCursor, fields, limit: 10 }, options);
  }
  assert.deepEqual(page.items, first.items);
});

test("queryEntities takes predicates", async () => {
  const query: QueryEntitiesInitialRequest["query"] = {
    $all: [
      { kind: "component", "spec.type": { $in: ["service", "website"] } },
      { $not: { "spec.lifecycle": "deprecated" } },
      { "metadata.name": { $hasPrefix: "book" } },
      { relations: { $contains: { type: "ownedBy", targetRef: "group:default/freight-booking" } } },
      { "metadata.annotations.backstage.io/managed-by-location": { $exists: true } },
    ],
  };
  const page = await catalog.queryEntities({ query, filter: { kind: ["component", "api"] }, limit: 2 }, options);
  assert.ok(page.totalItems > 0 && page.items.length > 0);
  assert.ok(page.items.every((entity) => entity.metadata.name.startsWith("book")));
});

test("queryEntities searches text, skips and does not count", async () => {
  const fullTextFilter = { term: " BOOKING ", fields: ["metadata.name", "metadata.title"] };
  const found = await catalog.queryEntities({ fullTextFilter, filter: { kind: "component" } }, options);
  assert.ok(found.items.length > 1);
  const later = await catalog.queryEntities({ fullTextFilter, filter: { kind: "component" }, offset: 1 }, options);
  assert.deepEqual(later.items, found.items.slice(1));
  const uncounted = await catalog.queryEntities({ filter: { kind: "group" }, limit: 0, totalItems: "exclude" }, options);
  assert.deepEqual(uncounted, { items: [], totalItems: 0, pageInfo: {} });
});

test("streamEntities yields each entity once", async () => {
  const { items, sizes } = await all(catalog.streamEntities({ pageSize: 25, fields: ["kind", "metadata"] }, options));
  const everything = await catalog.getEntities({ fields: ["kind", "metadata"] }, options);
  assert.deepEqual(items.map(refOf).sort(), everything.items.map(refOf).sort());
  assert.ok(sizes.length > 2 && sizes.slice(0, -1).every((size) => size === 25), `pages of ${sizes}`);
});

test("getEntityByRef finds one entity, or none", async () => {
  const found = await catalog.getEntityByRef("Component:Default/Booking-API", options);
  assert.equal(found?.metadata.name, "booking-api");
  const compound = { kind: "component", namespace: "default", name: "booking-api" };
  assert.deepEqual(await catalog.getEntityByRef(compound, options), found);
  assert.equal(await catalog.getEntityByRef("component:default/nope", options), undefined);
});

test("getEntityByName finds one entity, or none", async () => {
  const found = await catalog.getEntityByName({ kind: "component", namespace: "default", name: "booking-api" }, options);
  assert.equal(found && refOf(found), bookingApi);
  assert.equal(await catalog.getEntityByName({ kind: "api", namespace: "default", name: "nope" }, options), undefined);
});

test("getEntityAncestors tells where an entity comes from", async () => {
  const { rootEntityRef, items } = await catalog.getEntityAncestors({ entityRef: bookingApi }, options);
  assert.equal(rootEntityRef, bookingApi);
  assert.equal(refOf(items[0]!.entity), bookingApi);
  assert.ok(items[0]!.parentEntityRefs.every((parent) => parent.startsWith("location:")));
  assert.deepEqual(items.at(-1)!.parentEntityRefs, []);
  const nope = catalog.getEntityAncestors({ entityRef: "component:default/nope" }, options);
  await refused(nope, 404, "NotFoundError", /component:default\/nope|named 'nope'/);
});

test("getEntityFacets counts values", async () => {
  const facets = ["spec.type", "metadata.tags", "relations.ownedBy", "no.such.field"];
  const counted = await catalog.getEntityFacets({ facets, filter: { kind: "component" } }, options);
  assert.deepEqual(Object.keys(counted.facets).sort(), [...facets].sort());
  assert.deepEqual(counted.facets["no.such.field"], []);
  const components = await catalog.getEntities({ filter: { kind: "component" }, fields: ["kind"] }, options);
  const total = counted.facets["spec.type"]!.reduce((sum, { count }) => sum + count, 0);
  assert.equal(total, components.items.length);
  const query = { kind: "component", "spec.type": "service" };
  const services = await catalog.getEntityFacets({ facets: ["spec.type"], query, filter: { kind: "component" } }, options);
  assert.deepEqual(services.facets["spec.type"], counted.facets["spec.type"]!.filter(({ value }) => value === "service"));
});

test("refreshEntity reads an entity again", async () => {
  await catalog.refreshEntity(bookingApi, options);
  await refused(catalog.refreshEntity("component:default/nope", options), 404, "NotFoundError", /component:default\/nope/);
});

test("removeEntityByUid removes an entity, which comes back from its source", async () => {
  const before = await catalog.getEntityByRef(bookingApi, options);
  await catalog.removeEntityByUid(before!.metadata.uid!, options);
  const after = await eventually("the entity is back", () => catalog.getEntityByRef(bookingApi, options));
  assert.notEqual(after.metadata.uid, before!.metadata.uid);
  assert.deepEqual(after.spec, before!.spec);
  // That there is none is no error.
  await catalog.removeEntityByUid(before!.metadata.uid!, options);
});

test("without a token the client gets the error of the server", async () => {
  await refused(catalog.getEntities({}), 401, "AuthenticationError", /^Missing credentials$/);
  await refused(catalog.queryEntities({ query: {} }), 401, "AuthenticationError", /^Missing credentials$/);
  await refused(catalog.getEntityByRef(bookingApi, { token: "forged" }), 401, "AuthenticationError", /^Illegal token$/);
});
