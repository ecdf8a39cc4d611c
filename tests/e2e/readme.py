# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
"""Runs every code block of the README against a real console, in the order of the page."""

import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

from console import BIN, Console, House

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

# The two commands build first; here what they start has been built already.
RUN = """#!/usr/bin/env bash
case "$*" in
--harness*) shift; exec "$BIN/escalite-harness" "$@" ;;
*--demo*) timeout 5 "$BIN/escalite-console" "$@"; [ $? -eq 124 ] ;;
*) exec "$BIN/escalited" "$@" ;;
esac
"""
TESTS = """#!/usr/bin/env bash
exec ctest --test-dir "$BIN/.." -R '^layers$' "$@"
"""


class Library:
    """The project of the blocks for CMake and C++: both together are built against the installed library, and run."""

    def __init__(self, place):
        self.place = place
        self.lines = None

    def given(self, kind, code):
        """The command to run once both are there."""
        if kind == "cmake":
            self.lines = code
            return None
        project = self.place / "shop"
        project.mkdir()
        (project / "CMakeLists.txt").write_text("cmake_minimum_required(VERSION 3.25)\nproject(shop LANGUAGES CXX)\n" + self.lines)
        (project / "shop.cpp").write_text(code)
        prefix = shlex.quote(str(self.place / "prefix"))
        return ["bash", "-euo", "pipefail", "-c",
                f'cmake --install "$BIN/.." --component Devel --prefix {prefix} && cmake -S shop -B shop/build -G Ninja'
                f" -DCMAKE_PREFIX_PATH={prefix} && cmake --build shop/build && shop/build/shop"]


def blocks(text):
    for match in re.finditer(r"^```(\w*)\n(.*?)^```$", text, re.M | re.S):
        yield text[: match.start()].count("\n") + 2, match[1], match[2]


def main():
    failures = 0
    with House() as house:
        for name, script in (("app/run.sh", RUN), ("tests/run.sh", TESTS)):
            path = house.path / name
            path.parent.mkdir()
            path.write_text(script)
            path.chmod(0o755)
        library = Library(house.path)
        with Console(house) as console:
            environment = {**house.environment(), "BIN": str(BIN.resolve())}
            count = 0
            for line, kind, code in blocks((ROOT / "README.md").read_text()):
                count += 1
                code = code.replace(":4377", f":{console.port}")
                if kind == "sh":
                    command = ["bash", "-euo", "pipefail", "-c", code]
                elif kind == "python":
                    command = [sys.executable, "-c", code]
                elif kind in ("cmake", "cpp"):
                    command = library.given(kind, code)
                    if not command:
                        continue
                elif kind == "json":
                    target = house.path / "config" / "escalite" / "escalite.json"
                    target.write_text(code)
                    command = [str(BIN / "escalited"), "--check-config"]
                else:
                    print(f"README.md:{line}: no way to run a block of “{kind}”")
                    failures += 1
                    continue
                done = subprocess.run(command, cwd=house.path, env=environment, capture_output=True, text=True, timeout=120)
                refused = re.search(r'"status": ?[45]\d\d', done.stdout)
                if done.returncode != 0 or refused:
                    failures += 1
                    print(f"README.md:{line}: {kind} block ended with {done.returncode}\n{done.stdout[-1500:]}\n{done.stderr[-1500:]}")
            sessions = {s["alert_id"] for s in console.pages("/v1/sessions", "sessions")}
            for wanted in ("5f3c9a1e-62d4-4b0e-9c77-1f0a8be2d3c4", "2b1c1f0e-6a7d-4f6e-8f0a-3d2f4f1f9a10"):
                if wanted not in sessions:
                    failures += 1
                    print(f"README.md: the session {wanted} did not arrive")
            if not any((s["method"], s["path"]) == ("POST", "/pay") for s in console.pages("/v1/sessions", "sessions")):
                failures += 1
                print("README.md: the session of the C++ block did not arrive")
            print(f"{count} blocks, {failures} failed")
    return 1 if failures or count < 5 else 0


if __name__ == "__main__":
    sys.exit(main())
