/** A comment; its author may change it. */
import { useState } from "preact/hooks";
import { useAct } from "~/api/act";
import { graphql } from "~/api/graphql";
import { useSession } from "~/app/session";
import { Button } from "~/parts/Button";
import { confirm } from "~/parts/confirm";
import { Mentioning } from "~/pages/error/CommentBox";
import type { Entry } from "~/pages/error/tabs/Activity";

const Edit = graphql(`
  mutation EditComment($id: ID!, $body: String!) {
    editErrorComment(id: $id, body: $body) {
      __typename
      ... on EditErrorCommentSuccess { comment { id body editedAt } }
      ... on Failure { message }
    }
  }
`);

const Delete = graphql(`
  mutation DeleteComment($id: ID!) {
    deleteErrorComment(id: $id) {
      __typename
      ... on DeleteErrorCommentSuccess { comment { id isDeleted body } }
      ... on Failure { message }
    }
  }
`);

type Said = NonNullable<Entry["comment"]>;

export function CommentShown({ comment, onChanged }: { comment: Said; onChanged: () => void }) {
  const { user } = useSession();
  const [draft, write] = useState<string | null>(null);
  const [edit, isBusy] = useAct(Edit);
  const [remove] = useAct(Delete, { done: "The comment is deleted." });
  if (comment.isDeleted) return <p class="dim">Deleted.</p>;
  if (draft !== null) {
    const save = async () => (await edit({ id: comment.id, body: draft.trim() })) && write(null);
    return (
      <div class="comment-box">
        <Mentioning id={`edit-${comment.id}`} label="Comment" value={draft} onWrite={write} onSend={() => void save()} />
        <p class="row"><span class="push" /><Button isSmall onClick={() => write(null)}>Cancel</Button><Button isSmall kind="primary" isBusy={isBusy} onClick={() => void save()}>Save</Button></p>
      </div>
    );
  }
  const end = async () => {
    const yes = await confirm({ title: "Delete the comment?", text: "That there was one stays in the timeline.", action: "Delete", isDangerous: true });
    if (yes && (await remove({ id: comment.id }))) onChanged();
  };
  return (
    <div class="comment">
      <p>{marked(comment)}</p>
      {comment.author?.id === user.id && (
        <p class="comment-acts">
          <Button kind="quiet" isSmall icon="edit" label="Change the comment" onClick={() => write(comment.body)} />
          <Button kind="quiet" isSmall icon="trash" label="Delete the comment" onClick={() => void end()} />
        </p>
      )}
      {comment.editedAt && <small class="dim">changed</small>}
    </div>
  );
}

/** The text, with whom it mentions made visible. */
function marked({ body, mentions }: Said) {
  const names = mentions.flatMap(({ name, email }) => [email, email.split("@")[0]!, name.replaceAll(" ", "")]);
  if (!names.length) return body;
  const pattern = new RegExp(`(@(?:${names.map(escaped).sort((a, b) => b.length - a.length).join("|")}))`, "i");
  return body.split(pattern).map((part, index) => (index % 2 ? <mark key={index} class="mention">{part}</mark> : part));
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
