/** Who has signed in, what they may do, and in which organization they look around. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { graphql } from "~/api/graphql";
import type { Right } from "~/gql/enums";
import type { SessionQuery } from "~/gql/graphql";

export type RightName = Right;

export const SessionDocument = graphql(`
  query Session {
    viewer {
      user { id name email isSystemAdmin }
      roles { role rights organization { id name slug isSystem timezone } }
    }
  }
`);

type Role = SessionQuery["viewer"]["roles"][number];

export interface Session {
  user: NonNullable<SessionQuery["viewer"]["user"]>;
  roles: readonly Role[];
  role: Role | undefined;
  organization: NonNullable<Role["organization"]> | undefined;
  /** Whether the viewer has a right in this organization. Hide what they may not do; the server refuses it anyway. */
  can(right: Right): boolean;
}

export function sessionOf(viewer: SessionQuery["viewer"], slug: string | null): Session {
  const reachable = viewer.roles.filter((role) => role.organization);
  const usual = reachable.find((role) => !role.organization!.isSystem) ?? reachable[0];
  const role = reachable.find((each) => each.organization!.slug === slug) ?? usual;
  return {
    user: viewer.user!,
    roles: reachable,
    role,
    organization: role?.organization ?? undefined,
    can: (right) => role?.rights.includes(right) ?? false,
  };
}

export const SessionContext = createContext<Session | null>(null);

/** The session; only below the shell, where there is one. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("useSession is for pages of who has signed in");
  return session;
}

/** The organization that is looked at. */
export function useOrganization(): NonNullable<Session["organization"]> {
  const { organization } = useSession();
  if (!organization) throw new Error("The shell shows no page to who belongs nowhere");
  return organization;
}
