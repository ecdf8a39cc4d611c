// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "app/grab.h"

#include "ui/mainwindow/mainwindow.h"
#include "ui/sessions/sessionspage.h"

#include <QApplication>
#include <QDialog>
#include <QPainter>
#include <QTimer>

#include <cstdio>

using namespace Qt::StringLiterals;

namespace escalite::app {

namespace {

constexpr int CannotWrite = 74;                  // sysexits.h EX_IOERR
constexpr std::chrono::milliseconds Settle{800}; // for what was opened to be read and drawn

/// The window with its dialog where a screen would have it.
QPixmap picture(QWidget &window)
{
    QPixmap pixmap = window.grab();
    QPainter painter(&pixmap);
    const QList<QDialog *> dialogs = window.findChildren<QDialog *>();
    for (QDialog *dialog : dialogs) {
        if (!dialog->isVisible())
            continue;
        painter.fillRect(window.rect(), QColor(0, 0, 0, 70));
        const QPoint corner((window.width() - dialog->width()) / 2, (window.height() - dialog->height()) / 2);
        painter.drawPixmap(corner, dialog->grab());
    }
    return pixmap;
}

} // namespace

int grab(const Grab &wanted, ui::MainWindow &window, runtime::Console &console)
{
    const bool dialog = wanted.page == "escalate"_L1;
    const bool live = dialog || wanted.page == "live"_L1;
    window.resize(wanted.size);
    window.show();
    window.showPage(live || wanted.page == "welcome"_L1 ? u"live"_s : wanted.page);
    int code = CannotWrite;
    QTimer::singleShot(std::chrono::duration_cast<std::chrono::milliseconds>(wanted.after), &window, [&] {
        const QList<Incident> open = console.openIncidents();
        if (live && !open.isEmpty())
            window.sessions().openSession(open.constFirst().worstSession);
        if (dialog && !open.isEmpty())
            window.escalate({open.constFirst().worstSession});
        QTimer::singleShot(Settle, &window, [&] {
            if (picture(window).save(wanted.file))
                code = 0;
            else
                std::fputs(qPrintable(u"Cannot write %1.\n"_s.arg(wanted.file)), stderr);
            // A dialog's own loop ends with the application's.
            QApplication::exit(code);
        });
    });
    QApplication::exec();
    return code;
}

} // namespace escalite::app
