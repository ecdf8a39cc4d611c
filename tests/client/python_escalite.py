# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
"""Python Escalite against the real program: its documents are taken as they are and given back byte for byte, posted by
requests as its own notifiers do, and through the notifier that plugs into it.

The library itself is used where it is installed, else a stand-in with the parts of it that matter here."""

import abc
import contextvars
import json
import pathlib
import sys
import types
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "e2e"), str(ROOT / "resources" / "clients")]

import requests  # noqa: E402

from console import Console, House  # noqa: E402


def stand_in():
    """Modules of the names that Python Escalite has, as far as a notifier sees of it."""
    base, factory, top, package = (types.ModuleType(name) for name in (
        "escalite.notifiers.base_notifier", "escalite.notifiers.notifier_factory", "escalite.escalite", "escalite"))

    class BaseNotifier(abc.ABC):
        @abc.abstractmethod
        def set_config(self, config):
            pass

        @abc.abstractmethod
        def notify(self, message, data):
            pass

    class NotifierFactory:
        NOTIFIER_MAP = {}

        @staticmethod
        def add_notifier_map(name, kind):
            if not issubclass(kind, BaseNotifier):
                raise ValueError(f"Notifier class {kind} must inherit from BaseNotifier")
            NotifierFactory.NOTIFIER_MAP[name] = kind

        @staticmethod
        def create_notifiers(config):
            return [NotifierFactory.NOTIFIER_MAP[one["type"]](config=one.get("config", {}))
                    for one in config.get("notifiers", [])]

    class Escalite:
        notifiers = None

        @staticmethod
        def set_notifiers_from_configs(configs):
            Escalite.notifiers = NotifierFactory.create_notifiers(configs)

        @staticmethod
        def get_all_logs():
            return top._request_logs.get() or {}

        @staticmethod
        def escalate(message=None, from_level="error"):
            for notifier in Escalite.notifiers:
                notifier.notify(message=message or "Escalation triggered", data=Escalite.get_all_logs())

    base.BaseNotifier, factory.NotifierFactory, top.Escalite = BaseNotifier, NotifierFactory, Escalite
    top._request_logs = contextvars.ContextVar("_request_logs", default=None)
    package.__path__ = []
    notifiers = types.ModuleType("escalite.notifiers")
    notifiers.__path__ = []
    for module in (package, notifiers, base, factory, top):
        sys.modules[module.__name__] = module


try:
    import escalite.escalite  # noqa: F401
except ImportError:
    stand_in()

from escalite.escalite import Escalite, _request_logs  # noqa: E402
from escalite.notifiers.notifier_factory import NotifierFactory  # noqa: E402

import escalite_console  # noqa: E402

FIXTURES = sorted((ROOT / "tests" / "data" / "ingest" / "python-escalite").glob("*.json"))


class PythonEscalite(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.house = House()
        cls.addClassCleanup(cls.house.close)
        cls.console = Console(cls.house)
        cls.addClassCleanup(cls.console.stop)
        cls.url = f"http://{cls.console.address}:{cls.console.port}"

    def setUp(self):
        self.assertGreater(len(FIXTURES), 10)

    def stored(self, identity):
        return self.console.get("/v1/sessions/" + identity)

    def documents(self, first):
        """Each fixture as the current document of the library, under an id of its own."""
        for number, file in enumerate(FIXTURES):
            document = json.loads(file.read_text())
            document["alert_id"] = f"{first:08x}-0000-4000-8000-{number:012x}"
            token = _request_logs.set(document)
            try:
                with self.subTest(file.name):
                    yield Escalite.get_all_logs()
            finally:
                _request_logs.reset(token)

    def test_requests_posts_what_get_all_logs_returns(self):
        headers = {"Authorization": f"Bearer {self.console.ingest_token}", "X-Escalite-Source": "shop"}
        for document in self.documents(1):
            answer = requests.post(self.url + "/v1/sessions", json=document, headers=headers, timeout=30)
            self.assertEqual(answer.status_code, 201, answer.text)
            self.assertIn(answer.request.body, self.stored(document["alert_id"]))
            again = requests.post(self.url + "/v1/sessions", json=document, headers=headers, timeout=30)
            self.assertEqual(again.status_code, 200, again.text)

    def test_the_notifier_forwards_what_escalate_gives_it(self):
        NotifierFactory.add_notifier_map("console", escalite_console.ConsoleNotifier)
        config = {"url": self.url, "token": self.console.ingest_token, "service": "shop"}
        Escalite.set_notifiers_from_configs({"notifiers": [{"type": "console", "config": config}]})
        self.assertEqual(len(Escalite.notifiers), 1)
        for document in self.documents(2):
            sent = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
            Escalite.escalate(from_level="debug")
            self.assertEqual(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(), sent)
            self.assertTrue(Escalite.notifiers[0].sink.flush(30))
            stored = self.stored(document["alert_id"])
            self.assertIn(sent, stored)
            self.assertIn("shop", stored.decode())


if __name__ == "__main__":
    unittest.main(verbosity=2)
