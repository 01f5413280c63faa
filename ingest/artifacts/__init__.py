"""The door of builds: what sentry-cli and the bundlers' plug-ins call under /api/0/."""
