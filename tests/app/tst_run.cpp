// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What escalite run makes of a command line and of what a command writes.

#include "app/commandline.h"
#include "app/outputlines.h"
#include "app/runoptions.h"

#include <QTest>

using namespace escalite;
using namespace Qt::StringLiterals;

namespace {

QStringList linesOf(const QList<QByteArray> &pieces)
{
    app::LineCutter cutter;
    QStringList lines;
    for (const QByteArray &piece : pieces) {
        QByteArrayView left = piece;
        while (!left.isEmpty()) {
            if (const auto line = cutter.next(left))
                lines.append(*line);
        }
    }
    if (const auto rest = cutter.rest())
        lines.append(u"rest: "_s + *rest);
    return lines;
}

std::variant<app::RunOptions, app::RunFarewell> read(const QStringList &arguments, const QStringList &assignments = {})
{
    QProcessEnvironment environment;
    for (const QString &assignment : assignments)
        environment.insert(assignment.section(u'=', 0, 0), assignment.section(u'=', 1));
    return app::readRunOptions(QStringList{u"escalite run"_s} + arguments, environment);
}

} // namespace

class tst_Run : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cutsLines_data()
    {
        QTest::addColumn<QList<QByteArray>>("pieces");
        QTest::addColumn<QStringList>("lines");
        const QString whole(app::LineCutter::MostBytes, u'x');
        QTest::newRow("nothing") << QList<QByteArray>{} << QStringList{};
        QTest::newRow("one") << QList{"a\n"_ba} << QStringList{u"a"_s};
        QTest::newRow("in pieces") << QList{"a"_ba, "b\nc"_ba, "\n"_ba} << QStringList{u"ab"_s, u"c"_s};
        QTest::newRow("empty line") << QList{"\n\nx\n"_ba} << QStringList{u""_s, u""_s, u"x"_s};
        QTest::newRow("no end") << QList{"a\nb"_ba} << QStringList{u"a"_s, u"rest: b"_s};
        QTest::newRow("a letter in two pieces")
            << QList{"gr\xc3"_ba, "\xb6\xc3\x9f\x65\n"_ba} << QStringList{u"größe"_s};
        QTest::newRow("as long as may be") << QList{whole.toUtf8() + '\n'} << QStringList{whole};
        QTest::newRow("too long") << QList{whole.toUtf8(), "yy"_ba, "y\nz\n"_ba}
                                  << QStringList{whole + u" …(3 more bytes)"_s, u"z"_s};
    }

    void cutsLines()
    {
        QFETCH(QList<QByteArray>, pieces);
        QTEST(linesOf(pieces), "lines");
    }

    void readsLinesAsATerminalShowsThem_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QString>("read");
        QTest::newRow("plain") << "a b\tc"_ba << u"a b\tc"_s;
        QTest::newRow("from Windows") << "a\r"_ba << u"a"_s;
        QTest::newRow("progress") << "10 %\r55 %\r100 %"_ba << u"100 %"_s;
        QTest::newRow("progress that returns") << "10 %\r100 %\r"_ba << u"100 %"_s;
        QTest::newRow("colours") << "\x1b[1;31merror\x1b[0m: no"_ba << u"error: no"_s;
        QTest::newRow("title") << "\x1b]0;build\x07go"_ba << u"go"_s;
        QTest::newRow("title, other end") << "\x1b]0;build\x1b\\go"_ba << u"go"_s;
        QTest::newRow("character set") << "\x1b(Bgo"_ba << u"go"_s;
        QTest::newRow("cut sequence") << "go\x1b"_ba << u"go"_s;
        QTest::newRow("bell and null") << QByteArray("a\x07"
                                                     "b\0c",
                                                     5)
                                       << u"abc"_s;
        QTest::newRow("no UTF-8") << "a\xff"_ba << u"a\uFFFD"_s;
    }

    void readsLinesAsATerminalShowsThem()
    {
        QFETCH(QByteArray, line);
        QTEST(app::asRead(line), "read");
    }

    void keepsTheFirstAndTheLastLines_data()
    {
        QTest::addColumn<int>("written");
        QTest::addColumn<int>("first");
        QTest::addColumn<int>("last");
        QTest::addColumn<int>("leftOut");
        QTest::newRow("few") << 2 << 2 << 0 << 0;
        QTest::newRow("as many as come first") << 3 << 3 << 0 << 0;
        QTest::newRow("all") << 6 << 3 << 3 << 0;
        QTest::newRow("one too many") << 7 << 3 << 3 << 1;
        QTest::newRow("very many") << 100'000 << 3 << 3 << 99'994;
    }

    void keepsTheFirstAndTheLastLines()
    {
        QFETCH(const int, written);
        app::KeptLines kept(3);
        int first = 0;
        for (int i = 1; i <= written; ++i) {
            if (const auto line = kept.add(QString::number(i), {})) {
                QCOMPARE(line->number, i);
                ++first;
            }
        }
        QTEST(first, "first");
        QTEST(static_cast<int>(kept.last().size()), "last");
        QTEST(static_cast<int>(kept.leftOut()), "leftOut");
        if (!kept.last().empty())
            QCOMPARE(kept.last().back().text, QString::number(written));
    }

    void keepsFewerLinesWhenTheyAreLong()
    {
        app::KeptLines kept(1'000);
        const QString line(4'000, u'x');
        int first = 0;
        for (int i = 0; i < 500; ++i)
            first += kept.add(line, {}) ? 1 : 0;
        QCOMPARE(first, 16);
        QCOMPARE(static_cast<int>(kept.last().size()), 16);
        QCOMPARE(kept.leftOut(), 500 - 32);
    }

    void showsACommandWithoutItsSecrets_data()
    {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<QString>("shown");
        const auto row = [](const QStringList &words, const QString &shown) {
            QTest::newRow(qPrintable(words.join(u' '))) << words << shown;
        };
        row({u"make"_s, u"-j4"_s, u"all"_s}, u"make -j4 all"_s);
        row({u"sh"_s, u"-c"_s, u"echo it's"_s, u""_s}, u"sh -c 'echo it'\\''s' ''"_s);
        row({u"psql"_s, u"postgres://bo:geheim@db/x"_s}, u"psql 'postgres://[hidden: secret]@db/x'"_s);
        row({u"mysql"_s, u"--password=geheim"_s}, u"mysql --password=[hidden: secret]"_s);
        row({u"mysql"_s, u"--password"_s, u"geheim"_s, u"db"_s}, u"mysql --password [hidden: secret] db"_s);
        row({u"login"_s, u"-token"_s, u"geheim"_s}, u"login -token [hidden: secret]"_s);
        row({u"tool"_s, u"--password"_s, u"--verbose"_s}, u"tool --password --verbose"_s);
        row({u"env"_s, u"API_KEY=geheim"_s, u"PATH=/bin"_s, u"x"_s}, u"env API_KEY=[hidden: secret] PATH=/bin x"_s);
        row({u"curl"_s, u"-u"_s, u"bo:geheim"_s, u"http://x/"_s}, u"curl -u bo:[hidden: secret] http://x/"_s);
        row({u"curl"_s, u"-H"_s, u"Authorization: Bearer geheim12345"_s},
            u"curl -H 'Authorization: [hidden: secret]'"_s);
        row({u"sh"_s, u"-c"_s, u"x --password=geheim y"_s}, u"sh -c 'x --password=[hidden: secret] y'"_s);
    }

    void showsACommandWithoutItsSecrets()
    {
        QFETCH(QStringList, words);
        QTEST(app::shownCommand(words), "shown");
        QVERIFY(!app::shownCommand(words).contains("geheim"_L1));
    }

    void leavesTheCommandItsOptions_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<qsizetype>("words");
        QTest::newRow("behind dashes") << QStringList{u"--"_s, u"ls"_s, u"-l"_s} << qsizetype(2);
        QTest::newRow("without dashes") << QStringList{u"ls"_s, u"--route"_s, u"x"_s} << qsizetype(3);
        QTest::newRow("dashes of its own") << QStringList{u"--"_s, u"ls"_s, u"--"_s, u"-x"_s} << qsizetype(3);
        QTest::newRow("options before") << QStringList{u"--quiet"_s, u"--key"_s, u"k"_s, u"--"_s, u"-odd"_s}
                                        << qsizetype(1);
    }

    void leavesTheCommandItsOptions()
    {
        QFETCH(QStringList, arguments);
        const auto answer = read(arguments);
        const auto *options = std::get_if<app::RunOptions>(&answer);
        QVERIFY(options != nullptr);
        QTEST(options->words, "words");
    }

    void takesTheFlagBeforeItsTwin()
    {
        const QStringList twins{u"ESCALITE_ROUTE=JOB a"_s, u"ESCALITE_LEVEL=critical"_s, u"ESCALITE_STDERR=error"_s,
                                u"ESCALITE_KEEP=7"_s,      u"ESCALITE_QUIET=true"_s,     u"ESCALITE_KEY="_s};
        const auto answer = read({u"--route"_s, u"JOB b"_s, u"--stderr"_s, u"info"_s, u"x"_s}, twins);
        const auto *options = std::get_if<app::RunOptions>(&answer);
        QVERIFY(options != nullptr);
        QCOMPARE(options->route, u"JOB b"_s);
        QVERIFY(options->level == Level::Critical);
        QVERIFY(options->errors == Level::Info);
        QCOMPARE(options->keep, 7);
        QCOMPARE(options->key, u"exit"_s);
        QVERIFY(options->quiet);
    }

    void refusesWhatItDoesNotKnow_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("told");
        QTest::newRow("no command") << QStringList{} << u"no command"_s;
        QTest::newRow("only dashes") << QStringList{u"--"_s} << u"no command"_s;
        QTest::newRow("unknown option") << QStringList{u"--rout"_s, u"x"_s, u"ls"_s} << u"rout"_s;
        QTest::newRow("level") << QStringList{u"--level"_s, u"bad"_s, u"ls"_s} << u"--level is debug"_s;
        QTest::newRow("stderr") << QStringList{u"--stderr"_s, u"2"_s, u"ls"_s} << u"--stderr is debug"_s;
        QTest::newRow("keep") << QStringList{u"--keep"_s, u"0"_s, u"ls"_s} << u"from 1 to 1000"_s;
    }

    void refusesWhatItDoesNotKnow()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, told);
        const auto answer = read(arguments);
        const auto *farewell = std::get_if<app::RunFarewell>(&answer);
        QVERIFY(farewell != nullptr);
        QCOMPARE(farewell->code, 64); // EX_USAGE
        QVERIFY2(farewell->text.contains(told) && farewell->text.contains("--help"_L1), qPrintable(farewell->text));
    }

    void tellsItsOptions()
    {
        const auto answer = read({u"--help"_s});
        const auto *farewell = std::get_if<app::RunFarewell>(&answer);
        QVERIFY(farewell != nullptr);
        QCOMPARE(farewell->code, 0);
        QVERIFY(farewell->text.startsWith(u"Usage: escalite run [options] [--] command …\n"_s));
        for (const auto &option : {"--route"_L1, "--stderr"_L1, "ESCALITE_TOKEN_FILE"_L1})
            QVERIFY(farewell->text.contains(option));
    }
};

QTEST_GUILESS_MAIN(tst_Run)
#include "tst_run.moc"
