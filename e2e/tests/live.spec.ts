// Open pages follow the files on disk, and survive a server that is away.
import { readFile, writeFile } from "node:fs/promises";
import { expect, test } from "../fixtures/test.ts";
import { CatalogScreen } from "../fixtures/catalog.ts";
import type { Portal } from "../fixtures/portal.ts";

async function edit(portal: Portal, path: string, from: string, to: string): Promise<void> {
  const file = portal.example(path);
  const text = await readFile(file, "utf8");
  const changed = text.replace(from, to);
  expect(changed, `${path} does not contain ${from}`).not.toBe(text);
  await writeFile(file, changed);
}

test("a saved file changes the open table, and scroll, focus and input stay", async ({ page, ownPortal }) => {
  const catalog = new CatalogScreen(page);
  await page.goto(`${ownPortal.url}/catalog`);
  await expect(catalog.row("bill-of-lading")).toBeVisible();
  await catalog.textFilter.fill("quote");
  await expect(page).toHaveURL(/q=quote/);
  const row = catalog.row("quote-worker");
  await expect(row).toBeVisible();
  await catalog.textFilter.focus();
  await edit(ownPortal, "systems/quote-engine/catalog-info.yaml", "Takes quote requests from the queue", "Changed on disk");
  await expect(row).toContainText("Changed on disk");
  await expect(catalog.textFilter).toBeFocused();
  await expect(catalog.textFilter).toHaveValue("quote");
});

test("a saved file changes the open page of an entity", async ({ page, ownPortal }) => {
  await page.goto(`${ownPortal.url}/catalog/default/component/quote-worker`);
  await expect(page.getByRole("heading", { level: 1, name: "Quote worker" })).toBeVisible();
  await edit(ownPortal, "systems/quote-engine/catalog-info.yaml", "title: Quote worker", "title: Quote runner");
  await expect(page.getByRole("heading", { level: 1, name: "Quote runner" })).toBeVisible();
  await expect(page).toHaveTitle("Quote runner · Callboard");
});

test.describe("the API fails", () => {
  test.use({ allowedConsoleErrors: /Failed to load resource/ });

  test("the table says why, and Try again brings it", async ({ page }) => {
    const catalog = new CatalogScreen(page);
    const queries = "**/api/catalog/entities/by-query**";
    await page.route(queries, (route) => route.fulfill({ status: 503, body: "" }));
    await page.goto("/catalog");
    await expect(page.getByRole("alert").getByText("The components did not load")).toBeVisible();
    await page.unroute(queries);
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(catalog.row("bill-of-lading")).toBeVisible();
  });

  test("the page of an entity says why, and Try again brings it", async ({ page }) => {
    const entity = "**/api/catalog/entities/by-name/**";
    await page.route(entity, (route) => route.abort());
    await page.goto("/catalog/default/component/quote-worker");
    await expect(page.getByRole("alert").getByText("quote-worker did not load")).toBeVisible();
    await page.unroute(entity);
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(page.getByRole("heading", { level: 2, name: "About" })).toBeVisible();
  });

  test("a token that the server no longer takes is renewed without a word", async ({ page }) => {
    const catalog = new CatalogScreen(page);
    let n_refused = 0;
    await page.route("**/api/catalog/entities/by-query**", (route) =>
      n_refused++ === 0 ? route.fulfill({ status: 401, body: "" }) : route.continue(),
    );
    await page.goto("/catalog");
    await expect(catalog.row("bill-of-lading")).toBeVisible();
    expect(n_refused).toBeGreaterThan(1);
  });
});
