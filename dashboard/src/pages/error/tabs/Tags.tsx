/** Which values each tag has: one look says whether it is one browser, one server, one release. */
import { useQuery } from "@urql/preact";
import { graphql } from "~/api/graphql";
import { useGo } from "~/app/address";
import { Bars } from "~/parts/Spark";
import { full } from "~/parts/Num";
import { Empty, Waiting } from "~/parts/States";

const TagsDocument = graphql(`
  query TagsOfError($id: ID!) {
    error(id: $id) { id tagDistributions(first: 30) { key total different values { value count } } }
  }
`);

export function Tags({ error: id }: { error: string }) {
  const go = useGo();
  const [{ data, error }, ask] = useQuery({ query: TagsDocument, variables: { id } });
  const tags = data?.error?.tagDistributions;
  if (!tags) return <Waiting error={error} onRetry={() => ask({ requestPolicy: "network-only" })} rows={6} />;
  if (!tags.length) return <Empty icon="tag" title="No tags">Tags come with events. Set them in your program: <code>scope.set_tag("shelf", "north")</code></Empty>;
  return (
    <div class="tag-grid">
      {tags.map((tag) => (
        <section key={tag.key} class="card" aria-label={`Tag ${tag.key}`}>
          <h3>{tag.key}<small>{tag.different > tag.values.length ? `${full(tag.different)} different` : ""}</small></h3>
          <Bars
            label={tag.key}
            total={tag.total}
            bars={tag.values.slice(0, 6).map(({ value, count }) => ({ name: value, value: count, title: `${full(count)} of ${full(tag.total)}: find other errors with it` }))}
            onPick={({ name }) => go("/errors", { q: `tag.${tag.key}:${quoted(name)}`, view: "all" })}
          />
        </section>
      ))}
    </div>
  );
}

const quoted = (value: string): string => (/^[\w.@-]+$/.test(value) ? value : `"${value.replaceAll('"', "")}"`);
