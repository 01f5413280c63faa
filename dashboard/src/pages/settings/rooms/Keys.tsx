/** The keys of a service: what each may send, from where and how much. */
import { useState } from "preact/hooks";
import { act, useAct } from "~/api/act";
import { graphql } from "~/api/graphql";
import { useSession } from "~/app/session";
import type { KeyPurpose } from "~/gql/enums";
import type { KeyPartsFragment } from "~/gql/graphql";
import { Badge } from "~/parts/Badge";
import { Button } from "~/parts/Button";
import { confirm } from "~/parts/confirm";
import { CopyLine } from "~/parts/Copy";
import { AreaField, FormDialog, PickField, TextField, useForm } from "~/parts/form";
import { Menu } from "~/parts/Menu";
import { Num } from "~/parts/Num";
import { Time } from "~/parts/Time";
import { Card, linesOf } from "~/pages/settings/Room";

graphql(`
  fragment KeyParts on IngestKey {
    id
    dsn
    publicKey
    purpose
    isActive
    isEnabled
    allowedOrigins
    rateLimitPerMinute
    createdAt
    lastUsedAt
  }
`);

const CreateDocument = graphql(`
  mutation CreateIngestKey($service: ID!, $key: IngestKeyInput!) {
    createIngestKey(service: $service, key: $key) {
      __typename
      ... on CreateIngestKeySuccess { key { ...KeyParts } }
      ... on Invalid { field }
      ... on Failure { message }
    }
  }
`);

const UpdateDocument = graphql(`
  mutation UpdateIngestKey($id: ID!, $changes: IngestKeyChanges!) {
    updateIngestKey(id: $id, changes: $changes) {
      __typename
      ... on UpdateIngestKeySuccess { key { ...KeyParts } }
      ... on Invalid { field }
      ... on Failure { message }
    }
  }
`);

export const KeyLimitDocument = graphql(`
  mutation SetIngestKeyLimit($key: ID!, $perMinute: Int) {
    setIngestKeyLimit(key: $key, perMinute: $perMinute) {
      __typename
      ... on SetIngestKeyLimitSuccess { key { ...KeyParts } }
      ... on Invalid { field }
      ... on Failure { message }
    }
  }
`);

const ActiveDocument = graphql(`
  mutation SetIngestKeyActive($id: ID!, $isActive: Boolean!) {
    setIngestKeyActive(id: $id, isActive: $isActive) {
      __typename
      ... on SetIngestKeyActiveSuccess { key { ...KeyParts } }
      ... on Failure { message }
    }
  }
`);

const DeleteDocument = graphql(`
  mutation DeleteIngestKey($id: ID!) {
    deleteIngestKey(id: $id) {
      __typename
      ... on DeleteIngestKeySuccess { key }
      ... on Failure { message }
    }
  }
`);

const PURPOSES: Record<KeyPurpose, readonly [string, string]> = {
  INGEST: ["Everything", "Errors and whatever else SDKs send."],
  REPORT: ["User reports only", "For the report form of a public page: it can send no errors."],
};

interface Service {
  id: string;
  name: string;
  keys: readonly KeyPartsFragment[];
}

export function Keys({ service }: { service: Service }) {
  const { can } = useSession();
  const [edited, edit] = useState<KeyPartsFragment | "new" | null>(null);
  const mayChange = can("CONFIGURE");
  return (
    <Card
      title="Keys"
      lead="A key may send and nothing else, so it may stand in a page or an app. What is switched off holds within five seconds."
      action={mayChange && <Button isSmall icon="plus" onClick={() => edit("new")}>New key</Button>}
    >
      <ul class="lines">
        {service.keys.map((key) => <KeyLine key={key.id} of={key} onEdit={mayChange ? () => edit(key) : undefined} />)}
        {service.keys.length === 0 && <li class="dim">It has no key: nothing can be sent to it.</li>}
      </ul>
      {edited && <Edit key={edited === "new" ? "new" : edited.id} of={edited === "new" ? null : edited} service={service.id} onClose={() => edit(null)} />}
    </Card>
  );
}

function KeyLine({ of, onEdit }: { of: KeyPartsFragment; onEdit?: () => void }) {
  const [switched] = useAct(ActiveDocument, { done: ({ key }) => (key.isActive ? "The key sends again" : "The key is switched off") });
  const [remove] = useAct(DeleteDocument, { done: "The key is gone" });
  const { id, isActive, isEnabled, allowedOrigins, rateLimitPerMinute, purpose, lastUsedAt, publicKey } = of;
  const ask = async () => {
    const text = `Whatever still sends with ${publicKey.slice(0, 8)}… is refused from now on. To look first whether anything does, switch it off.`;
    if (await confirm({ title: "Delete this key?", text, action: "Delete", isDangerous: true })) await remove({ id });
  };
  return (
    <li class={isEnabled ? "" : "is-off"}>
      <div class="stack">
        <CopyLine text={of.dsn} label="Copy the DSN" />
        <p class="row wrap dim">
          <Badge tone={purpose === "REPORT" ? "info" : "quiet"}>{PURPOSES[purpose][0].toLowerCase()}</Badge>
          {!isActive && <Badge tone="bad">switched off</Badge>}
          <span>{allowedOrigins.length ? `from ${allowedOrigins.join(", ")}` : "from anywhere"}</span>
          {rateLimitPerMinute != null && <span>· <Num value={rateLimitPerMinute} /> errors a minute</span>}
          <span>· {lastUsedAt ? <>used <Time at={lastUsedAt} /></> : "never used"}</span>
        </p>
      </div>
      {onEdit && (
        <Menu
          label={`Key ${publicKey.slice(0, 8)}`}
          icon="more"
          kind="quiet"
          side="right"
          items={[
            { label: "Edit", icon: "edit", run: onEdit },
            { label: isActive ? "Switch off" : "Switch on", icon: isActive ? "pause" : "play", run: () => void switched({ id, isActive: !isActive }) },
            "line",
            { label: "Delete", icon: "trash", isDangerous: true, run: () => void ask() },
          ]}
        />
      )}
    </li>
  );
}

function Edit({ of, service, onClose }: { of: KeyPartsFragment | null; service: string; onClose: () => void }) {
  const start = { purpose: (of?.purpose ?? "INGEST") as string, allowedOrigins: of?.allowedOrigins.join("\n") ?? "", perMinute: of?.rateLimitPerMinute?.toString() ?? "" };
  const form = useForm(
    start,
    async (values) => {
      const said = { purpose: values.purpose as KeyPurpose, allowedOrigins: linesOf(values.allowedOrigins) };
      const limit = values.perMinute ? Number(values.perMinute) : null;
      if (!of) return act(CreateDocument, { service, key: { ...said, rateLimitPerMinute: limit } });
      const changed = await act(UpdateDocument, { id: of.id, changes: said });
      return changed.refused || limit === (of.rateLimitPerMinute ?? null) ? changed : act(KeyLimitDocument, { key: of.id, perMinute: limit });
    },
    { done: of ? "Saved" : "The key is there", onDone: onClose },
  );
  return (
    <FormDialog title={of ? "Edit a key" : "New key"} isOpen onClose={onClose} form={form} action={of ? "Save" : "Make the key"}>
      <PickField form={form} name="purpose" label="May send" choices={Object.entries(PURPOSES).map(([value, [label]]) => [value, label] as const)} hint={PURPOSES[form.values.purpose as KeyPurpose][1]} />
      <AreaField form={form} name="allowedOrigins" label="From these origins" hint="One on each line: https://shop.example, *.shop.example. None: from anywhere. Programs that are no browsers are let in always." placeholder="https://shop.example" />
      <TextField form={form} name="perMinute" known="rateLimitPerMinute" label="Errors a minute" type="number" min={1} max={1000000} placeholder="as the organization" hint="Beyond it errors are counted, and few of them kept whole." />
    </FormDialog>
  );
}
