// Runs the audits of GraphQL over HTTP: `node audit.mjs <url> <token>` prints one line of JSON.
import { auditServer } from "graphql-http";

const [url, token] = process.argv.slice(2);
const fetchFn = (address, init = {}) =>
  fetch(address, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } });
const results = await auditServer({ url, fetchFn });
const missed = results
  .filter((result) => result.status !== "ok")
  .map(({ id, name, status, reason }) => ({ id, name, status, reason }));
// The name of an audit begins with how much the specification insists: MUST, SHOULD or MAY.
const passed = {};
for (const { name, status } of results) {
  const [level] = name.split(" ");
  passed[level] = (passed[level] ?? 0) + (status === "ok" ? 1 : 0);
}
console.log(JSON.stringify({ total: results.length, passed, missed }));
