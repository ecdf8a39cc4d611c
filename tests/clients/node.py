# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
"""The client for Node in a service on node:http, its middleware in one shaped like express, and at the end of programs."""

import shutil
import subprocess
import unittest

from shop import CLIENTS, HERE, Contract, documents, rows

CLIENT = CLIENTS / "escalite-console.mjs"


@unittest.skipUnless(shutil.which("node"), "node is not installed")
class Node(Contract, unittest.TestCase):
    language = "node"
    command = ["node", str(HERE / "services" / "service.mjs"), str(CLIENT)]

    def run_program(self, *arguments):
        return subprocess.run(["node", *arguments], capture_output=True, text=True, timeout=60, env={
            **self.house.environment(), "ESCALITE_SERVICE": "shop"})

    def test_express_routes_are_told_with_what_they_threw(self):
        console = self.console()
        done = self.run_program(str(HERE / "services" / "express.mjs"), str(CLIENT))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        found = documents(console)
        self.assertEqual(sorted(found), ["/async", "/nowhere", "/sync", "/unanswered", "/users/7", "job broken", "job nightly"])
        for each in found.values():
            self.check_form(each[0])
        self.assertEqual(found["/users/7"][0]["api_logs"]["route"]["value"], "/users/:id")
        self.assertEqual(found["/users/7"][0]["entries"]["user"]["value"], "7?token=abc")
        self.assertEqual(found["/sync"][0]["error_logs"]["unhandled_exception"]["message"], "thrown at once")
        self.assertEqual(found["/async"][0]["error_logs"]["unhandled_exception"]["value"], "RangeError")
        self.assertEqual(found["/async"][0]["api_logs"]["response_status"]["code"], 500)
        self.assertEqual(found["/unanswered"][0]["error_logs"]["interrupted"]["log_level"], "warning")
        self.assertEqual(found["job broken"][0]["log_level"], "error")
        self.assertEqual(found["job nightly"][0]["entries"]["rows"]["value"], 3)

    def test_a_program_that_crashes_or_leaves_at_once_sends_what_waits(self):
        console = self.console()
        start = f"import escalite, {{ Session }} from '{CLIENT.as_uri()}';"
        crash = self.run_program("--input-type=module", "-e", start + "new Session('GET /open');"
                                 " escalite.session('GET /whole', () => {}); throw new Error('out of order');")
        self.assertIn("out of order", crash.stderr)
        leave = self.run_program("--input-type=module", "-e", start + "escalite.session('GET /left', () => {}); process.exit(3)")
        self.assertEqual((crash.returncode, leave.returncode), (1, 3))
        found = documents(console)
        self.assertEqual(sorted(found), ["/", "/left", "/whole"])
        self.assertEqual(found["/"][0]["error_logs"]["unhandled_exception"]["message"], "out of order")
        self.assertEqual(len(rows(console)), 3)

    def test_a_program_that_has_nothing_to_do_is_not_kept_alive(self):
        self.assertEqual(self.run_program("--input-type=module", "-e", f"import '{CLIENT.as_uri()}';").returncode, 0)
        done = self.run_program("--input-type=module", "-e", f"import escalite from '{CLIENT.as_uri()}';"
                                " escalite.session('GET /nobody', () => {});")
        self.assertEqual(done.returncode, 0)
        self.assertIn("does not take sessions", done.stderr)


if __name__ == "__main__":
    unittest.main()
