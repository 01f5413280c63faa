"""The Sentry protocol: envelopes and the older store endpoint."""
