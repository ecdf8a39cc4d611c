# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
"""The client for Python: in a WSGI service, under ASGI, with logging, in prefork servers, within Python Escalite."""

import asyncio
import concurrent.futures
import json
import logging
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
import unittest
import unittest.mock

from shop import CLIENTS, HERE, Contract, Stopped, documents, rows

sys.path.insert(0, str(CLIENTS))

import escalite_console  # noqa: E402
from console import Console, House, fixture_files, wait_for  # noqa: E402


class Wsgi(Contract, unittest.TestCase):
    language = "python"
    command = [sys.executable, str(HERE / "services" / "service.py")]


class InProcess(unittest.TestCase):
    """The client in the process of the test."""

    def setUp(self):
        self.house = House()
        self.addCleanup(self.house.close)
        self.console = Console(self.house)
        self.addCleanup(self.console.__exit__)
        here = {name: value for name, value in self.house.environment().items() if name.startswith("XDG_")}
        environment = unittest.mock.patch.dict(os.environ, here)
        environment.start()
        self.addCleanup(environment.stop)
        self.sink = escalite_console.configure(service="shop", delay=0.02, first_retry=0.05, last_retry=0.2)
        self.addCleanup(self.sink.close)

    def stored(self):
        self.assertTrue(escalite_console.flush(30))
        return documents(self.console)


async def called(app, path, **scope):
    """What a server does with an ASGI application: the messages that it sent."""
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    await app({"type": "http", "method": "GET", "path": path, "headers": [(b"host", b"shop")], **scope}, receive, send)
    return sent


class Asgi(InProcess):
    @staticmethod
    async def app(scope, receive, send):
        name, _, rest = scope["path"].strip("/").partition("/")
        await receive()
        if name == "throw":
            raise ValueError("the basket is torn")
        status = 502 if name == "upstream" else 200
        await send({"type": "http.response.start", "status": status, "headers": []})
        if name == "late":
            raise OSError("after the beginning of the answer")
        for part in range(3 if name == "stream" else 0):
            await asyncio.sleep(0.02)
            escalite_console.log(f"part_{part}", part)
            await send({"type": "http.response.body", "body": b"part", "more_body": True})
        if name == "fine":
            with escalite_console.call("stock") as stock:
                await asyncio.sleep(0.01)
                stock.finish(rest, code=200)
            await asyncio.to_thread(escalite_console.log, "number", rest)
            scope["route"] = type("Route", (), {"path": "/fine/{number}"})
        if name == "hang":
            await asyncio.sleep(60)
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        await asyncio.sleep(0.01)
        escalite_console.log("background", "task")

    def test_routes_are_told_as_they_behaved(self):
        app = escalite_console.ASGI(self.app)
        asyncio.run(called(app, "/upstream"))
        asyncio.run(called(app, "/stream", root_path="/mounted"))
        with self.assertRaisesRegex(ValueError, "the basket is torn"):
            asyncio.run(called(app, "/throw"))
        with self.assertRaises(OSError):
            asyncio.run(called(app, "/late"))
        found = self.stored()
        self.assertEqual(sorted(found), ["/late", "/mounted/stream", "/throw", "/upstream"])
        listed = {row["path"]: (row["code"], row["level"]) for row in rows(self.console)}
        self.assertEqual(listed["/upstream"], (502, "error"))
        self.assertEqual(listed["/throw"], (500, "error"))
        self.assertEqual(listed["/late"], (200, "error"))
        self.assertIn("torn", found["/throw"][0]["error_logs"]["unhandled_exception"]["error_trace"])
        self.assertEqual(list(found["/mounted/stream"][0]["entries"]), ["part_0", "part_1", "part_2", "background"])
        self.assertGreaterEqual(found["/mounted/stream"][0]["time_elapsed"], 0.06)

    def test_tasks_and_threads_belong_to_their_request(self):
        app = escalite_console.ASGI(self.app)

        async def all_at_once():
            await asyncio.gather(*(called(app, f"/fine/{n}") for n in range(50)))

        asyncio.run(all_at_once())
        found = self.stored()
        for n in range(50):
            [document] = found[f"/fine/{n}"]
            self.assertEqual(document["entries"]["number"]["value"], str(n))
            self.assertEqual(document["service_logs"]["stock"]["message"], str(n))
            self.assertEqual(document["api_logs"]["route"]["value"], "/fine/{number}")

    def test_a_request_that_is_cancelled_is_no_error(self):
        async def given_up():
            with self.assertRaises(asyncio.TimeoutError):
                await asyncio.wait_for(called(escalite_console.ASGI(self.app), "/hang"), 0.05)

        asyncio.run(given_up())
        [document] = self.stored()["/hang"]
        self.assertEqual((document["log_level"], list(document["error_logs"])), ("warning", ["log_level", "interrupted"]))

    def test_what_is_no_http_passes_through(self):
        seen = []

        async def app(scope, receive, send):
            seen.append(scope["type"])

        asyncio.run(escalite_console.ASGI(app)({"type": "lifespan"}, None, None))
        self.assertEqual((seen, self.stored()), (["lifespan"], {}))


class Wrapped(InProcess):
    def test_a_body_that_is_closed_early_ends_its_session(self):
        def app(environ, start_response):
            start_response("200 OK", [])
            try:
                for part in range(100):
                    yield b"part"
            finally:
                escalite_console.log("closed", True)

        body = escalite_console.WSGI(app)({"REQUEST_METHOD": "GET", "PATH_INFO": "/stream"}, lambda *_: None)
        self.assertEqual(next(iter(body)), b"part")
        self.assertIsNone(escalite_console.current())
        body.close()
        [document] = self.stored()["/stream"]
        self.assertIs(document["entries"]["closed"]["value"], True)
        self.assertEqual(document["log_level"], "info")

    def test_a_body_that_fails_midway_is_an_error(self):
        def app(environ, start_response):
            start_response("200 OK", [])
            yield b"part"
            raise OSError("the disk is gone")

        body = escalite_console.WSGI(app)({"REQUEST_METHOD": "GET", "PATH_INFO": "/stream"}, lambda *_: None)
        with self.assertRaisesRegex(OSError, "the disk is gone"):
            list(body)
        [document] = self.stored()["/stream"]
        self.assertEqual(document["error_logs"]["unhandled_exception"]["value"], "OSError")
        self.assertEqual(document["api_logs"]["response_status"]["code"], 200)


class Sessions(InProcess):
    def test_log_records_become_entries_of_their_request(self):
        log = logging.getLogger("shop.db")
        handler = escalite_console.Handler()
        log.addHandler(handler)
        self.addCleanup(log.removeHandler, handler)
        log.propagate = False
        log.warning("outside, and no error")
        with escalite_console.Session("GET /logged"):
            log.warning("slow: %d ms", 300)
            log.warning("slow again")
            try:
                raise KeyError("row")
            except KeyError:
                log.exception("no such row")
        log.error("outside")
        found = self.stored()
        logged = found["/logged"][0]
        self.assertEqual([logged["sections"]["logging"][key]["message"] for key in ("shop.db", "shop.db (2)")],
                         ["slow: 300 ms", "slow again"])
        self.assertIn("KeyError", logged["error_logs"]["shop.db"]["error_trace"])
        self.assertEqual(logged["log_level"], "error")
        self.assertEqual([each["error_logs"]["shop.db"]["message"] for each in found["/"]], ["outside"])

    def test_sessions_nest_and_levels_follow_the_rules(self):
        with escalite_console.Session("outer") as outer:
            with escalite_console.Session("inner") as inner:
                self.assertIs(escalite_console.current(), inner)
                inner.log("a", 1, tag="api_logs", level="error")
                inner.log("a", None, tag="api_logs", extras={"b": 2})
                self.assertEqual(inner.set_level("warning"), "error")
                self.assertEqual(inner.set_level("info", force=True), "info")
            self.assertIs(escalite_console.current(), outer)
            inner.log("late", 1)
        found = self.stored()
        inner = found["inner"][0]
        self.assertEqual((inner["log_level"], inner["forced"]), ("info", True))
        entry = inner["api_logs"]["a"]
        self.assertEqual((entry["value"], entry["log_level"], entry["peak_level"], entry["extras"]),
                         (1, "info", "error", {"b": 2}))
        self.assertNotIn("entries", inner, "what comes late is lost")
        self.assertEqual(self.sink.discarded["late"], 1, "and counted")
        self.assertIn("late", wait_for("what was lost", lambda: rows(self.console, gap=True))[0]["message"])
        self.assertEqual(found["outer"][0]["log_level"], "info")

    def test_what_comes_after_the_end_of_a_live_session_is_told(self):
        sink = escalite_console.Sink(service="shop", live=True, delay=0.02)
        self.addCleanup(sink.close)
        with escalite_console.Session("GET /live", sink=sink) as session:
            call = session.call("stock")
        session.log("late", 1, level="error")
        call.finish("there")
        self.assertTrue(sink.flush(30))
        document = documents(self.console)["/live"][0]
        self.assertEqual((document["entries"]["late"]["value"], document["log_level"]), (1, "error"))
        self.assertEqual(document["service_logs"]["stock"]["calls"][0]["message"], "there")
        self.assertEqual(sink.discarded, {})

    def test_threads_take_their_request_along_when_they_are_bound(self):
        with escalite_console.Session("GET /pool"), concurrent.futures.ThreadPoolExecutor(4) as pool:
            list(pool.map(escalite_console.bind(lambda n: escalite_console.log(f"n{n}", n)), range(20)))
        self.assertEqual(len(self.stored()["/pool"][0]["entries"]), 20)

    def test_nothing_is_raised_into_the_request(self):
        class Hostile:
            def __str__(self):
                raise RuntimeError("no text")

        with escalite_console.Session("GET /hostile") as session:
            session.log("hostile", Hostile())
            session.log(Hostile(), 1)
            session.log("extras", extras=42)
            session.log("fine", 1)
            session.set_level(Hostile())
            with session.call("stock", message=Hostile()) as call:
                call.finish(Hostile())
            self.sink.forward(Hostile())
        self.assertIn("fine", self.stored()["/hostile"][0]["entries"])

    def test_a_redaction_of_ones_own(self):
        sink = escalite_console.Sink(service="shop", redact=lambda key, value: "***" if key == "iban" else value)
        self.addCleanup(sink.close)
        with escalite_console.Session("GET /own", sink=sink) as session:
            session.log("customer", {"iban": "DE02", "token": "kept"})
        self.assertTrue(sink.flush(30))
        self.assertEqual(documents(self.console)["/own"][0]["entries"]["customer"]["value"],
                         {"iban": "***", "token": "kept"})

    def test_the_bound_in_bytes_is_kept(self):
        sink = escalite_console.Sink(service="shop", max_bytes=100_000, url="http://127.0.0.1:9", first_retry=60)
        self.addCleanup(sink.close)
        with self.assertLogs("escalite_console", "WARNING") as warned:
            for n in range(200):
                with escalite_console.Session(f"GET /{n}", sink=sink) as session:
                    session.log("text", "x" * 10_000)
                    if n == 0:
                        session.set_level("critical")
            wait_for("the warning", lambda: warned.output)
        self.assertLessEqual(sink._bytes, 100_000)
        self.assertGreater(sink.discarded["queue_full"], 180)
        self.assertEqual(len(warned.output), 1, "one warning an outage")
        self.assertEqual(len(sink._queues[4]) or sink._thread and 1, 1, "the critical one is kept or being sent")


class Forked(InProcess):
    def test_a_child_sends_what_is_its_own_and_nothing_twice(self):
        self.sink._delay = 60
        with escalite_console.Session("GET /parent"):
            pass  # Waits in the queue while the children are made.
        children = []
        for n in range(3):
            with escalite_console.Session(f"GET /open/{n}") as session:
                child = os.fork()
                if child == 0:
                    signal.alarm(60)
                    code = 1
                    try:
                        session.end()  # The parent's: it sends it.
                        with escalite_console.Session(f"GET /child/{n}"):
                            pass
                        code = 0 if escalite_console.flush(30) else 2
                    finally:
                        os._exit(code)
                children.append(child)
        self.assertEqual([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children], [0, 0, 0])
        found = self.stored()
        self.assertEqual({path: len(each) for path, each in found.items()},
                         {"/parent": 1, **{f"/{kind}/{n}": 1 for kind in ("open", "child") for n in range(3)}})

    def test_a_child_made_while_another_thread_sends_does_not_stand_still(self):
        stop = threading.Event()

        def busy():
            while not stop.is_set():
                with escalite_console.Session("GET /busy"):
                    pass

        threads = [threading.Thread(target=busy) for _ in range(2)]
        for thread in threads:
            thread.start()
        try:
            for _ in range(30):
                child = os.fork()
                if child == 0:
                    signal.alarm(60)
                    with escalite_console.Session("GET /child"):
                        pass
                    os._exit(0 if escalite_console.flush(30) else 2)
                self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 0)
        finally:
            stop.set()
            for thread in threads:
                thread.join()


class Upstream(InProcess):
    """The notifier for Python Escalite, whose package is stood in for: its factory calls cls(config=…) and notify()."""

    def test_documents_arrive_unchanged(self):
        notifier = escalite_console.ConsoleNotifier(config={})
        expected = {}
        for file in fixture_files():
            document = json.loads(file.read_text())
            if isinstance(document.get("alert_id"), str):
                expected[document["alert_id"]] = document
                notifier.notify(message="Escalation triggered", data=document)
                document["log_level"] = "changed afterwards"
        self.assertTrue(escalite_console.flush(30))
        self.assertGreater(len(expected), 9)
        for file in fixture_files():
            document = json.loads(file.read_text())
            if document.get("alert_id") in expected:
                stored = self.console.get_json(f"/v1/sessions/{document['alert_id']}")["document"]
                self.assertEqual(json.dumps(stored), json.dumps(document))

    def test_it_waits_for_nothing_and_raises_nothing(self):
        notifier = escalite_console.ConsoleNotifier(config={"url": "http://127.0.0.1:9", "service": "elsewhere"})
        again = escalite_console.ConsoleNotifier(config={"url": "http://127.0.0.1:9", "service": "elsewhere"})
        self.assertIs(notifier.sink, again.sink, "the factory makes notifiers for every request")
        self.addCleanup(notifier.sink.close, 0)
        notifier.notify("Escalation triggered", {"alert_id": object(), "value": float("nan"), "log_level": 7})
        notifier.notify("Escalation triggered", None)
        notifier.set_config({})
        with Stopped(self.console):
            begin = time.monotonic()
            notifier.notify("Escalation triggered", {"log_level": "error", "api_logs": {}})
            self.assertLess(time.monotonic() - begin, 5)
        self.assertEqual(self.stored()["/"][0], {"log_level": "error", "api_logs": {}})

    def test_it_is_one_of_upstreams_notifiers_where_upstream_is_installed(self):
        with tempfile.TemporaryDirectory() as folder:
            package = pathlib.Path(folder) / "escalite" / "notifiers"
            package.mkdir(parents=True)
            (package / "base_notifier.py").write_text(textwrap.dedent("""
                import abc

                class BaseNotifier(abc.ABC):
                    @abc.abstractmethod
                    def notify(self, message, data): ...

                    @abc.abstractmethod
                    def set_config(self, config): ...
                """))
            program = textwrap.dedent("""
                import escalite_console
                from escalite.notifiers.base_notifier import BaseNotifier
                assert issubclass(escalite_console.ConsoleNotifier, BaseNotifier)
                escalite_console.ConsoleNotifier(config={}).notify(message="m", data={"log_level": "info"})
                """)
            subprocess.run([sys.executable, "-c", program], check=True, env={
                **self.house.environment(), "PYTHONPATH": os.pathsep.join([folder, str(CLIENTS)])})
        self.assertEqual(len(rows(self.console)), 1)

    def test_a_program_that_is_asked_to_stop_by_a_signal_sends_what_waits(self):
        program = textwrap.dedent("""
            import signal, sys, escalite_console
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
            with escalite_console.Session("GET /last"):
                pass
            print("ready", flush=True)
            signal.pause()
            """)
        with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env={
                **self.house.environment(), "PYTHONPATH": str(CLIENTS)}) as process:
            process.stdout.readline()
            process.send_signal(signal.SIGTERM)
        self.assertEqual((process.returncode, list(documents(self.console))), (0, ["/last"]))


if __name__ == "__main__":
    unittest.main()
