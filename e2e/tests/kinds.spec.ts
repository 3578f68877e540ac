// What the pages of each kind tell beyond what every entity has.
import { writeFile } from "node:fs/promises";
import { expect, expectAccessible, test } from "../fixtures/test.ts";

test("a system lists its components, APIs and resources with owner and lifecycle", async ({ page }) => {
  await page.goto("/catalog/default/system/booking");
  const main = page.getByRole("main");
  const components = main.getByRole("table", { name: "Components" });
  await expect(components.getByRole("row").filter({ has: page.getByRole("link", { name: "Booking API", exact: true }) })).toContainText("freight-booking");
  await expect(components.getByRole("columnheader")).toHaveText(["Name", "Type", "Owner", "Lifecycle"]);
  await expect(main.getByRole("table", { name: "APIs" }).getByRole("link", { name: "Bookings v4" })).toBeVisible();
  await expect(main.getByRole("table", { name: "Resources" }).getByRole("link", { name: "Bookings database" })).toBeVisible();
  await main.getByRole("link", { name: /^APIs/ }).click();
  await expect(main.getByRole("table", { name: "APIs of this system" }).getByRole("row").filter({ hasText: "Bookings v4" })).toContainText("OpenAPI");
});

test("a domain leads to its systems and to the domains below it", async ({ page }) => {
  await page.goto("/catalog/default/domain/network");
  const main = page.getByRole("main");
  const systems = main.getByRole("table", { name: "Systems" });
  await expect(systems.getByRole("link").first()).toBeVisible();
  // Systems have no lifecycle, and what no row has is no column.
  await expect(systems.getByRole("columnheader")).toHaveText(["Name", "Type", "Owner"]);
  await main.getByRole("table", { name: "Subdomains" }).getByRole("link", { name: "Trade compliance" }).click();
  await expect(page).toHaveURL("/catalog/default/domain/trade-compliance");
});

test("an API names who provides and who consumes it", async ({ page }) => {
  await page.goto("/catalog/default/api/bookings-v4");
  const main = page.getByRole("main");
  await expect(main.getByRole("table", { name: "Providers" }).getByRole("link", { name: "Booking API" })).toBeVisible();
  await expect(main.getByRole("table", { name: "Consumers" }).getByRole("row").nth(1)).toBeVisible();
  await expect(main.getByRole("banner").or(main.locator("header")).first()).toContainText("Provided by");
});

test("a template tells what it asks for and what it does", async ({ page }) => {
  await page.goto("/catalog/default/template/rust-service");
  await expect(page.getByRole("region", { name: "What it asks for" })).toContainText("What it is called and what it is for.");
  await expect(page.getByRole("region", { name: "What it does" }).getByRole("listitem").first()).toContainText("fetch:template");
});

test("a location tells where it points and what came from there", async ({ page }) => {
  await page.goto("/catalog/default/location/larkspur");
  const targets = page.getByRole("region", { name: "Targets" });
  await expect(targets.getByRole("listitem").filter({ hasText: "domains.yaml" })).toContainText("5 entities");
  await expect(targets.getByRole("table", { name: "What it brought in" }).getByRole("link", { name: "Trade compliance" })).toBeVisible();
});

test("a person owns through groups, and the numbers lead to the catalog", async ({ page }) => {
  await page.goto("/catalog/default/user/ines.okafor");
  const owned = page.getByRole("region", { name: "Owns through groups" });
  await owned.getByRole("link", { name: /Components?$/ }).click();
  await expect(page).toHaveURL(/\/catalog\?owner=.*freight-booking/);
  await expect(page.getByRole("grid").getByRole("link", { name: "booking-api", exact: true })).toBeVisible();
});

test.describe("what was just written", () => {
  // It is asked for until it is there.
  test.use({ allowedConsoleErrors: /404/ });

  test("an entity of a kind that the page does not know shows its specification as names and values", async ({ page, ownPortal }) => {
    await writeFile(
      ownPortal.example("acquired/halden.yaml"),
      "apiVersion: backstage.io/v1alpha1\nkind: AiResource\nmetadata: { name: storm }\nspec:\n  type: prompt\n  lifecycle: production\n  owner: customs\n  reviewEvery: 3 months\n  steps: [Call the port, Tell customers]\n  watches: { service: 'component:default/booking-api' }\n",
    );
    await expect(async () => {
      await page.goto(`${ownPortal.url}/catalog/default/airesource/storm`);
      await expect(page.getByRole("region", { name: "Specification" })).toBeVisible({ timeout: 10_000 });
    }).toPass();
    const card = page.getByRole("region", { name: "Specification" });
    await expect(card).toContainText("Review every");
    await expect(card.getByRole("listitem").nth(1)).toHaveText("Tell customers");
    await expect(card.getByRole("link", { name: "Booking API" })).toBeVisible();
    await expectAccessible(page);
  });
});

test.describe("an answer that does not come", () => {
  test.use({ allowedConsoleErrors: /Failed to load resource/ });

  test("what one group owns does not stand for what another one owns", async ({ page }) => {
    const main = page.getByRole("main");
    const owns = main.getByRole("region", { name: "Owns", exact: true });
    await page.goto("/catalog/default/group/freight-booking");
    await expect(owns.getByRole("link").first()).toBeVisible();
    await main.getByRole("region", { name: "Parent and subgroups" }).getByRole("link").first().click();
    await expect(page).not.toHaveURL(/freight-booking$/);
    await expect(owns.getByRole("link").or(owns.getByText("Nothing in the catalog names it as owner.")).first()).toBeVisible();
    await page.route("**/api/catalog/entity-facets?**", (route) => route.fulfill({ status: 500, body: "" }));
    await page.goBack();
    await expect(page).toHaveURL(/freight-booking$/);
    await expect(owns.getByRole("alert")).toContainText("What is owned was not counted");
    await expect(owns.getByRole("link")).toHaveCount(0);
  });
});
