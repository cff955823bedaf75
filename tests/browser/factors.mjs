// Sets up second factors and signs in with them, with an authenticator of Chromium:
// node factors.mjs LOGIN_URL SERVER_URL SCREENSHOT_FOLDER
// Mara of the demo has the password `kran und kai`. Prints `all steps done`.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { inBoth, launch, open } from "./screens.mjs";

const [, serverUrl, folder] = process.argv.slice(2);
// Passkeys belong to a domain, and not to an address.
const server = serverUrl.replace("127.0.0.1", "localhost");

// The code that an app shows for a secret in base32, a number of steps from now.
function code(secret, later = 0) {
  const bits = [...secret.replaceAll(" ", "")].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const digest = createHmac("sha1", key).update(step).digest();
  return String((digest.readUInt32BE(digest[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

async function byPassword(page) {
  await page.goto(`${server}/login`);
  await page.getByLabel("E-mail address").fill("mara@statuary.example");
  await page.getByLabel("Password").fill("kran und kai");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

const browser = await launch();
try {
  const { context, page } = await open(browser);
  const cdp = await context.newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  await cdp.send("WebAuthn.addVirtualAuthenticator", { options: {
    protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true,
  } });

  // The account requires a factor: she sets up an app at the next sign-in.
  await byPassword(page);
  await page.waitForURL(`${server}/`);
  await page.goto(`${server}/settings`);
  await page.getByLabel("Require a second factor").check();
  await page.getByRole("button", { name: "Save" }).click();
  await page.waitForURL(`${server}/settings`);
  await context.clearCookies();
  await byPassword(page);
  await page.getByRole("heading", { name: "Set up a second factor" }).waitFor();
  await inBoth(page, folder, "factors-setup");
  const secret = await page.locator("code").first().innerText();
  await page.getByLabel("Code").fill(code(secret));
  await page.locator("#name").fill("Phone");
  await page.getByRole("button", { name: "Add app" }).click();
  await page.getByRole("heading", { name: "Recovery codes" }).waitFor();
  await inBoth(page, folder, "factors-codes");
  const recovery = await page.locator(".codes code").first().innerText();
  await page.getByRole("link", { name: "I’ve saved them" }).click();
  await page.waitForURL(`${server}/`);

  // A passkey beside it.
  await page.goto(`${server}/account/factors/new`);
  await page.locator("#passkey-name").fill("Laptop");
  await page.getByRole("button", { name: "Add passkey" }).click();
  await page.waitForURL(`${server}/account/factors`);
  await page.getByText("Laptop").waitFor();
  await inBoth(page, folder, "factors");

  // The passkey signs her in, and a recovery code does, too.
  await context.clearCookies();
  await byPassword(page);
  await page.getByRole("heading", { name: "Second factor" }).waitFor();
  await inBoth(page, folder, "factors-ask");
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await page.waitForURL(`${server}/`);
  await context.clearCookies();
  await byPassword(page);
  await page.getByLabel("Code").fill("000000");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("alert").waitFor();
  await page.getByLabel("Code").fill(recovery);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL(`${server}/`);
  assert.equal((await page.goto(`${server}/account/factors`)).status(), 200);
  await page.getByText("9 codes are left").waitFor();
  await context.close();
  console.log("all steps done");
} finally {
  await browser.close();
}
