/*
 * fixture_interface.c - the functions of q3e.h as the header states them, in the fewest lines, so that the runtime's tests stand on the
 * header and not on the kernels.
 */
#include "q3e_internal.h"

#define HOPS 4u

uint32_t q3e_abi_version(void) { return Q3E_ABI_VERSION; }

const char *q3e_status_text(q3e_status status)
{
    static const char *const texts[] = {"ok", "bad argument", "short arena", "misaligned arena",
                                        "foreign model", "wrong number of layers", "code out of range", "wrong state"};
    return (uint32_t)status < sizeof(texts) / sizeof(texts[0]) ? texts[status] : "unknown status";
}

static int is_decoder(const q3e_decoder *decoder) { return decoder->magic == Q3E_DECODER_MAGIC; }

q3e_status q3e_decoder_init(const q3e_model *model, void *arena, size_t arena_bytes, q3e_decoder **decoder)
{
    q3e_decoder *made = (q3e_decoder *)arena;
    if (!decoder)
        return Q3E_ERROR_ARGUMENT;
    *decoder = 0;
    if (!model || !arena)
        return Q3E_ERROR_ARGUMENT;
    if (model->version != Q3E_ABI_VERSION)
        return Q3E_ERROR_MODEL;
    if ((uintptr_t)arena % Q3E_ARENA_ALIGNMENT)
        return Q3E_ERROR_ARENA_ALIGNMENT;
    if (arena_bytes < model->decoder_arena_bytes)
        return Q3E_ERROR_ARENA_SIZE;
    if (model->arithmetic != Q3E_ARITHMETIC_VERSION)
        return Q3E_ERROR_MODEL;
    made->magic = Q3E_DECODER_MAGIC;
    made->model = model;
    *decoder = made;
    return q3e_decoder_reset(made);
}

q3e_status q3e_decoder_reset(q3e_decoder *decoder)
{
    if (!decoder)
        return Q3E_ERROR_ARGUMENT;
    if (!is_decoder(decoder))
        return Q3E_ERROR_STATE;
    decoder->next_hop = 0;
    decoder->model->decoder_reset(decoder);
    return Q3E_OK;
}

static q3e_status check_codes(const q3e_model *model, const uint16_t *codes, uint32_t layers)
{
    uint32_t i;
    if (layers < model->min_layers || layers > model->max_layers)
        return Q3E_ERROR_LAYERS;
    if (!codes)
        return Q3E_ERROR_ARGUMENT;
    for (i = 0; i < layers; i++)
        if (codes[i] >= model->codebook_size)
            return Q3E_ERROR_CODE;
    return Q3E_OK;
}

q3e_status q3e_decode_frame(q3e_decoder *decoder, const uint16_t *codes, uint32_t layers, int16_t *pcm)
{
    q3e_status status;
    if (!decoder || !pcm)
        return Q3E_ERROR_ARGUMENT;
    if (!is_decoder(decoder) || decoder->next_hop != 0)
        return Q3E_ERROR_STATE;
    status = check_codes(decoder->model, codes, layers);
    if (status != Q3E_OK)
        return status;
    decoder->model->decoder_tokens(decoder, codes, layers);
    decoder->model->decoder_hops(decoder, 0, HOPS, pcm);
    return Q3E_OK;
}

q3e_status q3e_decode_hop(q3e_decoder *decoder, const uint16_t *codes, uint32_t layers, int16_t *pcm)
{
    if (!decoder || !pcm)
        return Q3E_ERROR_ARGUMENT;
    if (!is_decoder(decoder))
        return Q3E_ERROR_STATE;
    if (decoder->next_hop == 0) {
        q3e_status status = check_codes(decoder->model, codes, layers);
        if (status != Q3E_OK)
            return status;
        decoder->model->decoder_tokens(decoder, codes, layers);
    }
    decoder->model->decoder_hops(decoder, decoder->next_hop, 1, pcm);
    decoder->next_hop = (decoder->next_hop + 1u) % HOPS;
    return Q3E_OK;
}
