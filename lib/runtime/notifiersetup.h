// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// One element of "notifiers" as the form edits it: read from the configuration's text, checked, and put back so that
// the rest of the text stays as it was.

#pragma once

#include "runtime/configurationfile.h"
#include "runtime/console.h"
#include "runtime/secretfolder.h"

namespace escalite::runtime {

/// The names that the elements of \a notifiers go by, made ones included; empty for an element that has none.
[[nodiscard]] QStringList notifierNames(const QJsonArray &notifiers, const delivery::NotifierCatalogue &catalogue);

/// The setup of \a name in \a text, the content of \a file. Looks at the files of its secrets, but not into them.
Result<NotifierSetup> setupIn(const QByteArray &text, const QString &file, const QString &name,
                              const delivery::NotifierCatalogue &catalogue);

/// What is wrong with \a setup, with pointers within it. \a name: see Console::checkNotifier(). Reads no file.
[[nodiscard]] Problems checkSetup(const NotifierSetup &setup, const QString &name, const Settled &settled,
                                  const delivery::NotifierCatalogue &catalogue);

/// \a setup as a notifier, to render with: a value that is wrong or missing is its field's fallback, a secret and what
/// is needed but missing a made-up one.
Result<delivery::ConfiguredNotifier> forPreview(const NotifierSetup &setup,
                                                const delivery::NotifierCatalogue &catalogue);

/// \a text with \a setup in place of \a name, or as a new last one when \a name is empty. What is typed of secrets goes
/// into \a secrets; rules and fallbacks follow a new name.
Result<QByteArray> withSetup(const QByteArray &text, const NotifierSetup &setup, const QString &name,
                             SecretFolder &secrets, const delivery::NotifierCatalogue &catalogue);
/// \a text without \a name; refused while a rule or a fallback names it.
Result<QByteArray> withoutSetup(const QByteArray &text, const QString &name, SecretFolder &secrets,
                                const delivery::NotifierCatalogue &catalogue);

/// \a config with the secrets that stand in it moved into \a secrets, those of the notifier \a name.
Result<QJsonObject> withSecretsApart(QJsonObject config, const delivery::NotifierType &type, const QString &name,
                                     SecretFolder &secrets);

/// \a problems of a whole configuration as they concern the notifier at \a index: its pointers become those of the
/// setup, and what else is wrong is kept when it is an error.
[[nodiscard]] Problems asOfSetup(const Problems &problems, qsizetype index);

} // namespace escalite::runtime
