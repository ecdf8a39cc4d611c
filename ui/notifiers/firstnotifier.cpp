// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/notifiers/firstnotifier.h"

#include "ui/theme/shapes.h"
#include "ui/theme/theme.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/textlabel.h"

#include <QBoxLayout>
#include <QGridLayout>
#include <QPainter>
#include <QPushButton>
#include <QResizeEvent>
#include <QScrollArea>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

constexpr int ColumnNeeds = 280;
constexpr int MostColumns = 3;

} // namespace

TypeCard::TypeCard(const delivery::NotifierType &type, QWidget *parent)
    : QAbstractButton(parent)
    , m_icon(QString::fromLatin1(type.icon))
    , m_help(type.help ? QString::fromUtf8(type.help) : QString())
{
    setText(QString::fromUtf8(type.name));
    setAccessibleName(tr("Add %1").arg(text()));
    setAccessibleDescription(m_help);
    setToolTip(m_help.toHtmlEscaped());
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void TypeCard::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::current();
    QPainter painter(this);
    fillBox(painter, rect(),
            isDown()       ? theme.toggled
            : underMouse() ? mixed(theme.button, theme.text, .06)
                           : theme.button,
            hasFocus() ? theme.focusRing : theme.buttonBorder);
    if (hasFocus())
        strokeBox(painter, rect().adjusted(1, 1, -1, -1), theme.focusRing, 2);
    paintIcon(painter, QRectF(14, (height() - 20) / 2.0, 20, 20), m_icon, theme.text2);
    const int left = 48;
    const int room = width() - left - 12;
    const QFont name = uiFont(1, QFont::Medium);
    painter.setFont(name);
    painter.setPen(theme.text);
    painter.drawText(QRect(left, 10, room, 18), Qt::AlignVCenter, text());
    const QFont help = uiFont(0.92);
    painter.setFont(help);
    painter.setPen(theme.text2);
    painter.drawText(QRect(left, 28, room, 18), Qt::AlignVCenter,
                     QFontMetrics(help).elidedText(m_help, Qt::ElideRight, room));
}

FirstNotifier::FirstNotifier(const QList<const delivery::NotifierType *> &types, QWidget *parent) : QWidget(parent)
{
    auto *column = new QWidget;
    auto *headline = new TextLabel(tr("No notifier yet"), Tone::Text, column);
    headline->setSize(1.4, QFont::DemiBold);
    auto *text = new TextLabel(tr("Nobody is told of anything until there is one. Choose where messages shall go; "
                                  "a test shows at once whether they arrive."),
                               Tone::Secondary, column);
    text->setWordWrap(true);
    auto *cards = new QWidget(column);
    m_grid = new QGridLayout(cards);
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setSpacing(8);
    for (const delivery::NotifierType *type : types) {
        auto *card = new TypeCard(*type, cards);
        connect(card, &TypeCard::clicked, this, [this, id = QString::fromLatin1(type->id)] { Q_EMIT typeChosen(id); });
        m_cards << card;
    }
    auto *import = new QPushButton(icon(u"upload"_s), tr("Import Escalite config…"), column);
    import->setAutoDefault(false);
    auto *importText =
        new TextLabel(tr("The configuration of the Python library is taken as it is."), Tone::Secondary, column);
    importText->setWordWrap(true);
    m_place = new TextLabel(QString(), Tone::Hint, column);
    m_place->setWordWrap(true);
    auto *row = new QHBoxLayout;
    row->setSpacing(12);
    row->addWidget(import);
    row->addWidget(importText, 1);
    auto *inner = new QVBoxLayout(column);
    inner->setContentsMargins(24, 24, 24, 24);
    inner->setSpacing(12);
    inner->addStretch(1);
    inner->addWidget(headline);
    inner->addWidget(text);
    inner->addSpacing(4);
    inner->addWidget(cards);
    inner->addSpacing(4);
    inner->addLayout(row);
    inner->addWidget(m_place);
    inner->addStretch(2);
    column->setMaximumWidth(960);

    auto *content = new QWidget;
    auto *middle = new QHBoxLayout(content);
    middle->setContentsMargins(0, 0, 0, 0);
    middle->addStretch(1);
    middle->addWidget(column, 20);
    middle->addStretch(1);
    auto *scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->viewport()->setAutoFillBackground(false);
    content->setAutoFillBackground(false);
    scroll->setWidget(content);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(scroll);
    connect(import, &QPushButton::clicked, this, &FirstNotifier::importRequested);
}

void FirstNotifier::setFile(const QString &file)
{
    m_place->setText(file.isEmpty() ? QString() : tr("They are kept in %1.").arg(shownLine(file, 400)));
}

void FirstNotifier::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    const int columns = std::clamp((std::min(width(), 960) - 48) / ColumnNeeds, 1, MostColumns);
    if (columns == m_columns)
        return;
    for (int column = 0; column < m_columns; ++column)
        m_grid->setColumnStretch(column, 0);
    m_columns = columns;
    for (int place = 0; place < m_cards.size(); ++place)
        m_grid->addWidget(m_cards.at(place), place / columns, place % columns);
    for (int column = 0; column < columns; ++column)
        m_grid->setColumnStretch(column, 1);
}

void FirstNotifier::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), Theme::current().base);
}

} // namespace escalite::ui
