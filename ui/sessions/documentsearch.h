// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Free text that the columns do not hold is looked for in the stored documents, newest first, page by page.

#pragma once

#include "runtime/console.h"
#include "ui/models/rowstore.h"

namespace escalite::ui {

class SessionModel;

class DocumentSearch final : public QObject
{
    Q_OBJECT
public:
    static constexpr qsizetype Page = 2000; ///< Documents asked for at once.

    DocumentSearch(runtime::Console &console, SessionModel &model, QObject *parent);
    [[nodiscard]] bool isSearching() const { return m_searching; }

Q_SIGNALS:
    void searchingChanged();

private:
    void begin();
    void next();
    void ask(const QList<std::pair<quint64, Serial>> &candidates, bool more);
    void searchArrived(Serial from, Serial end);

    runtime::Console &m_console;
    SessionModel &m_model;
    quint64 m_search = 0; ///< Number of the search; answers of older ones are dropped.
    Serial m_before = 0;  ///< Rows from here on were searched.
    bool m_searching = false;
};

} // namespace escalite::ui
