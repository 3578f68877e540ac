// A portal with the organisation's name, picture, colours and links; and what devices and other programs are told of it.
import { expect, expectAccessible, test as base } from "../fixtures/test.ts";
import { Portal } from "../fixtures/portal.ts";

const CONFIG = `
app:
  title: Larkspur Harbour
  support:
    url: https://help.larkspur.example
    items:
      - { title: Chat, icon: chat, links: [{ url: "https://chat.larkspur.example" }] }
callboard:
  links:
    - { title: Service status, url: "https://status.larkspur.example", icon: warning }
  branding:
    logo: examples/logo.svg
    colors: { accent: "#0a7d5a" }
    corners: sharp
`;
const LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20"><circle cx="10" cy="10" r="9" fill="#0a7d5a"/></svg>';

const test = base.extend<object, { branded: Portal }>({
  branded: [
    async ({}, use) => {
      const portal = await Portal.start({ config: CONFIG, files: { "examples/logo.svg": LOGO } });
      await use(portal);
      await portal.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`name, picture, colours and links are the organisation's, ${colorScheme}`, async ({ page, branded }, testInfo) => {
    await page.emulateMedia({ colorScheme });
    await page.goto(`${branded.url}/catalog/default/component/booking-api`);
    await expect(page).toHaveTitle("Booking API · Larkspur Harbour");
    const brand = page.getByRole("complementary", { name: "Sidebar" }).getByRole("link", { name: /Larkspur Harbour/ });
    await expect(brand.locator("img")).toHaveAttribute("src", /^\/branding\/logo\?v=/);
    await expect.poll(() => brand.locator("img").evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
    const accent = await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--accent").trim());
    expect(accent).toContain("#0a7d5a");
    await expect(page.getByRole("main").getByRole("link", { name: /Overview/ })).toBeVisible();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Help" }).click();
    await expect(page.getByRole("menuitem", { name: "Get help" })).toHaveAttribute("href", "https://help.larkspur.example");
    await expect(page.getByRole("menuitem", { name: "Chat" })).toBeVisible();
    await expect(page.getByRole("menuitem", { name: "Service status" })).toHaveAttribute("href", "https://status.larkspur.example");
    await expectAccessible(page);
    await testInfo.attach(`branded-${colorScheme}.png`, { body: await page.screenshot(), contentType: "image/png" });
    await page.keyboard.press("Escape");
    await page.goto(`${branded.url}/`);
    const links = page.getByRole("region", { name: "Quick links" });
    await expect(links.getByRole("link", { name: "Service status" })).toHaveAttribute("href", "https://status.larkspur.example");
    await expectAccessible(page);
    await page.getByRole("button", { name: /your menu$/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await expect(page.getByRole("main").locator(".brand img")).toHaveAttribute("src", /^\/branding\/logo\?v=/);
  });
}

test("the name is there before the program runs, and nothing of another portal flashes up", async ({ browser, branded }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  const answer = await page.goto(`${branded.url}/`);
  await expect(page).toHaveTitle("Larkspur Harbour");
  expect(await answer!.text()).toMatch(/<link rel="stylesheet" href="\/branding\.css\?v=[\w-]+">/);
  await context.close();
});

test("the page can be installed: manifest, pictures and the worker are as devices want them", async ({ page, branded, request }) => {
  await page.goto(`${branded.url}/`);
  const href = await page.locator('link[rel="manifest"]').getAttribute("href");
  const manifest = await (await request.get(`${branded.url}${href}`)).json();
  expect(manifest).toMatchObject({ short_name: "Larkspur Harbour", display: "standalone", start_url: "/", theme_color: "#0a7d5a" });
  for (const { src, sizes, type } of manifest.icons) {
    const answer = await request.get(`${branded.url}${src}`);
    expect(answer.headers()["content-type"], src).toBe(type);
    if (type !== "image/png") continue;
    const [width] = sizes.split("x").map(Number);
    // Width and height stand in the head of a PNG.
    expect([(await answer.body()).readUInt32BE(16), (await answer.body()).readUInt32BE(20)], src).toEqual([width, width]);
  }
  const worker = await request.get(`${branded.url}/sw.js`);
  expect(worker.headers()["cache-control"]).toBe("no-cache");
  expect(worker.headers()["content-type"]).toContain("text/javascript");
});
