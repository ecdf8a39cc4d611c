#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
"""Measures the built programs beside their peers, interleaved in one run, and says which goals are reached.

usage: tests/bench/run.py [--bin build/release/bin] [--rounds 5] [--seed FOLDER] [ingest|latency|notify|deliver|start|memory|screen|client ...]

Builds nothing: the target escalite_benches makes what it needs. Peers that are not installed are left out: nginx (nginx-light),
prometheus-alertmanager, rsyslog, apprise, smtp-source (postfix). Everything runs on loopback, in directories of its own, and is ended by its process id.
Requests per second of one server vary with the machine; trust the ratios, the CPU time for each session and the medians.
On a machine that does other work, a sync that takes 0.2 ms alone is seen a scheduler's tick (4 ms) later: what waits for the
disk (I1, I3, L1) says little then. Run the whole under `chrt -r 1` to keep other work out.
"""

import argparse
import asyncio
import contextlib
import http.client
import json
import os
import pathlib
import re
import select
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
import console as e2e  # noqa: E402

TICK = os.sysconf("SC_CLK_TCK")
SECONDS = 1.5  # of each contender in each round
median = statistics.median


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port, process):
    def answers():
        if process.poll() is not None:
            raise e2e.GivenUp(f"{process.args[0]} ended with {process.returncode}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    e2e.wait_for(f"{process.args[0]} listening", answers, 20)


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def resident_kib(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    return 0


class Program:
    """A peer in a temporary directory."""

    def __init__(self, stack, command, port, environment=None):
        self.port = port
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
        stack.callback(self.end)
        wait_for_port(port, self.process)

    def end(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    @property
    def pid(self):
        return self.process.pid


def directory(stack):
    return pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="escalite-bench-")))


def nginx(stack):
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if not program:
        return None
    place, port = directory(stack), free_port()
    temporary = "".join(f"{kind}_temp_path {place}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (place / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {place}/pid; error_log {place}/log; events {{ worker_connections 1024; }}\n"
        f"http {{ access_log off; {temporary} keepalive_requests 100000000; client_max_body_size 64m; client_body_buffer_size 1m;\n"
        f"server {{ listen 127.0.0.1:{port}; location / {{ return 204; }} }} }}\n")
    return Program(stack, [program, "-p", str(place), "-e", f"{place}/log", "-c", f"{place}/nginx.conf"], port)


def alertmanager(stack, webhook=None):
    program = shutil.which("prometheus-alertmanager")
    if not program:
        return None
    place, port = directory(stack), free_port()
    receiver = f"{{name: all, webhook_configs: [{{url: '{webhook}', send_resolved: false}}]}}" if webhook else "{name: all}"
    (place / "alertmanager.yml").write_text(
        "route: {receiver: all, group_by: ['...'], group_wait: 0s, group_interval: 1m, repeat_interval: 4h}\n"
        f"receivers: [{receiver}]\n")
    return Program(stack, [program, f"--config.file={place}/alertmanager.yml", f"--storage.path={place}",
                           f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=", "--log.level=error"], port)


class Rsyslog:
    """imptcp to a file; fed over TCP as fast as it takes the lines."""

    def __init__(self, stack, program, lines):
        self.place, self.port = directory(stack), free_port()
        self.file = self.place / "out"
        (self.place / "rsyslog.conf").write_text(
            'global(maxMessageSize="64k")\nmodule(load="imptcp")\n'
            f'input(type="imptcp" address="127.0.0.1" port="{self.port}")\n'
            'template(name="raw" type="string" string="%rawmsg%\\n")\n'
            f'action(type="omfile" file="{self.file}" template="raw")\n')
        self.server = Program(stack, [program, "-n", "-f", f"{self.place}/rsyslog.conf", "-i", f"{self.place}/pid"], self.port)
        self.block = b"".join(lines[:1000])

    def measure(self, seconds):
        before, cpu = self._size(), cpu_seconds(self.server.pid)
        begin = time.monotonic()
        sent = 0
        with socket.create_connection(("127.0.0.1", self.port)) as client:
            while time.monotonic() - begin < seconds:
                client.sendall(self.block)
                sent += 1000
        wanted = before + sent // 1000 * len(self.block)
        with contextlib.suppress(e2e.GivenUp):
            e2e.wait_for("the file", lambda: self._size() >= wanted, 10)
        took = time.monotonic() - begin
        return {"sessions_per_second": sent / took, "cpu": (cpu_seconds(self.server.pid) - cpu) * 1e6 / sent}

    def _size(self):
        return self.file.stat().st_size if self.file.exists() else 0


class Bench:
    def __init__(self, options):
        self.bin = pathlib.Path(options.bin).resolve()
        self.rounds = options.rounds
        self.seed = options.seed
        e2e.BIN = self.bin
        self.verdicts = []

    # What is used by several parts

    def load(self, port, seconds, pid=None, **more):
        command = [str(self.bin / "loadgenerator"), "--port", str(port), "--seconds", str(seconds)]
        for key, value in more.items():
            command += [f"--{key}", str(value)]
        before = cpu_seconds(pid) if pid else 0
        result = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=120).stdout)
        sessions = max(1, result["requests"] * more.get("batch", 1))
        result["cpu"] = (cpu_seconds(pid) - before) * 1e6 / sessions if pid else 0
        return result

    def ours(self, stack, program="escalited", configuration=None):
        house = stack.enter_context(e2e.House())
        if configuration:
            house.configure(configuration)
        return stack.enter_context(e2e.Console(house, program))

    def program_with_window(self):
        return "escalite-console" if (self.bin / "escalite-console").exists() else None

    def goal(self, name, wanted, figure, reached):
        self.verdicts.append((name, wanted, figure, reached))

    def table(self, title, head, rows):
        print(f"\n{title}")
        rows = [head, *rows]
        widths = [max(len(str(row[i])) for row in rows) for i in range(len(head))]
        for row in rows:
            print("  " + "  ".join(str(cell).ljust(width) if i == 0 else str(cell).rjust(width)
                                   for i, (cell, width) in enumerate(zip(row, widths))))
        sys.stdout.flush()

    # The parts

    def ingest(self):
        with contextlib.ExitStack() as stack:
            contenders = {}  # name -> a function that gives one round's result

            def add(name, program, port, **more):
                contenders[name] = lambda: self.load(port, SECONDS, program, connections=64, **more)

            def add_ours(program, suffix):
                running = self.ours(stack, program)
                for batch, name in ((1, "one"), (100, "x 100")):
                    add(f"{program} {name}{suffix}", running.process.pid, running.port, token=running.ingest_token, batch=batch)

            add_ours("escalited", "")
            if self.program_with_window():
                add_ours("escalite-console", "")
            if server := nginx(stack):
                add("nginx 204 one", server.pid, server.port)
                add("nginx 204 x 100", server.pid, server.port, batch=100)
            if server := alertmanager(stack):
                add("alertmanager one", server.pid, server.port, path="/api/v2/alerts", body="alerts")
                add("alertmanager x 100", server.pid, server.port, path="/api/v2/alerts", body="alerts", batch=100)
            rsyslogd = shutil.which("rsyslogd") or shutil.which("rsyslogd", path="/usr/sbin")
            if rsyslogd:
                lines = subprocess.run([str(self.bin / "loadgenerator"), "--print", "1000"], capture_output=True, check=True).stdout
                server = Rsyslog(stack, rsyslogd, lines.splitlines(keepends=True))
                contenders["rsyslog imptcp lines"] = lambda: server.measure(SECONDS)
            results = {name: [] for name in contenders}
            for number in range(self.rounds + 1):
                for name, run in contenders.items():
                    result = run()
                    if number > 0:  # the first warms up: dictionary, caches, heap
                        results[name].append(result)
        rate = {name: median(r["sessions_per_second"] for r in rounds) for name, rounds in results.items()}
        cpu = {name: median(r["cpu"] for r in rounds) for name, rounds in results.items()}
        self.table(f"Ingest: 64 keep-alive connections, median of {self.rounds} rounds of {SECONDS} s", ["", "sessions/s", "min", "max", "CPU us/session"],
                   [[name, f"{rate[name]:,.0f}", f"{min(r['sessions_per_second'] for r in rounds):,.0f}",
                     f"{max(r['sessions_per_second'] for r in rounds):,.0f}", f"{cpu[name]:.1f}"] for name, rounds in results.items()])

        def ratio(goal, ours, peer, wanted):
            if ours not in results or peer not in results:
                return
            # Of the same round, so that what else the machine does falls on both.
            value = median(a["sessions_per_second"] / b["sessions_per_second"] for a, b in zip(results[ours], results[peer]))
            self.goal(goal, f">= {wanted} x {peer}", f"{value:.2f} x  ({ours})", value >= wanted)
        for program in ("escalited", "escalite-console"):
            ratio("I1", f"{program} one", "nginx 204 one", 0.45)
            ratio("I1", f"{program} one", "alertmanager one", 3)
            ratio("I2", f"{program} x 100", "alertmanager x 100", 4)
            ratio("I2", f"{program} x 100", "rsyslog imptcp lines", 2)
        self.goal("I2", "server CPU <= 15 us/session", f"{cpu['escalited x 100']:.1f} us", cpu["escalited x 100"] <= 15)

    def latency(self):
        rows, ratios, rates = [], [], []
        with contextlib.ExitStack() as stack:
            running = self.ours(stack)
            self.load(running.port, 1, token=running.ingest_token)
            for _ in range(self.rounds):
                sync = self.sync_time(running.house.path)
                result = self.load(running.port, 2, running.process.pid, token=running.ingest_token, rate=5000)
                ratios.append(result["p50_us"] / sync)
                rates.append(result["per_second"])
                rows.append([f"{sync:.0f}", f"{result['p50_us']:.0f}", f"{result['p99_us']:.0f}", f"{result['per_second']:.0f}",
                             f"{result['cpu']:.1f}", f"{ratios[-1]:.2f}"])
        self.table("POST to durable 2xx at 5,000/s, us", ["fdatasync of 1.6 KB p50", "p50", "p99", "rate", "CPU us/session", "ratio"], rows)
        held = median(rates) >= 4900
        self.goal("I3", "p50 <= 5 x one preallocated fdatasync at 5,000/s",
                  f"{median(ratios):.2f} x" + ("" if held else f", but only {median(rates):,.0f}/s"), held and median(ratios) <= 5)

    @staticmethod
    def sync_time(place):
        """Microseconds of one preallocated append with fdatasync, p50 of 300."""
        times = []
        with open(place / "sync", "wb") as file:
            os.posix_fallocate(file.fileno(), 0, 1 << 20)
            os.fdatasync(file.fileno())
            for i in range(300):
                begin = time.perf_counter()
                os.pwrite(file.fileno(), b"x" * 1600, i * 1600)
                os.fdatasync(file.fileno())
                times.append((time.perf_counter() - begin) * 1e6)
        return median(times)

    def notify(self):
        rates = (20, 90)  # below 6,000 messages a minute, the most that a notifier may be allowed
        rows, worst = [], {}
        with contextlib.ExitStack() as stack:
            mock = stack.enter_context(Webhook())
            running = self.ours(stack, configuration={
                "notifiers": [{"type": "slack", "name": "mock", "config": {"webhook_url": f"http://127.0.0.1:{mock.port}/services/T0/B0/loopback"}}],
                "rules": [{"name": "all", "level": "error", "notify": ["mock"]}],
                "settings": {"hold": "0 s", "hold_critical": "0 s", "messages_per_minute": 6000}})
            contenders = {"escalited": lambda word: (running.port, "/v1/sessions", failing_session(word), running.ingest_token)}
            if server := alertmanager(stack, f"http://127.0.0.1:{mock.port}/"):
                contenders["alertmanager"] = lambda word: (server.port, "/api/v2/alerts", alert(word), None)
            for rate in rates:
                times = {name: [] for name in contenders}
                for _ in range(self.rounds):
                    for name, prepare in contenders.items():
                        times[name] += mock.measure(prepare, rate, 2)
                for name, all_times in times.items():
                    p50, p99 = percentile(all_times, 0.5), percentile(all_times, 0.99)
                    worst[name, rate] = p50, p99
                    rows.append([f"{name} at {rate}/s", len(all_times), self.rounds * rate * 2, f"{p50:.2f}", f"{p99:.2f}"])
        self.table("POST to webhook received, each its own incident, no hold, ms", ["", "received", "posted", "p50", "p99"], rows)
        for rate in rates:
            if ("alertmanager", rate) in worst:
                ours, theirs = worst["escalited", rate], worst["alertmanager", rate]
                self.goal("L1", f"p50 <= 1.5 x Alertmanager's at {rate}/s", f"{ours[0] / theirs[0]:.2f} x", ours[0] <= 1.5 * theirs[0])
                self.goal("L1", f"p99 <= 0.5 x Alertmanager's at {rate}/s", f"{ours[1] / theirs[1]:.2f} x", ours[1] <= 0.5 * theirs[1])

    def deliver(self):
        """One attempt after the other to a sink that answers at once; peers send about as many bytes."""
        seconds, here = 1.5, pathlib.Path(__file__).parent
        if not all((self.bin / name).exists() for name in ("bench_notify", "notifysink")):
            print("\ndeliver: bench_notify and notifysink are needed")
            return

        def ours(*notifiers):
            (place / "notifiers.json").write_text(json.dumps({"notifiers": notifiers}))
            return [self.bin / "bench_notify", place / "notifiers.json", str(seconds)]

        def webhook(port, number=0):
            return {"type": "webhook", "name": f"hook {number}", "config": {"url": f"http://127.0.0.1:{port}/hook{number}"}}

        def run(command):
            answer = subprocess.run([str(word) for word in command], capture_output=True, timeout=60)
            return json.loads(answer.stdout) if answer.returncode == 0 else None

        with contextlib.ExitStack() as stack:
            place = directory(stack)
            sink = stack.enter_context(Sink(self.bin))
            slow = stack.enter_context(Sink(self.bin, 200))
            url, mail = f"http://127.0.0.1:{sink.http}/", sink.mail
            email = {"type": "email", "config": {"smtp_server": "127.0.0.1", "smtp_port": mail, "security": "none",
                                                 "sender_email": "console@acme.test", "recipient_emails": ["ops@acme.test"]}}
            first = {name: run(ours(notifier)) for name, notifier in {"webhook": webhook(sink.http), "email": email}.items()}
            sizes = {name: result["bytes"] for name, result in first.items()}
            peer = [sys.executable, here / "notify_peers.py"]
            contenders = {
                "webhook, ours, one notifier": lambda: run(ours(webhook(sink.http))),
                "webhook, ours, four side by side": lambda: run(ours(*(webhook(sink.http, i) for i in range(4)))),
                "webhook, requests.post": lambda: run([*peer, "requests", seconds, url, sizes["webhook"]]),
                "webhook, Apprise": lambda: run([*peer, "apprise", seconds, url, sizes["webhook"]]),
                "mail, ours": lambda: run(ours(email)),
                "mail, smtplib, one connection": lambda: run([*peer, "smtplib", seconds, mail, sizes["email"]]),
                "mail, smtplib, one for each": lambda: run([*peer, "smtplib1", seconds, mail, sizes["email"]]),
            }
            if source := shutil.which("smtp-source", path="/usr/sbin:/usr/bin"):
                contenders["mail, smtp-source"] = lambda: smtp_source(source, mail, sizes["email"])
            results = {name: [] for name in contenders}
            for _ in range(self.rounds):
                for name, measure in contenders.items():
                    if result := measure():
                        results[name].append((result["sent"] / result["seconds"], result["cpu"] / max(1, result["sent"]) * 1e6))
            figures = {name: (median(r for r, _ in all_), median(c for _, c in all_)) for name, all_ in results.items() if all_}
            rounds = [run(ours(*(webhook(slow.http, i) for i in range(4)))) for _ in range(self.rounds)]
            four = median(r["seconds"] / (r["sent"] / 4) for r in rounds if r)
        self.table(f"Notifications to a sink ({sizes['webhook']:,} bytes to the webhook, {sizes['email']:,} bytes of mail)",
                   ["", "per second", "CPU us each"], [[name, f"{rate:,.0f}", f"{cpu:.0f}"] for name, (rate, cpu) in figures.items()])

        def ratio(goal, mine, others, wanted):
            if mine in figures and others in figures:
                value = figures[mine][0] / figures[others][0]
                self.goal(goal, f">= {wanted} x {others.split(', ', 1)[1]}", f"{value:.2f} x", value >= wanted)
        ratio("P2", "webhook, ours, four side by side", "webhook, requests.post", 4)
        ratio("P2", "webhook, ours, four side by side", "webhook, Apprise", 6)
        self.goal("P2", "four notifiers of 200 ms <= 1.05 x one", f"{four * 1000:.0f} ms", four <= 0.21)
        ratio("P3", "mail, ours", "mail, smtp-source", 1.2)
        ratio("P3", "mail, ours", "mail, smtplib, one connection", 4)

    def start(self):
        programs = {"bench_window": [], "escalite-console": []}
        if not all((self.bin / name).exists() for name in programs):
            print("\nstart: bench_window and escalite-console are needed")
            return
        memory = {}
        for _ in range(max(self.rounds, 7)):
            for name, times in programs.items():
                with e2e.House() as house:
                    seconds, memory[name] = first_paint([str(self.bin / name)] + (["--listen", "127.0.0.1:0"] if name == "escalite-console" else []),
                                                        house.environment())
                    times.append(seconds * 1000)
        with e2e.House() as house:
            process = subprocess.Popen([str(self.bin / "escalite-console"), "--listen", "127.0.0.1:0"], env=house.environment(), stderr=subprocess.DEVNULL)
            time.sleep(2)
            before = cpu_seconds(process.pid)
            time.sleep(5)
            idle = (cpu_seconds(process.pid) - before) / 5 * 100
            process.terminate()
            process.wait(20)
        self.table("Start to first paint, empty store, offscreen, ms", ["", "p50", "min", "RSS MB"],
                   [[name, f"{median(times):.0f}", f"{min(times):.0f}", f"{memory[name] / 1024:.0f}"] for name, times in programs.items()])
        value = median(programs["escalite-console"]) / median(programs["bench_window"])
        self.goal("U4", "first paint <= 2 x a minimal window", f"{value:.2f} x", value <= 2)
        self.goal("U4", "idle <= 1 % CPU", f"{idle:.1f} %", idle <= 1)

    def memory(self):
        rows = []
        for program in filter(None, ("escalited", self.program_with_window())):
            with contextlib.ExitStack() as stack:
                running = self.ours(stack, program)
                figures = [resident_kib(running.process.pid)]
                for step in range(3):
                    posted = 0
                    while posted < 100_000:
                        posted += self.load(running.port, 1, token=running.ingest_token, batch=100, connections=8)["requests"] * 100
                    time.sleep(1.5)
                    figures.append(resident_kib(running.process.pid))
                    rows.append([f"{program}, {step + 1}. step", f"{posted:,}", f"{figures[-1] / 1024:.0f}",
                                 f"{(figures[-1] - figures[-2]) / 1024 * 100_000 / posted:.1f}"])
                growth = float(rows[-1][-1])
                self.goal("U3", f"<= 30 MB for 100,000 sessions ({program})", f"{growth:.1f} MB", growth <= 30)
        self.table("Memory", ["", "sessions", "RSS MB", "MB for 100,000"], rows)

    def screen(self):
        if not (self.bin / "bench_screen").exists():
            print("\nscreen: bench_screen is needed")
            return
        rows = []
        for _ in range(min(self.rounds, 5)):
            with e2e.House() as house:
                answer = subprocess.run([str(self.bin / "bench_screen"), "1000", "4"], env=house.environment(), capture_output=True, timeout=60)
            result = json.loads(answer.stdout)
            rows.append([f"{result[key]}" for key in ("rows", "unseen", "p50_ms", "p99_ms", "max_ms")])
        self.table("POST at 1,000/s to the painted row, offscreen, ms", ["rows", "unseen", "p50", "p99", "max"], rows)
        p50, p99 = (median(float(row[i]) for row in rows) for i in (2, 3))
        # No goal of performance.md 10; the list is told at most ten times a second, so 100 ms are by design.
        self.goal("screen", "every row seen", f"p50 {p50:.0f} ms, p99 {p99:.0f} ms", all(row[1] == "0" for row in rows))

    def client(self):
        program = self.bin / "bench_client"
        if not program.exists():
            print("\nclient: bench_client is needed")
            return
        seed = ["--seed", self.seed] if self.seed else []
        answer = subprocess.run([str(program), "--rounds", str(max(7, self.rounds)), *seed], capture_output=True, text=True, check=True,
                                timeout=600, env={**os.environ, "QT_LOGGING_RULES": "*=false"})
        print(f"\n{answer.stdout.rstrip()}")
        for pattern, wanted, reached in ((r"([\d.]+) x the bare arena", "<= 1.6 x the bare arena", lambda x: x <= 1.6),
                                         (r"(\d+) times as fast as Python", ">= 35 x Python Escalite", lambda x: x >= 35)):
            if found := re.search(f"P1: {pattern}", answer.stdout):
                self.goal("P1", wanted, f"{found[1]} x", reached(float(found[1])))

    def conclude(self):
        if self.verdicts:
            self.table("Goals", ["", "goal", "measured", "reached"], [[name, wanted, figure, "yes" if reached else "NO"]
                                                                      for name, wanted, figure, reached in self.verdicts])


class Sink:
    """notifysink: takes POSTs and mails at once, or POSTs after a delay."""

    def __init__(self, programs, delay=0):
        self._command = [str(programs / "notifysink"), str(delay)]

    def __enter__(self):
        self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.http, self.mail = map(int, self._process.stdout.readline().split())
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        self._process.wait(10)


def smtp_source(program, port, size, count=4000):
    """Postfix's own load generator; one connection for all."""
    begin, used = time.monotonic(), os.times()
    subprocess.run([program, "-d", "-m", str(count), "-l", str(size), "-s", "1", "-f", "console@acme.test", "-t", "ops@acme.test",
                    f"inet:127.0.0.1:{port}"], check=True, stdout=subprocess.DEVNULL, timeout=60)
    now = os.times()
    return {"sent": count, "seconds": time.monotonic() - begin,
            "cpu": now.children_user + now.children_system - used.children_user - used.children_system}


def percentile(values, share):
    values = sorted(values)
    return values[int(share * (len(values) - 1))] if values else float("nan")


def unique_word():
    """Letters only: what is no digit is not folded into one fingerprint."""
    return "".join(chr(ord("g") + int(c, 16)) for c in uuid.uuid4().hex)


def failing_session(word):
    return json.dumps({"alert_id": str(uuid.uuid4()), "log_level": "error", "start_time": time.time() - 0.3, "end_time": time.time(),
                       "api_logs": {"log_level": "info", "request_method": {"value": "POST"}, "request_path": {"value": f"/{word}"}},
                       "error_logs": {"log_level": "error", "payment": {"value": None, "code": 504, "message": f"no answer {word}",
                                                                        "log_level": "error", "log_time": time.time()}}}).encode()


def alert(word):
    return json.dumps([{"labels": {"alertname": "failing", "word": word}, "annotations": {"summary": f"no answer {word}"}}]).encode()


class Webhook:
    """Takes posts on loopback, answers as Slack does, and notes when each word came."""

    def __enter__(self):
        self._words = {}
        self._wanted = None
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()

        async def serve():
            server = await asyncio.start_server(self._client, "127.0.0.1", 0, limit=1 << 20)
            self.port = server.sockets[0].getsockname()[1]
            ready.set()
        self._loop.create_task(serve())
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        ready.wait()
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    async def _client(self, reader, writer):
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = int(head.split(b"content-length:")[1].split(b"\r\n")[0]) if b"content-length:" in head else 0
                body = await reader.readexactly(length)
                now = time.monotonic()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok")
                for word in set(body.decode(errors="replace").replace("\\", " ").replace('"', " ").replace("/", " ").replace("*", " ").split()):
                    if len(word) == 32 and word in self._words:
                        self._words[word].append(now)
        writer.close()

    def measure(self, prepare, rate, seconds):
        """Milliseconds from before each POST to the first webhook with its word."""
        sent = {}
        connection = None
        begin = time.monotonic()
        for i in range(rate * seconds):
            time.sleep(max(0, begin + i / rate - time.monotonic()))
            word = unique_word()
            port, path, body, token = prepare(word)
            headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
            if connection is None:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
                connection.connect()
                connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._words[word] = []
            sent[word] = time.monotonic()
            connection.request("POST", path, body, headers)
            connection.getresponse().read()
        connection.close()
        with contextlib.suppress(e2e.GivenUp):
            e2e.wait_for("the webhooks", lambda: all(self._words[word] for word in sent), 5)
        return [(self._words[word][0] - at) * 1000 for word, at in sent.items() if self._words[word]]


def first_paint(command, environment):
    """Seconds until the window's first pixels are flushed, which Qt itself tells, and the memory then."""
    environment = {**environment, "QT_LOGGING_RULES": "qt.widgets.painting=true", "QT_QPA_PLATFORM": "offscreen"}
    begin = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        text = b""
        while time.monotonic() - begin < 30:
            if not select.select([process.stderr], [], [], 1)[0]:
                continue
            part = os.read(process.stderr.fileno(), 65536)
            if not part:
                break
            text += part
            if b"Flushing" in text:
                seconds = time.monotonic() - begin
                return seconds, resident_kib(process.pid)
        raise e2e.GivenUp(f"{command[0]} painted nothing: {text[-500:]}")
    finally:
        threading.Thread(target=lambda: [None for _ in iter(lambda: os.read(process.stderr.fileno(), 65536), b"")], daemon=True).start()
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def main():
    parts = ["ingest", "latency", "notify", "deliver", "start", "memory", "screen", "client"]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(parts)}; all when none is named")
    parser.add_argument("--bin", default="build/release/bin")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", help="folder that holds Python Escalite's package, for client")
    options = parser.parse_args()
    for part in options.parts:
        if part not in parts:
            parser.error(f"there is no part “{part}”; there are {', '.join(parts)}")
    bench = Bench(options)
    for part in options.parts or parts:
        getattr(bench, part)()
    bench.conclude()
    # A goal that is not reached is a finding, not a failure of the run.


if __name__ == "__main__":
    main()
