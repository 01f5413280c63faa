/** Knows which queries are on the screen, to ask them again: all of them, or those that failed. */
import type { Client, Exchange, Operation } from "@urql/preact";
import { filter, pipe, tap } from "wonka";

const active = new Map<number, Operation>();
const failed = new Set<number>();

export const watched: Exchange =
  ({ forward }) =>
  (operations) =>
    pipe(
      operations,
      tap((operation) => {
        if (operation.kind === "query") active.set(operation.key, operation);
        if (operation.kind === "teardown") {
          active.delete(operation.key);
          failed.delete(operation.key);
        }
      }),
      forward,
      tap(({ operation, error }) => {
        if (error?.networkError) failed.add(operation.key);
        else failed.delete(operation.key);
      }),
      filter(() => true),
    );

function askAgain(client: Client, keys: Iterable<number>): void {
  for (const key of [...keys]) {
    const operation = active.get(key);
    if (!operation) continue;
    client.reexecuteOperation(
      client.createRequestOperation("query", operation, { ...operation.context, requestPolicy: "network-only" }),
    );
  }
}

/** Asks everything that is on the screen again. */
export const askAll = (client: Client): void => askAgain(client, active.keys());

/** Asks again what could not be asked while the server was away. */
export const askFailed = (client: Client): void => askAgain(client, failed);
