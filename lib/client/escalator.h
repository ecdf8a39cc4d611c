// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The seed's escalate() inside a Qt program: tells people through notifiers without a console. Needs an event loop.

#pragma once

#include "client/opensession.h"
#include "core/problem.h"
#include "delivery/notifiercatalogue.h"

#include <QJsonObject>
#include <QObject>

namespace escalite {

/// What escalate() did (E-16).
struct EscalateResult
{
    enum class State : quint8 { Queued, BelowLevel, NoSession, NoNotifiers, Suppressed };
    State state = State::NoSession;
    QString reason{};          ///< A sentence for the log; for NoNotifiers and NoSession the seed's words.
    QList<QUuid> deliveries{}; ///< Of Queued, in the order of the notifiers.
};

/// One engine with its notifiers (E-15). Lives on one thread; escalate() may be called from any.
class Escalator final : public QObject
{
    Q_OBJECT
public:
    /// \a catalogue: the types there are, for example notifiers::builtin(); it must outlive this.
    explicit Escalator(const delivery::NotifierCatalogue &catalogue, QObject *parent = nullptr);
    ~Escalator() override;

    /// Replaces all notifiers at once by those of {"notifiers":[…]}. With errors nothing changes (E-17); a problem has
    /// the seed's words.
    Problems setNotifiersFromConfigs(const QJsonObject &configs);

    /// Tells every notifier of \a session when its level is \a fromLevel or worse. Returns at once; a session that was
    /// told with the same message before is suppressed.
    EscalateResult escalate(const OpenSession &session, const QString &message = {}, Level fromLevel = Level::Error);
    /// Of the current session of this thread.
    EscalateResult escalate(const QString &message = {}, Level fromLevel = Level::Error);

    /// Waits, with an event loop, until nothing is queued or under way, \a most at the longest. Whether it is so.
    bool flush(std::chrono::milliseconds most);

Q_SIGNALS:
    /// On this object's thread.
    void finished(const QUuid &delivery, const QString &notifier, bool told, const QString &answer);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace escalite
