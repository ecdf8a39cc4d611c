// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A value that must never be printed. Asking for it is spelt out at the place that needs it.

#pragma once

#include <QDebug>
#include <QString>

namespace escalite {

class Secret
{
public:
    Secret() = default;
    explicit Secret(QString value) : m_value(std::move(value)) {}

    [[nodiscard]] bool isEmpty() const { return m_value.isEmpty(); }
    /// The value itself. Only for the wire, never for a log, an error text or a widget that does not hide it.
    [[nodiscard]] const QString &reveal() const { return m_value; }
    /// The last four characters behind dots, to tell two secrets apart.
    [[nodiscard]] QString masked() const
    {
        return m_value.isEmpty() ? QString()
                                 : QStringLiteral("••••") + (m_value.size() > 12 ? m_value.right(4) : QString());
    }

    bool operator==(const Secret &) const = default;

private:
    QString m_value;
};

inline QDebug operator<<(QDebug debug, const Secret &)
{
    return debug << "***";
}

} // namespace escalite
