/*
 * q3e_decoder.c - the public decoder functions over an emitted model (q3e.h).
 *
 * Everything that comes from outside is checked here, before a model's functions see it: they rely on valid codes, on an arena that is
 * large enough, and on hops in their order.
 */
#include "q3e_checks.h"
#include "q3e_cpu.h"
#include "q3e_internal.h"

#define HOPS_PER_FRAME 4u
/* More frames at once than this gain nothing: the weights are read seldom enough, and the scratch no longer fits into the caches. */
#define MOST_FRAMES 256u

static int is_usable(const q3e_model *model)
{
    return q3e_has_this_version(model)
        && model->hop_samples != 0 && model->frame_samples == HOPS_PER_FRAME * model->hop_samples
        && model->min_layers != 0 && model->min_layers <= model->max_layers && model->used_layers <= model->max_layers
        && model->decoder_arena_bytes >= Q3E_HEADER_BYTES && model->decoder_frame_bytes != 0
        && model->decoder_reset != NULL && model->decoder_tokens != NULL && model->decoder_hops != NULL
        && model->decoder_conceal != NULL;
}

static q3e_status check_decoder(const q3e_decoder *decoder)
{
    if (decoder == NULL) return Q3E_ERROR_ARGUMENT;
    if (!q3e_is_aligned(decoder) || decoder->header.magic != Q3E_DECODER_MAGIC || decoder->model == NULL || decoder->next_hop >= HOPS_PER_FRAME
        || decoder->header.kernel_set >= Q3E_SETS || decoder->most_frames == 0)
        return Q3E_ERROR_STATE;
    return is_usable(decoder->model) ? Q3E_OK : Q3E_ERROR_MODEL;
}

static q3e_status check_codes(const q3e_model *model, const uint16_t *codes, uint32_t layers, uint32_t frames)
{
    if (codes == NULL) return Q3E_ERROR_ARGUMENT;
    if (layers < model->min_layers || layers > model->max_layers) return Q3E_ERROR_LAYERS;
    for (uint32_t frame = 0; frame < frames; frame++) {
        for (uint32_t l = 0; l < layers; l++) {
            if (*codes++ >= model->codebook_size) return Q3E_ERROR_CODE;
        }
    }
    return Q3E_OK;
}

/* Frames that an arena, which is long enough for one, has room for at once. */
static uint32_t frames_in(const q3e_model *model, size_t arena_bytes)
{
    /* By subtraction: small processors divide with a function of the compiler's run-time, which not every firmware has. */
    size_t left = arena_bytes - model->decoder_arena_bytes;
    uint32_t frames = 1;
    while (frames < MOST_FRAMES && left >= model->decoder_frame_bytes) {
        left -= model->decoder_frame_bytes;
        frames++;
    }
    return frames;
}

uint32_t q3e_abi_version(void)
{
    return Q3E_ABI_VERSION;
}

const char *q3e_status_text(q3e_status status)
{
    switch (status) {
    case Q3E_OK: return "ok";
    case Q3E_ERROR_ARGUMENT: return "null pointer or impossible value";
    case Q3E_ERROR_ARENA_SIZE: return "arena too short";
    case Q3E_ERROR_ARENA_ALIGNMENT: return "arena not aligned";
    case Q3E_ERROR_MODEL: return "not a model of this version of the library";
    case Q3E_ERROR_LAYERS: return "too few or too many layers";
    case Q3E_ERROR_CODE: return "code not below the codebook size";
    case Q3E_ERROR_UNSUPPORTED: return "the model has no encoder, or conceals no frames";
    case Q3E_ERROR_STATE: return "decoder or encoder not initialised, or inside another frame";
    }
    return "unknown status";
}

q3e_status q3e_decoder_init(const q3e_model *model, void *arena, size_t arena_bytes, q3e_decoder **decoder)
{
    if (decoder == NULL) return Q3E_ERROR_ARGUMENT;
    *decoder = NULL;
    if (model == NULL || arena == NULL) return Q3E_ERROR_ARGUMENT;
    if (!q3e_is_little_endian() || !is_usable(model)) return Q3E_ERROR_MODEL;
    if (!q3e_is_aligned(arena)) return Q3E_ERROR_ARENA_ALIGNMENT;
    if (arena_bytes < model->decoder_arena_bytes) return Q3E_ERROR_ARENA_SIZE;

    q3e_decoder *made = (q3e_decoder *)arena;
    made->header.magic = Q3E_DECODER_MAGIC;
    made->next_hop = 0;
    made->most_frames = frames_in(model, arena_bytes);
    made->model = model;
    made->header.kernel_set = q3e_best_set();
    model->decoder_reset(arena);
    *decoder = made;
    return Q3E_OK;
}

q3e_status q3e_decoder_reset(q3e_decoder *decoder)
{
    q3e_status status = check_decoder(decoder);
    if (status != Q3E_OK) return status;
    decoder->next_hop = 0;
    decoder->model->decoder_reset(decoder);
    return Q3E_OK;
}

q3e_status q3e_decoder_force_kernels(q3e_decoder *decoder, uint32_t set)
{
    q3e_status status = check_decoder(decoder);
    if (status != Q3E_OK) return status;
    if (set > q3e_best_set()) return Q3E_ERROR_ARGUMENT;
    decoder->header.kernel_set = set;
    return Q3E_OK;
}

q3e_status q3e_decode_frame(q3e_decoder *decoder, const uint16_t *codes, uint32_t layers, int16_t *pcm)
{
    return q3e_decode_frames(decoder, codes, layers, 1, pcm);
}

q3e_status q3e_decode_frames(q3e_decoder *decoder, const uint16_t *codes, uint32_t layers, uint32_t frames, int16_t *pcm)
{
    q3e_status status = check_decoder(decoder);
    if (status != Q3E_OK) return status;
    if (pcm == NULL || frames == 0) return Q3E_ERROR_ARGUMENT;
    const q3e_model *model = decoder->model;
    status = check_codes(model, codes, layers, frames);
    if (status != Q3E_OK) return status;
    if (decoder->next_hop != 0) return Q3E_ERROR_STATE;

    while (frames != 0) {
        const uint32_t now = frames < decoder->most_frames ? frames : decoder->most_frames;
        model->decoder_tokens(decoder, codes, layers, now);
        model->decoder_hops(decoder, now, 0, now * HOPS_PER_FRAME, pcm);
        codes += (size_t)now * layers;
        pcm += (size_t)now * model->frame_samples;
        frames -= now;
    }
    return Q3E_OK;
}

q3e_status q3e_decode_hop(q3e_decoder *decoder, const uint16_t *codes, uint32_t layers, int16_t *pcm)
{
    q3e_status status = check_decoder(decoder);
    if (status != Q3E_OK) return status;
    if (pcm == NULL) return Q3E_ERROR_ARGUMENT;
    if (decoder->next_hop == 0) {
        status = check_codes(decoder->model, codes, layers, 1);
        if (status != Q3E_OK) return status;
        decoder->model->decoder_tokens(decoder, codes, layers, 1);
    }

    decoder->model->decoder_hops(decoder, 1, decoder->next_hop, 1, pcm);
    decoder->next_hop = (decoder->next_hop + 1u) & (HOPS_PER_FRAME - 1u);
    return Q3E_OK;
}

void q3e_no_concealment(void *arena, uint32_t ending, int16_t *pcm)
{
    (void)arena;
    (void)ending;
    (void)pcm;
}

q3e_status q3e_conceal_frame(q3e_decoder *decoder, uint32_t ending, int16_t *pcm)
{
    q3e_status status = check_decoder(decoder);
    if (status != Q3E_OK) return status;
    if (pcm == NULL || ending > Q3E_CONCEAL_NOISE) return Q3E_ERROR_ARGUMENT;
    if (decoder->next_hop != 0) return Q3E_ERROR_STATE;
    if (decoder->model->decoder_conceal == q3e_no_concealment) return Q3E_ERROR_UNSUPPORTED;

    decoder->model->decoder_conceal(decoder, ending, pcm);
    return Q3E_OK;
}
