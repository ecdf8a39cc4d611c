// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The escalate dialog by keyboard and pointer: what stands in the preview leaves once, and can be taken back.

#include "ui/escalate/escalatedialog.h"
#include "ui/escalate/previewpane.h"
#include "ui/escalate/sendbar.h"
#include "ui/escalate/sendtomodel.h"
#include "ui/escalate/wiretext.h"
#include "ui/fakeconsole.h"
#include "ui/pagechecks.h"
#include "ui/theme/theme.h"
#include "ui/widgets/codeview.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/timetext.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QCheckBox>
#include <QListView>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSettings>
#include <QStandardPaths>
#include <QTabBar>
#include <QTest>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace escalite;
using namespace escalite::ui;
using test::FakeConsole;
using test::settle;

namespace {

/// A main window with the bar in it, and the dialog over it.
struct Window
{
    explicit Window(FakeConsole &fake) : console(fake)
    {
        window.resize(1190, 800);
        auto *layout = new QVBoxLayout(&window);
        layout->setContentsMargins(0, 0, 0, 0);
        bar = new SendBar(console, &window);
        layout->addWidget(bar);
        layout->addStretch(1);
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
    }

    EscalateDialog *escalate()
    {
        auto *dialog = EscalateDialog::open(
            console, {.sessions = {console.checkout()}, .incident = console.theIncidents.first().id}, &window, bar);
        settle();
        return dialog;
    }

    [[nodiscard]] EscalateDialog *dialog() const
    {
        for (auto *each : window.findChildren<EscalateDialog *>()) {
            if (each->isVisible())
                return each;
        }
        return nullptr;
    }

    FakeConsole &console;
    QWidget window;
    SendBar *bar = nullptr;
};

QPlainTextEdit *messageOf(EscalateDialog *dialog)
{
    for (auto *edit : dialog->findChildren<QPlainTextEdit *>()) {
        if (!edit->isReadOnly())
            return edit;
    }
    return nullptr;
}

QPushButton *button(const QWidget *parent, const QString &start)
{
    for (auto *each : parent->findChildren<QPushButton *>()) {
        if (each->isVisible() && each->text().startsWith(start))
            return each;
    }
    return nullptr;
}

CodeView *previewOf(EscalateDialog *dialog)
{
    return dialog->findChild<PreviewPane *>()->findChildren<CodeView *>().constFirst();
}

const engine::EscalateNow &escalation(const FakeConsole &console, qsizetype index = 0)
{
    return std::get<engine::EscalateNow>(console.posted.at(index).what);
}

} // namespace

class TestEscalateDialog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        test::fixSurroundings();
        QCoreApplication::setOrganizationName(u"escalite-tests"_s);
        QCoreApplication::setApplicationName(u"tst_escalatedialog"_s);
        QStandardPaths::setTestModeEnabled(true);
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, QDir::tempPath() + u"/escalite-tests"_s);
        QSettings().clear();
        applyTheme(*qApp, ThemeChoice::Dark);
    }

    void init()
    {
        setFixedNow(test::demoNow());
        m_console = std::make_unique<FakeConsole>();
    }

    void offersEveryNotifierWithItsReadinessInWords()
    {
        Window window(*m_console);
        EscalateDialog *dialog = window.escalate();
        const auto *model = qobject_cast<SendToModel *>(dialog->findChild<QListView *>()->model());
        QVERIFY(model);
        QCOMPARE(model->rowCount(), 5);
        QCOMPARE(model->chosen(), QStringList({u"Slack"_s, u"Email"_s}));
        QCOMPARE(model->index(0).data(SendToModel::WordsRole).toString(), u"Ready, 214 ms"_s);
        QCOMPARE(model->index(4).data(SendToModel::WordsRole).toString(), u"Switched off, will queue"_s);
        QVERIFY(model->flags(model->index(4)).testFlag(Qt::ItemIsUserCheckable));
        QVERIFY(model->index(2).data(Qt::AccessibleTextRole).toString().contains(u"Slow, 1 waiting"_s));
    }

    void theModelKeepsTheRulesOfModels()
    {
        SendToModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setNotifiers(m_console->theNotifiers);
        model.setChosen({u"Slack"_s, u"gone"_s});
        QCOMPARE(model.chosen(), QStringList({u"Slack"_s}));
        QVERIFY(model.setData(model.index(2), static_cast<int>(Qt::Checked), Qt::CheckStateRole));
        model.setNotifiers(m_console->theNotifiers.mid(1));
        QCOMPARE(model.chosen(), QStringList({u"Email"_s}));
        model.setNotifiers({});
        QCOMPARE(model.rowCount(), 0);
    }

    void sendsWithTheKeyboardAlone()
    {
        Window window(*m_console);
        EscalateDialog *dialog = window.escalate();
        QPlainTextEdit *message = messageOf(dialog);
        QVERIFY(message->hasFocus());
        QTest::keyClick(message, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClicks(message, u"Payments are down"_s);
        QTest::keyClick(message, Qt::Key_Return);
        QTest::keyClicks(message, u"mira"_s);
        // Back to the list, add the second Slack with Down and Space.
        QTest::keyClick(message, Qt::Key_Backtab);
        auto *list = dialog->findChild<QListView *>();
        QVERIFY(list->hasFocus());
        QTest::keyClick(list, Qt::Key_Down);
        QTest::keyClick(list, Qt::Key_Space);
        QTest::keyClick(list, Qt::Key_Return); // Enter in the list sends nothing.
        settle();
        QCOMPARE(m_console->posted.size(), 0);
        QTest::keyClick(list, Qt::Key_Return, Qt::ControlModifier);
        settle();
        QCOMPARE(m_console->posted.size(), 1);
        const engine::EscalateNow &sent = escalation(*m_console);
        QCOMPARE(sent.message, u"Payments are down\nmira"_s);
        QCOMPARE(sent.to.size(), 3);
        QCOMPARE(sent.to.at(1).notifier, u"Slack 2"_s);
        QCOMPARE(sent.sessions, QList<QUuid>{m_console->checkout()});
        QVERIFY(sent.to.at(0).rendered.text.startsWith(u"Payments are down\nmira"_s));
        QVERIFY(!window.dialog());
        QVERIFY(window.bar->isVisible());
    }

    void twentyRapidCtrlEnterAreOneCommand()
    {
        Window window(*m_console);
        QPlainTextEdit *message = messageOf(window.escalate());
        QTest::keyClicks(message, u" and more"_s);
        for (int i = 0; i < 20; ++i)
            QTest::keyClick(message, i % 2 == 0 ? Qt::Key_Return : Qt::Key_Enter, Qt::ControlModifier);
        settle();
        QCOMPARE(m_console->posted.size(), 1);
        // Typed a moment before sending, and still in the bytes: the preview was brought up to date first.
        QVERIFY(escalation(*m_console).message.endsWith(u"and more"_s));
        QVERIFY(escalation(*m_console).to.at(0).rendered.text.contains(u"and more"_s));
        QCOMPARE(window.bar->entries(), 1);
    }

    void twentyRapidCtrlEnterAreOneCommandWhenThePreviewIsUpToDate()
    {
        Window window(*m_console);
        QPlainTextEdit *message = messageOf(window.escalate());
        for (int i = 0; i < 20; ++i)
            QTest::keyClick(message, Qt::Key_Return, Qt::ControlModifier);
        QCOMPARE(m_console->posted.size(), 1);
        settle();
        QCOMPARE(m_console->posted.size(), 1);
        QCOMPARE(window.bar->entries(), 1);
    }

    void sendsOnceForADoubleClick()
    {
        Window window(*m_console);
        QPushButton *send = button(window.escalate(), u"Send to 2"_s);
        QVERIFY(send);
        QTest::mouseClick(send, Qt::LeftButton);
        QTest::mouseDClick(send, Qt::LeftButton);
        settle();
        QCOMPARE(m_console->posted.size(), 1);
    }

    void undoBringsEverythingBack()
    {
        Window window(*m_console);
        EscalateDialog *dialog = window.escalate();
        messageOf(dialog)->setPlainText(u"Only a test of undo"_s);
        dialog->findChild<QListView *>()->model()->setData(dialog->findChild<QListView *>()->model()->index(3, 0),
                                                           static_cast<int>(Qt::Checked), Qt::CheckStateRole);
        for (auto *radio : dialog->findChildren<QRadioButton *>()) {
            if (radio->accessibleName() == u"Whole log"_s)
                QTest::mouseClick(radio, Qt::LeftButton, {}, {8, radio->height() / 2});
        }
        QTest::mouseClick(dialog->findChild<QCheckBox *>(), Qt::LeftButton, {}, {8, 8});
        const EscalateChoice before = dialog->choice();
        QVERIFY(before.acknowledge);
        QCOMPARE(before.include, runtime::Include::WholeLog);
        QTest::keyClick(dialog, Qt::Key_Return, Qt::ControlModifier);
        settle();
        const QUuid request = m_console->posted.constFirst().request;
        QVERIFY(escalation(*m_console).acknowledge);
        // The incident was acknowledged with it: the fake says so.
        window.window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window.window));
        QTest::keyClick(&window.window, Qt::Key_Z, Qt::ControlModifier);
        settle();
        QCOMPARE(m_console->undone, QList<QUuid>{request});
        QVERIFY(std::holds_alternative<engine::Reopen>(m_console->posted.constLast().what));
        QVERIFY(window.dialog());
        QCOMPARE(window.dialog()->choice(), before);
        QVERIFY(!window.bar->isVisible());
        // And it can be sent again, under another request.
        QTest::keyClick(window.dialog(), Qt::Key_Return, Qt::ControlModifier);
        settle();
        QVERIFY(m_console->posted.constLast().request != request);
    }

    void asksBeforeTheSameIsSentTwiceWithinAMinute()
    {
        Window window(*m_console);
        QTest::keyClick(window.escalate(), Qt::Key_Return, Qt::ControlModifier);
        settle();
        setFixedNow(test::demoNow() + 12s);
        EscalateDialog *again = window.escalate();
        QTest::keyClick(again, Qt::Key_Return, Qt::ControlModifier);
        settle();
        QCOMPARE(m_console->posted.size(), 1);
        QVERIFY(again->findChild<NoticeBar *>()->isVisible());
        QCOMPARE(again->findChild<NoticeBar *>()->headline(), u"The same was sent 12 s ago."_s);
        QVERIFY(button(again, u"Send again to 2"_s));
        QTest::mouseClick(button(again, u"Send again"_s), Qt::LeftButton);
        settle();
        QCOMPARE(m_console->posted.size(), 2);
    }

    void keepsWhatWasTypedWhenItIsClosedUnsent()
    {
        Window window(*m_console);
        EscalateDialog *dialog = window.escalate();
        QTest::keyClicks(messageOf(dialog), u" One more thing."_s);
        const QString typed = messageOf(dialog)->toPlainText();
        QTest::keyClick(messageOf(dialog), Qt::Key_Escape);
        settle();
        QVERIFY(!window.dialog());
        QCOMPARE(messageOf(window.escalate())->toPlainText(), typed);
    }

    void saysWhyNothingCanBeSent()
    {
        Window window(*m_console);
        EscalateDialog *dialog = window.escalate();
        auto *model = qobject_cast<SendToModel *>(dialog->findChild<QListView *>()->model());
        model->setChosen({});
        settle();
        QVERIFY(!button(dialog, u"Send"_s)->isEnabled());
        QVERIFY(button(dialog, u"Send"_s)->toolTip().contains(u"Choose at least one notifier."_s));
        QTest::keyClick(dialog, Qt::Key_Return, Qt::ControlModifier);
        settle();
        QCOMPARE(m_console->posted.size(), 0);
        model->setChosen({u"Slack"_s});
        messageOf(dialog)->setPlainText(QString(5000, u'x'));
        settle();
        QVERIFY(!button(dialog, u"Send"_s)->isEnabled());
        QTest::keyClick(dialog, Qt::Key_Return, Qt::ControlModifier);
        settle();
        QCOMPARE(m_console->posted.size(), 0);
    }

    void keepsTheInputWhenTheCommandIsRefused()
    {
        m_console->answerToPost = Error{ErrorCode::Unavailable, u"The disk is full."_s};
        Window window(*m_console);
        EscalateDialog *dialog = window.escalate();
        messageOf(dialog)->setPlainText(u"still here"_s);
        QTest::keyClick(dialog, Qt::Key_Return, Qt::ControlModifier);
        settle();
        QVERIFY(window.dialog());
        QCOMPARE(messageOf(dialog)->toPlainText(), u"still here"_s);
        QCOMPARE(dialog->findChild<NoticeBar *>()->headline(), u"Nothing was sent."_s);
        QCOMPARE(dialog->findChild<NoticeBar *>()->text(), u"The disk is full."_s);
        m_console->answerToPost.reset();
        QTest::keyClick(dialog, Qt::Key_Return, Qt::ControlModifier);
        settle();
        QCOMPARE(m_console->posted.size(), 2);
        QCOMPARE(m_console->posted.at(0).request, m_console->posted.at(1).request);
        QVERIFY(!window.dialog());
    }

    void marksHiddenValuesAndSaysWhyTheyAreHidden()
    {
        Window window(*m_console);
        EscalateDialog *dialog = window.escalate();
        QCOMPARE(previewOf(dialog)->chips(), 2);
        QPushButton *why = button(dialog, u"Why these"_s);
        QVERIFY(why);
        QTest::mouseClick(why, Qt::LeftButton);
        const QString reasons = dialog->findChild<PreviewPane *>()->findChildren<CodeView *>().at(1)->toPlainText();
        QVERIFY2(reasons.contains(u"/api_logs/customer_email"_s), qPrintable(reasons));
        QVERIFY(button(dialog, u"Hide why"_s));
    }

    void showsTheRequestAndTheMailAsTheyLeave()
    {
        Window window(*m_console);
        EscalateDialog *dialog = window.escalate();
        QTest::mouseClick(button(dialog, u"Show the HTTP request"_s), Qt::LeftButton);
        QString shown = previewOf(dialog)->toPlainText();
        QVERIFY2(shown.startsWith(u"POST https://hooks.slack.com/••••9f2c\n"_s), qPrintable(shown));
        QVERIFY(shown.contains(u"Idempotency-Key: "_s));
        QVERIFY(shown.contains(u"{\"text\":\""_s));
        auto *tabs = dialog->findChild<QTabBar *>();
        tabs->setFocus();
        QTest::keyClick(tabs, Qt::Key_Right);
        shown = previewOf(dialog)->toPlainText();
        QVERIFY2(shown.contains(u"Subject: [critical] POST /checkout"_s), qPrintable(shown));
        QTest::mouseClick(button(dialog, u"Show the text"_s), Qt::LeftButton);
        QVERIFY(button(dialog, u"Show the mail"_s));
    }

    /// Telegram's token stands between its address and the method.
    void masksATokenWithinThePath()
    {
        const runtime::NotifierStatus telegram{
            .type = u"telegram"_s,
            .settings = {{u"Bot token"_s, u"••••"_s}, {u"API"_s, u"https://api.telegram.org"_s}}};
        const Rendered message{.contentType = "application/json", .body = "{}", .path = u"sendMessage"_s};
        const QString shown = ui::wireText(message, QUuid(), 1, &telegram);
        QVERIFY2(shown.startsWith(u"POST https://api.telegram.org/bot••••/sendMessage\n"_s), qPrintable(shown));
    }

    void showsEveryRequestOfASplitMessage()
    {
        m_console->messages = 3;
        Window window(*m_console);
        EscalateDialog *dialog = window.escalate();
        QStringList texts;
        for (const QLabel *label : dialog->findChildren<QLabel *>())
            texts << label->text();
        QVERIFY2(texts.contains(u"3 messages, 634 of 40,000 characters"_s), qPrintable(texts.join(u'|')));
        QTest::mouseClick(button(dialog, u"Show the HTTP requests"_s), Qt::LeftButton);
        const QString shown = previewOf(dialog)->toPlainText();
        QVERIFY2(shown.contains(u"--- Request 1 of 3 ---\nPOST "_s), qPrintable(shown));
        QVERIFY(shown.endsWith(u"{\"text\":\"part 3\"}"_s));
        // Each with the length of its own body and a key of its own.
        const QUuid first = dialog->findChild<PreviewPane *>()->prepared().constFirst().delivery;
        QVERIFY(shown.contains(u"Idempotency-Key: "_s + first.toString(QUuid::WithoutBraces)));
        QVERIFY(shown.contains(u"Idempotency-Key: "_s
                               + QUuid::createUuidV5(first, QByteArray("3")).toString(QUuid::WithoutBraces)));
        QCOMPARE(shown.count(u"Content-Length: 17"_s), 2);
        test::savePicturesAsIs(dialog, u"escalate-split"_s);
    }

    void tellsWhichNotifierCannotMakeTheMessage()
    {
        m_console->withoutPreview = u"Email"_s;
        Window window(*m_console);
        EscalateDialog *dialog = window.escalate();
        auto *tabs = dialog->findChild<QTabBar *>();
        QCOMPARE(tabs->count(), 2);
        QVERIFY(!button(dialog, u"Send"_s)->isEnabled());
        QVERIFY(button(dialog, u"Send"_s)->toolTip().startsWith(u"Email cannot make this message."_s));
        tabs->setCurrentIndex(1);
        QVERIFY(previewOf(dialog)->toPlainText().startsWith(u"Email cannot make this message, so nothing"_s));
        QVERIFY(!button(dialog, u"Show the HTTP request"_s));
        test::savePicturesAsIs(dialog, u"escalate-no-preview"_s);
        tabs->setCurrentIndex(0);
        QVERIFY(button(dialog, u"Show the HTTP request"_s));
    }

    void saysAgainWhatWasToldBefore()
    {
        Window window(*m_console);
        const Delivery told = m_console->theDeliveries.at(2); // To Slack at 03:09:25.
        auto *dialog = EscalateDialog::open(*m_console, EscalateSubject{.again = told.id}, &window.window, window.bar);
        settle();
        QCOMPARE(m_console->draftedAgain, QList<QUuid>{told.id});
        QStringList texts;
        for (const QLabel *label : dialog->findChildren<QLabel *>()) {
            if (label->isVisible())
                texts << label->text();
        }
        QVERIFY2(texts.contains(u"Says again what Slack was told at 03:09:25."_s), qPrintable(texts.join(u'|')));
        // What was told stands beside what will be, and stays there while one types.
        auto *tabs = dialog->findChild<QTabBar *>();
        QCOMPARE(tabs->count(), 3);
        tabs->setCurrentIndex(2);
        QVERIFY(previewOf(dialog)->toPlainText().startsWith(u"POST /checkout is failing"_s));
        QCOMPARE(previewOf(dialog)->chips(), 1);
        QTest::keyClicks(messageOf(dialog), u" Still."_s);
        QTest::qWait(150);
        settle();
        QCOMPARE(tabs->currentIndex(), 2);
        test::savePicturesAsIs(dialog, u"escalate-again"_s);
        QTest::keyClick(messageOf(dialog), Qt::Key_Return, Qt::ControlModifier);
        settle();
        QCOMPARE(m_console->posted.size(), 1);
        QVERIFY(escalation(*m_console).message.endsWith(u"Still."_s));
        QCOMPARE(escalation(*m_console).again, std::optional(told.id));
        // Undo brings the same dialog back.
        window.window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window.window));
        window.bar->undoNewest();
        settle();
        QCOMPARE(m_console->draftedAgain.size(), 2);
        QVERIFY(window.dialog());
    }

    void offersToAcknowledgeOnlyWhereAnIncidentIsUnanswered()
    {
        Window window(*m_console);
        QVERIFY(window.escalate()->findChild<QCheckBox *>()->isVisible());
        window.dialog()->reject();
        settle();
        m_console->theIncidents.first().state = Incident::State::Acknowledged;
        QVERIFY(!window.escalate()->findChild<QCheckBox *>()->isVisible());
    }

    void tellsWhyADraftCannotBeMade()
    {
        Window window(*m_console);
        EscalateDialog *dialog = EscalateDialog::open(*m_console, QList<QUuid>(), &window.window, window.bar);
        settle();
        QCOMPARE(dialog->findChild<NoticeBar *>()->headline(), u"This cannot be escalated."_s);
        QVERIFY(!button(dialog, u"Send"_s)->isEnabled());
    }

    void theBarFollowsEveryDelivery()
    {
        Window window(*m_console);
        QTest::keyClick(window.escalate(), Qt::Key_Return, Qt::ControlModifier);
        settle();
        QPushButton *sendNow = button(window.bar, u"Send now"_s);
        QVERIFY(sendNow);
        QTest::mouseClick(sendNow, Qt::LeftButton);
        QCOMPARE(m_console->sentNow, QList<QUuid>{m_console->posted.constFirst().request});
        const QList<engine::Prepared> to = escalation(*m_console).to;
        Delivery slack{.id = to.at(0).delivery, .notifier = u"Slack"_s, .state = DeliveryState::Delivered};
        slack.attempts = 1;
        slack.dueAt = test::demoNow();
        slack.finishedAt = test::demoNow() + 214ms;
        Delivery mail{.id = to.at(1).delivery, .notifier = u"Email"_s, .state = DeliveryState::Failed};
        mail.attempts = 1;
        mail.answer = u"550 5.1.1 no such user here"_s;
        Q_EMIT m_console->deliveriesChanged({slack, mail});
        settle();
        QVERIFY(!button(window.bar, u"Undo"_s));
        QStringList words;
        for (const QLabel *label : window.bar->findChildren<QLabel *>()) {
            if (label->isVisible())
                words << label->text();
        }
        QVERIFY2(words.contains(u"Delivered, 214 ms"_s), qPrintable(words.join(u'|')));
        QVERIFY2(words.contains(u"Failed: 550 5.1.1 no such user here"_s), qPrintable(words.join(u'|')));
        // What failed for good goes out as a new delivery, which the bar follows in a line of its own.
        QTest::mouseClick(button(window.bar, u"Try again"_s), Qt::LeftButton);
        settle();
        QCOMPARE(m_console->replayed, (QList<std::pair<QUuid, QString>>{{to.at(1).delivery, QString()}}));
        QVERIFY(window.bar->findChild<QLabel *>() != nullptr);
        Delivery fallback = mail;
        fallback.id = QUuid::createUuid();
        fallback.notifier = u"Telegram"_s;
        fallback.replaces = mail.id;
        fallback.relation = Relation::Fallback;
        fallback.state = DeliveryState::Sending;
        Q_EMIT m_console->deliveriesChanged({fallback});
        settle();
        words.clear();
        for (const QLabel *label : window.bar->findChildren<QLabel *>()) {
            if (label->isVisible())
                words << label->text();
        }
        QVERIFY2(words.contains(u"Sending (fallback)"_s), qPrintable(words.join(u'|')));
        test::savePicturesAsIs(window.bar, u"sendbar-fallback"_s);
        fallback.state = DeliveryState::Accepted;
        Q_EMIT m_console->deliveriesChanged({fallback});
        settle();
        words.clear();
        for (const QLabel *label : window.bar->findChildren<QLabel *>()) {
            if (label->isVisible())
                words << label->text();
        }
        QVERIFY2(words.contains(u"Told Slack and Telegram"_s), qPrintable(words.join(u'|')));
        test::savePicturesAsIs(window.bar, u"sendbar-done"_s);
        QCOMPARE(window.bar->entries(), 1);
        // A pointer that rests over the bar keeps it; here the pointer goes away.
        for (QWidget *entry : window.bar->findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly)) {
            QEvent leave(QEvent::Leave);
            QCoreApplication::sendEvent(entry, &leave);
        }
        settle();
        setFixedNow(test::demoNow() + 20s);
        QTRY_COMPARE(window.bar->entries(), 0);
        QVERIFY(!window.bar->isVisible());
    }

    void looksAsDrawn()
    {
        Window window(*m_console);
        EscalateDialog *dialog = window.escalate();
        QCOMPARE(test::namelessWidgets(dialog), QStringList());
        QCOMPARE(test::clippedTexts(dialog), QStringList());
        test::savePicturesAsIs(dialog, u"escalate"_s);
        QTest::mouseClick(button(dialog, u"Show the HTTP request"_s), Qt::LeftButton);
        QTest::mouseClick(button(dialog, u"Why these"_s), Qt::LeftButton);
        dialog->resize(dialog->minimumSize());
        settle();
        QCOMPARE(test::clippedTexts(dialog), QStringList());
        test::savePicturesAsIs(dialog, u"escalate-small"_s);
        QTest::keyClick(dialog, Qt::Key_Return, Qt::ControlModifier);
        settle();
        QCOMPARE(test::namelessWidgets(window.bar), QStringList());
        QCOMPARE(test::clippedTexts(window.bar), QStringList());
        test::savePicturesAsIs(window.bar, u"sendbar-waiting"_s);
        const QList<engine::Prepared> to = escalation(*m_console).to;
        Delivery slack{.id = to.at(0).delivery, .notifier = u"Slack"_s, .state = DeliveryState::Sending};
        Delivery mail{.id = to.at(1).delivery, .notifier = u"Email"_s, .state = DeliveryState::Retrying};
        mail.dueAt = test::demoNow() + 15s;
        mail.answer = u"421 4.7.0 try again later"_s;
        Q_EMIT m_console->deliveriesChanged({slack, mail});
        settle();
        test::savePicturesAsIs(window.bar, u"sendbar-under"_s);
    }

private:
    std::unique_ptr<FakeConsole> m_console;
};

QTEST_MAIN(TestEscalateDialog)
#include "tst_escalatedialog.moc"
