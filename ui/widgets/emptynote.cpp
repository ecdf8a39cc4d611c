// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/widgets/emptynote.h"

#include "ui/widgets/textlabel.h"

#include <QEvent>
#include <QPushButton>
#include <QVBoxLayout>

namespace escalite::ui {

EmptyNote::EmptyNote(QWidget *view) : QWidget(view)
{
    m_headline = new TextLabel(this);
    m_headline->setSize(1, QFont::DemiBold);
    m_headline->setAlignment(Qt::AlignCenter);
    m_headline->setWordWrap(true);
    m_text = new TextLabel(QString(), Tone::Secondary, this);
    m_text->setAlignment(Qt::AlignCenter);
    m_text->setWordWrap(true);
    m_action = new QPushButton(this);
    m_action->setAutoDefault(false);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 24, 24, 24);
    layout->setSpacing(6);
    layout->addStretch(2);
    layout->addWidget(m_headline);
    layout->addWidget(m_text);
    layout->addSpacing(6);
    layout->addWidget(m_action, 0, Qt::AlignHCenter);
    layout->addStretch(3);
    connect(m_action, &QPushButton::clicked, this, &EmptyNote::actionRequested);
    view->installEventFilter(this);
    setGeometry(view->rect());
    hide();
}

void EmptyNote::say(const QString &headline, const QString &text, const QString &action)
{
    m_headline->setText(headline);
    m_text->setText(text);
    m_text->setVisible(!text.isEmpty());
    m_action->setText(action);
    m_action->setAccessibleName(action);
    m_action->setVisible(!action.isEmpty());
    setAccessibleName(headline);
}

QString EmptyNote::headline() const
{
    return m_headline->text();
}

bool EmptyNote::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Resize)
        setGeometry(parentWidget()->rect());
    return QWidget::eventFilter(watched, event);
}

} // namespace escalite::ui
