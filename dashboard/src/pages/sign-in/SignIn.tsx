/** Signing in: with a password, or at the provider that is set up. */
import { useQuery } from "@urql/preact";
import { useRef, useState } from "preact/hooks";
import { act } from "~/api/act";
import { graphql } from "~/api/graphql";
import { useTitle } from "~/app/title";
import { Button } from "~/parts/Button";
import { Field } from "~/parts/Field";
import { Go } from "~/parts/Go";
import { Mark } from "~/parts/Icon";
import { useSeconds } from "~/parts/Time";

const SignInDocument = graphql(`
  mutation SignIn($email: String!, $password: String!) {
    signIn(email: $email, password: $password) {
      __typename
      ... on SignInSuccess { viewer { user { id } } }
      ... on TooMany { retryAfterSeconds }
      ... on Failure { message }
    }
  }
`);

const WaysDocument = graphql(`
  query SignInWays {
    signInWays { sendsMail provider { name startPath } }
  }
`);

export function SignIn({ onDone }: { onDone: () => void }) {
  useTitle("Sign in");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [until, setUntil] = useState(0);
  const form = useRef<HTMLFormElement>(null);
  const now = useSeconds(until > 0);
  const left = Math.max(0, Math.ceil((until - now) / 1000));
  const submit = async (event: Event) => {
    event.preventDefault();
    const data = new FormData(form.current!);
    setBusy(true);
    setProblem(null);
    const { ok, refused } = await act(SignInDocument, { email: String(data.get("email")), password: String(data.get("password")) });
    setBusy(false);
    if (ok) return onDone();
    setProblem(refused!.message);
    if (typeof refused!.retryAfterSeconds === "number") setUntil(Date.now() + refused!.retryAfterSeconds * 1000);
    else form.current!.querySelector<HTMLInputElement>("[name=password]")!.select();
  };
  return (
    <main class="door">
      <div class="door-card">
        <Mark size={40} />
        <h1>Sign in to Tocsin</h1>
        <form ref={form} onSubmit={submit}>
          <Field label="E-mail">
            {(field) => <input {...field} name="email" type="email" autoComplete="username" required autofocus />}
          </Field>
          <Field label="Password">
            {(field) => <input {...field} name="password" type="password" autoComplete="current-password" required />}
          </Field>
          <div role="alert">
            {problem && <p class="door-problem">{problem}{left > 0 && ` ${left} s left.`}</p>}
          </div>
          <Button kind="primary" type="submit" isBusy={isBusy} disabled={left > 0}>Sign in</Button>
        </form>
        <OtherWays />
      </div>
    </main>
  );
}

function OtherWays() {
  const [{ data }] = useQuery({ query: WaysDocument });
  const ways = data?.signInWays;
  if (!ways) return null;
  const back = encodeURIComponent(location.pathname + location.search);
  return (
    <>
      {ways.provider && (
        <a class="button door-provider" href={`${ways.provider.startPath}?to=${back}`}>Sign in at {ways.provider.name}</a>
      )}
      <p class="door-help">
        No password yet, or lost it?{" "}
        {ways.sendsMail ? <Go to="/reset-password">Have a link mailed to you</Go> : <>Whoever runs Tocsin makes a link for you: <code>tocsin user link EMAIL</code></>}
      </p>
    </>
  );
}
