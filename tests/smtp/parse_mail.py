# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT

# Reads a mail from standard input with Python's own parser and says as JSON what it understood, and what it found wrong.
# With --many: an array of mails in base64, answered by an array.

import base64
import email
import email.policy
import json
import re
import sys


def read(raw):
    problems = []
    head = raw.split(b"\r\n\r\n", 1)[0]
    if re.search(rb"(?<!\r)\n|\r(?!\n)", raw):
        problems.append("a line does not end with CRLF")
    if any(len(line) > 78 for line in raw.split(b"\r\n")):
        problems.append("a line is longer than 78 octets")
    if any(byte > 126 for byte in raw):
        problems.append("not ASCII")
    for word in re.findall(rb"=\?[^ ]*\?=", head):
        if len(word) > 75:
            problems.append("an encoded word is longer than 75 octets")
        charset, kind, text = word[2:-2].split(b"?")
        single = b"Subject: " + word + b"\r\n\r\n"
        if "�" in str(email.message_from_bytes(single, policy=email.policy.default)["subject"]):
            problems.append("an encoded word splits a character")

    message = email.message_from_bytes(raw, policy=email.policy.default)
    for part in message.walk():
        problems += [f"{part.get_content_type()}: {defect!r}" for defect in part.defects]
    for name, value in message.items():
        problems += [f"{name}: {defect!r}" for defect in getattr(value, "defects", [])]

    def content(kind):
        part = message.get_body(preferencelist=(kind,))
        return part.get_content().replace("\r\n", "\n") if part else None

    attachments = []
    for part in message.iter_attachments():
        data = part.get_content()
        attachments.append({
            "name": part.get_filename(),
            "type": part.get_content_type(),
            "size": len(data),
            "text": (data if isinstance(data, str) else data.decode("utf-8")),
        })

    return {
        "problems": problems,
        "names": [name for name in message.keys()],
        "subject": message["subject"],
        "from": [{"name": a.display_name, "address": a.addr_spec} for a in message["from"].addresses],
        "to": [{"name": a.display_name, "address": a.addr_spec} for a in message["to"].addresses] if message["to"] else [],
        "date": message["date"].datetime.isoformat() if message["date"] else None,
        "messageId": message["message-id"],
        "references": message["references"],
        "text": content("plain"),
        "html": content("html"),
        "attachments": attachments,
    }


if "--many" in sys.argv:
    answer = [read(base64.b64decode(mail)) for mail in json.load(sys.stdin)]
else:
    answer = read(sys.stdin.buffer.read())
json.dump(answer, sys.stdout)
