/** Views: searches that are kept under a name, as tabs with counts; and what can be done with them. */
import { useQuery } from "@urql/preact";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { useAct } from "~/api/act";
import { graphql } from "~/api/graphql";
import { useOrganization, useSession } from "~/app/session";
import type { ErrorOrder } from "~/gql/enums";
import type { ViewsOfErrorsQuery } from "~/gql/graphql";
import { Button } from "~/parts/Button";
import { confirm } from "~/parts/confirm";
import { Dialog } from "~/parts/Dialog";
import { Field } from "~/parts/Field";
import { Menu } from "~/parts/Menu";
import { compact } from "~/parts/Num";
import { Tabs } from "~/parts/Tabs";
import { ViewsDocument } from "~/pages/errors/documents";
import { type Looking, USUAL_SEARCH } from "~/pages/errors/looking";

const Create = graphql(`
  mutation CreateView($organization: ID!, $name: String!, $search: String!, $orderBy: ErrorOrder!, $isShared: Boolean!) {
    createSavedView(organization: $organization, name: $name, search: $search, orderBy: $orderBy, isShared: $isShared) {
      __typename
      ... on CreateSavedViewSuccess { view { id name } }
      ... on Failure { message }
    }
  }
`);

const Update = graphql(`
  mutation UpdateView($id: ID!, $name: String, $search: String, $orderBy: ErrorOrder, $isShared: Boolean) {
    updateSavedView(id: $id, name: $name, search: $search, orderBy: $orderBy, isShared: $isShared) {
      __typename
      ... on UpdateSavedViewSuccess { view { id name search orderBy isShared } }
      ... on Failure { message }
    }
  }
`);

const Delete = graphql(`
  mutation DeleteView($id: ID!) {
    deleteSavedView(id: $id) {
      __typename
      ... on Failure { message }
    }
  }
`);

type View = NonNullable<ViewsOfErrorsQuery["savedViews"]>[number];

interface Shown {
  id: string;
  name: string;
  search: string;
  orderBy: ErrorOrder;
}
const BUILT_IN: Shown[] = [
  { id: "unresolved", name: "Unresolved", search: USUAL_SEARCH, orderBy: "LAST_SEEN_DESC" },
  { id: "mine", name: "Mine", search: "is:unresolved assignee:me", orderBy: "LAST_SEEN_DESC" },
  { id: "all", name: "All", search: "", orderBy: "LAST_SEEN_DESC" },
];

export function Views({ looking, total, children }: { looking: Looking; total: number | null; children: ComponentChildren }) {
  const organization = useOrganization();
  const [{ data }] = useQuery({ query: ViewsDocument, variables: { organization: organization.id } });
  const saved = data?.savedViews ?? [];
  const all: Shown[] = [...BUILT_IN, ...saved];
  const chosen = all.find(({ id }) => id === looking.view) ?? BUILT_IN[0]!;
  const isChanged = chosen.search !== looking.search.trim() || chosen.orderBy !== looking.orderBy;
  const counted = (view: Shown) => (view.id === chosen.id && !isChanged ? total : (saved.find(({ id }) => id === view.id)?.count ?? null));
  return (
    <div class="views">
      <Tabs
        label="Views"
        tabs={all.map((view) => ({ id: view.id, label: view.name, count: shownCount(counted(view)) }))}
        chosen={chosen.id}
        onChoose={(id) => {
          const view = all.find((each) => each.id === id)!;
          looking.look({ view: id, search: view.search, orderBy: view.orderBy }, { push: true });
        }}
        end={<ViewMenu view={saved.find(({ id }) => id === chosen.id)} isChanged={isChanged} looking={looking} />}
      >
        {children}
      </Tabs>
    </div>
  );
}

const shownCount = (count: number | null) => (count === null ? null : count >= 10_000 ? `${compact(count)}` : count);

function ViewMenu({ view, isChanged, looking }: { view: View | undefined; isChanged: boolean; looking: Looking }) {
  const { user, can } = useSession();
  const [naming, name] = useState<"new" | "rename" | null>(null);
  const [update] = useAct(Update);
  const [remove] = useAct(Delete);
  const isOwn = view?.createdBy?.id === user.id;
  const search = looking.search.trim();
  const own = view && isOwn
    ? [
        { label: "Rename…", icon: "edit" as const, run: () => name("rename") },
        ...(can("TRIAGE") || view.isShared
          ? [{ label: view.isShared ? "Keep to myself" : "Share with everybody", icon: "people" as const, run: () => void update({ id: view.id, isShared: !view.isShared }) }]
          : []),
        {
          label: "Delete…", icon: "trash" as const, isDangerous: true,
          run: async () => {
            const yes = await confirm({ title: `Delete the view ${view.name}?`, text: "The errors in it stay as they are.", action: "Delete", isDangerous: true });
            if (yes && (await remove({ id: view.id }))) looking.look({ view: "unresolved", search: USUAL_SEARCH });
          },
        },
      ]
    : [];
  return (
    <div class="view-menu">
      {isChanged && view && isOwn && (
        <Button isSmall onClick={() => void update({ id: view.id, search, orderBy: looking.orderBy })}>Save changes</Button>
      )}
      {isChanged && !isOwn && <Button isSmall icon="plus" onClick={() => name("new")}>Save as a view</Button>}
      <Menu label="View" icon="more" kind="quiet" isSmall side="right" items={[{ label: "Save as a new view…", icon: "plus", run: () => name("new") }, ...own]} />
      {naming && <NameDialog view={naming === "rename" ? view : undefined} looking={looking} onClose={() => name(null)} />}
    </div>
  );
}

function NameDialog({ view, looking, onClose }: { view: View | undefined; looking: Looking; onClose: () => void }) {
  const organization = useOrganization();
  const { can } = useSession();
  const [name, setName] = useState(view?.name ?? "");
  const [isShared, share] = useState(false);
  const [create, isCreating] = useAct(Create, { done: "View saved" });
  const [update, isUpdating] = useAct(Update, { done: "Renamed" });
  const submit = async () => {
    if (view) {
      if (await update({ id: view.id, name })) onClose();
      return;
    }
    const made = await create({ organization: organization.id, name, search: looking.search.trim(), orderBy: looking.orderBy, isShared });
    if (!made) return;
    onClose();
    looking.look({ view: made.view.id });
  };
  return (
    <Dialog
      title={view ? "Rename the view" : "Save as a view"}
      isOpen
      onClose={onClose}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" isBusy={isCreating || isUpdating}>{view ? "Rename" : "Save"}</Button>
        </>
      }
    >
      <Field label="Name" hint={view ? undefined : <>Looks for <code>{looking.search.trim() || "all errors"}</code></>}>
        {(field) => <input {...field} required maxLength={100} autofocus value={name} onInput={(event) => setName(event.currentTarget.value)} />}
      </Field>
      {!view && can("TRIAGE") && (
        <div class="choice">
          <label><input type="checkbox" checked={isShared} onChange={() => share(!isShared)} /> Everybody in {organization.name} sees it</label>
        </div>
      )}
    </Dialog>
  );
}
