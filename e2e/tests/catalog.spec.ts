// Journeys through the catalog table: find, filter, sort, open, go back.
import { expect, expectAccessible, test } from "../fixtures/test.ts";
import { CatalogScreen } from "../fixtures/catalog.ts";

test("the catalog opens with the components", async ({ page }) => {
  const catalog = new CatalogScreen(page);
  await page.goto("/");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Catalog" }).click();
  await expect(page).toHaveURL("/catalog");
  await expect(catalog.heading("Components")).toBeVisible();
  await expect(page).toHaveTitle("Components · Callboard");
  await expect(catalog.row("bill-of-lading")).toBeVisible();
  await expect(catalog.filters).toMatchAriaSnapshot({ name: "filters.aria.yml" });
});

test("facets, text and order narrow the table, and the address holds them all", async ({ page }) => {
  const catalog = new CatalogScreen(page);
  await page.goto("/catalog");
  await catalog.choose("Lifecycle", "Deprecated");
  await expect(page).toHaveURL("/catalog?lifecycle=deprecated");
  await expect(catalog.row("label-printer")).toBeVisible();
  await expect(catalog.row("quote-worker")).toBeHidden();

  await catalog.choose("Type", "Data pipeline");
  await expect(page).toHaveURL("/catalog?lifecycle=deprecated&type=data-pipeline");
  await expect.poll(() => catalog.names()).toEqual(["payments-batch"]);
  // A facet does not narrow itself: other stages can still be added.
  await expect(catalog.facet("Lifecycle").getByRole("checkbox", { name: /Production/ })).toBeVisible();

  await page.reload();
  await expect.poll(() => catalog.names()).toEqual(["payments-batch"]);
  await page.getByRole("button", { name: "Remove type filter" }).click();
  await page.getByRole("button", { name: "Remove lifecycle filter" }).click();
  await expect(page).toHaveURL("/catalog");

  await catalog.textFilter.fill("hazardous");
  await expect(page).toHaveURL("/catalog?q=hazardous");
  await expect(catalog.row("hazmat-rules")).toBeVisible();
  await expect(catalog.row("label-printer")).toBeHidden();
  await catalog.textFilter.fill("");
  await expect(page).toHaveURL("/catalog");

  await catalog.sortBy("Owner");
  await expect(page).toHaveURL("/catalog?sort=owner");
  await expect(catalog.header("Owner")).toHaveAttribute("aria-sort", "ascending");
  await expect(catalog.row("claims-intake")).toHaveAttribute("aria-rowindex", "2");
  await catalog.sortBy("Owner");
  await expect(page).toHaveURL("/catalog?sort=-owner");
  await expect(catalog.header("Owner")).toHaveAttribute("aria-sort", "descending");
});

test("another kind has its own columns, and Back returns to the first", async ({ page }) => {
  const catalog = new CatalogScreen(page);
  await page.goto("/catalog?q=booking");
  await page.getByRole("button", { name: "Switch kind" }).click();
  await page.getByRole("menuitemradio", { name: /^APIs/ }).click();
  await expect(page).toHaveURL("/catalog?kind=api&q=booking");
  await expect(catalog.heading("APIs")).toBeVisible();
  await expect(catalog.row("bookings-v4")).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL("/catalog?q=booking");
  await expect(catalog.row("booking-web")).toBeVisible();
});

for (const kind of ["api", "resource", "system", "domain", "group", "user", "template", "location", "airesource", "all"]) {
  test(`the kind ${kind} opens and passes the accessibility audit`, async ({ page }) => {
    const catalog = new CatalogScreen(page);
    await page.goto(`/catalog?kind=${kind}`);
    await expect(catalog.grid.locator("td.name").getByRole("link").first()).toBeVisible();
    await expectAccessible(page);
  });
}

test("an entity opens from the table, and Back restores scroll, active row and focus", async ({ page }) => {
  const catalog = new CatalogScreen(page);
  await page.setViewportSize({ width: 1440, height: 600 });
  await page.goto("/catalog?kind=all");
  const target = await catalog.scrollToRow("quote-worker");
  const offset = await catalog.scroller.evaluate((scroller) => scroller.scrollTop);
  await target.getByRole("link", { name: "quote-worker" }).click();
  await expect(page).toHaveURL("/catalog/default/component/quote-worker");
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();

  await page.goBack();
  await expect(target).toBeVisible();
  await expect(target).toHaveAttribute("data-active", "");
  await expect(catalog.grid).toBeFocused();
  await expect.poll(() => catalog.scroller.evaluate((scroller) => scroller.scrollTop)).toBe(offset);
});

test("nothing matches: the page names the filter to remove", async ({ page }) => {
  const catalog = new CatalogScreen(page);
  await page.goto("/catalog?lifecycle=production&q=nothing-like-this");
  await expect(page.getByRole("heading", { name: "No components match" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Remove “nothing-like-this”" }).click();
  await expect(page).toHaveURL("/catalog?lifecycle=production");
  await expect(catalog.row("quote-worker")).toBeVisible();
});

test("facets stay where they are while a text finds nothing", async ({ page }) => {
  const catalog = new CatalogScreen(page);
  await page.goto("/catalog");
  const types = catalog.facet("Type").getByRole("listitem");
  await expect(types.first()).toHaveText(/^Service[1-9]/);
  const nTypes = await types.count();
  await catalog.textFilter.fill("qqqqqq");
  await expect(page.getByText(/^None of the \d+ components matches\. /)).toBeVisible();
  await expect(types.first()).toHaveText("Service0");
  await expect(types).toHaveCount(nTypes);
  await expectAccessible(page);
  await catalog.textFilter.fill("");
  await expect(types.first()).toHaveText(/^Service[1-9]/);
});

test("what the address asks for and the page does not know is said, kept and does no harm", async ({ page }) => {
  const catalog = new CatalogScreen(page);
  await page.goto("/catalog?flag=kept&sort=colour&cols=owner,shape");
  await expect(page.getByText("The order “colour” is ignored")).toBeVisible();
  await expect(page.getByText("The column “shape” is ignored")).toBeVisible();
  await catalog.choose("Type", "Library");
  await expect(page).toHaveURL("/catalog?cols=owner&flag=kept&type=library");
});

test("what is typed into a facet can be taken away, however few values are left", async ({ page }) => {
  const catalog = new CatalogScreen(page);
  await page.goto("/catalog");
  const find = catalog.facet("Owner").getByRole("searchbox");
  await find.fill("freight");
  await catalog.choose("Type", "Mobile app");
  await expect(catalog.facet("Lifecycle").getByRole("listitem")).toHaveCount(2);
  await expect(find).toHaveValue("freight");
  await find.fill("");
  await expect(catalog.facet("Owner").getByRole("listitem")).not.toHaveCount(0);
  await expect(find).toHaveCount(0);
});
