// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Fuzz target: answers of HTTP. However the bytes are cut, the same answers come out and the same refusal; what comes
// out keeps the limits.

#include "http/responseparser.h"
#include "support/bytecutter.h"

#include <cstdio>
#include <cstdlib>

using namespace escalite::http;
using escalite::test::ByteCutter;

namespace {

constexpr ResponseLimits Limits{.head = 400, .fields = 10, .body = 300, .chunkOverhead = 40};

void require(bool holds, const char *what)
{
    if (holds)
        return;
    std::fprintf(stderr, "broken: %s\n", what);
    std::abort();
}

/// Everything the parser says about \a wire, behind which the connection closes.
QByteArray outcome(QByteArrayView wire, qsizetype pieces)
{
    ResponseParser parser(Limits);
    QByteArray said;
    const auto take = [&] {
        if (parser.state() != ResponseParser::State::Complete)
            return;
        said += parser.keepsAlive() ? "" : "closes ";
        const Response response = parser.takeResponse();
        require(response.status >= 200 && response.status <= 599, "a status is a final one");
        require(response.body.size() <= Limits.body, "a body keeps its limit");
        require(response.headers.size() <= Limits.fields, "the fields keep their limit");
        said += QByteArray::number(response.status) + '\n';
        for (const Header &header : response.headers) {
            require(!header.name.isEmpty() && !header.value.contains('\n') && !header.value.contains('\r')
                        && !header.value.contains('\0'),
                    "a field is one line");
            said += header.name + ':' + header.value + '\n';
        }
        said += response.body + '\n';
    };
    ByteCutter::cut(wire, pieces, [&](QByteArrayView bytes) {
        while (!bytes.isEmpty() && parser.state() != ResponseParser::State::Failed) {
            const qsizetype taken = parser.feed(bytes);
            require(taken > 0 && taken <= bytes.size(), "feed() takes some of what it gets");
            bytes = bytes.sliced(taken);
            take();
        }
    });
    parser.close();
    take();
    return said + parser.reason();
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
