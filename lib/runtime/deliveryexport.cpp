// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "runtime/deliveryexport.h"

#include "api/json.h"
#include "core/level.h"
#include "message/text.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace escalite::runtime {

namespace {

QString lineOf(const QStringList &cells)
{
    QStringList quoted;
    for (const QString &cell : cells)
        quoted << csvCell(cell);
    return quoted.join(u',') + "\r\n"_L1;
}

QString idText(const QUuid &id)
{
    return id.toString(QUuid::WithoutBraces);
}

QStringList deliveryCells(const Delivery &delivery)
{
    return {idText(delivery.id),
            toRfc3339(delivery.createdAt),
            delivery.notifier,
            delivery.rendered.to,
            delivery.title,
            levelName(static_cast<Level>(delivery.level)),
            QString::number(delivery.count),
            stateName(delivery.state),
            delivery.reason,
            relationName(delivery.relation),
            delivery.replaces ? idText(*delivery.replaces) : QString(),
            delivery.finishedAt ? toRfc3339(*delivery.finishedAt) : QString()};
}

QStringList attemptCells(const Attempt &attempt)
{
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(attempt.finishedAt - attempt.startedAt);
    return {QString::number(attempt.number),
            toRfc3339(attempt.startedAt),
            toRfc3339(attempt.finishedAt),
            QString::number(took.count()),
            outcomeName(attempt.outcome.kind),
            attempt.outcome.status == 0 ? QString() : QString::number(attempt.outcome.status),
            attempt.outcome.detail};
}

const QStringList &headings()
{
    static const QStringList names{u"delivery"_s, u"created_at"_s, u"notifier"_s, u"to"_s,         u"title"_s,
                                   u"level"_s,    u"sessions"_s,   u"state"_s,    u"reason"_s,     u"relation"_s,
                                   u"replaces"_s, u"ended_at"_s,   u"try"_s,      u"started_at"_s, u"finished_at"_s,
                                   u"took_ms"_s,  u"outcome"_s,    u"status"_s,   u"answer"_s};
    return names;
}

} // namespace

QString csvCell(const QString &text)
{
    static const QString formulas = u"=+-@\t\r＝＋－＠"_s;
    QString cell = !text.isEmpty() && formulas.contains(text[0]) ? u'\'' + text : text;
    return u'"' + message::visible(cell).replace(u'"', "\"\""_L1) + u'"';
}

DeliveryExport::DeliveryExport(Form form, const QStringList &secrets, std::unique_ptr<NewFile> file)
    : m_form(form)
    , m_file(std::move(file))
{
    for (QString secret : secrets) {
        if (secret.isEmpty())
            continue;
        // As it stands, in a JSON text, in a quoted cell.
        const QByteArray json = QJsonDocument(QJsonArray{secret}).toJson(QJsonDocument::Compact);
        m_secrets << secret << QString::fromUtf8(json.sliced(2, json.size() - 4)) << secret.replace(u'"', "\"\""_L1);
    }
    m_secrets.removeDuplicates();
}

Result<std::unique_ptr<DeliveryExport>> DeliveryExport::begin(const QString &file, const QStringList &secrets)
{
    const QString ending = QFileInfo(file).suffix().toLower();
    const bool isCsv = ending == "csv"_L1;
    if (!isCsv && ending != "ndjson"_L1 && ending != "jsonl"_L1 && ending != "json"_L1)
        return Error{ErrorCode::Unsupported,
                     u"%1 ends with neither .csv nor .ndjson: its ending says what is written."_s.arg(file)};
    auto opened = NewFile::open(file);
    if (!opened)
        return opened.error();
    std::unique_ptr<DeliveryExport> made(
        new DeliveryExport(isCsv ? Form::Csv : Form::Ndjson, secrets, std::move(opened).value()));
    if (isCsv) {
        if (const auto written = made->m_file->write(lineOf(headings()).toUtf8()); !written)
            return written.error();
    }
    return made;
}

Result<bool> DeliveryExport::add(const QList<store::Record> &records)
{
    for (const store::Record &record : records) {
        const auto written = m_file->write(m_form == Form::Csv ? csv(record) : ndjson(record));
        if (!written)
            return written;
        ++m_count;
    }
    return true;
}

Result<int> DeliveryExport::finish()
{
    if (const auto done = m_file->commit(); !done)
        return done.error();
    return m_count;
}

QByteArray DeliveryExport::csv(const store::Record &record) const
{
    const QStringList delivery = deliveryCells(record.delivery);
    QString lines;
    for (const Attempt &attempt : record.attempts)
        lines += lineOf(delivery + attemptCells(attempt));
    if (record.attempts.isEmpty())
        lines = lineOf(delivery + QStringList(headings().size() - delivery.size()));
    return masked(lines).toUtf8();
}

QByteArray DeliveryExport::ndjson(const store::Record &record) const
{
    QJsonObject object = api::toJson(record.delivery, false);
    QJsonArray tries;
    for (const Attempt &attempt : record.attempts)
        tries.append(api::toJson(attempt));
    object.insert(u"tries"_s, tries);
    return masked(QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact))).toUtf8() + '\n';
}

QString DeliveryExport::masked(QString text) const
{
    for (const QString &secret : m_secrets)
        text.replace(secret, u"••••"_s);
    return text;
}

} // namespace escalite::runtime
