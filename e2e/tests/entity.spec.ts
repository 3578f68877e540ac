// Journeys on the page of an entity.
import { expect, expectAccessible, test } from "../fixtures/test.ts";

test("the overview says what a component is, who owns it and what it is related to", async ({ page }) => {
  await page.goto("/catalog/default/component/booking-api");
  const main = page.getByRole("main");
  await expect(page).toHaveTitle("Booking API · Callboard");
  await expect(main.getByRole("heading", { level: 1, name: "Booking API" })).toBeVisible();
  await expect(main.getByRole("link", { name: "Bookings v4" })).toBeVisible();
  await expect(main).toMatchAriaSnapshot({ name: "booking-api.aria.yml" });

  await main.getByRole("region", { name: "Relations" }).getByRole("link", { name: "Freight Booking" }).click();
  await expect(page).toHaveURL("/catalog/default/group/freight-booking");
  await expect(page.getByRole("heading", { level: 1, name: "Freight Booking" })).toBeFocused();
  await expect(main.getByRole("link", { name: "Ines Okafor" })).toBeVisible();
  await page.goBack();
  await expect(main.getByRole("heading", { level: 1, name: "Booking API" })).toBeVisible();
});

test("the YAML tab shows the document, and the copy button copies all of it", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto("/catalog/default/component/booking-api");
  await page.getByRole("link", { name: "YAML" }).click();
  await expect(page).toHaveURL("/catalog/default/component/booking-api/yaml");
  const text = page.getByRole("region", { name: "The entity as the catalog serves it" });
  await expect(text).toContainText("kind: Component");
  await page.getByRole("button", { name: "Copy", exact: true }).click();
  await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe(await text.textContent());
  await expectAccessible(page);
});

test("an API shows its definition in a tab of its own", async ({ page }) => {
  await page.goto("/catalog/default/api/bookings-v4");
  await page.getByRole("main").getByRole("link", { name: "Definition" }).click();
  await expect(page).toHaveURL("/catalog/default/api/bookings-v4/definition");
  await expect(page.getByRole("navigation", { name: "Operations" }).getByRole("link", { name: /Get a booking/ })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("radio", { name: "Raw" }).click();
  await expect(page.getByRole("region", { name: /^OpenAPI 3[\d.]*, [\d,]+ lines$/ })).toContainText("openapi:");
  await expectAccessible(page);
});

test("tabs have addresses, list what is related, and Back returns to the one before", async ({ page }) => {
  const refs: string[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/entities/by-refs")) refs.push(request.postData() ?? "");
  });
  const main = page.getByRole("main");
  await page.goto("/catalog/default/component/booking-api/dependencies");
  const needed = main.getByRole("region", { name: /^Depends on/ });
  await expect(needed.getByRole("row", { name: /Bookings database.*freight-booking/ })).toBeVisible();
  // Who is signed in is asked for alone where the page is slow.
  const ofPage = refs.filter((body) => JSON.parse(body).entityRefs.some((ref: string) => !ref.startsWith("user:")));
  expect(ofPage, "references of a page are read in one request").toHaveLength(1);
  await expectAccessible(page);

  await main.getByRole("link", { name: /^APIs/ }).click();
  await expect(page).toHaveURL("/catalog/default/component/booking-api/apis");
  await expect(main.getByRole("region", { name: /^Provides APIs/ }).getByRole("link", { name: "Bookings v4" })).toBeVisible();
  await expectAccessible(page);
  await page.goBack();
  await expect(needed).toBeVisible();
  await expect(main.getByRole("link", { name: /^Dependencies/ })).toHaveAttribute("aria-current", "page");
});

test("the menu refreshes an entity and copies its reference", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto("/catalog/default/component/booking-api");
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Copy reference" }).click();
  await expect(page.getByText("Reference copied")).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("component:default/booking-api");
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Refresh from source" }).click();
  await expect(page.getByText("booking-api was read again")).toBeVisible();
});

test("tags lead to the entities that have them", async ({ page }) => {
  await page.goto("/catalog/default/component/booking-api");
  await page.getByRole("link", { name: "pci" }).click();
  await expect(page).toHaveURL("/catalog?tag=pci");
});

for (const entity of ["group/freight-booking", "user/ines.okafor", "system/booking", "domain/freight", "resource/bookings-pg"]) {
  test(`the page of ${entity} opens and passes the accessibility audit`, async ({ page }) => {
    await page.goto(`/catalog/default/${entity}`);
    await expect(page.getByRole("heading", { level: 2, name: "About" })).toBeVisible();
    await expectAccessible(page);
  });
}

test.describe("what is not there", () => {
  test.use({ allowedConsoleErrors: [/404/] });

  test("an unknown entity says so and leads on", async ({ page }) => {
    await page.goto("/catalog/default/component/quote-wroker");
    await expect(page.getByRole("heading", { level: 1, name: "There is no quote-wroker" })).toBeVisible();
    await expect(page).toHaveTitle("Not found · Callboard");
    await expectAccessible(page);
    await page.getByRole("link", { name: "Look for the name" }).click();
    await expect(page).toHaveURL("/catalog?q=quote-wroker");
  });

  test("an unknown page says so and leads on", async ({ page }) => {
    await page.goto("/no-such-page");
    await expect(page.getByRole("heading", { level: 1, name: "There is no such page" })).toBeVisible();
    await expect(page.getByRole("main")).toMatchAriaSnapshot({ name: "not-found.aria.yml" });
    await expectAccessible(page);
    await page.getByRole("link", { name: "Open the catalog" }).click();
    await expect(page).toHaveURL("/catalog");
  });
});
