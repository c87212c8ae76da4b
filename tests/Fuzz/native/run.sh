#!/usr/bin/env bash
# Builds the fuzzer over an emitted folder and runs it: run.sh FOLDER [EXECUTIONS] [SEED]. Needs clang with its sanitizer run-time.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$(cd "$1" && pwd)
runs=${2:-1000000}
seed=${3:-1}
work="$folder/fuzz"
mkdir -p "$work/corpus"

strict=(-std=c99 -Wall -Wextra -Werror -pedantic -O2 -g -fno-sanitize-recover=all
  -I"$folder/include" -I"$folder/src" -I"$folder/src/kernels")
# Arithmetic kernels run the same loops whatever the input: they count their blocks but do not report every comparison, which would
# make up most of the time. The sanitizers watch all code alike.
for source in "$folder"/src/kernels/*.c "$folder/src/edge_meter.c" "$folder/src/edge_meter_weights.c"; do
  coverage=(-fsanitize-coverage=inline-8bit-counters,pc-table)
  [ "$(basename "$source")" = q3e_decoder.c ] && coverage=(-fsanitize=fuzzer-no-link)
  clang "${strict[@]}" -fsanitize=address,undefined "${coverage[@]}" -c "$source" -o "$work/$(basename "$source" .c).o"
done
clang "${strict[@]}" -D_POSIX_C_SOURCE=200809L -fsanitize=fuzzer,address,undefined "$here/decoder_fuzzer.c" "$work"/*.o -o "$work/decoder_fuzzer"

cd "$work"
# A slow input counts as a hang after 10 s. Leaks are looked for after each input that frees less often than it allocates, and at the end.
UBSAN_OPTIONS=print_stacktrace=1 ASAN_OPTIONS=detect_leaks=1 ./decoder_fuzzer \
  -runs="$runs" -seed="$seed" -max_len=96 -len_control=0 -timeout=10 -rss_limit_mb=1024 -artifact_prefix="$work/" -print_final_stats=1 corpus
