"""The `serve` process: uvicorn with the settings that were measured to be right."""

import signal

import uvicorn

from graph.transport_limits import MAXIMUM_FRAME_BYTES
from server.app import App
from server.protocol import BoundedProtocol
from server.settings import Settings
from server.sockets import CuttingProtocol


def serve(settings: Settings, file_descriptor: int | None = None) -> None:
    """Serve until SIGTERM or SIGINT; then stop accepting, drain, and close sockets with 1012."""
    app = App(settings)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        fd=file_descriptor,
        loop="uvloop",
        http=BoundedProtocol,
        ws=CuttingProtocol,
        # Deflate costs 50 kB and 13 µs for each subscriber; clients select fewer fields instead.
        ws_per_message_deflate=False,
        ws_max_size=MAXIMUM_FRAME_BYTES,
        ws_ping_interval=20,
        ws_ping_timeout=20,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=True,
        forwarded_allow_ips=settings.forwarded_allow_ips,
        backlog=2048,
        timeout_graceful_shutdown=settings.drain_seconds,
    )
    server = uvicorn.Server(config)

    def exit_now() -> None:
        server.should_exit = True

    def stop(_number: int, _frame: object) -> None:
        # Those who watch are sent away first, one after the other; a second signal waits for none.
        if not app.leave(exit_now):
            exit_now()

    # Once it has stopped, uvicorn raises the signal again; to die of it would look like a fault.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    server.run()
