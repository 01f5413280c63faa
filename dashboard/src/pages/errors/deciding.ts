/** What is decided in the list, about the chosen rows or the one that the cursor is on. */
import { useMemo, useState } from "preact/hooks";
import { client } from "~/api/client";
import type { Severity } from "~/gql/enums";
import type { ErrorFilter } from "~/gql/graphql";
import { type Chosen, ignore, named, reopen, resolve, setSeverity } from "~/parts/errors/actions";
import { confirm } from "~/parts/confirm";
import { say } from "~/parts/toasts";
import { CountDocument, type Row } from "~/pages/errors/documents";
import type { Listing } from "~/pages/errors/listing";

export type Asking = "resolve" | "ignore" | "assign" | "merge" | "duplicate" | "delete";
export interface Asked {
  kind: Asking;
  chosen: Chosen;
  rows: Row[];
}

export interface Decide {
  resolve: () => void;
  ignore: () => void;
  reopen: () => void;
  severity: (severity: Severity) => void;
  ask: (kind: Asking) => void;
  renew: () => void;
}

/** The rows that something is decided about: those that are chosen, else the one that the cursor is on. */
export function rowsOf(listing: Listing): Row[] {
  const ids = listing.marked.size ? listing.order.filter((id) => listing.marked.has(id)) : [listing.order[listing.cursor] ?? ""];
  return ids.flatMap((id) => listing.row(id) ?? []);
}

export const chosenOf = (rows: readonly Row[]): Chosen => ({
  ids: rows.map(({ id }) => id),
  name: rows[0]?.shortId,
});

/** Whether all that fit are meant, and how many those were when it was said. */
export interface All {
  where: ErrorFilter;
  expectedCount: number;
}

export function useDeciding(listing: Listing, all: All | null, setAll: (all: All | null) => void) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const decide = useMemo<Decide>(() => {
    const done = () => {
      listing.clear();
      if (all) listing.renew();
      setAll(null);
    };
    /** At once for rows that are seen; what is not seen is asked about. */
    const run = async (verb: string, action: (chosen: Chosen) => Promise<boolean>) => {
      const chosen = all ?? chosenOf(rowsOf(listing));
      if ("ids" in chosen && !chosen.ids.length) return;
      if (all && !(await confirm({ title: `${verb} ${named(all)}?`, text: "All that fit the search, not only those that are shown. It cannot be undone in one step.", action: verb }))) return;
      if (!all) listing.clear();
      if ((await action(chosen)) && all) done();
    };
    return {
      resolve: () => void run("Resolve", resolve),
      ignore: () => void run("Ignore", ignore),
      reopen: () => void run("Reopen", reopen),
      severity: (severity) => void run("Change", (chosen) => setSeverity(chosen, severity)),
      renew: () => listing.renew(),
      ask: (kind) => {
        const rows = rowsOf(listing);
        if (kind === "merge" && rows.length < 2) say("Choose the errors to merge first: x chooses the one that you are on.");
        else setAsked({ kind, rows, chosen: all ?? chosenOf(rows) });
      },
    };
  }, [listing, all, setAll]);
  const close = () => setAsked(null);
  return { asked, decide, close };
}

/** How many errors fit now. */
export async function countOf(where: ErrorFilter): Promise<number | null> {
  const { data } = await client.get().query(CountDocument, { where }, { requestPolicy: "network-only" }).toPromise();
  return data?.errors?.totalCount ?? null;
}
