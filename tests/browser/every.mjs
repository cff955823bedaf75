// Opens every page that is served, by the list of routes: nothing scrolls sideways from 320 px on, and axe finds nothing from
// moderate on. A route without an address here fails the walk.
// node every.mjs LOGIN_URL SERVER_URL SCREENSHOT_FOLDER
// Prints `all steps done`.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { launch, open, STRICT, violations } from "./screens.mjs";

const [loginUrl, serverUrl, folder] = process.argv.slice(2);
const browser = await launch();
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// Parts of pages, files, and what leads on.
const NO_PAGES = ["/palette", "/portfolio/cells/{workspace}/{week}", "/people/{id}/export", "/sheets/{file}", "/assets/{name}", "/badge/{name}"];
const FILES = /\.(csv|pdf|xlsx)$/;

try {
  const source = fs.readFileSync(new URL("../../crates/web/src/routes.rs", import.meta.url), "utf8");
  const routes = [...source.matchAll(/\.route\(\s*"([^"]+)",\s*get\(/g)].map(([, route]) => route).filter((route) => !NO_PAGES.includes(route) && !FILES.test(route));
  assert.ok(routes.length > 60, String(routes));

  const { context, page, complaints } = await open(browser, { colorScheme: "dark" });
  await page.goto(loginUrl);
  await page.locator(".heat").waitFor();

  // What the demo does not have.
  const post = async (where, fields) => {
    const answer = await page.request.get(`${serverUrl}/account`);
    const csrf = (await answer.text()).match(/name="csrf" value="([^"]+)"/)[1];
    const sent = await page.request.post(serverUrl + where, { form: { csrf, ...fields }, headers: { origin: serverUrl } });
    assert.ok(sent.ok(), `${where}: ${sent.status()}`);
    return sent;
  };
  const href = async (where, pattern) => {
    const found = (await (await page.request.get(serverUrl + where)).text()).match(pattern);
    assert.ok(found, `${where} has no ${pattern}`);
    return found[1];
  };
  await post("/workspaces/1/milestones", { name: "Acceptance", due_date: "2030-01-31" });
  await post("/workspaces/1/notes", { is_action: "1", kind: "action", text: "Call the yard" });
  const token = (await (await post("/tokens", { name: "board" })).text()).match(/stat_[0-9a-f]{64}/)[0];
  const sources = [{ type: "workspace", id: 1 }, { url: "https://board.example/tasks/7" }];
  const drafted = await page.request.post(`${serverUrl}/api/statuary/v1/workspaces/1/report_drafts`, {
    headers: { authorization: `Bearer ${token}` },
    data: {
      color: "yellow",
      sentences: [{ text: "The crane waits for a part.", sources }],
      details: [{ category: "Schedule", color: "red", sentences: [{ text: "One week late.", sources }] }],
    },
  });
  const draft = (await drafted.json()).id;
  const report = await href("/workspaces/1", /\/status_reports\/(\d+)/);
  const ids = {
    workspaces: "1", status_reports: report, people: "2", views: "1", programmes: "1", work_packages: await href("/workspaces/1/work_packages", /\/work_packages\/(\d+)"/),
    milestones: await href("/workspaces/1", /\/milestones\/(\d+)"/), notes: await href("/workspaces/1", /\/notes\/(\d+)\//),
    tokens: await href("/tokens", /\/tokens\/(\d+)\/revoke/), webhooks: await href("/webhooks", /\/webhooks\/(\d+)"/),
    statuses: await href("/statuses", /\/statuses\/(\d+)\/delete/), fields: "1", report_templates: await href("/report_templates", /\/report_templates\/(\d+)"/),
    share_links: await href("/share_links", /\/share_links\/(\d+)\/end/),
  };
  await post(`/status_reports/${report}/comments`, { text: "Which week?" });
  ids.comments = await href(`/status_reports/${report}`, /\/comments\/(\d+)/);
  const part = await href("/workspaces/1/people", /\/workspaces\/1\/people\/(\d+)\/remove/);

  // Each route with its address and the status that it has: without a session, a secret or an application, pages say so.
  const address = (route) => {
    const known = route.replace("{part}", part).replace("/desk/drafts/{id}", `/desk/drafts/${draft}`).replace(/^\/(\w+)\/\{id\}/, (whole, kind) => (ids[kind] ? `/${kind}/${ids[kind]}` : whole));
    if (known.includes("{secret}")) return [known.replace("{secret}", "0123456789abcdef"), [404]];
    if (known === "/oauth/authorize") return [known, [400]];
    if (known.startsWith("/applications/{id}")) return [known.replace("{id}", "999"), [404]];
    if (known.startsWith("/account/factors/{id}")) return [known.replace("{id}", "999"), [404]];
    // The demo has no provider.
    if (known.startsWith("/login/openid")) return [known, [404]];
    if (known === "/forgotten") return [known, [200, 404]];
    return [known, [200]];
  };
  const views = ["/?view=table", "/?group=tag", "/?weeks=52&group=lead", "/?q=nothing+has+these+words", "/?as_of=2026-01-31", "/programmes/1?as_of=2026-01-31", "/meeting?end=1", "/nowhere"];
  const pages = [...routes.map((route) => [route, ...address(route)]), ...views.map((where) => [where, where, where === "/nowhere" ? [404] : [200]])];
  const missing = pages.filter(([, where]) => where.includes("{"));
  assert.deepEqual(missing.map(([route]) => route), [], "routes without an address");

  const wrong = [];
  for (const [route, where, statuses] of pages) {
    const answer = await page.goto(serverUrl + where);
    if (!statuses.includes(answer.status())) wrong.push(`${route}: ${answer.status()}`);
    for (const width of [1024, 390, 320]) {
      await page.setViewportSize({ width, height: 800 });
      const wide = await page.evaluate(() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth);
      if (wide > 0) wrong.push(`${route} is ${wide} px too wide at ${width} px`);
    }
    // Other walks look at wide windows and at the light theme.
    for (const found of await violations(page, { type: "tag", values: TAGS }, STRICT)) wrong.push(`${route}: ${found}`);
  }
  assert.deepEqual(wrong, []);

  // On a phone: the menu and the filters are sheets, and the first project is on the upper half of the screen.
  const phone = await open(browser, { viewport: { width: 390, height: 844 }, hasTouch: true, storageState: await context.storageState() });
  await phone.page.goto(serverUrl);
  const first = await phone.page.locator(".heat tbody th[scope=row]").first().boundingBox();
  assert.ok(first.y < 400, `the first project is at ${first.y} px`);
  assert.equal(await phone.page.locator(".filters .pick-menu").first().isVisible(), false);
  await phone.page.getByRole("button", { name: "Menu" }).click();
  await phone.page.getByRole("link", { name: "Programmes" }).waitFor();
  await phone.page.screenshot({ path: path.join(folder, "phone-menu.png") });
  await phone.page.keyboard.press("Escape");
  await phone.page.getByRole("button", { name: "Filter" }).click();
  await phone.page.locator(".pick-menu summary", { hasText: "Tags" }).click();
  await phone.page.getByLabel("Key account").check();
  await phone.page.waitForURL(/tag=Key\+account/);
  await phone.page.locator("#filter-count", { hasText: "1" }).waitFor();
  await phone.page.screenshot({ path: path.join(folder, "phone-filters.png") });
  await phone.page.getByRole("button", { name: "Done" }).click();
  assert.equal(await phone.page.locator(".heat tbody th[scope=row]").count(), 2);
  assert.deepEqual(phone.complaints, []);

  // The same without script.
  const plain = await open(browser, { viewport: { width: 390, height: 844 }, javaScriptEnabled: false, storageState: await context.storageState() });
  await plain.page.goto(serverUrl);
  await plain.page.getByRole("button", { name: "Filter" }).click();
  await plain.page.locator(".pick-menu summary", { hasText: "Tags" }).click();
  await plain.page.getByLabel("Key account").check();
  await plain.page.getByRole("button", { name: "Show", exact: true }).click();
  await plain.page.waitForURL(/tag=Key\+account/);
  await plain.page.getByRole("button", { name: "Menu" }).click();
  await plain.page.getByRole("link", { name: "Programmes" }).click();
  await plain.page.waitForURL(`${serverUrl}/programmes`);
  assert.deepEqual(complaints.filter((text) => !/40[04]/.test(text)), []);
  console.log("all steps done");
} finally {
  await browser.close();
}
