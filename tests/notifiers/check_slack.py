# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT

# Judges a Slack payload from standard input by the limits in the file given, as the service would, and prints what it finds wrong.

import json
import re
import sys

limits = json.load(open(sys.argv[1], encoding="utf-8"))
payload = json.loads(sys.stdin.buffer.read().decode("utf-8", errors="strict"))
problems = []
total = 0


def units(text):
    return len(text.encode("utf-16-le")) // 2


def text_object(value, most, where):
    global total
    if value.get("type") not in ("plain_text", "mrkdwn"):
        problems.append(f"{where}: type {value.get('type')!r}")
    text = value.get("text")
    if not isinstance(text, str) or not text:
        problems.append(f"{where}: no text")
        return
    if units(text) > most:
        problems.append(f"{where}: {units(text)} characters, {most} allowed")
    total += units(text)
    if value["type"] == "mrkdwn":
        markup(text, where)


def markup(text, where, fences=True):
    # Only our own link may be a control sequence; & stands only before the three entities.
    for sequence in re.findall(r"<[^>]*>", text):
        if not re.fullmatch(r"<https?://[^<>|]+\|Open in the console>", sequence):
            problems.append(f"{where}: control sequence {sequence!r}")
    if re.search(r"[<>]", re.sub(r"<[^<>]*>", "", text)):
        problems.append(f"{where}: a bare angle bracket")
    if re.search(r"&(?!amp;|lt;|gt;)", text):
        problems.append(f"{where}: a bare ampersand")
    if fences and text.count("```") not in (0, 2):
        problems.append(f"{where}: {text.count('```')} fences")


def block(value, where):
    kind = value.get("type")
    if kind == "section":
        if not ("text" in value or "fields" in value):
            problems.append(f"{where}: an empty section")
        if "text" in value:
            text_object(value["text"], limits["sectionText"], where)
        fields = value.get("fields", [])
        if len(fields) > limits["sectionFields"]:
            problems.append(f"{where}: {len(fields)} fields")
        for field in fields:
            text_object(field, limits["fieldText"], where + " field")
    elif kind == "header":
        if value["text"]["type"] != "plain_text":
            problems.append(f"{where}: a header of markup")
        text_object(value["text"], limits["headerText"], where)
    elif kind == "context":
        if not 1 <= len(value["elements"]) <= limits["contextElements"]:
            problems.append(f"{where}: {len(value['elements'])} elements")
        for element in value["elements"]:
            text_object(element, limits["fieldText"], where + " element")
    else:
        problems.append(f"{where}: block {kind!r}")


for key in payload:
    if key not in limits["topLevel"]:
        problems.append(f"top level: {key!r}")
if not isinstance(payload.get("text"), str) or not payload["text"].strip():
    problems.append("no text")
else:
    if units(payload["text"]) > limits["text"]:
        problems.append(f"text: {units(payload['text'])} characters")
    markup(payload["text"], "text", fences=payload.get("mrkdwn") is not False)
blocks = list(payload.get("blocks", []))
attachments = payload.get("attachments", [])
if len(attachments) > limits["attachments"]:
    problems.append(f"{len(attachments)} attachments")
for attachment in attachments:
    if not re.match(limits["colour"], attachment.get("color", "")):
        problems.append(f"colour {attachment.get('color')!r}")
    if not attachment.get("fallback") or units(attachment["fallback"]) > limits["fallback"]:
        problems.append("fallback")
    blocks += attachment.get("blocks", [])
if len(blocks) > limits["blocks"]:
    problems.append(f"{len(blocks)} blocks")
for number, value in enumerate(blocks):
    block(value, f"block {number}")
if total > limits["blockTextTotal"]:
    problems.append(f"{total} characters in all blocks")
print(json.dumps(problems))
