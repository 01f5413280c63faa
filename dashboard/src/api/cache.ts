/** What the cache must know: which lists are pages of one, and what pages say of their own mutations. */
import { cacheExchange, type CacheExchangeOpts, type UpdateResolver } from "@urql/exchange-graphcache";
import { relayPagination } from "@urql/exchange-graphcache/extras";
import { connections, members, withoutId } from "~/gql/cache";

/** What a page's `cache.ts` may export beside `invalidates`. */
export type Updates = Record<string, UpdateResolver>;
export type Optimistic = NonNullable<CacheExchangeOpts["optimistic"]>;
/** The fields of Query that a mutation makes untrue: `{ createTeam: ["teams"] }`. */
export type Invalidates = Record<string, readonly string[]>;

interface PageCache {
  updates?: Updates;
  optimistic?: Optimistic;
  invalidates?: Invalidates;
}

const pages = Object.values(import.meta.glob<PageCache>("../pages/*/cache.ts", { eager: true }));

/** Forgets every answer of these fields of Query: what shows them asks again. */
export const forget = (fields: readonly string[]): UpdateResolver => (_result, _args, cache) => {
  for (const { fieldName, fieldKey } of cache.inspectFields("Query")) {
    if (fields.includes(fieldName)) cache.invalidate("Query", fieldKey);
  }
};

function updates(): Updates {
  const all: Updates = {};
  for (const page of pages) {
    for (const [mutation, fields] of Object.entries(page.invalidates ?? {})) all[mutation] = forget(fields);
    Object.assign(all, page.updates);
  }
  return all;
}

/** Lists that who shows them puts together: those of thousands of rows, and those that a feed adds to at the top. */
const APART: Record<string, readonly string[]> = { Query: ["errors", "notifications"] };

const pagedFields = (fields: readonly string[]) =>
  Object.fromEntries(fields.map((field) => [field, relayPagination()]));

export const cache = () =>
  cacheExchange({
    keys: Object.fromEntries(withoutId.map((type) => [type, () => null])),
    resolvers: Object.fromEntries(
      Object.entries(connections).map(([type, fields]) => [
        type,
        pagedFields(fields.filter((field) => !APART[type]?.includes(field))),
      ]),
    ),
    updates: { Mutation: updates() },
    optimistic: Object.assign({}, ...pages.map((page) => page.optimistic ?? {})),
    possibleTypes: members as unknown as Record<string, string[]>,
    logger: import.meta.env.DEV ? undefined : () => undefined,
  });
