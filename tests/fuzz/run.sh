#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
# Builds one fuzz target and runs it: tests/fuzz/run.sh NAME [SECONDS]
# Starts from corpus/NAME; what it finds goes to build/fuzz/found/NAME, crashes to build/fuzz/crashes/NAME-*.
set -eu
name=${1:?usage: tests/fuzz/run.sh NAME [SECONDS]}
seconds=${2:-60}
cd "$(dirname "$0")/../.."
[ -f build/fuzz/build.ninja ] || cmake --preset fuzz
cmake --build --preset fuzz --target "fuzz_$name"
mkdir -p "build/fuzz/found/$name" build/fuzz/crashes
exec "build/fuzz/bin/fuzz_$name" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=1024 -print_final_stats=1 \
    -artifact_prefix="build/fuzz/crashes/$name-" "build/fuzz/found/$name" "tests/fuzz/corpus/$name"
