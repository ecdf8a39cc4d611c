# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
"""One session tells everybody: what each service gets is what is stored, and each service takes it without a word against it."""

import json
import pathlib
import sqlite3
import subprocess
import unittest
import uuid

from console import BIN, Console, Harness, House, wait_for
from kill import key_and_bytes

SEED = ("slack", "email", "telegram", "whatsapp")  # what the Python library has
HOSTILE = "</pre><b>&amp; <!channel> @everyone *_~`[x](y) {{7*7}}\r\n.\r\nBcc: x@evil.test \u202e\x1b[31m \U0001F469\u200d\U0001F467"


def failing_session(text):
    return json.dumps({
        "alert_id": str(uuid.uuid4()), "api_logs": {"request_path": {"value": "/checkout", "log_level": "info"}}, "service_logs": {},
        "error_logs": {"payment": {"message": text, "log_level": "error"}}, "log_level": "error",
        "start_time": 1795337863.7, "end_time": 1795337863.9}).encode()


class Notifiers(unittest.TestCase):
    def tell(self, types, text):
        """What the harness received of one session told to notifiers of these types, and the stored bytes by delivery."""
        with House() as house, Harness(house) as harness:
            notifiers = harness.notifiers_of(*types)
            self.assertEqual(len(notifiers), len(types))
            house.configure({"notifiers": notifiers, "settings": {"hold": "50 ms", "group_interval": "1 h"}})
            with Console(house) as console:
                self.assertEqual(console.post(failing_session(text))[0], 201)
                deliveries = wait_for("every delivery", lambda: (ds := console.get_json("/v1/deliveries")["deliveries"])
                                      and len(ds) == len(types) and all(d["state"] in ("accepted", "delivered") for d in ds) and ds)
                self.assertEqual(console.stop(), 0)
            store = sqlite3.connect(f"file:{next((house.path / 'data').rglob('state.sqlite'))}?mode=ro", uri=True)
            stored = {key: bytes(body) for key, body in store.execute("SELECT delivery, body FROM rendered")}
            store.close()
            return harness.received(), stored, deliveries

    def assert_told_once_and_well(self, types, text):
        received, stored, deliveries = self.tell(types, text)
        self.assertEqual(sorted(m["service"] for m in received), sorted("smtp" if t == "email" else t for t in types))
        for message in received:
            with self.subTest(message["service"]):
                self.assertTrue(message["taken"], message)
                self.assertEqual(message["wrong"], [])
                key, body = key_and_bytes(message)
                self.assertIn(key, stored)
                self.assertEqual(body, stored[key])
        self.assertEqual({key_and_bytes(m)[0] for m in received}, {d["id"] for d in deliveries})

    def test_the_seeds_four_get_the_stored_bytes(self):
        self.assert_told_once_and_well(SEED, "upstream request timeout")

    def test_a_hostile_log_is_text_everywhere(self):
        self.assert_told_once_and_well(SEED, HOSTILE)

    def test_an_over_long_log_fits_everywhere(self):
        self.assert_told_once_and_well(SEED, "gateway na\u00efve \U0001F469\u200d\U0001F467 <&> " * 400)

    def test_a_configuration_is_proven_without_a_byte_leaving_the_machine(self):
        with House() as house:
            house.configure({"notifiers": [
                {"type": "telegram", "name": "Night", "config": {
                    "bot_token": "1:never-used", "chat_id": "-1", "message_thread_id": 5, "api_url": "https://telegram.invalid"}},
                {"type": "slack", "config": {"webhook_url": "https://slack.invalid/services/x"}}]})
            run = subprocess.run([str(BIN / "escalite-harness"), "run", "--config", str(house.config_file), "--json"],
                                 capture_output=True, text=True, timeout=120, env=house.environment())
            cells = [json.loads(line) for line in run.stdout.splitlines()]
            self.assertEqual([c for c in cells if not c["as_specified"]], [])
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertEqual({c["notifier"] for c in cells}, {"Night", "slack 2"})
            self.assertNotIn("never-used", run.stdout)

    def test_what_cannot_be_proven_is_told(self):
        with House() as house:
            house.configure({"notifiers": [{"type": "telegram", "config": {"message_thread_id": -5}}]})
            run = subprocess.run([str(BIN / "escalite-harness"), "run", "--config", str(house.config_file), "--wrong-only"],
                                 capture_output=True, text=True, timeout=120, env=house.environment())
            self.assertEqual(run.returncode, 1)
            self.assertIn("configuration refused", run.stdout)
            missing = subprocess.run([str(BIN / "escalite-harness"), "run", "--config", str(pathlib.Path(house.path) / "none.json")],
                                     capture_output=True, text=True, timeout=60)
            self.assertEqual(missing.returncode, 64)
            self.assertIn("cannot be read", missing.stderr)


if __name__ == "__main__":
    unittest.main()
