// Journeys over the APIs, the domains and the organisation.
import { expect, expectAccessible, test } from "../fixtures/test.ts";

test("the page of APIs is the catalog of one kind, and its filters are in its address", async ({ page }) => {
  // All usual columns have room.
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto("/");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "APIs" }).click();
  await expect(page).toHaveURL("/apis");
  await expect(page.getByRole("heading", { level: 1, name: "APIs" })).toBeFocused();
  const grid = page.getByRole("grid");
  for (const column of ["Name", "Owner", "System", "Type", "Lifecycle"]) {
    await expect(grid.getByRole("columnheader", { name: column })).toBeVisible();
  }
  await expect(page.getByRole("checkbox", { name: /^AsyncAPI/ })).toBeVisible();
  await expect(page.getByRole("complementary", { name: "Filters" })).toMatchAriaSnapshot({ name: "apis-filters.aria.yml" });
  await page.getByRole("checkbox", { name: /^AsyncAPI/ }).click();
  await expect(page).toHaveURL("/apis?type=asyncapi");
  await expect(grid.getByRole("link", { name: "shipment-events" })).toBeVisible();
  await expect(grid.getByRole("link", { name: "bookings-v4" })).toHaveCount(0);
  await grid.getByRole("link", { name: "shipment-events" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Shipment events" })).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL("/apis?type=asyncapi");
});

test("domains show their systems with counts that lead to the catalog, from a handful of requests", async ({ page }) => {
  const requests: string[] = [];
  page.on("request", (request) => {
    if (/\/api\/catalog\/entit/.test(request.url())) requests.push(request.url());
  });
  await page.goto("/explore");
  const network = page.getByRole("table", { name: "Systems of Network" });
  await expect(network.getByRole("link", { name: "Fleet", exact: true })).toBeVisible();
  expect(requests.length, "requests").toBeLessThanOrEqual(8);
  await expect(page.getByRole("group").filter({ hasText: "Trade compliance" }).first()).toBeVisible();
  await expect(page.getByRole("main").getByRole("link", { name: "Operations", exact: true }).first()).toBeVisible();
  await expect(page.getByRole("main")).toMatchAriaSnapshot({ name: "explore.aria.yml" });

  await page.getByRole("searchbox", { name: "Filter domains and systems" }).fill("customs");
  await expect(page).toHaveURL("/explore?q=customs");
  await expect(network).toHaveCount(0);
  const row = page.getByRole("row").filter({ has: page.getByRole("link", { name: "Customs", exact: true }) });
  await row.getByRole("link", { name: /components? of customs/ }).click();
  await expect(page).toHaveURL(/\/catalog\?system=customs$/);
});

test("domains are filtered, folded and opened by keyboard alone", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.keyboard.press("g");
  await page.keyboard.press("e");
  await expect(page).toHaveURL("/explore");
  await expect(page.getByRole("table", { name: "Systems of Freight" })).toBeVisible();
  await page.keyboard.press("/");
  await page.keyboard.type("freight");
  await expect(page.getByRole("table", { name: "Systems of Network" })).toHaveCount(0);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("table", { name: "Systems of Freight" })).toBeHidden();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("table", { name: "Systems of Freight" })).toBeVisible();
});

test("a group is chosen in the tree, its people are listed and found, and the address says all of it", async ({ page }) => {
  await page.goto("/organisation");
  const tree = page.getByRole("tree", { name: "Groups" });
  const everyone = page.getByRole("heading", { level: 2, name: /^\d+ people$/ });
  await expect(everyone).toBeVisible();
  await tree.getByRole("treeitem", { name: /^Freight Booking,/ }).click();
  await expect(page).toHaveURL("/organisation?group=freight-booking");
  const people = page.getByRole("region", { name: "People", exact: true });
  await expect(people.getByRole("link", { name: "Ines Okafor" })).toBeVisible();
  await expect(people.getByRole("link", { name: "Margit Holm" })).toHaveCount(0);
  await expect(page.getByRole("link", { name: /^Owns \d+ entities$/ })).toHaveAttribute("href", "/catalog?kind=all&owner=freight-booking");
  await expect(page.getByRole("main")).toMatchAriaSnapshot({ name: "organisation.aria.yml" });

  await page.getByRole("button", { name: "Show everyone" }).click();
  await page.getByRole("searchbox", { name: "Find people by name or email" }).fill("margit");
  await expect(page).toHaveURL("/organisation?q=margit");
  await expect(page.getByRole("heading", { level: 2, name: "1 person" })).toBeVisible();
  await page.reload();
  await people.getByRole("link", { name: "Margit Holm" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Margit Holm" })).toBeVisible();
});

test("the tree of groups is walked by keyboard alone", async ({ page }) => {
  await page.goto("/organisation");
  const tree = page.getByRole("tree", { name: "Groups" });
  const item = (name: string) => tree.getByRole("treeitem", { name: new RegExp(`^${name},`) });
  await item("Larkspur").focus();
  await page.keyboard.press("ArrowDown");
  await expect(item("Checkout Guild")).toBeFocused();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowLeft");
  await expect(item("Larkspur")).toHaveAttribute("aria-expanded", "false");
  await expect(item("Freight")).toHaveCount(0);
  await page.keyboard.press("ArrowRight");
  await expect(item("Freight")).toBeVisible();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/group=checkout-guild$/);
  await expect(item("Checkout Guild")).toHaveAttribute("aria-selected", "true");
  await expectAccessible(page);
});
