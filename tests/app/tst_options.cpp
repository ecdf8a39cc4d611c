// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The command line and its twins in the environment.

#include "app/options.h"

#include <QTest>

using namespace escalite;
using namespace Qt::StringLiterals;

namespace {

constexpr int WrongUse = 64; // EX_USAGE

QProcessEnvironment environmentOf(const QStringList &assignments)
{
    QProcessEnvironment environment;
    for (const QString &assignment : assignments)
        environment.insert(assignment.section(u'=', 0, 0), assignment.section(u'=', 1));
    return environment;
}

std::variant<app::Options, app::Farewell> read(const QStringList &arguments, const QStringList &assignments = {},
                                               bool window = true)
{
    return app::readOptions(QStringList{u"escalite-console"_s} + arguments, environmentOf(assignments), window);
}

} // namespace

class tst_options : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takesTheFlagBeforeItsTwin_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QStringList>("environment");
        QTest::addColumn<QString>("listen");
        QTest::addColumn<QString>("origin");
        QTest::newRow("neither") << QStringList{} << QStringList{} << QString() << QString();
        QTest::newRow("flag") << QStringList{u"--listen"_s, u"127.0.0.1:1"_s} << QStringList{} << u"127.0.0.1:1"_s
                              << u"command line"_s;
        QTest::newRow("flag with =") << QStringList{u"--listen=127.0.0.1:1"_s} << QStringList{} << u"127.0.0.1:1"_s
                                     << u"command line"_s;
        QTest::newRow("twin") << QStringList{} << QStringList{u"ESCALITE_LISTEN=127.0.0.1:2"_s} << u"127.0.0.1:2"_s
                              << u"environment"_s;
        QTest::newRow("both") << QStringList{u"--listen"_s, u"127.0.0.1:1"_s}
                              << QStringList{u"ESCALITE_LISTEN=127.0.0.1:2"_s} << u"127.0.0.1:1"_s << u"command line"_s;
        QTest::newRow("empty twin") << QStringList{} << QStringList{u"ESCALITE_LISTEN="_s} << QString() << QString();
    }
    void takesTheFlagBeforeItsTwin()
    {
        QFETCH(const QStringList, arguments);
        QFETCH(const QStringList, environment);
        const auto answer = read(arguments, environment);
        const auto *options = std::get_if<app::Options>(&answer);
        QVERIFY(options != nullptr);
        QTEST(options->start.listen, "listen");
        QTEST(options->origins.value(u"listen"_s), "origin");
    }

    void readsEveryFile()
    {
        const auto answer = read({u"--config"_s, u"c"_s, u"--data-dir"_s, u"d"_s, u"--token-file"_s, u"t"_s},
                                 {u"ESCALITE_OPERATOR_TOKEN_FILE=o"_s, u"ESCALITE_LOG_FORMAT=json"_s});
        const auto *options = std::get_if<app::Options>(&answer);
        QVERIFY(options != nullptr);
        QCOMPARE(options->start.configFile, u"c"_s);
        QCOMPARE(options->start.dataDirectory, u"d"_s);
        QCOMPARE(options->start.tokenFile, u"t"_s);
        QCOMPARE(options->start.operatorTokenFile, u"o"_s);
        QVERIFY(options->logFormat == runtime::LogFormat::Json);
    }

    void takesATwinOfASwitchOnlyWhenItIsClear_data()
    {
        QTest::addColumn<QString>("value");
        QTest::addColumn<bool>("on");
        QTest::addColumn<qsizetype>("warnings");
        QTest::newRow("true") << u"true"_s << true << qsizetype(0);
        QTest::newRow("false") << u"false"_s << false << qsizetype(0);
        QTest::newRow("empty") << QString() << false << qsizetype(0);
        QTest::newRow("1") << u"1"_s << false << qsizetype(1);
        QTest::newRow("TRUE") << u"TRUE"_s << false << qsizetype(1);
        QTest::newRow("garbage") << u"perhaps"_s << false << qsizetype(1);
    }
    void takesATwinOfASwitchOnlyWhenItIsClear()
    {
        QFETCH(const QString, value);
        const auto answer = read({}, {"ESCALITE_DEMO="_L1 + value});
        const auto *options = std::get_if<app::Options>(&answer);
        QVERIFY(options != nullptr);
        QTEST(options->demo, "on");
        QTEST(options->warnings.size(), "warnings");
        for (const QString &warning : options->warnings)
            QVERIFY2(warning.contains("ESCALITE_DEMO"_L1) && !warning.contains("perhaps"_L1), qPrintable(warning));
    }

    void readsWhatToGrab()
    {
        const auto answer = read({u"--grab"_s, u"a.png"_s, u"--page"_s, u"rules"_s, u"--size"_s, u"1024x768"_s,
                                  u"--scale"_s, u"2"_s, u"--after"_s, u"0.5"_s, u"--theme"_s, u"dark"_s});
        const auto *options = std::get_if<app::Options>(&answer);
        QVERIFY(options != nullptr && options->grab);
        QCOMPARE(options->grab->file, u"a.png"_s);
        QCOMPARE(options->grab->page, u"rules"_s);
        QCOMPARE(options->grab->size, QSize(1024, 768));
        QCOMPARE(options->grab->scale, 2.0);
        QCOMPARE(options->grab->after, Duration(std::chrono::milliseconds(500)));
        QCOMPARE(options->theme, u"dark"_s);
        const auto plain = read({u"--grab"_s, u"a.png"_s});
        const app::Grab usual = *std::get<app::Options>(plain).grab;
        QCOMPARE(usual.size, QSize(1440, 900));
        QCOMPARE(usual.after, Duration(std::chrono::seconds(1)));
    }

    void refusesWrongUse_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("unknown option") << QStringList{u"--lisen"_s, u"x"_s};
        QTest::newRow("value is missing") << QStringList{u"--listen"_s};
        QTest::newRow("something else") << QStringList{u"extra"_s};
        QTest::newRow("log format") << QStringList{u"--log-format"_s, u"xml"_s};
        QTest::newRow("theme") << QStringList{u"--theme"_s, u"pink"_s};
        for (const char *size : {"1440", "1440x", "axb", "0x0", "100x100", "-1x900", "1440x900x2", "9000x9000"})
            QTest::addRow("size %s", size)
                << QStringList{u"--grab"_s, u"a.png"_s, "--size="_L1 + QString::fromLatin1(size)};
        for (const char *scale : {"0", "-1", "5", "big", "nan", "inf"})
            QTest::addRow("scale %s", scale)
                << QStringList{u"--grab"_s, u"a.png"_s, "--scale="_L1 + QString::fromLatin1(scale)};
        for (const char *after : {"-1", "601", "soon", "nan", "inf"})
            QTest::addRow("after %s", after)
                << QStringList{u"--grab"_s, u"a.png"_s, "--after="_L1 + QString::fromLatin1(after)};
    }
    void refusesWrongUse()
    {
        QFETCH(const QStringList, arguments);
        const auto answer = read(arguments);
        const auto *farewell = std::get_if<app::Farewell>(&answer);
        QVERIFY(farewell != nullptr);
        QCOMPARE(farewell->code, WrongUse);
        QVERIFY(farewell->text.contains("--help"_L1));
    }

    void refusesTheWindowsOptionsWithoutAWindow()
    {
        const auto answer = read({u"--theme"_s, u"dark"_s}, {}, false);
        QVERIFY(std::holds_alternative<app::Farewell>(answer));
        const auto twin =
            read({}, {u"ESCALITE_THEME=pink"_s}, false); // meant for the console, whose environment it is as well
        const auto *options = std::get_if<app::Options>(&twin);
        QVERIFY(options != nullptr);
        QVERIFY(options->origins.isEmpty());
    }

    void saysItsVersionAndItsOptions()
    {
        const auto version = read({u"--version"_s});
        QCOMPARE(std::get<app::Farewell>(version).code, 0);
        QVERIFY(std::get<app::Farewell>(version).text.startsWith("escalite-console "_L1));
        const QString console = std::get<app::Farewell>(read({u"--help"_s})).text;
        const QString daemon = std::get<app::Farewell>(read({u"--help"_s}, {}, false)).text;
        QVERIFY(console.contains("--grab"_L1) && console.contains("ESCALITE_DATA_DIR"_L1));
        QVERIFY(!daemon.contains("--grab"_L1) && daemon.contains("--listen"_L1));
    }
};

QTEST_GUILESS_MAIN(tst_options)
#include "tst_options.moc"
