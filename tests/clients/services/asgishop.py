# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
"""A service on plain ASGI, for uvicorn."""

import asyncio

import escalite_console


async def app(scope, receive, send):
    if scope["type"] != "http":
        raise NotImplementedError(scope["type"])  # uvicorn goes on without a lifespan.
    if scope["path"] == "/throw":
        raise ValueError("the basket is torn")
    with escalite_console.call("stock") as stock:
        await asyncio.sleep(0.01)
        stock.finish("there", code=200)
    await asyncio.to_thread(escalite_console.log, "path", scope["path"])
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"user\n"})


watched = escalite_console.ASGI(app)
