# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
"""A service under load whose console is killed, frozen and started again: what waits is bounded, what is discarded is counted and shown, and nothing is there twice."""

import json
import signal
import subprocess
import unittest

from console import BIN, Console, House, wait_for

BYTES = 2 * 1024 * 1024
SLACK = 24 * 1024 * 1024  # of the allocator, the batch and four threads


class Service:
    """A running outageservice."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen([str(BIN / "outageservice"), *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def tell(self, order):
        self.process.stdin.write(order + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


class Outage(unittest.TestCase):
    def outage(self, mode, fault, repair):
        with House() as house:
            console = Console(house)
            service = Service()
            try:
                service.tell(f"sink http://{console.address}:{console.port} {console.ingest_token} {mode} 1000000 {BYTES} 1000 50")
                service.tell("load on")
                wait_for("sessions taken", lambda: service.tell("counts")["accepted"] > 100)
                before = service.tell("counts")["resident"]
                fault(console)
                most = {"bytes": 0, "resident": 0}

                def discarded():
                    counts = service.tell("counts")
                    for what in most:
                        most[what] = max(most[what], counts[what])
                    return counts["discarded"].get("queue_full", 0) > 300
                wait_for("something discarded", discarded)
                # The service may well write more than the console can take: that it is heard again is what counts.
                taken = service.tell("counts")["accepted"]
                console = repair(console)
                wait_for("being taken again", lambda: service.tell("counts")["accepted"] > taken + 5000)
                service.tell("load off")
                self.assertTrue(service.tell("flush 20000"))
                counts = service.tell("counts")
                self.assertLessEqual(most["bytes"], BYTES)
                self.assertLess(most["resident"] - before, BYTES + SLACK)
                lost = sum(counts["discarded"].values())
                made = counts["sessions" if mode == "whole" else "events"]
                self.assertEqual(counts["accepted"] + lost, made)

                def told():
                    rows = list(console.pages("/v1/sessions?query=is:gap&limit=200", "sessions"))
                    reports = [r for row in rows for r in self.reports(console, row)]
                    sessions = sum(r["sessions"] for r in reports)
                    # Of a live session that is kept, single events go; they are counted in its own document too.
                    is_told = sessions == lost if mode == "whole" else sum(r["events"] for r in reports) > 0
                    return (sessions,) if is_told else None
                (sessions_lost,) = wait_for("the report of what was discarded", told, 20)
                ids = [row["alert_id"] for row in console.pages("/v1/sessions?limit=500", "sessions") if not row["gap"]]
                self.assertEqual(len(ids), len(set(ids)))
                self.assertEqual(len(ids) + sessions_lost, counts["sessions"])
                if mode == "whole":
                    self.assertEqual(len(ids), counts["accepted"])
            finally:
                service.close()
                console.process.kill()
                console.process.wait()
                console.log.close()

    def reports(self, console, row):
        document = console.get_json(f"/v1/sessions/{row['alert_id']}")["document"]
        document = json.loads(document) if isinstance(document, str) else document
        self.assertIn("discarded", document["entries"], "events are missing that the console confirmed")
        return document["entries"]["discarded"]["value"]

    def killed(self, mode):
        self.outage(mode, lambda console: console.kill(), lambda console: Console(console.house, listen=f"127.0.0.1:{console.port}"))

    def frozen(self, mode):
        def thaw(console):
            console.process.send_signal(signal.SIGCONT)
            return console
        self.outage(mode, lambda console: console.process.send_signal(signal.SIGSTOP), thaw)

    def test_killed_while_whole_sessions_are_sent(self):
        self.killed("whole")

    def test_frozen_while_whole_sessions_are_sent(self):
        self.frozen("whole")

    def test_killed_while_events_are_sent(self):
        self.killed("live")

    def test_frozen_while_events_are_sent(self):
        self.frozen("live")


if __name__ == "__main__":
    unittest.main()
