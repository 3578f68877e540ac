// Journeys through the definitions of APIs, in every language, and through some that are broken or too long.
import { writeFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { expect, expectAccessible, test } from "../fixtures/test.ts";

const definitionOf = (name: string) => `/catalog/default/api/${name}/definition`;

function operation(page: Page, path: string) {
  return page.locator("details.api-op").filter({ has: page.locator("summary").getByText(path, { exact: true }) });
}

test("an operation is found, opened, linked to, and its types lead to their schemas", async ({ page }) => {
  await page.goto(definitionOf("bookings-v4"));
  const operations = page.getByRole("navigation", { name: "Operations" });
  await operations.getByRole("searchbox", { name: "Filter operations and schemas" }).fill("current price");
  await expect(page).toHaveURL(/\?q=current%20price$/);
  await expect(page.locator("details.api-op").first()).toHaveAttribute("id", "op-bookingGet");
  await operations.getByRole("searchbox").fill("");
  await operations.getByRole("link", { name: /Get a booking/ }).click();
  await expect(page).toHaveURL(/#op-bookingGet$/);
  const opened = page.locator("#op-bookingGet");
  await expect(opened).toHaveAttribute("open", "");
  await expect(opened.getByRole("table", { name: "Parameters" })).toContainText("booking_id");
  await expect(opened.getByRole("region", { name: "Request", exact: true })).toContainText("curl 'https://api.larkspur.example");
  await expect(operations.locator("[aria-current]")).toHaveText(/Get a booking/);

  await opened.getByRole("link", { name: "Booking", exact: true }).first().click();
  await expect(page).toHaveURL(/#type-Booking$/);
  await expect(page.locator("#type-Booking")).toHaveAttribute("open", "");
  await page.goBack();
  await expect(page).toHaveURL(/#op-bookingGet$/);

  await page.reload();
  await expect(page.locator("#op-bookingGet")).toHaveAttribute("open", "");
  await expect(page.locator("#op-bookingGet")).toBeInViewport();
  await expectAccessible(page);
  await expect(page.locator("#op-bookingGet")).toMatchAriaSnapshot({ name: "booking-get.aria.yml" });
});

test("a definition is read by keyboard alone", async ({ page }) => {
  await page.goto(definitionOf("bookings-v4"));
  await expect(page.getByRole("navigation", { name: "Operations" }).getByRole("link").first()).toBeVisible();
  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox", { name: "Filter operations and schemas" })).toBeFocused();
  await page.keyboard.type("cancels before");
  await expect(page.locator("details.api-op").first()).toHaveAttribute("id", "op-bookingCancel");
  await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/#op-bookingCancel$/);
  await expect(page.locator("#op-bookingCancel > summary")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.locator("#op-bookingCancel")).not.toHaveAttribute("open");
});

test("the text is copied and downloaded as it is, and the choice is in the address", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(definitionOf("bookings-v4"));
  await page.getByRole("radio", { name: "Raw" }).click();
  await expect(page).toHaveURL(/\/definition\?view=raw$/);
  const text = page.getByRole("region", { name: /^OpenAPI 3[\d.]*, \d+ lines$/ });
  await expect(text).toContainText("operationId: bookingGet");
  await page.getByRole("button", { name: "Copy", exact: true }).click();
  await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await text.locator("code").textContent());
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).click();
  expect((await download).suggestedFilename()).toBe("bookings-v4.yaml");
  await expectAccessible(page);
});

test("messages, graph fields and rpcs are operations too", async ({ page }) => {
  await page.goto(definitionOf("booking-events"));
  await operation(page, "booking-events.v4").locator("summary").click();
  await expect(page.getByRole("link", { name: "BookingConfirmed" }).first()).toBeVisible();

  await page.goto(definitionOf("consignment-graph"));
  await expect(page.getByRole("heading", { level: 3, name: "Queries" })).toBeVisible();
  await expect(page.getByRole("heading", { level: 3, name: "Mutations" })).toBeVisible();
  await page.goto(`${definitionOf("consignment-graph")}#type-Money`);
  await expect(page.getByRole("table", { name: "Fields of Money" })).toContainText("currency");

  await page.goto(`${definitionOf("fleet-positions")}#op-PositionService.WatchPositions`);
  await expect(page.getByText("Streams responses")).toBeVisible();
  await expect(page.locator("#op-PositionService\\.WatchPositions").getByRole("link", { name: "WatchPositionsRequest" })).toBeVisible();
  await expectAccessible(page);
});

test("back and forth between two definitions, each is at its place and can be filtered and switched", async ({ page }) => {
  const filter = page.getByRole("searchbox", { name: "Filter operations and schemas" });
  await page.goto(`${definitionOf("consignment-graph")}#type-Money`);
  await expect(page.locator("#type-Money")).toHaveAttribute("open", "");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search or run a command" }).fill("cancel a booking");
  await page.getByRole("option", { name: /^DELETE \/bookings\/\{booking_id\}/ }).click();
  await expect(page.locator("#op-bookingCancel")).toHaveAttribute("open", "");

  await page.goBack();
  await expect(page.locator("#type-Money")).toHaveAttribute("open", "");
  await filter.fill("revision");
  await expect(page).toHaveURL(/\?q=revision#type-Money$/);
  await expect(page.locator("#type-Money")).toHaveCount(0);
  await expect(page.locator("#type-Milestone")).toBeVisible();

  await page.goForward();
  await expect(page.locator("#op-bookingCancel")).toHaveAttribute("open", "");
  await filter.fill("current price");
  await expect(page.locator("details.api-op").first()).toHaveAttribute("id", "op-bookingGet");
  await page.getByRole("radio", { name: "Raw" }).click();
  await expect(page.getByRole("region", { name: /^OpenAPI 3[\d.]*, \d+ lines$/ })).toBeVisible();
});

test.describe("what was just written", () => {
  // It is asked for until it is there.
  test.use({ allowedConsoleErrors: [/404/] });

  test("broken, hostile and unknown definitions say what is wrong and show their text", async ({ page, ownPortal }) => {
    const api = (name: string, type: string, file: string) =>
      `---\napiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: { name: ${name} }\nspec: { type: ${type}, lifecycle: production, owner: pricing, definition: { $text: ./${file} } }\n`;
    const circle = { openapi: "3.1.0", paths: { "/a": { get: { responses: { "200": { content: { "application/json": { schema: { $ref: "#/components/schemas/A" } } } } } } } },
      components: { schemas: { A: { properties: { self: { $ref: "#/components/schemas/A" }, other: { $ref: "https://elsewhere.example/b.json" } } } } } };
    const folder = (path: string) => ownPortal.example(`acquired/${path}`);
    await writeFile(folder("broken.yaml"), "openapi: 3.0.0\npaths: [\n");
    await writeFile(folder("circle.json"), JSON.stringify(circle));
    await writeFile(folder("huge.json"), `{"openapi": "3.1.0", "x": "${"a".repeat(6_000_000)}"}`);
    await writeFile(folder("router.ts"), "export type AppRouter = typeof appRouter;\n");
    await writeFile(
      ownPortal.example("acquired/halden.yaml"),
      api("broken", "openapi", "broken.yaml") +
        api("circle", "openapi", "circle.json") +
        api("huge", "openapi", "huge.json") +
        api("router", "trpc", "router.ts"),
    );
    const requests: string[] = [];
    page.on("request", (request) => requests.push(new URL(request.url()).hostname));
    const open = async (name: string) => {
      await expect(async () => {
        await page.goto(`${ownPortal.url}${definitionOf(name)}`);
        await expect(page.getByRole("heading", { level: 2 }).first()).toBeVisible({ timeout: 10_000 });
      }).toPass();
    };
    await open("broken");
    await expect(page.getByText(/not valid YAML.*line.*\.$/s)).toBeVisible();
    await expect(page.getByRole("region", { name: "Excerpt" })).toContainText("paths: [");
    await expect(page.getByRole("region", { name: /lines$/ })).toContainText("paths: [");
    await open("circle");
    await expect(page.getByText(/other documents, which are not read: https:\/\/elsewhere\.example/)).toBeVisible();
    await operation(page, "/a").locator("summary").click();
    await page.locator("#op-get-a").getByRole("link", { name: "A", exact: true }).first().click();
    await expect(page.getByRole("table", { name: "Fields of A" })).toContainText("self");
    await open("huge");
    await expect(page.getByText("This definition has 6 MB.", { exact: false })).toBeVisible();
    await open("router");
    await expect(page.getByRole("region", { name: /^Text, 1 line$/ })).toContainText("AppRouter");
    await expect(page.getByRole("radio", { name: "Raw" })).toHaveCount(0);
    await expectAccessible(page);
    expect([...new Set(requests)]).toEqual([new URL(ownPortal.url).hostname]);
  });
});
