// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The smallest window of Qt Widgets: what the console's start and memory are measured against.

#include <QApplication>
#include <QLabel>
#include <QMainWindow>
#include <QMenuBar>

using namespace Qt::StringLiterals;

int main(int argc, char *argv[])
{
    QApplication application(argc, argv);
    QMainWindow window;
    window.menuBar()->addMenu(u"&File"_s)->addAction(u"&Quit"_s, &application, &QApplication::quit);
    window.setCentralWidget(new QLabel(u"Nothing"_s));
    window.resize(1280, 800);
    window.show();
    return QApplication::exec();
}
