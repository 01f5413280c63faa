"""`tocsin demo`: small programs that fail in the ways programs fail, under the real sentry-sdk."""

from server.demo.show import run_demo

__all__ = ["run_demo"]
