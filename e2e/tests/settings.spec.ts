// Settings: profile, appearance, stars, tokens, about; signing in and out.
import type { Page } from "@playwright/test";
import { expect, expectAccessible, test } from "../fixtures/test.ts";
import { starComponent } from "../fixtures/stars.ts";
import { Portal } from "../fixtures/portal.ts";

const settings = (page: Page) => {
  const main = page.getByRole("main");
  return {
    main,
    heading: (name: string) => main.getByRole("heading", { level: 2, name }),
    section: (name: string) => main.getByRole("navigation", { name: "Settings sections" }).getByRole("link", { name }),
    stars: main.getByRole("list", { name: "Starred entities" }).getByRole("listitem"),
    tokens: main.getByRole("list", { name: "Your tokens" }).getByRole("listitem"),
  };
};

/** What the server keeps for the guest; `undefined` where there is nothing. */
async function saved(page: Page, portal: Portal, bucket: string, key: string): Promise<unknown> {
  const session = await (await page.request.post(`${portal.url}/api/auth/guest/refresh`)).json();
  const headers = { authorization: `Bearer ${session.backstageIdentity.token}` };
  const answer = await page.request.get(`${portal.url}/api/user-settings/buckets/${bucket}/keys/${key}`, { headers });
  return answer.ok() ? (await answer.json()).value : undefined;
}

/** Waits until the stars on the server are these, in this order. */
async function savedStars(page: Page, portal: Portal, refs: string[]): Promise<void> {
  await expect.poll(() => saved(page, portal, "default.starredEntities", "entityRefs")).toEqual(refs);
}

/** Stars entities on their pages. */
async function star(page: Page, portal: Portal, names: string[]): Promise<void> {
  for (const name of names) await starComponent(page, portal, name);
  await savedStars(page, portal, names.map((name) => `component:default/${name}`));
}

test("the sections are reached from the sidebar, the palette and the person's menu", async ({ page }) => {
  const { heading, section, main } = settings(page);
  await page.goto("/catalog");
  await page.getByRole("complementary", { name: "Sidebar" }).getByRole("link", { name: "Settings" }).click();
  await expect(page).toHaveURL("/settings");
  await expect(heading("Profile")).toBeVisible();
  await expect(main.getByText("user:development/guest").first()).toBeVisible();
  await expect(main.getByText("The catalog has no user of your name")).toBeVisible();
  await section("About").click();
  await expect(page).toHaveURL("/settings/about");
  await expect(section("About")).toHaveAttribute("aria-current", "page");
  await expect(page).toHaveTitle(/^About · Settings · /);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("create token");
  await expect(page.getByRole("option", { name: "Create token", exact: true })).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(heading("Access tokens")).toBeVisible();
  await expect(main.getByText("Guests cannot create tokens here")).toBeVisible();
  await expect(main.getByRole("link", { name: "Create token" })).toHaveCount(0);
  await page.getByRole("button", { name: /your menu$/ }).click();
  await page.getByRole("menuitem", { name: "Profile and settings" }).click();
  await expect(heading("Profile")).toBeVisible();
  await page.goto("/settings/nope");
  await expect(main.getByRole("heading", { name: "There is no such section" })).toBeVisible();
});

for (const [section, name] of [
  ["profile", "Profile"],
  ["appearance", "Appearance"],
  ["starred", "Starred"],
  ["tokens", "Access tokens"],
  ["about", "About Callboard"],
] as const) {
  test(`the section ${section} says all that it shows`, async ({ page }) => {
    const { main } = settings(page);
    await page.goto(`/settings/${section}`);
    await expect(main.getByRole("heading", { level: 2, name, exact: true })).toBeVisible();
    await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
    await expect(main).toMatchAriaSnapshot({ name: `${section}.aria.yml` });
  });
}

test("beside a narrow sidebar the sections keep their words, and on a phone the current one is in view", async ({ page }) => {
  const { heading, section } = settings(page);
  const words = (name: string) => section(name).getByText(name).evaluate((element) => element.getBoundingClientRect().width);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto("/settings/appearance");
  await expect(heading("Appearance")).toBeVisible();
  await page.keyboard.press("[");
  await expect(page.locator(".app")).toHaveAttribute("data-sidebar", "rail");
  expect(await words("Access tokens")).toBeGreaterThan(50);
  await page.setViewportSize({ width: 768, height: 900 });
  expect(await words("Access tokens")).toBeGreaterThan(50);

  await page.setViewportSize({ width: 375, height: 812 });
  await page.goto("/settings/about");
  await expect(heading("About Callboard")).toBeVisible();
  await expect(section("About")).toBeInViewport({ ratio: 0.9 });
  await section("Access tokens").click();
  await expect(heading("Access tokens")).toBeVisible();
  await expect(section("Access tokens")).toBeInViewport({ ratio: 0.9 });
  expect(await page.evaluate(() => scrollY)).toBe(0);
});

test("appearance is chosen by keyboard, shows at once in other tabs, and follows to other devices", async ({ page, ownPortal, browser, context }) => {
  await page.goto(`${ownPortal.url}/settings/appearance`);
  const other = await context.newPage();
  await other.goto(`${ownPortal.url}/settings/appearance`);
  await page.bringToFront();
  const html = page.locator("html");
  await page.getByRole("radio", { name: "Match system" }).focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("radio", { name: "Dark" })).toBeChecked();
  await expect(html).toHaveAttribute("data-theme", "dark");
  const density = page.getByRole("radiogroup", { name: "Density" });
  await density.getByRole("radio", { name: "Default" }).focus();
  await page.keyboard.press("ArrowRight");
  await expect(density.getByRole("radio", { name: "Compact" })).toBeFocused();
  await expect(density.getByRole("radio", { name: "Compact" })).toBeChecked();
  await page.getByRole("switch", { name: "Single-key shortcuts" }).focus();
  await page.keyboard.press("Space");

  await expect(other.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(other.getByRole("radio", { name: "Compact" })).toBeChecked();
  await expect(other.getByRole("switch", { name: "Single-key shortcuts" })).not.toBeChecked();
  await other.close();

  await expect
    .poll(() => saved(page, ownPortal, "callboard.preferences", "appearance"))
    .toEqual({ theme: "dark", density: "compact", singleKeys: "off" });
  const device = await browser.newContext();
  const elsewhere = await device.newPage();
  await elsewhere.goto(`${ownPortal.url}/settings/appearance`);
  await expect(elsewhere.getByRole("switch", { name: "Single-key shortcuts" })).not.toBeChecked();
  await expect(elsewhere.locator("html")).toHaveAttribute("data-theme", "dark");
  await device.close();

  // A device may keep its choices to itself.
  await page.getByRole("switch", { name: "Only on this device" }).click();
  await page.getByRole("radio", { name: "Light" }).click();
  await expect(html).toHaveAttribute("data-theme", "light");
  await page.reload();
  await expect(page.getByRole("switch", { name: "Only on this device" })).toBeChecked();
  await expect(html).toHaveAttribute("data-theme", "light");
  await expect(page.getByRole("main")).toMatchAriaSnapshot(`
    - navigation "Settings sections"
    - region "Appearance":
      - heading "Appearance" [level=2]
      - group "Theme":
        - radio "Match system"
        - radio "Light" [checked]
        - radio "Dark"
      - radiogroup "Density":
        - radio "Compact" [checked]
      - radiogroup "Sidebar":
        - radio "Wide" [checked]
      - switch "Single-key shortcuts"
      - switch "Only on this device" [checked]
  `);
});

test("stars are put in order by keys and by dragging, taken away, brought back, and follow in other tabs", async ({ page, ownPortal, context }) => {
  const { main, stars } = settings(page);
  const refs = (...names: string[]) => names.map((name) => `component:default/${name}`);
  await star(page, ownPortal, ["booking-api", "quote-worker", "label-printer"]);
  await page.goto(`${ownPortal.url}/settings/starred`);
  await expect(stars).toHaveCount(3);
  const other = await context.newPage();
  await other.goto(`${ownPortal.url}/`);
  const otherNav = other.getByRole("navigation", { name: "Starred" }).getByRole("link");
  await expect(otherNav).toHaveText(["Booking API", "Quote worker", "Label printer"]);
  await page.bringToFront();

  // By keyboard: the focus stays on the handle of what was moved.
  const handle = (name: string) => main.getByRole("button", { name: new RegExp(`^Reorder ${name}`) });
  await handle("Booking API").focus();
  await page.keyboard.press("ArrowDown");
  await expect(stars.getByRole("link")).toHaveText(["Quote worker", "Booking API", "Label printer"]);
  await expect(handle("Booking API")).toBeFocused();
  await page.keyboard.press("End");
  await expect(stars.getByRole("link")).toHaveText(["Quote worker", "Label printer", "Booking API"]);
  await savedStars(page, ownPortal, refs("quote-worker", "label-printer", "booking-api"));
  await expect(otherNav).toHaveText(["Quote worker", "Label printer", "Booking API"]);

  // By dragging.
  const [from, to] = [await handle("Booking API").boundingBox(), await handle("Quote worker").boundingBox()];
  await page.mouse.move(from!.x + 8, from!.y + 8);
  await page.mouse.down();
  await page.mouse.move(to!.x + 8, to!.y - 4, { steps: 5 });
  await page.mouse.up();
  await expect(stars.getByRole("link")).toHaveText(["Booking API", "Quote worker", "Label printer"]);
  await savedStars(page, ownPortal, refs("booking-api", "quote-worker", "label-printer"));

  // Found, taken away, brought back to the same place.
  await main.getByRole("searchbox", { name: "Find in your stars" }).fill("quote");
  await expect(stars).toHaveCount(1);
  await main.getByRole("button", { name: "Star Quote worker" }).click();
  await expect(main.getByText("No star matches")).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await main.getByRole("searchbox").fill("");
  await expect(stars.getByRole("link")).toHaveText(["Booking API", "Quote worker", "Label printer"]);
  await savedStars(page, ownPortal, refs("booking-api", "quote-worker", "label-printer"));

  // What is starred elsewhere shows here without a reload, and the other way round.
  await other.bringToFront();
  await other.goto(`${ownPortal.url}/catalog/default/component/bill-of-lading`);
  await other.getByRole("main").getByRole("button", { name: "Star bill-of-lading" }).click();
  await expect(stars).toHaveCount(4);
  await other.close();
  await expectAccessible(page);
});

test("stars of what is gone are marked and removed in one go", async ({ page, ownPortal }) => {
  const { main, stars } = settings(page);
  await star(page, ownPortal, ["booking-api"]);
  const session = await (await page.request.post(`${ownPortal.url}/api/auth/guest/refresh`)).json();
  await page.request.put(`${ownPortal.url}/api/user-settings/buckets/default.starredEntities/keys/entityRefs`, {
    headers: { authorization: `Bearer ${session.backstageIdentity.token}` },
    data: { value: ["component:default/gone", "component:default/booking-api", "api:default/also-gone"] },
  });
  await page.goto(`${ownPortal.url}/settings/starred`);
  await expect(main.getByText("2 starred entities are no longer in the catalog")).toBeVisible();
  await expect(stars.filter({ hasText: "Not in the catalog" })).toHaveCount(2);
  await main.getByRole("button", { name: "Remove them" }).click();
  await expect(stars).toHaveCount(1);
  // The way back stays while the pointer rests on it.
  await page.locator(".toast").hover();
  await savedStars(page, ownPortal, ["component:default/booking-api"]);
  await page.getByRole("button", { name: "Undo" }).click();
  await savedStars(page, ownPortal, ["component:default/gone", "component:default/booking-api", "api:default/also-gone"]);
});

test.describe("where guests may make tokens", () => {
  // A refused token is what the test is about.
  test.use({ allowedConsoleErrors: /Failed to load resource/ });
  let portal: Portal;
  test.beforeAll(async () => {
    portal = await Portal.start({ config: "auth: { personalTokens: { allowGuest: true } }\n" });
  });
  test.afterAll(async () => portal.stop());

  test("a token is made by keyboard, used, and refused once it is revoked", async ({ page, request }) => {
    const { main, tokens } = settings(page);
    const keys = page.keyboard;
    const use = async (token: string) => request.get(`${portal.url}/api/catalog/entities?limit=1`, { headers: { authorization: `Bearer ${token}` } });
    await page.goto(`${portal.url}/settings/tokens`);
    await expect(main.getByRole("heading", { name: "You have no tokens" })).toBeVisible();
    await expectAccessible(page);
    await main.getByRole("link", { name: "Create token" }).focus();
    await keys.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Create token" });
    const name = dialog.getByRole("textbox", { name: "Name" });
    await expect(name).toBeFocused();
    await expect(page).toHaveURL(/\/settings\/tokens\?new/);
    await keys.press("Enter");
    await expect(name).toHaveAttribute("aria-invalid", "true");
    await expect(dialog.getByRole("alert")).toContainText("Say what the token is for, so that you know later");
    await keys.type("Deploy script");
    await expectAccessible(page);
    // A key or a click beside the dialog loses neither what was typed nor a secret that is shown once.
    const leave = async () => {
      await keys.press("Escape");
      await keys.press("Escape");
      await page.mouse.click(5, 5);
    };
    await leave();
    await expect(name).toHaveValue("Deploy script");
    await name.press("Enter");

    const secretDialog = page.getByRole("dialog", { name: "Your new token" });
    const field = secretDialog.getByRole("textbox", { name: "Deploy script" });
    await expect(field).toBeFocused();
    const secret = await field.inputValue();
    expect(secret).toMatch(/^cbp_[A-Za-z0-9]{12}_[A-Za-z0-9]{43}$/);
    await expect(secretDialog.getByText(`Bearer ${secret}`)).toBeVisible();
    await expectAccessible(page);
    const answer = await use(secret);
    expect(answer.status()).toBe(200);
    expect(await answer.json()).toHaveLength(1);
    const change = await request.post(`${portal.url}/api/catalog/refresh`, {
      headers: { authorization: `Bearer ${secret}` },
      data: { entityRef: "component:default/booking-api" },
    });
    expect(change.status(), "it only reads").toBe(403);
    await leave();
    await expect(field).toHaveValue(secret);
    await secretDialog.getByRole("button", { name: "Done" }).press("Enter");
    await expect(secretDialog).toBeHidden();
    await expect(page).toHaveURL(`${portal.url}/settings/tokens`);
    expect(await page.content(), "the secret is shown once").not.toContain(secret);

    await page.reload();
    await expect(tokens).toHaveCount(1);
    await expect(tokens).toContainText("Read only");
    await expect(tokens).toContainText(/Last used (just now|1 min ago)/);
    await expect(main.getByRole("list", { name: "Your tokens" })).toMatchAriaSnapshot(`
      - list "Your tokens":
        - listitem:
          - button "Revoke Deploy script"
    `);
    await main.getByRole("button", { name: "Revoke Deploy script" }).focus();
    await keys.press("Enter");
    const confirm = page.getByRole("dialog", { name: "Revoke Deploy script?" });
    await expect(confirm.getByRole("button", { name: "Cancel" })).toBeFocused();
    await keys.press("Tab");
    await keys.press("Enter");
    await expect(confirm).toBeHidden();
    await expect(main.getByRole("heading", { name: "You have no tokens" })).toBeVisible();
    expect((await use(secret)).status()).toBe(401);
    for (const part of ["a personal token was made", "a personal token was used for the first time", "a personal token was revoked"]) {
      await expect.poll(() => portal.log()).toContain(part);
    }
    expect(portal.log()).not.toContain(secret);
  });

  test("a form that is closed while its token is made does not show the secret to the next one", async ({ page }) => {
    const { main, tokens } = settings(page);
    let release = () => {};
    const held = new Promise<void>((done) => (release = done));
    await page.route("**/api/personal-tokens", async (route) => {
      if (route.request().method() === "POST") await held;
      await route.continue();
    });
    await page.goto(`${portal.url}/settings/tokens?new`);
    const dialog = page.getByRole("dialog", { name: "Create token" });
    const name = dialog.getByRole("textbox", { name: "Name" });
    await name.fill("Abandoned");
    await name.press("Enter");
    await expect(dialog.locator("[aria-busy=true]")).toBeVisible();
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await expect(dialog).toBeHidden();
    release();
    // It was made all the same, and can be revoked.
    const abandoned = tokens.filter({ hasText: "Abandoned" });
    await expect(abandoned).toHaveCount(1);
    await main.getByRole("link", { name: "Create token" }).click();
    await expect(name).toHaveValue("");
    await page.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
    await main.getByRole("button", { name: "Revoke Abandoned" }).click();
    await page.getByRole("dialog", { name: "Revoke Abandoned?" }).getByRole("button", { name: "Revoke token" }).click();
    await expect(abandoned).toHaveCount(0);
  });
});

test.describe("choices that the server does not take", () => {
  test.use({ allowedConsoleErrors: /Failed to load resource/ });
  const place = "**/api/user-settings/buckets/callboard.preferences/keys/appearance";
  const changes = "**/api/catalog/events";

  test("a refusal is told of, and Try again saves", async ({ page, ownPortal }) => {
    await page.route(place, (route) => (route.request().method() === "PUT" ? route.fulfill({ status: 503, body: "" }) : route.continue()));
    await page.goto(`${ownPortal.url}/settings/appearance`);
    await page.getByRole("radio", { name: "Dark" }).click();
    const alert = page.getByRole("alert").filter({ hasText: "Your choice was not saved" });
    await expect(alert).toBeVisible();
    await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
    await page.unroute(place);
    await alert.getByRole("button", { name: "Try again" }).click();
    await expect.poll(() => saved(page, ownPortal, "callboard.preferences", "appearance")).toEqual({ theme: "dark" });
    await expect(alert).toHaveCount(0);
  });

  test("while the server is away they wait, and go out when it is back", async ({ page, ownPortal }) => {
    await page.route(changes, (route) => route.abort());
    await page.route(place, (route) => (route.request().method() === "PUT" ? route.abort() : route.continue()));
    await page.goto(`${ownPortal.url}/settings/appearance`);
    const lost = page.waitForEvent("requestfailed", (request) => request.method() === "PUT");
    await page.getByRole("radio", { name: "Dark" }).click();
    await lost;
    const away = page.getByRole("status").filter({ hasText: "The server does not answer." });
    await expect(away).toBeVisible();
    await expect(page.getByText("Your choice was not saved")).toHaveCount(0);
    await page.unroute(place);
    await page.unroute(changes);
    await away.getByRole("button", { name: "Try again" }).click();
    await expect.poll(() => saved(page, ownPortal, "callboard.preferences", "appearance")).toEqual({ theme: "dark" });
  });
});

test("the page tells what runs and whose work it stands on", async ({ page }) => {
  const { main } = settings(page);
  await page.goto("/settings/about");
  await expect(main.getByText(/^Callboard \d+\.\d+\.\d+/)).toBeVisible();
  await expect(main.getByRole("link", { name: "API reader" })).toHaveAttribute("href", "/api/docs/");
  await main.getByRole("button", { name: "Show licences" }).click();
  await main.getByRole("searchbox", { name: "Find by name or licence" }).fill("leptos_router");
  await main.getByRole("button", { name: "Read the licence of leptos_router", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Licence of leptos_router" });
  await expect(dialog).toContainText("Permission is hereby granted");
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
});

test("signing out ends it in every tab, and signing in leads back to the same place", async ({ page, context, portal }) => {
  const place = "/catalog?kind=api&q=booking#top";
  await page.goto(place);
  await expect(page.getByRole("grid")).toBeVisible();
  const other = await context.newPage();
  await other.goto(`${portal.url}/catalog/default/component/booking-api/yaml`);
  await expect(other.getByRole("heading", { level: 1, name: "Booking API" })).toBeVisible();
  await page.bringToFront();
  await page.getByRole("button", { name: /your menu$/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { level: 1, name: /^Sign in to / })).toBeVisible();
  await expect(page.getByText("You are signed out")).toBeVisible();
  await expect(page.getByRole("main")).toMatchAriaSnapshot({ name: "signin.aria.yml" });
  await expect(page.getByRole("complementary", { name: "Sidebar" })).toHaveCount(0);
  await expectAccessible(page);
  await expect(other.getByRole("heading", { level: 1, name: /^Sign in to / })).toBeVisible();

  // A reload does not sign in by itself, and a deep link asks first.
  await page.goto("/catalog/default/component/quote-worker/dependencies");
  await expect(page).toHaveURL(/\/signin\?next=/);
  await page.getByRole("button", { name: "Continue as guest" }).click();
  await expect(page).toHaveURL("/catalog/default/component/quote-worker/dependencies");
  await expect(page.getByRole("heading", { level: 1, name: "Quote worker" })).toBeVisible();
  // The other tab goes back to where it was, by itself.
  await expect(other).toHaveURL(`${portal.url}/catalog/default/component/booking-api/yaml`);
  await other.close();
});

test("an address that names another site as the way back leads home", async ({ page, portal }) => {
  for (const next of ["//evil.example", "https://evil.example", "/\\evil.example", "/%2F%2Fevil.example", "%2F%5Cevil.example"]) {
    await page.goto(`/signin?next=${encodeURIComponent(next)}`);
    await expect(page).toHaveURL(`${portal.url}/`);
    await expect(page.getByRole("heading", { level: 1, name: /^Good / })).toBeVisible();
  }
  await page.goto(`/signin?next=${encodeURIComponent("/catalog?kind=system")}`);
  await expect(page).toHaveURL(`${portal.url}/catalog?kind=system`);
});

test.describe("where nobody is let in", () => {
  test.use({ allowedConsoleErrors: /Failed to load resource/ });

  test("a refusal says why, and the way back stays until it is over", async ({ page }) => {
    const refused = {
      error: { name: "NotAllowedError", message: "guest sign-in is closed for today" },
      response: { statusCode: 403 },
    };
    await page.route("**/api/auth/guest/refresh", (route) => route.fulfill({ status: 403, json: refused }));
    await page.goto("/catalog?kind=api&q=booking");
    await expect(page).toHaveURL(/\/signin\?next=/);
    await expect(page.getByText("You were not let in")).toBeVisible();
    await expect(page.getByText("Guest sign-in is closed for today.")).toBeVisible();
    await page.unroute("**/api/auth/guest/refresh");
    await page.getByRole("button", { name: "Continue as guest" }).click();
    await expect(page).toHaveURL("/catalog?kind=api&q=booking");
  });

  test("without a way in the page says what to configure", async ({ page }, testInfo) => {
    await page.emulateMedia({ colorScheme: "dark" });
    await page.setViewportSize({ width: 375, height: 812 });
    await page.route("**/api/app/config", async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), signInProviders: [] } });
    });
    // The document carries the same; where it names no way in, the page asks once more.
    await page.route((url) => url.pathname === "/catalog", async (route) => {
      const text = await (await route.fetch()).text();
      const body = text.replace(/(&quot;signInProviders&quot;:)\[[^\]]*\]/, "$1[]");
      expect(body).not.toBe(text);
      await route.fulfill({ contentType: "text/html; charset=utf-8", body });
    });
    await page.goto("/catalog?kind=api");
    await expect(page).toHaveURL(/\/signin\?next=/);
    await expect(page.getByText("Nobody can sign in yet")).toBeVisible();
    await expect(page.getByRole("main")).toContainText("dangerouslyAllowOutsideDevelopment: true");
    await expect(page.getByRole("main")).toMatchAriaSnapshot(`
      - heading /Sign in to .+/ [level=1]
      - region "app-config.yaml"
      - button "Try again"
    `);
    await expectAccessible(page);
    await testInfo.attach("signin-dark-375.png", { body: await page.screenshot(), contentType: "image/png" });
    await page.unroute("**/api/app/config");
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(page).toHaveURL("/catalog?kind=api");
  });
});
