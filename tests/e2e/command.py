# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
"""escalite run: the command runs as if it had been started alone, and its run is a session."""

import os
import pathlib
import signal
import subprocess
import unittest

from console import BIN, PATIENCE, Console, House, wait_for

ESCALITE = str(BIN / "escalite")


class Command(unittest.TestCase):
    def setUp(self):
        self.house = House()
        self.addCleanup(self.house.close)
        self.environment = self.house.environment()
        self.console = None

    def start_console(self):
        self.console = Console(self.house)
        self.addCleanup(self.console.__exit__)
        return self.console

    def run_command(self, *command, options=(), **how):
        how = {"input": b"", "cwd": self.house.path, "env": self.environment, **how}
        return subprocess.run([ESCALITE, "run", *options, "--", *command], capture_output=True, timeout=PATIENCE, **how)

    def open_command(self, *command, options=()):
        process = subprocess.Popen([ESCALITE, "run", *options, "--", *command], env=self.environment, stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(self.put_away, process)
        return process

    @staticmethod
    def put_away(process):
        if process.poll() is None:
            process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            pipe.close()

    def session(self, **expected):
        """The newest session once it is as expected, and its document."""
        def probe():
            rows = self.console.get_json("/v1/sessions?limit=1")["sessions"]
            return rows and all(rows[0][name] == value for name, value in expected.items()) and rows[0]
        row = wait_for(f"a session with {expected}", probe)
        return row, self.console.get_json(f"/v1/sessions/{row['alert_id']}")["document"]

    def test_says_what_it_can_do(self):
        def say(*arguments):
            return subprocess.run([ESCALITE, *arguments], env=self.environment, capture_output=True, text=True, timeout=PATIENCE)
        self.assertRegex(say("--version").stdout, r"^escalite \d+\.\d+\.\d+\n$")
        self.assertIn("run", say("--help").stdout)
        self.assertIn("ESCALITE_TOKEN_FILE", say("run", "--help").stdout)
        for wrong in ((), ("walk",), ("run",), ("run", "--"), ("run", "--lvel", "error", "true"), ("run", "--level", "bad", "true")):
            answer = say(*wrong)
            self.assertEqual((answer.returncode, answer.stdout), (64, ""), wrong)
            self.assertIn("--help", answer.stderr)

    def test_a_run_that_is_well(self):
        self.start_console()
        done = self.run_command("true")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"", b""))
        row, document = self.session(state="ended")
        self.assertEqual((row["method"], row["path"], row["level"], row["code"]), ("RUN", "true", "info", 0))
        self.assertEqual(document["api_logs"]["command"]["value"], "true")
        self.assertEqual(document["api_logs"]["directory"]["value"], str(self.house.path))
        self.assertEqual(document["error_logs"], {})

    def test_a_run_that_fails(self):
        self.start_console()
        done = self.run_command("sh", "-c", "echo tar: disk full >&2; exit 3", options=("--route", "CRON backup", "--source", "nightly", "--key", "backup",
                                                                                    "--level", "critical"))
        self.assertEqual((done.returncode, done.stdout, done.stderr), (3, b"", b"tar: disk full\n"))
        row, document = self.session(state="ended")
        self.assertEqual((row["source"], row["method"], row["path"], row["level"], row["code"]), ("nightly", "CRON", "backup", "critical", 3))
        self.assertEqual(row["message"], "sh ended with exit code 3: tar: disk full")
        self.assertEqual(document["error_logs"]["backup"]["code"], 3)
        self.assertEqual(document["error_logs"]["stderr line 1"]["value"], "tar: disk full")
        self.assertEqual(document["error_logs"]["stderr line 1"]["log_level"], "warning")

    def test_output_passes_through_unchanged(self):
        self.start_console()
        script = self.house.path / "script"
        script.write_bytes(b"#!/bin/sh\nprintf 'gr\\303\\266\\303\\237e\\n'; printf 'bad \\377\\n' >&2; printf '\\033[31mred\\033[0m\\r\\n'; cat; printf 'no end'\n")
        script.chmod(0o755)
        data = os.urandom(300_000)
        done = self.run_command(str(script), options=("--stderr", "error"), input=data)
        self.assertEqual(done.returncode, 0)
        self.assertTrue(done.stdout == b"gr\xc3\xb6\xc3\x9fe\n\x1b[31mred\x1b[0m\r\n" + data + b"no end", "stdout differs")
        self.assertEqual(done.stderr, b"bad \xff\n")
        row, document = self.session(state="ended")
        output = document["sections"]["output"]
        self.assertEqual((output["line 1"]["value"], output["line 2"]["value"]), ("größe", "red"))
        self.assertTrue(any(isinstance(e, dict) and str(e.get("value")).endswith("no end") for e in output.values()))
        self.assertEqual(document["error_logs"]["stderr line 1"]["value"], "bad \ufffd")
        self.assertEqual(row["level"], "error")

    def test_lines_are_in_the_console_while_it_runs(self):
        self.start_console()
        process = self.open_command("sh", "-c", "echo first; read x; echo second")
        self.assertEqual(process.stdout.readline(), b"first\n")
        wait_for("the first line", lambda: self.session(state="open")[1].get("sections", {}).get("output", {}).get("line 1"))
        process.stdin.write(b"\n")
        process.stdin.flush()
        self.assertEqual(process.stdout.readline(), b"second\n")
        self.assertEqual(process.wait(PATIENCE), 0)
        _, document = self.session(state="ended")
        self.assertEqual(document["sections"]["output"]["line 2"]["value"], "second")

    def test_long_output_is_cut_in_the_middle(self):
        self.start_console()
        done = self.run_command("sh", "-c", "seq 1 20000; seq 1 50 >&2")
        self.assertEqual(done.stdout, b"".join(b"%d\n" % i for i in range(1, 20001)))
        _, document = self.session(state="ended")
        output = document["sections"]["output"]
        kept = [int(name[5:]) for name in output if name.startswith("line ")]
        self.assertEqual(kept, [*range(1, 101), *range(19901, 20001)])
        self.assertTrue(all(output[f"line {i}"]["value"] == str(i) for i in kept))
        self.assertIn("19800 lines", output["left out"]["value"])
        self.assertEqual(len([n for n in document["error_logs"] if n.startswith("stderr line")]), 50)

    def test_signals_go_on_to_the_command(self):
        self.start_console()
        for script, number, status in (("trap 'exit 7' USR1; echo up; while :; do sleep 0.05; done", signal.SIGUSR1, 7),
                                       ("echo up; exec sleep 600", signal.SIGTERM, 143),
                                       ("echo up; exec sleep 600", signal.SIGINT, 130)):
            process = self.open_command("sh", "-c", script)
            self.assertEqual(process.stdout.readline(), b"up\n")
            process.send_signal(number)
            self.assertEqual(process.wait(PATIENCE), status)
            row, _ = self.session(state="ended", code=status)
            self.assertEqual(row["level"], "error")
        self.assertEqual(row["message"], "sh was ended by SIGINT")
        self.assertEqual(self.run_command("sh", "-c", "kill -9 $$").returncode, 137)

    def test_what_cannot_be_started(self):
        self.start_console()
        plain = self.house.path / "plain"
        plain.write_text("echo no interpreter line")
        for command, status, told in (("no-such-command", 127, "no-such-command was not found"), (str(plain), 126, "plain could not be started")):
            done = self.run_command(command)
            self.assertEqual((done.returncode, done.stdout, done.stderr.count(b"\n")), (status, b"", 1))
            row, _ = self.session(state="ended", code=None, level="error", path=pathlib.Path(command).name)
            self.assertIn(told, row["message"])
        plain.chmod(0o755)
        self.assertEqual(self.run_command(str(plain)).stdout, b"no interpreter line\n")

    def test_runs_without_a_console(self):
        done = self.run_command("sh", "-c", "echo out; exit 5")
        self.assertEqual((done.returncode, done.stdout), (5, b"out\n"))
        self.assertRegex(done.stderr.decode(), r"^escalite: [^\n]+\n$")
        done = self.run_command("sh", "-c", "echo err >&2", options=("--quiet",))
        self.assertEqual((done.returncode, done.stderr), (0, b"err\n"))

    def test_a_frozen_console_holds_nobody_up(self):
        console = self.start_console()
        console.process.send_signal(signal.SIGSTOP)
        try:
            done = self.run_command("echo", "out")
        finally:
            console.process.send_signal(signal.SIGCONT)
        self.assertEqual((done.returncode, done.stdout), (0, b"out\n"))
        self.assertRegex(done.stderr.decode(), r"^escalite: [^\n]+\n$")

    def test_secrets_of_the_command_line_stay_here(self):
        self.start_console()
        self.run_command("sh", "-c", ":", "x", "--password", "geheim-1", "TOKEN=geheim-2", "https://bo:geheim-3@db/")
        _, document = self.session(state="ended")
        self.assertNotIn("geheim", str(document))
        self.assertIn("[hidden: secret]", document["api_logs"]["command"]["value"])

    def test_a_reader_that_goes_ends_the_command_as_without_us(self):
        process = self.open_command("sh", "-c", "exec yes", options=("--quiet",))
        process.stdout.readline()
        process.stdout.close()
        self.assertEqual(process.wait(PATIENCE), 128 + signal.SIGPIPE)

    def test_waits_for_nobody_but_the_command(self):
        process = self.open_command("sh", "-c", "sleep 600 & echo $!", options=("--quiet",))
        left_behind = int(process.stdout.readline())
        try:
            self.assertEqual(process.wait(PATIENCE), 0)
            os.kill(left_behind, 0)  # is still there, and holds our pipe
        finally:
            os.kill(left_behind, signal.SIGKILL)

    def test_runs_with_closed_streams(self):
        self.start_console()
        done = subprocess.run(["sh", "-c", f"'{ESCALITE}' run -- sh -c 'echo out; echo err >&2; exit 4' <&- >&- 2>&-"], env=self.environment, timeout=PATIENCE)
        self.assertEqual(done.returncode, 4)
        _, document = self.session(state="ended")
        self.assertEqual(document["sections"]["output"]["line 1"]["value"], "out")


if __name__ == "__main__":
    unittest.main()
