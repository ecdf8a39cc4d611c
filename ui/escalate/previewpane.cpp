// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/escalate/previewpane.h"

#include "ui/escalate/wiretext.h"
#include "ui/theme/theme.h"
#include "ui/widgets/codeview.h"
#include "ui/widgets/iconlabel.h"
#include "ui/widgets/pane.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/textlabel.h"
#include "ui/widgets/wording.h"

#include <QBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QResizeEvent>
#include <QTabBar>

#include <algorithm>

namespace escalite::ui {

namespace {

constexpr int NarrowWidth = 600; // Pixels.

} // namespace

PreviewPane::PreviewPane(QWidget *parent) : QWidget(parent)
{
    m_tabs = new QTabBar(this);
    m_tabs->setDocumentMode(true);
    m_tabs->setExpanding(false);
    m_tabs->setDrawBase(false);
    m_tabs->setUsesScrollButtons(true);
    m_tabs->setElideMode(Qt::ElideRight);
    m_tabs->setAccessibleName(tr("Preview for"));
    m_wire = new QPushButton(this);
    m_wire->setFlat(true);
    m_wire->setAutoDefault(false);
    m_view = new CodeView(this);
    m_view->setAccessibleName(tr("What will be sent"));
    auto *reasonsPane = new Pane(Pane::Ground::Base, this);
    reasonsPane->setLines(Qt::TopEdge);
    m_reasonsPane = reasonsPane;
    m_reasons = new CodeView(reasonsPane);
    m_reasons->setAccessibleName(tr("Why values are hidden"));
    auto *reasonsLayout = new QVBoxLayout(reasonsPane);
    reasonsLayout->setContentsMargins(0, 1, 0, 0);
    reasonsLayout->addWidget(m_reasons);
    m_reasonsPane->hide();
    m_eye = new IconLabel(QStringLiteral("eye-off"), Tone::Warning, 16, this);
    m_hidden = new TextLabel(this);
    m_hidden->setElided(true);
    m_why = new QPushButton(tr("Why these"), this);
    m_why->setFlat(true);
    m_why->setAutoDefault(false);
    m_length = new TextLabel(QString(), Tone::Secondary, this);

    auto *head = new QHBoxLayout;
    head->setContentsMargins(8, 6, 12, 0);
    head->setSpacing(8);
    head->addWidget(m_tabs, 1, Qt::AlignBottom);
    head->addWidget(m_wire);
    m_footer = new QWidget(this);
    auto *foot = new QHBoxLayout(m_footer);
    foot->setContentsMargins(16, 6, 16, 6);
    foot->setSpacing(8);
    foot->addWidget(m_eye);
    foot->addWidget(m_hidden);
    foot->addWidget(m_why);
    foot->addStretch(1);
    foot->addWidget(m_length);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(1, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(head);
    layout->addSpacing(1);
    layout->addWidget(m_view, 1);
    layout->addWidget(m_reasonsPane);
    layout->addSpacing(1);
    layout->addWidget(m_footer);

    connect(m_tabs, &QTabBar::currentChanged, this, &PreviewPane::showCurrent);
    connect(m_wire, &QPushButton::clicked, this, [this] {
        m_showsWire = !m_showsWire;
        showCurrent();
    });
    connect(m_why, &QPushButton::clicked, this, [this] {
        m_showsReasons = !m_showsReasons;
        showCurrent();
    });
    setEmpty({});
}

void PreviewPane::setEmpty(const QString &why)
{
    m_prepared.clear();
    const QSignalBlocker blocker(m_tabs);
    while (m_tabs->count() > 0)
        m_tabs->removeTab(0);
    m_view->showText(why);
    m_view->setFocusPolicy(Qt::NoFocus);
    m_wire->hide();
    m_reasonsPane->hide();
    m_footer->hide();
    update();
}

void PreviewPane::setPrepared(const QList<engine::Prepared> &prepared, const QList<runtime::NotifierStatus> &notifiers,
                              const QStringList &chosen)
{
    m_prepared = prepared;
    m_notifiers = notifiers;
    QStringList missing = chosen;
    for (const engine::Prepared &made : prepared)
        missing.removeAll(made.notifier);
    makeTabs(missing);
    m_view->setFocusPolicy(Qt::StrongFocus);
    showCurrent();
}

void PreviewPane::setOriginal(const Rendered &original, const QString &title)
{
    m_original = original;
    m_originalTitle = title;
    if (m_tabs->count() > 0) {
        m_tabs->addTab(icon(QStringLiteral("history")), shownLine(title, 40));
        m_tabs->setTabData(m_tabs->count() - 1, QVariant());
    }
}

void PreviewPane::makeTabs(const QStringList &missing)
{
    const QString before = m_tabs->tabData(m_tabs->currentIndex()).toString();
    const bool onOriginal = m_original && m_tabs->count() > 0 && before.isEmpty();
    QStringList names;
    for (const engine::Prepared &prepared : std::as_const(m_prepared))
        names << prepared.notifier;
    names << missing;
    const int wanted = static_cast<int>(names.size()) + (m_original ? 1 : 0);
    const QSignalBlocker blocker(m_tabs);
    while (m_tabs->count() > wanted)
        m_tabs->removeTab(m_tabs->count() - 1);
    while (m_tabs->count() < wanted)
        m_tabs->addTab(QString());
    int selected = 0;
    for (int tab = 0; tab < names.size(); ++tab) {
        const QString &name = names.at(tab);
        QString label = shownLine(name, 40);
        m_tabs->setTabText(tab, label.replace(u'&', QStringLiteral("&&")));
        m_tabs->setTabData(tab, name);
        const runtime::NotifierStatus *status = notifier(name);
        m_tabs->setTabIcon(tab, missing.contains(name) ? icon(QStringLiteral("triangle-alert"))
                                : status               ? icon(status->icon)
                                                       : QIcon());
        if (name == before)
            selected = tab;
    }
    if (m_original) {
        m_tabs->setTabText(wanted - 1, shownLine(m_originalTitle, 40));
        m_tabs->setTabIcon(wanted - 1, icon(QStringLiteral("history")));
        m_tabs->setTabData(wanted - 1, QVariant());
        if (onOriginal)
            selected = wanted - 1;
    }
    m_tabs->setCurrentIndex(selected);
}

const runtime::NotifierStatus *PreviewPane::notifier(const QString &name) const
{
    const auto found = std::find_if(m_notifiers.cbegin(), m_notifiers.cend(),
                                    [&name](const runtime::NotifierStatus &status) { return status.name == name; });
    return found == m_notifiers.cend() ? nullptr : &*found;
}

const engine::Prepared *PreviewPane::current() const
{
    const int tab = m_tabs->currentIndex();
    return tab >= 0 && tab < m_prepared.size() ? &m_prepared.at(tab) : nullptr;
}

void PreviewPane::showPlain(const QString &text, const QStringList &marks)
{
    m_view->showText(text, marks);
    m_wire->hide();
    m_reasonsPane->hide();
    m_footer->hide();
    update();
}

void PreviewPane::showCurrent()
{
    if (m_tabs->count() == 0)
        return;
    const engine::Prepared *prepared = current();
    const QString name = m_tabs->tabData(m_tabs->currentIndex()).toString();
    if (!prepared && name.isEmpty() && m_original) {
        showPlain(shownLines(m_original->text), hiddenMarks(*m_original));
        return;
    }
    if (!prepared) {
        showPlain(tr("%1 cannot make this message, so nothing can be sent to it. Its template or its settings have an "
                     "error: the Notifiers page says which.")
                      .arg(shownLine(name, 60)),
                  {});
        return;
    }
    const Rendered &rendered = prepared->rendered;
    const QStringList marks = hiddenMarks(rendered);
    m_view->showText(m_showsWire ? wireText(rendered, prepared->delivery, 0, notifier(prepared->notifier))
                                 : shownLines(rendered.text),
                     marks);
    m_wire->setText(m_showsWire                ? tr("Show the text")
                    : isMail(rendered)         ? tr("Show the mail")
                    : messagesOf(rendered) > 1 ? tr("Show the HTTP requests")
                                               : tr("Show the HTTP request"));
    m_wire->setAccessibleName(m_wire->text());
    m_wire->show();
    m_footer->show();
    m_length->setText(lengthText(rendered));
    m_length->setTone(rendered.cut ? Tone::Warning : Tone::Secondary);
    showReasons(rendered);
    update();
}

void PreviewPane::showReasons(const Rendered &rendered)
{
    const int hidden = static_cast<int>(rendered.hidden.size());
    m_eye->setVisible(hidden > 0);
    if (hidden == 0)
        m_hidden->setText(tr("Nothing had to be hidden."));
    else if (width() < NarrowWidth)
        m_hidden->setText(counted(hidden, tr("1 value hidden."), tr("%1 values hidden.")));
    else
        m_hidden->setText(
            counted(hidden, tr("1 value hidden before sending."), tr("%1 values hidden before sending.")));
    m_hidden->setTone(hidden > 0 ? Tone::Text : Tone::Secondary);
    m_why->setVisible(hidden > 0);
    m_why->setText(m_showsReasons ? tr("Hide why") : tr("Why these"));
    m_why->setAccessibleName(m_why->text());

    QStringList reasons;
    for (const Rendered::Hidden &value : rendered.hidden)
        reasons << shownLine(value.rule, 60).leftJustified(18) + QStringLiteral("  ") + shownLine(value.where, 400);
    m_reasons->showText(tr("Looks like").leftJustified(20) + tr("Stands at") + u'\n' + reasons.join(u'\n'));
    m_reasonsPane->setVisible(m_showsReasons && hidden > 0);
    m_reasons->setFixedHeight(std::min(hidden + 1, 5) * QFontMetrics(m_reasons->font()).lineSpacing() + 26);
}

void PreviewPane::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    if ((event->size().width() < NarrowWidth) != (event->oldSize().width() < NarrowWidth))
        showCurrent();
}

void PreviewPane::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::current();
    QPainter painter(this);
    painter.fillRect(rect(), theme.base);
    const int headBottom = m_view->y() - 1;
    painter.fillRect(QRect(0, 0, width(), headBottom), theme.header);
    painter.fillRect(QRect(0, headBottom, width(), 1), theme.border);
    painter.fillRect(QRect(0, 0, 1, height()), theme.border);
    if (m_footer->isVisible())
        painter.fillRect(QRect(0, m_footer->y() - 1, width(), 1), theme.border);
}

} // namespace escalite::ui
