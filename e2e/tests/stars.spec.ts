// Stars: at once, kept by the server, the same in every browser.
import { expect, expectAccessible, test } from "../fixtures/test.ts";
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
    await expect(links).toHaveText(["Booking API", "Booking outbox"], { timeout: 3_000 }).finally(() => other.close());
  }).toPass({ timeout: 12_000 });

  await page.reload();
  await expect(starred.getByRole("link")).toHaveText(["Booking API", "Booking outbox"]);
  await catalog.grid.focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("s");
  await expect(starred.getByRole("link")).toHaveCount(3);
  await page.keyboard.press("s");
  await expect(starred.getByRole("link")).toHaveCount(2);
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
  await link.hover();
  const card = page.getByRole("tooltip");
  await expect(card).toContainText("Owned by freight-booking");
  await expect(card).toContainText("api:default/bookings-v4");
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(card).toBeHidden();
  // The focus scrolls to a link that is out of sight.
  await page.mouse.move(10, 10);
  await page.evaluate(() => scrollTo(0, 0));
  await expect(link).not.toBeInViewport();
  await link.focus();
  await expect(card).toBeVisible();
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
