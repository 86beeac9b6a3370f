// Loads the engine as a module worker. The query names the build, so that no part of it comes stale out of a cache.
const build = self.location.search;
const { default: init } = await import(`./tenfold-engine.js${build}`);
await init({ module_or_path: new URL(`./tenfold-engine_bg.wasm${build}`, self.location.href) });
