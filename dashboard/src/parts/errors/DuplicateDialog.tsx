/** That an error is the same as another to people: found by its words. */
import { useQuery } from "@urql/preact";
import { useState } from "preact/hooks";
import { graphql } from "~/api/graphql";
import { useOrganization } from "~/app/session";
import { Button } from "~/parts/Button";
import { Combobox } from "~/parts/Combobox";
import { Dialog } from "~/parts/Dialog";
import { markDuplicate } from "~/parts/errors/actions";
import { Field } from "~/parts/Field";

const OthersDocument = graphql(`
  query ErrorsToChoose($organization: ID!, $search: String) {
    errors(where: { organization: $organization, search: $search }, first: 20) { edges { node { id shortId title } } }
  }
`);

interface Props {
  error: { id: string; shortId: string };
  /** Proposed at first. */
  primary?: { id: string; shortId: string; title: string };
  onClose: () => void;
  onDone?: () => void;
}

export function DuplicateDialog({ error, primary, onClose, onDone }: Props) {
  const organization = useOrganization();
  const [typed, type] = useState("");
  const [of, setOf] = useState<string | null>(primary?.id ?? null);
  const [reason, setReason] = useState("");
  const search = wordsOf(typed);
  const [{ data }] = useQuery({ query: OthersDocument, variables: { organization: organization.id, search } });
  const found = (data?.errors?.edges ?? []).map(({ node }) => node).filter(({ id }) => id !== error.id);
  const options = primary && !found.some(({ id }) => id === primary.id) ? [primary, ...found] : found;
  const submit = () => {
    if (!of) return;
    onClose();
    void markDuplicate(error.id, of, reason.trim() || undefined).then((isDone) => isDone && onDone?.());
  };
  return (
    <Dialog
      title={`${error.shortId} is a duplicate`}
      isOpen
      onClose={onClose}
      onSubmit={submit}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" disabled={!of}>Mark as a duplicate</Button>
        </>
      }
    >
      <Combobox
        label="Of"
        placeholder="SHOP-WEB-12, or words of its title"
        options={options.map(({ id, shortId, title }) => ({ value: id, label: shortId, hint: title }))}
        value={of}
        onPick={setOf}
        onType={type}
        autofocus
      />
      <Field label="Why">{(field) => <input {...field} value={reason} maxLength={500} onInput={(event) => setReason(event.currentTarget.value)} />}</Field>
    </Dialog>
  );
}

/** What is typed here are words, not the language of searches. */
const wordsOf = (typed: string): string | null => {
  if (/^[\p{L}\p{N}_.-]+-\d{1,9}$/u.test(typed.trim())) return `id:${typed.trim()}`;
  const said = typed.match(/[\p{L}\p{N}_]+/gu) ?? [];
  return said.length ? said.map((word) => `"${word}"`).join(" ") : null;
};
