// Walks webhooks: one of the demo, a new one with mistakes first, its secret, a test that arrives and one that does not, a
// retry, a replay, and its end.
// node webhooks.mjs LOGIN_URL SERVER_URL SCREENSHOT_FOLDER
// Prints `all steps done`.
import assert from "node:assert/strict";
import http from "node:http";
import { inBoth, launch, open, STRICT } from "./screens.mjs";

const [loginUrl, serverUrl, folder] = process.argv.slice(2);
const browser = await launch();
const look = (page, name) => inBoth(page, folder, name, STRICT);

// A receiver that answers as it is told.
let status = 200;
const received = [];
const receiver = http.createServer((request, answer) => {
  request.resume().on("end", () => {
    received.push(request.headers["webhook-id"]);
    // No attempt is made before the walk asks for it.
    answer.writeHead(status, status === 500 ? { "retry-after": "3600" } : {}).end();
  });
});
await new Promise((ready) => receiver.listen(0, "127.0.0.1", ready));
const url = `http://127.0.0.1:${receiver.address().port}/services/T00/B00/confidential`;

try {
  const { page, complaints } = await open(browser);
  await page.goto(loginUrl);
  await page.waitForURL(`${serverUrl}/`);
  await page.getByText("Settings", { exact: true }).click();
  await page.getByRole("link", { name: "Webhooks" }).click();
  await page.getByRole("heading", { name: "Webhooks" }).waitFor();
  await look(page, "webhooks");
  await page.getByRole("link", { name: "Status board of the steering group" }).click();
  await page.getByText("Disabled", { exact: true }).waitFor();
  await page.locator(".deliveries summary").click();
  assert.equal(await page.locator(".attempts li").count(), 2);
  await look(page, "webhook-demo");

  // A new one, by its key; a mistake first.
  await page.goto(`${serverUrl}/webhooks`);
  await page.keyboard.press("c");
  await page.getByRole("heading", { name: "New webhook" }).waitFor();
  await look(page, "webhook-new");
  await page.getByLabel("Format").selectOption({ label: "Slack" });
  await page.getByLabel("Address").fill("hooks.example/a");
  await page.getByLabel("Further types").fill("nothing.here");
  await page.getByRole("button", { name: "Create webhook" }).click();
  await page.getByRole("alert").waitFor();
  assert.equal(await page.getByLabel("Format").inputValue(), "slack");
  await look(page, "webhook-wrong");
  await page.getByLabel("Address").fill(url);
  await page.getByLabel("Further types").fill("");
  await page.getByLabel("Description (optional)").fill("Chat of the harbor");
  await page.getByLabel("Status reports").check();
  await page.getByRole("button", { name: "Create webhook" }).click();
  await page.getByRole("heading", { name: "The secret of the webhook" }).waitFor();
  assert.match(await page.locator(".secret code").textContent(), /^whsec_/);
  await look(page, "webhook-secret");
  await page.getByRole("link", { name: "Done" }).click();
  await page.getByRole("heading", { name: "Chat of the harbor" }).waitFor();
  const own = page.url();
  await look(page, "webhook-empty");

  // Reloads until a delivery says so.
  const says = async (words) => {
    for (let tries = 0; tries < 300; tries += 1) {
      await page.goto(own);
      if ((await page.locator(".deliveries", { hasText: words }).count()) > 0) return;
      await page.waitForTimeout(100);
    }
    assert.fail(words);
  };
  await page.getByRole("button", { name: "Send a test" }).click();
  await page.getByText("A test is on its way.").waitFor();
  await says("Accepted (200)");
  status = 500;
  await page.getByRole("button", { name: "Send a test" }).click();
  await says("Refused (500)");
  await page.locator(".deliveries summary").first().click();
  await look(page, "webhook");
  status = 200;
  const before = received.length;
  await page.locator(".deliveries li", { hasText: "Refused (500)" }).getByRole("button", { name: /^Retry/ }).click();
  await page.getByText("The delivery is on its way again.").waitFor();
  await says("2 attempts");
  assert.equal(received.length, before + 1);
  assert.equal(received.at(-1), received.at(-2), "a retry has the same id");
  await page.getByRole("link", { name: "Failed", exact: true }).click();
  await page.getByRole("heading", { name: "No deliveries" }).waitFor();

  // A replay: a mistake, then the whole log.
  await page.goto(own);
  await page.getByLabel("After number").fill("0");
  await page.getByRole("button", { name: "Send again" }).click();
  await page.getByRole("alert").waitFor();
  await look(page, "webhook-replay-wrong");
  await page.getByLabel("Up to number").fill("9000");
  await page.getByRole("button", { name: "Send again" }).click();
  await page.getByRole("status").filter({ hasText: /sent again/ }).waitFor();

  // Its address is never shown again, and is kept by its form.
  await page.goto(own);
  await page.getByRole("link", { name: "Edit" }).click();
  await page.getByRole("heading", { name: "Edit webhook" }).waitFor();
  assert.ok(!(await page.content()).includes("confidential"));
  await look(page, "webhook-edit");
  await page.getByLabel("Description (optional)").fill("Chat of the quay");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Changes saved.").first().waitFor();
  await page.getByRole("heading", { name: "Chat of the quay" }).waitFor();

  // 410 ends it; administrators see that on every page, until they leave it disabled.
  status = 410;
  await page.getByRole("button", { name: "Send a test" }).click();
  await says("Refused (410)");
  await page.getByText("The receiver answered that it is gone").waitFor();
  await look(page, "webhook-gone");
  await page.goto(`${serverUrl}/webhooks`);
  await page.getByText("Settings", { exact: false }).first().click();
  await page.getByRole("link", { name: "Webhooks 1 disabled" }).waitFor();
  await look(page, "webhooks-told");
  await page.goto(own);
  await page.getByRole("button", { name: "Leave disabled" }).click();
  await page.getByText("Deliveries go on with the next event.").waitFor();
  assert.equal(await page.locator(".settings .unread-count").count(), 0);
  await page.getByRole("button", { name: "Enable" }).click();
  await page.getByRole("button", { name: "Send a test" }).waitFor();
  await page.getByRole("link", { name: "Renew secret" }).click();
  await page.getByRole("button", { name: "Renew secret" }).click();
  await page.getByText("For 24 hours").waitFor();
  await page.goto(own);
  await page.getByRole("link", { name: "Delete webhook" }).click();
  await page.getByRole("heading", { name: "Delete the webhook" }).waitFor();
  await look(page, "webhook-delete");
  await page.getByRole("button", { name: "Delete" }).click();
  await page.waitForURL(/\/webhooks$/);
  assert.equal(await page.locator("tbody tr").count(), 1);

  assert.deepEqual(complaints.filter((text) => !/422/.test(text)), []);
  console.log("all steps done");
} finally {
  receiver.close();
  await browser.close();
}
