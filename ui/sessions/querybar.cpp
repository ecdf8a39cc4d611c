// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/sessions/querybar.h"

#include "ui/theme/shapes.h"
#include "ui/theme/theme.h"
#include "ui/widgets/iconlabel.h"
#include "ui/widgets/queryedit.h"
#include "ui/widgets/textlabel.h"
#include "ui/widgets/timetext.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace escalite::ui {

QueryBar::QueryBar(QWidget *parent)
    : QWidget(parent)
    , m_frame(new QWidget(this))
    , m_edit(new QueryEdit(m_frame))
    , m_count(new TextLabel(QString(), Tone::Secondary, m_frame))
    , m_clear(new QToolButton(m_frame))
    , m_errorLine(new QWidget(this))
    , m_error(new TextLabel(QString(), Tone::Error, m_errorLine))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(10, 8, 10, 5);
    layout->setSpacing(3);
    layout->addWidget(m_frame);
    auto *row = new QHBoxLayout(m_frame);
    row->setContentsMargins(9, 0, 6, 0);
    row->setSpacing(8);
    row->addWidget(new IconLabel(u"list-filter"_s, Tone::Secondary, 14, m_frame));
    row->addWidget(m_edit, 1, Qt::AlignVCenter);
    m_count->setMono();
    row->addWidget(m_count);
    m_clear->setIcon(icon(u"x"_s));
    m_clear->setIconSize({12, 12});
    m_clear->setFixedSize(24, 24);
    m_clear->setFocusPolicy(Qt::NoFocus);
    m_clear->setToolTip(tr("Clear query"));
    m_clear->setAccessibleName(tr("Clear query"));
    m_clear->hide();
    row->addWidget(m_clear);
    m_frame->setFixedHeight(std::max(28, m_edit->sizeHint().height() + 8));

    auto *errorRow = new QHBoxLayout(m_errorLine);
    errorRow->setContentsMargins(10, 0, 0, 0);
    errorRow->setSpacing(6);
    errorRow->addWidget(new IconLabel(u"circle-alert"_s, Tone::Error, 13, m_errorLine));
    m_error->setSize(.92);
    m_error->setElided(true);
    errorRow->addWidget(m_error, 1);
    m_errorLine->hide();
    layout->addWidget(m_errorLine);

    connect(m_clear, &QToolButton::clicked, this, [this] { m_edit->setQuery(QString()); });
    connect(m_edit, &QPlainTextEdit::textChanged, this, [this] { m_clear->setVisible(!m_edit->query().isEmpty()); });
    connect(m_edit, &QueryEdit::errorTold, this, &QueryBar::tell);
}

void QueryBar::setCounts(quint64 shown, quint64 held, bool settled)
{
    m_counts = shown == held ? countText(held) : tr("%1 of %2").arg(countText(shown), countText(held));
    m_count->setTone(settled ? Tone::Secondary : Tone::Hint);
    m_count->setText(m_edit->errorText().isEmpty() ? m_counts : tr("showing the last valid query"));
}

void QueryBar::tell(const QString &error)
{
    m_error->setText(error);
    m_errorLine->setVisible(!error.isEmpty());
    m_count->setText(error.isEmpty() ? m_counts : tr("showing the last valid query"));
    update();
}

void QueryBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Theme &theme = Theme::current();
    const QRect box = m_frame->geometry();
    const bool wrong = !m_edit->errorText().isEmpty();
    const bool focused = m_edit->hasFocus();
    const QColor line = wrong ? theme.errorFill : focused ? theme.focusRing : theme.fieldBorder;
    fillBox(painter, box, theme.field, line);
    if (focused)
        strokeBox(painter, box.adjusted(1, 1, -1, -1), line, 2);
}

void QueryBar::mousePressEvent(QMouseEvent *)
{
    m_edit->setFocus(Qt::MouseFocusReason);
}

} // namespace escalite::ui
