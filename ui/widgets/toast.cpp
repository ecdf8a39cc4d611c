// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/widgets/toast.h"

#include "ui/theme/shapes.h"
#include "ui/theme/theme.h"
#include "ui/widgets/keycap.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/plaintext.h"

#include <QAccessible>
#include <QEvent>
#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QShortcut>
#include <QTimerEvent>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {
constexpr int Margin = 12;
}

Toast::Toast(QWidget *page)
    : QWidget(page)
    , m_text(new TextLabel(this))
    , m_undo(new QPushButton(tr("Undo"), this))
    , m_dismiss(new QToolButton(this))
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(36, 6, 6, 6);
    row->setSpacing(10);
    m_text->setWordWrap(true);
    m_text->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    row->addWidget(m_text, 1);
    m_undo->setAutoDefault(false);
    m_undo->setFixedHeight(24);
    m_undo->setAccessibleName(tr("Undo"));
    setShownKeys(*m_undo, QKeySequence::Undo);
    row->addWidget(m_undo);
    m_dismiss->setIcon(icon(u"x"_s));
    m_dismiss->setIconSize({12, 12});
    m_dismiss->setAutoRaise(true);
    m_dismiss->setToolTip(tr("Dismiss"));
    m_dismiss->setAccessibleName(tr("Dismiss"));
    row->addWidget(m_dismiss);
    setAccessibleName(tr("What was done"));
    connect(m_undo, &QPushButton::clicked, this, &Toast::undoNewest);
    connect(m_dismiss, &QToolButton::clicked, this, &QWidget::hide);
    auto *keys = new QShortcut(QKeySequence::Undo, page, nullptr, nullptr, Qt::WidgetWithChildrenShortcut);
    connect(keys, &QShortcut::activated, this, &Toast::undoNewest);
    page->installEventFilter(this);
    hide();
}

void Toast::did(const QString &what, std::function<void()> undo)
{
    const bool hasUndo = static_cast<bool>(undo);
    if (hasUndo) {
        m_undos.append(std::move(undo));
        if (m_undos.size() > MostUndo)
            m_undos.removeFirst();
    }
    m_undo->setVisible(hasUndo);
    say(Tone::Ok, what);
    m_ends.start(ShownFor, this);
}

void Toast::failed(const QString &what, const QString &why)
{
    m_undo->hide();
    m_ends.stop();
    say(Tone::Error, why.isEmpty() ? what : what + u' ' + shownLine(why, 400));
}

void Toast::undoNewest()
{
    if (m_undos.isEmpty())
        return;
    const std::function<void()> undo = m_undos.takeLast();
    m_undo->hide();
    say(Tone::Accent, tr("Taken back."));
    m_ends.start(ShownFor / 2, this);
    undo();
}

void Toast::say(Tone tone, const QString &text)
{
    m_tone = tone;
    m_text->setText(text);
    setAccessibleDescription(text);
    show();
    raise();
    place();
    update();
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void Toast::place()
{
    const QWidget *page = parentWidget();
    const int buttons = layout()->sizeHint().width() - m_text->sizeHint().width();
    const int words = m_text->fontMetrics().horizontalAdvance(m_text->text()) + 4;
    const int wide = std::min({words + buttons, 640, page->width() - 2 * Margin});
    const int tall = std::max(38, m_text->heightForWidth(wide - buttons) + 14);
    setGeometry(Margin, page->height() - Margin - tall, wide, tall);
}

bool Toast::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Resize && isVisible())
        place();
    return QWidget::eventFilter(watched, event);
}

void Toast::timerEvent(QTimerEvent *event)
{
    if (event->timerId() != m_ends.timerId() || underMouse())
        return;
    m_ends.stop();
    hide();
}

void Toast::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::current();
    QPainter painter(this);
    fillBox(painter, rect(), theme.raised, theme.border);
    const QString glyph = m_tone == Tone::Ok       ? u"circle-check"_s
                          : m_tone == Tone::Accent ? u"undo"_s
                                                   : u"circle-alert"_s;
    paintIcon(painter, QRectF(12, height() / 2.0 - 8, 16, 16), glyph, toneColor(m_tone));
}

} // namespace escalite::ui
