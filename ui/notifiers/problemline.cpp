// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/notifiers/problemline.h"

#include "ui/theme/theme.h"
#include "ui/widgets/iconlabel.h"
#include "ui/widgets/textlabel.h"

#include <QBoxLayout>
#include <QPushButton>

#include <algorithm>

namespace escalite::ui {

namespace {

/// Stands in a line of text, no taller than it.
class LinkButton final : public QPushButton
{
public:
    explicit LinkButton(QWidget *parent) : QPushButton(parent)
    {
        setFlat(true);
        setAutoDefault(false);
        setFont(uiFont(0.92));
    }
    [[nodiscard]] QSize sizeHint() const override
    {
        return {fontMetrics().horizontalAdvance(text()) + 8, std::max(18, fontMetrics().height() + 2)};
    }
};

} // namespace

ProblemLine::ProblemLine(QWidget *parent) : QWidget(parent)
{
    m_icon = new IconLabel(QStringLiteral("circle-alert"), Tone::Error, 14, this);
    m_text = new TextLabel(QString(), Tone::Error, this);
    m_text->setSize(0.92);
    m_text->setWordWrap(true);
    m_change = new LinkButton(this);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addWidget(m_icon, 0, Qt::AlignTop);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_change, 0, Qt::AlignTop);
    connect(m_change, &QPushButton::clicked, this, &ProblemLine::changeRequested);
    hide();
}

void ProblemLine::say(Problem::Severity severity, const QString &text, const QString &change)
{
    const bool error = severity == Problem::Severity::Error;
    m_icon->setIcon(error ? QStringLiteral("circle-alert") : QStringLiteral("triangle-alert"),
                    error ? Tone::Error : Tone::Warning);
    m_text->setText(text);
    m_text->setTone(error ? Tone::Error : Tone::Warning);
    m_change->setText(change);
    m_change->setAccessibleName(change);
    m_change->setVisible(!change.isEmpty());
    setVisible(!text.isEmpty());
}

QString ProblemLine::text() const
{
    return m_text->text();
}

} // namespace escalite::ui
