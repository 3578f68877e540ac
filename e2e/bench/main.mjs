// Measures the page in headless Chromium against the released program with 14,000 generated entities.
// Usage: node e2e/bench/main.mjs --program PATH [--runs N] [--entities N] [--write PAGE] [--written-by COMMAND]
//
// Times are those of the page itself, from the press of a key or button to the frame in which the result stands: a probe in
// the page watches frames, so that neither the driver nor its connection is measured.
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { startPortal } from "./portal.mjs";
import { installProbe } from "./probe.mjs";
import { Report } from "./report.mjs";

const { values: options } = parseArgs({
  options: {
    program: { type: "string" },
    runs: { type: "string", default: "5" },
    entities: { type: "string", default: "14000" },
    write: { type: "string" },
    "written-by": { type: "string", default: "node e2e/bench/main.mjs" },
  },
});
if (!options.program) throw new Error("--program names the released server");
const nRuns = Number(options.runs);

/** As many entities as one graph shows. */
const GRAPH_NODES = 1_000;
const ROW = ".catalog-table tbody a.entity-ref";
const browser = await chromium.launch({
  executablePath: process.env.CALLBOARD_CHROMIUM || undefined,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"],
});
const portal = await startPortal(options.program, Number(options.entities));
const measured = {};
const note = (name, number) => (measured[name] ??= []).push(number);

try {
  for (let run = 0; run < nRuns; run++) {
    console.error(`run ${run + 1} of ${nRuns}`);
    await firstLoad();
    await journeys();
    await largeGraph();
  }
} finally {
  await portal.stop();
  await browser.close();
}

/** A browser that has never been here: what comes over the wire, and when rows can be read. */
async function firstLoad() {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await installProbe(page);
  const cdp = await context.newCDPSession(page);
  await cdp.send("Network.enable");
  let nBytes = 0;
  let nRequests = 0;
  let nApi = 0;
  cdp.on("Network.requestWillBeSent", ({ request }) => {
    if (!request.url.startsWith("http")) return;
    nRequests += 1;
    if (new URL(request.url).pathname.startsWith("/api/")) nApi += 1;
  });
  cdp.on("Network.loadingFinished", ({ encodedDataLength }) => (nBytes += encodedDataLength));
  await page.goto(`${portal.url}/catalog`, { waitUntil: "commit" });
  note("first rows", await page.evaluate((row) => window.probe.since(0, row), ROW));
  await page.evaluate(() => window.probe.quiet());
  note("first bytes", nBytes);
  note("first requests", nRequests);
  note("first api", nApi);
  note("first cls", await page.evaluate(() => window.probe.layoutShift()));
  // Once more with what the browser has kept.
  await page.goto(`${portal.url}/catalog`, { waitUntil: "commit" });
  note("second rows", await page.evaluate((row) => window.probe.since(0, row), ROW));
  await context.close();
}

/** One visit: go around, filter, sort, scroll to the end. */
async function journeys() {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await installProbe(page);
  await page.goto(`${portal.url}/catalog?kind=all`);
  await page.locator(ROW).first().waitFor();
  await page.evaluate(() => window.probe.quiet());

  /** Does something within the page and answers how long it takes until `done` holds in a frame. */
  const time = async (name, act, done) => {
    await page.evaluate(() => window.probe.quiet());
    const took = await page.evaluate(({ act, done }) => window.probe.time(act, done), { act, done });
    note(name, took);
  };
  const click = (selector) => ({ click: selector });
  const press = (key, selector) => ({ press: key, on: selector });
  const shows = (selector, text) => ({ shows: selector, text });
  const api = [];
  page.on("request", (request) => {
    if (new URL(request.url()).pathname.startsWith("/api/")) api.push(request.url());
  });
  const requests = async (name, act) => {
    await page.evaluate(() => window.probe.quiet());
    api.length = 0;
    await act();
    await page.evaluate(() => window.probe.quiet());
    note(name, api.length);
  };

  await requests("api entity", () => time("to entity", click(ROW), shows("h1.entity-title, .entity-head h1, main h1", "")));
  await time("back to rows", { back: true }, shows(ROW, ""));
  const toHome = () => time("to home", click('nav[aria-label="Main"] a[href="/"]'), shows("main h1", ""));
  const toCatalog = click('nav[aria-label="Main"] a[href="/catalog"]');
  await requests("api home", toHome);
  await time("to catalog, first content", toCatalog, shows(".catalog__head h1", ""));
  await toHome();
  await requests("api catalog", () => time("to catalog, seen before", toCatalog, shows(ROW, "")));
  if ((await page.locator('nav[aria-label="Main"] a[href^="/graph"]').count()) > 0) {
    await requests("api graph", () => time("to graph", click('nav[aria-label="Main"] a[href^="/graph"]'), shows("main h1", "")));
    await time("to catalog, seen before", toCatalog, shows(ROW, ""));
  }
  await time("palette", { press: "k", ctrl: true }, shows("dialog.palette[open] .option, dialog.palette[open] [role=option]", ""));
  await page.keyboard.press("Escape");

  await page.goto(`${portal.url}/catalog?kind=all`);
  await page.locator(ROW).first().waitFor();
  const foot = ".table-foot .num";
  await time("facet", click(".facets .facet:first-child li:first-child input"), { changes: foot });
  await time("facet off", click(".facets .facet:first-child li:first-child input"), { changes: foot });
  await time("sort", click(".catalog-table th.col-owner button"), { changes: `${ROW}` });
  await time("text filter", { type: "data", on: "input[data-page-filter]" }, { changes: foot });
  await page.goto(`${portal.url}/catalog?kind=all`);
  await page.locator(ROW).first().waitFor();
  await page.evaluate(() => window.probe.quiet());

  /** Half a screen is faster than anyone can read, and rows are written in short; a quarter is not. */
  for (const [name, part] of [["fast", 1 / 2], ["slow", 1 / 4]]) {
    const { longTasks, longest, frames, cls } = await page.evaluate((part) => window.probe.scrollThrough(".table-wrap.fills", part), part);
    note(`long tasks ${name}`, longTasks);
    note(`longest ${name}`, longest);
    note(`frame ${name}`, frames);
    note(`cls ${name}`, cls);
  }
  note("rows in document", await page.locator(".catalog-table tbody tr[aria-rowindex]").count());
  await context.close();
}

/** The graph of as many entities as it shows at once: drawn from within the page, then moved by the mouse. */
async function largeGraph() {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await installProbe(page);
  await page.goto(`${portal.url}/catalog`);
  await page.locator(ROW).first().waitFor();
  await page.evaluate(() => window.probe.quiet());
  const drawn = await page.evaluate(
    ({ visit, count }) => window.probe.time({ visit }, { shows: ".graph-stage .gnode", count }),
    { visit: `/graph?root=${await largestDomain()}&hops=5`, count: GRAPH_NODES },
  );
  note("graph drawn", drawn);
  note("graph nodes", await page.locator(".graph-stage .gnode").count());
  const stage = await page.locator(".graph-stage").boundingBox();
  const [x, y] = [stage.x + stage.width / 2, stage.y + stage.height / 2];
  await page.evaluate(() => window.probe.watchFrames());
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x - 300, y - 200, { steps: 40 });
  await page.mouse.up();
  for (let step = 0; step < 10; step++) await page.mouse.wheel(0, step < 5 ? -120 : 120);
  const moved = await page.evaluate(() => window.probe.stopWatching());
  note("graph frame", moved.frames);
  note("graph task", moved.longest);
  await context.close();
}

/** The domain with the most systems, as a reference. */
async function largestDomain() {
  const session = await (await fetch(`${portal.url}/api/auth/guest/refresh`, { method: "POST" })).json();
  const headers = { authorization: `Bearer ${session.backstageIdentity.token}` };
  const facets = await (await fetch(`${portal.url}/api/catalog/entity-facets?facet=relations.partOf&filter=kind=system`, { headers })).json();
  return facets.facets["relations.partOf"].filter(({ value }) => value.startsWith("domain:")).sort((a, b) => b.count - a.count)[0].value;
}

const report = new Report();
const get = (name) => measured[name] ?? [];
report.atMost("first load, everything, compressed", 900_000, "kB", get("first bytes"));
report.fact("requests of the first load", "", get("first requests"));
report.atMost("… of which to the API", 8, "", get("first api"));
report.atMost("rows visible after navigation, first visit", 1_000, "ms", get("first rows"));
report.atMost("rows visible after navigation, later visits", 1_000, "ms", get("second rows"));
report.atMost("layout shift of the first load", 0.02, "", get("first cls"));
report.atMost("catalog → entity, first content", 100, "ms", get("to entity"));
report.atMost("… requests to the API", 6, "", get("api entity"));
report.atMost("entity → back to the rows", 100, "ms", get("back to rows"));
report.atMost("catalog → home, first content", 100, "ms", get("to home"));
report.atMost("… requests to the API", 6, "", get("api home"));
report.atMost("home → catalog, first content", 100, "ms", get("to catalog, first content"));
report.atMost("home → catalog, rows seen before", 100, "ms", get("to catalog, seen before"));
report.atMost("… requests to the API", 6, "", get("api catalog"));
if (get("to graph").length > 0) {
  report.atMost("catalog → graph, first content", 100, "ms", get("to graph"));
  report.atMost("… requests to the API", 6, "", get("api graph"));
}
report.atMost("1,000 entities in one graph, from the click until drawn", 1_000, "ms", get("graph drawn"));
report.fact("… nodes in the document", "", get("graph nodes"));
report.atMost("… moved and zoomed by the mouse: time of a frame, 95th percentile", 50, "ms", get("graph frame"));
report.atMost("palette opens", 50, "ms", get("palette"));
report.atMost("facet chosen → rows", 100, "ms", [...get("facet"), ...get("facet off")]);
report.atMost("order changed → rows", 100, "ms", get("sort"));
report.atMost("text typed → rows, with the pause of 120 ms", 220, "ms", get("text filter"));
for (const [name, words] of [["slow", "a quarter of a screen a frame"], ["fast", "half a screen a frame"]]) {
  report.atMost(`scroll through all rows, ${words}: long tasks over 50 ms`, 0, "", get(`long tasks ${name}`));
  report.fact("… the longest task", "ms", get(`longest ${name}`));
  report.fact("… time of a frame, 95th percentile", "ms", get(`frame ${name}`));
  report.atMost("… layout shift", 0.02, "", get(`cls ${name}`));
}
report.atMost("… rows in the document", 80, "", get("rows in document"));

console.log(report.text());
if (options.write) await report.writeInto(options.write, options["written-by"], `Chromium ${browser.version()}`);
