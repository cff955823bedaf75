// Shows each of the three documents in the viewer, without a complaint and without a request to another host:
// node viewer.mjs SERVER_URL TOKEN SCREENSHOT_FOLDER
// Prints `all steps done`.
import assert from "node:assert/strict";
import path from "node:path";
import { launch } from "./screens.mjs";

const [serverUrl, token, folder] = process.argv.slice(2);
const browser = await launch();

// Where each document is, and a line that it has.
const documents = {
  kantata: ["/api/v1/openapi.json", "/api/v1/status_reports"],
  openproject: ["/api/v3/openapi.json", "/api/v3/projects"],
  native: ["/api/statuary/v1/openapi.json", "/api/statuary/v1/portfolio"],
};

try {
  // The document of the OpenProject surface is behind its login rule.
  const context = await browser.newContext({ viewport: { width: 1100, height: 800 } });
  await context.route("**/api/v3/openapi.json", (route) =>
    route.continue({ headers: { ...route.request().headers(), authorization: `Bearer ${token}` } }));
  for (const [name, [url, line]] of Object.entries(documents)) {
    const page = await context.newPage();
    const complaints = [];
    const elsewhere = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(`${serverUrl}/`) && !url.startsWith("data:")) elsewhere.push(url);
    });
    await page.goto(`${serverUrl}/docs/?urls.primaryName=${name}`);
    await page.locator(".opblock-summary-path", { hasText: line }).first().waitFor();
    const chosen = new URL(await page.locator("select#select").inputValue(), page.url());
    assert.equal(chosen.href, `${serverUrl}${url}`);
    await page.screenshot({ path: path.join(folder, `viewer-${name}.png`) });
    assert.deepEqual(complaints, [], name);
    assert.deepEqual(elsewhere, [], name);
    await page.close();
  }
  console.log("all steps done");
} finally {
  await browser.close();
}
