/*
 * q3e_encoder.c - the public encoder functions over an emitted model (q3e.h).
 *
 * Everything that comes from outside is checked here, before a model's functions see it: they rely on an arena that is large enough, on
 * whole frames of samples and on a number of layers that they have.
 */
#include <string.h>

#include "q3e_checks.h"
#include "q3e_cpu.h"
#include "q3e_internal.h"

/* The frame that a flush fills up lies in the arena, behind its header. */
static int has_pad(const q3e_model *model)
{
    uint32_t bytes = model->encoder_arena_bytes, at = model->encoder_pad_offset;
    return at >= Q3E_HEADER_BYTES && at % sizeof(int16_t) == 0 && at <= bytes
        && model->encoder_frame_samples <= (bytes - at) / sizeof(int16_t);
}

/* The delay leaves room for the sums of a flush and of Q3E_FLUSH_FRAMES. */
static int has_encoder(const q3e_model *model)
{
    return model->encoder_sample_rate != 0 && model->encoder_frame_samples != 0 && model->encoder_layers != 0 && has_pad(model)
        && model->encoder_delay_samples <= UINT32_MAX - 2u * model->encoder_frame_samples
        && model->encoder_reset != NULL && model->encoder_frame != NULL;
}

static q3e_status check_model(const q3e_model *model)
{
    if (!q3e_is_little_endian() || !q3e_has_this_version(model)) return Q3E_ERROR_MODEL;
    if (model->encoder_arena_bytes == 0) return Q3E_ERROR_UNSUPPORTED;
    return has_encoder(model) ? Q3E_OK : Q3E_ERROR_MODEL;
}

static q3e_status check_encoder(const q3e_encoder *encoder)
{
    if (encoder == NULL) return Q3E_ERROR_ARGUMENT;
    if (!q3e_is_aligned(encoder) || encoder->header.magic != Q3E_ENCODER_MAGIC || encoder->model == NULL || encoder->header.kernel_set >= Q3E_SETS)
        return Q3E_ERROR_STATE;
    return check_model(encoder->model);
}

static q3e_status check_layers(const q3e_model *model, uint32_t layers)
{
    return layers == 0 || layers > model->encoder_layers ? Q3E_ERROR_LAYERS : Q3E_OK;
}

q3e_status q3e_encoder_init(const q3e_model *model, void *arena, size_t arena_bytes, q3e_encoder **encoder)
{
    if (encoder == NULL) return Q3E_ERROR_ARGUMENT;
    *encoder = NULL;
    if (model == NULL || arena == NULL) return Q3E_ERROR_ARGUMENT;
    q3e_status status = check_model(model);
    if (status != Q3E_OK) return status;
    if (!q3e_is_aligned(arena)) return Q3E_ERROR_ARENA_ALIGNMENT;
    if (arena_bytes < model->encoder_arena_bytes) return Q3E_ERROR_ARENA_SIZE;

    q3e_encoder *made = (q3e_encoder *)arena;
    made->header.magic = Q3E_ENCODER_MAGIC;
    made->header.kernel_set = q3e_best_set();
    made->model = model;
    model->encoder_reset(arena);
    *encoder = made;
    return Q3E_OK;
}

q3e_status q3e_encoder_reset(q3e_encoder *encoder)
{
    q3e_status status = check_encoder(encoder);
    if (status != Q3E_OK) return status;
    encoder->model->encoder_reset(encoder);
    return Q3E_OK;
}

q3e_status q3e_encoder_force_kernels(q3e_encoder *encoder, uint32_t set)
{
    q3e_status status = check_encoder(encoder);
    if (status != Q3E_OK) return status;
    if (set > q3e_best_set()) return Q3E_ERROR_ARGUMENT;
    encoder->header.kernel_set = set;
    return Q3E_OK;
}

q3e_status q3e_encode_frame(q3e_encoder *encoder, const int16_t *pcm, uint16_t *codes, uint32_t layers)
{
    q3e_status status = check_encoder(encoder);
    if (status != Q3E_OK) return status;
    if (pcm == NULL || codes == NULL) return Q3E_ERROR_ARGUMENT;
    status = check_layers(encoder->model, layers);
    if (status != Q3E_OK) return status;

    encoder->model->encoder_frame(encoder, pcm, codes, layers);
    return Q3E_OK;
}

q3e_status q3e_encode_flush(q3e_encoder *encoder, const int16_t *pcm, uint32_t samples, uint16_t *codes, uint32_t layers, uint32_t *frames)
{
    if (frames == NULL) return Q3E_ERROR_ARGUMENT;
    *frames = 0;
    q3e_status status = check_encoder(encoder);
    if (status != Q3E_OK) return status;
    const q3e_model *model = encoder->model;
    const uint32_t frame_samples = model->encoder_frame_samples;
    if ((pcm == NULL && samples != 0) || samples >= frame_samples || codes == NULL) return Q3E_ERROR_ARGUMENT;
    status = check_layers(model, layers);
    if (status != Q3E_OK) return status;

    int16_t *pad = (int16_t *)(void *)((unsigned char *)encoder + model->encoder_pad_offset);
    const uint32_t end = samples + model->encoder_delay_samples;
    for (uint32_t at = 0; at < end; at += frame_samples) {
        memset(pad, 0, frame_samples * sizeof(int16_t)); /* again for every frame: encoding one may overwrite it */
        if (at == 0 && samples != 0) memcpy(pad, pcm, samples * sizeof(int16_t));
        model->encoder_frame(encoder, pad, codes, layers);
        codes += layers;
        (*frames)++;
    }
    model->encoder_reset(encoder);
    return Q3E_OK;
}
