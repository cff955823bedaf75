// Walks the page "What changed": from the menu, by a preset, by dates, by its link; narrow, in German, and without script.
// node changes.mjs LOGIN_URL SERVER_URL SCREENSHOT_FOLDER
// Prints `all steps done`.
import assert from "node:assert/strict";
import path from "node:path";
import { launch, look, open } from "./screens.mjs";

const [loginUrl, serverUrl, folder] = process.argv.slice(2);
const browser = await launch();

try {
  const { context, page, complaints } = await open(browser);
  await page.goto(loginUrl);
  await page.getByRole("navigation").getByRole("link", { name: "Changes", exact: true }).click();
  await page.getByRole("heading", { name: "What changed", level: 1 }).waitFor();
  await page.getByRole("link", { name: "Last month" }).click();
  await page.locator(".changed").first().waitFor();
  // The counts are those of the sections, to which they lead.
  for (const count of await page.locator(".change-counts a").all()) {
    const [number, section] = [await count.locator("b").textContent(), await count.getAttribute("href")];
    assert.equal(await page.locator(`section[aria-labelledby="${section.slice(1)}"] li`).count(), Number(number));
  }
  await look(page, folder, "changes");
  await page.screenshot({ path: path.join(folder, "changes-whole.png"), fullPage: true });

  // A row leads to its project and to its report.
  const title = await page.locator(".changed .project").first().textContent();
  await page.locator(".changed .project").first().click();
  await page.getByRole("heading", { name: title, level: 1 }).waitFor();
  await page.goBack();
  await page.locator(".changed .more").first().click();
  await page.waitForURL(/\/status_reports\/\d+$/);
  await page.goBack();

  // The link shows the same sections.
  const sections = () => page.locator(".changed").allTextContents();
  const shown = await sections();
  const link = await page.locator(".share code").textContent();
  assert.ok(link.startsWith(`${serverUrl}/changes?from=`) && link.includes("known_at="), link);
  await page.getByRole("button", { name: "Copy" }).click();
  await page.getByText("Copied").waitFor();
  await page.goto(link);
  assert.deepEqual(await sections(), shown);

  // Dates, and those that are wrong.
  const day = (ago) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
  await page.getByLabel("From", { exact: true }).fill(day(20));
  await page.getByLabel("To", { exact: true }).fill(day(3));
  await page.getByRole("button", { name: "Show" }).click();
  await page.waitForURL(`${serverUrl}/changes?from=${day(20)}&to=${day(3)}`);
  assert.equal(await page.getByLabel("To", { exact: true }).inputValue(), day(3));
  await page.goto(`${serverUrl}/changes?from=${day(3)}&to=${day(20)}`);
  await page.getByRole("alert").waitFor();
  await look(page, folder, "changes-wrong");
  complaints.splice(0, complaints.length, ...complaints.filter((text) => !text.includes("422")));

  await page.goto(link);
  for (const width of [390, 320]) {
    await page.setViewportSize({ width, height: 844 });
    assert.ok(await page.evaluate(() => document.scrollingElement.scrollWidth <= innerWidth), `${width}`);
    if (width === 390) await look(page, folder, "changes-narrow");
  }
  await page.setViewportSize({ width: 703, height: 1032 });
  await page.emulateMedia({ media: "print" });
  assert.ok(await page.evaluate(() => document.scrollingElement.scrollWidth <= innerWidth));
  await page.screenshot({ path: path.join(folder, "paper-changes.png"), fullPage: true });
  await page.emulateMedia({ media: "screen" });
  assert.deepEqual(complaints, []);

  // Without script, in German.
  const plain = await open(browser, { javaScriptEnabled: false, locale: "de-DE", storageState: await context.storageState() });
  await plain.page.goto(`${serverUrl}/changes`);
  await plain.page.getByRole("link", { name: "Letzter Monat" }).click();
  await plain.page.getByRole("heading", { name: "Was sich geändert hat" }).waitFor();
  await plain.page.screenshot({ path: path.join(folder, "changes-german.png"), fullPage: true });
  assert.equal(await plain.page.locator(".changed").count(), shown.length);
  console.log("all steps done");
} finally {
  await browser.close();
}
