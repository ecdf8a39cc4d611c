// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Fuzz target: session documents. What is accepted is JSON for the other reader too, digest and session say the same,
// and the pieces of a body are pieces of it.

#include "core/json.h"
#include "ingest/documents.h"
#include "ingest/sessiondecoder.h"

#include <cstdio>
#include <cstdlib>

using namespace escalite;
using namespace escalite::ingest;
using namespace Qt::StringLiterals;

namespace {

void require(bool holds, const char *what)
{
    if (holds)
        return;
    std::fprintf(stderr, "broken: %s\n", what);
    std::abort();
}

/// The worst level that stands in what was read, found once more from the finished session.
Level worstOf(const Session &session)
{
    Level worst = session.declared;
    if (session.flags.testFlag(SessionFlag::Forced))
        return worst;
    const auto consider = [&worst](const Entry &entry) {
        worst = entry.malformed ? worst : std::max(worst, entry.level == Level::Info ? worst : entry.level);
        for (const Call &call : entry.calls)
            worst = std::max(worst, call.level == Level::Info ? worst : call.level);
        worst = std::max(worst, entry.peak.value_or(worst));
        for (const Extra &extra : entry.extras) {
            if (extra.key == u"peak_level"_s && extra.value.startsWith('"')) {
                const auto text = JsonDocument::parse(extra.value);
                worst = std::max(worst, levelFromName(std::get<JsonDocument>(text).root().string).value_or(worst));
            }
        }
    };
    for (const Section &section : session.sections) {
        worst = std::max(worst, section.level.value_or(worst));
        for (const Entry &entry : section.entries)
            consider(entry);
    }
    for (const Entry &entry : session.untagged)
        consider(entry);
    return worst;
}

bool hasTrace(const Session &session)
{
    const auto traced = [](const Entry &entry) {
        return !entry.errorTrace.isEmpty();
    };
    return std::any_of(session.untagged.begin(), session.untagged.end(), traced)
           || std::any_of(session.sections.begin(), session.sections.end(), [&](const Section &section) {
                  return std::any_of(section.entries.begin(), section.entries.end(), traced);
              });
}

void checkDocument(const QByteArray &document)
{
    static SessionDecoder decoder;
    const auto first = decoder.digest(document, u"fuzz"_s);
    const auto whole = decoder.session(document, u"fuzz"_s);
    require(first.index() == whole.index(), "digest and session are accepted or refused together");
    const auto tree = JsonDocument::parse(document);
    if (const auto *refusal = std::get_if<Refusal>(&first)) {
        require(!refusal->reason.isEmpty(), "a refusal has a reason");
        require(std::get<Refusal>(whole).reason == refusal->reason, "and the same one for both");
        return;
    }
    require(std::holds_alternative<JsonDocument>(tree), "what is accepted is JSON for the other reader");
    const auto &digest = std::get<SessionDigest>(first);
    const auto &session = std::get<Session>(whole);
    require(digest.id == session.id && !digest.id.isNull(), "the same id");
    require(digest.declared == session.declared && digest.effective == session.effective, "the same levels");
    require(digest.flags == session.flags, "the same flags");
    require(digest.startedAt == session.startedAt && digest.elapsed == session.elapsed, "the same times");
    require(digest.method == session.method && digest.code == session.code, "the same request");
    require(digest.message.size() <= MaxDigestText && digest.path.size() <= MaxDigestText, "short texts");
    require(session.message.size() > MaxDigestText || digest.message == session.message, "the same headline");
    require(!digest.elapsed || digest.elapsed->count() >= 0, "no time runs backwards");
    const Level worst = worstOf(session);
    require(session.effective == worst || (worst < Level::Info && session.effective == Level::Info),
            "the effective level is the greatest said");
    require(digest.flags.testFlag(SessionFlag::HasTrace) == hasTrace(session), "a trace is seen by both");
    for (const CallBar &bar : digest.calls)
        require(bar.from <= bar.to, "a bar runs forward");
    require(callsOf(session).size() <= 20'000, "no more calls than values");

    const auto again = decoder.digest(document, u"fuzz"_s);
    require(std::get<SessionDigest>(again) == digest, "the same document, the same digest");
}

void checkPieces(QByteArrayView body, const Result<QList<QByteArrayView>> &pieces)
{
    if (!pieces)
        return;
    const char *at = body.begin();
    for (const QByteArrayView piece : *pieces) {
        require(!piece.isEmpty() && piece.begin() >= at && piece.end() <= body.end(),
                "pieces lie in the body in order");
        at = piece.end();
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray document(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    checkDocument(document);
    constexpr qsizetype Most = 50;
    checkPieces(document, splitLines(document, Most));
    if (!document.startsWith('['))
        return 0;
    const auto elements = splitArray(document, Most);
    checkPieces(document, elements);
    const auto tree = JsonDocument::parse(document);
    if (const auto *whole = std::get_if<JsonDocument>(&tree); whole && whole->root().items.size() <= Most) {
        require(bool(elements), "a valid array can be split");
        require(elements->size() == whole->root().items.size(), "into as many elements as it has");
        for (qsizetype i = 0; i < elements->size(); ++i)
            require(elements->at(i) == whole->text(whole->root().items[i]), "each in its exact bytes");
    }
    return 0;
}
