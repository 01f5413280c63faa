/** The one box for searches: it completes what is typed, and says where a mistake is. */
import type { CombinedError } from "@urql/preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { client } from "~/api/client";
import { graphql } from "~/api/graphql";
import { useOrganization } from "~/app/session";
import type { CompletionsQuery } from "~/gql/graphql";
import { Button } from "~/parts/Button";
import { Icon } from "~/parts/Icon";
import { place } from "~/parts/Menu";

const CompletionsDocument = graphql(`
  query Completions($organization: ID, $search: String!, $cursor: Int) {
    searchSuggestions(organization: $organization, search: $search, cursor: $cursor) { text says start end }
  }
`);
type Completion = NonNullable<CompletionsQuery["searchSuggestions"]>[number];

const WAIT_MS = 120;

interface Props {
  value: string;
  error: CombinedError | undefined;
  onSearch: (search: string) => void;
}

export function SearchBox({ value, error, onSearch }: Props) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const [text, type] = useState(value);
  const [at, move] = useState(-1);
  const { found, ask, forget } = useCompletions();
  useEffect(() => type(value), [value]);
  const isOpen = found.length > 0;
  useEffect(() => {
    const popover = list.current!;
    if (isOpen && !popover.matches(":popover-open")) popover.showPopover();
    if (!isOpen && popover.matches(":popover-open")) popover.hidePopover();
    if (isOpen) place(popover, input.current!);
  }, [isOpen, found]);
  const take = (completion: Completion) => {
    const ends = completion.text.endsWith(":") ? "" : " ";
    const next = text.slice(0, completion.start) + completion.text + ends + text.slice(completion.end).trimStart();
    const caret = completion.start + completion.text.length + ends.length;
    type(next);
    move(-1);
    input.current!.value = next;
    input.current!.setSelectionRange(caret, caret);
    ask(next, caret);
  };
  const end = () => {
    forget();
    move(-1);
  };
  const submit = () => {
    end();
    onSearch(text.trim());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen) ask(text, input.current!.selectionStart ?? text.length);
      const next = Math.max(-1, Math.min(found.length - 1, at + (event.key === "ArrowDown" ? 1 : -1)));
      move(next);
      list.current!.children[next]?.scrollIntoView({ block: "nearest" });
    } else if ((event.key === "Enter" || event.key === "Tab") && found[at]) {
      event.preventDefault();
      take(found[at]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      submit();
      input.current!.blur();
    } else if (event.key === "Escape" && isOpen) {
      event.stopPropagation();
      end();
    }
  };
  const mistake = mistakeOf(error);
  return (
    <form class="search" role="search" onSubmit={(event) => { event.preventDefault(); submit(); }}>
      <Icon name="search" />
      <input
        ref={input}
        id="error-search"
        role="combobox"
        aria-label="Search errors"
        aria-autocomplete="list"
        aria-expanded={isOpen}
        aria-controls={`${id}-list`}
        aria-activedescendant={found[at] ? `${id}-${at}` : undefined}
        aria-invalid={mistake ? true : undefined}
        aria-describedby={mistake ? `${id}-mistake` : undefined}
        autoComplete="off"
        spellcheck={false}
        placeholder="All errors. Try is:unresolved severity:>=high, or words"
        value={text}
        onInput={(event) => {
          const { value: now, selectionStart } = event.currentTarget;
          type(now);
          move(-1);
          ask(now, selectionStart ?? now.length);
        }}
        onFocus={(event) => ask(text, event.currentTarget.selectionStart ?? text.length)}
        onBlur={end}
        onKeyDown={onKeyDown}
      />
      {text && <Button kind="quiet" isSmall icon="close" label="Clear the search" onClick={() => { type(""); onSearch(""); }} />}
      <kbd aria-hidden="true">/</kbd>
      <ul ref={list} id={`${id}-list`} role="listbox" aria-label="Completions" popover="manual" class="menu completions">
        {found.map((each, index) => (
          <li
            key={`${each.text} ${index}`}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === at}
            onMouseDown={(event) => {
              event.preventDefault();
              take(each);
            }}
          >
            <code>{each.text}</code>
            <small>{each.says}</small>
          </li>
        ))}
      </ul>
      {mistake && <Mistake id={`${id}-mistake`} search={value} said={mistake} />}
    </form>
  );
}

/** What the server says of the search, if that is what is wrong. */
export const mistakeOf = (error: CombinedError | undefined): string | null =>
  error?.graphQLErrors.find(({ extensions }) => extensions?.field === "search")?.message ?? null;

/** The mistake, with the place of it marked in what was searched. */
function Mistake({ id, search, said }: { id: string; search: string; said: string }) {
  const place = Number(/\(at (\d+)\)/.exec(said)?.[1] ?? 0);
  const rest = search.slice(Math.max(0, place - 1));
  const word = /^\S+/.exec(rest)?.[0] ?? "";
  return (
    <div id={id} class="mistake" role="alert">
      <p>{said.replace(/\s*\(at \d+\)/, "")}</p>
      {place > 0 && word && <code>{search.slice(0, place - 1)}<mark>{word}</mark>{rest.slice(word.length)}</code>}
    </div>
  );
}

function useCompletions() {
  const organization = useOrganization();
  const [found, show] = useState<readonly Completion[]>([]);
  const turn = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const ask = (search: string, cursor: number) => {
    clearTimeout(timer.current);
    const own = ++turn.current;
    timer.current = setTimeout(async () => {
      const asked = { organization: organization.id, search, cursor };
      const { data } = await client.get().query(CompletionsDocument, asked).toPromise();
      if (own === turn.current) show(data?.searchSuggestions ?? []);
    }, WAIT_MS);
  };
  const forget = () => {
    clearTimeout(timer.current);
    turn.current += 1;
    show([]);
  };
  return { found, ask, forget };
}
