"use strict";

(() => {
  const TOKEN = /^tocsin_[0-9a-f]{64}$/;
  const HEADERS = '{\n  "Authorization": "Bearer paste-your-api-token-here"\n}';
  const QUERY = `# 1. Put your API token into the headers below, unless you have signed in here.
# 2. Press the play button, or Ctrl+Enter.

query Welcome {
  viewer {
    user {
      name
    }
    organizations {
      id
      name
    }
  }
}

# What happens from now on, live.

subscription Live {
  errorFeed {
    kind
    cursor
    omitted
    changes {
      kind
      count
      error {
        id
        title
        status
      }
    }
  }
}
`;

  const tokenIn = (headers) => {
    const text = headers?.Authorization ?? headers?.authorization ?? "";
    const token = text.replace(/^bearer\s+/i, "").trim();
    return TOKEN.test(token) ? token : null;
  };

  const parsed = (text) => {
    try {
      return JSON.parse(text);
    } catch {
      return {};
    }
  };

  // What stands in the headers by default is no token: who has signed in is known by a cookie.
  const withoutNoToken = (options) => {
    if (tokenIn(options?.headers)) {
      return options;
    }
    const { Authorization, authorization, ...headers } = options?.headers ?? {};
    return { ...options, headers };
  };

  const WELCOME = "Welcome. The schema is read as soon as you sign in, or the headers below hold a token.";

  // GraphiQL asks for the schema once for each fetcher: a new one when there is a new token.
  const fetcherOf = () => {
    const send = GraphiQL.createFetcher({
      url: location.pathname,
      subscriptionUrl: location.origin.replace(/^http/, "ws") + location.pathname,
    });
    return async (question, options) => {
      const answer = await send(question, withoutNoToken(options));
      const isUnknown = answer?.errors?.[0]?.extensions?.code === "UNAUTHENTICATED";
      const isAtStart = question.operationName === "IntrospectionQuery" && !tokenIn(options?.headers);
      return isUnknown && isAtStart ? { errors: [{ message: WELCOME }] } : answer;
    };
  };

  const Page = () => {
    const [fetcher, setFetcher] = React.useState(fetcherOf);
    const token = React.useRef(null);
    const onEditHeaders = (text) => {
      const found = tokenIn(parsed(text));
      if (found && found !== token.current) {
        token.current = found;
        setFetcher(fetcherOf);
      }
    };
    return React.createElement(GraphiQL, {
      fetcher,
      onEditHeaders,
      defaultQuery: QUERY,
      defaultHeaders: HEADERS,
      defaultEditorToolsVisibility: "headers",
    });
  };

  ReactDOM.createRoot(document.getElementById("graphiql")).render(React.createElement(Page));
})();
