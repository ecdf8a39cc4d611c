// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The matrix: which cells there are, and their trials, some at a time.

#include "harness/proof.h"

#include "harness/trial.h"

#include <QElapsedTimer>

#include <algorithm>
#include <utility>
#include <vector>

using namespace Qt::StringLiterals;

namespace escalite::harness {

namespace {

constexpr auto Configuration = "configuration"_L1;
constexpr auto Content = "content"_L1;

bool isType(const delivery::NotifierType &type, const char *id)
{
    return qstrcmp(type.id, id) == 0;
}

std::span<const Expectation> specificationFor(const delivery::NotifierType &type)
{
    if (isType(type, "email"))
        return mailSpecification();
    if (isType(type, "command"))
        return programSpecification();
    if (isType(type, "desktop"))
        return desktopSpecification();
    if (hasService(type))
        return httpSpecification();
    return addressKeyOf(type) ? unknownSpecification() : std::span<const Expectation>();
}

/// Our own authority can be trusted by configuration.
bool trustsByFile(const delivery::NotifierType &type)
{
    return std::any_of(type.fields.begin(), type.fields.end(),
                       [](const delivery::Field &field) { return qstrcmp(field.key, "ca_file") == 0; });
}

bool isStall(Fault fault)
{
    return fault == Fault::Stall || fault == Fault::StallAmid || fault == Fault::StallAfter;
}

/// An attempt that does not stall ends by itself, on a busy machine late.
Duration timeoutOf(Fault fault, Duration ofAStall)
{
    return isStall(fault) ? ofAStall : std::max<Duration>(ofAStall, std::chrono::seconds(20));
}

} // namespace

struct Proof::Private
{
    struct Row
    {
        const ProofSubject *subject = nullptr;
        TrialPlan plan{};
        bool again = false; ///< It is a stall that struck too early.
    };

    QList<ProofSubject> subjects;
    Options options;
    QList<ProofCell> cells;
    std::vector<Row> rows; ///< Beside cells.
    std::shared_ptr<const Certificates> certificates;
    std::vector<std::unique_ptr<Trial>> running; ///< Beside rows; null where none runs.
    int next = 0;
    int underWay = 0;
    bool stopped = true;

    void add(const ProofSubject &subject, QLatin1StringView stage, const TrialPlan &plan, const QString &matter,
             const QString &expected)
    {
        cells.append({.notifier = subject.name,
                      .stage = stage,
                      .fault = plan.expectation.fault,
                      .matter = matter,
                      .expected = expected});
        rows.push_back({.subject = &subject, .plan = plan});
    }

    void addAll(const ProofSubject &subject)
    {
        using Kind = TrialPlan::Kind;
        const delivery::NotifierType &type = *subject.type;
        const QString delivered = u"delivered"_s;
        add(subject, Configuration, {.kind = Kind::Configuration}, u"the configuration"_s, u"accepted"_s);
        const bool known = hasService(type);
        const bool isRemote = known && !isType(type, "command");
        for (const Matter matter : matters()) {
            if (known)
                add(subject, Content, {.kind = Kind::Good, .matter = matter}, matterName(matter), delivered);
        }
        if (isRemote && trustsByFile(type))
            add(subject, "tls"_L1, {.kind = Kind::Encrypted}, u"a trusted certificate"_s, delivered);
        if (isRemote)
            add(subject, "authenticate"_L1, {.kind = Kind::Login}, u"the right credentials"_s, delivered);
        const QList<Expectation> faults = rowsFor(specificationFor(type), QString::fromUtf8(type.id));
        for (const Expectation &row : faults) {
            const auto wait = row.waits ? std::optional<Duration>(std::chrono::seconds(7)) : std::nullopt;
            add(subject, QLatin1StringView(row.stage), {.kind = Kind::Fault, .expectation = row}, faultName(row.fault),
                wordsFor(row.kinds, wait));
        }
    }
};

Proof::Proof(QList<ProofSubject> subjects, Options options, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>())
{
    d->subjects = std::move(subjects);
    d->options = options;
    for (const ProofSubject &subject : std::as_const(d->subjects))
        d->addAll(subject);
    d->running.resize(d->rows.size());
}

Proof::~Proof() = default;

const QList<ProofCell> &Proof::cells() const
{
    return d->cells;
}

void Proof::start()
{
    if (!d->stopped)
        return;
    d->stopped = false;
    d->next = 0;
    for (Private::Row &row : d->rows)
        row.again = false;
    for (ProofCell &cell : d->cells) {
        cell.state = ProofCell::State::Waiting;
        cell.got.clear();
        cell.detail.clear();
    }
    if (!d->certificates) {
        auto made = Certificates::make();
        if (!made) {
            const QString why = made.error().message;
            for (int i = 0; i < d->cells.size(); ++i) {
                d->cells[i].state = ProofCell::State::Otherwise;
                d->cells[i].got = u"no certificates"_s;
                d->cells[i].detail = why;
                Q_EMIT cellChanged(i);
            }
            d->stopped = true;
            QMetaObject::invokeMethod(
                this, [this] { Q_EMIT finished(false); }, Qt::QueuedConnection);
            return;
        }
        d->certificates = std::move(made).value();
    }
    QMetaObject::invokeMethod(this, &Proof::goOn, Qt::QueuedConnection);
}

void Proof::stop()
{
    if (std::exchange(d->stopped, true))
        return;
    for (int i = 0; i < d->cells.size(); ++i) {
        if (!d->running.at(static_cast<std::size_t>(i)))
            continue;
        d->running.at(static_cast<std::size_t>(i)).reset();
        d->cells[i].state = ProofCell::State::Waiting;
        Q_EMIT cellChanged(i);
    }
    d->underWay = 0;
    QMetaObject::invokeMethod(
        this, [this] { Q_EMIT finished(false); }, Qt::QueuedConnection);
}

void Proof::goOn()
{
    if (d->stopped)
        return;
    while (d->underWay < d->options.atOnce && d->next < d->cells.size())
        run(d->next++);
    if (d->underWay > 0)
        return;
    d->stopped = true;
    Q_EMIT finished(std::all_of(d->cells.cbegin(), d->cells.cend(),
                                [](const ProofCell &cell) { return cell.state == ProofCell::State::AsSpecified; }));
}

void Proof::run(int index)
{
    const auto place = static_cast<std::size_t>(index);
    Private::Row &row = d->rows.at(place);
    const Duration ofAStall = d->options.attemptTimeout * (row.again ? 4 : 1);
    ++d->underWay;
    d->cells[index].state = ProofCell::State::Running;
    QElapsedTimer clock;
    clock.start();
    auto trial = std::make_unique<Trial>(
        *row.subject, row.plan, d->certificates, timeoutOf(row.plan.expectation.fault, ofAStall),
        [this, &row, index, place, clock](const TrialResult &result) {
            ProofCell &cell = d->cells[index];
            // On a busy machine the time may be up before the request has left: once more, with more time.
            if (!result.asSpecified && isStall(cell.fault) && !std::exchange(row.again, true)) {
                d->running.at(place).release()->deleteLater();
                --d->underWay;
                run(index);
                return;
            }
            cell.state = result.asSpecified ? ProofCell::State::AsSpecified : ProofCell::State::Otherwise;
            cell.got = result.got;
            cell.detail = result.detail;
            cell.took = std::chrono::duration_cast<Duration>(std::chrono::nanoseconds(clock.nsecsElapsed()));
            d->running.at(place).release()->deleteLater();
            --d->underWay;
            Q_EMIT cellChanged(index);
            QMetaObject::invokeMethod(this, &Proof::goOn, Qt::QueuedConnection);
        });
    Trial *const started = trial.get();
    d->running.at(place) = std::move(trial);
    Q_EMIT cellChanged(index);
    started->start();
}

} // namespace escalite::harness
