/** A search for words, asked with Enter or when one leaves the field; `/` goes there. */
import { useEffect, useRef, useState } from "preact/hooks";
import { useKeys } from "~/keys/registry";

interface Props {
  /** The group of keys that `/` belongs to, and what it does there. */
  keys: [group: string, label: string];
  label: string;
  text: string;
  onSearch: (text: string) => void;
}

export function WordSearch({ keys: [group, does], label, text, onSearch }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const [typed, type] = useState(text);
  useEffect(() => type(text), [text]);
  useKeys(group, [{ keys: "/", label: does, run: () => field.current?.focus() }]);
  const search = () => onSearch(typed.trim());
  return (
    <form role="search" onSubmit={(event) => (event.preventDefault(), search())}>
      <input ref={field} type="search" aria-label={label} placeholder={label} value={typed} onInput={(event) => type(event.currentTarget.value)} onChange={search} />
    </form>
  );
}
