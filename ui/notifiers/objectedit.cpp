// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/notifiers/objectedit.h"

#include "ui/notifiers/fieldframe.h"
#include "ui/theme/theme.h"

#include <QBoxLayout>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPlainTextEdit>

namespace escalite::ui {

namespace {

constexpr int Lines = 6;

} // namespace

ObjectEdit::ObjectEdit(const delivery::Field &field, QWidget *parent) : FieldEditor(field, parent)
{
    m_frame = new FieldFrame(this);
    m_text = new QPlainTextEdit(m_frame);
    m_text->setFrameShape(QFrame::NoFrame);
    QFont font = monoFont(0.96);
    font.setStyleStrategy(QFont::PreferNoShaping);
    m_text->setFont(font);
    m_text->setTabChangesFocus(true);
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->viewport()->setAutoFillBackground(false);
    m_text->setPlaceholderText(QStringLiteral("{ }"));
    m_text->setFixedHeight(Lines * m_text->fontMetrics().lineSpacing() + 10);
    auto *inside = new QHBoxLayout(m_frame);
    inside->setContentsMargins(3, 2, 3, 2);
    inside->addWidget(m_text);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_frame);
    setControl(m_text);
    connect(m_text, &QPlainTextEdit::textChanged, this, [this] {
        if (!m_filling)
            Q_EMIT edited();
    });
}

void ObjectEdit::setValue(const QJsonValue &given)
{
    if (given == value())
        return;
    m_filling = true;
    m_text->setPlainText(
        given.isObject() ? QString::fromUtf8(QJsonDocument(given.toObject()).toJson(QJsonDocument::Indented)).trimmed()
                         : given.toString());
    m_filling = false;
}

QJsonValue ObjectEdit::value() const
{
    const QString text = m_text->toPlainText().trimmed();
    if (text.isEmpty())
        return QJsonValue(QJsonValue::Undefined);
    const QJsonDocument document = QJsonDocument::fromJson(text.toUtf8());
    return document.isObject() ? QJsonValue(document.object()) : QJsonValue(text);
}

QString ObjectEdit::ownProblem() const
{
    const QByteArray bytes = m_text->toPlainText().toUtf8();
    if (bytes.trimmed().isEmpty())
        return {};
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(bytes, &error);
    if (document.isObject())
        return {};
    if (error.error == QJsonParseError::NoError)
        return tr("A JSON object is needed here: names and values between { and }.");
    const QString before = QString::fromUtf8(bytes.first(std::min<qsizetype>(error.offset, bytes.size())));
    const auto line = before.count(u'\n') + 1;
    const auto column = before.size() - before.lastIndexOf(u'\n');
    return tr("Not JSON at line %1, column %2: %3.")
        .arg(QString::number(line), QString::number(column), error.errorString());
}

void ObjectEdit::setMark(FieldMark mark, const QMap<int, FieldMark> &)
{
    markField(*m_frame, mark);
}

} // namespace escalite::ui
