// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The conformance kit: what a notifier renders.

#include "harness/examination.h"
#include "harness/proofsamples.h"
#include "message/redaction.h"

#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace escalite::harness {

namespace {
using delivery::Notification;

const QUuid DeliveryId(u"6f1c1d5e-3b0a-4a55-9f6e-7f1f0e0c9a01"_s);
constexpr TimePoint Now{std::chrono::seconds(1'795'337'863)}; // 2026-11-22T08:57:43Z
constexpr qsizetype MaxPlain = 4096;
constexpr qsizetype MaxBody = 4 * 1024 * 1024;

QList<QByteArray> bodiesOf(const Rendered &rendered)
{
    return QList<QByteArray>{rendered.body} + rendered.furtherBodies;
}

QByteArray everythingOf(const Rendered &rendered)
{
    QByteArray all = bodiesOf(rendered).join('\n') + rendered.contentType + '\n' + rendered.path.toUtf8() + '\n'
                     + rendered.text.toUtf8() + '\n' + rendered.to.toUtf8();
    for (const Rendered::Header &header : rendered.headers)
        all += '\n' + header.name + ": " + header.value;
    return all;
}

/// What JSON, a header and a NUL-ended text must not hold.
void lookAtForm(const Rendered &rendered, const QString &matter, QStringList &wrong)
{
    for (const QByteArray &body : bodiesOf(rendered)) {
        if (rendered.contentType.contains("json") && QJsonDocument::fromJson(body).isNull())
            wrong.append(u"of %1 the body is no JSON"_s.arg(matter));
        if (body.contains('\0'))
            wrong.append(u"of %1 the body holds a NUL"_s.arg(matter));
        if (body.size() > MaxBody)
            wrong.append(u"of %1 the body has %2 bytes"_s.arg(matter, QString::number(body.size())));
    }
    for (const Rendered::Header &header : rendered.headers) {
        if (header.name.isEmpty() || header.name.contains(' ') || header.name.contains(':')
            || header.name.contains('\n'))
            wrong.append(u"of %1 a header has no proper name"_s.arg(matter));
        if (header.value.contains('\n') || header.value.contains('\r') || header.value.contains('\0'))
            wrong.append(u"of %1 the header %2 has more than one line"_s.arg(matter, QString::fromUtf8(header.name)));
    }
    if (rendered.path.contains(u"://"_s) || rendered.path.contains(u".."_s))
        wrong.append(u"of %1 the path leads elsewhere"_s.arg(matter));
    if (!rendered.text.isValidUtf16())
        wrong.append(u"of %1 a character of the text is split"_s.arg(matter));
}
} // namespace

Rendered Examination::render(const delivery::ConfiguredNotifier &notifier, const Notification &notification) const
{
    return m_type.render(notification, notifier.config, Now, DeliveryId);
}

void Examination::examineRendering()
{
    Wrong none;
    const delivery::ConfiguredNotifier notifier = configured(9, none);
    const auto everyMatter = [&](const std::function<void(Matter, const Notification &, const Rendered &)> &look) {
        for (const Matter matter : matters()) {
            const Notification notification = sampleOf(matter, {.first = DeliveryId, .handle = {}, .last = DeliveryId});
            look(matter, notification, render(notifier, notification));
        }
    };

    check(u"renders the same bytes for the same arguments"_s, [&](Wrong &wrong) {
        QList<Rendered> first;
        everyMatter([&](Matter, const Notification &, const Rendered &rendered) { first.append(rendered); });
        everyMatter([&](Matter matter, const Notification &, const Rendered &rendered) {
            if (rendered != first.takeFirst())
                wrong.append(u"%1 came out otherwise the second time"_s.arg(matterName(matter)));
        });
    });
    check(u"fills in what is shown and sent"_s, [&](Wrong &wrong) {
        everyMatter([&](Matter matter, const Notification &notification, const Rendered &rendered) {
            const auto lacks = [&](bool lacking, const QString &what) {
                if (lacking)
                    wrong.append(u"of %1 the %2 is missing"_s.arg(matterName(matter), what));
            };
            lacks(rendered.body.isEmpty(), u"body"_s);
            lacks(rendered.contentType.isEmpty(), u"content type"_s);
            lacks(rendered.text.trimmed().isEmpty(), u"text"_s);
            lacks(rendered.to.isEmpty(), u"target"_s);
            lacks(rendered.length <= 0, u"length"_s);
            lacks(rendered.hidden != notification.hidden, u"list of hidden values"_s);
        });
    });
    check(u"says what is broken"_s, [&](Wrong &wrong) {
        const Notification notification = sampleOf(Matter::Ordinary);
        const QString text = render(notifier, notification).text;
        for (const QString &part : {u"POST /checkout"_s, u"upstream request timeout"_s, u"1a2b3c4d"_s}) {
            if (!text.contains(part))
                wrong.append(u"“%1” is not in the text"_s.arg(part));
        }
        if (!text.contains(u"error"_s, Qt::CaseInsensitive))
            wrong.append(u"the level is not in the text"_s);
    });
    check(u"says that a drill is one"_s, [&](Wrong &wrong) {
        if (!render(notifier, sampleOf(Matter::Drill)).text.contains(u"[DRILL]"_s))
            wrong.append(u"“[DRILL]” is not in the text"_s);
    });
    check(u"keeps within its limit"_s, [&](Wrong &wrong) {
        everyMatter([&](Matter matter, const Notification &, const Rendered &rendered) {
            if (rendered.limit > 0 && rendered.length > rendered.limit)
                wrong.append(u"%1 has %2 characters of %3"_s.arg(matterName(matter), QString::number(rendered.length),
                                                                 QString::number(rendered.limit)));
            if (matter == Matter::Long && rendered.text.size() > 100'000)
                wrong.append(u"the text of an over-long session is not cut"_s);
        });
    });
    check(u"keeps its form whatever it tells"_s, [&](Wrong &wrong) {
        everyMatter([&](Matter matter, const Notification &, const Rendered &rendered) {
            lookAtForm(rendered, matterName(matter), wrong);
        });
    });
    check(u"is short as plain text"_s, [&](Wrong &wrong) {
        Notification notification = sampleOf(Matter::Long);
        notification.plain = true;
        const Rendered rendered = render(notifier, notification);
        if (rendered.text.size() > MaxPlain)
            wrong.append(u"it has %1 characters"_s.arg(rendered.text.size()));
        if (rendered.body.contains(notification.document.left(1000)))
            wrong.append(u"it holds the session's document"_s);
    });
    check(u"renders no secret"_s, [&](Wrong &wrong) {
        everyMatter([&](Matter matter, const Notification &, const Rendered &rendered) {
            if (message::containsSecret(everythingOf(rendered), notifier.secrets))
                wrong.append(u"one stands in %1"_s.arg(matterName(matter)));
        });
        if (message::containsSecret(m_type.target(notifier.config).toUtf8(), notifier.secrets))
            wrong.append(u"one stands in target()"_s);
        if (m_type.held && message::containsSecret(m_type.held(notifier.config).toUtf8(), notifier.secrets))
            wrong.append(u"one stands in held()"_s);
    });
}

} // namespace escalite::harness
