# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
"""One request from HTTP to a person: curl posts, the harness receives, and a second judge that is not ours reads what came."""

import base64
import email
import email.policy
import json
import subprocess
import unittest
import uuid

from console import Console, Harness, House, fixture_files, key_of, wait_for

FINAL = ("accepted", "delivered", "failed", "cancelled", "suppressed")
FAST = {"hold": "100 ms", "hold_critical": "0 s", "undo": "0 s", "retry_first": "50 ms", "group_interval": "1 s"}


class FirstLight(unittest.TestCase):
    def start(self, settings=None, arguments=(), **configuration):
        self.house = House()
        self.addCleanup(self.house.close)
        self.harness = Harness(self.house, arguments)
        self.addCleanup(self.harness.close)
        self.house.configure({"notifiers": self.harness.notifiers, "settings": {**FAST, **(settings or {})}, **configuration})
        console = Console(self.house)
        self.addCleanup(console.__exit__)
        return console

    def deliveries(self, console):
        return console.get_json("/v1/deliveries?include=rendered&limit=500")["deliveries"]

    def ended(self, console, count):
        return wait_for(f"{count} deliveries at their end", lambda: (d := self.deliveries(console)) and len(d) >= count
                        and all(x["state"] in FINAL for x in d) and d)

    def test_curl_posts_and_people_are_told_in_the_bytes_of_the_preview(self):
        console = self.start()
        fixture = next(f for f in fixture_files() if f.name.startswith("03"))
        answer = subprocess.run(
            ["curl", "-sS", "-w", "%{http_code}", "-H", f"Authorization: Bearer {console.ingest_token}", "-H", "X-Escalite-Source: checkout-api",
             "-H", "Content-Type: application/json", "--data-binary", f"@{fixture}", f"http://{console.address}:{console.port}/v1/sessions"],
            capture_output=True, text=True, check=True)
        self.assertTrue(answer.stdout.endswith("201"), answer.stdout)
        deliveries = self.ended(console, 2)
        self.assertEqual(sorted(d["state"] for d in deliveries), ["accepted", "delivered"])
        received = self.harness.received()
        self.assertEqual([m["wrong"] for m in received], [[], []])
        by_key = {key_of(m): base64.b64decode(m["body_base64"]) for m in received}
        for delivery in deliveries:
            self.assertEqual(base64.b64decode(delivery["rendered"]["body_base64"]), by_key[delivery["id"]], "what came is not what was stored")
        self.judge(received, json.loads(fixture.read_text()))

    def judge(self, received, document):
        for message in received:
            body = base64.b64decode(message["body_base64"])
            if message["service"] == "smtp":
                mail = email.message_from_bytes(body, policy=email.policy.default)
                self.assertEqual([d for part in mail.walk() for d in part.defects], [])
                for field in ("Date", "Message-ID", "From", "To", "Subject"):
                    self.assertTrue(mail[field], field)
                self.assertIn("[ERROR]", mail["Subject"])
                self.assertIn("/checkout", mail["Subject"])
                self.assertIn(document["alert_id"], mail.get_body(("plain",)).get_content())
                self.assertTrue(mail.get_body(("html",)))
                attachment = next(mail.iter_attachments())
                self.assertEqual(json.loads(attachment.get_content())["alert_id"], document["alert_id"])
            else:
                payload = json.loads(body)
                self.assertIn("[ERROR]", payload["text"])
                blocks = payload.get("blocks", []) + [b for a in payload.get("attachments", []) for b in a.get("blocks", [])]
                self.assertLessEqual(len(blocks), 50)
                self.assertTrue(blocks)
                self.assertIn(document["alert_id"], body.decode())

    def test_secrets_leave_neither_in_messages_nor_in_logs_nor_in_the_store(self):
        console = self.start()
        fixture = next(f for f in fixture_files() if f.name.startswith("11"))
        document = json.loads(fixture.read_text())
        self.assertEqual(console.post(fixture.read_bytes())[0], 201)
        self.ended(console, 2)
        values = []

        def walk(value, key=""):
            if isinstance(value, dict):
                for k, v in value.items():
                    walk(v, k)
            elif isinstance(value, list):
                for v in value:
                    walk(v, key)
            elif isinstance(value, str) and any(w in key.lower() for w in ("password", "token", "secret", "authorization", "cookie", "api_key")):
                values.append(value)

        walk(document)
        wire = b"".join(base64.b64decode(m["body_base64"]) for m in self.harness.received())
        for mail in (m for m in self.harness.received() if m["service"] == "smtp"):
            parsed = email.message_from_bytes(base64.b64decode(mail["body_base64"]), policy=email.policy.default)
            wire += b"".join(p.get_payload(decode=True) or b"" for p in parsed.walk())
        self.assertEqual([v for v in values if v.encode() in wire], [])
        console.stop()
        log = self.house.path.joinpath("log").read_bytes()
        for secret in (console.ingest_token, console.operator_token, "harness-password", self.harness.hello["slack"]):
            self.assertFalse(secret.encode() in log, "a secret stands in the log")
            leaks = [f.name for f in (self.house.path / "data").rglob("*") if f.is_file() and secret.encode() in f.read_bytes()]
            self.assertEqual(leaks, [])

    def test_a_manual_escalation_is_sent_once_with_the_bytes_answered(self):
        console = self.start(rules=[{"id": "none", "name": "Critical only", "level": "critical", "notify": []}])
        document = json.loads(next(f for f in fixture_files() if f.name.startswith("03")).read_text())
        console.post(json.dumps(document).encode())
        request = json.dumps({"notifiers": ["Slack", "Email"], "message": "Looking at it. <!channel> & more", "request_id": str(uuid.uuid4())})
        path = f"/v1/sessions/{document['alert_id']}/escalate"
        answers = [console.request("POST", path, request, {"Content-Type": "application/json"}, console.operator_token) for _ in range(3)]
        self.assertEqual([a[0] for a in answers], [202, 202, 202])
        first = json.loads(answers[0][2])
        self.assertEqual({d["id"] for d in first["deliveries"]}, {d["id"] for d in json.loads(answers[2][2])["deliveries"]})
        self.ended(console, 2)
        received = self.harness.received()
        self.assertEqual(len(received), 2)
        promised = {d["id"]: d["rendered"]["body_base64"] for d in first["deliveries"]}
        self.assertEqual({key_of(m): m["body_base64"] for m in received}, promised)
        slack = next(json.loads(base64.b64decode(m["body_base64"])) for m in received if m["service"] == "slack")
        self.assertNotIn("<!channel>", slack["text"])
        for block in (b for a in slack["attachments"] for b in a["blocks"]):
            for text in [block.get("text"), *block.get("fields", []), *block.get("elements", [])]:
                if text and text["type"] != "plain_text":  # where Slack looks for mentions
                    self.assertNotIn("<!channel>", text["text"])

    def test_one_broken_receiver_delays_no_other_and_is_told_in_the_end(self):
        console = self.start(settings={"attempt_timeout": "1 s"}, arguments=["--fault", "greylist"])
        console.post(next(f for f in fixture_files() if f.name.startswith("06")).read_bytes())
        wait_for("Slack", lambda: any(m["service"] == "slack" and m["taken"] for m in self.harness.received()))
        mail = wait_for("a retry", lambda: next((d for d in self.deliveries(console) if d["notifier"] == "Email" and d["attempts"] >= 2), None))
        self.assertEqual(mail["state"] in ("retrying", "sending", "queued", "claimed"), True, mail["state"])

    def test_a_repeated_post_is_one_session_and_one_message(self):
        console = self.start()
        body = next(f for f in fixture_files() if f.name.startswith("03")).read_bytes()
        self.assertEqual([console.post(body)[0] for _ in range(3)], [201, 200, 200])
        self.assertEqual(console.post(body.replace(b"no answer", b"changed!!"))[0], 409)
        self.ended(console, 2)
        self.assertEqual(len(self.harness.received()), 2)
        self.assertEqual(console.get_json("/v1/incidents")["incidents"][0]["count"], 1)

    def test_acknowledging_stops_the_updates(self):
        console = self.start()
        template = json.loads(next(f for f in fixture_files() if f.name.startswith("03")).read_text())
        template["alert_id"] = str(uuid.uuid4())
        console.post(json.dumps(template).encode())
        self.ended(console, 2)
        incident = console.get_json("/v1/incidents")["incidents"][0]
        status, _, _ = console.request("POST", f"/v1/incidents/{incident['id']}/acknowledge", "{}", {"Content-Type": "application/json"}, console.operator_token)
        self.assertIn(status, (200, 202))
        for _ in range(5):
            template["alert_id"] = str(uuid.uuid4())
            console.post(json.dumps(template).encode())
        wait_for("joined sessions", lambda: console.get_json("/v1/incidents")["incidents"][0]["count"] == 6)
        incident = console.get_json("/v1/incidents")["incidents"][0]
        self.assertEqual((incident["state"], incident["notify_at"]), ("acknowledged", None))


if __name__ == "__main__":
    unittest.main()
