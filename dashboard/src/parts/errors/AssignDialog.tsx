/** Who has it: a person or a team, until when, and what they should know. */
import { useQuery } from "@urql/preact";
import { useState } from "preact/hooks";
import { graphql } from "~/api/graphql";
import { useOrganization, useSession } from "~/app/session";
import { Button } from "~/parts/Button";
import { Combobox, type Option } from "~/parts/Combobox";
import { Dialog } from "~/parts/Dialog";
import { assign, type Chosen, named } from "~/parts/errors/actions";
import { Field } from "~/parts/Field";

const PeopleDocument = graphql(`
  query PeopleToAssign($organization: ID!) {
    members(organization: $organization, first: 100) { edges { node { user { id name email } } } }
    teams(organization: $organization, first: 100) { edges { node { id name } } }
  }
`);

/** Everybody who may be given an error, the viewer first; teams begin with #. */
export function usePeople(isOff = false): Option[] {
  const organization = useOrganization();
  const { user } = useSession();
  const [{ data }] = useQuery({ query: PeopleDocument, variables: { organization: organization.id }, pause: isOff });
  const people = (data?.members?.edges ?? []).flatMap(({ node }) => (node.user ? [node.user] : []));
  people.sort((a, b) => Number(b.id === user.id) - Number(a.id === user.id) || a.name.localeCompare(b.name));
  const teams = (data?.teams?.edges ?? []).map(({ node }) => node);
  return [
    ...people.map(({ id, name, email }) => ({ value: id, label: id === user.id ? `${name} (you)` : name, hint: email })),
    ...teams.map(({ id, name }) => ({ value: `team ${id}`, label: `#${name}`, hint: "team" })),
  ];
}

interface Props {
  chosen: Chosen;
  before?: string | null;
  onClose: () => void;
  onDone?: () => void;
}

export function AssignDialog({ chosen, before = null, onClose, onDone }: Props) {
  const options = usePeople();
  const { user } = useSession();
  const [to, setTo] = useState<string | null>(before ?? user.id);
  const [due, setDue] = useState("");
  const [notes, setNotes] = useState("");
  const submit = () => {
    const team = to?.startsWith("team ") ? to.slice(5) : null;
    // A day is over when it ends, where the person is.
    const dueDate = due ? new Date(`${due}T23:59:59`).toISOString() : null;
    onClose();
    void assign(chosen, { assignee: team ? null : to, team, dueDate, notes: notes.trim() || null }).then((isDone) => isDone && onDone?.());
  };
  return (
    <Dialog
      title={`Assign ${named(chosen)}`}
      isOpen
      onClose={onClose}
      onSubmit={submit}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary">{to ? "Assign" : "Take away"}</Button>
        </>
      }
    >
      <Combobox label="Person or team" options={options} value={to} onPick={setTo} none="Nobody" autofocus />
      <Field label="Until" hint="After this day it is marked as overdue.">
        {(field) => <input {...field} type="date" value={due} min={new Date().toISOString().slice(0, 10)} onInput={(event) => setDue(event.currentTarget.value)} />}
      </Field>
      <Field label="Note">
        {(field) => <textarea {...field} rows={2} maxLength={2000} value={notes} onInput={(event) => setNotes(event.currentTarget.value)} />}
      </Field>
    </Dialog>
  );
}
