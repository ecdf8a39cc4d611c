# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
"""Every fault that a mail or chat service can have, each on a notifier of its own beside healthy ones, through the real program."""

import collections
import contextlib
import json
import pathlib
import re
import socket
import sqlite3
import threading
import time
import unittest
import uuid

from console import Console, Harness, House, wait_for
from kill import key_and_bytes

WAITS = {"retrying", "queued", "sending"}  # and will be tried again, as it was not taken
IN_DOUBT = {"in_doubt", "queued", "sending"}  # may have arrived, and will be sent again under the same key
HELD = {"held"}
FAILED = {"failed"}

# What must become of a delivery (reliability.md B.8 and B.9), for chat and for mail; None: the service has no such fault.
FAULTS = {
    "rate-limited": (WAITS, WAITS),
    "server-error": (WAITS, WAITS),
    "unavailable": (WAITS, WAITS),
    "stall": (WAITS | IN_DOUBT, WAITS),
    "stall-after": (IN_DOUBT, IN_DOUBT),
    "reset": (WAITS | IN_DOUBT, WAITS),
    "reset-after": (IN_DOUBT, IN_DOUBT),
    "half-reply": (IN_DOUBT, IN_DOUBT),
    "garbage": (IN_DOUBT, WAITS),
    "captive-portal": (FAILED, None),
    "redirect": (FAILED, FAILED),
    "auth-refused": (HELD, HELD),
    "recipient-refused": (HELD, FAILED),
    "gone": (HELD, None),
    "greylist": (None, WAITS),
    "no-starttls": (None, WAITS | HELD),
    "injected-starttls": (None, WAITS),
    "endless-body": (IN_DOUBT, WAITS),
    "absent": (WAITS, WAITS),
    "stall-amid": (IN_DOUBT, WAITS),
    "not-found": (HELD, None),
    "too-large": (FAILED, FAILED),
    "bad-certificate": (WAITS, WAITS),
    "wrong-host": (WAITS, WAITS),
    "expired-certificate": (WAITS, WAITS),
    "stripped-starttls": (None, WAITS | HELD),
    "refused-starttls": (None, WAITS),
    "hang-up-amid-data": (None, WAITS | IN_DOUBT),
}
SECRETS = re.compile(r"harness-password|hArNeSs|/services/|https?://|aGFybmVzcy1wYXNzd29yZA")


def peak(console):
    """MiB at the highest."""
    status = pathlib.Path(f"/proc/{console.process.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) // 1024


def failing_session():
    return json.dumps({
        "alert_id": str(uuid.uuid4()), "api_logs": {"request_path": {"value": "/checkout", "log_level": "info"}}, "service_logs": {},
        "error_logs": {"payment": {"message": "upstream request timeout", "log_level": "error"}}, "log_level": "error",
        "start_time": 1795337863.7, "end_time": 1795337863.9}).encode()


def named(harness, name):
    return [{**notifier, "name": f"{name} {notifier['type']}"} for notifier in harness.notifiers]


class Flood(threading.Thread):
    """A service that answers the beginning of an answer, and then the same again and again until the other side has gone."""

    def __init__(self, beginning, again):
        super().__init__(daemon=True)
        self.beginning, self.again, self.connections = beginning, again, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}/"

    def run(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                self.connections += 1
                threading.Thread(target=self.flood, args=(client,), daemon=True).start()

    def flood(self, client):
        with contextlib.suppress(OSError), client:
            client.recv(65536)
            client.sendall(self.beginning)
            end = time.monotonic() + 8
            while time.monotonic() < end:
                client.sendall(self.again)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.listener.close()


class Faults(unittest.TestCase):
    def test_each_fault_ends_as_it_should_and_delays_nobody(self):
        with contextlib.ExitStack() as stack:
            house = stack.enter_context(House())
            harnesses = {"healthy": stack.enter_context(Harness(house))}
            for fault in FAULTS:
                harnesses[fault] = stack.enter_context(Harness(house, ["--fault", fault]))
            notifiers = [n for name, harness in harnesses.items() for n in named(harness, name)]
            house.configure({"notifiers": notifiers, "settings": {
                "hold": "100 ms", "group_interval": "1 h", "retry_first": "50 ms", "retry_most": "500 ms", "attempt_timeout": "1 s",
                "messages_per_minute": 6000}})
            console = stack.enter_context(Console(house))
            began = time.monotonic()
            self.assertEqual(console.post(failing_session())[0], 201)

            def deliveries():
                return {d["notifier"]: d for d in console.get_json("/v1/deliveries?limit=1000")["deliveries"] if not d["replaces"]}

            wait_for("the healthy ones", lambda: {"accepted", "delivered"} >= {
                (deliveries().get(f"healthy {kind}") or {"state": "none"})["state"] for kind in ("slack", "email")})
            print(f"healthy notifiers were done after {time.monotonic() - began:.1f} s beside {len(notifiers) - 2} with faults")
            # A second try everywhere where there must be one.
            expected = {f"{fault} {kind}": states for fault, pair in FAULTS.items() for kind, states in zip(("slack", "email"), pair) if states}
            wait_for("second tries", lambda: (ds := deliveries()) and all(
                ds[name]["attempts"] >= 2 for name, states in expected.items() if not states & (HELD | FAILED)))
            ended = deliveries()
            for name, states in expected.items():
                with self.subTest(name):
                    self.assertIn(ended[name]["state"], states, ended[name])
                    self.assertEqual(ended[name]["attempts"] == 1, not states.isdisjoint(HELD | FAILED) and not states & WAITS, ended[name])
            for name in (f"{fault} {kind}" for fault, pair in FAULTS.items() for kind, states in zip(("slack", "email"), pair) if not states):
                self.assertIn(ended[name]["state"], {"accepted", "delivered"}, name)
            answers = {}
            for name, delivery in ended.items():
                text = console.get("/v1/deliveries/" + delivery["id"]).decode()
                with self.subTest(name):
                    self.assertIsNone(SECRETS.search(text), text)
                    for attempt in json.loads(text)["tries"]:
                        self.assertRegex(attempt["detail"], r"^\S.*\S$", text)
                answers[name] = delivery["answer"]
            for name, answer in sorted(answers.items()):
                print(f"  {name}: {ended[name]['state']} after {ended[name]['attempts']}: {answer}")
            began = time.monotonic()
            self.assertEqual(console.stop(), 0)  # with receivers that stall
            self.assertLess(time.monotonic() - began, 6)
            self.assertIsNone(SECRETS.search(console.log_text()))
            store = sqlite3.connect(f"file:{next((house.path / 'data').rglob('state.sqlite'))}?mode=ro", uri=True)
            attempts = dict(store.execute("SELECT delivery, count(*) FROM attempt GROUP BY delivery"))
            store.close()
            # One attempt is one POST; what broke before the service read it was not recorded there.
            for name, harness in harnesses.items():
                received = collections.defaultdict(list)
                for message in harness.received():
                    if message["service"] == "slack":
                        key, body = key_and_bytes(message)
                        received[key].append(body)
                for key, bodies in received.items():
                    with self.subTest(name):
                        self.assertLessEqual(len(bodies), attempts[key])
                        self.assertEqual(len(set(bodies)), 1)

    def test_an_answer_without_end_costs_next_to_no_memory(self):
        with House() as house, Harness(house, ["--fault", "endless-body"]) as harness:
            house.configure({"notifiers": harness.notifiers, "settings": {
                "hold": "50 ms", "retry_first": "50 ms", "retry_most": "200 ms", "messages_per_minute": 6000}})
            with Console(house) as console:
                self.assertEqual(console.post(failing_session())[0], 201)
                before = peak(console)
                wait_for("some tries", lambda: (ds := console.get_json("/v1/deliveries")["deliveries"]) and all(d["attempts"] >= 8 for d in ds))
                self.assertLess(peak(console) - before, 16)
                self.assertEqual(console.stop(), 0)

    def test_heads_without_end_hold_up_nobody(self):
        for flood in (b"HTTP/1.1 100 Continue\r\n\r\n" * 1000, b"X-A: " + b"x" * 60_000 + b"\r\n"):
            with House() as house, Harness(house) as harness, Flood(b"HTTP/1.1 200 OK\r\n" if flood.startswith(b"X") else b"", flood) as hostile:
                house.configure({
                    "notifiers": [{"type": "webhook", "name": "hostile", "config": {"url": hostile.url}}, *harness.notifiers_of("slack")],
                    "settings": {"hold": "0 s", "group_interval": "100 ms", "attempt_timeout": "500 ms", "retry_first": "50 ms",
                                 "retry_most": "100 ms", "messages_per_minute": 6000}})
                with Console(house) as console:
                    slowest = 0
                    while hostile.connections < 3:
                        began = time.monotonic()
                        self.assertEqual(console.post(failing_session())[0], 201)
                        slowest = max(slowest, time.monotonic() - began)
                        time.sleep(0.02)
                    self.assertLess(slowest, 3)
                    told = len(harness.received())
                    wait_for("the healthy one", lambda: len(harness.received()) > told)
                    began = time.monotonic()
                    self.assertEqual(console.stop(), 0)
                    self.assertLess(time.monotonic() - began, 6)

    def test_what_was_under_way_at_a_kill_is_sent_again_with_the_same_bytes(self):
        with House() as house, Harness(house, ["--fault", "stall-after"]) as harness:
            house.configure({"notifiers": harness.notifiers, "settings": {"hold": "50 ms", "group_interval": "1 h", "retry_first": "50 ms"}})
            with Console(house) as console:
                self.assertEqual(console.post(failing_session())[0], 201)
                wait_for("both messages", lambda: len(harness.received()) == 2)
                console.kill()
            with Console(house) as console:
                wait_for("both again", lambda: len(harness.received()) == 4)
                for delivery in console.get_json("/v1/deliveries")["deliveries"]:
                    self.assertIn(delivery["state"], IN_DOUBT)
                began = time.monotonic()
                self.assertEqual(console.stop(), 0)
                self.assertLess(time.monotonic() - began, 6)
            received = collections.Counter(key_and_bytes(m) for m in harness.received())
            self.assertEqual(sorted(received.values()), [2, 2])


if __name__ == "__main__":
    unittest.main()
