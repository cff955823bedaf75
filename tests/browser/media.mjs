// Looks at the pages on paper and in forced colours, and sets what a reader may: the time zone and single-key shortcuts.
// node media.mjs LOGIN_URL SERVER_URL SCREENSHOT_FOLDER
// Prints `all steps done`.
import assert from "node:assert/strict";
import path from "node:path";
import { launch, lightness, look, open, pixels } from "./screens.mjs";

const [loginUrl, serverUrl, folder] = process.argv.slice(2);
const browser = await launch();
// What A4 has within its margins, in CSS pixels, lying and standing.
const LYING = { width: 1047, height: 718 };
const STANDING = { width: 703, height: 1032 };

try {
  const { page, complaints } = await open(browser);
  await page.goto(loginUrl);
  const shot = (name) => page.screenshot({ path: path.join(folder, `${name}.png`) });
  const isShown = (selector) => page.locator(selector).first().isVisible();

  // A project that dropped from green to red: Lumen reports green every week.
  await page.getByRole("link", { name: "Lumen patient portal" }).click();
  await page.getByRole("link", { name: "Write a report" }).click();
  await page.locator("#color-red").check();
  await page.locator("#description").fill("The pilot ward is closed.");
  await page.getByRole("button", { name: "Publish" }).click();
  await page.waitForURL(/\/status_reports\/\d+$/);

  // In print: every week, in portrait and landscape; the title, the date, the filters and the legend.
  for (const [palette, weeks] of [["default", 26], ["default", 52], ["safe", 52], ["mono", 52]]) {
    await page.emulateMedia({ media: "screen" });
    await page.goto(`${serverUrl}/?weeks=${weeks}&group=lead&health=red`);
    await page.evaluate((name) => { document.documentElement.dataset.palette = name; }, palette);
    await page.emulateMedia({ media: "print" });
    for (const size of [LYING, STANDING]) {
      await page.setViewportSize(size);
      const [last, whole] = await page.evaluate(() => {
        const cells = [...document.querySelectorAll(".heat tr > :last-child")].map((cell) => cell.getBoundingClientRect());
        return [Math.max(...cells.map((cell) => cell.right)), Math.max(...cells.map((cell) => -cell.width), -4)];
      });
      assert.ok(last <= size.width, `${weeks} weeks end at ${last} of ${size.width} px`);
      assert.ok(whole <= -4, `a week is ${-whole} px wide`);
      assert.ok(await page.evaluate(() => document.scrollingElement.scrollWidth <= innerWidth));
    }
    await shot(`paper-portfolio-${palette}-${weeks}`);
    // Red is the darkest, and what is carried over has an edge that is not a colour.
    const light = await page.evaluate(() => ["green", "yellow", "red"].map((name) => {
      const canvas = document.createElement("canvas").getContext("2d");
      const own = document.body.appendChild(document.createElement("i"));
      own.style.color = `var(--${name})`;
      canvas.fillStyle = getComputedStyle(own).color;
      own.remove();
      canvas.fillRect(0, 0, 1, 1);
      const [r, g, b] = canvas.getImageData(0, 0, 1, 1).data;
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    }));
    assert.ok(light[2] < light[0] && light[2] < light[1], String(light));
  }
  assert.equal(await page.locator(".heat td:is(.gs, .ys, .rs)").first().evaluate((cell) => getComputedStyle(cell).outlineStyle), "dashed");

  // What the paper shows of the marks of the legend: red has the most ink, in every palette.
  const legend = (nth) => pixels(page.locator(".legend li").nth(nth).locator(".h"));
  const ink = (own) => 255 - Math.min(...lightness(own));
  const mean = (own) => lightness(own).reduce((sum, one) => sum + one, 0) / (own.width * own.height);
  for (const palette of ["default", "safe", "mono"]) {
    await page.evaluate((name) => { document.documentElement.dataset.palette = name; }, palette);
    const [green, yellow, red] = [await legend(0), await legend(1), await legend(2)];
    assert.ok(mean(red) < mean(green) && mean(red) < mean(yellow), `${palette}: ${mean(green)} ${mean(yellow)} ${mean(red)}`);
    for (let nth = 0; nth < 6; nth += 1) assert.ok(ink(await legend(nth)) > 60, `${palette}: mark ${nth} of the legend is blank`);
  }
  for (const selector of ["h1", ".printed:not(:empty)", ".legend", ".heat tbody th a"]) assert.ok(await isShown(selector), selector);
  for (const selector of [".bar", ".filters", ".views", ".foot"]) assert.ok(!(await isShown(selector)), selector);
  assert.match(await page.locator(".printed").first().textContent(), /As of \d+ \w+ \d{4}, \d\d:\d\d\. Times are in Europe\/Berlin\./);
  assert.match(await page.locator("#portfolio .printed").textContent(), /52 weeks · Group by: Lead/);
  assert.equal(await page.locator(".chips a:visible").count(), 1);
  assert.ok((await page.pdf({ preferCSSPageSize: true, path: path.join(folder, "portfolio.pdf") })).length > 10_000);

  // A project and its report: what is folded is open, what can only be pressed is left out.
  await page.emulateMedia({ media: "screen" });
  await page.goto(serverUrl);
  await page.getByRole("link", { name: "Harbor rollout" }).first().click();
  await page.getByRole("heading", { name: "Harbor rollout" }).waitFor();
  const workspace = page.url();
  await page.emulateMedia({ media: "print" });
  await page.setViewportSize(STANDING);
  assert.ok((await page.locator(".twin .tables").boundingBox())?.height > 100);
  assert.ok(await page.evaluate(() => document.scrollingElement.scrollWidth <= innerWidth));
  for (const selector of [".button", ".move", ".crumbs"]) assert.ok(!(await isShown(selector)), selector);
  await shot("paper-workspace");
  await page.pdf({ preferCSSPageSize: true, path: path.join(folder, "workspace.pdf") });
  await page.emulateMedia({ media: "screen" });
  await page.locator(".report .more").click();
  await page.waitForURL(/\/status_reports\/\d+$/);
  await page.emulateMedia({ media: "print" });
  assert.ok(!(await isShown(".deeds")) && await isShown(".printed"));
  await shot("paper-report");
  for (const where of ["/?view=table", "/statuses", "/tokens", "/people", `${new URL(workspace).pathname}/people`]) {
    await page.goto(`${serverUrl}${where}`);
    assert.ok(await page.evaluate(() => document.scrollingElement.scrollWidth <= innerWidth), where);
    assert.ok(!(await isShown("main form button")), where);
    await shot(`paper${where.replace(/\W+/g, "-")}`);
  }
  await page.emulateMedia({ media: "screen" });
  await page.setViewportSize({ width: 1440, height: 860 });

  // The lanes: each label ends within its stay, the marks are within the frame, and a short span has ticks, too.
  await page.goto(workspace);
  const lanes = await page.evaluate(() => {
    const box = (one) => one.getBoundingClientRect();
    const frame = box(document.querySelector(".lanes"));
    const labels = [...document.querySelectorAll(".stay-label")].map((one) => [getComputedStyle(one).textOverflow, box(one).right - box(one.closest("svg").querySelector(".stay")).right]);
    const marks = [...document.querySelectorAll(".timeline .mark .target")].map((one) => [box(one).left - frame.left, frame.right - box(one).right]);
    return { labels, marks, ticks: document.querySelectorAll(".timeline text.tick").length, titles: document.querySelectorAll(".timeline .mark title").length };
  });
  assert.ok(lanes.labels.length > 0 && lanes.labels.every(([end, over]) => end === "ellipsis" && over <= 1), JSON.stringify(lanes.labels));
  assert.ok(lanes.marks.length > 20 && lanes.marks.every(([left, right]) => left >= 0 && right >= 0), JSON.stringify(lanes.marks));
  assert.ok(lanes.ticks >= 10 && lanes.titles === lanes.marks.length, JSON.stringify(lanes));

  // In words, for who hears the table; and by shapes, in the system's colours.
  for (const weeks of [12, 26, 52]) {
    await page.goto(`${serverUrl}/?weeks=${weeks}`);
    const lines = await page.locator(".heat td.c time").evaluateAll((all) => all.map((one) => [one.getBoundingClientRect().height, one.parentElement.scrollWidth - one.parentElement.clientWidth]));
    assert.ok(lines.length > 0 && lines.every(([height, over]) => height < 24 && over <= 1), `${weeks} weeks: ${JSON.stringify(lines)}`);
  }
  const spoken = await page.locator(".heat tbody tr").first().locator("td:not(.c)").allTextContents();
  assert.ok(spoken.every((text) => /^.\t(No report|(Green|Yellow|Red)(, carried over|, dropped from green|, recovered from red)?)(, \d+ weeks)?$/.test(text)), String(spoken));
  assert.ok(await page.getByRole("gridcell", { name: /Red, dropped from green$/ }).count() > 0);
  await page.emulateMedia({ forcedColors: "active" });
  const style = (selector, name) => page.locator(selector).first().evaluate((one, own) => getComputedStyle(one)[own], name);
  assert.match(await style(".heat td.g", "backgroundImage"), /gradient/);
  assert.match(await style(".heat td.r", "backgroundImage"), /gradient/);
  // What is silent has the outline of its shape alone.
  assert.equal(await style(".heat .h.g.o", "borderTopStyle"), "solid");
  assert.equal(await style(".heat .h.g.o", "backgroundImage"), "none");
  assert.equal(await style(".heat td:is(.gs, .ys, .rs)", "outlineStyle"), "dashed");
  assert.equal(await style(".heat td:is(.gj, .rj)", "outlineStyle"), "solid");
  assert.equal(await style(".legend .gs", "outlineStyle"), "dashed");
  for (const selector of [".chips a[aria-current]", ".views a[aria-current]", ".bar nav a[aria-current]"]) {
    assert.equal(await style(selector, "outlineStyle"), "solid", selector);
  }
  // By pixels: a circle has empty corners, a square has none, a triangle has them at the top; what is carried over is none of
  // them, and no mark of the legend is blank.
  await page.mouse.move(0, 0);
  const filled = async (locator) => {
    const { width, height, data } = await pixels(locator);
    const light = lightness({ data });
    const at = (x, y) => light[Math.round(y * (height - 1)) * width + Math.round(x * (width - 1))];
    const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const [r, g, b] = ground.match(/\d+/g).map(Number);
    const paper = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    const share = light.filter((one) => Math.abs(one - paper) > 24).length / light.length;
    const isInk = (x, y) => Math.abs(at(x, y) - paper) > 24;
    return { share, top: isInk(0.12, 0.12), bottom: isInk(0.12, 0.88), middle: isInk(0.5, 0.12) };
  };
  const marks = [];
  for (let nth = 0; nth < 6; nth += 1) marks.push(await filled(page.locator(".legend li").nth(nth).locator(".h")));
  const [green, yellow, red, , hollow, carried] = marks;
  assert.deepEqual([green.top, green.bottom, yellow.top, yellow.bottom, red.top, red.bottom], [false, false, false, true, true, true], JSON.stringify(marks));
  for (const [nth, mark] of marks.entries()) assert.ok(mark.share > 0.02, `mark ${nth} of the legend: ${JSON.stringify(mark)}`);
  assert.ok(hollow.share < green.share - 0.2 && Math.abs(carried.share - green.share) > 0.1, JSON.stringify(marks));
  const [fresh, stale] = [await pixels(page.locator(".heat td.g").first()), await pixels(page.locator(".heat td.gs").first())];
  assert.ok(Math.abs(mean(fresh) - mean(stale)) > 8, `${mean(fresh)} ${mean(stale)}`);
  await look(page, folder, "forced-portfolio");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("ward");
  await page.getByRole("option", { name: "Ward staffing forecast", exact: true }).waitFor();
  assert.equal(await style("#palette li[aria-selected=true]", "outlineStyle"), "solid");
  await shot("forced-palette");
  await page.keyboard.press("Escape");
  for (const [where, name] of [[workspace, "workspace"], [`${workspace}/reports/new`, "write"], [`${serverUrl}/statuses`, "statuses"]]) {
    await page.goto(where);
    await shot(`forced-${name}`);
  }
  await page.emulateMedia({ forcedColors: "none" });

  // Single keys can be switched off, in the dialog and in the menu; Ctrl-K stays.
  const dialog = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await page.goto(serverUrl);
  await page.keyboard.press("?");
  await dialog.getByRole("button", { name: "Turn off" }).click();
  await page.waitForURL(`${serverUrl}/`);
  await page.getByRole("link", { name: "Harbor rollout" }).first().focus();
  for (const key of ["?", "n", "/", "j", "k"]) await page.keyboard.press(key);
  await page.keyboard.press("g");
  await page.keyboard.press("t");
  assert.equal(page.url(), `${serverUrl}/`);
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Harbor rollout");
  assert.ok(await dialog.isHidden());
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog", { name: "Search" }).waitFor();
  await page.keyboard.press("Escape");
  await page.locator("summary", { hasText: "Mara Lindqvist" }).click();
  await page.getByRole("button", { name: "Keyboard shortcuts" }).click();
  await dialog.getByText("Single-key shortcuts are off.").waitFor();
  await look(page, folder, "shortcuts-off", "dialog[open]");
  await page.keyboard.press("Escape");
  await page.goto(`${workspace}/reports/new`);
  await page.locator("main").focus();
  await page.keyboard.press("2");
  assert.equal(await page.locator("#color-yellow").isChecked(), false);
  await page.getByText("Display", { exact: true }).click();
  await page.getByLabel("Single-key shortcuts").selectOption("On");
  await page.getByRole("button", { name: "Apply" }).click();
  await page.waitForURL(`${workspace}/reports/new`);
  await page.locator("main").focus();
  await page.keyboard.press("2");
  assert.ok(await page.locator("#color-yellow").isChecked());

  // The zone is the browser's, and then the one that was chosen; the page says which.
  const foot = page.locator(".foot");
  await page.goto(serverUrl);
  assert.match(await foot.textContent(), /Times are in Europe\/Berlin\./);
  await foot.getByRole("link", { name: "Change time zone" }).click();
  await page.getByRole("heading", { name: "Display preferences" }).waitFor();
  await look(page, folder, "preferences");
  await page.getByLabel("Time zone").selectOption("America/Los_Angeles");
  await page.getByRole("button", { name: "Apply" }).last().click();
  await page.waitForURL(`${serverUrl}/`);
  assert.match(await foot.textContent(), /Times are in America\/Los_Angeles\./);
  assert.match(await page.locator(".heat time").first().getAttribute("title"), / P[SD]T$/);

  // The name of the key is that of the platform.
  assert.equal(await page.locator(".bar .find kbd").textContent(), "Ctrl K");
  const mac = await open(browser, { storageState: await page.context().storageState() });
  await mac.page.addInitScript(() => Object.defineProperty(navigator, "userAgentData", { value: { platform: "macOS" } }));
  await mac.page.goto(`${workspace}/reports/new`);
  assert.equal(await mac.page.locator(".bar .find kbd").textContent(), "Cmd K");
  assert.equal(await mac.page.locator("#publish kbd").innerText(), "Cmd ⏎");
  assert.deepEqual(complaints, []);
  console.log("all steps done");
} finally {
  await browser.close();
}
