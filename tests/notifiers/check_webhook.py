# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT

# Verifies the signatures of a request from standard input as its receiver would, with nothing of ours: the head with its
# header lines, an empty line, the body. Arguments: standard|github|grafana, then the secrets to try. Prints "good", or why not.

import base64
import hashlib
import hmac
import sys

style, secrets = sys.argv[1], sys.argv[2:]
head, body = sys.stdin.buffer.read().split(b"\r\n\r\n", 1)
headers = {}
for line in head.split(b"\r\n")[1:]:
    name, value = line.split(b": ", 1)
    headers[name.decode("ascii").lower()] = value.decode("ascii")


def digest(key, text):
    return hmac.new(key, text, hashlib.sha256)


def standard(secret):
    key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(digest(key, text).digest()).decode()
    for signature in headers["webhook-signature"].split(" "):
        version, value = signature.split(",", 1)
        if version == "v1" and hmac.compare_digest(value, expected):
            return True
    return False


def github(secret):
    expected = "sha256=" + digest(secret.encode(), body).hexdigest()
    return hmac.compare_digest(headers["x-hub-signature-256"], expected)


def grafana(secret):
    stamp = headers.get("x-stamp")
    text = (stamp.encode() + b":" if stamp else b"") + body
    return hmac.compare_digest(headers["x-grafana-alerting-signature"], digest(secret.encode(), text).hexdigest())


verify = {"standard": standard, "github": github, "grafana": grafana}[style]
wrong = [number for number, secret in enumerate(secrets, 1) if not verify(secret)]
print("good" if not wrong else f"secret {wrong} does not verify")
