// What people do with the table: leave values out, choose columns, save views, select rows, export.
import { appendFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { expect, expectAccessible, test } from "../fixtures/test.ts";
import { CatalogScreen } from "../fixtures/catalog.ts";
import type { Portal } from "../fixtures/portal.ts";

/** The saved views that the server keeps for the guest, past the page. */
async function savedViews(page: Page, portal: Portal) {
  const session = await (await page.request.post(`${portal.url}/api/auth/guest/refresh`)).json();
  const headers = { authorization: `Bearer ${session.backstageIdentity.token}` };
  const url = `${portal.url}/api/user-settings/buckets/callboard.savedViews/keys/catalog`;
  return {
    read: async (): Promise<unknown> => (await (await page.request.get(url, { headers })).json()).value,
    write: async (value: unknown): Promise<void> => expect((await page.request.put(url, { headers, data: { value } })).ok()).toBe(true),
  };
}

/** Saves what is shown under a name. */
async function saveView(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "Save as view" }).click();
  await page.getByRole("dialog", { name: "Save this view" }).getByRole("textbox", { name: "Name" }).fill(name);
  await page.keyboard.press("Enter");
}

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
  const types = catalog.facet("Type").getByRole("listitem");
  await expect(types.first()).toHaveText("Library1");
  await expect(types.filter({ hasText: /\D[1-9]\d*$/ })).toHaveCount(1);
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
  const down = list.getByRole("button", { name: "Move Owner down" });
  await expect(down).toHaveText("");
  await expect(list.getByRole("button", { name: "Move Lifecycle down" })).toBeDisabled();
  await down.click();
  await expect(page).toHaveURL("/catalog?cols=system,owner,type,tags,lifecycle");
  await expect(down).toBeFocused();
  await list.getByRole("button", { name: "Move Owner up" }).click();
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

test("a name is whole where its description has to give way", async ({ page }) => {
  const catalog = new CatalogScreen(page);
  const name = catalog.row("consignment-gateway").locator("td.name .entity-ref > span");
  for (const width of [768, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto("/catalog?q=consignment-gateway");
    await expect(name).toBeVisible();
    expect(await name.evaluate((text) => text.scrollWidth - text.clientWidth), `cut at ${width}`).toBeLessThanOrEqual(0);
    await expect(catalog.row("consignment-gateway").locator("td.name .sub")).toBeVisible({ visible: width > 1000 });
  }
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
  // What was typed is not lost by a slip.
  await page.keyboard.press("Escape");
  await page.mouse.click(5, 5);
  await expect(dialog.getByRole("textbox", { name: "Name" })).toHaveValue("Running services");
  await expect(dialog.getByRole("checkbox", { name: /Open it by itself/ })).toBeFocused();
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
  await expect(page.getByText("2 references copied")).toBeVisible();
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

test("a view is not renamed to the name of another one, and the field says why", async ({ page, ownPortal }) => {
  const stored = await savedViews(page, ownPortal);
  await stored.write([{ name: "Services", query: "type=service" }, { name: "Libraries", query: "type=library" }]);
  const catalog = new CatalogScreen(page);
  await page.goto(`${ownPortal.url}/catalog`);
  await expect(catalog.views.getByRole("link", { name: /^Libraries/ })).toBeVisible();
  await catalog.views.getByRole("button", { name: "Saved views" }).click();
  await page.getByRole("menuitem", { name: "Manage saved views" }).click();
  const manage = page.getByRole("dialog", { name: "Saved views" });
  const name = manage.getByRole("textbox", { name: "Name of Libraries" });
  await name.fill("services");
  await page.keyboard.press("Tab");
  await expect(name).toHaveAttribute("aria-invalid", "true");
  await expect(name).toHaveAccessibleDescription("Another view has this name.");
  await expect(name).toHaveValue("services");
  await expectAccessible(page);
  await name.fill("Books");
  await expect(name).not.toHaveAttribute("aria-invalid");
  await page.keyboard.press("Tab");
  await expect(manage.getByRole("textbox", { name: "Name of Books" })).toBeVisible();
});

test("saved views that this version cannot read are left alone", async ({ page, ownPortal }) => {
  const stored = await savedViews(page, ownPortal);
  const newer = [{ name: "Libraries", query: "type=library" }, { title: "Of another version" }];
  await stored.write(newer);
  await page.goto(`${ownPortal.url}/catalog?type=service`);
  await saveView(page, "Services");
  await expect(page.getByRole("alert").getByText("so nothing was changed")).toBeVisible();
  expect(await stored.read()).toEqual(newer);
});

test.describe("the server fails", () => {
  test.use({ allowedConsoleErrors: /Failed to load resource/ });

  test("views that are not saved go again, all of them", async ({ page, ownPortal }) => {
    const catalog = new CatalogScreen(page);
    let release = () => {};
    const held = new Promise<void>((done) => (release = done));
    await page.route("**/api/user-settings/buckets/callboard.savedViews/**", async (route) => {
      await held;
      await route.fulfill({ status: 503, body: "" });
    });
    await page.goto(`${ownPortal.url}/catalog?type=service`);
    await saveView(page, "First");
    await saveView(page, "Second");
    const tabs = catalog.views.getByRole("link", { name: /^(First|Second)/ });
    await expect(tabs).toHaveCount(2);
    release();
    await expect(page.getByRole("alert").getByText("The view was not saved")).toHaveCount(2);
    await expect(tabs).toHaveCount(0);
  });

  test("Try again brings the numbers of saved views, too", async ({ page, ownPortal }) => {
    const catalog = new CatalogScreen(page);
    await (await savedViews(page, ownPortal)).write([{ name: "Services", query: "type=service" }]);
    const questions = /\/api\/catalog\/(entities\/by-query|entity-counts)/;
    await page.route(questions, (route) => route.fulfill({ status: 503, body: "" }));
    await page.goto(`${ownPortal.url}/catalog`);
    const tab = catalog.views.getByRole("link", { name: /^Services/ });
    await expect(tab).toHaveText("Services");
    await expect(page.getByRole("alert").getByText("The components did not load")).toBeVisible();
    await page.unroute(questions);
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(tab).toHaveText(/^Services\d+$/);
  });

  test("the error of a view that was left is not shown with the next one", async ({ page }) => {
    const catalog = new CatalogScreen(page);
    const queries = "**/api/catalog/entities/by-query**";
    let release = () => {};
    const held = new Promise<void>((done) => (release = done));
    await page.route(queries, async (route) => {
      if (!route.request().postData()?.includes("hazmat")) return route.continue();
      await held;
      return route.fulfill({ status: 503, body: "" });
    });
    await page.goto("/catalog");
    await expect(catalog.row("label-printer")).toBeVisible();
    const asked = page.waitForRequest((request) => !!request.postData()?.includes("hazmat") && request.url().includes("/by-query"));
    await catalog.textFilter.fill("hazmat");
    await asked;
    const answered = page.waitForResponse(queries);
    await catalog.textFilter.fill("");
    expect((await answered).ok()).toBe(true);
    await expect(page).toHaveURL("/catalog");
    await expect(page.locator(".page-progress")).toHaveCount(0);
    const failed = page.waitForResponse(queries);
    release();
    expect((await failed).status()).toBe(503);
    // What the page does with the answer can be seen in the next frame.
    await page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))));
    await expect(catalog.row("label-printer")).toBeVisible();
    await expect(page.getByText("Some rows did not load")).toHaveCount(0);
  });

  test("an export whose token is too old is asked for once more", async ({ page }) => {
    const catalog = new CatalogScreen(page);
    let nRefused = 0;
    await page.route("**/api/catalog/entities/csv", (route) =>
      nRefused++ === 0 ? route.fulfill({ status: 401, body: "" }) : route.continue(),
    );
    await page.goto("/catalog?lifecycle=deprecated&cols=owner");
    await expect(catalog.row("label-printer")).toBeVisible();
    expect((await catalog.export())[0]).toBe("Reference,Name,Owner");
    expect(nRefused).toBe(2);
  });
});

test("a view that is deleted in the list of views comes back from there", async ({ page, ownPortal }) => {
  const catalog = new CatalogScreen(page);
  await (await savedViews(page, ownPortal)).write([{ name: "Services", query: "type=service" }]);
  await page.goto(`${ownPortal.url}/catalog`);
  await expect(catalog.views.getByRole("link", { name: /^Services/ })).toBeVisible();
  await catalog.views.getByRole("button", { name: "Saved views" }).click();
  await page.getByRole("menuitem", { name: "Manage saved views" }).click();
  const manage = page.getByRole("dialog", { name: "Saved views" });
  await manage.getByRole("button", { name: "Delete Services" }).click();
  await expect(manage.getByText("No views are saved")).toBeVisible();
  await expect(page.getByText("“Services” is deleted")).toHaveCount(1);
  // The way back stays while the pointer rests on it.
  await manage.locator(".toast").hover();
  await expectAccessible(page);
  await manage.getByRole("button", { name: "Undo" }).click();
  await expect(manage.getByRole("textbox", { name: "Name of Services" })).toBeVisible();
});
