// Walks the desk, a request, a cadence and a round of reports, by keys; and the same screens on a phone.
// node desk.mjs LOGIN_URL SERVER_URL SCREENSHOT_FOLDER
// Prints `all steps done`.
import assert from "node:assert/strict";
import { launch, look, open } from "./screens.mjs";

const [loginUrl, serverUrl, folder] = process.argv.slice(2);
const browser = await launch();
// The reports of the round, and what one may cost beside its text.
const REPORTS = 40;
const KEYS = 6;

try {
  const { context, page, complaints } = await open(browser);
  await page.goto(loginUrl);
  await page.getByRole("link", { name: "Desk", exact: true }).click();
  await page.getByRole("heading", { name: "Desk" }).waitFor();
  for (const state of ["Overdue", "Due", "Up to date", "On hold", "Not required"]) {
    assert.ok((await page.locator(".desk .owes", { hasText: state }).count()) > 0, state);
  }
  // Overdue first, with its request.
  assert.match(await page.locator(".desk tbody tr").first().textContent(), /Overdue/);
  assert.match(await page.locator(".desk tbody tr").first().textContent(), /Requested by Mara Lindqvist/);
  await look(page, folder, "desk");

  // One request by its button, then two by their ticks.
  await page.locator(".desk tr", { hasText: "Harbor rollout" }).getByRole("button", { name: /^Request update/ }).click();
  await page.getByRole("status").filter({ hasText: "One update requested." }).waitFor();
  await page.getByRole("checkbox", { name: "Northbank core migration" }).check();
  await page.getByRole("checkbox", { name: "Lumen patient portal" }).check();
  await page.getByLabel("Message (optional)").fill("For the board on Thursday.");
  await page.getByRole("button", { name: "Request updates from selected" }).click();
  await page.getByRole("status").filter({ hasText: "2 updates requested." }).waitFor();
  await look(page, folder, "desk-requested");
  await page.getByRole("link", { name: /Overdue/ }).first().click();
  await page.waitForURL(/state=overdue/);
  assert.equal(await page.locator(".desk tbody tr").count(), 1);

  // The portfolio says it, too.
  await page.goto(serverUrl);
  assert.equal(await page.locator(".heat .owes-overdue").count(), 1);

  // A cadence, with a mistake first.
  await page.goto(`${serverUrl}/workspaces/5/cadence`);
  await page.getByLabel("How often").selectOption("week");
  await page.getByLabel("Time", { exact: true }).fill("9");
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.getByRole("alert").waitFor();
  await look(page, folder, "cadence-wrong");
  await page.getByLabel("Time", { exact: true }).fill("09:00");
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.getByText("Changes saved.").waitFor();
  await look(page, folder, "cadence");
  await page.goto(`${serverUrl}/cadence`);
  await look(page, folder, "cadence-account");

  // 40 projects of one person, each with a request. The script of a page may write them, as any client may.
  await page.goto(`${serverUrl}/tokens`);
  await page.getByLabel("Name").fill("desk");
  await page.getByRole("button", { name: "Create token" }).click();
  const token = (await page.locator(".secret code").textContent()).trim();
  const call = async (method, path, body) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const answer = await fetch(`${serverUrl}/api/statuary/v1${path}`, { method, headers, body: JSON.stringify(body) });
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${await answer.clone().text()}`);
    return answer.json();
  };
  const owed = async () => {
    const answer = await fetch(`${serverUrl}/api/statuary/v1/reporting_desk?me=true`, { headers: { authorization: `Bearer ${token}` } });
    return (await answer.json()).workspaces.filter((row) => ["due", "overdue"].includes(row.state) || row.request).length;
  };
  const before = await owed();
  for (let number = before + 1; number <= REPORTS; number += 1) {
    const { id } = await call("POST", "/workspaces", { title: `Berth ${String(number).padStart(2, "0")}` });
    await call("PUT", `/workspaces/${id}/cadence`, { every: "week", on: "friday" });
    await call("POST", `/workspaces/${id}/report_requests`, {});
  }
  assert.equal(await owed(), REPORTS);

  await page.goto(`${serverUrl}/mine`);
  assert.equal(await page.locator(".owed li").count(), REPORTS);
  await look(page, folder, "mine");
  let loads = 0;
  page.on("response", (answer) => {
    if (answer.request().isNavigationRequest() && answer.status() === 200 && /\/reports\/new/.test(answer.url())) loads += 1;
  });
  let keys = 0;
  const press = async (key) => {
    keys += key.split("+").length;
    await page.keyboard.press(key);
  };
  await page.getByRole("link", { name: "Write the first one" }).click();
  for (let number = 1; number <= REPORTS; number += 1) {
    await page.getByText(`${number} of ${REPORTS}`, { exact: false }).waitFor();
    if (number === 1) await look(page, folder, "mine-form");
    keys = 0;
    await press("1");
    while ((await page.evaluate(() => document.activeElement.id)) !== "description") await press("Tab");
    await page.keyboard.insertText(`Berth ${number} is on course.`);
    await press("Control+Shift+Enter");
    assert.ok(keys <= KEYS, `report ${number} took ${keys} keys`);
  }
  await page.waitForURL(/\/mine\?done=40$/);
  await page.getByText("40 reports published.").waitFor();
  await page.getByText("All reports are written").waitFor();
  assert.equal(loads, REPORTS, "one form for each report");
  assert.equal(await owed(), 0);
  console.log(`${REPORTS} reports at ${loads} form loads and ${keys} keys each`);
  await look(page, folder, "mine-done");
  assert.equal(await page.evaluate(() => Object.keys(localStorage).filter((name) => name.startsWith("draft")).length), 0);
  await context.close();

  // On a phone, signing in leads to what is owed.
  const id = (await call("POST", "/workspaces", { title: "Berth 99" })).id;
  await call("POST", `/workspaces/${id}/report_requests`, { message: "A sentence would do." });
  const phone = await open(browser, {
    isMobile: true,
    viewport: { width: 390, height: 844 },
    userAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
  });
  await phone.page.goto(`${serverUrl}/login`);
  await phone.page.getByText(/token/i).first().click();
  await phone.page.locator("[name=token]").fill(token);
  await phone.page.locator("[name=token]").press("Enter");
  await phone.page.waitForURL(/\/mine$/);
  for (const [address, name] of [["/mine", "mine"], ["/desk", "desk"], ["/workspaces/5/cadence", "cadence"], [`/workspaces/${id}/reports/new?mine=6`, "mine-form"]]) {
    await phone.page.goto(serverUrl + address);
    const width = await phone.page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 390, `${address} is ${width} px wide`);
    await look(phone.page, folder, `${name}-390`);
  }
  assert.deepEqual([...complaints, ...phone.complaints].filter((text) => !/422/.test(text)), []);
  console.log("all steps done");
} finally {
  await browser.close();
}
