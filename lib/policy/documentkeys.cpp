// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The words of the policy document: its members, the keys of its objects, the names of enumerators.

#include "core/names.h"
#include "policy/documentreader.h"

using namespace Qt::StringLiterals;

namespace escalite::policy {

namespace {

using KeyName = std::pair<GroupKey, QLatin1StringView>;
constexpr std::array GroupKeyNames{
    KeyName{GroupKey::Source, "source"_L1},
    KeyName{GroupKey::Method, "method"_L1},
    KeyName{GroupKey::Path, "path"_L1},
    KeyName{GroupKey::Code, "code"_L1},
    KeyName{GroupKey::Fingerprint, "fingerprint"_L1},
    KeyName{GroupKey::Message, "message"_L1},
};

using KindName = std::pair<Threshold::Kind, QLatin1StringView>;
constexpr std::array ThresholdNames{
    KindName{Threshold::Kind::Each, "each"_L1},
    KindName{Threshold::Kind::Count, "count"_L1},
    KindName{Threshold::Kind::Share, "share"_L1},
    KindName{Threshold::Kind::Percentile, "percentile"_L1},
    KindName{Threshold::Kind::Absence, "absence"_L1},
    KindName{Threshold::Kind::Stuck, "stuck"_L1},
    KindName{Threshold::Kind::FirstSeen, "first_seen"_L1},
    KindName{Threshold::Kind::Regressed, "regressed"_L1},
};

} // namespace

QString groupKeyName(GroupKey key)
{
    return spellingIn(GroupKeyNames, key);
}

std::optional<GroupKey> groupKeyFromName(QStringView name)
{
    return valueIn(GroupKeyNames, name);
}

QString thresholdName(Threshold::Kind kind)
{
    return spellingIn(ThresholdNames, kind);
}

std::optional<Threshold::Kind> thresholdFromName(QStringView name)
{
    return valueIn(ThresholdNames, name);
}

QStringList documentMembers()
{
    return {u"rules"_s, u"policies"_s, u"intervals"_s, u"inhibitions"_s, u"fingerprint"_s, u"settings"_s};
}

QMap<QString, QStringList> documentKeys()
{
    static const QMap<QString, QStringList> keys{
        {QString(), documentMembers()},
        {u"/rules/*"_s,
         {u"id"_s, u"name"_s, u"source"_s, u"level"_s, u"when"_s, u"threshold"_s, u"policy"_s, u"notify"_s, u"ignore"_s,
          u"continue"_s, u"hold"_s, u"at_most_every"_s, u"close_after"_s, u"active"_s, u"muted"_s, u"owner"_s,
          u"enabled"_s}},
        {u"/rules/*/threshold"_s,
         {u"kind"_s, u"at_least"_s, u"over_percent"_s, u"percentile"_s, u"over"_s, u"within"_s, u"per"_s}},
        {u"/policies/*"_s,
         {u"id"_s, u"name"_s, u"steps"_s, u"repeat"_s, u"acknowledge_for"_s, u"desk_first"_s, u"quiet"_s}},
        {u"/policies/*/steps/*"_s, {u"wait"_s, u"notify"_s}},
        {u"/policies/*/repeat"_s, {u"from_step"_s, u"every"_s, u"at_most"_s}},
        {u"/intervals/*"_s, {u"name"_s, u"hours"_s}},
        {u"/intervals/*/hours/*"_s, {u"days"_s, u"from"_s, u"to"_s, u"zone"_s}},
        {u"/inhibitions/*"_s, {u"id"_s, u"name"_s, u"while"_s, u"mute"_s, u"equal"_s, u"enabled"_s}},
        {u"/settings"_s, settingKeys()},
    };
    return keys;
}

} // namespace escalite::policy
