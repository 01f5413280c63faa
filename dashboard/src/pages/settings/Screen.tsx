/** The rooms, and the list of them. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { Redirect, Route, Switch, useLocation } from "wouter-preact";
import { useSession } from "~/app/session";
import { NotFound } from "~/app/NotFound";
import { Go } from "~/parts/Go";
import { Icon, type IconName } from "~/parts/Icon";
import { GROUPS } from "~/pages/settings/rooms";
import "~/pages/settings/settings.css";

export default function Settings() {
  const { can } = useSession();
  const groups = GROUPS.map(({ label, rooms }) => ({ label, rooms: rooms.filter(({ right }) => !right || can(right)) }));
  return (
    <div class="settings">
      <Sides groups={groups} />
      <div class="settings-room">
        <Switch>
          {groups.flatMap(({ rooms }) => rooms).flatMap(({ path, component: Here, one: One }) => [
            <Route key={path} path={`/settings/${path}`}><Here /></Route>,
            ...(One ? [<Route key={`${path}/:id`} path={`/settings/${path}/:id`}><One /></Route>] : []),
          ])}
          <Route path="/settings">
            <Redirect to={`/settings/${can("CONFIGURE") ? "services" : "members"}${location.search}`} replace />
          </Route>
          <Route><NotFound /></Route>
        </Switch>
      </div>
    </div>
  );
}

function Sides({ groups }: { groups: readonly { label: string; rooms: readonly { path: string; label: string; icon: IconName }[] }[] }) {
  const [at] = useLocation();
  const list = useRef<HTMLElement>(null);
  // At phone width the list runs sideways: where one is should be in it.
  useLayoutEffect(() => list.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" }), [at]);
  return (
    <nav ref={list} class="settings-sides" aria-label="Settings">
      {groups.map(({ label, rooms }) => (
        <div key={label}>
          <h2>{label}</h2>
          <ul>
            {rooms.map((room) => (
              <li key={room.path}><Side to={`/settings/${room.path}`} icon={room.icon} at={at}>{room.label}</Side></li>
            ))}
          </ul>
        </div>
      ))}
      <div>
        <h2>You</h2>
        <ul><li><Side to="/account" icon="person" at={at}>My account</Side></li></ul>
      </div>
    </nav>
  );
}

function Side({ to, icon, at, children }: { to: string; icon: IconName; at: string; children: string }) {
  return (
    <Go to={to} aria-current={at === to || at.startsWith(`${to}/`) ? "page" : undefined}>
      <Icon name={icon} />
      <span>{children}</span>
    </Go>
  );
}
