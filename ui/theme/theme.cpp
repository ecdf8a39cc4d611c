// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/theme/theme.h"

#include "ui/theme/style.h"

#include <QApplication>
#include <QFontDatabase>
#include <QFontInfo>
#include <QScreen>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

const Theme *inUse = nullptr;

constexpr QColor rgb(quint32 value)
{
    return QColor(static_cast<int>(value >> 16), static_cast<int>(value >> 8 & 0xff), static_cast<int>(value & 0xff));
}

/// What the desktop shows without us. Reading it means to take our palette away for a moment.
bool systemIsDark()
{
    QApplication::setPalette(QPalette());
    const QPalette palette = QApplication::palette();
    return palette.color(QPalette::Window).lightnessF() < palette.color(QPalette::WindowText).lightnessF();
}

/// The desktop's font, or ours where it names none: generic themes answer with an alias at a size of their own.
QFont baseFont()
{
    QFont font = QFontDatabase::systemFont(QFontDatabase::GeneralFont);
    const QString platform = QGuiApplication::platformName();
    const bool anonymous =
        platform == "offscreen"_L1 || platform == "minimal"_L1 || font.family().startsWith("Sans"_L1);
    if (anonymous) {
        if (QFontDatabase::hasFamily(u"Noto Sans"_s))
            font = QFont(u"Noto Sans"_s);
        font.setPointSizeF(9.75);
    }
    return font;
}

/// Follows the desktop's scheme while the choice is ThemeChoice::System.
class SchemeWatcher final : public QObject
{
public:
    explicit SchemeWatcher(QApplication &application) : QObject(&application) { application.installEventFilter(this); }
    bool follows = false;
    bool busy = false;

    bool eventFilter(QObject *object, QEvent *event) override
    {
        if (follows && !busy && event->type() == QEvent::ThemeChange)
            QMetaObject::invokeMethod(
                this, [this] { applyTheme(*qApp, ThemeChoice::System); }, Qt::QueuedConnection);
        return QObject::eventFilter(object, event);
    }
};

QFont scaled(QFont font, qreal ratio)
{
    const QScreen *screen = QGuiApplication::primaryScreen();
    const qreal dpi = screen ? screen->logicalDotsPerInchY() : 96.0;
    const qreal base = font.pointSizeF() > 0 ? font.pointSizeF() * dpi / 72.0 : font.pixelSize();
    const qreal pixels = qRound(base * ratio * 2) / 2.0; // Half pixels: stems stay even across rows.
    font.setPointSizeF(pixels * 72.0 / dpi);
    return font;
}

} // namespace

const Theme &Theme::darkTheme()
{
    static const Theme theme = [] {
        Theme t;
        t.dark = true;
        t.window = rgb(0x1e2024);
        t.base = rgb(0x191b1f);
        t.panel = rgb(0x22252a);
        t.header = rgb(0x22252a);
        t.raised = rgb(0x2b2f35);
        t.field = rgb(0x16181b);
        t.hairline = rgb(0x26292e);
        t.border = rgb(0x363b43);
        t.fieldBorder = rgb(0x646e7a);
        t.buttonBorder = rgb(0x3f454e);
        t.button = rgb(0x2b2f35);
        t.control = rgb(0x717a86);
        t.text = rgb(0xdfe3e8);
        t.text2 = rgb(0xa3acb7);
        t.text3 = rgb(0x8f99a5);
        t.accent = rgb(0x5aaeea);
        t.accentFill = rgb(0x2a72b0);
        t.accentFillText = rgb(0xffffff);
        t.focusRing = rgb(0x5aaeea);
        t.selection = rgb(0x1f4467);
        t.selectionText = rgb(0xffffff);
        t.toggled = rgb(0x263a4d);
        t.warningText = rgb(0xf0c94f);
        t.errorText = rgb(0xf08062);
        t.criticalText = rgb(0xee6fae);
        t.okText = rgb(0x66d0b4);
        t.infoFill = rgb(0x63707e);
        t.neutralFill = rgb(0x6f7c8a);
        t.warningFill = rgb(0xf0c94f);
        t.errorFill = rgb(0xee7350);
        t.criticalFill = rgb(0xe660a4);
        t.criticalMark = rgb(0x1a0612);
        t.okFill = rgb(0x49b99b);
        t.tintCritical = rgb(0x2b2029);
        t.tintError = rgb(0x272021);
        t.tintWarning = rgb(0x26241e);
        t.tintOk = rgb(0x1c2826);
        t.tintAccent = rgb(0x1c2732);
        return t;
    }();
    return theme;
}

const Theme &Theme::lightTheme()
{
    static const Theme theme = [] {
        Theme t;
        t.dark = false;
        t.window = rgb(0xf1f2f4);
        t.base = rgb(0xffffff);
        t.panel = rgb(0xf8f9fa);
        t.header = rgb(0xf5f6f8);
        t.raised = rgb(0xffffff);
        t.field = rgb(0xffffff);
        t.hairline = rgb(0xeceef0);
        t.border = rgb(0xd3d7dc);
        t.fieldBorder = rgb(0x848c97);
        t.buttonBorder = rgb(0xc3c8cf);
        t.button = rgb(0xfdfdfe);
        t.control = rgb(0x7f8792);
        t.text = rgb(0x1b1f24);
        t.text2 = rgb(0x535c68);
        t.text3 = rgb(0x606a75);
        t.accent = rgb(0x0a63ad);
        t.accentFill = rgb(0x1a6fbd);
        t.accentFillText = rgb(0xffffff);
        t.focusRing = rgb(0x1a73c4);
        t.selection = rgb(0xcfe3f8);
        t.selectionText = rgb(0x0d2236);
        t.toggled = rgb(0xe1ebf5);
        t.warningText = rgb(0x785a00);
        t.errorText = rgb(0xbd3718);
        t.criticalText = rgb(0x8f0a5a);
        t.okText = rgb(0x0f7068);
        t.infoFill = rgb(0x808b98);
        t.neutralFill = rgb(0x76818d);
        t.warningFill = rgb(0xb08600);
        t.errorFill = rgb(0xd8451f);
        t.criticalFill = rgb(0x9c0f63);
        t.criticalMark = rgb(0xffffff);
        t.okFill = rgb(0x188f84);
        t.tintCritical = rgb(0xfbeef5);
        t.tintError = rgb(0xfdf3f0);
        t.tintWarning = rgb(0xfcf8e9);
        t.tintOk = rgb(0xedf7f5);
        t.tintAccent = rgb(0xeef5fc);
        return t;
    }();
    return theme;
}

const Theme &Theme::current()
{
    return inUse ? *inUse : darkTheme();
}

QPalette Theme::palette() const
{
    QPalette palette;
    palette.setColor(QPalette::Window, window);
    palette.setColor(QPalette::WindowText, text);
    palette.setColor(QPalette::Text, text);
    palette.setColor(QPalette::ButtonText, text);
    palette.setColor(QPalette::BrightText, errorText);
    palette.setColor(QPalette::Base, base);
    palette.setColor(QPalette::AlternateBase, base);
    palette.setColor(QPalette::Button, button);
    palette.setColor(QPalette::Highlight, selection);
    palette.setColor(QPalette::HighlightedText, selectionText);
    palette.setColor(QPalette::PlaceholderText, text3);
    palette.setColor(QPalette::Link, accent);
    palette.setColor(QPalette::LinkVisited, accent);
    palette.setColor(QPalette::ToolTipBase, raised);
    palette.setColor(QPalette::ToolTipText, text);
    palette.setColor(QPalette::Light, buttonBorder);
    palette.setColor(QPalette::Midlight, border);
    palette.setColor(QPalette::Mid, hairline);
    palette.setColor(QPalette::Dark, field);
    palette.setColor(QPalette::Shadow, QColor(0, 0, 0));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText,
                            QPalette::PlaceholderText})
        palette.setColor(QPalette::Disabled, role, control);
    return palette;
}

QColor Theme::levelText(Level level) const
{
    switch (level) {
    case Level::Warning:
        return warningText;
    case Level::Error:
        return errorText;
    case Level::Critical:
        return criticalText;
    case Level::Debug:
    case Level::Info:
        break;
    }
    return text;
}

QColor Theme::levelFill(Level level) const
{
    switch (level) {
    case Level::Warning:
        return warningFill;
    case Level::Error:
        return errorFill;
    case Level::Critical:
        return criticalFill;
    case Level::Debug:
    case Level::Info:
        break;
    }
    return infoFill;
}

void applyTheme(QApplication &application, ThemeChoice choice)
{
    static QPointer<SchemeWatcher> watcher;
    if (!watcher) {
        watcher = new SchemeWatcher(application);
        QApplication::setFont(baseFont());
        QApplication::setStyle(new Style);
    }
    watcher->follows = choice == ThemeChoice::System;
    watcher->busy = true;
    const bool dark = choice == ThemeChoice::System ? systemIsDark() : choice == ThemeChoice::Dark;
    inUse = dark ? &Theme::darkTheme() : &Theme::lightTheme();
    QApplication::setPalette(inUse->palette());
    watcher->busy = false;
}

QFont uiFont()
{
    return QApplication::font();
}

QFont uiFont(qreal ratio, int weight)
{
    QFont font = scaled(QApplication::font(), ratio);
    font.setWeight(static_cast<QFont::Weight>(weight));
    return font;
}

QFont monoFont(qreal ratio)
{
    static const QString family = QFontDatabase::hasFamily(u"JetBrains Mono"_s)
                                      ? u"JetBrains Mono"_s
                                      : QFontDatabase::systemFont(QFontDatabase::FixedFont).family();
    QFont font(family);
    font.setPointSizeF(QApplication::font().pointSizeF() > 0 ? QApplication::font().pointSizeF() : 9.75);
    font = scaled(font, ratio);
    font.setStyleHint(QFont::Monospace);
    font.setFixedPitch(true);
    font.setStyleStrategy(QFont::PreferNoShaping); // ">=" must stay two characters: what is shown is what was sent.
    return font;
}

} // namespace escalite::ui
