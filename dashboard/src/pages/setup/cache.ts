/** What connecting a service makes untrue. */
export const invalidates = { createService: ["services"] };
