/** What is never stored: which secrets are taken out, tried on a text of one's own. */
import { useQuery } from "@urql/preact";
import { useState } from "preact/hooks";
import { act } from "~/api/act";
import { graphql } from "~/api/graphql";
import { useOrganization, useSession } from "~/app/session";
import type { ScrubbingSet } from "~/gql/enums";
import type { RedactionQuery, ScrubbingInput } from "~/gql/graphql";
import { Badge } from "~/parts/Badge";
import { Button } from "~/parts/Button";
import { Code } from "~/parts/Copy";
import { Field } from "~/parts/Field";
import { AreaField, CheckField, type Form, SaveBar, useForm } from "~/parts/form";
import { Problem, Skeleton, Waiting } from "~/parts/States";
import { Card, linesOf, Room } from "~/pages/settings/Room";
import { useTry } from "~/pages/settings/useTry";

const RedactionDocument = graphql(`
  query Redaction($organization: ID!) {
    scrubbingSettings(organization: $organization) {
      hidesEmails
      hidesAddresses
      infersAddresses
      secretNames
      safeNames
      switchedOff
      patterns { name expression mark }
    }
  }
`);

const UpdateDocument = graphql(`
  mutation UpdateScrubbing($organization: ID!, $settings: ScrubbingInput!) {
    updateScrubbing(organization: $organization, settings: $settings) {
      __typename
      ... on UpdateScrubbingSuccess { settings { hidesEmails } }
      ... on Invalid { field }
      ... on Failure { message }
    }
  }
`);

const TryDocument = graphql(`
  query TryScrubbing($organization: ID!, $document: JSON!, $draft: ScrubbingInput) {
    previewScrubbing(organization: $organization, document: $document, draft: $draft) { document removed { path rules length } }
  }
`);

const SETS: Record<ScrubbingSet, readonly [string, string]> = {
  NAMES: ["Secret names", "Values called password, token, authorization, cookie, api key, card number and the like."],
  PASSWORDS: ["Passwords in texts", "password=…, secret: …, and passwords in addresses."],
  TOKENS: ["Tokens", "Private keys, JWTs, bearer tokens, keys of well-known services."],
  CARDS: ["Payment cards", "Numbers of a known brand with a right check sum."],
  IBANS: ["Bank accounts", "Account numbers with a right check sum."],
};
const SAMPLE = `{
  "message": "login of ana@example.com failed: password=hunter2",
  "extra": {"order": "A-1203", "card": "4242 4242 4242 4242"}
}`;

type Settings = NonNullable<RedactionQuery["scrubbingSettings"]>;

export function Redaction() {
  const { id: organization } = useOrganization();
  const [{ data, error }, ask] = useQuery({ query: RedactionDocument, variables: { organization } });
  const settings = data?.scrubbingSettings;
  return (
    <Room title="Redaction" lead="Secrets are taken out of an event before it is stored, and the place says so. What is stored already is not changed.">
      {settings ? <Editor settings={settings} organization={organization} /> : <Waiting error={error} onRetry={() => ask({ requestPolicy: "network-only" })} rows={6} />}
    </Room>
  );
}

interface Pattern {
  name: string;
  expression: string;
  mark: string;
}

function Editor({ settings, organization }: { settings: Settings; organization: string }) {
  const { can } = useSession();
  const mayChange = can("CONFIGURE");
  const { hidesEmails, hidesAddresses, infersAddresses, switchedOff, secretNames, safeNames, patterns } = settings;
  const start = { hidesEmails, hidesAddresses, infersAddresses, switchedOff: [...switchedOff], secretNames: secretNames.join("\n"), safeNames: safeNames.join("\n"), patterns: patterns.map(({ name, expression, mark }) => ({ name, expression, mark })) as Pattern[] };
  const inputOf = (values: typeof start) => ({ ...values, secretNames: linesOf(values.secretNames), safeNames: linesOf(values.safeNames) });
  const form = useForm(start, (values) => act(UpdateDocument, { organization, settings: inputOf(values) }), { done: "Saved; in force in some seconds" });
  const off = form.values.switchedOff;
  const toggle = (set: ScrubbingSet) => form.set({ switchedOff: off.includes(set) ? off.filter((each) => each !== set) : [...off, set] });
  return (
    <div class="editor">
      <Card title="What is taken out">
        <form class="form wide-form" onSubmit={form.onSubmit}>
          <fieldset disabled={!mayChange} class="stack">
            {(Object.keys(SETS) as ScrubbingSet[]).map((set) => (
              <div class="check-field" key={set}>
                <input id={`set-${set}`} type="checkbox" checked={!off.includes(set)} aria-describedby={`set-${set}-said`} onChange={() => toggle(set)} />
                <div><label for={`set-${set}`}>{SETS[set][0]}</label><p id={`set-${set}-said`} class="field-hint">{SETS[set][1]}</p></div>
              </div>
            ))}
            <CheckField form={form} name="hidesEmails" label="E-mail addresses" hint="They say who met an error, so they are kept unless you decide otherwise." />
            <CheckField form={form} name="hidesAddresses" label="IP addresses" hint="Those that a sender writes into the event." />
            <CheckField form={form} name="infersAddresses" label="Keep the address that an event came from" hint="Where the sender leaves it to us. Off: it is not noted." />
            {form.problem("infersAddresses") && <p class="field-problem">{form.problem("infersAddresses")}</p>}
            <div class="form-row">
              <AreaField form={form} name="secretNames" label="More secret names" hint="One on each line. Case and separators do not matter." spellcheck={false} />
              <AreaField form={form} name="safeNames" label="Names that are safe" hint="One on each line: their values are kept." spellcheck={false} />
            </div>
            {(mayChange || patterns.length > 0) && <Patterns form={form} mayChange={mayChange} />}
          </fieldset>
          {mayChange && <SaveBar form={form} />}
        </form>
      </Card>
      <Try organization={organization} draft={inputOf(form.values)} />
    </div>
  );
}

function Patterns<Values extends { patterns: Pattern[] }>({ form, mayChange }: { form: Form<Values>; mayChange: boolean }) {
  const { patterns } = form.values;
  const say = (next: Pattern[]) => form.set({ patterns: next } as Partial<Values>);
  const put = (at: number, change: Partial<Pattern>) => say(patterns.map((each, index) => (index === at ? { ...each, ...change } : each)));
  return (
    <fieldset>
      <legend>Patterns of your own</legend>
      {patterns.map((pattern, at) => {
        const wrong = ["name", "expression", "mark"].map((part) => form.problem(`patterns.${at}.${part}`)).find(Boolean);
        return (
          <div class="matcher pattern" key={at}>
            <input aria-label={`Name of pattern ${at + 1}`} placeholder="Name" value={pattern.name} onInput={({ currentTarget }) => put(at, { name: currentTarget.value })} />
            <input aria-label={`Mark of pattern ${at + 1}`} placeholder="[Filtered]" value={pattern.mark} onInput={({ currentTarget }) => put(at, { mark: currentTarget.value })} />
            <input aria-label={`Expression of pattern ${at + 1}`} aria-invalid={wrong ? true : undefined} class="mono" placeholder="A-\d{4}" spellcheck={false} value={pattern.expression} onInput={({ currentTarget }) => put(at, { expression: currentTarget.value })} />
            {mayChange && <Button kind="quiet" icon="trash" label={`Remove pattern ${at + 1}`} onClick={() => say(patterns.filter((_, index) => index !== at))} />}
            {wrong && <p class="field-problem">{wrong}</p>}
          </div>
        );
      })}
      <div class="row wrap">
        {mayChange && <Button isSmall icon="plus" onClick={() => say([...patterns, { name: "", expression: "", mark: "[Filtered]" }])}>Add a pattern</Button>}
        <p class="field-hint">RE2 expressions: a name, the mark that is put in its place, and what it finds.</p>
      </div>
    </fieldset>
  );
}

function documentOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return { message: text };
  }
}

function Try({ organization, draft }: { organization: string; draft: ScrubbingInput }) {
  const [text, type] = useState(SAMPLE);
  const { data, error, isBusy } = useTry(TryDocument, { organization, document: documentOf(text), draft }, text.trim() !== "");
  const preview = data?.previewScrubbing;
  return (
    <div class="editor-try">
      <Card title="Try it">
        <Field label="An event, or a text" hint="Nothing of it is kept.">
          {(given) => <textarea {...given} class="mono" rows={6} spellcheck={false} value={text} onInput={({ currentTarget }) => type(currentTarget.value)} />}
        </Field>
        <div aria-live="polite" aria-busy={isBusy} class="stack">
          {error && <Problem error={error} />}
          {!error && !preview && text.trim() && <Skeleton rows={3} />}
          {preview && (
            <>
              <Code label="What would be stored" text={JSON.stringify(preview.document, (key, value: unknown) => (key === "_meta" ? undefined : value), 2)} />
              {preview.removed.length ? (
                <ul class="chips">{preview.removed.map(({ path, rules }) => <li key={path.join(".")}><Badge tone="info" title={rules.join(", ")}>{path.join(".")}</Badge></li>)}</ul>
              ) : (
                <p class="dim">Nothing of it would be taken out.</p>
              )}
            </>
          )}
        </div>
      </Card>
    </div>
  );
}
