/*
 * interface_abuse.c - calls the interface as it must not be called: every call gets the status that q3e.h promises, writes nothing, and
 * leaves the decoder as it was. Prints "ok <n checks>" or one line about the first failure.
 *
 * Two decoders get the same frames; one of them is abused in between. Their arenas (all of a decoder's state) and their samples must stay
 * equal. Everything is allocated to the byte, so that a sanitizer sees the first step outside.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include MODEL_HEADER

#define ROUNDS 3
#define UNTOUCHED 0x5a

static const q3e_model *const model = &MODEL;
static unsigned long checks;
static uint32_t random_state = 1;

static void check(int ok, const char *what, unsigned long value)
{
    checks++;
    if (!ok) {
        fprintf(stderr, "failed: %s (%lu)\n", what, value);
        exit(1);
    }
}

static void expect(q3e_status got, q3e_status wanted, const char *what, unsigned long value)
{
    checks++;
    if (got != wanted) {
        fprintf(stderr, "failed: %s (%lu): %s, not %s\n", what, value, q3e_status_text(got), q3e_status_text(wanted));
        exit(1);
    }
}

static void *memory(size_t bytes)
{
    void *block = malloc(bytes > 0 ? bytes : 1u);
    if (block == NULL) exit(2);
    memset(block, UNTOUCHED, bytes);
    return block;
}

static int is_untouched(const void *block, size_t bytes)
{
    const unsigned char *p = (const unsigned char *)block;
    size_t i;
    for (i = 0; i < bytes && p[i] == UNTOUCHED; i++) {
    }
    return i == bytes;
}

static uint16_t *random_codes(uint32_t layers)
{
    uint16_t *codes = (uint16_t *)memory(layers * sizeof *codes);
    uint32_t l;
    for (l = 0; l < layers; l++) {
        random_state = random_state * 1664525u + 1013904223u;
        codes[l] = (uint16_t)((random_state >> 8) % model->codebook_size);
    }
    return codes;
}

/* A decoder, its arena, and room for a frame. */
typedef struct {
    unsigned char *arena;
    q3e_decoder *decoder;
    int16_t *pcm;
} voice;

static voice make_voice(void)
{
    voice v;
    v.arena = (unsigned char *)memory(model->decoder_arena_bytes);
    v.pcm = (int16_t *)memory(model->frame_samples * sizeof *v.pcm);
    /* Whatever else an arena held may differ; its state may not. */
    memset(v.arena, 0, model->decoder_arena_bytes);
    expect(q3e_decoder_init(model, v.arena, model->decoder_arena_bytes, &v.decoder), Q3E_OK, "init", 0);
    return v;
}

static void free_voice(voice *v)
{
    free(v->arena);
    free(v->pcm);
}

/* One refused call: the status, no sample written, not a byte of the arena changed. */
static void refused(const voice *v, int by_hop, const uint16_t *codes, uint32_t layers, q3e_status wanted, const char *what, unsigned long value)
{
    size_t bytes = (by_hop ? model->hop_samples : model->frame_samples) * sizeof(int16_t);
    unsigned char *before = (unsigned char *)memory(model->decoder_arena_bytes);
    int16_t *pcm = (int16_t *)memory(bytes);
    memcpy(before, v->arena, model->decoder_arena_bytes);
    expect(by_hop ? q3e_decode_hop(v->decoder, codes, layers, pcm) : q3e_decode_frame(v->decoder, codes, layers, pcm), wanted, what, value);
    check(is_untouched(pcm, bytes), "a refused call wrote samples", value);
    check(memcmp(before, v->arena, model->decoder_arena_bytes) == 0, "a refused call changed the arena", value);
    free(pcm);
    free(before);
}

static void abuse_codes(const voice *v)
{
    static const uint16_t tops[] = {0, 1, 0x7fff, 0x8000, 0xffff};
    uint32_t layers, bad, t;
    uint16_t few[1] = {0};
    for (layers = model->min_layers; layers <= model->max_layers; layers++) {
        for (bad = 0; bad < layers; bad++) {
            for (t = 0; t < sizeof tops / sizeof tops[0]; t++) {
                uint16_t *codes = random_codes(layers);
                codes[bad] = (uint16_t)(t < 2 ? model->codebook_size + tops[t] : tops[t]);
                refused(v, (int)(t & 1u), codes, layers, Q3E_ERROR_CODE, "bad code in layer", bad);
                free(codes);
            }
        }
    }
    /* A number of layers is judged before a code is read: there is one code behind this pointer. */
    refused(v, 0, few, 0, Q3E_ERROR_LAYERS, "layers", 0);
    refused(v, 1, few, 0, Q3E_ERROR_LAYERS, "layers", 0);
    if (model->min_layers > 1) refused(v, 0, few, model->min_layers - 1u, Q3E_ERROR_LAYERS, "layers", model->min_layers - 1u);
    refused(v, 0, few, model->max_layers + 1u, Q3E_ERROR_LAYERS, "layers", model->max_layers + 1u);
    refused(v, 1, few, model->max_layers + 1u, Q3E_ERROR_LAYERS, "layers", model->max_layers + 1u);
    refused(v, 0, few, 0x80000000u, Q3E_ERROR_LAYERS, "layers", 0x80000000u);
    refused(v, 1, few, 0xffffffffu, Q3E_ERROR_LAYERS, "layers", 0xffffffffu);
    refused(v, 0, NULL, model->max_layers, Q3E_ERROR_ARGUMENT, "null codes", 0);
    refused(v, 1, NULL, model->max_layers, Q3E_ERROR_ARGUMENT, "null codes", 1);
}

static void abuse_pointers(const voice *v)
{
    uint16_t *codes = random_codes(model->max_layers);
    unsigned char *before = (unsigned char *)memory(model->decoder_arena_bytes);
    int16_t *pcm = (int16_t *)memory(model->frame_samples * sizeof *pcm);
    unsigned char *foreign = (unsigned char *)memory(model->decoder_arena_bytes);
    uint32_t shift;
    memcpy(before, v->arena, model->decoder_arena_bytes);
    expect(q3e_decode_frame(v->decoder, codes, model->max_layers, NULL), Q3E_ERROR_ARGUMENT, "null samples of a frame", 0);
    expect(q3e_decode_hop(v->decoder, codes, model->max_layers, NULL), Q3E_ERROR_ARGUMENT, "null samples of a hop", 0);
    expect(q3e_conceal_frame(v->decoder, Q3E_CONCEAL_NOISE, NULL), Q3E_ERROR_ARGUMENT, "null samples of a concealed frame", 0);
    expect(q3e_conceal_frame(v->decoder, 2, pcm), Q3E_ERROR_ARGUMENT, "an ending that there is not", 2);
    expect(q3e_conceal_frame(v->decoder, 0xffffffffu, pcm), Q3E_ERROR_ARGUMENT, "an ending that there is not", 0xffffffffu);
    expect(q3e_conceal_frame(NULL, Q3E_CONCEAL_SILENCE, pcm), Q3E_ERROR_ARGUMENT, "null decoder, concealment", 0);
    expect(q3e_conceal_frame((q3e_decoder *)(void *)foreign, Q3E_CONCEAL_SILENCE, pcm), Q3E_ERROR_STATE, "no decoder, concealment", 0);
    expect(q3e_decode_frame(NULL, codes, model->max_layers, pcm), Q3E_ERROR_ARGUMENT, "null decoder, frame", 0);
    expect(q3e_decode_hop(NULL, codes, model->max_layers, pcm), Q3E_ERROR_ARGUMENT, "null decoder, hop", 0);
    expect(q3e_decoder_reset(NULL), Q3E_ERROR_ARGUMENT, "null decoder, reset", 0);
    /* Memory that q3e_decoder_init never saw, and a decoder's memory at a place where none can be. */
    expect(q3e_decode_frame((q3e_decoder *)(void *)foreign, codes, model->max_layers, pcm), Q3E_ERROR_STATE, "no decoder, frame", 0);
    expect(q3e_decode_hop((q3e_decoder *)(void *)foreign, codes, model->max_layers, pcm), Q3E_ERROR_STATE, "no decoder, hop", 0);
    expect(q3e_decoder_reset((q3e_decoder *)(void *)foreign), Q3E_ERROR_STATE, "no decoder, reset", 0);
    for (shift = 1; shift < Q3E_ARENA_ALIGNMENT; shift++) {
        q3e_decoder *misplaced = (q3e_decoder *)(void *)(v->arena + shift);
        expect(q3e_decode_frame(misplaced, codes, model->max_layers, pcm), Q3E_ERROR_STATE, "misplaced decoder, frame", shift);
        expect(q3e_decode_hop(misplaced, codes, model->max_layers, pcm), Q3E_ERROR_STATE, "misplaced decoder, hop", shift);
        expect(q3e_decoder_reset(misplaced), Q3E_ERROR_STATE, "misplaced decoder, reset", shift);
        expect(q3e_conceal_frame(misplaced, Q3E_CONCEAL_SILENCE, pcm), Q3E_ERROR_STATE, "misplaced decoder, concealment", shift);
    }
    check(is_untouched(foreign, model->decoder_arena_bytes), "foreign memory was written", 0);
    check(is_untouched(pcm, model->frame_samples * sizeof *pcm), "samples were written", 0);
    check(memcmp(before, v->arena, model->decoder_arena_bytes) == 0, "the arena changed", 0);
    free(foreign);
    free(pcm);
    free(before);
    free(codes);
}

/* One frame by hops, abused between them; `codes` are not looked at again after the first. */
static void decode_abused_hops(const voice *v, const uint16_t *codes, uint32_t layers)
{
    static const uint16_t bad[1] = {0xffff};
    uint32_t hop, hops = model->frame_samples / model->hop_samples;
    for (hop = 0; hop < hops; hop++) {
        int16_t *pcm = v->pcm + hop * model->hop_samples;
        q3e_status status = hop == 0 ? q3e_decode_hop(v->decoder, codes, layers, pcm)
            : hop == 1 ? q3e_decode_hop(v->decoder, NULL, 0, pcm)
            : q3e_decode_hop(v->decoder, bad, hop == 2 ? 0u : 0xffffffffu, pcm);
        expect(status, Q3E_OK, "hop", hop);
        if (hop + 1 < hops) {
            unsigned char *before = (unsigned char *)memory(model->decoder_arena_bytes);
            refused(v, 0, codes, layers, Q3E_ERROR_STATE, "a frame between hops", hop);
            memcpy(before, v->arena, model->decoder_arena_bytes);
            expect(q3e_decode_hop(v->decoder, NULL, 0, NULL), Q3E_ERROR_ARGUMENT, "null samples between hops", hop);
            expect(q3e_conceal_frame(v->decoder, Q3E_CONCEAL_SILENCE, v->pcm), Q3E_ERROR_STATE, "concealment between hops", hop);
            check(memcmp(before, v->arena, model->decoder_arena_bytes) == 0, "the arena changed", hop);
            free(before);
        }
    }
}

static void test_streams(void)
{
    voice plain = make_voice(), abused = make_voice();
    uint32_t round, layers;
    for (round = 0; round < ROUNDS; round++) {
        for (layers = model->min_layers; layers <= model->max_layers; layers++) {
            uint16_t *codes = random_codes(layers);
            if (layers == model->min_layers) {
                abuse_codes(&abused);
                abuse_pointers(&abused);
            }
            expect(q3e_decode_frame(plain.decoder, codes, layers, plain.pcm), Q3E_OK, "frame", layers);
            if ((layers + round) % 2 == 0) {
                decode_abused_hops(&abused, codes, layers);
            } else {
                expect(q3e_decode_frame(abused.decoder, codes, layers, abused.pcm), Q3E_OK, "frame", layers);
            }
            check(memcmp(plain.pcm, abused.pcm, model->frame_samples * sizeof *plain.pcm) == 0, "an abused decoder gives other samples", layers);
            free(codes);
        }
    }
    free_voice(&plain);
    free_voice(&abused);
}

/* A reset from between hops gives the start of a stream again. */
static void test_reset(void)
{
    voice v = make_voice();
    uint16_t *codes = random_codes(model->max_layers);
    int16_t *first = (int16_t *)memory(model->frame_samples * sizeof *first);
    expect(q3e_decode_frame(v.decoder, codes, model->max_layers, first), Q3E_OK, "frame", 0);
    expect(q3e_decode_frame(v.decoder, codes, model->max_layers, v.pcm), Q3E_OK, "frame", 1);
    expect(q3e_decode_hop(v.decoder, codes, model->max_layers, v.pcm), Q3E_OK, "hop", 0);
    expect(q3e_decoder_reset(v.decoder), Q3E_OK, "reset between hops", 0);
    expect(q3e_decode_frame(v.decoder, codes, model->max_layers, v.pcm), Q3E_OK, "frame after a reset", 0);
    check(memcmp(first, v.pcm, model->frame_samples * sizeof *first) == 0, "a reset does not give the start again", 0);
    free(first);
    free(codes);
    free_voice(&v);
}

/* No matter what an arena held before. */
static void test_dirty_arena(void)
{
    voice clean = make_voice(), dirty = make_voice();
    uint16_t *codes = random_codes(model->max_layers);
    uint32_t frame;
    memset(dirty.arena, 0xa5, model->decoder_arena_bytes);
    expect(q3e_decoder_init(model, dirty.arena, model->decoder_arena_bytes, &dirty.decoder), Q3E_OK, "init", 0);
    for (frame = 0; frame < 4; frame++) {
        expect(q3e_decode_frame(clean.decoder, codes, model->max_layers, clean.pcm), Q3E_OK, "frame", frame);
        expect(q3e_decode_frame(dirty.decoder, codes, model->max_layers, dirty.pcm), Q3E_OK, "frame", frame);
        check(memcmp(clean.pcm, dirty.pcm, model->frame_samples * sizeof *clean.pcm) == 0, "what an arena held shows", frame);
    }
    free(codes);
    free_voice(&clean);
    free_voice(&dirty);
}

static void refused_init(const q3e_model *m, void *arena, size_t bytes, q3e_status wanted, const char *what, unsigned long value)
{
    voice other = {NULL, NULL, NULL};
    other.decoder = (q3e_decoder *)(void *)&other;
    expect(q3e_decoder_init(m, arena, bytes, &other.decoder), wanted, what, value);
    check(other.decoder == NULL, "a failed init left a decoder", value);
}

static void test_init(void)
{
    size_t bytes = model->decoder_arena_bytes, size;
    unsigned char *arena = (unsigned char *)memory(bytes + Q3E_ARENA_ALIGNMENT);
    uint32_t shift;
    refused_init(NULL, arena, bytes, Q3E_ERROR_ARGUMENT, "null model", 0);
    refused_init(model, NULL, bytes, Q3E_ERROR_ARGUMENT, "null arena", 0);
    expect(q3e_decoder_init(model, arena, bytes, NULL), Q3E_ERROR_ARGUMENT, "null decoder", 0);
    for (shift = 1; shift < Q3E_ARENA_ALIGNMENT; shift++) {
        refused_init(model, arena + shift, bytes, Q3E_ERROR_ARENA_ALIGNMENT, "misaligned arena", shift);
    }
    check(is_untouched(arena, bytes + Q3E_ARENA_ALIGNMENT), "a refused arena was written", 0);
    free(arena);
    for (size = 0; size < bytes; size += size < 256 ? 1 : 997) {
        unsigned char *tight = (unsigned char *)memory(size);
        refused_init(model, tight, size, Q3E_ERROR_ARENA_SIZE, "short arena", (unsigned long)size);
        check(is_untouched(tight, size), "a short arena was written", (unsigned long)size);
        free(tight);
    }
    arena = (unsigned char *)memory(bytes - 1);
    refused_init(model, arena, bytes - 1, Q3E_ERROR_ARENA_SIZE, "an arena one byte short", 0);
    free(arena);
}

static void test_models(void)
{
    unsigned char *arena = (unsigned char *)memory(model->decoder_arena_bytes);
    q3e_model wrong;
    wrong = *model;
    wrong.size = (uint32_t)sizeof(q3e_model) - 1u;
    refused_init(&wrong, arena, model->decoder_arena_bytes, Q3E_ERROR_MODEL, "size", wrong.size);
    wrong = *model;
    wrong.version = Q3E_ABI_VERSION + 1u;
    refused_init(&wrong, arena, model->decoder_arena_bytes, Q3E_ERROR_MODEL, "version", wrong.version);
    wrong = *model;
    wrong.arithmetic = Q3E_ARITHMETIC_VERSION + 1u;
    refused_init(&wrong, arena, model->decoder_arena_bytes, Q3E_ERROR_MODEL, "arithmetic", wrong.arithmetic);
    wrong = *model;
    wrong.decoder_hops = NULL;
    refused_init(&wrong, arena, model->decoder_arena_bytes, Q3E_ERROR_MODEL, "no function", 0);
    wrong = *model;
    wrong.decoder_conceal = NULL;
    refused_init(&wrong, arena, model->decoder_arena_bytes, Q3E_ERROR_MODEL, "no concealment", 0);
    memset(&wrong, 0, sizeof wrong);
    refused_init(&wrong, arena, model->decoder_arena_bytes, Q3E_ERROR_MODEL, "zeros", 0);
    check(is_untouched(arena, model->decoder_arena_bytes), "an arena was written for a wrong model", 0);
    free(arena);
}

static void test_texts(void)
{
    int status;
    for (status = -2; status < 12; status++) {
        const char *text = q3e_status_text((q3e_status)status);
        check(text != NULL && text[0] != '\0', "a status without a text", (unsigned long)(status + 2));
    }
}

int main(void)
{
    test_init();
    test_models();
    test_streams();
    test_reset();
    test_dirty_arena();
    test_texts();
    printf("ok %lu checks\n", checks);
    return 0;
}
