#!/usr/bin/env bash
# Builds everything and passes every test: tests/run.sh [arguments of ctest].
# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/app/setup.sh"
need "${build_packages[@]}" "${test_packages[@]}"
cd "$root"
preset=${ESCALITE_PRESET:-dev}
cmake --preset "$preset" >/dev/null
cmake --build --preset "$preset"
ctest --preset "$preset" --parallel 2 "$@"
