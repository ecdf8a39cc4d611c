// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What a shared library shows of itself: what is marked in the headers that are installed. Static ones, whose users
// define ESCALITE_STATIC, show nothing, so that a program or plug-in does not pass our names on as its own.

#pragma once

#ifdef ESCALITE_STATIC
#    define ESCALITE_EXPORT
#else
#    define ESCALITE_EXPORT [[gnu::visibility("default")]]
#endif
