// Journeys over the page of results.
import type { Page } from "@playwright/test";
import { expect, expectAccessible, test } from "../fixtures/test.ts";

function search(page: Page) {
  const results = page.getByRole("list", { name: "Results" });
  return {
    field: page.getByRole("searchbox", { name: "Search", exact: true }),
    results,
    result: (name: string) => results.getByRole("heading").getByRole("link", { name, exact: true }),
    item: (text: string) => results.getByRole("listitem").filter({ hasText: text }),
    sorts: page.getByRole("navigation", { name: "Result type" }),
    refine: page.getByRole("complementary", { name: "Refine" }),
    chips: page.getByRole("group", { name: "Filters in use" }),
    /** What people who hear the page are told. */
    said: page.locator("[aria-live=polite]").first(),
  };
}

test("typing finds, marks and announces, with one request for what was typed", async ({ page }) => {
  const { field, results, result, item, said } = search(page);
  const asked: string[] = [];
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.pathname === "/api/search/query") asked.push(url.searchParams.get("term") ?? "");
  });
  await page.goto("/search");
  await expect(field).toBeFocused();
  await expect(page.getByRole("heading", { level: 2, name: "Search everything" })).toBeVisible();
  expect(asked).toEqual([]);

  await page.keyboard.type("booking");
  await expect(result("Booking API")).toBeVisible();
  await expect(page).toHaveURL("/search?query=booking");
  await expect(page).toHaveTitle("booking · Search · Callboard");
  await expect(results.locator("mark").first()).toHaveText(/^booking/i);
  await expect(said).toHaveText(/^\d+ results for booking$/);
  await expect(field).toBeFocused();
  expect(asked.at(-1)).toBe("booking");
  // A machine that stalls pauses, too; without a pause there would be seven.
  expect(asked.length, asked.join(", ")).toBeLessThanOrEqual(4);

  // Where a word stands only in what is not shown, the line says so.
  await field.fill("kafka");
  await expect(item("Booking outbox")).toContainText("Found in tags: rust, kafka, on-call");
  await expect(item("Booking outbox").locator("mark")).toHaveText(["kafka"]);
});

test("filters narrow the results, are in the address, and are taken away one by one", async ({ page }) => {
  const { result, refine, chips } = search(page);
  await page.goto("/search?query=booking");
  await expect(result("Booking events")).toBeVisible();
  await refine.getByRole("checkbox", { name: /^Component \d+$/ }).click();
  await expect(page).toHaveURL("/search?query=booking&filters%5Bkind%5D=Component");
  await expect(result("Booking events")).toHaveCount(0);
  await expect(result("Booking API")).toBeVisible();
  // The other kinds are still counted.
  await expect(refine.getByRole("checkbox", { name: /^API \d+$/ })).toBeVisible();

  // An owner that is written in full here and in short there is one choice.
  await refine.getByRole("checkbox", { name: /^freight-booking \d+$/ }).click();
  await expect(page).toHaveURL(/filters%5Bowner%5D%5B%5D=freight-booking&filters%5Bowner%5D%5B%5D=group:default%2Ffreight-booking/);
  await expect(result("Halden booking API")).toBeVisible();
  await expect(result("Sanctions screening")).toHaveCount(0);
  await expect(chips.getByRole("button")).toHaveText(["", "", "Clear filters"]);

  await chips.getByRole("button", { name: "Remove kind filter Component" }).click();
  await expect(result("Booking events")).toBeVisible();
  await expect(chips).not.toContainText("Component");
  await refine.getByRole("radio", { name: "Past month" }).click();
  await expect(page).toHaveURL(/&changed=month$/);
  await expect(chips).toContainText("Past month");
  await expect(result("Booking API")).toBeVisible();
  await chips.getByRole("button", { name: "Clear filters" }).click();
  await expect(page).toHaveURL("/search?query=booking");
  await expect(chips).toHaveCount(0);

  await refine.getByRole("button", { name: "Show more tags" }).click();
  await expect(refine.getByRole("group", { name: "Tag", exact: true }).getByRole("checkbox").nth(6)).toBeVisible();
});

test("sorts of results and finished searches are steps of the history", async ({ page }) => {
  const { field, result, sorts } = search(page);
  await page.goto("/search");
  await field.fill("booking");
  await page.keyboard.press("Enter");
  await expect(result("Booking API")).toBeVisible();
  await sorts.getByRole("link", { name: /^API operations \d+$/ }).click();
  await expect(page).toHaveURL("/search?query=booking&types%5B%5D=api-operation");
  await expect(result("POST /bookings")).toBeVisible();
  await expect(result("Booking API")).toHaveCount(0);
  await expect(sorts.getByRole("link", { name: /^API operations/ })).toHaveAttribute("aria-current", "page");
  await expect(sorts.getByRole("link", { name: /^Docs/ })).toBeHidden();
  await page.goBack();
  await expect(page).toHaveURL("/search?query=booking");
  await expect(result("Booking API")).toBeVisible();

  await field.fill("ledger");
  await page.keyboard.press("Enter");
  await expect(result("Ledger")).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL("/search?query=booking");
  await expect(field).toHaveValue("booking");
  await expect(result("Booking API")).toBeVisible();
  await page.goForward();
  await expect(field).toHaveValue("ledger");
  await expect(result("Ledger")).toBeVisible();
});

test("a link from Backstage finds the same", async ({ page }) => {
  const { field, result, refine, sorts, chips } = search(page);
  await page.goto("/search?query=booking&types[]=software-catalog&filters[kind]=Component&filters[lifecycle][]=production&utm=x");
  await expect(result("Booking API")).toBeVisible();
  await expect(result("Booking portal (2014)")).toHaveCount(0);
  await expect(field).toHaveValue("booking");
  await expect(refine.getByRole("checkbox", { name: /^Production \d+$/ })).toBeChecked();
  await expect(sorts.getByRole("link", { name: /^Catalog \d+$/ })).toHaveAttribute("aria-current", "page");
  await expect(chips).toContainText("Component");
  await page.goto("/search?term=booking&types[0]=software-catalog&filters[lifecycle][0]=deprecated");
  await expect(result("Booking portal (2014)")).toBeVisible();
  await expect(result("Booking API")).toHaveCount(0);
});

test("a typo finds all the same, and the right spelling is offered", async ({ page }) => {
  const { field, result } = search(page);
  await page.goto("/search?query=legder");
  await expect(result("Ledger")).toBeVisible();
  await page.getByText("Did you mean").getByRole("link", { name: "ledger", exact: true }).click();
  await expect(page).toHaveURL("/search?query=ledger");
  await expect(field).toHaveValue("ledger");
  await expect(page.getByText("Did you mean")).toHaveCount(0);
});

test("where nothing is found, the page says what may help", async ({ page }) => {
  const { said } = search(page);
  await page.goto("/search?query=qwxyzq&filters[kind]=Component");
  await expect(page.getByRole("heading", { level: 2, name: "Nothing found for “qwxyzq”" })).toBeVisible();
  await expect(said).toHaveText("No results for qwxyzq");
  await expectAccessible(page);
  // What is chosen stays in view.
  await expect(search(page).refine.getByRole("checkbox", { name: "Component 0" })).toBeChecked();
  await page.getByRole("link", { name: "Remove the filters" }).click();
  await expect(page).toHaveURL("/search?query=qwxyzq");
  await expect(page.getByRole("link", { name: "Register a repository" })).toHaveAttribute("href", "/register");
  await expect(page.getByRole("link", { name: "Remove the filters" })).toHaveCount(0);
});

test("an operation leads to its place in the definition, and Back to where the reader was", async ({ page }) => {
  const { field, result, item } = search(page);
  await page.goto("/search");
  await field.fill("bookingCancel");
  const operation = "DELETE /bookings/{booking_id}";
  await expect(item(operation).getByRole("link", { name: "Bookings v4" })).toHaveAttribute("href", "/catalog/default/api/bookings-v4");
  await result(operation).click();
  await expect(page).toHaveURL("/catalog/default/api/bookings-v4/definition#op-bookingCancel");
  await expect(page.locator("#op-bookingCancel")).toBeInViewport();
  await page.goBack();
  await expect(field).toHaveValue("bookingCancel");
  await expect(result(operation)).toBeFocused();
});

test("search, walk, open and come back by keyboard alone", async ({ page }) => {
  const { field, result, results, said } = search(page);
  const keys = page.keyboard;
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await keys.press("Control+k");
  await keys.type("> search everything");
  await expect(page.getByRole("option", { name: /Search everything/ })).toBeVisible();
  await keys.press("Enter");
  await expect(page).toHaveURL("/search");
  await expect(field).toBeFocused();
  await keys.type("kafka");
  await expect(said).toHaveText(/ for kafka$/);
  await keys.press("ArrowDown");
  const links = results.getByRole("heading").getByRole("link");
  await expect(links.first()).toBeFocused();
  await keys.press("ArrowDown");
  await keys.press("j");
  await expect(links.nth(2)).toBeFocused();
  await keys.press("k");
  await keys.press("ArrowUp");
  await expect(links.first()).toBeFocused();
  await keys.press("ArrowUp");
  await expect(field).toBeFocused();
  // Letters are letters there.
  await keys.type(" zj");
  await expect(page.getByRole("heading", { level: 2, name: "Nothing found for “kafka zj”" })).toBeVisible();
  await keys.press("Escape");
  await expect(page).toHaveURL("/search");
  await expect(page.getByRole("heading", { level: 2, name: "Search everything" })).toBeVisible();

  await keys.type("quote worker");
  await keys.press("Enter");
  await expect(said).toHaveText(/ for quote worker$/);
  await keys.press("ArrowDown");
  await expect(result("Quote worker")).toBeFocused();
  await keys.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Quote worker" })).toBeFocused();
  await page.goBack();
  await expect(result("Quote worker")).toBeFocused();
  await keys.press("/");
  await expect(field).toBeFocused();
  await keys.press("Tab");
  await keys.press("?");
  const shortcuts = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(shortcuts.getByText("Next and previous result")).toBeVisible();
});

test("pages follow each other and begin at their top", async ({ page }) => {
  const { results, result, said } = search(page);
  await page.goto("/search?query=booking");
  const pages = page.getByRole("navigation", { name: "Pages" });
  await expect(pages).toContainText("Page 1 of 2");
  await pages.getByRole("link", { name: "Next page" }).click();
  await expect(page).toHaveURL("/search?query=booking&pageCursor=MQ%3D%3D");
  await expect(pages).toContainText("Page 2 of 2");
  await expect(result("Booking API")).toHaveCount(0);
  await expect(results).toBeFocused();
  await expect(said).toHaveText(/results for booking, page 2 of 2$/);
  expect(await page.evaluate(() => window.scrollY)).toBe(0);
  await page.reload();
  await expect(pages).toContainText("Page 2 of 2");
  await pages.getByRole("link", { name: "Previous page" }).click();
  await expect(page).toHaveURL("/search?query=booking");
  await expect(result("Booking API")).toBeVisible();
});

test("a search that is too long is cut, and the page says so", async ({ page }) => {
  const { field } = search(page);
  await page.goto("/search");
  await expect(field).toBeFocused();
  await page.keyboard.insertText("x".repeat(150));
  await expect(page.getByText("A search has at most 100 characters.")).toBeVisible();
  await expect(page.getByRole("heading", { level: 2, name: /^Nothing found for “x{100}”$/ })).toBeVisible();
  await expect(field).toHaveValue("x".repeat(100));
  const overhang = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overhang, "the page scrolls sideways").toBeLessThanOrEqual(0);
});

test("on a phone the filters are in a drawer, and nothing is wider than the screen", async ({ page }) => {
  const { result, refine, chips } = search(page);
  await page.setViewportSize({ width: 375, height: 812 });
  await page.goto("/search?query=booking&filters[kind]=Component");
  await expect(result("Booking API")).toBeVisible();
  await expect(refine).toBeHidden();
  await page.getByRole("button", { name: /^Filters/ }).click();
  const drawer = page.getByRole("dialog", { name: "Filters" });
  await drawer.getByRole("checkbox", { name: /^Deprecated \d+$/ }).click();
  await drawer.getByRole("radio", { name: "Past year" }).click();
  await expect(drawer.getByRole("radio", { name: "Past year" })).toBeChecked();
  await expect(drawer.getByRole("radio", { name: "Any time" })).not.toBeChecked();
  await expectAccessible(page);
  await drawer.getByRole("button", { name: "Close" }).click();
  await expect(result("Booking portal (2014)")).toBeVisible();
  await expect(result("Booking API")).toHaveCount(0);
  await expect(chips).toContainText("Past year");
  const overhang = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overhang, "the page scrolls sideways").toBeLessThanOrEqual(0);
  await expectAccessible(page);
});

test("the page has its parts in order and breaks no rule of accessibility", async ({ page }) => {
  const { result, refine } = search(page);
  // When things changed depends on when the test runs.
  await page.route("**/api/search/query**", async (route) => {
    const response = await route.fetch();
    const answer = await response.json();
    for (const found of answer.results) delete found.changedAt;
    await route.fulfill({ response, json: answer });
  });
  await page.goto("/search?query=quote+worker");
  await expect(result("Quote worker")).toBeVisible();
  await expect(refine.getByRole("checkbox", { name: "Component 1" })).toBeVisible();
  await expectAccessible(page);
  await expect(page.getByRole("main")).toMatchAriaSnapshot({ name: "search.aria.yml" });
});

test("what the engine lacks is told, and a hostile answer stays text", async ({ page }) => {
  const { results, result } = search(page);
  let isLimited = true;
  await page.route("**/api/search/query**", async (route) => {
    const response = await route.fetch();
    const answer = await response.json();
    if (isLimited) answer.limitation = { reason: "index-incomplete", message: "The search index is being brought up to date." };
    const [first, second, third] = answer.results;
    first.highlight = { preTag: "<b>", postTag: "</b>", fields: { title: "<b><img src=x onerror=alert(1)></b> <b>", text: "</b><script>" } };
    second.document.location = "javascript:alert(1)";
    third.document.location = "//elsewhere.example";
    await route.fulfill({ response, json: answer });
  });
  await page.goto("/search?query=ledger");
  await expect(page.getByRole("status").filter({ hasText: "The search index is being brought up to date." })).toBeVisible();
  await expect(result("<img src=x onerror=alert(1)>")).toBeVisible();
  await expect(results.locator("img, script")).toHaveCount(0);
  await expect(results.getByRole("listitem")).toHaveCount(5);
  // It asks again by itself.
  isLimited = false;
  await expect(page.getByText("The search index is being brought up to date.")).toHaveCount(0);
});

test.describe("a server that fails", () => {
  test.use({ allowedConsoleErrors: /Failed to load resource/ });

  test("is told of with a way to try again, and old results are not taken for new ones", async ({ page }) => {
    const { field, result } = search(page);
    await page.goto("/search?query=booking");
    await expect(result("Booking API")).toBeVisible();
    await page.route("**/api/search/query**", (route) =>
      route.fulfill({ status: 500, json: { error: { name: "Error", message: "there was a problem performing the search query" }, response: { statusCode: 500 } } }),
    );
    await field.fill("ledger");
    const alert = page.getByRole("alert");
    await expect(alert).toContainText("There was a problem performing the search query.");
    await expect(result("Booking API")).toHaveCount(0);
    await expectAccessible(page);
    await page.unroute("**/api/search/query**");
    await alert.getByRole("button", { name: "Try again" }).click();
    await expect(result("Ledger")).toBeVisible();
  });
});
