// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/notifiers/fieldgrid.h"

#include "delivery/configvalue.h"
#include "ui/notifiers/chipsedit.h"
#include "ui/notifiers/problemline.h"
#include "ui/notifiers/secretedit.h"
#include "ui/notifiers/templateedit.h"
#include "ui/theme/theme.h"
#include "ui/widgets/textlabel.h"

#include <QBoxLayout>
#include <QEvent>
#include <QGridLayout>
#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

constexpr int LabelWidth = 120;
constexpr int MostInRow = 3;

using Kind = delivery::Field::Kind;

bool isShort(const delivery::Field &field)
{
    return field.kind == Kind::Integer || field.kind == Kind::Choice;
}

/// Whether \a next may stand behind \a row.
bool joins(const QList<const delivery::Field *> &row, const delivery::Field &next)
{
    const delivery::Field &first = *row.first();
    if (row.size() >= MostInRow)
        return false;
    if (first.kind == Kind::Flag)
        return next.kind == Kind::Flag && row.size() < 2;
    if (first.kind == Kind::Text)
        return isShort(next);
    return isShort(first) && isShort(next) && row.size() < 2;
}

/// Half of the width is enough for these.
bool isHalf(const delivery::Field &field)
{
    return field.kind == Kind::Text || isShort(field) || field.kind == Kind::Flag;
}

QString pointerOf(const delivery::Field &field)
{
    return u"/config/"_s + QLatin1StringView(field.key);
}

} // namespace

FieldGrid::FieldGrid(QWidget *parent) : QWidget(parent)
{
    m_grid = new QGridLayout(this);
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(12);
    m_grid->setVerticalSpacing(4);
    m_grid->setColumnStretch(1, 1);
    m_grid->setColumnMinimumWidth(0, LabelWidth);
}

TextLabel *FieldGrid::makeLabel(const QString &text, QWidget *buddy)
{
    auto *label = new TextLabel(text, Tone::Secondary, this);
    label->setBuddy(buddy);
    if (buddy)
        label->setToolTip(buddy->toolTip());
    return label;
}

void FieldGrid::addSlot(FieldEditor *editor, ProblemLine *line)
{
    const QString pointer = pointerOf(editor->field());
    m_slots.append({.pointer = pointer,
                    .label = fieldLabel(editor->field()),
                    .control = editor->control(),
                    .editor = editor,
                    .line = line,
                    .mark = FieldMark::None});
    connect(editor, &FieldEditor::edited, this, [this, pointer] { Q_EMIT edited(pointer); });
    connect(editor, &FieldEditor::left, this, [this, pointer] { Q_EMIT left(pointer); });
    connect(editor, &FieldEditor::entered, this, [this, editor] { Q_EMIT helpChanged(fieldHelp(editor->field())); });
}

void FieldGrid::addFields(const QList<const delivery::Field *> &fields)
{
    for (qsizetype i = 0; i < fields.size();) {
        QList<const delivery::Field *> row{fields.at(i++)};
        while (i < fields.size() && joins(row, *fields.at(i)))
            row.append(fields.at(i++));

        auto *content = new QWidget(this);
        auto *cells = new QHBoxLayout(content);
        cells->setContentsMargins(0, 0, 0, 0);
        cells->setSpacing(12);
        auto *line = new ProblemLine(this);
        auto *first = FieldEditor::make(*row.first(), content);
        cells->addWidget(first, 5);
        addSlot(first, line);
        if (isHalf(*row.first())) {
            auto *rest = new QHBoxLayout;
            rest->setSpacing(8);
            for (qsizetype place = 1; place < row.size(); ++place) {
                const delivery::Field &field = *row.at(place);
                auto *editor = FieldEditor::make(field, content);
                // The last of a row says by itself what it is; its name is read and shown as a tip.
                if (field.kind != Kind::Flag && !(place == 2 && field.kind == Kind::Choice))
                    rest->addWidget(makeLabel(fieldLabel(field), editor->control()));
                rest->addWidget(editor);
                addSlot(editor, line);
                if (place + 1 < row.size())
                    rest->addSpacing(4);
            }
            // Keeps its share even when nothing stands in it, so that the fields end on one axis.
            rest->addWidget(new QWidget(content), 1);
            cells->addLayout(rest, 6);
        }
        const int at = m_grid->rowCount();
        const bool flag = row.first()->kind == Kind::Flag;
        auto *label = makeLabel(flag ? QString() : fieldLabel(*row.first()), first->control());
        label->setContentsMargins(0, 6, 0, 0);
        m_grid->addWidget(label, at, 0, Qt::AlignRight | Qt::AlignTop);
        m_grid->addWidget(content, at, 1);
        m_grid->addWidget(line, at + 1, 1);
        const auto joinedSlots = row.size();
        const auto firstSlot = m_slots.size() - joinedSlots;
        connect(line, &ProblemLine::changeRequested, this, [this, firstSlot, joinedSlots] {
            for (qsizetype slot = firstSlot; slot < firstSlot + joinedSlots; ++slot)
                mend(m_slots.at(slot));
        });
    }
}

void FieldGrid::addRow(const QString &labelText, QWidget *content, QWidget *control, const QString &pointer)
{
    auto *line = new ProblemLine(this);
    const int at = m_grid->rowCount();
    auto *label = makeLabel(labelText, control);
    label->setContentsMargins(0, 6, 0, 0);
    m_grid->addWidget(label, at, 0, Qt::AlignRight | Qt::AlignTop);
    m_grid->addWidget(content, at, 1);
    m_grid->addWidget(line, at + 1, 1);
    m_slots.append({.pointer = pointer,
                    .label = labelText,
                    .control = control,
                    .editor = nullptr,
                    .line = line,
                    .mark = FieldMark::None});
}

void FieldGrid::addControl(QWidget *control, const QString &pointer)
{
    m_slots.append({.pointer = pointer,
                    .label = control->accessibleName(),
                    .control = control,
                    .editor = nullptr,
                    .line = m_slots.isEmpty() ? nullptr : m_slots.constLast().line,
                    .mark = FieldMark::None});
}

void FieldGrid::setStretchedRow(const QString &pointer)
{
    for (const Slot &slot : std::as_const(m_slots)) {
        if (slot.pointer != pointer || !slot.editor)
            continue;
        int row = 0, column = 0, rows = 0, columns = 0;
        m_grid->getItemPosition(m_grid->indexOf(slot.editor->parentWidget()), &row, &column, &rows, &columns);
        m_grid->setRowStretch(row, 1);
    }
}

void FieldGrid::fill(const runtime::NotifierSetup &setup)
{
    for (const Slot &slot : std::as_const(m_slots)) {
        if (!slot.editor)
            continue;
        const QString key = QString::fromLatin1(slot.editor->field().key);
        slot.editor->setValue(setup.config.value(key));
        if (auto *secret = qobject_cast<SecretEdit *>(slot.editor)) {
            const auto stored = setup.secrets.constFind(key);
            secret->setStored(stored == setup.secrets.cend() ? std::nullopt : std::optional(*stored));
        }
    }
}

void FieldGrid::take(const runtime::NotifierSetup &saved, runtime::NotifierSetup &edited) const
{
    for (const Slot &slot : std::as_const(m_slots)) {
        if (!slot.editor)
            continue;
        const QString key = QString::fromLatin1(slot.editor->field().key);
        const QJsonValue value = slot.editor->value();
        const bool usual = value == delivery::fallbackValue(slot.editor->field()) && !saved.config.contains(key);
        if (value.isUndefined() || usual)
            edited.config.remove(key);
        else
            edited.config.insert(key, value);
        if (const auto *secret = qobject_cast<const SecretEdit *>(slot.editor)) {
            if (!secret->keepsStored())
                edited.secrets.remove(key);
            else if (saved.secrets.contains(key))
                edited.secrets.insert(key, saved.secrets.value(key));
        }
    }
}

Problems FieldGrid::ownProblems() const
{
    Problems problems;
    for (const Slot &slot : std::as_const(m_slots)) {
        if (!slot.editor)
            continue;
        const auto *secret = qobject_cast<const SecretEdit *>(slot.editor);
        if (slot.editor->field().required && slot.editor->value().isUndefined() && !(secret && secret->keepsStored()))
            problems.append({.pointer = slot.pointer, .message = tr("“%1” is needed.").arg(slot.label)});
        else if (const QString own = slot.editor->ownProblem(); !own.isEmpty())
            problems.append({.pointer = slot.pointer, .message = own});
    }
    return problems;
}

void FieldGrid::showProblems(const Problems &problems)
{
    for (Slot &slot : m_slots)
        slot.mark = FieldMark::None;
    QHash<ProblemLine *, bool> said;
    for (Slot &slot : m_slots) {
        QMap<int, FieldMark> items;
        for (const Problem &problem : problems) {
            if (fieldPointer(problem.pointer) != slot.pointer)
                continue;
            const FieldMark mark = problem.severity == Problem::Severity::Error ? FieldMark::Wrong : FieldMark::Odd;
            slot.mark = std::max(slot.mark, mark);
            bool inList = false;
            const int item = problem.pointer.section('/'_L1, -1).toInt(&inList);
            inList = inList && problem.pointer.count('/'_L1) > 2;
            if (inList)
                items.insert(item, mark);
            if (!slot.line || said.value(slot.line))
                continue;
            const QString meant = inList ? changeFor(slot, item) : QString();
            QString text = problemText(problem, [this](const QString &key) { return labelOf(u"/config/"_s + key); });
            if (!meant.isEmpty())
                text += ' '_L1 + tr("Did you mean %1?").arg(meant);
            slot.line->say(problem.severity, text, meant.isEmpty() ? QString() : tr("Change it"));
            said.insert(slot.line, true);
        }
        if (slot.editor)
            slot.editor->setMark(slot.mark, items);
        else
            markField(*slot.control, slot.mark);
    }
    for (const Slot &slot : std::as_const(m_slots)) {
        if (slot.line && !said.value(slot.line))
            slot.line->clear();
    }
}

QString FieldGrid::changeFor(const Slot &field, int item) const
{
    const auto *chips = qobject_cast<const ChipsEdit *>(field.editor);
    if (!chips || chips->field().kind != Kind::AddressList || item >= chips->items().size())
        return {};
    QStringList others;
    for (const Slot &slot : std::as_const(m_slots)) {
        if (const auto *list = qobject_cast<const ChipsEdit *>(slot.editor))
            others += list->items();
        else if (slot.editor && slot.editor->field().kind == Kind::Text)
            others << slot.editor->value().toString();
    }
    return likelyAddress(chips->items().at(item), others);
}

void FieldGrid::mend(const Slot &field)
{
    auto *chips = qobject_cast<ChipsEdit *>(field.editor);
    if (!chips || field.mark == FieldMark::None)
        return;
    for (int item = 0; item < chips->items().size(); ++item) {
        const QString meant = changeFor(field, item);
        if (meant.isEmpty())
            continue;
        chips->replaceItem(item, meant);
        chips->control()->setFocus();
        return;
    }
}

bool FieldGrid::focusProblem()
{
    for (const FieldMark mark : {FieldMark::Wrong, FieldMark::Odd}) {
        for (const Slot &slot : std::as_const(m_slots)) {
            if (slot.mark != mark)
                continue;
            slot.control->setFocus(Qt::OtherFocusReason);
            return true;
        }
    }
    return false;
}

FieldEditor *FieldGrid::editor(const QString &key) const
{
    for (const Slot &slot : std::as_const(m_slots)) {
        if (slot.editor && key == QLatin1StringView(slot.editor->field().key))
            return slot.editor;
    }
    return nullptr;
}

bool FieldGrid::has(const QString &pointer) const
{
    return std::any_of(m_slots.cbegin(), m_slots.cend(),
                       [&pointer](const Slot &slot) { return slot.pointer == pointer; });
}

QStringList FieldGrid::pointers() const
{
    QStringList pointers;
    for (const Slot &slot : std::as_const(m_slots))
        pointers << slot.pointer;
    return pointers;
}

QString FieldGrid::labelOf(const QString &pointer) const
{
    const auto slot =
        std::find_if(m_slots.cbegin(), m_slots.cend(), [&pointer](const Slot &one) { return one.pointer == pointer; });
    return slot == m_slots.cend() ? QString() : slot->label;
}

QString problemText(const Problem &problem, const std::function<QString(const QString &)> &labelOfKey)
{
    static const QRegularExpression quoted(u"'([a-z0-9_]+)'"_s);
    QString text;
    qsizetype from = 0;
    auto found = quoted.globalMatch(problem.message);
    while (found.hasNext()) {
        const QRegularExpressionMatch key = found.next();
        const QString label = labelOfKey(key.captured(1));
        text += QStringView(problem.message).sliced(from, key.capturedStart() - from);
        text += label.isEmpty() ? key.captured() : u"“%1”"_s.arg(label);
        from = key.capturedEnd();
    }
    text += QStringView(problem.message).sliced(from);
    if (!text.isEmpty() && !text.endsWith('.'_L1) && !text.endsWith('?'_L1))
        text += '.'_L1;
    return text;
}

QString fieldPointer(const QString &pointer)
{
    const QStringList parts = pointer.split('/'_L1);
    if (parts.value(1) != "config"_L1)
        return parts.size() > 1 ? '/'_L1 + parts.at(1) : pointer;
    const QString key = parts.value(2);
    return key.isEmpty() ? u"/config"_s : u"/config/"_s + key;
}

QString likelyAddress(const QString &address, const QStringList &others)
{
    const qsizetype at = address.lastIndexOf('@'_L1);
    const QString domain = at < 0 ? QString() : address.sliced(at + 1);
    if (at < 1 || domain.isEmpty() || domain.contains('.'_L1))
        return {};
    for (const QString &other : others) {
        const QString known = other.section('@'_L1, -1);
        if (other.contains('@'_L1) && known.startsWith(domain + '.'_L1, Qt::CaseInsensitive))
            return address.first(at + 1) + known;
    }
    return {};
}

} // namespace escalite::ui
