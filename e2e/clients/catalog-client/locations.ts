// Methods about locations that are registered by API. What they lead to is served by `source`.
import { strict as assert } from "node:assert";
import { after, before, test } from "node:test";
import type { Location } from "@backstage/catalog-client";
import { all, catalog, eventually, options, refused } from "./client";
import { close, open, put, sourceUrl } from "./source";

before(open);
after(close);

/** Registers a location and waits until the last of its entities is there. */
async function register(path: string, ...names: string[]): Promise<Location> {
  const target = put(path, ...names.map((name) => ({ name })));
  const { location } = await catalog.addLocation({ target }, options);
  await eventually(`${names.at(-1)} is in the catalog`, () =>
    catalog.getEntityByRef(`component:default/${names.at(-1)}`, options),
  );
  return location;
}

test("addLocation rehearses without keeping anything", async () => {
  const target = put("/rehearsed/catalog-info.yaml", { name: "rehearsed-one" }, { name: "rehearsed-two" });
  const rehearsed = await catalog.addLocation({ target, dryRun: true }, options);
  assert.equal(rehearsed.exists, false);
  assert.equal(rehearsed.location.target, target);
  const found = rehearsed.entities.filter((entity) => entity.kind === "Component").map((entity) => entity.metadata.name);
  assert.deepEqual(found.sort(), ["rehearsed-one", "rehearsed-two"]);
  assert.equal(await catalog.getLocationByRef(`url:${target}`, options), undefined);
  assert.equal(await catalog.getEntityByRef("component:default/rehearsed-one", options), undefined);
  const nothing = `${sourceUrl}/nothing.yaml`;
  await refused(catalog.addLocation({ target: nothing, dryRun: true }, options), 400, "InputError", /nothing\.yaml/);
});

test("addLocation registers what then appears in the catalog", async () => {
  const target = put("/added/catalog-info.yaml", { name: "added" });
  const { location, entities, exists } = await catalog.addLocation({ type: "url", target }, options);
  assert.deepEqual({ type: location.type, target: location.target }, { type: "url", target });
  assert.match(location.entityRef, /^location:default\/generated-[0-9a-f]{40}$/);
  assert.deepEqual({ entities, exists }, { entities: [], exists: undefined });
  await eventually("the entity is in the catalog", () => catalog.getEntityByRef("component:default/added", options));
  assert.ok(await catalog.getEntityByRef(location.entityRef, options), "the Location entity is in the catalog");
  await refused(catalog.addLocation({ target }, options), 409, "ConflictError", /already exists/);
  const again = await catalog.addLocation({ target, onConflict: "refresh" }, options);
  assert.deepEqual(again.location, location);
  const known = await catalog.addLocation({ target, dryRun: true }, options);
  assert.equal(known.exists, true);
});

test("refreshEntity reads a registered location again", async () => {
  await register("/changing/catalog-info.yaml", "changing");
  put("/changing/catalog-info.yaml", { name: "changing", description: "Rewritten." });
  await catalog.refreshEntity("component:default/changing", options);
  await eventually("the change is in the catalog", async () => {
    const entity = await catalog.getEntityByRef("component:default/changing", options);
    return entity?.metadata.description === "Rewritten.";
  });
});

test("getLocations lists registered locations", async () => {
  const location = await register("/listed/catalog-info.yaml", "listed");
  const { items } = await catalog.getLocations({}, options);
  assert.deepEqual(items.find(({ id }) => id === location.id), location);
  assert.ok(items.every(({ type }) => type === "url"), "locations of the configuration are not in the list");
});

test("queryLocations pages and filters", async () => {
  await register("/queried/one.yaml", "queried-one");
  await register("/queried/two.yaml", "queried-two");
  const query = { target: { $hasPrefix: `${sourceUrl}/queried/` } };
  const first = await catalog.queryLocations({ limit: 1, query }, options);
  assert.equal(first.totalItems, 2);
  const second = await catalog.queryLocations({ cursor: first.pageInfo.nextCursor! }, options);
  const targets = [...first.items, ...second.items].map(({ target }) => target);
  assert.deepEqual(targets.sort(), [`${sourceUrl}/queried/one.yaml`, `${sourceUrl}/queried/two.yaml`]);
  assert.equal(second.pageInfo.nextCursor, undefined);
});

test("streamLocations yields each location once", async () => {
  await register("/streamed/catalog-info.yaml", "streamed");
  const { items, sizes } = await all(catalog.streamLocations({ limit: 1 }, options));
  const listed = await catalog.getLocations({}, options);
  const ids = (locations: Location[]) => locations.map(({ id }) => id).sort();
  assert.deepEqual(ids(items), ids(listed.items));
  assert.ok(sizes.every((size) => size === 1));
});

test("getLocationById and getLocationByRef find one location, or none", async () => {
  const location = await register("/found/catalog-info.yaml", "found");
  assert.deepEqual(await catalog.getLocationById(location.id, options), location);
  assert.equal(await catalog.getLocationById("00000000-0000-0000-0000-000000000000", options), undefined);
  assert.deepEqual(await catalog.getLocationByRef(`url:${location.target}`, options), location);
  assert.equal(await catalog.getLocationByRef("url:http://nowhere.example/a.yaml", options), undefined);
});

test("getLocationByEntity finds the location that an entity comes from", async () => {
  const location = await register("/origin/catalog-info.yaml", "origin");
  assert.deepEqual(await catalog.getLocationByEntity("component:default/origin", options), location);
  const compound = { kind: "Component", namespace: "default", name: "origin" };
  assert.deepEqual(await catalog.getLocationByEntity(compound, options), location);
  // Comes from the configuration.
  assert.equal(await catalog.getLocationByEntity("component:default/booking-api", options), undefined);
  assert.equal(await catalog.getLocationByEntity("component:default/nope", options), undefined);
});

test("updateLocation leads an existing location elsewhere", async () => {
  const location = await register("/moved/before.yaml", "moved-before");
  const target = put("/moved/after.yaml", { name: "moved-after" });
  const moved = await catalog.updateLocation(location.id, { target }, options);
  assert.deepEqual(moved, { ...location, target });
  await eventually("the new entity is there", () => catalog.getEntityByRef("component:default/moved-after", options));
  await eventually("the old entity is gone", async () =>
    (await catalog.getEntityByRef("component:default/moved-before", options)) === undefined,
  );
});

test("removeLocationById takes a location and its entities out", async () => {
  const location = await register("/removed/catalog-info.yaml", "removed");
  await catalog.removeLocationById(location.id, options);
  assert.equal(await catalog.getLocationById(location.id, options), undefined);
  await eventually("the entity is gone", async () =>
    (await catalog.getEntityByRef("component:default/removed", options)) === undefined,
  );
  await refused(catalog.removeLocationById(location.id, options), 404, "NotFoundError", /Found no location with ID/);
});

test("validateEntity says what is wrong", async () => {
  const entity = {
    apiVersion: "backstage.io/v1alpha1",
    kind: "Component",
    metadata: { name: "valid" },
    spec: { type: "service", lifecycle: "production", owner: "group:default/freight-booking" },
  };
  const locationRef = `url:${sourceUrl}/valid.yaml`;
  assert.deepEqual(await catalog.validateEntity(entity, locationRef, options), { valid: true });
  const invalid = { ...entity, metadata: { name: "not valid" } };
  const answer = await catalog.validateEntity(invalid, locationRef, options);
  assert.equal(answer.valid, false);
  assert.match(answer.valid ? "" : answer.errors[0]!.message, /metadata\.name/);
});

test("analyzeLocation proposes entities for a repository", async () => {
  const target = `${sourceUrl}/some/repository`;
  const answer = await catalog.analyzeLocation({ location: { type: "url", target } }, options);
  assert.deepEqual(answer.existingEntityFiles, []);
  assert.equal(answer.generateEntities.length, 1);
  assert.equal(answer.generateEntities[0]!.entity.kind, "Component");
});
