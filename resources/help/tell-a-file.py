#!/usr/bin/env python3
"""A command for the notifier "command": appends one line for each message to the file that its first argument names.

The notification comes as JSON on standard input. The exit code says what became of it; a JSON object on standard output
says it more exactly.
"""
import json
import os
import sys


def answer(code, outcome, detail, **more):
    print(json.dumps({"outcome": outcome, "detail": detail, **more}))
    sys.exit(code)


def main():
    if len(sys.argv) != 2:
        answer(78, "misconfigured", "the first argument must be the file to write")
    told = json.load(sys.stdin)
    # The same delivery may come twice: after an answer that was lost. Its id makes the second one harmless.
    line = json.dumps({key: told[key] for key in ("delivery", "at", "level", "drill", "subject", "count", "link")})
    try:
        with open(sys.argv[1], "a+", encoding="utf-8") as file:
            file.seek(0)
            if any(json.loads(earlier)["delivery"] == told["delivery"] for earlier in file):
                answer(0, "delivered", "it was there already", handle=told["delivery"])
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        answer(75, "transient", error.strerror, retry_after=30)
    answer(0, "delivered", "a line was added", handle=told["delivery"])


main()
