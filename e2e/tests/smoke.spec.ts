import { expect, expectAccessible, test } from "../fixtures/test.ts";

test("the portal opens without an error and passes the accessibility audit", async ({ page }) => {
  await page.goto("/");
  await expect(page).toHaveTitle(/Callboard/);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expectAccessible(page);
});
