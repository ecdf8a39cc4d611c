# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
"""Mail to servers that others wrote: aiosmtpd, OpenSMTPD (Debian's opensmtpd, needs root) and smtp-server from npm.

usage: ESCALITE_BIN=build/dev/bin tests/e2e/mta.py [-v]

Run by hand: what is not installed is left out and said so; smtp-server is fetched from npm into a temporary directory.
Every server must take every mail, Python's email must find no defect, and the bytes must be those of the preview.
"""

import base64
import email
import email.policy
import json
import os
import shutil
import socket
import subprocess
import unittest
import uuid

from console import Console, House, fixture_files, wait_for

FAST = {"hold": "0 s", "hold_critical": "0 s", "undo": "0 s", "retry_first": "50 ms", "messages_per_minute": 6000}
AIOSMTPD = """
import asyncio, pathlib, sys
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
class Handler:
    count = 0
    async def handle_DATA(self, server, session, envelope):
        Handler.count += 1
        part = pathlib.Path(sys.argv[2], f"{Handler.count}.part")
        part.write_bytes(envelope.content)
        part.rename(part.with_suffix(".eml"))
        return "250 2.0.0 kept"
async def main():
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(Handler(), enable_SMTPUTF8=True), "127.0.0.1", int(sys.argv[1]))
    await server.serve_forever()
asyncio.run(main())
"""
SMTP_SERVER = """
const {SMTPServer} = require("smtp-server"), fs = require("fs"), [port, folder] = process.argv.slice(1);
let count = 0;
new SMTPServer({authOptional: true, disabledCommands: ["STARTTLS"], onData(stream, session, done) {
    const chunks = [];
    stream.on("data", (chunk) => chunks.push(chunk));
    stream.on("end", () => {
        const part = `${folder}/${++count}.part`;
        fs.writeFileSync(part, Buffer.concat(chunks));
        fs.renameSync(part, part.replace(".part", ".eml"));
        done();
    });
}}).listen(Number(port), "127.0.0.1");
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


class Mails(unittest.TestCase):
    def setUp(self):
        self.house = House()
        self.addCleanup(self.house.close)
        self.port = free_port()
        self.mails = self.house.path / "mails"
        self.mails.mkdir()

    def start(self, command, **more):
        with open(self.house.path / "mta.log", "wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, **more)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        wait_for("the mail server", lambda: answers(self.port))

    def test_aiosmtpd(self):
        self.start(["/usr/bin/python3", "-c", AIOSMTPD, str(self.port), str(self.mails)])
        self.check(lambda: [file.read_bytes() for file in self.mails.glob("*.eml")])

    def test_smtp_server_of_npm(self):
        if not shutil.which("npm"):
            self.skipTest("npm is not installed")
        modules = self.house.path / "npm"
        modules.mkdir()
        fetched = subprocess.run(["npm", "install", "--silent", "--prefix", str(modules), "smtp-server"], capture_output=True, text=True, timeout=180)
        if fetched.returncode != 0:
            self.skipTest(f"smtp-server cannot be fetched: {fetched.stderr[-200:]}")
        self.start(["node", "-e", SMTP_SERVER, str(self.port), str(self.mails)],
                   env={**os.environ, "NODE_PATH": str(modules / "node_modules")})
        self.check(lambda: [file.read_bytes() for file in self.mails.glob("*.eml")])

    def test_opensmtpd(self):
        program = shutil.which("smtpd", path="/usr/sbin")
        if not program or os.geteuid() != 0:
            self.skipTest("opensmtpd is not installed, or this is not root")
        os.chmod(self.house.path, 0o755)
        shutil.chown(self.mails, "nobody", "nogroup")
        configuration = self.house.path / "smtpd.conf"
        configuration.write_text(
            f"table users file:{self.house.path}/users\n"
            f"listen on 127.0.0.1 port {self.port}\n"
            f'action "keep" maildir "{self.mails}" virtual <users>\n'
            'match from any for any action "keep"\n')
        (self.house.path / "users").write_text("@ nobody\n")
        self.start([program, "-d", "-f", str(configuration)])
        self.check(lambda: [file.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") for file in self.mails.glob("new/*")])

    def check(self, received):
        self.house.configure({
            "notifiers": [{"type": "email", "config": {
                "smtp_server": "127.0.0.1", "smtp_port": self.port, "security": "none", "sender_email": "console@acme.test",
                "recipient_emails": ["ops@acme.test", "lea@acme.test"], "cc": ["team@acme.test"]}}],
            "rules": [{"name": "all", "level": "debug", "notify": ["email"]}], "settings": FAST})
        with Console(self.house) as console:
            for file in fixture_files():
                document = json.loads(file.read_text())
                document["alert_id"] = str(uuid.uuid4())
                document["api_logs"] = {**document.get("api_logs", {}), "request_path": {"value": f"/{file.stem}"}}
                status, _, body = console.post(json.dumps(document).encode())
                self.assertIn(status, (200, 201), body)
            sent = wait_for("every mail accepted", lambda: (all_ := console.get_json("/v1/deliveries?include=rendered&limit=500")["deliveries"])
                            and len(all_) >= 8 and all(d["state"] in ("accepted", "delivered", "failed") for d in all_) and all_)
            self.assertEqual({d["state"] for d in sent}, {"accepted"}, [d["answer"] for d in sent])
            by_id = {}

            def all_there():
                for mail in received():
                    by_id[email.message_from_bytes(mail)["Message-ID"].strip("<>").split("@")[0]] = mail
                return len(by_id) >= len(sent)
            wait_for("every mail kept", all_there, 20)
        for delivery in sent:
            mail, bytes_ = by_id[delivery["id"]], base64.b64decode(delivery["rendered"]["body_base64"])
            parsed = email.message_from_bytes(mail, policy=email.policy.default)
            self.assertEqual([defect for part in parsed.walk() for defect in part.defects], [])
            self.assertTrue(mail.endswith(bytes_) or mail.rstrip().endswith(bytes_.rstrip()), "what came is not what was stored")
        print(f"{self.id().rsplit('.', 1)[1]}: {len(sent)} mails, no defect, the bytes of the preview")


if __name__ == "__main__":
    unittest.main()
