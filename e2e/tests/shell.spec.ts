// The frame: sidebar, focus, titles, what it asks of the server, and that nothing breaks its own policy.
import type { Page } from "@playwright/test";
import { expect, expectAccessible, test } from "../fixtures/test.ts";
import { starComponent } from "../fixtures/stars.ts";
import { CatalogScreen } from "../fixtures/catalog.ts";

const PAGES = [
  { path: "/", title: "Home · Callboard" },
  { path: "/catalog", title: "Components · Callboard" },
  { path: "/catalog/default/component/booking-api", title: "Booking API · Callboard" },
  { path: "/catalog/default/component/booking-api/dependencies", title: "Booking API · Callboard" },
  { path: "/catalog/default/component/booking-api/yaml", title: "Booking API · Callboard" },
  { path: "/catalog/default/api/bookings-v4/definition", title: "Bookings v4 · Callboard" },
  { path: "/catalog/default/group/freight-booking", title: /· Callboard$/ },
  { path: "/catalog/default/system/booking", title: /· Callboard$/ },
  { path: "/search?query=booking", title: "booking · Search · Callboard" },
  { path: "/nowhere", title: "Not found · Callboard" },
];

/** Nothing is under way any more and no data is awaited. */
async function settled(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
}

test("every page keeps to the policy, asks no other server, makes few requests and has a title", async ({ page, portal }) => {
  test.slow();
  const violations: string[] = [];
  await page.exposeFunction("tellViolation", (text: string) => violations.push(text));
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => {
      // @ts-expect-error: exposed by the test
      tellViolation(`${event.violatedDirective}: ${event.blockedURI} ${event.sample} (${location.pathname})`);
    });
  });
  let asked: string[] = [];
  const elsewhere: string[] = [];
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol === "data:" || url.protocol === "blob:") return;
    if (url.origin !== portal.url) elsewhere.push(request.url());
    if (url.pathname.startsWith("/api/")) asked.push(`${request.method()} ${url.pathname}`);
  });
  for (const { path, title } of PAGES) {
    asked = [];
    await page.goto(path);
    await expect(page).toHaveTitle(title);
    await settled(page);
    // Sign-in, stream and stars are part of every first view.
    const own = asked.filter((request) => !/guest\/refresh|catalog\/events|user-settings/.test(request));
    expect(own.length, `${path} asks ${own.join(", ")}`).toBeLessThanOrEqual(path === "/" ? 8 : 6);
    expect(new Set(own.filter((request) => request.includes("by-refs"))).size, path).toBeLessThanOrEqual(1);
    expect(own.filter((request) => request.includes("by-refs")).length, `${path}: ${own.join(", ")}`).toBeLessThanOrEqual(3);
  }
  expect(violations).toEqual([]);
  expect(elsewhere).toEqual([]);
});

test("the policy allows no inline script and no evaluation, and only what the page needs", async ({ request }) => {
  for (const path of ["/", "/catalog/default/component/x", "/sw.js", "/manifest.webmanifest", "/api/app/config"]) {
    const policy = (await request.get(path)).headers()["content-security-policy"] ?? "";
    const scripts = /script-src ([^;]*)/.exec(policy)?.[1] ?? "";
    expect(scripts, path).toContain("'self' 'wasm-unsafe-eval'");
    expect(scripts, path).not.toMatch(/'unsafe-inline'|'unsafe-eval'|https?:|\*/);
    expect(policy, path).toMatch(/style-src 'self';/);
    expect(policy, path).toContain("connect-src 'self'");
    expect(policy, path).toContain("img-src 'self' data:;");
    expect(policy, path).toContain("worker-src 'self'");
    expect(policy, path).toContain("manifest-src 'self'");
    expect(policy, path).toContain("frame-ancestors 'self'");
  }
});

test("the link to an entity says what it is and nothing of what only members may see", async ({ request }) => {
  const text = async (path: string) => (await request.get(path, { headers: { accept: "text/html" } })).text();
  const page = await text("/catalog/default/component/booking-api");
  expect(page).toContain("<title>booking-api · Callboard</title>");
  expect(page).toContain('<meta property="og:title" content="booking-api">');
  expect(page).toContain('<meta property="og:site_name" content="Callboard">');
  // The title that the descriptor gives it is for those who sign in.
  expect(page).not.toContain("Booking API");
  expect(await text("/catalog/default/component/no-such-thing")).toContain("<title>no-such-thing · Callboard</title>");
  for (const hostile of ["%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "a%22%20onload=%22x", "%3C/title%3E%3Cimg%20src=x%3E"]) {
    const answer = await text(`/catalog/default/component/${hostile}`);
    expect(answer).toContain("<title>Callboard</title>");
    expect(answer).not.toMatch(/alert\(1\)|onload="x|<img src=x/);
  }
});

test("the sidebar: wide, rail, beside the page for a moment on narrow screens, over it on phones", async ({ page }, testInfo) => {
  const sidebar = page.getByRole("complementary", { name: "Sidebar" });
  const width = () => sidebar.evaluate((element) => Math.round(element.getBoundingClientRect().width));
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto("/catalog");
  await expect(page.getByRole("grid")).toBeVisible();
  expect(await width()).toBe(232);
  // Also where there are none: what comes later would move what is below it.
  await expect(sidebar.getByRole("link", { name: "Problems" })).toBeVisible();
  await page.keyboard.press("[");
  expect(await width()).toBe(56);
  await page.reload();
  await expect(page.getByRole("grid")).toBeVisible();
  expect(await width()).toBe(56);
  await page.getByRole("button", { name: "Toggle sidebar" }).click();
  expect(await width()).toBe(232);

  await page.setViewportSize({ width: 900, height: 800 });
  expect(await width()).toBe(56);
  await testInfo.attach("rail-900.png", { body: await page.screenshot(), contentType: "image/png" });
  await page.getByRole("button", { name: "Toggle sidebar" }).click();
  expect(await width()).toBe(232);
  await sidebar.getByRole("link", { name: "Home" }).click();
  await expect(page).toHaveURL("/");
  expect(await width()).toBe(56);

  await page.setViewportSize({ width: 375, height: 800 });
  await expect(sidebar).toBeHidden();
  await page.getByRole("button", { name: "Toggle sidebar" }).click();
  await expect(sidebar.getByRole("link", { name: "Catalog" })).toBeVisible();
  await expectAccessible(page);
  await testInfo.attach("drawer-375.png", { body: await page.screenshot(), contentType: "image/png" });
  await page.keyboard.press("Escape");
  await expect(sidebar).toBeHidden();
});

test("over the page the sidebar takes the focus, keeps the page out of reach, and gives the focus back", async ({ page }) => {
  await page.setViewportSize({ width: 375, height: 800 });
  await page.goto("/catalog");
  const first = page.getByRole("complementary", { name: "Sidebar" }).getByRole("link").first();
  const toggle = page.getByRole("button", { name: "Toggle sidebar" });
  const more = page.getByRole("button", { name: "More", exact: true });
  const outOfReach = page.locator(":is(.topbar, #main, .bottombar, .skip-link)[inert]");
  for (const button of [toggle, more]) {
    await expect(button).toHaveAttribute("aria-expanded", "false");
    await button.press("Enter");
    await expect(first).toBeFocused();
    await expect(outOfReach).toHaveCount(4);
    await expect(page.locator("[aria-controls=sidebar][aria-expanded=true]")).toHaveCount(2);
    await page.keyboard.press("Escape");
    await expect(button).toBeFocused();
    await expect(outOfReach).toHaveCount(0);
  }
  // A window that grows has room for both.
  await more.press("Enter");
  await expect(outOfReach).toHaveCount(4);
  await page.setViewportSize({ width: 1280, height: 800 });
  await expect(outOfReach).toHaveCount(0);
  await expect(toggle).toHaveAttribute("aria-expanded", "true");
});

test("on a phone the list of keys begins below what switches them off", async ({ page }) => {
  await page.setViewportSize({ width: 375, height: 812 });
  await page.goto("/catalog");
  await settled(page);
  await page.keyboard.press("?");
  const dialog = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  const sentence = dialog.getByText("Single keys act.");
  const heading = dialog.getByRole("heading", { name: "Everywhere" });
  await expect(heading).toBeVisible();
  const bottom = await sentence.evaluate((element) => element.getBoundingClientRect().bottom);
  expect(await heading.evaluate((element) => element.getBoundingClientRect().top)).toBeGreaterThan(bottom);
});

test("a stream of changes that falls silent is opened again", async ({ page }) => {
  await page.clock.install();
  await page.addInitScript(() => {
    // Connections that have died without a word: open, and never a byte.
    const { fetch } = window;
    let nStreams = 0;
    const stream = async (input: unknown, init?: RequestInit) => {
      if (!(input instanceof Request && input.url.endsWith("/api/catalog/events"))) return fetch(input as string, init);
      document.documentElement.dataset.streams = `${++nStreams}`;
      const { signal } = input;
      return new Response(new ReadableStream({ start: (stream) => signal.addEventListener("abort", () => stream.error(signal.reason)) }));
    };
    Object.assign(window, { fetch: stream });
  });
  await page.goto("/catalog");
  const html = page.locator("html");
  await expect(page.getByRole("grid")).toBeVisible();
  await expect(html).toHaveAttribute("data-streams", "1");
  await page.clock.fastForward(51_000);
  await expect(html).toHaveAttribute("data-streams", "2");
});

test("an entity that was looked at is there at once, and Back restores scroll, row and focus", async ({ page }) => {
  const catalog = new CatalogScreen(page);
  await page.setViewportSize({ width: 1280, height: 500 });
  await page.goto("/catalog");
  await expect(catalog.row("bill-of-lading")).toBeVisible();
  await catalog.grid.focus();
  await page.keyboard.press("End");
  const active = catalog.grid.locator("tr[data-active]");
  const name = await active.getByRole("link").first().innerText();
  const offset = () => catalog.scroller.evaluate((scroller) => scroller.scrollTop);
  const before = await offset();
  expect(before).toBeGreaterThan(100);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  await expect(page.getByRole("heading", { level: 2, name: "About" })).toBeVisible();
  await page.goBack();
  await expect(catalog.grid).toBeFocused();
  await expect(active.getByRole("link").first()).toHaveText(name);
  expect(Math.abs((await offset()) - before)).toBeLessThan(40);

  // The second time the server is not waited for.
  let release = () => {};
  const held = new Promise<void>((done) => (release = done));
  await page.route("**/api/catalog/entities/by-name/**", async (route) => {
    await held;
    await route.continue();
  });
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 2, name: "About" })).toBeVisible();
  release();
});

test("resting on a link reads the entity before it is opened", async ({ page }) => {
  const catalog = new CatalogScreen(page);
  await page.goto("/catalog");
  await expect(catalog.row("booking-outbox")).toBeVisible();
  // A row that moves away below the pointer is not rested on.
  await expect(page.locator("[aria-busy=true], .page-progress")).toHaveCount(0);
  const read = page.waitForRequest("**/api/catalog/entities/by-name/component/default/booking-outbox");
  await catalog.row("booking-outbox").getByRole("link", { name: "booking-outbox" }).hover();
  await read;
  await expect(page).toHaveURL("/catalog");
});

test("starred entities are put in order by keyboard and by dragging, and stay so", async ({ page, ownPortal }) => {
  const starred = page.getByRole("navigation", { name: "Starred" });
  const links = starred.getByRole("link");
  for (const name of ["booking-api", "quote-worker", "booking-outbox"]) await starComponent(page, ownPortal, name);
  // Their titles come a moment after their names.
  await expect(links).toHaveText(["Booking API", "Quote worker", "Booking outbox"]);
  await links.nth(2).focus();
  await page.keyboard.press("Alt+ArrowUp");
  await expect(links).toHaveText(["Booking API", "Booking outbox", "Quote worker"]);
  await expect(links.nth(1)).toBeFocused();
  await links.nth(0).dragTo(links.nth(2));
  const arranged = ["Booking outbox", "Quote worker", "Booking API"];
  await expect(links).toHaveText(arranged);
  // The server has the order a moment later.
  await expect(async () => {
    await page.reload();
    await expect(links).toHaveText(arranged, { timeout: 10_000 });
  }).toPass({ timeout: 60_000 });
  await expectAccessible(page);
});

test("toasts are at most three, wait under the pointer, and leave", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-write"]);
  await page.clock.install();
  await page.goto("/catalog/default/component/booking-api");
  await expect(page.getByRole("heading", { level: 2, name: "About" })).toBeVisible();
  // The clock of the test numbers its timers from 10^12, and the program can only stop those whose numbers have 32 bits.
  // Toasts stay longer, so that a slow machine makes four of them in time.
  await page.evaluate(() => {
    const { setTimeout, clearTimeout } = window;
    const timers: number[] = [];
    Object.assign(window, {
      setTimeout: (run: TimerHandler, delay?: number, ...rest: unknown[]) => timers.push(setTimeout(run, delay === 6_000 ? 20_000 : delay, ...rest)),
      clearTimeout: (number: number) => clearTimeout(timers[number - 1]),
    });
  });
  const toasts = page.locator(".toast");
  const copy = async (name: string, title: string) => {
    await page.keyboard.press("Control+k");
    await page.keyboard.type(name);
    await expect(page.getByRole("option").first()).toContainText(title);
    await page.keyboard.press("Tab");
    await page.getByRole("option", { name: /Copy reference/ }).click();
    await expect(toasts.last()).toContainText(`component:default/${name}`);
  };
  await copy("booking-api", "Booking API");
  await copy("bill-of-lading", "Bill of lading");
  await copy("booking-outbox", "Booking outbox");
  await copy("quote-worker", "Quote worker");
  // The oldest gave way, and the next to leave is the one that waits.
  await expect(toasts).toContainText(["bill-of-lading", "booking-outbox", "quote-worker"]);
  await toasts.first().hover();
  await page.clock.fastForward(21_000);
  await expect(toasts).toContainText(["bill-of-lading"]);
  await page.mouse.move(10, 10);
  await page.clock.fastForward(21_000);
  await expect(toasts).toHaveCount(0);
});

test("on paper the page is what it says, without the frame", async ({ page }, testInfo) => {
  await page.goto("/catalog/default/component/booking-api");
  await settled(page);
  await page.emulateMedia({ media: "print" });
  await expect(page.getByRole("complementary", { name: "Sidebar" })).toBeHidden();
  await expect(page.getByRole("banner")).toBeHidden();
  await expect(page.getByRole("heading", { level: 1, name: "Booking API" })).toBeVisible();
  await testInfo.attach("print.png", { body: await page.screenshot({ fullPage: true }), contentType: "image/png" });
});
