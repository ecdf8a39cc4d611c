# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
"""Starts the real programs in a house of their own and speaks to them with Python's own HTTP client."""

import contextlib
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time

BIN = pathlib.Path(os.environ.get("ESCALITE_BIN", "build/dev/bin"))
PATIENCE = 60.0  # seconds until something that must happen is given up; the machine may be busy


class GivenUp(Exception):
    pass


def wait_for(what, probe, patience=PATIENCE):
    """Polls until probe() gives something true, and returns it."""
    end = time.monotonic() + patience
    while True:
        found = probe()
        if found:
            return found
        if time.monotonic() > end:
            raise GivenUp(f"{what} did not happen within {patience} s")
        time.sleep(0.005)


class House:
    """A directory that stands for a user's home, so that no test sees another's files."""

    def __init__(self):
        self._directory = tempfile.TemporaryDirectory(prefix="escalite-e2e-")
        self.path = pathlib.Path(self._directory.name)
        self.config_file = self.path / "escalite.json"
        (self.path / "run").mkdir(mode=0o700)

    def environment(self):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ESCALITE_")}
        environment.update(
            HOME=str(self.path),
            XDG_CONFIG_HOME=str(self.path / "config"),
            XDG_DATA_HOME=str(self.path / "data"),
            XDG_STATE_HOME=str(self.path / "state"),
            XDG_RUNTIME_DIR=str(self.path / "run"),
            QT_QPA_PLATFORM=os.environ.get("QT_QPA_PLATFORM", "offscreen"),
        )
        return environment

    def configure(self, configuration):
        self.config_file.write_text(json.dumps(configuration))
        self.config_file.chmod(0o600)

    def close(self):
        self._directory.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Console:
    """A running escalited (or escalite-console)."""

    def __init__(self, house, program="escalited", arguments=(), listen="127.0.0.1:0"):
        self.house = house
        self.endpoint_file = house.path / "run" / "escalite" / "endpoint.json"
        self.endpoint_file.unlink(missing_ok=True)
        command = [str(BIN / program), "--listen", listen, *arguments]
        if house.config_file.exists():
            command += ["--config", str(house.config_file)]
        self.log = open(house.path / "log", "ab")
        self.process = subprocess.Popen(command, env=house.environment(), stdout=self.log, stderr=self.log)
        self.endpoint = wait_for("listening", self._read_endpoint)
        self.address, self.port = self.endpoint["addresses"][0].rsplit(":", 1)
        self.port = int(self.port)
        self.ingest_token = pathlib.Path(self.endpoint["ingest_token_file"]).read_text().strip()
        self.operator_token = pathlib.Path(self.endpoint["operator_token_file"]).read_text().strip()

    def _read_endpoint(self):
        if self.process.poll() is not None:
            raise GivenUp(f"the program ended with {self.process.returncode}: {self.log_text()[-2000:]}")
        try:
            endpoint = json.loads(self.endpoint_file.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return None
        return endpoint if endpoint["pid"] == self.process.pid else None

    def log_text(self):
        return (self.house.path / "log").read_text(errors="replace")

    def connect(self):
        connection = http.client.HTTPConnection(self.address, self.port, timeout=PATIENCE)
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def request(self, method, path, body=None, headers=None, token=None, connection=None):
        """Returns (status, headers, body)."""
        given = dict(headers or {})
        if token:
            given["Authorization"] = f"Bearer {token}"
        own = connection is None
        connection = connection or self.connect()
        try:
            connection.request(method, path, body=body, headers=given)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            if own:
                connection.close()

    def post(self, body, content_type="application/json", connection=None, **headers):
        return self.request("POST", "/v1/sessions", body, {"Content-Type": content_type, **headers}, self.ingest_token, connection)

    def get(self, path, connection=None):
        status, _, body = self.request("GET", path, token=self.operator_token, connection=connection)
        if status != 200:
            raise AssertionError(f"GET {path}: {status} {body[:300]}")
        return body

    def get_json(self, path, connection=None):
        return json.loads(self.get(path, connection))

    def pages(self, path, member):
        """Every element of a paged list, newest first."""
        connection = self.connect()
        while path:
            page = self.get_json(path, connection)
            yield from page[member]
            path = page.get("next")
        connection.close()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.log.close()

    def stop(self):
        """Asks it to end and returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise GivenUp("the program did not end")
        finally:
            self.log.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if not self.log.closed:
            self.log.close()


class Harness:
    """A running escalite-harness, with what it received."""

    def __init__(self, house, arguments=()):
        name = next(n for n in (f"harness-{i}" for i in range(1000)) if not (house.path / f"{n}.out").exists())
        self.record = house.path / f"{name}.ndjson"
        self.output = open(house.path / f"{name}.out", "w+b")
        self.process = subprocess.Popen(
            [str(BIN / "escalite-harness"), "serve", "--json", "--record", str(self.record), *arguments],
            env=house.environment(), stdout=self.output, stderr=subprocess.STDOUT)
        self.hello = wait_for("the harness", self._read_hello)

    def _read_hello(self):
        if self.process.poll() is not None:
            raise GivenUp(f"the harness ended: {pathlib.Path(self.output.name).read_text()[-2000:]}")
        for line in pathlib.Path(self.output.name).read_text().splitlines():
            with contextlib.suppress(json.JSONDecodeError):
                hello = json.loads(line)
                if "config" in hello:
                    return hello
        return None

    def notifiers_of(self, *types):
        """The block for escalite.json that points at its services of these types."""
        return [n for n in self.hello["config"]["notifiers"] if n["type"] in types]

    @property
    def notifiers(self):
        """A chat and a mail server: what a test takes that does not care for the service."""
        return self.notifiers_of("slack", "email")

    def received(self):
        if not self.record.exists():
            return []
        text = self.record.read_bytes()
        return [json.loads(line) for line in text[: text.rfind(b"\n") + 1].splitlines()]

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.output.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def fixture_files():
    data = pathlib.Path(__file__).resolve().parent.parent / "data" / "python-escalite"
    return sorted(data.glob("*.json"))


def key_of(message):
    """The idempotency key that a message carries."""
    if message["service"] == "smtp":
        return message["message_id"].strip("<>").split("@")[0]
    return dict((n.lower(), v) for n, v in message["headers"])["idempotency-key"].strip('"')
