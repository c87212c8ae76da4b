/*
 * fuzz_encoder.c - the fuzzer's calls of q3e_encoder_init, _reset, q3e_encode_frame and q3e_encode_flush.
 */
#include "fuzz.h"

#define MODEL ENCODER_MODEL
#define FLUSH_FRAMES Q3E_FLUSH_FRAMES(MODEL)

void encoder_init(program *p, slot *s)
{
    unsigned shift = make_arena(p, s, MODEL->encoder_arena_bytes);
    unsigned char *before = copy_of(s);
    q3e_encoder *encoder = (q3e_encoder *)(void *)s->block;
    q3e_status status = q3e_encoder_init(MODEL, s->arena, s->bytes, &encoder);
    q3e_status expected = shift != 0 ? Q3E_ERROR_ARENA_ALIGNMENT : s->bytes < MODEL->encoder_arena_bytes ? Q3E_ERROR_ARENA_SIZE : Q3E_OK;
    require(status == expected, "status of encoder_init");
    require((encoder != NULL) == (status == Q3E_OK), "encoder_init gives an encoder exactly when it succeeds");
    if (status == Q3E_OK) {
        free(before);
        s->encoder = encoder;
    } else {
        require_untouched(s, before);
        release(s);
    }
}

/* Silence, the loudest there is, noise, or a saw-tooth: any samples are allowed. */
static int16_t *samples_of(program *p, uint32_t count)
{
    unsigned kind = byte_of(p);
    uint32_t state = byte_of(p) + 1u, step = state * 97u;
    int16_t *pcm = malloc(count * sizeof *pcm + (count == 0));
    if (pcm == NULL) abort();
    for (uint32_t i = 0; i < count; i++) {
        state = state * 1664525u + 1013904223u;
        switch (kind & 3u) {
        case 0: pcm[i] = 0; break;
        case 1: pcm[i] = (state >> 31) != 0 ? INT16_MAX : INT16_MIN; break;
        case 2: pcm[i] = (int16_t)((int32_t)(state >> 16) - 32768); break;
        default: pcm[i] = (int16_t)((int32_t)((i * step) & 0xffffu) - 32768); break;
        }
    }
    return pcm;
}

static uint32_t layers_of(program *p, unsigned flags)
{
    if ((flags & 1u) == 0) return 1u + (byte_of(p) % MODEL->encoder_layers);
    if ((flags & 2u) == 0) return byte_of(p) % 24u;
    return word_of(p) * 0x10001u;
}

/* Room for the codes of some frames with a number of layers that may be impossible. */
static size_t room_for(uint32_t frames, uint32_t layers)
{
    return (size_t)frames * (layers < MODEL->encoder_layers ? layers : MODEL->encoder_layers) * sizeof(uint16_t);
}

static void require_codes(const uint16_t *codes, size_t count)
{
    for (size_t i = 0; i < count; i++) require(codes[i] < MODEL->codebook_size, "a code out of range");
}

static int is_layers(uint32_t layers)
{
    return layers >= 1 && layers <= MODEL->encoder_layers;
}

void encoder_frame(program *p, slot *s)
{
    unsigned flags = byte_of(p);
    uint32_t layers = layers_of(p, flags);
    size_t room = room_for(1, layers);
    int16_t *pcm = samples_of(p, MODEL->encoder_frame_samples);
    uint16_t *codes = filled(room);
    const int16_t *given_pcm = (flags & 0x18u) == 0x18u ? NULL : pcm;
    uint16_t *given_codes = (flags & 0x60u) == 0x60u ? NULL : codes;
    q3e_status expected = given_pcm == NULL || given_codes == NULL ? Q3E_ERROR_ARGUMENT : is_layers(layers) ? Q3E_OK : Q3E_ERROR_LAYERS;
    if (expected == Q3E_OK && p->frames == 0) {
        p->left = 0;
    } else if (expected == Q3E_OK) {
        require(q3e_encode_frame(s->encoder, given_pcm, given_codes, layers) == Q3E_OK, "status of encode_frame");
        require_codes(codes, layers);
        p->frames--;
    } else {
        unsigned char *before = copy_of(s);
        require(q3e_encode_frame(s->encoder, given_pcm, given_codes, layers) == expected, "status of a refused encode_frame");
        require_untouched(s, before);
        require(is_filled(codes, room), "a refused call wrote codes");
    }
    free(pcm);
    free(codes);
}

void encoder_flush(program *p, slot *s)
{
    unsigned flags = byte_of(p);
    uint32_t layers = layers_of(p, flags), frames = 77;
    uint32_t samples = (flags & 4u) != 0 ? word_of(p) * 0x10001u : word_of(p) % MODEL->encoder_frame_samples;
    uint32_t held = samples < MODEL->encoder_frame_samples ? samples : MODEL->encoder_frame_samples;
    uint32_t wanted = (held + MODEL->encoder_delay_samples + MODEL->encoder_frame_samples - 1u) / MODEL->encoder_frame_samples;
    size_t room = room_for(wanted, layers);
    int16_t *pcm = samples_of(p, held);
    uint16_t *codes = filled(room);
    const int16_t *given_pcm = (flags & 0x18u) == 0x18u ? NULL : pcm;
    uint16_t *given_codes = (flags & 0x60u) == 0x60u ? NULL : codes;
    q3e_status expected = (given_pcm == NULL && samples != 0) || samples >= MODEL->encoder_frame_samples || given_codes == NULL ? Q3E_ERROR_ARGUMENT
        : is_layers(layers) ? Q3E_OK : Q3E_ERROR_LAYERS;
    if (expected == Q3E_OK && p->frames < wanted) {
        p->left = 0;
    } else if (expected == Q3E_OK) {
        require(q3e_encode_flush(s->encoder, given_pcm, samples, given_codes, layers, &frames) == Q3E_OK, "status of encode_flush");
        require(frames == wanted && frames <= FLUSH_FRAMES, "frames of a flush");
        require_codes(codes, (size_t)frames * layers);
        p->frames -= wanted;
    } else {
        unsigned char *before = copy_of(s);
        require(q3e_encode_flush(s->encoder, given_pcm, samples, given_codes, layers, &frames) == expected, "status of a refused encode_flush");
        require(frames == 0, "a refused flush gave frames");
        require(q3e_encode_flush(s->encoder, given_pcm, samples, given_codes, layers, NULL) == Q3E_ERROR_ARGUMENT, "flush without a place for the frames");
        require_untouched(s, before);
        require(is_filled(codes, room), "a refused call wrote codes");
    }
    free(pcm);
    free(codes);
}

/* Both slots become equal encoders; one encodes all layers, the other fewer. */
void encoder_pair(program *p, slot *slots)
{
    slot *one = &slots[0], *other = &slots[1];
    if (one->encoder == NULL || p->frames < 2) return;
    release(other);
    other->bytes = one->bytes;
    other->block = other->arena = block_of(other->bytes, 0);
    memcpy(other->arena, one->arena, one->bytes);
    other->encoder = (q3e_encoder *)(void *)other->arena;

    uint32_t layers = layers_of(p, 0);
    int16_t *pcm = samples_of(p, MODEL->encoder_frame_samples);
    uint16_t *all = filled(room_for(1, MODEL->encoder_layers)), *few = filled(room_for(1, layers));
    require(q3e_encode_frame(one->encoder, pcm, all, MODEL->encoder_layers) == Q3E_OK, "status of a frame with all layers");
    require(q3e_encode_frame(other->encoder, pcm, few, layers) == Q3E_OK, "status of a frame with few layers");
    require(memcmp(all, few, layers * sizeof *few) == 0, "fewer layers are not the first codes of more");
    p->frames -= 2;
    free(pcm);
    free(all);
    free(few);
}

static q3e_model wrong_model(unsigned value, q3e_status *expected)
{
    q3e_model bad = *MODEL;
    *expected = Q3E_ERROR_MODEL;
    switch (value % 12u) {
    case 0: bad.size = (uint32_t)(value % sizeof bad); break;
    case 1: bad.version += 1u + value; break;
    case 2: bad.arithmetic += 1u + value; break;
    case 3: bad.encoder_sample_rate = 0; break;
    case 4: bad.encoder_frame_samples = 0; break;
    case 5: bad.encoder_layers = 0; break;
    case 6: bad.encoder_pad_offset = value % 32u; break;
    case 7: bad.encoder_pad_offset |= 1u; break;
    case 8: bad.encoder_pad_offset = bad.encoder_arena_bytes - 2u * bad.encoder_frame_samples + 2u + 2u * value; break;
    case 9: bad.encoder_delay_samples = UINT32_MAX - value % 1000u; break;
    case 10: bad.encoder_frame = NULL; break;
    default: bad.encoder_arena_bytes = 0; *expected = Q3E_ERROR_UNSUPPORTED; break;
    }
    return bad;
}

/* Calls whose pointers or descriptor are wrong, and a reset. */
void encoder_wrong(program *p, slot *s)
{
    q3e_encoder *encoder = NULL;
    uint16_t codes[16] = { 0 };
    int16_t pcm = 0;
    uint32_t frames = 77;
    unsigned kind = byte_of(p);
    unsigned char *noise = block_of(64, byte_of(p));
    switch (kind % 7u) {
    case 0:
        encoder = (q3e_encoder *)(void *)noise;
        require(q3e_encoder_init(NULL, noise, 64, &encoder) == Q3E_ERROR_ARGUMENT && encoder == NULL, "encoder_init without a model");
        require(q3e_encoder_init(MODEL, noise, 64, NULL) == Q3E_ERROR_ARGUMENT, "encoder_init without a place for the encoder");
        require(q3e_encoder_init(MODEL, NULL, word_of(p), &encoder) == Q3E_ERROR_ARGUMENT && encoder == NULL, "encoder_init without an arena");
        break;
    case 1:
        encoder = (q3e_encoder *)(void *)noise;
        require(q3e_encoder_init(DECODER_MODEL, noise, 64, &encoder) == Q3E_ERROR_UNSUPPORTED && encoder == NULL, "encoder_init of a model without one");
        break;
    case 2:
        require(q3e_encoder_reset(NULL) == Q3E_ERROR_ARGUMENT, "reset of no encoder");
        require(q3e_encode_frame(NULL, &pcm, codes, word_of(p)) == Q3E_ERROR_ARGUMENT, "frame of no encoder");
        require(q3e_encode_flush(NULL, &pcm, 1, codes, word_of(p), &frames) == Q3E_ERROR_ARGUMENT && frames == 0, "flush of no encoder");
        break;
    case 3: {
        /* Memory in which no encoder was made, at any alignment. */
        q3e_encoder *nothing = (q3e_encoder *)(void *)(noise + (byte_of(p) & 15u));
        require(q3e_encoder_reset(nothing) == Q3E_ERROR_STATE, "reset of noise as an encoder");
        require(q3e_encode_frame(nothing, &pcm, codes, 16) == Q3E_ERROR_STATE, "frame of noise as an encoder");
        require(q3e_encode_flush(nothing, &pcm, 1, codes, 16, &frames) == Q3E_ERROR_STATE && frames == 0, "flush of noise as an encoder");
        break;
    }
    case 4: {
        q3e_status expected;
        q3e_model bad = wrong_model(word_of(p), &expected);
        require(q3e_encoder_init(&bad, noise, 64, &encoder) == expected && encoder == NULL, "encoder_init with a wrong descriptor");
        break;
    }
    case 5:
        /* A decoder is not an encoder. */
        if (s->decoder != NULL) {
            unsigned char *before = copy_of(s);
            encoder = (q3e_encoder *)(void *)s->decoder;
            require(q3e_encoder_reset(encoder) == Q3E_ERROR_STATE, "reset of a decoder as an encoder");
            require(q3e_encode_frame(encoder, &pcm, codes, 16) == Q3E_ERROR_STATE, "a decoder encodes a frame");
            require(q3e_encode_flush(encoder, &pcm, 1, codes, 16, &frames) == Q3E_ERROR_STATE && frames == 0, "a decoder flushes");
            require_untouched(s, before);
        }
        break;
    default:
        if (s->encoder != NULL) require(q3e_encoder_reset(s->encoder) == Q3E_OK, "status of encoder_reset");
        break;
    }
    for (int l = 0; l < 16; l++) require(codes[l] == 0, "a refused call wrote a code");
    free(noise);
}
