/** How much is taken, and what was not. */
import { useQuery } from "@urql/preact";
import { useMemo, useState } from "preact/hooks";
import { act } from "~/api/act";
import { graphql } from "~/api/graphql";
import { useOrganization, useSession } from "~/app/session";
import type { Outcome } from "~/gql/enums";
import type { LimitsQuery } from "~/gql/graphql";
import { Badge, type Tone, words } from "~/parts/Badge";
import { SaveBar, TextField, useForm } from "~/parts/form";
import { Go } from "~/parts/Go";
import { full, Num } from "~/parts/Num";
import { Empty, Waiting } from "~/parts/States";
import { Time } from "~/parts/Time";
import { Card, Facts, Room } from "~/pages/settings/Room";

const LimitsDocument = graphql(`
  query Limits($organization: ID!, $since: DateTime!) {
    organization(id: $organization) { id errorRateLimitPerMinute }
    limitNotices(organization: $organization)
    services(organization: $organization) { id name keys { id publicKey rateLimitPerMinute } }
    ingestOutcomes(where: { organization: $organization, since: $since }, limit: 2000) {
      minute
      outcome
      category
      reason
      quantity
      key { id service { id name } }
    }
  }
`);

const LimitDocument = graphql(`
  mutation SetErrorRateLimit($organization: ID!, $perMinute: Int!) {
    setErrorRateLimit(organization: $organization, perMinute: $perMinute) {
      __typename
      ... on SetErrorRateLimitSuccess { organization { id errorRateLimitPerMinute } }
      ... on Invalid { field }
      ... on Failure { message }
    }
  }
`);

const DAY = 86_400_000;

export function Limits() {
  const { id } = useOrganization();
  const [since] = useState(() => new Date(Date.now() - DAY).toISOString());
  const [{ data, error }, ask] = useQuery({ query: LimitsDocument, variables: { organization: id, since } });
  return (
    <Room title="Limits" lead="A flood must not drown what matters. Errors over a limit are still counted, and errors that are new are still kept whole.">
      {data?.organization ? (
        <>
          <Limit organization={id} perMinute={data.organization.errorRateLimitPerMinute} />
          <KeyLimits services={data.services ?? []} />
          <Notices at={data.limitNotices ?? []} />
          <Outcomes outcomes={data.ingestOutcomes ?? []} />
        </>
      ) : (
        <Waiting error={error} onRetry={() => ask({ requestPolicy: "network-only" })} rows={6} />
      )}
    </Room>
  );
}

function Limit({ organization, perMinute }: { organization: string; perMinute: number }) {
  const { can } = useSession();
  const form = useForm({ perMinute: String(perMinute) }, (values) => act(LimitDocument, { organization, perMinute: Number(values.perMinute) }), { done: "In force within five seconds" });
  const wanted = Number(form.values.perMinute) || 0;
  return (
    <Card title="The organization">
      {can("CONFIGURE") ? (
        <form class="form" onSubmit={form.onSubmit}>
          <TextField form={form} name="perMinute" label="Errors a minute" type="number" min={1} max={1_000_000} required hint="A quiet minute is saved up: a burst of one minute's worth passes." />
          <SaveBar form={form} />
        </form>
      ) : (
        <Facts facts={[["Errors a minute", full(perMinute)]]} />
      )}
      <p class="dim">
        From it follow: {full(Math.max(6_000, 60 * wanted))} a minute of anything else, each kind for itself; and from {full(Math.max(3_000, 20 * wanted))} errors a minute of one key on, a flood is only counted.
      </p>
    </Card>
  );
}

function KeyLimits({ services }: { services: NonNullable<LimitsQuery["services"]> }) {
  const own = services.flatMap((service) => service.keys.filter(({ rateLimitPerMinute }) => rateLimitPerMinute != null).map((key) => ({ service, key })));
  return (
    <Card title="Keys with a limit of their own">
      {own.length ? (
        <ul class="lines">
          {own.map(({ service, key }) => (
            <li key={key.id}>
              <div><p class="lines-name"><Go to={`/settings/services/${service.id}`}>{service.name}</Go> <code class="dim">{key.publicKey.slice(0, 8)}…</code></p></div>
              <span><Num value={key.rateLimitPerMinute!} /> a minute</span>
            </li>
          ))}
        </ul>
      ) : (
        <p class="dim">None: each key may send what the organization may. A key is limited where its service is edited.</p>
      )}
    </Card>
  );
}

function Notices({ at }: { at: readonly string[] }) {
  if (!at.length) return null;
  return (
    <Card title="When the limit was reached" lead="One note for each hour in which it was.">
      <ul class="chips">{at.slice(0, 48).map((each) => <li key={each}><Badge tone="warn"><Time at={each} /></Badge></li>)}</ul>
    </Card>
  );
}

const TONES: Record<Outcome, Tone> = {
  ACCEPTED: "ok",
  CLIENT_DISCARDED: "warn",
  CONSENT_REFUSED: "quiet",
  DEDUPLICATED: "quiet",
  INVALID: "bad",
  RATE_LIMITED: "high",
  SUPPRESSED: "info",
  UNSUPPORTED: "quiet",
};
interface Sum {
  outcome: Outcome;
  category: string;
  reason: string;
  quantity: number;
  last: string;
  services: Set<string>;
}

function summed(outcomes: NonNullable<LimitsQuery["ingestOutcomes"]>): Sum[] {
  const sums = new Map<string, Sum>();
  for (const { outcome, category, reason, quantity, minute, key } of outcomes) {
    const name = `${outcome} ${category} ${reason}`;
    const sum = sums.get(name) ?? { outcome, category, reason, quantity: 0, last: minute, services: new Set<string>() };
    sum.quantity += quantity;
    if (minute > sum.last) sum.last = minute;
    if (key?.service) sum.services.add(key.service.name);
    sums.set(name, sum);
  }
  return [...sums.values()].sort((a, b) => b.quantity - a.quantity);
}

function Outcomes({ outcomes }: { outcomes: NonNullable<LimitsQuery["ingestOutcomes"]> }) {
  const sums = useMemo(() => summed(outcomes), [outcomes]);
  return (
    <Card title="What became of what was sent" lead={outcomes.length === 2000 ? "The newest of the last 24 hours: there is more than is shown." : "The last 24 hours."}>
      {sums.length ? (
        <div class="table-scroll" tabIndex={0} role="region" aria-label="What became of what was sent">
          <table class="room-table">
            <thead><tr><th>Outcome</th><th>Of</th><th>Why</th><th>Service</th><th class="end">How many</th><th class="end">Last</th></tr></thead>
            <tbody>
              {sums.map((sum) => (
                <tr key={`${sum.outcome} ${sum.category} ${sum.reason}`}>
                  <td><Badge tone={TONES[sum.outcome]}>{words(sum.outcome).toLowerCase()}</Badge></td>
                  <td>{words(sum.category)}</td>
                  <td class="dim">{sum.reason.replaceAll("_", " ") || "–"}</td>
                  <td class="dim">{[...sum.services].join(", ")}</td>
                  <td class="end"><Num value={sum.quantity} /></td>
                  <td class="end dim"><Time at={sum.last} /></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <Empty icon="chart" title="Nothing was sent">In the last 24 hours nothing came.</Empty>
      )}
    </Card>
  );
}
