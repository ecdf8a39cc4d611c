# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
"""Thresholds, steps of an escalation policy, acknowledging, silences and snoozing through the real programs; and that kill -9 in the
middle changes nothing of what people are told.

    tests/e2e/engine.py
"""

import json
import os
import pathlib
import sqlite3
import subprocess
import tempfile
import time
import unittest
import uuid

from console import BIN, Console, Harness, House, key_of, wait_for

AT_LEAST = 5  # sessions that make a burst
STEP = 1.5  # seconds until the second step; long enough to answer before it
QUIET = 1.0  # seconds in which nothing further may come


def document(path, level="error"):
    return json.dumps({
        "alert_id": str(uuid.uuid4()),
        "api_logs": {"request_path": {"value": path, "log_level": "info", "log_time": 1795337863.7}},
        "service_logs": {}, "error_logs": {"cause": {"value": None, "code": 502, "message": "upstream refused", "log_level": level,
                                                     "log_time": 1795337863.8}},
        "log_level": level, "start_time": 1795337863.7, "end_time": 1795337863.9, "log_date": "2026-11-22 08:57:43",
        "time_elapsed": 0.2}).encode()


def configuration(harness):
    first, second = (notifier["name"] for notifier in harness.notifiers)
    return {
        "notifiers": harness.notifiers,
        "policies": [{"id": "night", "name": "Night", "steps": [{"wait": "0 s", "notify": [first]},
                                                                {"wait": f"{int(STEP * 1000)} ms", "notify": [second]}]}],
        "rules": [{"id": "burst", "name": "Burst", "when": "path:/burst*", "policy": "night",
                   "threshold": {"kind": "count", "at_least": AT_LEAST, "within": "5 min", "per": ["path"]}},
                  {"id": "each", "name": "Each", "when": "path:/each*", "policy": "night"}],
        "settings": {"hold": "0 s", "hold_critical": "0 s", "group_interval": "1 h", "undo": "0 s", "storm_incidents": 0},
    }


class Engine(unittest.TestCase):

    def setUp(self):
        self.house = self._enter(House())
        self.harness = self._enter(Harness(self.house))
        chat, mail = self.harness.notifiers
        chat.setdefault("name", chat["type"])
        mail.setdefault("name", mail["type"])
        self.chat, self.mail = chat["name"], mail["name"]
        self.house.configure(configuration(self.harness))
        self.console = Console(self.house)
        self.addCleanup(lambda: self.console.__exit__())

    def _enter(self, context):
        self.addCleanup(context.close)
        return context

    def post(self, path, count=1, level="error"):
        for _ in range(count):
            status, _, body = self.console.post(document(path, level), **{"X-Escalite-Source": "engine"})
            self.assertEqual(status, 201, body)

    def ask(self, method, path, body=None, expected=(200, 201)):
        status, _, answer = self.console.request(method, path, None if body is None else json.dumps(body),
                                                 {"Content-Type": "application/json"} if body is not None else {},
                                                 self.console.operator_token)
        self.assertIn(status, expected, answer)
        return json.loads(answer)

    def incidents(self, path):
        return [i for i in self.console.get_json("/v1/incidents")["incidents"] if path in i["title"]]

    def deliveries(self, path):
        """(notifier, reason of its escalation) of everything told of incidents of a path, by the console's own word."""
        told = []
        for incident in self.incidents(path):
            whole = self.console.get_json(f"/v1/incidents/{incident['id']}")
            reasons = {escalation["id"]: escalation["reason"] for escalation in whole["escalations"]}
            told += [(d["notifier"], reasons[d["escalation_id"]], d["state"]) for d in whole["deliveries"]]
        return told

    def reasons(self, path):
        return sorted((notifier, reason) for notifier, reason, state in self.deliveries(path) if state not in ("cancelled",))

    def wait_told(self, path, expected):
        wait_for(f"{expected} of {path}", lambda: self.reasons(path) == sorted(expected), patience=30)

    def test_takes_both_steps_once_there_are_enough(self):
        self.post("/burst/a", AT_LEAST - 1)
        time.sleep(QUIET)
        self.assertEqual(self.incidents("/burst/a"), [])
        self.post("/burst/a")
        self.wait_told("/burst/a", [(self.chat, "first"), (self.mail, "step")])
        incident, = self.incidents("/burst/a")
        self.assertEqual(incident["count"], AT_LEAST)
        self.assertEqual(incident["group"], "path=/burst/a")
        wait_for("both messages", lambda: len(self.harness.received()) == 2)
        texts = [json.dumps(message) for message in self.harness.received()]
        self.assertEqual(len({key_of(message) for message in self.harness.received()}), 2, texts)

    def test_takes_no_further_step_after_an_acknowledgement(self):
        self.post("/each/b")
        incident = wait_for("the first step", lambda: self.incidents("/each/b") and self.reasons("/each/b") and self.incidents("/each/b")[0])
        answer = self.ask("POST", f"/v1/incidents/{incident['id']}/acknowledge", {"by": "ada"})
        self.assertEqual(answer["state"], "acknowledged")
        time.sleep(STEP + QUIET)
        self.assertNotIn((self.mail, "step"), self.reasons("/each/b"))

    def test_holds_back_what_a_silence_catches(self):
        key = str(uuid.uuid4())
        silence = {"matcher": "path:/each/c*", "for": "1 h", "reason": "Deployment", "request_id": key}
        made = self.ask("POST", "/v1/silences", silence)
        self.assertEqual(self.ask("POST", "/v1/silences", silence)["id"], made["id"])
        self.post("/each/c")
        incident, = wait_for("the incident", lambda: self.incidents("/each/c"))
        held = wait_for("what was held back", lambda: self.console.get_json("/v1/suppressions")["suppressions"])
        self.assertEqual({(h["incident"], h["because"]) for h in held}, {(incident["id"], "silence")})
        time.sleep(QUIET)
        self.assertEqual(self.reasons("/each/c"), [])
        # It was fresh a moment ago: told at once when the silence ends.
        ended = self.ask("DELETE", f"/v1/silences/{made['id']}")
        self.assertEqual((ended["state"], ended["caught"]), ("ended", 1))
        wait_for("the first step", lambda: (self.chat, "first") in self.reasons("/each/c"))

    def test_tells_nobody_while_it_is_snoozed(self):
        self.post("/each/d")
        incident = wait_for("the first step", lambda: self.reasons("/each/d") and self.incidents("/each/d")[0])
        self.assertEqual(self.ask("POST", f"/v1/incidents/{incident['id']}/snooze", {"for": "3 s"})["state"], "snoozed")
        time.sleep(STEP + QUIET)
        self.assertEqual(self.reasons("/each/d"), [(self.chat, "first")])
        wait_for("word after the snooze", lambda: len(self.reasons("/each/d")) > 1)
        self.assertEqual(self.incidents("/each/d")[0]["state"], "triggered")

    def test_tells_the_same_after_a_kill(self):
        self.post("/burst/e", AT_LEAST - 2)
        self.post("/each/e")
        self.ask("POST", "/v1/silences", {"matcher": "path:/each/f*", "for": "1 h"})
        wait_for("the first step", lambda: (self.chat, "first") in self.reasons("/each/e"))
        # What has been told and is not on record yet would be in doubt after a kill, and told once more.
        wait_for("its record", lambda: all(delivery["state"] in ("accepted", "delivered")
                                           for delivery in self.console.get_json("/v1/deliveries")["deliveries"]))
        self.console.kill()
        self.console = Console(self.house)
        self.assertEqual([s["state"] for s in self.console.get_json("/v1/silences")["silences"]], ["active"])
        # The window is known again: two more make it five.
        self.post("/burst/e", 2)
        self.post("/each/f")
        self.wait_told("/burst/e", [(self.chat, "first"), (self.mail, "step")])
        self.wait_told("/each/e", [(self.chat, "first"), (self.mail, "step")])
        self.assertEqual(self.incidents("/burst/e")[0]["count"], AT_LEAST)
        time.sleep(QUIET)
        self.assertEqual(self.reasons("/each/f"), [])
        keys = [key_of(message) for message in self.harness.received()]
        self.assertEqual(len(keys), len(set(keys)))

    def test_writes_a_policy_and_says_who_did(self):
        policy = self.console.get_json("/v1/rules")
        policy.pop("settings", None)
        policy["rules"][1]["name"] = "Every one"
        self.assertEqual(self.ask("PUT", "/v1/policy", policy)["rules"][1]["name"], "Every one")
        written = json.loads(self.house.config_file.read_text())
        self.assertEqual(list(written), list(configuration(self.harness)))
        self.assertEqual([rule["name"] for rule in written["rules"]], ["Burst", "Every one"])
        refused = self.ask("PUT", "/v1/policy", {"rules": [{"name": "x", "notify": ["nobody"]}]}, (400,))
        self.assertEqual(refused["errors"][0]["pointer"], "/rules/0/notify/0")
        self.console.stop()
        store = sqlite3.connect(next(self.house.path.rglob("state.sqlite")))
        done = store.execute("SELECT done_by, detail FROM audit WHERE action = 'configure' ORDER BY number").fetchall()
        self.assertEqual(done[-1], ("operator token", "Rules: “Every one” changed."))

    def test_rehearses_a_draft(self):
        self.post("/each/g", 3)
        wait_for("the incident", lambda: self.incidents("/each/g"))
        draft = {"rules": [{"id": "burst", "name": "Burst", "when": "path:/each/g", "notify": [self.chat],
                            "threshold": {"kind": "count", "at_least": 2, "within": "5 min"}}]}
        answer = self.ask("POST", "/v1/whatif", {"draft": draft, "watched": "burst"})
        self.assertEqual(answer["draft"]["sessions"], 3)
        self.assertEqual([i["rule"] for i in answer["draft"]["incidents"]], ["burst"])
        self.assertEqual([i["rule"] for i in answer["saved"]["incidents"]], ["each"])

    def test_serves_the_command_line(self):
        self.post("/each/h")
        incident, = wait_for("the incident", lambda: self.incidents("/each/h"))

        def escalite(*words, code=0):
            ran = subprocess.run([str(BIN / "escalite"), *words], env=self.house.environment() | {"USER": "ada"}, text=True,
                                 capture_output=True, timeout=60)
            self.assertEqual(ran.returncode, code, ran.stderr)
            return ran.stdout if code == 0 else ran.stderr

        self.assertIn(incident["id"][:8], escalite("list", "incidents", "--state", "triggered"))
        self.assertIn("acknowledged", escalite("ack", incident["id"][:8]))
        self.assertEqual(self.incidents("/each/h")[0]["acknowledged_by"], "ada")
        escalite("note", incident["id"], "Restarted", "the", "gateway.")
        notes = self.console.get_json(f"/v1/incidents/{incident['id']}")["notes"]
        self.assertEqual([(n["by"], n["text"]) for n in notes], [("ada", "Restarted the gateway.")])
        escalite("silence", "add", "path:/each/h", "--for", "1 h", "--reason", "Deployment")
        made, = self.console.get_json("/v1/silences")["silences"]
        self.assertIn(made["id"][:8], escalite("silence", "list"))
        self.assertIn("ended", escalite("silence", "end", made["id"][:8]))
        self.assertIn("begins with", escalite("ack", "ffffffff", code=1))
        self.assertIn("silence add", escalite("silence", "stop", code=64))
        with tempfile.TemporaryDirectory() as folder:
            draft = pathlib.Path(folder) / "draft.json"
            draft.write_text(json.dumps(configuration(self.harness)))
            os.chmod(draft, 0o600)
            self.assertIn("With the draft: 1 incident", escalite("whatif", str(draft)))


if __name__ == "__main__":
    unittest.main()
