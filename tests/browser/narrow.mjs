// Walks every screen in a window of 320 px, with names, addresses and texts that have no place to break: nothing scrolls
// sideways but tables in frames of their own, which are labelled and take the focus (WCAG 2.2, 1.4.10).
// node narrow.mjs LOGIN_URL SERVER_URL SCREENSHOT_FOLDER TOKEN CLIENT_ID CLIENT_SECRET REDIRECT_URI
// Prints `all steps done`.
import assert from "node:assert/strict";
import path from "node:path";
import { launch, open } from "./screens.mjs";

const [loginUrl, serverUrl, folder, token, clientId, secret, redirectUri] = process.argv.slice(2);
const browser = await launch();
const W = "W".repeat(255);
const LONG = "W".repeat(300);
const address = `https://example.com/${"path".repeat(80)}?${"query=".repeat(40)}`;
const text = `${W}\n${address}\n${"ünbroken".repeat(60)} and ${"x".repeat(64)}@example.com`;

const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };

async function make(where, body) {
  const answer = await fetch(`${serverUrl}/api/v1/${where}`, { method: "POST", headers, body: JSON.stringify(body) });
  assert.equal(answer.status, 200, `${where}: ${await answer.clone().text()}`);
  return (await answer.json()).results[0].id;
}

try {
  const { page, complaints } = await open(browser, { viewport: { width: 320, height: 640 } });
  await page.goto(loginUrl);
  let pictures = 0;

  // What is wider than the window, and what scrolls without being a region with a name that takes the focus.
  const fits = async (name) => {
    await page.waitForLoadState();
    const wide = await page.evaluate(() => {
      const describe = (one) => `<${one.localName} class="${one.getAttribute("class") ?? ""}">`;
      const isOut = (one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".scroll, .scrolls, .tables, .lanes, .vh, #palette-results");
      const root = document.scrollingElement;
      const frames = [...document.querySelectorAll("main *")].filter((one) =>
        one.scrollWidth > one.clientWidth + 1 && ["auto", "scroll"].includes(getComputedStyle(one).overflowX) && one.checkVisibility() && !one.matches("input, select, textarea"));
      // The links of a navigation take the focus themselves.
      const isFrame = (one) => (one.tabIndex === 0 || one.localName === "nav") && (one.getAttribute("aria-label") || one.getAttribute("aria-labelledby"));
      const out = root.scrollWidth > innerWidth ? [`${root.scrollWidth} px`, ...[...document.querySelectorAll("body *")].filter(isOut).slice(0, 6).map(describe)] : [];
      return [...out, ...frames.filter((one) => !isFrame(one)).map((one) => `${describe(one)} scrolls`)];
    });
    assert.deepEqual(wide, [], name);
    pictures += 1;
    // A list of 300 people is too tall for a picture.
    const fullPage = await page.evaluate(() => document.scrollingElement.scrollHeight < 12_000);
    await page.screenshot({ path: path.join(folder, `320-${name}.png`), fullPage });
  };
  const at = async (where, name) => {
    await page.goto(`${serverUrl}${where}`);
    await fits(name);
  };

  const workspace = await make("workspaces", { workspace: { title: LONG, description: text, due_date: "2026-03-31" } });
  const details = ["Scope", "Budget", "Schedule", "Client"].map((category) => ({ category, color: "yellow", description: text }));
  const report = (color) => ({ status_report: { workspace_id: workspace, color, description: text, details } });
  await make("status_reports", report("green"));
  // As many people as a large project has.
  const people = [];
  for (let number = 0; number < 300; number += 1) {
    const person = { full_name: `${number}${"M".repeat(90)}`, email_address: `m${number}@statuary.example` };
    const answer = await fetch(`${serverUrl}/api/statuary/v1/users`, { method: "POST", headers, body: JSON.stringify(person) });
    assert.equal(answer.status, 201, await answer.clone().text());
    people.push((await answer.json()).id);
  }
  for (let first = 0; first < people.length; first += 100) {
    const participations = people.slice(first, first + 100).map((user_id) => ({ workspace_id: workspace, user_id, role: "maven", access_level: "view_tasks" }));
    await make("participations", { participations });
  }
  const reference = { service_name: W, service_model: W, service_model_ref: W, external_link: address, external_status: W, external_message: text, status: "failed" };
  const last = await make("status_reports", { status_report: { ...report("red").status_report, external_reference: reference } });

  // Somebody whose name and address are as long as can be, who takes part and gets a link.
  await at("/people", "people-before");
  await page.getByLabel("Name").fill(W);
  const email = `${"e".repeat(64)}@${"d".repeat(60)}.example`;
  await page.getByLabel("E-mail address").fill(email);
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.locator(".secret").waitFor();
  await fits("person-invited");
  const invitation = await page.locator(".secret code").textContent();
  await at(`/workspaces/${workspace}/people`, "workspace-people-before");
  await page.getByLabel("E-mail address").fill(email);
  await page.getByRole("button", { name: "Add" }).click();
  await page.getByRole("link", { name: /^Remove W+/ }).waitFor();
  await fits("workspace-people");
  await page.getByRole("link", { name: /^Remove W+/ }).click();
  await fits("workspace-people-remove");
  await at("/people", "people");

  await at("/", "portfolio");
  await at("/?view=table", "portfolio-table");
  await at("/?weeks=52&group=lead", "portfolio-groups");
  await at(`/?q=${"no".repeat(100)}`, "portfolio-nothing");
  await page.goto(`${serverUrl}/?q=WWW`);
  await page.locator(".heat td.r").last().click();
  await page.locator("#peek strong").waitFor();
  await fits("portfolio-peek");
  await at(`/workspaces/${workspace}`, "workspace");
  // A long description has three lines and a button; of many people, the first ones are listed.
  const about = page.locator("#about");
  const lines = () => about.evaluate((one) => one.clientHeight / Number.parseFloat(getComputedStyle(one).lineHeight));
  assert.ok(await lines() < 3.1, String(await lines()));
  const more = page.locator("[data-unclamps]");
  await more.click();
  assert.deepEqual([await more.textContent(), await more.getAttribute("aria-expanded")], ["Show less", "true"]);
  assert.ok(await lines() > 10);
  await fits("workspace-described");
  await more.click();
  assert.ok(await lines() < 3.1);
  assert.equal(await page.locator(".people li").count(), 8);
  await page.getByRole("link", { name: /^29\d more/ }).click();
  await page.waitForURL(`${serverUrl}/workspaces/${workspace}/people`);
  assert.ok(await page.locator("tbody tr").count() >= 300);
  await fits("workspace-people-300");
  await page.goBack();
  await page.locator(".twin > summary").click();
  await fits("workspace-tables");
  await at(`/workspaces/${workspace}/reports/new`, "write");
  await page.getByRole("button", { name: "Publish" }).click();
  await page.getByRole("alert").waitFor();
  await fits("write-wrong");
  await page.locator("#color-red").check();
  await page.locator("#description").fill(text);
  await page.getByRole("button", { name: "Preview" }).click();
  await page.locator(".preview").waitFor();
  await fits("write-preview");
  await at(`/status_reports/${last}`, "report");
  await page.getByText("Delete …").click();
  await fits("report-delete");
  await at(`/status_reports/${last}/edit`, "report-edit");

  await at("/statuses/new", "status-new");
  await page.getByLabel("Name").fill(W);
  await page.getByLabel("Colour", { exact: true }).fill("#7A3FC4");
  await page.getByRole("button", { name: "Save" }).click();
  await page.locator("tr:target").waitFor();
  await fits("statuses");
  const status = await page.locator("tr:target").getAttribute("data-id");
  await at(`/statuses/${status}`, "status-edit");
  await at(`/statuses/${status}/delete`, "status-delete");
  await at("/tokens", "tokens");
  await page.getByLabel("Name").fill("W".repeat(100));
  await page.getByRole("button", { name: "Create token" }).click();
  await page.locator(".secret").waitFor();
  await fits("token-made");
  await at("/tokens", "tokens-long");
  await page.getByRole("link", { name: /^Revoke W+/ }).click();
  await fits("token-revoke");
  const question = new URLSearchParams({ client_id: clientId, redirect_uri: redirectUri, response_type: "code", scope: "api_v3 openid offline_access", state: W, code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", code_challenge_method: "S256" });
  await at(`/oauth/authorize?${question}`, "consent");
  await page.getByRole("button", { name: "Allow" }).click();
  await page.waitForURL(/[?&]code=/);
  const code = new URL(page.url()).searchParams.get("code");
  const exchange = { grant_type: "authorization_code", code, redirect_uri: redirectUri, client_id: clientId, client_secret: secret, code_verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk" };
  assert.equal((await fetch(`${serverUrl}/oauth/token`, { method: "POST", body: new URLSearchParams(exchange) })).status, 200);
  await at("/applications", "applications");
  await page.locator("[data-item]").first().click();
  await fits("application-end");
  await at("/preferences", "preferences");
  await at(`/nowhere/${W}`, "not-found");
  assert.equal((await page.request.get(`${serverUrl}/problems/not-found`)).status(), 200);
  await at("/problems/not-found", "problem");

  // Menus and dialogs.
  await page.goto(serverUrl);
  await page.getByRole("button", { name: "Menu" }).click();
  await fits("menu");
  await page.keyboard.press("Escape");
  await page.locator("summary", { hasText: "Mara Lindqvist" }).click();
  await fits("menu-person");
  const sheet = await page.locator(".menu[open] .sheet").boundingBox();
  assert.ok(sheet.x >= 0 && sheet.x + sheet.width <= 320, JSON.stringify(sheet));
  await page.getByRole("button", { name: /^Keyboard shortcuts/ }).click();
  await page.getByRole("dialog").waitFor();
  await fits("dialog-keys");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("WWW");
  await page.getByRole("option", { name: /^W+$/ }).waitFor();
  await fits("dialog-palette");

  // Who has a name without a place to break has it in the bar.
  await page.context().clearCookies();
  await page.goto(invitation);
  await fits("invitation");
  await page.getByLabel("Password").fill("Kran & Kai 7");
  await page.getByRole("button", { name: "Save and sign in" }).click();
  await page.waitForURL(`${serverUrl}/`);
  await fits("long-name");
  await page.context().clearCookies();
  await at("/login", "login");
  await page.getByText("Sign in with a token").click();
  await fits("login-token");
  assert.ok(pictures > 35, String(pictures));
  assert.deepEqual(complaints.filter((text) => !/40[49]|422/.test(text)), []);
  console.log("all steps done");
} finally {
  await browser.close();
}
