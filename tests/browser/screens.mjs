// What looks at a screen: in light and dark, with axe, and with a picture of each. Screens that come later are walked
// by the same functions.
import assert from "node:assert/strict";
import path from "node:path";
import axe from "axe-core";
import { chromium } from "playwright-core";

// The shell without the rest of the browser takes half the time.
export function launch() {
  return chromium.launch({
    executablePath: "/usr/bin/chromium-headless-shell",
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
  });
}

// A page that must not complain; `complaints` is what it said.
export async function open(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 860 }, timezoneId: "Europe/Berlin", reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("response", (answer) => answer.status() >= 500 && complaints.push(`${answer.status()} ${answer.url()}`));
  return { context, page, complaints };
}

// The rules of axe about colors.
const COLOR_RULES = ["color-contrast", "link-in-text-block"];

// What axe finds on the page, of the given impacts. It runs in the page itself, where it is loaded once, and describes nothing
// but violations. The rows of the heatmap are alike, so that the first ones are enough.
export async function violations(page, runOnly, impacts, within = "html") {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  const options = { runOnly, resultTypes: ["violations"], preload: false, iframes: false };
  const context = { include: [within], exclude: [".heat tbody tr:nth-child(n+4)"] };
  const found = await page.evaluate(async ([context, options]) => (await window.axe.run(context, options)).violations, [context, options]);
  const serious = found.filter(({ impact }) => impacts.includes(impact));
  return serious.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 5).map((node) => `${node.html} ${node.failureSummary}`).join("\n  ")}`);
}

// Checks the page with axe and takes a screenshot, in both themes. An open menu covers the page, so that only the part
// `within` is checked. `impacts` are those that axe may not find.
export async function look(page, folder, name, within = "html", impacts = ["serious", "critical"]) {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", ...(impacts.includes("moderate") ? ["best-practice"] : [])];
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    // A part of the page that is being replaced is pale.
    await page.waitForFunction(() => !document.querySelector(".htmx-request, .htmx-settling") && document.getAnimations().length === 0);
    // The themes differ in colors alone.
    const rules = colorScheme === "light" ? { type: "tag", values: tags } : { type: "rule", values: COLOR_RULES };
    assert.deepEqual(await violations(page, rules, impacts, within), [], `${name} in ${colorScheme}`);
    await page.screenshot({ path: path.join(folder, `${name}-${colorScheme}.png`) });
  }
  await page.emulateMedia({ colorScheme: "light" });
  // The line shows that the program is making progress.
  console.log(name);
}

// The impacts of axe from moderate on.
export const STRICT = ["moderate", "serious", "critical"];

// Looks at a screen in a wide window and on a phone. It must not scroll sideways from 320 px on.
export async function inBoth(page, folder, name, impacts = undefined) {
  await look(page, folder, name, "html", impacts);
  for (const width of [390, 320]) {
    await page.setViewportSize({ width, height: 800 });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), `${name} at ${width}`);
    if (width !== 390) continue;
    await look(page, folder, `${name}-390`, "html", impacts);
    await page.screenshot({ path: path.join(folder, `${name}-390-whole.png`), fullPage: true });
  }
  await page.setViewportSize({ width: 1440, height: 860 });
}

// The pixels of an element as it is shown: its width, its height, and four numbers for each pixel.
export async function pixels(locator) {
  const png = (await locator.screenshot()).toString("base64");
  // A page of its own, where no policy forbids to read the picture.
  const reader = await locator.page().context().newPage();
  const read = await reader.evaluate(async (text) => {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const picture = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
    canvas.drawImage(picture, 0, 0);
    return { width: picture.width, height: picture.height, data: [...canvas.getImageData(0, 0, picture.width, picture.height).data] };
  }, png);
  await reader.close();
  return read;
}

// The relative lightness of each pixel, from 0 to 255.
export function lightness({ data }) {
  const out = [];
  for (let at = 0; at < data.length; at += 4) out.push(0.2126 * data[at] + 0.7152 * data[at + 1] + 0.0722 * data[at + 2]);
  return out;
}
