// Signs in by the one-time link, lets an application act for the person, and lands where its codes go:
// node consent.mjs LOGIN_URL SERVER_URL CLIENT_ID REDIRECT_URI SCREENSHOT_FOLDER
// Whoever started this listens at REDIRECT_URI, and hears of the code. Prints `all steps done`.
import assert from "node:assert/strict";
import path from "node:path";
import { launch, look } from "./screens.mjs";

const [loginUrl, serverUrl, clientId, redirectUri, folder] = process.argv.slice(2);
const browser = await launch();

// RFC 7636, appendix B.
const challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

function question(state, more) {
  const query = new URLSearchParams({
    client_id: clientId, redirect_uri: redirectUri, response_type: "code", scope: "api_v3 openid", state,
    code_challenge: challenge, code_challenge_method: "S256", ...more,
  });
  return `${serverUrl}/oauth/authorize?${query}`;
}

async function run(javaScriptEnabled, colorScheme, steps) {
  const context = await browser.newContext({ javaScriptEnabled, colorScheme, reducedMotion: "reduce", viewport: { width: 900, height: 640 } });
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  const shot = (name) => page.screenshot({ path: path.join(folder, `${name}.png`) });
  await steps(page, shot);
  assert.deepEqual(complaints.filter((text) => !text.includes("404") && !text.includes("422")), []);
  return context;
}

try {
  const signedIn = await run(true, "light", async (page, shot) => {
    await page.goto(loginUrl);
    assert.equal(page.url(), `${serverUrl}/`);
    await page.goto(`${serverUrl}/applications`);
    await page.getByText("Signed in as").waitFor();
    await look(page, folder, "applications");

    await page.goto(question("s&t", {}));
    await page.getByRole("heading", { name: "to access your account?" }).waitFor();
    assert.equal(await page.getByRole("main").count(), 1);
    await look(page, folder, "consent");
    await page.getByRole("button", { name: "Deny" }).click();
    await page.waitForURL(/error=access_denied/);
    assert.equal(new URL(page.url()).searchParams.get("state"), "s&t");

    await page.goto(question("s&t", {}));
    await page.getByRole("button", { name: "Allow" }).click();
    await page.waitForURL(/[?&]code=/);
    assert.equal(new URL(page.url()).searchParams.get("state"), "s&t");
    assert.ok(page.url().startsWith(redirectUri));
    await page.getByText("the application has its code").waitFor();

    await page.goto(question("posted", { response_mode: "form_post" }));
    await page.getByRole("button", { name: "Allow" }).click();
    await page.waitForURL(redirectUri);
    await page.getByText("the application has its code").waitFor();

    await page.goto(serverUrl);
    await page.locator("summary", { hasText: "Mara Lindqvist" }).click();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL(`${serverUrl}/login`);
    await look(page, folder, "login");
  });
  await signedIn.close();

  const plain = await run(false, "dark", async (page, shot) => {
    await page.goto(loginUrl);
    await page.getByRole("heading", { name: "This link no longer works" }).waitFor();
    await shot("used-link");
    await page.goto(question("later", {}));
    assert.ok(page.url().startsWith(`${serverUrl}/login?return_to=`));
    await page.getByLabel("E-mail address").fill("mara@statuary.example");
    await page.getByLabel("Password").fill("not this one");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("alert").waitFor();
    await shot("login-failed-dark");
    await page.getByLabel("Password").fill("kran und kai");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("button", { name: "Allow" }).click();
    await page.waitForURL(/[?&]code=.*state=later/);
  });
  await plain.close();
  console.log("all steps done");
} finally {
  await browser.close();
}
