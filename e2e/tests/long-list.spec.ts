// A list that is longer than the document may hold: rows come as they are needed.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "../fixtures/test.ts";
import { CatalogScreen } from "../fixtures/catalog.ts";
import { Portal } from "../fixtures/portal.ts";

const N_COMPONENTS = 1_500;
/** The most rows that the page keeps in the document, and the row of the head and the two spacers. */
const MAX_ROWS = 80 + 3;

const longList = test.extend<object, { longPortal: Portal }>({
  longPortal: [
    async ({}, use) => {
      const folder = await mkdtemp(join(tmpdir(), "callboard-long-"));
      const file = join(folder, "many.yaml");
      const component = (number: number) => {
        const name = `component-${String(number).padStart(4, "0")}`;
        return `apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: { name: ${name} }\nspec: { type: service, lifecycle: production, owner: team }\n`;
      };
      await writeFile(file, Array.from({ length: N_COMPONENTS }, (_, index) => component(index + 1)).join("---\n"));
      const portal = await Portal.start({ config: `catalog:\n  locations:\n    - type: file\n      target: ${file}\n` });
      await use(portal);
      await portal.stop();
      await rm(folder, { recursive: true, force: true });
    },
    { scope: "worker", timeout: 60_000 },
  ],
});

longList("few rows are in the document, wherever the list is scrolled, and Back returns to the place", async ({ page, longPortal }) => {
  const catalog = new CatalogScreen(page);
  await page.goto(`${longPortal.url}/catalog`);
  await expect(catalog.row("component-0001")).toBeVisible();
  await expect(catalog.grid).toHaveAttribute("aria-rowcount", `${N_COMPONENTS + 1}`);
  expect(await catalog.grid.locator("tr").count()).toBeLessThanOrEqual(MAX_ROWS);

  await catalog.grid.focus();
  await page.keyboard.press("End");
  const last = catalog.row("component-1500");
  await expect(last).toBeInViewport();
  await expect(last).toHaveAttribute("aria-rowindex", `${N_COMPONENTS + 1}`);
  expect(await catalog.grid.locator("tr").count()).toBeLessThanOrEqual(MAX_ROWS);
  await expect(page.getByText("of 1,500")).toBeVisible();

  await catalog.scroller.evaluate((scroller) => scroller.scrollTo(0, scroller.scrollHeight / 2));
  const middle = catalog.row("component-0760");
  await expect(middle).toBeVisible();
  const offset = await catalog.scroller.evaluate((scroller) => scroller.scrollTop);
  await middle.getByRole("link", { name: "component-0760" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "component-0760" })).toBeVisible();
  await page.goBack();
  await expect(middle).toBeInViewport();
  await expect.poll(() => catalog.scroller.evaluate((scroller) => scroller.scrollTop)).toBe(offset);
});

longList("on a phone the page itself scrolls, and few rows are in the document", async ({ page, longPortal }) => {
  const catalog = new CatalogScreen(page);
  await page.setViewportSize({ width: 375, height: 812 });
  await page.goto(`${longPortal.url}/catalog`);
  await expect(catalog.row("component-0001")).toBeVisible();
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight / 2));
  await expect(catalog.row("component-0750")).toBeVisible();
  expect(await catalog.grid.locator("tr").count()).toBeLessThanOrEqual(MAX_ROWS);
  const before = await page.evaluate(() => window.scrollY);
  await page.waitForFunction(() => new Promise((settled) => requestAnimationFrame(() => requestAnimationFrame(() => settled(true)))));
  expect(await page.evaluate(() => window.scrollY), "the page scrolls on by itself").toBe(before);
});
