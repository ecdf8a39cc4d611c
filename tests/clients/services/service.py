# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
"""A small shop in Python (WSGI) that uses the console's client: what the tests ask of every language's client."""

import json
import os
import random
import socketserver
import sys
import threading
import time
import wsgiref.simple_server

import escalite_console

sink = escalite_console.configure(max_queued=int(os.environ.get("SHOP_MAX_QUEUED", 0)), first_retry=0.05, last_retry=0.2,
                                  delay=0.02, heartbeat=float(os.environ.get("SHOP_HEARTBEAT", 0.2)))
released = threading.Event()


def fine(number):
    escalite_console.log("number", number)
    with escalite_console.call("stock", "looking", url="http://stock/items?token=abc") as stock:
        time.sleep(random.uniform(0, 0.01))
        stock.finish("there", code=200)
    escalite_console.log("number_again", number, tag="api_logs", extras={"password": "hunter2"})
    return 200, [f"fine {number}\n".encode()]


def slow():
    with escalite_console.call("stock"):
        time.sleep(0.3)
    return 200, [b"slow\n"]


def upstream():
    with escalite_console.call("payment", "charging", url="https://pay.example/v1/charges") as payment:
        payment.finish("no answer", level="error", code=504)
    with escalite_console.call("payment", "charging again") as payment:
        payment.finish("no answer either", level="error", code=504)
    return 502, [b"the bank does not answer\n"]


def throw():
    raise ValueError("the basket is torn")


def stream():
    for part in range(3):
        escalite_console.log(f"part_{part}", part)
        time.sleep(0.05)
        yield f"part {part}\n".encode()


def hold():
    with escalite_console.call("stock", "asking"):
        released.wait(30)
    return 200, [b"released\n"]


def odd():
    escalite_console.log("odd", {"nan": float("nan"), "large": 2**70, "bytes": b"\0x", "nul": "a\0b", "self": threading,
                                 "surrogate": "\ud800", "deep": json.loads("[" * 40 + "]" * 40)}, tag="a custom one")
    escalite_console.log("log_level", "an entry", tag="api_logs")
    escalite_console.log("long", "x" * 100_000, extras={"many": list(range(5000))})
    escalite_console.log("alert_id", None, level="loud", message="no level")
    return 200, [b"odd\n"]


def late():
    threading.Timer(0.1, escalite_console.current().log, ("late", 1)).start()
    return 200, [b"late\n"]


def many():
    for number in range(1500):
        escalite_console.log(f"entry {number}", "x" * 1000)
    return 200, [b"many\n"]


def app(environ, start_response):
    path = environ["PATH_INFO"]
    name, _, rest = path.strip("/").partition("/")
    if name == "stream":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return stream()
    if name == "release":
        released.set()
        status, body = 200, [b"ok\n"]
    else:
        status, body = {"fine": lambda: fine(rest), "slow": slow, "upstream": upstream, "throw": throw, "hold": hold,
                        "odd": odd, "many": many, "late": late}.get(name, lambda: (404, [b"nothing here\n"]))()
    start_response(f"{status} So", [("Content-Type", "text/plain")])
    return body


def outer(environ, start_response):
    """What is no business of the client's."""
    if environ["PATH_INFO"] == "/counts":
        body = json.dumps({"accepted": sink.accepted, "discarded": dict(sink.discarded)}).encode()
    elif environ["PATH_INFO"] == "/quit":
        threading.Thread(target=server.shutdown).start()
        body = b"bye\n"
    else:
        return watched(environ, start_response)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [body]


class Server(socketserver.ThreadingMixIn, wsgiref.simple_server.WSGIServer):
    daemon_threads = True
    request_queue_size = 128


class Quiet(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, *_):
        pass


watched = escalite_console.WSGI(app)
server = wsgiref.simple_server.make_server("127.0.0.1", 0, outer, Server, Quiet)
print(server.server_port, flush=True)
server.serve_forever(poll_interval=0.02)
sys.exit(0)
