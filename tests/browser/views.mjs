// Walks tags and own fields, saved views and programmes: with script, on a narrow window, and once more without script.
// node views.mjs LOGIN_URL SERVER_URL SCREENSHOT_FOLDER
// Prints `all steps done`.
import assert from "node:assert/strict";
import path from "node:path";
import { launch, look, open } from "./screens.mjs";

const [loginUrl, serverUrl, folder] = process.argv.slice(2);
const browser = await launch();
const all = ["moderate", "serious", "critical"];

try {
  const { context, page, complaints } = await open(browser);
  await page.goto(loginUrl);
  await page.locator(".heat").waitFor();

  // Filters by tag and by an own field, with the chips that take them away.
  await page.locator(".pick-menu summary", { hasText: "Tags" }).click();
  await page.getByLabel("Key account").check();
  await page.waitForURL(/tag=Key\+account/);
  await page.locator(".taken", { hasText: "Tag: Key account" }).waitFor();
  assert.equal(await page.locator(".heat tbody th[scope=row]").count(), 2);
  await page.locator(".pick-menu summary", { hasText: "Tags" }).click();
  await page.locator(".filters summary", { hasText: "Own fields" }).click();
  await page.locator("select[name=field_1]").selectOption("Northbank");
  await page.waitForURL(/field_1=Northbank/);
  await page.locator(".taken", { hasText: "Client: Northbank" }).waitFor();
  assert.equal(await page.locator(".heat tbody th[scope=row]").count(), 1);
  await page.locator(".filters summary", { hasText: "Own fields" }).click();
  await look(page, folder, "views-filtered");

  // The view is saved under a name, and opens from the menu.
  await page.locator(".saved-views summary").click();
  await look(page, folder, "views-menu", ".saved-views");
  await page.getByRole("link", { name: "Save this view" }).click();
  await page.getByRole("heading", { name: "Save this view" }).waitFor();
  await look(page, folder, "views-save", "html", all);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("alert").waitFor();
  await look(page, folder, "views-wrong", "html", all);
  await page.getByLabel("Name").fill("Northbank accounts");
  await page.getByLabel("Share with everyone on the provider side").check();
  await page.getByRole("button", { name: "Save" }).click();
  await page.waitForURL(/tag=Key\+account&field_1=Northbank$/);
  await page.goto(serverUrl);
  await page.locator(".saved-views summary").click();
  await page.locator(".saved-views").getByRole("link", { name: "Red and yellow by client" }).click();
  await page.locator(".heat .group", { hasText: "Northbank" }).waitFor();
  await page.locator(".saved-views summary", { hasText: "Red and yellow by client" }).waitFor();
  await look(page, folder, "views-opened");
  await page.locator(".saved-views summary").click();
  await page.getByRole("link", { name: "Northbank accounts" }).click();
  await page.locator(".saved-views summary", { hasText: "Northbank accounts" }).waitFor();
  assert.equal(await page.locator(".heat tbody th[scope=row]").count(), 1);
  await page.goto(`${serverUrl}/views`);
  await page.locator("tr", { hasText: "Northbank accounts" }).waitFor();
  await look(page, folder, "views", "html", all);

  // Pinned views are tabs above the portfolio, with keys, and the first ones of the menu on a phone.
  await page.goto(serverUrl);
  assert.deepEqual(await page.locator(".pinned a").allTextContents(), ["All projects", "Red and yellow by client", "Key accounts"]);
  await page.keyboard.press("g");
  await page.keyboard.press("2");
  await page.waitForURL(/tag=Key\+account$/);
  assert.equal(await page.locator(".pinned [aria-current]").textContent(), "Key accounts");
  await look(page, folder, "views-pinned", "html", all);
  await page.locator(".saved-views summary").click();
  await page.getByRole("button", { name: "Unpin this view" }).click();
  await page.waitForURL(/tag=Key\+account$/);
  assert.equal(await page.locator(".pinned a").count(), 2);
  await page.goto(`${serverUrl}/views`);
  await page.getByRole("button", { name: "Pin Key accounts" }).click();
  await page.getByRole("button", { name: "Unpin Key accounts" }).waitFor();
  await page.setViewportSize({ width: 390, height: 780 });
  await page.goto(serverUrl);
  assert.equal(await page.locator(".pinned").isVisible(), false);
  await page.locator(".saved-views summary").click();
  await page.locator(".saved-views li").first().getByRole("link", { name: "Red and yellow by client" }).waitFor();
  await page.setViewportSize({ width: 1440, height: 860 });

  // Groups by tag: a project is in the group of each of its tags, and counts once.
  await page.goto(`${serverUrl}/?group=tag`);
  assert.equal(await page.locator(".heat .group").last().locator("bdi").textContent(), "Without a tag");
  assert.equal(await page.locator(".heat tbody th a", { hasText: "Harbor rollout" }).count(), 2);
  assert.equal(await page.locator("#chip- b").textContent(), "10");
  await look(page, folder, "views-tags", "html", all);

  // A project gets a tag, by which the portfolio is filtered.
  await page.goto(serverUrl);
  await page.getByRole("link", { name: "Crane telemetry" }).first().click();
  await page.locator(".labels").waitFor();
  const project = page.url();
  await look(page, folder, "labels", ".labels", all);
  await page.locator(".labels .more").click();
  await page.getByLabel("Tags").fill("Hardware, Pilot");
  await look(page, folder, "labels-form", "html", all);
  await page.getByRole("button", { name: "Save" }).click();
  await page.waitForURL(`${project}#labels-title`);
  await page.getByRole("link", { name: "Pilot", exact: true }).click();
  await page.waitForURL(/tag=Pilot$/);
  assert.equal(await page.locator(".heat tbody th[scope=row]").count(), 1);

  // Own fields.
  await page.goto(`${serverUrl}/fields`);
  await look(page, folder, "fields", "html", all);
  await page.getByRole("link", { name: "New field" }).click();
  await look(page, folder, "fields-form", "html", all);

  // A programme by keys and by the palette: its rule in words, and what would turn it.
  await page.goto(serverUrl);
  await page.locator(".heat").waitFor();
  await page.keyboard.press("g");
  await page.keyboard.press("r");
  await page.waitForURL(`${serverUrl}/programmes`);
  await look(page, folder, "programmes", "html", all);
  await page.getByRole("link", { name: "Digital harbor" }).click();
  await page.getByText("The score is").waitFor();
  assert.equal(await page.locator("tbody th[scope=row]").count(), 4);
  await look(page, folder, "programme", "html", all);
  const programme = page.url();
  await page.getByRole("link", { name: "Edit" }).click();
  await page.getByLabel("Find a project").fill("pilotage");
  assert.equal(await page.locator(".members li:visible").count(), 1);
  await look(page, folder, "programme-form", "html", all);
  await page.getByLabel("Worst color of a project").check();
  await page.getByRole("button", { name: "Save" }).click();
  await page.waitForURL(programme);
  await page.getByText("The programme has the worst color of its projects.").waitFor();
  // As it was: the rule of then, and nothing to write.
  await page.locator("summary", { hasText: "As it was on" }).click();
  await page.getByLabel("As it was on").fill("2026-01-31");
  await page.getByRole("button", { name: "Show that day" }).click();
  await page.waitForURL(/as_of=2026-01-31$/);
  await page.locator(".notice.past").waitFor();
  assert.equal(await page.getByRole("link", { name: "Edit" }).count(), 0);
  await look(page, folder, "programme-past", "html", all);
  await page.goto(`${serverUrl}/programmes/2`);
  await page.getByText("otherwise yellow if").waitFor();
  await look(page, folder, "programme-threshold", "html", all);
  await page.keyboard.press("Control+k");
  await page.locator("#palette input").fill("digital");
  await page.locator("#palette li", { hasText: "Digital harbor" }).waitFor();
  await page.locator("#palette li", { hasText: "Digital harbor" }).click();
  await page.waitForURL(programme);

  // Nothing scrolls sideways on a narrow window.
  await page.setViewportSize({ width: 390, height: 780 });
  for (const [name, where] of Object.entries({
    portfolio: "/?tag=Key+account&field_1=Northbank", views: "/views", save: "/views/new?tag=a", labels: `${new URL(project).pathname}/labels`,
    project: new URL(project).pathname, fields: "/fields", field: "/fields/1", programmes: "/programmes", programme: "/programmes/1", form: "/programmes/1/edit",
  })) {
    await page.goto(serverUrl + where);
    assert.ok(await page.evaluate(() => document.scrollingElement.scrollWidth <= innerWidth), `${name} is wider than the window`);
    for (const colorScheme of ["dark", "light"]) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: path.join(folder, `views-narrow-${name}-${colorScheme}.png`), fullPage: name !== "portfolio" });
    }
  }
  assert.deepEqual(complaints.filter((text) => !text.includes("422")), []);

  // Without script.
  const cookies = await context.cookies();
  const plain = await open(browser, { javaScriptEnabled: false });
  await plain.context.addCookies(cookies);
  await plain.page.goto(serverUrl);
  await plain.page.locator(".saved-views summary").click();
  await plain.page.getByRole("link", { name: "Northbank accounts" }).click();
  await plain.page.waitForURL(/field_1=Northbank$/);
  await plain.page.locator(".saved-views summary").click();
  await plain.page.getByRole("link", { name: "Manage views" }).click();
  await plain.page.getByRole("link", { name: "Delete Northbank accounts" }).click();
  await plain.page.getByRole("button", { name: "Delete" }).click();
  await plain.page.waitForURL(`${serverUrl}/views`);
  assert.equal(await plain.page.getByText("Northbank accounts").count(), 0);
  console.log("all steps done");
} finally {
  await browser.close();
}
