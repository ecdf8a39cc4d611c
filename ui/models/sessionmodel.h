// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The live list as a model: every session held, those that match the query, their counts, and what became of them.

#pragma once

#include "core/batch.h"
#include "filter/predicate.h"
#include "ui/models/rowstore.h"
#include "ui/models/standing.h"
#include "ui/models/tally.h"

#include <QAbstractTableModel>
#include <QBasicTimer>
#include <QSet>

namespace escalite::ui {

/// Main thread only. Rows stand in order of arrival; an update of a session changes its row in place. One that comes
/// in pieces keeps the time of its first, so that the list stays in the order of its times.
class SessionModel final : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column {
        LevelColumn,
        TimeColumn,
        SourceColumn,
        RequestColumn,
        CodeColumn,
        ElapsedColumn,
        CallsColumn,
        MessageColumn,
        EscalationColumn,
        ColumnCount
    };
    Q_ENUM(Column)

    /// What became of a session, for the last column.
    struct Told
    {
        QString icon; ///< Empty: nothing to say.
        QString words;
        bool quiet = true; ///< Said in secondary colour.
    };

    explicit SessionModel(QObject *parent = nullptr);

    /// Most sessions held; the oldest are dropped beyond.
    void setBound(quint32 bound) { m_bound = bound; }
    void apply(const SessionRows &rows);
    void join(const QList<SessionVerdict> &verdicts);
    void setIncidents(const QList<Incident> &incidents); ///< New or changed.

    /// Shows what matches \a expression. Up to some 12 ms at once, the rest in slices; until then the old result stays.
    void setFilter(const filter::ExpressionPtr &expression);
    [[nodiscard]] const filter::ExpressionPtr &filter() const { return m_filter; }
    [[nodiscard]] bool isFiltering() const { return m_scan.has_value(); }
    /// A row that its columns do not match and that its document might: true when the query asks for text.
    [[nodiscard]] bool needsDocument(Serial serial) const;
    void addDocumentMatches(const QList<Serial> &serials);

    [[nodiscard]] quint32 held() const { return m_store.size(); }
    [[nodiscard]] const RowStore &store() const { return m_store; }
    [[nodiscard]] quint64 count(Level level) const
    {
        return m_counts.at(Tally::levelIndex(static_cast<quint8>(level)));
    }
    [[nodiscard]] quint64 openCount() const { return m_open; } ///< Held rows that "is:open" asks for.
    [[nodiscard]] quint64 stuckCount() const { return m_stuck; }
    [[nodiscard]] const Tally &tally() const { return m_tally; }
    void setTallyStep(Duration step);

    [[nodiscard]] int shown() const { return static_cast<int>(m_visible.size() - m_front); }
    [[nodiscard]] Serial serialAt(int row) const { return m_visible[m_front + static_cast<std::size_t>(row)]; }
    [[nodiscard]] const SessionRow &rowAt(int row) const { return m_store.row(serialAt(row)); }
    [[nodiscard]] int rowOf(Serial serial) const;        ///< -1 when not shown.
    [[nodiscard]] int rowAtOrAfter(Serial serial) const; ///< Nearest shown, for anchors; may be shown().
    [[nodiscard]] bool contains(const SessionRow &row) const { return m_store.find(row.id).has_value(); }
    [[nodiscard]] std::optional<Serial> find(const QUuid &id) const;

    [[nodiscard]] QString name(NameId id) const { return m_names.value(id); }
    [[nodiscard]] QString shownName(NameId id) const; ///< Controls made visible.
    [[nodiscard]] Told told(Serial serial) const;
    [[nodiscard]] std::optional<QUuid> incidentOf(Serial serial) const;
    [[nodiscard]] Standing standing(Serial serial) const
    {
        return standingOf(SessionFlags::fromInt(m_store.row(serial).flags));
    }
    [[nodiscard]] Course course(Serial serial) const; ///< Of a session without an end.
    [[nodiscard]] QString summary(int row) const;     ///< One line in words, for accessibility and the clipboard.

    [[nodiscard]] static QString title(Column column);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    void counted();                          ///< Counts or the tally changed.
    void filtered();                         ///< A new query is in force for all rows.
    void arrived(quint32 from, quint32 end); ///< Serials that are new.

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    struct Scan
    {
        filter::ExpressionPtr expression;
        std::unique_ptr<filter::RowMatcher> matcher;
        Serial next = 0;
        std::vector<Serial> found;
        QSet<Serial> changed; ///< Scanned before they changed.
        Tally tally;
    };

    [[nodiscard]] std::unique_ptr<filter::RowMatcher> matcherFor(const filter::ExpressionPtr &expression) const;
    [[nodiscard]] bool matches(Serial serial) const;
    void takeNames(const SessionRows &rows);
    void update(Serial serial, const SessionRow &row);
    void show(Serial serial);
    void hide(Serial serial);
    void evict();
    void scanOn(int milliseconds);
    void finishScan();
    void changed(Serial serial);
    /// Brings the counts along with a row that comes (1) or goes (-1).
    void count(const SessionRow &row, int sign);
    void begin(Serial serial);
    void renew(Serial serial, const SessionRow &row); ///< Keeps what a later row does not tell.
    [[nodiscard]] QString text(const SessionRow &row, Serial serial, Column column) const;
    [[nodiscard]] QString words(const SessionRow &row, Serial serial, Column column) const;

    RowStore m_store;
    QList<QString> m_names;
    QHash<NameId, QString> m_marked; ///< Names that hold controls, made visible.
    std::vector<Serial> m_visible;   ///< Ascending, from m_front.
    std::size_t m_front = 0;
    filter::ExpressionPtr m_filter;
    std::unique_ptr<filter::RowMatcher> m_matcher; ///< Null: everything.
    QSet<Serial> m_byDocument;                     ///< Match by their document alone.
    std::optional<Scan> m_scan;
    QBasicTimer m_slice;
    std::array<quint64, 5> m_counts{};
    quint64 m_open = 0;
    quint64 m_stuck = 0;
    QHash<Serial, Course> m_courses; ///< Of those without an end.
    Tally m_tally;
    QHash<Serial, QUuid> m_joined;
    QHash<QUuid, Incident> m_incidents;
    quint32 m_bound = 1'000'000;
};

} // namespace escalite::ui
