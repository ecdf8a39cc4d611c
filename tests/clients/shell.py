# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
"""The functions for shell scripts, in every shell that is installed."""

import shutil
import subprocess
import time
import unittest

from shop import CLIENTS, FRAME, Stopped, documents, rows
from console import Console, House

FUNCTIONS = CLIENTS / "escalite-console.sh"
SHELLS = [shell for shell in (["dash"], ["bash", "--posix"], ["busybox", "sh"], ["ksh"]) if shutil.which(shell[0])]


class Shell(unittest.TestCase):
    def setUp(self):
        self.house = House()
        self.addCleanup(self.house.close)

    def console(self):
        console = Console(self.house)
        self.addCleanup(console.__exit__)
        return console

    def run_script(self, shell, script, **environment):
        done = subprocess.run([*shell, "-eu", "-c", f". {FUNCTIONS}\n{script}", "nightly"], capture_output=True, text=True,
                              timeout=60, env={**self.house.environment(), **environment})
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""), shell)

    def test_a_whole_session_in_one_line(self):
        console = self.console()
        message = 'no "space" left\n\ton C:\\ – 100 % é \x01'
        for shell in SHELLS:
            self.run_script(shell, 'escalite_session "cron vacuum" error "$TEXT"', TEXT=message)
        found = documents(console)["cron vacuum"]
        self.assertEqual(len(found), len(SHELLS))
        for document in found:
            self.assertEqual([key for key in document if key not in FRAME], [])
            self.assertEqual((document["log_level"], document["escalite"]), ("error", {"format": 1}))
            self.assertEqual(document["error_logs"]["message"]["message"], message.replace("\x01", "?"))
        self.assertEqual({row["source"] for row in rows(console)}, {"nightly"})

    def test_a_script_is_seen_while_it_runs(self):
        console = self.console()
        for shell in SHELLS:
            self.run_script(shell, """
                escalite_start "cron nightly-backup"
                escalite_entry disk_free "12 %" warning
                escalite_call_start s3 "upload" "https://s3.example/b"
                """, ESCALITE_SERVICE="backup")
        self.assertEqual([row["state"] for row in rows(console)], ["open"] * len(SHELLS))
        for shell in SHELLS:
            self.run_script(shell, """
                escalite_start "POST /backup"
                escalite_call_start s3 "upload"
                escalite_call_stop s3 "quota exceeded" error 507
                escalite_entry host "a \\"b\\"" info checks
                escalite_end
                escalite_entry late "is not told"
                """)
        ended = documents(console)["/backup"]
        self.assertEqual(len(ended), len(SHELLS))
        for document in ended:
            self.assertEqual(document["api_logs"]["request_method"]["value"], "POST")
            call = document["service_logs"]["s3"]["calls"][0]
            self.assertEqual((call["message"], call["code"], call["log_level"]), ("quota exceeded", 507, "error"))
            self.assertEqual(document["sections"]["checks"]["host"]["value"], 'a "b"')
            self.assertEqual(document["log_level"], "error")
            self.assertIsNotNone(document["end_time"])

    def test_without_a_console_a_script_goes_on(self):
        for shell in SHELLS:
            self.run_script(shell, 'escalite_start "cron x"; escalite_entry a b; escalite_end; escalite_session y')
            self.run_script(shell, 'escalite_session y', ESCALITE_DISABLED="1")

    def test_a_console_that_stands_still_costs_a_script_two_seconds(self):
        console = self.console()
        with Stopped(console):
            begin = time.monotonic()
            self.run_script(SHELLS[0], 'escalite_start "cron x"; for i in 1 2 3 4 5 6; do escalite_entry a $i; done; escalite_end')
            self.assertLess(time.monotonic() - begin, 8)

    def test_the_token_is_in_no_process_list(self):
        console = self.console()
        shown = self.house.path / "curl-arguments"
        tools = self.house.path / "bin"
        tools.mkdir()
        (tools / "curl").write_text(f'#!/bin/sh\necho "$@" >>{shown}\nexec {shutil.which("curl")} "$@"\n')
        (tools / "curl").chmod(0o755)
        path = f"{tools}:{self.house.environment()['PATH']}"
        self.run_script(SHELLS[0], "escalite_session secret", PATH=path, ESCALITE_TOKEN=console.ingest_token,
                        ESCALITE_URL=f"http://{console.address}:{console.port}")
        self.assertEqual(len(rows(console)), 1)
        self.assertIn("-K -", shown.read_text())
        self.assertNotIn(console.ingest_token, shown.read_text())

    @unittest.skipUnless(shutil.which("shellcheck"), "shellcheck is not installed")
    def test_shellcheck_finds_nothing(self):
        self.assertEqual(subprocess.run(["shellcheck", str(FUNCTIONS)], capture_output=True, text=True).stdout, "")


if __name__ == "__main__":
    unittest.main()
