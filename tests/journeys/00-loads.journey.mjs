export const name = 'the page opens, says who it is, and starts without a fault';

export async function run({ newPage, until, expect }) {
  const page = await newPage();
  expect.match(await page.title(), /Tenfold/, 'title');
  // The heading may come with the program and not with the document.
  const heading = await until(() => page.locator('h1').first().textContent({ timeout: 1_000 }), { what: 'a heading' });
  expect.match(heading, /Tenfold/, 'heading');
  // A worker that cannot start says so a moment later.
  await page.waitForLoadState('networkidle');
}
