/** A field for a password that is to be: it can be looked at. */
import { useState } from "preact/hooks";
import { Button } from "~/parts/Button";
import { Field } from "~/parts/Field";
import type { Form } from "~/parts/form";

interface Props<Values extends object> {
  form: Form<Values>;
  name: keyof Values & string;
  label?: string;
  known?: string;
  isNew?: boolean;
  isFirst?: boolean;
}

export function PasswordField<Values extends object>({ form, name, label = "Password", known, isNew = true, isFirst }: Props<Values>) {
  const [isShown, show] = useState(false);
  return (
    <Field label={label} hint={isNew ? "At least 12 characters. A few words are good." : undefined} problem={form.problem(known ?? name)}>
      {(given) => (
        <div class="with-button">
          <input
            {...given}
            name={name}
            type={isShown ? "text" : "password"}
            autoComplete={isNew ? "new-password" : "current-password"}
            required
            minLength={isNew ? 12 : undefined}
            autofocus={isFirst}
            value={form.values[name] as string}
            onInput={(event) => form.set({ [name]: event.currentTarget.value } as Partial<Values>)}
          />
          <Button icon="eye" label={isShown ? "Hide the password" : "Show the password"} aria-pressed={isShown} onClick={() => show(!isShown)} />
        </div>
      )}
    </Field>
  );
}
