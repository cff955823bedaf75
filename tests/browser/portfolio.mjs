// Walks the portfolio: both themes, the grid by keys, filters, the table, CSV, German, without script, on paper.
// node portfolio.mjs LOGIN_URL SERVER_URL SCREENSHOT_FOLDER
// Prints `all steps done`.
import assert from "node:assert/strict";
import path from "node:path";
import { launch, look, open } from "./screens.mjs";

const [loginUrl, serverUrl, folder] = process.argv.slice(2);
const browser = await launch();

try {
  const { context, page, complaints } = await open(browser);
  await page.goto(loginUrl);
  assert.equal(page.url(), `${serverUrl}/`);
  await page.getByRole("heading", { name: "Portfolio" }).waitFor();
  assert.equal(await page.locator(".heat tbody tr").count(), 10);
  await look(page, folder, "portfolio");

  // Times are in the reader's zone from the second page on.
  await page.reload();
  assert.match(await page.locator(".heat time").first().getAttribute("title"), / CES?T$/);

  // With the keyboard: into the grid, along it, and the report of a cell.
  await page.locator(".heat td[tabindex='0']").focus();
  await page.locator("#peek").waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowLeft");
  await page.locator("#peek strong", { hasText: "Crane telemetry" }).waitFor();
  await look(page, folder, "portfolio-cell");
  await page.keyboard.press("Escape");
  assert.ok(await page.locator("#peek").isHidden());
  await page.keyboard.press("Control+Home");
  assert.equal(await page.evaluate(() => document.activeElement.cellIndex), 6);

  // A click on a cell that is cut off, by the frame or by the window, scrolls it into view and keeps its report; a scroll of
  // the person hides the report.
  const size = page.viewportSize();
  const frames = () => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  for (const height of [480, 400]) {
    await page.setViewportSize({ width: size.width, height });
    const row = await page.evaluate((isFrame) => {
      const rows = [...document.querySelectorAll(".heat tbody tr")];
      const frame = rows[0].closest("[data-scroll-end]");
      if (isFrame) {
        scrollTo(0, document.body.scrollHeight);
        frame.scrollTop = frame.scrollHeight - frame.clientHeight - rows[0].offsetHeight / 2;
        return rows.length - 1;
      }
      scrollTo(0, 0);
      frame.scrollTop = 0;
      const middle = (row) => row.getBoundingClientRect().top + row.offsetHeight / 2;
      const index = rows.findIndex((row) => middle(row) >= innerHeight);
      scrollTo(0, middle(rows[index]) - innerHeight);
      return index;
    }, height === 480);
    await frames();
    const cut = page.locator(".heat tbody tr").nth(row).locator("td").last();
    const before = await cut.boundingBox();
    await page.mouse.click(before.x + before.width / 2, before.y + 4);
    await page.locator("#peek").waitFor();
    await frames();
    const [after, peek] = [await cut.boundingBox(), await page.locator("#peek").boundingBox()];
    assert.ok(after.y < before.y - 4, `the cell was not cut off: ${before.y}, ${after.y}`);
    assert.ok(peek, "the report of the cell is hidden");
    const gap = Math.min(Math.abs(peek.y - after.y - after.height), Math.abs(after.y - peek.y - peek.height));
    assert.ok(gap <= 9, `the report is ${gap} px from its cell`);
    // For half a second, the wheel scrolls the part that it scrolled last.
    while (await page.locator("#peek").isVisible()) {
      await page.mouse.wheel(0, -60);
      await frames();
    }
  }
  await page.setViewportSize(size);

  // Lists, help, palette.
  await page.locator("main").focus();
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Crane telemetry");
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await look(page, folder, "keys");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("ward");
  await page.getByRole("option", { name: "Ward staffing forecast", exact: true }).waitFor();
  await look(page, folder, "palette");
  await page.keyboard.press("Escape");

  // Enter opens a result of what was typed, also if the answer comes later.
  let answer;
  const held = new Promise((resolve) => { answer = resolve; });
  await page.route("**/palette?q=lumen*", async (route) => {
    await held;
    await route.continue();
  });
  await page.keyboard.press("Control+k");
  await page.getByRole("option", { name: "Crane telemetry" }).waitFor();
  await page.keyboard.type("lumen");
  const asked = page.waitForRequest(/palette\?q=lumen/);
  await page.keyboard.press("Enter");
  await asked;
  assert.equal(page.url(), `${serverUrl}/`);
  answer();
  await page.getByRole("heading", { name: "Lumen patient portal" }).waitFor();

  // On the page of a project, the palette offers its people.
  await page.waitForLoadState();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("people of");
  await page.getByRole("option", { name: "People of Lumen patient portal" }).waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/workspaces\/\d+\/people$/);
  await page.goto(serverUrl);

  // Filters change the address, and the page with it.
  await page.getByRole("searchbox", { name: "Search" }).fill("crane");
  await page.waitForURL(/[?&]q=crane/);
  await page.locator(".heat tbody tr").nth(0).waitFor();
  await page.waitForFunction(() => document.querySelectorAll(".heat tbody tr").length === 1);
  assert.equal(page.url(), `${serverUrl}/?q=crane`);
  await page.getByRole("searchbox", { name: "Search" }).fill("nothing has this");
  await page.getByRole("heading", { name: "No matching projects" }).waitFor();
  await look(page, folder, "portfolio-nothing");
  await page.getByRole("link", { name: "Clear all filters" }).click();
  await page.getByRole("link", { name: /^Red Red/ }).click();
  await page.waitForURL(/health=red/);
  await page.getByRole("link", { name: /^Yellow Yellow/ }).click();
  await page.waitForURL(/health=red%2Cyellow$/);
  await page.locator("#chip-red[aria-current]").click();
  await page.waitForURL(/health=yellow$/);
  // A filter with several values is searched, and each value is taken away by its own link.
  await page.locator("summary", { hasText: "Status" }).click();
  await page.getByRole("searchbox", { name: "Find a status" }).fill("at ri");
  await page.getByRole("checkbox", { name: "At Risk Needs attention" }).waitFor();
  assert.equal(await page.locator(".pick-menu[open] li:visible").count(), 1);
  await look(page, folder, "portfolio-status-filter", ".filters");
  await page.getByRole("checkbox", { name: "At Risk Needs attention" }).check();
  await page.waitForURL(/\?health=yellow&status=403$/);
  await page.getByRole("link", { name: /^Status: At Risk/ }).click();
  await page.waitForURL(/\?health=yellow$/);
  // A heading sorts, and once more in the opposite direction; the focus stays on it.
  await page.goto(`${serverUrl}/`);
  await page.locator("#sort-due").click();
  await page.waitForURL(/\?order=due$/);
  await page.locator("th[aria-sort=ascending] #sort-due").click();
  await page.waitForURL(/\?order=-due$/);
  await page.locator("th[aria-sort=descending] #sort-due").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), "sort-due");
  // Groups count and fold; what is typed then keeps the order.
  await page.locator("summary", { hasText: "Weeks and groups" }).click();
  await page.getByLabel("Group by").selectOption("Health");
  await page.waitForURL(/\?group=health&order=-due$/);
  await look(page, folder, "portfolio-layout", ".filters");
  await page.keyboard.press("Escape");
  const folds = page.locator(".heat .group a").first();
  await folds.waitFor();
  const rowsBefore = await page.locator(".heat tbody tr:not(.group)").count();
  await folds.click();
  await page.locator(".heat .group a[aria-expanded=false]").waitFor();
  assert.ok(await page.locator(".heat tbody tr:not(.group)").count() < rowsBefore);
  await look(page, folder, "portfolio-folded");
  // From a title into its weeks and back.
  await page.goto(`${serverUrl}/`);
  await page.locator(".heat tbody th a").first().focus();
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.evaluate(() => document.activeElement.cellIndex), 6);
  await page.keyboard.press("ArrowLeft");
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "A");
  // A year fits a window that is not wide.
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(`${serverUrl}/?weeks=52`);
  await page.locator(".heat td.r").first().waitFor();
  const [needed, there] = await page.locator(".scroll").evaluate((own) => [own.scrollWidth, own.clientWidth]);
  assert.ok(needed <= there, `${needed} > ${there}`);
  await look(page, folder, "portfolio-year");
  await page.setViewportSize({ width: 1440, height: 860 });
  await page.goto(`${serverUrl}/?weeks=52&group=status&order=health`);
  await page.locator(".heat .group").first().waitFor();
  await look(page, folder, "portfolio-year-by-status");

  // As a table, and as a spreadsheet.
  await page.getByRole("link", { name: "Table", exact: true }).click();
  await page.locator("table.list").waitFor();
  await look(page, folder, "portfolio-table");
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "CSV" }).click();
  assert.equal((await download).suggestedFilename(), "portfolio.csv");
  const workbook = page.waitForEvent("download");
  await page.getByRole("link", { name: "Excel", exact: true }).click();
  assert.equal((await workbook).suggestedFilename(), "portfolio.xlsx");

  // Choices are the server's to remember, and there at the first paint.
  await page.goto(`${serverUrl}/`);
  await page.getByText("Display").click();
  await look(page, folder, "display", ".bar");
  await page.getByLabel("Language").selectOption("de");
  await page.getByLabel("Colours").selectOption("safe");
  await page.getByLabel("Theme").selectOption("dark");
  await page.getByRole("button", { name: "Apply" }).click();
  await page.getByRole("link", { name: /^Gelb Gelb/ }).waitFor();
  const html = await (await page.request.get(`${serverUrl}/`)).text();
  assert.ok(html.includes('<html lang="de" dir="ltr" data-theme="dark" data-palette="safe">'));
  await look(page, folder, "portfolio-german-safe");
  await page.evaluate(() => {
    document.documentElement.dataset.palette = "mono";
    document.documentElement.dataset.theme = "auto";
  });
  await look(page, folder, "portfolio-german-mono");
  await page.emulateMedia({ media: "print" });
  await page.screenshot({ path: path.join(folder, "portfolio-print.png") });
  await page.emulateMedia({ media: "screen" });
  await page.setViewportSize({ width: 390, height: 800 });
  await look(page, folder, "portfolio-narrow");
  assert.deepEqual(complaints, []);

  // The same session without script: all is there, and what is chosen is applied by a button.
  const state = await context.storageState();
  const plain = await open(browser, { javaScriptEnabled: false, storageState: state });
  await plain.page.goto(serverUrl);
  await plain.page.getByLabel("Suche", { exact: true }).fill("harbor");
  await plain.page.getByRole("button", { name: "Anzeigen" }).click();
  assert.equal(await plain.page.locator(".heat tbody tr").count(), 1);
  await plain.page.screenshot({ path: path.join(folder, "portfolio-plain.png") });
  console.log("all steps done");
} finally {
  await browser.close();
}
