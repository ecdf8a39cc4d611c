# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
"""What a hostile client, machine or file does to the running console, and what must come of it. The long attacks are in pressure.py,
those on the disk in disk.py, those on what is told in faults.py."""

import contextlib
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import threading
import time
import unittest
import uuid

from console import BIN, Console, GivenUp, Harness, House, wait_for


def document(**members):
    return json.dumps({"alert_id": str(uuid.uuid4()), "api_logs": {}, "service_logs": {}, "error_logs": {}, "log_level": "info",
                       "start_time": 1795337863.7, "end_time": 1795337863.9, **members}).encode()


def answers(raw):
    """The statuses in the bytes that came back, in order."""
    return [int(s) for s in re.findall(rb"(?:^|(?<=[\n}]))HTTP/1\.1 (\d{3}) ", raw)]


class Client:
    """A bare socket to the console."""

    def __init__(self, console):
        self.socket = socket.create_connection((console.address, console.port), timeout=30)

    def send(self, data):
        with contextlib.suppress(ConnectionError):  # it may have hung up already; the answer is still to be read
            self.socket.sendall(data)

    def rest(self):
        """Everything until the console hangs up."""
        raw = b""
        with contextlib.suppress(ConnectionResetError):
            while chunk := self.socket.recv(65536):
                raw += chunk
        return raw

    def close(self):
        self.socket.close()


class BadHttp(unittest.TestCase):
    """RFC 9112 over a real socket: what can be read in two ways is refused, and nothing behind it is taken for a request."""

    @classmethod
    def setUpClass(cls):
        cls.house = House()
        cls.console = Console(cls.house)

    @classmethod
    def tearDownClass(cls):
        assert cls.console.stop() == 0
        cls.house.close()

    def ask(self, data):
        client = Client(self.console)
        client.send(data)
        with contextlib.suppress(OSError):
            client.socket.shutdown(socket.SHUT_WR)
        raw = client.rest()
        client.close()
        return raw

    def post(self, body, *fields, line=b"POST /v1/sessions HTTP/1.1", host=None, length=True, end=b"\r\n"):
        head = [line, b"Host: " + (host or b"127.0.0.1:%d" % self.console.port),
                b"Authorization: Bearer " + self.console.ingest_token.encode(), b"Content-Type: application/json", *fields]
        if length:
            head.append(b"Content-Length: %d" % len(body))
        return end.join(head) + end * 2 + body

    def stored(self):
        return len(self.console.get_json("/v1/sessions?limit=1000")["sessions"])

    def test_refuses_what_could_be_read_in_two_ways(self):
        inner = document()
        smuggled = self.post(inner)
        chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(inner), inner)
        te = b"Transfer-Encoding: chunked"
        rows = {
            "both lengths": (400, self.post(b"0\r\n\r\n" + smuggled, te)),
            "both lengths, the other order": (400, self.post(b"0\r\n\r\n" + smuggled, b"Content-Length: 5", te, length=False)),
            "two lengths": (400, self.post(inner, b"Content-Length: 0")),
            "the same length twice": (400, self.post(inner, b"Content-Length: %d" % len(inner))),
            "a list of lengths": (400, self.post(inner, b"Content-Length: 5, 5", length=False)),
            "a signed length": (400, self.post(inner, b"Content-Length: +%d" % len(inner), length=False)),
            "a hexadecimal length": (400, self.post(inner, b"Content-Length: 0x5", length=False)),
            "a length beyond all": (413, self.post(inner, b"Content-Length: 9999999999999999999", length=False)),
            "a length that wraps": (400, self.post(inner, b"Content-Length: 18446744073709551621", length=False)),
            "an unknown coding": (501, self.post(chunked, b"Transfer-Encoding: xchunked", length=False)),
            "chunked is not last": (400, self.post(chunked, b"Transfer-Encoding: chunked, identity", length=False)),
            "chunked twice": (400, self.post(chunked, te, te, length=False)),
            "vertical tab before chunked": (400, self.post(chunked, b"Transfer-Encoding: \x0bchunked", length=False)),
            "space before the colon": (400, self.post(chunked, b"Transfer-Encoding : chunked", length=False)),
            "folded field": (400, self.post(inner, b"X-A: b\r\n Transfer-Encoding: chunked")),
            "bare line feeds": (400, self.post(inner, end=b"\n")),
            "a bare line feed in a field": (400, self.post(inner, b"X-A: b\nTransfer-Encoding: chunked")),
            "a bare carriage return": (400, self.post(inner, b"X-A: b\rTransfer-Encoding: chunked")),
            "a NUL in a field": (400, self.post(inner, b"X-A: b\0c")),
            "no colon": (400, self.post(inner, b"GET / HTTP/1.1")),
            "no host": (400, self.post(inner).replace(b"Host: ", b"Hast: ")),
            "two hosts": (400, self.post(inner, b"Host: 127.0.0.1:%d" % self.console.port)),
            "a foreign host": (421, self.post(inner, host=b"evil.example")),
            "the right host on another port": (421, self.post(inner, host=b"127.0.0.1:1")),
            "a host with a user": (400, self.post(inner, host=b"x@127.0.0.1:%d" % self.console.port)),
            "an absolute target elsewhere": (421, self.post(inner, line=b"POST http://evil.example/v1/sessions HTTP/1.1")),
            "authority form": (501, self.post(inner, line=b"CONNECT 127.0.0.1:1 HTTP/1.1")),
            "another version": (505, self.post(inner, line=b"POST /v1/sessions HTTP/2.0")),
            "HTTP/0.9": (400, b"GET /healthz\r\n"),
            "a TLS handshake": (400, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 64),
            "the preface of HTTP/2": (505, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
            "a line beyond the limit": (414, b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n"),
            "a head beyond the limit": (431, b"GET /healthz HTTP/1.1\r\nX-A: " + b"a" * 17000 + b"\r\n"),
            "too many fields": (431, self.post(inner, *[b"X-%d: a" % i for i in range(120)])),
            "no length": (411, self.post(inner, length=False)),
            "an unknown expectation": (417, self.post(inner, b"Expect: 200-ok")),
            "a chunk size without an end": (400, self.post(b"f" * 17 + b"\r\n", te, length=False)),
            "a signed chunk size": (400, self.post(b"+5\r\nabcde\r\n0\r\n\r\n", te, length=False)),
            "a hexadecimal prefix": (400, self.post(b"0x5\r\nabcde\r\n0\r\n\r\n", te, length=False)),
            "a chunk with another end": (400, self.post(b"5\r\nabcdeXX0\r\n\r\n", te, length=False)),
            "a line feed behind a chunk size": (400, self.post(b"5\nabcde\r\n0\r\n\r\n", te, length=False)),
            "endless chunk extensions": (400, self.post(b"5;" + b"a=b;" * 5000 + b"\r\nabcde\r\n0\r\n\r\n", te, length=False)),
            "endless trailers": (431, self.post(b"0\r\n" + b"X-A: b\r\n" * 5000 + b"\r\n", te, length=False)),
        }
        before = self.stored()
        for what, (status, request) in rows.items():
            with self.subTest(what):
                raw = self.ask(request + smuggled)
                self.assertEqual(answers(raw), [status], raw[:300])
                self.assertNotIn(b"evil.example", raw)
        self.assertEqual(self.stored(), before)

    def test_takes_what_is_unusual_but_right(self):
        inner = document()
        raw = self.ask(b"\r\n" + self.post(b"%x;name=\"a b\"\r\n%s\r\n0\r\nX-T: r\r\n\r\n" % (len(inner), inner),
                                           b"Transfer-Encoding: CHUNKED", length=False)
                       + self.post(inner).replace(b"Host: ", b"hOST:\t") + b"GET /healthz HTTP/1.0\r\n\r\n")
        self.assertEqual(answers(raw), [201, 200, 200])

    def test_answers_what_came_before_the_garbage(self):
        inner = document()
        raw = self.ask(self.post(inner) + self.post(inner) + b"\x00\xff garbage\r\n\r\n" + self.post(document()))
        self.assertEqual(answers(raw), [201, 200, 400])

    def test_answers_a_thousand_pipelined_requests_in_order(self):
        request = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % self.console.port
        missing = b"GET /nothing HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % self.console.port
        self.assertEqual(answers(self.ask((request + missing) * 500)), [200, 404] * 500)

    def test_a_browser_stores_and_learns_nothing(self):
        before = self.stored()
        body = document()
        rows = {
            "a form": (415, self.post(body).replace(b"application/json", b"application/x-www-form-urlencoded")),
            "a form in parts": (415, self.post(body).replace(b"application/json", b"multipart/form-data; boundary=x")),
            "text": (415, self.post(body).replace(b"application/json", b"text/plain")),
            "fetch": (403, self.post(body, b"Origin: https://evil.example")),
            "fetch from a file": (403, self.post(body, b"Origin: null")),
            "fetch from this very address": (403, self.post(body, b"Origin: http://127.0.0.1:%d" % self.console.port)),
            "an empty origin": (403, self.post(body, b"Origin: ")),
            "no-cors": (403, self.post(body, b"Sec-Fetch-Site: cross-site", b"Sec-Fetch-Mode: no-cors")),
            "the same site": (403, self.post(body, b"Sec-Fetch-Site: same-site")),
            "the same origin": (403, self.post(body, b"Sec-Fetch-Site: same-origin")),
            "a rebound name": (421, self.post(body, host=b"rebind.evil.example:%d" % self.console.port)),
            "a preflight": (403, self.post(b"", b"Origin: https://evil.example", b"Access-Control-Request-Method: POST",
                                           line=b"OPTIONS /v1/sessions HTTP/1.1")),
            "an upgrade to a web socket": (403, self.post(b"", b"Origin: https://evil.example", b"Upgrade: websocket", b"Connection: Upgrade",
                                                          line=b"GET /v1/sessions HTTP/1.1")),
            "a trace": (405, self.post(b"", line=b"TRACE /v1/sessions HTTP/1.1")),
            "an image": (401, b"GET /v1/sessions HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % self.console.port),
        }
        for what, (status, request) in rows.items():
            with self.subTest(what):
                raw = self.ask(request)
                self.assertEqual(answers(raw), [status], raw[:300])
                self.assertNotIn(b"access-control", raw.lower())
                self.assertNotIn(b"set-cookie", raw.lower())
        self.assertEqual(self.stored(), before)


class Termination(unittest.TestCase):
    """SIGTERM ends it within five seconds, whatever is going on."""

    def setUp(self):
        self.house = House()
        self.addCleanup(self.house.close)

    def ends(self, console):
        began = time.monotonic()
        self.assertEqual(console.stop(), 0)
        self.assertLess(time.monotonic() - began, 5.5)

    def test_under_load(self):
        acknowledged = []

        def post():
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = console.connect()
                while True:
                    body = document()
                    if console.post(body, connection=connection)[0] == 201:
                        acknowledged.append(body)
        with Console(self.house) as console:
            threads = [threading.Thread(target=post) for _ in range(4)]
            for thread in threads:
                thread.start()
            wait_for("load", lambda: len(acknowledged) > 200)
            self.ends(console)
            for thread in threads:
                thread.join()
        with Console(self.house) as console:
            connection = console.connect()
            for body in acknowledged:
                self.assertIn(body, console.get("/v1/sessions/" + json.loads(body)["alert_id"], connection))

    def test_with_clients_in_the_middle_of_something(self):
        with Console(self.house) as console:
            clients = [Client(console) for _ in range(4)]
            head = b"POST /v1/sessions HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n" % console.port
            clients[1].send(head)
            clients[2].send(head + b"Authorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{" %
                            console.ingest_token.encode())
            clients[3].send(head + b"Content-Length: 1000\r\n\r\n{")  # refused, and listened to for a while
            self.assertEqual(console.post(document())[0], 201)
            self.ends(console)
            for client in clients:
                client.close()

    def test_with_a_storm_of_incidents(self):
        self.house.configure({"notifiers": [{"type": "slack", "config": {"webhook_url": "http://127.0.0.1:1/x"}}], "settings": {"hold": "100 ms"}})
        with Console(self.house) as console:
            for start in range(0, 20_000, 2000):
                words = ["".join(chr(ord("a") + int(d)) for d in f"{i:06d}") for i in range(start, start + 2000)]
                body = b"\n".join(document(error_logs={w: {"message": f"failure {w}", "log_level": "error"}}, log_level="error") for w in words)
                self.assertEqual(console.post(body, "application/x-ndjson")[0], 200)
            self.ends(console)
        with Console(self.house) as console:  # what was not decided is decided now
            self.ends(console)


class Repeats(unittest.TestCase):
    """The same request many times at once, as a client does that heard no answer: one thing comes of it, and each hears of that one."""

    def test_make_one_delivery(self):
        with House() as house, Harness(house) as harness:
            house.configure({"notifiers": harness.notifiers_of("slack"), "settings": {"messages_per_minute": 6000}})
            with Console(house) as console:
                name = console.get_json("/v1/notifiers")["notifiers"][0]["name"]
                tests = self.ask(console, f"/v1/notifiers/{name}/test")
                self.assertEqual(len(tests), 1, tests)
                told = f"/v1/deliveries/{tests.pop()}"
                for verb in ("replay", "send-another-way"):
                    again = self.ask(console, f"{told}/{verb}", notifier=name)
                    self.assertEqual(len(again), 1, again)
                self.assertEqual(len(console.get_json("/v1/deliveries")["deliveries"]), 3)
                self.assertEqual(console.stop(), 0)

    def ask(self, console, path, **members):
        """The ids, or what else was said, in the answers to sixteen at once."""
        body = json.dumps({"request_id": str(uuid.uuid4()), **members})
        said = set()

        def post():
            _, _, answer = console.request("POST", path, body, {"Content-Type": "application/json"}, console.operator_token)
            answer = json.loads(answer)
            said.add(answer.get("id") or answer["detail"])
        threads = [threading.Thread(target=post) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return said


class Configuration(unittest.TestCase):
    """A file that is no configuration is refused with a sentence that says where; nothing hangs, crashes or tells a secret."""

    def test_is_refused_with_a_sentence(self):
        slack = '{"notifiers": [{"type": "slack", "config": {"webhook_url_file": "%s"}}]}'
        with House() as house:
            secret = house.path / "secret"
            secret.write_text("https://hooks.slack.com/services/T0/B0/geheim123456")
            secret.chmod(0o644)
            pipe = house.path / "pipe"
            os.mkfifo(pipe, 0o600)
            rows = {
                b"\0": "Not JSON", b'{"notifiers": [\0]}': ":1:16:", b"\xef\xbb\xbf{}": "byte order mark", '{"notifiers": []}'.encode("utf-16"): "Not JSON",
                os.urandom(4096): "Not JSON|Not UTF-8|UTF-8", b"[" * 100_000: "nested", b'{"a":' * 50_000: "nested",
                b'{"settings": {"hold": "1 s", "hold": "2 s"}}': "twice", b"[]": "one JSON object", b"{} x": "follows after the end",
                b'{"rules": [],}': "comma", b'{"notifiers": {}, "rules": 5, "settings": []}': "/notifiers.*/rules.*/settings",
                b'{"notifiers": [5, null, "x", []]}': "/notifiers/0.*/notifiers/3", b'{"settings": {"messages_per_minute": 1e400}}': "number",
                b'{"rules": [{"name": "x", "when": "' + b"(" * 20_000 + b'"}]}': "nested", b'{"x": "' + b"a" * 20_000_000 + b'"}': "larger",
                b'{"notifiers": [{"type": "slack", "config": {"webhook_url": "file:///etc/passwd"}}]}': "URL",
                b'{"notifiers": [{"type": "slack", "config": {"webhook_url": "http://evil.example/x"}}]}': "https",
                (slack % secret).encode(): "0600", (slack % house.path).encode(): "not a regular file", (slack % (house.path / "none")).encode(): "No such file",
                (slack % pipe).encode(): "not a regular file", (slack % "/dev/zero").encode(): "not a regular file",
            }
            for text, said in rows.items():
                with self.subTest(said):
                    house.config_file.write_bytes(text)
                    self.check(house, house.config_file, said)
            self.check(house, pipe, "not a regular file")
            self.check(house, house.path, "not a regular file")

    def test_warns_when_others_can_read_its_secrets(self):
        with House() as house:
            house.configure({"notifiers": [{"type": "slack", "config": {"webhook_url": "https://hooks.slack.com/services/T0/B0/geheim123456"}}]})
            for mode, said in ((0o600, "^$"), (0o644, "chmod 600")):
                house.config_file.chmod(mode)
                answer = subprocess.run([str(BIN / "escalited"), "--check-config", "--config", str(house.config_file)], env=house.environment(),
                                        capture_output=True, text=True, timeout=20)
                self.assertEqual(answer.returncode, 0)
                warnings = "\n".join(line for line in answer.stdout.splitlines() if "is right" not in line)
                self.assertRegex(warnings, said)
                self.assertNotIn("geheim", answer.stdout)

    def check(self, house, file, said):
        answer = subprocess.run([str(BIN / "escalited"), "--check-config", "--config", str(file)], env=house.environment(), capture_output=True,
                                text=True, timeout=20)
        self.assertIn(answer.returncode, (66, 78), answer)
        self.assertRegex(answer.stderr, "(?s)" + said)
        self.assertNotIn("geheim", answer.stdout + answer.stderr)


class Exposure(unittest.TestCase):
    """What another program of this machine can see."""

    def test_of_the_process(self):
        with House() as house, Harness(house) as harness:
            house.configure({"notifiers": harness.notifiers, "settings": {"hold": "50 ms"}})
            with Console(house) as console:
                self.assertEqual(console.post(document(error_logs={"a": {"message": "b", "log_level": "error"}}, log_level="error"))[0], 201)
                wait_for("messages", lambda: len(harness.received()) == 2)
                process = pathlib.Path(f"/proc/{console.process.pid}")
                self.assertRegex((process / "limits").read_text(), r"Max core file size\s+0\s+0\s")
                secrets = [console.ingest_token, console.operator_token, "harness-password", "hArNeSsHaRnEsS"]
                for seen in (process / "cmdline", process / "environ"):
                    for secret in secrets:
                        self.assertNotIn(secret.encode(), seen.read_bytes())
                ports = {line.split()[1] for name in ("tcp", "tcp6") for line in (process / "net" / name).read_text().splitlines()
                         if line.endswith(" 0") or " 0A " in line and f":{console.port:04X} " in line}
                for address in (a.rsplit(":", 1)[0] for a in ports if a.endswith(f":{console.port:04X}")):
                    self.assertIn(address, ("0100007F", "00000000000000000000000001000000"))
                self.assertEqual(console.stop(), 0)
            for file in (p for p in house.path.rglob("*") if p.is_file() and not p.name.startswith("harness-")):
                if file == house.config_file or file.name.endswith("-token"):
                    continue
                content = file.read_bytes()
                for secret in secrets:
                    with self.subTest(file.name):
                        self.assertFalse(secret.encode() in content, f"{secret[:8]}… stands in {file}")


if __name__ == "__main__":
    unittest.main()
