#!/usr/bin/env bash
# Builds the fuzzer over the folders edge-meter and edge-light of DIR and runs it: run.sh DIR [EXECUTIONS] [SEED]. Needs clang with its
# sanitizer run-time. DIR/fuzz receives the corpus and what failed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$(cd "$1" && pwd)
runs=${2:-1000000}
seed=${3:-1}
work="$folder/fuzz"
mkdir -p "$work/corpus"
light="$folder/edge-light" meter="$folder/edge-meter"

strict=(-std=c99 -Wall -Wextra -Werror -pedantic -O2 -g -fsanitize=address,undefined -fno-sanitize-recover=all
  -I"$light/include" -I"$light/src" -I"$light/src/kernels" -I"$meter/include" -I"$meter/src")
# Arithmetic kernels run the same loops whatever the input: they count their blocks but do not report every comparison, which would
# make up most of the time. The sanitizers watch all code alike.
# Weights as C arrays have guarded ends; those of edge-light would compile for minutes and come from the assembler source.
for source in "$light"/src/kernels/*.c "$light"/src/edge_light{.c,_encoder.c,_weights.S} "$meter"/src/edge_meter{.c,_weights.c}; do
  case $(basename "$source") in
    q3e_decoder.c | q3e_encoder.c) coverage=(-fsanitize=fuzzer-no-link) ;;
    *) coverage=(-fsanitize-coverage=inline-8bit-counters,pc-table) ;;
  esac
  clang "${strict[@]}" "${coverage[@]}" -c "$source" -o "$work/$(basename "$source").o"
done
clang "${strict[@]}" -D_POSIX_C_SOURCE=200809L -fsanitize=fuzzer "$here"/*.c "$work"/*.o -o "$work/interface_fuzzer"

cd "$work"
# A slow input counts as a hang after 60 s of real time, which a process that waits for a busy machine must not reach. Leaks are looked for after each input that frees less often than it allocates, and at the end.
UBSAN_OPTIONS=print_stacktrace=1 ASAN_OPTIONS=detect_leaks=1 ./interface_fuzzer \
  -runs="$runs" -seed="$seed" -max_len=96 -len_control=0 -timeout=60 -rss_limit_mb=1024 -artifact_prefix="$work/" -print_final_stats=1 corpus
