/** For who has connected nothing yet: where to begin. */
import { useQuery } from "@urql/preact";
import type { ComponentChildren } from "preact";
import { graphql } from "~/api/graphql";
import { useOrganization } from "~/app/session";
import { Go } from "~/parts/Go";
import { Empty, Skeleton } from "~/parts/States";

const AnyDocument = graphql(`
  query AnyError($organization: ID!) {
    errors(where: { organization: $organization }, first: 1) { edges { node { id } } }
  }
`);

/** The way to a first error while there has never been one, else what stands there `otherwise`. */
export function FirstSteps({ otherwise }: { otherwise?: ComponentChildren }) {
  const { id: organization } = useOrganization();
  const [{ data, error }] = useQuery({ query: AnyDocument, variables: { organization } });
  if (!data && !error) return otherwise ? <Skeleton rows={3} /> : null;
  if (!data?.errors || data.errors.edges.length > 0) return <>{otherwise}</>;
  return (
    <Empty icon="service" title="No program has sent an error yet" action={<Go to="/setup" class="button primary">Connect a program</Go>}>
      A few lines in a program are enough. What fails there appears here by itself.
    </Empty>
  );
}
