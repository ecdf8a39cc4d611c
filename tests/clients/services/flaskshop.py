# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
"""A service in Flask, for gunicorn: the middleware, the log handler and requests that fail."""

import logging

import flask

import escalite_console

app = flask.Flask("shop")
logging.getLogger("shop").addHandler(escalite_console.Handler())


@app.get("/users/<number>")
def user(number):
    escalite_console.log("user", number)
    app.logger.warning("asked for %s", number)
    with escalite_console.call("stock") as stock:
        stock.finish("there", code=200)
    return "user\n"


@app.get("/throw")
def throw():
    raise ValueError("the basket is torn")


@app.get("/stream")
def stream():
    def parts():
        for part in range(3):
            escalite_console.log(f"part_{part}", part)
            yield f"part {part}\n"
    return parts()


watched = escalite_console.WSGI(app)
