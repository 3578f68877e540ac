// What people see when something breaks: never a blank page, always what to do.
import { expect, expectAccessible, test } from "../fixtures/test.ts";

test.describe("the program", () => {
  test.use({ allowedConsoleErrors: /.*/ });

  test("a panic shows what happened and a report to copy, without what may be secret", async ({ page, context, portal }, testInfo) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.goto("/catalog?q=top-secret&kind=component");
    await expect(page.getByRole("heading", { name: "No components match" })).toBeVisible();
    // The browser refuses to copy elements from now on, which the program takes for impossible.
    await page.evaluate(() => {
      const broken = () => {
        throw new Error("broken by the test");
      };
      Node.prototype.cloneNode = broken;
      Document.prototype.createElement = broken;
    });
    await page.keyboard.press("Control+k");
    const crash = page.getByRole("alert");
    await expect(crash.getByRole("heading", { name: "The page stopped working" })).toBeFocused();
    await expect(page).toHaveTitle("The page stopped working");
    await expect(page.getByRole("main")).toBeHidden();
    const report = page.getByLabel("Report");
    await expect(report).toContainText(/panicked at|RuntimeError/);
    await expect(report).toContainText("Address: /catalog?q&kind (values left out)");
    await expect(report).toContainText(/Version: \d+\.\d+\.\d+/);
    await expect(report).toContainText("Browser: Mozilla");
    await expect(report).not.toContainText("top-secret");
    await crash.getByRole("button", { name: "Copy the report" }).click();
    await expect(crash.getByRole("button", { name: "Copied" })).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain("Address: /catalog");
    await testInfo.attach("stopped.png", { body: await page.screenshot(), contentType: "image/png" });
    await crash.getByRole("link", { name: "Reload the page" }).click();
    await expect(page.getByRole("heading", { name: "No components match" })).toBeVisible();
    expect(page.url()).toContain(`${portal.url}/catalog?q=top-secret`);
  });

  for (const part of ["wasm", "js"]) {
    test(`a page whose ${part} does not come says so`, async ({ page }) => {
      const isPart = (url: URL) => new RegExp(`/frontend-[^/]*\\.${part}$`).test(url.pathname);
      await page.route(isPart, (route) => route.fulfill({ status: 404, body: "" }));
      await page.goto("/");
      await expect(page.getByRole("alert").getByRole("heading", { name: "The page could not be loaded" })).toBeVisible();
      await page.unroute(isPart);
      await page.getByRole("link", { name: "Reload the page" }).click();
      await expect(page.getByRole("main").getByRole("heading", { level: 1 })).toBeVisible();
    });
  }

  test("a part that does not come says so in the frame of the page, and comes when it is tried again", async ({ page }, testInfo) => {
    const isPart = (url: URL) => /\/part-settings-[^/]*\.wasm$/.test(url.pathname);
    let nAsked = 0;
    await page.route(isPart, (route) => {
      nAsked += 1;
      return route.fulfill({ status: 404, body: "" });
    });
    await page.goto("/");
    await expect(page.getByRole("main").getByRole("heading", { level: 1 })).toBeVisible();
    expect(nAsked, "what home does not need does not come with it").toBe(0);
    await page.getByRole("link", { name: "Settings" }).first().click();
    const missing = page.getByRole("main").getByRole("alert");
    await expect(missing.getByRole("heading", { name: "This part of the portal did not load" })).toBeVisible();
    await expectAccessible(page);
    await testInfo.attach("missing-part.png", { body: await page.screenshot(), contentType: "image/png" });
    await page.unroute(isPart);
    await missing.getByRole("button", { name: "Try again" }).click();
    await expect(page.getByRole("main").getByRole("heading", { level: 1 })).toBeFocused();
    await expect(missing).toBeHidden();
    // It is there now: going away and coming back asks for nothing.
    nAsked = 0;
    await page.route(isPart, (route) => route.abort());
    await page.getByRole("link", { name: "Home" }).first().click();
    await page.getByRole("link", { name: "Settings" }).first().click();
    await expect(page.getByRole("main").getByRole("heading", { level: 1 })).toBeVisible();
    expect(nAsked).toBe(0);
  });

  test("a browser without WebAssembly is told which ones have it", async ({ page }) => {
    await page.addInitScript(() => Reflect.deleteProperty(globalThis, "WebAssembly"));
    await page.goto("/");
    const crash = page.getByRole("alert");
    await expect(crash.getByRole("heading", { name: "This browser cannot show the portal" })).toBeVisible();
    await expectAccessible(page);
  });
});

test("without JavaScript the page says what it needs", async ({ browser, portal }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${portal.url}/`);
  await expect(page.getByRole("heading", { name: "This portal needs JavaScript" })).toBeVisible();
  await context.close();
});

test("a page that is long in coming says so", async ({ page }) => {
  let release = () => {};
  const held = new Promise<void>((done) => (release = done));
  await page.route(/_bg\.wasm$/, async (route) => {
    await held;
    await route.continue();
  });
  await page.goto("/", { waitUntil: "commit" });
  await expect(page.getByText("The page is still loading.")).toBeVisible();
  release();
  await expect(page.getByRole("main").getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.getByText("The page is still loading.")).toHaveCount(0);
});

test.describe("the API", () => {
  test.use({ allowedConsoleErrors: /Failed to load resource|Events?Source|stream/ });

  test("a slow answer shows grey rows, then what is slow, and then the data", async ({ page }) => {
    let release = () => {};
    const held = new Promise<void>((done) => (release = done));
    await page.route("**/api/catalog/entities/by-name/**", async (route) => {
      await held;
      await route.continue();
    });
    await page.goto("/catalog/default/component/quote-worker");
    await expect(page.locator(".skeleton-rows.is-due").first()).toBeVisible();
    await expect(page.getByText(/Loading quote-worker takes longer than usual/)).toBeVisible();
    await expectAccessible(page);
    release();
    await expect(page.getByRole("heading", { level: 2, name: "About" })).toBeVisible();
  });

  test("what a person may not see says who can change that", async ({ page }) => {
    await page.route("**/api/catalog/entities/by-name/**", (route) =>
      route.fulfill({ status: 403, json: { error: { name: "NotAllowedError", message: "payroll may see this only" }, response: { statusCode: 403 } } }),
    );
    await page.goto("/catalog/default/component/quote-worker");
    const alert = page.getByRole("alert");
    await expect(alert).toContainText("Payroll may see this only.");
    await expect(alert).toContainText("You are signed in as user:development/guest.");
    await expect(alert).toContainText("Whoever runs this portal can grant access");
    await expectAccessible(page);
  });

  test("without search the palette lists what the page knows, and says so", async ({ page }) => {
    await page.goto("/catalog/default/component/quote-worker");
    await expect(page.getByRole("heading", { level: 2, name: "About" })).toBeVisible();
    await page.route("**/api/search/suggest**", (route) =>
      route.fulfill({ status: 500, json: { error: { name: "Error", message: "the index is gone" }, response: { statusCode: 500 } } }),
    );
    await page.keyboard.press("Control+k");
    const palette = page.getByRole("dialog", { name: "Command palette" });
    await palette.getByRole("combobox").fill("quote");
    await expect(palette.getByRole("status")).toContainText("The server did not answer.");
    await expect(palette.getByRole("option").first()).toContainText("Quote worker");
    await expect(palette.getByRole("option", { name: "Search everything for “quote”" })).toBeVisible();
    await expectAccessible(page);
  });

  // One that is refused leads to the page for signing in, see settings.spec.ts.
  test("a sign-in that fails is told in place of every page", async ({ page }) => {
    await page.route("**/api/auth/guest/refresh", (route) =>
      route.fulfill({ status: 500, json: { error: { name: "Error", message: "the keys of sessions cannot be read" }, response: { statusCode: 500 } } }),
    );
    await page.goto("/catalog");
    await expect(page.getByRole("heading", { level: 1, name: "You are not signed in" })).toBeVisible();
    await expect(page.getByRole("alert").first()).toContainText("The keys of sessions cannot be read.");
    await expect(page.getByRole("grid")).toHaveCount(0);
    await expectAccessible(page);
    await page.unroute("**/api/auth/guest/refresh");
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(page.getByRole("grid")).toBeVisible();
  });
});

test("an address that leads nowhere offers the search", async ({ page }) => {
  await page.goto("/no/such%20page");
  await expect(page.getByRole("heading", { level: 1, name: "There is no such page" })).toBeVisible();
  await expect(page.getByRole("main")).toContainText("/no/such page");
  await expect(page).toHaveTitle(/^Not found · /);
  await expectAccessible(page);
  await page.getByRole("main").getByRole("button", { name: "Search for it" }).click();
  await expect(page.getByRole("combobox", { name: "Search or run a command" })).toBeFocused();
});

test.describe("a name that is mistyped", () => {
  test.use({ allowedConsoleErrors: /status of 404/ });

  test("proposes the entity that may have been meant", async ({ page }) => {
    await page.goto("/catalog/default/component/quote-wroker");
    await expect(page.getByRole("heading", { level: 1, name: "There is no quote-wroker" })).toBeVisible();
    await expectAccessible(page);
    await page.getByRole("main").getByRole("link", { name: "Quote worker" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Quote worker" })).toBeVisible();
  });
});
