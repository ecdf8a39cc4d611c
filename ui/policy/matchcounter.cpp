// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/policy/matchcounter.h"

#include "ui/widgets/timetext.h"

#include <QElapsedTimer>
#include <QSet>
#include <QTimerEvent>

#include <variant>

namespace escalite::ui {

namespace {

constexpr qint64 SliceNanoseconds = 4'000'000;
constexpr qsizetype RowsBetweenLooksAtTheClock = 1024;

} // namespace

void MatchCounter::setRows(const SessionRows &rows)
{
    stop();
    m_rows = rows;
}

void MatchCounter::append(const SessionRows &news)
{
    if (m_rows.names.isEmpty())
        m_rows.firstName = news.firstName;
    const qsizetype at = static_cast<qsizetype>(news.firstName) - static_cast<qsizetype>(m_rows.firstName);
    for (qsizetype i = std::max<qsizetype>(0, m_rows.names.size() - at); i < news.names.size(); ++i)
        m_rows.names.append(news.names.at(i));
    m_rows.rows += news.rows;
    if (m_rule && !isCounting())
        m_timer.start(0, this);
}

QStringList MatchCounter::sources() const
{
    QSet<NameId> seen;
    for (const SessionRow &row : m_rows.rows)
        seen.insert(row.source);
    QStringList names;
    for (const NameId id : std::as_const(seen)) {
        if (const QString source = name(id); !source.isEmpty())
            names << source;
    }
    names.sort(Qt::CaseInsensitive);
    return names;
}

void MatchCounter::count(const policy::Rule &rule)
{
    stop();
    m_rule.reset();
    policy::Rule counted = rule;
    counted.enabled = true;
    counted.condition.reset();
    m_matcher.reset();
    if (!rule.when.trimmed().isEmpty()) {
        const auto parsed = filter::parse(rule.when);
        const auto *expression = std::get_if<filter::ExpressionPtr>(&parsed);
        if (!expression)
            return;
        counted.condition = *expression;
        m_matcher.emplace(*expression, [this](NameId id) { return name(id); });
    }
    m_rule = counted;
    m_since = (now() - std::chrono::hours(24)).time_since_epoch().count();
    m_covered.clear();
    m_next = 0;
    m_matching = 0;
    m_seen = 0;
    m_timer.start(0, this);
}

void MatchCounter::stop()
{
    m_timer.stop();
}

void MatchCounter::timerEvent(QTimerEvent *event)
{
    if (event->timerId() != m_timer.timerId()) {
        QObject::timerEvent(event);
        return;
    }
    QElapsedTimer elapsed;
    elapsed.start();
    const auto minimum = static_cast<quint8>(m_rule->minimum);
    const bool countsGaps = m_rule->asksForGaps();
    const qsizetype end = m_rows.rows.size();
    while (m_next < end) {
        const SessionRow &row = m_rows.rows.at(m_next);
        const bool isLeftOut = !countsGaps && SessionFlags::fromInt(row.flags).testFlag(SessionFlag::Gap);
        if (row.receivedAt >= m_since) {
            ++m_seen;
            if (row.level >= minimum && !isLeftOut && covers(row.source) && (!m_matcher || m_matcher->matches(row)))
                ++m_matching;
        }
        ++m_next;
        if (m_next % RowsBetweenLooksAtTheClock == 0 && elapsed.nsecsElapsed() > SliceNanoseconds)
            return;
    }
    stop();
    Q_EMIT counted(m_matching, m_seen);
}

QString MatchCounter::name(NameId id) const
{
    if (id < m_rows.firstName)
        return {};
    return m_rows.names.value(static_cast<qsizetype>(id - m_rows.firstName));
}

bool MatchCounter::covers(NameId source)
{
    const auto known = m_covered.constFind(source);
    if (known != m_covered.cend())
        return *known;
    const bool covered = m_rule->covers(name(source));
    m_covered.insert(source, covered);
    return covered;
}

} // namespace escalite::ui
