"""Machine doors: what SDKs and other programs send."""
