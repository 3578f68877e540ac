// Both themes, both widths: the accessibility audit, and nothing wider than the screen.
import { expect, expectAccessible, test } from "../fixtures/test.ts";

/** Each page, and what it shows once its data has come. */
const pages: { name: string; path: string; shows: string }[] = [
  { name: "home", path: "/", shows: "The catalog at a glance" },
  { name: "catalog", path: "/catalog?lifecycle=deprecated,experimental", shows: "label-printer" },
  { name: "entity", path: "/catalog/default/component/booking-api", shows: "Accepts, prices and confirms" },
  { name: "group", path: "/catalog/default/group/freight-booking", shows: "Ines Okafor" },
  { name: "dependencies", path: "/catalog/default/component/booking-api/dependencies", shows: "Bookings database" },
  { name: "graph", path: "/graph?root=component:booking-api", shows: "relations." },
  { name: "graph-table", path: "/graph?root=component:booking-api&view=table", shows: "owned by" },
  { name: "graph-start", path: "/graph", shows: "System maps" },
  { name: "dependencies-graph", path: "/catalog/default/component/booking-api/dependencies?view=graph", shows: "Open the whole graph" },
  { name: "yaml", path: "/catalog/default/component/booking-api/yaml", shows: "apiVersion" },
  { name: "settings-profile", path: "/settings/profile", shows: "What you own by" },
  { name: "settings-appearance", path: "/settings/appearance", shows: "Only on this device" },
  { name: "settings-starred", path: "/settings/starred", shows: "Nothing is starred yet" },
  { name: "settings-tokens", path: "/settings/tokens", shows: "You have no tokens" },
  { name: "settings-about", path: "/settings/about", shows: "Running for" },
  { name: "register", path: "/register?from=form", shows: "Lifecycle" },
  { name: "inspect", path: "/catalog/default/component/booking-api/inspect", shows: "Up to date" },
  { name: "fields", path: "/catalog/default/component/booking-api/inspect/yaml", shows: "Added by the catalog" },
  { name: "problems", path: "/problems", shows: "Nothing is wrong" },
  { name: "api", path: "/catalog/default/api/bookings-v4", shows: "Provided by" },
  { name: "openapi", path: "/catalog/default/api/bookings-v4/definition#op-bookingGet", shows: "If-None-Match" },
  { name: "graphql", path: "/catalog/default/api/consignment-graph/definition#type-Consignment", shows: "Freight that moves under one contract" },
  { name: "system", path: "/catalog/default/system/booking", shows: "Bookings v4" },
  { name: "template", path: "/catalog/default/template/rust-service", shows: "What it asks for" },
  { name: "location", path: "/catalog/default/location/larkspur", shows: "Brought in:" },
  { name: "apis", path: "/apis", shows: "shipment-events" },
  { name: "explore", path: "/explore", shows: "Trade compliance" },
  { name: "organisation", path: "/organisation?group=freight", shows: "people of Freight" },
  { name: "search", path: "/search?query=booking", shows: "Reads the outbox table" },
  { name: "search-start", path: "/search", shows: "Search everything" },
  { name: "search-nothing", path: "/search?query=qwxyzq", shows: "Register a repository" },
];

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [1440, 375]) {
    for (const { name, path, shows } of pages) {
      test(`${name}, ${colorScheme}, ${width} px`, async ({ page }, testInfo) => {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 900 });
        await page.goto(path);
        await expect(page.getByRole("main").getByText(shows).filter({ visible: true }).first()).toBeVisible();
        await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
        await expectAccessible(page);
        const overhang = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overhang, "the page scrolls sideways").toBeLessThanOrEqual(0);
        await testInfo.attach(`${name}-${colorScheme}-${width}.png`, { body: await page.screenshot(), contentType: "image/png" });
      });
    }
  }
}

test("the theme is chosen once and stays", async ({ page }) => {
  await page.goto("/catalog");
  await page.getByRole("button", { name: "Theme" }).click();
  await page.getByRole("menuitemradio", { name: "Dark" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.getByRole("button", { name: "Theme" }).click();
  await page.getByRole("menuitemradio", { name: "System" }).click();
  await expect(page.locator("html")).not.toHaveAttribute("data-theme");
});

test("on a phone the list, the filters and the navigation work by touch", async ({ browser, portal }) => {
  const context = await browser.newContext({ viewport: { width: 375, height: 812 }, hasTouch: true, isMobile: true });
  const page = await context.newPage();
  await page.goto(`${portal.url}/catalog`);
  await expect(page.getByRole("link", { name: "bill-of-lading" })).toBeVisible();
  await page.getByRole("button", { name: /^Filters/ }).tap();
  const drawer = page.getByRole("dialog", { name: "Filters" });
  await drawer.getByText("Deprecated").tap();
  await drawer.getByRole("button", { name: "Close" }).tap();
  await expect(page).toHaveURL(/lifecycle=deprecated/);
  await page.getByRole("link", { name: "label-printer" }).tap();
  await expect(page.getByRole("heading", { level: 1, name: "Label printer" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "More", exact: true }).tap();
  await page.getByRole("complementary", { name: "Sidebar" }).getByRole("link", { name: "Catalog" }).tap();
  await expect(page).toHaveURL(/\/catalog$/);
  await context.close();
});
