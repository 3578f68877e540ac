// What people do with the table: leave values out, choose columns, save views, select rows, export.
import { appendFile } from "node:fs/promises";
import { expect, expectAccessible, test } from "../fixtures/test.ts";
import { CatalogScreen } from "../fixtures/catalog.ts";

test("a value is left out, and the counts follow the text", async ({ page }) => {
  const catalog = new CatalogScreen(page);
  await page.goto("/catalog");
  await catalog.leaveOut("Lifecycle", "Deprecated");
  await expect(page).toHaveURL("/catalog?lifecycle=!deprecated");
  await expect(page.getByText("Lifecycle is not")).toBeVisible();
  await expect(catalog.row("quote-worker")).toBeVisible();
  await expect(catalog.row("label-printer")).toBeHidden();
  const deprecated = catalog.facet("Lifecycle").getByRole("checkbox", { name: /^Deprecated/ });
  await expect(deprecated).not.toBeChecked();
  // Its own facet still tells how many there would be.
  await expect(catalog.facet("Lifecycle").getByRole("listitem").filter({ hasText: "Deprecated" })).toHaveText(/[1-9]/);

  await catalog.textFilter.fill("hazmat");
  await expect(catalog.facet("Type").getByRole("listitem")).toHaveCount(1);
  await expect(catalog.facet("Type").getByRole("listitem")).toHaveText(/1$/);
  await page.getByRole("button", { name: "Clear all" }).click();
  await expect(page).toHaveURL("/catalog");

  await page.goto("/catalog?status=problems");
  await expect(page.getByRole("heading", { name: "No components match" })).toBeVisible();
  await page.goto("/catalog?status=fine");
  await expect(catalog.row("quote-worker")).toBeVisible();
});

test("columns are chosen and moved, by keyboard, and the address holds them", async ({ page }) => {
  const catalog = new CatalogScreen(page);
  await page.goto("/catalog");
  await page.getByRole("button", { name: "Columns" }).press("Enter");
  const list = page.getByRole("dialog", { name: "Columns" });
  await list.getByRole("checkbox", { name: "Tags" }).press("Space");
  await expect(page).toHaveURL("/catalog?cols=owner,system,type,lifecycle,tags");
  await expect(list.getByRole("checkbox", { name: "Tags" })).toBeFocused();
  await page.keyboard.press("Alt+ArrowUp");
  await expect(page).toHaveURL("/catalog?cols=owner,system,type,tags,lifecycle");
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Columns" })).toBeFocused();
  const headers = () => catalog.grid.getByRole("columnheader").allInnerTexts();
  expect((await headers()).filter((text) => text !== "" && text !== "Actions")).toEqual(["Name", "Owner", "System", "Type", "Tags", "Lifecycle"]);
  await page.reload();
  await expect(catalog.header("Tags")).toBeVisible();
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("button", { name: "Reset columns" }).click();
  await expect(page).toHaveURL("/catalog");
});

test("where columns scroll sideways, the buttons of a row stay in sight", async ({ page }) => {
  await page.setViewportSize({ width: 1100, height: 700 });
  const catalog = new CatalogScreen(page);
  const star = catalog.row("quote-worker").getByRole("button", { name: "Star quote-worker" });
  const expectInSight = async () => {
    await catalog.row("quote-worker").getByRole("link").first().hover();
    await expect(star).toBeInViewport({ ratio: 1 });
  };
  await page.goto("/catalog");
  await expectInSight();
  await page.goto("/catalog?cols=owner,system,type,lifecycle,tags,title,namespace,links,reference");
  await expect(catalog.row("quote-worker")).toBeVisible();
  const overhang = await page.locator(".table-wrap").evaluate((wrap) => wrap.scrollWidth - wrap.clientWidth);
  expect(overhang).toBeGreaterThan(100);
  await expectInSight();
});

test("a view is saved, opens by itself, is found in the palette, and comes back after deleting", async ({ page, ownPortal }) => {
  const catalog = new CatalogScreen(page);
  await page.goto(`${ownPortal.url}/catalog?lifecycle=!deprecated&type=service`);
  await page.getByRole("button", { name: "Save as view" }).click();
  const dialog = page.getByRole("dialog", { name: "Save this view" });
  await dialog.getByRole("textbox", { name: "Name" }).fill("Running services");
  await dialog.getByRole("checkbox", { name: /Open it by itself/ }).check();
  await expectAccessible(page);
  // The page must not be left while it still saves.
  const saved = page.waitForResponse((answer) => answer.request().method() === "PUT" && answer.url().includes("/buckets/callboard.savedViews/"));
  await page.keyboard.press("Enter");
  const tab = catalog.views.getByRole("link", { name: /^Running services/ });
  await expect(tab).toHaveAttribute("aria-current", "page");
  expect((await saved).ok()).toBe(true);

  // Opens by itself, here and in another browser of the same person; everything is one step away.
  await page.goto(`${ownPortal.url}/`);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Catalog" }).click();
  await expect(page).toHaveURL(/lifecycle=!deprecated&type=service/);
  await catalog.views.getByRole("link", { name: "All", exact: true }).click();
  await page.getByRole("button", { name: "Clear all" }).click();
  await expect(page).toHaveURL(/\/catalog\?show=all$/);
  await page.reload();
  await expect(catalog.row("label-printer")).toBeVisible();

  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("running");
  await page.getByRole("option", { name: /Running services/ }).click();
  await expect(page).toHaveURL(/type=service/);

  await catalog.views.getByRole("button", { name: "Saved views" }).click();
  await page.getByRole("menuitem", { name: "Manage saved views" }).click();
  const manage = page.getByRole("dialog", { name: "Saved views" });
  await manage.getByRole("textbox", { name: "Name of Running services" }).fill("Services");
  await page.keyboard.press("Tab");
  await expect(manage.getByRole("textbox", { name: "Name of Services" })).toBeVisible();
  await expectAccessible(page);
  await manage.getByRole("button", { name: "Delete Services" }).click();
  await expect(manage.getByText("No views are saved")).toBeVisible();
  await manage.getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(catalog.views.getByRole("link", { name: /^Services/ })).toBeVisible();
});

test("what is shown is exported, with the columns that are shown", async ({ page }) => {
  const catalog = new CatalogScreen(page);
  await page.goto("/catalog?lifecycle=deprecated&cols=owner,tags");
  await expect(catalog.row("label-printer")).toBeVisible();
  const n_rows = (await catalog.names()).length;
  const lines = await catalog.export();
  expect(lines[0]).toBe("Reference,Name,Owner,Tags");
  expect(lines).toHaveLength(n_rows + 1);
  expect(lines.find((line) => line.startsWith("component:default/label-printer,label-printer,group:"))).toBeDefined();
});

test("rows are selected by keyboard, starred, copied, exported, and one has a menu", async ({ page, context, ownPortal }) => {
  const catalog = new CatalogScreen(page);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(`${ownPortal.url}/catalog`);
  await expect(catalog.row("bill-of-lading")).toBeVisible();
  await catalog.grid.focus();
  await page.keyboard.press("x");
  await page.keyboard.press("Shift+ArrowDown");
  await page.keyboard.press("Shift+ArrowDown");
  const actions = catalog.toolbarOfSelection;
  await expect(actions.getByText("3 selected")).toBeVisible();
  await page.keyboard.press("Shift+ArrowUp");
  await expect(actions.getByText("2 selected")).toBeVisible();
  await expect(catalog.grid.locator("tr[aria-selected=true]")).toHaveCount(2);
  await expectAccessible(page);

  await actions.getByRole("button", { name: "Copy references" }).click();
  const copied = (await page.evaluate(() => navigator.clipboard.readText())).split("\n");
  expect(copied).toHaveLength(2);
  expect(await catalog.export("Export selected")).toHaveLength(3);

  await catalog.grid.focus();
  await page.keyboard.press("Control+a");
  const n_all = Number((await catalog.grid.getAttribute("aria-rowcount"))?.trim()) - 1;
  await expect(actions.getByText(`${n_all} selected`)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(actions).toBeHidden();

  await page.keyboard.press("Home");
  await page.keyboard.press("s");
  await expect(catalog.views.getByRole("link", { name: /^Starred/ })).toHaveText("Starred1");
  await page.keyboard.press(".");
  const menu = page.getByRole("menu", { name: /^Actions for/ });
  await expect(menu.getByRole("menuitem", { name: "Open" })).toBeFocused();
  await expectAccessible(page);
  await menu.getByRole("menuitem", { name: "Copy reference" }).press("Enter");
  await expect(catalog.grid).toBeFocused();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^component:default\//);

  await catalog.views.getByRole("link", { name: /^Starred/ }).click();
  await expect(page).toHaveURL(/show=starred$/);
  await expect(catalog.grid.locator("tbody tr[aria-rowindex]")).toHaveCount(1);
});

test("a guest without groups learns why nothing is owned", async ({ page }) => {
  await page.goto("/catalog?show=owned");
  await expect(page.getByRole("heading", { name: "You own no components" })).toBeVisible();
  await expect(page.getByText("belong to no group")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Show all components" }).click();
  await expect(page).toHaveURL("/catalog");
});

test("an open table takes changes in without losing place, focus and selection", async ({ page, ownPortal }) => {
  const catalog = new CatalogScreen(page);
  await page.goto(`${ownPortal.url}/catalog`);
  await expect(catalog.row("bill-of-lading")).toBeVisible();
  await catalog.grid.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("x");
  const selected = catalog.grid.locator("tr[aria-selected=true]");
  const name = await selected.locator("td.name .entity-ref").innerText();
  const added = "---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: { name: zz-new }\nspec: { type: service, lifecycle: production, owner: freight-booking }\n";
  const before = Number(await catalog.grid.getAttribute("aria-rowcount"));
  await appendFile(ownPortal.example("systems/quote-engine/catalog-info.yaml"), added);
  await expect(catalog.grid).toHaveAttribute("aria-rowcount", `${before + 1}`);
  await expect(catalog.grid).toBeFocused();
  await expect(selected.locator("td.name .entity-ref")).toHaveText(name);
});
