// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/escalate/sendbar.h"

#include "ui/deliveries/deliveryactions.h"
#include "ui/escalate/sendentry.h"
#include "ui/widgets/operatorname.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/wording.h"

#include <QAccessible>
#include <QMenu>
#include <QShortcut>
#include <QTimerEvent>
#include <QVBoxLayout>

namespace escalite::ui {

namespace {

constexpr int TickMilliseconds = 200;

} // namespace

SendBar::SendBar(runtime::Console &console, QWidget *parent)
    : QWidget(parent)
    , m_console(console)
    , m_actions(new DeliveryActions(console, this))
{
    connect(m_actions, &DeliveryActions::editRequested, this, &SendBar::editRequested);
    connect(m_actions, &DeliveryActions::refused, this, [this](const QString &what, const QString &why) {
        if (!m_entries.isEmpty())
            m_entries.constFirst()->complain(what + u' ' + why);
    });
    m_layout = new QVBoxLayout(this);
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(0);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    m_undoKey = new QShortcut(QKeySequence::Undo, this);
    m_undoKey->setContext(Qt::WindowShortcut);
    m_undoKey->setEnabled(false);
    connect(m_undoKey, &QShortcut::activated, this, &SendBar::undoNewest);
    connect(&console, &runtime::Console::deliveriesChanged, this, [this](const QList<Delivery> &deliveries) {
        for (SendEntry *entry : std::as_const(m_entries))
            entry->update(deliveries);
        tick();
    });
    hide();
}

void SendBar::begin(const SentEscalation &sent, std::function<void()> reopen)
{
    auto *entry = new SendEntry(sent, std::move(reopen), this);
    m_entries.prepend(entry);
    m_layout->insertWidget(0, entry);
    connect(entry, &SendEntry::undoRequested, this, [this, entry] { undo(entry); });
    connect(entry, &SendEntry::sendNowRequested, this, [this, request = sent.request] { m_console.sendNow(request); });
    connect(entry, &SendEntry::tryNowRequested, m_actions, &DeliveryActions::tryNow);
    connect(entry, &SendEntry::waysRequested, this,
            [this](QMenu *menu, const Delivery &delivery) { m_actions->fill(*menu, delivery); });
    connect(entry, &SendEntry::dismissed, this, [this, entry] { remove(entry); });
    show();
    m_ticking.start(TickMilliseconds, this);
    tick();
    QAccessibleEvent alert(entry, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void SendBar::undoNewest()
{
    for (SendEntry *entry : std::as_const(m_entries)) {
        if (entry->canUndo()) {
            undo(entry);
            return;
        }
    }
}

void SendBar::undo(SendEntry *entry)
{
    m_console.undoEscalation(entry->sent().request);
    m_drafts.noteUndone(entry->sent().subject);
    if (entry->sent().acknowledged && entry->sent().incident) {
        m_console.post({.request = QUuid::createUuid(),
                        .by = operatorName(),
                        .what = engine::Reopen{.incidents = {*entry->sent().incident}}});
    }
    entry->reopen();
    remove(entry);
}

void SendBar::remove(SendEntry *entry)
{
    m_entries.removeOne(entry);
    entry->hide();
    entry->deleteLater();
    tick();
}

void SendBar::timerEvent(QTimerEvent *event)
{
    if (event->timerId() == m_ticking.timerId())
        tick();
    else
        QWidget::timerEvent(event);
}

void SendBar::tick()
{
    const TimePoint moment = now();
    bool canUndo = false;
    const QList<SendEntry *> entries = m_entries;
    for (SendEntry *entry : entries) {
        if (entry->tick(moment)) {
            m_entries.removeOne(entry);
            entry->hide();
            entry->deleteLater();
            continue;
        }
        canUndo = canUndo || entry->canUndo();
    }
    m_undoKey->setEnabled(canUndo);
    if (m_entries.isEmpty()) {
        m_ticking.stop();
        hide();
    }
}

} // namespace escalite::ui
