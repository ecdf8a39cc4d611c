# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
"""What the Welcome page shows works when it is pasted, beside the file of its language."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest
import urllib.request

from shop import CLIENTS, documents, rows
from console import Console, House, wait_for
from go import BUILT, build

SNIPPETS = CLIENTS.parent / "snippets"


class Snippets(unittest.TestCase):
    def setUp(self):
        self.house = House()
        self.addCleanup(self.house.close)
        self.console = Console(self.house)
        self.addCleanup(self.console.__exit__)

    def text(self, name):
        text = (SNIPPETS / name).read_text()
        text = text.replace("{{url}}", f"http://{self.console.address}:{self.console.port}/v1/sessions")
        text = text.replace("{{token}}", self.console.ingest_token)
        self.assertNotIn("{{", text)
        return text

    def pasted(self, name):
        done = subprocess.run(["/bin/sh", "-c", self.text(name)], capture_output=True, text=True, timeout=60,
                              env={"PATH": os.environ["PATH"]})
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def served(self, command, **more):
        """Runs a service, calls it once, and stops it."""
        with subprocess.Popen(command, env={**self.house.environment(), "XDG_RUNTIME_DIR": ""}, **more) as process:
            def answers():
                try:
                    with urllib.request.urlopen("http://127.0.0.1:%d/hello" % self.port, timeout=10) as answer:
                        return answer.read()
                except OSError:
                    return process.poll() is not None

            try:
                self.assertEqual(wait_for("its answer", answers), b"Hello\n")
                self.row()
            finally:
                process.kill()

    def row(self):
        [row] = wait_for("the row", lambda: rows(self.console))
        self.assertEqual((row["method"], row["path"], row["source"]), ("GET", "/hello", "my-app"))
        return documents(self.console)["/hello"][0]

    def somewhere_free(self, text):
        """The snippet on a free port instead of 8080."""
        import socket
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        return re.sub(r"\b8080\b", str(self.port), text)

    def test_curl(self):
        self.assertIn("accepted", self.pasted("curl.txt"))
        self.row()

    def test_events(self):
        self.assertEqual(self.pasted("events.txt").count('"accepted":1'), 4)
        document = self.row()
        self.assertEqual(document["service_logs"]["payment-gateway"]["calls"][0]["code"], 200)
        self.assertGreaterEqual(document["time_elapsed"], 2.9)

    def test_python(self):
        program = self.house.path / "program.py"
        program.write_text(self.text("python.txt"))
        shutil.copy(CLIENTS / "escalite_console.py", self.house.path)
        subprocess.run([sys.executable, str(program)], check=True, timeout=60, env={"PATH": os.environ["PATH"]})
        self.assertEqual(self.row()["service_logs"]["payment-gateway"]["message"], "It works")

    def test_cpp(self):
        program = os.environ.get("ESCALITE_CPP_SNIPPET", "build/dev/bin/cppsnippet")
        subprocess.run([program], check=True, timeout=60, env={
            "SNIPPET_url": f"http://{self.console.address}:{self.console.port}/v1/sessions",
            "SNIPPET_token": self.console.ingest_token})
        document = self.row()
        self.assertEqual(document["entries"]["customer"]["value"], 42)
        self.assertEqual(document["service_logs"]["payment-gateway"]["code"], 200)

    @unittest.skipUnless(shutil.which("node"), "node is not installed")
    def test_node(self):
        program = self.house.path / "program.mjs"
        program.write_text(self.somewhere_free(self.text("node.txt")))
        shutil.copy(CLIENTS / "escalite-console.mjs", self.house.path)
        self.served(["node", str(program)])
        self.assertEqual(self.row()["service_logs"]["payment-gateway"]["code"], 200)

    @unittest.skipUnless(shutil.which("go"), "go is not installed")
    def test_go(self):
        program = build(self.somewhere_free(self.text("go.txt")), BUILT / "snippet", "my-app")
        self.served([str(program)])
        self.assertEqual(self.row()["service_logs"]["payment-gateway"]["message"], "It works")


if __name__ == "__main__":
    unittest.main()
