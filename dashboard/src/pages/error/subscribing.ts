/** Whether the viewer hears of an error. */
import { act } from "~/api/act";
import { graphql } from "~/api/graphql";
import { say } from "~/parts/toasts";

const Subscribe = graphql(`
  mutation Subscribe($id: ID!) {
    subscribeToError(errors: { ids: [$id] }) {
      __typename
      ... on SubscribeToErrorSuccess { errors(first: 1) { id isSubscribed subscribers { id name } } }
      ... on Failure { message }
    }
  }
`);

const Unsubscribe = graphql(`
  mutation Unsubscribe($id: ID!) {
    unsubscribeFromError(errors: { ids: [$id] }) {
      __typename
      ... on UnsubscribeFromErrorSuccess { errors(first: 1) { id isSubscribed subscribers { id name } } }
      ... on Failure { message }
    }
  }
`);

export async function toggleSubscription({ id, shortId, isSubscribed }: { id: string; shortId: string; isSubscribed: boolean }): Promise<void> {
  const { refused } = isSubscribed ? await act(Unsubscribe, { id }) : await act(Subscribe, { id });
  if (refused) say(refused.message, { kind: "bad" });
  else say(isSubscribed ? `You hear no more of ${shortId}.` : `You hear of ${shortId} from now on.`);
}
