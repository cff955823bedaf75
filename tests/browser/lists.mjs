// Walks what is kept by hand: statuses, tokens and browsers, applications, people; both themes, by keys, by the pointer,
// and without script.
// node lists.mjs LOGIN_URL SERVER_URL SCREENSHOT_FOLDER
// Prints `all steps done`.
import assert from "node:assert/strict";
import path from "node:path";
import { launch, look, open } from "./screens.mjs";

const [loginUrl, serverUrl, folder] = process.argv.slice(2);
const browser = await launch();

try {
  const { context, page, complaints } = await open(browser);
  await page.goto(loginUrl);
  const names = () => page.locator("#statuses tbody tr").evaluateAll((rows) => rows.map((row) => row.dataset.name));

  // Statuses: by a row's button, by Alt and an arrow, by the pointer; each is said and kept.
  await page.getByText("Settings", { exact: true }).click();
  await page.getByRole("link", { name: "Statuses" }).click();
  await page.getByRole("heading", { name: "Statuses", exact: true }).waitFor();
  await page.locator("tr[data-name='Resolved']").hover();
  await look(page, folder, "statuses");
  const before = await names();
  await page.getByRole("button", { name: "Move New down" }).click();
  await page.getByText("New is now 2 of 6.").waitFor();
  assert.deepEqual((await names()).slice(0, 2), [before[1], before[0]]);
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), "Move New down");
  await page.locator("#statuses a[data-item]", { hasText: /^New$/ }).focus();
  await page.keyboard.press("Alt+ArrowUp");
  await page.getByText("New is now 1 of 6.").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "New");
  const grip = await page.locator("tr[data-name='New'] .grip").boundingBox();
  const target = await page.locator("tr[data-name='Feedback']").boundingBox();
  await page.mouse.move(grip.x + grip.width / 2, grip.y + grip.height / 2);
  await page.mouse.down();
  await page.mouse.move(grip.x, target.y + target.height - 4, { steps: 8 });
  await page.screenshot({ path: path.join(folder, "statuses-dragged.png") });
  await page.mouse.up();
  await page.getByText("New is now 4 of 6.").waitFor();
  await page.reload();
  assert.deepEqual((await names()).slice(0, 4), [before[1], before[2], before[3], before[0]]);

  // A form that breaks rules comes back, and says so where the focus is.
  await page.getByRole("link", { name: "New status" }).click();
  await page.getByLabel("Name").fill("new");
  await page.getByLabel("Colour", { exact: true }).fill("blue");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("alert").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("role")), "alert");
  await look(page, folder, "statuses-form-broken");
  await page.getByLabel("Name").fill("Waiting");
  await page.getByLabel("Colour", { exact: true }).fill("#7A3FC4");
  await page.getByLabel("Closed").check();
  await page.getByRole("button", { name: "Save" }).click();
  await page.locator("tr:target", { hasText: "Waiting" }).waitFor();
  await page.getByRole("link", { name: "Delete New" }).click();
  await page.getByText("The default cannot be deleted.").waitFor();
  await look(page, folder, "statuses-delete-default");
  await page.goto(`${serverUrl}/statuses`);
  await page.getByRole("link", { name: "Delete Waiting" }).click();
  await look(page, folder, "statuses-delete");
  await page.getByRole("button", { name: "Delete" }).click();
  await page.waitForURL(`${serverUrl}/statuses`);
  assert.equal((await names()).length, 6);

  // Tokens: created, shown once, used, revoked.
  await page.getByText("Settings", { exact: true }).click();
  await page.getByRole("link", { name: "Tokens" }).click();
  await page.getByLabel("Name").fill("Nightly sync");
  await page.getByLabel("Expires on").fill("2099-12-31");
  await page.getByLabel("Use the OpenProject API (/api/v3)").check();
  await page.getByRole("button", { name: "Create token" }).click();
  await page.getByRole("heading", { name: "Your new token" }).waitFor();
  const token = await page.locator(".secret code").textContent();
  assert.match(token, /^stat_[0-9a-f]{64}$/);
  await look(page, folder, "token-made");
  const headers = { authorization: `Bearer ${token}` };
  const ask = async () => (await fetch(`${serverUrl}/api/v3/statuses`, { headers })).status;
  assert.equal(await ask(), 200);
  await page.getByRole("link", { name: "Done" }).click();
  await page.locator("tr", { hasText: "Nightly sync" }).getByText("today").last().waitFor();
  assert.ok(!(await page.content()).includes(token));
  await look(page, folder, "tokens");
  await page.getByRole("link", { name: "Revoke Nightly sync" }).click();
  await look(page, folder, "token-revoke");
  await page.getByRole("button", { name: "Revoke" }).click();
  await page.waitForURL(`${serverUrl}/tokens`);
  assert.equal(await ask(), 401);
  await page.goto(`${serverUrl}/applications`);
  await look(page, folder, "applications");

  // People: of the account, and of one workspace.
  await page.getByText("Settings", { exact: true }).click();
  await page.getByRole("link", { name: "People" }).click();
  await look(page, folder, "people");
  await page.getByLabel("Name").fill("Eve Late");
  await page.getByLabel("E-mail address").fill("eve@statuary.example");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByRole("heading", { name: "Invite link for Eve Late" }).waitFor();
  await look(page, folder, "people-invited");

  // Eve chooses a password by the link, and signs in with it; a newer link takes its place.
  const link = () => page.locator(".secret code").textContent();
  const eve = await open(browser);
  await eve.page.goto(await link());
  await eve.page.getByLabel("Password").fill("Kran & Kai 7");
  await look(eve.page, folder, "invitation");
  await eve.page.getByRole("button", { name: "Save and sign in" }).click();
  await eve.page.waitForURL(`${serverUrl}/`);
  await eve.page.goto(await link());
  await eve.page.getByRole("heading", { name: "This link no longer works" }).waitFor();
  await page.getByRole("link", { name: "Done" }).click();
  await page.getByRole("searchbox").fill("eve l");
  await page.getByRole("button", { name: "Show" }).click();
  await page.getByRole("link", { name: "Eve Late" }).click();
  await page.getByRole("heading", { name: "Eve Late" }).waitFor();
  await look(page, folder, "person");
  await page.getByRole("button", { name: "Reset password" }).click();
  await eve.page.goto(await link());
  await eve.page.getByRole("heading", { name: "Choose your password" }).waitFor();
  assert.deepEqual(eve.complaints.filter((text) => !text.includes("404")), []);
  await eve.context.close();

  // Many at once, from pasted rows; deactivated, brought back; handed over.
  await page.goto(`${serverUrl}/people`);
  await page.getByLabel("One person a line").fill("Ben Okafor <ben@statuary.example>\ncy@statuary.example\nnobody");
  await page.getByRole("button", { name: "Create invite links" }).click();
  await page.getByRole("heading", { name: "2 people added" }).waitFor();
  await page.getByText("Row 3 (nobody)").waitFor();
  await look(page, folder, "people-many");
  await page.getByRole("link", { name: "Done" }).click();
  await page.getByRole("link", { name: "Ben Okafor" }).click();
  await page.getByRole("button", { name: "Deactivate" }).click();
  await page.getByRole("button", { name: "Activate" }).click();
  await page.getByRole("button", { name: "Deactivate" }).waitFor();
  await page.goto(`${serverUrl}/people?q=ada`);
  await page.getByRole("link", { name: "Ada Park" }).click();
  await page.getByLabel("New lead").fill("Ben Okafor");
  await page.getByRole("button", { name: "Hand over projects" }).click();
  await page.getByRole("status").filter({ hasText: /projects? ha(s|ve) a new lead/ }).waitFor();
  await look(page, folder, "people-handed-over");
  await page.goto(`${serverUrl}/account`);
  await look(page, folder, "account");
  await page.getByLabel("Job title").fill("Harbour master");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("status").filter({ hasText: "Your account is saved." }).waitFor();
  await page.goto(`${serverUrl}/people?q=ada`);
  await page.getByRole("link", { name: "Ada Park" }).click();
  await page.locator(".parts a").first().click();
  await page.getByLabel("E-mail address").fill("eve@statuary.example");
  await page.getByLabel("Team", { exact: true }).selectOption("Client");
  await page.getByRole("button", { name: "Add" }).click();
  await page.getByLabel("Team of Eve Late").waitFor();
  await look(page, folder, "workspace-people");
  await page.getByLabel("Team of Eve Late").selectOption("Delivery");
  await page.getByRole("button", { name: "Save Eve Late" }).click();
  await page.locator("tr:target", { hasText: "Eve Late" }).waitFor();
  assert.equal(await page.getByLabel("Team of Eve Late").inputValue(), "maven");
  await page.getByRole("link", { name: "Remove Eve Late" }).click();
  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByLabel("Team of Eve Late").waitFor({ state: "detached" });

  // The working calendar: a day that does not exist comes back with its sentence; a right one stays.
  await page.goto(`${serverUrl}/statuses`);
  await page.getByText("Settings", { exact: true }).click();
  await page.getByRole("link", { name: "Working calendar" }).click();
  await page.getByRole("heading", { name: "Working calendar", level: 1 }).waitFor();
  await page.getByLabel("Holidays").fill("2026-12-25\n2026-02-30");
  await page.getByLabel("Friday").uncheck();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("alert").filter({ hasText: "Line 2 is not a date." }).waitFor();
  assert.equal(await page.getByLabel("Holidays").inputValue(), "2026-12-25\n2026-02-30");
  await look(page, folder, "calendar-wrong");
  await page.getByLabel("Holidays").fill("2026-12-25");
  await page.getByLabel("Time zone").selectOption("Europe/Berlin");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("status").waitFor();
  await page.goto(`${serverUrl}/calendar`);
  assert.equal(await page.getByLabel("Time zone").inputValue(), "Europe/Berlin");
  assert.ok(!(await page.getByLabel("Friday").isChecked()) && (await page.getByLabel("Thursday").isChecked()));
  await look(page, folder, "calendar");
  await page.setViewportSize({ width: 390, height: 800 });
  for (const [name, at] of [["statuses-narrow", "/statuses"], ["tokens-narrow", "/tokens"], ["people-narrow", "/people"], ["person-narrow", "/people/1"], ["erase-narrow", "/people/1/erase"], ["account-narrow", "/account"], ["calendar-narrow", "/calendar"]]) {
    await page.goto(`${serverUrl}${at}`);
    await look(page, folder, name);
  }
  assert.deepEqual(complaints.filter((text) => !text.includes("422")), []);

  // The same session without script, in German: order by buttons.
  const plain = await open(browser, { javaScriptEnabled: false, storageState: await context.storageState(), locale: "de-DE" });
  await plain.page.goto(`${serverUrl}/statuses`);
  await plain.page.getByRole("button", { name: "New nach oben" }).click();
  await plain.page.locator("tr:target[data-name='New']").waitFor();
  assert.equal(await plain.page.locator("#statuses tbody tr").nth(2).getAttribute("data-name"), "New");
  await plain.page.screenshot({ path: path.join(folder, "statuses-plain-german.png") });
  console.log("all steps done");
} finally {
  await browser.close();
}
