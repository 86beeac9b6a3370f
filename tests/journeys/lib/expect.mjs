// Claims about numbers and texts, each with words for what is being claimed.

import assert from 'node:assert/strict';

/** Each throws unless the claim holds; `what` names the thing in the message. */
export const expect = {
  ok: (value, what) => assert.ok(value, what),
  equal: (seen, wanted, what) => assert.deepEqual(seen, wanted, `${what}: ${show(seen)}, not ${show(wanted)}`),
  match: (text, pattern, what) => assert.match(text, pattern, `${what}: ${show(text)} does not match ${pattern}`),
  above: (seen, bound, what) => assert.ok(seen > bound, `${what}: ${show(seen)} is not above ${bound}`),
  below: (seen, bound, what) => assert.ok(seen < bound, `${what}: ${show(seen)} is not below ${bound}`),
  close: (seen, wanted, tolerance, what) =>
    assert.ok(Math.abs(seen - wanted) <= tolerance, `${what}: ${show(seen)} is not within ${tolerance} of ${wanted}`),
};

function show(value) {
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value) ?? String(value);
}
