// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The rules made ready to be asked very often: which of them take a session, which nearly did, and what decided when
// none does. Pure; of incidents and windows it knows nothing.

#pragma once

#include "core/sessiondigest.h"
#include "core/verdict.h"
#include "policy/policy.h"

#include <QHash>
#include <QVarLengthArray>

#include <array>
#include <memory>
#include <optional>
#include <vector>

namespace escalite::engine {

/// The text of a document, made when a condition asks for it and at most once.
class LazyText
{
public:
    explicit LazyText(const QByteArray &document) : m_document(document) {}
    QString operator()();

private:
    const QByteArray &m_document;
    std::optional<QString> m_text;
};

class Evaluator
{
public:
    /// Keeps pointers to the rules of \a policy, which must live longer and stay as they are.
    explicit Evaluator(const policy::Policy &policy);
    ~Evaluator();

    /// How the rules came out for one session. Rules by their place in the policy.
    struct Outcome
    {
        QVarLengthArray<quint32, 4> takers{}; ///< In order; all but the last go on.
        QVarLengthArray<quint32, 4> nearly{}; ///< Of sessions that matter: source and level are right, hours or
                                              ///< condition not; at most MaxNearly.
        Verdict verdict = Verdict::NoRule;    ///< When none took it, why: of the first rule that came nearest.
        std::optional<quint32> nearest{};     ///< That rule; nothing with NoRule.
    };
    /// What is named of the rules that nearly took a session.
    static constexpr qsizetype MaxNearly = 3;

    [[nodiscard]] Outcome test(const SessionDigest &digest, TimePoint at, LazyText &text);
    /// Why \a rule by itself does not match; Verdict::None when it does.
    [[nodiscard]] Verdict refusal(quint32 rule, const SessionDigest &digest, TimePoint at, LazyText &text);
    /// Every condition of \a rule with the value seen; the level first.
    [[nodiscard]] QList<ConditionOutcome> conditions(quint32 rule, const SessionDigest &digest, LazyText &text) const;

    /// Rules for absence that \a digest is a sign of life for; whatever takes it.
    [[nodiscard]] QVarLengthArray<quint32, 4> heardBy(const SessionDigest &digest, LazyText &text);
    /// Rules for a share that \a digest is one of all the sessions for.
    [[nodiscard]] QVarLengthArray<quint32, 4> countedBy(const SessionDigest &digest, TimePoint at);

    [[nodiscard]] const policy::Rule &rule(quint32 index) const { return *m_rules[index].rule; }
    [[nodiscard]] std::size_t size() const { return m_rules.size(); }
    [[nodiscard]] bool isWithinHours(quint32 rule, TimePoint at);

private:
    struct Prepared
    {
        const policy::Rule *rule = nullptr;
        bool asksForGaps = false;
        QList<WeeklyHours> hours{};
        bool isAlways = true;
        // What the hours say, from one moment until before another.
        TimePoint from{};
        TimePoint until{};
        bool isWithin = false;
    };
    struct Candidates;
    struct Coverage;

    Coverage &coverageOf(const QString &source);
    Candidates &candidatesFor(const SessionDigest &digest);
    [[nodiscard]] Verdict late(Prepared &prepared, const SessionDigest &digest, TimePoint at, LazyText &text);
    [[nodiscard]] bool isWithinHours(Prepared &prepared, TimePoint at);

    std::vector<Prepared> m_rules;
    QHash<QByteArray, std::shared_ptr<Coverage>> m_coverages; ///< By the rules that cover, a bit for each.
    QHash<QString, std::shared_ptr<Coverage>> m_bySource;
    QString m_lastSource;
    std::shared_ptr<Coverage> m_last; ///< Of m_lastSource.
};

} // namespace escalite::engine
