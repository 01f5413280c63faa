/** Source maps: what builds have uploaded, so that minified stacks are readable. */
import { useQuery } from "@urql/preact";
import { useState } from "preact/hooks";
import { useAct } from "~/api/act";
import { graphql } from "~/api/graphql";
import { useWord } from "~/app/address";
import { useOrganization, useSession } from "~/app/session";
import type { ArtifactBundlesQuery } from "~/gql/graphql";
import { Badge, words } from "~/parts/Badge";
import { Button } from "~/parts/Button";
import { confirm } from "~/parts/confirm";
import { Code } from "~/parts/Copy";
import { compact } from "~/parts/Num";
import { Empty, Waiting } from "~/parts/States";
import { Time } from "~/parts/Time";
import { Card, Room } from "~/pages/settings/Room";

const BundlesDocument = graphql(`
  query ArtifactBundles($organization: ID!, $release: String) {
    artifactBundles(organization: $organization, release: $release, first: 100) {
      id
      release
      dist
      state
      detail
      size
      artifactCount
      createdAt
      lastUsedAt
      services { id name }
    }
  }
`);

const BundleDocument = graphql(`
  query ArtifactsOf($id: ID!) {
    node(id: $id) { id ... on ArtifactBundle { id artifacts { name kind size debugId sourceMapName } } }
  }
`);

const DeleteDocument = graphql(`
  mutation DeleteArtifactBundle($id: ID!) {
    deleteArtifactBundle(id: $id) {
      __typename
      ... on DeleteArtifactBundleSuccess { bundle { id } }
      ... on Failure { message }
    }
  }
`);

type Bundle = NonNullable<ArtifactBundlesQuery["artifactBundles"]>[number];
export const bytes = (size: number): string => {
  const steps = ["B", "KiB", "MiB", "GiB"];
  const at = size > 0 ? Math.min(3, Math.floor(Math.log2(size) / 10)) : 0;
  return `${(size / 1024 ** at).toFixed(at ? 1 : 0)} ${steps[at]}`;
};

export function SourceMaps() {
  const { id, slug } = useOrganization();
  const [wanted, look] = useWord<string>("release", "");
  const [typed, type] = useState(wanted);
  const release = wanted || null;
  const [{ data, error }, ask] = useQuery({ query: BundlesDocument, variables: { organization: id, release } });
  const bundles = data?.artifactBundles;
  return (
    <Room title="Source maps" lead="A build uploads them with a token of the scope Artifacts; stacks of its minified code are then shown in the sources.">
      <form class="filters" role="search" onSubmit={(event) => (event.preventDefault(), look(typed.trim()))}>
        <label>
          <span class="visually-hidden">Release</span>
          <input type="search" placeholder="Release, such as shop@1.4.0" value={typed} onInput={({ currentTarget }) => (type(currentTarget.value), currentTarget.value || look(""))} />
        </label>
        <Button type="submit" icon="search">Look</Button>
      </form>
      {!bundles && <Waiting error={error} onRetry={() => ask({ requestPolicy: "network-only" })} rows={4} />}
      {bundles?.length === 0 && (
        <>
          <Empty icon="file" title={release ? `Nothing was uploaded for ${release}` : "Nothing was uploaded yet"}>In a build, after the bundler:</Empty>
          <Code label="Upload source maps" text={`export SENTRY_URL=${location.origin} SENTRY_ORG=${slug} SENTRY_PROJECT=<service> SENTRY_AUTH_TOKEN=<token>\nnpx @sentry/cli sourcemaps inject dist\nnpx @sentry/cli sourcemaps upload --release shop@1.4.0 dist`} />
        </>
      )}
      {bundles && bundles.length > 0 && (
        <Card title={bundles.length === 100 ? "The newest 100 uploads" : `${bundles.length} ${bundles.length === 1 ? "upload" : "uploads"}`}>
          <ul class="lines">{bundles.map((bundle) => <BundleLine key={bundle.id} bundle={bundle} />)}</ul>
        </Card>
      )}
    </Room>
  );
}

function BundleLine({ bundle }: { bundle: Bundle }) {
  const { can } = useSession();
  const [isOpen, open] = useState(false);
  const [remove, isBusy] = useAct(DeleteDocument, { done: "Deleted" });
  const name = bundle.release ?? "Without a release";
  const ask = async () => {
    const text = "Stacks of its code that come from now on stay minified; those that are resolved stay readable.";
    if (await confirm({ title: `Delete what ${name} uploaded?`, text, action: "Delete", isDangerous: true })) await remove({ id: bundle.id });
  };
  return (
    <li>
      <div>
        <p class="lines-name">
          {name} {bundle.dist && <Badge>{bundle.dist}</Badge>}
          {bundle.state !== "OK" && <Badge tone={bundle.state === "ERROR" ? "bad" : "info"}>{words(bundle.state).toLowerCase()}</Badge>}
        </p>
        <p class="dim">
          {bundle.services.map(({ name: called }) => called).join(", ") || "No service"} · {compact(bundle.artifactCount)} files · {bytes(bundle.size)} · <Time at={bundle.createdAt} />
          {bundle.lastUsedAt && <> · used <Time at={bundle.lastUsedAt} /></>}
        </p>
        {bundle.detail && <p class="field-problem">{bundle.detail}</p>}
        {bundle.artifactCount > 0 && (
          <details onToggle={({ currentTarget }) => open(currentTarget.open)}>
            <summary class="dim">Its files</summary>
            {isOpen && <Files id={bundle.id} />}
          </details>
        )}
      </div>
      {can("CONFIGURE") && <Button kind="quiet" icon="trash" label={`Delete the upload of ${name}`} isBusy={isBusy} onClick={() => void ask()} />}
    </li>
  );
}

function Files({ id }: { id: string }) {
  const [{ data, error }] = useQuery({ query: BundleDocument, variables: { id } });
  const files = data?.node && "artifacts" in data.node ? data.node.artifacts : undefined;
  if (!files) return <Waiting error={error} rows={2} />;
  return (
    <div class="scroll">
      <table class="room-table">
        <tbody>
          {files.map((file) => (
            <tr key={`${file.name} ${file.kind}`}><td class="mono">{file.name}</td><td class="dim">{words(file.kind)}</td><td class="end dim">{bytes(file.size)}</td></tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
