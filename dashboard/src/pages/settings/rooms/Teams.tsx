/** Teams: people who look after services together. */
import { useQuery } from "@urql/preact";
import { useState } from "preact/hooks";
import { act, useAct } from "~/api/act";
import { graphql } from "~/api/graphql";
import { useOrganization, useSession } from "~/app/session";
import type { TeamsQuery } from "~/gql/graphql";
import { Avatar } from "~/parts/Avatar";
import { Button } from "~/parts/Button";
import { Combobox } from "~/parts/Combobox";
import { confirm } from "~/parts/confirm";
import { AreaField, FormDialog, TextField, useForm } from "~/parts/form";
import { Go } from "~/parts/Go";
import { Menu } from "~/parts/Menu";
import { Empty, Waiting } from "~/parts/States";
import { Card, Room } from "~/pages/settings/Room";

const TeamsDocument = graphql(`
  query Teams($organization: ID!) {
    teams(organization: $organization, first: 100) { edges { node { ...TeamParts } } }
    members(organization: $organization, first: 100) { edges { node { user { id name email } } } }
  }
`);

graphql(`
  fragment TeamParts on Team {
    id
    name
    description
    members { isLead user { id name } }
    services { id name }
  }
`);

const CreateDocument = graphql(`
  mutation CreateTeam($organization: ID!, $name: String!, $description: String) {
    createTeam(organization: $organization, name: $name, description: $description) {
      __typename
      ... on CreateTeamSuccess { team { ...TeamParts } }
      ... on Invalid { field }
      ... on Failure { message }
    }
  }
`);

const UpdateDocument = graphql(`
  mutation UpdateTeam($id: ID!, $changes: TeamChanges!) {
    updateTeam(id: $id, changes: $changes) {
      __typename
      ... on UpdateTeamSuccess { team { ...TeamParts } }
      ... on Invalid { field }
      ... on Failure { message }
    }
  }
`);

const DeleteDocument = graphql(`
  mutation DeleteTeam($id: ID!) {
    deleteTeam(id: $id) {
      __typename
      ... on DeleteTeamSuccess { team { id } }
      ... on Failure { message }
    }
  }
`);

const PutDocument = graphql(`
  mutation PutTeamMember($team: ID!, $user: ID!, $isLead: Boolean!) {
    putTeamMember(team: $team, user: $user, isLead: $isLead) {
      __typename
      ... on PutTeamMemberSuccess { team { ...TeamParts } }
      ... on Failure { message }
    }
  }
`);

const TakeDocument = graphql(`
  mutation RemoveTeamMember($team: ID!, $user: ID!) {
    removeTeamMember(team: $team, user: $user) {
      __typename
      ... on RemoveTeamMemberSuccess { team { ...TeamParts } }
      ... on Failure { message }
    }
  }
`);

type Team = NonNullable<TeamsQuery["teams"]>["edges"][number]["node"];
type Person = { id: string; name: string; email: string };

export function Teams() {
  const organization = useOrganization();
  const { can } = useSession();
  const [{ data, error }, ask] = useQuery({ query: TeamsDocument, variables: { organization: organization.id } });
  const [edited, edit] = useState<Team | "new" | null>(null);
  const manages = can("MANAGE_PEOPLE");
  const people = data?.members?.edges.map(({ node }) => node.user).filter((user): user is Person => Boolean(user)) ?? [];
  const teams = data?.teams?.edges.map(({ node }) => node);
  return (
    <Room
      title="Teams"
      lead="A team looks after services, and errors can be given to it."
      action={manages && <Button kind="primary" icon="plus" onClick={() => edit("new")}>New team</Button>}
    >
      {!teams && <Waiting error={error} onRetry={() => ask({ requestPolicy: "network-only" })} rows={4} />}
      {teams?.length === 0 && <Empty icon="people" title="There is no team yet">{manages ? "Make one for each group of people who look after the same services." : "Who manages people makes them."}</Empty>}
      {teams?.map((team) => <TeamCard key={team.id} team={team} people={people} onEdit={() => edit(team)} />)}
      {edited && <Edit key={edited === "new" ? "new" : edited.id} team={edited === "new" ? null : edited} organization={organization.id} onClose={() => edit(null)} />}
    </Room>
  );
}

function TeamCard({ team, people, onEdit }: { team: Team; people: readonly Person[]; onEdit: () => void }) {
  const { can } = useSession();
  const [put] = useAct(PutDocument);
  const [take] = useAct(TakeDocument);
  const [remove] = useAct(DeleteDocument, { done: "The team is gone" });
  const manages = can("MANAGE_PEOPLE");
  const inside = new Set(team.members.map(({ user }) => user?.id));
  const ask = async () => {
    const text = team.services.length ? `Its services (${team.services.map(({ name }) => name).join(", ")}) are left without an owner.` : "Its people stay members.";
    if (await confirm({ title: `Delete the team ${team.name}?`, text, action: "Delete", isDangerous: true })) await remove({ id: team.id });
  };
  return (
    <Card
      title={team.name}
      lead={team.description}
      action={manages && <><Button isSmall icon="edit" onClick={onEdit}>Edit</Button><Button isSmall kind="quiet" icon="trash" label={`Delete ${team.name}`} onClick={() => void ask()} /></>}
    >
      <ul class="lines">
        {team.members.map(({ user, isLead }) => user && (
          <li key={user.id}>
            <div class="person"><Avatar person={user} /><p class="lines-name">{user.name}{isLead && <span class="badge accent">lead</span>}</p></div>
            {manages && (
              <Menu
                label={`${user.name} in ${team.name}`}
                icon="more"
                kind="quiet"
                isSmall
                side="right"
                items={[
                  { label: isLead ? "No longer a lead" : "Make a lead", icon: "star", run: () => void put({ team: team.id, user: user.id, isLead: !isLead }) },
                  { label: "Take out of the team", icon: "close", isDangerous: true, run: () => void take({ team: team.id, user: user.id }) },
                ]}
              />
            )}
          </li>
        ))}
        {team.members.length === 0 && <li class="dim">Nobody is in it yet.</li>}
      </ul>
      {manages && (
        <Combobox
          label={`Add somebody to ${team.name}`}
          isLabelHidden
          placeholder="Add somebody…"
          options={people.filter(({ id }) => !inside.has(id)).map(({ id, name, email }) => ({ value: id, label: name, hint: email }))}
          value={null}
          onPick={(user) => user && void put({ team: team.id, user, isLead: false })}
        />
      )}
      {team.services.length > 0 && (
        <p class="dim">Looks after {team.services.map(({ id, name }, at) => <>{at > 0 && ", "}<Go key={id} to={`/settings/services/${id}`}>{name}</Go></>)}</p>
      )}
    </Card>
  );
}

function Edit({ team, organization, onClose }: { team: Team | null; organization: string; onClose: () => void }) {
  const start = { name: team?.name ?? "", description: team?.description ?? "" };
  const form = useForm(
    start,
    async (values) => {
      const said = { name: values.name, description: values.description || null };
      return team ? act(UpdateDocument, { id: team.id, changes: said }) : act(CreateDocument, { organization, ...said });
    },
    { done: team ? "Saved" : "The team is there", onDone: onClose },
  );
  return (
    <FormDialog title={team ? `Edit ${team.name}` : "New team"} isOpen onClose={onClose} form={form} action={team ? "Save" : "Make the team"}>
      <TextField form={form} name="name" label="Name" required autofocus />
      <AreaField form={form} name="description" label="Description" hint="What it looks after, and how it is reached." />
    </FormDialog>
  );
}
