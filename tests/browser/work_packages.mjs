// Walks the work packages of a project: its figures, the list with filters, one work package, and a change of its status by
// keyboard; narrow, in German, and without script.
// node work_packages.mjs LOGIN_URL SERVER_URL SCREENSHOT_FOLDER
// Prints `all steps done`.
import assert from "node:assert/strict";
import path from "node:path";
import { launch, look, open } from "./screens.mjs";

const [loginUrl, serverUrl, folder] = process.argv.slice(2);
const browser = await launch();

try {
  const { context, page, complaints } = await open(browser);
  await page.goto(loginUrl);
  // The portfolio has a line of figures in each row.
  const row = page.locator("tr", { hasText: "Harbor rollout" });
  assert.match(await row.locator(".work").textContent(), /^Work\u{a0}\d+%\u{a0}· time\u{a0}\d+%/u);
  await look(page, folder, "work-portfolio");
  await page.goto(`${serverUrl}/?view=table`);
  await page.locator("tr .work").first().waitFor();
  await look(page, folder, "work-portfolio-table");
  await page.goBack();
  await row.getByRole("link", { name: "Harbor rollout" }).click();
  const card = page.getByRole("region", { name: /^Work packages/ });
  await card.getByText("How these figures are counted").click();
  await look(page, folder, "work-project");
  const open_ = Number(await card.locator(".figures div", { hasText: "Open" }).locator("b").textContent());
  const overdue = Number(await card.locator(".figures div", { hasText: "Overdue" }).locator("b").textContent());
  // The rows by status add up to the open ones.
  const counts = await card.locator("tbody td:nth-child(2)").allTextContents();
  assert.equal(counts.map(Number).reduce((one, other) => one + other, 0), open_);

  // The figures lead to the list that they count.
  const shown = async () => Number((await page.getByRole("status").first().textContent()).split(" ")[0]);
  await card.locator(".figures div", { hasText: "Overdue" }).getByRole("link").click();
  await page.getByRole("heading", { name: "Work packages", level: 1 }).waitFor();
  assert.equal(await shown(), overdue);
  assert.equal(await page.locator("tbody .late").count(), overdue);
  await page.locator("select[name=show]").selectOption("All");
  await page.getByRole("button", { name: "Show" }).click();
  assert.equal(await shown(), open_);
  await look(page, folder, "work-list");
  await page.locator("main input[name=q]").fill("with PILOT");
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=with/);
  assert.equal(await shown(), 1);

  // By keyboard alone: to the item, to its page, to the field, to another status.
  await page.locator("main").focus();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Pilot with one site", level: 1 }).waitFor();
  await look(page, folder, "work-package");
  const before = await page.locator(".facts bdi").first().textContent();
  await page.keyboard.press("m");
  assert.equal(await page.evaluate(() => document.activeElement.id), "status_id");
  await page.keyboard.type(before === "Feedback" ? "In" : "Fe");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.locator(".history li", { hasText: "Status:" }).first().waitFor();
  const after = await page.locator(".facts bdi").first().textContent();
  assert.equal(after, before === "Feedback" ? "In Progress" : "Feedback");
  const line = await page.locator(".history > li").first().textContent();
  assert.ok(line.includes(`Status: ${before}`) && line.includes(after), line);

  // A form that was opened before another change is refused, and shows what is there now.
  const other = await context.newPage();
  await other.goto(page.url());
  await other.getByLabel("Change to").selectOption("Resolved");
  await other.getByRole("button", { name: "Change status" }).click();
  await other.locator(".facts", { hasText: "Resolved" }).waitFor();
  await other.close();
  await page.getByLabel("Change to").selectOption("Closed");
  await page.getByRole("button", { name: "Change status" }).click();
  await page.getByRole("alert").waitFor();
  assert.equal(await page.locator(".facts bdi").first().textContent(), "Resolved");
  await look(page, folder, "work-package-changed");
  complaints.splice(0, complaints.length, ...complaints.filter((text) => !text.includes("409")));
  const address = page.url().replace("/status", "");

  // The form of a report has the figures beside its colour.
  await page.goto(`${serverUrl}/workspaces/1/reports/new`);
  await page.getByRole("region", { name: /^Work packages/ }).waitFor();
  await look(page, folder, "work-report");

  const pages = { "work-list": "/workspaces/1/work_packages?status=all", "work-project": "/workspaces/1", "work-report": "/workspaces/1/reports/new", "work-package": new URL(address).pathname };
  for (const [name, at] of Object.entries(pages)) {
    await page.goto(`${serverUrl}${at}`);
    for (const width of [390, 320]) {
      await page.setViewportSize({ width, height: 844 });
      assert.ok(await page.evaluate(() => document.scrollingElement.scrollWidth <= innerWidth), `${name} ${width}`);
      if (width === 390) {
        await look(page, folder, `${name}-narrow`);
        await page.screenshot({ path: path.join(folder, `${name}-whole.png`), fullPage: true });
      }
    }
    await page.setViewportSize({ width: 1440, height: 860 });
  }
  assert.deepEqual(complaints, []);

  // In forced colors, and printed, where there is neither the bar nor a form.
  const own = Object.entries(pages).filter(([name]) => name !== "work-report");
  await page.emulateMedia({ forcedColors: "active" });
  for (const [name, at] of own) {
    await page.goto(`${serverUrl}${at}`);
    await look(page, folder, `forced-${name}`);
  }
  await page.emulateMedia({ forcedColors: "none" });
  for (const [name, at] of own) {
    await page.goto(`${serverUrl}${at}`);
    await page.emulateMedia({ media: "print" });
    await page.screenshot({ path: path.join(folder, `print-${name}.png`), fullPage: true });
    assert.equal(await page.locator("header.bar").isVisible(), false, name);
    assert.equal(await page.locator("main form").filter({ visible: true }).count(), 0, name);
    await page.emulateMedia({ media: "screen" });
  }

  // A status in use asks for its replacement, and says first how many work packages move.
  await page.goto(`${serverUrl}/statuses`);
  await page.getByRole("link", { name: "Delete Feedback" }).click();
  await page.getByLabel("New status").waitFor();
  assert.match(await page.locator("main").textContent(), /\d+ work packages/);
  await look(page, folder, "status-replacement");
  await page.setViewportSize({ width: 390, height: 844 });
  await look(page, folder, "status-replacement-narrow");
  await page.setViewportSize({ width: 1440, height: 860 });

  // Without script, in German.
  const plain = await open(browser, { javaScriptEnabled: false, locale: "de-DE", storageState: await context.storageState() });
  await plain.page.goto(`${serverUrl}/workspaces/1/work_packages`);
  await plain.page.locator("select[name=show]").selectOption("Überfällig");
  await plain.page.getByRole("button", { name: "Anzeigen" }).click();
  await plain.page.waitForURL(/show=overdue/);
  await plain.page.locator("tbody a").first().click();
  await plain.page.getByLabel("Ändern zu").selectOption("Closed");
  await plain.page.getByRole("button", { name: "Status ändern" }).click();
  await plain.page.locator(".facts", { hasText: "Closed" }).waitFor();
  await plain.page.screenshot({ path: path.join(folder, "work-german.png"), fullPage: true });
  console.log("all steps done");
} finally {
  await browser.close();
}
