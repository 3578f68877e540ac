// Journeys over the APIs, the domains and the organisation.
import { readFile, writeFile } from "node:fs/promises";
import type { Page, Route } from "@playwright/test";
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

test("a view that is saved on the page of APIs is one of APIs, there and in the catalog", async ({ page, ownPortal }) => {
  await page.goto(`${ownPortal.url}/apis?type=asyncapi`);
  await page.getByRole("button", { name: "Save as view" }).click();
  await page.getByRole("dialog", { name: "Save this view" }).getByRole("textbox", { name: "Name" }).fill("Events");
  const saved = page.waitForResponse((answer) => answer.request().method() === "PUT" && answer.url().includes("/buckets/callboard.savedViews/"));
  await page.keyboard.press("Enter");
  const tab = page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: /^Events/ });
  await expect(tab).toHaveAttribute("aria-current", "page");
  expect((await saved).ok()).toBe(true);
  await tab.click();
  await expect(page).toHaveURL(`${ownPortal.url}/catalog?kind=api&type=asyncapi`);
  await expect(page.getByRole("heading", { level: 1, name: "APIs" })).toBeVisible();
  await expect(page.getByRole("grid").getByRole("link", { name: "shipment-events" })).toBeVisible();
  await expect(tab).toHaveAttribute("aria-current", "page");
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

test("the focus stays in a domain while the catalog changes", async ({ page, ownPortal }) => {
  await page.goto(`${ownPortal.url}/explore`);
  const fleet = page.getByRole("table", { name: "Systems of Network" }).getByRole("link", { name: "Fleet", exact: true });
  await fleet.focus();
  const file = ownPortal.example("systems/depots/catalog-info.yaml");
  await writeFile(file, (await readFile(file, "utf8")).replace("title: Depots", "title: Depots and yards"));
  await expect(page.getByRole("table").getByRole("link", { name: "Depots and yards", exact: true })).toBeVisible();
  await expect(fleet).toBeFocused();
});

const PEOPLE = "**/api/catalog/entities/by-query";

/** Answers with a part of a thousand people who are in no file. */
function answerPeople(route: Route): Promise<void> {
  const { offset = 0 } = route.request().postDataJSON() as { offset?: number };
  const person = (_: unknown, index: number) => ({
    apiVersion: "backstage.io/v1alpha1",
    kind: "User",
    metadata: { name: `person-${offset + index}`, namespace: "default" },
    spec: { profile: { displayName: `Person ${offset + index}` } },
  });
  return route.fulfill({ json: { items: Array.from({ length: 100 }, person), totalItems: 1_000, pageInfo: {} } });
}

/** The list of people. */
function peopleOf(page: Page) {
  const list = page.getByRole("region", { name: "People", exact: true });
  return {
    list,
    person: (index: number) => list.getByRole("link", { name: `Person ${index}`, exact: true }),
    scrollTo: (index: number) => list.evaluate((scroller, top) => scroller.scrollTo(0, top), index * 56),
  };
}

test("people in sight come, also when too many others were on their way", async ({ page }) => {
  const held: Route[] = [];
  let isHolding = false;
  await page.route(PEOPLE, async (route) => {
    if (isHolding) held.push(route);
    else await answerPeople(route);
  });
  await page.goto("/organisation");
  const { list, person, scrollTo } = peopleOf(page);
  await expect(person(0)).toBeVisible();
  isHolding = true;
  for (const [n_held, index] of [150, 250, 350].entries()) {
    await scrollTo(index);
    await expect.poll(() => held.length).toBe(n_held + 1);
  }
  await scrollTo(950);
  await expect(list.locator("li[aria-posinset='951'] .skeleton")).toBeVisible();
  isHolding = false;
  await Promise.all(held.map(answerPeople));
  await expect(person(950)).toBeVisible();
});

test("on a phone the page itself scrolls through the people", async ({ page }) => {
  await page.setViewportSize({ width: 375, height: 812 });
  await page.route(PEOPLE, answerPeople);
  await page.goto("/organisation");
  const { list, person } = peopleOf(page);
  await expect(person(0)).toBeAttached();
  const overhang = await list.evaluate((element) => element.scrollHeight - element.clientHeight);
  expect(overhang, "the list scrolls by itself").toBeLessThanOrEqual(1);
  await list.evaluate((element) => window.scrollBy(0, element.getBoundingClientRect().top + 500 * 56));
  await expect(person(500)).toBeVisible();
  await expect(person(0)).toHaveCount(0);
});

test.describe("people do not come", () => {
  test.use({ allowedConsoleErrors: /Failed to load resource/ });

  test("rows that are missing can be asked for, and those of one group do not stand for another", async ({ page }) => {
    let isRefusing = false;
    await page.route(PEOPLE, (route) => (isRefusing ? route.fulfill({ status: 500, body: "" }) : answerPeople(route)));
    await page.goto("/organisation");
    const { list, person, scrollTo } = peopleOf(page);
    await expect(person(0)).toBeVisible();
    isRefusing = true;
    await scrollTo(150);
    const alert = page.getByRole("main").getByRole("alert");
    await expect(alert).toHaveText("Some rows did not load");
    await expectAccessible(page);
    isRefusing = false;
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(person(150)).toBeVisible();
    await expect(alert).toHaveCount(0);

    isRefusing = true;
    await page.getByRole("tree", { name: "Groups" }).getByRole("treeitem", { name: /^Freight Booking,/ }).click();
    await expect(alert).toContainText("The people did not load");
    await expect(list).toHaveCount(0);
    isRefusing = false;
    await alert.getByRole("button", { name: "Try again" }).click();
    await expect(person(0)).toBeVisible();
  });
});
