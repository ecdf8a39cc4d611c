#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
"""What requests that run cost and how late the operator sees them: rows and marks in time, 10,000 open sessions, an event's CPU.

usage: tests/bench/live.py [--bin build/release/bin] [late|open|event|long ...]    Targets: bench_live escalited escalite-console.
Figures of one machine; on one that does other work trust the CPU times and the medians.
"""

import argparse
import contextlib
import json
import os
import pathlib
import subprocess
import time
import uuid

from run import cpu_seconds, e2e, percentile, resident_kib

OPEN = 10_000
STUCK_AFTER = 20  # seconds, after which the open ones are marked
GOAL = 250  # milliseconds, to the row and to a mark


def lines(events):
    return b"".join(json.dumps(event).encode() + b"\n" for event in events)


def start(session):
    return [{"event": "session_start", "alert_id": session, "at": time.time(), "method": "POST", "path": "/pay", "source": "shop"},
            {"event": "call_start", "alert_id": session, "at": time.time(), "service": "payment", "message": "charging"}]


def entry(session, number):
    return {"event": "entry", "alert_id": session, "at": time.time(), "section": f"section_{number // 500}", "key": f"step_{number}",
            "value": number, "message": "the basket has been looked at"}


class Poster:
    """A kept connection to the events' door."""

    def __init__(self, console):
        self.console = console
        self.connection = console.connect()

    def post(self, events):
        status, _, body = self.console.request("POST", "/v1/events", lines(events), {"Content-Type": "application/x-ndjson"},
                                               self.console.ingest_token, self.connection)
        if status != 200 or json.loads(body)["rejected"]:
            raise e2e.GivenUp(f"{status} {body[:300]}")


def open_sessions(console, count):
    poster, ids = Poster(console), [str(uuid.uuid4()) for _ in range(count)]
    for first in range(0, count, 500):
        poster.post([event for session in ids[first:first + 500] for event in start(session)])
    return ids


def share_of_a_core(pid, seconds=5):
    before, begin = cpu_seconds(pid), time.monotonic()
    time.sleep(seconds)
    return (cpu_seconds(pid) - before) / (time.monotonic() - begin) * 100


def late(programs):
    for beside in (0, 1000):
        for kind in ("window", "headless"):
            with e2e.House() as house:
                answer = subprocess.run([str(programs / "bench_live"), "250", str(beside), kind], env=house.environment(),
                                        capture_output=True, check=True, timeout=180)
            result = json.loads(answer.stdout)
            print(f"\n{kind}, {result['beside']} other events/s: {result['requests']} requests, {result['missed']} missed")
            for line in answer.stderr.decode().splitlines():
                if "seen" in line:
                    print(f"  {line}")
            for what in ("row", "painted", "ended", "stuck", "abandoned"):
                if figures := result.get(what):
                    print(f"  {what:10}" + "".join(f" {name} {value:6.1f}" for name, value in figures.items()) + " ms"
                          + ("" if -GOAL <= figures["min"] and figures["max"] <= GOAL else f"  beyond {GOAL}"), flush=True)


def open_(programs):
    for program in ("escalited", "escalite-console"):
        if not (programs / program).exists():
            continue
        with e2e.House() as house:
            house.configure({"settings": {"stuck_after": f"{STUCK_AFTER} s"}})
            with contextlib.ExitStack() as stack:
                console = stack.enter_context(e2e.Console(house, program))
                pid = console.process.pid
                time.sleep(2)
                empty, idle = resident_kib(pid), share_of_a_core(pid)
                used, begin = cpu_seconds(pid), time.monotonic()
                ids = open_sessions(console, OPEN)
                took = time.monotonic() - begin
                time.sleep(1)
                print(f"\n{program}: empty {empty / 1024:.0f} MB, idle {idle:.1f} % of a core\n"
                      f"  {OPEN:,} opened in {took:.1f} s, {(cpu_seconds(pid) - used) / OPEN / 2 * 1e6:.0f} us of CPU an event; "
                      f"{resident_kib(pid) / 1024:.0f} MB", flush=True)
                print(f"  idle with {OPEN:,} open: {share_of_a_core(pid):.1f} % of a core", flush=True)
                time.sleep(max(0, begin + STUCK_AFTER - 1 - time.monotonic()))
                used = cpu_seconds(pid)
                time.sleep(took + 3)
                marking = cpu_seconds(pid) - used
                stuck = sum(row["stuck"] for row in console.pages("/v1/sessions?limit=1000", "sessions"))
                print(f"  {stuck:,} marked stuck: {marking:.2f} s of CPU; then {share_of_a_core(pid):.1f} % of a core")
                poster, used = Poster(console), cpu_seconds(pid)
                begin = time.monotonic()
                for session in ids[:4000]:
                    poster.post([entry(session, 1)])
                took = time.monotonic() - begin
                time.sleep(0.5)
                print(f"  one more event each for 4,000, one by one: {took / 4000 * 1e6:.0f} us, {(cpu_seconds(pid) - used) / 4000 * 1e6:.0f} us of CPU; "
                      f"{resident_kib(pid) / 1024:.0f} MB", flush=True)
                console.kill()
            begin = time.monotonic()
            with e2e.Console(house, program) as console:
                listening = time.monotonic() - begin
                pid = console.process.pid
                stuck = e2e.wait_for("the list", lambda: console.get_json("/v1/sessions?limit=100&query=is:stuck")["sessions"])
                print(f"  killed and started: listening after {listening:.2f} s, {len(stuck)} of 100 listed are stuck after {time.monotonic() - begin:.2f} s, "
                      f"{cpu_seconds(pid):.2f} s of CPU, {resident_kib(pid) / 1024:.0f} MB", flush=True)
                time.sleep(3)
                print(f"  then idle: {share_of_a_core(pid):.1f} % of a core", flush=True)


def event(programs):
    """Entries of ten each in 400 sessions, in one request after the other or alone."""
    for size in (500, 10, 1):
        with e2e.House() as house, e2e.Console(house) as console:
            ids = open_sessions(console, 400)
            events = [entry(session, number) for number in range(10) for session in ids]
            poster, pid = Poster(console), console.process.pid
            used, begin = cpu_seconds(pid), time.monotonic()
            for first in range(0, len(events), size):
                poster.post(events[first:first + size])
            took = time.monotonic() - begin
            time.sleep(0.5)
            print(f"{size:4} events a request: {took / len(events) * 1e6:6.0f} us each, {(cpu_seconds(pid) - used) / len(events) * 1e6:5.1f} us of CPU", flush=True)


def long(programs):
    """One session of 2,000 entries in four sections, one event a request: each journals the whole document."""
    with e2e.House() as house, e2e.Console(house) as console:
        (session,) = open_sessions(console, 1)
        poster, pid = Poster(console), console.process.pid
        for first in range(0, 2000, 250):
            used, times = cpu_seconds(pid), []
            for number in range(first, first + 250):
                begin = time.monotonic()
                poster.post([entry(session, number)])
                times.append((time.monotonic() - begin) * 1e6)
            time.sleep(0.2)
            print(f"{first + 250:5} entries: {(cpu_seconds(pid) - used) / 250 * 1e6:6.0f} us of CPU an event, p50 {percentile(times, 0.5):6.0f} us, "
                  f"p99 {percentile(times, 0.99):6.0f} us", flush=True)
        document = console.get_json(f"/v1/sessions/{session}")["document"]
        console.stop()
        journal = sum(file.stat().st_size for file in house.path.rglob("*.log"))
        kept = sum(len(section) for section in document["sections"].values())
        print(f"{kept:,} entries and levels kept in a document of {len(json.dumps(document)):,} bytes; {journal / 1e6:.1f} MB of journal")


def main():
    parts = {"late": late, "open": open_, "event": event, "long": long}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(parts)}; all when none is named")
    parser.add_argument("--bin", default="build/release/bin")
    options = parser.parse_args()
    for part in options.parts:
        if part not in parts:
            parser.error(f"there is no part “{part}”; there are {', '.join(parts)}")
    e2e.BIN = pathlib.Path(options.bin).resolve()
    for part in options.parts or parts:
        print(f"== {part}", flush=True)
        parts[part](e2e.BIN)


if __name__ == "__main__":
    main()
