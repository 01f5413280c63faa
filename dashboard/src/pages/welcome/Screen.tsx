/** After a link has signed somebody in: a name and a first password, then on to where they begin. */
import { useQuery } from "@urql/preact";
import { useEffect } from "preact/hooks";
import { act } from "~/api/act";
import { graphql } from "~/api/graphql";
import { useGo } from "~/app/address";
import { useSession } from "~/app/session";
import { Button } from "~/parts/Button";
import { Door } from "~/parts/Door";
import { Refused, TextField, useForm } from "~/parts/form";
import { PasswordField } from "~/parts/PasswordField";
import { Problem } from "~/parts/States";
import { ChangeNameDocument, ChangePasswordDocument } from "~/pages/welcome/documents";

const BeginDocument = graphql(`
  query Begin($where: ErrorFilter) {
    viewer { hasPassword }
    errors(where: $where, first: 1) { edges { node { id } } }
  }
`);

export default function Welcome() {
  const { organization, can } = useSession();
  const go = useGo();
  const where = organization ? { organization: organization.id } : null;
  const [{ data, error }, ask] = useQuery({ query: BeginDocument, variables: { where }, requestPolicy: "network-only" });
  const isEmpty = data?.errors?.edges.length === 0;
  const next = organization && isEmpty && can("CONFIGURE") ? "/setup" : "/";
  const isReady = data?.viewer.hasPassword ?? false;
  useEffect(() => {
    if (isReady) go(next, {}, { replace: true });
  }, [isReady]);
  if (error) return <main class="start"><Problem error={error} onRetry={() => ask({ requestPolicy: "network-only" })} /></main>;
  if (!data || isReady) return <main class="start" aria-busy="true"><h1 class="visually-hidden">Welcome</h1></main>;
  return <FirstPassword onDone={() => go(next, {}, { replace: true })} />;
}

function FirstPassword({ onDone }: { onDone: () => void }) {
  const { user } = useSession();
  const send = async ({ name, newPassword }: { name: string; newPassword: string }) => {
    if (name.trim() !== user.name) {
      const { refused } = await act(ChangeNameDocument, { name });
      if (refused) return { refused };
    }
    return act(ChangePasswordDocument, { newPassword });
  };
  const form = useForm({ name: user.name, newPassword: "" }, send, { done: "Your password is set", onDone });
  return (
    <Door title="Welcome to Tocsin">
      <p>The link that brought you here is used up. Choose a password for <b>{user.email}</b>, so that you come in again.</p>
      <form class="form" onSubmit={form.onSubmit}>
        <input type="email" autoComplete="username" value={user.email} hidden readOnly />
        <TextField form={form} name="name" label="Your name" autoComplete="name" required />
        <PasswordField form={form} name="newPassword" isFirst />
        <Refused form={form} />
        <Button type="submit" kind="primary" isBusy={form.isBusy}>Set the password and go on</Button>
        <Button kind="quiet" onClick={onDone}>Later</Button>
      </form>
      <p class="door-help">A first password can be set within an hour of signing in; after that it takes another link.</p>
    </Door>
  );
}
