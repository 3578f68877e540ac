// Journeys in the graph of relations.
import { readFile, writeFile } from "node:fs/promises";
import type { Locator, Page } from "@playwright/test";
import { expect, expectAccessible, test } from "../fixtures/test.ts";

/** The graph as people see it. */
class GraphScreen {
  constructor(private readonly page: Page) {}

  get canvas(): Locator {
    return this.page.locator(".graph-stage");
  }

  get panel(): Locator {
    return this.page.getByRole("complementary", { name: "Selected entity" });
  }

  get start(): Locator {
    return this.page.getByRole("combobox", { name: "Start from" });
  }

  node(name: RegExp | string): Locator {
    return this.canvas.getByRole("link", { name });
  }

  /** How large the smaller letters of nodes are on the screen, in pixels. */
  async letterHeight(): Promise<number> {
    const scale = Number(/scale\(([\d.]+)\)/.exec(await this.transform())![1]);
    const remark = this.page.locator(".graph__labels span").first();
    return scale * (await remark.evaluate((element) => parseFloat(getComputedStyle(element).fontSize)));
  }

  /** Where the picture is, as the style says it. */
  async transform(): Promise<string> {
    return this.page.locator(".graph-scene").evaluate((scene: HTMLElement) => scene.style.transform);
  }
}

test("from the start page to a graph, its filters, a selection and the next start", async ({ page }) => {
  const graph = new GraphScreen(page);
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("/api/catalog/graph")) asked.push(request.url());
  });
  await page.goto("/");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Graph" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Graph" })).toBeFocused();
  await expect(page.getByRole("region", { name: "System maps" }).getByRole("link").first()).toBeVisible();
  await expectAccessible(page);

  await graph.start.fill("booking-api");
  await page.getByRole("option", { name: /^Booking API/ }).click();
  await expect(page).toHaveURL("/graph?root=component:booking-api");
  await expect(page).toHaveTitle("Graph of Booking API · Callboard");
  await expect(graph.node(/^Component Booking API, start/)).toBeVisible();
  await expect(graph.node(/^API Rates v3/)).toBeAttached();
  expect(asked, "one request draws a graph").toHaveLength(1);
  const height = await graph.letterHeight();
  expect(height, "the smallest letters can be read").toBeGreaterThanOrEqual(11);
  await graph.panel.getByRole("button", { name: /^Show \d+ more$/ }).click();
  await expect(graph.panel.getByRole("button", { name: "Show fewer" })).toBeFocused();

  await page.getByRole("radio", { name: "1 hop" }).click();
  await expect(page).toHaveURL("/graph?hops=1&root=component:booking-api");
  await page.getByRole("button", { name: "Relations" }).click();
  await page.getByRole("checkbox", { name: "Owned by" }).uncheck();
  await expect(graph.node(/^Group/)).toHaveCount(0);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /^Kinds/ }).click();
  await page.getByRole("checkbox", { name: "Systems" }).uncheck();
  await expect(graph.node(/^System/)).toHaveCount(0);
  await page.getByRole("heading", { level: 1 }).click({ force: true });
  await expect(page.getByRole("checkbox", { name: "Systems" })).toBeHidden();
  await page.getByRole("radio", { name: "Downstream" }).click();
  await expect(page).toHaveURL(/direction=downstream&hops=1&kinds=component,api,resource,domain,group,user&relations=/);
  await expect(page.locator(".page-progress")).toHaveCount(0);

  await graph.node(/^API Rates v3/).click();
  await expect(page).toHaveURL(/node=api:rates-v3/);
  await expect(graph.panel.getByRole("heading", { name: "Rates v3" })).toBeVisible();
  await expect(graph.panel.getByRole("button", { name: "Booking API" })).toBeVisible();
  await graph.panel.getByRole("button", { name: "Start from here" }).click();
  await expect(page).toHaveURL(/root=api:rates-v3/);
  await page.goBack();
  await expect(page).toHaveURL(/node=api:rates-v3.*root=component:booking-api/);
  await expect(graph.panel.getByRole("heading", { name: "Rates v3" })).toBeVisible();
});

test("a graph is said as it is drawn, and the table holds the same", async ({ page }) => {
  const graph = new GraphScreen(page);
  await page.goto("/graph?hops=1&root=component:quote-worker");
  await expect(graph.node(/start/)).toBeVisible();
  await expect(page.getByRole("main")).toMatchAriaSnapshot({ name: "quote-worker.aria.yml" });
  await expectAccessible(page);
  const drawn = await graph.canvas.getByRole("link").count();

  await page.getByRole("radio", { name: "Table" }).click();
  await expect(page).toHaveURL("/graph?hops=1&root=component:quote-worker&view=table");
  const rows = page.getByRole("table").getByRole("row");
  await expect(rows).toHaveCount(drawn + 1);
  await expect(rows.nth(1)).toContainText("Start");
  await expectAccessible(page);
});

test("by keyboard alone: move along relations, zoom, start again, open", async ({ page }) => {
  const graph = new GraphScreen(page);
  const keys = page.keyboard;
  await page.goto("/catalog");
  await expect(page.getByRole("grid")).toBeVisible();
  await keys.press("g");
  await keys.press("r");
  await expect(page).toHaveURL("/graph");
  await expect(page.getByRole("heading", { level: 1, name: "Graph" })).toBeFocused();
  await keys.press("/");
  await expect(graph.start).toBeFocused();
  await keys.type("booking-api");
  // Enter takes the first of what is found for the text as it stands, also when the answer comes later.
  await keys.press("Enter");
  const start = graph.node(/^Component Booking API, start/);
  await expect(start).toBeVisible();

  await start.focus();
  await keys.press("ArrowRight");
  const right = page.locator(".gnode:focus");
  await expect(right).toHaveAccessibleName(/^(API|Component|Resource) /);
  await expect(page).toHaveURL(/node=/);
  await expect(graph.canvas.locator(".graph__lit .edge").first()).toBeAttached();
  await keys.press("ArrowDown");
  await keys.press("ArrowLeft");
  await keys.press("Home");
  await expect(start).toBeFocused();

  const before = await graph.transform();
  await keys.press("+");
  await expect.poll(() => graph.transform()).not.toBe(before);
  await keys.press("0");
  await keys.press("ArrowLeft");
  const name = await right.getAttribute("aria-label");
  await keys.press("r");
  await expect(page).not.toHaveURL(/root=component:booking-api/);
  await expect(graph.node(/, start/)).toHaveAccessibleName(new RegExp(`^${name?.split(",")[0]}, start`));
  await graph.node(/, start/).focus();
  await keys.press("Enter");
  await expect(page).toHaveURL(/\/catalog\//);

  await keys.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toContainText("Along a relation");
});

test("the mouse moves and zooms the picture, and a drag opens nothing", async ({ page }) => {
  const graph = new GraphScreen(page);
  await page.goto("/graph?root=component:booking-api");
  const start = graph.node(/, start/);
  await expect(start).toBeVisible();
  const before = (await start.boundingBox())!;
  await page.mouse.move(before.x + 20, before.y + 20);
  await page.mouse.down();
  await page.mouse.move(before.x + 80, before.y + 60, { steps: 4 });
  await page.mouse.up();
  const after = (await start.boundingBox())!;
  expect(Math.round(after.x - before.x)).toBe(60);
  expect(Math.round(after.y - before.y)).toBe(40);
  await expect(page).not.toHaveURL(/\/catalog/);
  await page.mouse.wheel(0, -300);
  await expect.poll(async () => (await start.boundingBox())!.width).toBeGreaterThan(after.width * 1.2);
  await page.getByRole("button", { name: "Show all" }).click();
  await expect.poll(async () => (await start.boundingBox())!.width).toBeLessThan(after.width * 1.2);
});

test("the exported picture stands alone", async ({ page }, testInfo) => {
  const graph = new GraphScreen(page);
  await page.goto("/graph?hops=1&root=component:booking-api");
  await expect(graph.node(/, start/)).toBeVisible();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Export as SVG" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("graph-booking-api.svg");
  const path = testInfo.outputPath("graph.svg");
  await download.saveAs(path);
  const text = await readFile(path, "utf8");
  expect(text).toContain("<title id=\"title\">Graph of Booking API</title>");
  expect(text).toContain(">Rates v3</text>");
  expect(text).not.toMatch(/var\(--|light-dark\(|href="(?!#)/);

  // Away from the page, whose policy would have its say about the styles of a file that is parsed in it.
  await page.goto("about:blank");
  const drawn = await page.evaluate((text) => {
    const file = new DOMParser().parseFromString(text, "image/svg+xml");
    const icons = [...file.querySelectorAll("use")].map((use) => use.getAttribute("href")!.slice(1));
    return {
      error: file.querySelector("parsererror")?.textContent ?? null,
      nodes: file.querySelectorAll(".gnode").length,
      lost: icons.filter((id) => !file.getElementById(id)),
      colour: /\.edge\{fill:none;stroke:(rgb|color|oklch)/.test(file.querySelector("style")!.textContent!),
    };
  }, text);
  expect(drawn.error).toBeNull();
  expect(drawn.nodes).toBeGreaterThan(10);
  expect(drawn.lost).toEqual([]);
  expect(drawn.colour).toBe(true);
});

test("an entity leads to its graph from its menu and its dependencies", async ({ page }) => {
  const graph = new GraphScreen(page);
  await page.goto("/catalog/default/component/booking-api/dependencies");
  await page.getByRole("radio", { name: "Graph" }).click();
  await expect(page).toHaveURL("/catalog/default/component/booking-api/dependencies?view=graph");
  await expect(graph.node(/^Component Booking API, start/)).toBeVisible();
  await expectAccessible(page);
  await page.reload();
  await expect(graph.node(/^Component Booking API, start/)).toBeVisible();
  await page.getByRole("link", { name: "Open the whole graph" }).click();
  await expect(page).toHaveURL(/^[^?]*\/graph\?relations=.*root=component:booking-api/);
  await page.goto("/catalog/default/component/booking-api");
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Show in graph" }).click();
  await expect(page).toHaveURL("/graph?root=component:booking-api");
});

test("a saved file changes the open graph, and the view and the focus stay", async ({ page, ownPortal }) => {
  const graph = new GraphScreen(page);
  await page.goto(`${ownPortal.url}/graph?root=component:quote-worker&relations=dependsOn,consumesApi,providesApi`);
  const start = graph.node(/, start/);
  await expect(start).toBeVisible();
  await start.focus();
  await page.keyboard.press("+");
  const before = (await start.boundingBox())!;
  const path = ownPortal.example("systems/quote-engine/catalog-info.yaml");
  const text = await readFile(path, "utf8");
  await writeFile(path, text.replace("title: Quote worker", "title: Quote runner"));
  await expect(graph.node(/^Component Quote runner, start/)).toBeFocused();
  const after = (await start.boundingBox())!;
  expect(Math.round(after.x - before.x)).toBe(0);
  expect(Math.round(after.y - before.y)).toBe(0);
});

test("a graph without relations, without its start or with a strange address says so", async ({ page }) => {
  await page.goto("/graph?root=component:quote-worker&relations=childOf");
  await expect(page.getByRole("heading", { name: /has nothing in it but its start/ })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Show all kinds and relations" }).click();
  await expect(new GraphScreen(page).node(/, start/)).toBeVisible();

  await page.goto("/graph?root=component:no-such&hops=70");
  await expect(page.getByRole("heading", { name: "The catalog has no no-such" })).toBeVisible();
  await expect(page.getByText("“70” hops are ignored")).toBeVisible();
});

test.describe("the API fails", () => {
  test.use({ allowedConsoleErrors: /Failed to load resource/ });

  test("the page says why, and Try again brings the graph", async ({ page }) => {
    await page.route("**/api/catalog/graph?*", (route) => route.fulfill({ status: 503, body: "" }));
    await page.goto("/graph?root=component:booking-api");
    await expect(page.getByRole("heading", { name: "The graph did not load" })).toBeVisible();
    await page.unroute("**/api/catalog/graph?*");
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(new GraphScreen(page).node(/, start/)).toBeVisible();
  });
});

test("on a phone the graph moves by touch and the selected entity can be opened", async ({ browser, portal }) => {
  const context = await browser.newContext({ viewport: { width: 375, height: 812 }, hasTouch: true, isMobile: true });
  const page = await context.newPage();
  const graph = new GraphScreen(page);
  await page.goto(`${portal.url}/graph?hops=1&root=component:booking-api`);
  const start = graph.node(/, start/);
  await expect(start).toBeVisible();
  await start.tap();
  const bar = page.getByRole("group", { name: "Selected entity" });
  await expect(bar).toContainText("Booking API");
  const box = (await graph.canvas.boundingBox())!;
  const before = await graph.transform();
  const client = await context.newCDPSession(page);
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const touch = (type: string, apart: number) =>
    client.send("Input.dispatchTouchEvent", {
      type: type as "touchStart",
      touchPoints: type === "touchEnd" ? [] : [{ x: x - apart, y, id: 1 }, { x: x + apart, y, id: 2 }],
    });
  await touch("touchStart", 20);
  await touch("touchMove", 40);
  await touch("touchMove", 80);
  await touch("touchEnd", 80);
  await expect.poll(() => graph.transform()).not.toBe(before);
  const scale = (text: string) => Number(/scale\(([\d.]+)\)/.exec(text)![1]);
  expect(scale(await graph.transform())).toBeGreaterThan(scale(before));
  const overhang = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overhang, "the page scrolls sideways").toBeLessThanOrEqual(0);
  await bar.getByRole("link", { name: "Open" }).tap();
  await expect(page).toHaveURL("/catalog/default/component/booking-api");
  await context.close();
});
