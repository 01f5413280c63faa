/** What mutations about errors do to the cache: shown at once, taken back by itself when refused. */
import type { Invalidates, Optimistic } from "~/api/cache";

interface Selected {
  errors: { ids?: string[] };
}
const success = (name: string, ids: string[] | undefined, change: object) => ({
  __typename: name,
  changedCount: ids?.length ?? 0,
  skippedCount: 0,
  skipped: [],
  errors: (ids ?? []).map((id) => ({ __typename: "Error", id, ...change })),
});
const toStatus = (name: string, status: string, statusCategory: string) => (args: unknown) =>
  success(name, (args as Selected).errors.ids, { status, statusCategory });

export const optimistic: Optimistic = {
  resolveErrors: toStatus("ResolveErrorsSuccess", "RESOLVED", "RESOLVED"),
  ignoreErrors: toStatus("IgnoreErrorsSuccess", "IGNORED", "MUTED"),
  reopenErrors: toStatus("ReopenErrorsSuccess", "OPEN", "UNRESOLVED"),
  setErrorSeverity: (args) => {
    const { errors, severity } = args as unknown as Selected & { severity: string };
    return success("SetErrorSeveritySuccess", errors.ids, { severity });
  },
};

export const invalidates: Invalidates = {
  createSavedView: ["savedViews"],
  updateSavedView: ["savedViews"],
  deleteSavedView: ["savedViews"],
};
