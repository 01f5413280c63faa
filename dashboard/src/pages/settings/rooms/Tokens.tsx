/** API tokens: what programs ask with. */
import { useQuery } from "@urql/preact";
import { useState } from "preact/hooks";
import { act, useAct } from "~/api/act";
import { graphql } from "~/api/graphql";
import { useOrganization, useSession } from "~/app/session";
import type { TokenScope } from "~/gql/enums";
import type { ApiTokensQuery } from "~/gql/graphql";
import { Badge } from "~/parts/Badge";
import { Button } from "~/parts/Button";
import { confirm } from "~/parts/confirm";
import { Code, CopyLine } from "~/parts/Copy";
import { Dialog } from "~/parts/Dialog";
import { AreaField, FormDialog, PickField, TextField, useForm } from "~/parts/form";
import { Empty, Waiting } from "~/parts/States";
import { Time } from "~/parts/Time";
import { Card, Room } from "~/pages/settings/Room";
import { SCOPES } from "~/pages/settings/roles";

const TokensDocument = graphql(`
  query ApiTokens($organization: ID!, $after: String) {
    apiTokens(organization: $organization, first: 50, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      edges { node { ...TokenParts } }
    }
  }
`);

graphql(`
  fragment TokenParts on ApiToken {
    id
    name
    scopes
    createdAt
    expiresAt
    lastUsedAt
    revokedAt
    boundDocument
    boundSha256
    user { id name }
  }
`);

const CreateDocument = graphql(`
  mutation CreateApiToken($organization: ID!, $name: String!, $scopes: [TokenScope!]!, $expiresAt: DateTime, $boundDocument: String) {
    createApiToken(organization: $organization, name: $name, scopes: $scopes, expiresAt: $expiresAt, boundDocument: $boundDocument) {
      __typename
      ... on CreateApiTokenSuccess { secret apiToken { ...TokenParts } }
      ... on Invalid { field }
      ... on Failure { message }
    }
  }
`);

const RevokeDocument = graphql(`
  mutation RevokeApiToken($id: ID!) {
    revokeApiToken(id: $id) {
      __typename
      ... on RevokeApiTokenSuccess { apiToken { ...TokenParts } }
      ... on Failure { message }
    }
  }
`);

const LIFE = { "30": "30 days", "90": "90 days", "365": "a year", "": "until it is revoked" };
type Token = NonNullable<ApiTokensQuery["apiTokens"]>["edges"][number]["node"];
const isOver = ({ revokedAt, expiresAt }: Token) => Boolean(revokedAt) || (expiresAt != null && Date.parse(expiresAt) < Date.now());

export function Tokens() {
  const organization = useOrganization();
  const { can } = useSession();
  const [after, turn] = useState<string | null>(null);
  const [{ data, error }, ask] = useQuery({ query: TokensDocument, variables: { organization: organization.id, after } });
  const [isMaking, make] = useState(false);
  const [secret, tell] = useState<string | null>(null);
  const tokens = data?.apiTokens?.edges.map(({ node }) => node);
  const open = tokens?.filter((token) => !isOver(token)) ?? [];
  const over = tokens?.filter(isOver) ?? [];
  const page = data?.apiTokens?.pageInfo;
  return (
    <Room
      title="API tokens"
      lead={<>A token acts for who made it, in this organization and within its scopes. {can("MANAGE_PEOPLE") ? "You see everybody's." : "You see your own."} How to ask is on the page at <a href="/graphql">/graphql</a>.</>}
      action={<Button kind="primary" icon="plus" onClick={() => make(true)}>New token</Button>}
    >
      {!tokens && <Waiting error={error} onRetry={() => ask({ requestPolicy: "network-only" })} rows={4} />}
      {tokens?.length === 0 && <Empty icon="key" title="There is no token yet">Make one for each program that asks, so that each can be revoked alone.</Empty>}
      {open.length > 0 && <Card title="In use"><ul class="lines">{open.map((token) => <TokenLine key={token.id} token={token} />)}</ul></Card>}
      {over.length > 0 && <Card title="Over"><ul class="lines">{over.map((token) => <TokenLine key={token.id} token={token} />)}</ul></Card>}
      {page?.hasNextPage && <div><Button onClick={() => turn(page.endCursor ?? null)}>Show more</Button></div>}
      <Make isOpen={isMaking} onClose={() => make(false)} onMade={tell} organization={organization.id} />
      <Dialog title="The token" isOpen={secret !== null} onClose={() => tell(null)} actions={<Button kind="primary" onClick={() => tell(null)}>I have kept it</Button>}>
        <div class="secret-once">
          <p>Copy it now: it is never shown again.</p>
          <CopyLine text={secret ?? ""} label="Copy the token" />
        </div>
        <Code label="Ask with it" text={`curl -s ${location.origin}/graphql -H 'Authorization: Bearer ${secret ?? ""}' \\\n  -H 'Content-Type: application/json' -d '{"query": "{ viewer { user { name } } }"}'`} />
      </Dialog>
    </Room>
  );
}

function TokenLine({ token }: { token: Token }) {
  const { can, user: me } = useSession();
  const [revoke, isBusy] = useAct(RevokeDocument, { done: "Revoked" });
  const { id, name, scopes, user, lastUsedAt, expiresAt, revokedAt, boundDocument } = token;
  const ended = isOver(token);
  const ask = async () => {
    const text = lastUsedAt ? "Whatever asks with it is refused within seconds." : "It was never used.";
    if (await confirm({ title: `Revoke ${name}?`, text, action: "Revoke", isDangerous: true })) await revoke({ id });
  };
  return (
    <li class={ended ? "is-off" : ""}>
      <div>
        <p class="lines-name">{name} {scopes.map((scope) => <Badge key={scope} tone={scope === "WRITE" ? "warn" : "quiet"}>{SCOPES[scope][0].toLowerCase()}</Badge>)}{boundDocument && <Badge tone="info">one document</Badge>}</p>
        <p class="dim">
          {user?.name ?? "Somebody"} · {lastUsedAt ? <>used <Time at={lastUsedAt} /></> : "never used"} · {revokedAt ? <>revoked <Time at={revokedAt} /></> : expiresAt ? <>{ended ? "ended" : "ends"} <Time at={expiresAt} /></> : "without an end"}
        </p>
        {boundDocument && <details><summary class="dim">Its document</summary><Code text={boundDocument} label={`Document of ${name}`} /></details>}
      </div>
      {!ended && (can("MANAGE_PEOPLE") || user?.id === me.id) && <Button isSmall isBusy={isBusy} onClick={() => void ask()}>Revoke</Button>}
    </li>
  );
}

function Make({ isOpen, onClose, onMade, organization }: { isOpen: boolean; onClose: () => void; onMade: (secret: string) => void; organization: string }) {
  const form = useForm(
    { name: "", scopes: ["READ"] as TokenScope[], life: "365", boundDocument: "" },
    ({ name, scopes, life, boundDocument }) => {
      const expiresAt = life ? new Date(Date.now() + Number(life) * 86_400_000).toISOString() : null;
      return act(CreateDocument, { organization, name, scopes, expiresAt, boundDocument: boundDocument.trim() || null });
    },
    {
      onDone: ({ secret }) => {
        onClose();
        onMade(secret);
      },
    },
  );
  const { scopes } = form.values;
  const toggle = (scope: TokenScope) => form.set({ scopes: scopes.includes(scope) ? scopes.filter((each) => each !== scope) : [...scopes, scope] });
  return (
    <FormDialog title="New token" isOpen={isOpen} onClose={onClose} form={form} action="Make the token">
      <TextField form={form} name="name" label="Name" hint="The program that asks with it." required autofocus />
      <fieldset>
        <legend>May</legend>
        {(Object.keys(SCOPES) as TokenScope[]).map((scope) => (
          <div class="check-field" key={scope}>
            <input id={`scope-${scope}`} type="checkbox" checked={scopes.includes(scope)} onChange={() => toggle(scope)} />
            <div><label for={`scope-${scope}`}>{SCOPES[scope][0]}</label><p class="field-hint">{SCOPES[scope][1]}</p></div>
          </div>
        ))}
        {form.problem("scopes") && <p class="field-problem">{form.problem("scopes")}</p>}
      </fieldset>
      <PickField form={form} name="life" known="expiresAt" label="Ends after" choices={["30", "90", "365", ""].map((days) => [days, LIFE[days as keyof typeof LIFE]] as const)} />
      <details>
        <summary>Only one document</summary>
        <AreaField form={form} name="boundDocument" label="GraphQL document" hint="The token may then run this and nothing else, with any variables." class="mono" spellcheck={false} />
      </details>
    </FormDialog>
  );
}
