/** What was done and noted; the reporter sees none of it. */
import { useState } from "preact/hooks";
import { Avatar } from "~/parts/Avatar";
import { words } from "~/parts/Badge";
import { Button } from "~/parts/Button";
import { reportStatus } from "~/parts/Reports";
import { Time } from "~/parts/Time";
import type { ReportActivityKind, ReportStatus } from "~/gql/enums";
import { useDeciding } from "./deciding";
import type { Report } from "./documents";

export function History({ report, canWork, onNoted }: { report: Report; canWork: boolean; onNoted: () => void }) {
  const entries = (report.timeline?.edges ?? []).map(({ node }) => node);
  return (
    <section class="report-history" aria-labelledby="history">
      <h3 id="history">Notes and history</h3>
      {canWork && <Note report={report} onNoted={onNoted} />}
      <ol>
        {entries.map((entry) => (
          <li key={entry.id}>
            {entry.actor ? <Avatar person={entry.actor} size="small" /> : <span class="avatar small" />}
            <div>
              <p><b>{entry.actor?.name ?? "Tocsin"}</b> {done(entry.kind, entry.data as Record<string, unknown>)} <span class="dim"><Time at={entry.createdAt} /></span></p>
              {entry.body && <p class="prose">{entry.body}</p>}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Note({ report, onNoted }: { report: Report; onNoted: () => void }) {
  const deciding = useDeciding();
  const [text, write] = useState("");
  const send = async () => {
    if (text.trim() && (await deciding.note(report, text.trim()))) {
      write("");
      onNoted();
    }
  };
  return (
    <form
      class="note"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <textarea
        rows={2}
        aria-label="Note"
        placeholder="A note for those who work on it; the reporter does not see it"
        value={text}
        onInput={(event) => write(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && void send()}
      />
      {text.trim() && <Button type="submit" isSmall>Note it</Button>}
    </form>
  );
}

const SAID: Record<ReportActivityKind, (data: Record<string, unknown>) => string> = {
  CREATED: () => "reported it",
  STATUS_CHANGED: ({ to }) => `moved it to ${reportStatus(String(to).toUpperCase() as ReportStatus).toLowerCase()}`,
  REOPENED: () => "opened it again",
  ASSIGNED: ({ due_at: due }) => (due ? `gave it to somebody, until ${new Date(String(due)).toLocaleDateString()}` : "gave it to somebody"),
  UNASSIGNED: () => "took it from whom it was given to",
  PRIORITY_CHANGED: ({ to }) => `set its priority to ${words(String(to)).toLowerCase()}`,
  TYPE_CHANGED: ({ to }) => `called it ${words(String(to)).toLowerCase()}`,
  LINKED: () => "linked it to an error",
  UNLINKED: () => "set it apart from its error",
  MARKED_DUPLICATE: () => "found it to be the same as another",
  CONVERTED: () => "made an error of it",
  COMMENTED: () => "noted",
};
const done = (kind: ReportActivityKind, data: Record<string, unknown>): string => SAID[kind](data);
