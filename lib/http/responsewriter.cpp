// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "http/responsewriter.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace escalite::http {

namespace {

constexpr std::array<std::pair<int, QByteArrayView>, 28> Phrases{{
    {100, "Continue"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {304, "Not Modified"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {411, "Length Required"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
}};

/// reliability.md B.3: what is read here must not be guessed at, kept, or read from another site.
constexpr QByteArrayView Always("X-Content-Type-Options: nosniff\r\n"
                                "Cache-Control: no-store\r\n"
                                "Cross-Origin-Resource-Policy: same-origin\r\n");

void appendNumber(QByteArray &out, qsizetype number)
{
    std::array<char, 24> digits{};
    auto at = digits.end();
    do {
        *--at = static_cast<char>('0' + number % 10);
        number /= 10;
    } while (number > 0);
    out.append(&*at, digits.end() - at);
}

/// RFC 9110 §6.4.1.
bool mayHaveBody(int status)
{
    return status >= 200 && status != 204 && status != 304;
}

} // namespace

QByteArray imfFixdate(std::chrono::sys_seconds time)
{
    using namespace std::chrono;
    static constexpr std::array Days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array Months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const sys_days day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(time - day);
    std::array<char, 64> text{};
    const int length =
        std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT", Days[weekday(day).c_encoding()],
                      static_cast<unsigned>(date.day()), Months[static_cast<unsigned>(date.month()) - 1],
                      static_cast<int>(date.year()), static_cast<int>(clock.hours().count()),
                      static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
    return QByteArray(text.data(), length);
}

QByteArrayView reasonPhrase(int status)
{
    const auto found =
        std::find_if(Phrases.begin(), Phrases.end(), [status](const auto &phrase) { return phrase.first == status; });
    return found == Phrases.end() ? QByteArrayView("Status") : found->second;
}

void ResponseWriter::append(QByteArray &out, const Response &response, std::chrono::sys_seconds now, bool close,
                            Body body)
{
    const QByteArrayView phrase = reasonPhrase(response.status);
    out.append("HTTP/1.1 ");
    appendNumber(out, response.status);
    out.append(' ').append(phrase).append("\r\n");
    if (response.status < 200) {
        out.append("\r\n");
        return;
    }
    if (now != m_dateOf) {
        m_dateOf = now;
        m_date = "Date: " + imfFixdate(now) + "\r\n";
    }
    out.append(m_date).append(Always);
    for (const Header &header : response.headers)
        out.append(header.name).append(": ").append(header.value).append("\r\n");
    if (mayHaveBody(response.status)) {
        if (!response.contentType.isEmpty())
            out.append("Content-Type: ").append(response.contentType).append("\r\n");
        out.append("Content-Length: ");
        appendNumber(out, response.body.size());
        out.append("\r\n");
    }
    if (close)
        out.append("Connection: close\r\n");
    out.append("\r\n");
    if (mayHaveBody(response.status) && body == Body::Sent)
        out.append(response.body);
}

} // namespace escalite::http
