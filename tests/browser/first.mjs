// Walks a first start: the administrator's link, signing in by password, a portfolio with nothing in it yet.
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
  await page.getByLabel("Your name").fill("Ines Kai");
  await page.getByLabel("Your e-mail address").fill("ines@pier.example");
  await page.getByLabel("Password").fill("tide and timber");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("heading", { name: "You’re all set" }).waitFor();
  assert.match(await page.locator(".secret code").textContent(), /^stat_[0-9a-f]{64}$/);
  await look(page, folder, "first-done");

  await page.getByRole("link", { name: "Go to the portfolio" }).click();
  await page.waitForURL(`${serverUrl}/`);
  await look(page, folder, "portfolio-empty");
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
