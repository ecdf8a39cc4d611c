// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Made-up services that send sessions to the console's own endpoint, over HTTP like any other: twenty a second, and
// checkout begins to fail after two seconds.

#pragma once

#include "core/secret.h"

#include <QNetworkAccessManager>
#include <QObject>
#include <QRandomGenerator>
#include <QTimer>
#include <QUrl>

namespace escalite::app {

class DemoTraffic final : public QObject
{
    Q_OBJECT
public:
    /// Sends to \a endpoint with \a token once started. Equal \a seed, equal stories.
    DemoTraffic(QUrl endpoint, Secret token, quint32 seed, QObject *parent = nullptr);

    void start();

private:
    void sendSome();
    [[nodiscard]] QByteArray nextDocument();

    QUrl m_endpoint;
    Secret m_token;
    QRandomGenerator m_random;
    QNetworkAccessManager m_network;
    QTimer m_timer;
    int m_sent = 0;
};

} // namespace escalite::app
