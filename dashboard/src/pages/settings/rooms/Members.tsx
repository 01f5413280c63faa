/** Who belongs to the organization, and who is invited. */
import { useQuery } from "@urql/preact";
import { useState } from "preact/hooks";
import { act, useAct } from "~/api/act";
import { graphql } from "~/api/graphql";
import { useOrganization, useSession } from "~/app/session";
import type { MembershipRole } from "~/gql/enums";
import type { InvitationsQuery, MembersQuery } from "~/gql/graphql";
import { Avatar } from "~/parts/Avatar";
import { Badge } from "~/parts/Badge";
import { Button } from "~/parts/Button";
import { confirm } from "~/parts/confirm";
import { CopyLine } from "~/parts/Copy";
import { Dialog } from "~/parts/Dialog";
import { FormDialog, PickField, TextField, useForm } from "~/parts/form";
import { Waiting } from "~/parts/States";
import { Time } from "~/parts/Time";
import { Card, Room } from "~/pages/settings/Room";
import { ROLES, rolesFor } from "~/pages/settings/roles";

const MembersDocument = graphql(`
  query Members($organization: ID!, $after: String) {
    members(organization: $organization, first: 100, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      edges { node { role since user { id name email isActive } teams { id name } } }
    }
  }
`);

const InvitationsDocument = graphql(`
  query Invitations($organization: ID!) {
    invitations(organization: $organization, first: 100) {
      edges { node { id email role isMailed createdAt expiresAt acceptedAt revokedAt invitedBy { id name } } }
    }
  }
`);

const InviteDocument = graphql(`
  mutation InviteMember($organization: ID!, $email: String!, $role: MembershipRole!) {
    inviteMember(organization: $organization, email: $email, role: $role) {
      __typename
      ... on InviteMemberSuccess { link invitation { id email } }
      ... on Invalid { field }
      ... on Failure { message }
    }
  }
`);

const RevokeDocument = graphql(`
  mutation RevokeInvitation($id: ID!) {
    revokeInvitation(id: $id) {
      __typename
      ... on RevokeInvitationSuccess { invitation { id revokedAt } }
      ... on Failure { message }
    }
  }
`);

const RoleDocument = graphql(`
  mutation UpdateMemberRole($organization: ID!, $user: ID!, $role: MembershipRole!) {
    updateMemberRole(organization: $organization, user: $user, role: $role) {
      __typename
      ... on UpdateMemberRoleSuccess { member { role user { id name } } }
      ... on Failure { message }
    }
  }
`);

const RemoveDocument = graphql(`
  mutation RemoveMember($organization: ID!, $user: ID!) {
    removeMember(organization: $organization, user: $user) {
      __typename
      ... on RemoveMemberSuccess { user { id } }
      ... on Failure { message }
    }
  }
`);

interface Invited {
  email: string;
  link: string | null;
}

export function Members() {
  const organization = useOrganization();
  const { can } = useSession();
  const [after, turn] = useState<string | null>(null);
  const [{ data, error }, ask] = useQuery({ query: MembersDocument, variables: { organization: organization.id, after } });
  const [isInviting, invite] = useState(false);
  const [invited, tell] = useState<Invited | null>(null);
  const manages = can("MANAGE_PEOPLE");
  const members = data?.members;
  return (
    <Room
      title="Members"
      lead="Who comes in here, and what they are here for. A role counts in this organization only."
      action={manages && <Button kind="primary" icon="plus" onClick={() => invite(true)}>Invite</Button>}
    >
      {invited?.link && <LinkToHandOn invited={invited} onClose={() => tell(null)} />}
      <Card title={members?.totalCount ? `${members.totalCount} ${members.totalCount === 1 ? "member" : "members"}` : "Members"}>
        {members ? (
          <ul class="lines">
            {members.edges.map(({ node }) => <MemberLine key={node.user?.id} member={node} organization={organization.id} />)}
          </ul>
        ) : (
          <Waiting error={error} onRetry={() => ask({ requestPolicy: "network-only" })} rows={4} />
        )}
        {members?.pageInfo.hasNextPage && <Button onClick={() => turn(members.pageInfo.endCursor ?? null)}>Show more</Button>}
      </Card>
      {manages && <Pending organization={organization.id} onInvited={tell} />}
      <Invite isOpen={isInviting} onClose={() => invite(false)} onInvited={tell} organization={organization.id} />
    </Room>
  );
}

type Member = NonNullable<MembersQuery["members"]>["edges"][number]["node"];

function MemberLine({ member, organization }: { member: Member; organization: string }) {
  const { can, user: me, role: own } = useSession();
  const [change, isBusy] = useAct(RoleDocument, { done: ({ member: { user, role } }) => `${user?.name} is ${ROLES[role][0].toLowerCase()} now` });
  const [remove, isRemoving] = useAct(RemoveDocument, { done: "Removed. What they did stays." });
  const { user, role, teams } = member;
  if (!user) return null;
  const isMine = user.id === me.id;
  const mayChange = can("MANAGE_PEOPLE") && (own?.role === "OWNER" || role !== "OWNER");
  const ask = async () => {
    const text = `${user.name} comes in here no more, leaves the teams, and their API tokens end at once. What they did stays in the timelines.`;
    if (await confirm({ title: `Remove ${user.name}?`, text, action: "Remove", isDangerous: true })) await remove({ organization, user: user.id });
  };
  return (
    <li>
      <div class="person">
        <Avatar person={user} />
        <div>
          <p class="lines-name">{user.name} {isMine && <Badge>you</Badge>} {!user.isActive && <Badge tone="bad">shut out</Badge>}</p>
          <p class="dim cut">{user.email}{teams.length > 0 && ` · ${teams.map(({ name }) => name).join(", ")}`}</p>
        </div>
      </div>
      <div class="row">
        {mayChange ? (
          <select
            aria-label={`Role of ${user.name}`}
            value={role}
            disabled={isBusy}
            onChange={({ currentTarget }) => {
              const wanted = currentTarget.value as MembershipRole;
              currentTarget.value = role;
              void change({ organization, user: user.id, role: wanted });
            }}
          >
            {rolesFor(own?.role).map(([value, label]) => <option key={value} value={value}>{label}</option>)}
          </select>
        ) : (
          <Badge title={ROLES[role][1]}>{ROLES[role][0]}</Badge>
        )}
        {mayChange && !isMine ? <Button kind="quiet" icon="trash" label={`Remove ${user.name}`} isBusy={isRemoving} onClick={() => void ask()} /> : can("MANAGE_PEOPLE") && <i class="no-button" />}
      </div>
    </li>
  );
}

function Pending({ organization, onInvited }: { organization: string; onInvited: (invited: Invited) => void }) {
  const [{ data, error }, ask] = useQuery({ query: InvitationsDocument, variables: { organization } });
  const open = data?.invitations?.edges.map(({ node }) => node).filter(({ acceptedAt, revokedAt, expiresAt }) => !acceptedAt && !revokedAt && Date.parse(expiresAt) > Date.now());
  if (open?.length === 0) return null;
  return (
    <Card title="Invited">
      {open ? (
        <ul class="lines">{open.map((each) => <InvitationLine key={each.id} invitation={each} organization={organization} onInvited={onInvited} />)}</ul>
      ) : (
        <Waiting error={error} onRetry={() => ask({ requestPolicy: "network-only" })} rows={2} />
      )}
    </Card>
  );
}

type Invitation = NonNullable<InvitationsQuery["invitations"]>["edges"][number]["node"];

function InvitationLine({ invitation, organization, onInvited }: { invitation: Invitation; organization: string; onInvited: (invited: Invited) => void }) {
  const [revoke, isBusy] = useAct(RevokeDocument, { done: "Taken back" });
  const [again, isSending] = useAct(InviteDocument, { done: "Invited again; the link of before is good no more" });
  const { id, email, role, isMailed, expiresAt, invitedBy } = invitation;
  return (
    <li>
      <div>
        <p class="lines-name">{email} <Badge>{ROLES[role][0]}</Badge></p>
        <p class="dim">{isMailed ? "Mailed" : "By a link to hand on"}{invitedBy && ` by ${invitedBy.name}`}; ends <Time at={expiresAt} /></p>
      </div>
      <div class="row">
        <Button isSmall isBusy={isSending} onClick={async () => { const ok = await again({ organization, email, role }); if (ok) onInvited({ email, link: ok.link ?? null }); }}>
          {isMailed ? "Send again" : "New link"}
        </Button>
        <Button isSmall kind="quiet" isBusy={isBusy} onClick={() => void revoke({ id })}>Take back</Button>
      </div>
    </li>
  );
}

function LinkToHandOn({ invited, onClose }: { invited: Invited; onClose: () => void }) {
  return (
    <Dialog title={`Give this link to ${invited.email}`} isOpen onClose={onClose} actions={<Button kind="primary" onClick={onClose}>Done</Button>}>
      <p>No e-mail could be sent, so hand it on yourself. It is shown only now, is good once, and for seven days.</p>
      <CopyLine text={invited.link!} label="Copy the link" />
    </Dialog>
  );
}

function Invite({ isOpen, onClose, onInvited, organization }: { isOpen: boolean; onClose: () => void; onInvited: (invited: Invited) => void; organization: string }) {
  const { role: own } = useSession();
  const form = useForm({ email: "", role: "SUPPORT" as string }, ({ email, role }) => act(InviteDocument, { organization, email, role: role as MembershipRole }), {
    done: "Invited",
    onDone: ({ link, invitation }) => {
      onClose();
      onInvited({ email: invitation.email, link: link ?? null });
    },
  });
  return (
    <FormDialog title="Invite somebody" isOpen={isOpen} onClose={onClose} form={form} action="Invite">
      <TextField form={form} name="email" label="E-mail" type="email" required autofocus />
      <PickField form={form} name="role" label="Role" choices={rolesFor(own?.role)} hint={`May do: ${ROLES[form.values.role as MembershipRole][1]}.`} />
    </FormDialog>
  );
}
