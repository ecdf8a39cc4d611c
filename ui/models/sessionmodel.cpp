// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/models/sessionmodel.h"

#include "filter/fields.h"
#include "message/text.h"
#include "ui/theme/theme.h"
#include "ui/widgets/timetext.h"

#include <QElapsedTimer>
#include <QTimerEvent>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

constexpr int FirstSlice = 12; // Milliseconds: within one frame.
constexpr int NextSlice = 8;

} // namespace

SessionModel::SessionModel(QObject *parent) : QAbstractTableModel(parent)
{
    m_names.append(QString());
}

std::unique_ptr<filter::RowMatcher> SessionModel::matcherFor(const filter::ExpressionPtr &expression) const
{
    if (!expression || expression->kind == filter::Expression::Kind::All)
        return nullptr;
    return std::make_unique<filter::RowMatcher>(expression, [this](NameId id) { return m_names.value(id); });
}

bool SessionModel::matches(Serial serial) const
{
    return !m_matcher || m_matcher->matches(m_store.row(serial)) || m_byDocument.contains(serial);
}

bool SessionModel::needsDocument(Serial serial) const
{
    if (!m_matcher || serial < m_store.first() || serial >= m_store.end() || m_byDocument.contains(serial))
        return false;
    bool asked = false;
    const bool found = m_matcher->matches(m_store.row(serial), [&asked] {
        asked = true;
        return QString();
    });
    return asked && !found;
}

void SessionModel::takeNames(const SessionRows &rows)
{
    for (qsizetype i = 0; i < rows.names.size(); ++i) {
        const auto id = static_cast<NameId>(rows.firstName + i);
        while (m_names.size() <= id)
            m_names.append(QString());
        m_names[id] = rows.names[i];
        const QString marked = message::visible(rows.names[i]);
        if (marked != rows.names[i])
            m_marked.insert(id, marked);
    }
}

void SessionModel::apply(const SessionRows &rows)
{
    takeNames(rows);
    const Serial from = m_store.end();
    std::vector<Serial> fresh;
    for (const SessionRow &row : rows.rows) {
        const std::optional<Serial> known = m_store.find(row.id);
        if (known && *known < from) {
            update(*known, row);
            continue;
        }
        if (known) { // Came twice in this batch.
            count(m_store.row(*known), -1);
            renew(*known, row);
        } else {
            begin(m_store.append(row));
        }
        count(row, 1);
    }
    for (Serial serial = from; serial != m_store.end(); ++serial) {
        const bool match = matches(serial);
        m_tally.add(m_store.row(serial), match);
        if (match)
            fresh.push_back(serial);
    }
    if (!fresh.empty()) {
        beginInsertRows({}, shown(), shown() + static_cast<int>(fresh.size()) - 1);
        m_visible.insert(m_visible.end(), fresh.begin(), fresh.end());
        endInsertRows();
    }
    evict();
    if (from != m_store.end())
        Q_EMIT arrived(from, m_store.end());
    if (!rows.rows.isEmpty())
        Q_EMIT counted();
}

void SessionModel::count(const SessionRow &row, int sign)
{
    static const filter::StateFlags Open = filter::flagsOf(filter::State::Open);
    static const filter::StateFlags Stuck = filter::flagsOf(filter::State::Stuck);
    const auto step = static_cast<quint64>(sign);
    const SessionFlags flags = SessionFlags::fromInt(row.flags);
    m_counts.at(Tally::levelIndex(row.level)) += step;
    m_open += Open.fit(flags) ? step : 0;
    m_stuck += Stuck.fit(flags) ? step : 0;
}

void SessionModel::begin(Serial serial)
{
    const Standing now = standing(serial);
    if (now != Standing::Ended && now != Standing::Gap)
        m_courses.insert(serial, Course::of(m_store.row(serial)));
}

void SessionModel::renew(Serial serial, const SessionRow &row)
{
    SessionRow &held = m_store.row(serial);
    const SessionRow before = std::exchange(held, row);
    if (held.verdict == 0)
        held.verdict = before.verdict;
    if (held.has(SessionFlag::Live))
        held.receivedAt = std::min(held.receivedAt, before.receivedAt);
    const Standing now = standing(serial);
    if (now == Standing::Ended || now == Standing::Gap) {
        m_courses.remove(serial);
        return;
    }
    const auto known = m_courses.constFind(serial);
    m_courses.insert(serial, Course::of(row, known != m_courses.constEnd() ? &*known : nullptr));
}

Course SessionModel::course(Serial serial) const
{
    const auto known = m_courses.constFind(serial);
    return known != m_courses.constEnd() ? *known : Course::of(m_store.row(serial));
}

void SessionModel::update(Serial serial, const SessionRow &row)
{
    const bool before = rowOf(serial) >= 0;
    SessionRow &held = m_store.row(serial);
    m_tally.add(held, before, -1);
    count(held, -1);
    renew(serial, row);
    count(held, 1);
    const bool after = matches(serial);
    m_tally.add(held, after);
    if (before && after)
        changed(serial);
    else if (after)
        show(serial);
    else if (before)
        hide(serial);
    if (m_scan && serial < m_scan->next)
        m_scan->changed.insert(serial);
}

int SessionModel::rowAtOrAfter(Serial serial) const
{
    const auto begin = m_visible.begin() + static_cast<std::ptrdiff_t>(m_front);
    return static_cast<int>(std::lower_bound(begin, m_visible.end(), serial) - begin);
}

int SessionModel::rowOf(Serial serial) const
{
    const int row = rowAtOrAfter(serial);
    return row < shown() && serialAt(row) == serial ? row : -1;
}

void SessionModel::show(Serial serial)
{
    const int row = rowAtOrAfter(serial);
    beginInsertRows({}, row, row);
    m_visible.insert(m_visible.begin() + static_cast<std::ptrdiff_t>(m_front) + row, serial);
    endInsertRows();
}

void SessionModel::hide(Serial serial)
{
    const int row = rowOf(serial);
    beginRemoveRows({}, row, row);
    m_visible.erase(m_visible.begin() + static_cast<std::ptrdiff_t>(m_front) + row);
    endRemoveRows();
}

void SessionModel::changed(Serial serial)
{
    const int row = rowOf(serial);
    if (row >= 0)
        Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
}

void SessionModel::evict()
{
    if (m_store.size() <= m_bound)
        return;
    const Serial keep = m_store.end() - m_bound;
    const int gone = rowAtOrAfter(keep);
    if (gone > 0)
        beginRemoveRows({}, 0, gone - 1);
    int row = 0;
    for (Serial serial = m_store.first(); serial != keep; ++serial) {
        const SessionRow &old = m_store.row(serial);
        const bool shownBefore = row < gone && serialAt(row) == serial;
        row += shownBefore ? 1 : 0;
        m_tally.add(old, shownBefore, -1);
        count(old, -1);
        m_courses.remove(serial);
        m_joined.remove(serial);
        m_byDocument.remove(serial);
        m_store.dropFront();
    }
    if (gone > 0) {
        m_front += static_cast<std::size_t>(gone);
        if (m_front > m_visible.size() / 2) {
            m_visible.erase(m_visible.begin(), m_visible.begin() + static_cast<std::ptrdiff_t>(m_front));
            m_front = 0;
        }
        endRemoveRows();
    }
}

void SessionModel::join(const QList<SessionVerdict> &verdicts)
{
    for (const SessionVerdict &verdict : verdicts) {
        const std::optional<Serial> serial = find(verdict.session);
        if (!serial)
            continue;
        m_store.row(*serial).verdict = static_cast<quint8>(verdict.verdict);
        if (verdict.incident)
            m_joined.insert(*serial, *verdict.incident);
        changed(*serial);
    }
}

void SessionModel::setIncidents(const QList<Incident> &incidents)
{
    for (const Incident &incident : incidents)
        m_incidents.insert(incident.id, incident);
    if (shown() > 0 && !incidents.isEmpty())
        Q_EMIT dataChanged(index(0, EscalationColumn), index(shown() - 1, EscalationColumn));
}

std::optional<Serial> SessionModel::find(const QUuid &id) const
{
    const QByteArray bytes = id.toRfc4122();
    std::array<quint8, 16> key{};
    std::copy(bytes.begin(), bytes.end(), key.begin());
    return m_store.find(key);
}

void SessionModel::setFilter(const filter::ExpressionPtr &expression)
{
    Scan scan;
    scan.expression = expression;
    scan.matcher = matcherFor(expression);
    scan.next = m_store.first();
    scan.tally = Tally(m_tally.step());
    m_scan.emplace(std::move(scan));
    scanOn(FirstSlice);
}

void SessionModel::scanOn(int milliseconds)
{
    QElapsedTimer timer;
    timer.start();
    Scan &scan = *m_scan;
    scan.next = std::max(scan.next, m_store.first());
    while (scan.next != m_store.end()) {
        const Serial stop = std::min(m_store.end(), scan.next + 4096);
        for (; scan.next != stop; ++scan.next) {
            const SessionRow &row = m_store.row(scan.next);
            const bool match = !scan.matcher || scan.matcher->matches(row);
            scan.tally.add(row, match);
            if (match)
                scan.found.push_back(scan.next);
        }
        if (timer.elapsed() >= milliseconds && scan.next != m_store.end()) {
            m_slice.start(0, this);
            return;
        }
    }
    finishScan();
}

void SessionModel::timerEvent(QTimerEvent *event)
{
    if (event->timerId() != m_slice.timerId()) {
        QAbstractTableModel::timerEvent(event);
        return;
    }
    m_slice.stop();
    if (m_scan)
        scanOn(NextSlice);
}

void SessionModel::finishScan()
{
    m_slice.stop();
    Scan scan = std::move(*m_scan);
    m_scan.reset();
    beginResetModel();
    m_filter = scan.expression;
    m_matcher = std::move(scan.matcher);
    m_byDocument.clear();
    m_visible = std::move(scan.found);
    m_front = 0;
    m_visible.erase(m_visible.begin(), std::lower_bound(m_visible.begin(), m_visible.end(), m_store.first()));
    for (const Serial serial : std::as_const(scan.changed)) {
        if (serial < m_store.first())
            continue;
        const auto place = std::lower_bound(m_visible.begin(), m_visible.end(), serial);
        const bool stands = place != m_visible.end() && *place == serial;
        const bool match = matches(serial);
        if (stands && !match)
            m_visible.erase(place);
        else if (!stands && match)
            m_visible.insert(place, serial);
    }
    m_tally = std::move(scan.tally);
    endResetModel();
    if (!scan.changed.isEmpty())
        setTallyStep(m_tally.step());
    Q_EMIT filtered();
    Q_EMIT counted();
}

void SessionModel::addDocumentMatches(const QList<Serial> &serials)
{
    std::vector<Serial> found;
    for (const Serial serial : serials) {
        if (serial >= m_store.first() && serial < m_store.end() && rowOf(serial) < 0)
            found.push_back(serial);
    }
    if (found.empty())
        return;
    std::sort(found.begin(), found.end());
    beginResetModel();
    std::vector<Serial> merged;
    merged.reserve(m_visible.size() - m_front + found.size());
    std::merge(m_visible.begin() + static_cast<std::ptrdiff_t>(m_front), m_visible.end(), found.begin(), found.end(),
               std::back_inserter(merged));
    m_visible = std::move(merged);
    m_front = 0;
    for (const Serial serial : found) {
        m_byDocument.insert(serial);
        m_tally.addMatched(m_store.row(serial));
    }
    endResetModel();
    Q_EMIT counted();
}

void SessionModel::setTallyStep(Duration step)
{
    m_tally = Tally(step);
    int row = 0;
    for (Serial serial = m_store.first(); serial != m_store.end(); ++serial) {
        const bool match = row < shown() && serialAt(row) == serial;
        row += match ? 1 : 0;
        m_tally.add(m_store.row(serial), match);
    }
    if (m_scan)
        setFilter(m_scan->expression);
    Q_EMIT counted();
}

QString SessionModel::shownName(NameId id) const
{
    const auto marked = m_marked.constFind(id);
    return marked != m_marked.constEnd() ? *marked : m_names.value(id);
}

std::optional<QUuid> SessionModel::incidentOf(Serial serial) const
{
    const auto found = m_joined.constFind(serial);
    return found != m_joined.constEnd() ? std::optional(*found) : std::nullopt;
}

SessionModel::Told SessionModel::told(Serial serial) const
{
    const auto verdict = static_cast<Verdict>(m_store.row(serial).verdict);
    if (verdict != Verdict::Opened && verdict != Verdict::Joined && verdict != Verdict::NoNotifier)
        return {};
    const auto joined = m_joined.constFind(serial);
    const auto incident = joined != m_joined.constEnd() ? m_incidents.constFind(*joined) : m_incidents.constEnd();
    if (incident != m_incidents.constEnd()) {
        if (incident->state == Incident::State::Closed)
            return {u"check"_s, tr("Closed")};
        if (incident->state == Incident::State::Acknowledged)
            return {u"user-check"_s,
                    incident->acknowledgedBy.isEmpty()
                        ? tr("Acked")
                        : tr("Acked · %1").arg(message::visible(incident->acknowledgedBy)),
                    false};
    }
    if (verdict == Verdict::NoNotifier)
        return {u"bell-off"_s, tr("Nobody told")};
    if (verdict == Verdict::Joined)
        return {u"layers"_s, tr("Grouped")};
    if (incident != m_incidents.constEnd() && incident->lastToldAt)
        return {u"megaphone"_s, tr("Told %n", nullptr, static_cast<int>(incident->notifiers.size())), false};
    return {u"siren"_s, tr("Opened"), false};
}

QString SessionModel::title(Column column)
{
    switch (column) {
    case LevelColumn:
        return {};
    case TimeColumn:
        return tr("Time");
    case SourceColumn:
        return tr("Source");
    case RequestColumn:
        return tr("Request");
    case CodeColumn:
        return tr("Code");
    case ElapsedColumn:
        return tr("Elapsed");
    case CallsColumn:
        return tr("Service calls");
    case MessageColumn:
        return tr("Message");
    case EscalationColumn:
        return tr("Escalation");
    case ColumnCount:
        break;
    }
    Q_UNREACHABLE();
}

QString SessionModel::text(const SessionRow &row, Serial serial, Column column) const
{
    switch (column) {
    case TimeColumn:
        return timeOfDayMs(row.received());
    case SourceColumn:
        return shownName(row.source);
    case RequestColumn:
        if (row.has(SessionFlag::Gap))
            return tr("No request");
        return row.method == 0 ? shownName(row.path) : shownName(row.method) + ' '_L1 + shownName(row.path);
    case CodeColumn:
        return row.code < 0 ? QString() : QString::number(row.code);
    case ElapsedColumn:
        return row.elapsed < 0 || row.has(SessionFlag::Gap) ? QString() : toText(Duration(row.elapsed));
    case MessageColumn:
        return shownName(row.message);
    case EscalationColumn:
        return told(serial).words;
    case LevelColumn:
    case CallsColumn:
    case ColumnCount:
        break;
    }
    return {};
}

QString SessionModel::words(const SessionRow &row, Serial serial, Column column) const
{
    switch (column) {
    case LevelColumn:
        if (row.has(SessionFlag::Gap))
            return tr("%1, events are missing").arg(levelLabel(row.effective()));
        if (row.has(SessionFlag::Forced))
            return tr("%1, forced to %2").arg(levelLabel(row.effective()), levelName(row.effective()));
        if (row.has(SessionFlag::LevelsDiffer))
            return tr("%1, declared %2").arg(levelLabel(row.effective()), levelName(static_cast<Level>(row.declared)));
        return levelLabel(row.effective());
    case ElapsedColumn:
        if (const Standing now = standing(serial); now != Standing::Ended && now != Standing::Gap)
            return standingWords(now, course(serial), ui::now());
        return text(row, serial, column);
    case CallsColumn: {
        if (row.has(SessionFlag::Gap))
            return {};
        const auto calls =
            std::count_if(row.calls.begin(), row.calls.end(), [](const CallBar &bar) { return bar.level != 0; });
        return calls == 0 ? tr("No service calls") : tr("%n service calls", nullptr, static_cast<int>(calls));
    }
    default:
        return text(row, serial, column);
    }
}

QString SessionModel::summary(int row) const
{
    QStringList parts;
    for (int column = 0; column < ColumnCount; ++column) {
        const QString part = words(rowAt(row), serialAt(row), static_cast<Column>(column));
        if (!part.isEmpty())
            parts.append(part);
    }
    return parts.join(u", "_s);
}

int SessionModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : shown();
}

int SessionModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant SessionModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Serial serial = serialAt(index.row());
    const SessionRow &row = m_store.row(serial);
    switch (role) {
    case Qt::DisplayRole:
        return text(row, serial, static_cast<Column>(index.column()));
    case Qt::AccessibleTextRole:
        return words(row, serial, static_cast<Column>(index.column()));
    case Qt::AccessibleDescriptionRole:
        return summary(index.row());
    default:
        return {};
    }
}

QVariant SessionModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= ColumnCount)
        return {};
    return title(static_cast<Column>(section));
}

} // namespace escalite::ui
