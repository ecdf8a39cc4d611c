// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What the linter remarks, as a list: a press on a line leads to the place it is about.

#pragma once

#include "policy/lint.h"

#include <QWidget>

class QListView;
class QStandardItemModel;

namespace escalite::ui {

class TextLabel;

/// Hidden while there is nothing to remark.
class RemarkList final : public QWidget
{
    Q_OBJECT

public:
    explicit RemarkList(QWidget *parent = nullptr);

    void setFindings(const QList<policy::Finding> &findings);
    [[nodiscard]] int count() const { return static_cast<int>(m_findings.size()); }

Q_SIGNALS:
    void chosen(const escalite::policy::Finding &finding);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void fit();

    QList<policy::Finding> m_findings;
    TextLabel *m_title;
    QStandardItemModel *m_model;
    QListView *m_view;
};

} // namespace escalite::ui
