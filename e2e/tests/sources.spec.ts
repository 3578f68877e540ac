// Bringing sources in, seeing what is wrong with them, and taking them out.
import { readFile, writeFile } from "node:fs/promises";
import { expect, expectAccessible, test as base, usePortal } from "../fixtures/test.ts";
import { Portal } from "../fixtures/portal.ts";
import { component, Site } from "../fixtures/site.ts";

/** A web server with descriptors, and a portal that may read from it. */
const test = base.extend<{ site: Site; reader: Portal }>({
  site: async ({}, use) => {
    const site = await Site.start();
    await use(site);
    await site.stop();
  },
  reader: [
    async ({ page, site }, use) => {
      await usePortal(await Portal.start({ config: site.config() }), page, use);
    },
    { timeout: 120_000 },
  ],
});

const locationOf = (url: string) => `url:${url}`;

test("an address is looked at, registered, followed into the catalog and taken out again", async ({ page, site, reader }) => {
  const target = site.url("/shop/catalog-info.yaml");
  const broken = component("shop-broken").replace("  owner: freight-booking\n", "");
  site.set("/shop/catalog-info.yaml", [component("shop-api"), component("quote-worker"), broken].join("---\n"));
  const main = page.getByRole("main");

  await page.goto(`${reader.url}/catalog`);
  await main.getByRole("link", { name: "Register" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Register" })).toBeFocused();
  await expect(main).toMatchAriaSnapshot({ name: "register.aria.yml" });
  await main.getByLabel("Address").fill(target);
  await main.getByRole("button", { name: "Look at it" }).click();
  await expect(page).toHaveURL(`${reader.url}/register?target=${encodeURIComponent(target).replaceAll("%3A", ":")}`);

  // What needs a look comes first, with its place.
  const found = main.getByRole("region", { name: "shop/catalog-info.yaml", exact: true });
  await expect(found.getByText("1 invalid, 1 with a name that is taken, 1 new")).toBeVisible();
  await expect(found.getByText("shop-broken", { exact: true })).toBeVisible();
  await expect(found.locator(".source .hit")).toContainText("spec:");
  await expect(found.locator(".source .note")).toContainText("spec.owner is missing");
  await expect(found.getByText("Name is taken")).toBeVisible();
  await expect(found.getByRole("link", { name: "quote-engine/catalog-info.yaml" })).toBeVisible();
  await expectAccessible(page);
  // In place, because its links name the port of the site and the folder of the portal.
  await expect(found).toMatchAriaSnapshot(`
    - heading "shop/catalog-info.yaml" [level=2]
    - list:
      - listitem:
        - figure:
          - region /catalog-info.yaml, line \\d+/
      - listitem:
        - link "quote-worker":
          - /url: /catalog/default/component/quote-worker
        - paragraph:
          - link "quote-engine/catalog-info.yaml"
      - listitem
  `);

  await main.getByRole("button", { name: "Register", exact: true }).click();
  const progress = main.getByRole("region", { name: "Registering shop/catalog-info.yaml" });
  await expect(progress.getByRole("link", { name: "shop-api" })).toBeVisible();
  await expect(progress.getByRole("heading")).toContainText("and 1 error");

  // The same address is known now.
  await page.reload();
  await expect(main.getByText("This address is registered already.")).toBeVisible();

  // A mended file is noticed on request, and told.
  site.set("/shop/catalog-info.yaml", [component("shop-api", { description: "Mended" }), component("shop-broken")].join("---\n"));
  await page.goto(`${reader.url}/catalog/default/component/shop-api`);
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Refresh from source" }).click();
  await expect(page.getByText("shop-api was read again", { exact: true })).toBeVisible();
  await expect(main.getByText("Mended")).toBeVisible();

  // Taking it out tells what goes, and can be undone.
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Unregister" }).click();
  const dialog = page.getByRole("dialog", { name: "Unregister shop-api" });
  await expect(dialog.getByRole("region", { name: "What goes" }).getByRole("link", { name: "shop-broken" })).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Unregister 3 entities" }).click();
  await expect(page).toHaveURL(`${reader.url}/catalog`);
  await expect(page.getByText("shop-api is unregistered")).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText("It is registered again")).toBeVisible();
  await page.goto(`${reader.url}/inspect?location=${encodeURIComponent(locationOf(target))}`);
  await expect(main.getByRole("heading", { name: "Describes 2 entities" })).toBeVisible();
});

test("only what was found at the address in the field is registered, and nothing else stands below it", async ({ page, site, reader }) => {
  const main = page.getByRole("main");
  const [one, other] = [site.url("/one/catalog-info.yaml"), site.url("/other/catalog-info.yaml")];
  site.set("/one/catalog-info.yaml", component("at-one"));
  site.set("/other/catalog-info.yaml", component("at-other"));
  const address = main.getByLabel("Address");
  const register = main.getByRole("button", { name: "Register", exact: true });
  const foundAt = (place: string) => main.getByRole("region", { name: `${place}/catalog-info.yaml`, exact: true });
  await page.goto(`${reader.url}/register?target=${encodeURIComponent(one)}`);
  await expect(foundAt("one")).toBeVisible();
  await expect(register).toBeVisible();

  await address.fill(other);
  await expect(main.getByText("The address has changed.")).toBeVisible();
  await expect(register).toHaveCount(0);
  await address.fill(one);
  await expect(register).toBeVisible();
  await address.fill(other);
  await main.getByRole("button", { name: "Look at the new address" }).click();
  await expect(foundAt("other")).toBeVisible();
  await expect(register).toBeVisible();

  // What is no address has nothing to show.
  await address.fill("hello world");
  await address.press("Enter");
  await expect(main.getByText("An address begins with https:// or http://.")).toBeVisible();
  await expect(foundAt("other")).toHaveCount(0);
  await expect(register).toHaveCount(0);

  await address.fill(other);
  await address.press("Enter");
  const posted = page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/api/catalog/locations"));
  await register.click();
  expect((await posted).postDataJSON()).toMatchObject({ target: other });
  // From then on the page says how far it has come, not what would come.
  await expect(main.getByRole("link", { name: "Open at-other" })).toBeVisible();
  await expect(main.getByText("Comes into the catalog.")).toHaveCount(0);
  await expect(foundAt("other")).toHaveCount(0);
});

test("a source that comes in between two looks is not taken for one that brings nothing", async ({ page, site, reader }) => {
  const broken = component("late-broken").replace("  owner: freight-booking\n", "");
  site.set("/late/catalog-info.yaml", [component("late-api"), broken].join("---\n"));
  let isRead = false;
  page.on("response", async (response) => {
    const isExplanation = response.ok() && new URL(response.url()).pathname.endsWith("/explain/locations");
    // The page may leave before it has all of an answer.
    if (isExplanation) isRead ||= (await response.json().catch(() => ({ nErrors: 0 }))).nErrors > 0;
  });
  // Until the source was read, nothing is there; the answer that says so arrives together with the news that it was read.
  await page.route("**/api/catalog/entities/by-refs", async (route) => {
    const { entityRefs } = route.request().postDataJSON() as { entityRefs: string[] };
    if (isRead || !entityRefs.includes("component:default/late-api")) return route.continue();
    return route.fulfill({ json: { items: entityRefs.map(() => null) } });
  });
  await page.goto(`${reader.url}/register?target=${encodeURIComponent(site.url("/late/catalog-info.yaml"))}`);
  await page.getByRole("button", { name: "Register", exact: true }).click();
  const progress = page.getByRole("region", { name: "Registering late/catalog-info.yaml" });
  await expect(progress.getByRole("link", { name: "late-api", exact: true })).toBeVisible();
  await expect(progress.getByRole("heading")).toHaveText("1 entity is in the catalog, and 1 error");
});

test("a file is registered by keyboard alone", async ({ page, site, reader }) => {
  site.set("/alone/catalog-info.yaml", component("typed-in"));
  const keys = page.keyboard;
  await page.goto(`${reader.url}/`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await keys.press("g");
  await keys.press("n");
  await expect(page.getByRole("heading", { level: 1, name: "Register" })).toBeFocused();
  // Three tabs, then the field.
  for (let stop = 0; stop < 4; stop++) await keys.press("Tab");
  await expect(page.getByLabel("Address")).toBeFocused();
  await keys.press("Enter");
  await expect(page.getByText("Paste the address of a repository or of a descriptor.")).toBeVisible();
  await expect(page.getByLabel("Address")).toBeFocused();
  await keys.type(site.url("/alone/catalog-info.yaml"));
  await keys.press("Enter");
  await expect(page.getByText("1 new").first()).toBeVisible();
  await expect(page.getByRole("status").filter({ hasText: "1 new" })).toBeAttached();
  const register = page.getByRole("button", { name: "Register", exact: true });
  for (let stop = 0; stop < 10 && !(await register.evaluate((button) => button === document.activeElement)); stop++) {
    await keys.press("Tab");
  }
  await expect(register).toBeFocused();
  await keys.press("Enter");
  await expect(page.getByRole("link", { name: "Open typed-in" })).toBeVisible();
});

test("a dropped file is checked, and the page says how it gets in", async ({ page, portal }) => {
  const main = page.getByRole("main");
  await page.goto(`${portal.url}/register?from=text`);
  await page.locator("input[type=file]").setInputFiles({
    name: "mine.yaml",
    mimeType: "application/yaml",
    buffer: Buffer.from(`${component("dropped")}---\nkind: [\n`),
  });
  const checked = main.getByRole("region", { name: "mine.yaml" });
  await expect(checked.getByText("1 new, 1 error")).toBeVisible();
  await expect(checked.locator(".source .hit")).toBeVisible();
  await expect(main.getByText("A text alone cannot be registered.")).toBeVisible();
  await main.getByLabel("Text of the file").fill(component("quote-worker"));
  await main.getByRole("button", { name: "Check", exact: true }).click();
  await expect(main.getByText("Changed", { exact: true })).toBeVisible();
  await expect(main.getByRole("region", { name: "What changes" })).toContainText("Made by a test");
  await expectAccessible(page);
});

test("an address without a descriptor leads to one that is ready to be put there", async ({ page, site, reader }) => {
  const main = page.getByRole("main");
  await page.goto(`${reader.url}/register?target=${encodeURIComponent(site.url("/acme/rates"))}`);
  const form = main.getByRole("region", { name: "Write its descriptor" });
  await expect(form.getByLabel("Name")).toHaveValue("rates");
  await form.getByLabel("Owner").fill("cust");
  await form.getByRole("option", { name: /customs/i }).first().waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(form.getByLabel("Owner")).toHaveValue(/customs/);
  await expect(form.getByRole("region", { name: "catalog-info.yaml" })).toContainText("owner: customs");
  const download = page.waitForEvent("download");
  await form.getByRole("button", { name: "Download" }).click();
  expect((await download).suggestedFilename()).toBe("catalog-info.yaml");
  // A link that is half under the top bar would count as too small.
  await page.getByRole("heading", { level: 1 }).scrollIntoViewIfNeeded();
  await expectAccessible(page);
});

test("what was answered for a descriptor stays while another tab of the page is open", async ({ page, portal }) => {
  const main = page.getByRole("main");
  const tabs = main.getByRole("navigation", { name: "How to register" });
  await page.goto(`${portal.url}/register?from=form`);
  await main.getByLabel("Name").fill("rate-cards");
  await main.getByLabel("Kind").selectOption("API");
  await main.getByLabel("Description").fill("What it costs.");
  await tabs.getByRole("link", { name: "Check a file" }).click();
  await expect(main.getByLabel("Name")).toHaveCount(0);
  await tabs.getByRole("link", { name: "Write a descriptor" }).click();
  await expect(main.getByLabel("Name")).toHaveValue("rate-cards");
  await expect(main.getByLabel("Kind")).toHaveValue("API");
  await expect(main.getByRole("region", { name: "catalog-info.yaml" })).toContainText("What it costs.");
});

test("an error is listed, inspected at its line, and gone when the file is mended", async ({ page, ownPortal }) => {
  const main = page.getByRole("main");
  const sidebar = page.getByRole("complementary", { name: "Sidebar" });
  const file = ownPortal.example("systems/quote-engine/catalog-info.yaml");
  const good = await readFile(file, "utf8");
  await page.goto(`${ownPortal.url}/problems`);
  await expect(main.getByRole("heading", { name: "Nothing is wrong" })).toBeVisible();
  await expectAccessible(page);
  await expect(main).toMatchAriaSnapshot({ name: "problems.aria.yml" });

  await writeFile(file, good.replace(/name: quote-worker([\s\S]*?)type: service/, "name: quote-worker$1type: 7"));
  await main.getByRole("link", { name: "quote-worker" }).click();
  await expect(page).toHaveURL(`${ownPortal.url}/catalog/default/component/quote-worker/inspect`);
  await expect(main.getByText("Not refreshing")).toBeVisible();
  await expect(main.locator(".source .hit")).toContainText("type: 7");
  await expect(sidebar.getByRole("link", { name: /Problems.*1 problem/ })).toBeVisible();
  await expect(main.getByRole("region", { name: "Processing" })).toContainText("Read again when it is saved");
  await expect(main.getByRole("region", { name: "Ancestry" })).toContainText("The configuration");
  await expectAccessible(page);
  await expect(main.getByRole("region", { name: "Processing" }).getByRole("list")).toMatchAriaSnapshot({ name: "inspect-processing.aria.yml" });

  await main.getByRole("link", { name: "Source" }).click();
  await expect(main.getByText("Readers see another version.")).toBeVisible();
  await expect(main.locator(".source .hit")).toContainText("type: 7");
  await expectAccessible(page);

  await page.goto(`${ownPortal.url}/catalog/default/component/quote-worker`);
  await main.getByRole("link", { name: "Inspect" }).click();
  await writeFile(file, good);
  await expect(main.getByText("Up to date")).toBeVisible();
  await expect(main.locator(".source .hit")).toHaveCount(0);
  await main.getByRole("link", { name: "Fields" }).click();
  await expect(main.getByRole("region", { name: "The entity as readers see it" })).toContainText("Added by the catalog");
  await expectAccessible(page);
});

test.describe("what is missing", () => {
  test.use({ allowedConsoleErrors: [/404/] });

  test("the key I tells why an entity is missing, and what comes from the configuration stays", async ({ page, portal }) => {
    await page.goto(`${portal.url}/catalog/default/component/no-such-thing`);
    await expect(page.getByRole("heading", { level: 1, name: "There is no no-such-thing" })).toBeVisible();
    await page.keyboard.press("i");
    await expect(page).toHaveURL(`${portal.url}/catalog/default/component/no-such-thing/inspect`);
    await expect(page.getByText("Nothing is known of no-such-thing")).toBeVisible();
    await expectAccessible(page);

    await page.goto(`${portal.url}/catalog/default/component/booking-api`);
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Unregister" }).click();
    const dialog = page.getByRole("dialog", { name: "Unregister Booking API" });
    await expect(dialog.getByText("the configuration of this portal names its source")).toBeVisible();
    await dialog.getByRole("link", { name: "See where it comes from" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "booking-api" })).toBeVisible();
  });
});

test("problems are filtered by owner, kind and text, and the address says so", async ({ page, ownPortal }) => {
  const main = page.getByRole("main");
  await writeFile(ownPortal.example("systems/quote-engine/catalog-info.yaml"), "kind: [\n");
  const booking = ownPortal.example("systems/booking/catalog-info.yaml");
  await writeFile(booking, (await readFile(booking, "utf8")).replace("type: service", "type: 7"));
  await page.goto(`${ownPortal.url}/problems`);
  await expect(main.getByRole("listitem")).toHaveCount(2);
  // What is wrong, and what to do about it.
  await expect(main.getByRole("listitem").filter({ hasText: "booking-api" })).toContainText("Expected a text, put the value in quotes.");
  await main.getByRole("button", { name: /^No valid YAML/ }).click();
  await expect(page).toHaveURL(`${ownPortal.url}/problems?step=parse`);
  await expect(main.getByRole("listitem")).toHaveCount(1);
  await main.getByRole("button", { name: "All kinds" }).click();
  await page.keyboard.press("/");
  await page.keyboard.type("quote-engine");
  await expect(page).toHaveURL(`${ownPortal.url}/problems?q=quote-engine`);
  await expect(main.getByRole("listitem")).toHaveCount(1);
  await main.getByRole("button", { name: "Mine" }).click();
  await expect(main.getByRole("heading", { name: "Nothing is wrong here" })).toBeVisible();
  await main.getByRole("button", { name: "Show all problems" }).click();
  await main.getByRole("button", { name: "Owner" }).click();
  await page.getByRole("menuitemradio", { name: /^freight-booking/ }).click();
  await expect(page).toHaveURL(/owner=group:default%2Ffreight-booking/);
  await expect(main.getByRole("listitem")).toHaveCount(1);
  await expectAccessible(page);
});

test.describe("an answer that does not come", () => {
  test.use({ allowedConsoleErrors: [/Failed to load resource/] });

  const PROBLEMS = "**/api/catalog/explain/problems?**";

  test("the problems of one choice do not stand for those of another, and the choices stay", async ({ page, ownPortal }) => {
    const main = page.getByRole("main");
    await writeFile(ownPortal.example("systems/quote-engine/catalog-info.yaml"), "kind: [\n");
    await page.goto(`${ownPortal.url}/problems`);
    await expect(main.getByRole("listitem")).toHaveCount(1);
    await page.route(PROBLEMS, (route) => route.fulfill({ status: 500, body: "" }));
    const choice = main.getByRole("button", { name: /^No valid YAML/ });
    await choice.click();
    const alert = main.getByRole("alert");
    await expect(alert).toContainText("The problems did not load");
    await expect(main.getByRole("listitem")).toHaveCount(0);
    await expect(choice).toBeFocused();
    await page.unroute(PROBLEMS);
    await alert.getByRole("button", { name: "Try again" }).click();
    await expect(main.getByRole("listitem")).toHaveCount(1);
  });

  test("a token that is renewed does not take away the problems that were asked for", async ({ page }) => {
    let isRenewed = false;
    await page.route(PROBLEMS, (route) => {
      const limit = Number(new URL(route.request().url()).searchParams.get("limit"));
      if (limit > 100 && !isRenewed) {
        isRenewed = true;
        return route.fulfill({ status: 401, json: { error: { name: "AuthenticationError", message: "too old" }, response: { statusCode: 401 } } });
      }
      const problem = (_: unknown, index: number) => ({ location: `file:/srv/${index}.yaml`, locationId: `${index}`, isPresent: false, errors: [], nErrors: 1 });
      const items = Array.from({ length: Math.min(limit, 150) }, problem);
      const pageInfo = limit < 150 ? { nextCursor: "more" } : {};
      return route.fulfill({ json: { items, totalItems: 150, owners: [], steps: [], pageInfo } });
    });
    await page.goto("/problems");
    const rows = page.getByRole("main").getByRole("listitem");
    await expect(rows).toHaveCount(100);
    await page.getByRole("button", { name: "Show more" }).click();
    await expect(rows).toHaveCount(150);
    expect(isRenewed).toBe(true);
  });
});
