#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
"""What a service's requests take while its console is healthy, dead and frozen, beside none, interleaved in one run.

usage: ESCALITE_BIN=build/release/bin tests/bench/outage.py [rounds [milliseconds]]    Targets: escalited outageservice.
"""

import pathlib
import signal
import statistics
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
from console import Console, House  # noqa: E402
from outage import BYTES, Service  # noqa: E402


def main(rounds=5, milliseconds=500):
    for mode in ("whole", "live"):
        p99, submit = {}, {}
        for _ in range(rounds):
            for state in ("none", "healthy", "dead", "frozen"):
                service = Service()
                with House() as house, Console(house) as console:
                    order = f"sink http://{console.address}:{console.port} {console.ingest_token} {mode} 2048 {BYTES} 1000 50"
                    service.tell("none" if state == "none" else order)
                    service.tell("load on")
                    service.tell("measure 100")
                    if state == "dead":
                        console.kill()
                    elif state == "frozen":
                        console.process.send_signal(signal.SIGSTOP)
                    p99.setdefault(state, []).append(service.tell(f"measure {milliseconds}")["p99"])
                    service.tell("load off")
                    if mode == "whole" and state != "none":
                        submit.setdefault(state, []).append(service.tell("submit 20")["ns"])
                    service.process.kill()
                    service.close()
        base = statistics.median(p99["healthy"])
        for state, all_rounds in p99.items():
            middle = statistics.median(all_rounds)
            cost = f"  {statistics.median(submit[state]):6.0f} ns each ended()" if state in submit else ""
            print(f"{mode:5} {state:8} p99 {middle:8.1f} us {100 * (middle / base - 1):+6.1f} % of healthy ({min(all_rounds):.1f}-{max(all_rounds):.1f}){cost}", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
