// Relay's own shapes: a connection, a fragment that is fetched again by node, and a mutation.
graphql`
  query relayListQuery($first: Int!) {
    ...relay_list @arguments(first: $first)
  }
`;
graphql`
  fragment relay_list on Query
  @argumentDefinitions(first: { type: "Int", defaultValue: 50 }, after: { type: "String" })
  @refetchable(queryName: "relayListPageQuery") {
    errors(first: $first, after: $after) @connection(key: "relay_errors") {
      edges {
        node {
          id
          ...relay_row
        }
      }
    }
  }
`;
graphql`
  fragment relay_row on Error @refetchable(queryName: "relayRowQuery") {
    title
    status
    lastSeenAt
  }
`;
graphql`
  mutation relaySetStatusMutation($id: ID!) {
    setErrorStatus(id: $id, status: RESOLVED) {
      ... on SetErrorStatusSuccess {
        error {
          ...relay_row
        }
      }
      ... on Failure {
        message
      }
    }
  }
`;
graphql`
  subscription relayFeedSubscription {
    errorFeed {
      cursor
      changes {
        error {
          ...relay_row
        }
      }
    }
  }
`;
