// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// zstd behind values; the format options leave out what the frame says already.

#include "journal/compression.h"

#include <algorithm>

#include <pthread.h>
#include <zdict.h>
#include <zstd.h>

namespace escalite::journal {
namespace {

constexpr int UsualLevel = 3;
constexpr int HurryLevel = 1; ///< A fifth faster, a tenth larger.
/// zdict asks for about a hundred times the dictionary; more makes training slower, not better.
constexpr qsizetype MaxSampleBytes = 2 * 1024 * 1024;
/// Fewer samples make a dictionary of those documents instead of their kind.
constexpr size_t MinSamples = 32;
/// A new dictionary must save this much (1/16) over what is in use.
constexpr size_t GainDivisor = 16;

struct FreeContext
{
    void operator()(ZSTD_CCtx *context) const { ZSTD_freeCCtx(context); }
    void operator()(ZSTD_DCtx *context) const { ZSTD_freeDCtx(context); }
    void operator()(ZSTD_CDict *dictionary) const { ZSTD_freeCDict(dictionary); }
    void operator()(ZSTD_DDict *dictionary) const { ZSTD_freeDDict(dictionary); }
};
using CompressionContext = std::unique_ptr<ZSTD_CCtx, FreeContext>;
using CompressionDictionary = std::unique_ptr<ZSTD_CDict, FreeContext>;

} // namespace

struct Compressor::Private
{
    CompressionContext context{ZSTD_createCCtx()};
    CompressionDictionary usual;
    CompressionDictionary hurried;
    bool isHurried = false;

    void choose()
    {
        ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, isHurried ? HurryLevel : UsualLevel);
        ZSTD_CCtx_refCDict(context.get(), isHurried ? hurried.get() : usual.get());
    }
};

Compressor::Compressor() : d(std::make_unique<Private>())
{
    ZSTD_CCtx_setParameter(d->context.get(), ZSTD_c_contentSizeFlag, 0);
    ZSTD_CCtx_setParameter(d->context.get(), ZSTD_c_dictIDFlag, 0);
    d->choose();
}

Compressor::~Compressor() = default;

void Compressor::setDictionary(const QByteArray &dictionary)
{
    const auto prepared = [&dictionary](int level) {
        return CompressionDictionary(
            ZSTD_createCDict(dictionary.constData(), static_cast<size_t>(dictionary.size()), level));
    };
    ZSTD_CCtx_refCDict(d->context.get(), nullptr);
    d->usual = dictionary.isEmpty() ? nullptr : prepared(UsualLevel);
    d->hurried = dictionary.isEmpty() ? nullptr : prepared(HurryLevel);
    d->choose();
}

void Compressor::setHurry(bool hurry)
{
    if (d->isHurried == hurry)
        return;
    d->isHurried = hurry;
    d->choose();
}

Coding Compressor::append(QByteArrayView payload, QByteArray &to)
{
    const qsizetype before = to.size();
    const size_t bound = ZSTD_compressBound(static_cast<size_t>(payload.size()));
    to.resize(before + static_cast<qsizetype>(bound));
    const size_t bytes = ZSTD_compress2(d->context.get(), to.data() + before, bound, payload.data(),
                                        static_cast<size_t>(payload.size()));
    if (ZSTD_isError(bytes) != 0 || bytes >= static_cast<size_t>(payload.size())) {
        to.resize(before);
        to.append(payload);
        return Coding::Raw;
    }
    to.resize(before + static_cast<qsizetype>(bytes));
    return d->usual ? Coding::ZstdWithDictionary : Coding::Zstd;
}

class Decompressor::Dictionary
{
public:
    explicit Dictionary(const QByteArray &bytes)
        : ready(ZSTD_createDDict(bytes.constData(), static_cast<size_t>(bytes.size())))
    {
    }

    std::unique_ptr<ZSTD_DDict, FreeContext> ready;
};

struct Decompressor::Private
{
    std::unique_ptr<ZSTD_DCtx, FreeContext> context{ZSTD_createDCtx()};
};

Decompressor::Decompressor() : d(std::make_unique<Private>()) {}

Decompressor::~Decompressor() = default;

std::shared_ptr<const Decompressor::Dictionary> Decompressor::prepare(const QByteArray &dictionary)
{
    return dictionary.isEmpty() ? nullptr : std::make_shared<const Dictionary>(dictionary);
}

std::optional<QByteArray> Decompressor::payload(QByteArrayView body, Coding coding, qsizetype payloadBytes,
                                                const Dictionary *dictionary)
{
    if (coding == Coding::Raw) {
        if (body.size() != payloadBytes)
            return std::nullopt;
        return body.toByteArray();
    }
    if (payloadBytes > MaxPayloadBytes || (coding == Coding::ZstdWithDictionary && dictionary == nullptr)
        || (coding != Coding::Zstd && coding != Coding::ZstdWithDictionary))
        return std::nullopt;
    QByteArray payload(payloadBytes, Qt::Uninitialized);
    const auto capacity = static_cast<size_t>(payloadBytes);
    const auto bodyBytes = static_cast<size_t>(body.size());
    const size_t bytes = coding == Coding::Zstd
                             ? ZSTD_decompressDCtx(d->context.get(), payload.data(), capacity, body.data(), bodyBytes)
                             : ZSTD_decompress_usingDDict(d->context.get(), payload.data(), capacity, body.data(),
                                                          bodyBytes, dictionary->ready.get());
    if (ZSTD_isError(bytes) != 0 || bytes != capacity)
        return std::nullopt;
    return payload;
}

DictionaryTrainer::~DictionaryTrainer()
{
    if (m_thread.joinable())
        m_thread.join();
}

void DictionaryTrainer::collect(int payloads)
{
    if (isIdle())
        m_wanted = payloads;
}

void DictionaryTrainer::add(QByteArrayView payload)
{
    if (m_wanted == 0)
        return;
    // A few huge documents must not use up the space for samples.
    const qsizetype share = std::min(payload.size(), MaxSampleBytes / 64);
    m_samples.append(payload.first(share));
    m_sizes.push_back(static_cast<size_t>(share));
    if (--m_wanted > 0 && m_samples.size() < MaxSampleBytes)
        return;
    m_wanted = 0;
    if (m_sizes.size() < MinSamples) {
        m_samples.clear();
        m_sizes.clear();
        return;
    }
    m_thread = std::thread(&DictionaryTrainer::train, this);
}

std::optional<QByteArray> DictionaryTrainer::take()
{
    std::optional<QByteArray> trained;
    {
        const std::scoped_lock lock(m_lock);
        trained.swap(m_trained);
    }
    if (trained) {
        m_thread.join();
        m_samples = {};
        m_sizes = {};
    }
    return trained;
}

void DictionaryTrainer::train()
{
    ::pthread_setname_np(::pthread_self(), "journal trainer");
    QByteArray dictionary(MaxDictionaryBytes, Qt::Uninitialized);
    // Every eighth sample is kept back to judge the result by.
    QByteArray teaching;
    std::vector<size_t> sizes;
    std::vector<QByteArrayView> judging;
    qsizetype at = 0;
    for (size_t i = 0; i < m_sizes.size(); ++i) {
        const QByteArrayView sample = QByteArrayView(m_samples).sliced(at, static_cast<qsizetype>(m_sizes[i]));
        at += sample.size();
        if (i % 8 == 7) {
            judging.push_back(sample);
        } else {
            teaching.append(sample);
            sizes.push_back(m_sizes[i]);
        }
    }
    const size_t bytes = ZDICT_trainFromBuffer(dictionary.data(), static_cast<size_t>(dictionary.size()),
                                               teaching.constData(), sizes.data(), static_cast<unsigned>(sizes.size()));
    QByteArray result;
    if (ZDICT_isError(bytes) == 0) {
        dictionary.truncate(static_cast<qsizetype>(bytes));
        const auto compressed = [&judging](const QByteArray &by) {
            Compressor compressor;
            compressor.setDictionary(by);
            QByteArray into;
            for (const QByteArrayView sample : judging)
                compressor.append(sample, into);
            return static_cast<size_t>(into.size());
        };
        const size_t before = compressed(m_inUse);
        if (compressed(dictionary) + before / GainDivisor < before)
            result = dictionary;
    }
    const std::scoped_lock lock(m_lock);
    m_trained = result;
}

} // namespace escalite::journal
