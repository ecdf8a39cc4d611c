# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
"""kill -9 while words of acknowledged and closed incidents wait out their undo time, while fallbacks and digests are made, between the
parts of a split message and when a drill is due: all of it happens afterwards, each thing once, and no success is sent again.

    tests/e2e/followups.py --kills 100
"""

import argparse
import collections
import contextlib
import http.client
import http.server
import json
import random
import sqlite3
import sys
import threading
import time
import uuid

from console import Console, House, wait_for

TOLD = ("accepted", "delivered")
ENDED = (*TOLD, "failed", "cancelled", "suppressed")
BY_RULE = ("first", "new_in_group", "repeat", "step")
FOLLOW_UPS = ("acknowledged", "closed")


class Services(http.server.ThreadingHTTPServer):
    """What the notifiers speak to: takes everything but on /broken, slowly on the chat that gets long messages."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Service)
        self.received = []  # (path, key, body), when it was read
        self.seen = threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, *_):
        """Clients are killed here."""


class Service(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with self.server.seen:
            self.server.received.append((self.path, self.headers["Idempotency-Key"].strip('"'), body))
            number = len(self.server.received)
        status, answer = 200, b"ok"
        if self.path == "/broken":
            status, answer = 500, b"broken"
        elif self.path.endswith("/sendMessage"):
            time.sleep(0.1)
            answer = json.dumps({"ok": True, "result": {"message_id": number}}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        """Nothing: the tests print what is of interest."""


def configuration(url):
    def slack(name, path, **options):
        return {"type": "slack", "name": name, "config": {"webhook_url": url + path}, **options}
    return {
        "notifiers": [
            slack("Chat", "/chat"),
            {"type": "telegram", "name": "Long", "config": {"bot_token": "1:hostile-token", "chat_id": "-1", "api_url": url,
                                                            "template": "{{title}} {{message}} " + "three parts " * 800}},
            slack("Broken", "/broken", fallback="Relief", give_up="1 s"),
            slack("Relief", "/relief"),
            slack("Busy", "/busy", send_at_most=1),
            slack("Drilled", "/drilled", drill_every="1 s"),
        ],
        "rules": [{"name": "all", "level": "error", "notify": ["Chat", "Long", "Broken", "Busy"]}],
        "settings": {"hold": "100 ms", "group_interval": "400 ms", "retry_first": "100 ms", "retry_most": "300 ms", "undo": "500 ms",
                     "storm_incidents": 0, "messages_per_minute": 6000, "attempt_timeout": "5 s"},
    }


def failing_session(route):
    return json.dumps({
        "alert_id": str(uuid.uuid4()), "api_logs": {"request_path": {"value": f"/broken/{route}", "log_level": "info"}},
        "service_logs": {}, "error_logs": {route: {"message": f"refused {route}", "log_level": "error"}}, "log_level": "error",
        "start_time": 1795337863.7, "end_time": 1795337863.9}).encode()


def route_of(number):
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


class Life:
    """What one run of the console was asked, and what it said to it."""

    def __init__(self, first_route):
        self.first_route = first_route
        self.sessions = 0
        self.followed_up = set()  # (incident, reason) that were answered with 2xx
        self.surprises = []

    def live(self, console, chance):
        connection = console.connect()
        with contextlib.suppress(OSError, http.client.HTTPException):
            for route in range(self.first_route, self.first_route + 6):
                for _ in range(chance.randint(1, 3)):
                    status, _, body = console.post(failing_session(route_of(route)), connection=connection)
                    if status == 201:
                        self.sessions += 1
                    else:
                        self.surprises.append(f"{status}: {body[:200]}")
            while True:
                for incident in console.get_json("/v1/incidents?limit=1000", connection)["incidents"]:
                    verb = chance.choice(("", "", "acknowledge", "close"))
                    if verb and incident["state"] != "closed":
                        self.follow_up(console, connection, incident, verb)
                time.sleep(0.05)

    def follow_up(self, console, connection, incident, verb):
        body = json.dumps({"request_id": str(uuid.uuid4()), "by": "mira"})
        status, _, answer = console.request("POST", f"/v1/incidents/{incident['id']}/{verb}", body, {"Content-Type": "application/json"},
                                            console.operator_token, connection)
        if status == 200:
            self.followed_up.add((incident["id"], "closed" if verb == "close" else "acknowledged"))
        else:
            self.surprises.append(f"{verb}: {status}: {answer[:200]}")


def outbox(house):
    """Everything the store knows of deliveries; the program must not run."""
    store = sqlite3.connect(next((house.path / "data").rglob("state.sqlite")))
    store.row_factory = sqlite3.Row
    rows = [dict(row) for row in store.execute(
        "SELECT d.id, d.escalation, d.notifier, d.state, d.reason AS why, d.answer, d.replaces, d.relation, d.sessions, d.attempts, e.incident,"
        " e.reason, r.body, r.further_bodies FROM delivery d JOIN escalation e ON e.id = d.escalation JOIN rendered r ON r.delivery = d.id")]
    incidents = {row["id"]: dict(row) for row in store.execute("SELECT * FROM incident")}
    store.close()
    return rows, incidents


def twice(things):
    return [thing for thing, times in collections.Counter(things).items() if times > 1]


def check(rows, incidents, received, followed_up, kills):
    by_id = {row["id"]: row for row in rows}
    bodies = collections.defaultdict(list)
    for _, key, body in received:
        bodies[key].append(body)
    stored = {key: body for row in rows for key, body in requests_of(row)}
    follow_ups = [row for row in rows if row["reason"] in FOLLOW_UPS and row["relation"] == "none"]
    failed = [row for row in rows if row["state"] == "failed" and row["notifier"] == "Broken"]
    fallbacks = [row for row in rows if row["relation"] == "fallback"]
    joined = [row for row in rows if row["state"] == "suppressed" and row["why"] == "joined"]
    digests = [row for row in rows if row["reason"] == "digest"]
    busy = collections.Counter()
    told = collections.Counter()
    for row in rows:
        if row["state"] in TOLD and row["notifier"] == "Busy" and row["reason"] in (*BY_RULE, "digest"):
            busy["told"] += row["sessions"]
        if row["state"] in (*TOLD, "suppressed", "cancelled") and row["reason"] in BY_RULE and row["relation"] == "none":
            told[row["incident"], row["notifier"]] += row["sessions"]
        if row["state"] == "cancelled" and row["notifier"] == "Busy" and row["reason"] in BY_RULE:
            busy["withdrawn"] += row["sessions"]
    busy["due"] = sum(incident["sessions_told"] for incident in incidents.values())
    drills = [row for row in rows if row["reason"] == "drill"]
    parted = [row for row in rows if row["notifier"] == "Long" and row["state"] in TOLD and row["reason"] in BY_RULE]
    print(f"{len(rows)} deliveries: {len(follow_ups)} follow-ups, {len(fallbacks)} fallbacks of {len(failed)} failed,"
          f" {len(digests)} digests of {len(joined)}, {len(drills)} drills, {len(parted)} in parts;"
          f" {len(received)} requests, {sum(len(b) - len(set(b)) for b in bodies.values())} of them again")
    return {
        "follow-ups that were promised and not made": [
            (i, reason, n) for i, reason in followed_up for n in ("Chat", "Long")
            if any(r["incident"] == i and r["notifier"] == n and r["state"] in TOLD and r["reason"] in BY_RULE for r in rows)
            and not any((r["incident"], r["reason"], r["notifier"]) == (i, reason, n) for r in follow_ups)],
        "follow-ups made twice": twice((r["incident"], r["reason"], r["notifier"]) for r in follow_ups),
        "deliveries that have not ended": [r["id"] for r in rows if r["state"] not in ENDED],
        "deliveries that failed beside the broken service": [r for r in rows if r["state"] == "failed" and r["notifier"] != "Broken"],
        "failed without a fallback": [r["id"] for r in failed if r["reason"] in BY_RULE and r["id"] not in {f["replaces"] for f in fallbacks}],
        "fallbacks made twice": twice(f["replaces"] for f in fallbacks),
        "fallbacks of what did not fail": [f["id"] for f in fallbacks if by_id[f["replaces"]]["state"] != "failed"],
        "joined into no digest": [r["id"] for r in joined if not any(d["id"][:8] in r["answer"] for d in digests)],
        "sessions told to the busy one": [dict(busy)] if busy["told"] + busy["withdrawn"] != busy["due"] else [],
        "sessions not told": [(i, n, told[i, n], incident["sessions_told"]) for i, incident in incidents.items()
                              for n in ("Chat", "Long") if told[i, n] != incident["sessions_told"]],
        "recorded as told and never received whole": [r["id"] for r in rows if r["state"] in TOLD and any(k not in bodies for k, _ in requests_of(r))],
        "received in other bytes": [k for k, got in bodies.items() if set(got) != {stored.get(k)}],
        "no message in three parts": [] if any(len(requests_of(r)) == 3 for r in parted) else ["none"],
        "nothing of one kind": [what for what, some in (("follow-up", follow_ups), ("fallback", fallbacks), ("digest", digests), ("drill", drills))
                                if not some and (what != "digest" or kills >= 20)],  # few kills may leave too little to join
        "drills oftener than asked": [len(drills)] if len(drills) > 4 * (kills + 3) + 10 else [],
    }


def requests_of(row):
    """The key and the body of each request that a delivery is; the bodies after the first are stored as "<length>:<bytes>"."""
    requests = [(row["id"], row["body"])]
    further = row["further_bodies"]
    while further:
        length, _, rest = further.partition(b":")
        requests.append((str(uuid.uuid5(uuid.UUID(row["id"]), str(len(requests) + 1))), rest[:int(length)]))
        further = rest[int(length):]
    return requests


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=8)
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(2**32)
    print(f"seed {seed}", flush=True)
    chance = random.Random(seed)
    services = Services()
    followed_up, surprises, again = set(), [], []
    with House() as house:
        house.configure(configuration(services.url))
        succeeded = {}  # id -> how often it had been received when it was recorded as a success

        def note_successes():
            for row in outbox(house)[0]:
                times = [sum(key == part for _, key, _ in services.received) for part, _ in requests_of(row)]
                if row["id"] in succeeded and times != succeeded[row["id"]]:
                    again.append(row["id"])
                if row["state"] in TOLD:
                    succeeded[row["id"]] = times

        for number in range(options.kills):
            console = Console(house)
            life = Life(number * 6)
            living = threading.Thread(target=life.live, args=(console, random.Random(chance.getrandbits(64))))
            living.start()
            time.sleep(chance.uniform(0.3, 2.5) if number + 1 < options.kills else 3)  # The last sees everything.
            console.kill()
            living.join()
            time.sleep(0.15)  # what is in the services' hands is taken
            note_successes()
            followed_up |= life.followed_up
            surprises += life.surprises
        # No more drills, and room for what waits.
        settled = configuration(services.url)
        for notifier in settled["notifiers"]:
            notifier.pop("drill_every", None)
            notifier.pop("send_at_most", None)
        house.configure(settled)
        with Console(house) as console:
            wait_for("all incidents and deliveries settled", lambda: (
                all(i["count"] == i["count_told"] or i["state"] != "triggered" for i in console.get_json("/v1/incidents?limit=1000")["incidents"])
                and all(d["state"] in ENDED for d in console.get_json("/v1/deliveries?limit=1000")["deliveries"])), patience=120)
            time.sleep(0.3)
            if console.stop() != 0:
                surprises.append("it did not end with 0")
        note_successes()
        rows, incidents = outbox(house)
    wrong = check(rows, incidents, services.received, followed_up, options.kills)
    wrong["successes sent again"] = again
    wrong["unexpected answers"] = surprises
    for what, which in wrong.items():
        if which:
            print(f"{what}: {len(which)}, as {which[0]}")
    ok = not any(wrong.values())
    print("OK: everything happened, and once" if ok else "FAILED")
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
