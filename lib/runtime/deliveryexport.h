// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Deliveries and their tries on their way into a file that people open in a spreadsheet (CSV, RFC 4180) or feed to a
// program (NDJSON). Whole or not at all, 0600, without secrets.

#pragma once

#include "core/result.h"
#include "runtime/files.h"
#include "store/storage.h"

#include <QStringList>

namespace escalite::runtime {

/// One thread at a time.
class DeliveryExport
{
public:
    enum class Form { Csv, Ndjson };

    /// Begins \a file, in the form that its ending names: ".csv", ".ndjson", ".jsonl" or ".json". \a secrets are
    /// masked wherever they stand.
    static Result<std::unique_ptr<DeliveryExport>> begin(const QString &file, const QStringList &secrets);

    Result<bool> add(const QList<store::Record> &records);
    /// Puts the file in its place. Answers how many deliveries it holds.
    Result<int> finish();

private:
    DeliveryExport(Form form, const QStringList &secrets, std::unique_ptr<NewFile> file);
    [[nodiscard]] QByteArray csv(const store::Record &record) const;
    [[nodiscard]] QByteArray ndjson(const store::Record &record) const;
    [[nodiscard]] QString masked(QString text) const;

    Form m_form;
    QStringList m_secrets;
    std::unique_ptr<NewFile> m_file;
    int m_count = 0;
};

/// \a text as one cell: quoted, control characters shown as marks, and no formula whatever it begins with
/// (reliability.md B.7).
[[nodiscard]] QString csvCell(const QString &text);

} // namespace escalite::runtime
