// Waiting for something to become true, with a message that says what never did.

/**
 * Calls `probe` until it returns something truthy, and hands that back.
 *
 *   const p99 = await until(async () => (await reading('p99')) > 0.2, { what: 'p99 above 200 ms' });
 *
 * When it never does, the error says `what`, for how long, and the last value or error seen.
 */
export async function until(probe, { what, ms = 10_000, every = 50 }) {
  const start = performance.now();
  let last;
  for (;;) {
    try {
      const value = await probe();
      if (value) return value;
      last = `last seen: ${JSON.stringify(value) ?? String(value)}`;
    } catch (error) {
      last = `last error: ${error.message}`;
    }
    if (performance.now() - start > ms) throw new Error(`waited ${ms / 1000} s in vain for ${what}; ${last}`);
    await new Promise((again) => setTimeout(again, every));
  }
}
