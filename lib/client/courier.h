// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Carries what waits to the console, again and again until there is an answer that says what became of it.

#pragma once

#include "client/desk.h"

#include <QLoggingCategory>

#include <vector>

namespace escalite::client {

class Courier
{
public:
    /// \a address and \a desk must outlive this. \a client: the name by which the console tells the numbers apart.
    Courier(const HttpSinkOptions &options, const ConsoleAddress &address, const QString &client, Desk &desk);

    /// Until the desk is left. The sending thread.
    void run();
    /// In a forked child: see Exchange::disconnect().
    void letGo() { m_exchange.disconnect(); }

private:
    /// One line of a body and what it stands for.
    struct Line
    {
        qsizetype begin = 0;
        qsizetype end = 0; ///< Behind its LF.
        quint64 order = 0; ///< 0: what this client says of itself.
        Waiting::Part part = Waiting::Part::Step;
        Level level = Level::Info;
    };
    using Lines = std::vector<Line>;
    struct Parcel
    {
        QByteArray path{};
        QByteArray body{};
        Lines lines{};
        Losses told{}; ///< What its `client` event reports.
    };
    /// Lines that go in one request.
    struct Range
    {
        std::size_t first = 0;
        std::size_t last = 0; ///< Behind.
    };
    enum class Verdict : quint8 {
        Read,     ///< Taken, but for what the results say.
        Split,    ///< Refused as a whole for what one of the lines may have done.
        TooLarge, ///< Likewise, for its size.
        Later,
        HeldBack, ///< Nothing will change by itself soon.
        Ended,    ///< No more time.
    };
    struct Reply
    {
        Verdict verdict = Verdict::Later;
        Answer answer{};
    };

    void send(SinkQueue::Items &items);
    void giveUp(const SinkQueue::Items &items, Reason reason);
    void say(bool leaves);
    void sayWhatWasLost();
    void appendLine(Parcel &parcel, QByteArrayView text, const Waiting &waiting) const;
    void appendSign(Parcel &parcel, bool leaves);
    void deliver(Parcel parcel);
    Reply postUntilAnswered(const QByteArray &path, QByteArrayView body, bool isGzip, int mostFaults);
    Reply post(const QByteArray &path, QByteArrayView body, bool isGzip);
    [[nodiscard]] Verdict verdictOn(const Answer &answer) const;
    void account(const Parcel &parcel, const Range &range, const Reply &reply);
    [[nodiscard]] QString explain(const Reply &reply) const;
    void noteTrouble(const Reply &reply);
    void noteAnswer();
    bool renewToken();
    [[nodiscard]] Clock::time_point nextTry(int failures, const Reply &reply) const;

    const HttpSinkOptions m_options;
    const ConsoleAddress &m_address;
    const QString m_client;
    const bool m_isLive;
    Desk &m_desk;
    Exchange m_exchange;
    QByteArray m_fields; ///< Of every head.
    QByteArray m_token;
    QByteArray m_signature; ///< ,"client":"…","seq":
    quint64 m_number = 0;   ///< The last one given.
    Parcel m_owed;          ///< What was said and not answered, when not live.
    int m_owedFailures = 0;
    enum class Outage : quint8 { None, Unreachable, HeldBack } m_outage = Outage::None;
    Clock::time_point m_complainedAt{};
};

Q_DECLARE_LOGGING_CATEGORY(lcSink)

/// Compressed for Content-Encoding: gzip (RFC 1952); empty when that fails.
[[nodiscard]] QByteArray gzipped(QByteArrayView plain);
/// What may stand in a field and in a sentence: printable characters, at most \a most.
[[nodiscard]] QString printable(const QString &text, qsizetype most);

} // namespace escalite::client
