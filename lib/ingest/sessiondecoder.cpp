// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ingest/sessiondecoder.h"

#include "core/json.h"
#include "ingest/sessionfacts.h"
#include "ingest/sessiontree.h"

#include <algorithm>
#include <cstring>

using namespace Qt::StringLiterals;

namespace escalite::ingest {

namespace {

/// For the ids the console makes (E-03): name-based, so that a repeat of a document without an id stays a repeat.
constexpr QUuid IdNamespace(0x5c1f3a52, 0x7d64, 0x4f0e, 0x9b, 0x1d, 0x2c, 0x8e, 0x60, 0x35, 0xa4, 0x97);
constexpr double MicrosecondsInSecond = 1e6;
/// Buffers beyond this are given back after use; usual documents are far smaller.
constexpr std::size_t KeptBuffer = 1024 * 1024;
constexpr double FullBar = 255;

QString qString(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

/// At most MaxDigestText UTF-16 units, never half a character.
QString cut(QString text)
{
    if (text.size() <= MaxDigestText)
        return text;
    qsizetype length = MaxDigestText - 1;
    if (text.at(length - 1).isHighSurrogate())
        --length;
    text.truncate(length);
    return text + u'…';
}

/// Likewise, without decoding what is cut off: a message may have 256 KiB.
QString cut(std::string_view utf8)
{
    constexpr std::size_t Enough = 4 * MaxDigestText + 4; // Four bytes of UTF-8 are two units.
    if (utf8.size() > Enough) {
        std::size_t length = Enough;
        while ((static_cast<unsigned char>(utf8[length]) & 0xC0U) == 0x80U)
            --length;
        utf8 = utf8.substr(0, length);
    }
    return cut(qString(utf8));
}

QString methodOf(std::string_view method)
{
    if (method == "GET")
        return u"GET"_s;
    if (method == "POST")
        return u"POST"_s;
    return qString(method).toUpper();
}

std::optional<TimePoint> timePoint(double seconds)
{
    return std::isnan(seconds) ? std::nullopt : timePointFromEpochSeconds(seconds);
}

std::optional<Duration> duration(double seconds)
{
    if (std::isnan(seconds))
        return std::nullopt;
    return Duration(std::llround(seconds * MicrosecondsInSecond));
}

quint8 place(double at, double from, double span)
{
    const double share = span > 0 ? (at - from) / span : 0;
    return static_cast<quint8>(std::lround(std::clamp(share, 0.0, 1.0) * FullBar));
}

/// The worst calls, in order of start, in 255ths of the session. Of an open session that is the time until the newest
/// thing it says, and only a call without an end reaches the last place: it is running.
std::array<CallBar, MaxCallBars> barsOf(const SessionFacts &facts, std::vector<SessionFacts::CallTime> &calls)
{
    const auto earlier = [](const SessionFacts::CallTime &a, const SessionFacts::CallTime &b) {
        return std::isnan(b.from) ? !std::isnan(a.from) : a.from < b.from;
    };
    if (!std::is_sorted(calls.begin(), calls.end(), earlier)) // They nearly always are.
        std::stable_sort(calls.begin(), calls.end(), earlier);
    double begin = facts.startedAt;
    double end = begin + facts.elapsed;
    if (std::isnan(begin))
        begin = calls.front().from;
    if (std::isnan(end)) {
        end = facts.newest > begin ? facts.newest : begin;
        for (const SessionFacts::CallTime &call : calls)
            end = std::max({end, call.from > end ? call.from : end, call.to > end ? call.to : end});
    }
    if (calls.size() > MaxCallBars) {
        std::stable_sort(calls.begin(), calls.end(), [](const auto &a, const auto &b) { return a.level > b.level; });
        calls.resize(MaxCallBars);
        std::stable_sort(calls.begin(), calls.end(), earlier);
    }
    const bool isOpen = !facts.flags.testFlag(SessionFlag::Ended);
    std::array<CallBar, MaxCallBars> bars;
    std::transform(calls.begin(), calls.end(), bars.begin(), [&](const SessionFacts::CallTime &call) {
        const double from = std::isnan(call.from) ? begin : call.from;
        const double to = std::isnan(call.to) ? from : call.to;
        const quint8 left = place(from, begin, end - begin);
        const quint8 right = std::max(left, place(to, begin, end - begin));
        const auto level = static_cast<quint8>(call.level);
        if (!isOpen)
            return CallBar{.from = left, .to = right, .level = level};
        if (std::isnan(call.to))
            return CallBar{.from = left, .to = CallBar::Running, .level = level};
        constexpr quint8 Last = CallBar::Running - 1;
        return CallBar{.from = std::min(left, Last), .to = std::min(right, Last), .level = level};
    });
    return bars;
}

} // namespace

struct SessionDecoder::Private
{
    /// Null, or why \a document is refused. Afterwards survey.facts() hold.
    std::optional<Refusal> survey(const QByteArray &document);
    void identify(const QByteArray &document, const QString &sender, QUuid &id, QString &source);
    [[nodiscard]] QString headline() const;

    simdjson::dom::parser parser;
    std::vector<char> buffer; ///< The document with the padding that simdjson may read.
    SessionSurvey facts;
    std::vector<SessionFacts::CallTime> calls;
    std::string lastSource; ///< Of the last document that named one,
    QString lastSourceText; ///< and as text: most documents come from few senders.
};

std::optional<Refusal> SessionDecoder::Private::survey(const QByteArray &document)
{
    const auto size = static_cast<std::size_t>(document.size());
    if (buffer.size() < size + simdjson::SIMDJSON_PADDING)
        buffer.resize(size + simdjson::SIMDJSON_PADDING);
    std::memcpy(buffer.data(), document.constData(), size);
    simdjson::dom::element root;
    if (parser.parse(buffer.data(), size, false).get(root) != simdjson::SUCCESS)
        return explainRefusal(document, false);
    constexpr std::string_view Nul = "\\u0000";
    // Most documents hold no backslash at all, which is found out much faster.
    const bool mayHoldNul = std::memchr(buffer.data(), '\\', size) != nullptr
                            && ::memmem(buffer.data(), size, Nul.data(), Nul.size()) != nullptr;
    switch (facts.read(root, mayHoldNul)) {
    case SessionSurvey::Stop::Nothing:
        return std::nullopt;
    case SessionSurvey::Stop::Refused:
        return facts.refusal();
    case SessionSurvey::Stop::Limit:
        break;
    }
    return explainRefusal(document, true);
}

void SessionDecoder::Private::identify(const QByteArray &document, const QString &sender, QUuid &id, QString &source)
{
    const SessionFacts &found = facts.facts();
    if (sender.isEmpty() && lastSource != found.source) {
        lastSource = found.source;
        lastSourceText = qString(found.source);
    }
    source = sender.isEmpty() ? lastSourceText : sender;
    if (source.isEmpty())
        source = u"unknown"_s;
    id = found.id ? *found.id : QUuid::createUuidV5(IdNamespace, source.toUtf8() + '\n' + document);
}

QString SessionDecoder::Private::headline() const
{
    const SessionFacts &found = facts.facts();
    if (found.headlineKey.empty())
        return qString(found.headline);
    const QString service = serviceOf(qString(found.headlineKey));
    const QString words = found.headline.empty() ? qString(found.headlineCode) : qString(found.headline);
    return words.isEmpty() ? service : words.startsWith(service) ? words : service + u": "_s + words;
}

SessionDecoder::SessionDecoder() : d(std::make_unique<Private>()) {}
SessionDecoder::~SessionDecoder() = default;

std::variant<SessionDigest, Refusal> SessionDecoder::digest(const QByteArray &document, const QString &source)
{
    if (auto refusal = d->survey(document))
        return *std::move(refusal);
    const SessionFacts &facts = d->facts.facts();
    SessionDigest digest;
    d->identify(document, source, digest.id, digest.source);
    digest.source = cut(std::move(digest.source));
    digest.method = methodOf(facts.method);
    digest.path = cut(facts.path);
    digest.message = facts.headlineKey.empty() ? cut(facts.headline) : cut(d->headline());
    digest.errorKey = cut(facts.errorKey);
    digest.code = facts.code;
    digest.declared = facts.declared;
    digest.effective = facts.effective;
    digest.startedAt = timePoint(facts.startedAt);
    digest.elapsed = duration(facts.elapsed);
    digest.flags = facts.flags;
    digest.flags.setFlag(SessionFlag::MoreCalls, facts.calls.size() > MaxCallBars);
    if (!facts.calls.empty()) {
        d->calls = facts.calls;
        digest.calls = barsOf(facts, d->calls);
    }
    if (!digest.isEnded() && !facts.openCallKey.empty()) {
        digest.openCall = cut(serviceOf(qString(facts.openCallKey)));
        digest.openCallSince = timePoint(facts.openCallSince);
    }
    if (!facts.fingerprint.empty()) {
        digest.fingerprint = qString(facts.fingerprint);
        if (digest.fingerprint.size() > MaxOwnFingerprint)
            digest.fingerprint.clear();
    }
    digest.contentHash = contentHash(document);
    if (d->buffer.size() > KeptBuffer)
        d->buffer = {};
    return digest;
}

std::variant<Session, Refusal> SessionDecoder::session(const QByteArray &document, const QString &source)
{
    if (auto refusal = d->survey(document))
        return *std::move(refusal);
    const SessionFacts &facts = d->facts.facts();
    Session session;
    d->identify(document, source, session.id, session.source);
    session.declared = facts.declared;
    session.effective = facts.effective;
    session.startedAt = timePoint(facts.startedAt);
    session.endedAt = timePoint(facts.endedAt);
    session.elapsed = duration(facts.elapsed);
    session.logDate = qString(facts.logDate);
    session.method = methodOf(facts.method);
    session.path = qString(facts.path);
    session.code = facts.code;
    session.message = d->headline();
    session.errorKey = qString(facts.errorKey);
    session.flags = facts.flags;
    session.flags.setFlag(SessionFlag::MoreCalls, facts.calls.size() > MaxCallBars);

    const auto tree = JsonDocument::parse(document);
    if (const auto *error = std::get_if<JsonError>(&tree)) {
        return Refusal{.kind = Refusal::Kind::Syntax,
                       .pointer = error->pointer,
                       .reason = placedReason(error->line, error->column, error->message)};
    }
    readSections(std::get<JsonDocument>(tree), session);
    return session;
}

SessionNote SessionDecoder::note(const QByteArray &document)
{
    const auto tree = JsonDocument::parse(document);
    const auto *known = std::get_if<JsonDocument>(&tree);
    return known ? readNote(*known) : SessionNote();
}

} // namespace escalite::ingest
