# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
"""A disk that is full, read-only or damaged: what was acknowledged stays, the rest is refused with a sentence, and it goes on by itself.
Full and read-only need a file system of their own, so root (or: unshare -Urm tests/e2e/disk.py)."""

import contextlib
import json
import os
import pathlib
import random
import subprocess
import tempfile
import time
import unittest
import uuid

from console import Console, GivenUp, Harness, House, wait_for
from kill import document


def new_batch(count, size=2000):
    batch = {str(uuid.uuid4()): random.randbytes(size // 2).hex() for _ in range(count)}
    return batch, b"\n".join(json.dumps({
        "alert_id": i, "api_logs": {"payload": {"value": text, "log_level": "info"}}, "service_logs": {}, "error_logs": {},
        "log_level": "info", "start_time": 1795337863.7, "end_time": 1795337863.9}).encode() for i, text in batch.items())


class Small(contextlib.AbstractContextManager):
    """A file system of a few megabytes."""

    def __init__(self, megabytes):
        self.directory = tempfile.TemporaryDirectory(prefix="escalite-disk-")
        self.path = pathlib.Path(self.directory.name)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0700", "tmpfs", self.path], capture_output=True, text=True)
        if done.returncode != 0:
            self.directory.cleanup()
            raise unittest.SkipTest("no file system can be mounted here: " + done.stderr.strip())

    def remount(self, how):
        subprocess.run(["mount", "-o", f"remount,{how}", self.path], check=True)

    def __exit__(self, *_):
        subprocess.run(["umount", "-l", self.path], check=True)
        self.directory.cleanup()


class Disk(unittest.TestCase):
    def setUp(self):
        self.stack = contextlib.ExitStack()
        self.addCleanup(self.stack.close)
        self.house = self.stack.enter_context(House())
        self.kept = {}

    def post(self, console, count=20):
        batch, body = new_batch(count)
        status, headers, answer = console.post(body, "application/x-ndjson")
        answer = json.loads(answer)
        for result in answer.get("results", ()):
            if result["status"] == "accepted":
                self.kept[result["alert_id"]] = batch[result["alert_id"]]
        return status, headers, answer

    def check_kept(self, console):
        connection = console.connect()
        for identity, text in self.kept.items():
            self.assertIn(text.encode(), console.get("/v1/sessions/" + identity, connection))
        connection.close()

    def test_full(self):
        disk = self.stack.enter_context(Small(24))
        self.house.configure({"store": {"segment_bytes": 4 * 1024 * 1024}})
        with Console(self.house, arguments=["--data-dir", str(disk.path / "data")]) as console:
            self.assertEqual(self.post(console)[0], 200)
            ballast = disk.path / "ballast"
            with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
                while True:
                    file.write(bytes(256 * 1024))
            for _ in range(2000):
                status, headers, answer = self.post(console)
                if status != 200:
                    break
            self.assertEqual(status, 507)
            self.assertGreaterEqual(int(headers["Retry-After"]), 1)
            self.assertRegex(answer["results"][-1]["reason"], "disk refused")
            status, _, body = console.post(document(str(uuid.uuid4()), None))
            self.assertEqual(status, 507)
            self.assertIn("disk", json.loads(body)["detail"])
            self.check_kept(console)  # reading goes on
            ballast.unlink()
            wait_for("storing again", lambda: self.post(console)[0] == 200, patience=10)
            self.check_kept(console)
            console.kill()
        with Console(self.house, arguments=["--data-dir", str(disk.path / "data")]) as console:
            self.check_kept(console)
            self.assertEqual(console.stop(), 0)

    def test_full_while_people_are_told(self):
        disk = self.stack.enter_context(Small(24))
        harness = self.stack.enter_context(Harness(self.house))
        self.house.configure({"notifiers": harness.notifiers, "store": {"segment_bytes": 4 * 1024 * 1024}, "settings": {"hold": "1 s"}})
        with Console(self.house, arguments=["--data-dir", str(disk.path / "data")]) as console:
            self.assertEqual(console.post(document(str(uuid.uuid4()), 1))[0], 201)
            ballast = disk.path / "ballast"
            with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
                while True:
                    file.write(bytes(4096))
            time.sleep(2)  # past the hold: what is decided cannot be committed, so it is not sent either
            self.assertEqual(console.request("GET", "/healthz")[0], 200)
            ballast.unlink()
            wait_for("the messages", lambda: len(harness.received()) == 2, patience=30)
            wait_for("the outbox", lambda: all(d["state"] in ("accepted", "delivered") for d in console.get_json("/v1/deliveries")["deliveries"]))
            self.assertEqual(console.stop(), 0)
        self.assertEqual(len(harness.received()), 2)

    def test_full_at_the_end(self):
        disk = self.stack.enter_context(Small(24))
        harness = self.stack.enter_context(Harness(self.house))
        self.house.configure({"notifiers": harness.notifiers, "store": {"segment_bytes": 4 * 1024 * 1024}, "settings": {"hold": "300 ms"}})
        arguments = ["--data-dir", str(disk.path / "data")]
        ballast = disk.path / "ballast"
        with Console(self.house, arguments=arguments) as console:
            self.assertEqual(console.post(document(str(uuid.uuid4()), 1))[0], 201)
            with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
                while True:
                    file.write(bytes(4096))
            time.sleep(0.6)  # what fell due cannot be committed
            began = time.monotonic()
            self.assertEqual(console.stop(), 0)
            self.assertLess(time.monotonic() - began, 5.5)
        ballast.unlink()
        with Console(self.house, arguments=arguments) as console:
            wait_for("the messages", lambda: len(harness.received()) == 2)
            self.assertEqual(console.stop(), 0)

    def test_full_at_the_start(self):
        disk = self.stack.enter_context(Small(1))
        with contextlib.suppress(OSError), (disk.path / "ballast").open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
        with self.assertRaisesRegex(Exception, r"(?s)ended with 1: .*(full|No space)"):
            Console(self.house, arguments=["--data-dir", str(disk.path / "data")])

    def test_read_only(self):
        disk = self.stack.enter_context(Small(24))
        self.house.configure({"store": {"segment_bytes": 4 * 1024 * 1024}})
        arguments = ["--data-dir", str(disk.path / "data")]
        with Console(self.house, arguments=arguments) as console:
            self.assertEqual(self.post(console)[0], 200)
            self.assertEqual(console.stop(), 0)
        disk.remount("ro")
        with self.assertRaisesRegex(Exception, r"(?s)ended with 1: .*[Rr]ead-only"):
            Console(self.house, arguments=arguments)
        disk.remount("rw")
        with Console(self.house, arguments=arguments) as console:
            self.assertEqual(self.post(console)[0], 200)
            self.check_kept(console)
            self.assertEqual(console.stop(), 0)


class Damage(Disk):
    test_full = test_full_while_people_are_told = test_full_at_the_end = test_full_at_the_start = test_read_only = None

    def data(self, name):
        return next((self.house.path / "data").rglob(name))

    def fill(self):
        with Console(self.house) as console:
            for _ in range(5):
                self.assertEqual(self.post(console, 50)[0], 200)
            self.assertEqual(console.post(document(str(uuid.uuid4()), 1))[0], 201)
            wait_for("an incident", lambda: console.get_json("/v1/incidents")["incidents"])
            self.assertEqual(console.stop(), 0)

    def test_a_flipped_bit_in_the_journal(self):
        self.fill()
        log = next(p for p in (self.house.path / "data").rglob("segment-*") if p.stat().st_size > 100_000)
        whole = log.read_bytes()
        base = dict(self.kept)
        for place in sorted(random.sample(range(len(whole)), 8)):
            self.kept = dict(base)
            with self.subTest(place):
                log.write_bytes(whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1:])
                with Console(self.house) as console:
                    stored = {s["alert_id"] for s in console.pages("/v1/sessions?limit=1000", "sessions")}
                    for identity in self.kept.keys() & stored:
                        status, _, body = console.request("GET", "/v1/sessions/" + identity, token=console.operator_token)
                        self.assertTrue(status != 200 or self.kept[identity].encode() in body, "an altered document was served")
                    self.assertGreaterEqual(len(base.keys() & stored), len(base) * 9 // 10)
                    self.assertEqual(self.post(console)[0], 200)
                    self.assertEqual(console.stop(), 0)

    def damage_state(self, change):
        self.fill()
        state = self.data("state.sqlite")
        before = state.read_bytes()
        damaged = change(before)
        state.write_bytes(damaged)
        with Console(self.house) as console:
            aside = self.data("state.sqlite.damaged-1")
            self.assertEqual(aside.read_bytes(), damaged)
            self.assertIn(aside.name, console.log_text())
            self.check_kept(console)
            self.assertEqual(console.get_json("/v1/incidents")["incidents"], [])  # and nobody is told anew of what is old
            self.assertEqual(console.post(document(str(uuid.uuid4()), 1))[0], 201)
            wait_for("an incident", lambda: len(console.get_json("/v1/incidents")["incidents"]) == 1)
            self.assertEqual(console.stop(), 0)
        with Console(self.house) as console:
            self.assertEqual(len(console.get_json("/v1/incidents")["incidents"]), 1)
            self.assertFalse(list((self.house.path / "data").rglob("state.sqlite.damaged-2")))
            self.assertEqual(console.stop(), 0)

    def test_a_truncated_store(self):
        self.damage_state(lambda before: before[: len(before) // 2 + 77])

    def test_a_store_overwritten_in_the_middle(self):
        self.damage_state(lambda before: before[:8192] + os.urandom(16384) + before[24576:])

    def test_a_store_that_is_something_else(self):
        self.damage_state(lambda before: b"garbage " * 4096)

    def test_a_flipped_bit_in_the_store_harms_nobody(self):
        self.fill()
        state = self.data("state.sqlite")
        whole = state.read_bytes()
        for place in random.sample(range(len(whole)), 8):
            with self.subTest(place):
                state.write_bytes(whole[:place] + bytes([whole[place] ^ 0x04]) + whole[place + 1:])
                try:
                    console = Console(self.house)
                except GivenUp as refused:  # a table's own definition was hit: it says so and leaves the file alone
                    self.assertRegex(str(refused), r"(?s)ended with 1: .*state\.sqlite")
                    continue
                with console:
                    console.get_json("/v1/deliveries")
                    self.assertEqual(self.post(console)[0], 200)
                    self.check_kept(console)
                    self.assertEqual(console.stop(), 0)
                for other in (self.house.path / "data").rglob("state.sqlite-*"):
                    other.unlink()


if __name__ == "__main__":
    unittest.main()
