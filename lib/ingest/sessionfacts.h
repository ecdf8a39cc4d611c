// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What one pass over a parsed session document finds out: its limits kept, its levels known, and everything a digest
// needs.

#pragma once

#include "core/sessiondigest.h"
#include "ingest/sessiondecoder.h"

#include <cmath>
#include <limits>
#include <string_view>
#include <vector>

#include <simdjson.h>

namespace escalite::ingest {

inline constexpr double NoTime = std::numeric_limits<double>::quiet_NaN();

/// Views into the parser's memory: valid until the next document.
struct SessionFacts
{
    struct CallTime
    {
        double from = NoTime;
        double to = NoTime;
        Level level = Level::Info;
    };

    std::optional<QUuid> id;
    std::string_view source;
    std::string_view method;
    std::string_view path;
    std::optional<int> code;
    std::string_view headline;
    std::string_view headlineKey; ///< The service whose words the headline is, or that failed without words.
    std::string headlineCode;     ///< Of the latter.
    std::string_view errorKey;
    std::string_view logDate;
    std::string_view fingerprint; ///< The sender's own; of the document, or of its note.
    std::string_view openCallKey; ///< Of the call that has been running longest; empty when none is.
    double openCallSince = NoTime;
    Level declared = Level::Info;
    Level effective = Level::Info;
    double startedAt = NoTime;
    double endedAt = NoTime;
    double elapsed = NoTime;
    double newest = NoTime; ///< The latest time that an entry names.
    SessionFlags flags;
    std::vector<CallTime> calls;
};

/// Reads epoch seconds or RFC 3339; NoTime and \a odd when it is neither and not null.
[[nodiscard]] double timeOf(const simdjson::dom::element &value, bool &odd);

/// One per decoder: keeps its buffers.
class SessionSurvey
{
public:
    /// Why the pass stopped.
    enum class Stop : quint8 {
        Nothing, ///< It did not: facts() hold.
        Limit,   ///< A limit or a duplicate key; where and which is found out by reading the text again.
        Refused, ///< refusal() says why.
    };

    Stop read(const simdjson::dom::element &document, bool mayHoldNul);

    [[nodiscard]] const SessionFacts &facts() const { return m_facts; }
    [[nodiscard]] const Refusal &refusal() const { return m_refusal; }

private:
    class Keys;

    struct EntryFacts
    {
        std::string_view key;
        std::string_view message;
        std::string_view trace;
        const simdjson::dom::element *value = nullptr;
        const simdjson::dom::element *code = nullptr;
        Level level = Level::Info;
        Level peak = Level::Debug;
        double loggedAt = NoTime;
        double startedAt = NoTime;
        double endedAt = NoTime;
        double elapsed = NoTime;
        bool hasCalls = false;
    };

    /// An untagged entry is asked for the request only after all of api_logs.
    static constexpr int UntaggedPenalty = 1'000;
    static constexpr int NoRank = std::numeric_limits<int>::max();

    bool scan(const simdjson::dom::element &value, int depth);
    bool countValue();
    bool checkString(std::string_view text, std::size_t limit);
    bool addKey(Keys &keys, std::string_view key);
    bool readTop(const simdjson::dom::object &document);
    bool readForm(const simdjson::dom::object &document);
    bool readOwnMember(std::string_view key, const simdjson::dom::element &value);
    bool readNote(const simdjson::dom::object &note);
    bool readScalar(std::string_view key, const simdjson::dom::element &value);
    bool readTopMember(std::string_view key, const simdjson::dom::element &value);
    bool readSection(std::string_view name, const simdjson::dom::object &section, int depth);
    bool readEntry(std::string_view section, std::string_view key, const simdjson::dom::object &members, int depth);
    bool readCalls(const QString &at, std::string_view key, const simdjson::dom::element &list, bool isService,
                   int depth);
    void considerOpenCall(std::string_view key, const SessionFacts::CallTime &call);
    void considerFingerprint(const simdjson::dom::element &value);
    template<typename Pointer>
    bool readLevel(const simdjson::dom::element &value, Pointer at, Level &level);
    void concludeEntry(std::string_view section, const EntryFacts &entry);
    void considerRequest(std::string_view key, int penalty, const simdjson::dom::element *value,
                         const simdjson::dom::element *code);
    void concludeHeadline();
    void refuse(const QString &at, const QString &reason);
    void flag(SessionFlag bit, bool on = true) { m_facts.flags |= on ? SessionFlags(bit) : SessionFlags(); }
    [[nodiscard]] QString pointer(std::string_view first, std::string_view second = {},
                                  std::string_view third = {}) const;

    SessionFacts m_facts;
    Refusal m_refusal;
    bool m_limitBroken = false;
    bool m_mayHoldNul = false;
    bool m_isOwnForm = false; ///< The document names entries and custom sections explicitly.
    bool m_isForced = false;
    std::string_view m_within; ///< "sections" or "entries" while their members are read.
    int m_values = 0;
    int m_pathRank = 0;
    int m_methodRank = 0;
    int m_codeRank = 0;
    bool m_methodFromPath = false;

    /// Candidates for the headline.
    struct Candidate
    {
        double at = NoTime;
        std::string_view text;
        std::string_view key;
        Level level = Level::Debug;
        bool isError = false;   ///< Stands in error_logs: of equals, it is what the service itself calls the error.
        bool isService = false; ///< Its words need the service's name before them.
        bool any = false;
    };
    Candidate m_worst;       ///< First entry, in time, of the greatest level, error_logs before others.
    Candidate m_worstSpoken; ///< Likewise, of those that have words.
    Candidate m_last;        ///< Last entry with a message.
    Candidate m_slowest;     ///< Slowest failing call, with its duration in \a at.
    std::string m_slowestCode;
};

} // namespace escalite::ingest
