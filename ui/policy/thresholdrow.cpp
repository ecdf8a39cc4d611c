// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/policy/thresholdrow.h"

#include "ui/policy/rulewords.h"
#include "ui/theme/theme.h"
#include "ui/widgets/choicebutton.h"
#include "ui/widgets/durationedit.h"
#include "ui/widgets/flowlayout.h"
#include "ui/widgets/textlabel.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QSpinBox>

#include <array>

namespace escalite::ui {

using policy::Threshold;
using Kind = policy::Threshold::Kind;

namespace {

using namespace std::chrono_literals;

constexpr int MaxAtLeast = 1'000'000;
constexpr int MostWords = 4;
constexpr std::array Kinds{Kind::Each,    Kind::Count, Kind::Share,     Kind::Percentile,
                           Kind::Absence, Kind::Stuck, Kind::FirstSeen, Kind::Regressed};

QString kindLabel(Kind kind)
{
    switch (kind) {
    case Kind::Each:
        return ThresholdRow::tr("each one counts");
    case Kind::Count:
        return ThresholdRow::tr("at least");
    case Kind::Share:
        return ThresholdRow::tr("a share of more than");
    case Kind::Percentile:
        return ThresholdRow::tr("elapsed, percentile");
    case Kind::Absence:
        return ThresholdRow::tr("then none for");
    case Kind::Stuck:
        return ThresholdRow::tr("is stuck for longer than");
    case Kind::FirstSeen:
        return ThresholdRow::tr("its problem is new");
    case Kind::Regressed:
        return ThresholdRow::tr("its problem was closed before");
    }
    return {};
}

QString kindToolTip(Kind kind)
{
    switch (kind) {
    case Kind::Each:
        return ThresholdRow::tr("Sessions with the same problem are one incident");
    case Kind::Count:
        return ThresholdRow::tr("So many that match within a time");
    case Kind::Share:
        return ThresholdRow::tr("So many per cent of all sessions of these sources");
    case Kind::Percentile:
        return ThresholdRow::tr("The 95th percentile over 3 s: one in twenty takes longer");
    case Kind::Absence:
        return ThresholdRow::tr("A heartbeat that stays away, once there was one");
    case Kind::Stuck:
        return ThresholdRow::tr("It has not ended, or a call in it has not");
    case Kind::FirstSeen:
        return ThresholdRow::tr("A problem that was never seen before");
    case Kind::Regressed:
        return ThresholdRow::tr("A problem whose incident was closed comes again");
    }
    return {};
}

} // namespace

ThresholdRow::ThresholdRow(QWidget *parent)
    : QWidget(parent)
    , m_flow(new FlowLayout(8, 6, this))
    , m_kind(new QComboBox(this))
    , m_atLeast(new QSpinBox(this))
    , m_percent(new QDoubleSpinBox(this))
    , m_over(new DurationEdit(this))
    , m_within(new DurationEdit(this))
    , m_per(new ChoiceButton(tr("all together"), this))
{
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    for (const Kind kind : Kinds) {
        m_kind->addItem(kindLabel(kind), static_cast<int>(kind));
        m_kind->setItemData(m_kind->count() - 1, kindToolTip(kind), Qt::ToolTipRole);
    }
    m_kind->setMaxVisibleItems(static_cast<int>(Kinds.size()));
    m_kind->setAccessibleName(tr("Kind of threshold"));
    m_atLeast->setRange(1, MaxAtLeast);
    m_atLeast->setGroupSeparatorShown(true);
    m_atLeast->setFont(monoFont());
    m_atLeast->setFixedWidth(80);
    m_atLeast->setAccessibleName(tr("At least so many sessions"));
    m_percent->setDecimals(1);
    m_percent->setFont(monoFont());
    m_percent->setFixedWidth(86);
    m_percent->setAccessibleName(tr("Per cent"));
    m_over->setRange(0s, 24h);
    m_over->setAccessibleName(tr("Over"));
    m_within->setRange(100ms, 24h * 7);
    m_within->setAccessibleName(tr("Within"));
    QStringList names;
    QStringList labels;
    for (const policy::GroupKey key : groupKeys()) {
        names << policy::groupKeyName(key);
        labels << groupKeyLabel(key);
    }
    m_per->setOffered(names, labels);
    m_per->setAccessibleName(tr("Counted for each"));
    for (int i = 0; i < MostWords; ++i)
        m_words << new TextLabel(this);

    connect(m_kind, &QComboBox::activated, this, [this] {
        // What the new kind needs and the old one had not.
        const Threshold usual{.kind = kind(),
                              .atLeast = 20,
                              .percent = kind() == Kind::Percentile ? 95.0 : 10.0,
                              .over = 3s,
                              .within = kind() == Kind::Stuck ? Duration(30s) : Duration(5min),
                              .per = m_filling ? QList<policy::GroupKey>() : threshold().per};
        setThreshold(usual);
        Q_EMIT edited(QStringLiteral("threshold"));
    });
    const auto tell = [this](const char *field) {
        return [this, field] {
            if (!m_filling)
                Q_EMIT edited(QLatin1String(field));
        };
    };
    connect(m_atLeast, &QSpinBox::valueChanged, this, tell("at_least"));
    connect(m_percent, &QDoubleSpinBox::valueChanged, this, tell("percent"));
    connect(m_over, &DurationEdit::edited, this, tell("over"));
    connect(m_within, &DurationEdit::edited, this, tell("within"));
    connect(m_per, &ChoiceButton::chosenChanged, this, tell("per"));
    arrange();
}

Kind ThresholdRow::kind() const
{
    return static_cast<Kind>(m_kind->currentData().toInt());
}

int ThresholdRow::heightForWidth(int width) const
{
    return m_flow->heightForWidth(width);
}

void ThresholdRow::focusFirst()
{
    m_kind->setFocus();
}

void ThresholdRow::setThreshold(const Threshold &threshold)
{
    const bool filling = std::exchange(m_filling, true);
    const bool anotherKind = kind() != threshold.kind;
    m_kind->setCurrentIndex(m_kind->findData(static_cast<int>(threshold.kind)));
    m_atLeast->setValue(threshold.atLeast);
    m_percent->setRange(threshold.kind == Kind::Percentile ? 1 : 0, threshold.kind == Kind::Percentile ? 100 : 99.9);
    m_percent->setSuffix(threshold.kind == Kind::Percentile ? QString() : QStringLiteral(" %"));
    m_percent->setDecimals(
        threshold.kind == Kind::Percentile && threshold.percent == static_cast<int>(threshold.percent) ? 0 : 1);
    m_percent->setValue(threshold.percent);
    m_over->setDuration(threshold.over);
    m_within->setDuration(threshold.within);
    QStringList per;
    for (const policy::GroupKey key : threshold.per)
        per << policy::groupKeyName(key);
    m_per->setChosen(per);
    m_filling = filling;
    if (anotherKind || m_flow->count() == 0)
        arrange();
}

Threshold ThresholdRow::threshold() const
{
    // Only what belongs to the kind, as the file holds it.
    Threshold threshold{.kind = kind()};
    const bool counts =
        threshold.kind == Kind::Count || threshold.kind == Kind::Share || threshold.kind == Kind::Percentile;
    if (counts)
        threshold.atLeast = m_atLeast->value();
    if (threshold.kind == Kind::Share || threshold.kind == Kind::Percentile)
        threshold.percent = m_percent->value();
    if (threshold.kind == Kind::Percentile)
        threshold.over = m_over->duration().value_or(Duration{});
    if (counts || threshold.kind == Kind::Absence || threshold.kind == Kind::Stuck) {
        threshold.within = m_within->duration().value_or(Duration{});
        for (const QString &name : m_per->chosen()) {
            if (const auto key = policy::groupKeyFromName(name))
                threshold.per << *key;
        }
    }
    return threshold;
}

void ThresholdRow::arrange()
{
    while (m_flow->count() > 0)
        delete m_flow->takeAt(0);
    for (QWidget *widget : std::initializer_list<QWidget *>{m_atLeast, m_percent, m_over, m_within, m_per})
        widget->hide();
    int used = 0;
    const auto add = [this](QWidget *widget) {
        m_flow->addWidget(widget);
        widget->show();
    };
    const auto say = [&](const QString &text) {
        TextLabel *label = m_words.at(used++);
        label->setText(text);
        add(label);
    };
    // As wide as what it says, so that the line reads on.
    m_kind->setFixedWidth(m_kind->fontMetrics().horizontalAdvance(m_kind->currentText()) + 46);
    add(m_kind);
    switch (kind()) {
    case Kind::Each:
    case Kind::FirstSeen:
    case Kind::Regressed:
        break;
    case Kind::Count:
        add(m_atLeast);
        say(tr("such sessions in"));
        add(m_within);
        say(tr("counted for each"));
        add(m_per);
        break;
    case Kind::Share:
        add(m_percent);
        say(tr("of all sessions in"));
        add(m_within);
        say(tr("and at least"));
        add(m_atLeast);
        say(tr("for each"));
        add(m_per);
        break;
    case Kind::Percentile:
        add(m_percent);
        say(tr("is over"));
        add(m_over);
        say(tr("in"));
        add(m_within);
        say(tr("of at least"));
        add(m_atLeast);
        say(tr("for each"));
        add(m_per);
        break;
    case Kind::Absence:
    case Kind::Stuck:
        add(m_within);
        say(tr("watched for each"));
        add(m_per);
        break;
    }
    for (int i = used; i < m_words.size(); ++i)
        m_words.at(i)->hide();
    m_flow->invalidate();
    updateGeometry();
}

} // namespace escalite::ui
