// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Requests of the demo that take their time: sent live through the client library, so that clocks run in the list.
// Every few seconds one with a slow call, and now and then one that is stuck.

#pragma once

#include "client/opensession.h"
#include "core/secret.h"

#include <QObject>
#include <QRandomGenerator>
#include <QTimer>
#include <QUrl>

#include <chrono>
#include <functional>

namespace escalite::app {

class DemoRequests final : public QObject
{
    Q_OBJECT
public:
    /// To the console at \a endpoint, of which only the address counts. Equal \a seed, equal stories.
    DemoRequests(const QUrl &endpoint, const Secret &token, quint32 seed, QObject *parent = nullptr);

    void start();

private:
    void beginSlow();
    void beginStuck();
    void later(std::chrono::milliseconds after, std::function<void()> step);

    std::shared_ptr<Sink> m_sink;
    QRandomGenerator m_random;
    QTimer m_slow;
    QTimer m_stuck;
};

} // namespace escalite::app
