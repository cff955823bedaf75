// Walks projects on the pages: creating, editing, handing over, archiving with undo, importing.
// node projects.mjs LOGIN_URL SERVER_URL SCREENSHOT_FOLDER
// Prints `all steps done`.
import assert from "node:assert/strict";
import { inBoth, launch, open } from "./screens.mjs";

const [loginUrl, serverUrl, folder] = process.argv.slice(2);
const browser = await launch();

try {
  const { page, complaints } = await open(browser);
  await page.goto(loginUrl);
  await page.waitForURL(`${serverUrl}/`);
  await inBoth(page, folder, "projects-portfolio");

  // The key, the palette.
  await page.keyboard.press("c");
  await page.waitForURL(`${serverUrl}/workspaces/new`);
  assert.equal(await page.evaluate(() => document.activeElement.id), "title");
  await inBoth(page, folder, "projects-new");
  await page.getByRole("button", { name: "Create project" }).waitFor();
  await page.getByLabel("Title").fill("Dry dock");
  await page.getByLabel("Lead").fill("Nobody at all");
  await page.getByLabel("Due").fill("2031-09-30");
  await page.getByRole("button", { name: "Create project" }).click();
  await page.getByRole("alert").waitFor();
  await inBoth(page, folder, "projects-new-wrong");
  await page.getByLabel("Lead").fill("");
  await page.getByRole("button", { name: "Create project" }).click();
  await page.waitForURL(/\/workspaces\/\d+$/);
  const project = page.url();
  assert.match(await page.locator(".facts").textContent(), /Due 30 Sept? 2031/);

  // The menu.
  await page.getByLabel("Project actions").click();
  await inBoth(page, folder, "projects-menu");
  await page.getByRole("link", { name: "Change lead" }).click();
  await page.getByLabel("Lead").fill("new.lead@statuary.example");
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.getByRole("heading", { name: "Invite link for New Lead" }).waitFor();
  await inBoth(page, folder, "projects-invited");
  await page.getByRole("button", { name: "Copy" }).click();
  await page.getByRole("status").filter({ hasText: "Copied" }).waitFor();
  await page.getByRole("link", { name: "Open project" }).click();
  await page.waitForURL(project);
  await page.getByRole("listitem").filter({ hasText: "New Lead" }).getByText("Lead", { exact: true }).waitFor();

  // Archive, undo; archive, restore from the list.
  await page.getByLabel("Project actions").click();
  await page.getByRole("button", { name: "Archive" }).click();
  await page.getByRole("button", { name: "Undo" }).waitFor();
  await inBoth(page, folder, "projects-archived");
  await page.getByRole("button", { name: "Undo" }).click();
  await page.waitForURL(project);
  await page.getByLabel("Project actions").click();
  await page.getByRole("button", { name: "Archive" }).click();
  await page.goto(`${serverUrl}/`);
  assert.equal(await page.getByRole("link", { name: "Dry dock" }).count(), 0);
  await page.getByLabel("More actions").click();
  await page.getByRole("link", { name: "Archived" }).click();
  await inBoth(page, folder, "projects-archive");
  await page.getByRole("button", { name: "Restore Dry dock" }).click();
  await page.waitForURL(project);

  // Import: 40 rows, 3 of them broken.
  await page.goto(`${serverUrl}/`);
  await page.getByLabel("More actions").click();
  await page.getByRole("link", { name: "Import" }).click();
  await inBoth(page, folder, "projects-import");
  const row = (number) => `Berth ${number}\t${number === 7 ? "nobody@example.com" : ""}\t${number === 33 ? "soon" : "2031-09-30"}`;
  const rows = Array.from({ length: 40 }, (_, index) => (index === 18 ? "\t\t2031-01-01" : row(index + 1)));
  await page.getByLabel("Rows").fill(`Title\tLead\tDue\n${rows.join("\n")}`);
  await page.getByRole("button", { name: "Preview" }).click();
  await page.getByRole("heading", { name: "37 projects are ready to import" }).waitFor();
  for (const text of ["Row 8 (Berth 7): Lead", "Row 20: Title", "Row 34 (Berth 33): Due"]) await page.getByText(text).waitFor();
  await inBoth(page, folder, "projects-import-preview");
  await page.getByRole("button", { name: "Import 37 projects" }).click();
  await page.getByRole("heading", { name: "37 projects imported" }).waitFor();
  await inBoth(page, folder, "projects-imported");
  await page.getByRole("link", { name: "Go to the portfolio" }).click();
  await page.getByRole("link", { name: "Berth 40" }).first().waitFor();

  // Without script, all of it works, too.
  const plain = await open(browser, { javaScriptEnabled: false, storageState: await page.context().storageState() });
  await plain.page.goto(`${serverUrl}/workspaces/new`);
  await plain.page.getByLabel("Title").fill("Slipway");
  await plain.page.getByRole("button", { name: "Create project" }).click();
  await plain.page.getByLabel("Project actions").click();
  await plain.page.getByRole("button", { name: "Archive" }).click();
  await plain.page.getByRole("button", { name: "Undo" }).click();
  await plain.page.getByRole("heading", { name: "Slipway" }).waitFor();

  // A browser says so of any answer above 399, and one was wanted.
  assert.deepEqual(complaints.filter((text) => !text.includes("422")), []);
  console.log("all steps done");
} finally {
  await browser.close();
}
