/** Who has signed in: their account, the theme, and the way out. */
import { graphql } from "~/api/graphql";
import { act } from "~/api/act";
import { useSignal } from "~/api/signal";
import { useGo } from "~/app/address";
import { startAnew } from "~/app/anew";
import { useSession } from "~/app/session";
import { theme, type Theme } from "~/app/theme";
import { Avatar } from "~/parts/Avatar";
import { words } from "~/parts/Badge";
import { Menu } from "~/parts/Menu";
import { say } from "~/parts/toasts";

const SignOut = graphql(`
  mutation SignOut {
    signOut {
      __typename
      ... on Failure { message }
    }
  }
`);

const THEMES: [Theme, string][] = [["auto", "Theme of the system"], ["light", "Light"], ["dark", "Dark"]];

export function ViewerMenu() {
  const { user, role } = useSession();
  const chosen = useSignal(theme);
  const go = useGo();
  const leave = async () => {
    const { refused } = await act(SignOut, {});
    if (refused) say(refused.message, { kind: "bad" });
    else startAnew();
  };
  return (
    <div class="viewer">
      <Menu
        label={`${user.name}: account and theme`}
        kind="bare"
        side="right"
        items={[
          { label: "Account", icon: "person", hint: role ? words(role.role) : undefined, run: () => go("/account") },
          "line",
          ...THEMES.map(([value, label]) => ({ label, isOn: chosen === value, run: () => theme.set(value) })),
          "line",
          { label: "Sign out", icon: "out", run: () => void leave() },
        ]}
      >
        <Avatar person={user} />
        <span class="visually-hidden">: account and theme</span>
      </Menu>
    </div>
  );
}
