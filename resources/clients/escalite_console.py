# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
"""Sends what each request of a service left behind to Escalite Console. Python 3.8 or later, nothing else.

    app = escalite_console.WSGI(app)                     # or ASGI(app): method, path, status, duration, exceptions
    logging.getLogger().addHandler(escalite_console.Handler())       # log records of a request become its entries
    escalite_console.log("user", 42)                     # an entry of the current request; anywhere below it
    with escalite_console.call("payment", url="https://pay.example/v1") as payment:      # a call of a service
        payment.finish("no answer", level="error", code=504)
    with escalite_console.Session("cron nightly"):       # what is no web request; or session.end() by hand
    NotifierFactory.add_notifier_map("console", escalite_console.ConsoleNotifier)    # plugs into Python Escalite

ESCALITE_URL and ESCALITE_TOKEN say where the console is; without them it is found by itself on this machine.
ESCALITE_SERVICE (or OTEL_SERVICE_NAME) names the service, ESCALITE_LIVE=1 shows a request while it still runs,
ESCALITE_MIN_LEVEL leaves out what is below, ESCALITE_DISABLED=1 switches off. Nothing here raises into a request or
waits for the console: one daemon thread sends; when too much waits, the lowest level goes first and is reported.
"""

import atexit
import collections
import contextvars
import functools
import gzip
import http.client
import json
import logging
import math
import os
import random
import re
import socket
import ssl
import sys
import threading
import time
import traceback
import uuid

__all__ = ["ASGI", "Client", "ConsoleNotifier", "Handler", "Session", "WSGI", "bind", "call", "client", "configure",
           "current", "flush", "forward", "log"]

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40, "critical": 50}
RANKS = tuple(LEVELS)
ENDING = len(RANKS)  # In the queue the end of a live session stands above every level: without it the session stays open.
SECTIONS = ("api_logs", "service_logs", "error_logs")

TEXT_LIMIT = 32 * 1024  # characters of one text, and about bytes of one value
VALUE_LIMIT = 2000  # nodes of one value; the console takes 20,000 a document
SESSION_VALUES, SESSION_BYTES = 16_000, 900_000
ENTRY_LIMIT, CALL_LIMIT = 900, 900
DOCUMENT_LIMIT = 1024 * 1024  # bytes; the console's own
BATCH_COUNT, BATCH_BYTES = 512, 1024 * 1024
GZIP_FROM = 1024

_log = logging.getLogger("escalite_console")
_current = contextvars.ContextVar("escalite_console_session", default=None)
_SECRET = re.compile(r"(authorization|cookies?|passwords?|passwd|secrets?|token|api[-_.]?keys?)([^a-z]|$)", re.I)
_SECRET_IN_URL = re.compile(r"([?&;][^=&#]*(?:password|passwd|secret|token|key|signature)=)[^&#]*", re.I)
_LOGIN_IN_URL = re.compile(r"://[^/?#@\s]*@")
_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}(-.*)?")


def redact(key, value):
    """What is sent in the place of value. Give Client another function of this kind to decide otherwise."""
    return f"[hidden: {key}]" if _SECRET.search(key) else value


def _quiet(function):
    """A mistake in here must not become one of the request: it is logged, and the request goes on."""
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        except Exception:  # noqa: B902
            _log.debug("%s failed", function.__name__, exc_info=True)
            return None
    return wrapper


def _level(level):
    """The name of a level, which may be a number of the logging module; what is unknown is info."""
    if isinstance(level, int):
        return next((name for name in reversed(RANKS) if level >= LEVELS[name]), "debug")
    name = str(level).lower()
    name = {"warn": "warning", "fatal": "critical"}.get(name, name)
    return name if name in LEVELS else "info"


def _worse(one, other):
    return one if LEVELS[one] >= LEVELS[other] else other


def _status_level(status):
    return "error" if status >= 500 else "warning" if status >= 400 else "info"


def _key(text):
    return str(text).replace("\0", "\ufffd").encode("utf-8", "replace")[:240].decode("utf-8", "ignore") or "?"


def _text(text, keep_end=False):
    text = str(text).replace("\0", "\ufffd")
    over = len(text) - TEXT_LIMIT
    if over <= 0:
        return text
    return f"…(truncated {over}){text[over:]}" if keep_end else f"{text[:TEXT_LIMIT]}…(truncated {over})"


class _Cleaner:
    """Makes a value fit to be sent: JSON's types alone, finite, bounded, without secrets. Counts what it made."""

    def __init__(self, hide):
        self._hide, self.values, self.bytes = hide, 0, 0

    def clean(self, value):
        self._most_values, self._most_bytes = self.values + VALUE_LIMIT, self.bytes + TEXT_LIMIT
        return self._walk(value, 0)

    def _walk(self, value, depth):
        self.values += 1
        self.bytes += 8
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int):
            return int(value) if -2**63 <= value < 2**63 else str(value)
        if isinstance(value, float):
            return value if math.isfinite(value) else {"inf": "Infinity", "-inf": "-Infinity"}.get(str(value), "NaN")
        if isinstance(value, (dict, list, tuple, set, frozenset)):
            if depth >= 16:
                return f"…(truncated {len(value)})"
            if not isinstance(value, dict):
                return [self._walk(item, depth + 1) for item in self._some(value)]
            return {_key(key): self._walk(self._hide(_key(key), value.get(key, "")), depth + 1)
                    for key in self._some(value)}
        text = _text(value)
        self.bytes += len(text)
        return text

    def _some(self, items):
        """The items, until there are too many of them."""
        for number, item in enumerate(items):
            if self.values > self._most_values or self.bytes > self._most_bytes:
                yield f"…(truncated {len(items) - number})"
                return
            yield item


def _json(value):
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"),
                      default=str).encode("utf-8", "replace")


class Session:
    """What one request leaves behind. May be used from any thread; as a context manager it is the current one inside.

    Everything after the end is ignored. Values that are None never replace what is there."""

    def __init__(self, route="", *, traceparent=None, client=None):
        """route: "POST /pay", or any name. traceparent: the header of that name."""
        self.alert_id = str(uuid.uuid4())
        self.level = "info"
        self.ended = False
        self.dropped = 0  # entries and calls left out of it
        self._client = client or _default()
        self._pid = os.getpid()
        self._lock = threading.RLock()
        self._sections = {name: {} for name in SECTIONS}
        self._section_levels = {}
        self._untagged = {}
        self._calls = 0
        self._values = self._bytes = self._entries = 0
        self._forced, self._raised = False, "info"
        self._lines = collections.Counter()
        self._tokens = []
        self._started = time.time()
        self._begin = time.perf_counter()
        self._elapsed = None
        method, _, path = route.partition(" ")
        method, path = (method.upper(), path) if path.startswith("/") else (None, route)
        self._event("session_start", "info", self._started, source=self._client.service, method=method,
                    path=_text(path), log_date=self._log_date())
        for key, value in (("request_method", method), ("request_path", path)):
            if value:
                self._write("entry", "api_logs", key, value=value, is_told=False)  # The start has told it.
        trace = _TRACEPARENT.fullmatch(traceparent or "")
        if trace and (trace.group(3) is None or not traceparent.startswith("00")):
            self.log("trace_id", trace.group(1), tag="api_logs")
            self.log("span_id", trace.group(2), tag="api_logs")

    def log(self, key, value=None, tag=None, code=None, message=None, level="info", extras=None, error_trace=None):
        """An entry, in a section when tag names one. The same key again changes the entry."""
        self._write("entry", tag or "", key, value=value, code=code, message=message, level=level, extras=extras,
                    error_trace=error_trace)

    def log_service(self, service, message=None, level="info", url=None, code=None, extras=None):
        """What a service did, at one moment."""
        self._write("entry", "service_logs", service, message=message, level=level, url=url, code=code, extras=extras)

    def start_call(self, service, message=None, level="info", url=None, code=None, extras=None):
        """Begins a call and returns its number: 1, 2, … for each service."""
        return self._write("call_start", "service_logs", service, message=message, level=level, url=url, code=code,
                           extras=extras) or 0

    def stop_call(self, service, message=None, level="info", url=None, code=None, error_trace=None, extras=None,
                  number=0):
        """Ends call number of service, or the newest that is open."""
        self._write("call_stop", "service_logs", service, message=message, level=level, url=url, code=code,
                    error_trace=error_trace, extras=extras, number=number)

    def call(self, service, message=None, url=None):
        """A call as a context manager; with call.finish(message, level, code) before its end."""
        return _Call(self, service, message, url)

    @_quiet
    def log_exception(self, error, key="unhandled_exception", level="error"):
        self.log(key, type(error).__name__, tag="error_logs", message=str(error) or type(error).__name__, level=level,
                 error_trace="".join(traceback.format_exception(type(error), error, error.__traceback__)))

    def respond(self, status):
        """The HTTP status of the answer: from 500 on an error, from 400 on a warning."""
        self.log("response_status", status, tag="api_logs", code=status, level=_status_level(status))

    @_quiet
    def set_level(self, level, tag=None, force=False):
        """Raises the level of the session, or of a section; lowers it only by force. Returns the level in force."""
        with self._lock:
            level, name = _level(level), _key(tag) if tag else ""
            if not self._is_open():
                return self.level
            before = self._section_levels.get(name, "info") if name else self.level
            self._forced = self._forced or force and LEVELS[level] < LEVELS[before]
            if not force:
                self._raise(name, level)
                self._raised = self._raised if name else _worse(level, self._raised)
            elif name:
                was_forced = LEVELS[self.level] < LEVELS[self._rest()]
                self._sections.setdefault(name, {})
                self._section_levels[name] = level
                self.level = _worse(level, self.level) if was_forced else self._rest()
            else:
                self.level = self._raised = level
            self._event("level", level, log_level=level, section=name or None, force=force or None)
            return self._section_levels.get(name, "info") if name else self.level

    def _raise(self, section, level):
        """Something of level has been written to section, or to none."""
        if section:
            self._sections.setdefault(section, {})
            if LEVELS[level] >= LEVELS[self._section_levels.get(section, "info")]:
                self._section_levels[section] = level
        self.level = _worse(level, self.level)

    def _rest(self):
        """The worst of what was set by hand, the sections and the untagged entries."""
        return functools.reduce(_worse, [*self._section_levels.values(),
                                         *(entry["peak"] for entry in self._untagged.values())], self._raised)

    @_quiet
    def end(self):
        """Ends it and hands it over. A second end does nothing."""
        with self._lock:
            if not self._is_open():
                return
            self._elapsed = time.perf_counter() - self._begin
            self._event("session_end", self.level, time_elapsed=round(self._elapsed, 6))
            self.ended = True
            self._client._ended(self)

    def _is_open(self):
        return not self.ended and self._pid == os.getpid()  # In a child after a fork it is the parent's.

    def document(self):
        """The whole of it as the console takes it."""
        with self._lock:
            head = {"format": 1, "dropped": self.dropped} if self.dropped else {"format": 1}
            own = {name: self._section(name) for name in self._sections if name not in SECTIONS}
            own = {"sections": own} if own else {}
            untagged = {"entries": {key: _wire(entry) for key, entry in self._untagged.items()}} if self._untagged else {}
            elapsed = {} if self._elapsed is None else {"time_elapsed": round(self._elapsed, 6)}
            forced = {"forced": True} if self._forced else {}
            end = None if self._elapsed is None else round(self._started + self._elapsed, 6)
            return {"escalite": head, "alert_id": self.alert_id, "source": self._client.service,
                    **{name: self._section(name) for name in SECTIONS}, **own, **untagged,
                    "log_level": self.level, **forced, "start_time": round(self._started, 6), "end_time": end,
                    "log_date": self._log_date(), **elapsed}

    def _log_date(self):
        return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(self._started))

    def _section(self, name):
        entries = {key: _wire(entry, True) for key, entry in self._sections[name].items()}
        level = self._section_levels.get(name)
        return {"log_level": level, **entries} if level and "log_level" not in entries else entries

    @_quiet
    def _write(self, kind, section, key, level="info", extras=None, number=0, is_told=True, **given):
        level, section, key = _level(level), section and _key(section), _key(key)
        hide = self._client.redact
        cleaner = _Cleaner(hide)
        given = {name: value for name, value in given.items() if value is not None and (value != "" or name == "value")}
        if "value" in given:
            given["value"] = cleaner.clean(hide(key, given["value"]))
        if "code" in given:
            given["code"] = cleaner.clean(given["code"])
        for name in ("message", "url", "error_trace"):
            if name in given:
                given[name] = _text(given[name], keep_end=name == "error_trace")
                cleaner.bytes += len(given[name])
        if "url" in given:
            given["url"] = _SECRET_IN_URL.sub(r"\1[hidden]", _LOGIN_IN_URL.sub("://", given["url"]))
        extras = cleaner.clean(dict(extras)) if extras else {}
        with self._lock:
            if not self._is_open():
                return None
            now, tick = round(time.time(), 6), time.perf_counter()
            entries = self._sections.setdefault(section, {}) if section else self._untagged
            entry = entries.get(key)
            is_call = kind != "entry"
            if ((entry is None and self._entries >= ENTRY_LIMIT) or (is_call and self._calls >= CALL_LIMIT)
                    or self._values > SESSION_VALUES or self._bytes > SESSION_BYTES):
                self.dropped += 1
                return None
            self._values += cleaner.values + (8 if is_call else 0) + (12 if entry is None else 0)
            self._bytes += cleaner.bytes + (200 if is_call else 0) + (200 if entry is None else 0)
            if entry is None:
                entry = entries[key] = {"peak": level, "start": now, "tick": tick, "extras": {}, "calls": []}
                self._entries += 1
            elif section:
                entry["end"], entry["elapsed"] = now, round(tick - entry["tick"], 6)
            call = self._call(kind, entry, number, now, tick) if is_call else None
            if call and call["number"] < len(entry["calls"]):  # The entry of a service shows its newest call.
                entry.setdefault("error_trace", given.get("error_trace"))
            else:
                entry.update(given, log_level=level)
            entry.update(log_time=now, peak=_worse(level, entry["peak"]))
            entry["extras"].update({name: value for name, value in extras.items()
                                    if value is not None or name not in entry["extras"]})
            if call:
                call.update({name: given[name] for name in ("message", "code", "url") if name in given}, log_level=level)
                newest = entry["calls"][-1]
                entry.update(start=newest["start_time"] or newest["end_time"], end=newest["end_time"],
                             elapsed=newest["time_elapsed"])
            self._raise(section, level)
            if is_told:
                where = {"service": key, "call": call["number"]} if call else {"section": section or None, "key": key}
                self._event(kind, level, now, log_level=level, extras=extras or None, **where, **given)
            return call and call["number"]

    def _call(self, kind, entry, number, now, tick):
        """The call that begins or ends now. One that never began is kept, and says so."""
        calls = entry["calls"]
        call = calls[number - 1] if 0 < number <= len(calls) else None
        if kind == "call_stop" and not number:
            call = next((each for each in reversed(calls) if each["end_time"] is None), None)
        if kind == "call_start" or call is None:
            self._calls += 1
            call = {"message": None, "code": None, "log_level": None, "url": None,
                    "start_time": now if kind == "call_start" else None, "end_time": None, "time_elapsed": None,
                    "tick": tick, "number": len(calls) + 1}
            calls.append(call)
        if kind == "call_stop":
            call["end_time"] = now
            call["time_elapsed"] = None if call["start_time"] is None else round(tick - call["tick"], 6)
            if call["start_time"] is None:
                call["unmatched"] = True
        return call

    def _event(self, kind, level, at=None, **members):
        if self._client.live:
            self._client._happened(self, kind, level, {
                "event": kind, "alert_id": self.alert_id, "at": at or round(time.time(), 6),
                **{name: value for name, value in members.items() if value is not None}})

    def __enter__(self):
        self._tokens.append(_current.set(self))
        return self

    def __exit__(self, kind, error, trace):
        try:
            _current.reset(self._tokens.pop())
        except (IndexError, ValueError):  # Left in another context than entered: nothing to give back there.
            pass
        self._failed(error)
        self.end()
        return False

    def _failed(self, error):
        if isinstance(error, Exception):
            self.log_exception(error)
        elif error is not None and not isinstance(error, GeneratorExit):  # Cancelled or stopped, which is no failure.
            self.log_exception(error, "interrupted", "warning")

    def _unused(self, section, key):
        """key, or "key (2)", "key (3)", …"""
        with self._lock:
            self._lines[section, key] += 1
            number = self._lines[section, key]
        return key if number == 1 else f"{key} ({number})"


def _wire(entry, is_tagged=False):
    """The members of an entry in the order of the document."""
    out = {"value": entry.get("value"), "code": entry.get("code"), "message": entry.get("message"),
           "log_level": entry["log_level"]}
    if entry["peak"] != entry["log_level"]:
        out["peak_level"] = entry["peak"]
    out["log_time"] = entry["log_time"]
    if entry["extras"]:
        out["extras"] = dict(entry["extras"])
    out.update({name: entry[name] for name in ("url", "error_trace") if entry.get(name)})
    if is_tagged:
        times = {"start_time": entry["start"], "end_time": entry.get("end"), "time_elapsed": entry.get("elapsed")}
        out.update({name: value for name, value in times.items() if value is not None})
    if entry["calls"]:
        own = ("tick", "number")
        out["calls"] = [{name: value for name, value in call.items() if name not in own} for call in entry["calls"]]
    return out


class _Call:
    """One call of a service: it begins with the block and ends with it; as error when an exception leaves it."""

    def __init__(self, session, service, message, url):
        self._session, self._service, self._message, self._url = session, service, message, url
        self._finished = False
        self._number = 0

    def finish(self, message=None, level="info", code=None, extras=None):
        self._finished = True
        if self._session:
            self._session.stop_call(self._service, message, level, code=code, extras=extras, number=self._number)

    def __enter__(self):
        if self._session:
            self._number = self._session.start_call(self._service, self._message, url=self._url)
        return self

    def __exit__(self, kind, error, trace):
        if self._session and not self._finished:
            failed = isinstance(error, Exception)
            self._session.stop_call(
                self._service, _quiet(str)(error) or kind.__name__ if failed else None, "error" if failed else "info",
                error_trace="".join(traceback.format_exception(kind, error, trace)) if failed else None,
                number=self._number)
        return False


class _Reader:
    """Reads an answer. The usual io.BufferedReader has a lock; after a fork in the wrong moment nobody would free it."""

    def __init__(self, raw):
        self._raw, self._waiting = raw, b""

    def _more(self):
        part = self._raw.read(65536)
        self._waiting += part or b""
        return part

    def _taken(self, count):
        taken, self._waiting = self._waiting[:count], self._waiting[count:]
        return taken

    def readline(self, limit=65537):
        while b"\n" not in self._waiting and len(self._waiting) < limit and self._more():
            pass
        end = self._waiting.find(b"\n") + 1
        return self._taken(min(end, limit) if end else limit)

    def read(self, count=None):
        while (count is None or len(self._waiting) < count) and self._more():
            pass
        return self._taken(count)

    def close(self):
        self._raw.close()

    def flush(self):
        pass


class _Response(http.client.HTTPResponse):
    def __init__(self, sock, *args, **kwargs):
        super().__init__(sock, *args, **kwargs)
        self.fp = _Reader(sock.makefile("rb", 0))


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout):
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def _is_on(variable):
    return os.environ.get(variable, "").lower() not in ("", "0", "false", "no", "off")


def _endpoint_file():
    """What a running console says of itself, or nothing."""
    data = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    for folder in ([os.path.join(runtime, "escalite")] if runtime else []) + [os.path.join(data, "escalite", "run")]:
        try:
            with open(os.path.join(folder, "endpoint.json"), encoding="utf-8") as file:
                return json.load(file)
        except (OSError, ValueError):
            pass
    return {}


class _Item:
    """What waits: a document (a session or bytes) or an event (its members)."""
    __slots__ = ("order", "kind", "rank", "cost", "payload", "session")

    def __init__(self, kind, rank, cost, payload, session=None):
        self.order, self.kind, self.rank, self.cost, self.payload, self.session = 0, kind, rank, cost, payload, session


class Client:
    """The way to one console: a bounded queue and the thread that sends. Times are in seconds."""

    def __init__(self, url=None, token=None, service=None, live=None, min_level=None, disabled=None, redact=redact,
                 max_queued=2048, max_bytes=8 * 1024 * 1024, delay=None, timeout=10.0, first_retry=1.0,
                 last_retry=60.0, heartbeat=5.0):
        """What is None comes from the environment. max_queued: sessions, or events / 8 when live."""
        given = os.environ.get
        program = os.path.splitext(os.path.basename(sys.argv[0] if sys.argv else ""))[0]
        service = service or given("ESCALITE_SERVICE") or given("OTEL_SERVICE_NAME") or program or "python"
        self.service = "".join(c for c in str(service) if c.isprintable())[:120]
        self.live = _is_on("ESCALITE_LIVE") if live is None else bool(live)
        self.disabled = _is_on("ESCALITE_DISABLED") if disabled is None else bool(disabled)
        self.min_level = _level(min_level or given("ESCALITE_MIN_LEVEL") or "debug")
        self.redact = redact
        self.accepted = 0  # sessions and events that the console confirmed
        self.discarded = collections.Counter()  # by reason, since the start
        self._url, self._token = url or given("ESCALITE_URL"), token or given("ESCALITE_TOKEN")
        self._limit, self._max_bytes = max_queued * (8 if self.live else 1), max_bytes
        self._delay = (0.05 if self.live else 1.0) if delay is None else delay
        self._timeout, self._first_retry, self._last_retry = timeout, first_retry, last_retry
        self._heartbeat = heartbeat
        self._start_anew()
        atexit.register(self.close)

    def _start_anew(self):
        """At the start, and in the child after a fork: nothing of the parent's is sent twice."""
        self._pid = os.getpid()
        self.name = f"{self.service}@{socket.gethostname()}-{self._pid}-{random.SystemRandom().randrange(65536):04x}"
        self._wake = threading.Condition(threading.Lock())
        self._queues = [collections.deque() for _ in range(ENDING + 1)]  # by rank
        self._count = self._bytes = self._handed = self._settled = self._number = self._open = 0
        self._since = self._spoke = self._report_after = 0.0
        self._to_report = {}  # (reason, level): [sessions, events]
        if getattr(self, "_connection", None):
            self._connection.close()  # The child's copy alone.
        self._thread = self._connection = None
        self._hurry = self._leaving = self._is_out = self._has_promised = False

    def forward(self, document):
        """Sends a document of Python Escalite, get_all_logs(), as it is now."""
        self._forward(document)

    @_quiet
    def _forward(self, document):
        try:
            line = _json(document)
        except ValueError:  # NaN, or what refers to itself
            line = b""
        if not line or b"\\u0000" in line:
            line = _json(_Cleaner(lambda key, value: value).clean(document))
        level = document.get("log_level")
        self._put(_Item("document", RANKS.index(_level(level)), len(line), line))

    def flush(self, timeout=2.0):
        """Waits until what was handed over by now is answered, timeout at the longest. Whether it is."""
        if self._pid != os.getpid():
            return True
        with self._wake:
            handed, self._hurry = self._handed, True
            self._wake.notify_all()
            return self._wake.wait_for(lambda: self._settled >= handed, timeout)

    def close(self, timeout=2.0):
        """Sends what waits, timeout at the longest, and ends. Called at exit."""
        thread = self._thread
        if self._pid != os.getpid() or thread is None:
            return
        with self._wake:
            self._leaving = True
            self._wake.notify_all()
        thread.join(timeout)

    def _ended(self, session):
        if not self.live and LEVELS[session.level] >= LEVELS[self.min_level]:
            self._put(_Item("document", RANKS.index(session.level), session._bytes + 800, session))

    def _happened(self, session, kind, level, event):
        is_frame = kind in ("session_start", "session_end")
        if is_frame or LEVELS[level] >= LEVELS[self.min_level]:
            cost = 200 + sum(len(text) for text in event.values() if isinstance(text, str))
            rank = ENDING if kind == "session_end" else RANKS.index(level)
            self._put(_Item("event", rank, cost, event, session))
            self._open += 0 if not is_frame else 1 if kind == "session_start" else -1

    @_quiet
    def _put(self, item):
        if self.disabled or self._leaving:
            return
        if self._pid != os.getpid():
            self._start_anew()
        with self._wake:
            self._handed += 1
            item.order = self._handed
            if not self._count:
                self._since = time.monotonic()
            self._queues[item.rank].append(item)
            self._count += 1
            self._bytes += item.cost
            while self._count > self._limit or self._bytes > self._max_bytes:
                oldest = next(queue for queue in self._queues if queue).popleft()
                self._count -= 1
                self._bytes -= oldest.cost
                self._discard(oldest, "queue_full")
            if self._count == 1 or self._count == BATCH_COUNT or self._bytes > BATCH_BYTES:
                self._wake.notify_all()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="escalite-console", daemon=True)
                self._thread.start()

    def _discard(self, item, reason):
        """With the lock held."""
        level = item.session.level if item.rank == ENDING else RANKS[item.rank]
        self._to_report.setdefault((reason, level), [0, 0])[item.kind == "event"] += 1
        if item.session:
            item.session.dropped += 1
        self.discarded[reason] += 1
        self._settled += 1
        self._wake.notify_all()

    # What follows runs on the thread that sends.

    def _run(self):
        pid = self._pid
        while pid == os.getpid():
            try:
                batch, is_last = self._next()
                if batch:
                    self._send(batch)
                else:
                    self._say(leaves=is_last)
                if is_last:
                    return
            except Exception:  # noqa: B902
                _log.debug("sending failed", exc_info=True)
                time.sleep(1)

    def _next(self):
        """Waits for the next batch; an empty one means that something is to be said of this client itself."""
        with self._wake:
            while True:
                now = time.monotonic()
                due = self._since + self._delay
                if self._count and (self._hurry or self._leaving or now >= due or self._count >= BATCH_COUNT
                                    or self._bytes > BATCH_BYTES):
                    return (self._take() if self._has_promised or not self.live else []), False
                self._hurry = self._hurry and self._count > 0
                if self._leaving:
                    return [], True
                waits = [due - now] if self._count else []
                if self._to_report:
                    waits.append(self._report_after - now)
                if self.live and self._open > 0:
                    waits.append(self._spoke + self._heartbeat - now)
                if waits and min(waits) <= 0:
                    return [], False
                self._wake.wait(min(waits) if waits else None)

    def _take(self):
        batch, size = [], 0
        while self._count and len(batch) < BATCH_COUNT:
            queue = min((queue for queue in self._queues if queue), key=lambda queue: queue[0].order)
            if batch and (queue[0].kind != batch[0].kind or size + queue[0].cost > BATCH_BYTES):
                break
            batch.append(queue.popleft())
            size += batch[-1].cost
            self._count -= 1
        self._bytes -= size
        return batch

    def _send(self, batch):
        lines, sent = [], []
        for item in batch:
            line, problem = self._line(item)
            if problem:
                with self._wake:
                    self._discard(item, problem)
            else:
                lines.append(line)
                sent.append(item)
        path = "/v1/events" if batch[0].kind == "event" else "/v1/sessions"
        while lines:
            status, answer = self._exchange_until_answered(path, lines)
            if status == 413 and len(lines) > 1:
                half = len(lines) // 2
                self._settle(path, lines[:half], sent[:half])
                lines, sent = lines[half:], sent[half:]
                continue
            self._account(status, answer, sent)
            return

    def _settle(self, path, lines, sent):
        status, answer = self._exchange_until_answered(path, lines)
        self._account(status, answer, sent)

    def _line(self, item):
        """The bytes of item, or why there are none."""
        try:
            if item.kind == "event":
                if item.rank == ENDING:
                    item.payload["dropped"] = item.session.dropped
                self._number += 1
                return _json({**item.payload, "seq": self._number}), None
            line = item.payload if isinstance(item.payload, bytes) else _json(item.payload.document())
            return line, "too_large" if len(line) > DOCUMENT_LIMIT else None
        except Exception:  # noqa: B902
            _log.debug("a session could not be written", exc_info=True)
            return b"", "unwritable"

    def _account(self, status, answer, sent):
        refused = {}
        if status == 0:
            refused = dict.fromkeys(range(len(sent)), "gave_up")
        elif status >= 300:
            refused = dict.fromkeys(range(len(sent)), "too_large" if status == 413 else "refused")
        try:
            results = json.loads(answer)["results"]
            refused = {each["index"]: "refused" for each in results if each["status"] == "rejected"}
            reason = next((each.get("reason") for each in results if each["status"] == "rejected"), None)
            if reason:
                _log.warning("Escalite Console refuses %d of %d: %s", len(refused), len(sent), reason)
        except (ValueError, KeyError, TypeError):
            pass
        with self._wake:
            for index, item in enumerate(sent):
                if index in refused:
                    self._discard(item, refused[index])
                else:
                    self.accepted += 1
                    self._settled += 1
            self._wake.notify_all()

    def _say(self, leaves):
        """Tells the console that this client is there, what it threw away, or that it leaves."""
        with self._wake:
            told, self._to_report = self._to_report, {}
        if not told and not self.live:
            return
        self._number += 1
        self._has_promised = self.live
        sign = {"event": "client", "client": self.name, "at": round(time.time(), 6), "seq": self._number,
                "source": self.service, "discarded": [
                    {"reason": reason, "log_level": level, "sessions": sessions, "events": events}
                    for (reason, level), (sessions, events) in told.items()], "leaves": leaves}
        if self.live:
            sign["heartbeat"] = self._heartbeat
        status, _ = self._exchange_until_answered("/v1/events", [_json(sign)], may_be_missing=True)
        if not 200 <= status < 300:
            with self._wake:
                self._report_after = time.monotonic() + self._last_retry
                for key, (sessions, events) in told.items():
                    counts = self._to_report.setdefault(key, [0, 0])
                    counts[0] += sessions
                    counts[1] += events

    def _exchange_until_answered(self, path, lines, may_be_missing=False):
        """(status, body) of an answer that says what became of lines; (0, …) when there is none before the end."""
        body = b"\n".join(lines) + b"\n"
        headers = {"Content-Type": "application/x-ndjson", "X-Escalite-Source": self.service.encode(),
                   "X-Escalite-Client": self.name.encode(), "User-Agent": "escalite_console.py"}
        if len(body) > GZIP_FROM:
            body, headers["Content-Encoding"] = gzip.compress(body, 5), "gzip"
        pause = self._first_retry
        while True:
            was_leaving = self._leaving
            status, answer, after = self._exchange(path, body, headers)
            if 200 <= status < 300 or status in (400, 413, 415, 422) or (status == 404 and may_be_missing):
                if self._is_out and status < 300:
                    _log.warning("Escalite Console answers again")
                    self._is_out = False
                self._spoke = time.monotonic()
                return status, answer
            if not self._is_out:
                self._is_out = True
                _log.warning("Escalite Console does not take sessions (%s); they wait here, the least important are "
                             "given up first", f"status {status}" if status else answer)
            with self._wake:
                if was_leaving:
                    return 0, b""
                self._wake.wait_for(lambda: self._leaving, pause * random.uniform(0.5, 1) if after is None else after)
            pause = min(pause * 2, self._last_retry)

    def _exchange(self, path, body, headers):
        """(status, body, seconds of Retry-After or None); status 0 when there was no answer."""
        if self._connection and time.monotonic() - self._spoke > 10:  # The console closes what idles for 15 s.
            self._disconnect()
        while True:
            is_reused = self._connection is not None
            try:
                if not is_reused:
                    self._connection, self._bearer = self._connect()
                    self._connection.response_class = _Response
                token = {"Authorization": f"Bearer {self._bearer}"} if self._bearer else {}
                self._connection.request("POST", path, body, {**headers, **token})
                answer = self._connection.getresponse()
                text = answer.read()
                if answer.status in (401, 403) or answer.will_close:
                    self._disconnect()
                return answer.status, text, _seconds(answer.headers.get("Retry-After"))
            except (OSError, http.client.HTTPException, ValueError) as error:
                self._disconnect()
                if not is_reused or isinstance(error, socket.timeout):
                    return 0, f"{type(error).__name__}: {error}", None

    def _connect(self):
        """A connection and the token for it. Looks anew each time, since a console may start again elsewhere."""
        endpoint = _endpoint_file()
        addresses = [str(address) for address in endpoint.get("addresses", [])]
        url, token = self._url, self._token
        if not url:
            path = endpoint.get("socket")
            if path and os.path.exists(path):
                url = f"unix:{path}"
            else:
                url = f"http://{addresses[0]}" if addresses else "http://127.0.0.1:4377"
        scheme, _, place = url.rpartition("://")
        place = place.split("/")[0]
        if not token and (place in addresses or url == f"unix:{endpoint.get('socket')}"):
            try:
                with open(endpoint["ingest_token_file"], encoding="utf-8") as file:
                    token = file.read().strip()
            except OSError:  # Another user's; a Unix socket needs none.
                pass
        if url.startswith("unix:"):
            return _UnixConnection(url[len("unix:"):], self._timeout), token
        if scheme == "https":
            return http.client.HTTPSConnection(place, timeout=self._timeout, context=ssl.create_default_context()), token
        return http.client.HTTPConnection(place, timeout=self._timeout), token

    def _disconnect(self):
        if self._connection:
            self._connection.close()
        self._connection = None


def _seconds(retry_after):
    try:
        return min(max(float(retry_after), 0.0), 300.0) if retry_after else None
    except ValueError:
        return None


_client = None
_client_lock = threading.Lock()


def _default():
    global _client
    if _client is None:  # The lock is for the first time alone: a thread may hold it while another one forks.
        with _client_lock:
            _client = _client or Client()
    return _client


def configure(**options):
    """Replaces the client of everything that names none; the options are those of Client."""
    global _client
    with _client_lock:
        before, _client = _client, Client(**options)
    if before:
        before.close()
    return _client


def client():
    """The client of everything that names none."""
    return _default()


def current():
    """The session of the current request, or None."""
    session = _current.get()
    return session if session and not session.ended else None


def log(key, value=None, **fields):
    """An entry of the current request, as Session.log; nothing outside one."""
    session = current()
    if session:
        session.log(key, value, **fields)


def call(service, message=None, url=None):
    """A call of a service within the current request, as Session.call; nothing outside one."""
    return _Call(current(), service, message, url)


def bind(function):
    """function, run within the request that is the current one now: for threads and thread pools."""
    session = _current.get()

    @functools.wraps(function)
    def bound(*args, **kwargs):
        token = _current.set(session)
        try:
            return function(*args, **kwargs)
        finally:
            _current.reset(token)
    return bound


def forward(document):
    """Sends a document of Python Escalite, get_all_logs(), unchanged."""
    _default().forward(document)


def flush(timeout=2.0):
    return _default().flush(timeout)


class ASGI:
    """Middleware: a session for each HTTP request. It ends when the application is through with the request, after the
    last part of a streamed body and after its background tasks."""

    def __init__(self, app, client=None):
        self.app, self._client = app, client

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        traceparent = next((value.decode("latin-1") for name, value in scope.get("headers") or ()
                            if name.lower() == b"traceparent"), None)
        path = scope.get("root_path", "") + scope["path"] if not scope["path"].startswith(
            scope.get("root_path") or "/") else scope["path"]
        session = Session(f"{scope['method']} {path or '/'}", traceparent=traceparent, client=self._client)
        answered = []

        async def watch(message):
            if message["type"] == "http.response.start":
                answered.append(message["status"])
                session.respond(message["status"])
            await send(message)

        with session:
            try:
                await self.app(scope, receive, watch)
            except Exception:
                if not answered:
                    session.respond(500)
                raise
            finally:
                route = getattr(scope.get("route"), "path", None)  # Starlette and FastAPI leave it here.
                if route:
                    session.log("route", route, tag="api_logs")


class WSGI:
    """Middleware: a session for each request. It ends when the body does, or is closed."""

    def __init__(self, app, client=None):
        self.app, self._client = app, client

    def __call__(self, environ, start_response):
        path = (environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")).encode("latin-1", "replace")
        session = Session(f"{environ.get('REQUEST_METHOD', 'GET')} {path.decode('utf-8', 'replace') or '/'}",
                          traceparent=environ.get("HTTP_TRACEPARENT"), client=self._client)

        def answer(status, headers, *error):
            written = start_response(status, headers, *error)
            session.respond(int(status[:3]))
            return written

        return _Body(session, self.app, environ, answer)


class _Body:
    """The body of an answer, each part of which is made within the session."""

    def __init__(self, session, app, environ, answer):
        self._session = session
        self._body = self._within(app, environ, answer)
        self._parts = self._within(iter, self._body)

    def _within(self, function, *args):
        token = _current.set(self._session)
        try:
            return function(*args)
        except StopIteration:
            self._session.end()
            raise
        except BaseException as error:
            if isinstance(error, Exception) and "response_status" not in self._session._sections["api_logs"]:
                self._session.respond(500)
            self._session._failed(error)
            self._session.end()
            raise
        finally:
            _current.reset(token)

    def __iter__(self):
        return self

    def __next__(self):
        return self._within(next, self._parts)

    def __len__(self):  # Servers take the length of a list's body from it.
        return len(self._body)

    def close(self):
        if hasattr(self._body, "close"):
            self._within(self._body.close)
        self._session.end()


class Handler(logging.Handler):
    """Log records of the current request become its entries: from ERROR on in error_logs, the others in the section
    "logging". Outside of a request a record from ERROR on makes a session of its own; the others are left out."""

    def __init__(self, level=logging.NOTSET, client=None):
        super().__init__(level)
        self._client = client

    def emit(self, record):
        if record.name != _log.name:
            self._write(record)

    @_quiet
    def _write(self, record):
        session, own = current(), None
        is_error = record.levelno >= logging.ERROR
        if session is None:
            if not is_error:
                return
            session = own = Session(client=self._client)
        trace = logging.Formatter().formatException(record.exc_info) if record.exc_info else None
        section = "error_logs" if is_error else "logging"
        session.log(session._unused(section, record.name), tag=section, level=record.levelno,
                    message=record.getMessage(), error_trace=trace or record.stack_info,
                    extras={"place": f"{record.pathname}:{record.lineno}", "function": record.funcName})
        if own:
            own.end()


try:
    from escalite.notifiers.base_notifier import BaseNotifier as _BaseNotifier
except Exception:  # noqa: B902 - Python Escalite is not there, and not needed.
    _BaseNotifier = object

_notifying = {}  # Python Escalite makes its notifiers anew for each request: their clients are kept here.


class ConsoleNotifier(_BaseNotifier):
    """A notifier of Python Escalite that sends the document to the console. Its config may hold url, token, service."""

    def __init__(self, config=None):
        self.set_config(config)

    def set_config(self, config):
        options = {name: config[name] for name in ("url", "token", "service") if config and config.get(name)}
        key = tuple(sorted(options.items()))
        if options and key not in _notifying:
            with _client_lock:
                _notifying[key] = _notifying.get(key) or Client(**options)
        self._client = _notifying[key] if options else _default()

    def notify(self, message, data):
        self._client.forward(data)
