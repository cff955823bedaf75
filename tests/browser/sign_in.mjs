// Signs in with a real provider of OpenID Connect, which this program serves: node sign_in.mjs SCREENSHOT_FOLDER
// Prints the issuer. Whoever started this starts a server with it, and then sends GET ISSUER/begin?server=URL; the person Mara of the
// demo has the password `kran und kai`. Prints `all steps done`.
import assert from "node:assert/strict";
import http from "node:http";
import Provider from "oidc-provider";
import { inBoth, launch, open } from "./screens.mjs";

const [folder] = process.argv.slice(2);

// The people of the provider, by the name with which they sign in there.
const people = {
  jonas: { email: "jonas@statuary.example", email_verified: true, name: "Jonas Weber", groups: ["statuary-administrators"] },
  mallory: { email: "mara@statuary.example", email_verified: false, name: "Mallory" },
  stranger: { email: "stranger@statuary.example", email_verified: true, name: "Stranger" },
};
let provider, isAway = false, begin;
const begun = new Promise((resolve) => { begin = resolve; });

const listener = http.createServer((request, response) => {
  if (request.url.startsWith("/begin?")) {
    begin(new URL(request.url, issuer).searchParams.get("server"));
    return response.end("begun\n");
  }
  if (isAway && request.url.startsWith("/token")) return response.writeHead(503).end();
  return provider.callback()(request, response);
});
await new Promise((resolve) => { listener.listen(0, "127.0.0.1", resolve); });
const issuer = `http://127.0.0.1:${listener.address().port}`;
console.log(issuer);
const server = await begun;

provider = new Provider(issuer, {
  clients: [{
    client_id: "statuary", client_secret: "a secret & more", grant_types: ["authorization_code"], response_types: ["code"],
    redirect_uris: [`${server}/login/openid/callback`], post_logout_redirect_uris: [`${server}/login`],
    backchannel_logout_uri: `${server}/login/openid/logout`, backchannel_logout_session_required: true,
  }],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"], groups: ["groups"] },
  scopes: ["openid", "email", "profile", "groups"],
  pkce: { required: () => true },
  cookies: { keys: ["a key of this program"] },
  features: { backchannelLogout: { enabled: true }, devInteractions: { enabled: true } },
  // Without its guard against addresses of this machine.
  fetch: (url, { dispatcher, ...options }) => globalThis.fetch(url, options),
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
});
const refusals = [];
provider.on("server_error", (_, error) => refusals.push(String(error)));
const signedOut = [];
provider.on("backchannel.success", () => signedOut.push("success"));
provider.on("backchannel.error", (_, error) => signedOut.push(String(error)));

// Signs in at the provider, up to the way back.
async function agree(page, name) {
  await page.getByRole("link", { name: "Sign in with Harbor ID" }).click();
  await page.waitForURL(`${issuer}/interaction/**`);
  await page.locator("input[name=login]").fill(name);
  await page.locator("input[name=password]").fill("anything");
  await page.getByRole("button", { name: "Sign-in" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
  await page.waitForURL(`${server}/**`);
}

// A browser in which nobody is signed in anywhere.
async function fresh(browser) {
  const opened = await open(browser);
  await opened.page.goto(`${server}/login`);
  return opened;
}

const browser = await launch();
try {
  const { context, page } = await fresh(browser);
  await inBoth(page, folder, "login-openid");

  // An address that the provider has not verified takes no account over, and a stranger does not get in.
  await agree(page, "mallory");
  await page.getByRole("heading", { name: "You’re not signed in" }).waitFor();
  await page.getByText("Harbor ID has not verified your e-mail address").waitFor();
  await inBoth(page, folder, "openid-refused");
  await context.clearCookies();
  await page.goto(`${server}/login`);
  await agree(page, "stranger");
  await page.getByText("nobody has added you here").waitFor();

  // The first sign-in, with the group of administrators.
  await context.clearCookies();
  await page.goto(`${server}/login?return_to=%2Fpeople`);
  let back;
  page.on("request", (request) => { if (request.url().includes("/login/openid/callback")) back = request.url(); });
  await agree(page, "jonas");
  assert.equal(page.url(), `${server}/people`);
  await page.getByText("people in this account").waitFor();
  // The way back works once.
  const again = await page.goto(back);
  assert.equal(again.status(), 403);
  await page.goto(`${server}/account`);
  await page.getByRole("heading", { name: "Sign-in services" }).waitFor();
  await inBoth(page, folder, "account-openid");

  // Signing out here leads to the provider, and back.
  await page.goto(server);
  await page.locator("summary", { hasText: "Jonas Weber" }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL(`${issuer}/session/end**`);
  await page.getByRole("button", { name: "Yes, sign me out" }).click();
  await page.waitForURL(`${server}/login**`);

  // Without the group, he is no administrator any more.
  people.jonas.groups = [];
  await agree(page, "jonas");
  assert.equal((await page.goto(`${server}/people`)).status(), 403);

  // Signing out at the provider ends the session here.
  signedOut.length = 0;
  await page.goto(`${issuer}/session/end`);
  await page.getByRole("button", { name: "Yes, sign me out" }).click();
  await page.waitForURL(`${issuer}/session/end/success**`);
  assert.deepEqual(signedOut, ["success"]);
  await page.goto(`${server}/account`);
  assert.ok(page.url().startsWith(`${server}/login`), page.url());

  // While the provider is away, its page says so, and passwords work.
  isAway = true;
  await agree(page, "jonas");
  await page.getByText("Harbor ID can’t be reached").waitFor();
  await page.goto(`${server}/login`);
  await page.getByLabel("E-mail address").fill("mara@statuary.example");
  await page.getByLabel("Password").fill("kran und kai");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL(`${server}/`);
  assert.deepEqual(refusals, []);
  await context.close();
  console.log("all steps done");
} finally {
  await browser.close();
  listener.closeAllConnections();
  listener.close();
}
