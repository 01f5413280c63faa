/** Where one says something about an error; @ completes the names of people. */
import { useEffect, useRef, useState } from "preact/hooks";
import { useAct } from "~/api/act";
import { graphql } from "~/api/graphql";
import { Button } from "~/parts/Button";
import { usePeople } from "~/parts/errors/AssignDialog";
import { place } from "~/parts/Menu";

const Comment = graphql(`
  mutation CommentOnError($id: ID!, $body: String!, $key: String!) {
    commentOnError(errors: { ids: [$id] }, body: $body, idempotencyKey: $key) {
      __typename
      ... on CommentOnErrorSuccess { comment { id } }
      ... on Failure { message }
    }
  }
`);

const MOST = 6;

export function CommentBox({ error, onSaid }: { error: string; onSaid: () => void }) {
  const [body, write] = useState("");
  const [say, isBusy] = useAct(Comment);
  const key = useRef(keyOfNow());
  const submit = async () => {
    if (!body.trim() || !(await say({ id: error, body: body.trim(), key: key.current }))) return;
    key.current = keyOfNow();
    write("");
    onSaid();
  };
  return (
    <form class="comment-box" onSubmit={(event) => { event.preventDefault(); void submit(); }}>
      <Mentioning id="comment" label="Comment" value={body} onWrite={write} onSend={() => void submit()} />
      <p class="row"><small class="dim">@ mentions somebody, who hears of it</small><span class="push" /><Button type="submit" kind="primary" isSmall isBusy={isBusy} disabled={!body.trim()}>Comment</Button></p>
    </form>
  );
}

const keyOfNow = () => `comment ${Date.now()} ${Math.random()}`;

interface Props {
  id: string;
  label: string;
  value: string;
  onWrite: (text: string) => void;
  onSend: () => void;
}

/** A field that completes the names of people after an @. */
export function Mentioning({ id, label, value, onWrite, onSend }: Props) {
  const area = useRef<HTMLTextAreaElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const people = usePeople().filter(({ value: person }) => !person.startsWith("team "));
  const [typed, look] = useState<string | null>(null);
  const [at, move] = useState(0);
  const found = typed === null ? [] : people.filter((each) => `${each.label} ${each.hint}`.toLowerCase().includes(typed)).slice(0, MOST);
  useEffect(() => {
    const popover = list.current!;
    if (found.length && !popover.matches(":popover-open")) popover.showPopover();
    if (!found.length && popover.matches(":popover-open")) popover.hidePopover();
    if (found.length) place(popover, area.current!);
  }, [found.length]);
  const read = () => {
    const before = area.current!.value.slice(0, area.current!.selectionStart);
    look(/(?:^|\s)@([\w.-]*)$/.exec(before)?.[1]?.toLowerCase() ?? null);
    move(0);
  };
  const take = (email: string) => {
    const { value: text, selectionStart } = area.current!;
    const before = text.slice(0, selectionStart).replace(/@[\w.-]*$/, `@${email} `);
    const next = before + text.slice(selectionStart);
    onWrite(next);
    area.current!.value = next;
    area.current!.setSelectionRange(before.length, before.length);
    look(null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      onSend();
    } else if (!found.length) return;
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(Math.max(0, Math.min(found.length - 1, at + (event.key === "ArrowDown" ? 1 : -1))));
    } else if (event.key === "Enter" || event.key === "Tab") {
      event.preventDefault();
      take(found[at]!.hint ?? "");
    } else if (event.key === "Escape") {
      event.stopPropagation();
      look(null);
    }
  };
  return (
    <div>
      <label for={id} class="visually-hidden">{label}</label>
      <textarea
        ref={area}
        id={id}
        rows={2}
        placeholder="Say what you found. Ctrl+Enter sends."
        value={value}
        onInput={(event) => { onWrite(event.currentTarget.value); read(); }}
        onKeyDown={onKeyDown}
        onBlur={() => look(null)}
      />
      <ul ref={list} role="listbox" aria-label="People" popover="manual" class="menu">
        {found.map((each, index) => (
          <li key={each.value} role="option" aria-selected={index === at} onMouseDown={(event) => { event.preventDefault(); take(each.hint ?? ""); }}>
            <span>{each.label}</span>
            <small>{each.hint}</small>
          </li>
        ))}
      </ul>
    </div>
  );
}
