// Watches the feed with the client that dashboards use: `node watch.mjs <url> <token> [after]`.
// Prints one line of JSON for each thing that happens; it goes on by itself when the socket ends.
import { createClient } from "graphql-ws";
import WebSocket from "ws";

const [url, token, after = null] = process.argv.slice(2);
const say = (what) => console.log(JSON.stringify(what));
const client = createClient({
  url,
  webSocketImpl: WebSocket,
  connectionParams: { Authorization: `Bearer ${token}` },
  retryAttempts: 100,
  keepAlive: 1_000,
  // While the server is down there is no close event, only an error.
  shouldRetry: () => true,
  retryWait: () => new Promise((resolve) => setTimeout(resolve, 50)),
  on: {
    connected: () => say({ is: "connected" }),
    pong: () => say({ is: "pong" }),
    closed: (event) => say({ is: "closed", code: event.code }),
  },
});
const query = `subscription ($after: Cursor) {
  errorFeed(after: $after) { kind cursor omitted changes { kind count cursor error { title status } } }
}`;
try {
  for await (const { data, errors } of client.iterate({ query, variables: { after } })) {
    say(errors ? { is: "errors", errors } : { is: "batch", ...data.errorFeed });
  }
  say({ is: "complete" });
} catch (error) {
  say({ is: "refused", code: error.code, reason: String(error.reason ?? error.message) });
}
process.exit(0);
