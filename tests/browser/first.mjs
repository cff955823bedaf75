// Walks a first start: the administrator's link, a first project with an invited lead, a first report, signing in by password.
// node first.mjs ADMINISTRATOR_URL SERVER_URL SCREENSHOT_FOLDER
// Prints `all steps done`.
import assert from "node:assert/strict";
import { launch, look, open } from "./screens.mjs";

const [administratorUrl, serverUrl, folder] = process.argv.slice(2);
const browser = await launch();

try {
  const { page, complaints } = await open(browser);
  await page.goto(administratorUrl);
  await look(page, folder, "first");
  // From an empty folder to a published report of a project whose lead was invited: each field and each click counts.
  let interactions = 0;
  const fill = (field, text) => { interactions += 1; return field.fill(text); };
  const click = (target) => { interactions += 1; return target.click(); };
  await fill(page.getByLabel("Your name"), "Ines Kai");
  await fill(page.getByLabel("Your e-mail address"), "ines@pier.example");
  await fill(page.getByLabel("Password"), "tide and timber");
  await click(page.getByRole("button", { name: "Create account" }));
  await page.getByRole("heading", { name: "First steps" }).waitFor();
  await look(page, folder, "first-steps");
  await fill(page.getByLabel("Title"), "Quay extension");
  await fill(page.getByLabel("Lead"), "ben.okafor@pier.example");
  await click(page.getByRole("button", { name: "Create project" }));
  await page.getByRole("heading", { name: "Invite link for Ben Okafor" }).waitFor();
  const invitation = await page.locator(".secret code").textContent();
  await look(page, folder, "first-invited");
  await click(page.getByRole("link", { name: "Write a report" }));
  await click(page.getByText("Green", { exact: true }).first());
  await fill(page.getByLabel("What happened, and what is next?"), "The piles are ordered.");
  await click(page.getByRole("button", { name: "Publish" }));
  await page.waitForURL(/\/status_reports\/\d+$/);
  assert.ok(interactions <= 12, `${interactions} interactions`);
  await page.getByRole("link", { name: "Quay extension" }).first().click();
  await page.getByRole("listitem").filter({ hasText: "Ben Okafor" }).getByText("Lead").waitFor();

  // The colleague follows the link.
  const colleague = await open(browser);
  await colleague.page.goto(invitation);
  await colleague.page.locator("#password").fill("rope and rust 7");
  await colleague.page.getByRole("button", { name: "Save and sign in" }).click();
  await colleague.page.getByRole("link", { name: "Quay extension" }).first().click();
  await colleague.page.getByRole("link", { name: /Write a report/ }).waitFor();
  assert.deepEqual(colleague.complaints, []);

  // The steps know what is done.
  await page.goto(`${serverUrl}/start`);
  assert.equal(await page.locator(".steps .done").count(), 3);
  await look(page, folder, "first-steps-done");
  await page.getByRole("link", { name: "Go to the portfolio" }).click();
  await page.waitForURL(`${serverUrl}/`);
  await page.getByText("Ines Kai").click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL(/\/login/);
  await page.getByLabel("E-mail address").fill("ines@pier.example");
  await page.locator("#password").fill("tide and timbers");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("alert").waitFor();
  await look(page, folder, "login-failed");
  await page.locator("#password").fill("tide and timber");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL(`${serverUrl}/`);

  // The link worked once.
  assert.equal((await page.request.get(administratorUrl)).status(), 404);
  // A browser says so of any answer above 399, and one was wanted: the wrong password's.
  assert.deepEqual(complaints.filter((text) => !text.includes("422")), []);
  console.log("all steps done");
} finally {
  await browser.close();
}
