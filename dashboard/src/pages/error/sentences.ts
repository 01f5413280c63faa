/** What happened to an error, in words. */
import { words } from "~/parts/Badge";
import { full } from "~/parts/Num";
import { exactly, onDay } from "~/parts/Time";
import type { Entry } from "~/pages/error/tabs/Activity";

const low = (name: string | null | undefined): string => (name ? words(name).toLowerCase() : "?");

type Sentence = (entry: Entry) => string;

const resolved: Sentence = ({ resolution }) => {
  switch (resolution?.fixedIn) {
    case "THIS_RELEASE": return `resolved it in ${resolution.release ?? "this release"}`;
    case "NEXT_RELEASE": return "resolved it in the next release";
    case "COMMIT": return `resolved it by commit ${resolution.commit?.slice(0, 10) ?? ""}`;
    default: return "resolved it";
  }
};

const ignored: Sentence = ({ ignoredUntil, ignoredForOccurrences, ignoredForUsers }) => {
  if (ignoredUntil) return `ignored it until ${exactly(ignoredUntil)}`;
  if (ignoredForOccurrences) return `ignored it until it happens ${full(ignoredForOccurrences)} more times`;
  if (ignoredForUsers) return `ignored it until it meets ${full(ignoredForUsers)} more users`;
  return "ignored it";
};

const assigned: Sentence = ({ assignee, team, dueDate }) => {
  const to = assignee?.name ?? (team ? `#${team.name}` : "somebody");
  return `assigned it to ${to}${dueDate ? `, until ${onDay(dueDate)}` : ""}`;
};

const SENTENCES: Partial<Record<Entry["kind"], Sentence>> = {
  ASSIGNED: assigned,
  UNASSIGNED: ({ assignee, team }) => `took it from ${assignee?.name ?? (team ? `#${team.name}` : "who had it")}`,
  DUE_SOON: ({ assignee, dueDate }) => `reminds ${assignee?.name ?? "who has it"}: due ${dueDate ? onDay(dueDate) : "soon"}`,
  OVERDUE: ({ assignee, dueDate }) => `reminds ${assignee?.name ?? "who has it"}: overdue${dueDate ? ` since ${onDay(dueDate)}` : ""}`,
  AUTO_RESOLVED: () => "counts it as resolved: it was quiet for long enough",
  COMMENTED: ({ comment }) => (comment?.isDeleted ? "said something that was deleted" : "said"),
  COMMENT_DELETED: () => "deleted a comment",
  COMMENT_EDITED: () => "changed a comment",
  ESCALATED: () => "escalated it",
  ESCALATION_ACKNOWLEDGED: () => "acknowledged the call",
  FOLLOW_UP_DONE: () => "did what the resolution left to do",
  FOLLOW_UP_OPENED: () => "left something to do after it",
  IGNORED: ignored,
  IGNORE_ENDED: () => "no longer ignores it",
  MARKED_DUPLICATE: () => "marked it as a duplicate",
  UNMARKED_DUPLICATE: () => "no longer marks it as a duplicate",
  MERGED: () => "merged others into it",
  MERGED_INTO: () => "merged it into another",
  UNDONE: ({ statusAfter }) => (statusAfter ? `took that back: it is ${low(statusAfter)} again` : "took that back"),
  UNMERGED: () => "unmerged others from it",
  UNMERGED_FROM: () => "unmerged it from another",
  PRIORITY_CHANGED: ({ priorityAfter }) => (priorityAfter ? `set its priority to ${priorityAfter}` : "took its priority away"),
  REGRESSED: ({ release }) => `saw it come back${release ? ` in ${release}` : ""}`,
  REOPENED: () => "opened it again",
  RESOLUTION_TESTED: ({ hasPassed }) => (hasPassed ? "tested the resolution: it holds" : "tested the resolution: it does not hold"),
  RESOLVED: resolved,
  SEVERITY_CHANGED: ({ severityBefore, severityAfter }) => `changed its severity from ${low(severityBefore)} to ${low(severityAfter)}`,
  STATUS_CHANGED: ({ statusBefore, statusAfter }) => `moved it from ${low(statusBefore)} to ${low(statusAfter)}`,
  TYPE_CHANGED: ({ typeAfter }) => `changed its type to ${typeAfter ?? "?"}`,
};

/** Also of kinds that a later version of the server adds. */
export const sentenceOf: Sentence = (entry) => SENTENCES[entry.kind]?.(entry) ?? low(entry.kind);
