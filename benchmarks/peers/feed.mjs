// The live feed with graphql-ws, ws and ioredis, as their documentation shows it: graphql-js runs
// each subscriber's selection for each event. `node feed.mjs REDIS_URL PORT`. It prints "ready".
//
// Events come finished over Redis, through one subscription of the process. Nobody asks who watches.

import { EventEmitter, on } from "node:events";
import { createServer } from "node:http";
import { buildSchema } from "graphql";
import { useServer } from "graphql-ws/use/ws";
import { Redis } from "ioredis";
import { WebSocketServer } from "ws";

const [redisUrl, port] = process.argv.slice(2);

const schema = buildSchema(/* GraphQL */ `
  type Service { id: ID! name: String! }
  type Error {
    id: ID! title: String! culprit: String! status: String! severity: String! level: String!
    environment: String occurrenceCount: Int! usersAffectedCount: Int!
    firstSeenAt: String! lastSeenAt: String! service: Service!
  }
  type Change { kind: String! cursor: String! at: String! count: Int! error: Error }
  type Batch { kind: String! cursor: String! omitted: Int! changes: [Change!]! }
  type Query { ok: Boolean! }
  type Subscription { errorFeed: Batch! }`);

const events = new EventEmitter();
events.setMaxListeners(0);
const redis = new Redis(redisUrl);
await redis.subscribe("changes");
redis.on("message", (_channel, text) => events.emit("batch", JSON.parse(text)));

const OPENING = { kind: "CHANGES", cursor: "", omitted: 0, changes: [] };
async function* errorFeed() {
  const batches = on(events, "batch");
  yield { errorFeed: OPENING };
  for await (const [batch] of batches) yield { errorFeed: batch };
}

const server = createServer();
useServer(
  { schema, roots: { subscription: { errorFeed } } },
  new WebSocketServer({ server, path: "/graphql" }),
);
server.listen(Number(port), "127.0.0.1", () => console.log("ready"));
process.once("SIGTERM", () => process.exit(0));
