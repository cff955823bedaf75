// Makes the pictures of the README and of the guide: 1440 px wide, in the light theme, at most 200 kB each.
// node pictures.mjs LOGIN_URL SERVER_URL FOLDER
// Prints `all steps done`.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";
import { launch, open } from "./screens.mjs";

const [loginUrl, serverUrl, folder] = process.argv.slice(2);
const browser = await launch();
// Name, address and height of each.
const PICTURES = [
  ["portfolio", "/", 680],
  ["tags", "/?group=tag", 680],
  ["workspace", "/workspaces/1", 900],
  ["programme", "/programmes/1", 780],
  ["desk", "/desk", 780],
  ["changes", "/changes", 700],
];
const MOST = 200_000;

// A PNG file with the same pixels, compressed as well as can be; browsers compress quickly.
function compressed(png) {
  const chunk = (name, data) => {
    const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    let sum = 0xffffffff;
    for (const byte of body) {
      sum ^= byte;
      for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
    }
    const check = Buffer.alloc(4);
    check.writeUInt32BE(~sum >>> 0);
    return Buffer.concat([length, body, check]);
  };
  const chunks = { IHDR: [], IDAT: [] };
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    chunks[png.toString("latin1", at + 4, at + 8)]?.push(png.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const pixels = zlib.deflateSync(zlib.inflateSync(Buffer.concat(chunks.IDAT)), { level: 9, memLevel: 9 });
  return Buffer.concat([png.subarray(0, 8), chunk("IHDR", chunks.IHDR[0]), chunk("IDAT", pixels), chunk("IEND", Buffer.alloc(0))]);
}

try {
  const { page, complaints } = await open(browser, { colorScheme: "light" });
  await page.goto(loginUrl);
  await page.locator(".heat").waitFor();
  for (const [name, where, height] of PICTURES) {
    await page.setViewportSize({ width: 1440, height });
    await page.goto(serverUrl + where);
    const file = path.join(folder, `${name}.png`);
    const picture = compressed(await page.screenshot());
    assert.ok(picture.length <= MOST, `${name} has ${picture.length} bytes`);
    fs.writeFileSync(file, picture);
    console.log(`${name} ${picture.length}`);
  }
  assert.deepEqual(complaints, []);
  console.log("all steps done");
} finally {
  await browser.close();
}
