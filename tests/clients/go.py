# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
"""The client for Go in a service on net/http; built without the network."""

import os
import pathlib
import shutil
import subprocess
import unittest

from shop import CLIENTS, HERE, Contract

BUILT = pathlib.Path(os.environ.get("ESCALITE_GO_DIR", "build/dev/tests/clients/go")).resolve()


def go(folder, *arguments):
    environment = {**os.environ, "GOFLAGS": "-mod=mod", "GOPROXY": "off", "CGO_ENABLED": "0", "GOCACHE": str(BUILT / "cache")}
    done = subprocess.run(["go", *arguments], cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(done.stdout + done.stderr)


def build(text, folder, module):
    """The program that text is, with the client beside it."""
    (folder / "escaliteconsole").mkdir(parents=True, exist_ok=True)
    shutil.copy(CLIENTS / "escalite_console.go", folder / "escaliteconsole")
    (folder / "main.go").write_text(text)
    (folder / "go.mod").write_text(f"module {module}\n\ngo 1.19\n")
    go(folder, "build", "-o", "program", ".")
    return folder / "program"


@unittest.skipUnless(shutil.which("go"), "go is not installed")
class Go(Contract, unittest.TestCase):
    language = "go"
    folder = BUILT / "shop"
    command = [str(folder / "program")]

    @classmethod
    def setUpClass(cls):
        build((HERE / "services" / "go" / "main.go").read_text(), cls.folder, "shop")

    def test_it_is_written_as_go_is(self):
        go(self.folder, "vet", "./...")
        found = subprocess.run(["gofmt", "-l", str(CLIENTS), str(HERE)], capture_output=True, text=True, check=True)
        self.assertEqual(found.stdout, "")


if __name__ == "__main__":
    unittest.main()
