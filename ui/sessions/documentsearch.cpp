// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/sessions/documentsearch.h"

#include "ui/models/sessionmodel.h"

namespace escalite::ui {

DocumentSearch::DocumentSearch(runtime::Console &console, SessionModel &model, QObject *parent)
    : QObject(parent)
    , m_console(console)
    , m_model(model)
{
    connect(&model, &SessionModel::filtered, this, &DocumentSearch::begin);
    connect(&model, &SessionModel::arrived, this, &DocumentSearch::searchArrived);
}

void DocumentSearch::begin()
{
    ++m_search;
    m_before = m_model.store().end();
    const bool wanted = m_model.filter() && filter::needsText(*m_model.filter());
    if (m_searching != wanted) {
        m_searching = wanted;
        Q_EMIT searchingChanged();
    }
    if (wanted)
        next();
}

void DocumentSearch::next()
{
    QList<std::pair<quint64, Serial>> candidates;
    // A bounded stretch at a time: looking at a row costs a comparison, and the window must stay quick.
    const Serial first = m_model.store().first();
    const Serial stop = m_before - std::min<Serial>(m_before - std::min(first, m_before), 20'000);
    while (m_before != stop && candidates.size() < Page) {
        --m_before;
        if (m_model.needsDocument(m_before))
            candidates.append({m_model.store().row(m_before).position, m_before});
    }
    ask(candidates, true);
}

void DocumentSearch::ask(const QList<std::pair<quint64, Serial>> &candidates, bool more)
{
    QList<quint64> positions;
    QHash<quint64, Serial> serials;
    for (const auto &[position, serial] : candidates) {
        positions.append(position);
        serials.insert(position, serial);
    }
    const auto done = [this, search = m_search, serials, more](const QList<quint64> &found) {
        if (search != m_search)
            return;
        QList<Serial> matches;
        for (const quint64 position : found)
            matches.append(serials.value(position));
        m_model.addDocumentMatches(matches);
        if (!more)
            return;
        if (m_before > m_model.store().first()) {
            next();
        } else {
            m_searching = false;
            Q_EMIT searchingChanged();
        }
    };
    if (positions.isEmpty())
        QMetaObject::invokeMethod(
            this, [done] { done({}); }, Qt::QueuedConnection);
    else
        m_console.searchDocuments(m_model.filter(), positions, this, done);
}

void DocumentSearch::searchArrived(Serial from, Serial end)
{
    if (!m_model.filter() || !filter::needsText(*m_model.filter()))
        return;
    QList<std::pair<quint64, Serial>> candidates;
    for (Serial serial = std::max(from, m_model.store().first()); serial != end; ++serial) {
        if (m_model.needsDocument(serial))
            candidates.append({m_model.store().row(serial).position, serial});
    }
    if (!candidates.isEmpty())
        ask(candidates, false);
}

} // namespace escalite::ui
