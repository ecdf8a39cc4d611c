// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// An accepted stream socket, TCP or Unix, as an unbuffered QIODevice. Unlike QTcpSocket it can still answer a client
// that has half-closed, and can half-close itself so that a refused client gets to read why.

#pragma once

#include "http/readiness.h"

#include <QIODevice>

namespace escalite::http {

class StreamSocket final : public QIODevice, private Readiness::Watched
{
    Q_OBJECT

public:
    /// Takes ownership of \a descriptor, which is connected and non-blocking. \a readiness outlives this.
    StreamSocket(int descriptor, Readiness &readiness, QObject *parent = nullptr);
    ~StreamSocket() override;

    /// Whether readyRead() is emitted. While it is not, the kernel's window holds the client back.
    void setReading(bool on);
    /// Sends FIN behind the last byte written (RFC 9112 §9.6).
    void finishWriting();

    /// The peer is gone or sent FIN: nothing more can be read.
    [[nodiscard]] bool atEndOfInput() const { return m_ended; }
    /// Nothing more can be written.
    [[nodiscard]] bool isBroken() const { return m_broken; }

    [[nodiscard]] bool isSequential() const override { return true; }
    [[nodiscard]] qint64 bytesToWrite() const override { return m_unsent.size() - m_unsentFrom; }
    void close() override;

protected:
    qint64 readData(char *data, qint64 maxSize) override;
    qint64 writeData(const char *data, qint64 size) override;

private:
    void becomeReady(bool readable, bool writable) override;
    void becomeReadable();
    void becomeWritable();
    void setWanted(quint32 what, bool on);
    qint64 send(const char *data, qint64 size);

    int m_descriptor;
    Readiness &m_readiness;
    quint32 m_wanted = 0; ///< EPOLLIN, and EPOLLOUT while a client fetches too slowly.
    QByteArray m_unsent;
    qsizetype m_unsentFrom = 0;
    bool m_ended = false;
    bool m_toldEnd = false;
    bool m_broken = false;
    bool m_finishing = false;
};

} // namespace escalite::http
