# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
"""kill -9 at random moments under load: what was answered with 2xx is there afterwards, byte for byte, and whoever was due to be told
is told, with one body for each Idempotency-Key.

    tests/e2e/kill.py --kills 200 --sessions 100000
"""

import argparse
import hashlib
import json
import random
import sys
import threading
import time
import uuid

from console import Console, Harness, House, wait_for

ROUTES = 8  # failing routes, so as many incidents


def document(identity, failing):
    """A session document that is a function of its id, so that it can be compared without having been kept here."""
    digest = hashlib.sha256(identity.encode()).hexdigest()
    level = "error" if failing is not None else "info"
    path = f"/broken/{chr(ord('a') + failing)}" if failing is not None else "/fine"
    errors = {"log_level": "error", "cause": {"value": None, "code": 502, "message": "upstream refused", "log_level": "error",
                                              "log_time": 1795337863.88}} if failing is not None else {}
    return json.dumps({
        "alert_id": identity, "api_logs": {"request_path": {"value": path, "log_level": "info", "log_time": 1795337863.7},
                                           "payload": {"value": digest * 4, "log_level": "info", "log_time": 1795337863.7}},
        "service_logs": {}, "error_logs": errors, "log_level": level, "start_time": 1795337863.7, "end_time": 1795337863.9,
        "log_date": "2026-11-22 08:57:43", "time_elapsed": 0.2}).encode()


class Client(threading.Thread):
    """Posts until the console is gone; remembers what was acknowledged."""

    def __init__(self, console, seed, quota):
        super().__init__()
        self.console, self.random, self.quota = console, random.Random(seed), quota
        self.acknowledged = {}  # id -> failing route or None

    def run(self):
        try:
            connection = self.console.connect()
            while self.quota > 0:
                count = self.random.choice((1, 1, 20, 50))
                batch = {}
                for _ in range(count):
                    identity = str(uuid.UUID(int=self.random.getrandbits(128), version=4))
                    batch[identity] = self.random.randrange(ROUTES) if self.random.random() < 0.02 else None
                bodies = [document(i, f) for i, f in batch.items()]
                kind = "application/json" if count == 1 else "application/x-ndjson"
                status, _, body = self.console.post(b"\n".join(bodies), kind, connection, **{"X-Escalite-Source": "killed"})
                if count == 1 and status in (200, 201):
                    self.acknowledged.update(batch)
                elif count > 1 and status == 200:
                    for result in json.loads(body)["results"]:
                        if result["status"] in ("accepted", "duplicate", 200, 201):
                            self.acknowledged[result["alert_id"]] = batch[result["alert_id"]]
                elif status in (429, 503):
                    time.sleep(0.01)
                else:
                    raise AssertionError(f"unexpected answer {status}: {body[:200]}")
                self.quota -= count
        except (OSError, ValueError) as gone:
            self.gone = gone
        except Exception as error:  # http.client raises its own family when the peer dies in the middle
            if type(error).__module__ != "http.client":
                raise


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--sessions", type=int, default=4000)
    parser.add_argument("--clients", type=int, default=3)
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    acknowledged = {}
    restarts = []
    with House() as house, Harness(house) as harness:
        house.configure({"notifiers": harness.notifiers, "store": {"segment_bytes": 8 * 1024 * 1024},
                         "settings": {"hold": "100 ms", "group_interval": "500 ms", "retry_first": "50 ms", "messages_per_minute": 6000}})
        for number in range(options.kills):
            began = time.monotonic()
            console = Console(house)
            restarts.append(time.monotonic() - began)
            share = max(1, (options.sessions - len(acknowledged)) // (options.kills - number) // options.clients + 1)
            clients = [Client(console, chance.getrandbits(64), share * 3) for _ in range(options.clients)]
            for client in clients:
                client.start()
            moment = chance.uniform(0.02, 1.2)
            end = time.monotonic() + 30
            while time.monotonic() < end and sum(len(c.acknowledged) for c in clients) < share * options.clients * chance.random():
                time.sleep(0.002)
            time.sleep(moment * 0.2)
            console.kill()
            for client in clients:
                client.join()
                acknowledged.update(client.acknowledged)
        extra = options.sessions
        with Console(house) as console:
            client = Client(console, chance.getrandbits(64), max(0, options.sessions - len(acknowledged)))
            client.start()
            client.join()
            acknowledged.update(client.acknowledged)
            print(f"{options.kills} kills, {len(acknowledged)} acknowledged, slowest start {max(restarts):.2f} s")

            stored = {s["alert_id"] for s in console.pages("/v1/sessions?limit=1000", "sessions")}
            lost = set(acknowledged) - stored
            altered = []
            connection = console.connect()
            for identity, failing in acknowledged.items():
                if identity in lost:
                    continue
                body = console.get(f"/v1/sessions/{identity}", connection)
                if document(identity, failing) not in body:
                    altered.append(identity)
            print(f"lost {len(lost)}, altered {len(altered)}")

            final = ("accepted", "delivered", "failed", "cancelled", "suppressed")

            def deliveries():
                return list(console.pages("/v1/deliveries?limit=500&include=rendered", "deliveries"))

            due = {f for f in acknowledged.values() if f is not None}
            wait_for("all deliveries ended", lambda: (ds := deliveries()) and all(d["state"] in final for d in ds))
            ended = deliveries()
            failed = [d for d in ended if d["state"] not in ("accepted", "delivered")]
            received = harness.received()
            bodies = {}
            torn = 0
            for message in received:
                bodies.setdefault(message["idempotency_key"], set()).add(message["body"])
            torn = sum(1 for b in bodies.values() if len(b) != 1)
            told = {d["id"] for d in ended if d["state"] in ("accepted", "delivered")}
            unheard = told - set(bodies)
            titles = {d["title"] for d in ended}
            missing = [f for f in due if not any(t.endswith(f"/broken/{chr(ord('a') + f)}") for t in titles)]
            repeats = len(received) - len(bodies)
            print(f"{len(ended)} deliveries, {len(failed)} failed, {len(unheard)} recorded as told but not received, "
                  f"{torn} keys with two bodies, {repeats} repeats, {len(missing)} of {len(due)} incidents nobody was told of")
        ok = not lost and not altered and not failed and not unheard and not torn and not missing
        print("OK" if ok else "FAILED")
        return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
