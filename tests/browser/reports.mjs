// Walks a workspace, its reports, and how one is written: by keys, with a draft, a preview and what goes wrong; once more
// without script. node reports.mjs LOGIN_URL SERVER_URL SCREENSHOT_FOLDER
// Prints `all steps done`.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { launch, look, open } from "./screens.mjs";

const [loginUrl, serverUrl, folder] = process.argv.slice(2);
const browser = await launch();

try {
  const { context, page, complaints } = await open(browser);
  await page.goto(loginUrl);
  await page.getByRole("link", { name: "Harbor rollout" }).first().click();
  await page.getByRole("heading", { name: "Harbor rollout" }).waitFor();
  const workspace = page.url();
  await look(page, folder, "workspace");

  // The picture leads to a report, and has a table as its twin.
  assert.ok((await page.locator(".timeline .mark").count()) > 40);
  await page.getByText("Show as table").click();
  assert.equal(await page.locator(".twin .list").count(), 2);
  await look(page, folder, "workspace-table");
  await page.getByText("Show as table").click();

  // The list has the latest reports, and a link to all.
  assert.equal(await page.locator(".reports li").count(), 8);
  await page.getByRole("link", { name: /^Show all \d+ reports$/ }).click();
  await page.waitForURL(/\?reports=all/);
  assert.ok((await page.locator(".reports li").count()) > 40);
  await page.goto(workspace);

  // Moving it to where it is, is no change.
  await page.getByRole("button", { name: "Change status" }).click();
  await page.getByRole("alert").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("role")), "alert");
  await look(page, folder, "workspace-same-status");
  await page.getByLabel("Change to").selectOption({ label: "Blocked" });
  await page.getByRole("button", { name: "Change status" }).click();
  await page.waitForURL(workspace);
  await page.locator(".facts", { hasText: "Blocked" }).waitFor();

  // Back and forth through the reports, by keys.
  await page.locator(".report .more").click();
  await page.waitForURL(/\/status_reports\/\d+$/);
  await look(page, folder, "report");
  const latest = page.url();
  await page.keyboard.press("j");
  await page.waitForURL((url) => url.href !== latest);
  await page.keyboard.press("k");
  await page.waitForURL(latest);

  // A report: a key for the form, a key for the colour, words, and a key that sends it.
  await page.keyboard.press("n");
  await page.waitForURL(`${workspace}/reports/new`);
  assert.equal(await page.evaluate(() => document.activeElement.id), "color-green");
  await look(page, folder, "write");
  await page.getByRole("button", { name: "Publish" }).click();
  await page.getByRole("alert").waitFor();
  await look(page, folder, "write-wrong");
  await page.locator("body").click({ position: { x: 5, y: 300 } });
  await page.keyboard.press("2");
  assert.ok(await page.locator("#color-yellow").isChecked());
  await page.getByLabel("What happened").fill("The vendor delivers on Friday.\nSee https://example.com/plan for the new plan.");
  await page.locator("#Schedule-red").focus();
  await page.keyboard.press("1");
  assert.ok(await page.locator("#Schedule-green").isChecked());

  await page.getByText("Draft saved in this browser").waitFor();
  // Sections of a template are added to what was typed, and left out where they stay empty.
  await page.getByRole("button", { name: "Insert sections" }).click();
  await page.locator(".section-hints").waitFor();
  assert.match(await page.getByLabel("What happened").inputValue(), /^The vendor delivers on Friday[^]*## Done\n\n\n## Next/);
  await look(page, folder, "write-template");
  // The draft is there after the page was left, until it is discarded or sent.
  await page.goto(workspace);
  await page.goto(`${workspace}/reports/new`);
  await page.getByText("Draft restored.").waitFor();
  assert.ok(await page.locator("#color-yellow").isChecked());
  assert.equal(await page.evaluate(() => document.activeElement.id), "color-yellow");
  await look(page, folder, "write-draft");
  await page.getByRole("button", { name: "Preview" }).click();
  await page.getByRole("heading", { name: "Preview" }).waitFor();
  await look(page, folder, "write-preview");
  await page.locator("#description").focus();
  await page.keyboard.press("Control+Enter");
  await page.waitForURL(/\/status_reports\/\d+$/);
  await page.getByRole("link", { name: "https://example.com/plan" }).waitFor();
  assert.equal(await page.evaluate(() => localStorage.length), 0);
  const report = page.url();

  // Edited, it says what changed and by whom.
  await page.getByRole("link", { name: "Edit", exact: true }).click();
  await page.waitForURL(/\/edit$/);
  await page.waitForFunction(() => document.activeElement.id === "description");
  await page.getByRole("heading", { name: "Previous report" }).waitFor();
  await look(page, folder, "write-edit");
  // No key that types or moves the focus changes the colour.
  for (const key of ["Space", "1", "3", "ArrowDown", "Tab"]) await page.keyboard.press(key);
  assert.ok(await page.locator("#color-yellow").isChecked());
  // A restored draft has the focus on what it says, and so has the report without the draft.
  await page.locator("#color-red").check();
  await page.reload();
  await page.getByText("Draft restored.").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), "description");
  await page.getByRole("button", { name: "Discard draft" }).click();
  assert.equal(await page.evaluate(() => document.activeElement.id), "description");
  assert.ok(await page.locator("#color-yellow").isChecked());
  await page.getByLabel("What happened").fill("The vendor delivers on Monday.\nSee https://example.com/plan for the new plan.");
  await page.locator("#color-red").check();
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.waitForURL(report);
  await page.getByRole("heading", { name: "Edits" }).waitFor();
  assert.equal(await page.locator("#flash").textContent(), "Changes saved.");
  await look(page, folder, "report-edited");
  assert.deepEqual(complaints.filter((text) => !/40[39]|422/.test(text)), []);

  // Hints while writing: from the server without a script, and live with it.
  await page.goto(`${workspace}/reports/new`);
  await page.locator("#hints li", { hasText: /^Comment on Client unchanged/ }).waitFor();
  await page.locator("#color-green").check();
  await page.locator("#hints li", { hasText: "Overall is better than Client, which is Red." }).waitFor();
  await page.locator("#description").fill("The vendor delivers on Monday.\nSee https://example.com/plan for the new plan.");
  await page.locator("#hints li", { hasText: /^Text unchanged since/ }).waitFor();
  await look(page, folder, "write-hints");
  await page.goto(`${workspace}/reports/new`);
  await page.getByText("Draft restored.").waitFor();
  await page.locator("#hints li", { hasText: /^Text unchanged since/ }).waitFor();
  await page.getByRole("button", { name: "Publish" }).click();
  await page.waitForURL(/\/status_reports\/\d+$/);
  await page.locator(".hints li", { hasText: /^Text unchanged since/ }).waitFor();
  await look(page, folder, "report-hints");
  await page.goto(workspace);
  await page.locator(".now .hints li", { hasText: /^Text unchanged since/ }).waitFor();
  await page.goto(`${serverUrl}/settings`);
  const blocks = page.getByRole("checkbox", { name: "Don’t publish reports with open hints" });
  await blocks.check();
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.waitForURL(`${serverUrl}/settings`);
  assert.ok(await blocks.isChecked());
  await look(page, folder, "settings");
  await page.goto(`${workspace}/reports/new`);
  await page.locator("#color-red").check();
  await page.locator("#description").fill("Late.");
  await page.getByRole("button", { name: "Publish" }).click();
  await page.getByRole("alert").waitFor();
  await look(page, folder, "write-blocked");
  await page.goto(`${serverUrl}/settings`);
  await blocks.uncheck();
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.goto(`${workspace}/reports/new`);
  await page.getByRole("button", { name: "Discard draft" }).click();

  // Milestones, with their slip, on the page of the project, in the form and on the page of a report.
  await page.goto(workspace);
  await page.locator("summary", { hasText: "Add milestone" }).click();
  await page.locator("#milestone-name").fill("Pilot in the north harbor");
  await page.locator("#milestone-due").fill("2026-01-05");
  await page.getByRole("button", { name: "Add milestone" }).click();
  await page.locator(".milestones .late").waitFor();
  await page.getByRole("link", { name: "Pilot in the north harbor" }).click();
  await page.getByRole("heading", { name: "Edit milestone" }).waitFor();
  await look(page, folder, "milestone");
  await page.getByLabel("Due on").fill("2026-01-19");
  await page.getByRole("button", { name: "Save" }).click();
  await page.waitForURL(`${workspace}#milestones-title`);
  await page.getByText("5 Jan 2026 → 19 Jan 2026, +14 d").waitFor();
  await look(page, folder, "workspace-milestones");
  for (const where of [`${workspace}/reports/new`, report]) {
    await page.goto(where);
    await page.getByText("5 Jan 2026 → 19 Jan 2026, +14 d").waitFor();
  }
  await page.goto(workspace);
  await page.getByRole("button", { name: /^Mark as done/ }).click();
  await page.locator(".milestones .done").waitFor();

  // Markdown is rendered, and a hostile text does nothing but be read.
  await page.goto(`${workspace}/reports/new`);
  await page.locator("#color-yellow").check();
  await page.locator("#description").fill("# Done\n- **Quay** is *paved*\n- `crane 2` stands\n\n## Next\n1. Hand over\n\n> The client agreed.\n\n```\nx = 1\n```\nMore on [the plan](https://example.com/plan).");
  await page.getByRole("button", { name: "Preview" }).click();
  await page.locator(".preview .rich h3", { hasText: "Done" }).waitFor();
  await look(page, folder, "write-markdown");
  await page.getByRole("button", { name: "Publish" }).click();
  await page.waitForURL(/\/status_reports\/\d+$/);
  await page.locator(".now .rich").first().evaluate((text) => text.scrollIntoView());
  for (const selector of ["h3", "h4", "ul li strong", "ol", "blockquote p", "pre code", "a[rel='noopener noreferrer nofollow']"]) {
    assert.equal(await page.locator(`.now .rich.text ${selector}`).first().isVisible(), true, selector);
  }
  await look(page, folder, "report-markdown");
  const requests = [];
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(`${workspace}/reports/new`);
  await page.locator("#color-yellow").check();
  const hostile = await readFile(new URL("hostile.md", import.meta.url), "utf8");
  await page.locator("#description").fill(hostile);
  await page.locator("[name=Scope_words]").fill("<img src=x onerror=\"document.title='hacked'\"> [a](javascript:alert(1))");
  await page.locator("#Scope-yellow").check();
  await page.getByRole("button", { name: "Publish" }).click();
  await page.waitForURL(/\/status_reports\/\d+$/);
  const inside = await page.locator(".rich").evaluateAll((texts) => texts.flatMap((text) => [...text.querySelectorAll("*")].map((one) => [one.localName, ...one.getAttributeNames()].join(" "))));
  const known = ["p", "p class", "br", "hr", "ul", "ol", "li", "strong", "em", "a href rel", "h3", "h4", "h5", "h6", "code", "pre", "blockquote", "ins", "del"];
  assert.deepEqual(inside.filter((name) => !known.includes(name)), []);
  const leads = await page.locator(".rich a").evaluateAll((links) => links.map((link) => link.protocol));
  assert.ok(leads.length > 3 && leads.every((protocol) => ["http:", "https:", "mailto:"].includes(protocol)), String(leads));
  await page.locator(".rich a").first().hover();
  for (const where of [page.url(), workspace, `${workspace}/reports/new`, serverUrl]) {
    await page.goto(where);
    assert.doesNotMatch(await page.title(), /hacked/);
  }
  assert.deepEqual(requests.filter((address) => !address.startsWith(serverUrl)), []);
  assert.deepEqual(complaints.filter((text) => !/40[39]|422/.test(text)), []);
  await page.goto(report);

  // In German, and on a narrow screen.
  await page.getByText("Display").click();
  await page.getByLabel("Language").selectOption("de");
  await page.getByRole("button", { name: "Apply" }).click();
  await page.getByText("Quelle").waitFor();
  await look(page, folder, "report-german");
  await page.goto(workspace);
  await look(page, folder, "workspace-german");
  await page.setViewportSize({ width: 390, height: 800 });
  await look(page, folder, "workspace-narrow");
  await page.goto(`${workspace}/reports/new`);
  await look(page, folder, "write-narrow");

  // The same session without script, on paper.
  const plain = await open(browser, { javaScriptEnabled: false, storageState: await context.storageState() });
  await plain.page.goto(`${workspace}/reports/new`);
  await plain.page.locator("#color-green").check();
  await plain.page.locator("#description").fill("All is well.");
  await plain.page.getByRole("button", { name: "Vorschau" }).click();
  await plain.page.getByRole("heading", { name: "Vorschau" }).waitFor();
  await plain.page.getByRole("button", { name: "Veröffentlichen" }).click();
  await plain.page.waitForURL(/\/status_reports\/\d+$/);
  await plain.page.getByText("Löschen …").click();
  await plain.page.getByRole("button", { name: "Bericht löschen" }).click();
  await plain.page.getByRole("button", { name: "Bericht wiederherstellen" }).waitFor();
  await plain.page.goto(workspace);
  await plain.page.emulateMedia({ media: "print" });
  await plain.page.screenshot({ path: path.join(folder, "workspace-print.png") });
  console.log("all steps done");
} finally {
  await browser.close();
}
