// Without a network, and without a server: what was read shows with its time, changes wait, and everything goes on by itself.
import type { Page } from "@playwright/test";
import { expect, expectAccessible, test } from "../fixtures/test.ts";
import { CatalogScreen } from "../fixtures/catalog.ts";

test.use({ serviceWorkers: "allow", allowedConsoleErrors: /Failed to load resource|ERR_/ });

/** Waits until the worker has kept the page: the document and every file that it names. */
async function pageIsKept(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { active, installing, waiting } = await navigator.serviceWorker.ready;
    const worker = active ?? waiting ?? installing;
    if (worker?.state === "activated") return;
    await new Promise((done) => worker?.addEventListener("statechange", () => worker.state === "activated" && done(null)));
  });
}

/** Waits until an answer of the server is kept for times offline. */
async function answerIsKept(page: Page, path: string): Promise<void> {
  const paths = () =>
    page.evaluate(async () => {
      const names = (await caches.keys()).filter((name) => name.startsWith("callboard-data:"));
      const kept = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
      return kept.flat().map(({ url }) => new URL(url).pathname);
    });
  await expect.poll(paths).toContain(path);
}

const banner = (page: Page) => page.getByRole("status").filter({ hasText: /You are offline|The server does not answer/ });

test("offline the page reloads, shows what was read with its time, and a star waits until the network is back", async ({ page, ownPortal, context }) => {
  const catalog = new CatalogScreen(page);
  const entity = `${ownPortal.url}/catalog/default/component/booking-api`;
  await page.goto(`${ownPortal.url}/catalog`);
  await expect(catalog.row("bill-of-lading")).toBeVisible();
  await answerIsKept(page, "/api/catalog/entities/by-query");
  await page.goto(entity);
  const heading = page.getByRole("heading", { level: 1, name: "Booking API" });
  await expect(heading).toBeVisible();
  await expect(page.getByRole("heading", { level: 2, name: "About" })).toBeVisible();
  await answerIsKept(page, "/api/catalog/entities/by-name/component/default/booking-api");
  await pageIsKept(page);

  await context.setOffline(true);
  await expect(banner(page)).toContainText("You are offline.");
  await page.reload();
  await expect(heading).toBeVisible();
  await expect(banner(page)).toContainText(/Showing what was saved at \d\d:\d\d\./);
  await expectAccessible(page);

  const star = page.getByRole("main").getByRole("button", { name: "Star booking-api" });
  await star.click();
  await expect(star).toHaveAttribute("aria-pressed", "true");
  await expect(banner(page)).toContainText("1 change waits until you are back.");
  await expect(star).toHaveAttribute("title", /waits for the server/);
  // A change that waits survives the page.
  await page.reload();
  await expect(star).toHaveAttribute("aria-pressed", "true");

  // What was never read says so, and the rest of the page stays.
  await page.goto(`${ownPortal.url}/catalog/default/system/booking`);
  await expect(page.getByRole("alert").getByText("booking did not load")).toBeVisible();
  // Parts of the program that nobody has opened yet are there all the same.
  await page.goto(`${ownPortal.url}/settings/appearance`);
  await expect(page.getByRole("heading", { level: 2, name: "Appearance" })).toBeVisible();
  await page.goto(`${ownPortal.url}/catalog`);
  await expect(catalog.row("bill-of-lading")).toBeVisible();

  await context.setOffline(false);
  await expect(banner(page)).toBeHidden();
  await page.goto(entity);
  await expect(star).toHaveAttribute("aria-pressed", "true");
  await expect(star).not.toHaveAttribute("title", /waits/);
  // The server has it a moment later.
  await expect(async () => {
    const other = await context.browser()!.newContext();
    const fresh = await other.newPage();
    await fresh.goto(`${ownPortal.url}/`);
    const links = fresh.getByRole("navigation", { name: "Starred" }).getByRole("link");
    await expect(links).toHaveText(["Booking API"], { timeout: 10_000 }).finally(() => other.close());
  }).toPass({ timeout: 60_000 });
});

test("a server that is stopped and started again: the page says so, keeps what it shows, and goes on", async ({ page, ownPortal }) => {
  await page.goto(`${ownPortal.url}/catalog/default/component/quote-worker`);
  const heading = page.getByRole("heading", { level: 1, name: "Quote worker" });
  await expect(heading).toBeVisible();
  await answerIsKept(page, "/api/catalog/entities/by-name/component/default/quote-worker");
  await pageIsKept(page);
  await ownPortal.pause();
  await expect(banner(page)).toContainText("The server does not answer.");
  await page.reload();
  await expect(heading).toBeVisible();
  await expect(banner(page)).toContainText(/Showing what was saved at/);
  // Asking again changes nothing while it is away; once it is back the page notices by itself.
  const asked = page.waitForEvent("requestfailed", (request) => request.url().includes("/api/"));
  await banner(page).getByRole("button", { name: "Try again" }).click();
  await asked;
  await expect(banner(page)).toContainText("The server does not answer.");
  await ownPortal.resume();
  // The pauses between the page's own attempts grow.
  await expect(banner(page)).toBeHidden({ timeout: 45_000 });
});

test("the worker keeps files of the page alone, and the data of a person goes when somebody else signs in", async ({ page, ownPortal }) => {
  await page.goto(`${ownPortal.url}/catalog/default/component/booking-api`);
  await expect(page.getByRole("heading", { level: 2, name: "About" })).toBeVisible();
  await pageIsKept(page);
  const kept = () =>
    page.evaluate(async () => {
      const stores: Record<string, string[]> = {};
      for (const name of await caches.keys()) {
        const requests = await (await caches.open(name)).keys();
        stores[name] = requests.map(({ url }) => new URL(url).pathname);
      }
      return stores;
    });
  const stores = await kept();
  const ofPage = stores["callboard-page-1"] ?? [];
  expect(ofPage).toContain("/");
  const parts = ["shared", "definition", "explore", "graph", "organisation", "search", "settings", "sources"];
  for (const part of parts) expect(ofPage.some((path) => path.startsWith(`/part-${part}-`)), part).toBe(true);
  expect(ofPage.some((path) => path.endsWith("_bg.wasm"))).toBe(true);
  expect(ofPage.filter((path) => path.startsWith("/api"))).toEqual([]);
  const person = Object.keys(stores).filter((name) => name.startsWith("callboard-data:"));
  expect(person).toHaveLength(1);
  const text = await page.evaluate(async () => JSON.stringify({ ...localStorage }));
  expect(text).not.toContain("eyJ");

  // As if another person had signed in here before.
  await page.evaluate(async () => {
    await (await caches.open("callboard-data:user:default/somebody")).put("/api/catalog/entities", new Response("theirs"));
    localStorage.setItem("callboard.person", "{}");
  });
  await page.reload();
  await expect(page.getByRole("heading", { level: 2, name: "About" })).toBeVisible();
  await expect.poll(async () => Object.keys(await kept()).filter((name) => name.startsWith("callboard-data:"))).toEqual(person);

  await page.keyboard.press("Control+k");
  await page.keyboard.type("> forget");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Nothing is kept on this device any more")).toBeVisible();
  await expect.poll(async () => Object.keys(await kept()).filter((name) => name.startsWith("callboard-data:"))).toEqual([]);
});

test("a new release replaces the page that the worker kept", async ({ page, ownPortal }) => {
  await page.goto(`${ownPortal.url}/`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await pageIsKept(page);
  // As an older release would have left it.
  await page.evaluate(async () => {
    const cache = await caches.open("callboard-page-1");
    await cache.put("/", new Response('<title>Old</title><meta name="callboard-config" content="{}">/old-0123456789abcdef.js'));
    await cache.put("/old-0123456789abcdef.js", new Response("old"));
  });
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect
    .poll(() =>
      page.evaluate(async () => {
        const cache = await caches.open("callboard-page-1");
        const document = await (await cache.match("/"))!.text();
        return [document.includes("<title>Old"), (await cache.match("/old-0123456789abcdef.js")) === undefined];
      }),
    )
    .toEqual([false, true]);
});
