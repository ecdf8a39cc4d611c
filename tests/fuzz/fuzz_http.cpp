// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Fuzz target: HTTP framing. However the bytes are cut, the same requests come out and the same refusal; what comes out
// keeps the limits.

#include "http/requestparser.h"
#include "support/bytecutter.h"

#include <cstdio>
#include <cstdlib>

using namespace escalite::http;
using escalite::test::ByteCutter;

namespace {

constexpr qsizetype BodyLimit = 300;
constexpr ParserLimits Limits{.requestLine = 200, .head = 400, .fields = 10, .chunkOverhead = 40};

void require(bool holds, const char *what)
{
    if (holds)
        return;
    std::fprintf(stderr, "broken: %s\n", what);
    std::abort();
}

/// Everything the parser says about \a wire.
QByteArray outcome(QByteArrayView wire, qsizetype pieces)
{
    RequestParser parser(Limits);
    QByteArray said;
    ByteCutter::cut(wire, pieces, [&](QByteArrayView bytes) {
        while (!bytes.isEmpty() && parser.state() != RequestParser::State::Failed) {
            const qsizetype taken = parser.feed(bytes);
            require(taken > 0 && taken <= bytes.size(), "feed() takes some of what it gets");
            bytes = bytes.sliced(taken);
            if (parser.state() == RequestParser::State::HeadComplete) {
                said += parser.expectsContinue() ? "waits " : "";
                parser.readBody(BodyLimit);
            }
            if (parser.state() != RequestParser::State::Complete)
                continue;
            said += parser.keepsAlive() ? "" : "closes ";
            const Request request = parser.takeRequest();
            require(request.body.size() <= BodyLimit, "a body keeps its limit");
            require(request.headers.size() <= Limits.fields + 1, "the fields keep their limit"); // + Host of the target
            require(request.path.startsWith('/') || request.path == "*", "a path begins with a slash");
            said += request.method + '\n' + request.path + '\n' + request.query + '\n';
            for (const Header &header : request.headers) {
                require(!header.name.isEmpty() && !header.value.contains('\n') && !header.value.contains('\r')
                            && !header.value.contains('\0'),
                        "a field is one line");
                said += header.name + ':' + header.value + '\n';
            }
            said += request.body + '\n';
        }
    });
    if (parser.state() == RequestParser::State::Failed) {
        require(parser.error().status >= 400 && parser.error().status <= 505, "a refusal has a status");
        said += QByteArray::number(parser.error().status) + parser.error().reason;
    } else {
        said += parser.isEmpty() ? "between" : "within";
    }
    return said;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArrayView wire(data, static_cast<qsizetype>(size));
    const QByteArray whole = outcome(wire, ByteCutter::Sizes.front());
    for (const qsizetype pieces : ByteCutter::Sizes)
        require(outcome(wire, pieces) == whole, "the outcome does not depend on the cuts");
    return 0;
}
