/** A field of a form: its label, a hint, and what is wrong with it. */
import type { ComponentChildren, VNode } from "preact";
import { useId } from "preact/hooks";

interface Given {
  id: string;
  "aria-describedby"?: string;
  "aria-invalid"?: boolean;
}
interface Props {
  label: ComponentChildren;
  hint?: ComponentChildren;
  problem?: string | null;
  children: (given: Given) => VNode;
}

export function Field({ label, hint, problem, children }: Props) {
  const id = useId();
  const said = problem || hint ? `${id}-said` : undefined;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, "aria-describedby": said, "aria-invalid": problem ? true : undefined })}
      {said && (
        <p id={said} class={problem ? "field-problem" : "field-hint"}>
          {problem ?? hint}
        </p>
      )}
    </div>
  );
}
