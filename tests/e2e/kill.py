# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
"""kill -9 at random moments under load: what was answered with 2xx is there afterwards, byte for byte; every error is counted in an
incident, and everybody who was due to be told of it was told, with one body for each Idempotency-Key or Message-ID.

    tests/e2e/kill.py --kills 200 --sessions 100000
"""

import argparse
import base64
import collections
import contextlib
import hashlib
import http.client
import json
import random
import sqlite3
import sys
import threading
import time
import uuid

from console import Console, Harness, House, wait_for

ROUTES = 8  # failing routes, so as many incidents
TOLD = ("accepted", "delivered")
ENDED = (*TOLD, "failed", "cancelled", "suppressed")


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
        self.surprise = None

    def run(self):
        with contextlib.suppress(OSError, http.client.HTTPException):  # it was killed
            connection = self.console.connect()
            while self.quota > 0 and not self.surprise:
                self.post(connection)

    def post(self, connection):
        count = self.random.choice((1, 1, 20, 50))
        batch = {}
        for _ in range(count):
            identity = str(uuid.UUID(int=self.random.getrandbits(128), version=4))
            batch[identity] = self.random.randrange(ROUTES) if self.random.random() < 0.02 else None
        bodies = [document(i, f) for i, f in batch.items()]
        kind = "application/json" if count == 1 else "application/x-ndjson"
        status, _, body = self.console.post(b"\n".join(bodies), kind, connection, **{"X-Escalite-Source": "killed"})
        if count == 1 and status == 201:
            self.acknowledged.update(batch)
        elif count > 1 and status in (200, 503, 507):
            for result in json.loads(body)["results"]:
                if result["status"] == "accepted":
                    self.acknowledged[result["alert_id"]] = batch[result["alert_id"]]
        elif status not in (429, 503):
            self.surprise = f"{status}: {body[:200]}"
        self.quota -= count


def key_and_bytes(message):
    """What a receiver tells repetitions by, and what came under it."""
    if message["service"] == "smtp":
        key = message["message_id"].strip("<>").split("@")[0]
    else:
        key = {name.lower(): value for name, value in message["headers"]}["idempotency-key"]
    return key, base64.b64decode(message["body_base64"])


def check_sessions(console, acknowledged):
    """Returns what is wrong, and how many stored sessions failed on each route (more than were acknowledged may be stored)."""
    failing = collections.Counter()
    stored = set()
    for row in console.pages("/v1/sessions?limit=1000", "sessions"):
        stored.add(row["alert_id"])
        if row["level"] == "error":
            failing[row["path"]] += 1
    lost = [i for i in acknowledged if i not in stored]
    connection = console.connect()
    altered = [i for i, route in acknowledged.items()
               if i in stored and document(i, route) not in console.get(f"/v1/sessions/{i}", connection)]
    connection.close()
    return {"acknowledged sessions lost": lost, "altered": altered}, failing


def check_deliveries(database, received, failing, kills):
    """Holds the outbox against what the receivers got, by the console's own file after its end."""
    store = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    incidents = {i: (title, sessions, told) for i, title, sessions, told in
                 store.execute("SELECT id, title, sessions, sessions_told FROM incident")}
    deliveries = {i: (notifier, state, incident, sessions, body) for i, notifier, state, incident, sessions, body in store.execute(
        "SELECT d.id, d.notifier, d.state, e.incident, d.sessions, r.body FROM delivery d"
        " JOIN escalation e ON e.id = d.escalation JOIN rendered r ON r.delivery = d.id")}
    store.close()
    bodies = collections.defaultdict(list)
    for message in received:
        key, content = key_and_bytes(message)
        bodies[key].append(content)
    counted = collections.Counter()
    for title, sessions, _ in incidents.values():
        counted[title] += sessions
    told = collections.Counter()
    for notifier, state, incident, sessions, _ in deliveries.values():
        if state in TOLD:
            told[incident, notifier] += sessions
    notifiers = {"Slack", "Email"}
    repeats = len(received) - len(bodies)
    print(f"{len(deliveries)} deliveries of {len(incidents)} incidents to {len(notifiers)} notifiers, {repeats} sent again")
    return {
        "routes whose incidents do not count every stored error": [r for r in failing if counted[r] != failing[r]],
        "incidents that were not told to the last session": [i for i, (_, sessions, said) in incidents.items() if sessions != said],
        "incidents of which a notifier was not told every session": [
            (i, n, told[i, n], incidents[i][1]) for i in incidents for n in notifiers if told[i, n] != incidents[i][1]],
        "deliveries that were not told": [i for i, d in deliveries.items() if d[1] not in TOLD],
        "recorded as told but never received": [i for i, d in deliveries.items() if d[1] in TOLD and i not in bodies],
        "received but not in the outbox": [k for k in bodies if k not in deliveries],
        "keys with two bodies": [k for k, b in bodies.items() if len(set(b)) > 1],
        "bodies that are not the stored ones": [
            k for k, b in bodies.items() if k in deliveries and deliveries[k][0] == "Slack" and deliveries[k][4] != b[0]],
        # At most what was under way at a kill, one for each notifier.
        "more repetitions than kills explain": [repeats] if repeats > kills * len(notifiers) else [],
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--sessions", type=int, default=4000)
    parser.add_argument("--clients", type=int, default=3)
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(2**32)
    print(f"seed {seed}", flush=True)
    chance = random.Random(seed)
    acknowledged = {}
    surprises = []
    restarts = []
    with House() as house, Harness(house) as harness:
        house.configure({"notifiers": harness.notifiers, "store": {"segment_bytes": 8 * 1024 * 1024},
                         "settings": {"hold": "100 ms", "group_interval": "500 ms", "retry_first": "50 ms", "messages_per_minute": 6000}})

        def post(console, clients):
            for client in clients:
                client.start()
            yield
            for client in clients:
                client.join()
                acknowledged.update(client.acknowledged)
                surprises.extend([client.surprise] if client.surprise else [])

        for number in range(options.kills):
            began = time.monotonic()
            console = Console(house)
            restarts.append(time.monotonic() - began)
            share = max(1, (options.sessions - len(acknowledged)) // (options.kills - number) // options.clients + 1)
            clients = [Client(console, chance.getrandbits(64), share * 3) for _ in range(options.clients)]
            posting = post(console, clients)
            next(posting)
            enough = share * options.clients * chance.random() * 2
            end = time.monotonic() + 30
            while time.monotonic() < end and sum(len(c.acknowledged) for c in clients) < enough and any(c.is_alive() for c in clients):
                time.sleep(0.002)
            time.sleep(chance.uniform(0, 0.2))
            console.kill()
            next(posting, None)
        with Console(house) as console:
            posting = post(console, [Client(console, chance.getrandbits(64), max(0, options.sessions - len(acknowledged)))])
            next(posting)
            next(posting, None)
            print(f"{options.kills} kills, {len(acknowledged)} acknowledged, slowest start {max(restarts, default=0):.2f} s", flush=True)
            wrong, failing = check_sessions(console, acknowledged)
            # Updates follow while an incident has sessions nobody was told of.
            wait_for("all incidents and deliveries settled", lambda: (
                all(i["count"] == i["count_told"] for i in console.get_json("/v1/incidents?limit=1000")["incidents"])
                and all(d["state"] in ENDED for d in console.get_json("/v1/deliveries?limit=1000")["deliveries"])), patience=120)
            if console.stop() != 0:
                surprises.append("it did not end with 0")
        database = next((house.path / "data").rglob("state.sqlite"))
        wrong.update(check_deliveries(database, harness.received(), failing, options.kills))
    wrong["unexpected answers"] = surprises
    for what, which in wrong.items():
        if which:
            print(f"{what}: {len(which)}, as {which[0]}")
    ok = not any(wrong.values())
    print("OK: nothing lost, nothing altered, everybody told" if ok else "FAILED")
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
