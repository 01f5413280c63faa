/** Conditions that are put into the search by one click, what the top bar narrows, and the order. */
import { useQuery } from "@urql/preact";
import { graphql } from "~/api/graphql";
import { useAddress, useWhere } from "~/app/address";
import { useOrganization } from "~/app/session";
import { Icon } from "~/parts/Icon";
import { Menu } from "~/parts/Menu";
import { type Looking, ORDERS } from "~/pages/errors/looking";

const USEFUL: [term: string, label: string][] = [
  ["assignee:nobody", "Nobody's"],
  ["severity:>=high", "High and up"],
  ["status:recurring", "Came back"],
  ["first-seen:<24h", "New today"],
  ["has:report", "Reported"],
  ["has:breach", "Late"],
];

const NamesDocument = graphql(`
  query ServicesOfErrors($organization: ID!) {
    services(organization: $organization) { id name }
  }
`);

/** The terms of a search, taken apart at the spaces that are outside of quotes and brackets. */
export const termsOf = (search: string): string[] => search.match(/(?:"[^"]*"|\[[^\]]*\]|[^\s"[])+/g) ?? [];

export function Chips({ looking }: { looking: Looking }) {
  const terms = termsOf(looking.search);
  const toggle = (term: string) => {
    const next = terms.includes(term) ? terms.filter((each) => each !== term) : [...terms, term];
    looking.look({ search: next.join(" ") }, { push: true });
  };
  return (
    <div class="error-chips" role="group" aria-label="Narrow the list">
      <WhereChips />
      {USEFUL.map(([term, label]) => (
        <button key={term} type="button" class="narrow" aria-pressed={terms.includes(term)} title={term} onClick={() => toggle(term)}>
          {label}
        </button>
      ))}
      <Menu
        label="Order"
        kind="quiet"
        isSmall
        side="right"
        items={ORDERS.map(({ order, label }) => ({ label, isOn: order === looking.orderBy, run: () => looking.look({ orderBy: order }) }))}
      >
        {ORDERS.find(({ order }) => order === looking.orderBy)?.label} first
      </Menu>
    </div>
  );
}

function WhereChips() {
  const { service, environment } = useWhere();
  const [, change] = useAddress();
  const organization = useOrganization();
  const [{ data }] = useQuery({ query: NamesDocument, variables: { organization: organization.id }, pause: !service });
  const name = data?.services?.find(({ id }) => id === service)?.name ?? "a service";
  return (
    <>
      {service && <Gone label={`in ${name}`} onGone={() => change({ service: null })} />}
      {environment && <Gone label={`in ${environment}`} onGone={() => change({ env: null })} />}
    </>
  );
}

const Gone = ({ label, onGone }: { label: string; onGone: () => void }) => (
  <button type="button" class="narrow on" onClick={onGone} aria-label={`${label}: look everywhere`}>
    {label} <Icon name="close" size={12} />
  </button>
);
