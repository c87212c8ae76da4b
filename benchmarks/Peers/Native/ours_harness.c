/*
 * ours_harness.c - decodes with the emitted library, with its source filter or without it.
 *
 * Linked into the emitted library with -Wl,--wrap=SYMBOL for the source filter of every kernel set: all objects of the library are the ones
 * that are shipped, and calls of the source filter come here. Without it, a call is the network alone: codes to head rows.
 */
#include <string.h>

#include "q3e.h"
#include "q3e_kernels.h"

typedef void source_filter_hop(const q3e_source_filter *s, const q3e_source_filter_memory *m, const int16_t *head, int16_t *pcm);

source_filter_hop __wrap_q3e_source_filter_hop, __wrap_q3e_source_filter_hop_avx2;
source_filter_hop __real_q3e_source_filter_hop;
/* Absent from a library without kernels for x86. */
extern source_filter_hop __real_q3e_source_filter_hop_avx2 __attribute__((weak));

Q3E_API size_t peers_ours_arena_bytes(const q3e_model *model, uint32_t frames);
Q3E_API int32_t peers_ours_init(const q3e_model *model, void *arena, size_t arena_bytes);
Q3E_API int32_t peers_ours_decode(void *arena, const uint16_t *codes, uint32_t layers, uint32_t frames, int32_t with_filter, int16_t *pcm, int16_t *heads, int32_t *head_values);

/* One benchmark thread. */
static int filter_wanted;
static int16_t *head_rows;
static int32_t row_values;
static int32_t hops_seen;

static void hop(source_filter_hop *real, const q3e_source_filter *s, const q3e_source_filter_memory *m, const int16_t *head, int16_t *pcm)
{
    hops_seen++;
    row_values = 3 * s->knots + (s->split_rows ? 4 : 2);
    if (head_rows != NULL) {
        memcpy(head_rows, head, (size_t)row_values * sizeof *head);
        head_rows += row_values;
    }
    if (filter_wanted) real(s, m, head, pcm);
}

void __wrap_q3e_source_filter_hop(const q3e_source_filter *s, const q3e_source_filter_memory *m, const int16_t *head, int16_t *pcm)
{
    hop(__real_q3e_source_filter_hop, s, m, head, pcm);
}

void __wrap_q3e_source_filter_hop_avx2(const q3e_source_filter *s, const q3e_source_filter_memory *m, const int16_t *head, int16_t *pcm)
{
    hop(__real_q3e_source_filter_hop_avx2, s, m, head, pcm);
}

/* Size of an arena in which `frames` frames are decoded at once. */
size_t peers_ours_arena_bytes(const q3e_model *model, uint32_t frames)
{
    return Q3E_DECODER_ARENA_BYTES_FOR(model, frames);
}

/* Makes the decoder in the arena; returns a q3e_status. */
int32_t peers_ours_init(const q3e_model *model, void *arena, size_t arena_bytes)
{
    q3e_decoder *decoder;
    return (int32_t)q3e_decoder_init(model, arena, arena_bytes, &decoder);
}

/*
 * One call for all frames of codes[frames][layers]; pcm holds them all. heads receives every head row, one behind the other, or is null;
 * head_values receives the length of a row. Returns the number of hops that asked for the source filter, or -1 - status.
 */
int32_t peers_ours_decode(void *arena, const uint16_t *codes, uint32_t layers, uint32_t frames, int32_t with_filter, int16_t *pcm, int16_t *heads, int32_t *head_values)
{
    q3e_status status;
    filter_wanted = with_filter;
    head_rows = heads;
    hops_seen = 0;
    status = q3e_decode_frames((q3e_decoder *)arena, codes, layers, frames, pcm);
    if (status != Q3E_OK) return -1 - (int32_t)status;
    *head_values = row_values;
    return hops_seen;
}
