// Comes in by a one-time link with a virtual authenticator, leaves, and signs in
// again: node passkey.mjs JOB.json. Prints a line of JSON for whatever goes wrong.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const job = JSON.parse(readFileSync(process.argv[2], "utf8"));
const { chromium } = createRequire(job.modules + "/")("playwright-core");
const browser = await chromium.launch({ executablePath: job.browser, args: ["--no-sandbox"] });
const tell = (page, what) => console.log(JSON.stringify({ page, what: String(what).slice(0, 300) }));
const context = await browser.newContext({ locale: "es" });
const page = await context.newPage();
page.on("console", (m) => { if (m.type() === "error" && !/status of 4/.test(m.text())) tell("console", m.text()); });
page.on("pageerror", (e) => tell("page", e));
const cdp = await context.newCDPSession(page);
await cdp.send("WebAuthn.enable");
await cdp.send("WebAuthn.addVirtualAuthenticator", { options: { protocol: "ctap2", transport: "internal", hasResidentKey: true,
  hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
const asked = [];
page.on("request", (r) => asked.push(r.url() + " " + JSON.stringify(r.headers())));

const secret = job.link.split("#")[1];
await page.goto(job.link);
if (page.url().includes("#")) tell("enter", "the secret stays in the address");
await page.getByRole("button", { name: /Crear/ }).click();
await page.waitForURL(/\/(inbox|status)$/, { timeout: 8000 }).catch(async () => tell("enter", "nobody was let in: " + await page.locator("main").innerText()));
if (!(await page.content()).includes(job.handle)) tell("enter", "the page does not name the officer");
const cookies = await context.cookies();
if (!cookies.some((c) => c.httpOnly && c.sameSite === "Strict")) tell("cookie", JSON.stringify(cookies));
if (asked.some((a) => a.includes(secret))) tell("secret", "it stands in an address or a header");

await page.goto(job.origin + "/sessions");
await page.getByRole("button", { name: "Salir" }).click();
await page.goto(job.origin + "/inbox");
if (new URL(page.url()).pathname !== "/") tell("leave", "the pages stay open after leaving: " + page.url());
await page.getByRole("button", { name: /Entrar/ }).click();
await page.waitForURL(/\/(inbox|status)$/, { timeout: 8000 }).catch(async () => tell("signin", "nobody was let in: " + await page.locator("main").innerText()));

await context.clearCookies();
await page.goto("about:blank");
await page.goto(job.link);
await page.getByRole("button", { name: /Crear/ }).click();
await page.locator("#said:not([hidden])").waitFor({ timeout: 8000 }).catch(() => tell("again", "the link worked twice"));
await browser.close();
