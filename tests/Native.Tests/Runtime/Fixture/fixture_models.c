/*
 * fixture_models.c - models for the tests of the runtime, as small as the interface allows, and honest about it.
 *
 * A frame is a saw-tooth whose pitch is the codes:
 *     step     = sum over layer i < min(layers, 6) of (code[i] + 1) * (i + 1) * 40000        (mod 2^32)
 *     pcm[n]   = (phase >> 16) - 32768,  then phase += step                                  (phase starts at 0, runs on over frames)
 * A concealed frame is the saw-tooth going on at the last step, or its complement (~pcm[n]) when it is to end in noise.
 * An encoder adds up the peaks of its stream's frames, and the codes of a frame are nine bits of the sum, from bit 0 for layer 0, from bit 1
 * for layer 1 and so on:
 *     total   += max |pcm[n]|                                                                (total starts at 0)
 *     code[i]  = (total >> i) & 511
 * The gated model does the same, but the first call after its gate is closed waits until it opens, so that a test can be inside a call for
 * certain. Later calls do not wait: a second call that should have been refused then fails its test instead of hanging it.
 */
#define _POSIX_C_SOURCE 199309L
#include "q3e_internal.h"

#include <time.h>

#define HOP 160u

/* The steps of the frames that pass at once; a frame takes SAW_FRAME bytes of the arena. */
typedef struct {
    uint32_t phase;
    uint32_t step[1];
} saw;

#define SAW_FRAME 16u

static saw *saw_in(void *arena) { return (saw *)(void *)((uint8_t *)arena + Q3E_HEADER_BYTES); }

static void saw_reset(void *arena)
{
    saw_in(arena)->phase = 0;
    saw_in(arena)->step[0] = 0;
}

static void saw_tokens(void *arena, const uint16_t *codes, uint32_t layers, uint32_t frames)
{
    uint32_t *steps = saw_in(arena)->step, f, i;
    for (f = 0; f < frames; f++, codes += layers) {
        uint32_t step = 0;
        for (i = 0; i < layers && i < 6u; i++)
            step += ((uint32_t)codes[i] + 1u) * (i + 1u) * 40000u;
        steps[f] = step;
    }
}

static void saw_hops(void *arena, uint32_t frames, uint32_t first, uint32_t count, int16_t *pcm)
{
    saw *state = saw_in(arena);
    const uint32_t *steps = state->step;
    uint32_t n;
    (void)frames; /* every number of them lies at the same place */
    for (n = 0; n < count * HOP; n++) {
        pcm[n] = (int16_t)((int32_t)(state->phase >> 16) - 32768);
        state->phase += steps[(first + n / HOP) / 4u];
    }
}

/* The saw-tooth goes on, upside down when it is to end in noise. */
static void saw_conceal(void *arena, uint32_t ending, int16_t *pcm)
{
    uint32_t n;
    saw_hops(arena, 1, 0, 4, pcm);
    for (n = 0; ending == Q3E_CONCEAL_NOISE && n < 4u * HOP; n++)
        pcm[n] = (int16_t)~pcm[n];
}

#define ENCODER_FRAME 1280u
#define PAD (Q3E_HEADER_BYTES + 16u)
#define ENCODER_ARENA (PAD + 2u * ENCODER_FRAME)

static uint32_t *total_in(void *arena) { return (uint32_t *)(void *)((uint8_t *)arena + Q3E_HEADER_BYTES); }

static void peak_reset(void *arena) { *total_in(arena) = 0; }

static void peak_frame(void *arena, const int16_t *pcm, uint16_t *codes, uint32_t layers)
{
    int32_t peak = 0;
    uint32_t n, i;
    for (n = 0; n < ENCODER_FRAME; n++) {
        int32_t size = pcm[n] < 0 ? -(int32_t)pcm[n] : pcm[n];
        if (size > peak)
            peak = size;
    }
    *total_in(arena) += (uint32_t)peak;
    for (i = 0; i < layers; i++)
        codes[i] = (uint16_t)((*total_in(arena) >> i) & 511u);
}

static int gate_closed;
static int gate_entered;

void fixture_gate_close(void);
void fixture_gate_open(void);
int fixture_gate_entered(void);
void fixture_set_on_unload(int *flag);

void fixture_gate_close(void)
{
    __atomic_store_n(&gate_entered, 0, __ATOMIC_SEQ_CST);
    __atomic_store_n(&gate_closed, 1, __ATOMIC_SEQ_CST);
}

void fixture_gate_open(void) { __atomic_store_n(&gate_closed, 0, __ATOMIC_SEQ_CST); }

int fixture_gate_entered(void) { return __atomic_load_n(&gate_entered, __ATOMIC_SEQ_CST); }

static void wait_at_gate(void)
{
    const struct timespec nap = {0, 100000};
    if (!__atomic_exchange_n(&gate_entered, 1, __ATOMIC_SEQ_CST))
        while (__atomic_load_n(&gate_closed, __ATOMIC_SEQ_CST))
            nanosleep(&nap, 0);
}

static void gated_hops(void *arena, uint32_t frames, uint32_t first, uint32_t count, int16_t *pcm)
{
    wait_at_gate();
    saw_hops(arena, frames, first, count, pcm);
}

static void gated_conceal(void *arena, uint32_t ending, int16_t *pcm)
{
    wait_at_gate();
    saw_conceal(arena, ending, pcm);
}

static void gated_frame(void *arena, const int16_t *pcm, uint16_t *codes, uint32_t layers)
{
    wait_at_gate();
    peak_frame(arena, pcm, codes, layers);
}

static int *unload_flag;

/* *flag becomes 1 when the library is unloaded. */
void fixture_set_on_unload(int *flag) { unload_flag = flag; }

__attribute__((destructor)) static void on_unload(void)
{
    if (unload_flag)
        *unload_flag = 1;
}

#define SPACE {0xA0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 0x0F}
#define SIZE ((uint32_t)sizeof(q3e_model))
#define SAW saw_reset, saw_tokens, saw_hops
#define NO_ENCODER 0, 0, 0, 0, 0, 0, NULL, NULL
#define DECODER 8000, 640, HOP, 24, 2, 8, 6, 512, 64, SPACE

/* size, version, arithmetic, rate, frame, hop, delay, min, max, used, codebook, arena, space, name, functions;
 * the encoder's arena, rate, frame, delay, layers, pad, functions; the decoder's bytes for each further frame; the concealment */
extern const q3e_model q3e_fixture_saw, q3e_fixture_peak, q3e_fixture_gated;
const q3e_model q3e_fixture_saw = {SIZE, Q3E_ABI_VERSION, 1, DECODER, "fixture-saw", SAW, NO_ENCODER, SAW_FRAME, saw_conceal};
const q3e_model q3e_fixture_peak = {
    SIZE, Q3E_ABI_VERSION, 1, DECODER, "fixture-peak", SAW, ENCODER_ARENA, 16000, ENCODER_FRAME, 1400, 5, PAD, peak_reset, peak_frame, SAW_FRAME, saw_conceal};
const q3e_model q3e_fixture_gated = {
    SIZE, Q3E_ABI_VERSION, 1, DECODER, "fixture-gated", saw_reset, saw_tokens, gated_hops, ENCODER_ARENA, 16000, ENCODER_FRAME, 1400, 5, PAD, peak_reset, gated_frame, SAW_FRAME, gated_conceal};

/* A descriptor of a later emitter: longer, with the same beginning. */
typedef struct {
    q3e_model model;
    uint32_t appended[4];
} longer_model;
extern const longer_model q3e_fixture_longer;
const longer_model q3e_fixture_longer = {
    {(uint32_t)sizeof(longer_model), Q3E_ABI_VERSION, 1, DECODER, "fixture-longer", SAW, NO_ENCODER, SAW_FRAME, saw_conceal}, {~0u, ~0u, ~0u, ~0u}};

/* A well-formed descriptor of an arithmetic that the functions beside it do not know: the library itself refuses it. */
extern const q3e_model q3e_fixture_refused;
const q3e_model q3e_fixture_refused = {SIZE, Q3E_ABI_VERSION, 2, DECODER, "fixture-refused", SAW, NO_ENCODER, SAW_FRAME, saw_conceal};

/* Each of these has one fault, which its name says. */
#define BAD(symbol, size, version, rate, frame, hop, min, max, used, codebook, arena, name) \
    extern const q3e_model q3e_bad_##symbol; \
    const q3e_model q3e_bad_##symbol = {size, version, 1, rate, frame, hop, 24, min, max, used, codebook, arena, SPACE, name, SAW, NO_ENCODER, SAW_FRAME, saw_conceal}

BAD(size, SIZE - 8u, Q3E_ABI_VERSION, 8000, 640, HOP, 2, 8, 6, 512, 64, "bad-size");
BAD(huge, 0x2e666666u, Q3E_ABI_VERSION, 8000, 640, HOP, 2, 8, 6, 512, 64, "bad-huge");
BAD(version, SIZE, Q3E_ABI_VERSION + 1u, 8000, 640, HOP, 2, 8, 6, 512, 64, "bad-version");
BAD(zero, SIZE, 0, 8000, 640, HOP, 2, 8, 6, 512, 64, "bad-zero");
BAD(rate, SIZE, Q3E_ABI_VERSION, 0, 640, HOP, 2, 8, 6, 512, 64, "bad-rate");
BAD(frame, SIZE, Q3E_ABI_VERSION, 8000, 641, HOP, 2, 8, 6, 512, 64, "bad-frame");
BAD(hop, SIZE, Q3E_ABI_VERSION, 8000, 640, 0x40000000u + HOP, 2, 8, 6, 512, 64, "bad-hop");
BAD(min, SIZE, Q3E_ABI_VERSION, 8000, 640, HOP, 9, 8, 6, 512, 64, "bad-min");
BAD(max, SIZE, Q3E_ABI_VERSION, 8000, 640, HOP, 2, 0x80000000u, 6, 512, 64, "bad-max");
BAD(used, SIZE, Q3E_ABI_VERSION, 8000, 640, HOP, 2, 8, 9, 512, 64, "bad-used");
BAD(codebook, SIZE, Q3E_ABI_VERSION, 8000, 640, HOP, 2, 8, 6, 65537u, 64, "bad-codebook");
BAD(arena, SIZE, Q3E_ABI_VERSION, 8000, 640, HOP, 2, 8, 6, 512, 0x80000000u, "bad-arena");
BAD(small, SIZE, Q3E_ABI_VERSION, 8000, 640, HOP, 2, 8, 6, 512, 31, "bad-small");
BAD(name, SIZE, Q3E_ABI_VERSION, 8000, 640, HOP, 2, 8, 6, 512, 64, "fixture-saw");
BAD(nameless, SIZE, Q3E_ABI_VERSION, 8000, 640, HOP, 2, 8, 6, 512, 64, 0);

#define BAD_FRAME(symbol, bytes, name) \
    extern const q3e_model q3e_bad_##symbol; \
    const q3e_model q3e_bad_##symbol = {SIZE, Q3E_ABI_VERSION, 1, DECODER, name, SAW, NO_ENCODER, bytes, saw_conceal}

BAD_FRAME(frameless, 0, "bad-frameless");
BAD_FRAME(frames, 0x80000000u, "bad-frames");

extern const q3e_model q3e_bad_function, q3e_bad_conceal;
const q3e_model q3e_bad_function = {SIZE, Q3E_ABI_VERSION, 1, DECODER, "bad-function", saw_reset, 0, saw_hops, NO_ENCODER, SAW_FRAME, saw_conceal};
const q3e_model q3e_bad_conceal = {SIZE, Q3E_ABI_VERSION, 1, DECODER, "bad-conceal", SAW, 0, 0, 0, 0, 0, 0, NULL, NULL, SAW_FRAME, NULL};

#define BAD_ENCODER(symbol, arena, rate, frame, delay, layers, pad, reset, encode, name) \
    extern const q3e_model q3e_bad_encoder_##symbol; \
    const q3e_model q3e_bad_encoder_##symbol = {SIZE, Q3E_ABI_VERSION, 1, DECODER, name, SAW, arena, rate, frame, delay, layers, pad, reset, encode, SAW_FRAME, saw_conceal}

BAD_ENCODER(small, 31, 16000, ENCODER_FRAME, 1400, 5, PAD, peak_reset, peak_frame, "bad-encoder-small");
BAD_ENCODER(arena, 0x80000000u, 16000, ENCODER_FRAME, 1400, 5, PAD, peak_reset, peak_frame, "bad-encoder-arena");
BAD_ENCODER(rate, ENCODER_ARENA, 384001u, ENCODER_FRAME, 1400, 5, PAD, peak_reset, peak_frame, "bad-encoder-rate");
BAD_ENCODER(frame, ENCODER_ARENA, 16000, 640, 1400, 5, PAD, peak_reset, peak_frame, "bad-encoder-frame");
BAD_ENCODER(delay, ENCODER_ARENA, 16000, ENCODER_FRAME, 0x80000000u, 5, PAD, peak_reset, peak_frame, "bad-encoder-delay");
BAD_ENCODER(layerless, ENCODER_ARENA, 16000, ENCODER_FRAME, 1400, 0, PAD, peak_reset, peak_frame, "bad-encoder-layerless");
BAD_ENCODER(layers, ENCODER_ARENA, 16000, ENCODER_FRAME, 1400, 65, PAD, peak_reset, peak_frame, "bad-encoder-layers");
BAD_ENCODER(header, ENCODER_ARENA, 16000, ENCODER_FRAME, 1400, 5, 30, peak_reset, peak_frame, "bad-encoder-header");
BAD_ENCODER(odd, ENCODER_ARENA, 16000, ENCODER_FRAME, 1400, 5, 33, peak_reset, peak_frame, "bad-encoder-odd");
BAD_ENCODER(pad, ENCODER_ARENA, 16000, ENCODER_FRAME, 1400, 5, PAD + 2u, peak_reset, peak_frame, "bad-encoder-pad");
BAD_ENCODER(tight, 64, 16000, ENCODER_FRAME, 1400, 5, 32, peak_reset, peak_frame, "bad-encoder-tight");
BAD_ENCODER(function, ENCODER_ARENA, 16000, ENCODER_FRAME, 1400, 5, PAD, peak_reset, 0, "bad-encoder-function");
BAD_ENCODER(half, 0, 16000, 0, 0, 0, 0, 0, 0, "bad-encoder-half");
BAD_ENCODER(rest, 0, 0, 0, 0, 5, 0, 0, 0, "bad-encoder-rest");
BAD_ENCODER(stray, 0, 0, 0, 0, 0, 0, peak_reset, 0, "bad-encoder-stray");
