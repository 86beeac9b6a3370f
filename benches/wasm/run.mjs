// node run.mjs FOLDER WORKLOAD REQUESTS: measures a workload in WebAssembly. FOLDER is what wasm-bindgen made of the program beside this file.
import { createRequire } from "node:module";
import { resolve } from "node:path";

const [folder, workload, requests] = process.argv.slice(2);
const { measure } = createRequire(import.meta.url)(resolve(folder, "tenfold_bench_wasm.js"));
const clock = () => {
  const used = process.cpuUsage();
  return (used.user + used.system) / 1e6;
};
// Until the optimising compiler has seen it, the first million events are slower.
measure(workload, 300_000, clock);
const [answered, seconds, mean, p99] = measure(workload, Number(requests), clock);
console.log(JSON.stringify({ events: null, requests: answered, mean, p99, seconds }));
