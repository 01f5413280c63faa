/** Call somebody by name. */
import { useState } from "preact/hooks";
import { useAct } from "~/api/act";
import { graphql } from "~/api/graphql";
import type { EscalationLevel } from "~/gql/enums";
import { words } from "~/parts/Badge";
import { Button } from "~/parts/Button";
import { Combobox } from "~/parts/Combobox";
import { Dialog } from "~/parts/Dialog";
import { usePeople } from "~/parts/errors/AssignDialog";
import { Field } from "~/parts/Field";

const Escalate = graphql(`
  mutation Escalate($id: ID!, $to: ID!, $level: EscalationLevel!, $reason: String!) {
    escalateError(id: $id, to: $to, level: $level, reason: $reason) {
      __typename
      ... on EscalateErrorSuccess { escalation { id } }
      ... on Failure { message }
    }
  }
`);

const LEVELS: EscalationLevel[] = ["L1", "L2", "L3", "MANAGEMENT", "EXECUTIVE"];

export function EscalateDialog({ error, onClose, onDone }: { error: { id: string; shortId: string }; onClose: () => void; onDone: () => void }) {
  const people = usePeople().filter(({ value }) => !value.startsWith("team "));
  const [to, setTo] = useState<string | null>(null);
  const [level, setLevel] = useState<EscalationLevel>("L1");
  const [reason, setReason] = useState("");
  const [escalate, isBusy] = useAct(Escalate, { done: `${error.shortId} is escalated.` });
  const submit = async () => {
    if (!to || !(await escalate({ id: error.id, to, level, reason: reason.trim() }))) return;
    onClose();
    onDone();
  };
  return (
    <Dialog
      title={`Escalate ${error.shortId}`}
      isOpen
      onClose={onClose}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" isBusy={isBusy} disabled={!to}>Escalate</Button>
        </>
      }
    >
      <Combobox label="To" options={people} value={to} onPick={setTo} autofocus />
      <Field label="Level">
        {(field) => (
          <select {...field} value={level} onChange={(event) => setLevel(event.currentTarget.value as EscalationLevel)}>
            {LEVELS.map((each) => <option key={each} value={each}>{each.startsWith("L") ? each : words(each)}</option>)}
          </select>
        )}
      </Field>
      <Field label="Why">
        {(field) => <textarea {...field} rows={2} required value={reason} onInput={(event) => setReason(event.currentTarget.value)} />}
      </Field>
    </Dialog>
  );
}
