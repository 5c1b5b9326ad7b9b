// Takes each page as it looks: node screens.mjs JOB.json, where the job names
// playwright-core's folder, the browser, the pages and where pictures go. Prints
// a line of JSON for whatever the browser complains of.
import { readFileSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";

const job = JSON.parse(readFileSync(process.argv[2], "utf8"));
const { chromium } = createRequire(job.modules + "/")("playwright-core");
const only = new RegExp(process.env.COMITY_ONLY || ".");
const browser = await chromium.launch({ executablePath: job.browser, args: ["--no-sandbox"] });
const tell = (page, what) => console.log(JSON.stringify({ page, what: String(what).slice(0, 300) }));
const axe = job.axe ? readFileSync(job.axe, "utf8") : "";
if (job.shots) mkdirSync(job.shots, { recursive: true });

for (const scheme of job.schemes) for (const width of job.widths) for (const lang of job.languages) {
  const context = await browser.newContext({ colorScheme: scheme, viewport: { width, height: 900 }, locale: lang, timezoneId: "America/Mexico_City", javaScriptEnabled: job.script });
  for (const p of job.pages) {
    if (!only.test(p.name)) continue;
    const url = job.sides[p.side];
    await context.clearCookies();
    if (p.who) await context.addCookies([{ name: "comity", value: p.who, url }]);
    const page = await context.newPage();
    const name = `${p.name}-${lang}-${scheme}-${width}`;
    page.on("console", (m) => { if (m.type() === "error" && !/status of 4/.test(m.text())) tell(name, m.text()); });
    page.on("pageerror", (e) => tell(name, e));
    page.on("dialog", (d) => { tell(name, "a dialog: " + d.message()); d.dismiss(); });
    await page.goto(url + p.path);
    for (const step of p.steps || []) {
      if (step.check) await page.locator(step.check).check();
      if (step.fill) await page.locator(step.fill).fill(step.with);
      if (step.open) while (await page.locator(step.open).count()) await page.locator(step.open).first().click();
      if (step.press) await Promise.all([page.waitForLoadState("load"), page.locator(step.press).first().click()]);
      await page.waitForTimeout(30);
    }
    const body = await page.content();
    if (p.holds && !body.includes(p.holds)) tell(name, `does not hold ${p.holds}`);
    if (job.script) {
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (axe) {
        await page.evaluate(axe);
        const found = await page.evaluate(() => axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }));
        for (const v of found.violations) tell(name, `${v.id}: ${v.help}: ${v.nodes.map((n) => n.target + " " + n.html.slice(0, 80)).join(" | ")}`);
      }
      if (over > 1) tell(name, `is ${over} pixels too wide`);
    }
    if (job.shots) await page.screenshot({ path: `${job.shots}/${name}.png`, fullPage: true });
    await page.close();
  }
  await context.close();
}
await browser.close();
