/*
 * selftest_encoder.c - the public encoder functions over a model that records what it is asked.
 */
#include <math.h>
#include <string.h>

#include "q3e_internal.h"
#include "selftest.h"

enum { FRAME = 8, DELAY = 5, PAD = 128 };

typedef struct {
    unsigned char header[Q3E_HEADER_BYTES];
    uint32_t resets, frames, last_layers;
    int16_t heard[3 * FRAME];
    unsigned char rest[256 - Q3E_HEADER_BYTES - 12 - 6 * FRAME];
} recorder;

static void record_reset(void *arena)
{
    ((recorder *)arena)->resets++;
}

/* Writes over the pad as soon as the samples are read, as an emitted model may. */
static void record_frame(void *arena, const int16_t *pcm, uint16_t *codes, uint32_t layers)
{
    recorder *r = (recorder *)arena;
    memcpy(r->heard + r->frames % 3 * FRAME, pcm, FRAME * sizeof(int16_t));
    memset((unsigned char *)arena + PAD, 0x77, FRAME * sizeof(int16_t));
    r->frames++;
    r->last_layers = layers;
    for (uint32_t l = 0; l < layers; l++) codes[l] = (uint16_t)(10 * r->frames + l);
}

static q3e_model recording(void)
{
    q3e_model m;
    memset(&m, 0, sizeof m);
    m.size = sizeof m;
    m.version = Q3E_ABI_VERSION;
    m.arithmetic = Q3E_ARITHMETIC_VERSION;
    m.name = "recorder";
    m.encoder_arena_bytes = sizeof(recorder);
    m.encoder_sample_rate = 100;
    m.encoder_frame_samples = FRAME;
    m.encoder_delay_samples = DELAY;
    m.encoder_layers = 4;
    m.encoder_pad_offset = PAD;
    m.encoder_reset = record_reset;
    m.encoder_frame = record_frame;
    return m;
}

static union { long double aligned; unsigned char bytes[sizeof(recorder) + 32]; } memory;

static void status(q3e_status got, q3e_status expected, const char *what)
{
    check(got == expected, "%s: status %d (%s), expected %d", what, (int)got, q3e_status_text(got), (int)expected);
}

static void refused(q3e_model m, unsigned char *arena, q3e_status expected, const char *what)
{
    q3e_encoder *e = (q3e_encoder *)(void *)arena;
    status(q3e_encoder_init(&m, arena, sizeof(recorder), &e), expected, what);
    check(e == NULL, "%s: a failed init gives an encoder", what);
}

/* One field of the descriptor wrong at a time. */
#define REFUSED(field, value, expected) \
    do { \
        q3e_model m_ = recording(); \
        m_.field = (value); \
        refused(m_, arena, expected, #field " = " #value); \
    } while (0)

static void test_init(unsigned char *arena)
{
    q3e_encoder *e = NULL;
    const q3e_model m = recording();
    status(q3e_encoder_init(NULL, arena, sizeof(recorder), &e), Q3E_ERROR_ARGUMENT, "no model");
    status(q3e_encoder_init(&m, NULL, sizeof(recorder), &e), Q3E_ERROR_ARGUMENT, "no arena");
    status(q3e_encoder_init(&m, arena, sizeof(recorder), NULL), Q3E_ERROR_ARGUMENT, "no result");
    status(q3e_encoder_init(&m, arena + 8, sizeof(recorder), &e), Q3E_ERROR_ARENA_ALIGNMENT, "misaligned arena");
    status(q3e_encoder_init(&m, arena, sizeof(recorder) - 1, &e), Q3E_ERROR_ARENA_SIZE, "short arena");
    REFUSED(size, m.size - 1, Q3E_ERROR_MODEL);
    REFUSED(version, Q3E_ABI_VERSION + 1, Q3E_ERROR_MODEL);
    REFUSED(arithmetic, Q3E_ARITHMETIC_VERSION + 1, Q3E_ERROR_MODEL);
    REFUSED(encoder_arena_bytes, 0, Q3E_ERROR_UNSUPPORTED);
    REFUSED(encoder_arena_bytes, Q3E_HEADER_BYTES - 1, Q3E_ERROR_MODEL);
    REFUSED(encoder_arena_bytes, PAD + 2 * FRAME - 1, Q3E_ERROR_MODEL);
    REFUSED(encoder_sample_rate, 0, Q3E_ERROR_MODEL);
    REFUSED(encoder_frame_samples, 0, Q3E_ERROR_MODEL);
    REFUSED(encoder_frame_samples, 0x80000004u, Q3E_ERROR_MODEL);
    REFUSED(encoder_delay_samples, UINT32_MAX - 2 * FRAME + 1, Q3E_ERROR_MODEL);
    REFUSED(encoder_layers, 0, Q3E_ERROR_MODEL);
    REFUSED(encoder_pad_offset, Q3E_HEADER_BYTES - 2, Q3E_ERROR_MODEL);
    REFUSED(encoder_pad_offset, PAD + 1, Q3E_ERROR_MODEL);
    REFUSED(encoder_pad_offset, sizeof(recorder) - 2 * FRAME + 2, Q3E_ERROR_MODEL);
    REFUSED(encoder_pad_offset, UINT32_MAX - 1, Q3E_ERROR_MODEL);
    REFUSED(encoder_reset, NULL, Q3E_ERROR_MODEL);
    REFUSED(encoder_frame, NULL, Q3E_ERROR_MODEL);
}

static void test_refusals(q3e_encoder *e, unsigned char *arena)
{
    const recorder *r = (const recorder *)(const void *)e;
    const int16_t pcm[FRAME] = { 0 };
    uint16_t codes[8];
    uint32_t frames = 9;
    status(q3e_encode_frame(NULL, pcm, codes, 2), Q3E_ERROR_ARGUMENT, "a frame of nothing");
    status(q3e_encode_frame(e, NULL, codes, 2), Q3E_ERROR_ARGUMENT, "no samples");
    status(q3e_encode_frame(e, pcm, NULL, 2), Q3E_ERROR_ARGUMENT, "no room for codes");
    status(q3e_encode_frame(e, pcm, codes, 0), Q3E_ERROR_LAYERS, "no layers");
    status(q3e_encode_frame(e, pcm, codes, 5), Q3E_ERROR_LAYERS, "too many layers");
    status(q3e_encode_flush(NULL, pcm, 1, codes, 2, &frames), Q3E_ERROR_ARGUMENT, "a flush of nothing");
    check(frames == 0, "a refused flush gives %d frames", (int)frames);
    status(q3e_encode_flush(e, NULL, 1, codes, 2, &frames), Q3E_ERROR_ARGUMENT, "a flush without its samples");
    status(q3e_encode_flush(e, pcm, FRAME, codes, 2, &frames), Q3E_ERROR_ARGUMENT, "a flush of a whole frame");
    status(q3e_encode_flush(e, pcm, 1, NULL, 2, &frames), Q3E_ERROR_ARGUMENT, "a flush without room for codes");
    status(q3e_encode_flush(e, pcm, 1, codes, 2, NULL), Q3E_ERROR_ARGUMENT, "a flush without a count");
    status(q3e_encode_flush(e, pcm, 1, codes, 0, &frames), Q3E_ERROR_LAYERS, "a flush without layers");
    status(q3e_encode_flush(e, pcm, 1, codes, 5, &frames), Q3E_ERROR_LAYERS, "a flush of too many layers");
    status(q3e_encoder_reset(NULL), Q3E_ERROR_ARGUMENT, "reset of nothing");
    status(q3e_encoder_reset((q3e_encoder *)(void *)(arena + 8)), Q3E_ERROR_STATE, "reset at a misaligned place");
    status(q3e_decoder_reset((q3e_decoder *)(void *)arena), Q3E_ERROR_STATE, "an encoder as a decoder");
    check(r->frames == 0 && r->resets == 1, "a refused call reached the model");
}

/* Every number of samples that may be left over, against ceil((samples + delay) / frame). */
static void test_flush(unsigned char *arena, uint32_t delay)
{
    q3e_model m = recording();
    q3e_encoder *e;
    const recorder *r = (const recorder *)(const void *)arena;
    uint32_t most = 0;
    m.encoder_delay_samples = delay;
    for (uint32_t samples = 0; samples < FRAME; samples++) {
        int16_t pcm[FRAME];
        uint16_t codes[16];
        uint32_t frames = 9, expected = (uint32_t)ceil((samples + delay) / (double)FRAME);
        memset(arena, 0, sizeof(recorder));
        memset(codes, 0xff, sizeof codes);
        for (int i = 0; i < FRAME; i++) pcm[i] = (int16_t)(100 + i);
        status(q3e_encoder_init(&m, arena, sizeof(recorder), &e), Q3E_OK, "init");
        status(q3e_encode_flush(e, samples == 0 ? NULL : pcm, samples, codes, 3, &frames), Q3E_OK, "a flush");
        check(frames == expected && r->frames == expected, "%d samples and %d of delay flush to %d frames", (int)samples, (int)delay, (int)frames);
        check(r->resets == 2, "a flush does not end the stream");
        check(codes[3 * frames] == 0xffff && (frames == 0 || codes[3 * frames - 1] == 10 * frames + 2), "a flush of %d frames puts its codes elsewhere", (int)frames);
        for (uint32_t i = 0; i < frames * FRAME; i++) check(r->heard[i] == (i < samples ? 100 + (int)i : 0), "sample %d of a flush is %d", (int)i, r->heard[i]);
        most = frames > most ? frames : most;
    }
    check(most == Q3E_FLUSH_FRAMES(&m), "Q3E_FLUSH_FRAMES is %d for a delay of %d", (int)Q3E_FLUSH_FRAMES(&m), (int)delay);
}

void test_encoder(void)
{
    unsigned char *arena = memory.bytes + (16 - ((uintptr_t)memory.bytes & 15)) % 16;
    const q3e_model m = recording();
    q3e_encoder *e = NULL;
    const int16_t pcm[FRAME] = { 1, 2, 3, 4, 5, 6, 7, 8 };
    uint16_t codes[4] = { 0, 0, 0, 0xffff };
    uint32_t frames;
    memset(memory.bytes, 0, sizeof memory);
    test_init(arena);
    status(q3e_encode_frame((q3e_encoder *)(void *)arena, pcm, codes, 2), Q3E_ERROR_STATE, "memory that is not an encoder");
    status(q3e_encode_flush((q3e_encoder *)(void *)arena, pcm, 2, codes, 2, &frames), Q3E_ERROR_STATE, "a flush of memory that is not an encoder");
    status(q3e_encoder_reset((q3e_encoder *)(void *)arena), Q3E_ERROR_STATE, "reset of memory that is not an encoder");
    status(q3e_encoder_init(&m, arena, sizeof(recorder), &e), Q3E_OK, "init");
    const recorder *r = (const recorder *)(const void *)arena;
    check((void *)e == (void *)arena && r->resets == 1, "init resets the model");
    test_refusals(e, arena);
    status(q3e_encode_frame(e, pcm, codes, 3), Q3E_OK, "a frame");
    check(r->frames == 1 && r->last_layers == 3 && memcmp(r->heard, pcm, sizeof pcm) == 0 && codes[2] == 12 && codes[3] == 0xffff, "a frame reaches the model");
    status(q3e_encoder_reset(e), Q3E_OK, "reset");
    check(r->resets == 2, "reset reaches the model");
    test_flush(arena, 0);
    test_flush(arena, 1);
    test_flush(arena, DELAY);
    test_flush(arena, FRAME);
    test_flush(arena, FRAME + 3);
}
