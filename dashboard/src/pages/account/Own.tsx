/** What one changes of oneself: one's name, one's password, and where one is signed in. */
import { useQuery } from "@urql/preact";
import { act } from "~/api/act";
import { graphql } from "~/api/graphql";
import { startAnew } from "~/app/anew";
import { useSession } from "~/app/session";
import { Button } from "~/parts/Button";
import { confirm } from "~/parts/confirm";
import { Refused, SaveBar, TextField, useForm } from "~/parts/form";
import { PasswordField } from "~/parts/PasswordField";
import { say } from "~/parts/toasts";
import { ChangeNameDocument, ChangePasswordDocument } from "~/pages/welcome/documents";

const PasswordDocument = graphql(`
  query HavePassword {
    viewer { hasPassword }
  }
`);

const EverywhereDocument = graphql(`
  mutation SignOutEverywhere {
    signOutEverywhere {
      __typename
      ... on SignOutEverywhereSuccess { ended }
      ... on Failure { message }
    }
  }
`);

export function Name() {
  const { user } = useSession();
  const form = useForm({ name: user.name }, (values) => act(ChangeNameDocument, values), { done: "You are called so everywhere now" });
  return (
    <section class="card room-card" aria-labelledby="own-name">
      <h2 id="own-name">Your name</h2>
      <form class="form" onSubmit={form.onSubmit}>
        <TextField form={form} name="name" label="Name" autoComplete="name" required hint={<>You sign in as {user.email}.</>} />
        <SaveBar form={form} />
      </form>
    </section>
  );
}

export function Password({ onChanged }: { onChanged: () => void }) {
  const { user } = useSession();
  const [{ data }, ask] = useQuery({ query: PasswordDocument });
  const hasOne = data?.viewer.hasPassword ?? true;
  const form = useForm(
    { currentPassword: "", newPassword: "" },
    ({ currentPassword, newPassword }) => act(ChangePasswordDocument, { currentPassword: hasOne ? currentPassword : null, newPassword }),
    {
      done: "Changed. Everywhere else you are signed out",
      onDone: () => {
        ask({ requestPolicy: "network-only" });
        onChanged();
      },
    },
  );
  return (
    <section class="card room-card" aria-labelledby="own-password">
      <h2 id="own-password">Password</h2>
      <form class="form" onSubmit={form.onSubmit}>
        <input type="email" autoComplete="username" value={user.email} hidden readOnly />
        {hasOne && <PasswordField form={form} name="currentPassword" label="Current password" isNew={false} />}
        <PasswordField form={form} name="newPassword" label="New password" />
        <Refused form={form} />
        <div class="row"><Button type="submit" kind="primary" isBusy={form.isBusy} disabled={!form.isChanged}>{hasOne ? "Change the password" : "Set the password"}</Button></div>
      </form>
    </section>
  );
}

export function Everywhere() {
  const leave = async () => {
    const text = "In every browser, this one as well. API tokens go on.";
    if (!(await confirm({ title: "Sign out everywhere?", text, action: "Sign out everywhere", isDangerous: true }))) return;
    const { refused } = await act(EverywhereDocument, {});
    if (refused) say(refused.message, { kind: "bad" });
    else startAnew();
  };
  return <div><Button isSmall icon="out" onClick={() => void leave()}>Sign out everywhere…</Button></div>;
}
