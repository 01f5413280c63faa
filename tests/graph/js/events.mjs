// Watches the feed over server-sent events with the client of graphql-sse:
// `node events.mjs <url> <token> [query]`. Prints one line of JSON for each thing that happens.
import { createClient } from "graphql-sse";

const [url, token, asked] = process.argv.slice(2);
const say = (what) => console.log(JSON.stringify(what));
// This client does not send Last-Event-ID: it goes on after the last cursor that it saw.
let after = null;
const client = createClient({
  url,
  headers: () => ({ Authorization: `Bearer ${token}`, ...(after && { "Last-Event-ID": after }) }),
  retryAttempts: 100,
  retry: () => new Promise((resolve) => setTimeout(resolve, 50)),
  on: { connected: (isAgain) => say({ is: "connected", isAgain }) },
});
const query = asked ?? `subscription {
  errorFeed { kind cursor omitted changes { kind count cursor error { title status } } }
}`;
try {
  for await (const { data, errors } of client.iterate({ query })) {
    if (errors) say({ is: "errors", errors });
    else if (asked) say({ is: "answer", data });
    else {
      after = data.errorFeed.cursor;
      say({ is: "batch", ...data.errorFeed });
    }
  }
  say({ is: "complete" });
} catch (error) {
  say({ is: "refused", status: error.response?.status, message: error.message });
}
client.dispose();
