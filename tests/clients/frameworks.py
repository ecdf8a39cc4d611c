# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
"""The middlewares within the servers and frameworks that people use, where they are installed: gunicorn with Flask,
uvicorn, express (Debian's, or the folder that ESCALITE_EXPRESS names)."""

import importlib.util
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import unittest
import urllib.error
import urllib.request

from shop import CLIENTS, HERE, documents, rows
from console import Console, House, wait_for

EXPRESS = pathlib.Path(os.environ.get("ESCALITE_EXPRESS", "/usr/share/nodejs/express"))


def missing(*modules):
    """Those of modules that this Python does not have."""
    return ", ".join(each for each in modules if importlib.util.find_spec(each) is None)


class Frameworks(unittest.TestCase):
    def setUp(self):
        self.house = House()
        self.addCleanup(self.house.close)
        self.console = Console(self.house)
        self.addCleanup(self.console.__exit__)

    def serve(self, command, port=None, **environment):
        """Starts a service, which says its port unless it is told one."""
        self.log = open(self.house.path / "service.log", "ab")
        self.addCleanup(self.log.close)
        self.process = subprocess.Popen(command, stdout=None if port else subprocess.PIPE, stderr=self.log, text=True, env={
            **self.house.environment(), "ESCALITE_SERVICE": "shop", "PYTHONPATH": f"{CLIENTS}:{HERE / 'services'}", **environment})
        self.addCleanup(self.stop)
        if not port:
            self.addCleanup(self.process.stdout.close)
        self.port = port or int(self.process.stdout.readline())
        wait_for("the service", self.is_up)

    def is_up(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)

    def get(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def check(self, paths):
        """What is stored of the users and of the request that fails, after the service has ended."""
        for number in range(20):
            self.assertEqual(self.get(f"/users/{number}"), (200, "user\n"))
        self.assertEqual(self.get("/throw")[0], 500)
        for path in paths:
            self.assertEqual(self.get(path)[0], 200)
        self.stop()
        found = documents(self.console)
        self.assertEqual(sorted(found), sorted([*(f"/users/{n}" for n in range(20)), "/throw", *paths]))
        self.assertTrue(all(len(each) == 1 for each in found.values()))
        listed = {row["path"]: (row["method"], row["code"], row["level"]) for row in rows(self.console)}
        self.assertEqual(listed["/users/7"][:2], ("GET", 200))
        self.assertEqual(listed["/throw"], ("GET", 500, "error"))
        return found

    @unittest.skipIf(missing("gunicorn", "flask"), f"not installed: {missing('gunicorn', 'flask')}")
    def test_flask_under_gunicorn_with_workers_that_were_forked(self):
        port = free_port()
        self.serve([sys.executable, "-m", "gunicorn", "--preload", "--workers", "2", "--bind", f"127.0.0.1:{port}",
                    "flaskshop:watched"], port)
        found = self.check(["/stream"])
        user = found["/users/7"][0]
        self.assertEqual(user["entries"]["user"]["value"], "7")
        self.assertEqual(user["sections"]["logging"]["shop"]["message"], "asked for 7")
        self.assertEqual(user["service_logs"]["stock"]["calls"][0]["code"], 200)
        self.assertEqual(list(found["/stream"][0]["entries"]), ["part_0", "part_1", "part_2"])
        self.assertIn("the basket is torn", found["/throw"][0]["error_logs"]["shop"]["error_trace"], "as Flask logs it")

    @unittest.skipIf(missing("uvicorn"), "not installed: uvicorn")
    def test_uvicorn(self):
        port = free_port()
        self.serve([sys.executable, "-m", "uvicorn", "--log-level", "critical", "--port", str(port), "asgishop:watched"], port)
        found = self.check([])
        self.assertEqual(found["/users/7"][0]["entries"]["path"]["value"], "/users/7")
        self.assertEqual(found["/throw"][0]["error_logs"]["unhandled_exception"]["value"], "ValueError")

    @unittest.skipUnless(shutil.which("node") and EXPRESS.exists(), "not installed: express")
    def test_express(self):
        self.serve(["node", str(HERE / "services" / "expressshop.mjs"), str(CLIENTS / "escalite-console.mjs"), str(EXPRESS)])
        found = self.check([])
        self.assertEqual(found["/users/7"][0]["api_logs"]["route"]["value"], "/users/:number")
        self.assertEqual(found["/users/7"][0]["entries"]["user"]["value"], "7")
        self.assertEqual(found["/throw"][0]["error_logs"]["unhandled_exception"]["message"], "the basket is torn")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


if __name__ == "__main__":
    unittest.main(verbosity=2)
