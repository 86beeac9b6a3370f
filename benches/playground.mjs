// node playground.mjs PLAYWRIGHT CHROMIUM URL MODEL SECONDS: opens a model in the page, lets it run as fast as it can, and tells how far it came and how
// many frames the page showed meanwhile. PLAYWRIGHT is the folder of playwright-core.
import { createRequire } from "node:module";

const [playwright, executablePath, url, model, seconds] = process.argv.slice(2);
const { chromium } = createRequire(import.meta.url)(playwright);
const args = ["--disable-gpu", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])];
const browser = await chromium.launch({ executablePath, args });
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
const by = (id) => page.locator(`[data-testid="${id}"]`);
await page.goto(url);
await by("open-file").setInputFiles(model);
await by("node-orders").waitFor();
await by("speed-max").click();

/** Simulated seconds: `1:02:03` is hours, minutes and seconds, days before them. */
const clock = async () => {
  const words = await by("clock").textContent();
  const [, days, time] = words.match(/(?:(\d+) ?d\w* ?)?([\d:.]+)/);
  return Number(days ?? 0) * 86_400 + time.split(":").reduce((sum, part) => 60 * sum + Number(part), 0);
};
// Until the optimising compiler has seen the engine, and its caches are full.
await page.waitForTimeout(5_000);
await page.evaluate(() => {
  window.frames = 0;
  const note = () => {
    window.frames += 1;
    requestAnimationFrame(note);
  };
  requestAnimationFrame(note);
});
const [from, begun] = [await clock(), performance.now()];
await page.waitForTimeout(1_000 * seconds);
const [to, ended] = [await clock(), performance.now()];
const frames = await page.evaluate(() => window.frames);
await browser.close();
console.log(JSON.stringify({ simulated_s: to - from, seconds: (ended - begun) / 1e3, frames }));
