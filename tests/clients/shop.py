# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
"""What every client keeps to, asked of one service in each language against the real console."""

import concurrent.futures
import email.utils
import http.server
import json
import pathlib
import signal
import subprocess
import sys
import threading
import time
import unittest
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))

from console import Console, House, wait_for  # noqa: E402

CLIENTS = HERE.parent.parent / "resources" / "clients"
FRAME = ["escalite", "alert_id", "source", "api_logs", "service_logs", "error_logs", "sections", "entries", "log_level",
         "forced", "start_time", "end_time", "log_date", "time_elapsed"]
ENTRY = ["value", "code", "message", "log_level", "peak_level", "log_time", "extras", "url", "error_trace", "start_time",
         "end_time", "time_elapsed", "calls"]
CALL = ["message", "code", "log_level", "url", "start_time", "end_time", "time_elapsed"]


def rows(console, **wanted):
    """The rows of the list whose members are these."""
    found = console.pages("/v1/sessions?limit=500", "sessions")
    return [row for row in found if all(row[name] == value for name, value in wanted.items())]


def in_order(keys, of):
    """Whether keys stand in the order of the agreed form, and nothing else does."""
    return [key for key in of if key in keys] == list(keys)


def documents(console):
    """The stored documents, by path."""
    found = {}
    for row in rows(console):
        document = console.get_json(f"/v1/sessions/{row['alert_id']}")["document"]
        path = document.get("api_logs", {}).get("request_path", {}).get("value") or "/"
        found.setdefault(path, []).append(document)
    return found


def entries_of(document):
    for name in ("api_logs", "service_logs", "error_logs"):
        yield from ((key, each) for key, each in document[name].items() if isinstance(each, dict))
    for section in document.get("sections", {}).values():
        yield from ((key, each) for key, each in section.items() if isinstance(each, dict))
    yield from document.get("entries", {}).items()


class Shop:
    """A running service of one language."""

    def __init__(self, house, command, **environment):
        self.log = open(house.path / "shop.log", "ab")
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=self.log, text=True,
            env={**house.environment(), "ESCALITE_SERVICE": "shop", "PYTHONPATH": str(CLIENTS), **environment})
        self.port = int(self.process.stdout.readline())

    def get(self, path, timeout=30, **headers):
        """(status, body); status 0 when the service hung up."""
        try:
            request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except (urllib.error.URLError, ConnectionError, OSError):
            return 0, ""

    def counts(self):
        return json.loads(self.get("/counts")[1])

    def quit(self):
        """Asks it to end in its own way; the seconds it took."""
        begin = time.monotonic()
        self.get("/quit")
        self.process.wait(timeout=30)
        return time.monotonic() - begin

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.log.close()


class Contract:
    """Mixed into a TestCase for each language, which says how its shop is started."""

    command = None
    language = None

    def setUp(self):
        self.house = House()
        self.addCleanup(self.house.close)

    def console(self, **more):
        console = Console(self.house, **more)
        self.addCleanup(console.__exit__)
        return console

    def shop(self, **environment):
        shop = Shop(self.house, self.command, **environment)
        self.addCleanup(shop.__exit__)
        return shop

    def stored(self, console, count):
        wait_for(f"{count} sessions", lambda: len(rows(console)) >= count)
        return documents(console)

    def check_form(self, document):
        self.assertTrue(in_order(document, FRAME), list(document))
        self.assertEqual(document["escalite"]["format"], 1)
        self.assertEqual(document["source"], "shop")
        self.assertAlmostEqual(document["end_time"] - document["start_time"], document["time_elapsed"], places=4)
        for key, each in entries_of(document):
            self.assertTrue(in_order(each, ENTRY), f"{key}: {list(each)}")
            for call in each.get("calls", ()):
                self.assertTrue(in_order(call, CALL) and len(call) == len(CALL), f"{key}: {list(call)}")
        self.assertFalse([key for key, each in document.get("entries", {}).items() if "start_time" in each])

    def test_four_routes_behave_and_are_told_as_they_behaved(self):
        console, shop = self.console(), self.shop()
        trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        self.assertEqual(shop.get("/fine/1?card=4111", traceparent=trace), (200, "fine 1\n"))
        self.assertEqual(shop.get("/slow")[0], 200)
        self.assertEqual(shop.get("/upstream")[0], 502)
        self.assertIn(shop.get("/throw")[0], (0, 500))
        self.assertEqual(shop.get("/stream"), (200, "part 0\npart 1\npart 2\n"))
        self.assertEqual(shop.get("/nowhere")[0], 404)
        found = self.stored(console, 6)
        self.assertEqual(sorted(found), ["/fine/1", "/nowhere", "/slow", "/stream", "/throw", "/upstream"])
        for each in found.values():
            self.check_form(each[0])
        listed = {row["path"]: row for row in rows(console)}

        fine = found["/fine/1"][0]
        self.assertEqual((listed["/fine/1"]["method"], listed["/fine/1"]["code"], listed["/fine/1"]["level"]), ("GET", 200, "info"))
        self.assertEqual(fine["entries"]["number"]["value"], "1")
        self.assertEqual(fine["api_logs"]["trace_id"]["value"], "4bf92f3577b34da6a3ce929d0e0e4736")
        self.assertEqual(fine["api_logs"]["span_id"]["value"], "00f067aa0ba902b7")
        self.assertEqual(fine["api_logs"]["number_again"]["extras"], {"password": "[hidden: password]"})
        self.assertEqual(fine["service_logs"]["stock"]["url"], "http://stock/items?token=[hidden]")
        self.assertNotIn("4111", json.dumps(fine))

        self.assertGreaterEqual(found["/slow"][0]["time_elapsed"], 0.3)
        self.assertGreaterEqual(found["/slow"][0]["service_logs"]["stock"]["calls"][0]["time_elapsed"], 0.29)

        payment = found["/upstream"][0]["service_logs"]["payment"]
        self.assertEqual([(call["code"], call["log_level"]) for call in payment["calls"]], [(504, "error")] * 2)
        self.assertEqual((payment["log_level"], payment["url"]), ("error", "https://pay.example/v1/charges"))
        self.assertEqual((listed["/upstream"]["code"], listed["/upstream"]["level"]), (502, "error"))

        thrown = found["/throw"][0]["error_logs"]["unhandled_exception"]
        self.assertEqual(thrown["message"], "the basket is torn")
        self.assertIn("throw" if self.language != "go" else "main.handle", thrown["error_trace"])
        self.assertEqual(listed["/throw"]["level"], "error")

        self.assertGreaterEqual(found["/stream"][0]["time_elapsed"], 0.15)
        self.assertEqual([found["/stream"][0]["entries"][f"part_{n}"]["value"] for n in range(3)], [0, 1, 2])
        self.assertEqual(listed["/nowhere"]["level"], "warning")

    def test_concurrent_requests_do_not_mix(self):
        console, shop = self.console(), self.shop()
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda n: shop.get(f"/fine/{n}"), range(200)))
        self.assertEqual(answers, [(200, f"fine {n}\n") for n in range(200)])
        found = self.stored(console, 200)
        for n in range(200):
            [document] = found[f"/fine/{n}"]
            self.assertEqual(document["entries"]["number"]["value"], str(n))
            self.assertEqual(document["api_logs"]["number_again"]["value"], str(n))
            self.assertEqual(len(document["service_logs"]["stock"]["calls"]), 1)

    def test_odd_values_are_sent_so_that_the_console_takes_them(self):
        console, shop = self.console(), self.shop()
        self.assertEqual(shop.get("/odd"), (200, "odd\n"))
        self.assertEqual(shop.get("/many"), (200, "many\n"))
        found = self.stored(console, 2)
        document = found["/odd"][0]
        self.assertEqual(document["api_logs"]["log_level"]["value"], "an entry")
        self.assertTrue(document["entries"]["long"]["value"].endswith("…(truncated 67232)"))
        self.assertLess(len(document["entries"]["long"]["extras"]["many"]), 4000)
        self.assertEqual(document["entries"]["alert_id"]["log_level"], "info")
        self.assertGreater(found["/many"][0]["escalite"]["dropped"], 0)
        self.assertEqual(shop.counts()["discarded"], {})

    def test_a_console_that_is_not_there_harms_nobody_and_is_told_of_what_was_thrown_away(self):
        shop = self.shop(SHOP_MAX_QUEUED="20")
        for n in range(100):  # The first batch is under way when the errors come.
            self.assertEqual(shop.get(f"/fine/{n}"), (200, f"fine {n}\n"))
            if n in range(50, 55):
                self.assertEqual(shop.get("/upstream")[0], 502)
        discarded = shop.counts()["discarded"]["queue_full"]
        self.assertGreater(discarded, 0)
        console = self.console()
        wait_for("the rest to be accepted", lambda: shop.counts()["accepted"] + discarded == 105)
        found = self.stored(console, 105 - discarded)
        self.assertEqual(len(found["/upstream"]), 5, "errors are kept while there is anything less to give up")
        told = wait_for("what was thrown away", lambda: rows(console, gap=True))
        self.assertEqual(told[0]["source"], "shop")
        self.assertIn(str(discarded), told[0]["message"])

    def test_a_console_that_stands_still_is_not_waited_for(self):
        console, shop = self.console(), self.shop()
        shop.get("/fine/0")
        wait_for("the first", lambda: shop.counts()["accepted"] == 1)
        with Stopped(console):
            begin = time.monotonic()
            for n in range(1, 51):
                self.assertEqual(shop.get(f"/fine/{n}", timeout=5), (200, f"fine {n}\n"))
            self.assertLess(time.monotonic() - begin, 9, "a request waits for the console")
        found = self.stored(console, 51)
        self.assertEqual([len(found[f"/fine/{n}"]) for n in range(51)], [1] * 51)

    def test_it_comes_again_when_it_is_asked_to(self):
        for asked in ("1", "date"):
            with self.subTest(asked), Busy(asked) as busy:
                shop = self.shop(ESCALITE_URL=f"http://127.0.0.1:{busy.server_port}")
                shop.get("/fine/1")
                wait_for("the second attempt", lambda: len(busy.times) > 1)
                self.assertGreater(busy.times[1] - busy.times[0], 0.9, "its own first pause is 50 ms")

    def test_what_waits_is_sent_when_the_service_ends(self):
        console, shop = self.console(), self.shop()
        for n in range(5):
            shop.get(f"/fine/{n}")
        shop.quit()
        self.assertEqual(len(self.stored(console, 5)), 5)

    def test_the_end_takes_two_seconds_at_most(self):
        console, shop = self.console(), self.shop()
        shop.get("/fine/0")
        wait_for("the first", lambda: shop.counts()["accepted"] == 1)
        with Stopped(console):
            shop.get("/fine/1")
            self.assertLess(shop.quit(), 5)

    def test_it_says_nothing_when_it_is_switched_off_and_less_when_it_is_told_to(self):
        console = self.console()
        with Shop(self.house, self.command, ESCALITE_DISABLED="1") as shop:
            self.assertEqual(shop.get("/upstream")[0], 502)
            shop.quit()
        with Shop(self.house, self.command, ESCALITE_MIN_LEVEL="warning") as shop:
            shop.get("/fine/1")
            shop.get("/upstream")
            shop.quit()
        self.assertEqual(list(self.stored(console, 1)), ["/upstream"])

    def test_it_finds_the_console_over_tcp_and_again_after_it_has_moved(self):
        console = self.console()
        shop = self.shop(ESCALITE_URL=f"http://{console.address}:{console.port}/v1/sessions")
        shop.get("/fine/1")
        self.stored(console, 1)
        with Shop(self.house, self.command) as by_itself:
            by_itself.get("/fine/2")
            wait_for("the second", lambda: by_itself.counts()["accepted"] == 1)
            console.stop()
            by_itself.get("/fine/3")
            again = self.console()
            self.assertEqual(sorted(self.stored(again, 3)), ["/fine/1", "/fine/2", "/fine/3"])

    def test_a_live_session_is_seen_while_it_is_open(self):
        console, shop = self.console(), self.shop(ESCALITE_LIVE="1")
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            held = pool.submit(shop.get, "/hold")
            [row] = wait_for("the open session", lambda: rows(console, state="open"))
            self.assertEqual((row["path"], row["source"]), ("/hold", "shop"))
            calls = wait_for("its call", lambda: console.get_json(f"/v1/sessions/{row['alert_id']}")["document"]
                             ["service_logs"].get("stock", {}).get("calls"))
            self.assertIsNone(calls[0]["end_time"])
            shop.get("/release")
            self.assertEqual(held.result(), (200, "released\n"))
        wait_for("its end", lambda: not rows(console, state="open"))
        document = documents(console)["/hold"][0]
        self.assertEqual(document["api_logs"]["response_status"]["code"], 200)
        self.assertIsNotNone(document["service_logs"]["stock"]["calls"][0]["end_time"])
        self.assertFalse(rows(console, gap=True))

    def test_a_live_session_is_the_same_in_the_end(self):
        console = self.console()
        for live in ("false", "true"):
            with Shop(self.house, self.command, ESCALITE_LIVE=live, SHOP_HEARTBEAT="60") as shop:
                shop.get("/upstream")
                shop.get("/odd")
                shop.get("/throw")
                shop.quit()
        found = self.stored(console, 6)
        numbers = []
        for path in ("/upstream", "/odd", "/throw"):
            for document in found[path]:
                self.assertTrue(document.pop("alert_id"))
                note = document.pop("escalite")
                self.assertEqual((note["format"], "dropped" in note), (1, False))
                numbers += numbers_in(note.get("events", ""))
            self.assertEqual(*(without_times(document) for document in found[path]))
        self.assertEqual(sorted(numbers), list(range(2, len(numbers) + 2)), "1 was the promise of a sign of life")

    def test_what_comes_after_the_end_is_told_live_and_else_counted_as_lost(self):
        console = self.console()
        with Shop(self.house, self.command) as shop:
            self.assertEqual(shop.get("/late"), (200, "late\n"))
            wait_for("the loss", lambda: shop.counts()["discarded"] == {"late": 1})
            [told] = wait_for("what was lost", lambda: rows(console, gap=True))
            self.assertIn("late", told["message"])
            self.assertNotIn("entries", documents(console)["/late"][0])
        with Shop(self.house, self.command, ESCALITE_LIVE="1") as shop:
            shop.get("/late")
            wait_for("the late entry", lambda: any("late" in each.get("entries", {}) for each in documents(console)["/late"]))
            self.assertEqual(shop.counts()["discarded"], {})

    def test_a_live_service_that_is_killed_leaves_an_abandoned_session(self):
        console, shop = self.console(), self.shop(ESCALITE_LIVE="1")
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            pool.submit(shop.get, "/hold")
            wait_for("the open session", lambda: rows(console, state="open"))
            shop.process.kill()
        wait_for("abandoned", lambda: rows(console, state="abandoned"))


def numbers_in(ranges):
    """Those that "1-3,7" names."""
    ends = [each.split("-") for each in ranges.split(",") if each]
    return [number for each in ends for number in range(int(each[0]), int(each[-1]) + 1)]


def without_times(value):
    """What a document says but for when, and where in the code."""
    if isinstance(value, dict):
        own = ("log_time", "start_time", "end_time", "time_elapsed", "log_date", "error_trace")
        return {key: "some" if key in own and each is not None else without_times(each) for key, each in value.items()}
    return [without_times(each) for each in value] if isinstance(value, list) else value


class Busy(http.server.ThreadingHTTPServer):
    """A console that refuses the first time and says when to come again: in seconds, or with the date two seconds on."""

    def __init__(self, asked):
        super().__init__(("127.0.0.1", 0), self.Handler)
        self.asked, self.times = asked, []
        self.thread = threading.Thread(target=self.serve_forever, args=(0.02,))
        self.thread.start()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.server.times.append(time.monotonic())
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(503 if len(self.server.times) == 1 else 200)
            asked = self.server.asked
            self.send_header("Retry-After", email.utils.formatdate(time.time() + 2, usegmt=True) if asked == "date" else asked)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    def __exit__(self, *_):
        self.shutdown()
        self.thread.join()
        self.server_close()


class Stopped:
    """The console stands still within the block."""

    def __init__(self, console):
        self._process = console.process

    def __enter__(self):
        self._process.send_signal(signal.SIGSTOP)

    def __exit__(self, *_):
        self._process.send_signal(signal.SIGCONT)
