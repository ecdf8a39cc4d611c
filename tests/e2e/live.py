# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
"""Requests on the screen while they run: open, stuck, abandoned, late, out of order, with a gap, and across a restart of the console."""

import http.client
import json
import pathlib
import re
import signal
import subprocess
import threading
import time
import unittest
import urllib.parse
import uuid

from console import BIN, PATIENCE, Console, House, wait_for

HELP = pathlib.Path(__file__).resolve().parents[2] / "resources" / "help" / "services.md"
AT = 1795337863.0


def lines(*events):
    return b"".join(json.dumps(event).encode() + b"\n" for event in events)


def start(session, **members):
    return {"event": "session_start", "alert_id": session, "method": "POST", "path": "/pay", "source": "shop", **members}


def new_id():
    return str(uuid.uuid4())


class Service:
    """A running example service (tests/clients/exampleservice.cpp) that tells its requests live."""

    def __init__(self, console, *arguments):
        environment = {**console.house.environment(), "ESCALITE_URL": f"http://{console.address}:{console.port}",
                       "ESCALITE_TOKEN": console.ingest_token, "ESCALITE_SERVICE": "example", "ESCALITE_LIVE": "true"}
        self.process = subprocess.Popen([str(BIN / "exampleservice"), *arguments], env=environment, stdout=subprocess.PIPE, text=True)
        self.address = urllib.parse.urlsplit(self.process.stdout.readline().strip())

    def get(self, path):
        connection = http.client.HTTPConnection(self.address.hostname, self.address.port, timeout=PATIENCE)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()

    def begin(self, path):
        """A request whose answer nobody waits for."""
        def ask():
            try:
                self.get(path)
            except (OSError, http.client.HTTPException):
                pass
        threading.Thread(target=ask, daemon=True).start()

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()


class Live(unittest.TestCase):
    def start_console(self, **settings):
        self.house = House()
        self.addCleanup(self.house.close)
        self.house.configure({"settings": settings})
        return self.again()

    def again(self):
        """The console of this house, once more."""
        console = Console(self.house)
        self.addCleanup(console.__exit__)
        return console

    def post(self, console, *events, **headers):
        status, _, body = console.request("POST", "/v1/events", lines(*events), {"Content-Type": "application/x-ndjson", **headers},
                                          console.ingest_token)
        self.assertEqual(status, 200, body)
        return json.loads(body)

    def listed(self, console, session):
        return next((s for s in console.get_json("/v1/sessions?limit=1000")["sessions"] if s["alert_id"] == session), None)

    def until(self, console, session, **expected):
        """The row of the session once it is as expected."""
        def probe():
            row = self.listed(console, session)
            return row and all(row[name] == value for name, value in expected.items()) and row
        return wait_for(f"{session} with {expected}", probe)

    def document(self, console, session):
        return console.get_json(f"/v1/sessions/{session}")["document"]

    def service(self, console, *arguments):
        service = Service(console, *arguments)
        self.addCleanup(service.close)
        return service

    def test_a_request_is_listed_while_it_runs(self):
        console = self.start_console()
        connection = console.connect()
        took = []
        for _ in range(5):  # the machine may be busy: the best counts
            session = new_id()
            began = time.monotonic()
            self.post(console, start(session), {"event": "call_start", "alert_id": session, "service": "payment", "message": "charging"})
            wait_for("the row", lambda: any(s["alert_id"] == session for s in console.get_json("/v1/sessions?query=is:open", connection)["sessions"]))
            took.append(time.monotonic() - began)
        self.assertLess(min(took), 0.25)
        row = self.listed(console, session)
        self.assertEqual((row["state"], row["stuck"], row["source"], row["method"], row["path"]), ("open", False, "shop", "POST", "/pay"))
        self.assertIsNone(row["elapsed_seconds"])
        call = self.document(console, session)["service_logs"]["payment"]["calls"][0]
        self.assertEqual(call["message"], "charging")
        self.assertIsNone(call.get("end_time"))

    def test_a_stuck_request_is_marked_and_the_end_closes_it(self):
        console = self.start_console(stuck_after="1 s")
        session = new_id()
        began = time.monotonic()
        self.post(console, start(session), {"event": "call_start", "alert_id": session, "service": "payment"})
        self.assertFalse(self.listed(console, session)["stuck"])
        self.until(console, session, state="open", stuck=True)
        self.assertGreaterEqual(time.monotonic() - began, 1)
        self.assertTrue(console.get_json(f"/v1/sessions/{session}")["stuck"])
        self.post(console, {"event": "call_stop", "alert_id": session, "service": "payment", "code": 200},
                  {"event": "session_end", "alert_id": session})
        row = self.listed(console, session)
        self.assertEqual((row["state"], row["stuck"]), ("ended", False))
        self.assertGreaterEqual(row["elapsed_seconds"], 1)

    def test_a_service_tells_its_four_routes(self):
        console = self.start_console()
        service = self.service(console)
        for path, status, level in (("/fine", 200, "info"), ("/slow?ms=20", 200, "info"), ("/upstream", 502, "error"), ("/throw", 500, "error")):
            self.assertEqual(service.get(path), status)
            row = wait_for(path, lambda: next((s for s in console.get_json("/v1/sessions")["sessions"]
                                               if s["path"] == path.split("?")[0] and s["state"] == "ended"), None))
            self.assertEqual((row["source"], row["level"], row["method"]), ("example", level, "GET"), path)
        document = self.document(console, row["alert_id"])
        self.assertIn("the basket has no bottom", json.dumps(document["error_logs"]["unhandled_exception"]))

    def test_what_a_killed_process_leaves_open_is_abandoned(self):
        console = self.start_console()
        service = self.service(console, "--heartbeat", "200")
        service.begin("/slow?ms=600000")
        row = wait_for("the running request", lambda: next((s for s in console.get_json("/v1/sessions")["sessions"] if s["path"] == "/slow"), None))
        self.assertEqual(row["state"], "open")
        service.process.send_signal(signal.SIGKILL)
        self.until(console, row["alert_id"], state="abandoned")

    def test_silence_is_not_the_last_word(self):
        console = self.start_console()
        session = new_id()
        self.post(console, {**start(session), "client": "shop@a-1", "seq": 1},
                  {"event": "client", "client": "shop@a-1", "heartbeat": 0.2, "seq": 2})
        self.until(console, session, state="abandoned")
        self.post(console, {"event": "entry", "alert_id": session, "key": "still", "value": "here", "client": "shop@a-1", "seq": 3})
        self.assertEqual(self.listed(console, session)["state"], "open")
        self.post(console, {"event": "client", "client": "shop@a-1", "leaves": True, "seq": 4})
        self.until(console, session, state="abandoned")

    def test_what_is_missing_is_a_row(self):
        console = self.start_console()
        session = new_id()
        self.post(console, {**start(session), "client": "shop@a-1", "seq": 1},
                  {"event": "session_end", "alert_id": session, "client": "shop@a-1", "seq": 4})
        row = wait_for("the gap", lambda: next((s for s in console.get_json("/v1/sessions")["sessions"] if s["gap"]), None))
        self.assertEqual((row["source"], row["level"]), ("shop", "warning"))
        self.assertRegex(row["message"], r"^2 events missing from shop@a-1\b")
        self.post(console, {"event": "client", "client": "shop@a-1", "source": "shop", "seq": 5,
                            "discarded": [{"reason": "queue_full", "log_level": "info", "sessions": 12, "events": 0}]})
        row = wait_for("what was discarded", lambda: next((s for s in console.get_json("/v1/sessions")["sessions"]
                                                           if s["gap"] and "12" in s["message"]), None))
        self.assertEqual(row["source"], "shop")

    def test_numbers_that_come_late_leave_no_gap(self):
        console = self.start_console()
        session = new_id()
        event = {"alert_id": session, "client": "shop@a-1"}
        self.post(console, {**start(session), "client": "shop@a-1", "seq": 1}, {"event": "entry", "key": "b", "value": 2, **event, "seq": 3})
        answer = self.post(console, {"event": "entry", "key": "a", "value": 1, **event, "seq": 2}, {"event": "entry", "key": "b", "value": 2, **event, "seq": 3})
        self.assertEqual((answer["accepted"], answer["duplicate"], answer["rejected"]), (1, 1, 0))
        # Another client's gap is told; by then this one's would have been, too.
        other = new_id()
        self.post(console, {**start(other), "client": "other@b-1", "seq": 1}, {"event": "entry", "alert_id": other, "key": "c", "client": "other@b-1", "seq": 3})
        wait_for("the other's gap", lambda: any(s["gap"] for s in console.get_json("/v1/sessions")["sessions"]))
        self.assertEqual([s["message"] for s in console.get_json("/v1/sessions")["sessions"] if s["gap"] and "shop@a-1" in s["message"]], [])

    def test_the_order_of_arrival_makes_no_difference(self):
        console = self.start_console()

        def events(session):
            return [{**start(session), "at": AT},
                    {"event": "entry", "alert_id": session, "at": AT + 0.1, "section": "api_logs", "key": "customer", "value": "C-17", "extras": {"vip": True}},
                    {"event": "call_start", "alert_id": session, "at": AT + 0.2, "service": "payment", "call": 1, "message": "charging"},
                    {"event": "call_stop", "alert_id": session, "at": AT + 0.5, "service": "payment", "call": 1, "code": 503, "log_level": "error"},
                    {"event": "call_start", "alert_id": session, "at": AT + 0.6, "service": "payment", "call": 2, "message": "again"},
                    {"event": "call_stop", "alert_id": session, "at": AT + 0.9, "service": "payment", "call": 2, "code": 200},
                    {"event": "session_end", "alert_id": session, "at": AT + 1, "time_elapsed": 1.0}]

        def said(session):
            text = json.dumps(self.document(console, session), sort_keys=True).replace(session, "id")
            return re.sub(r'"events": "[^"]*"', "", text)

        straight, mixed = new_id(), new_id()
        for event in events(straight):
            self.post(console, event)
        shuffled = events(mixed)
        for index in (3, 0, 5, 2, 1, 4, 6):
            self.post(console, shuffled[index])
        self.assertEqual(said(mixed), said(straight))
        row = self.listed(console, mixed)
        self.assertEqual((row["state"], row["elapsed_seconds"], row["level"]), ("ended", 1.0, "error"))

    def test_an_end_that_overtakes_the_rest_is_completed(self):
        console = self.start_console()
        session = new_id()
        self.post(console, {"event": "session_end", "alert_id": session, "at": AT + 1})
        self.assertEqual(self.listed(console, session)["state"], "ended")
        self.post(console, start(session, at=AT), {"event": "entry", "alert_id": session, "at": AT + 0.5, "section": "api_logs", "key": "customer", "value": "C-17"})
        row = self.listed(console, session)
        self.assertEqual((row["state"], row["path"], row["elapsed_seconds"]), ("ended", "/pay", 1.0))
        self.assertEqual(self.document(console, session)["api_logs"]["customer"]["value"], "C-17")

    def test_open_requests_outlive_the_console(self):
        console = self.start_console(stuck_after="1 s")
        session, other = new_id(), new_id()
        event = {"alert_id": session, "client": "shop@a-1"}
        self.post(console, {**start(session), "client": "shop@a-1", "seq": 1},
                  {"event": "call_start", "service": "payment", "message": "charging", **event, "seq": 2})
        self.post(console, start(other))
        console.kill()
        console = self.again()
        self.assertEqual(self.listed(console, session)["state"], "open")
        self.until(console, session, stuck=True)
        self.until(console, other, stuck=True)
        answer = self.post(console, {"event": "call_start", "service": "payment", "message": "charging", **event, "seq": 2},
                           {"event": "call_stop", "service": "payment", "code": 200, **event, "seq": 3},
                           {"event": "session_end", **event, "seq": 4})
        self.assertEqual((answer["accepted"], answer["duplicate"]), (2, 1))
        self.assertEqual(self.listed(console, session)["state"], "ended")
        self.assertEqual(len(self.document(console, session)["service_logs"]["payment"]["calls"]), 1)
        self.assertEqual(console.stop(), 0)
        console = self.again()
        self.assertEqual(self.listed(console, session)["state"], "ended")
        self.assertEqual([s["message"] for s in console.get_json("/v1/sessions")["sessions"] if s["gap"]], [])

    def test_says_what_is_wrong_with_an_event(self):
        console = self.start_console()
        session = new_id()
        answer = self.post(console, start(session), {"event": "entri", "alert_id": session}, {"event": "call_start", "alert_id": session})
        self.assertEqual((answer["accepted"], answer["rejected"]), (1, 2))
        self.assertEqual([r["index"] for r in answer["results"]], [1, 2])
        for result in answer["results"]:
            self.assertEqual((result["alert_id"], result["status"]), (None, "rejected"))  # A line that cannot be read names none.
            self.assertRegex(result["reason"], r"[.?]$")
        self.assertEqual(answer["results"][0]["pointer"], "/event")
        status, _, body = console.request("POST", "/v1/events", lines({"event": "entri"}), {"Content-Type": "application/x-ndjson"}, console.ingest_token)
        self.assertEqual((status, json.loads(body)["accepted"]), (400, 0))
        for method, headers, token, expected in (("POST", {"Content-Type": "text/plain"}, console.ingest_token, 415),
                                                 ("POST", {"Content-Type": "application/json"}, None, 401),
                                                 ("POST", {"Content-Type": "application/json"}, console.operator_token, 401),
                                                 ("GET", {}, console.ingest_token, 405)):
            self.assertEqual(console.request(method, "/v1/events", b"{}" if method == "POST" else None, headers, token)[0], expected)

    def test_the_examples_of_the_help_do_what_they_say(self):
        console = self.start_console()
        environment = {**console.house.environment(), "ESCALITE_URL": f"http://{console.address}:{console.port}", "ESCALITE_TOKEN": console.ingest_token,
                       "PATH": f"{BIN.resolve()}:/usr/bin:/bin"}
        examples = re.findall(r"^```sh\n(.*?)^```$", HELP.read_text(), re.DOTALL | re.MULTILINE)
        states = []
        for example in examples:
            done = subprocess.run(["sh", "-e", "-c", example], env=environment, capture_output=True, text=True, timeout=PATIENCE)
            self.assertEqual(done.returncode, 0, example + done.stderr)
            self.assertNotIn('"rejected":1', done.stdout)
            states.append(sorted((s["path"], s["state"]) for s in console.get_json("/v1/sessions")["sessions"]))
        whole, live = ("/pay", "ended"), ("/pay", "open")
        self.assertEqual(states[:3], [[whole], [whole, live], [whole, whole]])
        self.assertEqual(states[3], [whole, whole, ("sh", "ended")])


if __name__ == "__main__":
    unittest.main()
