/** What goes for good is said before. */
import { useQuery } from "@urql/preact";
import { useState } from "preact/hooks";
import { graphql } from "~/api/graphql";
import { Button } from "~/parts/Button";
import { Dialog } from "~/parts/Dialog";
import { deleteErrors, named } from "~/parts/errors/actions";
import { full } from "~/parts/Num";
import { Waiting } from "~/parts/States";

const PreviewDocument = graphql(`
  query PreviewDeletion($ids: [ID!]!) {
    previewErrorDeletion(ids: $ids) { errors occurrenceCount keptOccurrences userReports }
  }
`);

interface Props {
  ids: string[];
  name?: string;
  onClose: () => void;
  onDone: () => void;
}

export function DeleteDialog({ ids, name, onClose, onDone }: Props) {
  const [{ data, error }] = useQuery({ query: PreviewDocument, variables: { ids }, requestPolicy: "network-only" });
  const [discard, setDiscard] = useState(false);
  const goes = data?.previewErrorDeletion;
  const submit = () => {
    onClose();
    void deleteErrors(ids, discard).then((isDone) => isDone && onDone());
  };
  return (
    <Dialog
      title={`Delete ${named({ ids, name })}?`}
      isOpen
      onClose={onClose}
      onSubmit={submit}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="danger" disabled={!goes}>Delete for good</Button>
        </>
      }
    >
      {goes ? (
        <>
          <p>This cannot be undone. It removes:</p>
          <ul class="goes">
            <li><b>{full(goes.errors)}</b> {goes.errors === 1 ? "error" : "errors, with what is merged into them"}</li>
            <li><b>{full(goes.occurrenceCount)}</b> events counted, <b>{full(goes.keptOccurrences)}</b> of them kept with all they say</li>
            {goes.userReports > 0 && <li><b>{full(goes.userReports)}</b> user reports lose their link, and stay</li>}
          </ul>
        </>
      ) : (
        <Waiting error={error} rows={3} />
      )}
      <div class="choice">
        <label>
          <input type="checkbox" checked={discard} onChange={() => setDiscard(!discard)} />
          Drop what comes of their kind from now on
        </label>
      </div>
    </Dialog>
  );
}
