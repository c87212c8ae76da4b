/*
 * ours_harness.c - decodes with the emitted library, with its source filter or without it.
 *
 * Linked into the emitted library with -Wl,--wrap=q3e_source_filter_hop: every object of the library is the one that is shipped, and calls
 * of the source filter come here. Without it, a call is the network alone: codes to head rows.
 */
#include <string.h>

#include "q3e.h"
#include "q3e_kernels.h"

void __real_q3e_source_filter_hop(const q3e_source_filter *f, const q3e_source_filter_memory *memory, const int16_t *head, int16_t *pcm);
void __wrap_q3e_source_filter_hop(const q3e_source_filter *f, const q3e_source_filter_memory *memory, const int16_t *head, int16_t *pcm);

Q3E_API int32_t peers_ours_decode(void *arena, const uint16_t *codes, uint32_t layers, uint32_t frames, int32_t with_filter, int16_t *pcm, int16_t *heads);
Q3E_API int32_t peers_ours_init(const q3e_model *model, void *arena, size_t arena_bytes);

/* One benchmark thread. */
static int filter_wanted;
static int16_t *head_rows;
static int32_t hops_seen;

void __wrap_q3e_source_filter_hop(const q3e_source_filter *f, const q3e_source_filter_memory *memory, const int16_t *head, int16_t *pcm)
{
    hops_seen++;
    if (head_rows != NULL) {
        int32_t values = 3 * f->knots + (f->split_rows ? 4 : 2);
        memcpy(head_rows, head, (size_t)values * sizeof *head);
        head_rows += values;
    }
    if (filter_wanted) __real_q3e_source_filter_hop(f, memory, head, pcm);
}

/* Makes the decoder in the arena; returns a q3e_status. */
int32_t peers_ours_init(const q3e_model *model, void *arena, size_t arena_bytes)
{
    q3e_decoder *decoder;
    return (int32_t)q3e_decoder_init(model, arena, arena_bytes, &decoder);
}

/*
 * One q3e_decode_frame call per frame of codes[frames][layers]; pcm holds one frame. heads receives every head row, or is null.
 * Returns the number of hops that asked for the source filter, or -1 - status.
 */
int32_t peers_ours_decode(void *arena, const uint16_t *codes, uint32_t layers, uint32_t frames, int32_t with_filter, int16_t *pcm, int16_t *heads)
{
    uint32_t f;
    filter_wanted = with_filter;
    head_rows = heads;
    hops_seen = 0;
    for (f = 0; f < frames; f++) {
        q3e_status status = q3e_decode_frame((q3e_decoder *)arena, codes + (size_t)f * layers, layers, pcm);
        if (status != Q3E_OK) return -1 - (int32_t)status;
    }
    return hops_seen;
}
