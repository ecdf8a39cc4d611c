#!/usr/bin/env bash
# Builds the console and starts it: app/run.sh [--headless] [options of the program; see --help].
# Or the harness: app/run.sh --harness serve|run|conform|reference [options].
# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/app/setup.sh"

program=escalite-console
case ${1:-} in
--headless) program=escalited; shift ;;
--harness) program=escalite-harness; shift ;;
esac
needs_display=1
for argument in "$@"; do
    case $argument in
    --grab*) needs_display=0; export QT_QPA_PLATFORM=${QT_QPA_PLATFORM:-offscreen} ;;
    --help | --version | --check-config | --print-config | -h | -v) needs_display=0; export QT_QPA_PLATFORM=${QT_QPA_PLATFORM:-offscreen} ;;
    esac
done
if [ $program = escalite-console ] && [ $needs_display = 1 ] && [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}${QT_QPA_PLATFORM:-}" ]; then
    echo "There is no display here, so the window cannot open." >&2
    echo "The same console without a window:  app/run.sh --headless $*" >&2
    echo "A picture of it:                    app/run.sh --demo --grab console.png --after 8" >&2
    exit 1
fi

need "${build_packages[@]}"
(
    cd "$root"
    [ -f build/release/build.ninja ] || cmake --preset release -DBUILD_TESTING=OFF >&2
    cmake --build --preset release --target $program >&2
)
exec "$root/build/release/bin/$program" "$@"
