# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
"""Tells Escalite Console what each request of a service did. Python 3.8 or later, nothing else.

    app = escalite_console.WSGI(app)                              # or ASGI(app)
    logging.getLogger().addHandler(escalite_console.Handler())    # log records become entries of their request
    escalite_console.log("user", 42)                              # an entry of the current request, anywhere below it
    with escalite_console.call("payment", url="https://pay.example/v1") as payment:
        payment.finish("no answer", level="error", code=504)
    with escalite_console.Session("cron nightly"):                # what is no web request
        ...
    NotifierFactory.add_notifier_map("console", escalite_console.ConsoleNotifier)        # within Python Escalite

A console on this machine is found by itself; ESCALITE_URL and ESCALITE_TOKEN name another. ESCALITE_SERVICE names the
service, ESCALITE_LIVE=1 shows requests while they run, ESCALITE_MIN_LEVEL leaves out what is below, ESCALITE_DISABLED=1
switches off. Nothing here raises into a request or waits for the console: a thread sends, and when too much waits, the
lowest level is given up first and the console is told.
"""

import atexit
import collections
import contextvars
import email.utils
import functools
import gzip
import http.client
import itertools
import json
import logging
import math
import os
import random
import re
import socket
import sys
import threading
import time
import traceback
import uuid

LEVELS = ("debug", "info", "warning", "error", "critical")
RANK = {name: rank for rank, name in enumerate(LEVELS)}
ENDING = len(LEVELS)  # The end of a live session ranks above every level: without it the session stays open.
MEMBERS = ("value", "code", "message", "log_level", "peak_level", "log_time", "extras", "url", "error_trace",
           "start_time", "end_time", "time_elapsed", "calls")

# The console takes 1 MiB and 20,000 JSON values a document. Both are kept by one sum: a byte costs 1, a JSON value 50
# more, and an entry or a call, whose own members are many, 1000 more.
NODE_COST, ENTRY_COST, VALUE_LIMIT, SESSION_LIMIT = 50, 1000, 100_000, 900_000
TEXT_LIMIT = 32 * 1024  # characters
BATCH_COUNT, BATCH_BYTES = 512, 1024 * 1024

_log = logging.getLogger("escalite_console")
_current = contextvars.ContextVar("escalite_console_session", default=None)
_SECRET = re.compile(r"(authorization|cookies?|passwords?|passwd|secrets?|token|api[-_.]?keys?)([^a-z]|$)", re.I)
_SECRET_IN_URL = re.compile(r"([?&;][^=&#]*(?:password|passwd|secret|token|key|signature)=)[^&#]*", re.I)
_LOGIN_IN_URL = re.compile(r"://[^/?#@\s]*@")
_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}")


def redact(key, value):
    """What is sent in the place of value. Give Sink another function of this kind to decide otherwise."""
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
        return LEVELS[min(max(level // 10 - 1, 0), 4)]
    name = {"warn": "warning", "fatal": "critical"}.get(str(level).lower(), str(level).lower())
    return name if name in RANK else "info"


def _worst(*levels):
    return max(levels, key=RANK.__getitem__)


def _text(text):
    text = str(text).replace("\0", "\ufffd")
    return text if len(text) <= TEXT_LIMIT else f"{text[:TEXT_LIMIT]}…(truncated {len(text) - TEXT_LIMIT})"


def _key(text):
    return _text(text).encode("utf-8", "replace")[:240].decode("utf-8", "ignore") or "?"


def _given(members):
    return {name: value for name, value in members.items() if value is not None}


def _trace(error):
    text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    return text if len(text) <= TEXT_LIMIT else "…" + text[1 - TEXT_LIMIT:]


def _json(value):
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"),
                      default=str).encode("utf-8", "replace")


def _clean(value, hide):
    """(value, its cost), where value is of JSON's types alone, finite, bounded and without secrets."""
    left = VALUE_LIMIT

    def walk(value, depth):
        nonlocal left
        left -= NODE_COST
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int) and -2**63 <= value < 2**63:
            return int(value)
        if isinstance(value, float):
            return float(value) if math.isfinite(value) else str(value)
        if isinstance(value, (dict, list, tuple, set, frozenset)):
            whole = len(value) if depth < 16 else 0
            some = itertools.takewhile(lambda _: left > 0, value.items() if isinstance(value, dict) else value)
            if not isinstance(value, dict):
                kept = [walk(item, depth + 1) for item in some] if whole else []
                return kept + [f"…(truncated {len(value) - len(kept)})"] if len(kept) < len(value) else kept
            kept = {_key(key): walk(hide(_key(key), item), depth + 1) for key, item in some} if whole else {}
            return {**kept, "…": f"(truncated {len(value) - len(kept)})"} if len(kept) < len(value) else kept
        text = _text(value)
        left -= len(text.encode("utf-8", "replace"))
        return text

    return walk(value, 0), VALUE_LIMIT - left


class Session:
    """What one request did. For any thread; as a context manager it is the current session inside.

    Live, each step is told as it happens, also one that comes after the end. Otherwise the whole is sent at the end,
    and what comes later is counted as lost."""

    def __init__(self, route="", traceparent=None, sink=None):
        """route: "POST /pay", or any name. traceparent: the header of that name."""
        self.alert_id, self.level, self.ended = str(uuid.uuid4()), "info", False
        self.dropped = 0  # entries and calls that are not in it
        self._sink = sink or _sink_for()
        self._pid, self._lock, self._tokens = os.getpid(), threading.RLock(), []
        self._sections = {"api_logs": {}, "service_logs": {}, "error_logs": {}}  # and "" for entries without a section
        self._known, self._calls, self._cost, self._forced = collections.Counter(), collections.Counter(), 0, False
        self._records = collections.defaultdict(lambda: itertools.count(1))  # of the logging module, by section and key
        self._started, self._tick = time.time(), time.perf_counter()
        self._date = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(self._started))
        route = str(route)
        method, _, path = route.partition(" ")
        method, path = (method.upper(), path) if path.startswith("/") else (None, route)
        if self._sink.live:
            self._tell("session_start", "info", source=self._sink.service, method=method, path=_text(path),
                       log_date=self._date)
        else:
            for key, value in (("request_method", method), ("request_path", path)):
                if value:
                    self.log(key, value, tag="api_logs")
        trace = _TRACEPARENT.match(traceparent or "")
        if trace:
            self.log("trace_id", trace.group(1), tag="api_logs")
            self.log("span_id", trace.group(2), tag="api_logs")

    def log(self, key, value=None, tag="", level="info", code=None, message=None, extras=None, error_trace=None):
        """An entry, in a section when tag names one. The same key again changes the entry; None changes nothing."""
        self._record("entry", tag, key, level, value=value, code=code, message=message, error_trace=error_trace,
                     extras=extras)

    def log_exception(self, error, key="unhandled_exception", level="error"):
        text = _quiet(str)(error) or type(error).__name__
        self.log(key, type(error).__name__, "error_logs", level, message=text, error_trace=_quiet(_trace)(error))

    def call(self, service, message=None, url=None, extras=None):
        """Begins a call of a service; end it with finish(), or use it in a with statement."""
        return Call(self, service, message, url, extras)

    def respond(self, status):
        """The HTTP status of the answer: from 500 on an error, from 400 on a warning."""
        level = "error" if status >= 500 else "warning" if status >= 400 else "info"
        self.log("response_status", status, "api_logs", level, code=status)

    @_quiet
    def set_level(self, level, force=False):
        """Raises the level of the session; lowers it only by force. Returns the level in force."""
        if self._pid != os.getpid():
            return self.level
        with self._lock:
            if not self.ended:
                level = _level(level)
                self._forced = self._forced or force and RANK[level] < RANK[self.level]
                self.level = level if force else _worst(level, self.level)
                self._tell("level", level, log_level=level, force=force or None)
            return self.level

    @_quiet
    def end(self):
        """Ends it and hands it over. A second end does nothing; nor does that of a parent's session in its child."""
        if self._pid != os.getpid():
            return
        with self._lock:
            if not self.ended:
                end = self._now()
                self._tell("session_end", self.level, time_elapsed=round(end - round(self._started, 6), 6))
                self.ended = True
                if not self._sink.live and RANK[self.level] >= RANK[self._sink.min_level]:
                    self._sink.put("session", RANK[self.level], _json(self._document(end)), self)

    def _now(self):
        return round(self._started + time.perf_counter() - self._tick, 6)  # Steps of the clock do not reach a session.

    @_quiet
    def _record(self, kind, section, key, level, number=0, **fields):
        """Writes an entry, or the beginning or end of a call. The number of the call."""
        level, section, key = _level(level), section and _key(section), _key(key)
        hide, cost = self._sink.redact, 0
        fields = _given(fields)
        if "value" in fields:
            fields["value"] = hide(key, fields["value"])
        if "url" in fields:
            fields["url"] = _SECRET_IN_URL.sub(r"\1[hidden]", _LOGIN_IN_URL.sub("://", str(fields["url"])))
        if "extras" in fields:
            fields["extras"] = dict(fields["extras"])
        for name, value in fields.items():
            fields[name], used = _clean(str(value) if name == "message" else value, hide)
            cost += used
        if self._pid != os.getpid():
            return 0
        with self._lock:
            if self.ended and not self._sink.live:
                self._sink.lose("late", level)
                return 0
            is_new = not self._known[section, key]
            cost += ENTRY_COST * (is_new + (kind == "call_start"))
            if self._cost + cost > SESSION_LIMIT:
                self.dropped += 1
                return 0
            self._cost += cost
            self._known[section, key] += 1
            if kind == "call_start":
                self._calls[key] += 1
                number = self._calls[key]
            now = self._now()
            self.level = _worst(level, self.level)
            if self._sink.live:
                where = {"service": key, "call": number} if number else {"section": section or None, "key": key}
                self._tell(kind, level, now, log_level=level, **where, **fields)
            else:
                self._keep(kind, section, key, level, now, number, fields)
            return number

    def _keep(self, kind, section, key, level, now, number, fields):
        """Puts into the document what the console makes of the same event."""
        entry = self._sections.setdefault(section, {}).setdefault(key, {
            "value": None, "code": None, "message": None, "log_level": level, "peak_level": level,
            **({"start_time": now} if section else {})})
        extras = fields.pop("extras", {})
        if extras:
            entry["extras"] = {**extras, **entry.get("extras", {}), **_given(extras)}
        entry.update(log_time=now, peak_level=_worst(level, entry["peak_level"]))
        calls = entry.setdefault("calls", []) if number else []
        if kind == "call_start":
            calls.append({"message": None, "code": None, "log_level": level, "url": None, "start_time": now,
                          "end_time": None, "time_elapsed": None})
        if number:
            call = calls[number - 1]
            call.update({name: fields[name] for name in ("message", "code", "url") if name in fields}, log_level=level)
            if kind == "call_stop":
                call.update(end_time=now, time_elapsed=round(now - call["start_time"], 6))
        if number == len(calls):  # Of its calls, the entry of a service shows the newest.
            entry.update(fields, log_level=level)
        if calls:
            entry.update({name: calls[-1][name] for name in ("start_time", "end_time", "time_elapsed")})
        elif section and self._known[section, key] > 1:
            entry.update(end_time=now, time_elapsed=round(now - entry["start_time"], 6))

    def _document(self, end):
        """The whole of it as the console takes it."""
        def wire(entry):
            peak = entry["peak_level"] if entry["peak_level"] != entry["log_level"] else None
            all_of_it = {**entry, "peak_level": peak}
            return {name: all_of_it[name] for name in MEMBERS if name in MEMBERS[:3] or all_of_it.get(name) is not None}

        def written(section):
            entries = self._sections[section]
            worst = _worst("info", *(entry["peak_level"] for entry in entries.values()))
            return {**({"log_level": worst} if section and entries else {}),
                    **{key: wire(entry) for key, entry in entries.items()}}

        own = {section: written(section) for section in list(self._sections)[3:] if section}
        start = round(self._started, 6)
        return _given({
            "escalite": _given({"format": 1, "dropped": self.dropped or None}),
            "alert_id": self.alert_id, "source": self._sink.service, "api_logs": written("api_logs"),
            "service_logs": written("service_logs"), "error_logs": written("error_logs"), "sections": own or None,
            "entries": written("") if "" in self._sections else None, "log_level": self.level,
            "forced": self._forced or None, "start_time": start, "end_time": end, "log_date": self._date,
            "time_elapsed": round(end - start, 6)})

    @_quiet
    def _tell(self, kind, level, at=None, **members):
        if self._sink.live:
            is_frame = kind in ("session_start", "session_end")
            if is_frame or RANK[level] >= RANK[self._sink.min_level]:
                event = {"event": kind, "alert_id": self.alert_id, "at": at or self._now(), **_given(members)}
                self._sink.put(kind, ENDING if kind == "session_end" else RANK[level], _json(event), self)

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

    def _failed(self, error):
        if isinstance(error, Exception):
            self.log_exception(error)
        elif error is not None and not isinstance(error, GeneratorExit):  # Cancelled or stopped, which is no failure.
            self.log_exception(error, "interrupted", "warning")


class Call:
    """One call of a service; session may be None. A with statement ends it, as an error when an exception leaves it."""

    def __init__(self, session, service, message=None, url=None, extras=None):
        self._session, self._service = session, service
        self._number = session and session._record("call_start", "service_logs", service, "info", message=message,
                                                   url=url, extras=extras)

    def finish(self, message=None, level="info", code=None, extras=None, error_trace=None):
        number, self._number = self._number, 0
        if number:
            self._session._record("call_stop", "service_logs", self._service, level, number, message=message, code=code,
                                  extras=extras, error_trace=error_trace)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if isinstance(error, Exception):
            self.finish(_quiet(str)(error) or kind.__name__, "error", error_trace=_quiet(_trace)(error))
        self.finish()


class _UnixConnection(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def _is_on(variable):
    return os.environ.get(variable, "").lower() not in ("", "0", "false", "no", "off")


def _endpoint_file():
    """What a running console says of itself, or nothing."""
    data = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
    for folder in (os.path.join(os.environ.get("XDG_RUNTIME_DIR") or "/nowhere", "escalite"),
                   os.path.join(data, "escalite", "run")):
        try:
            with open(os.path.join(folder, "endpoint.json"), encoding="utf-8") as file:
                return json.load(file)
        except (OSError, ValueError):
            pass
    return {}


def _seconds(retry_after):
    """What Retry-After says, a number or a date, as seconds from now; 5 minutes at most."""
    try:
        wait = float(retry_after) if retry_after.isdigit() else \
            email.utils.parsedate_to_datetime(retry_after).timestamp() - time.time()
        return min(max(wait, 0.0), 300.0)
    except (AttributeError, TypeError, ValueError):
        return None


_Item = collections.namedtuple("_Item", "order kind rank line session")


class Sink:
    """The way to one console: a bounded queue and the thread that sends. Times are in seconds."""

    def __init__(self, url=None, token=None, service=None, live=None, min_level=None, disabled=None, redact=redact,
                 max_queued=None, max_bytes=8 * 1024 * 1024, delay=None, first_retry=1.0, last_retry=60.0,
                 heartbeat=5.0):
        """What is None comes from the environment. max_queued: sessions (2048), or events when live (16384)."""
        given = os.environ.get
        program = os.path.splitext(os.path.basename(sys.argv[0] if sys.argv else ""))[0]
        service = service or given("ESCALITE_SERVICE") or given("OTEL_SERVICE_NAME") or program or "python"
        self.service = "".join(c for c in str(service) if c.isprintable())[:120]
        self.live = _is_on("ESCALITE_LIVE") if live is None else live
        self.disabled = _is_on("ESCALITE_DISABLED") if disabled is None else disabled
        self.min_level = _level(min_level or given("ESCALITE_MIN_LEVEL") or "debug")
        self.redact = redact
        self.accepted = 0  # sessions and events that the console confirmed
        self.discarded = collections.Counter()  # by reason, since the start
        self._url, self._token = url or given("ESCALITE_URL"), token or given("ESCALITE_TOKEN")
        self._max_queued, self._max_bytes = max_queued or (16384 if self.live else 2048), max_bytes
        self._delay = (0.05 if self.live else 1.0) if delay is None else delay
        self._first_retry, self._last_retry, self._heartbeat = first_retry, last_retry, heartbeat
        self._start_anew()
        os.register_at_fork(after_in_child=self._start_anew)
        atexit.register(self.close)

    def _start_anew(self):
        """At the start, and in the child after a fork: nothing of the parent's is sent twice."""
        self.name = f"{self.service}@{socket.gethostname()}-{os.getpid()}-{random.SystemRandom().randrange(65536):04x}"
        self._wake, self._thread = threading.Condition(threading.Lock()), None
        self._queues = [collections.deque() for _ in range(ENDING + 1)]  # by rank
        self._count = self._bytes = self._handed = self._settled = self._number = self._open = 0
        self._lost = {}  # (reason, level): [sessions, events] that the console has not been told of
        self._hurry = self._leaving = self._is_out = False

    @_quiet
    def forward(self, document):
        """Sends a document of Python Escalite, get_all_logs(), as it is now."""
        try:
            line = _json(document)
        except ValueError:  # Not finite, or what holds itself.
            line = b"\\u0000"
        if b"\\u0000" in line:  # Which the console refuses.
            line = _json(_clean(document, lambda key, value: value)[0])
        self.put("session", RANK[_level(document.get("log_level"))], line)

    def flush(self, timeout=2.0):
        """Waits until what was handed over by now is answered, timeout at the longest. Whether it is."""
        with self._wake:
            handed, self._hurry = self._handed, True
            self._wake.notify_all()
            return self._wake.wait_for(lambda: self._settled >= handed, timeout)

    def close(self, timeout=2.0):
        """Sends what waits, timeout at the longest, and ends. Called at exit."""
        with self._wake:
            self._leaving = True
            self._wake.notify_all()
        if self._thread:
            self._thread.join(timeout)

    def put(self, kind, rank, line, session=None):
        """Queues a session's document, or one of its events."""
        with self._wake:
            if self.disabled or self._leaving:
                return
            self._handed += 1
            self._queues[rank].append(_Item(self._handed, kind, rank, line, session))
            self._count, self._bytes = self._count + 1, self._bytes + len(line)
            self._open += {"session_start": 1, "session_end": -1}.get(kind, 0)
            while self._count > self._max_queued or self._bytes > self._max_bytes:
                self._settle(self._pop(next(queue for queue in self._queues if queue)), "queue_full")
            if self._count == 1 or self._is_full():
                self._wake.notify_all()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="escalite-console", daemon=True)
                self._thread.start()

    def lose(self, reason, level):
        """Counts an entry that nothing can be done with any more, to be told to the console."""
        with self._wake:
            self._count_lost(reason, level, is_event=True)

    def _count_lost(self, reason, level, is_event):
        self._lost.setdefault((reason, level), [0, 0])[is_event] += 1
        self.discarded[reason] += 1
        self._wake.notify_all()

    def _is_full(self):
        return self._count >= BATCH_COUNT or self._bytes >= BATCH_BYTES

    def _pop(self, queue):
        item = queue.popleft()
        self._count, self._bytes = self._count - 1, self._bytes - len(item.line)
        return item

    def _settle(self, item, problem=None):
        """The item is with the console, or lost because of problem."""
        self._settled += 1
        if not problem:
            self.accepted += 1
        else:
            level = item.session.level if item.rank == ENDING else LEVELS[item.rank]
            self._count_lost(problem, level, item.kind != "session")
            if item.session:
                item.session.dropped += 1
        self._wake.notify_all()

    # What follows runs on the thread that sends.

    def _run(self):
        if self.live:
            self._say({}, leaves=False)  # The promise of a sign of life comes before the first events.
        is_last = False
        while not is_last:
            try:
                with self._wake:  # The first of a batch waits for others.
                    has_work = self._wake.wait_for(lambda: self._count or self._lost or self._leaving,
                                                   self._heartbeat if self.live and self._open else None)
                    self._wake.wait_for(lambda: self._hurry or self._leaving or self._is_full(),
                                        self._delay if has_work else 0)
                    lost, self._lost = self._lost, {}
                    is_last = self._leaving and not self._count
                if lost or self.live and (is_last or not has_work):
                    self._say(lost, is_last)
                with self._wake:
                    batch = self._take()
                if batch:
                    self._send(batch)
            except Exception:  # noqa: B902
                _log.warning("sessions are lost by a mistake in escalite_console", exc_info=True)
                time.sleep(1)

    def _take(self):
        """The oldest of what waits that make a batch: documents, or events."""
        batch, size = [], 0
        while self._count and len(batch) < BATCH_COUNT:
            queue = min((queue for queue in self._queues if queue), key=lambda queue: queue[0].order)
            size += len(queue[0].line)
            if batch and (size > BATCH_BYTES or (queue[0].kind == "session") != (batch[0].kind == "session")):
                break
            item = self._pop(queue)
            if item.kind != "session":  # By its number the console sees what is missing.
                self._number += 1
                dropped = b',"dropped":%d' % item.session.dropped if item.rank == ENDING else b""
                item = item._replace(line=item.line[:-1] + dropped + b',"seq":%d}' % self._number)
            batch.append(item)
        self._hurry = self._hurry and self._count > 0
        return batch

    def _send(self, batch):
        path = "/v1/sessions" if batch[0].kind == "session" else "/v1/events"
        status, answer = self._answer(path, [item.line for item in batch])
        if status == 413 and len(batch) > 1:
            half = len(batch) // 2
            self._send(batch[:half])
            self._send(batch[half:])
            return
        problem = {0: "gave_up", 413: "too_large"}.get(status, "refused")
        problems = {} if 200 <= status < 300 else dict.fromkeys(range(len(batch)), problem)
        try:
            rejected = [each for each in json.loads(answer)["results"] if each["status"] == "rejected"]
            problems = {each["index"]: "refused" for each in rejected}
            if rejected:
                _log.warning("Escalite Console refuses %d of %d: %s", len(rejected), len(batch),
                             rejected[0].get("reason"))
        except (ValueError, KeyError, TypeError):
            pass
        with self._wake:
            for index, item in enumerate(batch):
                self._settle(item, problems.get(index))

    def _say(self, lost, leaves):
        """Tells the console that this client is there, what was lost, or that it leaves."""
        self._number += 1
        self._answer("/v1/events", [_json({
            "event": "client", "client": self.name, "at": round(time.time(), 6), "seq": self._number,
            "source": self.service, "leaves": leaves, **({"heartbeat": self._heartbeat} if self.live else {}),
            "discarded": [{"reason": reason, "log_level": level, "sessions": sessions, "events": events}
                          for (reason, level), (sessions, events) in lost.items()]})], may_be_missing=True)

    def _answer(self, path, lines, may_be_missing=False):
        """(status, body) of an answer that says what became of lines; (0, …) when there is none before the end."""
        body = b"\n".join(lines) + b"\n"
        headers = {"Content-Type": "application/x-ndjson", "X-Escalite-Source": self.service.encode(),
                   "X-Escalite-Client": self.name.encode(), "User-Agent": "escalite_console.py"}
        if len(body) > 1024:
            body, headers["Content-Encoding"] = gzip.compress(body, 5), "gzip"
        pause = self._first_retry
        while True:
            was_leaving = self._leaving
            status, answer, after = self._post(path, body, headers)
            if 200 <= status < 300 or status in (400, 413, 415, 422) or (status == 404 and may_be_missing):
                if self._is_out:
                    self._is_out = False
                    _log.warning("Escalite Console answers again")
                return status, answer
            if not self._is_out:
                self._is_out = True
                _log.warning("Escalite Console does not take sessions (%s); they wait here, the least important are "
                             "given up first", f"status {status}" if status else answer)
            if was_leaving:
                return 0, b""
            with self._wake:
                self._wake.wait_for(lambda: self._leaving, pause * random.uniform(0.5, 1) if after is None else after)
            pause = min(pause * 2, self._last_retry)

    def _post(self, path, body, headers):
        """(status, body, seconds of Retry-After or None); status 0 and why when there was no answer."""
        try:
            connection, token = self._connect()
            try:
                connection.request("POST", path, body, {
                    **headers, "Connection": "close", **({"Authorization": f"Bearer {token}"} if token else {})})
                answer = connection.getresponse()
                return answer.status, answer.read(), _seconds(answer.headers.get("Retry-After"))
            finally:
                connection.close()
        except (OSError, http.client.HTTPException, ValueError) as error:
            return 0, f"{type(error).__name__}: {error}", None

    def _connect(self):
        """A connection and the token for it. Looks anew each time, since a console may start again elsewhere."""
        endpoint = _endpoint_file()
        addresses, path = endpoint.get("addresses", []), endpoint.get("socket", "")
        url, token = self._url, self._token
        if not url:
            url = f"unix:{path}" if os.path.exists(path) else f"http://{(addresses or ['127.0.0.1:4377'])[0]}"
        scheme, _, place = url.rpartition("://")
        place = place.split("/")[0]
        if not token and (place in addresses or url == f"unix:{path}"):
            try:
                with open(endpoint["ingest_token_file"], encoding="utf-8") as file:
                    token = file.read().strip()
            except OSError:  # Another user's; a Unix socket needs none.
                pass
        if url.startswith("unix:"):
            connection = _UnixConnection("localhost", timeout=10)
            connection.path = url[len("unix:"):]
            return connection, token
        kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
        return kind(place, timeout=10), token


_sinks = {}  # by their options; () is that of everything that names none


def _sink_for(**options):
    key = tuple(sorted(options.items()))
    return _sinks.get(key) or _sinks.setdefault(key, Sink(**options))


def configure(**options):
    """Replaces the sink of everything that names none; the options are those of Sink."""
    before, _sinks[()] = _sinks.get(()), Sink(**options)
    if before:
        before.close()
    return _sinks[()]


def current():
    """The session of the current request, or None."""
    return _current.get()


def log(key, value=None, **fields):
    """An entry of the current request, as Session.log; nothing outside one."""
    if current():
        current().log(key, value, **fields)


def call(service, message=None, url=None, extras=None):
    """A call of a service within the current request, as Session.call; nothing outside one."""
    return Call(current(), service, message, url, extras)


def bind(function):
    """function, run within the request that is the current one now: for threads and thread pools."""
    return functools.partial(_within, _current.get(), function)


def _within(session, function, *args, **kwargs):
    token = _current.set(session)
    try:
        return function(*args, **kwargs)
    finally:
        _current.reset(token)


def flush(timeout=2.0):
    return _sink_for().flush(timeout)


class ASGI:
    """Middleware: a session for each HTTP request, which ends when the application is through with it: after the last
    part of a streamed body and after its background tasks."""

    def __init__(self, app, sink=None):
        self.app, self._sink = app, sink

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        headers = {name.lower(): value.decode("latin-1") for name, value in scope.get("headers") or ()}
        root = scope.get("root_path", "")
        path = scope["path"] if scope["path"].startswith(root) else root + scope["path"]
        session = Session(f"{scope['method']} {path or '/'}", headers.get(b"traceparent"), self._sink)
        answered = False

        async def watch(message):
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = True
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
    """Middleware: a session for each request, which ends when its body does, or is closed."""

    def __init__(self, app, sink=None):
        self.app, self._sink = app, sink

    def __call__(self, environ, start_response):
        path = (environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")).encode("latin-1", "replace")
        session = Session(f"{environ.get('REQUEST_METHOD', 'GET')} {path.decode('utf-8', 'replace') or '/'}",
                          environ.get("HTTP_TRACEPARENT"), self._sink)
        return _Body(session, self.app, environ, start_response)


class _Body:
    """The body of an answer, each part of which is made within the session."""

    def __init__(self, session, app, environ, start_response):
        self._session, self._answered = session, False

        def answer(status, headers, *error):
            self._answered = True
            session.respond(int(status[:3]))
            return start_response(status, headers, *error)

        self._body = self._within(app, environ, answer)
        self._parts = self._within(iter, self._body)

    def _within(self, function, *args):
        try:
            return _within(self._session, function, *args)
        except BaseException as error:
            if not isinstance(error, StopIteration):
                if isinstance(error, Exception) and not self._answered:
                    self._session.respond(500)
                self._session._failed(error)
            self._session.end()
            raise

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

    @_quiet
    def emit(self, record):
        session, is_error = current(), record.levelno >= logging.ERROR
        if record.name == _log.name or not (session or is_error):
            return
        own = None if session else Session()
        session, section, key = session or own, "error_logs" if is_error else "logging", _key(record.name)
        number = next(session._records[section, key])
        trace = logging.Formatter().formatException(record.exc_info) if record.exc_info else record.stack_info
        session.log(key if number == 1 else f"{key} ({number})", tag=section, level=record.levelno,
                    message=record.getMessage(), error_trace=trace,
                    extras={"place": f"{record.pathname}:{record.lineno}", "function": record.funcName})
        if own:
            own.end()


try:
    from escalite.notifiers.base_notifier import BaseNotifier as _BaseNotifier
except Exception:  # noqa: B902 - Python Escalite is not there, and not needed.
    _BaseNotifier = object


class ConsoleNotifier(_BaseNotifier):
    """A notifier of Python Escalite that sends the document to the console. Its config may hold url, token, service."""

    def __init__(self, config=None):
        self.set_config(config)

    def set_config(self, config):  # Python Escalite makes its notifiers anew for each request: the sink stays.
        config = config or {}
        self.sink = _sink_for(**{name: config[name] for name in ("url", "token", "service") if config.get(name)})

    def notify(self, message, data):
        self.sink.forward(data)
