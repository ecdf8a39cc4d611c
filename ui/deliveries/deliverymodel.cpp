// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/deliveries/deliverymodel.h"

#include "core/level.h"
#include "ui/theme/theme.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/wording.h"

#include <algorithm>

namespace escalite::ui {

namespace {

bool wasGivenUp(const Delivery &delivery)
{
    return delivery.state == DeliveryState::Cancelled
           || (delivery.state == DeliveryState::Failed && delivery.reason == QLatin1String("given up"));
}

/// One of many that were told in one message.
bool wasJoined(const Delivery &delivery)
{
    return delivery.state == DeliveryState::Suppressed && delivery.reason == QLatin1String("joined");
}

/// The reasons that the store and the engine give, as a sentence without its full stop; others as they are.
QString reasonText(const QString &reason)
{
    struct Said
    {
        const char *reason;
        const char *words;
    };
    static constexpr std::array Known{
        Said{"undone", QT_TRANSLATE_NOOP("DeliveryModel", "Undone before it was sent")},
        Said{"given up", QT_TRANSLATE_NOOP("DeliveryModel", "Given up by hand")},
        Said{"expired", QT_TRANSLATE_NOOP("DeliveryModel", "Its time was over")},
        Said{"refused", QT_TRANSLATE_NOOP("DeliveryModel", "The service refused it")},
        Said{"misconfigured", QT_TRANSLATE_NOOP("DeliveryModel", "The service refuses these settings")},
        Said{"grouped", QT_TRANSLATE_NOOP("DeliveryModel", "Told with the next message of its incident")},
        Said{"joined", QT_TRANSLATE_NOOP("DeliveryModel", "Joined with others into one message")},
        Said{"silenced", QT_TRANSLATE_NOOP("DeliveryModel", "Held back by a silence")},
        Said{"acknowledged", QT_TRANSLATE_NOOP("DeliveryModel", "Not sent, since somebody answered")},
        Said{"closed", QT_TRANSLATE_NOOP("DeliveryModel", "Not sent, since the incident was closed")},
        Said{"replaced", QT_TRANSLATE_NOOP("DeliveryModel", "Another delivery took its place")},
    };
    for (const Said &said : Known) {
        if (reason == QLatin1String(said.reason))
            return DeliveryModel::tr(said.words);
    }
    return shownLine(reason);
}

/// What a person can still undo lies at most this far ahead.
constexpr auto LongestUndo = std::chrono::seconds(60);

} // namespace

DeliveryGroup groupOf(const Delivery &delivery)
{
    if (wasGivenUp(delivery))
        return DeliveryGroup::GivenUp;
    switch (delivery.state) {
    case DeliveryState::Held:
        return DeliveryGroup::Held;
    case DeliveryState::Queued:
    case DeliveryState::Claimed:
        return DeliveryGroup::Waiting;
    case DeliveryState::Sending:
        return DeliveryGroup::Sending;
    case DeliveryState::Retrying:
    case DeliveryState::InDoubt:
        return DeliveryGroup::Retrying;
    case DeliveryState::Accepted:
    case DeliveryState::Delivered:
        return DeliveryGroup::Delivered;
    case DeliveryState::Failed:
        return DeliveryGroup::Failed;
    case DeliveryState::Cancelled:
    case DeliveryState::Suppressed:
        return DeliveryGroup::Silenced;
    }
    return DeliveryGroup::Waiting;
}

QString groupLabel(DeliveryGroup group)
{
    switch (group) {
    case DeliveryGroup::Waiting:
        return DeliveryModel::tr("Waiting");
    case DeliveryGroup::Sending:
        return DeliveryModel::tr("Sending");
    case DeliveryGroup::Retrying:
        return DeliveryModel::tr("Retrying");
    case DeliveryGroup::Delivered:
        return DeliveryModel::tr("Delivered");
    case DeliveryGroup::Failed:
        return DeliveryModel::tr("Failed");
    case DeliveryGroup::Held:
        return DeliveryModel::tr("Held");
    case DeliveryGroup::Silenced:
        return DeliveryModel::tr("Silenced");
    case DeliveryGroup::GivenUp:
        return DeliveryModel::tr("Given up");
    }
    return {};
}

QString stateWord(const Delivery &delivery)
{
    if (delivery.state == DeliveryState::Cancelled && delivery.reason == QLatin1String("undone"))
        return DeliveryModel::tr("Undone");
    if (wasGivenUp(delivery))
        return DeliveryModel::tr("Given up");
    if (wasJoined(delivery))
        return DeliveryModel::tr("Joined");
    if (delivery.state == DeliveryState::Suppressed)
        return DeliveryModel::tr("Silenced");
    return stateLabel(delivery.state);
}

QString relationWord(Relation relation)
{
    switch (relation) {
    case Relation::None:
        return {};
    case Relation::Shorter:
        return DeliveryModel::tr("shorter");
    case Relation::Fallback:
        return DeliveryModel::tr("fallback");
    case Relation::AnotherWay:
        return DeliveryModel::tr("another way");
    case Relation::Replay:
        return DeliveryModel::tr("replay");
    case Relation::Edited:
        return DeliveryModel::tr("in other words");
    case Relation::Moved:
        return DeliveryModel::tr("moved");
    }
    return {};
}

std::optional<Duration> timeTaken(const Delivery &delivery)
{
    if (!delivery.finishedAt || delivery.attempts == 0)
        return std::nullopt;
    const Duration taken = *delivery.finishedAt - std::max(delivery.dueAt, delivery.createdAt);
    return taken < Duration::zero() ? std::nullopt : std::optional(taken);
}

QString answerText(const Delivery &delivery)
{
    // What the far side said last is not why a person or a rule ended it.
    const bool ended = wasGivenUp(delivery) || delivery.state == DeliveryState::Suppressed;
    if (!delivery.answer.isEmpty() && !ended)
        return shownLine(delivery.answer);
    if (!delivery.reason.isEmpty())
        return reasonText(delivery.reason);
    if (delivery.state == DeliveryState::Cancelled)
        return DeliveryModel::tr("Given up by hand");
    if (delivery.state == DeliveryState::Held)
        return DeliveryModel::tr("Waits until its notifier is released");
    return {};
}

QString DeliveryModel::answer(const Delivery &delivery) const
{
    if (delivery.state != DeliveryState::Queued && delivery.state != DeliveryState::Claimed)
        return answerText(delivery);
    if (!delivery.answer.isEmpty())
        return shownLine(delivery.answer);
    // What is due is sent by due time: a retry that is due earlier goes first.
    if (const int retries = retriesBefore(delivery); retries > 0)
        return retries == 1 ? tr("Behind 1 retry, order is kept")
                            : tr("Behind %1 retries, order is kept").arg(countText(static_cast<quint64>(retries)));
    if (delivery.dueAt <= m_now || delivery.attempts > 0)
        return {};
    return delivery.dueAt - delivery.createdAt <= LongestUndo
               ? tr("Undo until %1").arg(timeOfDay(delivery.dueAt))
               : tr("Waits until %1").arg(momentText(delivery.dueAt, m_now));
}

int DeliveryModel::retriesBefore(const Delivery &delivery) const
{
    const auto retries = m_retriesAt.constFind(delivery.notifier);
    return retries == m_retriesAt.cend()
               ? 0
               : static_cast<int>(std::count_if(retries->cbegin(), retries->cend(),
                                                [&delivery](TimePoint at) { return at <= delivery.dueAt; }));
}

void DeliveryModel::noteRetries()
{
    m_retriesAt.clear();
    for (const Delivery &delivery : std::as_const(m_deliveries)) {
        if (delivery.state == DeliveryState::Retrying)
            m_retriesAt[delivery.notifier].append(delivery.dueAt);
    }
}

void DeliveryModel::setDeliveries(const QList<Delivery> &deliveries)
{
    beginResetModel();
    m_deliveries = deliveries;
    std::stable_sort(m_deliveries.begin(), m_deliveries.end(),
                     [](const Delivery &a, const Delivery &b) { return a.createdAt > b.createdAt; });
    if (m_deliveries.size() > MaxRows)
        m_deliveries.resize(MaxRows);
    noteRetries();
    endResetModel();
}

void DeliveryModel::upsert(const QList<Delivery> &deliveries)
{
    for (const Delivery &delivery : deliveries) {
        if (const std::optional<int> row = rowOf(delivery.id)) {
            m_deliveries[*row] = delivery;
            Q_EMIT dataChanged(index(*row, 0), index(*row, ColumnCount - 1));
        } else {
            insert(delivery);
        }
    }
    noteRetries();
}

void DeliveryModel::insert(const Delivery &delivery)
{
    const auto place = std::find_if(m_deliveries.cbegin(), m_deliveries.cend(), [&delivery](const Delivery &other) {
        return other.createdAt <= delivery.createdAt;
    });
    const int row = static_cast<int>(place - m_deliveries.cbegin());
    if (row >= MaxRows)
        return;
    beginInsertRows({}, row, row);
    m_deliveries.insert(row, delivery);
    endInsertRows();
    if (m_deliveries.size() > MaxRows) {
        beginRemoveRows({}, MaxRows, MaxRows);
        m_deliveries.removeLast();
        endRemoveRows();
    }
}

std::optional<int> DeliveryModel::rowOf(const QUuid &id) const
{
    for (int row = 0; row < m_deliveries.size(); ++row) {
        if (m_deliveries.at(row).id == id)
            return row;
    }
    return std::nullopt;
}

int DeliveryModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_deliveries.size());
}

int DeliveryModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant DeliveryModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Delivery &delivery = m_deliveries.at(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return text(delivery, index.column());
    case Qt::AccessibleTextRole:
        return accessibleText(delivery, index.column());
    case Qt::ToolTipRole:
        if (index.column() == CreatedColumn)
            return dateAndTime(delivery.createdAt);
        if (index.column() == NextTryColumn)
            return isFinal(delivery.state) ? QVariant() : QVariant(dateAndTime(delivery.dueAt));
        if (index.column() == AboutColumn && delivery.relation != Relation::None)
            return accessibleText(delivery, AboutColumn).toHtmlEscaped();
        return text(delivery, index.column()).toHtmlEscaped();
    case Qt::AccessibleDescriptionRole:
        return tr("%1, %2 to %3, %4")
            .arg(stateWord(delivery), shownLine(delivery.notifier, 80), shownLine(delivery.rendered.to, 240),
                 shownLine(delivery.title, 240));
    case Qt::TextAlignmentRole:
        if (index.column() == TryColumn || index.column() == NextTryColumn || index.column() == TookColumn)
            return QVariant(Qt::AlignRight | Qt::AlignVCenter);
        return {};
    default:
        return {};
    }
}

QString DeliveryModel::text(const Delivery &delivery, int column) const
{
    switch (column) {
    case StateColumn:
        return stateWord(delivery);
    case CreatedColumn:
        return timeOfDayMs(delivery.createdAt);
    case NotifierColumn:
        return shownLine(delivery.notifier, 80);
    case ToColumn:
        return shownLine(delivery.rendered.to, 240);
    case AboutColumn:
        return shownLine(delivery.title, 240);
    case TryColumn:
        return delivery.attempts > 0 ? QString::number(delivery.attempts) : QString();
    case NextTryColumn:
        switch (delivery.state) {
        case DeliveryState::Queued:
        case DeliveryState::Claimed:
        case DeliveryState::Retrying:
            return until(delivery.dueAt, m_now);
        case DeliveryState::InDoubt: // Due only where it is sent again by itself.
            return delivery.dueAt > m_now ? until(delivery.dueAt, m_now) : QString();
        default:
            return {};
        }
    case TookColumn:
        if (const std::optional<Duration> taken = timeTaken(delivery))
            return toText(*taken);
        return {};
    case AnswerColumn:
        return answer(delivery);
    default:
        return {};
    }
}

QString DeliveryModel::accessibleText(const Delivery &delivery, int column) const
{
    switch (column) {
    case AboutColumn:
        return delivery.relation == Relation::None
                   ? tr("%1, %2").arg(levelLabel(static_cast<Level>(delivery.level)), text(delivery, column))
                   : tr("%1, %2, %3")
                         .arg(levelLabel(static_cast<Level>(delivery.level)), text(delivery, column),
                              relationWord(delivery.relation));
    case TryColumn:
        return delivery.attempts > 0 ? tr("Try %1").arg(delivery.attempts) : tr("Not tried yet");
    case NextTryColumn: {
        const QString when = text(delivery, column);
        return when.isEmpty() ? tr("No further try") : tr("Next try %1").arg(when);
    }
    default:
        return text(delivery, column);
    }
}

QVariant DeliveryModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole) {
        const bool right = section == TryColumn || section == NextTryColumn || section == TookColumn;
        return QVariant((right ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case StateColumn:
        return tr("State");
    case CreatedColumn:
        return tr("Created");
    case NotifierColumn:
        return tr("Notifier");
    case ToColumn:
        return tr("To");
    case AboutColumn:
        return tr("Escalation");
    case TryColumn:
        return tr("Try");
    case NextTryColumn:
        return tr("Next try");
    case TookColumn:
        return tr("Took");
    case AnswerColumn:
        return tr("Answer");
    default:
        return {};
    }
}

} // namespace escalite::ui
