// Journeys through the command palette.
import { expect, expectAccessible, test } from "../fixtures/test.ts";
import type { Page } from "@playwright/test";

function palette(page: Page) {
  const dialog = page.getByRole("dialog", { name: "Command palette" });
  return {
    dialog,
    field: dialog.getByRole("combobox", { name: "Search or run a command" }),
    option: (name: string | RegExp) => dialog.getByRole("option", { name }),
    active: dialog.locator("[role=option][aria-selected=true]"),
  };
}

test("typing a few letters leads to an entity, and Enter opens it", async ({ page }) => {
  const { dialog, field, option, active } = palette(page);
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.keyboard.press("Control+k");
  await expect(field).toBeFocused();
  await expect(option("Catalog G C")).toBeVisible();
  await page.keyboard.type("quote-w");
  await expect(option(/quote worker/i)).toBeVisible();
  await expect(active).toContainText(/quote worker/i);
  await expect(field).toHaveAttribute("aria-activedescendant", "palette-0");
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect(page).toHaveURL("/catalog/default/component/quote-worker");
  await expect(page.getByRole("heading", { level: 1, name: "Quote worker" })).toBeFocused();

  // What was opened is offered first, also after a reload.
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "Quote worker" })).toBeVisible();
  await page.keyboard.press("Control+k");
  await expect(active).toContainText("Quote worker");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
});

test("Enter pressed before the answer has come opens what was typed", async ({ page }) => {
  const { field } = palette(page);
  await page.goto("/catalog");
  await expect(page.getByRole("grid")).toBeVisible();
  await page.keyboard.press("Control+k");
  await field.pressSequentially("booking-outbox", { delay: 1 });
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/catalog/default/component/booking-outbox");
});

test("a name with a typo is found all the same", async ({ page }) => {
  const { field, option } = palette(page);
  await page.goto("/catalog");
  await expect(page.getByRole("grid")).toBeVisible();
  await page.keyboard.press("Control+k");
  await field.fill("legder");
  await expect(option(/^Ledger Component/)).toBeVisible();
  await option(/^Ledger Component/).click();
  await expect(page).toHaveURL("/catalog/default/component/ledger");
});

test("an operation of an API is offered and opens at its place in the definition", async ({ page }) => {
  const { dialog, field } = palette(page);
  await page.goto("/catalog");
  await expect(page.getByRole("grid")).toBeVisible();
  await page.keyboard.press("Control+k");
  await field.fill("cancel a booking");
  const operation = dialog.getByRole("group", { name: "In APIs" }).getByRole("option", { name: /^DELETE \/bookings\/\{booking_id\}/ });
  await expect(operation).toContainText("Bookings v4");
  await operation.click();
  await expect(dialog).toBeHidden();
  await expect(page).toHaveURL("/catalog/default/api/bookings-v4/definition#op-bookingCancel");
  await expect(page.locator("#op-bookingCancel")).toHaveAttribute("open", "");
  await expect(page.locator("#op-bookingCancel")).toBeInViewport();
});

test("what was perhaps meant is typed by choosing it, and everything is searched from there", async ({ page }) => {
  const { dialog, field, option, active } = palette(page);
  await page.goto("/catalog");
  await expect(page.getByRole("grid")).toBeVisible();
  await page.keyboard.press("Control+k");
  // No name has both words, and one of them stands nowhere.
  await field.fill("bokking ledger");
  await expect(active).toHaveText("Did you mean “booking ledger”?");
  await active.click();
  await expect(field).toHaveValue("booking ledger");
  await expect(field).toBeFocused();
  await expect(option(/Did you mean/)).toHaveCount(0);
  await option("Search everything for “booking ledger”").click();
  await expect(dialog).toBeHidden();
  await expect(page).toHaveURL("/search?query=booking%20ledger");
});

test("the palette says when search finds less than usual", async ({ page }) => {
  const { dialog, field, option } = palette(page);
  await page.route("**/api/search/suggest**", async (route) => {
    const response = await route.fetch();
    const limitation = { reason: "engine-away", message: "Search does not answer just now." };
    await route.fulfill({ response, json: { ...(await response.json()), limitation } });
  });
  await page.goto("/catalog");
  await expect(page.getByRole("grid")).toBeVisible();
  await page.keyboard.press("Control+k");
  await field.fill("quote-worker");
  await expect(option(/quote worker/i).first()).toBeVisible();
  await expect(dialog.getByRole("paragraph")).toHaveText("Search does not answer just now.");
  await expect(dialog.getByRole("status")).toHaveText(/^\d+ results?\. Search does not answer just now\.$/);
  await expectAccessible(page);
});

test("how many results there are is said within the palette, since nothing outside is heard", async ({ page }) => {
  const { dialog, field, option } = palette(page);
  await page.goto("/catalog");
  await expect(page.getByRole("grid")).toBeVisible();
  await page.keyboard.press("Control+k");
  await field.fill("quote");
  await expect(option(/quote worker/i).first()).toBeVisible();
  await expect(async () => {
    const nOptions = await dialog.getByRole("option").count();
    // The last line looks elsewhere, and is no result.
    await expect(dialog.getByRole("status")).toHaveText(`${nOptions - 1} results`, { timeout: 500 });
  }).toPass();
  await field.fill("zzqqxxyy");
  await expect(option(/Search everything for “zzqqxxyy”/)).toBeVisible();
  await expect(dialog.getByRole("status")).toHaveText("No results");
});

test("prefixes narrow to commands, people and tags", async ({ page }) => {
  const { dialog, field, option, active } = palette(page);
  await page.goto("/catalog");
  await expect(page.getByRole("grid")).toBeVisible();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("?");
  await expect(option(/Find people and teams/)).toBeVisible();
  await field.fill("@ines");
  await expect(option(/Ines Okafor/)).toBeVisible();
  await expect(option(/Search everything/)).toHaveCount(0);
  await field.fill("#pci");
  await expect(active).toContainText("pci");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/catalog\?kind=all&tag=pci/);

  await page.keyboard.press("Control+k");
  await page.keyboard.type("> dark");
  await expect(active).toContainText("Use the dark theme");
  await expectAccessible(page);
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});

test("Tab lists what can be done with an entity, and Escape goes back step by step", async ({ page }) => {
  const { dialog, field, option, active } = palette(page);
  await page.goto("/catalog");
  await expect(page.getByRole("grid")).toBeVisible();
  await page.getByRole("button", { name: "Search or jump to" }).click();
  await page.keyboard.type("booking-api");
  await expect(active).toContainText(/booking api/i);
  await page.keyboard.press("Tab");
  await expect(option(/Copy reference/)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(option(/Search everything for/)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(field).toHaveValue("");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("button", { name: "Search or jump to" })).toBeFocused();
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`the palette passes the accessibility audit, ${colorScheme}`, async ({ page }, testInfo) => {
    const { dialog, option } = palette(page);
    await page.emulateMedia({ colorScheme });
    await page.goto("/");
    // What it says depends on whether the catalog has been counted yet.
    await page.getByRole("main").getByRole("button", { name: /^Search / }).click();
    await page.keyboard.type("booking");
    await expect(option(/Booking API/).first()).toBeVisible();
    await expectAccessible(page);
    await testInfo.attach(`palette-${colorScheme}.png`, { body: await page.screenshot(), contentType: "image/png" });
    if (colorScheme === "light") {
      await expect(dialog).toMatchAriaSnapshot(`
        - dialog "Command palette":
          - combobox "Search or run a command": booking
          - listbox "Results":
            - group "Jump to"
            - option "Search everything for “booking”"
      `);
    }
  });
}

test("the palette opens with its lines while the server answers nothing", async ({ page }) => {
  await page.goto("/catalog");
  await expect(page.getByRole("grid")).toBeVisible();
  await page.route("**/api/**", () => new Promise(() => {}));
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog", { name: "Command palette" }).getByRole("option").first()).toBeVisible();
});
