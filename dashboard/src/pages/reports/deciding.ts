/** What can be decided about a report; each tells in a toast what it did, most with a way back. */
import { useMemo } from "preact/hooks";
import { act, type Outcome } from "~/api/act";
import { useSession } from "~/app/session";
import type { ReportPriority } from "~/gql/enums";
import { say } from "~/parts/toasts";
import { Assign, Convert, LinkToError, MarkDuplicate, NoteOn, SetPriority, SetStatus, Unlink, type ReportRow } from "./documents";

type Done = Promise<boolean>;
export interface Deciding {
  accept(report: ReportRow): Done;
  resolve(report: ReportRow, notes: string): Done;
  decline(report: ReportRow, notes: string): Done;
  reopen(report: ReportRow): Done;
  snooze(report: ReportRow, until: Date): Done;
  assign(report: ReportRow, to: { id: string; name: string } | null): Done;
  duplicate(report: ReportRow, of: string, notes: string): Done;
  link(report: ReportRow, error: string): Done;
  unlink(report: ReportRow): Done;
  convert(report: ReportRow): Done;
  press(report: ReportRow, priority: ReportPriority): Done;
  note(report: ReportRow, body: string): Done;
}

async function told<Data>(outcome: Promise<Outcome<Data>>, done: string, undo?: () => void): Done {
  const { refused } = await outcome;
  if (refused) say(refused.message, { kind: "bad" });
  else say(done, undo ? { action: { label: "Undo", run: undo } } : {});
  return !refused;
}

const day = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });

export function useDeciding(): Deciding {
  const { user } = useSession();
  return useMemo(() => {
    const status = (report: ReportRow, to: ReportRow["status"], notes?: string) => act(SetStatus, { id: report.id, status: to, notes: notes || null });
    const back = (report: ReportRow) => () => void told(status(report, "OPEN"), "Open again");
    return {
      async accept(report) {
        if (!report.assignee) {
          const { refused } = await act(Assign, { id: report.id, assignee: user.id, dueAt: null });
          if (refused) return say(refused.message, { kind: "bad" }), false;
        }
        return told(status(report, "IN_PROGRESS"), report.assignee ? "Accepted" : "Accepted: it is yours", back(report));
      },
      resolve: (report, notes) => told(status(report, "RESOLVED", notes), "Resolved", back(report)),
      decline: (report, notes) => told(status(report, "CLOSED", notes), "Declined", back(report)),
      reopen: (report) => told(status(report, "OPEN"), "Open again"),
      async snooze(report, until) {
        const { refused } = await act(Assign, { id: report.id, assignee: report.assignee?.id ?? user.id, dueAt: until.toISOString() });
        if (refused) return say(refused.message, { kind: "bad" }), false;
        return told(status(report, "PENDING_INFO"), `Waits until ${day.format(until)}`, back(report));
      },
      assign: (report, to) => told(act(Assign, { id: report.id, assignee: to?.id ?? null, dueAt: null }), to ? `Given to ${to.id === user.id ? "you" : to.name}` : "Nobody has it now"),
      duplicate: (report, of, notes) => told(act(MarkDuplicate, { id: report.id, of, notes: notes || null }), "Marked as a duplicate", back(report)),
      link: (report, error) => told(act(LinkToError, { id: report.id, error }), "Linked"),
      unlink: (report) => told(act(Unlink, { id: report.id }), "Belongs to no error now"),
      convert: (report) => told(act(Convert, { id: report.id }), "An error is being made of it"),
      press: (report, priority) => told(act(SetPriority, { id: report.id, priority }), `Priority: ${priority.toLowerCase()}`),
      note: (report, body) => told(act(NoteOn, { id: report.id, body }), "Noted"),
    };
  }, [user.id]);
}
