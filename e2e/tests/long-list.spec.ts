// 14,000 entities: rows come as they are needed, and everything that can be done with a list works on all of them.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "../fixtures/test.ts";
import { CatalogScreen } from "../fixtures/catalog.ts";
import { Portal } from "../fixtures/portal.ts";

const N_ENTITIES = 14_000;
/** The most rows that the page keeps in the document, and the row of the head and the two spacers. */
const MAX_ROWS = 80 + 3;

const longList = test.extend<object, { longPortal: Portal }>({
  longPortal: [
    async ({}, use) => {
      const folder = await mkdtemp(join(tmpdir(), "callboard-long-"));
      const portal = await Portal.start({ config: await Portal.generate(N_ENTITIES, folder), readyWithinMs: 150_000 });
      await use(portal);
      await portal.stop();
      await rm(folder, { recursive: true, force: true });
    },
    { scope: "worker", timeout: 180_000 },
  ],
});

/** How many rows the table has, once all entities are there. */
async function opened(catalog: CatalogScreen): Promise<number> {
  await expect.poll(async () => Number(await catalog.grid.getAttribute("aria-rowcount")), { timeout: 90_000 }).toBeGreaterThan(N_ENTITIES);
  return Number(await catalog.grid.getAttribute("aria-rowcount")) - 1;
}

longList("all rows can be scrolled through, few are in the document, and Back returns to the place", async ({ page, longPortal }) => {
  test.setTimeout(150_000);
  const catalog = new CatalogScreen(page);
  await page.goto(`${longPortal.url}/catalog?kind=all`);
  const n_rows = await opened(catalog);
  expect(await catalog.grid.locator("tr").count()).toBeLessThanOrEqual(MAX_ROWS);

  await catalog.grid.focus();
  await page.keyboard.press("End");
  const last = catalog.grid.locator(`tr[aria-rowindex="${n_rows + 1}"]`);
  await expect(last).toBeInViewport();
  await expect(last.locator("td.name").getByRole("link")).toBeVisible();
  expect(await catalog.grid.locator("tr").count()).toBeLessThanOrEqual(MAX_ROWS);

  await catalog.scroller.evaluate((scroller) => scroller.scrollTo(0, scroller.scrollHeight / 2));
  const middle = catalog.grid.locator(`tr[aria-rowindex="${Math.round(n_rows / 2) + 10}"] td.name`).getByRole("link");
  const name = await middle.innerText();
  const offset = await catalog.scroller.evaluate((scroller) => scroller.scrollTop);
  await middle.click();
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  await page.goBack();
  await expect(middle).toHaveText(name);
  await expect(middle).toBeInViewport();
  await expect.poll(() => catalog.scroller.evaluate((scroller) => scroller.scrollTop)).toBe(offset);
});

longList("rows that fly past are written in short, and whole once they can be read", async ({ page, longPortal }) => {
  test.setTimeout(150_000);
  const catalog = new CatalogScreen(page);
  await page.goto(`${longPortal.url}/catalog?kind=all`);
  await opened(catalog);
  const inShort = catalog.grid.locator("td.name > span.entity-ref");
  const whole = catalog.grid.locator("td.name > a.entity-ref");
  /** Scrolls by so many rows with each frame; answers the most rows that were written in short in one frame. */
  const scroll = (nRows: number) =>
    catalog.scroller.evaluate(async (scroller, nRows) => {
      const rowHeight = scroller.querySelector("tbody tr[aria-rowindex]")!.clientHeight;
      let most = 0;
      // Frames of 16 ms, however slow they are painted: what pauses is no flight.
      const { now } = Date;
      const start = now();
      for (let step = 0; step < 40; step++) {
        Date.now = () => start + step * 16;
        scroller.scrollTop += nRows * rowHeight;
        await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
        most = Math.max(most, scroller.querySelectorAll("td.name > span.entity-ref").length);
      }
      Date.now = now;
      return most;
    }, nRows);
  await expect(whole.first()).toBeVisible();
  expect(await scroll(2)).toBe(0);
  expect(await scroll(14)).toBeGreaterThan(10);
  await expect(inShort).toHaveCount(0);
  await expect(whole.first()).toBeAttached();
  // The stars come last.
  await expect(catalog.grid.locator(".skeleton")).toHaveCount(0);
  await expect.poll(async () => (await whole.count()) - (await catalog.grid.locator("button.star").count())).toBe(0);
  // A jump lands on rows that are whole in their first frame.
  await catalog.grid.focus();
  await page.keyboard.press("Home");
  await expect(catalog.grid.locator('tr[aria-rowindex="2"]')).toBeInViewport();
  await expect(inShort).toHaveCount(0);
});

longList("found, filtered, left out, sorted, selected and exported, all of them", async ({ page, longPortal }) => {
  test.setTimeout(150_000);
  const catalog = new CatalogScreen(page);
  await page.goto(`${longPortal.url}/catalog?kind=all`);
  const n_all = await opened(catalog);

  await catalog.leaveOut("Lifecycle", "Deprecated");
  await expect.poll(async () => Number(await catalog.grid.getAttribute("aria-rowcount"))).toBeLessThan(n_all + 1);
  await catalog.sortBy("Owner");
  await expect(catalog.header("Owner")).toHaveAttribute("aria-sort", "ascending");
  const n_rows = Number(await catalog.grid.getAttribute("aria-rowcount")) - 1;

  // Values of a long facet are found by typing, and all of them can be listed.
  const owner = catalog.facet("Owner");
  await owner.getByRole("button", { name: /^Show (all|the first)/ }).click();
  expect(await owner.getByRole("listitem").count()).toBeGreaterThan(20);
  const first = await owner.getByRole("checkbox").first().evaluate((box) => box.closest("label")?.title ?? "");
  await owner.getByRole("searchbox").fill(first);
  await expect(owner.getByRole("listitem").first()).toContainText(first);

  const lines = await catalog.export();
  expect(lines).toHaveLength(n_rows + 1);
  expect(lines[0]).toBe("Reference,Name,Kind,Owner,Type,Lifecycle");
  expect(lines.filter((line) => line.endsWith(",deprecated"))).toEqual([]);

  await catalog.grid.focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("x");
  await page.keyboard.press("Shift+End");
  await expect(catalog.toolbarOfSelection.getByText(`${n_rows.toLocaleString("en")} selected`)).toBeVisible();
  await page.keyboard.press("Home");
  await page.keyboard.press("x");
  await expect(catalog.toolbarOfSelection.getByText(`${(n_rows - 1).toLocaleString("en")} selected`)).toBeVisible();
});

longList("on a phone the page itself scrolls, and few rows are in the document", async ({ page, longPortal }) => {
  test.setTimeout(150_000);
  const catalog = new CatalogScreen(page);
  await page.setViewportSize({ width: 375, height: 812 });
  await page.goto(`${longPortal.url}/catalog?kind=all`);
  const n_rows = await opened(catalog);
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight / 2));
  await expect(catalog.grid.locator(`tr[aria-rowindex="${Math.round(n_rows / 2)}"] td.name`).getByRole("link")).toBeVisible();
  expect(await catalog.grid.locator("tr").count()).toBeLessThanOrEqual(MAX_ROWS);
  const before = await page.evaluate(() => window.scrollY);
  await page.waitForFunction(() => new Promise((settled) => requestAnimationFrame(() => requestAnimationFrame(() => settled(true)))));
  expect(await page.evaluate(() => window.scrollY), "the page scrolls on by itself").toBe(before);
});
