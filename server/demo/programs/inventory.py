"""An upstream that does not answer in time, in a thread of its own."""

import socket
import threading

import sentry_sdk

sentry_sdk.init(auto_enabling_integrations=False)


def stock_of(product: str, address: tuple[str, int]) -> bytes:
    """Ask the warehouse."""
    with socket.create_connection(address, timeout=0.2) as warehouse:
        return warehouse.recv(1)


with socket.socket() as silent:
    silent.bind(("127.0.0.1", 0))
    silent.listen()
    asking = threading.Thread(target=stock_of, args=("bolt", silent.getsockname()), name="stock")
    asking.start()
    asking.join()
