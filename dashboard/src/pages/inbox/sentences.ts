/** What one is told, in a sentence: by whom, or that it is so. */
import type { Told } from "~/app/inbox";
import type { IconName } from "~/parts/Icon";

/** After the name of who did it; without one; and the picture then. */
const WORDS: Record<Told["kind"], [did: (it: string) => string, is: (it: string) => string, icon: IconName]> = {
  ESCALATED: [(it) => `called you to ${it}`, (it) => `You are called to ${it}`, "up_right"],
  OVERDUE: [(it) => `reminds you of ${it} that is overdue`, (it) => `Overdue: ${it} you have`, "history"],
  DUE_SOON: [(it) => `reminds you of ${it} that is due soon`, (it) => `Due within a day: ${it} you have`, "history"],
  ASSIGNED: [(it) => `assigned you ${it}`, (it) => `You are assigned ${it}`, "person"],
  MENTIONED: [(it) => `mentioned you on ${it}`, (it) => `You are mentioned on ${it}`, "reports"],
  TEAM_ASSIGNED: [(it) => `assigned your team ${it}`, (it) => `Your team is assigned ${it}`, "people"],
  REGRESSED: [(it) => `brought back ${it} you follow`, (it) => `Back again: ${it} you follow`, "history"],
  RESOLVED: [(it) => `resolved ${it} you follow`, (it) => `Resolved by itself: ${it} you follow`, "check"],
  MERGED: [(it) => `merged ${it} you follow`, (it) => `Merged: ${it} you follow`, "merge"],
  COMMENTED: [(it) => `commented on ${it} you follow`, (it) => `New comment on ${it} you follow`, "reports"],
  REPORT_ASSIGNED: [(it) => `assigned you ${it}`, (it) => `You are assigned ${it}`, "reports"],
};

export function sentenceOf({ kind, actor, count }: Told): { who?: string; what: string; icon: IconName } {
  const [did, is, icon] = WORDS[kind];
  const noun = kind === "REPORT_ASSIGNED" ? "report" : "error";
  const it = count > 1 ? `${count} ${noun}s` : `${noun === "error" ? "an" : "a"} ${noun}`;
  return actor ? { who: actor.name, what: did(it), icon } : { what: is(it), icon };
}

/** Where it is to be seen; nowhere when it is gone, or not to be seen any more. */
export function placeOf({ subject }: Told): string | null {
  if (!subject) return null;
  return subject.__typename === "Error" ? `/errors/${subject.id}` : `/reports?report=${subject.id}`;
}
