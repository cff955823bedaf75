// Walks a meeting: by keys through ten projects, with a note, to the summary and its print sheet; once more without script.
// node meeting.mjs LOGIN_URL SERVER_URL SCREENSHOT_FOLDER
// Prints `all steps done`.
import assert from "node:assert/strict";
import path from "node:path";
import { launch, look, open } from "./screens.mjs";

const [loginUrl, serverUrl, folder] = process.argv.slice(2);
const browser = await launch();

try {
  const { context, page, complaints } = await open(browser);
  await page.goto(loginUrl);
  await page.getByRole("link", { name: "Meeting", exact: true }).click();
  await page.getByText(/^1 of \d+$/).waitFor();
  const heading = () => page.locator("h1 a").textContent();
  const colors = [];
  const titles = [];
  for (let number = 1; number <= 10; number += 1) {
    await page.getByText(new RegExp(`^${number} of \\d+$`)).waitFor();
    titles.push(await heading());
    colors.push((await page.locator("h1 .vh").textContent()).trim());
    if (number < 10) await page.keyboard.press(number % 2 ? "j" : "ArrowRight");
  }
  assert.equal(new Set(titles).size, 10);
  // What is finished, on hold or silent comes after the current reds.
  assert.equal(colors[0], "Red");
  await page.keyboard.press("k");
  await page.getByText(/^9 of \d+$/).waitFor();
  await page.keyboard.press("ArrowLeft");
  await page.getByText(/^8 of \d+$/).waitFor();

  // A note, by keys: `d` goes to its text, and typing changes no project.
  await page.goto(`${serverUrl}/meeting`);
  const project = await page.locator("h1 a").getAttribute("href");
  await page.keyboard.press("d");
  assert.equal(await page.evaluate(() => document.activeElement.id), "text");
  await page.keyboard.type("dj End: ask the vendor.");
  await page.getByLabel("Due on").fill("2026-01-05");
  await look(page, folder, "meeting");
  await page.getByRole("button", { name: "Add decision or action" }).click();
  await page.locator(".milestones .prose", { hasText: "dj End: ask the vendor." }).waitFor();
  assert.match(page.url(), /\/meeting\?slide=1$/);
  await look(page, folder, "meeting-noted");
  await page.keyboard.press("End");
  await page.getByRole("heading", { name: "Meeting summary" }).waitFor();
  await page.locator(".milestones .prose", { hasText: "dj End: ask the vendor." }).waitFor();
  await look(page, folder, "meeting-summary");

  // The sheet has the title, the time and every project; nothing that can only be pressed.
  await page.emulateMedia({ media: "print" });
  await page.setViewportSize({ width: 703, height: 1032 });
  assert.ok(await page.evaluate(() => document.scrollingElement.scrollWidth <= innerWidth));
  assert.ok(!(await page.locator(".slides").isVisible()) && await page.locator("h1").isVisible());
  await page.screenshot({ path: path.join(folder, "paper-meeting.png"), fullPage: true });
  await page.emulateMedia({ media: "screen" });
  for (const where of ["/meeting?slide=1", "/meeting?end=1"]) {
    for (const width of [390, 320]) {
      await page.setViewportSize({ width, height: 800 });
      await page.goto(`${serverUrl}${where}`);
      assert.ok(await page.evaluate(() => document.scrollingElement.scrollWidth <= innerWidth), `${where} ${width}`);
    }
    await page.screenshot({ path: path.join(folder, `meeting-narrow-${where.includes("end") ? "end" : "slide"}.png`) });
  }
  await page.setViewportSize({ width: 1440, height: 860 });
  await page.goto(`${serverUrl}${project}`);
  await page.locator(".milestones .prose", { hasText: "dj End: ask the vendor." }).waitFor();
  await page.getByRole("button", { name: /^Mark as done/ }).click();
  await page.locator(".milestones .done").waitFor();
  assert.deepEqual(complaints, []);

  // Without script, by links.
  const plain = await open(browser, { javaScriptEnabled: false, storageState: await context.storageState() });
  await plain.page.goto(`${serverUrl}/meeting?health=red`);
  const count = Number((await plain.page.getByText(/^1 of \d+$/).textContent()).split(" ").at(-1));
  for (let number = 1; number < count; number += 1) await plain.page.locator(".slides [rel=next]").click();
  await plain.page.locator("#text").fill("Without script.");
  await plain.page.locator("[value=decision]").check();
  await plain.page.getByRole("button", { name: "Add decision or action" }).click();
  await plain.page.locator(".milestones .prose", { hasText: "Without script." }).waitFor();
  await plain.page.locator(".slides [rel=next]").click();
  await plain.page.getByRole("heading", { name: "Meeting summary" }).waitFor();
  assert.equal(await plain.page.locator(".summed section").count(), count);
  console.log("all steps done");
} finally {
  await browser.close();
}
