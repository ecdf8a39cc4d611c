# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
"""Attacks on the console's memory, descriptors and patience. The peak (VmHWM) must stay below the limit and a valid client be served.

    tests/e2e/pressure.py [--only batches,bombs,…] [--limit 400]
"""

import argparse
import gzip
import json
import pathlib
import random
import resource
import socket
import subprocess
import sys
import threading
import time
import uuid
import zlib

from console import Console, Harness, House, wait_for
from faults import peak
from hostile import Client, document


def processor_time(console):
    fields = pathlib.Path(f"/proc/{console.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


def served(console):
    """How long until a valid client is answered; it repeats what it was told to repeat."""
    began = time.monotonic()

    def probe():
        try:
            return console.post(document())[0] == 201
        except OSError:
            return False
    wait_for("being served", probe, patience=30)
    return time.monotonic() - began


def in_parallel(count, work):
    threads = [threading.Thread(target=work, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    return threads


def batches(console, _):
    """64 clients push 16 MiB each."""
    text = "x" * 1500

    def lines(seed):
        chance = random.Random(seed)
        out, size = [], 0
        while size < 15_900_000:
            line = json.dumps({"alert_id": str(uuid.UUID(int=chance.getrandbits(128), version=4)), "api_logs": {"p": {"value": text, "log_level": "info"}},
                               "service_logs": {}, "error_logs": {}, "log_level": "info", "start_time": 1.0, "end_time": 2.0}).encode()
            out.append(line)
            size += len(line) + 1
        return b"\n".join(out)

    statuses = []
    slow = []
    bodies = [lines(i) for i in range(4)]

    def push(i):
        for _ in range(3):
            try:
                statuses.append(console.post(bodies[i % 4], "application/x-ndjson")[0])
            except OSError as gone:
                statuses.append(type(gone).__name__)
    threads = in_parallel(64, push)
    while any(t.is_alive() for t in threads):
        slow.append(served(console))
    for thread in threads:
        thread.join()
    return {str(s): statuses.count(s) for s in set(statuses)} | {"valid client at worst": f"{max(slow):.2f} s"}


def bombs(console, _):
    """A few kilobytes that unpack to gigabytes."""
    zeros = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = b"".join(zeros.compress(bytes(1 << 20)) for _ in range(2048)) + zeros.flush()
    zstd = subprocess.run(["zstd", "-19", "-c"], input=bytes(1 << 28), capture_output=True, check=True).stdout
    statuses = []

    def push(i):
        for _ in range(4):
            coding, body = ("gzip", packed) if i % 2 else ("zstd", zstd)
            statuses.append(console.post(body, "application/x-ndjson", **{"Content-Encoding": coding})[0])
    for thread in in_parallel(16, push):
        thread.join()
    nested = gzip.compress(gzip.compress(document()))
    statuses.append(console.post(nested, **{"Content-Encoding": "gzip"})[0])
    assert set(statuses) <= {400, 413}, statuses
    return {str(s): statuses.count(s) for s in set(statuses)}


def fingerprints(console, _):
    """100,000 errors, each of a kind of its own."""
    def error(i):
        word = "".join(chr(ord("a") + int(d)) for d in f"{i:06d}")
        return document(error_logs={word: {"message": f"failure {word}", "log_level": "error"}}, log_level="error",
                        api_logs={"request_path": {"value": f"/{word}", "log_level": "info"}})
    began = time.monotonic()
    for start in range(0, 100_000, 2000):
        body = b"\n".join(error(i) for i in range(start, start + 2000))
        wait_for("acceptance", lambda: console.post(body, "application/x-ndjson")[0] == 200)
    took = time.monotonic() - began
    time.sleep(3)
    return {"seconds": f"{took:.1f}", "valid client": f"{served(console):.2f} s"}


def endless_head(console, _):
    """Heads and bodies without end, and clients that never read."""
    clients = [Client(console) for _ in range(100)]

    def push(i):
        client = clients[i]
        client.socket.settimeout(2)
        try:
            if i % 3 == 0:
                client.socket.sendall(b"GET / HTTP/1.1\r\nX: ")
                for _ in range(256):
                    client.socket.sendall(b"a" * 65536)
            elif i % 3 == 1:
                client.socket.sendall(b"POST /v1/sessions HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n"
                                      b"Transfer-Encoding: chunked\r\n\r\n" % (console.port, console.ingest_token.encode()))
                for _ in range(512):
                    client.socket.sendall(b"10000\r\n" + b" " * 65536 + b"\r\n")
            else:
                request = b"GET /v1/sessions?limit=1000 HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer %s\r\n\r\n" % (
                    console.port, console.operator_token.encode())
                for _ in range(2000):
                    client.socket.sendall(request)
        except OSError:
            pass
    threads = in_parallel(100, push)
    waited = served(console)
    for thread in threads:
        thread.join()
    for client in clients:
        client.close()
    return {"valid client": f"{waited:.2f} s"}


def half_open(console, _):
    """300 connections that say nothing, half a head, or half a body."""
    found = {}
    for kind, start in {"nothing": b"", "half a head": b"POST /v1/sessions HTTP/1.1\r\nHost: 127",
                        "half a body": b"POST /v1/sessions HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n"
                                       b"Content-Length: 1000\r\n\r\n{" % (console.port, console.ingest_token.encode())}.items():
        clients = [Client(console) for _ in range(300)]
        for client in clients:
            client.send(start)
        waited = served(console)
        for client in clients:
            client.close()
        found[kind] = f"{waited:.2f} s"
        assert waited < 4, (kind, waited)
    return found


def flood(console, _):
    """2,000 connections at once."""
    clients = []
    for _ in range(2000):
        one = socket.socket()
        one.setblocking(False)
        one.connect_ex((console.address, console.port))
        clients.append(one)
    during = served(console)
    for one in clients:
        one.close()
    after = served(console)
    return {"valid client during": f"{during:.2f} s", "after": f"{after:.2f} s"}


def descriptors(console, _):
    """No descriptor is left, then some are."""
    pid = console.process.pid
    open_now = len(list(pathlib.Path(f"/proc/{pid}/fd").iterdir()))
    before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (open_now + 10, before[1]))
    clients = [socket.create_connection((console.address, console.port)) for _ in range(100)]
    began = processor_time(console)
    time.sleep(3)
    used = processor_time(console) - began
    for one in clients:
        one.close()
    during = served(console)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
    assert used < 0.5, used
    return {"processor in 3 s": f"{used:.2f} s", "valid client": f"{during:.2f} s"}


def endless_answers(console, harness):
    """Receivers whose answer has no end."""
    for i in range(20):
        word = chr(ord("a") + i)
        console.post(document(error_logs={word: {"message": f"failure {word}", "log_level": "error"}}, log_level="error"))
    wait_for("attempts", lambda: sum(d["attempts"] for d in console.get_json("/v1/deliveries?limit=1000")["deliveries"]) > 30)
    return {"received": len(harness.received())}


ATTACKS = {f.__name__: f for f in (half_open, flood, descriptors, endless_head, bombs, batches, fingerprints, endless_answers)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default=",".join(ATTACKS))
    parser.add_argument("--limit", type=int, default=400, help="MiB")
    options = parser.parse_args()
    ok = True
    for name in options.only.split(","):
        with House() as house, Harness(house, ["--fault", "endless-body"] if name == "endless_answers" else []) as harness:
            house.configure({"notifiers": harness.notifiers, "settings": {
                "hold": "100 ms", "retry_first": "50 ms", "retry_most": "500 ms", "attempt_timeout": "2 s", "messages_per_minute": 6000 if name == "endless_answers" else 30}})
            with Console(house) as console:
                try:
                    found = ATTACKS[name](console, harness)
                except Exception as error:  # the next attack is tried all the same
                    found = {"FAILED": repr(error)[:300]}
                    ok = False
                if console.process.poll() is not None:
                    print(f"{name}: the console ended with {console.process.returncode}: {console.log_text()[-500:]}")
                    ok = False
                    continue
                used = peak(console)
                began = time.monotonic()
                code = console.stop()
                took = time.monotonic() - began
                fine = used <= options.limit and code == 0 and took < 5.5
                ok = ok and fine
                print(f"{name}: peak {used} MiB, ended with {code} in {took:.1f} s; "
                      + ", ".join(f"{k}: {v}" for k, v in found.items()) + ("" if fine else "   FAILED"), flush=True)
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
