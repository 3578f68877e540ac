// Home: what needs attention, what is owned, what changed, and cards that each person arranges.
import { readFile, writeFile } from "node:fs/promises";
import type { Locator, Page } from "@playwright/test";
import { expect, expectAccessible, test as base, usePortal } from "../fixtures/test.ts";
import { CatalogScreen } from "../fixtures/catalog.ts";
import { Portal } from "../fixtures/portal.ts";

const BOOKING = "systems/booking/catalog-info.yaml";

/** A portal in which everybody is Ines, who leads Freight Booking. */
const CONFIG = `
auth:
  providers:
    guest: { userEntityRef: "user:default/ines.okafor" }
`;

const test = base.extend<{ ines: Portal }>({
  ines: [
    async ({ page }, use) => {
      await usePortal(await Portal.start({ config: CONFIG }), page, use);
    },
    { timeout: 120_000 },
  ],
});

class HomeScreen {
  constructor(readonly page: Page) {}

  card(title: string): Locator {
    return this.page.getByRole("main").getByRole("region", { name: title, exact: true });
  }

  get titles(): Locator {
    return this.page.locator(".home__card h2");
  }

  /** The headings in the order of the document: the wide column, then the narrow one. */
  async expectOrder(...titles: string[]): Promise<void> {
    await expect(this.titles).toHaveText(titles);
  }

  async open(portal: Portal): Promise<void> {
    await this.page.goto(`${portal.url}/`);
    await expect(this.card("Recent changes").getByRole("listitem").first()).toBeVisible();
    // Cards that fill up later would move what is dragged.
    await expect(this.page.getByRole("main").locator("[aria-busy=true]")).toHaveCount(0);
  }

  async customise(): Promise<void> {
    await this.page.getByRole("button", { name: "Customise", exact: true }).click();
    await expect(this.page.getByRole("region", { name: "Arrange the cards" })).toBeVisible();
  }

  /** Waits until the server has what was changed. */
  async saved(change: () => Promise<void>): Promise<void> {
    const saved = this.page.waitForResponse((answer) => answer.url().includes("/buckets/callboard.home/") && answer.ok());
    await change();
    await saved;
  }
}

const WIDE = ["Needs attention", "Owned", "Starred"];
const NARROW = ["Recent changes", "Recently viewed"];

async function edit(portal: Portal, path: string, from: string, to: string): Promise<void> {
  const file = portal.example(path);
  const text = await readFile(file, "utf8");
  const changed = text.replace(from, to);
  expect(changed, `${path} does not contain ${from}`).not.toBe(text);
  await writeFile(file, changed);
}

test("home tells what needs attention and what is owned", async ({ page, ines }) => {
  const home = new HomeScreen(page);
  await home.open(ines);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Ines");
  // The guest has no name of its own, and the catalog has one.
  await expect(page.getByRole("button", { name: "Ines Okafor, your menu" })).toBeVisible();
  await home.expectOrder(...WIDE, ...NARROW);

  const owned = home.card("Owned");
  await expect(owned.getByRole("radio", { name: /My groups/ })).toBeChecked();
  await expect(owned.getByRole("link", { name: "Booking API", exact: true })).toBeVisible();
  await owned.getByRole("radio", { name: /My groups/ }).focus();
  await page.keyboard.press("ArrowRight");
  await expect(owned.getByRole("radio", { name: /Mine/ })).toBeFocused();
  await expect(owned.getByText("No entity names you as its owner", { exact: false })).toBeVisible();
  await page.keyboard.press("ArrowLeft");

  await expect(home.card("Needs attention").getByRole("link").first()).toHaveAttribute("href", /\/inspect$/);
  await expectAccessible(page);
  await expect(page.locator(".home__columns")).toMatchAriaSnapshot({ name: "home.aria.yml" });

  await owned.getByRole("link", { name: /Components/ }).click();
  await expect(page).toHaveURL(/\/catalog\?owner=.*freight-booking/);

  // The example names a group that has something to show.
  await page.goBack();
  await page.getByRole("main").getByRole("link", { name: /^owner:/ }).click();
  await expect(page).toHaveURL(`${ines.url}/catalog?owner=freight-booking`);
  expect(await new CatalogScreen(page).names()).not.toEqual([]);
});

test("until the catalog says what people are called, their exact name stands there, and the next time what it said last", async ({ page, ines }) => {
  const menu = (name: string) => page.getByRole("button", { name: `${name}, your menu`, exact: true });
  let release = () => {};
  let held = Promise.resolve();
  const hold = () => {
    held = new Promise<void>((done) => (release = done));
  };
  await page.route("**/api/catalog/entities/by-refs", async (route) => {
    await held;
    await route.continue();
  });
  hold();
  await page.goto(`${ines.url}/`);
  await expect(menu("ines.okafor")).toBeVisible();
  release();
  await expect(menu("Ines Okafor")).toBeVisible();
  hold();
  await page.reload();
  await expect(menu("Ines Okafor")).toBeVisible();
  release();
});

test("a guest sees the catalog at a glance, and how owning would show", async ({ page }) => {
  const home = new HomeScreen(page);
  await page.goto("/");
  const glance = home.card("The catalog at a glance");
  await expect(glance.getByRole("link", { name: /Components/ })).toHaveAttribute("href", "/catalog");
  await expect(glance.getByText("You are in no group of the catalog", { exact: false })).toBeVisible();
  await expect(home.card("Owned")).toHaveCount(0);
  await expect(page.getByText(/in the catalog need/)).toBeVisible();
  await expect(glance).toMatchAriaSnapshot({ name: "glance.aria.yml" });
  await page.keyboard.press("/");
  await expect(page.getByRole("combobox", { name: "Search or run a command" })).toBeFocused();
});

test("a saved file shows in the recent changes, breaks and mends what needs attention", async ({ page, ines }) => {
  const home = new HomeScreen(page);
  await home.open(ines);
  const changes = home.card("Recent changes");
  const attention = home.card("Needs attention");
  await expect(attention.getByText("Error", { exact: true })).toHaveCount(0);

  await edit(ines, BOOKING, "title: Booking API", "title: Bookings at sea");
  await expect(changes.getByRole("listitem").first()).toContainText("Changed");
  await expect(changes.getByRole("link", { name: "Bookings at sea" })).toBeVisible();

  await edit(ines, BOOKING, "  type: service\n  lifecycle: production\n", "  type: service\n");
  const broken = attention.getByRole("listitem").filter({ hasText: "Bookings at sea" });
  await expect(broken).toContainText("Error");
  await expect(broken).toContainText(/catalog-info\.yaml line \d+: `spec\.lifecycle` is missing/);
  await expect(broken.getByRole("link", { name: "Bookings at sea" })).toHaveAttribute("href", "/catalog/default/component/booking-api/inspect");
  await expect(changes.getByRole("listitem").filter({ hasText: "Broken" })).toContainText("Bookings at sea");

  await edit(ines, BOOKING, "  type: service\n", "  type: service\n  lifecycle: production\n");
  await expect(attention.getByText("Error", { exact: true })).toHaveCount(0);
  await expect(changes.getByRole("listitem").first()).toContainText("Mended");
});

test("cards are arranged by keyboard alone, and stay so after a reload and in another browser", async ({ page, ines, browser }) => {
  const home = new HomeScreen(page);
  const keys = page.keyboard;
  await home.open(ines);
  await home.expectOrder(...WIDE, ...NARROW);
  await page.getByRole("button", { name: "Customise", exact: true }).focus();
  await keys.press("Enter");
  await expect(page.getByRole("button", { name: "Move Needs attention", exact: true })).toBeFocused();

  await home.saved(() => keys.press("ArrowDown"));
  await home.expectOrder("Owned", "Needs attention", "Starred", ...NARROW);
  await expect(page.getByRole("button", { name: "Move Needs attention", exact: true })).toBeFocused();
  await expect(page.getByRole("status").filter({ hasText: "Needs attention, place 2 of 3 in the wide column" })).toBeAttached();
  await home.saved(() => keys.press("ArrowRight"));
  await home.expectOrder("Owned", "Starred", "Needs attention", ...NARROW);
  await expectAccessible(page);

  await home.saved(() => page.getByRole("button", { name: "Hide Recently viewed" }).press("Enter"));
  await expect(home.card("Recently viewed")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Show Recently viewed" })).toBeFocused();
  await home.saved(() => keys.press("Control+z"));
  await expect(home.card("Recently viewed")).toBeVisible();
  await home.saved(() => page.getByRole("button", { name: "Hide Recently viewed" }).press("Enter"));
  await keys.press("Escape");
  await expect(page.getByRole("button", { name: "Customise", exact: true })).toBeFocused();
  const arranged = ["Owned", "Starred", "Needs attention", "Recent changes"];
  await home.expectOrder(...arranged);

  await page.reload();
  await home.expectOrder(...arranged);
  const other = await browser.newContext();
  const elsewhere = new HomeScreen(await other.newPage());
  await elsewhere.open(ines);
  await elsewhere.expectOrder(...arranged);

  // What one browser saves, the other one shows when it is looked at again.
  await elsewhere.customise();
  await elsewhere.saved(() => elsewhere.page.getByRole("button", { name: "Show Recently viewed" }).click());
  await other.close();
  await page.evaluate(() => window.dispatchEvent(new Event("focus")));
  await expect(home.card("Recently viewed")).toBeVisible();
});

test("cards are arranged by mouse, dragged into the other column, and reset with a way back", async ({ page, ines }) => {
  // The pointer reaches what is in the window.
  await page.setViewportSize({ width: 1280, height: 2000 });
  const home = new HomeScreen(page);
  await home.open(ines);
  await home.customise();
  const drag = async (title: string, to: Locator, offset: number) => {
    const handle = await page.getByRole("button", { name: `Move ${title}`, exact: true }).boundingBox();
    const target = await to.boundingBox();
    if (!handle || !target) throw new Error("nothing to drag");
    await page.mouse.move(handle.x + handle.width / 2, handle.y + handle.height / 2);
    await page.mouse.down();
    await page.mouse.move(target.x + 40, target.y + target.height * offset, { steps: 5 });
    await page.mouse.up();
  };
  await home.saved(() => drag("Starred", home.card("Needs attention"), 0.2));
  await home.expectOrder("Starred", "Needs attention", "Owned", ...NARROW);
  await home.saved(() => drag("Recent changes", home.card("Owned"), 0.9));
  await home.expectOrder("Starred", "Needs attention", "Owned", "Recent changes", "Recently viewed");
  await expect(page.locator("[data-column='2'] .home__card")).toHaveCount(4);
  await home.saved(() => page.getByRole("button", { name: "Make Recent changes narrow" }).click());
  await expect(page.locator("[data-column='1'] .home__card")).toHaveCount(2);

  await home.saved(() => page.getByRole("button", { name: "Reset to default" }).click());
  await home.expectOrder(...WIDE, ...NARROW);
  await home.saved(() => page.locator(".toast").getByRole("button", { name: "Undo" }).click());
  await home.expectOrder("Starred", "Needs attention", "Owned", ...NARROW);
});

test.describe("the server does not play along", () => {
  test.use({ allowedConsoleErrors: [/Failed to load resource/] });

  test("a card that fails says so and leaves the others alone", async ({ page, ines }) => {
    const home = new HomeScreen(page);
    const changes = "**/api/catalog/changes**";
    await page.route(changes, (route) => route.fulfill({ status: 503, body: "" }));
    await page.goto(`${ines.url}/`);
    const alert = home.card("Recent changes").getByRole("alert");
    await expect(alert.getByText("Recent changes did not load")).toBeVisible();
    await expect(home.card("Owned").getByRole("link", { name: "Booking API", exact: true })).toBeVisible();
    await page.unroute(changes);
    await alert.getByRole("button", { name: "Try again" }).click();
    await expect(home.card("Recent changes").getByRole("listitem").first()).toBeVisible();
  });

  test("an arrangement that is not saved goes back, and Try again saves it", async ({ page, ines }) => {
    const home = new HomeScreen(page);
    await home.open(ines);
    await home.customise();
    const settings = "**/api/user-settings/buckets/**";
    await page.route(settings, (route) => route.fulfill({ status: 503, body: "" }));
    await page.getByRole("button", { name: "Hide Starred" }).click();
    await expect(page.getByRole("alert").getByText("The arrangement was not saved")).toBeVisible();
    await expect(home.card("Starred")).toBeVisible();
    await page.unroute(settings);
    await home.saved(() => page.getByRole("button", { name: "Try again" }).click());
    await expect(home.card("Starred")).toHaveCount(0);
  });

  test("an arrangement that cannot be read is ignored with a word", async ({ page, ines }) => {
    const home = new HomeScreen(page);
    await page.route("**/api/user-settings/multiget", async (route) => {
      const asked = route.request().postDataJSON() as { items: { bucket: string }[] };
      if (asked.items[0]?.bucket !== "callboard.home") return route.continue();
      return route.fulfill({ json: { items: [{ value: { version: 9, widgets: "?" } }] } });
    });
    await home.open(ines);
    await expect(page.getByText("Your arrangement could not be read.")).toBeVisible();
    await home.expectOrder(...WIDE, ...NARROW);
  });
});

test("on a phone the cards stand in one column and are moved by their buttons", async ({ browser, ines }) => {
  const context = await browser.newContext({ viewport: { width: 375, height: 812 }, hasTouch: true, isMobile: true });
  const page = await context.newPage();
  const home = new HomeScreen(page);
  await home.open(ines);
  await page.getByRole("button", { name: "Customise", exact: true }).tap();
  // Where the columns meet, a card goes on into the other one.
  await page.getByRole("button", { name: "Move Recent changes up" }).tap();
  await home.expectOrder(...WIDE, ...NARROW);
  await page.getByRole("button", { name: "Move Recent changes up" }).tap();
  await home.expectOrder("Needs attention", "Owned", "Recent changes", "Starred", "Recently viewed");
  await expectAccessible(page);
  await context.close();
});

test("where not everything that needs attention is named, nothing is called complete and the other errors are a link away", async ({ page, ines }) => {
  const home = new HomeScreen(page);
  await page.route("**/api/catalog/overview**", async (route) => {
    const overview = await (await route.fetch()).json();
    const source = { issues: ["error"], message: "`kind` is missing", location: "file:/srv/a.yaml", isPresent: false };
    const broken = (_: unknown, index: number) => ({ entityRef: `component:default/broken-${index}`, issues: ["error"], isPresent: true });
    const items = [source, ...Array.from({ length: 59 }, broken)];
    const counts = [{ issue: "error", count: 280 }, { issue: "noDocs", count: 20 }];
    await route.fulfill({ json: { ...overview, attention: { totalItems: 300, counts, items } } });
  });
  await home.open(ines);
  const owned = home.card("Owned");
  await expect(owned.getByRole("link", { name: "Booking API", exact: true })).toBeVisible();
  await expect(owned.getByText("Complete", { exact: true })).toHaveCount(0);
  const attention = home.card("Needs attention");
  await expect(attention.getByRole("link", { name: "a.yaml", exact: true })).toHaveAttribute("href", "/inspect?location=file:%2Fsrv%2Fa.yaml");
  // By keyboard: a pointer that rests on an entity reads ahead, and these do not exist.
  await attention.getByRole("button", { name: "Show 60", exact: true }).press("Enter");
  await expect(attention.getByRole("listitem")).toHaveCount(60);
  await expect(attention.getByText("60 of 300, the most urgent", { exact: true })).toBeVisible();
  await attention.getByRole("link", { name: "All errors", exact: true }).press("Enter");
  await expect(page).toHaveURL(`${ines.url}/problems?owner=mine`);
});
