// Walks pages as they were on a day, and deletes and restores a report.
// node past.mjs LOGIN_URL SERVER_URL SCREENSHOT_FOLDER
// Prints `all steps done`.
import assert from "node:assert/strict";
import { inBoth, launch, look, open } from "./screens.mjs";

const [loginUrl, serverUrl, folder] = process.argv.slice(2);
const browser = await launch();

// The page has a banner, and no form that writes but those of the bar and the foot.
async function isReadOnly(page) {
  await page.locator(".notice.past").waitFor();
  assert.deepEqual(await page.locator("main form[method=post]").count(), 0);
  assert.equal(await page.locator("[data-key=n], [data-key=c]").count(), 0);
}

try {
  const { page, complaints } = await open(browser);
  await page.goto(loginUrl);
  await page.waitForURL(`${serverUrl}/`);

  // The date field leads there, and keeps the filters.
  const day = new Date(Date.now() - 100 * 86_400_000).toISOString().slice(0, 10);
  await page.goto(`${serverUrl}/?weeks=12`);
  await page.locator(".filters summary").filter({ hasText: "Weeks and groups" }).click();
  await look(page, folder, "past-form", ".filters");
  await page.getByLabel("As it was on").fill(day);
  await page.getByRole("button", { name: "Show that day" }).click();
  await page.waitForURL(new RegExp(`as_of=${day}`));
  assert.match(page.url(), /weeks=12/);
  await isReadOnly(page);
  await inBoth(page, folder, "past-portfolio");

  // A filter stays in the past; the preview of a cell does, too.
  await page.getByRole("searchbox", { name: "Search" }).first().fill("harbor");
  await page.waitForURL(/q=harbor/);
  assert.match(page.url(), new RegExp(`as_of=${day}`));
  await page.locator(".heat tbody tr:first-child td:not(.c)").last().click();
  await page.locator("#peek a").waitFor();
  assert.match(await page.locator("#peek a").getAttribute("href"), new RegExp(`as_of=${day}`));

  // A project, and a report of it.
  await page.getByRole("link", { name: "Harbor rollout" }).first().click();
  await page.waitForURL(new RegExp(`/workspaces/\\d+\\?as_of=${day}$`));
  await isReadOnly(page);
  await inBoth(page, folder, "past-project");
  await page.locator(".reports a").first().click();
  await page.waitForURL(new RegExp(`/status_reports/\\d+\\?as_of=${day}$`));
  await isReadOnly(page);
  await inBoth(page, folder, "past-report");
  await page.getByRole("link", { name: "Back to today" }).click();
  await page.waitForURL(/\/status_reports\/\d+$/);
  assert.equal(await page.locator(".notice.past").count(), 0);

  // Deleted and restored.
  const report = page.url();
  await page.getByText("Delete …").click();
  await page.getByRole("button", { name: "Delete report" }).click();
  await page.getByText("This report was deleted on").waitFor();
  assert.equal(page.url(), report);
  await inBoth(page, folder, "report-deleted");
  await page.locator(".crumbs a").last().click();
  await page.getByText("Deleted reports (1)").click();
  await inBoth(page, folder, "project-deleted-reports");
  await page.locator(".deleted a").click();
  await page.getByRole("button", { name: "Restore report" }).click();
  await page.getByText("Restored").first().waitFor();
  assert.equal(page.url(), report);
  await inBoth(page, folder, "report-restored");

  assert.deepEqual(complaints, []);
  console.log("all steps done");
} finally {
  await browser.close();
}
