// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/notifiers/optionrows.h"

#include "ui/notifiers/fieldgrid.h"
#include "ui/theme/theme.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/textlabel.h"
#include "ui/widgets/timetext.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QSpinBox>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace escalite::ui {

namespace {

constexpr int MostPerMinute = 10'000;

/// A length of time as a choice; zero has words of its own.
void offerTimes(QComboBox &combo, const QString &none, const QList<Duration> &times)
{
    if (!none.isEmpty())
        combo.addItem(none, qint64{0});
    for (const Duration time : times)
        combo.addItem(timeWords(time), qint64{time.count()});
}

void chooseTime(QComboBox &combo, Duration time)
{
    int row = combo.findData(qint64{time.count()});
    if (row < 0) { // As it stands in the file.
        combo.addItem(timeWords(time), qint64{time.count()});
        row = combo.count() - 1;
    }
    combo.setCurrentIndex(row);
}

Duration chosenTime(const QComboBox &combo)
{
    return Duration(combo.currentData().toLongLong());
}

} // namespace

QString timeWords(Duration time)
{
    const qint64 seconds = std::chrono::floor<std::chrono::seconds>(time).count();
    const auto many = [](qint64 number, const QString &one, const QString &more) {
        return number == 1 ? one : more.arg(QString::number(number));
    };
    if (seconds >= 7 * 86'400 && seconds % (7 * 86'400) == 0)
        return many(seconds / (7 * 86'400), OptionRows::tr("1 week"), OptionRows::tr("%1 weeks"));
    if (seconds >= 86'400 && seconds % 86'400 == 0)
        return many(seconds / 86'400, OptionRows::tr("1 day"), OptionRows::tr("%1 days"));
    if (seconds >= 3600 && seconds % 3600 == 0)
        return many(seconds / 3600, OptionRows::tr("1 hour"), OptionRows::tr("%1 hours"));
    return ageText(time);
}

OptionRows::OptionRows(FieldGrid &first, FieldGrid &further, QObject *parent) : QObject(parent)
{
    auto *limit = new QWidget(&first);
    auto *limits = new QHBoxLayout(limit);
    limits->setContentsMargins(0, 0, 0, 0);
    limits->setSpacing(8);
    m_atMost = makeSpin(first, tr("Messages a minute at most"),
                        tr("More than this in a minute is joined or waits. “usual” is what the service bears."),
                        u"/send_at_most"_s);
    m_then = makeCombo(first, tr("What becomes of more"), tr("One digest of what is more, or everything in its turn."),
                       u"/then"_s);
    m_then->addItem(tr("Join them into one"), static_cast<int>(delivery::NotifierOptions::Over::Join));
    m_then->addItem(tr("Let them wait"), static_cast<int>(delivery::NotifierOptions::Over::Wait));
    limits->addWidget(m_atMost);
    limits->addWidget(new TextLabel(tr("messages a minute, then"), Tone::Text, limit));
    limits->addWidget(m_then);
    limits->addStretch(1);
    first.addRow(tr("Send at most"), limit, m_atMost, u"/send_at_most"_s);
    first.addControl(m_then, u"/then"_s);

    auto *each = new QWidget(&further);
    auto *eachRow = new QHBoxLayout(each);
    eachRow->setContentsMargins(0, 0, 0, 0);
    eachRow->setSpacing(8);
    m_eachAtMost = makeSpin(further, tr("Messages a minute to one recipient at most"),
                            tr("To one channel, chat or address."), u"/send_each_at_most"_s);
    eachRow->addWidget(m_eachAtMost);
    eachRow->addWidget(new TextLabel(tr("messages a minute to one recipient"), Tone::Text, each));
    eachRow->addStretch(1);
    further.addRow(tr("Each at most"), each, m_eachAtMost, u"/send_each_at_most"_s);

    const auto single = [&further](const QString &label, QWidget *combo, const QString &pointer,
                                   std::initializer_list<QWidget *> more = {}) {
        auto *box = new QWidget(&further);
        auto *row = new QHBoxLayout(box);
        row->setContentsMargins(0, 0, 0, 0);
        row->setSpacing(8);
        row->addWidget(combo);
        for (QWidget *widget : more)
            row->addWidget(widget);
        row->addStretch(1);
        further.addRow(label, box, combo, pointer);
    };
    m_fallback = makeCombo(further, tr("If it fails for good"),
                           tr("This notifier is told when a message of the other failed for good."), u"/fallback"_s);
    single(tr("If it fails, tell"), m_fallback, u"/fallback"_s);
    m_giveUp = makeCombo(further, tr("Give up after"), tr("How long a message is tried again."), u"/give_up"_s);
    offerTimes(*m_giveUp, tr("the usual time"), {15min, 30min, 1h, 2h, 6h, 12h, 24h, 72h});
    single(tr("Give up after"), m_giveUp, u"/give_up"_s);
    m_drill = makeCombo(further, tr("Drill"), tr("A live message marked [DRILL] so often, so that it is proven."),
                        u"/drill_every"_s);
    offerTimes(*m_drill, tr("by hand only"), {6h, 12h, 24h, 48h, 24h * 7, 24h * 14, 24h * 28});
    m_nextDrill = new TextLabel(QString(), Tone::Hint, &further);
    single(tr("Drill every"), m_drill, u"/drill_every"_s, {m_nextDrill});
    m_proven = makeCombo(further, tr("Counts as proven for"),
                         tr("When its service has taken nothing for longer, the row says so."), u"/proven_for"_s);
    offerTimes(*m_proven, {}, {24h, 72h, 24h * 7, 24h * 14, 24h * 28});
    single(tr("Proven for"), m_proven, u"/proven_for"_s);
}

QComboBox *OptionRows::makeCombo(FieldGrid &grid, const QString &name, const QString &help, const QString &pointer)
{
    auto *combo = new QComboBox(&grid);
    combo->setAccessibleName(name);
    combo->setAccessibleDescription(help);
    combo->setToolTip(help);
    combo->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    connect(combo, &QComboBox::activated, this, [this, pointer] { Q_EMIT edited(pointer); });
    return combo;
}

QSpinBox *OptionRows::makeSpin(FieldGrid &grid, const QString &name, const QString &help, const QString &pointer)
{
    auto *spin = new QSpinBox(&grid);
    spin->setRange(0, MostPerMinute);
    spin->setFont(monoFont(0.96));
    spin->setAccessibleName(name);
    spin->setAccessibleDescription(help);
    spin->setToolTip(help);
    spin->setFixedWidth(124);
    connect(spin, &QSpinBox::valueChanged, this, [this, pointer] {
        if (!m_filling)
            Q_EMIT edited(pointer);
    });
    return spin;
}

void OptionRows::fill(const delivery::NotifierOptions &options, const delivery::NotifierType &type,
                      const QStringList &others)
{
    m_filling = true;
    const auto usual = [](int number) {
        return number > 0 ? tr("usual, %1").arg(QString::number(number)) : tr("usual");
    };
    m_atMost->setSpecialValueText(usual(type.perMinute));
    m_atMost->setValue(options.perMinute);
    m_then->setCurrentIndex(m_then->findData(static_cast<int>(options.over)));
    m_eachAtMost->setSpecialValueText(usual(type.perRecipient));
    m_eachAtMost->setValue(options.perRecipient);
    m_fallback->clear();
    m_fallback->addItem(tr("nobody else"), QString());
    for (const QString &name : others)
        m_fallback->addItem(shownLine(name, 60), name);
    if (m_fallback->findData(options.fallback) < 0)
        m_fallback->addItem(shownLine(options.fallback, 60), options.fallback);
    m_fallback->setCurrentIndex(m_fallback->findData(options.fallback));
    chooseTime(*m_giveUp, options.giveUp);
    chooseTime(*m_drill, options.drillEvery);
    chooseTime(*m_proven, options.provenFor);
    m_filling = false;
}

delivery::NotifierOptions OptionRows::options() const
{
    delivery::NotifierOptions options;
    options.perMinute = m_atMost->value();
    options.over = static_cast<delivery::NotifierOptions::Over>(m_then->currentData().toInt());
    options.perRecipient = m_eachAtMost->value();
    options.fallback = m_fallback->currentData().toString();
    options.giveUp = chosenTime(*m_giveUp);
    options.drillEvery = chosenTime(*m_drill);
    options.provenFor = chosenTime(*m_proven);
    return options;
}

void OptionRows::setNextDrill(const QString &words)
{
    m_nextDrill->setText(words);
}

} // namespace escalite::ui
