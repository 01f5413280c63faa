/** What a decision wants to know first: of which report it is a duplicate, until when it waits, who gets it, and why. */
import { useQuery } from "@urql/preact";
import type { ComponentChildren } from "preact";
import { useMemo, useState } from "preact/hooks";
import { graphql } from "~/api/graphql";
import { useOrganization, useSession } from "~/app/session";
import { Button } from "~/parts/Button";
import { Combobox } from "~/parts/Combobox";
import { Dialog } from "~/parts/Dialog";
import { Field } from "~/parts/Field";
import { reportStatus } from "~/parts/Reports";
import { onDay } from "~/parts/Time";
import { useDeciding } from "./deciding";
import type { ReportRow } from "./documents";

export interface Question {
  kind: "duplicate" | "decline" | "resolve" | "snooze" | "assign" | "link";
  report: ReportRow;
}
interface Asked {
  report: ReportRow;
  onClose: () => void;
}

export function Asking({ question, onClose }: { question: Question | null; onClose: () => void }) {
  if (!question) return null;
  const { kind, report } = question;
  const asked = { report, onClose };
  if (kind === "duplicate") return <Duplicate {...asked} />;
  if (kind === "snooze") return <Snooze {...asked} />;
  if (kind === "assign") return <AssignTo {...asked} />;
  if (kind === "link") return <Link {...asked} />;
  return <Finish {...asked} isResolved={kind === "resolve"} />;
}

interface ShellProps extends Asked {
  title: string;
  verb: string;
  isReady?: boolean;
  run: () => Promise<boolean>;
  children: ComponentChildren;
}

function Shell({ title, verb, report, isReady = true, run, onClose, children }: ShellProps) {
  const [isBusy, work] = useState(false);
  const submit = async () => {
    if (!isReady || isBusy) return;
    work(true);
    const isDone = await run();
    work(false);
    if (isDone) onClose();
  };
  return (
    <Dialog
      title={title}
      isOpen
      onClose={onClose}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" isBusy={isBusy} disabled={!isReady}>{verb}</Button>
        </>
      }
    >
      <p class="dim cut">{report.title}</p>
      {children}
    </Dialog>
  );
}

function Finish({ report, onClose, isResolved }: Asked & { isResolved: boolean }) {
  const deciding = useDeciding();
  const [notes, write] = useState("");
  return (
    <Shell
      title={isResolved ? "Resolve the report" : "Decline the report"}
      verb={isResolved ? "Resolve" : "Decline"}
      report={report}
      onClose={onClose}
      run={() => (isResolved ? deciding.resolve(report, notes.trim()) : deciding.decline(report, notes.trim()))}
    >
      <Field label={isResolved ? "What came of it" : "Why"} hint="For those who work on reports; may be left empty.">
        {(field) => <textarea {...field} rows={3} value={notes} onInput={(event) => write(event.currentTarget.value)} />}
      </Field>
    </Shell>
  );
}

const OthersDocument = graphql(`
  query OtherReports($where: UserReportFilter) {
    userReports(first: 20, where: $where) { edges { node { id title status createdAt } } }
  }
`);

function Duplicate({ report, onClose }: Asked) {
  const deciding = useDeciding();
  const { id: organization } = useOrganization();
  const [typed, type] = useState("");
  const [of, pick] = useState<string | null>(null);
  const [{ data }] = useQuery({ query: OthersDocument, variables: { where: { organization, search: typed.trim().slice(0, 100) || null } } });
  const options = (data?.userReports?.edges ?? [])
    .map(({ node }) => node)
    .filter(({ id, status }) => id !== report.id && status !== "DUPLICATE")
    .map(({ id, title, status, createdAt }) => ({ value: id, label: title, hint: `${reportStatus(status).toLowerCase()}, ${onDay(createdAt)}` }));
  return (
    <Shell title="Duplicate of another report" verb="Mark as a duplicate" report={report} onClose={onClose} isReady={of !== null} run={() => deciding.duplicate(report, of!, "")}>
      <Combobox label="The report that was there first" placeholder="Words of its title" options={options} value={of} onPick={pick} onType={type} />
    </Shell>
  );
}

const ErrorsToLink = graphql(`
  query ErrorsToLink($where: ErrorFilter) {
    errors(first: 20, where: $where) { edges { node { id shortId title status } } }
  }
`);

function Link({ report, onClose }: Asked) {
  const deciding = useDeciding();
  const { id: organization } = useOrganization();
  const [typed, type] = useState("");
  const [error, pick] = useState<string | null>(null);
  const [{ data }] = useQuery({ query: ErrorsToLink, variables: { where: { organization, text: typed.trim().slice(0, 100) || null } } });
  const options = (data?.errors?.edges ?? []).map(({ node }) => ({ value: node.id, label: node.title, hint: node.shortId }));
  return (
    <Shell title="Link to an error" verb="Link" report={report} onClose={onClose} isReady={error !== null} run={() => deciding.link(report, error!)}>
      <Combobox label="The error behind it" placeholder="Words of its title" options={options} value={error} onPick={pick} onType={type} />
    </Shell>
  );
}

const MembersDocument = graphql(`
  query MembersForReports($organization: ID!) {
    members(organization: $organization, first: 100) { edges { node { role user { id name } } } }
  }
`);

function AssignTo({ report, onClose }: Asked) {
  const deciding = useDeciding();
  const { user } = useSession();
  const { id: organization } = useOrganization();
  const [to, pick] = useState<string | null>(report.assignee?.id ?? null);
  const [{ data }] = useQuery({ query: MembersDocument, variables: { organization } });
  const people = (data?.members?.edges ?? []).map(({ node }) => node).filter((member) => member.user);
  const options = people
    .map((member) => ({ value: member.user!.id, label: member.user!.name, hint: member.user!.id === user.id ? "you" : member.role.toLowerCase().replaceAll("_", " ") }))
    .sort((a, b) => Number(b.hint === "you") - Number(a.hint === "you") || a.label.localeCompare(b.label));
  const run = () => deciding.assign(report, people.find((member) => member.user!.id === to)?.user ?? null);
  return (
    <Shell title="Assign the report" verb="Assign" report={report} onClose={onClose} run={run}>
      <Combobox label="Who has it" options={options} value={to} onPick={pick} none="Nobody" />
    </Shell>
  );
}

const MORNING = 9;

function mornings(): [string, Date][] {
  const at = (days: number) => {
    const day = new Date();
    day.setDate(day.getDate() + days);
    day.setHours(MORNING, 0, 0, 0);
    return day;
  };
  const toMonday = ((8 - new Date().getDay()) % 7 || 7);
  return [["Tomorrow", at(1)], ["In three days", at(3)], ["Next Monday", at(toMonday)], ["In two weeks", at(14)]];
}

function Snooze({ report, onClose }: Asked) {
  const deciding = useDeciding();
  const choices = useMemo(mornings, []);
  const [chosen, choose] = useState(0);
  return (
    <Shell title="Snooze the report" verb="Snooze" report={report} onClose={onClose} run={() => deciding.snooze(report, choices[chosen]![1])}>
      <p>It waits in its own pile, and is overdue when its day has come.</p>
      <div class="snooze" role="radiogroup" aria-label="Until">
        {choices.map(([name, until], index) => (
          <label key={name}>
            <input type="radio" name="until" checked={index === chosen} onChange={() => choose(index)} />
            {name} <span class="dim">{onDay(until)}</span>
          </label>
        ))}
      </div>
    </Shell>
  );
}
