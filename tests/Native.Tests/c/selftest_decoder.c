/*
 * selftest_decoder.c - the public decoder functions over a model that records what it is asked.
 */
#include <string.h>

#include "q3e_internal.h"
#include "selftest.h"

typedef struct {
    unsigned char header[Q3E_HEADER_BYTES];
    uint32_t resets, tokens, last_layers, last_frames, first, count, hops, concealed;
    uint16_t first_code;
} recorder;

static void record_reset(void *arena)
{
    recorder *r = (recorder *)arena;
    memset(&r->resets + 1, 0, sizeof(recorder) - offsetof(recorder, tokens));
    r->resets++;
}

static void record_tokens(void *arena, const uint16_t *codes, uint32_t layers, uint32_t frames)
{
    recorder *r = (recorder *)arena;
    r->tokens++;
    r->last_layers = layers;
    r->last_frames = frames;
    r->first_code = codes[0];
}

static void record_hops(void *arena, uint32_t frames, uint32_t first, uint32_t count, int16_t *pcm)
{
    recorder *r = (recorder *)arena;
    check(frames == r->last_frames && first + count <= 4 * frames, "hops of the frames that the tokens were of");
    r->first = first;
    r->count = count;
    r->hops += count;
    for (uint32_t i = 0; i < count * 2; i++) pcm[i] = (int16_t)(first * 2 + i);
}

enum { FRAME_BYTES = 24 };

static void record_conceal(void *arena, uint32_t ending, int16_t *pcm)
{
    recorder *r = (recorder *)arena;
    r->concealed++;
    for (int i = 0; i < 8; i++) pcm[i] = (int16_t)(100 + ending);
}

static const q3e_model model = { sizeof(q3e_model), Q3E_ABI_VERSION, Q3E_ARITHMETIC_VERSION, 100, 8, 2, 0, 2, 4, 3, 10, sizeof(recorder),
                                 { 0 }, "recorder", record_reset, record_tokens, record_hops, 0, 0, 0, 0, 0, 0, NULL, NULL, FRAME_BYTES, record_conceal };

static union { long double aligned; unsigned char bytes[256]; } memory;

static void status(q3e_status got, q3e_status expected, const char *what)
{
    check(got == expected, "%s: status %d (%s), expected %d", what, (int)got, q3e_status_text(got), (int)expected);
}

static void test_init(unsigned char *arena)
{
    q3e_decoder *d = NULL;
    q3e_model other = model;
    status(q3e_decoder_init(NULL, arena, 128, &d), Q3E_ERROR_ARGUMENT, "no model");
    status(q3e_decoder_init(&model, NULL, 128, &d), Q3E_ERROR_ARGUMENT, "no arena");
    status(q3e_decoder_init(&model, arena, 128, NULL), Q3E_ERROR_ARGUMENT, "no result");
    status(q3e_decoder_init(&model, arena + 8, 128, &d), Q3E_ERROR_ARENA_ALIGNMENT, "misaligned arena");
    status(q3e_decoder_init(&model, arena, sizeof(recorder) - 1, &d), Q3E_ERROR_ARENA_SIZE, "short arena");
    check(d == NULL, "a failed init gives a decoder");
    other.size--;
    status(q3e_decoder_init(&other, arena, 128, &d), Q3E_ERROR_MODEL, "short descriptor");
    other = model;
    other.version++;
    status(q3e_decoder_init(&other, arena, 128, &d), Q3E_ERROR_MODEL, "descriptor of another version");
    other = model;
    other.arithmetic++;
    status(q3e_decoder_init(&other, arena, 128, &d), Q3E_ERROR_MODEL, "descriptor of another arithmetic");
    other = model;
    other.frame_samples++;
    status(q3e_decoder_init(&other, arena, 128, &d), Q3E_ERROR_MODEL, "frame that is not four hops");
    other = model;
    other.decoder_hops = NULL;
    status(q3e_decoder_init(&other, arena, 128, &d), Q3E_ERROR_MODEL, "descriptor without a function");
    other = model;
    other.decoder_frame_bytes = 0;
    status(q3e_decoder_init(&other, arena, 128, &d), Q3E_ERROR_MODEL, "descriptor without a frame's size");
    other = model;
    other.decoder_conceal = NULL;
    status(q3e_decoder_init(&other, arena, 128, &d), Q3E_ERROR_MODEL, "descriptor without concealment");
}

static void test_frames(q3e_decoder *d)
{
    const recorder *r = (const recorder *)(const void *)d;
    uint16_t codes[5] = { 9, 0, 9, 9, 0 };
    int16_t pcm[8], hop[2];
    status(q3e_decode_frame(d, codes, 3, pcm), Q3E_OK, "a frame");
    check(r->tokens == 1 && r->last_layers == 3 && r->first_code == 9 && r->first == 0 && r->count == 4 && pcm[7] == 7, "a frame asks for its tokens and four hops");
    for (uint32_t h = 0; h < 8; h++) {
        status(q3e_decode_hop(d, h % 4 ? NULL : codes, 4, hop), Q3E_OK, "a hop");
        check(r->tokens == 2 + h / 4 && r->first == h % 4 && r->count == 1 && hop[0] == (int16_t)(2 * (h % 4)), "hop %d", (int)h);
        if (h % 4 != 3) status(q3e_decode_frame(d, codes, 3, pcm), Q3E_ERROR_STATE, "a frame between hops");
    }
    status(q3e_decode_frame(d, codes, 1, pcm), Q3E_ERROR_LAYERS, "too few layers");
    status(q3e_decode_frame(d, codes, 5, pcm), Q3E_ERROR_LAYERS, "too many layers");
    status(q3e_decode_hop(d, codes, 5, pcm), Q3E_ERROR_LAYERS, "too many layers in a hop");
    status(q3e_decode_frame(d, NULL, 3, pcm), Q3E_ERROR_ARGUMENT, "no codes");
    status(q3e_decode_hop(d, NULL, 3, pcm), Q3E_ERROR_ARGUMENT, "no codes at the first hop");
    status(q3e_decode_frame(d, codes, 3, NULL), Q3E_ERROR_ARGUMENT, "no samples");
    status(q3e_decode_hop(d, codes, 3, NULL), Q3E_ERROR_ARGUMENT, "no samples in a hop");
    codes[3] = 10; /* above the layers that are used, but given */
    status(q3e_decode_frame(d, codes, 4, pcm), Q3E_ERROR_CODE, "a code too large");
    status(q3e_decode_hop(d, codes, 4, pcm), Q3E_ERROR_CODE, "a code too large in a hop");
    check(r->tokens == 3 && r->hops == 12, "a refused call decoded something");

    status(q3e_decode_hop(d, codes, 3, hop), Q3E_OK, "the first hop of a frame");
    status(q3e_decoder_reset(d), Q3E_OK, "reset inside a frame");
    check(r->tokens == 0 && r->resets == 2, "reset reaches the model");
    status(q3e_decode_frame(d, codes, 3, pcm), Q3E_OK, "a frame after a reset");
}

/* Frames pass in pieces of as many as the arena has room for; `spare` bytes are too few for another. */
static void test_pieces(unsigned char *arena, uint32_t room, size_t spare)
{
    const recorder *r = (const recorder *)(const void *)arena;
    uint16_t codes[14];
    int16_t pcm[7 * 8];
    q3e_decoder *d = NULL;
    for (int i = 0; i < 14; i++) codes[i] = (uint16_t)(i / 2);
    status(q3e_decoder_init(&model, arena, Q3E_DECODER_ARENA_BYTES_FOR(&model, room) + spare, &d), Q3E_OK, "init");
    for (uint32_t frames = 1; frames <= 7; frames++) {
        const uint32_t pieces = (frames + room - 1) / room, last = frames - (pieces - 1) * room, tokens = r->tokens, hops = r->hops;
        status(q3e_decode_frames(d, codes, 2, frames, pcm), Q3E_OK, "some frames");
        check(r->tokens - tokens == pieces && r->hops - hops == 4 * frames && r->last_layers == 2, "%d frames with room for %d", (int)frames, (int)room);
        check(r->last_frames == last && r->first == 0 && r->count == 4 * last && r->first_code == frames - last, "the last piece of %d frames", (int)frames);
        check(pcm[8 * (frames - last)] == 0 && pcm[8 * frames - 1] == (int16_t)(8 * last - 1), "samples of the last piece of %d frames", (int)frames);
    }
}

static void test_several_frames(q3e_decoder *d)
{
    const recorder *r = (const recorder *)(const void *)d;
    uint16_t codes[9] = { 1, 2, 3, 4, 5, 6, 7, 8, 10 };
    int16_t pcm[24];
    const uint32_t tokens = r->tokens;
    status(q3e_decode_frames(d, codes, 3, 3, pcm), Q3E_ERROR_CODE, "a bad code in the last frame");
    status(q3e_decode_frames(d, codes, 1, 3, pcm), Q3E_ERROR_LAYERS, "too few layers");
    status(q3e_decode_frames(d, codes, 5, 1, pcm), Q3E_ERROR_LAYERS, "too many layers");
    status(q3e_decode_frames(d, codes, 2, 0, pcm), Q3E_ERROR_ARGUMENT, "no frames");
    status(q3e_decode_frames(d, NULL, 2, 1, pcm), Q3E_ERROR_ARGUMENT, "no codes");
    status(q3e_decode_frames(d, codes, 2, 1, NULL), Q3E_ERROR_ARGUMENT, "no samples");
    status(q3e_decode_frames(NULL, codes, 2, 1, pcm), Q3E_ERROR_ARGUMENT, "frames of nothing");
    check(r->tokens == tokens, "a refused call decoded something");
    status(q3e_decode_hop(d, codes, 2, pcm), Q3E_OK, "the first hop of a frame");
    status(q3e_decode_frames(d, codes, 2, 2, pcm), Q3E_ERROR_STATE, "frames between hops");
    check(r->tokens == tokens + 1, "a refused call decoded something");
}

static void test_concealment(q3e_decoder *d)
{
    const recorder *r = (const recorder *)(const void *)d;
    const uint32_t before = r->tokens;
    uint16_t codes[2] = { 1, 2 };
    int16_t pcm[8], hop[2];
    status(q3e_conceal_frame(d, Q3E_CONCEAL_SILENCE, pcm), Q3E_OK, "a concealed frame");
    check(r->concealed == 1 && pcm[0] == 100 && pcm[7] == 100, "a concealed frame that ends in silence");
    status(q3e_conceal_frame(d, Q3E_CONCEAL_NOISE, pcm), Q3E_OK, "another");
    check(r->concealed == 2 && pcm[0] == 101, "a concealed frame that ends in noise");
    status(q3e_conceal_frame(d, 2, pcm), Q3E_ERROR_ARGUMENT, "an ending that there is not");
    status(q3e_conceal_frame(d, UINT32_MAX, pcm), Q3E_ERROR_ARGUMENT, "an ending that there is not");
    status(q3e_conceal_frame(d, Q3E_CONCEAL_NOISE, NULL), Q3E_ERROR_ARGUMENT, "no samples");
    status(q3e_conceal_frame(NULL, Q3E_CONCEAL_NOISE, pcm), Q3E_ERROR_ARGUMENT, "concealment of nothing");
    for (uint32_t h = 0; h < 4; h++) {
        status(q3e_decode_hop(d, codes, 2, hop), Q3E_OK, "a hop");
        if (h < 3) status(q3e_conceal_frame(d, Q3E_CONCEAL_SILENCE, pcm), Q3E_ERROR_STATE, "concealment between hops");
    }
    check(r->concealed == 2 && r->tokens == before + 1, "a refused concealment did something");
}

void test_decoder(void)
{
    unsigned char *arena = memory.bytes + (16 - ((uintptr_t)memory.bytes & 15)) % 16;
    q3e_decoder *d = NULL;
    uint16_t codes[2] = { 0, 0 };
    int16_t pcm[8];
    check(q3e_abi_version() == Q3E_ABI_VERSION, "version of the interface");
    for (int s = -1; s <= 9; s++) check(q3e_status_text((q3e_status)s) != NULL, "text of status %d", s);
    test_init(arena);
    memset(memory.bytes, 0, sizeof memory);
    status(q3e_decode_frame((q3e_decoder *)(void *)arena, codes, 2, pcm), Q3E_ERROR_STATE, "memory that is not a decoder");
    status(q3e_decoder_reset((q3e_decoder *)(void *)arena), Q3E_ERROR_STATE, "reset of memory that is not a decoder");
    status(q3e_decoder_reset(NULL), Q3E_ERROR_ARGUMENT, "reset of nothing");
    status(q3e_decode_frame(NULL, codes, 2, pcm), Q3E_ERROR_ARGUMENT, "a frame of nothing");
    status(q3e_decode_hop(NULL, codes, 2, pcm), Q3E_ERROR_ARGUMENT, "a hop of nothing");
    status(q3e_decoder_init(&model, arena, sizeof(recorder), &d), Q3E_OK, "init");
    check((void *)d == (void *)arena && ((recorder *)(void *)arena)->resets == 1, "init resets the model");
    test_frames(d);
    test_concealment(d);
    test_several_frames(d);
    for (uint32_t room = 1; room <= 4; room++)
        for (size_t spare = 0; spare < FRAME_BYTES; spare += FRAME_BYTES - 1) test_pieces(arena, room, spare);
}
