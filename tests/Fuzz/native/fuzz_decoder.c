/*
 * fuzz_decoder.c - the fuzzer's calls of q3e_decoder_init, _reset, q3e_decode_frame, q3e_decode_frames, q3e_decode_hop and q3e_conceal_frame.
 */
#include "fuzz.h"

#define MODEL DECODER_MODEL

void decoder_init(program *p, slot *s)
{
    unsigned shift = make_arena(p, s, MODEL->decoder_arena_bytes);
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
    int16_t *pcm = filled(samples * sizeof *pcm);
    if (codes == NULL) abort();
    for (uint32_t l = 0; l < held; l++) codes[l] = (flags & 4u) != 0 ? any_code(p) : (uint16_t)(word_of(p) % MODEL->codebook_size);

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
            require(is_filled(pcm, samples * sizeof *pcm), "a refused call wrote samples");
        }
    }
    free(codes);
    free(pcm);
}

void decoder_frame(program *p, slot *s)
{
    run_decode(p, s, 0);
}

void decoder_hop(program *p, slot *s)
{
    run_decode(p, s, 1);
}

void decoder_conceal(program *p, slot *s)
{
    unsigned flags = byte_of(p);
    uint32_t ending = (flags & 1u) == 0 ? (flags >> 1) & 1u : word_of(p) * 0x10001u;
    size_t bytes = MODEL->frame_samples * sizeof(int16_t);
    int16_t *pcm = filled(bytes);
    int16_t *given = (flags & 0x60u) == 0x60u ? NULL : pcm;
    q3e_status expected = given == NULL || ending > Q3E_CONCEAL_NOISE ? Q3E_ERROR_ARGUMENT : s->next_hop != 0 ? Q3E_ERROR_STATE : Q3E_OK;
    if (expected == Q3E_OK && p->hops < HOPS) {
        p->left = 0;
    } else if (expected == Q3E_OK) {
        require(q3e_conceal_frame(s->decoder, ending, given) == Q3E_OK, "status of conceal_frame");
        p->hops -= HOPS;
    } else {
        unsigned char *before = copy_of(s);
        require(q3e_conceal_frame(s->decoder, ending, given) == expected, "status of a refused conceal_frame");
        require_untouched(s, before);
        require(is_filled(pcm, bytes), "a refused call wrote samples");
    }
    free(pcm);
}

/* One to three frames in one call, one of their codes perhaps bad; the arena has room for one frame at once or for many. */
void decoder_frames(program *p, slot *s)
{
    unsigned flags = byte_of(p);
    uint32_t frames = 1u + flags % 3u, layers = layers_of(p, 0), n = frames * layers;
    size_t bytes = frames * MODEL->frame_samples * sizeof(int16_t);
    uint16_t *codes = block_of(n * sizeof *codes, 0);
    int16_t *pcm = filled(bytes);
    for (uint32_t i = 0; i < n; i++) codes[i] = (uint16_t)(word_of(p) % MODEL->codebook_size);
    if ((flags & 0x80u) != 0) codes[word_of(p) % n] = any_code(p);

    q3e_status expected = s->next_hop != 0 ? Q3E_ERROR_STATE : Q3E_OK;
    for (uint32_t i = 0; i < n; i++) {
        if (codes[i] >= MODEL->codebook_size) expected = Q3E_ERROR_CODE;
    }
    if (expected == Q3E_OK && p->hops < frames * HOPS) {
        p->left = 0;
    } else if (expected == Q3E_OK) {
        require(q3e_decode_frames(s->decoder, codes, layers, frames, pcm) == Q3E_OK, "status of decode_frames");
        p->hops -= frames * HOPS;
    } else {
        unsigned char *before = copy_of(s);
        require(q3e_decode_frames(s->decoder, codes, layers, frames, pcm) == expected, "status of a refused decode_frames");
        require_untouched(s, before);
        require(is_filled(pcm, bytes), "a refused call wrote samples");
    }
    free(codes);
    free(pcm);
}

/* Both slots become equal decoders between frames; one decodes a frame at once, the other in hops. */
void decoder_pair(program *p, slot *slots)
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

static q3e_model wrong_model(unsigned value)
{
    q3e_model bad = *MODEL;
    switch (value % 12u) {
    case 0: bad.size = (uint32_t)(value % sizeof bad); break;
    case 1: bad.version += 1u + value; break;
    case 2: bad.arithmetic += 1u + value; break;
    case 3: bad.hop_samples = 0; break;
    case 4: bad.frame_samples += 1u + value; break;
    case 5: bad.min_layers = 0; break;
    case 6: bad.min_layers = bad.max_layers + 1u + value; break;
    case 7: bad.used_layers = bad.max_layers + 1u + value; break;
    case 8: bad.decoder_arena_bytes = value % 32u; break;
    case 9: bad.decoder_conceal = NULL; break;
    case 10: bad.decoder_frame_bytes = 0; break;
    default: bad.decoder_hops = NULL; break;
    }
    return bad;
}

/* Calls whose pointers or descriptor are wrong, and a reset. */
void decoder_wrong(program *p, slot *s)
{
    q3e_decoder *decoder = NULL;
    uint16_t codes[16] = { 0 };
    int16_t pcm = 0;
    unsigned kind = byte_of(p);
    unsigned char *noise = block_of(64, byte_of(p));
    switch (kind % 9u) {
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
        require(q3e_conceal_frame(NULL, byte_of(p), &pcm) == Q3E_ERROR_ARGUMENT, "concealment of nothing");
        break;
    case 4: {
        /* Memory in which no decoder was made, at any alignment: 64 equal bytes are never its mark. */
        q3e_decoder *nothing = (q3e_decoder *)(void *)(noise + (byte_of(p) & 15u));
        require(q3e_decoder_reset(nothing) == Q3E_ERROR_STATE, "reset of noise");
        require(q3e_decode_frame(nothing, codes, MODEL->max_layers, &pcm) == Q3E_ERROR_STATE, "frame of noise");
        require(q3e_decode_hop(nothing, codes, MODEL->max_layers, &pcm) == Q3E_ERROR_STATE, "hop of noise");
        require(q3e_conceal_frame(nothing, Q3E_CONCEAL_SILENCE, &pcm) == Q3E_ERROR_STATE, "concealment of noise");
        break;
    }
    case 5: {
        q3e_model bad = wrong_model(word_of(p));
        require(q3e_decoder_init(&bad, noise, 64, &decoder) == Q3E_ERROR_MODEL && decoder == NULL, "init with a wrong descriptor");
        break;
    }
    case 6:
        /* An encoder is not a decoder. */
        if (s->encoder != NULL) {
            unsigned char *before = copy_of(s);
            decoder = (q3e_decoder *)(void *)s->encoder;
            require(q3e_decoder_reset(decoder) == Q3E_ERROR_STATE, "reset of an encoder as a decoder");
            require(q3e_decode_frame(decoder, codes, MODEL->max_layers, &pcm) == Q3E_ERROR_STATE, "an encoder decodes a frame");
            require(q3e_decode_hop(decoder, codes, MODEL->max_layers, &pcm) == Q3E_ERROR_STATE, "an encoder decodes a hop");
            require(q3e_conceal_frame(decoder, Q3E_CONCEAL_NOISE, &pcm) == Q3E_ERROR_STATE, "an encoder conceals a frame");
            require_untouched(s, before);
        }
        break;
    case 7:
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
