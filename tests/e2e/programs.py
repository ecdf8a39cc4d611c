# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
"""What the programs promise on the command line, about their files, and about ending."""

import json
import os
import pathlib
import socket
import stat
import subprocess
import time
import unittest

from console import BIN, Console, House, fixture_files, wait_for


def run(house, *arguments, program="escalited", environment=None):
    return subprocess.run([str(BIN / program), *arguments], env={**house.environment(), **(environment or {})},
                          capture_output=True, text=True, timeout=60)


class CommandLine(unittest.TestCase):
    def setUp(self):
        self.house = House()
        self.addCleanup(self.house.close)

    def test_says_its_version_and_its_options(self):
        self.assertRegex(run(self.house, "--version").stdout, r"^escalited \d+\.\d+\.\d+\n$")
        help_text = run(self.house, "--help").stdout
        for option in ("--config", "--data-dir", "--listen", "--token-file", "--operator-token-file", "--log-format", "--check-config",
                       "--print-config", "--demo", "ESCALITE_DATA_DIR"):
            self.assertIn(option, help_text)

    def test_refuses_what_it_does_not_know(self):
        for wrong in (["--lisen", "127.0.0.1:0"], ["extra"], ["--log-format", "xml"]):
            answer = run(self.house, *wrong)
            self.assertEqual(answer.returncode, 64, wrong)
            self.assertIn("--help", answer.stderr)

    def test_tells_every_problem_of_a_configuration_at_once(self):
        self.house.config_file.write_text('{"notifiers": [\n {"type": "slack", "config": {}},\n {"type": "pigeon"}],\n "settings": {"hold": "ten"}}')
        answer = run(self.house, "--check-config", "--config", str(self.house.config_file))
        self.assertEqual(answer.returncode, 78)
        for part in (":2:", "Missing 'webhook_url' in config", ":3:", "Unknown notifier type: pigeon", ":4:"):
            self.assertIn(part, answer.stderr)
        self.assertEqual(run(self.house, "--config", str(self.house.config_file), "--listen", "127.0.0.1:0").returncode, 78)

    def test_prints_settings_with_their_origin_and_no_secret(self):
        self.house.configure({"notifiers": [{"type": "slack", "config": {"webhook_url": "https://hooks.slack.com/services/T0/B0/geheim123456"}}],
                              "settings": {"hold": "3 s"}})
        answer = run(self.house, "--print-config", "--config", str(self.house.config_file), environment={"ESCALITE_LISTEN": "127.0.0.1:5000"})
        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.assertIn("listen = 127.0.0.1:5000   (environment)", answer.stdout)
        self.assertRegex(answer.stdout, r"settings\.hold = 3.*\(file\)")
        self.assertRegex(answer.stdout, r"settings\.group_interval = 5 min.*\(default\)")
        self.assertNotIn("geheim123456", answer.stdout)


class Running(unittest.TestCase):
    def setUp(self):
        self.house = House()
        self.addCleanup(self.house.close)

    def test_makes_every_file_private_whatever_the_umask(self):
        before = os.umask(0)
        self.addCleanup(os.umask, before)
        with Console(self.house) as console:
            self.assertEqual(console.post(fixture_files()[2].read_bytes())[0], 201)
            wait_for("an incident", lambda: console.get_json("/v1/incidents")["incidents"])
            open_to_others = [str(p) for p in self.house.path.rglob("*")
                              if p.name not in ("log", "escalite.json", "config", "data", "state", "run", "share")
                              and stat.S_IMODE(p.lstat().st_mode) & 0o077 and not p.is_symlink()]
            self.assertEqual(open_to_others, [])
            command_line = pathlib.Path(f"/proc/{console.process.pid}/cmdline").read_bytes()
            self.assertNotIn(console.ingest_token.encode(), command_line)

    def test_holds_its_data_directory_alone(self):
        with Console(self.house) as console:
            second = run(self.house, "--listen", "127.0.0.1:0")
            self.assertEqual(second.returncode, 1)
            self.assertIn("Another console", second.stderr)
            self.assertEqual(console.stop(), 0)

    def test_says_when_the_port_is_taken_on_either_family(self):
        for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
            with socket.socket(family) as taken:
                taken.bind((address, 0))
                taken.listen()
                answer = run(self.house, "--listen", f"127.0.0.1:{taken.getsockname()[1]}")
                self.assertEqual(answer.returncode, 1, address)
                self.assertIn(str(taken.getsockname()[1]), answer.stderr)

    def test_ends_within_five_seconds_and_keeps_everything(self):
        document = fixture_files()[1].read_bytes()
        with Console(self.house) as console:
            self.assertEqual(console.post(document)[0], 201)
            began = time.monotonic()
            self.assertEqual(console.stop(), 0)
            self.assertLess(time.monotonic() - began, 5)
            self.assertFalse(console.endpoint_file.exists())
        with Console(self.house) as console:
            self.assertIn(document.strip(), console.get("/v1/sessions/" + json.loads(document)["alert_id"]))

    def test_answers_on_its_unix_socket_and_on_both_families(self):
        with Console(self.house) as console:
            for family, address in ((socket.AF_INET, ("127.0.0.1", console.port)), (socket.AF_INET6, ("::1", console.port)),
                                    (socket.AF_UNIX, console.endpoint["socket"])):
                with socket.socket(family) as client:
                    client.settimeout(30)
                    client.connect(address)
                    client.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n\r\n" % console.port)
                    self.assertTrue(client.recv(4096).startswith(b"HTTP/1.1 200 "), address)

    def test_takes_the_seeds_documents_one_by_one_as_an_array_and_as_ndjson(self):
        files = [f.read_bytes() for f in fixture_files()]
        lines = [json.dumps(json.loads(f)).encode() for f in files]
        with Console(self.house) as console:
            for body in files:
                self.assertEqual(console.post(body)[0], 201)
                self.assertEqual(console.post(body)[0], 200)
                self.assertIn(body.strip(), console.get("/v1/sessions/" + json.loads(body)["alert_id"]))
        for body, kind in ((b"[" + b",".join(files) + b"]", "application/json"), (b"\n".join(lines), "application/x-ndjson")):
            with House() as house, Console(house) as console:
                status, _, answer = console.post(body, kind)
                self.assertEqual((status, json.loads(answer)["accepted"]), (200, len(files)))

    def test_a_browser_a_foreign_host_and_a_stranger_store_and_learn_nothing(self):
        body = fixture_files()[1].read_bytes()
        with Console(self.house) as console:
            for headers, status in (({"Origin": "https://evil.example"}, 403), ({"Origin": "null"}, 403), ({"Sec-Fetch-Site": "cross-site"}, 403),
                                    ({"Host": "evil.example"}, 421), ({"Content-Type": "text/plain"}, 415)):
                got = console.post(body, **headers) if "Content-Type" not in headers else console.post(body, headers["Content-Type"])
                self.assertEqual(got[0], status, headers)
                self.assertNotIn("Access-Control-Allow-Origin", got[1])
            self.assertEqual(console.request("POST", "/v1/sessions", body, {"Content-Type": "application/json"})[0], 401)
            self.assertEqual(console.request("POST", "/v1/sessions", body, {"Content-Type": "application/json"}, "esc_" + "a" * 43)[0], 401)
            self.assertEqual(console.request("GET", "/v1/sessions", token=console.ingest_token)[0], 401)
            self.assertEqual(console.request("OPTIONS", "/v1/sessions")[0], 405)
            self.assertEqual(console.get_json("/v1/sessions")["sessions"], [])

    def test_a_threshold_in_the_file_decides_after_a_reload(self):
        document = json.loads(fixture_files()[2].read_text())
        self.house.configure({"rules": [{"id": "all", "name": "Only critical", "level": "critical", "notify": []}]})
        with Console(self.house) as console:
            console.post(json.dumps(document).encode())
            view = wait_for("the verdict", lambda: (v := console.get_json("/v1/sessions/" + document["alert_id"]))["verdict"] != "none" and v)
            self.assertEqual(view["verdict"], "below_level")
            self.assertIn("error", view["why"]["sentence"])
            self.house.configure({"rules": [{"id": "all", "name": "Errors", "level": "error", "notify": []}]})
            console.process.send_signal(1)  # SIGHUP
            # In force for what comes now.
            for number in range(1000):
                document["alert_id"] = f"767f7a17-5a88-405e-a63e-{number:012d}".replace("a63e-0", "a63e-f", 1)
                console.post(json.dumps(document).encode())
                if console.get_json("/v1/incidents")["incidents"]:
                    break
            self.assertTrue(console.get_json("/v1/incidents")["incidents"])


if __name__ == "__main__":
    unittest.main()
