// What every program in JavaScript needs: draws, a recorder, and the line that tells what it did.

export const exponential = (mean) => -Math.log(1 - Math.random()) * mean;
export const below = (n) => Math.floor(Math.random() * n);

/** Each power of two is cut into 128 buckets: percentiles are within 1 %. */
export class Recorder {
  count = 0;
  sum = 0;
  buckets = new Uint32Array(64 * 128);

  record(secs) {
    this.count += 1;
    this.sum += secs;
    const ns = secs * 1e9;
    const octave = Math.max(0, 31 - Math.clz32(ns / 128));
    this.buckets[octave * 128 + Math.floor(ns / 2 ** octave)] += 1;
  }
  quantile(share) {
    const rank = Math.ceil(share * this.count);
    let seen = 0;
    const at = this.buckets.findIndex((n) => (seen += n) >= rank);
    const octave = Math.max(0, Math.floor(at / 128) - 1);
    return ((at - octave * 128 + 0.5) * 2 ** octave) / 1e9;
  }
}

/** Runs what the arguments ask for: WORKLOAD CUSTOMERS. Each workload gives its events and a recorder. */
export function main(workloads) {
  const [name, customers] = process.argv.slice(2);
  const n = Number(customers);
  if (!(name in workloads) || !(n >= 1)) {
    console.error(`error: give a workload (${Object.keys(workloads).join(", ")}) and a number of customers, such as 1e5`);
    process.exit(2);
  }
  // The optimising compiler has seen the code by then, as in the other languages.
  workloads[name](Math.min(n, 1e5));
  const begun = process.cpuUsage();
  const { events, seen } = workloads[name](n);
  const used = process.cpuUsage(begun);
  const seconds = (used.user + used.system) / 1e6;
  console.log(JSON.stringify({ events, requests: seen.count, mean: seen.sum / seen.count, p99: seen.quantile(0.99), seconds }));
}
