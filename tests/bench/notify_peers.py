#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
"""Sends notifications as others do, for tests/bench/run.py: one line of JSON with how many, how long, how much CPU.

usage: notify_peers.py WAY SECONDS URL|PORT [BYTES]

WAY  requests   one requests.post for each, as the notifiers of Python Escalite do
     apprise    the Apprise library, json://
     smtplib    one connection for all
     smtplib1   one connection for each mail, as Python Escalite does
     four       four targets at once through Apprise; tells the seconds of one round
"""

import json
import resource
import smtplib
import sys
import time
from email.message import EmailMessage


def mail(size):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "console@acme.test", "ops@acme.test", "[ERROR] POST /checkout"
    message.set_content("x" * 70 + "\n" + ("y" * 70 + "\n") * (size // 71))
    return message


def ways(way, target, size):
    if way == "requests":
        import requests
        return lambda: requests.post(target, json={"text": "x" * size}).raise_for_status()
    if way in ("apprise", "four"):
        import logging

        import apprise
        logging.disable(logging.CRITICAL)
        sender = apprise.Apprise()
        for i in range(4 if way == "four" else 1):
            sender.add(target.replace("http://", "json://") + f"{i}")
        return lambda: sender.notify(title="[ERROR] POST /checkout", body="x" * size)
    if way == "smtplib":
        server, message = smtplib.SMTP("127.0.0.1", int(target)), mail(size)
        return lambda: server.send_message(message)
    if way == "smtplib1":
        def once(message=mail(size)):
            with smtplib.SMTP("127.0.0.1", int(target)) as server:
                server.send_message(message)
        return once
    raise SystemExit(__doc__)


def main():
    way, seconds, target = sys.argv[1], float(sys.argv[2]), sys.argv[3]
    send = ways(way, target, int(sys.argv[4]) if len(sys.argv) > 4 else 1000)
    send()  # imports and the first connection are not what is measured
    used = resource.getrusage(resource.RUSAGE_SELF)
    begin, sent = time.monotonic(), 0
    while time.monotonic() - begin < seconds:
        send()
        sent += 1
    took, now = time.monotonic() - begin, resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"sent": sent, "seconds": took, "cpu": now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime}))


main()
