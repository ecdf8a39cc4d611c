// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The line at the bottom: endpoint, rate, queue, notifiers; store, retention, clock. What finds no room is left out
// from the least on.

#pragma once

#include "runtime/console.h"

#include <QBasicTimer>
#include <QWidget>

namespace escalite::ui {

class StatusLine final : public QWidget
{
    Q_OBJECT
public:
    explicit StatusLine(QWidget *parent = nullptr);
    void setStatus(const runtime::Status &status);
    void setNotifiers(const QList<runtime::NotifierStatus> &notifiers);
    void setSilences(int active);        ///< Those in force.
    [[nodiscard]] QString words() const; ///< Everything, for accessibility and tests.

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return {200, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent *event) override;
    void timerEvent(QTimerEvent *event) override;

private:
    enum class Sign : quint8 { None, Ok, Warning, Error, Off };
    struct Piece
    {
        QString text; ///< Words.
        QString mono; ///< Figures before or behind them.
        bool monoFirst = false;
        Sign sign = Sign::None;
        int rank = 0;      ///< The highest goes first when room is short.
        bool loud = false; ///< In warning colour.
        QString icon{};    ///< Before the words, instead of a sign.
    };
    [[nodiscard]] QList<Piece> leftPieces() const;
    [[nodiscard]] QList<Piece> rightPieces() const;
    [[nodiscard]] int widthOf(const Piece &piece) const;
    void paintPiece(QPainter &painter, int x, const Piece &piece) const;

    runtime::Status m_status;
    QList<runtime::NotifierStatus> m_notifiers;
    int m_silences = 0;
    QBasicTimer m_clock;
};

} // namespace escalite::ui
