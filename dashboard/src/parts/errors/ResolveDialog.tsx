/** How it was resolved, and what would bring it back. */
import { useQuery } from "@urql/preact";
import { useState } from "preact/hooks";
import { graphql } from "~/api/graphql";
import { useOrganization } from "~/app/session";
import type { FixedIn } from "~/gql/enums";
import { Button } from "~/parts/Button";
import { Dialog } from "~/parts/Dialog";
import { type Chosen, named, resolve } from "~/parts/errors/actions";
import { Field } from "~/parts/Field";

const TypesDocument = graphql(`
  query ResolutionTypesToChoose($organization: ID!) {
    resolutionTypes(organization: $organization) { id name description isActive requiresTesting }
  }
`);

const FIXED: [FixedIn, string, string][] = [
  ["NOW", "It is fixed now", "Any event from now on brings it back."],
  ["THIS_RELEASE", "In a release", "Events of it and of newer releases bring it back."],
  ["NEXT_RELEASE", "In the next release", "Only releases newer than the newest one bring it back."],
  ["COMMIT", "By a commit", "As the next release, with the commit noted."],
];

interface Props {
  chosen: Chosen;
  onClose: () => void;
  onDone?: () => void;
}

export function ResolveDialog({ chosen, onClose, onDone }: Props) {
  const organization = useOrganization();
  const [{ data }] = useQuery({ query: TypesDocument, variables: { organization: organization.id } });
  const [fixedIn, setFixedIn] = useState<FixedIn>("NOW");
  const [said, setSaid] = useState<Record<string, string>>({});
  const [code, setCode] = useState(false);
  const [docs, setDocs] = useState(false);
  const text = (name: string) => said[name]?.trim() || null;
  const input = (name: string) => ({
    value: said[name] ?? "",
    onInput: ({ currentTarget }: { currentTarget: { value: string } }) => setSaid((all) => ({ ...all, [name]: currentTarget.value })),
  });
  const types = (data?.resolutionTypes ?? []).filter(({ isActive }) => isActive);
  const chosenType = types.find(({ id }) => id === said.type);
  const submit = () => {
    onClose();
    void resolve(chosen, {
      fixedIn,
      release: fixedIn === "THIS_RELEASE" ? text("release") : null,
      commit: fixedIn === "COMMIT" ? text("commit") : null,
      resolutionType: text("type"),
      description: text("description"),
      stepsTaken: text("steps"),
      preventionMeasures: text("prevention"),
      requiresCodeChange: code,
      requiresDocumentation: docs,
    }).then((isDone) => isDone && onDone?.());
  };
  return (
    <Dialog
      title={`Resolve ${named(chosen)}`}
      isOpen
      size="wide"
      onClose={onClose}
      onSubmit={submit}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary">Resolve</Button>
        </>
      }
    >
      <div class="ways two" role="radiogroup" aria-label="What brings it back">
        {FIXED.map(([each, label, more], index) => (
          <label key={each}>
            <input type="radio" name="fixed" checked={fixedIn === each} autofocus={index === 0} onChange={() => setFixedIn(each)} />
            <span>{label}<small>{more}</small></span>
          </label>
        ))}
      </div>
      {fixedIn === "THIS_RELEASE" && (
        <Field label="Release" hint="The service's newest when you say nothing.">{(field) => <input {...field} {...input("release")} placeholder="shop@1.4.1" />}</Field>
      )}
      {fixedIn === "COMMIT" && <Field label="Commit">{(field) => <input {...field} {...input("commit")} required placeholder="4f2c9a1" />}</Field>}
      <Field label="Kind of resolution" hint={chosenType && `${chosenType.description}${chosenType.requiresTesting ? " It must be tested before it may be closed." : ""}`}>
        {(field) => (
          <select {...field} value={said.type ?? ""} onChange={(event) => setSaid((all) => ({ ...all, type: event.currentTarget.value }))}>
            <option value="">Not said</option>
            {types.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
          </select>
        )}
      </Field>
      <Field label="What it was">{(field) => <textarea {...field} rows={2} {...input("description")} />}</Field>
      <div class="fields-two">
        <Field label="Steps taken">{(field) => <textarea {...field} rows={2} {...input("steps")} />}</Field>
        <Field label="So that it stays away">{(field) => <textarea {...field} rows={2} {...input("prevention")} />}</Field>
      </div>
      <div class="choice">
        <label><input type="checkbox" checked={code} onChange={() => setCode(!code)} /> Needs a change of code</label>
        <label><input type="checkbox" checked={docs} onChange={() => setDocs(!docs)} /> Needs documentation</label>
      </div>
    </Dialog>
  );
}
