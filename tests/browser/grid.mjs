// Uses the heatmap with the mouse, at several widths, in each palette, and on the way back; and the timeline of a project.
// node grid.mjs LOGIN_URL SERVER_URL SCREENSHOT_FOLDER
// Prints `all steps done`.
import assert from "node:assert/strict";
import { launch, look, open } from "./screens.mjs";

const [loginUrl, serverUrl, folder] = process.argv.slice(2);
const browser = await launch();

try {
  const { page, complaints } = await open(browser);
  await page.goto(loginUrl);
  const peek = page.locator("#peek");
  const cells = page.locator(".heat tbody tr").first().locator("td:not(.c)");

  const other = page.locator(".heat tbody tr", { hasText: "Harbor rollout" }).locator("td:is(.g, .y, .r)").first();

  // A click keeps the report of a cell in view while the pointer moves; a second click opens it.
  assert.equal(await cells.last().evaluate((cell) => getComputedStyle(cell).cursor), "pointer");
  await cells.last().click();
  await peek.locator("strong").waitFor();
  const shown = await peek.textContent();
  await page.locator(".heat tbody tr").nth(4).locator("td:not(.c)").first().hover();
  await page.getByRole("heading", { name: "Portfolio" }).hover();
  assert.equal(await peek.textContent(), shown);
  assert.ok(await peek.isVisible());
  await page.getByRole("heading", { name: "Portfolio" }).click();
  await peek.waitFor({ state: "hidden" });
  await cells.last().click();
  await peek.waitFor();
  await other.click();
  await page.waitForFunction((text) => document.getElementById("peek").textContent !== text, shown);
  assert.equal(page.url(), `${serverUrl}/`);
  await other.click();
  await page.waitForURL(/\/status_reports\/\d+$/);

  // In a run of weeks, the pointer and the arrows tell the weeks apart, and the frame follows.
  await page.goto(`${serverUrl}/`);
  const run = page.locator(".heat tbody tr", { hasText: "Lumen" }).locator("td[colspan]").last();
  const [box, weeks] = [await run.boundingBox(), Number(await run.getAttribute("colspan"))];
  assert.ok(weeks > 2, `a run of ${weeks} weeks`);
  const week = box.width / weeks;
  const seen = new Set();
  for (const place of [weeks - 1, weeks - 2, weeks - 3]) {
    await page.mouse.move(box.x + (place + 0.5) * week, box.y + box.height / 2);
    await page.waitForFunction((known) => !document.getElementById("peek").hidden && !known.includes(document.querySelector("#peek .where .soft").textContent), [...seen]);
    seen.add(await page.locator("#peek .where .soft").textContent());
  }
  await page.mouse.click(box.x + 1.5 * week, box.y + box.height / 2);
  const framed = await page.locator("#week").boundingBox();
  assert.ok(Math.abs(framed.x - box.x - week) < 2 && Math.abs(framed.width - week) < 2, JSON.stringify([framed, box, weeks]));
  await page.keyboard.press("ArrowRight");
  assert.ok(Math.abs((await page.locator("#week").boundingBox()).x - framed.x - week) < 2);

  // Circles are round, and every fourth week of a year has a number, which does not run into the next one.
  await page.goto(`${serverUrl}/?weeks=52`);
  const numbers = await page.locator(".heat thead .w").evaluateAll((all) => all.map((one) => Number.parseFloat(getComputedStyle(one).fontSize) > 0));
  assert.deepEqual(numbers, numbers.map((_, index) => index % 4 === 3));
  assert.ok(numbers.at(-1));

  // The health of now and the title stay in view at each width.
  for (const [width, weeks, fits] of [[1440, 26, true], [1920, 52, true], [1440, 52, true], [1024, 26, false], [768, 52, false]]) {
    await page.setViewportSize({ width, height: 860 });
    await page.goto(`${serverUrl}/?weeks=${weeks}`);
    const [needed, there] = await page.locator(".scroll").evaluate((own) => [own.scrollWidth, own.clientWidth]);
    assert.equal(needed <= there, fits, `${width} px, ${weeks} weeks: ${needed} of ${there}`);
    const head = await page.locator(".heat tbody th").first().boundingBox();
    const mark = await page.locator(".heat tbody th .h").first().boundingBox();
    assert.ok(mark.x >= head.x && mark.x + mark.width <= head.x + head.width && mark.x < width, `${width}: ${JSON.stringify(mark)}`);
    await look(page, folder, `grid-${width}-${weeks}`);
  }

  // Back: the list is where it was, and so is the focus.
  await page.setViewportSize({ width: 1024, height: 480 });
  await page.goto(`${serverUrl}/`);
  const frame = page.locator(".scroll");
  const position = () => frame.evaluate((own) => [own.scrollLeft, own.scrollTop]);
  await page.getByRole("link", { name: /^Red Red/ }).click();
  await page.waitForURL(/health=red/);
  await page.goBack();
  await page.waitForURL(`${serverUrl}/`);
  await page.locator(".heat tbody tr").nth(9).waitFor();
  await frame.evaluate((own) => own.scrollTo(120, 90));
  const left = await position();
  assert.ok(left[0] > 0 && left[1] > 0, String(left));
  const link = page.locator(".heat tbody th a").nth(4);
  const title = await link.textContent();
  await link.click();
  await page.getByRole("heading", { name: title }).waitFor();
  await page.goBack();
  await page.getByRole("heading", { name: "Portfolio" }).waitFor();
  await page.waitForFunction((text) => document.activeElement.textContent === text, title);
  assert.deepEqual(await position(), left);
  // From a cell, too.
  const cell = page.locator(".heat tbody tr:has(td.g, td.y, td.r)").last().locator("td:is(.g, .y, .r)").last();
  const column = await cell.evaluate((one) => one.cellIndex);
  await cell.click();
  const before = await position();
  await peek.waitFor();
  await cell.click();
  await page.waitForURL(/\/status_reports\/\d+$/);
  await page.goBack();
  await page.waitForFunction((index) => document.activeElement.cellIndex === index, column);
  assert.deepEqual(await position(), before);
  assert.equal(await page.locator(".heat [tabindex='0']").count(), 1);
  // A visit that is none of that begins at the top.
  await page.goto(`${serverUrl}/`);
  assert.equal((await position())[1], 0);
  await page.setViewportSize({ width: 1440, height: 860 });

  // The groups of statuses have colours of the palette.
  const looks = new Map();
  for (const palette of ["default", "safe", "mono"]) {
    await page.goto(serverUrl);
    await page.evaluate((name) => { document.documentElement.dataset.palette = name; }, palette);
    await page.getByRole("link", { name: "Harbor rollout" }).first().click();
    await page.locator(".timeline .edge").first().waitFor();
    await page.evaluate((name) => { document.documentElement.dataset.palette = name; }, palette);
    const edges = await page.locator(".timeline .edge.k-green").evaluateAll((all) => all.map((one) => getComputedStyle(one).fill));
    assert.ok(edges.length > 0 && new Set(edges).size === 1, `${palette}: ${edges}`);
    const [green] = edges;
    looks.set(palette, green);
    if (palette === "mono") {
      const [r, g, b] = green.match(/\d+/g).map(Number);
      assert.ok(Math.max(r, g, b) - Math.min(r, g, b) < 16, green);
    }
    await look(page, folder, `timeline-${palette}`);
  }
  assert.equal(new Set(looks.values()).size, 3);

  // Nothing of the timeline hangs over its frame, and a label that does not fit ends with an ellipsis.
  const [lanes, marks] = await page.locator(".lanes").evaluate((own) => {
    const box = (one) => { const { left, right } = one.getBoundingClientRect(); return [left, right]; };
    return [box(own), [...own.querySelectorAll(".mark > a > :is(circle, path):not(.target)")].map(box)];
  });
  for (const [left, right] of marks) assert.ok(left >= lanes[0] && right <= lanes[1], `${left} to ${right} in ${lanes}`);
  assert.equal(await page.locator(".stay-label").first().evaluate((one) => getComputedStyle(one).textOverflow), "ellipsis");
  assert.deepEqual(complaints, []);
  console.log("all steps done");
} finally {
  await browser.close();
}
