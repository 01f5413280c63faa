/** One's own account: the theme, and where one is signed in. */
import { useQuery } from "@urql/preact";
import { useAct } from "~/api/act";
import { graphql } from "~/api/graphql";
import { useSignal } from "~/api/signal";
import { useSession } from "~/app/session";
import { theme, THEMES, type Theme } from "~/app/theme";
import type { SignInsQuery } from "~/gql/graphql";
import { Avatar } from "~/parts/Avatar";
import { Badge, words } from "~/parts/Badge";
import { Button } from "~/parts/Button";
import { Waiting } from "~/parts/States";
import { Time } from "~/parts/Time";
import { Everywhere, Name, Password } from "~/pages/account/Own";

const SignInsDocument = graphql(`
  query SignIns {
    viewer { signIns { id method userAgent address isCurrent createdAt lastSeenAt } }
  }
`);

const EndSignIn = graphql(`
  mutation EndSignIn($id: ID!) {
    signOut(id: $id) {
      __typename
      ... on Failure { message }
    }
  }
`);

export default function Account() {
  const { user, roles } = useSession();
  const [, ask] = useQuery({ query: SignInsDocument, pause: true });
  return (
    <>
      <div class="page-head">
        <h1>Account</h1>
      </div>
      <section class="card account-who" aria-label="You">
        <Avatar person={user} />
        <div>
          <p><b>{user.name}</b></p>
          <p class="dim">{user.email}</p>
        </div>
        <ul class="chips" aria-label="Roles">
          {roles.map(({ role, organization }) => (
            <li key={organization!.id}><Badge>{`${words(role)} of ${organization!.name}`}</Badge></li>
          ))}
        </ul>
      </section>
      <Name />
      <Appearance />
      <Password onChanged={() => ask({ requestPolicy: "network-only" })} />
      <SignIns />
    </>
  );
}

const NAMES: Record<Theme, string> = { auto: "As the system", light: "Light", dark: "Dark" };

function Appearance() {
  const chosen = useSignal(theme);
  return (
    <section class="card" aria-labelledby="appearance">
      <h2 id="appearance">Appearance</h2>
      <div class="choice" role="radiogroup" aria-labelledby="appearance">
        {THEMES.map((each) => (
          <label key={each}>
            <input type="radio" name="theme" checked={chosen === each} onChange={() => theme.set(each)} />
            {NAMES[each]}
          </label>
        ))}
      </div>
    </section>
  );
}

function SignIns() {
  const [{ data, error }, ask] = useQuery({ query: SignInsDocument });
  const refresh = () => ask({ requestPolicy: "network-only" });
  const list = data?.viewer.signIns;
  return (
    <section class="card" aria-labelledby="sign-ins">
      <h2 id="sign-ins">Where you are signed in</h2>
      {list ? (
        <ul class="lines">
          {list.map((each) => <Line key={each.id} signIn={each} onEnded={refresh} />)}
        </ul>
      ) : (
        <Waiting error={error} onRetry={refresh} />
      )}
      <Everywhere />
    </section>
  );
}

function Line({ signIn, onEnded }: { signIn: SignInsQuery["viewer"]["signIns"][number]; onEnded: () => void }) {
  const [end, isBusy] = useAct(EndSignIn, { done: "Signed out there" });
  return (
    <li>
      <div>
        <p>{browserOf(signIn.userAgent)} {signIn.isCurrent && <Badge tone="ok">this one</Badge>}</p>
        <p class="dim">{signIn.address ?? "unknown address"}, by {words(signIn.method).toLowerCase()}, <Time at={signIn.createdAt} />; last seen <Time at={signIn.lastSeenAt} /></p>
      </div>
      {!signIn.isCurrent && (
        <Button isSmall isBusy={isBusy} onClick={async () => (await end({ id: signIn.id })) && onEnded()}>Sign out</Button>
      )}
    </li>
  );
}

const BROWSERS = [["Edg/", "Edge"], ["Firefox/", "Firefox"], ["Chrome/", "Chrome"], ["Safari/", "Safari"]] as const;
const SYSTEMS = [["Windows", "Windows"], ["Android", "Android"], ["iPhone", "iPhone"], ["Mac OS", "macOS"], ["Linux", "Linux"]] as const;

function browserOf(agent: string | null | undefined): string {
  if (!agent) return "Unknown browser";
  const find = (names: readonly (readonly [string, string])[]) => names.find(([mark]) => agent.includes(mark))?.[1];
  const system = find(SYSTEMS);
  return `${find(BROWSERS) ?? agent.slice(0, 40)}${system ? ` on ${system}` : ""}`;
}
