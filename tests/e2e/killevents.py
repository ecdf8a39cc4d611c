# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
"""kill -9 at random moments while clients tell their sessions event by event and repeat what was not answered: every event that was
taken is in its session once, no session is there twice, and one that stays open is marked again after the start.

    tests/e2e/killevents.py --kills 100
"""

import argparse
import contextlib
import http.client
import json
import random
import sys
import threading
import time
import uuid

from console import Console, House, wait_for


class Service(threading.Thread):
    """Tells sessions in batches, as a client library does: a batch that was not answered is sent again, to the next console too."""

    def __init__(self, name, seed):
        super().__init__()
        self.name_, self.random = name, random.Random(seed)
        self.console = None
        self.number = 0
        self.batch = None  # not answered yet
        self.open = {}  # id -> events so far
        self.told = {}  # id -> entries that were taken, and whether it has ended
        self.taken = self.repeated = 0
        self.surprises = []
        self.goes_on = True
        self.resume = threading.Event()

    def event(self, kind, identity, **members):
        self.number += 1
        return {"event": kind, "alert_id": identity, "at": 1764056056 + self.number / 1000, "client": self.name_, "seq": self.number, **members}

    def next_batch(self):
        events = []
        for _ in range(self.random.choice((1, 3, 10, 40))):
            if len(self.open) < 5:
                identity = str(uuid.UUID(int=self.random.getrandbits(128), version=4))
                self.open[identity] = 0
                events.append(self.event("session_start", identity, source=self.name_, method="GET", path="/live"))
                continue
            identity = self.random.choice(list(self.open))
            if self.open[identity] >= 8:
                del self.open[identity]
                events.append(self.event("session_end", identity))
            else:
                self.open[identity] += 1
                events.append(self.event("entry", identity, section="api_logs", key=f"step{self.open[identity]}", value=self.number))
        return events

    def run(self):
        while self.goes_on:
            self.resume.wait()
            with contextlib.suppress(OSError, http.client.HTTPException):  # it was killed
                connection = self.console.connect()
                while self.goes_on:
                    self.batch = self.batch or self.next_batch()
                    self.send(connection)
            self.resume.clear() if self.goes_on else None

    def send(self, connection):
        body = "\n".join(json.dumps(event) for event in self.batch).encode()
        status, _, answer = self.console.request("POST", "/v1/events", body, {"Content-Type": "application/x-ndjson"},
                                                 self.console.ingest_token, connection)
        if status in (429, 503, 507):
            return
        counted = json.loads(answer)
        if status != 200 or counted["rejected"] or counted["accepted"] + counted["duplicate"] != len(self.batch):
            self.surprises.append(f"{status}: {answer[:300]}")
        self.taken += counted["accepted"]
        self.repeated += counted["duplicate"]
        for event in self.batch:
            entries, ended = self.told.get(event["alert_id"], ({}, False))
            if event["event"] == "entry":
                entries[event["key"]] = event["value"]
            self.told[event["alert_id"]] = (entries, ended or event["event"] == "session_end")
        self.batch = None


def check(console, services):
    rows = list(console.pages("/v1/sessions?limit=1000", "sessions"))
    ids = [row["alert_id"] for row in rows]
    wrong = {"listed twice": [i for i in set(ids) if ids.count(i) > 1] if len(ids) != len(set(ids)) else [], "lost": [], "altered": [], "gaps": []}
    connection = console.connect()
    for service in services:
        for identity, (entries, ended) in service.told.items():
            if identity not in set(ids):
                wrong["lost"].append(identity)
                continue
            document = json.loads(console.get(f"/v1/sessions/{identity}", connection))["document"]
            steps = {key: entry["value"] for key, entry in document["api_logs"].items() if key.startswith("step")}
            once = all("end_time" not in entry for key, entry in document["api_logs"].items() if key.startswith("step"))
            if steps != entries or not once or (document["end_time"] is not None) != ended:
                wrong["altered"].append((identity, steps, entries, ended))
    wrong["gaps"] = [row["message"] for row in rows if "missing" in (row["message"] or "")]
    connection.close()
    return wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--services", type=int, default=3)
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(2**32)
    print(f"seed {seed}", flush=True)
    chance = random.Random(seed)
    services = [Service(f"service-{i}@host", chance.getrandbits(64)) for i in range(options.services)]
    with House() as house:
        house.configure({"notifiers": [], "settings": {"stuck_after": "500 ms", "abandoned_after": "1 h"},
                         "store": {"segment_bytes": 4 * 1024 * 1024}})
        for number in range(options.kills + 1):
            with Console(house) as console:
                for service in services:
                    service.console = console
                    service.resume.set()
                    if number == 0:
                        service.start()
                if number < options.kills:
                    time.sleep(chance.uniform(0.05, 0.5))
                    console.kill()
                    wait_for("the services to notice", lambda: not any(s.resume.is_set() for s in services))
                    continue
                wait_for("what was not answered to be told", lambda: all(s.batch is None or s.taken > 0 for s in services))
                time.sleep(0.3)
                for service in services:
                    service.goes_on = False
                for service in services:
                    service.join()
                wrong = check(console, services)
                left = sum(1 for s in services for _, ended in s.told.values() if not ended)
                wait_for("what is open to be stuck", lambda: sum(
                    1 for _ in console.pages("/v1/sessions?limit=1000&query=is:stuck", "sessions")) == left)
                if console.stop() != 0:
                    wrong["the end"] = ["it did not end with 0"]
        wrong["unexpected answers"] = [s for service in services for s in service.surprises]
    print(f"{options.kills} kills, {sum(s.taken for s in services)} events taken, {sum(s.repeated for s in services)} of them sent again after a kill, "
          f"{sum(len(s.told) for s in services)} sessions, {left} left open", flush=True)
    for what, which in wrong.items():
        if which:
            print(f"{what}: {len(which)}, as {which[0]}")
    ok = not any(wrong.values())
    print("OK: nothing lost, nothing doubled" if ok else "FAILED")
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
