/** The keys of the list. What they act on is read when they are pressed, not when they were drawn. */
import type { RefObject } from "preact";
import { useKeys, useKeysSoon } from "~/keys/registry";
import type { ListHandle } from "~/parts/VirtualList";
import type { Decide } from "~/pages/errors/deciding";
import type { Listing } from "~/pages/errors/listing";

interface Given {
  listing: Listing;
  list: RefObject<ListHandle>;
  mayTriage: boolean;
  decide: Decide;
  open: (id: string) => void;
}

export function useListKeys({ listing, list, mayTriage, decide, open }: Given): void {
  const move = (by: number) => {
    listing.moveTo(listing.cursor + by);
    list.current?.show(listing.cursor);
  };
  const end = (to: number) => {
    listing.moveTo(to);
    list.current?.show(listing.cursor);
  };
  const hasRow = () => listing.at(listing.cursor) !== undefined;
  const isLoaded = () => listing.isLoaded;
  const triage = (keys: string, label: string, run: () => void) => ({ keys, label, run, when: () => mayTriage && hasRow() });
  const decides = (keys: string, label: string, run: () => void) => ({ ...triage(keys, label, run), decides: true });
  const shown = [
    { keys: "j", label: "Next error", run: () => move(1), when: isLoaded },
    { keys: "ArrowDown", label: "Next error", run: () => move(1), when: isLoaded },
    { keys: "k", label: "Previous error", run: () => move(-1), when: isLoaded },
    { keys: "ArrowUp", label: "Previous error", run: () => move(-1), when: isLoaded },
    { keys: "Home", label: "First and last", run: () => end(0), when: isLoaded },
    { keys: "End", label: "First and last", run: () => end(Infinity), when: isLoaded },
    { keys: "Enter", label: "Open", run: () => open(listing.order[listing.cursor]!), when: hasRow },
    { keys: "o", label: "Open", run: () => open(listing.order[listing.cursor]!), when: hasRow },
    { keys: "n", label: "Show what is new", run: () => decide.renew() },
    { keys: "/", label: "Search", run: () => document.querySelector<HTMLInputElement>("#error-search")?.focus() },
  ];
  const triaging = [
    triage("x", "Choose", () => listing.toggle(listing.cursor)),
    triage("Shift+X", "Choose up to here", () => listing.toggle(listing.cursor, true)),
    { keys: "Escape", label: "Choose none", run: () => listing.clear(), when: () => listing.marked.size > 0 },
    decides("e", "Resolve", () => decide.resolve()),
    decides("r", "Resolve", () => decide.resolve()),
    triage("Shift+R", "Resolve, with how", () => decide.ask("resolve")),
    decides("i", "Ignore", () => decide.ignore()),
    triage("Shift+I", "Ignore until", () => decide.ask("ignore")),
    decides("u", "Open again", () => decide.reopen()),
    triage("a", "Assign", () => decide.ask("assign")),
    triage("m", "Merge", () => decide.ask("merge")),
    triage("d", "Duplicate", () => decide.ask("duplicate")),
  ];
  useKeysSoon(!listing.isLoaded && !listing.error);
  useKeys("Errors", mayTriage ? [...shown, ...triaging] : shown);
}
