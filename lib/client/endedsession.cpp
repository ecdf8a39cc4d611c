// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "client/record.h"

namespace escalite {

EndedSession::EndedSession(std::shared_ptr<const client::Record> record) : m_record(std::move(record)) {}

QUuid EndedSession::alertId() const
{
    return m_record->id();
}

Level EndedSession::level() const
{
    return m_record->level();
}

std::size_t EndedSession::bytes() const
{
    return m_record->bytes();
}

QByteArray EndedSession::document() const
{
    return m_record->document();
}

} // namespace escalite
