// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Stands in for the record behind an ended session.

#include "client/fakesessions.h"

namespace escalite {

namespace client {

class Record
{
public:
    QUuid id{};
    Level level = Level::Info;
    QByteArray document{};
};

} // namespace client

EndedSession::EndedSession(std::shared_ptr<const client::Record> record) : m_record(std::move(record)) {}
QUuid EndedSession::alertId() const
{
    return m_record->id;
}
Level EndedSession::level() const
{
    return m_record->level;
}
std::size_t EndedSession::bytes() const
{
    return static_cast<std::size_t>(m_record->document.size());
}
QByteArray EndedSession::document() const
{
    return m_record->document;
}

EndedSession test::fakeSession(Level level, qsizetype padding)
{
    const QUuid id = QUuid::createUuid();
    return EndedSession(std::make_shared<const client::Record>(
        client::Record{.id = id,
                       .level = level,
                       .document = R"({"alert_id":")" + id.toByteArray(QUuid::WithoutBraces) + R"(","log_level":")"
                                   + levelName(level).toLatin1() + R"(","x":")" + QByteArray(padding, 'x') + "\"}"}));
}

} // namespace escalite
