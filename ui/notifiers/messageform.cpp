// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/notifiers/messageform.h"

#include "ui/notifiers/fieldgrid.h"
#include "ui/notifiers/templateedit.h"
#include "ui/theme/theme.h"
#include "ui/widgets/codeview.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/textlabel.h"
#include "ui/widgets/wording.h"

#include <QBoxLayout>
#include <QLocale>
#include <QPainter>
#include <QTimerEvent>

using namespace Qt::StringLiterals;

namespace escalite::ui {

QString lengthWords(const Rendered &rendered, int limit)
{
    const QLocale locale;
    const int most = rendered.limit > 0 ? rendered.limit : limit;
    const auto parts = rendered.furtherBodies.size() + 1;
    if (parts > 1)
        return MessageForm::tr("%1 messages, %2 characters")
            .arg(locale.toString(parts), locale.toString(rendered.length));
    if (rendered.cut && most > 0)
        return MessageForm::tr("cut after %1 characters").arg(locale.toString(most));
    if (most > 0)
        return MessageForm::tr("%1 of %2 characters").arg(locale.toString(rendered.length), locale.toString(most));
    return MessageForm::tr("%1 characters").arg(locale.toString(rendered.length));
}

MessageForm::MessageForm(runtime::Console &console, QWidget *parent) : QWidget(parent), m_console(console)
{
    m_upper = new QWidget(this);
    auto *upper = new QVBoxLayout(m_upper);
    upper->setContentsMargins(18, 14, 18, 12);
    upper->setSpacing(8);
    m_note = new TextLabel(QString(), Tone::Hint, m_upper);
    m_note->setSize(0.92);
    m_note->setWordWrap(true);
    upper->addWidget(m_note);

    m_head = new QWidget(this);
    auto *title = new TextLabel(tr("Preview"), Tone::Text, m_head);
    title->setSize(1, QFont::DemiBold);
    m_hidden = new TextLabel(QString(), Tone::Secondary, m_head);
    m_hidden->setElided(true);
    m_length = new TextLabel(QString(), Tone::Secondary, m_head);
    auto *head = new QHBoxLayout(m_head);
    head->setContentsMargins(18, 5, 18, 5);
    head->setSpacing(10);
    head->addWidget(title);
    head->addWidget(m_hidden, 1);
    head->addWidget(m_length);
    m_head->setFixedHeight(std::max(29, fontMetrics().height() + 12));
    m_view = new CodeView(this);
    m_view->setAccessibleName(tr("Preview of the message"));

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_upper, 5);
    layout->addWidget(m_head);
    layout->addWidget(m_view, 6);
}

void MessageForm::show(const delivery::NotifierType &type, const runtime::NotifierSetup &setup)
{
    m_filling = true;
    if (m_type != &type) {
        m_type = &type;
        delete m_grid;
        m_grid = new FieldGrid(m_upper);
        QList<const delivery::Field *> templates;
        for (const delivery::Field &field : type.fields) {
            if (field.kind == delivery::Field::Kind::Template)
                templates << &field;
        }
        m_grid->addFields(templates);
        for (const delivery::Field *field : std::as_const(templates)) {
            if (!isOneLine(*field))
                m_grid->setStretchedRow(u"/config/"_s + QLatin1StringView(field->key));
        }
        m_note->setText(templates.isEmpty()
                            ? tr("This kind has no words of its own to change: it hands over what is below.")
                            : tr("Without words of your own everything that helps is told. {{ offers the names, | a "
                                 "filter."));
        m_grid->setVisible(!templates.isEmpty());
        static_cast<QVBoxLayout *>(m_upper->layout())->addWidget(m_grid, templates.isEmpty() ? 0 : 1);
        m_upper->setSizePolicy(QSizePolicy::Preferred,
                               templates.isEmpty() ? QSizePolicy::Maximum : QSizePolicy::Preferred);
        connect(m_grid, &FieldGrid::edited, this, [this](const QString &pointer) {
            if (!m_filling)
                Q_EMIT edited(pointer);
        });
        connect(m_grid, &FieldGrid::left, this, [this](const QString &pointer) {
            if (!m_filling)
                Q_EMIT left(pointer);
        });
    }
    m_grid->fill(setup);
    m_filling = false;
    preview(setup);
}

void MessageForm::take(const runtime::NotifierSetup &saved, runtime::NotifierSetup &edited) const
{
    if (m_grid)
        m_grid->take(saved, edited);
}

void MessageForm::preview(const runtime::NotifierSetup &setup)
{
    m_setup = setup;
    if (isVisible())
        m_rest.start(PreviewAfter, this);
}

void MessageForm::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    render();
}

void MessageForm::timerEvent(QTimerEvent *event)
{
    if (event->timerId() != m_rest.timerId()) {
        QWidget::timerEvent(event);
        return;
    }
    render();
}

void MessageForm::render()
{
    m_rest.stop();
    if (!m_type)
        return;
    const quint64 asked = ++m_asked;
    m_console.previewNotifier(m_setup, std::nullopt, this, [this, asked](const Result<Rendered> &rendered) {
        if (asked == m_asked)
            showRendered(rendered);
    });
}

void MessageForm::showRendered(const Result<Rendered> &rendered)
{
    if (!rendered) {
        // What was right before stays, so that a half-typed name does not blank the preview.
        m_hidden->setText(shownLine(rendered.error().message, 240));
        m_hidden->setTone(Tone::Warning);
        return;
    }
    QStringList marks;
    for (const Rendered::Hidden &hidden : rendered->hidden)
        marks << hidden.marker;
    marks.removeDuplicates();
    m_view->showText(shownLines(rendered->text), marks);
    const auto hidden = rendered->hidden.size();
    m_hidden->setText(
        hidden == 0 ? tr("of the newest error")
                    : tr("of the newest error; %1").arg(counted(hidden, tr("1 value hidden"), tr("%1 values hidden"))));
    m_hidden->setTone(Tone::Secondary);
    m_length->setText(lengthWords(*rendered, m_type->limit));
    m_length->setTone(rendered->cut ? Tone::Warning : Tone::Secondary);
}

Problems MessageForm::ownProblems() const
{
    return m_grid ? m_grid->ownProblems() : Problems();
}

void MessageForm::showProblems(const Problems &problems)
{
    if (m_grid)
        m_grid->showProblems(problems);
}

bool MessageForm::has(const QString &pointer) const
{
    return m_grid && m_grid->has(pointer);
}

QStringList MessageForm::pointers() const
{
    return m_grid ? m_grid->pointers() : QStringList();
}

bool MessageForm::focusProblem()
{
    return m_grid && m_grid->focusProblem();
}

void MessageForm::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::current();
    QPainter painter(this);
    painter.fillRect(rect(), theme.window);
    const QRect head = m_head->geometry();
    painter.fillRect(head, theme.header);
    painter.fillRect(QRect(0, head.top(), width(), 1), theme.border);
    painter.fillRect(QRect(0, head.bottom(), width(), 1), theme.border);
}

} // namespace escalite::ui
