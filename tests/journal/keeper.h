// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// An open journal that notes what it promised, and arrivals to put into it.

#pragma once

#include "journal/journal.h"

#include <QHash>
#include <QRandomGenerator>

#include <condition_variable>
#include <mutex>

namespace escalite::test {

inline const QString JournalDirectory = QStringLiteral("/journal");

inline QUuid idOf(int number)
{
    return QUuid(0x5e55105e, 0x4000, 0x4000, 0x80, 0, 0, 0, static_cast<uchar>(number >> 24),
                 static_cast<uchar>(number >> 16), static_cast<uchar>(number >> 8), static_cast<uchar>(number));
}

struct Shape
{
    bool ended = true;
    int revision = 0;
    int filler = 200; ///< Bytes that do not compress.
};

/// Session \a number at \a revision; the same arguments give the same bytes.
inline journal::Arrival arrivalOf(int number, Shape shape = {})
{
    QRandomGenerator random(static_cast<quint32>(number * 1000 + shape.revision));
    QByteArray filler(shape.filler / 2, '\0');
    for (char &byte : filler)
        byte = static_cast<char>(random.generate());
    journal::Arrival arrival;
    arrival.document = R"({"alert_id": ")" + idOf(number).toByteArray(QUuid::WithoutBraces) + R"(", "revision": )"
                       + QByteArray::number(shape.revision)
                       + R"(, "level": "error", "api_logs": {"request_path": "/pay/)" + QByteArray::number(number % 7)
                       + R"("}, "filler": ")" + filler.toHex() + "\"}";
    SessionDigest &digest = arrival.digest;
    digest.id = idOf(number);
    digest.source = QStringLiteral("shop-%1").arg(number % 3);
    digest.method = QStringLiteral("POST");
    digest.path = QStringLiteral("/pay/%1").arg(number % 7);
    digest.message = QStringLiteral("card %1 declined").arg(number);
    digest.code = 400 + number % 100;
    digest.declared = Level::Info;
    digest.effective = Level::Error;
    digest.startedAt = TimePoint(std::chrono::seconds(1'700'000'000 + number));
    if (shape.ended) {
        digest.elapsed = Duration(1000 + number);
        digest.flags |= SessionFlag::Ended;
    }
    digest.calls[0] = {0, 200, 20};
    digest.calls[1] = {200, 255, 40};
    digest.contentHash = contentHash(arrival.document);
    arrival.receivedAt = TimePoint(std::chrono::seconds(1'700'000'100 + number));
    return arrival;
}

inline journal::Options smallOptions()
{
    journal::Options options;
    options.directory = JournalDirectory;
    options.segmentBytes = 128 * 1024;
    return options;
}

class Keeper
{
public:
    static Result<std::unique_ptr<Keeper>> open(journal::FileSystem &files,
                                                const journal::Options &options = smallOptions())
    {
        std::unique_ptr<Keeper> keeper(new Keeper);
        auto opened = journal::Journal::open(options, files, [keeper = keeper.get()](journal::Committed committed) {
            keeper->note(std::move(committed));
        });
        if (!opened)
            return opened.error();
        keeper->m_journal = std::move(opened).value();
        return keeper;
    }
    ~Keeper() { m_journal.reset(); }
    Q_DISABLE_COPY_MOVE(Keeper)

    journal::Journal &operator*() { return *m_journal; }
    journal::Journal *operator->() { return m_journal.get(); }

    /// Appends and waits for the sync; Failed when the disk refused.
    journal::Admission put(const journal::Arrival &arrival)
    {
        const auto appended = m_journal->append(arrival);
        return appended.ticket == 0 || isKept(appended.ticket) ? appended.admission : journal::Admission::Failed;
    }

    /// Waits until \a ticket is settled.
    bool isKept(quint64 ticket)
    {
        std::unique_lock lock(m_lock);
        m_changed.wait(lock, [this, ticket] { return m_settled.contains(ticket); });
        return m_settled.value(ticket);
    }

    /// Holds the writer thread in its next report, until released.
    void hold()
    {
        const std::scoped_lock lock(m_lock);
        m_isHeld = true;
    }
    void release()
    {
        const std::scoped_lock lock(m_lock);
        m_isHeld = false;
        m_changed.notify_all();
    }

    [[nodiscard]] QList<journal::Committed> reports() const
    {
        const std::scoped_lock lock(m_lock);
        return m_reports;
    }

private:
    Keeper() = default;

    void note(journal::Committed committed)
    {
        std::unique_lock lock(m_lock);
        for (const quint64 ticket : std::as_const(committed.tickets))
            m_settled.insert(ticket, !committed.failed);
        m_reports.append(std::move(committed));
        m_changed.notify_all();
        m_changed.wait(lock, [this] { return !m_isHeld; });
    }

    mutable std::mutex m_lock;
    std::condition_variable m_changed;
    QHash<quint64, bool> m_settled;
    QList<journal::Committed> m_reports;
    bool m_isHeld = false;
    std::unique_ptr<journal::Journal> m_journal;
};

} // namespace escalite::test
