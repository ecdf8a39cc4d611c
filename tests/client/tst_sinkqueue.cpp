// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What goes first when too much waits, and that everything handed over is accounted for.

#include "client/sinkqueue.h"

#include <QSet>
#include <QTest>

using namespace escalite;
using namespace escalite::client;

namespace {

using Kind = LiveEvent::Kind;

/// Events as one word each: "s1" starts session 1, "i1" is an info entry of it, "e1" an error, "x1" ends it.
class Script
{
public:
    explicit Script(quint64 count, quint64 bytes = 1'000'000) : m_queue({.count = count, .bytes = bytes}) {}

    void play(const QByteArray &words)
    {
        for (const QByteArray &word : words.split(' ')) {
            std::unique_ptr<Waiting> thrown;
            m_queue.push(std::make_unique<Waiting>(event(word)), thrown);
            freeAll(std::move(thrown));
        }
    }
    /// What can be taken, in its order; behind an end, how much of its session is missing.
    QByteArray rest(quint64 count = 1000)
    {
        QByteArrayList words;
        for (const std::unique_ptr<Waiting> &item : m_queue.take(count, 1'000'000)) {
            words.append(QByteArray::fromStdString(item->json));
            if (item->dropped > 0)
                words.last() += '-' + QByteArray::number(item->dropped);
        }
        return words.join(' ');
    }
    void settle()
    {
        std::unique_ptr<Waiting> thrown;
        m_queue.setInFlight(0, 0, 0, thrown);
    }
    SinkQueue &queue() { return m_queue; }

private:
    static LiveEvent event(const QByteArray &word)
    {
        constexpr std::string_view Letters = "diwec";
        LiveEvent event{.session = QUuid(static_cast<uint>(word.sliced(1).toInt()), 1, 4, 0x80, 0, 0, 0, 0, 0, 0, 1),
                        .json = word.toStdString()};
        const std::size_t level = Letters.find(word[0]);
        if (level != std::string_view::npos)
            event.level = static_cast<Level>((level + 1) * 10);
        else
            event.kind = word[0] == 's' ? Kind::Start : Kind::End;
        return event;
    }

    SinkQueue m_queue;
};

} // namespace

class SinkQueueTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void throwsTheLeastImportantFirst_data();
    void throwsTheLeastImportantFirst();
    void throwsAnEndLastWhenItsStartWasSent();
    void keepsWithinItsBytes();
    void refusesWhatIsLargerThanEverything();
    void countsWhatIsInFlight();
    void tellsOfEntriesOnlyWhenTheirStartIsSent();
    void accountsForEverything();
    void settlesInOrder();
};

void SinkQueueTest::throwsTheLeastImportantFirst_data()
{
    QTest::addColumn<int>("room");
    QTest::addColumn<QByteArray>("events");
    QTest::addColumn<QByteArray>("rest");
    QTest::addColumn<QByteArray>("losses");
    const auto row = [](const char *why, int room, const QByteArray &events, const QByteArray &rest,
                        const QByteArray &losses) {
        QTest::newRow(why) << room << events << rest << losses;
    };
    row("nothing", 9, "s1 i1 x1", "s1 i1 x1", "[]");
    row("the lowest level", 4, "s1 i1 d1 w1 x1", "s1 i1 w1 x1-1",
        R"([{"reason":"queue_full","log_level":"debug","sessions":0,"events":1}])");
    row("of that the oldest", 4, "s1 i1 i1 w1 x1", "s1 i1 w1 x1-1",
        R"([{"reason":"queue_full","log_level":"info","sessions":0,"events":1}])");
    row("itself when it is the lowest", 3, "s1 w1 e1 d1", "s1 w1 e1",
        R"([{"reason":"queue_full","log_level":"debug","sessions":0,"events":1}])");
    row("the entries before their start and end", 2, "s1 i1 e1 x1", "s1 x1-2",
        R"([{"reason":"queue_full","log_level":"info","sessions":0,"events":1},)"
        R"({"reason":"queue_full","log_level":"error","sessions":0,"events":1}])");
    row("a session as a whole", 3, "s1 s2 x1 x2", "s2 x2",
        R"([{"reason":"queue_full","log_level":"info","sessions":1,"events":0}])");
    row("the harmless session before an error of another", 4, "s1 s2 e2 x1 x2", "s2 e2 x2",
        R"([{"reason":"queue_full","log_level":"info","sessions":1,"events":0}])");
    row("what comes of a session that has gone", 2, "s1 s2 s3 e1 x1", "s2 s3",
        R"([{"reason":"queue_full","log_level":"info","sessions":1,"events":0}])");
}

void SinkQueueTest::throwsTheLeastImportantFirst()
{
    QFETCH(int, room);
    QFETCH(QByteArray, events);
    QFETCH(QByteArray, rest);
    QFETCH(QByteArray, losses);
    Script script(static_cast<quint64>(room));
    script.play(events);
    QCOMPARE(script.rest(), rest);
    QCOMPARE(script.queue().takeLosses().toJson(), losses);
    QCOMPARE(script.queue().queued(), 0U);
    QCOMPARE(script.queue().queuedBytes(), 0U);
}

/// Without it the session would stay open on the console.
void SinkQueueTest::throwsAnEndLastWhenItsStartWasSent()
{
    Script script(3);
    script.play("s1 s2");
    QCOMPARE(script.rest(1), "s1");
    script.settle();
    script.play("x1 c2 x2");
    QCOMPARE(script.rest(), "s2 x1 x2-1");
    script.settle();
    script.play("s3 s4 s5");
    QCOMPARE(script.rest(), "s3 s4 s5");
    script.settle();
    script.play("x3 x4 x5 c6");
    QCOMPARE(script.rest(), "x3 x4 x5");
}

void SinkQueueTest::keepsWithinItsBytes()
{
    Script script(1'000'000, 20'000);
    for (int i = 0; i < 1'000; ++i) {
        script.play(i % 3 == 0 ? "e7" : "i7");
        QVERIFY(script.queue().bytes() <= 20'000);
    }
    QVERIFY(script.queue().queued() > 10);
    for (const QByteArray &word : script.rest().split(' '))
        QCOMPARE(word, "e7");
}

void SinkQueueTest::refusesWhatIsLargerThanEverything()
{
    Script script(10, 1'000);
    script.play("s1 e" + QByteArray(2'000, '1'));
    QCOMPARE(script.queue().discarded(Reason::TooLarge), 1U);
    QCOMPARE(script.rest(), "s1");
}

void SinkQueueTest::countsWhatIsInFlight()
{
    Script script(4);
    script.play("i1 e1 i2 i3");
    QCOMPARE(script.rest(2), "i1 e1");
    script.play("e2 e3");
    QCOMPARE(script.queue().waiting(), 4U);
    QCOMPARE(script.rest(2), "e2 e3");
}

/// Whether its start is sent decides whether they are events, or part of a whole session.
void SinkQueueTest::tellsOfEntriesOnlyWhenTheirStartIsSent()
{
    Script script(2);
    script.play("s1 i1 i1");
    QCOMPARE(script.queue().discarded(Reason::QueueFull), 1U);
    QVERIFY(!script.queue().hasLosses());
    script.play("s2 s3");
    QCOMPARE(script.queue().discarded(Reason::QueueFull), 3U);
    QCOMPARE(script.rest(), "s2 s3");
    QCOMPARE(script.queue().takeLosses().toJson(),
             R"([{"reason":"queue_full","log_level":"info","sessions":1,"events":0}])");
}

void SinkQueueTest::accountsForEverything()
{
    quint32 seed = 1;
    const auto random = [&seed](quint32 below) {
        seed = seed * 1'664'525 + 1'013'904'223;
        return (seed >> 8) % below;
    };
    constexpr std::string_view Letters = "sdiwecx";
    constexpr quint64 Room = 50;
    Script script(Room);
    quint64 handed = 0;
    quint64 taken = 0;
    QSet<int> begun;
    for (int i = 0; i < 20'000; ++i) {
        const int session = static_cast<int>(random(40));
        char letter = Letters[random(static_cast<quint32>(Letters.size()))];
        if (!begun.contains(session))
            letter = 's';
        else if (letter == 's')
            letter = 'i';
        if (letter == 'x')
            begun.remove(session);
        else
            begun.insert(session);
        script.play(QByteArray(1, letter) + QByteArray::number(session));
        ++handed;
        if (random(20) == 0) {
            const QByteArray words = script.rest(random(30) + 1);
            taken += words.isEmpty() ? 0 : static_cast<quint64>(words.count(' ') + 1);
            script.settle();
        }
        QVERIFY(script.queue().waiting() <= Room);
        QCOMPARE(taken + script.queue().queued() + script.queue().discarded(Reason::QueueFull), handed);
    }
    QVERIFY(taken > 1'000 && script.queue().discarded(Reason::QueueFull) > 1'000);
}

void SinkQueueTest::settlesInOrder()
{
    Script script(10);
    script.play("i1 i2 i3");
    QVERIFY(!script.queue().isSettled(1));
    QCOMPARE(script.rest(2), "i1 i2");
    QVERIFY(!script.queue().isSettled(2));
    script.settle();
    QVERIFY(script.queue().isSettled(2));
    QVERIFY(!script.queue().isSettled(3));
}

QTEST_APPLESS_MAIN(SinkQueueTest)
#include "tst_sinkqueue.moc"
