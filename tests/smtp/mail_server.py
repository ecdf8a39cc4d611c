# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT

# A real mail server (aiosmtpd) for the tests. Takes its settings as JSON in the first argument, says its port in the first line
# of its output and every mail it accepts in one line of JSON each. Ends when its input does.

import asyncio
import base64
import json
import logging
import ssl
import sys
import warnings

from aiosmtpd.smtp import SMTP, AuthResult

logging.disable(logging.CRITICAL)  # Broken handshakes are what some tests are about.
warnings.simplefilter("ignore")
settings = json.loads(sys.argv[1])
context = None
if settings.get("cert"):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(settings["cert"], settings["key"])


def say(value):
    print(json.dumps(value), flush=True)


def authenticator(server, session, envelope, mechanism, data):
    right = data.login.decode() == settings["user"] and data.password.decode() == settings["password"]
    return AuthResult(success=right, handled=False, auth_data=mechanism)


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in settings.get("refuse", []):
            return "550 5.1.1 no such user"
        if address in settings.get("defer", []):
            return "450 4.2.0 come back later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server, session, envelope):
        say({
            "peer": session.peer[1],
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "helo": session.host_name,
            "tls": session.ssl is not None or bool(settings.get("implicit")),
            "auth": session.auth_data,
            "data": base64.b64encode(envelope.content).decode(),
        })
        return "250 2.0.0 kept"


def session():
    return SMTP(
        Handler(),
        hostname="mail.test",
        tls_context=None if settings.get("implicit") else context,
        require_starttls=context is not None and not settings.get("implicit"),
        auth_required="user" in settings,
        auth_require_tls=not settings.get("implicit"),
        authenticator=authenticator,
    )


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(session, "127.0.0.1", 0, ssl=context if settings.get("implicit") else None)
    say(server.sockets[0].getsockname()[1])
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


asyncio.run(main())
