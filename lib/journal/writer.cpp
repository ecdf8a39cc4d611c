// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The writer thread.

#include "journal/writer.h"

#include "journal/frame.h"

#include <QRandomGenerator>

#include <algorithm>
#include <utility>

#include <pthread.h>

namespace escalite::journal {
using namespace Qt::StringLiterals;
namespace {

/// So many in one group mean that documents come faster than they are written.
constexpr size_t ManyDocuments = 512;

} // namespace

Writer::Writer(FileSystem &files, const Options &options, Catalogue &catalogue, Reader &reader, Queue &queue,
               Recovered recovered, std::function<void(Committed)> onCommitted)
    : m_files(files)
    , m_options(options)
    , m_catalogue(catalogue)
    , m_reader(reader)
    , m_queue(queue)
    , m_onCommitted(std::move(onCommitted))
    , m_columns(std::move(recovered.columns))
    , m_lastNumber(recovered.lastNumber)
    , m_lastCommitted(recovered.lastPosition)
{
    const std::vector<Segment> segments = m_catalogue.segments();
    if (!segments.empty()) {
        const Segment &last = segments.back();
        m_dictionary = last.head.dictionary;
        m_head = last.head;
        m_end = last.end;
        m_rowsInSegment = last.rows;
    }
    m_trainer.setInUse(m_dictionary);
    m_compressor.setDictionary(m_dictionary);
    if (m_dictionary.isEmpty())
        m_trainer.collect(m_options.dictionaryAfter);
    m_thread = std::thread(&Writer::run, this);
}

Writer::~Writer()
{
    m_queue.askToStop();
    m_thread.join();
}

void Writer::run()
{
    ::pthread_setname_np(::pthread_self(), "journal writer");
    for (bool goesOn = true; goesOn;) {
        Work work = m_queue.take();
        std::span<const WaitingPtr> documents(work.documents);
        while (!documents.empty())
            documents = documents.subspan(commit(documents));
        writeVerdicts(std::move(work.verdicts));
        if (work.seal && m_columns)
            seal();
        goesOn = !work.stop;
    }
    if (m_file)
        static_cast<void>(static_cast<bool>(m_file->truncate(m_end)));
    if (m_columns)
        m_columns->sync();
}

size_t Writer::commit(std::span<const WaitingPtr> documents)
{
    lookAfterDictionary();
    Result<bool> done = makeReady(documents.front()->position);
    if (!done) {
        refuse(documents, done.error());
        return documents.size();
    }
    const size_t count = encode(documents);
    if (count == 0) {
        seal();
        return 0;
    }
    const auto group = documents.first(count);
    done = m_file->write(m_end, m_buffer);
    if (done)
        done = m_file->sync();
    if (!done) {
        abandon();
        refuse(group, done.error());
        return count;
    }
    publish(group);
    return count;
}

Result<bool> Writer::makeReady(quint64 firstPosition)
{
    if (m_file)
        return true;
    if (m_columns) {
        if (continueSegment())
            return true;
        seal();
    }
    return openNewSegment(firstPosition);
}

bool Writer::continueSegment()
{
    auto opened = m_files.open(SegmentFiles(m_options.directory, m_head.number).log(), false);
    if (!opened)
        return false;
    std::unique_ptr<File> file = std::move(opened).value();
    // Behind the last frame may stand what recovery refused. It must not come back between new frames.
    if (!file->truncate(m_end))
        return false;
    static_cast<void>(static_cast<bool>(file->preallocate(m_options.segmentBytes)));
    m_file = std::move(file);
    return true;
}

Result<bool> Writer::openNewSegment(quint64 firstPosition)
{
    SegmentHead head;
    head.number = ++m_lastNumber;
    head.firstPosition = firstPosition;
    head.previousPosition = m_lastCommitted;
    head.salt = QRandomGenerator::system()->generate();
    head.dictionary = m_dictionary;
    auto created = createSegment(m_files, m_options.directory, head, m_options.segmentBytes);
    if (!created)
        return created.error();
    m_head = head;
    m_file = std::move(created).value();
    m_columns = std::make_unique<Columns>(m_files, m_options.directory, head);
    m_end = FramesBegin;
    m_rowsInSegment = 0;
    m_hasCollected = false;
    m_compressor.setDictionary(m_dictionary);
    Segment segment;
    segment.head = head;
    m_catalogue.openSegment(segment);
    return true;
}

size_t Writer::encode(std::span<const WaitingPtr> documents)
{
    m_buffer.resize(0); // Keeps the capacity.
    m_rows.clear();
    m_texts.clear();
    m_compressor.setHurry(documents.size() >= ManyDocuments);
    for (const WaitingPtr &document : documents) {
        const Arrival &arrival = document->arrival;
        KeptRow kept{rowOf(arrival.digest, arrival.receivedAt), static_cast<quint32>(m_end + m_buffer.size()), false};
        kept.row.position = document->position;
        RowTexts texts = textsOf(arrival.digest);
        writePayload(m_payload, kept.row, texts, arrival.document);
        m_trainer.add(m_payload);

        const qsizetype start = m_buffer.size();
        m_buffer.resize(start + FrameHeadBytes);
        FrameHead head;
        head.coding = m_compressor.append(m_payload, m_buffer);
        head.bodyBytes = static_cast<quint32>(m_buffer.size() - start - FrameHeadBytes);
        head.position = document->position;
        head.receivedAt = kept.row.receivedAt;
        head.payloadBytes = static_cast<quint32>(m_payload.size());
        // A frame that is larger than a segment gets one to itself.
        if (m_end + m_buffer.size() > m_options.segmentBytes && (m_rowsInSegment > 0 || !m_rows.empty())) {
            m_buffer.resize(start);
            break;
        }
        sealFrame(head, m_head.salt, m_buffer.data() + start, m_buffer.size() - start);
        m_rows.push_back(kept);
        m_texts.push_back(std::move(texts));
    }
    return m_rows.size();
}

void Writer::publish(std::span<const WaitingPtr> documents)
{
    for (size_t i = 0; i < m_rows.size(); ++i) {
        SessionRow &row = m_rows[i].row;
        // Senders and methods are few.
        const bool sameSource = i > 0 && m_texts[i].source == m_texts[i - 1].source;
        const bool sameMethod = i > 0 && m_texts[i].method == m_texts[i - 1].method;
        row.source = sameSource ? m_rows[i - 1].row.source : m_catalogue.numberOf(m_texts[i].source);
        row.method = sameMethod ? m_rows[i - 1].row.method : m_catalogue.numberOf(m_texts[i].method);
        row.path = m_catalogue.numberOf(m_texts[i].path);
        row.message = m_catalogue.numberOf(m_texts[i].message);
    }
    m_end += m_buffer.size();
    m_rowsInSegment += m_rows.size();
    m_lastCommitted = m_rows.back().row.position;
    Catalogue::Published published = m_catalogue.add(m_rows, m_end, m_columns->bytes());

    Committed committed;
    committed.rows.firstName = published.firstName;
    committed.rows.names = std::move(published.names);
    committed.rows.rows.reserve(static_cast<qsizetype>(m_rows.size()));
    committed.arrivals.reserve(static_cast<qsizetype>(m_rows.size()));
    for (size_t i = 0; i < m_rows.size(); ++i) {
        committed.rows.rows.append(m_rows[i].row);
        committed.arrivals.append(documents[i]->arrival);
    }
    committed.tickets = m_queue.settle(documents);
    m_onCommitted(std::move(committed));

    m_columns->append(m_rows, m_catalogue);
    if (!m_hasCollected && m_end > m_options.segmentBytes / 8 * 7) {
        m_hasCollected = true;
        m_trainer.collect(m_options.dictionaryAfter);
    }
}

void Writer::refuse(std::span<const WaitingPtr> documents, const Error &error)
{
    Committed committed;
    committed.failed = true;
    committed.error = u"New sessions cannot be stored and are refused. %1"_s.arg(error.message);
    committed.tickets = m_queue.settle(documents);
    m_onCommitted(std::move(committed));
}

void Writer::seal()
{
    if (m_file)
        static_cast<void>(static_cast<bool>(m_file->truncate(m_end)));
    m_file.reset();
    m_columns->sync();
    m_columns.reset();
    m_catalogue.sealLastSegment();
    if (m_rowsInSegment == 0)
        static_cast<void>(static_cast<bool>(removeSegment(m_files, m_options.directory, m_head.number)));
}

void Writer::abandon()
{
    m_file.reset();
    m_columns.reset();
    m_catalogue.sealLastSegment();
    m_reader.forget(m_head.number);
    // Best effort by a new descriptor; should it fail, too, the next segment's head says that these frames are void.
    if (m_rowsInSegment == 0) {
        static_cast<void>(static_cast<bool>(removeSegment(m_files, m_options.directory, m_head.number)));
        return;
    }
    if (auto file = m_files.open(SegmentFiles(m_options.directory, m_head.number).log(), false))
        static_cast<void>(static_cast<bool>(file.value()->truncate(m_end)));
}

void Writer::writeVerdicts(PositionVerdicts verdicts)
{
    // Several calls may have come together; of two verdicts for one position the later one counts.
    std::stable_sort(verdicts.begin(), verdicts.end(), [](const auto &a, const auto &b) { return a.first < b.first; });
    std::span<const std::pair<quint64, Verdict>> rest(verdicts);
    while (!rest.empty()) {
        const auto head = m_catalogue.segmentOf(rest.front().first);
        size_t count = 1;
        while (head && count < rest.size() && rest[count].first >= head->firstPosition) {
            const auto other = m_catalogue.segmentOf(rest[count].first);
            if (!other || other->number != head->number)
                break;
            ++count;
        }
        if (head && m_columns && head->number == m_head.number)
            m_columns->writeVerdicts(rest.first(count));
        else if (head)
            Columns(m_files, m_options.directory, *head).writeVerdicts(rest.first(count));
        rest = rest.subspan(count);
    }
}

void Writer::lookAfterDictionary()
{
    const auto trained = m_trainer.take();
    if (!trained || trained->isEmpty())
        return;
    const bool isFirst = m_dictionary.isEmpty();
    m_dictionary = *trained;
    m_trainer.setInUse(m_dictionary);
    // A dictionary holds for a whole segment. The first one is worth a segment that ends early.
    if (isFirst && m_columns)
        seal();
}

} // namespace escalite::journal
