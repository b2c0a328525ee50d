"""A receiver of alerts, for the tests that send some.

What belongs here: a real HTTP server and the ways in which it may misbehave. What does not:
sending.
"""

import json
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Trouble(Enum):
    """What a receiver may do instead of answering."""

    RESET = "reset the connection, having read nothing"
    UNANSWERED = "take the alert, and close the connection without a word"
    STALLED = "take the alert, and answer only after STALL_SECONDS"


STALL_SECONDS = 0.5


@dataclass
class Receiver:
    """A server that answers as it is told, then with 200."""

    answers: Iterator[int | Trouble] = field(default_factory=lambda: iter(()))
    calls: int = 0
    taken: list[dict[str, object]] = field(default_factory=list)
    url: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def ids(self) -> list[object]:
        """The ids of the alerts it took, as often as it took them."""
        return [alert["alert_id"] for alert in self.taken]

    def answer(self) -> int | Trouble:
        with self.lock:
            self.calls += 1
            return next(self.answers, 200)


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver that listens on this machine."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer = receiver.answer()
            if answer is Trouble.RESET:
                # Closing without lingering resets the connection.
                linger = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                return
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if answer == 200 or isinstance(answer, Trouble):
                receiver.taken.append(json.loads(body))
            if answer is Trouble.UNANSWERED:
                return
            if answer is Trouble.STALLED:
                time.sleep(STALL_SECONDS)
                answer = 200
            self.send_response(answer)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """The test's output is no place for the server's."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """A sender that died while it sent is what some tests want."""

    with Server(("127.0.0.1", 0), Handler) as server:
        receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield receiver
        server.shutdown()
