/** The one client of the API: queries over HTTP with the cookie of the sign-in, what is live over the socket. */
import { Client, fetchExchange, mapExchange, subscriptionExchange } from "@urql/preact";
import { askFailed, watched } from "~/api/again";
import { cache } from "~/api/cache";
import { onBackAgain, subscribe } from "~/api/connection";
import { codeOf } from "~/api/failures";
import { signal } from "~/api/signal";

/** Counts up when the server says that nobody is signed in here. */
export const signedOut = signal(0);

function make(): Client {
  return new Client({
    url: `${location.origin}/graphql`,
    preferGetMethod: false,
    requestPolicy: "cache-and-network",
    fetchOptions: { credentials: "same-origin", headers: { accept: "application/graphql-response+json" } },
    exchanges: [
      watched,
      mapExchange({
        onError: (error) => codeOf(error) === "UNAUTHENTICATED" && signedOut.set(signedOut.get() + 1),
      }),
      cache(),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query, variables, operationName }) => ({
          subscribe: (sink) => ({
            unsubscribe: subscribe({ query: query!, variables: variables as never, operationName }, sink as never),
          }),
        }),
      }),
    ],
  });
}

/** A new client for who signs in: what the one before has read is not theirs. */
export const client = signal(make());
export const renewClient = (): void => client.set(make());

onBackAgain(() => askFailed(client.get()));
