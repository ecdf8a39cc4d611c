// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/notifiers/chipsedit.h"

#include "ui/notifiers/fieldframe.h"
#include "ui/theme/shapes.h"
#include "ui/theme/theme.h"
#include "ui/widgets/plaintext.h"

#include <QBoxLayout>
#include <QJsonArray>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

constexpr int ChipHeight = 22;
constexpr int CrossWidth = 20;
constexpr int Gap = 4;
constexpr int LeastLine = 56; // Width that is left for typing.
constexpr int MostItems = 200;

} // namespace

Chip::Chip(const QString &text, QWidget *parent) : QAbstractButton(parent)
{
    setText(shownLine(text, 120));
    setAccessibleName(this->text());
    setAccessibleDescription(tr("Delete takes it out, Return edits it"));
    setFocusPolicy(Qt::ClickFocus); // By key through the arrows, so that Tab leaves the field.
    setFont(monoFont(0.92));
    setMouseTracking(true);
    setAttribute(Qt::WA_Hover);
}

void Chip::setMark(FieldMark mark)
{
    m_mark = mark;
    update();
}

QSize Chip::sizeHint() const
{
    return {6 + fontMetrics().horizontalAdvance(text()) + 2 + CrossWidth,
            std::max(ChipHeight, fontMetrics().height() + 6)};
}

void Chip::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::current();
    QPainter painter(this);
    const QColor fill = m_mark == FieldMark::Wrong ? theme.tintError
                        : m_mark == FieldMark::Odd ? theme.tintWarning
                                                   : theme.toggled;
    const QColor line = m_mark == FieldMark::Wrong ? theme.errorFill
                        : m_mark == FieldMark::Odd ? theme.warningFill
                                                   : theme.toggled;
    const QColor words = m_mark == FieldMark::Wrong ? theme.errorText
                         : m_mark == FieldMark::Odd ? theme.warningText
                                                    : theme.text;
    fillBox(painter, rect(), fill, hasFocus() ? theme.focusRing : line, 2);
    if (hasFocus())
        strokeBox(painter, rect().adjusted(1, 1, -1, -1), theme.focusRing, 1);
    painter.setPen(words);
    painter.setFont(font());
    const QRect box = rect().adjusted(6, 0, -CrossWidth, 0);
    painter.drawText(box, Qt::AlignVCenter | Qt::TextSingleLine,
                     fontMetrics().elidedText(text(), Qt::ElideMiddle, box.width()));
    paintIcon(painter, QRectF(width() - CrossWidth + 3, (height() - 12) / 2.0, 12, 12), u"x"_s, words);
}

void Chip::mouseReleaseEvent(QMouseEvent *event)
{
    QAbstractButton::mouseReleaseEvent(event);
    const QRect cross = rect().adjusted(width() - CrossWidth, 0, 0, 0);
    if (event->button() == Qt::LeftButton && cross.contains(event->position().toPoint()))
        Q_EMIT removeRequested();
}

void Chip::mouseDoubleClickEvent(QMouseEvent *)
{
    Q_EMIT editRequested();
}

ChipsEdit::ChipsEdit(const delivery::Field &field, QWidget *parent)
    : FieldEditor(field, parent)
    , m_addresses(field.kind == delivery::Field::Kind::AddressList)
{
    m_frame = new FieldFrame(this);
    m_line = new QLineEdit(m_frame);
    m_line->setFrame(false);
    m_line->setFont(monoFont(0.96));
    m_line->setMaxLength(4096);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_frame);
    setControl(m_line);
    connect(m_line, &QLineEdit::textEdited, this, [this](const QString &text) {
        static const QRegularExpression ends(u"[,;\\n\\r]"_s);
        if (text.contains(ends) || (m_addresses && text.trimmed().contains(' '_L1))
            || (m_addresses && text.endsWith(' '_L1) && text.contains('@'_L1)))
            commit();
        else
            Q_EMIT edited();
    });
    place();
}

void ChipsEdit::setValue(const QJsonValue &value)
{
    QStringList items;
    if (value.isArray()) {
        const QJsonArray array = value.toArray();
        for (const auto &item : array)
            items << item.toString();
    } else if (!value.toString().trimmed().isEmpty()) {
        for (const QString &item : m_addresses ? value.toString().split(','_L1) : QStringList(value.toString()))
            items << item.trimmed();
    }
    if (items == m_items && m_line->text().isEmpty())
        return;
    m_line->clear();
    m_items = items;
    m_marks.clear();
    rebuild();
}

QJsonValue ChipsEdit::value() const
{
    QStringList items = m_items;
    if (const QString typed = m_line->text().trimmed(); !typed.isEmpty() && !items.contains(typed))
        items << typed; // So that saving by key takes what is still being typed.
    return items.isEmpty() ? QJsonValue(QJsonValue::Undefined) : QJsonValue(QJsonArray::fromStringList(items));
}

void ChipsEdit::setMark(FieldMark mark, const QMap<int, FieldMark> &items)
{
    markField(*m_frame, mark);
    m_marks = items;
    for (int position = 0; position < m_chips.size(); ++position)
        m_chips.at(position)->setMark(m_marks.value(position, FieldMark::None));
}

void ChipsEdit::add(const QString &text)
{
    static const QRegularExpression commas(u"[,;\\n\\r\\t]+"_s);
    static const QRegularExpression blanks(u"[,;\\s]+"_s);
    for (const QString &part : text.split(m_addresses ? blanks : commas, Qt::SkipEmptyParts)) {
        const QString item = part.trimmed();
        if (!item.isEmpty() && !m_items.contains(item) && m_items.size() < MostItems)
            m_items << item;
    }
}

void ChipsEdit::commit()
{
    if (m_line->text().trimmed().isEmpty())
        return;
    add(m_line->text());
    m_line->clear();
    rebuild();
    Q_EMIT edited();
}

void ChipsEdit::replaceItem(int position, const QString &text)
{
    if (position < 0 || position >= m_items.size())
        return;
    m_items[position] = text;
    rebuild();
    Q_EMIT edited();
    Q_EMIT left();
}

void ChipsEdit::removeItem(int position)
{
    if (position < 0 || position >= m_items.size())
        return;
    m_items.removeAt(position);
    rebuild();
    Q_EMIT edited();
}

void ChipsEdit::editItem(int position)
{
    const QString text = m_items.value(position);
    commit();
    removeItem(static_cast<int>(m_items.indexOf(text)));
    m_line->setText(text);
    m_line->setFocus();
}

void ChipsEdit::rebuild()
{
    for (Chip *chip : std::as_const(m_chips)) {
        chip->hide();
        chip->deleteLater(); // One of them may have asked for this.
    }
    m_chips.clear();
    for (int position = 0; position < m_items.size(); ++position) {
        auto *chip = new Chip(m_items.at(position), m_frame);
        chip->setMark(m_marks.value(position, FieldMark::None));
        chip->installEventFilter(this);
        connect(chip, &Chip::removeRequested, this, [this, position] {
            removeItem(position);
            m_line->setFocus();
        });
        connect(chip, &Chip::editRequested, this, [this, position] { editItem(position); });
        chip->show();
        m_chips << chip;
    }
    m_line->setPlaceholderText(m_items.isEmpty() && m_addresses ? u"ops@acme.test"_s : QString());
    place();
}

void ChipsEdit::place()
{
    const int right = std::max(width(), 160) - 6;
    int x = 6;
    int y = 3;
    const int row = Chip(u"x"_s, nullptr).sizeHint().height();
    for (Chip *chip : std::as_const(m_chips)) {
        const int wanted = std::min(chip->sizeHint().width(), right - 6);
        if (x + wanted > right && x > 6) {
            x = 6;
            y += row + Gap;
        }
        chip->setGeometry(x, y, wanted, row);
        x += wanted + Gap;
    }
    if (x + LeastLine > right && x > 6) {
        x = 6;
        y += row + Gap;
    }
    m_line->setGeometry(x - 2, y, right - x + 2, row);
    setFixedHeight(y + row + 3);
}

void ChipsEdit::resizeEvent(QResizeEvent *event)
{
    FieldEditor::resizeEvent(event);
    if (event->size().width() != event->oldSize().width())
        place();
}

void ChipsEdit::focusChip(int position)
{
    if (position >= m_chips.size() || m_chips.isEmpty())
        m_line->setFocus();
    else
        m_chips.at(std::max(0, position))->setFocus();
}

bool ChipsEdit::chipKey(int position, int key)
{
    switch (key) {
    case Qt::Key_Left:
        focusChip(position - 1);
        return true;
    case Qt::Key_Right:
        focusChip(position + 1);
        return true;
    case Qt::Key_Home:
        focusChip(0);
        return true;
    case Qt::Key_End:
        m_line->setFocus();
        return true;
    case Qt::Key_Delete:
    case Qt::Key_Backspace:
        removeItem(position);
        focusChip(key == Qt::Key_Backspace && position > 0 ? position - 1 : position);
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_F2:
        editItem(position);
        return true;
    default:
        return false;
    }
}

bool ChipsEdit::lineKey(int key)
{
    switch (key) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_line->text().trimmed().isEmpty())
            return false;
        commit();
        Q_EMIT left();
        return true;
    case Qt::Key_Backspace:
    case Qt::Key_Left:
        if (m_line->cursorPosition() > 0 || m_line->hasSelectedText() || m_chips.isEmpty())
            return false;
        focusChip(static_cast<int>(m_chips.size()) - 1);
        return true;
    default:
        return false;
    }
}

bool ChipsEdit::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (watched == m_line && lineKey(key))
            return true;
        const auto position = m_chips.indexOf(watched);
        if (position >= 0 && chipKey(static_cast<int>(position), key))
            return true;
    }
    if (watched == m_line && event->type() == QEvent::FocusOut) {
        const Qt::FocusReason reason = static_cast<QFocusEvent *>(event)->reason();
        if (reason != Qt::ActiveWindowFocusReason && reason != Qt::PopupFocusReason)
            commit();
    }
    return FieldEditor::eventFilter(watched, event);
}

} // namespace escalite::ui
