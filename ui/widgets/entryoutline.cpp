// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/widgets/entryoutline.h"

#include "ui/theme/theme.h"
#include "ui/widgets/plaintext.h"

#include <QHelpEvent>
#include <QJsonDocument>
#include <QJsonValue>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

/// JSON text for people: strings without their quotes, everything else as it stands.
QString unquoted(const QByteArray &json, qsizetype limit)
{
    const QByteArray text = json.left(limit * 6);
    if (!text.startsWith('"'))
        return QString::fromUtf8(text);
    const QJsonDocument wrapped = QJsonDocument::fromJson('[' + json.left(64 * 1024) + ']');
    return wrapped.isArray() ? wrapped[0].toString() : QString::fromUtf8(text);
}

} // namespace

QString entryText(const Entry &entry, qsizetype limit)
{
    QString text = entry.value.isEmpty() ? QString() : unquoted(entry.value, limit);
    if (text.isEmpty())
        text = entry.message;
    if (text.isEmpty())
        text = QString::fromUtf8(entry.code);
    return shownLine(text, limit);
}

EntryOutline::EntryOutline(QWidget *parent) : QAbstractScrollArea(parent)
{
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAccessibleName(tr("Entries"));
}

int EntryOutline::rowHeight() const
{
    return std::max(22, fontMetrics().height() + 4);
}

void EntryOutline::show(const Session &session)
{
    m_lines.clear();
    QList<const Section *> sections;
    for (const Section &section : session.sections)
        sections.append(&section);
    const auto rank = [](const Section *section) {
        return section->name == "error_logs"_L1 ? 0 : section->name == "api_logs"_L1 ? 1 : 2;
    };
    std::stable_sort(sections.begin(), sections.end(),
                     [&](const Section *a, const Section *b) { return rank(a) < rank(b); });
    const auto add = [this](const QString &name, const QList<Entry> &entries) {
        if (entries.isEmpty())
            return;
        const QString heading = shownLine(name, 120);
        m_lines.append({.section = heading, .key = {}, .value = {}});
        for (const Entry &entry : entries)
            m_lines.append({.section = heading,
                            .key = shownLine(entry.key, 120),
                            .value = entryText(entry, 400),
                            .level = entry.level});
    };
    for (const Section *section : std::as_const(sections)) {
        if (section->name != "service_logs"_L1)
            add(section->name, section->entries);
    }
    add(tr("without a section"), session.untagged);
    updateScrollBar();
    if (std::exchange(m_session, session.id) != session.id)
        verticalScrollBar()->setValue(0);
    viewport()->update();
}

QList<EntryOutline::Line> EntryOutline::visible() const
{
    QList<Line> lines;
    for (const Line &line : m_lines) {
        if (line.key.isEmpty() || !m_folded.contains(line.section))
            lines.append(line);
    }
    return lines;
}

void EntryOutline::updateScrollBar()
{
    const int content = static_cast<int>(visible().size()) * rowHeight();
    verticalScrollBar()->setSingleStep(rowHeight());
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setRange(0, std::max(0, content - viewport()->height()));
}

void EntryOutline::paintEvent(QPaintEvent *)
{
    QPainter painter(viewport());
    const Theme &theme = Theme::current();
    painter.fillRect(viewport()->rect(), theme.base);
    const QList<Line> lines = visible();
    if (lines.isEmpty()) {
        painter.setPen(theme.text2);
        painter.drawText(viewport()->rect().adjusted(12, 14, -12, 0), Qt::AlignTop, tr("No entries beside the calls."));
        return;
    }
    const int keys = std::min(144, viewport()->width() * 2 / 5);
    int y = -verticalScrollBar()->value();
    for (const Line &line : lines) {
        const QRect row(0, y, viewport()->width(), rowHeight());
        y += rowHeight();
        if (row.bottom() < 0 || row.top() > viewport()->height())
            continue;
        if (line.key.isEmpty()) {
            painter.fillRect(row, theme.header);
            paintIcon(painter, QRectF(8, row.center().y() - 5, 11, 11),
                      m_folded.contains(line.section) ? u"chevron-right"_s : u"chevron-down"_s, theme.text2);
            painter.setFont(monoFont());
            painter.setPen(theme.text);
            painter.drawText(row.adjusted(22, 0, -8, 0), Qt::AlignVCenter, line.section);
        } else {
            painter.setFont(uiFont());
            painter.setPen(theme.text2);
            painter.drawText(QRect(10, row.top(), keys - 16, row.height()), Qt::AlignVCenter,
                             painter.fontMetrics().elidedText(line.key, Qt::ElideRight, keys - 16));
            painter.setFont(monoFont());
            painter.setPen(line.level >= Level::Warning ? theme.levelText(std::min(line.level, Level::Error))
                                                        : theme.text);
            painter.drawText(row.adjusted(keys, 0, -8, 0), Qt::AlignVCenter | Qt::TextSingleLine,
                             painter.fontMetrics().elidedText(line.value, Qt::ElideRight, row.width() - keys - 8));
        }
        painter.fillRect(QRect(0, row.bottom(), row.width(), 1), line.key.isEmpty() ? theme.border : theme.hairline);
    }
}

void EntryOutline::resizeEvent(QResizeEvent *event)
{
    QAbstractScrollArea::resizeEvent(event);
    updateScrollBar();
}

void EntryOutline::mousePressEvent(QMouseEvent *event)
{
    const QList<Line> lines = visible();
    const int row = (event->position().toPoint().y() + verticalScrollBar()->value()) / rowHeight();
    if (row >= lines.size() || !lines[row].key.isEmpty())
        return;
    if (!m_folded.remove(lines[row].section))
        m_folded.insert(lines[row].section);
    updateScrollBar();
    viewport()->update();
}

bool EntryOutline::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        const QList<Line> lines = visible();
        const int row = (help->pos().y() + verticalScrollBar()->value()) / rowHeight();
        if (row < lines.size() && !lines[row].value.isEmpty())
            QToolTip::showText(help->globalPos(), shownToolTip(lines[row].value), viewport());
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

} // namespace escalite::ui
