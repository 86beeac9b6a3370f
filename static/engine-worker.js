// Loads the page's own program into a worker, where it serves as the engine. The query names its files.
const files = new URL(self.location.href).searchParams;
const { default: init } = await import(files.get("module"));
await init({ module_or_path: files.get("wasm") });
