// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What a secret looks like: by the key it stands under, and by its own shape.

#pragma once

#include <QList>
#include <QString>
#include <QStringView>

namespace escalite::message {

/// A piece of a text that is to be hidden.
struct Finding
{
    qsizetype start = 0;
    qsizetype length = 0;
    QString rule{}; ///< "secret", "card number", "email address".
};

/// True for keys such as password, X-Api-Key, accessToken, Set-Cookie, card_number.
[[nodiscard]] bool isSecretKey(const QString &key);
/// True for keys that speak of tokens as a quantity (max_tokens, token_count): a number under them is none.
[[nodiscard]] bool isTokenCount(const QString &key);

/// Credentials and card numbers in \a text, in order, not overlapping.
[[nodiscard]] QList<Finding> findCredentials(const QString &text);
[[nodiscard]] QList<Finding> findEmailAddresses(const QString &text);

/// True when the digits of \a text are a card number by length, first digit and the Luhn sum (ISO/IEC 7812-1, annex B).
[[nodiscard]] bool isCardNumber(QStringView text);

} // namespace escalite::message
