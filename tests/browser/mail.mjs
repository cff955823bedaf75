// Follows the links of mails: an invitation is accepted, a forgotten password is chosen anew, and mails of a kind are ended.
// node mail.mjs LOGIN_URL SERVER_URL SCREENSHOT_FOLDER MAIL_FOLDER
// Prints `all steps done`.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { inBoth, launch, look, open, STRICT } from "./screens.mjs";

const [loginUrl, serverUrl, folder, mails] = process.argv.slice(2);
const browser = await launch();

// The texts of the parts of a mail.
function parts(text) {
  return text.split(/\r?\n--[^\r\n]+/).map((part) => {
    const [head, ...body] = part.split(/\r?\n\r?\n/);
    const whole = body.join("\n\n");
    if (/content-transfer-encoding: base64/i.test(head)) return Buffer.from(whole, "base64").toString();
    if (!/content-transfer-encoding: quoted-printable/i.test(head)) return whole;
    const bytes = whole.replace(/=\r?\n/g, "").replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
    return Buffer.from(bytes, "latin1").toString();
  });
}

// The first link below a path in a mail to an address, as soon as there is one.
async function link(to, below) {
  const find = () => {
    for (const name of fs.existsSync(mails) ? fs.readdirSync(mails).filter((one) => one.endsWith(".eml")) : []) {
      const text = fs.readFileSync(path.join(mails, name), "utf8");
      if (!new RegExp(`^To: .*${to}`, "im").test(text)) continue;
      const found = parts(text).join("\n").match(new RegExp(`https?://[^\\s"<>]*/${below}/[^\\s"<>]+`));
      if (found) return found[0];
    }
    return undefined;
  };
  fs.mkdirSync(mails, { recursive: true });
  const end = AbortSignal.timeout(20_000);
  const watched = fs.promises.watch(mails, { signal: end });
  const before = find();
  if (before) return before;
  for await (const event of watched) {
    const found = event && find();
    if (found) return found;
  }
  throw new Error(`no mail to ${to} has a link to ${below}`);
}

try {
  const { page, complaints } = await open(browser);
  await page.goto(loginUrl);
  await page.locator(".heat").waitFor();

  // An invitation.
  await page.goto(`${serverUrl}/people`);
  await page.getByLabel("Name").fill("Nora Blix");
  await page.getByLabel("E-mail address").fill("nora@statuary.example");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByText("It has also been sent by e-mail.").waitFor();
  const invitation = await link("nora@statuary.example", "invitations");
  const nora = await open(browser);
  await nora.page.goto(invitation);
  await inBoth(nora.page, folder, "mail-invitation", STRICT);
  await nora.page.locator("#password").fill("rope and rust 7");
  await nora.page.getByRole("button", { name: "Save and sign in" }).click();
  await nora.page.getByText("Nora Blix").first().waitFor();
  assert.equal((await nora.page.request.get(invitation)).status(), 404);
  assert.deepEqual(nora.complaints, []);

  // A forgotten password.
  const ada = await open(browser);
  await ada.page.goto(`${serverUrl}/login`);
  await ada.page.getByRole("link", { name: "Forgot your password?" }).click();
  await inBoth(ada.page, folder, "mail-forgotten", STRICT);
  await ada.page.getByLabel("E-mail address").fill("ada@statuary.example");
  await ada.page.getByRole("button", { name: "Send link" }).click();
  await ada.page.getByRole("heading", { name: "Check your e-mail" }).waitFor();
  await look(ada.page, folder, "mail-forgotten-sent", "html", STRICT);
  await ada.page.goto(await link("ada@statuary.example", "invitations"));
  await ada.page.locator("#password").fill("crane and kai 8");
  await ada.page.getByRole("button", { name: "Save and sign in" }).click();
  await ada.page.getByText("Ada Park").first().waitFor();
  await ada.context.clearCookies();
  await ada.page.goto(`${serverUrl}/login`);
  await ada.page.getByLabel("E-mail address").fill("ada@statuary.example");
  await ada.page.locator("#password").fill("crane and kai 8");
  await ada.page.getByRole("button", { name: "Sign in", exact: true }).click();
  await ada.page.getByText("Ada Park").first().waitFor();

  // Mails of a kind, which end without a login, and once alone the settings know it.
  await page.goto(`${serverUrl}/desk?q=Harbor`);
  await page.getByRole("button", { name: /^Request update.*Harbor rollout/ }).click();
  const stop = await link("ada@statuary.example", "unsubscribe");
  const reader = await open(browser);
  await reader.page.goto(stop);
  await inBoth(reader.page, folder, "mail-unsubscribe", STRICT);
  await reader.page.getByRole("button", { name: "Stop e-mails" }).click();
  await reader.page.getByRole("heading", { name: "E-mails stopped" }).waitFor();
  await look(reader.page, folder, "mail-unsubscribed", "html", STRICT);
  await ada.page.goto(`${serverUrl}/notifications`);
  assert.equal(await ada.page.locator("main input[type=checkbox]:not(:checked)").count(), 2);
  assert.deepEqual([...ada.complaints, ...reader.complaints, ...complaints], []);
  console.log("all steps done");
} finally {
  await browser.close();
}
