# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
"""A secret that stands in twenty places of a session, and those of the configuration, appear nowhere but in the journal: not on the
wire, in logs, in the store, in answers of the API or in error texts. A message that holds a configured secret is not sent at all."""

import base64
import email
import email.policy
import json
import quopri
import unittest
import urllib.parse
import uuid

from console import Console, Harness, House, wait_for

FINAL = ("accepted", "delivered", "failed", "cancelled", "suppressed")
CORE = "PlantedQwertyZxcvbnMnbvcxzLkjhgf"
PLANTED = "ghp_" + CORE


def entry(value=None, **more):
    return {"value": value, "code": None, "message": None, "log_level": "info", **more}


def planted():
    """A session with the secret in twenty places."""
    return {
        "alert_id": str(uuid.uuid4()),
        "api_logs": {
            "log_level": "error",
            "request_method": entry("POST"),
            "request_path": entry(f"/login?access_token={PLANTED}"),                              # 1: in a query
            "authorization": entry(f"Bearer {PLANTED}"),                                          # 2: a header by its key
            "password": entry(PLANTED),                                                           # 3: a value by its key
            "cookies": entry({"Cookie": f"session={PLANTED}; theme=dark"}),                       # 4: a cookie
            "payload": entry({"user": {"api_key": PLANTED, "name": "mira"}}),                     # 5: nested
            "list": entry(["a", f"token={PLANTED}"]),                                             # 6: in a list
            "json_in_text": entry(json.dumps({"secret": PLANTED})),                               # 7: JSON in a text
            "json_twice": entry(json.dumps({"inner": json.dumps({"password": PLANTED})})),        # 8: and in that
            "header_text": entry(f"X-Api-Key: {PLANTED}\r\nAccept: */*"),                         # 9: a line of headers
            "free_text": entry(f"Fetched with {PLANTED} from the vault"),                         # 10: amid words
            "response_status": entry(500, code=500, message=f"refused {PLANTED}", log_level="error"),  # 11: the headline
            PLANTED: entry("a key"),                                                              # 12: a key
        },
        "service_logs": {
            "vault": entry(None, code=401, message=f"Authorization: Bearer {PLANTED}", log_level="error",  # 13: a call's message
                           url=f"https://user:{PLANTED}@vault.example/v1?key={PLANTED}",         # 14, 15: in an address
                           start_time=1763971755.1, end_time=1763971755.2),
            "shop": entry({"client_secret": PLANTED}, start_time=1763971755.1, end_time=1763971755.2),  # 16
        },
        "error_logs": {
            "LoginError": entry(f"bad token {PLANTED}", message=f"token={PLANTED}", log_level="error",  # 17, 18
                                error_trace=f"Traceback\n  login(token='{PLANTED}')\nLoginError: {PLANTED}"),  # 19
        },
        "note": f"pass {PLANTED}",                                                                # 20: a member of nobody's
        "log_level": "error",
    }


def decoded(message):
    """The bytes of a message, and what a mail program would read in them."""
    body = base64.b64decode(message["body_base64"])
    wire = body + json.dumps({k: v for k, v in message.items() if k != "body_base64"}).encode()
    if message["service"] == "smtp":
        parsed = email.message_from_bytes(body, policy=email.policy.default)
        wire += b"".join(part.get_payload(decode=True) or b"" for part in parsed.walk()) + str(parsed["Subject"]).encode()
    return wire + quopri.decodestring(body) + urllib.parse.unquote_to_bytes(body)


class Secrets(unittest.TestCase):
    def start(self):
        self.house = House()
        self.addCleanup(self.house.close)
        self.harness = Harness(self.house)
        self.addCleanup(self.harness.close)
        self.house.configure({"notifiers": self.harness.hello["config"]["notifiers"],
                              "settings": {"hold": "0 s", "hold_critical": "0 s", "undo": "0 s", "retry_first": "50 ms"}})
        console = Console(self.house)
        self.addCleanup(console.__exit__)
        return console

    def deliveries(self, console):
        return console.get_json("/v1/deliveries?include=rendered&limit=500")["deliveries"]

    def ended(self, console, count):
        return wait_for(f"{count} deliveries at their end", lambda: (d := self.deliveries(console)) and len(d) >= count
                        and all(x["state"] in FINAL for x in d) and d)

    def command(self, console, path, body):
        return console.request("POST", path, json.dumps(body), {"Content-Type": "application/json"}, console.operator_token)

    def configured(self):
        """The secrets of the configuration, by where they stand."""
        words = ("password", "token", "secret", "routing_key", "webhook_url")
        found = {}
        for notifier in self.harness.hello["config"]["notifiers"]:
            for key, value in notifier["config"].items():
                if any(word in key for word in words) and not key.endswith("_file") and isinstance(value, str) and value:
                    secret = urllib.parse.urlsplit(value).path.lstrip("/") if value.startswith("http") else value
                    if len(secret) >= 8:
                        found[f"{notifier['type']}.{key}"] = secret
        return found

    def files(self):
        """Everything the console has written, but the journal, which holds what was received, and the configuration."""
        data = self.house.path / "data"
        names = [f for f in data.rglob("*") if f.is_file() and "journal" not in f.parts]
        return names + [self.house.path / "log"]

    def test_a_secret_in_twenty_places_appears_nowhere(self):
        console = self.start()
        document = planted()
        self.assertEqual(json.dumps(document).count(PLANTED), 21)  # The trace has it twice.
        self.assertEqual(console.post(json.dumps(document).encode())[0], 201)
        notifiers = [n["name"] for n in console.get_json("/v1/notifiers")["notifiers"]]
        deliveries = self.ended(console, len(notifiers))
        # By hand too, with the secret in the person's own words, and once more another way.
        status, _, answer = self.command(console, f"/v1/sessions/{document['alert_id']}/escalate",
                                         {"notifiers": notifiers[:2], "message": f"Who used {PLANTED}?"})
        self.assertEqual(status, 202, answer)
        status, _, again = self.command(console, f"/v1/deliveries/{deliveries[0]['id']}/send-another-way", {"notifier": notifiers[0]})
        self.assertEqual(status, 202, again)
        deliveries = self.ended(console, len(notifiers) + 3)
        wire = b"".join(decoded(m) for m in self.harness.received())
        self.assertNotIn(CORE.encode(), wire)
        self.assertIn(b"[hidden", wire)
        answers = answer + again + b"".join(console.get(path) for path in (
            "/v1/incidents", "/v1/deliveries?include=rendered", "/v1/notifiers", *(f"/v1/deliveries/{d['id']}" for d in deliveries)))
        self.assertNotIn(CORE.encode(), answers)
        for delivery in deliveries:
            self.assertNotIn(CORE.encode(), base64.b64decode(delivery["rendered"]["body_base64"]))
        self.assertEqual(console.stop(), 0)
        self.assertEqual([f.name for f in self.files() if CORE.encode() in f.read_bytes()], [])

    def test_what_the_configuration_keeps_secret_stays_there(self):
        console = self.start()
        secrets = self.configured()
        self.assertGreaterEqual(len(secrets), 4, secrets.keys())
        document = planted()
        document["api_logs"]["response_status"]["message"] = "nothing special"
        self.assertEqual(console.post(json.dumps(document).encode())[0], 201)
        notifiers = console.get_json("/v1/notifiers")["notifiers"]
        for notifier in notifiers:
            self.assertEqual(self.command(console, f"/v1/notifiers/{urllib.parse.quote(notifier['name'], safe='')}/test", {})[0], 202)
        deliveries = self.ended(console, 2 * len(notifiers))
        answers = b"".join(console.get(path) for path in (
            "/v1/incidents", "/v1/deliveries?include=rendered", "/v1/notifiers", *(f"/v1/deliveries/{d['id']}" for d in deliveries)))
        self.assertEqual(console.stop(), 0)
        for place, secret in secrets.items():
            self.assertNotIn(secret.encode(), answers, place)
            self.assertEqual([f.name for f in self.files() if secret.encode() in f.read_bytes()], [], place)

    def test_a_message_with_a_configured_secret_is_blocked_and_said(self):
        console = self.start()
        place, secret = next((p, s) for p, s in self.configured().items() if p.startswith("email"))
        document = planted()
        document["api_logs"]["free_text"] = entry(f"the word is {secret} by chance")
        document["api_logs"]["response_status"]["message"] = "nothing special"
        self.assertEqual(console.post(json.dumps(document).encode())[0], 201)
        deliveries = self.ended(console, len(console.get_json("/v1/notifiers")["notifiers"]))
        blocked = [d for d in deliveries if d["state"] == "failed"]
        wire = b"".join(decoded(m) for m in self.harness.received())
        self.assertNotIn(secret.encode(), wire)
        if blocked:
            self.assertIn("secret", console.log_text())
        self.assertNotIn(secret, console.log_text())


if __name__ == "__main__":
    unittest.main()
