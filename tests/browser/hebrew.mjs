// Walks every page in Hebrew, from right to left: nothing scrolls sideways from 320 px on, axe is content, and what has a time
// axis begins on the right. node hebrew.mjs LOGIN_URL SERVER_URL SCREENSHOT_FOLDER
// Prints `all steps done`.
import assert from "node:assert/strict";
import path from "node:path";
import { launch, look, open } from "./screens.mjs";

const [loginUrl, serverUrl, folder] = process.argv.slice(2);
const browser = await launch();

try {
  const { context, page, complaints } = await open(browser, { locale: "he-IL" });
  await page.goto(loginUrl);
  assert.equal(await page.evaluate(() => `${document.documentElement.lang} ${document.dir}`), "he rtl");

  // The heatmap begins on the right, at the titles; its last week is on the left, and the arrow keys follow the eye.
  const x = (selector) => page.locator(selector).evaluate((one) => one.getBoundingClientRect().x);
  assert.ok(await x(".heat thead .w:last-child") < await x(".heat thead tr:first-child th:first-child"));
  await page.locator(".heat tbody tr:not(.group) th a").first().focus();
  await page.keyboard.press("ArrowLeft");
  const first = await x("#week");
  await page.keyboard.press("ArrowLeft");
  assert.ok(await x("#week") < first);
  // The letter of a run stands where the run begins.
  const starts = await page.evaluate(() => [...document.querySelectorAll(".heat td:not(.c)")].filter((cell) => cell.colSpan > 3).map((cell) => {
    const range = document.createRange();
    range.setStart(cell.firstChild, 0);
    range.setEnd(cell.firstChild, 1);
    const [letter, run] = [range.getBoundingClientRect(), cell.getBoundingClientRect()];
    return (run.right - letter.right) / (run.width / cell.colSpan);
  }));
  assert.ok(starts.length > 5 && starts.every((at) => at >= 0 && at < 1), String(starts));

  for (const weeks of [26, 52]) {
    await page.goto(`${serverUrl}/?weeks=${weeks}`);
    const lines = await page.locator(".heat td.c time").evaluateAll((all) => all.map((one) => [one.getBoundingClientRect().height, one.parentElement.scrollWidth - one.parentElement.clientWidth]));
    assert.ok(lines.every(([height, over]) => height < 24 && over <= 1), `${weeks} weeks: ${JSON.stringify(lines)}`);
  }

  const project = await page.locator(".heat tbody th a", { hasText: "Harbor rollout" }).getAttribute("href");
  await page.goto(serverUrl + project);
  const report = await page.locator(".reports a").first().getAttribute("href");
  // The timeline begins on the right, too: its latest mark is on the left.
  const marks = await page.locator(".timeline .mark .target").evaluateAll((all) => all.map((one) => one.getBoundingClientRect().x));
  assert.ok(marks.length > 20 && marks.every((at, place) => place === 0 || at < marks[place - 1]), String(marks));
  const frame = await page.locator(".lanes").boundingBox();
  assert.ok(Math.min(...marks) > frame.x, "the latest mark is out of sight");

  await page.goto(`${serverUrl}${project}/work_packages`);
  const work = await page.locator("tbody th a").first().getAttribute("href");
  const pages = {
    "work-list": `${project}/work_packages?status=all`, work,
    portfolio: "/", table: "/?view=table", year: "/?weeks=52&group=lead", project, report, write: `${project}/reports/new`, edit: `${report}/edit`,
    members: `${project}/people`, "project-edit": `${project}/edit`, "project-new": "/workspaces/new", import: "/workspaces/import",
    archived: "/workspaces/archived", meeting: "/meeting", summary: "/meeting?end=1", start: "/start", people: "/people", person: "/people/2", erase: "/people/2/erase",
    statuses: "/statuses", "status-new": "/statuses/new", tokens: "/tokens", applications: "/applications", account: "/account",
    settings: "/settings", sheets: "/sheets", templates: "/report_templates", "template-new": "/report_templates/new", preferences: "/preferences",
    views: "/views", "view-save": "/views/new?health=red", fields: "/fields", "field-new": "/fields/new", labels: `${project}/labels`,
    programmes: "/programmes", programme: "/programmes/1", "programme-form": "/programmes/1/edit", "not-found": "/nowhere",
  };
  for (const [name, where] of Object.entries(pages)) {
    await page.goto(serverUrl + where);
    assert.equal(await page.evaluate(() => document.dir), "rtl", name);
    await look(page, folder, `he-${name}`, "html", ["moderate", "serious", "critical"]);
    for (const width of [390, 320]) {
      await page.setViewportSize({ width, height: 780 });
      assert.ok(await page.evaluate(() => document.scrollingElement.scrollWidth <= innerWidth), `${name} at ${width} px`);
      for (const colorScheme of width === 390 ? ["dark", "light"] : []) {
        await page.emulateMedia({ colorScheme });
        await page.screenshot({ path: path.join(folder, `he-${name}-narrow-${colorScheme}.png`) });
      }
    }
    await page.setViewportSize({ width: 1440, height: 860 });
  }

  // The menus and dialogs, and what is outside of a session.
  await page.goto(serverUrl);
  await page.keyboard.press("?");
  await look(page, folder, "he-keys", "dialog[open]");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("ward");
  await page.getByRole("option", { name: "Ward staffing forecast", exact: true }).waitFor();
  await look(page, folder, "he-palette");
  await page.keyboard.press("Escape");
  await context.clearCookies();
  await page.goto(`${serverUrl}/login`);
  await look(page, folder, "he-login");
  assert.deepEqual(complaints.filter((text) => !/40[34]/.test(text)), []);
  console.log("all steps done");
} finally {
  await browser.close();
}
