/** An invitation: who is new makes an account, who has one signs in and joins. */
import { useQuery } from "@urql/preact";
import { act, type Outcome } from "~/api/act";
import { troubleOf } from "~/api/failures";
import { graphql } from "~/api/graphql";
import { useGo } from "~/app/address";
import { startAnew } from "~/app/anew";
import type { AcceptInvitationMutation, InvitationOfferQuery } from "~/gql/graphql";
import { words } from "~/parts/Badge";
import { Door, tokenOfLink } from "~/parts/Door";
import { Refused, TextField, useForm } from "~/parts/form";
import { Button } from "~/parts/Button";
import { Go } from "~/parts/Go";
import { PasswordField } from "~/parts/PasswordField";
import { Skeleton } from "~/parts/States";
import { Time } from "~/parts/Time";

const OfferDocument = graphql(`
  query InvitationOffer($token: String!) {
    invitationOffer(token: $token) { organizationName invitedByName email role expiresAt isKnown }
  }
`);

const AcceptDocument = graphql(`
  mutation AcceptInvitation($token: String!, $name: String, $password: String) {
    acceptInvitation(token: $token, name: $name, password: $password) {
      __typename
      ... on AcceptInvitationSuccess { viewer { roles { organization { id name slug } } } }
      ... on Invalid { field }
      ... on Failure { message }
    }
  }
`);

const EnterDocument = graphql(`
  mutation SignInToJoin($email: String!, $password: String!) {
    signIn(email: $email, password: $password) {
      __typename
      ... on Failure { message }
    }
  }
`);

const LeaveDocument = graphql(`
  mutation SignOutToJoin {
    signOut {
      __typename
      ... on Failure { message }
    }
  }
`);

type Offer = NonNullable<InvitationOfferQuery["invitationOffer"]>;
type Joined = Extract<AcceptInvitationMutation["acceptInvitation"], { __typename: "AcceptInvitationSuccess" }>;

export default function Invitation() {
  const token = tokenOfLink();
  const [{ data, error }] = useQuery({ query: OfferDocument, variables: { token } });
  const offer = data?.invitationOffer;
  if (offer) return <Offered token={token} offer={offer} />;
  if (!error) return <Door title="Invitation"><Skeleton rows={4} /></Door>;
  return (
    <Door title="Invitation">
      <p class="door-problem" role="alert">{troubleOf(error).what}</p>
      <p>An invitation is good once, for seven days. Who sent it can send another; an older link then ends.</p>
      <Go to="/" class="button">To Tocsin</Go>
    </Door>
  );
}

function Offered({ token, offer }: { token: string; offer: Offer }) {
  const go = useGo();
  const joined = ({ viewer }: Joined) => {
    const into = viewer.roles.find(({ organization }) => organization?.name === offer.organizationName);
    startAnew();
    go("/", { org: into?.organization?.slug }, { replace: true });
  };
  return (
    <Door title={`Join ${offer.organizationName}`}>
      <p>
        {offer.invitedByName ? <><b>{offer.invitedByName}</b> invites you</> : "You are invited"} to <b>{offer.organizationName}</b> as {words(offer.role).toLowerCase()}.
        The invitation is for <b>{offer.email}</b> and ends <Time at={offer.expiresAt} />.
      </p>
      {offer.isKnown ? <Known token={token} offer={offer} onJoined={joined} /> : <Newcomer token={token} offer={offer} onJoined={joined} />}
    </Door>
  );
}

interface Props {
  token: string;
  offer: Offer;
  onJoined: (ok: Joined) => void;
}

function Newcomer({ token, offer, onJoined }: Props) {
  const form = useForm({ name: "", password: "" }, (values) => act(AcceptDocument, { token, ...values }), { onDone: (ok) => onJoined(ok) });
  const leave = async () => {
    await act(LeaveDocument, {});
    startAnew();
    form.reset();
  };
  return (
    <form class="form" onSubmit={form.onSubmit}>
      <input type="email" autoComplete="username" value={offer.email} hidden readOnly />
      <TextField form={form} name="name" label="Your name" autoComplete="name" required autofocus />
      <PasswordField form={form} name="password" />
      <Refused form={form} />
      {form.refusal?.includes("another address") && <Button onClick={() => void leave()}>Sign out here first</Button>}
      <Button type="submit" kind="primary" isBusy={form.isBusy}>Join {offer.organizationName}</Button>
    </form>
  );
}

function Known({ token, offer, onJoined }: Props) {
  const join = async ({ password }: { password: string }): Promise<Outcome<AcceptInvitationMutation>> => {
    const { refused } = await act(EnterDocument, { email: offer.email, password });
    if (!refused) return act(AcceptDocument, { token });
    // Who is signed in here already need not show it again.
    const already = await act(AcceptDocument, { token });
    return already.ok ? already : { refused };
  };
  const form = useForm({ password: "" }, join, { onDone: (ok) => onJoined(ok) });
  return (
    <form class="form" onSubmit={form.onSubmit}>
      <p>You have an account with this address already: sign in to join.</p>
      <input type="email" autoComplete="username" value={offer.email} hidden readOnly />
      <PasswordField form={form} name="password" isNew={false} isFirst />
      <Refused form={form} />
      <Button type="submit" kind="primary" isBusy={form.isBusy}>Sign in and join</Button>
      <p class="door-help"><Go to="/reset-password">Lost your password?</Go> Who signs in at a provider signs in first, then opens this link again.</p>
    </form>
  );
}
