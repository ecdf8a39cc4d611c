// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The tokens keep the contrast of ui.md 9, the drawings of the icons can be read, and no other file names a colour.

#include "ui/theme/drawing.h"
#include "ui/theme/shapes.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QDir>
#include <QDirIterator>
#include <QPainter>
#include <QTest>

#include <cmath>

using namespace Qt::StringLiterals;
using namespace escalite;
using namespace escalite::ui;

namespace {

double luminance(const QColor &color)
{
    const auto linear = [](double c) {
        return c <= .03928 ? c / 12.92 : std::pow((c + .055) / 1.055, 2.4);
    };
    return .2126 * linear(color.redF()) + .7152 * linear(color.greenF()) + .0722 * linear(color.blueF());
}

double contrast(const QColor &a, const QColor &b)
{
    const double x = luminance(a), y = luminance(b);
    return (std::max(x, y) + .05) / (std::min(x, y) + .05);
}

} // namespace

class TestTheme : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyTheme(*qApp, ThemeChoice::Dark); }

    void keepsTheContrastOf_data()
    {
        QTest::addColumn<QColor>("color");
        QTest::addColumn<QColor>("ground");
        QTest::addColumn<double>("least");
        for (const Theme *t : {&Theme::darkTheme(), &Theme::lightTheme()}) {
            const char *side = t->dark ? "dark" : "light";
            const auto row = [&](const char *name, const QColor &color, const char *on, const QColor &ground,
                                 double least) {
                QTest::addRow("%s %s on %s", side, name, on) << color << ground << least;
            };
            const std::pair<const char *, QColor> grounds[] = {
                {"base", t->base}, {"window", t->window}, {"panel", t->panel}};
            const std::pair<const char *, QColor> tints[] = {{"critical tint", t->tintCritical},
                                                             {"error tint", t->tintError},
                                                             {"warning tint", t->tintWarning},
                                                             {"ok tint", t->tintOk},
                                                             {"accent tint", t->tintAccent}};
            const std::pair<const char *, QColor> texts[] = {{"text", t->text},
                                                             {"text 2", t->text2},
                                                             {"text 3", t->text3},
                                                             {"accent", t->accent},
                                                             {"warning text", t->warningText},
                                                             {"error text", t->errorText},
                                                             {"critical text", t->criticalText},
                                                             {"ok text", t->okText}};
            for (const auto &[name, color] : texts) {
                for (const auto &[on, ground] : grounds)
                    row(name, color, on, ground, 4.5);
                for (const auto &[on, ground] : tints)
                    row(name, color, on, ground, 4.5);
            }
            const std::pair<const char *, QColor> marks[] = {
                {"field border", t->fieldBorder},   {"control", t->control},
                {"info fill", t->infoFill},         {"neutral fill", t->neutralFill},
                {"warning fill", t->warningFill},   {"error fill", t->errorFill},
                {"critical fill", t->criticalFill}, {"ok fill", t->okFill}};
            for (const auto &[name, color] : marks) {
                row(name, color, "base", t->base, 3.0);
                row(name, color, "window", t->window, 3.0);
            }
            row("selection text", t->selectionText, "selection", t->selection, 7.0);
            row("accent fill text", t->accentFillText, "accent fill", t->accentFill, 4.5);
            row("critical mark", t->criticalMark, "critical fill", t->criticalFill, 4.5);
            row("critical fill", t->criticalFill, "selection", t->selection, 3.0);
            row("focus ring", t->focusRing, "base", t->base, 3.0);
        }
    }
    void keepsTheContrastOf()
    {
        QFETCH(QColor, color);
        QFETCH(QColor, ground);
        QFETCH(double, least);
        const double ratio = contrast(color, ground);
        QVERIFY2(ratio >= least - .005, qPrintable(u"%1 on %2 is %3"_s.arg(color.name(), ground.name()).arg(ratio)));
    }

    void readsEveryIcon()
    {
        const QStringList files = QDir(u":/icons"_s).entryList();
        QVERIFY(files.size() > 80);
        for (const QString &name : files) {
            QFile file(u":/icons/"_s + name);
            QVERIFY(file.open(QIODevice::ReadOnly));
            const auto path = readDrawing(file.readAll());
            QVERIFY2(path, qPrintable(name));
            const QRectF bounds = path->boundingRect().adjusted(-.5, -.5, .5, .5); // A level line has no height.
            QVERIFY2(QRectF(0, 0, 24, 24).contains(bounds), qPrintable(name));
        }
    }

    void readsPaths_data()
    {
        QTest::addColumn<QString>("d");
        QTest::addColumn<QRectF>("bounds"); // Null: refused.
        QTest::newRow("lines") << u"M2 3H10V9L4 9z"_s << QRectF(2, 3, 8, 6);
        QTest::newRow("relative lines without commands") << u"m1 1 2 2,3-1"_s << QRectF(1, 1, 5, 2);
        QTest::newRow("numbers that touch") << u"M.5.5l1-.5"_s << QRectF(.5, 0, 1, .5);
        QTest::newRow("half circle") << u"M0 5a5 5 0 0 1 10 0"_s << QRectF(0, 0, 10, 5);
        QTest::newRow("half circle the other way") << u"M0 5A5 5 0 0 0 10 5"_s << QRectF(0, 5, 10, 5);
        QTest::newRow("smooth curve") << u"M0 0C0 4 4 4 4 0S8 -4 8 0"_s << QRectF(0, -3, 8, 6);
        QTest::newRow("flags that touch") << u"M0 5a5 5 0 0110 0"_s << QRectF(0, 0, 10, 5);
        QTest::newRow("number missing") << u"M0 5L3"_s << QRectF();
        QTest::newRow("unknown command") << u"M0 5T3 4"_s << QRectF();
        QTest::newRow("number after z") << u"M0 0L1 1z 4"_s << QRectF();
    }
    void readsPaths()
    {
        QFETCH(QString, d);
        QFETCH(QRectF, bounds);
        const auto path = readPath(d);
        QCOMPARE(path.has_value(), !bounds.isNull());
        if (!path)
            return;
        const QRectF seen = path->boundingRect();
        for (const auto &[a, b] : {std::pair{seen.left(), bounds.left()},
                                   {seen.top(), bounds.top()},
                                   {seen.right(), bounds.right()},
                                   {seen.bottom(), bounds.bottom()}})
            QVERIFY2(
                std::abs(a - b) < .02,
                qPrintable(u"%1,%2 %3x%4"_s.arg(seen.left()).arg(seen.top()).arg(seen.width()).arg(seen.height())));
    }

    void paintsIconsInTheColourAsked()
    {
        QImage image(24, 24, QImage::Format_ARGB32_Premultiplied);
        image.fill(Qt::transparent);
        QPainter painter(&image);
        paintIcon(painter, QRectF(0, 0, 24, 24), u"minus"_s, Theme::current().errorFill);
        painter.end();
        const QColor middle = image.pixelColor(12, 12);
        QVERIFY(middle.alpha() > 200); // The line is 1.75 px wide.
        QCOMPARE(middle.name(), Theme::current().errorFill.name());
        QCOMPARE(image.pixelColor(12, 4).alpha(), 0);
    }

    void followsASwitchAtOnce()
    {
        const QIcon copy = icon(u"copy"_s);
        applyTheme(*qApp, ThemeChoice::Dark);
        const QImage dark = copy.pixmap(16).toImage();
        applyTheme(*qApp, ThemeChoice::Light);
        QCOMPARE(QApplication::palette().color(QPalette::Window), Theme::lightTheme().window);
        const QImage light = copy.pixmap(16).toImage();
        QVERIFY(dark != light);
        applyTheme(*qApp, ThemeChoice::Dark);
        QCOMPARE(copy.pixmap(16).toImage(), dark);
    }

    void drawsASheetOfTheSet()
    {
        const QStringList files = QDir(u":/icons"_s).entryList();
        for (const bool dark : {true, false}) {
            applyTheme(*qApp, dark ? ThemeChoice::Dark : ThemeChoice::Light);
            const int columns = 14;
            QImage sheet(columns * 80, (int(files.size()) / columns + 2) * 44, QImage::Format_RGB32);
            sheet.fill(Theme::current().base);
            QPainter painter(&sheet);
            int at = 0;
            for (const QString &file : files) {
                const QPoint place(at % columns * 80, at / columns * 44);
                int x = 4;
                for (const int side : {14, 16, 24}) {
                    paintIcon(painter, QRectF(place.x() + x, place.y() + 10, side, side), file.chopped(4),
                              Theme::current().text);
                    x += side + 6;
                }
                ++at;
            }
            int x = 4;
            for (const Level level : {Level::Debug, Level::Info, Level::Warning, Level::Error, Level::Critical}) {
                paintLevelGlyph(painter, QRectF(x, sheet.height() - 30, 14, 14), level,
                                Theme::current().levelFill(level), Theme::current().criticalMark);
                x += 24;
            }
            for (int state = 0; state <= static_cast<int>(DeliveryState::Suppressed); ++state) {
                paintStateGlyph(painter, QRectF(x, sheet.height() - 30, 14, 14), static_cast<DeliveryState>(state));
                x += 24;
            }
            painter.end();
            QDir().mkpath(QStringLiteral(ESCALITE_BIN_DIR) + u"/../pictures"_s);
            QVERIFY(sheet.save(QStringLiteral(ESCALITE_BIN_DIR)
                               + u"/../pictures/icons-%1.png"_s.arg(dark ? u"dark"_s : u"light"_s)));
        }
    }

    void namesColoursOnlyInTheTheme()
    {
        QDirIterator files(QStringLiteral(ESCALITE_SOURCE_DIR) + u"/ui"_s, {u"*.cpp"_s, u"*.h"_s}, QDir::Files,
                           QDirIterator::Subdirectories);
        int seen = 0;
        while (files.hasNext()) {
            QFile file(files.next());
            if (file.fileName().contains("/ui/theme/"_L1))
                continue;
            ++seen;
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QString text = QString::fromUtf8(file.readAll());
            for (const QLatin1StringView word :
                 {"setStyleSheet"_L1, "QColor(\"#"_L1, "QColor(u\"#"_L1, "QColor(0x"_L1, "qRgb("_L1, "QTextBrowser"_L1})
                QVERIFY2(!text.contains(word), qPrintable(file.fileName() + u" has "_s + word));
        }
        QVERIFY(seen > 0);
    }
};

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"
