// Sets up second factors and signs in with them, with an authenticator of Chromium:
// node factors.mjs LOGIN_URL SERVER_URL SCREENSHOT_FOLDER
// Mara of the demo has the password `kran und kai`. Prints `all steps done`.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { inBoth, launch, open, STRICT } from "./screens.mjs";

const [, serverUrl, folder] = process.argv.slice(2);
// Passkeys belong to a domain, and not to an address.
const server = serverUrl.replace("127.0.0.1", "localhost");

// The code that an app shows for a secret in base32.
function code(secret) {
  const bits = [...secret.replaceAll(" ", "")].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const digest = createHmac("sha1", key).update(step).digest();
  return String((digest.readUInt32BE(digest[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

async function byPassword(page, where = "/login") {
  await page.goto(server + where);
  await page.getByLabel("E-mail address").fill("mara@statuary.example");
  await page.getByLabel("Password").fill("kran und kai");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

async function byCode(page, typed) {
  await page.getByLabel("Code").fill(typed);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

const browser = await launch();
try {
  const { context, page, complaints } = await open(browser);
  const cdp = await context.newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", { options: {
    protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true,
  } });

  // The account requires a factor: she sets up an app at the next sign-in.
  await byPassword(page, "/login?return_to=%2Fsettings");
  await page.getByLabel("Require a second factor").check();
  await page.getByRole("button", { name: "Save" }).click();
  await page.waitForURL(`${server}/login?return_to=%2Fsettings`);
  await byPassword(page, "/login?return_to=%2Faccount%2Ffactors");
  await page.getByRole("heading", { name: "Set up a second factor" }).waitFor();
  await inBoth(page, folder, "factors-setup", STRICT);
  const secret = await page.locator("main code").first().innerText();
  await page.getByLabel("Code").fill(code(secret));
  await page.locator("#name").fill("Phone");
  await page.getByRole("button", { name: "Add app" }).click();
  await page.getByRole("heading", { name: "Recovery codes" }).waitFor();
  await inBoth(page, folder, "factors-codes", STRICT);
  const recovery = await page.locator(".codes code").allInnerTexts();
  assert.equal(recovery.length, 10);
  await page.getByRole("link", { name: "I’ve saved them" }).click();
  await page.waitForURL(`${server}/account/factors`);

  // A passkey beside it, which needs the password; a person who cancels may try again.
  await page.getByRole("link", { name: "Add a second factor" }).click();
  await page.locator("#passkey-name").fill("Laptop");
  await inBoth(page, folder, "factors-new", STRICT);
  await page.locator("#passkey-proof").fill("kran und kai");
  await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true });
  await page.getByRole("button", { name: "Add passkey" }).click();
  await page.waitForURL(`${server}/account/factors`);
  await page.getByText("Laptop").waitFor();
  await inBoth(page, folder, "factors", STRICT);
  await page.getByRole("link", { name: "Remove “Phone”?" }).click();
  await page.getByRole("heading", { name: "Remove “Phone”?" }).waitFor();
  await inBoth(page, folder, "factors-remove", STRICT);

  // The passkey signs her in, by its own signature.
  await context.clearCookies();
  await byPassword(page, "/login?return_to=%2Faccount%2Ffactors");
  await page.getByRole("heading", { name: "Second factor" }).waitFor();
  await inBoth(page, folder, "factors-ask", STRICT);
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await page.waitForURL(`${server}/account/factors`);
  // One that is gone from the device says so.
  await context.clearCookies();
  await byPassword(page);
  await cdp.send("WebAuthn.clearCredentials", { authenticatorId });
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await page.getByText("The browser returned no passkey.").waitFor();
  // A wrong code does not sign in; the browser reports its response as an error.
  assert.deepEqual(complaints, []);
  await byCode(page, "000000");
  await page.getByText("This code or passkey is not valid.").waitFor();
  await context.close();

  // Without script, a recovery code signs in.
  const plain = await open(browser, { javaScriptEnabled: false });
  await byPassword(plain.page, "/login?return_to=%2Faccount%2Ffactors");
  assert.ok(!(await plain.page.getByRole("button", { name: "Use a passkey" }).isVisible()));
  await byCode(plain.page, recovery[0]);
  await plain.page.waitForURL(`${server}/account/factors`);
  await plain.page.getByText("9 codes are left").waitFor();
  await plain.context.close();
  console.log("all steps done");
} finally {
  await browser.close();
}
