// PostGraphile over the tables of Tocsin, as an experienced user would set it up for the list of
// errors: `node postgraphile.mjs DATABASE_URL PORT`. It prints "ready" and serves /graphql.
//
// The database's owner connects, so row-level security does not burden it, and nothing asks who calls.
// Its pool is of the size that served it best.

import { createServer } from "node:http";
import { availableParallelism } from "node:os";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { jsonPgSmartTags } from "postgraphile/utils";
import { postgraphile } from "postgraphile";

const [connectionString, port] = process.argv.slice(2);
// Measured: with ten all of us take more of PostgreSQL, with two it is the same as with three.
const poolSize = availableParallelism() + 1;

// What the schema does not say by itself: partitions leave occurrences without a foreign key to
// errors, and a view (see postgraphile.sql) has no keys at all.
const ofError = "(organization_id, error_id) references public.errors (organization_id, id)";
const tags = jsonPgSmartTags({
  version: 1,
  config: {
    class: {
      "public.occurrences": { tags: { foreignKey: `${ofError}|@foreignFieldName occurrences` } },
      "peer.active_assignments": {
        tags: {
          primaryKey: "organization_id,id",
          foreignKey: [
            `${ofError}|@foreignFieldName activeAssignments`,
            "(assigned_to) references public.users (id)|@fieldName assignee",
          ],
        },
      },
    },
  },
});

const preset = {
  extends: [PostGraphileAmberPreset],
  plugins: [tags],
  // Without NodePlugin no ids are made up. PgIndexBehaviorsPlugin would offer to filter and to sort by
  // the first column of an index only.
  disablePlugins: ["NodePlugin", "PgIndexBehaviorsPlugin"],
  pgServices: [makePgService({ connectionString, schemas: ["public", "peer"], poolConfig: { max: poolSize } })],
  grafserv: { graphqlPath: "/graphql", watch: false, graphiql: false },
  grafast: { explain: false },
  schema: { dontSwallowErrors: true },
};

const served = postgraphile(preset).createServ(grafserv);
const server = createServer();
await served.addTo(server);
server.listen(Number(port), "127.0.0.1", () => console.log("ready"));
process.once("SIGTERM", () => process.exit(0));
