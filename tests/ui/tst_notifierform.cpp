// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The form of a notifier: built from its field table, checked at the field, saved as a whole, kept while it is unsaved.

#include "ui/fakeconsole.h"
#include "ui/notifiers/chipsedit.h"
#include "ui/notifiers/fieldgrid.h"
#include "ui/notifiers/notifierdetail.h"
#include "ui/notifiers/notifiermodel.h"
#include "ui/notifiers/notifierspage.h"
#include "ui/notifiers/problemline.h"
#include "ui/notifiers/secretedit.h"
#include "ui/pagechecks.h"
#include "ui/theme/theme.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/rowtable.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QJsonArray>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTest>
#include <QToolBar>
#include <QToolButton>

using namespace Qt::StringLiterals;
using namespace escalite;
using namespace escalite::ui;
using test::FakeConsole;
using test::settle;

class TestNotifierForm : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        test::fixSurroundings();
        applyTheme(*qApp, ThemeChoice::Dark);
    }

    void init()
    {
        m_console = std::make_unique<FakeConsole>();
        m_page = std::make_unique<NotifiersPage>(*m_console);
        m_page->resize(1190, 800);
        m_page->show();
        QApplication::setActiveWindow(m_page.get());
        settle();
    }

    void cleanup() { m_page.reset(); }

    void hasAFieldForEveryRowOfEveryTable()
    {
        for (const delivery::NotifierType *type : m_console->notifierTypes()) {
            m_page->addNotifier(QString::fromLatin1(type->id));
            settle();
            for (const delivery::Field &field : type->fields) {
                const auto all = m_page->findChildren<FieldEditor *>();
                const bool there = std::any_of(all.cbegin(), all.cend(),
                                               [&](const FieldEditor *one) { return &one->field() == &field; });
                QVERIFY2(there, field.key);
            }
            QCOMPARE(test::clippedTexts(m_page.get()), QStringList());
            QCOMPARE(test::namelessWidgets(m_page.get()), QStringList());
            test::savePicturesAsIs(m_page.get(), u"notifier-new-"_s + QString::fromLatin1(type->id));
        }
    }

    void showsWhatIsStoredAndNeverASecret()
    {
        open(u"Email"_s);
        QCOMPARE(find<QLineEdit>(u"Server"_s)->text(), u"smtp.acme.test"_s);
        QCOMPARE(find<QSpinBox>(u"Port"_s)->value(), 587);
        auto *password = find<QLineEdit>(u"Password"_s);
        QCOMPARE(password->text(), QString());
        QCOMPARE(password->placeholderText(), QString(12, u'•'));
        QVERIFY(says(u"Stored 12 Nov, never shown in logs or exports"_s));
        QVERIFY(!button(u"Save"_s)->isEnabled());
        QVERIFY(!button(u"Revert"_s)->isEnabled());
    }

    void showsATypedSecretOnlyWhileTheEyeIsHeld()
    {
        open(u"Email"_s);
        auto *password = find<QLineEdit>(u"Password"_s);
        auto *eye = find<QToolButton>(u"Show Password while held"_s);
        QVERIFY(!eye->isEnabled());
        QTest::keyClicks(password, u"correct horse"_s);
        QVERIFY(eye->isEnabled());
        QCOMPARE(password->echoMode(), QLineEdit::Password);
        QTest::mousePress(eye, Qt::LeftButton);
        QCOMPARE(password->echoMode(), QLineEdit::Normal);
        QTest::mouseRelease(eye, Qt::LeftButton);
        QCOMPARE(password->echoMode(), QLineEdit::Password);
        save();
        QCOMPARE(m_console->saved.size(), 1);
        QCOMPARE(m_console->saved.first().second.config.value(u"sender_password"_s).toString(), u"correct horse"_s);
        settle();
        QCOMPARE(password->text(), QString()); // Stored, and gone from the form.
        QVERIFY(says(u"Stored 22 Nov, never shown in logs or exports"_s));
    }

    void forgetsASecretOnlyWhenAsked()
    {
        open(u"Email"_s);
        edit(u"Server"_s, u"mail.acme.test"_s);
        save();
        QVERIFY(m_console->saved.first().second.secrets.contains(u"sender_password"_s));
        QTest::mouseClick(find<QToolButton>(u"Forget the stored Password"_s), Qt::LeftButton);
        save();
        QVERIFY(!m_console->saved.last().second.secrets.contains(u"sender_password"_s));
    }

    void tellsAnErrorWhenTheFieldIsLeftAndNotBefore()
    {
        open(u"Email"_s);
        auto *from = find<QLineEdit>(u"From"_s);
        from->setFocus();
        from->selectAll();
        QTest::keyClicks(from, u"nobody"_s);
        QCOMPARE(problems(), QStringList());
        QVERIFY(button(u"Save"_s)->isEnabled());
        QTest::keyClick(from, Qt::Key_Tab);
        settle();
        QCOMPARE(problems().size(), 1);
        QVERIFY2(problems().first().startsWith(u"“From” must be a mail address"_s), qPrintable(problems().first()));
        QVERIFY(!button(u"Save"_s)->isEnabled());
        auto *attention = button(u"1 field needs attention"_s);
        QVERIFY(attention);
        QTest::mouseClick(attention, Qt::LeftButton);
        QVERIFY(from->hasFocus());
        test::savePictures(m_page.get(), u"notifiers-wrong"_s);
        QTest::keyClicks(from, u"@acme.test"_s); // Typing clears it.
        QCOMPARE(problems(), QStringList());
        QVERIFY(button(u"Save"_s)->isEnabled());
        QVERIFY(!button(u"1 field needs attention"_s));
    }

    void offersTheAddressThatWasMeant()
    {
        open(u"Email"_s);
        auto *to = find<QLineEdit>(u"To"_s);
        to->setFocus();
        QTest::keyClicks(to, u"lena@acme,"_s);
        QTest::keyClick(to, Qt::Key_Tab);
        settle();
        QCOMPARE(problems(), QStringList{u"“lena@acme” has no domain ending. Did you mean lena@acme.test?"_s});
        test::savePictures(m_page.get(), u"notifiers-chip"_s);
        QTest::mouseClick(button(u"Change it"_s), Qt::LeftButton);
        settle();
        QCOMPARE(problems(), QStringList());
        save();
        QCOMPARE(m_console->saved.last().second.config.value(u"recipient_emails"_s).toArray().last().toString(),
                 u"lena@acme.test"_s);
    }

    void chipsAreTakenByKeysAndPasted()
    {
        open(u"Email"_s);
        auto *to = find<QLineEdit>(u"To"_s);
        auto *chips = qobject_cast<ChipsEdit *>(to->parentWidget()->parentWidget());
        QVERIFY(chips);
        to->setFocus();
        to->setText(QString());
        QTest::keyClicks(to, u"a@acme.test; b@acme.test"_s);
        QTest::keyClick(to, Qt::Key_Return);
        QCOMPARE(chips->items().mid(3), (QStringList{u"a@acme.test"_s, u"b@acme.test"_s}));
        QTest::keyClick(to, Qt::Key_Backspace); // To the last chip …
        auto *chip = qobject_cast<Chip *>(QApplication::focusWidget());
        QVERIFY(chip && chip->text() == u"b@acme.test"_s);
        QTest::keyClick(chip, Qt::Key_Delete); // … which goes.
        QCOMPARE(chips->items().size(), 4);
        QTest::keyClick(to, Qt::Key_Left);
        chip = qobject_cast<Chip *>(QApplication::focusWidget());
        QVERIFY(chip);
        QTest::keyClick(chip, Qt::Key_Return); // Back into the line.
        QCOMPARE(to->text(), u"a@acme.test"_s);
        QCOMPARE(chips->items().size(), 3);
    }

    void savesByKeyEvenWhatIsStillTyped()
    {
        open(u"Email"_s);
        auto *to = find<QLineEdit>(u"To"_s);
        to->setFocus();
        QTest::keyClicks(to, u"lena@acme.test"_s);
        save();
        QCOMPARE(m_console->saved.size(), 1);
        QCOMPARE(m_console->saved.first().first, u"Email"_s);
        QCOMPARE(m_console->saved.first().second.config.value(u"recipient_emails"_s).toArray().size(), 4);
        QVERIFY(says(u"Saved at 03:12:44, in force"_s));
        QVERIFY(!button(u"Save"_s)->isEnabled());
    }

    void savesTheOptionsOfEveryType()
    {
        open(u"Email"_s);
        find<QSpinBox>(u"Messages a minute at most"_s)->setValue(20);
        choose(u"What becomes of more"_s, u"Let them wait"_s);
        unfold();
        choose(u"If it fails for good"_s, u"Slack 2"_s);
        choose(u"Give up after"_s, u"2 hours"_s);
        choose(u"Drill"_s, u"1 day"_s);
        choose(u"Counts as proven for"_s, u"2 weeks"_s);
        test::savePictures(m_page.get(), u"notifiers-more"_s);
        save();
        using namespace std::chrono_literals;
        const delivery::NotifierOptions expected{.perMinute = 20,
                                                 .over = delivery::NotifierOptions::Over::Wait,
                                                 .perRecipient = 0,
                                                 .fallback = u"Slack 2"_s,
                                                 .giveUp = 2h,
                                                 .drillEvery = 24h,
                                                 .provenFor = 24h * 14};
        QCOMPARE(m_console->saved.size(), 1);
        QVERIFY(m_console->saved.first().second.options == expected);
    }

    void keepsWhatIsUnsavedWhileAnotherIsLookedAt()
    {
        open(u"Email"_s);
        edit(u"Server"_s, u"mail.acme.test"_s);
        const auto *model = m_page->findChild<NotifierModel *>();
        QVERIFY(model->isChanged(2));
        open(u"Slack"_s);
        QVERIFY(!model->isChanged(0));
        QVERIFY(model->index(2, 0).data(Qt::AccessibleTextRole).toString().endsWith(u"changed, not saved"_s));
        test::savePictures(m_page.get(), u"notifiers-unsaved"_s);
        Q_EMIT m_console->notifiersChanged(m_console->theNotifiers);
        Q_EMIT m_console->configurationChanged(m_console->theConfiguration);
        open(u"Email"_s);
        QCOMPARE(find<QLineEdit>(u"Server"_s)->text(), u"mail.acme.test"_s);
        QTest::mouseClick(button(u"Revert"_s), Qt::LeftButton);
        QCOMPARE(find<QLineEdit>(u"Server"_s)->text(), u"smtp.acme.test"_s);
        QVERIFY(!model->isChanged(2));
        QCOMPARE(m_console->saved.size(), 0);
    }

    void leavesAloneWhatTheFileSaysAndTheFormDoesNotKnow()
    {
        m_console->theSetups[u"Email"_s].config.insert(u"x_comment"_s, u"by hand"_s);
        open(u"Email"_s);
        edit(u"Server"_s, u"mail.acme.test"_s);
        save();
        const QJsonObject config = m_console->saved.first().second.config;
        QCOMPARE(config.value(u"x_comment"_s).toString(), u"by hand"_s);
        QVERIFY(!config.contains(u"auth"_s));                // A fallback that nobody wrote is not written.
        QCOMPARE(config.value(u"smtp_port"_s).toInt(), 587); // What was written stays.
    }

    void addsANewOneThroughTheSameForm()
    {
        auto *add = m_page->findChild<QToolBar *>()->findChildren<QToolButton *>().at(1);
        QMenu *menu = nullptr;
        for (QMenu *one : m_page->findChildren<QMenu *>()) {
            if (!one->actions().isEmpty() && one->actions().first()->text() == u"Slack"_s)
                menu = one;
        }
        QVERIFY(add && menu);
        QCOMPARE(menu->actions().size(), m_console->notifierTypes().size());
        menu->actions().first()->trigger();
        settle();
        auto *name = find<QLineEdit>(u"Name"_s);
        QVERIFY(name->hasFocus());
        QCOMPARE(name->text(), u"Slack 3"_s);
        QCOMPARE(problems(), QStringList()); // A new form does not begin by scolding.
        save();
        QCOMPARE(m_console->saved.size(), 0);
        QCOMPARE(problems(), QStringList{u"“Webhook URL” is needed."_s});
        auto *url = find<QLineEdit>(u"Webhook URL"_s);
        QVERIFY(url->hasFocus());
        QTest::keyClicks(url, u"https://hooks.slack.com/services/T0/B0/new"_s);
        QTest::keyClick(url, Qt::Key_S, Qt::ControlModifier);
        settle();
        QCOMPARE(m_console->saved.size(), 1);
        QCOMPARE(m_console->saved.first().first, QString());
        QCOMPARE(m_console->saved.first().second.name, u"Slack 3"_s);
        const auto *table = find<RowTable>(u"Notifiers"_s);
        QCOMPARE(table->currentIndex().data().toString(), u"Slack 3"_s);
        QCOMPARE(table->model()->rowCount(), 6);
        QVERIFY(says(u"Stored 22 Nov, never shown in logs or exports"_s));
    }

    void discardsANewOne()
    {
        m_page->addNotifier(u"email"_s);
        settle();
        QCOMPARE(find<RowTable>(u"Notifiers"_s)->model()->rowCount(), 6);
        QTest::mouseClick(button(u"Discard"_s), Qt::LeftButton);
        settle();
        QCOMPARE(find<RowTable>(u"Notifiers"_s)->model()->rowCount(), 5);
    }

    void duplicatesWithoutTheSecret()
    {
        open(u"Email"_s);
        toolBar(u"Duplicate"_s)->trigger();
        settle();
        QCOMPARE(find<QLineEdit>(u"Name"_s)->text(), u"Email 3"_s);
        QCOMPARE(find<QLineEdit>(u"Server"_s)->text(), u"smtp.acme.test"_s);
        QCOMPARE(find<QLineEdit>(u"Password"_s)->placeholderText(), QString());
        save();
        QVERIFY(m_console->saved.first().second.secrets.isEmpty());
    }

    void removesAfterAQuestionInPlace()
    {
        open(u"Email 2"_s);
        auto *table = find<RowTable>(u"Notifiers"_s);
        table->setFocus();
        QTest::keyClick(table, Qt::Key_Delete);
        settle();
        QCOMPARE(m_console->removed, QStringList());
        QVERIFY(says(u"Remove “Email 2”?"_s));
        test::savePictures(m_page.get(), u"notifiers-remove"_s);
        QTest::mouseClick(button(u"Remove it"_s), Qt::LeftButton);
        settle();
        QCOMPARE(m_console->removed, QStringList{u"Email 2"_s});
        QCOMPARE(table->model()->rowCount(), 4);
        QVERIFY(!says(u"Remove “Email 2”?"_s));
    }

    void saysWhyARemovalWasRefused()
    {
        m_console->answerToRemove = Error{ErrorCode::Refused, u"The rule “Payment failures” names it."_s};
        open(u"Slack"_s);
        toolBar(u"Remove"_s)->trigger();
        QTest::mouseClick(button(u"Remove it"_s), Qt::LeftButton);
        settle();
        QVERIFY(says(u"“Slack” was not removed."_s));
        QVERIFY(says(u"The rule “Payment failures” names it."_s));
        QVERIFY(!button(u"Remove it"_s));
    }

    void saysAtTheFieldWhatSavingFound()
    {
        m_console->answerToSave = {{.pointer = u"/config/smtp_server"_s, .message = u"'smtp_server' is taken"_s}};
        open(u"Email"_s);
        edit(u"Server"_s, u"mail.acme.test"_s);
        save();
        QCOMPARE(problems(), QStringList{u"“Server” is taken."_s});
        QVERIFY(find<QLineEdit>(u"Server"_s)->hasFocus());
        QVERIFY(says(u"Nothing was saved"_s));
        edit(u"Server"_s, u"mx.acme.test"_s);
        QCOMPARE(problems(), QStringList());
    }

    void wordsProblemsByLabels()
    {
        const auto label = [](const QString &key) {
            return key == u"smtp_port"_s ? u"Port"_s : QString();
        };
        QCOMPARE(problemText({.message = u"'smtp_port' must be a whole number from 1 to 65535"_s}, label),
                 u"“Port” must be a whole number from 1 to 65535."_s);
        QCOMPARE(problemText({.message = u"'other' is odd."_s}, label), u"'other' is odd."_s);
        QCOMPARE(fieldPointer(u"/config/cc/2"_s), u"/config/cc"_s);
        QCOMPARE(fieldPointer(u"/send_at_most"_s), u"/send_at_most"_s);
        QCOMPARE(likelyAddress(u"jonas@acme"_s, {u"ops@acme.test"_s}), u"jonas@acme.test"_s);
        QCOMPARE(likelyAddress(u"jonas@acme"_s, {u"ops@other.test"_s}), QString());
        QCOMPARE(likelyAddress(u"jonas@acme.test"_s, {u"ops@acme.test"_s}), QString());
    }

private:
    void open(const QString &name)
    {
        m_page->showNotifier(name);
        settle();
    }

    void save()
    {
        QWidget *focus = QApplication::focusWidget();
        QTest::keyClick(focus && m_page->isAncestorOf(focus) ? focus : find<RowTable>(u"Notifiers"_s), Qt::Key_S,
                        Qt::ControlModifier);
        settle();
    }

    template<typename Widget>
    Widget *find(const QString &name)
    {
        for (auto *each : m_page->findChildren<Widget *>()) {
            if (each->isVisible() && each->accessibleName() == name)
                return each;
        }
        qFatal("There is no visible control “%s”.", qPrintable(name));
    }

    QPushButton *button(const QString &text)
    {
        for (auto *each : m_page->findChildren<QPushButton *>()) {
            if (each->isVisible() && each->text() == text)
                return each;
        }
        return nullptr;
    }

    QAction *toolBar(const QString &text)
    {
        for (QAction *action : m_page->findChild<QToolBar *>()->actions()) {
            if (action->text() == text)
                return action;
        }
        return nullptr;
    }

    void edit(const QString &label, const QString &text)
    {
        auto *line = find<QLineEdit>(label);
        line->setFocus();
        line->selectAll();
        QTest::keyClicks(line, text);
        settle();
    }

    void choose(const QString &name, const QString &choice)
    {
        auto *combo = find<QComboBox>(name);
        const int row = combo->findText(choice);
        QVERIFY2(row >= 0, qPrintable(choice));
        combo->setCurrentIndex(row);
        Q_EMIT combo->activated(row);
    }

    void unfold()
    {
        QTest::mouseClick(button(u"More"_s), Qt::LeftButton);
        settle();
    }

    bool says(const QString &text)
    {
        for (const QLabel *label : m_page->findChildren<QLabel *>()) {
            if (label->isVisible() && label->text() == text)
                return true;
        }
        return false;
    }

    QStringList problems()
    {
        QStringList lines;
        for (const ProblemLine *line : m_page->findChildren<ProblemLine *>()) {
            if (line->isVisible())
                lines << line->text();
        }
        return lines;
    }

    std::unique_ptr<FakeConsole> m_console;
    std::unique_ptr<NotifiersPage> m_page;
};

QTEST_MAIN(TestNotifierForm)
#include "tst_notifierform.moc"
