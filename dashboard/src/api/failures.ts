/** What went wrong, in a sentence for a person, and what they may try. */
import type { CombinedError } from "@urql/preact";

export interface Trouble {
  what: string;
  tryThis: string;
}

/** The code of the first error that has one. */
export function codeOf(error: CombinedError | undefined): string | undefined {
  for (const { extensions } of error?.graphQLErrors ?? []) {
    if (typeof extensions?.code === "string") return extensions.code;
  }
  return undefined;
}

const TRIES: Record<string, string> = {
  FORBIDDEN: "Ask an owner or an administrator of the organization for the right to do this.",
  NOT_FOUND: "It may have been removed, or belong to another organization.",
  UNAUTHENTICATED: "Sign in again.",
  UNAVAILABLE: "The database is away. It is asked again as soon as it is back.",
  RESTARTING: "The server restarts. It is asked again in a moment.",
  RATE_LIMITED: "Wait a minute, then try again.",
  TOO_MANY_OPERATIONS: "Close other tabs of the dashboard, then reload this one.",
  FOREIGN_ORIGIN: "Open the dashboard at the address that TOCSIN_PUBLIC_URL names.",
};

/** Say what happened and what to try. */
export function troubleOf(error: CombinedError): Trouble {
  const code = codeOf(error);
  const [first] = error.graphQLErrors;
  if (first && code === "INTERNAL") {
    const id = first.extensions?.id;
    return { what: first.message, tryThis: `Try again. The log has more${id ? ` under ${String(id)}` : ""}.` };
  }
  if (first) return { what: first.message, tryThis: (code && TRIES[code]) || "Try again, or reload the page." };
  return { what: "The server does not answer.", tryThis: "It is asked again as soon as it is back." };
}
