/** Decisions about errors, with what is said of them and how they are taken back. */
import { act } from "~/api/act";
import type { ErrorStatus, Severity } from "~/gql/enums";
import type {
  ErrorFilter, IgnoreErrorsMutationVariables, MergeErrorsMutationVariables, ResolutionInput,
} from "~/gql/graphql";
import { words } from "~/parts/Badge";
import {
  AssignDocument, DeleteErrorsDocument, DuplicateDocument, IgnoreDocument, MergeDocument, ReopenDocument, ResolveDocument, SeverityDocument,
  StatusDocument, UnassignDocument, UndoDocument, UnmarkDuplicateDocument, UnmergeDocument,
} from "~/parts/errors/documents";
import { full } from "~/parts/Num";
import { say } from "~/parts/toasts";

/** Which errors: these, or all that fit. */
export type Chosen =
  | { ids: string[]; name?: string }
  | { where: ErrorFilter; expectedCount: number };

const selectionOf = (chosen: Chosen) =>
  "ids" in chosen ? { ids: chosen.ids } : { where: chosen.where, expectedCount: chosen.expectedCount };

/** "SHOP-3", or "12 errors". */
export function named(chosen: Chosen, count?: number): string {
  if ("ids" in chosen && chosen.ids.length === 1 && chosen.name) return chosen.name;
  const many = count ?? ("ids" in chosen ? chosen.ids.length : chosen.expectedCount);
  return many === 1 ? "1 error" : `${full(many)} errors`;
}

interface Counted {
  changedCount: number;
  skippedCount: number;
  skipped: readonly { reason: string }[];
}

function tell(verb: string, chosen: Chosen, { changedCount, skippedCount, skipped }: Counted, undo?: () => void): void {
  const left = skippedCount ? ` ${full(skippedCount)} skipped: ${skipped[0]?.reason ?? "they cannot be changed"}` : "";
  if (!changedCount && skippedCount) say(`Nothing changed.${left}`, { kind: "bad" });
  else say(`${named(chosen, changedCount)} ${verb}.${left}`, { action: undo && changedCount ? { label: "Undo", run: undo } : undefined });
}

const refuse = (message: string): false => {
  say(message, { kind: "bad" });
  return false;
};

/** All that the last decision changed is as it was; what changed since is left as it is. */
async function takeBack(chosen: Chosen): Promise<void> {
  const { ok, refused } = await act(UndoDocument, { errors: selectionOf(chosen) });
  if (!ok) return void refuse(refused!.message);
  tell("as before", chosen, ok);
}

const undoOf = (chosen: Chosen) => ("ids" in chosen ? () => void takeBack(chosen) : undefined);

export async function resolve(chosen: Chosen, resolution?: ResolutionInput): Promise<boolean> {
  const { ok, refused } = await act(ResolveDocument, { errors: selectionOf(chosen), resolution });
  if (!ok) return refuse(refused!.message);
  tell("resolved", chosen, ok, undoOf(chosen));
  return true;
}

export async function reopen(chosen: Chosen): Promise<boolean> {
  const { ok, refused } = await act(ReopenDocument, { errors: selectionOf(chosen) });
  if (!ok) return refuse(refused!.message);
  tell("open again", chosen, ok, undoOf(chosen));
  return true;
}

export type Until = Pick<IgnoreErrorsMutationVariables, "until" | "occurrences" | "users">;

export async function ignore(chosen: Chosen, until: Until = {}): Promise<boolean> {
  const { ok, refused } = await act(IgnoreDocument, { errors: selectionOf(chosen), ...until });
  if (!ok) return refuse(refused!.message);
  tell("ignored", chosen, ok, undoOf(chosen));
  return true;
}

export async function setSeverity(chosen: Chosen, severity: Severity): Promise<boolean> {
  const { ok, refused } = await act(SeverityDocument, { errors: selectionOf(chosen), severity });
  if (!ok) return refuse(refused!.message);
  tell(`set to ${words(severity).toLowerCase()}`, chosen, ok, undoOf(chosen));
  return true;
}

export async function setStatus(id: string, name: string, status: ErrorStatus): Promise<boolean> {
  const { ok, refused } = await act(StatusDocument, { id, status });
  if (!ok) return refuse(refused!.message);
  say(`${name}: ${words(status).toLowerCase()}.`, { action: { label: "Undo", run: undoOf({ ids: [id], name })! } });
  return true;
}

export interface Assigning {
  assignee?: string | null;
  team?: string | null;
  dueDate?: string | null;
  notes?: string | null;
}

export async function assign(chosen: Chosen, to: Assigning): Promise<boolean> {
  const isNobody = !to.assignee && !to.team;
  const { ok, refused } = isNobody
    ? await act(UnassignDocument, { errors: selectionOf(chosen) })
    : await act(AssignDocument, { errors: selectionOf(chosen), ...to });
  if (!ok) return refuse(refused!.message);
  tell(isNobody ? "no longer assigned" : "assigned", chosen, ok as Counted);
  return true;
}

export async function merge(
  variables: MergeErrorsMutationVariables & { errors: string[] },
  onUndone: () => void,
): Promise<boolean> {
  const { ok, refused } = await act(MergeDocument, variables);
  if (!ok) return refuse(refused!.message);
  const undo = async () => {
    if (await unmerge(variables.primary, variables.errors)) onUndone();
  };
  say(`${named({ ids: variables.errors })} merged into ${ok.error.shortId}.`, { action: { label: "Undo", run: () => void undo() } });
  return true;
}

export async function unmerge(primary: string, errors: string[]): Promise<boolean> {
  const { ok, refused } = await act(UnmergeDocument, { primary, errors });
  if (!ok) return refuse(refused!.message);
  say(`${named({ ids: errors })} unmerged.`);
  return true;
}

export async function markDuplicate(duplicate: string, primary: string, reason?: string): Promise<boolean> {
  const { ok, refused } = await act(DuplicateDocument, { duplicate, primary, reason });
  if (!ok) return refuse(refused!.message);
  say(`${ok.duplicate.shortId} is a duplicate of ${ok.primary.shortId}.`, {
    action: { label: "Undo", run: () => void unmarkDuplicate(duplicate) },
  });
  return true;
}

export async function unmarkDuplicate(duplicate: string): Promise<boolean> {
  const { ok, refused } = await act(UnmarkDuplicateDocument, { duplicate });
  if (!ok) return refuse(refused!.message);
  say("No longer a duplicate.");
  return true;
}

export async function deleteErrors(ids: string[], discard: boolean): Promise<boolean> {
  const { ok, refused } = await act(DeleteErrorsDocument, { ids, discard });
  if (!ok) return refuse(refused!.message);
  say(`${named({ ids })} deleted, with ${full(ok.removed.occurrenceCount)} events.`);
  return true;
}
