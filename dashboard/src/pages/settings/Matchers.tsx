/** Matchers: what a rule is for, one line each. */
import { useId } from "preact/hooks";
import type { MatcherOp } from "~/gql/enums";
import type { Form } from "~/parts/form";
import { Button } from "~/parts/Button";

export interface Matcher {
  field: string;
  op: MatcherOp;
  value: string;
}
export const NO_MATCHER: Matcher = { field: "type", op: "EQUAL", value: "" };

export const OPS: Record<MatcherOp, string> = { EQUAL: "is", NOT_EQUAL: "is not", MATCHES: "matches", MATCHES_NOT: "matches not" };

const FIELDS = [
  "type", "value", "message", "title", "culprit", "error_type", "level", "platform", "logger", "environment", "release", "transaction", "url", "endpoint",
  "server_name", "component", "handled", "mechanism", "user", "user.id", "user.email", "user.name", "cause.type", "cause.value", "browser", "os", "runtime",
  "device", "sdk", "service", "tag.NAME", "frame.module", "frame.function", "frame.path", "frame.package", "frame.in_app",
];

/** A rule's matchers in a sentence. */
export const sentence = (matchers: readonly Matcher[]): string => matchers.map(({ field, op, value }) => `${field} ${OPS[op]} ${value || "empty"}`).join(" and ");

export function Matchers<Values extends { matchers: Matcher[] }>({ form, hint }: { form: Form<Values>; hint?: string }) {
  const { matchers } = form.values;
  const id = useId();
  const say = (next: Matcher[]) => form.set({ matchers: next } as Partial<Values>);
  const put = (at: number, change: Partial<Matcher>) => say(matchers.map((each, index) => (index === at ? { ...each, ...change } : each)));
  const general = form.problem("matchers");
  return (
    <fieldset>
      <legend>When all of these hold</legend>
      <datalist id={id}>{FIELDS.map((field) => <option key={field} value={field} />)}</datalist>
      {matchers.map((matcher, at) => {
        const wrong = form.problem(`matchers.${at}.field`) ?? form.problem(`matchers.${at}.op`) ?? form.problem(`matchers.${at}.value`) ?? form.problem(`matchers.${at}`);
        return (
          <div class="matcher" key={at}>
            <input list={id} aria-label={`Field ${at + 1}`} value={matcher.field} spellcheck={false} onInput={({ currentTarget }) => put(at, { field: currentTarget.value })} />
            <select aria-label={`How ${at + 1}`} value={matcher.op} onChange={({ currentTarget }) => put(at, { op: currentTarget.value as MatcherOp })}>
              {Object.entries(OPS).map(([op, label]) => <option key={op} value={op}>{label}</option>)}
            </select>
            <input aria-label={`Value ${at + 1}`} aria-invalid={wrong ? true : undefined} class="mono" value={matcher.value} spellcheck={false} placeholder={matcher.op.startsWith("MATCHES") ? "^Timeout" : "shop.payments*"} onInput={({ currentTarget }) => put(at, { value: currentTarget.value })} />
            <Button kind="quiet" icon="trash" label={`Remove condition ${at + 1}`} disabled={matchers.length === 1} onClick={() => say(matchers.filter((_, index) => index !== at))} />
            {wrong && <p class="field-problem">{wrong}</p>}
          </div>
        );
      })}
      {general && <p class="field-problem">{general}</p>}
      <div class="row wrap">
        <Button isSmall icon="plus" onClick={() => say([...matchers, { ...NO_MATCHER }])}>Add a condition</Button>
        <p class="field-hint">{hint ?? "“is” takes a star for anything; “matches” an RE2 expression."}</p>
      </div>
    </fieldset>
  );
}
