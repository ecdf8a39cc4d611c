// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A disk in memory that fails or stops at the n-th operation, and that knows what a power cut leaves of it.

#pragma once

#include "journal/filesystem.h"

#include <QMap>
#include <QRandomGenerator>

#include <algorithm>
#include <limits>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace escalite::test {

/// Thread: any, one lock. Copies are independent disks with the same content.
class FaultyFileSystem final : public journal::FileSystem
{
public:
    enum class Fault {
        FailOnce,   ///< The n-th operation fails; a write leaves a part, a sync leaves everybody in doubt.
        FailAlways, ///< It and all after it fail.
        Stop,       ///< It is done in part, and nothing after it: the program was killed there.
    };

    FaultyFileSystem() = default;
    ~FaultyFileSystem() override = default;
    FaultyFileSystem(const FaultyFileSystem &other)
    {
        const std::scoped_lock lock(other.m_lock);
        for (auto live = other.m_live.cbegin(); live != other.m_live.cend(); ++live)
            m_live.insert(live.key(), std::make_shared<Node>(**live));
        // A name that is durable and live must stay one file.
        for (auto name = other.m_durable.cbegin(); name != other.m_durable.cend(); ++name) {
            const QString live = other.m_live.key(*name);
            m_durable.insert(name.key(), live.isEmpty() ? std::make_shared<Node>(**name) : m_live.value(live));
        }
    }
    FaultyFileSystem &operator=(const FaultyFileSystem &) = delete;

    /// \a n from 1, counted from now on.
    void setFault(Fault fault, qint64 n, quint32 seed)
    {
        const std::scoped_lock lock(m_lock);
        m_fault = fault;
        m_faultAt = n;
        m_operations = 0;
        m_random.seed(seed);
    }
    /// Whatever was written by then is written, but nobody knows where to.
    void failNextSync()
    {
        const std::scoped_lock lock(m_lock);
        m_failsNextSync = true;
    }
    void clearFault() { setFault(Fault::FailOnce, std::numeric_limits<qint64>::max(), 0); }
    [[nodiscard]] qint64 operations() const
    {
        const std::scoped_lock lock(m_lock);
        return m_operations;
    }
    [[nodiscard]] bool hasFailed() const { return operations() >= m_faultAt; }

    /// What is on the disk after the power was cut now: all that was synced; of the rest any sectors, in any order; of
    /// names that were not synced either the old or the new.
    [[nodiscard]] std::unique_ptr<FaultyFileSystem> afterPowerLoss(quint32 seed) const
    {
        const std::scoped_lock lock(m_lock);
        QRandomGenerator random(seed);
        auto image = std::make_unique<FaultyFileSystem>();
        QStringList names = m_live.keys() + m_durable.keys();
        names.removeDuplicates();
        const double share = std::array{0.0, 0.5, 0.9, 1.0}[random.bounded(4U)];
        for (const QString &name : std::as_const(names)) {
            const NodePtr node = random.generateDouble() < share ? m_live.value(name) : m_durable.value(name);
            if (!node)
                continue;
            auto left = std::make_shared<Node>();
            left->durable = node->afterPowerLoss(random, share);
            left->live = left->durable;
            image->m_live.insert(name, left);
            image->m_durable.insert(name, left);
        }
        return image;
    }

    [[nodiscard]] QStringList files() const
    {
        const std::scoped_lock lock(m_lock);
        return m_live.keys();
    }
    [[nodiscard]] QByteArray content(const QString &path) const
    {
        const std::scoped_lock lock(m_lock);
        return m_live.value(path)->live;
    }
    void setContent(const QString &path, const QByteArray &bytes)
    {
        auto node = std::make_shared<Node>();
        node->live = bytes;
        node->durable = bytes;
        const std::scoped_lock lock(m_lock);
        m_live.insert(path, node);
        m_durable.insert(path, node);
    }
    void erase(const QString &path)
    {
        const std::scoped_lock lock(m_lock);
        m_live.remove(path);
        m_durable.remove(path);
    }

    Result<std::unique_ptr<journal::File>> open(const QString &path, bool create) override
    {
        const std::scoped_lock lock(m_lock);
        if (!mayGoOn())
            return refused(path);
        NodePtr node = m_live.value(path);
        if (!node) {
            if (!create)
                return Error{ErrorCode::Unavailable, QStringLiteral("There is no file %1.").arg(path)};
            node = std::make_shared<Node>();
            m_live.insert(path, node);
        }
        return std::unique_ptr<journal::File>(std::make_unique<OpenFile>(*this, node, path));
    }
    Result<bool> makeDirectory(const QString &path) override
    {
        const std::scoped_lock lock(m_lock);
        return mayGoOn() ? Result<bool>(true) : refused(path);
    }
    Result<QStringList> list(const QString &directory) override
    {
        const std::scoped_lock lock(m_lock);
        if (!mayGoOn())
            return refused(directory);
        QStringList names;
        for (const QString &path : m_live.keys()) {
            if (path.startsWith(directory + u'/'))
                names.append(path.sliced(directory.size() + 1));
        }
        return names;
    }
    Result<bool> rename(const QString &from, const QString &to) override
    {
        const std::scoped_lock lock(m_lock);
        if (!mayGoOn())
            return refused(from);
        m_live.insert(to, m_live.take(from));
        return true;
    }
    Result<bool> remove(const QString &path) override
    {
        const std::scoped_lock lock(m_lock);
        if (!mayGoOn())
            return refused(path);
        m_live.remove(path);
        return true;
    }
    Result<bool> syncDirectory(const QString &path) override
    {
        const std::scoped_lock lock(m_lock);
        if (!mayGoOn())
            return refused(path);
        m_durable = m_live;
        return true;
    }

private:
    static constexpr qint64 SectorBytes = 512;

    struct Change
    {
        qint64 offset = 0; ///< Of the bytes, or the new length.
        QByteArray bytes;
        bool isLength = false;

        void applyTo(QByteArray &content) const
        {
            if (isLength) {
                content.resize(offset, '\0');
                return;
            }
            if (content.size() < offset + bytes.size())
                content.resize(offset + bytes.size(), '\0');
            content.replace(offset, bytes.size(), bytes);
        }
    };

    struct Node
    {
        QByteArray live;
        QByteArray durable;
        std::vector<Change> pending;

        void change(Change change)
        {
            change.applyTo(live);
            pending.push_back(std::move(change));
        }
        void sync()
        {
            for (const Change &change : pending)
                change.applyTo(durable);
            pending.clear();
        }
        [[nodiscard]] QByteArray afterPowerLoss(QRandomGenerator &random, double share) const
        {
            QByteArray left = durable;
            for (const Change &change : pending) {
                if (change.isLength) {
                    if (random.generateDouble() < share)
                        change.applyTo(left);
                    continue;
                }
                for (qint64 at = 0; at < change.bytes.size();) {
                    const qint64 sector = (change.offset + at) / SectorBytes;
                    const qint64 length =
                        std::min((sector + 1) * SectorBytes - change.offset - at, change.bytes.size() - at);
                    if (random.generateDouble() < share)
                        Change{change.offset + at, change.bytes.mid(at, length)}.applyTo(left);
                    at += length;
                }
            }
            return left;
        }
    };
    using NodePtr = std::shared_ptr<Node>;

    class OpenFile final : public journal::File
    {
    public:
        OpenFile(FaultyFileSystem &disk, NodePtr node, QString path)
            : m_disk(disk)
            , m_node(std::move(node))
            , m_path(std::move(path))
        {
        }
        Result<bool> write(qint64 offset, QByteArrayView bytes) override
        {
            const std::scoped_lock lock(m_disk.m_lock);
            const bool good = m_disk.mayGoOn();
            if (!good && m_disk.isPastStop())
                return refused(m_path);
            if (!good)
                bytes = bytes.first(m_disk.m_random.bounded(bytes.size() + 1));
            m_node->change({offset, bytes.toByteArray()});
            return good ? Result<bool>(true) : refused(m_path);
        }
        Result<QByteArray> read(qint64 offset, qint64 length) const override
        {
            const std::scoped_lock lock(m_disk.m_lock);
            if (!m_disk.mayGoOn())
                return refused(m_path);
            return m_node->live.mid(offset, length);
        }
        Result<bool> preallocate(qint64 length) override
        {
            const std::scoped_lock lock(m_disk.m_lock);
            if (!m_disk.mayGoOn())
                return refused(m_path);
            if (length > m_node->live.size())
                m_node->change({length, {}, true});
            return true;
        }
        Result<bool> sync() override
        {
            const std::scoped_lock lock(m_disk.m_lock);
            const bool fails = std::exchange(m_disk.m_failsNextSync, false);
            if (m_disk.mayGoOn() && !fails) {
                m_node->sync();
                return true;
            }
            // The kernel may forget what it could not write, and say so only once (LWN 752063): no later sync makes it
            // durable.
            if (!m_disk.isPastStop())
                std::erase_if(m_node->pending, [this](const Change &) { return m_disk.m_random.bounded(2) == 0; });
            return refused(m_path);
        }
        Result<bool> truncate(qint64 length) override
        {
            const std::scoped_lock lock(m_disk.m_lock);
            if (!m_disk.mayGoOn())
                return refused(m_path);
            m_node->change({length, {}, true});
            return true;
        }
        Result<qint64> size() const override
        {
            const std::scoped_lock lock(m_disk.m_lock);
            if (!m_disk.mayGoOn())
                return refused(m_path);
            return qint64{m_node->live.size()};
        }

    private:
        FaultyFileSystem &m_disk;
        NodePtr m_node;
        QString m_path;
    };

    static Error refused(const QString &path)
    {
        return {ErrorCode::Unavailable, QStringLiteral("Cannot use %1: Input/output error.").arg(path)};
    }
    bool mayGoOn()
    {
        ++m_operations;
        return m_fault == Fault::FailOnce ? m_operations != m_faultAt : m_operations < m_faultAt;
    }
    [[nodiscard]] bool isPastStop() const { return m_fault == Fault::Stop && m_operations > m_faultAt; }

    mutable std::mutex m_lock;
    QMap<QString, NodePtr> m_live;
    QMap<QString, NodePtr> m_durable;
    Fault m_fault = Fault::FailOnce;
    qint64 m_faultAt = std::numeric_limits<qint64>::max();
    qint64 m_operations = 0;
    bool m_failsNextSync = false;
    QRandomGenerator m_random;
};

} // namespace escalite::test
