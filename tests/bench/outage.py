#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
"""By how much the p99 of a service's requests moves while its console is frozen, dead, full, slow or restarted.

One service under load, on a core of its own, and one console: blocks of each fault stand between blocks in which all is well, in an order
that rotates, and each is compared with its two neighbours. "well" is such a block too: what it moves by is noise.
A request sorts numbers (about 250 us of the processor) and writes down eleven entries and two calls. Faults are measured
while sessions are being discarded. The console has the other cores, and keeps its journal in memory where there is
/dev/shm: its work and its disk are not what a request waits for. "time" is by the clock, "processor" what the request's thread spent.

usage: ESCALITE_BIN=build/release/bin tests/bench/outage.py [rounds [milliseconds [whole|live...]]]
Targets: escalited outageservice.
"""

import contextlib
import os
import pathlib
import random
import signal
import socket
import statistics
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
from console import Console, House, wait_for  # noqa: E402
from outage import Service  # noqa: E402

THINK_US, THREADS, SORTED = 500, 1, 4500
QUEUED = 512  # sessions; filled in less than a second
BYTES = 4 * 1024 * 1024
FAULTS = ("well", "frozen", "dead", "full", "slow", "restarted")


class Stub(threading.Thread):
    """Answers in the console's stead, each POST after `delay` seconds."""

    def __init__(self, port, answer, delay):
        super().__init__(daemon=True)
        self.answer, self.delay = answer, delay
        self.listener = socket.create_server(("127.0.0.1", port))
        self.open = []
        self.start()

    def run(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                self.open.append(connection)
                with contextlib.suppress(OSError, ValueError):
                    self.serve(connection)

    def serve(self, connection):
        stream = connection.makefile("rb")
        while line := stream.readline():
            length = 0
            while line.strip():
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
                line = stream.readline()
            stream.read(length)
            time.sleep(self.delay)
            connection.sendall(self.answer)

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for connection in self.open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        self.join()


FULL = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"
READ = b'{"accepted":0,"results":[]}'
SLOW = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(READ), READ)


class Run:
    def __init__(self, house, mode):
        self.house, self.mode = house, mode
        *others, own = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, others or [own])  # The console inherits it.
        self.console = Console(house)
        self.listen = f"127.0.0.1:{self.console.port}"
        self.service = Service(THINK_US, THREADS, SORTED)
        os.sched_setaffinity(self.service.process.pid, [own])
        self.service.tell(f"sink http://{self.listen} {self.console.ingest_token} {mode} {QUEUED} {BYTES} 1000 50")
        self.service.tell("load on")

    def start_console(self):
        self.console = Console(self.house, listen=self.listen)

    def measure(self, milliseconds):
        return self.service.tell(f"measure {milliseconds}")

    def discarded(self):
        return sum(self.service.tell("counts")["discarded"].values())

    def settle(self):
        """Until what a fault left behind has been taken."""
        wait_for("being taken again", lambda: self.service.tell("counts")["waiting"] < QUEUED * (4 if self.mode == "live" else 0.5))

    def until_discarding(self):
        before = self.discarded()
        wait_for("something discarded", lambda: self.discarded() > before)

    def measure_in(self, fault, milliseconds):
        if fault == "well":
            return self.measure(milliseconds)
        stub = None
        starting = None
        if fault == "frozen":
            self.console.process.send_signal(signal.SIGSTOP)
        else:
            self.console.kill()
        if fault in ("full", "slow"):
            stub = Stub(self.console.port, FULL if fault == "full" else SLOW, 0 if fault == "full" else 0.5)
        if fault == "restarted":
            starting = threading.Timer(milliseconds / 4000, self.start_console)
            starting.start()
        elif fault == "slow":
            self.measure(300)
        else:
            self.until_discarding()
        took = self.measure(milliseconds)
        if fault == "frozen":
            self.console.process.send_signal(signal.SIGCONT)
        elif starting:
            starting.join()
        else:
            if stub:
                stub.close()
            self.start_console()
        return took

    def close(self):
        self.service.close()
        with self.console:
            pass


def interval(values):
    """In which the median of such values lies, 19 times of 20."""
    chance = random.Random(1)
    medians = sorted(statistics.median(chance.choices(values, k=len(values))) for _ in range(2000))
    return medians[50], medians[1949]


def measure(mode, rounds, milliseconds):
    with contextlib.suppress(PermissionError):  # Other programs on this machine are not what is measured.
        os.setpriority(os.PRIO_PROCESS, 0, -20)  # The console and the service inherit it.
    if os.access("/dev/shm", os.W_OK):
        tempfile.tempdir = "/dev/shm"
    cores = os.sched_getaffinity(0)
    blocks = {fault: [] for fault in FAULTS}  # (before, in it, after)
    with House() as house, contextlib.closing(Run(house, mode)) as run:
        run.measure(1000)
        for turn in range(rounds):
            order = FAULTS[turn % len(FAULTS):] + FAULTS[: turn % len(FAULTS)]
            run.settle()
            before = run.measure(milliseconds)
            for fault in order:
                took = run.measure_in(fault, milliseconds)
                run.settle()
                run.measure(200)
                after = run.measure(milliseconds)
                blocks[fault].append((before, took, after))
                before = after
        counts = run.service.tell("counts")
    os.sched_setaffinity(0, cores)
    for fault, rows in blocks.items():
        print(f"{mode:5} {fault:9}", end="")
        for what, name in (("p99", "time"), ("processor_p99", "processor")):
            well = [(before[what] + after[what]) / 2 for before, _, after in rows]
            moved = [100 * (took[what] / base - 1) for (_, took, _), base in zip(rows, well)]
            added = [took[what] - base for (_, took, _), base in zip(rows, well)]
            low, high = interval(moved)
            print(f"  {name} p99 {statistics.median(well):6.1f} us moves by {statistics.median(moved):+5.1f} % ({low:+.1f} to {high:+.1f}), {statistics.median(added):+6.1f} us", end=";")
        half = statistics.median(took["processor_p50"] - (before["processor_p50"] + after["processor_p50"]) / 2 for before, took, after in rows)
        print(f"  half of them {half:+5.1f} us of processor", flush=True)
    print(f"{mode:5} {counts['sessions']} sessions, {sum(counts['discarded'].values())} discarded {counts['discarded']}; resident {counts['resident'] / 1e6:.1f} MB; load {' '.join(f'{load:.1f}' for load in os.getloadavg())}", flush=True)


if __name__ == "__main__":
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 12
    milliseconds = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    for mode in sys.argv[3:] or ("whole", "live"):
        measure(mode, rounds, milliseconds)
