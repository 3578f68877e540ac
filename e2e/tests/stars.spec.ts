// Stars: at once, kept by the server, the same in every browser.
import type { Page, Route } from "@playwright/test";
import { expect, expectAccessible, test } from "../fixtures/test.ts";
import { starComponent } from "../fixtures/stars.ts";
import { CatalogScreen } from "../fixtures/catalog.ts";

test("a star set by key or button shows everywhere, stays, and is there in another browser", async ({ page, ownPortal, browser }) => {
  const catalog = new CatalogScreen(page);
  const starred = page.getByRole("navigation", { name: "Starred" });
  await page.goto(`${ownPortal.url}/catalog/default/component/booking-api`);
  const star = page.getByRole("main").getByRole("button", { name: "Star booking-api" });
  await expect(star).toHaveAttribute("aria-pressed", "false");
  await page.keyboard.press("s");
  await expect(star).toHaveAttribute("aria-pressed", "true");
  await expect(starred.getByRole("link", { name: "Booking API" })).toBeVisible();
  await expectAccessible(page);

  await page.goto(`${ownPortal.url}/catalog`);
  await expect(catalog.row("booking-api").getByRole("button", { name: "Star booking-api" })).toHaveAttribute("aria-pressed", "true");
  await catalog.row("booking-outbox").hover();
  await catalog.row("booking-outbox").getByRole("button", { name: "Star booking-outbox" }).click();
  await expect(starred.getByRole("link")).toHaveText(["Booking API", "Booking outbox"]);
  // The server has the star a moment later.
  await expect(async () => {
    const other = await browser.newContext();
    const fresh = await other.newPage();
    await fresh.goto(`${ownPortal.url}/`);
    const links = fresh.getByRole("navigation", { name: "Starred" }).getByRole("link");
    await expect(links).toHaveText(["Booking API", "Booking outbox"], { timeout: 10_000 }).finally(() => other.close());
  }).toPass({ timeout: 60_000 });

  await page.reload();
  await expect(starred.getByRole("link")).toHaveText(["Booking API", "Booking outbox"]);
  await catalog.grid.focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("s");
  await expect(starred.getByRole("link")).toHaveCount(3);
  await page.keyboard.press("s");
  await expect(starred.getByRole("link")).toHaveCount(2);
});

test("stars whose request is still on its way when the page is left are not lost", async ({ page, ownPortal }) => {
  // Each page is left before its star is saved.
  await page.route("**/api/user-settings/multiget", async (route) => {
    await new Promise((wake) => setTimeout(wake, 300));
    await route.continue().catch(() => {});
  });
  for (const name of ["booking-api", "quote-worker", "label-printer"]) await starComponent(page, ownPortal, name);
  await page.goto(`${ownPortal.url}/settings/starred`);
  await page.unroute("**/api/user-settings/multiget");
  await page.reload();
  const starred = page.getByRole("main").getByRole("list", { name: "Starred entities" }).getByRole("link");
  await expect(starred).toHaveText(["Booking API", "Quote worker", "Label printer"]);
  await page.reload();
  await expect(starred).toHaveText(["Booking API", "Quote worker", "Label printer"]);
});

test.describe("the server does not take it", () => {
  test.use({ allowedConsoleErrors: /Failed to load resource/ });

  test("the star goes back, and Try again sets it", async ({ page, ownPortal }) => {
    await page.goto(`${ownPortal.url}/catalog/default/component/booking-api`);
    const star = page.getByRole("main").getByRole("button", { name: "Star booking-api" });
    const settings = "**/api/user-settings/buckets/**";
    await page.route(settings, (route) => route.fulfill({ status: 503, body: "" }));
    await star.click();
    await expect(page.getByRole("alert").getByText("The star was not saved")).toBeVisible();
    await expect(star).toHaveAttribute("aria-pressed", "false");
    await page.unroute(settings);
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(star).toHaveAttribute("aria-pressed", "true");
    await expect(page.getByRole("alert")).toHaveCount(0);
  });
});

test("a reference shows a small card when the pointer or the focus rests on it", async ({ page }) => {
  await page.goto("/catalog/default/component/booking-api");
  const link = page.getByRole("region", { name: "Relations" }).getByRole("link", { name: "Bookings v4" });
  const card = page.getByRole("tooltip");
  // What comes late moves the link away below the pointer, and the rest begins anew.
  await expect(async () => {
    await page.mouse.move(10, 10);
    await link.hover();
    await expect(card).toContainText("Owned by freight-booking", { timeout: 3_000 });
  }).toPass();
  await expect(card).toContainText("api:default/bookings-v4");
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(card).toBeHidden();
  // The focus scrolls to a link that is out of sight.
  await page.mouse.move(10, 10);
  await page.evaluate(() => scrollTo(0, 0));
  await expect(link).not.toBeInViewport();
  await expect(async () => {
    await link.blur();
    await link.focus();
    await expect(card).toBeVisible({ timeout: 3_000 });
  }).toPass();
  await expect(link).toHaveAttribute("aria-describedby", "entity-preview");
});

test("single keys can be switched off, and stay off", async ({ page }) => {
  await page.goto("/catalog");
  await expect(page.getByRole("grid")).toBeVisible();
  await page.keyboard.press("?");
  const dialog = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(dialog.getByText("Go to Home")).toBeVisible();
  await dialog.getByRole("checkbox", { name: /Single keys act/ }).uncheck();
  await page.keyboard.press("Escape");
  await page.reload();
  await expect(page.getByRole("grid")).toBeVisible();
  await page.keyboard.press("?");
  await expect(dialog).toBeHidden();
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog", { name: "Command palette" })).toBeVisible();
});

test("a group shows its members, its place in the tree and what it owns", async ({ page }) => {
  await page.goto("/catalog/default/group/freight-booking");
  const main = page.getByRole("main");
  await expect(main.getByRole("region", { name: "Members" }).getByRole("link", { name: "Ines Okafor" })).toBeVisible();
  await expect(main.getByRole("region", { name: "Parent and subgroups" }).getByRole("link").first()).toBeVisible();
  await expectAccessible(page);
  await main.getByRole("region", { name: "Owns" }).getByRole("link", { name: /Components/ }).click();
  await expect(page).toHaveURL("/catalog?owner=freight-booking");
});

const SETTINGS_READ = "**/api/user-settings/multiget";

/** Answers in place of the server when the page reads the stars, and only then. */
async function onStarsRead(page: Page, answer: (route: Route) => Promise<void>): Promise<void> {
  await page.route(SETTINGS_READ, (route) => {
    const { items } = route.request().postDataJSON() as { items: { bucket: string }[] };
    return items[0]?.bucket === "default.starredEntities" ? answer(route) : route.continue();
  });
}

/** Holds the stars back; answers how to let them come. */
async function holdStars(page: Page, ...refs: string[]): Promise<() => void> {
  let release = () => {};
  const held = new Promise<void>((done) => (release = done));
  await onStarsRead(page, async (route) => {
    await held;
    await route.fulfill({ json: { items: [{ bucket: "default.starredEntities", key: "entityRefs", value: refs }] } });
  });
  return release;
}

test("while stars are on their way, home tells nobody to begin with them", async ({ page }) => {
  const release = await holdStars(page, "component:default/booking-api");
  await page.goto("/");
  const card = page.getByRole("main").getByRole("region", { name: "Starred", exact: true });
  await expect(card.locator(".skeleton-rows.is-due")).toBeVisible();
  await expect(card.getByText("Star what you come back to")).toHaveCount(0);
  release();
  await expect(card.getByRole("link", { name: "Booking API", exact: true })).toBeVisible();
});

test("the starred rows of the catalog are asked for once the stars are known", async ({ page }) => {
  const release = await holdStars(page, "component:default/booking-api");
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && request.url().endsWith("/api/catalog/entities/by-query")) asked.push(request.url());
  });
  const counted = page.waitForResponse("**/api/catalog/entity-counts");
  await page.goto("/catalog?show=starred");
  await counted;
  expect(asked, "requests for rows").toEqual([]);
  await expect(page.getByRole("heading", { name: /^No starred/ })).toHaveCount(0);
  release();
  await expect(new CatalogScreen(page).row("booking-api")).toBeVisible();
});

test.describe("the stars cannot be read", () => {
  test.use({ allowedConsoleErrors: /Failed to load resource|ERR_/ });

  test("their pages say so, the catalog goes on, and Try again brings them", async ({ page, ownPortal }) => {
    await onStarsRead(page, (route) => route.fulfill({ status: 500, body: "" }));
    await page.goto(`${ownPortal.url}/catalog?show=starred`);
    await expect(page.getByRole("heading", { name: /^No starred/ })).toBeVisible();
    const alert = page.getByRole("main").getByRole("alert").filter({ hasText: "Your stars did not load" });
    await page.goto(`${ownPortal.url}/`);
    await expect(alert).toBeVisible();
    await page.goto(`${ownPortal.url}/settings/starred`);
    await expect(alert).toBeVisible();
    await expectAccessible(page);
    await page.unroute(SETTINGS_READ);
    await alert.getByRole("button", { name: "Try again" }).click();
    await expect(page.getByRole("heading", { name: "Nothing is starred yet" })).toBeVisible();
  });

  test("they come by themselves when the server is back", async ({ page, ownPortal }) => {
    await onStarsRead(page, (route) => route.fulfill({ status: 500, body: "" }));
    await page.goto(`${ownPortal.url}/settings/starred`);
    await expect(page.getByText("Your stars did not load")).toBeVisible();
    await page.unroute(SETTINGS_READ);
    await ownPortal.pause();
    await ownPortal.resume();
    await expect(page.getByRole("heading", { name: "Nothing is starred yet" })).toBeVisible({ timeout: 45_000 });
  });
});
