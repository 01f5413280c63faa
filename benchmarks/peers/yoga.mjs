// GraphQL Yoga with graphql-jit and hand-written SQL over the tables of Tocsin, as an experienced
// user would write the list of errors: `node yoga.mjs DATABASE_URL PORT`. It prints "ready".
//
// One statement for the page, one for each kind of thing below it (DataLoader), all prepared. The
// database's owner connects, and nothing asks who calls. Its pool is of the size that served it best.

import { createServer } from "node:http";
import { availableParallelism } from "node:os";
import { useGraphQlJit } from "@envelop/graphql-jit";
import DataLoader from "dataloader";
import { createSchema, createYoga } from "graphql-yoga";
import pg from "pg";

const [connectionString, port] = process.argv.slice(2);
// Measured: with ten all of us take more of PostgreSQL, with two it is the same as with three.
const poolSize = availableParallelism() + 1;
const pool = new pg.Pool({ connectionString, max: poolSize });
// Moments are passed on as PostgreSQL writes them, with microseconds.
pg.types.setTypeParser(1184, (text) => text.replace(" ", "T").replace(/\+00$/, "+00:00"));
const ask = async (name, text, values) => (await pool.query({ name, text, values })).rows;

const typeDefs = /* GraphQL */ `
  type User { id: ID! name: String! email: String! }
  type Assignment { id: ID! assignee: User }
  type Occurrence { id: ID! occurredAt: String! message: String! }
  type Error {
    id: ID! title: String! culprit: String! status: String! severity: String! environment: String
    occurrenceCount: String! usersAffectedCount: String! firstSeenAt: String! lastSeenAt: String!
    tags: [String!]!
    activeAssignment: Assignment
    latestOccurrences(first: Int = 3): [Occurrence!]!
  }
  type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
  type ErrorEdge { cursor: String! node: Error! }
  type ErrorConnection { totalCount: Int! pageInfo: PageInfo! edges: [ErrorEdge!]! }
  type Query {
    errors(organization: ID!, category: String!, severity: String!, first: Int = 50, after: String): ErrorConnection!
  }`;

const FITS = `organization_id = $1 AND status_category = $2 AND severity = $3 AND merged_into_id IS NULL`;
const PAGE = `
  SELECT id, organization_id, title, culprit, status, severity, environment,
    occurrence_count AS "occurrenceCount", users_affected_count AS "usersAffectedCount",
    first_seen_at AS "firstSeenAt", last_seen_at AS "lastSeenAt", tags, listed_at
  FROM errors WHERE ${FITS}`;
const COUNT = `SELECT count(*)::int AS n FROM errors WHERE ${FITS}`;
const ORDER = `ORDER BY listed_at DESC, id DESC LIMIT $4`;
const ASSIGNMENTS = `
  SELECT DISTINCT ON (error_id) id, error_id, assigned_to FROM assignments
  WHERE organization_id = $1 AND error_id = ANY ($2::uuid[]) AND is_active
  ORDER BY error_id, created_at DESC, id DESC`;
const OCCURRENCES = `
  SELECT o.* FROM unnest($2::uuid[], $3::timestamptz[], $4::timestamptz[]) AS e (id, first_at, last_at),
  LATERAL (
    SELECT id, error_id, occurred_at AS "occurredAt", message FROM occurrences AS o
    WHERE o.organization_id = $1 AND o.error_id = e.id AND o.occurred_at BETWEEN e.first_at AND e.last_at
    ORDER BY o.occurred_at DESC, o.id DESC LIMIT $5
  ) AS o`;
const USERS = `SELECT id, name, email FROM users WHERE id = ANY ($1::uuid[])`;

const cursorOf = (error) => Buffer.from(`${error.listed_at}|${error.id}`).toString("base64");
const placed = (rows, key, ids) => {
  const found = new Map(rows.map((row) => [row[key], row]));
  return ids.map((id) => found.get(id) ?? null);
};

const loaders = () => {
  const latest = new Map();
  return {
    users: new DataLoader(async (ids) => placed(await ask("users", USERS, [ids]), "id", ids)),
    assignments: new DataLoader(
      async (errors) => {
        const ids = errors.map((error) => error.id);
        return placed(await ask("assignments", ASSIGNMENTS, [errors[0].organization_id, ids]), "error_id", ids);
      },
      { cacheKeyFn: (error) => error.id },
    ),
    latest: (first) => {
      if (!latest.has(first)) {
        const load = async (errors) => {
          const columns = ["id", "firstSeenAt", "lastSeenAt"].map((name) => errors.map((error) => error[name]));
          const rows = await ask("occurrences", OCCURRENCES, [errors[0].organization_id, ...columns, first]);
          const of = new Map(errors.map((error) => [error.id, []]));
          for (const row of rows) of.get(row.error_id).push(row);
          return errors.map((error) => of.get(error.id));
        };
        latest.set(first, new DataLoader(load, { cacheKeyFn: (error) => error.id }));
      }
      return latest.get(first);
    },
  };
};

const resolvers = {
  Query: {
    errors: async (_, { organization, category, severity, first, after }) => {
      const fits = [organization, category, severity];
      const rows = after
        ? await ask("after", `${PAGE} AND (listed_at, id) < ($5::timestamptz, $6::uuid) ${ORDER}`, [
            ...fits, first + 1, ...Buffer.from(after, "base64").toString().split("|"),
          ])
        : await ask("page", `${PAGE} ${ORDER}`, [...fits, first + 1]);
      const edges = rows.slice(0, first).map((node) => ({ cursor: cursorOf(node), node }));
      return {
        edges,
        fits,
        pageInfo: {
          hasNextPage: rows.length > first,
          hasPreviousPage: Boolean(after),
          startCursor: edges[0]?.cursor,
          endCursor: edges.at(-1)?.cursor,
        },
      };
    },
  },
  ErrorConnection: {
    totalCount: async ({ fits }) => (await ask("count", COUNT, fits))[0].n,
  },
  Error: {
    activeAssignment: (error, _, context) => context.assignments.load(error),
    latestOccurrences: (error, { first }, context) => context.latest(first).load(error),
  },
  Assignment: { assignee: (assignment, _, context) => context.users.load(assignment.assigned_to) },
};

const yoga = createYoga({
  schema: createSchema({ typeDefs, resolvers }),
  context: loaders,
  graphqlEndpoint: "/graphql",
  logging: false,
  graphiql: false,
  plugins: [useGraphQlJit()],
});
const server = createServer(yoga);
server.listen(Number(port), "127.0.0.1", () => console.log("ready"));
process.once("SIGTERM", () => process.exit(0));
