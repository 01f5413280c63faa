/** Errors that are like it, those merged into it, and its duplicates. */
import { useQuery } from "@urql/preact";
import { useState } from "preact/hooks";
import { graphql } from "~/api/graphql";
import { useSession } from "~/app/session";
import type { SimilarToErrorQuery } from "~/gql/graphql";
import { StatusBadge } from "~/parts/Badge";
import { Button } from "~/parts/Button";
import { markDuplicate, unmarkDuplicate, unmerge } from "~/parts/errors/actions";
import { MergeDialog, type Mergeable } from "~/parts/errors/MergeDialog";
import { Go } from "~/parts/Go";
import { Num, percent } from "~/parts/Num";
import { Waiting } from "~/parts/States";
import type { Act } from "~/pages/error/Acting";
import type { Head } from "~/pages/error/documents";

const SimilarDocument = graphql(`
  query SimilarToError($id: ID!) {
    error(id: $id) {
      id
      similar(first: 10) { score reasons error { ...OtherError } }
      mergedErrors { ...OtherError }
      duplicates { duplicate { ...OtherError } similarityReason }
    }
  }
`);

export const OtherFragment = graphql(`
  fragment OtherError on Error { id shortId title status occurrenceCount usersAffectedCount serviceName service { id name } }
`);

type Found = NonNullable<SimilarToErrorQuery["error"]>;
type Other = Found["mergedErrors"][number];

export function Similar({ error, onAct }: { error: Head; onAct: (act: Act) => void }) {
  const { can } = useSession();
  const [merging, setMerging] = useState<Mergeable | null>(null);
  const [{ data, error: failed }, ask] = useQuery({ query: SimilarDocument, variables: { id: error.id } });
  const again = () => ask({ requestPolicy: "network-only" });
  const found = data?.error;
  if (!found) return <Waiting error={failed} onRetry={again} rows={6} />;
  const may = can("TRIAGE");
  const merged = new Set(found.mergedErrors.map(({ id }) => id));
  const similar = (found.similar ?? []).flatMap((each) => (each.error && !merged.has(each.error.id) ? [{ ...each, error: each.error }] : []));
  const duplicates = found.duplicates.flatMap((each) => (each.duplicate ? [{ ...each, duplicate: each.duplicate }] : []));
  const isOneService = (other: Other) => other.service?.id === error.service?.id;
  return (
    <div class="stack">
      <Part title="Like it" none="Nothing is like it." count={similar.length}>
        {similar.map(({ error: other, score, reasons }) => (
          <OtherLine key={other.id} other={other} note={`${percent(score)} · ${reasons.join(" ")}`}>
            {may && isOneService(other) && <Button isSmall icon="merge" onClick={() => setMerging(other)}>Merge…</Button>}
            {may && <Button isSmall kind="quiet" onClick={() => void markDuplicate(other.id, error.id, reasons[0]).then(again)}>Duplicate</Button>}
          </OtherLine>
        ))}
      </Part>
      <Part title="Merged into it" none="Nothing is merged into it." count={found.mergedErrors.length}>
        {found.mergedErrors.map((other) => (
          <OtherLine key={other.id} other={other}>
            {may && <Button isSmall onClick={() => void unmerge(error.id, [other.id]).then(again)}>Unmerge</Button>}
          </OtherLine>
        ))}
      </Part>
      <Part title="Duplicates of it" none="No error is marked as its duplicate." count={duplicates.length}>
        {duplicates.map(({ duplicate, similarityReason }) => (
          <OtherLine key={duplicate.id} other={duplicate} note={similarityReason ?? undefined}>
            {may && <Button isSmall onClick={() => void unmarkDuplicate(duplicate.id).then(again)}>No duplicate</Button>}
          </OtherLine>
        ))}
      </Part>
      {may && <p><Button isSmall icon="link" onClick={() => onAct("duplicate")}>It is a duplicate of another…</Button></p>}
      {merging && <MergeDialog errors={[error, merging]} onClose={() => setMerging(null)} onDone={again} onUndone={again} />}
    </div>
  );
}

function Part({ title, none, count, children }: { title: string; none: string; count: number; children: preact.ComponentChildren }) {
  return (
    <section>
      <h3>{title}</h3>
      {count ? <ul class="others">{children}</ul> : <p class="dim">{none}</p>}
    </section>
  );
}

function OtherLine({ other, note, children }: { other: Other; note?: string; children?: preact.ComponentChildren }) {
  return (
    <li>
      <div class="cut-box">
        <p class="cut"><Go to={`/errors/${other.id}`}><b>{other.shortId}</b> {other.title}</Go></p>
        <p class="dim"><small><StatusBadge status={other.status} /> <Num value={other.occurrenceCount} /> events · {other.service?.name ?? other.serviceName}{note && ` · ${note}`}</small></p>
      </div>
      <span class="row">{children}</span>
    </li>
  );
}
