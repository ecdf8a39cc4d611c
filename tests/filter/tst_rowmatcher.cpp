// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Column rows against queries: the same answers as for whole sessions, fast enough to filter as one types.

#include "filter/predicate.h"
#include "randomquery.h"

#include <QHash>
#include <QTest>

#include <cstring>

using namespace escalite;
using namespace escalite::filter;
using namespace Qt::StringLiterals;

namespace {

class Names
{
public:
    NameId of(const QString &name)
    {
        const auto known = m_ids.constFind(name);
        if (known != m_ids.constEnd())
            return *known;
        m_names.append(name);
        return *m_ids.insert(name, static_cast<NameId>(m_names.size() - 1));
    }

    [[nodiscard]] QString name(NameId id) const
    {
        ++asked;
        return m_names.at(id);
    }

    mutable int asked = 0;

private:
    QList<QString> m_names{QString()};
    QHash<QString, NameId> m_ids{{QString(), 0}};
};

SessionRow rowOf(const SessionDigest &digest, Names &names)
{
    SessionRow row;
    row.elapsed = digest.elapsed ? digest.elapsed->count() : -1;
    const QByteArray id = digest.id.toRfc4122();
    std::memcpy(row.id.data(), id.constData(), row.id.size());
    row.source = names.of(digest.source);
    row.method = names.of(digest.method);
    row.path = names.of(digest.path);
    row.message = names.of(digest.message);
    row.code = static_cast<qint16>(digest.code.value_or(-1));
    row.level = static_cast<quint8>(digest.effective);
    row.declared = static_cast<quint8>(digest.declared);
    row.flags = static_cast<quint16>(digest.flags.toInt());
    return row;
}

SessionDigest randomDigest(RandomQuery &random)
{
    const QList<Level> levels{Level::Debug, Level::Info, Level::Warning, Level::Error, Level::Critical};
    SessionDigest digest;
    QByteArray id(16, '\0');
    for (char &byte : id)
        byte = static_cast<char>(random.number(256));
    digest.id = QUuid::fromRfc4122(id);
    const auto text = [&] {
        return random.number(4) == 0 ? QString()
                                     : u"the "_s.first(random.number(2) * 4) + random.one(RandomQuery::texts());
    };
    digest.source = text();
    digest.method = text();
    digest.path = text();
    digest.message = text();
    if (random.number(4) != 0)
        digest.code = random.number(5) * 100 + random.number(3);
    if (random.number(4) != 0)
        digest.elapsed = Duration(random.number(4'000'000));
    digest.declared = random.one(levels);
    digest.effective = random.one(levels);
    digest.flags = SessionFlags::fromInt(static_cast<quint16>(random.number(1 << 14)));
    return digest;
}

ExpressionPtr query(const QString &text)
{
    return std::get<ExpressionPtr>(parse(text));
}

} // namespace

class TestRowMatcher : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void agreesWithWholeSessions()
    {
        RandomQuery random(4'377);
        Names names;
        int held = 0;
        constexpr int Rounds = 4'000;
        for (int i = 0; i < Rounds; ++i) {
            const ExpressionPtr tree = random.tree(i % 4);
            const RowMatcher matcher(tree, [&names](NameId id) { return names.name(id); });
            for (int session = 0; session < 5; ++session) {
                const SessionDigest digest = randomDigest(random);
                const QString document = random.one(RandomQuery::texts()) + u'\n' + random.one(RandomQuery::texts());
                const bool expected = matches(*tree, digest, [&] { return document; });
                QVERIFY2(matcher.matches(rowOf(digest, names), [&] { return document; }) == expected,
                         qPrintable(toText(*tree)));
                QVERIFY2(matcher.matches(rowOf(digest, names)) == matches(*tree, digest, {}),
                         qPrintable(toText(*tree)));
                held += expected ? 1 : 0;
            }
        }
        // Both answers must occur often, or the comparison would show little.
        QVERIFY2(held > Rounds && held < 4 * Rounds, qPrintable(QString::number(held)));
    }

    void selectsTheSameRows()
    {
        RandomQuery random(7'077);
        Names names;
        std::vector<SessionRow> rows;
        for (int i = 0; i < 1'300; ++i)
            rows.push_back(rowOf(randomDigest(random), names));
        for (int i = 0; i < 200; ++i) {
            const ExpressionPtr tree = random.tree(i % 4);
            const RowMatcher matcher(tree, [&names](NameId id) { return names.name(id); });
            std::vector<quint32> expected{7};
            for (std::size_t row = 0; row < rows.size(); ++row) {
                if (matcher.matches(rows[row]))
                    expected.push_back(static_cast<quint32>(100 + row));
            }
            std::vector<quint32> found{7};
            matcher.select(rows, 100, found);
            QVERIFY2(found == expected, qPrintable(toText(*tree)));
        }
    }

    void asksForEachNameOnce()
    {
        Names names;
        SessionRow row;
        row.path = names.of(u"/orders/17"_s);
        row.source = names.of(u"shop"_s);
        const RowMatcher matcher(query(u"path:/orders/* source:shop"_s),
                                 [&names](NameId id) { return names.name(id); });
        for (int i = 0; i < 10; ++i)
            QVERIFY(matcher.matches(row));
        QCOMPARE(names.asked, 2);
        row.path = names.of(u"/health"_s);
        for (int i = 0; i < 10; ++i)
            QVERIFY(!matcher.matches(row));
        QCOMPARE(names.asked, 3);
    }

    void asksForTheDocumentLast()
    {
        Names names;
        const RowMatcher matcher(query(u"upstream level>=error"_s), [&names](NameId id) { return names.name(id); });
        SessionRow row;
        row.level = static_cast<quint8>(Level::Info);
        QVERIFY(!matcher.matches(row, [] {
            qFatal("the level had decided");
            return QString();
        }));
        row.level = static_cast<quint8>(Level::Error);
        QVERIFY(matcher.matches(row, [] { return u"an Upstream"_s; }));
        QVERIFY(!matcher.matches(row));
    }

    void aMillionRows_data()
    {
        QTest::addColumn<QString>("text");
        for (const char *text :
             {"level>=error", "level>=error -path:/health*", "source:shop3,shop7 code:5xx elapsed>2s",
              "message:timeout", "timeout", "id:4c61f35f", "is:stuck,abandoned"})
            QTest::newRow(text) << QString::fromLatin1(text);
    }

    void aMillionRows()
    {
        QFETCH(QString, text);
        static Names names;
        static const std::vector<SessionRow> rows = [] {
            std::vector<SessionRow> result(1'000'000);
            QRandomGenerator random(1);
            for (SessionRow &row : result) {
                row.level = static_cast<quint8>(10 + 10 * random.bounded(5));
                row.source = names.of(u"shop%1"_s.arg(random.bounded(20)));
                row.path = names.of(u"/orders/%1"_s.arg(random.bounded(2'000)));
                row.message = names.of(u"timeout after %1 ms"_s.arg(random.bounded(5'000)));
                row.code = static_cast<qint16>(200 + 100 * random.bounded(4));
                row.elapsed = random.bounded(5'000'000);
                row.flags = static_cast<quint16>(random.bounded(1 << 14));
                random.fillRange(reinterpret_cast<quint32 *>(row.id.data()), 4);
            }
            return result;
        }();
        const ExpressionPtr expression = query(text);
        std::vector<quint32> found;
        found.reserve(rows.size());
        QBENCHMARK
        {
            const RowMatcher matcher(expression, [](NameId id) { return names.name(id); });
            found.clear();
            matcher.select(rows, 0, found);
        }
        QVERIFY(!found.empty() || text.startsWith(u"id"));
    }
};

QTEST_APPLESS_MAIN(TestRowMatcher)
#include "tst_rowmatcher.moc"
