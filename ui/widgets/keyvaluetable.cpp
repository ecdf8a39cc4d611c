// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/widgets/keyvaluetable.h"

#include "ui/widgets/plaintext.h"
#include "ui/widgets/textlabel.h"

#include <QGridLayout>

namespace escalite::ui {

KeyValueTable::KeyValueTable(Labels labels, QWidget *parent) : QWidget(parent), m_labels(labels)
{
    m_grid = new QGridLayout(this);
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(12);
    m_grid->setVerticalSpacing(4);
    m_grid->setColumnStretch(1, 1);
}

void KeyValueTable::setRows(const QList<std::pair<QString, QString>> &rows, bool mono)
{
    if (rows == m_rows && mono == m_mono)
        return;
    qDeleteAll(m_cells);
    m_cells.clear();
    m_rows = rows;
    m_mono = mono;
    int row = 0;
    for (const auto &[label, value] : rows) {
        auto *key = new TextLabel(shownLine(label, 80), Tone::Secondary, this);
        key->setAlignment((m_labels == Labels::Right ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignTop);
        auto *text = new TextLabel(value.isEmpty() ? tr("not set") : shownLine(value, 1000),
                                   value.isEmpty() ? Tone::Hint : Tone::Text, this);
        text->setWordWrap(true);
        text->setAlignment(Qt::AlignLeft | Qt::AlignTop);
        text->setTextInteractionFlags(Qt::TextSelectableByMouse);
        text->setAccessibleName(label);
        if (mono)
            text->setMono();
        m_grid->addWidget(key, row, 0);
        m_grid->addWidget(text, row, 1);
        m_cells << key << text;
        ++row;
    }
}

} // namespace escalite::ui
