// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/notifiers/fieldeditor.h"

#include "delivery/configvalue.h"
#include "ui/notifiers/chipsedit.h"
#include "ui/notifiers/objectedit.h"
#include "ui/notifiers/secretedit.h"
#include "ui/notifiers/templateedit.h"
#include "ui/theme/theme.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QComboBox>
#include <QCoreApplication>
#include <QEvent>
#include <QFileDialog>
#include <QFocusEvent>
#include <QLineEdit>
#include <QPointer>
#include <QPushButton>
#include <QSpinBox>

#include <array>
#include <limits>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

constexpr int LongestText = 4096; // UTF-16 units

/// Text, URL and the path of a file.
class LineEditor : public FieldEditor
{
public:
    LineEditor(const delivery::Field &field, QWidget *parent) : FieldEditor(field, parent)
    {
        m_line = new QLineEdit(this);
        m_line->setMaxLength(LongestText);
        m_line->setFont(monoFont(0.96));
        if (field.fallback)
            m_line->setPlaceholderText(QString::fromUtf8(field.fallback));
        m_layout = new QHBoxLayout(this);
        m_layout->setContentsMargins(0, 0, 0, 0);
        m_layout->setSpacing(8);
        m_layout->addWidget(m_line, 1);
        setControl(m_line);
        connect(m_line, &QLineEdit::textEdited, this, &FieldEditor::edited);
    }

    void setValue(const QJsonValue &value) override
    {
        // A number where a text belongs is read as one (chat ids).
        const QString text = value.isDouble() ? QString::number(value.toInteger()) : value.toString();
        if (text != m_line->text())
            m_line->setText(text);
    }

    [[nodiscard]] QJsonValue value() const override
    {
        // Blanks and breaks around a pasted address are never meant.
        const QString text = m_line->text().trimmed();
        return text.isEmpty() ? QJsonValue(QJsonValue::Undefined) : QJsonValue(text);
    }

protected:
    QLineEdit *m_line;
    QHBoxLayout *m_layout;
};

class FileEditor final : public LineEditor
{
public:
    FileEditor(const delivery::Field &field, QWidget *parent) : LineEditor(field, parent)
    {
        auto *browse =
            new QPushButton(icon(u"folder-open"_s), QCoreApplication::translate("FieldEditor", "Browse…"), this);
        browse->setAutoDefault(false);
        browse->setAccessibleName(QCoreApplication::translate("FieldEditor", "Browse for %1").arg(fieldLabel(field)));
        m_layout->addWidget(browse);
        connect(browse, &QPushButton::clicked, this, &FileEditor::browse);
    }

private:
    void browse()
    {
        if (m_dialog) {
            m_dialog->raise();
            return;
        }
        m_dialog = new QFileDialog(this, fieldLabel(field()), m_line->text());
        m_dialog->setAttribute(Qt::WA_DeleteOnClose);
        m_dialog->setFileMode(QFileDialog::ExistingFile);
        connect(m_dialog, &QFileDialog::fileSelected, this, [this](const QString &file) {
            m_line->setText(file);
            Q_EMIT edited();
            Q_EMIT left();
        });
        m_dialog->open();
    }

    QPointer<QFileDialog> m_dialog;
};

/// A number; one below the least means "not given" where there is no fallback.
class IntegerEditor final : public FieldEditor
{
public:
    IntegerEditor(const delivery::Field &field, QWidget *parent) : FieldEditor(field, parent)
    {
        m_spin = new QSpinBox(this);
        m_spin->setFont(monoFont(0.96));
        const bool bounded = field.most > field.least;
        m_least = bounded ? field.least : 0;
        m_canMiss = !field.fallback && m_least > std::numeric_limits<int>::min();
        m_spin->setRange(m_canMiss ? m_least - 1 : m_least, bounded ? field.most : std::numeric_limits<int>::max());
        if (m_canMiss)
            m_spin->setSpecialValueText(QCoreApplication::translate("FieldEditor", "none"));
        m_spin->setSuffix(unit());
        // What stands in it counts while it is typed.
        m_spin->setKeyboardTracking(true);
        m_spin->setMaximumWidth(140);
        auto *layout = new QHBoxLayout(this);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->addWidget(m_spin);
        layout->addStretch(1);
        setControl(m_spin);
        connect(m_spin, &QSpinBox::valueChanged, this, [this] {
            if (!m_filling)
                Q_EMIT edited();
        });
    }

    void setValue(const QJsonValue &value) override
    {
        m_filling = true;
        const QJsonValue given = value.isUndefined() || value.isNull() ? delivery::fallbackValue(field()) : value;
        bool ok = given.isDouble();
        const int number = ok ? given.toInt() : given.toString().toInt(&ok);
        m_spin->setValue(ok ? number : m_spin->minimum());
        m_filling = false;
    }

    [[nodiscard]] QJsonValue value() const override
    {
        return m_canMiss && m_spin->value() < m_least ? QJsonValue(QJsonValue::Undefined) : QJsonValue(m_spin->value());
    }

private:
    /// A key says its unit at its end: "timeout_seconds".
    [[nodiscard]] QString unit() const
    {
        static constexpr std::array<std::pair<const char *, const char *>, 5> units{{
            {"_seconds", QT_TRANSLATE_NOOP("FieldEditor", " s")},
            {"_minutes", QT_TRANSLATE_NOOP("FieldEditor", " min")},
            {"_hours", QT_TRANSLATE_NOOP("FieldEditor", " h")},
            {"_ms", QT_TRANSLATE_NOOP("FieldEditor", " ms")},
            {"timeout", QT_TRANSLATE_NOOP("FieldEditor", " s")},
        }};
        for (const auto &[ending, words] : units) {
            if (QLatin1StringView(field().key).endsWith(QLatin1StringView(ending)))
                return QCoreApplication::translate("FieldEditor", words);
        }
        return {};
    }

    QSpinBox *m_spin;
    int m_least = 0;
    bool m_canMiss = false;
    bool m_filling = false;
};

class FlagEditor final : public FieldEditor
{
public:
    FlagEditor(const delivery::Field &field, QWidget *parent) : FieldEditor(field, parent)
    {
        m_box = new QCheckBox(fieldLabel(field), this);
        auto *layout = new QHBoxLayout(this);
        layout->setContentsMargins(0, 3, 0, 3);
        layout->addWidget(m_box);
        layout->addStretch(1);
        setControl(m_box);
        connect(m_box, &QCheckBox::clicked, this, [this] {
            Q_EMIT edited();
            Q_EMIT left();
        });
    }

    void setValue(const QJsonValue &value) override
    {
        m_box->setChecked((value.isBool() ? value : delivery::fallbackValue(field())).toBool());
    }

    [[nodiscard]] QJsonValue value() const override { return m_box->isChecked(); }

private:
    QCheckBox *m_box;
};

class ChoiceEditor final : public FieldEditor
{
public:
    ChoiceEditor(const delivery::Field &field, QWidget *parent) : FieldEditor(field, parent)
    {
        m_combo = new QComboBox(this);
        if (!field.fallback)
            m_combo->addItem(QCoreApplication::translate("FieldEditor", "Automatic"));
        for (const QString &choice : QString::fromLatin1(field.choices).split(','_L1))
            m_combo->addItem(choiceWords(choice), choice);
        auto *layout = new QHBoxLayout(this);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->addWidget(m_combo);
        layout->addStretch(1);
        setControl(m_combo);
        connect(m_combo, &QComboBox::activated, this, [this] {
            Q_EMIT edited();
            Q_EMIT left();
        });
    }

    void setValue(const QJsonValue &value) override
    {
        const QString choice = value.isString() ? value.toString() : QString::fromUtf8(field().fallback);
        const int row = choice.isEmpty() ? 0 : m_combo->findData(choice);
        if (row < 0 && !choice.isEmpty())
            m_combo->addItem(choice, choice); // So that the form does not change what it does not know.
        m_combo->setCurrentIndex(row < 0 ? m_combo->count() - 1 : row);
    }

    [[nodiscard]] QJsonValue value() const override
    {
        const QVariant choice = m_combo->currentData();
        return choice.isValid() ? QJsonValue(choice.toString()) : QJsonValue(QJsonValue::Undefined);
    }

private:
    QComboBox *m_combo;
};

} // namespace

FieldEditor *FieldEditor::make(const delivery::Field &field, QWidget *parent)
{
    using Kind = delivery::Field::Kind;
    switch (field.kind) {
    case Kind::Secret:
    case Kind::SecretUrl:
        return new SecretEdit(field, parent);
    case Kind::Integer:
        return new IntegerEditor(field, parent);
    case Kind::Flag:
        return new FlagEditor(field, parent);
    case Kind::Choice:
        return new ChoiceEditor(field, parent);
    case Kind::TextList:
    case Kind::AddressList:
        return new ChipsEdit(field, parent);
    case Kind::File:
        return new FileEditor(field, parent);
    case Kind::Object:
        return new ObjectEdit(field, parent);
    case Kind::Template:
        return new TemplateField(field, parent);
    case Kind::Text:
    case Kind::Url:
        break;
    }
    return new LineEditor(field, parent);
}

FieldEditor::FieldEditor(const delivery::Field &field, QWidget *parent) : QWidget(parent), m_field(field) {}

void FieldEditor::setControl(QWidget *control)
{
    m_control = control;
    control->setAccessibleName(fieldLabel(m_field));
    control->setAccessibleDescription(fieldHelp(m_field));
    control->setToolTip(fieldHelp(m_field).toHtmlEscaped());
    control->installEventFilter(this);
    setFocusProxy(control);
}

void FieldEditor::setMark(FieldMark mark, const QMap<int, FieldMark> &)
{
    markField(*m_control, mark);
}

bool FieldEditor::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_control && event->type() == QEvent::FocusIn)
        Q_EMIT entered();
    if (watched == m_control && event->type() == QEvent::FocusOut) {
        // Another window or an own menu in front is no end of the typing.
        const Qt::FocusReason reason = static_cast<QFocusEvent *>(event)->reason();
        if (reason != Qt::ActiveWindowFocusReason && reason != Qt::PopupFocusReason)
            Q_EMIT left();
    }
    return QWidget::eventFilter(watched, event);
}

QString fieldLabel(const delivery::Field &field)
{
    return QCoreApplication::translate("Field", field.label);
}

QString fieldHelp(const delivery::Field &field)
{
    return field.help ? QCoreApplication::translate("Field", field.help) : QString();
}

QString choiceWords(const QString &choice)
{
    static constexpr std::array<std::pair<const char *, const char *>, 13> words{{
        {"starttls", QT_TRANSLATE_NOOP("Choice", "STARTTLS, required")},
        {"tls", QT_TRANSLATE_NOOP("Choice", "TLS from the start")},
        {"none", QT_TRANSLATE_NOOP("Choice", "None")},
        {"auto", QT_TRANSLATE_NOOP("Choice", "Automatic")},
        {"default", QT_TRANSLATE_NOOP("Choice", "Default")},
        {"table", QT_TRANSLATE_NOOP("Choice", "Plain table")},
        {"plain", QT_TRANSLATE_NOOP("Choice", "PLAIN")},
        {"login", QT_TRANSLATE_NOOP("Choice", "LOGIN")},
        {"cram-md5", QT_TRANSLATE_NOOP("Choice", "CRAM-MD5")},
        {"xoauth2", QT_TRANSLATE_NOOP("Choice", "XOAUTH2")},
        {"post", QT_TRANSLATE_NOOP("Choice", "POST")},
        {"put", QT_TRANSLATE_NOOP("Choice", "PUT")},
        {"json", QT_TRANSLATE_NOOP("Choice", "JSON")},
    }};
    for (const auto &[value, text] : words) {
        if (choice == QLatin1StringView(value))
            return QCoreApplication::translate("Choice", text);
    }
    QString shown = choice;
    shown.replace('_'_L1, ' '_L1);
    if (!shown.isEmpty())
        shown[0] = shown.at(0).toUpper();
    return shown;
}

} // namespace escalite::ui
