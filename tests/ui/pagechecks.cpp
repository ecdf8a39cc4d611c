// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/pagechecks.h"

#include "ui/theme/theme.h"
#include "ui/widgets/textlabel.h"

#include <QAbstractButton>
#include <QAccessible>
#include <QApplication>
#include <QDir>
#include <QLabel>
#include <QPixmap>
#include <QTest>

using namespace Qt::StringLiterals;

namespace escalite::test {

namespace {

QString describe(const QWidget *widget)
{
    QString text = QString::fromLatin1(widget->metaObject()->className());
    if (const auto *label = qobject_cast<const QLabel *>(widget))
        text += u" “%1”"_s.arg(label->text());
    if (const auto *button = qobject_cast<const QAbstractButton *>(widget))
        text += u" “%1”"_s.arg(button->text());
    for (const QWidget *parent = widget->parentWidget(); parent; parent = parent->parentWidget())
        text += u" < "_s + QString::fromLatin1(parent->metaObject()->className());
    return text;
}

void savePicture(QWidget *page, const QString &name, const QString &theme, qreal scale)
{
    QPixmap picture(page->size() * scale);
    picture.setDevicePixelRatio(scale);
    page->render(&picture);
    const QString folder = qEnvironmentVariable("ESCALITE_PICTURES");
    if (folder.isEmpty())
        return;
    QDir().mkpath(folder);
    picture.save(u"%1/%2-%3-%4x%5@%6.png"_s.arg(folder, name, theme).arg(page->width()).arg(page->height()).arg(scale));
}

} // namespace

QStringList namelessWidgets(QWidget *page)
{
    QStringList nameless;
    const QList<QWidget *> widgets = page->findChildren<QWidget *>();
    for (QWidget *widget : widgets) {
        if (!widget->isVisibleTo(page) || (widget->focusPolicy() & Qt::TabFocus) == 0 || widget->focusProxy())
            continue;
        // Parts of a composed control are named by the control.
        if (widget->objectName().startsWith("qt_"_L1) || widget->inherits("QLineEditIconButton"))
            continue;
        if (QWidget *parent = widget->parentWidget(); parent && parent->inherits("QComboBox"))
            continue;
        const QAccessibleInterface *interface = QAccessible::queryAccessibleInterface(widget);
        if (!interface || interface->text(QAccessible::Name).trimmed().isEmpty())
            nameless << describe(widget);
    }
    return nameless;
}

QStringList clippedTexts(QWidget *page)
{
    QStringList clipped;
    const QList<QWidget *> widgets = page->findChildren<QWidget *>();
    for (QWidget *widget : widgets) {
        if (!widget->isVisibleTo(page))
            continue;
        if (const auto *label = qobject_cast<QLabel *>(widget)) {
            const auto *own = qobject_cast<const ui::TextLabel *>(label);
            if (label->text().isEmpty() || (own && own->isElided()))
                continue;
            if (label->wordWrap() ? label->height() < label->heightForWidth(label->width())
                                  : label->width() < label->sizeHint().width())
                clipped << describe(widget);
        } else if (const auto *button = qobject_cast<QAbstractButton *>(widget)) {
            if (!button->text().isEmpty() && button->width() < button->sizeHint().width())
                clipped << describe(widget);
        }
    }
    return clipped;
}

void settle()
{
    for (int i = 0; i < 4; ++i) {
        QCoreApplication::sendPostedEvents();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QTest::qWait(5);
    }
}

void savePicturesAsIs(QWidget *page, const QString &name)
{
    for (const auto choice : {ui::ThemeChoice::Light, ui::ThemeChoice::Dark}) {
        ui::applyTheme(*qApp, choice);
        settle();
        for (const qreal scale : {1.0, 2.0})
            savePicture(page, name, choice == ui::ThemeChoice::Dark ? u"dark"_s : u"light"_s, scale);
    }
}

void savePictures(QWidget *page, const QString &name)
{
    for (const QSize size : {QSize(1190, 800), QSize(916, 460)}) {
        page->resize(size);
        settle();
        savePicturesAsIs(page, name);
    }
}

} // namespace escalite::test
