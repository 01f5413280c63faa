// Uses what was generated as a dashboard would: it only has to compile, strictly.
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import {
  ErrorListDocument,
  FeedDocument,
  SetStatusDocument,
  type ErrorListQuery,
  type ErrorRowFragment,
  type SetStatusMutation,
} from "./generated/graphql";

type Answer<D> = D extends TypedDocumentNode<infer Result, any> ? Result : never;
type Asked<D> = D extends TypedDocumentNode<any, infer Variables> ? Variables : never;

export const asked: Asked<typeof ErrorListDocument> = { where: { status: ["NEW"] }, first: 50 };

export const line = (error: ErrorRowFragment): string =>
  `${error.shortId} ${error.status} ${error.occurrenceCount.toFixed()} ${error.assignee?.name ?? "-"}`;

// What may be refused alone is null alone.
export const lines = (page: ErrorListQuery): string[] =>
  page.errors?.edges.map(({ node }) => line(node)) ?? [];

export const said = ({ setErrorStatus: result }: SetStatusMutation): string => {
  switch (result.__typename) {
    case "SetErrorStatusSuccess":
      return line(result.error);
    case "IllegalMove":
      return `${result.before} -> ${result.to}: ${result.message}`;
    default:
      return result.message;
  }
};

export const resumed = (batch: Answer<typeof FeedDocument>): Asked<typeof FeedDocument> => ({
  after: batch.errorFeed.cursor,
});

// @ts-expect-error a status that does not exist is refused by the compiler
export const wrong: Asked<typeof SetStatusDocument> = { id: "err_1", status: "SOLVED" };
