// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What the tests of the seed's behaviour share: a thread without a session, documents as JSON, and a sink that keeps.

#pragma once

#include "client/logging.h"
#include "client/sink.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <mutex>

namespace escalite::tests {

inline QJsonObject documentOf(const OpenSession &session)
{
    return QJsonDocument::fromJson(session.document()).object();
}

/// The document of the current session; empty without one, as the seed's get_all_logs().
inline QJsonObject allLogs()
{
    return documentOf(Context::current().session());
}

inline QJsonObject entryIn(const QJsonObject &document, const char *section, const char *key)
{
    return document.value(QLatin1StringView(section)).toObject().value(QLatin1StringView(key)).toObject();
}

/// Members that are null say no more than those that are absent.
inline bool says(const QJsonObject &object, const char *key)
{
    const QJsonValue value = object.value(QLatin1StringView(key));
    return !value.isUndefined() && !value.isNull();
}

/// The JSON text of an extra; empty when there is none.
inline QByteArray extraOf(const Entry &entry, QStringView key)
{
    for (const Extra &extra : entry.extras) {
        if (extra.key == key)
            return extra.value;
    }
    return {};
}

class KeepingSink final : public Sink
{
public:
    void ended(EndedSession session) noexcept override
    {
        const std::lock_guard lock(m_mutex);
        m_documents.append(session.document());
    }
    [[nodiscard]] QList<QByteArray> documents() const
    {
        const std::lock_guard lock(m_mutex);
        return m_documents;
    }

private:
    mutable std::mutex m_mutex;
    QList<QByteArray> m_documents;
};

} // namespace escalite::tests
