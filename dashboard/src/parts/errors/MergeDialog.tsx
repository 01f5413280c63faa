/** Several errors for one: which one stays, and what it will count. */
import { useQuery } from "@urql/preact";
import { useState } from "preact/hooks";
import { graphql } from "~/api/graphql";
import { Button } from "~/parts/Button";
import { Dialog } from "~/parts/Dialog";
import { merge } from "~/parts/errors/actions";
import { Field } from "~/parts/Field";
import { full } from "~/parts/Num";
import { Waiting } from "~/parts/States";

const PreviewDocument = graphql(`
  query PreviewMerge($primary: ID!, $errors: [ID!]!) {
    previewMerge(primary: $primary, errors: $errors) { joining occurrenceCount usersAffectedCount }
  }
`);

export interface Mergeable {
  id: string;
  shortId: string;
  title: string;
  occurrenceCount: number;
}
interface Props {
  errors: readonly Mergeable[];
  onClose: () => void;
  onDone: (primary: string, merged: string[]) => void;
  onUndone: () => void;
}

export function MergeDialog({ errors, onClose, onDone, onUndone }: Props) {
  const most = errors.reduce((best, each) => (each.occurrenceCount > best.occurrenceCount ? each : best), errors[0]!);
  const [primary, setPrimary] = useState(most.id);
  const [reason, setReason] = useState("");
  const others = errors.map(({ id }) => id).filter((id) => id !== primary);
  const [{ data, error }] = useQuery({ query: PreviewDocument, variables: { primary, errors: others }, requestPolicy: "network-only" });
  const submit = () => {
    onClose();
    void merge({ primary, errors: others, reason: reason.trim() || null }, onUndone).then((isDone) => isDone && onDone(primary, others));
  };
  const gives = data?.previewMerge;
  return (
    <Dialog
      title={`Merge ${errors.length} errors`}
      isOpen
      size="wide"
      onClose={onClose}
      onSubmit={submit}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" autofocus>Merge</Button>
        </>
      }
    >
      <p>Which one stays? The others count with it, and so does what comes of their kind. It can be undone.</p>
      <div class="ways" role="radiogroup" aria-label="Which one stays">
        {errors.map((each) => (
          <label key={each.id}>
            <input type="radio" name="primary" checked={each.id === primary} onChange={() => setPrimary(each.id)} />
            <span><b>{each.shortId}</b> {each.title}<small>{full(each.occurrenceCount)} events</small></span>
          </label>
        ))}
      </div>
      <div aria-live="polite">
        {gives ? (
          <p class="dim">Together {full(gives.occurrenceCount)} events and {full(gives.usersAffectedCount)} users.</p>
        ) : (
          <Waiting error={error} rows={1} />
        )}
      </div>
      <Field label="Why">{(field) => <input {...field} value={reason} maxLength={500} onInput={(event) => setReason(event.currentTarget.value)} />}</Field>
    </Dialog>
  );
}
