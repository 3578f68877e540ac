// One whole journey without a mouse.
import { expect, test } from "../fixtures/test.ts";
import { CatalogScreen } from "../fixtures/catalog.ts";

test("find, filter, sort, open and come back by keyboard alone", async ({ page }) => {
  const catalog = new CatalogScreen(page);
  const keys = page.keyboard;
  await page.goto("/catalog");
  await expect(catalog.row("bill-of-lading")).toBeVisible();

  await keys.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await keys.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();

  await keys.press("/");
  await expect(catalog.textFilter).toBeFocused();
  await keys.type("booking");
  await expect(page).toHaveURL("/catalog?q=booking");
  // Until the answer is there the rows are those of before.
  await expect(page.locator(".page-progress")).toHaveCount(0);

  // One tab stop for the whole table; letters and arrows move in it.
  await catalog.grid.focus();
  await keys.press("j");
  await keys.press("ArrowDown");
  const active = catalog.grid.locator("tr[data-active]");
  await expect(active).toHaveAttribute("aria-rowindex", "4");
  await keys.press("ArrowRight");
  await expect(active.getByRole("link").first()).toBeFocused();
  await keys.press("Escape");
  await expect(catalog.grid).toBeFocused();
  await keys.press("Home");
  await expect(active).toHaveAttribute("aria-rowindex", "2");
  const name = await active.getByRole("link").first().innerText();
  await keys.press("Enter");
  await expect(page).toHaveURL(/\/catalog\/[^/]+\/component\//);
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();

  await page.goBack();
  await expect(catalog.grid).toBeFocused();
  await expect(active.getByRole("link").first()).toHaveText(name);

  await keys.press("?");
  const dialog = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(dialog).toBeVisible();
  await keys.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(catalog.grid).toBeFocused();

  await keys.press("g");
  await keys.press("c");
  await expect(page).toHaveURL("/catalog");
});

test("J and the arrow lead to the table from the page, and a field keeps its letters", async ({ page }) => {
  const catalog = new CatalogScreen(page);
  const active = catalog.grid.locator("tr[data-active]");
  await page.goto("/catalog");
  await expect(catalog.row("bill-of-lading")).toBeVisible();
  await page.keyboard.press("j");
  await expect(catalog.grid).toBeFocused();
  await expect(active).toHaveAttribute("aria-rowindex", "2");
  await page.keyboard.press("j");
  await expect(active).toHaveAttribute("aria-rowindex", "3");

  // From a button, too, where the arrow does something else or nothing.
  await page.getByRole("button", { name: "Columns" }).focus();
  await page.keyboard.press("ArrowDown");
  await expect(active).toHaveAttribute("aria-rowindex", "3");
  await page.keyboard.press("j");
  await expect(catalog.grid).toBeFocused();
  await expect(active).toHaveAttribute("aria-rowindex", "4");

  await page.keyboard.press("/");
  await page.keyboard.press("j");
  await expect(catalog.textFilter).toBeFocused();
  await expect(catalog.textFilter).toHaveValue("j");

  await page.goto("/catalog?kind=api");
  await expect(catalog.row("bookings-v4")).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await expect(catalog.grid).toBeFocused();
  await expect(active).toHaveAttribute("aria-rowindex", "2");
});

test("menus open, move and close by keyboard, and give the focus back", async ({ page }) => {
  await page.goto("/catalog");
  const button = page.getByRole("button", { name: "Switch kind" });
  await expect(button).toBeVisible();
  await expect(page.getByRole("grid")).toBeVisible();
  // The menu lists what has been counted.
  await expect(page.locator(".catalog__head .num")).toHaveText(/^\d+$/);
  await button.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitemradio", { name: /^Components/ })).toBeFocused();
  await page.keyboard.press("s");
  await expect(page.getByRole("menuitemradio", { name: /^Systems/ })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(button).toBeFocused();
});
