/** From the address to a page: who has not signed in signs in first, and comes back to where they wanted to be. */
import { Provider, useQuery } from "@urql/preact";
import { useEffect, useState } from "preact/hooks";
import { Redirect, Route, Router, Switch } from "wouter-preact";
import { hangUp, onSignedOut } from "~/api/connection";
import { client, signedOut } from "~/api/client";
import { codeOf } from "~/api/failures";
import { useSignal } from "~/api/signal";
import { useAddress } from "~/app/address";
import { startAnew } from "~/app/anew";
import { Lazy } from "~/app/Lazy";
import { NotFound } from "~/app/NotFound";
import { navigation, pages } from "~/app/pages";
import { SessionContext, SessionDocument, sessionOf } from "~/app/session";
import { Shell } from "~/app/Shell";
import { Confirm } from "~/parts/confirm";
import { Problem } from "~/parts/States";
import { Toasts } from "~/parts/Toasts";
import { SignIn } from "~/pages/sign-in/SignIn";

const open = pages.filter(({ frame }) => frame === "public");
const closed = pages.filter(({ frame }) => frame !== "public");

export function App() {
  return (
    <Provider value={useSignal(client)}>
      <Router>
        <Switch>
          {open.map((page) => (
            <Route key={page.path} path={page.path}>
              <Lazy page={page} />
            </Route>
          ))}
          <Route>
            <SignedIn />
          </Route>
        </Switch>
      </Router>
      <Toasts />
      <Confirm />
    </Provider>
  );
}

function SignedIn() {
  const [{ data, error }, ask] = useQuery({ query: SessionDocument });
  const [params] = useAddress();
  const ended = useSignal(signedOut);
  const [isOut, setOut] = useState(false);
  const api = useSignal(client);
  useEffect(() => setOut(ended > 0), [ended]);
  useEffect(() => setOut(false), [api]);
  useEffect(() => onSignedOut(() => ask({ requestPolicy: "network-only" })), [ask]);
  useEffect(() => {
    if (isOut) hangUp();
  }, [isOut]);

  if (isOut || codeOf(error) === "UNAUTHENTICATED") return <SignIn onDone={startAnew} />;
  if (!data) return <div class="start">{error && <Problem error={error} onRetry={() => ask({ requestPolicy: "network-only" })} />}</div>;
  const session = sessionOf(data.viewer, params.get("org"));
  return (
    <SessionContext.Provider value={session}>
      <Switch>
        {closed.filter(({ frame }) => frame === "bare").map((page) => (
          <Route key={page.path} path={page.path}>
            <Lazy page={page} />
          </Route>
        ))}
        <Route>
          <Shell>
            <Switch>
              {closed.map((page) => (
                <Route key={page.path} path={page.path}>
                  <Lazy page={page} />
                </Route>
              ))}
              <Route path="/">
                <Redirect to={`${navigation[0]?.path ?? "/account"}${location.search}`} replace />
              </Route>
              <Route>
                <NotFound />
              </Route>
            </Switch>
          </Shell>
        </Route>
      </Switch>
    </SessionContext.Provider>
  );
}
