/** Deletes a thing with all that is its: says first what goes, and wants its name typed. */
import { useQuery } from "@urql/preact";
import { useState } from "preact/hooks";
import type { Refusal } from "~/api/act";
import { graphql } from "~/api/graphql";
import type { RemovalPreviewQuery } from "~/gql/graphql";
import { words } from "~/parts/Badge";
import { Button } from "~/parts/Button";
import { FormDialog, TextField, useForm } from "~/parts/form";
import { Num } from "~/parts/Num";
import { Waiting } from "~/parts/States";

const PreviewDocument = graphql(`
  query RemovalPreview($organization: ID, $service: ID) {
    removalPreview(organization: $organization, service: $service) { what quantity isAtLeast }
  }
`);

/** What somebody knows by its name; the rest belongs to it. */
const KNOWN = ["errors", "occurrences", "user_reports", "attachments", "error_comments", "services", "ingest_keys", "api_tokens", "memberships", "teams", "monitors", "check_ins", "artifact_bundles", "grouping_rules", "suppression_rules", "saved_views"];
type Count = NonNullable<RemovalPreviewQuery["removalPreview"]>[number];

function known(counts: readonly Count[]): Count[] {
  const shown = counts.filter(({ what, quantity }) => quantity > 0 && KNOWN.includes(what)).sort((a, b) => KNOWN.indexOf(a.what) - KNOWN.indexOf(b.what));
  const rest = counts.filter(({ what }) => !KNOWN.includes(what));
  const quantity = rest.reduce((sum, each) => sum + each.quantity, 0);
  const more = { what: "other rows that belong to it", quantity, isAtLeast: rest.some(({ isAtLeast }) => isAtLeast) };
  return quantity ? [...shown, more] : shown;
}

type Outcome = { ok: unknown; refused?: undefined } | { ok?: undefined; refused: Refusal };
interface Props {
  what: { organization: string } | { service: string };
  title: string;
  /** What must be typed. */
  typed: string;
  remove: () => Promise<Outcome>;
  onDone: () => void;
}

export function Removal(props: Props) {
  const [isOpen, open] = useState(false);
  return (
    <>
      <Button kind="danger" onClick={() => open(true)}>Delete…</Button>
      {isOpen && <Ask {...props} onClose={() => open(false)} />}
    </>
  );
}

function Ask({ what, title, typed, remove, onDone, onClose }: Props & { onClose: () => void }) {
  const [{ data, error }] = useQuery({ query: PreviewDocument, variables: what, requestPolicy: "network-only" });
  const send = async ({ name }: { name: string }): Promise<Outcome> =>
    name.trim() === typed ? remove() : { refused: { __typename: "Invalid", field: "name", message: `Type ${typed}, as it is written.` } };
  const form = useForm({ name: "" }, send, { done: "It is closed, and being removed", onDone: () => (onClose(), onDone()) });
  const counts = data?.removalPreview && known(data.removalPreview);
  return (
    <FormDialog title={title} isOpen onClose={onClose} form={form} action="Delete for good" isDangerous>
      <p>It is closed at once; half a minute later everything that is its is removed. There is no way back but a backup.</p>
      {counts ? (
        <div class="scroll">
          <table class="room-table">
            <caption class="visually-hidden">What goes</caption>
            <thead><tr><th>What goes</th><th class="end">How many</th></tr></thead>
            <tbody>
              {counts.map(({ what: table, quantity, isAtLeast }) => (
                <tr key={table}><td>{words(table)}</td><td class="end">{isAtLeast && "more than "}<Num value={quantity} /></td></tr>
              ))}
            </tbody>
          </table>
          {counts.length === 0 && <p class="dim">Nothing else goes with it.</p>}
        </div>
      ) : (
        <Waiting error={error} rows={4} />
      )}
      <TextField form={form} name="name" label={<>Type <b>{typed}</b> to go on</>} autoComplete="off" spellcheck={false} />
    </FormDialog>
  );
}
