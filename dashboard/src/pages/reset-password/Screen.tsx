/** A new password: by a link, or asking for such a link. */
import { useQuery } from "@urql/preact";
import { useState } from "preact/hooks";
import { act } from "~/api/act";
import { graphql } from "~/api/graphql";
import { useGo } from "~/app/address";
import { startAnew } from "~/app/anew";
import { Button } from "~/parts/Button";
import { Door, tokenOfLink } from "~/parts/Door";
import { Refused, TextField, useForm } from "~/parts/form";
import { Go } from "~/parts/Go";
import { PasswordField } from "~/parts/PasswordField";
import { say } from "~/parts/toasts";

const ResetDocument = graphql(`
  mutation ResetPassword($token: String!, $password: String!) {
    resetPassword(token: $token, password: $password) {
      __typename
      ... on ResetPasswordSuccess { viewer { user { id } } }
      ... on Invalid { field }
      ... on Failure { message }
    }
  }
`);

const AskDocument = graphql(`
  mutation RequestPasswordReset($email: String!) {
    requestPasswordReset(email: $email) {
      __typename
      ... on RequestPasswordResetSuccess { message }
      ... on Failure { message }
    }
  }
`);

const MailDocument = graphql(`
  query MailForReset {
    signInWays { sendsMail }
  }
`);

export default function ResetPassword() {
  const token = tokenOfLink();
  return token ? <SetOne token={token} /> : <Ask />;
}

function SetOne({ token }: { token: string }) {
  const go = useGo();
  const form = useForm({ password: "" }, ({ password }) => act(ResetDocument, { token, password }), {
    onDone: () => {
      startAnew();
      say("Your new password is set. Everywhere else you are signed out.");
      go("/", {}, { replace: true });
    },
  });
  return (
    <Door title="Set a new password">
      <p>You are signed in with it at once, and signed out everywhere else.</p>
      <form class="form" onSubmit={form.onSubmit}>
        <PasswordField form={form} name="password" label="New password" isFirst />
        <Refused form={form} />
        {form.refusal?.includes("not good any more") && <Go to="/reset-password" class="button">Ask for another link</Go>}
        <Button type="submit" kind="primary" isBusy={form.isBusy}>Set the password</Button>
      </form>
    </Door>
  );
}

function Ask() {
  const [{ data }] = useQuery({ query: MailDocument });
  const [told, tell] = useState<string | null>(null);
  const form = useForm({ email: "" }, (values) => act(AskDocument, values), { onDone: (ok) => tell(ok.message) });
  const sends = data?.signInWays?.sendsMail;
  return (
    <Door title="Lost your password?">
      {told ? (
        <p role="status">{told} Its link is good for an hour, once.</p>
      ) : sends === false ? (
        <p>This Tocsin sends no e-mails. Whoever runs it makes a link for you: <code>tocsin user link EMAIL --purpose reset</code></p>
      ) : (
        <form class="form" onSubmit={form.onSubmit}>
          <TextField form={form} name="email" label="E-mail" type="email" autoComplete="username" required autofocus />
          <Refused form={form} />
          <Button type="submit" kind="primary" isBusy={form.isBusy}>Mail me a link</Button>
        </form>
      )}
      <p class="door-help"><Go to="/">Back to sign in</Go></p>
    </Door>
  );
}
