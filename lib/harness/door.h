// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A listening socket that hands descriptors on, so that what is accepted can be a QSslSocket.

#pragma once

#include <QTcpServer>

#include <functional>

namespace escalite::harness {

class Door final : public QTcpServer
{
public:
    Door(std::function<void(qintptr)> accept, QObject *parent) : QTcpServer(parent), m_accept(std::move(accept)) {}

protected:
    void incomingConnection(qintptr descriptor) override { m_accept(descriptor); }

private:
    std::function<void(qintptr)> m_accept;
};

} // namespace escalite::harness
