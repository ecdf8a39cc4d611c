# shellcheck shell=sh
# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
# Tells Escalite Console what a shell script does, while it does it. POSIX sh and curl; read in by
# ". escalite-console.sh".
#
#   escalite_start "cron nightly-backup"                    # the session is on the screen from now on
#   escalite_entry disk_free "$(df -h / | tail -1)"         # KEY VALUE [LEVEL [SECTION]]
#   escalite_call_start s3 "upload"                         # SERVICE [MESSAGE [URL]]
#   escalite_call_stop s3 "quota exceeded" error            # SERVICE [MESSAGE [LEVEL [CODE]]]
#   escalite_end                                            # [LEVEL]
#   escalite_session "cron vacuum" error "no space left"    # all in one: ROUTE [LEVEL [MESSAGE]]
#
# The console is found by itself; ESCALITE_URL and ESCALITE_TOKEN say otherwise, ESCALITE_SERVICE names the script,
# ESCALITE_DISABLED=1 switches off. Nothing here fails or prints, or waits longer than two seconds for each session.

# A text as JSON writes it.
_escalite_quoted() {
    printf '"'
    printf '%s' "$1" | LC_ALL=C tr '\001-\010\013-\037\177' '?' |
        LC_ALL=C awk 'BEGIN { tab = sprintf("%c", 9) }
            { gsub(/[\\"]/, "\\\\&"); gsub(tab, "\\t"); printf "%s%s", (NR > 1 ? "\\n" : ""), $0 }'
    printf '"'
}

# ,"NAME":"TEXT" for a text that is not empty; ,"NAME":NUMBER for "code" of digits.
_escalite_member() {
    [ -n "$2" ] || return 0
    case "$1:$2" in
    code:*[!0-9]*) ;;
    code:*) printf ',"code":%s' "$2" && return 0 ;;
    esac
    printf ',"%s":' "$1"
    _escalite_quoted "$2"
}

_escalite_level() {
    case $1 in
    debug | info | warning | error | critical) printf '%s' "$1" ;;
    *) printf 'info' ;;
    esac
}

_escalite_now() {
    _escalite_time=$(date +%s.%6N)
    case $_escalite_time in
    *N*) date +%s ;; # Not GNU's date.
    *) printf '%s' "$_escalite_time" ;;
    esac
}

_escalite_uuid() {
    cat /proc/sys/kernel/random/uuid 2>/dev/null || uuidgen 2>/dev/null | tr '[:upper:]' '[:lower:]' ||
        od -An -N16 -tx1 /dev/urandom | tr -d ' \n' | sed 's/^\(.\{8\}\)\(.\{4\}\).\(.\{3\}\).\(.\{3\}\)/\1-\2-4\3-a\4-/'
}

# The member $2 of the console's endpoint.json $1: a text, or the first of a list.
_escalite_of() {
    tr -d '\n' <"$1" | sed -n "s/.*\"$2\": *\[\{0,1\} *\"\([^\"]*\)\".*/\1/p"
}

# The lines of a curl configuration that say where the console is: nothing secret may stand in an argument.
_escalite_where() {
    _escalite_file=${XDG_RUNTIME_DIR:+$XDG_RUNTIME_DIR/escalite/endpoint.json}
    [ -r "$_escalite_file" ] || _escalite_file=${XDG_DATA_HOME:-$HOME/.local/share}/escalite/run/endpoint.json
    _escalite_url=${ESCALITE_URL:-}
    _escalite_token=${ESCALITE_TOKEN:-}
    if [ -r "$_escalite_file" ]; then
        _escalite_socket=$(_escalite_of "$_escalite_file" socket)
        _escalite_place=$(_escalite_of "$_escalite_file" addresses)
        if [ -z "$_escalite_url" ]; then
            _escalite_url=http://$_escalite_place
            [ ! -S "$_escalite_socket" ] || _escalite_url=unix:$_escalite_socket
        fi
        case $_escalite_url in # The console's own token goes to the console alone.
        "unix:$_escalite_socket" | "http://$_escalite_place" | "http://$_escalite_place/"*)
            [ -n "$_escalite_token" ] ||
                _escalite_token=$(cat "$(_escalite_of "$_escalite_file" ingest_token_file)" 2>/dev/null)
            ;;
        esac
    fi
    case ${_escalite_url:=http://127.0.0.1:4377} in
    unix:*) printf 'unix-socket = "%s"\nurl = "http://localhost%s"\n' "${_escalite_url#unix:}" "$1" ;;
    *) printf 'url = "%s%s"\n' "$(printf '%s' "$_escalite_url" | sed 's|^\([^:]*://[^/]*\).*|\1|')" "$1" ;;
    esac
    [ -z "$_escalite_token" ] || printf 'header = "Authorization: Bearer %s"\n' "$_escalite_token"
}

# Posts the JSON $2 to the path $1. After a failure the rest of the session is left out.
_escalite_post() {
    case ${ESCALITE_DISABLED:-0} in
    0 | false | no | off) ;;
    *) return 0 ;;
    esac
    [ "${_escalite_gone:-0}" = 0 ] || return 0
    {
        _escalite_where "$1"
        printf 'header = "Content-Type: application/json"\nheader = "X-Escalite-Source: %s"\n' \
            "${ESCALITE_SERVICE:-${OTEL_SERVICE_NAME:-${0##*/}}}"
        printf 'data-binary = "%s"\n' "$(printf '%s' "$2" | sed 's/[\\"]/\\&/g')"
    } | curl -q -sS -f -o /dev/null --max-time 2 -K - 2>/dev/null || _escalite_gone=1
    return 0
}

_escalite_event() {
    [ -n "${_escalite_id:-}" ] || return 0
    _escalite_post /v1/events "{\"event\":\"$1\",\"alert_id\":\"$_escalite_id\",\"at\":$(_escalite_now)$2}"
}

escalite_start() {
    _escalite_gone=0
    _escalite_id=$(_escalite_uuid)
    case $1 in
    *' '/*) _escalite_event session_start "$(_escalite_member method "${1%% *}")$(_escalite_member path "${1#* }")" ;;
    *) _escalite_event session_start "$(_escalite_member path "$1")" ;;
    esac
}

escalite_entry() {
    _escalite_event entry "$(_escalite_member key "$1"),\"value\":$(_escalite_quoted "${2:-}"),\"log_level\":\"$(
        _escalite_level "${3:-info}")\"$(_escalite_member section "${4:-}")"
}

escalite_call_start() {
    _escalite_event call_start "$(_escalite_member service "$1")$(_escalite_member message "${2:-}")$(
        _escalite_member url "${3:-}")"
}

escalite_call_stop() {
    _escalite_event call_stop "$(_escalite_member service "$1")$(_escalite_member message "${2:-}"),\"log_level\":\"$(
        _escalite_level "${3:-info}")\"$(_escalite_member code "${4:-}")"
}

escalite_end() {
    [ -z "${1:-}" ] || _escalite_event level ",\"log_level\":\"$(_escalite_level "$1")\""
    _escalite_event session_end ""
    _escalite_id=
}

# A whole session at once.
escalite_session() {
    _escalite_gone=0
    _escalite_stamp="\"log_level\":\"$(_escalite_level "${2:-info}")\",\"log_time\":$(_escalite_now)"
    _escalite_at=${_escalite_stamp##*:}
    _escalite_message=
    [ -z "${3:-}" ] ||
        _escalite_message="\"message\":{\"value\":null,\"code\":null$(_escalite_member message "$3"),$_escalite_stamp}"
    case $_escalite_stamp in
    *'"error"'* | *'"critical"'*) _escalite_members="\"error_logs\":{$_escalite_message},\"sections\":{},\"entries\":{}" ;;
    *) _escalite_members="\"error_logs\":{},\"sections\":{},\"entries\":{$_escalite_message}" ;;
    esac
    _escalite_post /v1/sessions "$(
        printf '{"escalite":{"format":1},"alert_id":"%s","api_logs":{"request_path":' "$(_escalite_uuid)"
        printf '{"value":%s,"log_level":"info","log_time":%s}},' "$(_escalite_quoted "$1")" "$_escalite_at"
        printf '"service_logs":{},%s,%s,' "$_escalite_members" "${_escalite_stamp%%,*}"
        printf '"start_time":%s,"end_time":%s,"time_elapsed":0}' "$_escalite_at" "$_escalite_at"
    )"
}
