/** Roles and scopes, in words. */
import type { MembershipRole, TokenScope } from "~/gql/enums";
import type { Choice } from "~/parts/form";

export const ROLES: Record<MembershipRole, readonly [name: string, may: string]> = {
  OWNER: ["Owner", "everything, and the organization itself"],
  ADMIN: ["Administrator", "everything but the organization itself"],
  DEVOPS: ["DevOps", "errors, services, keys, limits and rules"],
  ON_CALL: ["On call", "incidents and alert rules"],
  SUPPORT: ["Support", "errors, user reports and incidents"],
  STAFF: ["Staff", "user reports"],
  VIEWER: ["Viewer", "looks, and changes nothing"],
};
const ALL = Object.keys(ROLES) as MembershipRole[];

export const SCOPES: Record<TokenScope, readonly [name: string, may: string]> = {
  READ: ["Read", "ask for everything that you may see"],
  WRITE: ["Write", "change what you may change"],
  ARTIFACTS: ["Artifacts", "upload source maps; for build servers"],
};

/** The roles that somebody may hand out: owners are made by owners. */
export const rolesFor = (own: MembershipRole | undefined): readonly Choice[] =>
  ALL.filter((role) => own === "OWNER" || role !== "OWNER").map((role) => [role, ROLES[role][0]]);
