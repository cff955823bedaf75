// Walks the words on a report: comments, who has read it, the inbox of a colleague; and share links with their badges.
// node words.mjs LOGIN_URL SERVER_URL SCREENSHOT_FOLDER
// Prints `all steps done`.
import assert from "node:assert/strict";
import path from "node:path";
import { inBoth, launch, open, pixels, STRICT } from "./screens.mjs";

const [loginUrl, serverUrl, folder] = process.argv.slice(2);
const browser = await launch();
const look = (page, name) => inBoth(page, folder, name, STRICT);

try {
  const { page, complaints } = await open(browser);
  await page.goto(loginUrl);
  await page.waitForURL(`${serverUrl}/`);

  // A colleague signs in by a password link, in a browser of their own.
  await page.goto(`${serverUrl}/people`);
  await page.getByRole("link", { name: "Ada Park" }).first().click();
  await page.getByRole("button", { name: /password|invite/i }).first().click();
  const link = (await page.locator(".secret code").textContent()).trim();
  const ada = await open(browser);
  await ada.page.goto(link);
  await ada.page.locator("input[type=password]").first().fill("a quay of many words");
  await ada.page.locator("main form button").first().click();
  await ada.page.getByRole("link", { name: "Portfolio" }).waitFor();
  await ada.page.goto(`${serverUrl}/inbox`);
  await ada.page.getByRole("heading", { name: "Inbox", exact: true }).waitFor();
  assert.equal(await ada.page.locator("nav .unread-count").count(), 0);

  // Comments: a mention, an edit, a deletion. A refusal keeps the text.
  await page.goto(`${serverUrl}/workspaces/1`);
  await page.locator(".reports a").first().click();
  await page.waitForURL(/\/status_reports\/\d+$/);
  const report = page.url();
  await page.getByRole("heading", { name: "Comments" }).scrollIntoViewIfNeeded();
  await look(page, "comments");
  const before = await page.locator(".comments li").count();
  await page.getByLabel("Comment", { exact: true }).fill("@Ada Park, the **harbor** asks for the date again.\n<script>alert(1)</script>");
  await page.getByRole("button", { name: "Comment", exact: true }).click();
  await page.waitForURL(/\/status_reports\/\d+#comments-title$/);
  const own = page.locator(".comments li").last();
  assert.equal(await page.locator(".comments li").count(), before + 1);
  assert.equal(await own.locator("strong").textContent(), "harbor");
  assert.equal(await own.locator("script").count(), 0);
  assert.match(await own.textContent(), /@Ada Park/);
  await look(page, "comments-said");
  await own.getByRole("link", { name: /^Edit/ }).click();
  await page.getByRole("heading", { name: "Edit comment" }).waitFor();
  await look(page, "comment-edit");
  await page.getByLabel("Comment").fill(" ");
  await page.getByRole("button").last().waitFor();
  await page.locator("form.comment button").click();
  await page.getByRole("alert").waitFor();
  await look(page, "comment-wrong");
  await page.getByLabel("Comment").fill("@Ada Park, the harbor asks for the date again. It would like to hear from you by Thursday.");
  await page.locator("form.comment button").click();
  await page.waitForURL(/\/status_reports\/\d+#comments-title$/);
  assert.match(await own.textContent(), /edited/);

  // Read, and not read after all.
  const mark = page.getByRole("button", { name: /^Mark as (un)?read$/ });
  const name = await mark.textContent();
  await mark.click();
  assert.notEqual(await mark.textContent(), name);
  await mark.click();
  assert.equal(await mark.textContent(), name);

  // The colleague is told, reads, and answers.
  await ada.page.goto(serverUrl);
  assert.match(await ada.page.locator("nav .unread-count").textContent(), /^1/);
  await ada.page.goto(`${serverUrl}/inbox`);
  const first = ada.page.locator(".inbox li").first();
  assert.match(await first.textContent(), /You were mentioned · Mara Lindqvist/);
  await look(ada.page, "inbox");
  await first.getByRole("link").click();
  await ada.page.waitForURL(/\/status_reports\/\d+#comment-\d+$/);
  assert.ok(await ada.page.locator(":target").isVisible());
  await ada.page.getByLabel("Comment", { exact: true }).fill("@mara@statuary.example by Thursday it is.");
  await ada.page.getByRole("button", { name: "Comment", exact: true }).click();
  await ada.page.getByText("by Thursday it is.").waitFor();
  await ada.page.goto(`${serverUrl}/inbox`);
  await ada.page.getByRole("button", { name: "Mark all as read" }).click();
  await ada.page.getByText("0 unread").waitFor();
  assert.equal(await ada.page.locator("nav .unread-count").count(), 0);
  await ada.page.getByRole("link", { name: "Show unread" }).click();
  await ada.page.getByRole("heading", { name: "Nothing here" }).waitFor();
  await look(ada.page, "inbox-none");
  await ada.page.goto(`${serverUrl}/notifications`);
  await look(ada.page, "notifications");
  await page.goto(`${serverUrl}/inbox`);
  await page.locator(".inbox li.unread", { hasText: "by Thursday it is." }).waitFor();
  await look(page, "inbox-several");

  // Its author deletes the comment; what Ada said stays.
  await page.goto(report);
  await page.locator(".comments li", { hasText: "hear from you" }).getByRole("link", { name: /^Delete/ }).click();
  await page.getByRole("heading", { name: "Delete this comment?" }).waitFor();
  await look(page, "comment-delete");
  await page.locator("main form button").click();
  await page.waitForURL(/\/status_reports\/\d+/);
  assert.equal(await page.locator(".comments li", { hasText: "hear from you" }).count(), 0);
  assert.equal(await page.locator(".comments li", { hasText: "by Thursday it is." }).count(), 1);

  // A share link, first with mistakes.
  await page.goto(`${serverUrl}/share_links?workspace_id=1`);
  assert.ok(await page.getByLabel("Harbor rollout").isChecked());
  await look(page, "share-links");
  await page.getByLabel("Last day (optional)").fill("2020-01-01");
  await page.getByRole("button", { name: "Make the link" }).click();
  await page.getByRole("alert").waitFor();
  await look(page, "share-wrong");
  await page.getByLabel("Last day (optional)").fill("");
  for (const part of ["Categories", "Texts of reports"]) await page.getByLabel(part).check();
  await page.getByLabel("Password (optional)").fill("quay nine");
  await page.getByRole("button", { name: "Make the link" }).click();
  await page.getByRole("heading", { name: "Your share link" }).waitFor();
  const shared = (await page.locator(".secret code").textContent()).trim();
  assert.equal(await page.locator("main img").count(), 0, "the badge of a link with a password shows no data");
  await page.getByRole("link", { name: "Done" }).click();
  await page.getByLabel("Lumen patient portal").check();
  await page.getByRole("button", { name: "Make the link" }).click();
  await page.getByRole("heading", { name: "Your share link" }).waitFor();
  await look(page, "share-made");
  const badge = new URL(await page.locator("main img").getAttribute("src"), serverUrl).href;

  // A browser without a login and without script opens it.
  const guest = await open(browser, { javaScriptEnabled: false });
  await guest.page.goto(shared);
  await guest.page.getByRole("heading", { name: "This page has a password" }).waitFor();
  await guest.page.getByLabel("Password").fill("quay ten");
  await guest.page.getByRole("button", { name: "Open" }).click();
  await guest.page.getByRole("alert").waitFor();
  await guest.page.getByLabel("Password").fill("quay nine");
  await guest.page.getByRole("button", { name: "Open" }).click();
  await guest.page.getByRole("heading", { name: "Harbor rollout" }).waitFor();
  const words = await guest.page.locator("body").textContent();
  for (const person of ["Ada", "Park", "Mara", "Lindqvist"]) assert.ok(!words.includes(person), person);
  assert.equal((await guest.context.cookies()).length, 0);
  // The same pages with script, for axe.
  const reader = await open(browser);
  await reader.page.goto(shared);
  await look(reader.page, "shared-locked");
  await reader.page.getByLabel("Password").fill("quay ten");
  await reader.page.getByRole("button", { name: "Open" }).click();
  await reader.page.getByRole("alert").waitFor();
  await look(reader.page, "shared-wrong");
  await reader.page.getByLabel("Password").fill("quay nine");
  await reader.page.getByRole("button", { name: "Open" }).click();
  await reader.page.getByRole("heading", { name: "Harbor rollout" }).waitFor();
  await look(reader.page, "shared");
  await reader.page.goto(`${serverUrl}/s/demo`);
  await look(reader.page, "shared-demo");

  // The badge, on light and on dark paper: a document of its own, as where a README shows it.
  for (const [theme, paper] of [["light", "#fff"], ["dark", "#0d1117"]]) {
    const { page: board } = await open(browser, { colorScheme: theme, viewport: { width: 360, height: 80 } });
    await board.setContent(`<body style="margin:1rem;background:${paper}"><img src="${badge}" height="20">`);
    const image = board.locator("img");
    await image.evaluate((one) => one.decode());
    const { width, height, data } = await pixels(image);
    assert.ok(width > 40 && height === 20, `${width} x ${height}`);
    assert.ok(new Set(Array.from({ length: data.length / 4 }, (_, at) => data.slice(4 * at, 4 * at + 3).join())).size > 10, theme);
    await board.screenshot({ path: path.join(folder, `badge-${theme}.png`) });
    await board.close();
  }

  // It is ended: both addresses say so, and show nothing.
  await page.goto(`${serverUrl}/share_links`);
  await look(page, "share-list");
  for (const [place, own] of ["Password", "Lumen patient portal"].entries()) {
    await page.locator("tbody tr", { hasText: own }).getByRole("link", { name: /^End/ }).click();
    await page.getByRole("heading", { name: "End this link?" }).waitFor();
    if (place === 0) await look(page, "share-end");
    await page.locator("main form button").click();
    await page.waitForURL(/\/share_links$/);
  }
  assert.equal((await reader.page.goto(shared)).status(), 404);
  await reader.page.getByRole("heading", { name: "This link no longer works" }).waitFor();
  await look(reader.page, "shared-over");
  assert.equal((await reader.page.goto(badge)).status(), 404);

  const said = [...complaints, ...ada.complaints, ...guest.complaints, ...reader.complaints];
  assert.deepEqual(said.filter((text) => !/40[14]|422/.test(text)), []);
  console.log("all steps done");
} finally {
  await browser.close();
}
