// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// One run of the conformance kit: what its checks share.

#pragma once

#include "delivery/notifiercatalogue.h"
#include "harness/conformance.h"

#include <QStringList>

namespace escalite::harness {

class Examination
{
public:
    Examination(const ConformanceSubject &subject, const std::function<void(const ConformanceCheck &)> &told);

    void examineTable();
    void examineRendering();
    void examineSending();

    [[nodiscard]] const QList<ConformanceCheck> &checks() const { return m_checks; }

private:
    using Wrong = QStringList; ///< What a check found, a sentence each.

    void check(const QString &name, const std::function<void(Wrong &)> &look);
    void skip(const QString &name, const QString &why);

    /// The configuration for servers on \a port, read as escalite.json is.
    [[nodiscard]] delivery::ConfiguredNotifier configured(int port, Wrong &wrong) const;
    [[nodiscard]] Problems problemsOf(const QJsonObject &config) const;
    [[nodiscard]] QJsonObject configFor(int port) const;
    [[nodiscard]] bool holds(const QString &placeholder) const; ///< Somewhere in the configuration.
    [[nodiscard]] bool namesRealAddress() const;

    [[nodiscard]] Rendered render(const delivery::ConfiguredNotifier &notifier,
                                  const delivery::Notification &notification) const;
    /// One attempt; nothing when there was no outcome.
    std::optional<Outcome> attempt(const delivery::ConfiguredNotifier &notifier,
                                   const delivery::Notification &notification, Duration timeout, Wrong &wrong) const;
    void look(const Outcome &outcome, const QStringList &secrets, Wrong &wrong) const;
    void examineStatuses();
    void examineFailures();
    void examineLocally();

    const ConformanceSubject &m_subject;
    const delivery::NotifierType &m_type;
    const std::function<void(const ConformanceCheck &)> &m_told;
    QList<ConformanceCheck> m_checks;
};

} // namespace escalite::harness
