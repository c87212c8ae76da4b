/*
 * decoder_fuzzer.c - libFuzzer target for the C interface (q3e.h) over the emitted edge-meter.
 *
 * An input is a small program: byte by byte it names calls and their arguments, good and bad, over two decoders. After each call the
 * status must be the one that q3e.h promises for those arguments, a refused call must leave the arena and the samples as they were, and
 * four hops must give the samples of one frame. Every arena, code and sample buffer is its own heap block of exactly the size that was
 * promised to the library, so that AddressSanitizer sees the first byte beyond it.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "edge_meter.h"

#define MODEL (&q3e_edge_meter)
#define SLOTS 2
#define HOPS 4u
/* Speech work in one input, in hops: most inputs end after a frame, so that many inputs are tried; one in eight goes on for three. */
#define FEW_HOPS 4u
#define MANY_HOPS 12u

typedef struct {
    const uint8_t *data;
    size_t left;
    unsigned hops;          /* that may still be decoded */
} program;

typedef struct {
    unsigned char *block;   /* as allocated */
    unsigned char *arena;   /* block + misalignment */
    size_t bytes;           /* from arena on */
    q3e_decoder *decoder;   /* null until init succeeded */
    unsigned next_hop;
} slot;

static void require(int condition, const char *what)
{
    if (!condition) {
        fprintf(stderr, "decoder_fuzzer: broken promise: %s\n", what);
        abort();
    }
}

static unsigned byte_of(program *p)
{
    if (p->left == 0) return 0;
    p->left--;
    return *p->data++;
}

static unsigned word_of(program *p)
{
    unsigned low = byte_of(p);
    return low | (byte_of(p) << 8);
}

static void *block_of(size_t bytes, unsigned fill)
{
    void *block = NULL;
    if (posix_memalign(&block, 16, bytes == 0 ? 1 : bytes) != 0) abort();
    memset(block, (int)fill, bytes);
    return block;
}

static void release(slot *s)
{
    free(s->block);
    memset(s, 0, sizeof *s);
}

/* The arena before a call that has to be refused, to see that it stays as it is. */
static unsigned char *copy_of(const slot *s)
{
    unsigned char *copy = malloc(s->bytes + 1);
    if (copy == NULL) abort();
    memcpy(copy, s->arena, s->bytes);
    return copy;
}

static void require_untouched(const slot *s, unsigned char *copy)
{
    require(memcmp(copy, s->arena, s->bytes) == 0, "a refused call changed the arena");
    free(copy);
}

static size_t arena_size(program *p)
{
    size_t need = MODEL->decoder_arena_bytes;
    unsigned kind = byte_of(p);
    switch (kind & 7u) {
    case 0: return need - 1;
    case 1: return need + 1;
    case 2: return need + word_of(p);
    case 3: return word_of(p) % need;
    case 4: return 0;
    default: return need;
    }
}

static void run_init(program *p, slot *s)
{
    release(s);
    unsigned flags = byte_of(p);
    unsigned shift = (flags & 0x80u) != 0 ? flags & 15u : 0;
    s->bytes = arena_size(p);
    s->block = block_of(s->bytes + shift, word_of(p) & 255u);
    s->arena = s->block + shift;
    unsigned char *before = copy_of(s);

    q3e_decoder *decoder = (q3e_decoder *)(void *)s->block;
    q3e_status status = q3e_decoder_init(MODEL, s->arena, s->bytes, &decoder);
    q3e_status expected = shift != 0 ? Q3E_ERROR_ARENA_ALIGNMENT : s->bytes < MODEL->decoder_arena_bytes ? Q3E_ERROR_ARENA_SIZE : Q3E_OK;
    require(status == expected, "status of init");
    require((decoder != NULL) == (status == Q3E_OK), "init gives a decoder exactly when it succeeds");
    if (status == Q3E_OK) {
        free(before);
        s->decoder = decoder;
    } else {
        require_untouched(s, before);
        release(s);
    }
}

/* The status that q3e.h promises for a call with these arguments; the codes hold at least min(layers, max_layers) entries. */
static q3e_status expected_status(const slot *s, const uint16_t *codes, uint32_t layers, const int16_t *pcm, int hop)
{
    if (pcm == NULL) return Q3E_ERROR_ARGUMENT;
    if (hop && s->next_hop != 0) return Q3E_OK;
    if (codes == NULL) return Q3E_ERROR_ARGUMENT;
    if (layers < MODEL->min_layers || layers > MODEL->max_layers) return Q3E_ERROR_LAYERS;
    for (uint32_t l = 0; l < layers; l++) {
        if (codes[l] >= MODEL->codebook_size) return Q3E_ERROR_CODE;
    }
    return s->next_hop != 0 ? Q3E_ERROR_STATE : Q3E_OK;
}

/* Mostly good codes, so that a bad one comes late in a frame too, and the bad ones next to the edge. */
static uint16_t any_code(program *p)
{
    unsigned kind = byte_of(p);
    switch (kind & 15u) {
    case 0: return (uint16_t)MODEL->codebook_size;
    case 1: return (uint16_t)(MODEL->codebook_size + 1u);
    case 2: return 65535u;
    case 3: return (uint16_t)word_of(p);
    case 4: return (uint16_t)(MODEL->codebook_size - 1u);
    default: return (uint16_t)((kind >> 4) * 128u);
    }
}

static uint32_t layers_of(program *p, unsigned flags)
{
    if ((flags & 1u) == 0) return MODEL->min_layers + (byte_of(p) % (MODEL->max_layers - MODEL->min_layers + 1u));
    if ((flags & 2u) == 0) return byte_of(p) % 24u;
    return word_of(p) * 0x10001u;
}

static void run_decode(program *p, slot *s, int hop)
{
    unsigned flags = byte_of(p);
    uint32_t layers = layers_of(p, flags);
    uint32_t held = layers < MODEL->max_layers ? layers : MODEL->max_layers;
    uint16_t *codes = malloc(held * sizeof *codes + (held == 0));
    size_t samples = hop ? MODEL->hop_samples : MODEL->frame_samples;
    int16_t *pcm = malloc(samples * sizeof *pcm);
    int16_t *untouched = malloc(samples * sizeof *pcm);
    if (codes == NULL || pcm == NULL || untouched == NULL) abort();
    for (uint32_t l = 0; l < held; l++) codes[l] = (flags & 4u) != 0 ? any_code(p) : (uint16_t)(word_of(p) % MODEL->codebook_size);
    memset(pcm, 0x5A, samples * sizeof *pcm);
    memset(untouched, 0x5A, samples * sizeof *pcm);

    const uint16_t *given_codes = (flags & 0x18u) == 0x18u ? NULL : codes;
    int16_t *given_pcm = (flags & 0x60u) == 0x60u ? NULL : pcm;
    q3e_status expected = expected_status(s, given_codes, layers, given_pcm, hop);
    unsigned work = hop ? 1u : HOPS;
    if (expected == Q3E_OK && p->hops < work) {
        p->left = 0;
    } else {
        unsigned char *before = expected == Q3E_OK ? NULL : copy_of(s);
        q3e_status status = hop ? q3e_decode_hop(s->decoder, given_codes, layers, given_pcm) : q3e_decode_frame(s->decoder, given_codes, layers, given_pcm);
        require(status == expected, hop ? "status of decode_hop" : "status of decode_frame");
        if (status == Q3E_OK) {
            p->hops -= work;
            s->next_hop = (s->next_hop + work) % HOPS;
        } else {
            require_untouched(s, before);
            require(memcmp(pcm, untouched, samples * sizeof *pcm) == 0, "a refused call wrote samples");
        }
    }
    free(codes);
    free(pcm);
    free(untouched);
}

/* One to three frames in one call, one of their codes perhaps bad; the arena has room for one frame at once or for many. */
static void run_frames(program *p, slot *s)
{
    unsigned flags = byte_of(p);
    uint32_t frames = 1u + flags % 3u, layers = layers_of(p, 0), n = frames * layers;
    size_t bytes = frames * MODEL->frame_samples * sizeof(int16_t);
    uint16_t *codes = malloc(n * sizeof *codes);
    int16_t *pcm = block_of(bytes, 0x5A), *untouched = block_of(bytes, 0x5A);
    if (codes == NULL) abort();
    for (uint32_t i = 0; i < n; i++) codes[i] = (uint16_t)(word_of(p) % MODEL->codebook_size);
    if ((flags & 0x80u) != 0) codes[word_of(p) % n] = any_code(p);

    q3e_status expected = s->next_hop != 0 ? Q3E_ERROR_STATE : Q3E_OK;
    for (uint32_t i = 0; i < n; i++) {
        if (codes[i] >= MODEL->codebook_size) expected = Q3E_ERROR_CODE;
    }
    if (expected == Q3E_OK && p->hops < frames * HOPS) {
        p->left = 0;
    } else {
        unsigned char *before = expected == Q3E_OK ? NULL : copy_of(s);
        require(q3e_decode_frames(s->decoder, codes, layers, frames, pcm) == expected, "status of decode_frames");
        if (expected == Q3E_OK) {
            p->hops -= frames * HOPS;
        } else {
            require_untouched(s, before);
            require(memcmp(pcm, untouched, bytes) == 0, "a refused call wrote samples");
        }
    }
    free(codes);
    free(pcm);
    free(untouched);
}

/* Both slots become equal decoders between frames; one decodes a frame at once, the other in hops. */
static void run_pair(program *p, slot *slots)
{
    slot *one = &slots[0], *other = &slots[1];
    if (one->decoder == NULL || one->next_hop != 0 || p->hops < 2u * HOPS) return;
    release(other);
    other->bytes = one->bytes;
    other->block = other->arena = block_of(other->bytes, 0);
    memcpy(other->arena, one->arena, one->bytes);
    other->decoder = (q3e_decoder *)(void *)other->arena;

    uint32_t layers = layers_of(p, 0);
    uint16_t *codes = malloc(layers * sizeof *codes);
    int16_t *whole = malloc(MODEL->frame_samples * sizeof *whole);
    if (codes == NULL || whole == NULL) abort();
    for (uint32_t l = 0; l < layers; l++) codes[l] = (uint16_t)(word_of(p) % MODEL->codebook_size);
    require(q3e_decode_frame(one->decoder, codes, layers, whole) == Q3E_OK, "status of a frame of a pair");
    for (unsigned h = 0; h < HOPS; h++) {
        int16_t *piece = malloc(MODEL->hop_samples * sizeof *piece);
        if (piece == NULL) abort();
        require(q3e_decode_hop(other->decoder, h == 0 ? codes : NULL, h == 0 ? layers : 0, piece) == Q3E_OK, "status of a hop of a pair");
        require(memcmp(piece, whole + h * MODEL->hop_samples, MODEL->hop_samples * sizeof *piece) == 0, "hops and frame differ");
        free(piece);
    }
    p->hops -= 2u * HOPS;
    free(codes);
    free(whole);
}

/* Calls whose pointers or descriptor are wrong. */
static void run_wrong(program *p, slot *s)
{
    q3e_decoder *decoder = NULL;
    uint16_t codes[16] = { 0 };
    int16_t pcm = 0;
    unsigned kind = byte_of(p);
    unsigned char *noise = block_of(64, byte_of(p));
    switch (kind % 8u) {
    case 0:
        require(q3e_decoder_init(MODEL, noise, 64, NULL) == Q3E_ERROR_ARGUMENT, "init without a place for the decoder");
        break;
    case 1:
        decoder = (q3e_decoder *)(void *)noise;
        require(q3e_decoder_init(NULL, noise, 64, &decoder) == Q3E_ERROR_ARGUMENT && decoder == NULL, "init without a model");
        break;
    case 2:
        decoder = (q3e_decoder *)(void *)noise;
        require(q3e_decoder_init(MODEL, NULL, word_of(p), &decoder) == Q3E_ERROR_ARGUMENT && decoder == NULL, "init without an arena");
        break;
    case 3:
        require(q3e_decoder_reset(NULL) == Q3E_ERROR_ARGUMENT, "reset of nothing");
        require(q3e_decode_frame(NULL, codes, word_of(p), &pcm) == Q3E_ERROR_ARGUMENT, "frame of nothing");
        require(q3e_decode_hop(NULL, codes, word_of(p), &pcm) == Q3E_ERROR_ARGUMENT, "hop of nothing");
        break;
    case 4: {
        /* Memory in which no decoder was made, at any alignment: 64 equal bytes are never its mark. */
        q3e_decoder *nothing = (q3e_decoder *)(void *)(noise + (byte_of(p) & 15u));
        require(q3e_decoder_reset(nothing) == Q3E_ERROR_STATE, "reset of noise");
        require(q3e_decode_frame(nothing, codes, MODEL->max_layers, &pcm) == Q3E_ERROR_STATE, "frame of noise");
        require(q3e_decode_hop(nothing, codes, MODEL->max_layers, &pcm) == Q3E_ERROR_STATE, "hop of noise");
        break;
    }
    case 5: {
        q3e_model bad = *MODEL;
        unsigned value = word_of(p);
        switch (value % 11u) {
        case 0: bad.size = (uint32_t)(value % sizeof bad); break;
        case 1: bad.version += 1u + value; break;
        case 2: bad.arithmetic += 1u + value; break;
        case 3: bad.hop_samples = 0; break;
        case 4: bad.frame_samples += 1u + value; break;
        case 5: bad.min_layers = 0; break;
        case 6: bad.min_layers = bad.max_layers + 1u + value; break;
        case 7: bad.used_layers = bad.max_layers + 1u + value; break;
        case 8: bad.decoder_arena_bytes = value % 32u; break;
        case 9: bad.decoder_frame_bytes = 0; break;
        default: bad.decoder_hops = NULL; break;
        }
        require(q3e_decoder_init(&bad, noise, 64, &decoder) == Q3E_ERROR_MODEL && decoder == NULL, "init with a wrong descriptor");
        break;
    }
    case 6:
        require(q3e_status_text((q3e_status)word_of(p)) != NULL, "text of any status");
        require(q3e_abi_version() == Q3E_ABI_VERSION, "version of the interface");
        break;
    default:
        if (s->decoder != NULL) {
            require(q3e_decoder_reset(s->decoder) == Q3E_OK, "status of reset");
            s->next_hop = 0;
        }
        break;
    }
    require(pcm == 0, "a refused call wrote a sample");
    free(noise);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    program p = { data, size, FEW_HOPS };
    slot slots[SLOTS];
    memset(slots, 0, sizeof slots);
    if ((byte_of(&p) & 7u) == 0) p.hops = MANY_HOPS;
    while (p.left > 0) {
        unsigned op = byte_of(&p);
        slot *s = &slots[(op >> 7) & 1u];
        switch (op & 7u) {
        case 0:
            run_init(&p, s);
            break;
        case 1:
        case 2:
            if (s->decoder != NULL) run_decode(&p, s, 0);
            break;
        case 3:
        case 4:
            if (s->decoder != NULL) run_decode(&p, s, 1);
            break;
        case 5:
            run_pair(&p, slots);
            break;
        case 6:
            if (s->decoder != NULL) run_frames(&p, s);
            break;
        default:
            run_wrong(&p, s);
            break;
        }
    }
    for (int i = 0; i < SLOTS; i++) release(&slots[i]);
    return 0;
}
