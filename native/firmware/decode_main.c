/*
 * decode_main.c - an emitted decoder on bare metal, under a debugger or an emulator.
 *
 *   (no arguments)            decodes the conformance vectors by frames and by hops; prints their checksums, checks them
 *   CODES LAYERS [PCM]        decodes little-endian 16-bit codes [frame][layer]; prints frames, checksum and stack, writes 16-bit PCM
 *
 * Compile with -DMODEL_HEADER="..." -DMODEL=... -DARENA_BYTES=... (the emitted macro), the emitted folder's include and conformance folders on the path. Stores to
 * q3e_marker tell a counting emulator where a frame's decoding begins and ends.
 */
#include MODEL_HEADER
#include "vectors.h"

#include "firmware.h"
#include "semihosting.h"

enum { FRAME_SAMPLES = 2048, CODES = 32, LINE = 256 };

volatile uint32_t q3e_marker[2]; /* end, begin: in this order start-up's zeros leave no span open that counts */

static union {
    unsigned char bytes[ARENA_BYTES];
    uint64_t align;
} arena __attribute__((aligned(Q3E_ARENA_ALIGNMENT)));
static int16_t pcm[FRAME_SAMPLES];

static uint32_t crc32_of(uint32_t crc, const int16_t *samples, uint32_t count)
{
    const unsigned char *bytes = (const unsigned char *)samples;
    crc = ~crc;
    for (uint32_t i = 0; i < 2 * count; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1u) != 0 ? 0xedb88320u : 0u);
    }
    return ~crc;
}

static int fail(const char *what, q3e_status status)
{
    semihost_text(what);
    semihost_text(": ");
    semihost_text(q3e_status_text(status));
    semihost_text("\n");
    return 1;
}

static q3e_status decode_frame(q3e_decoder *decoder, const uint16_t *codes, uint32_t layers)
{
    q3e_marker[1] = 1;
    const q3e_status status = q3e_decode_frame(decoder, codes, layers, pcm);
    q3e_marker[0] = 1;
    return status;
}

static q3e_status decode_hops(q3e_decoder *decoder, const uint16_t *codes, uint32_t layers)
{
    q3e_status status = Q3E_OK;
    for (uint32_t hop = 0; hop < MODEL.frame_samples / MODEL.hop_samples && status == Q3E_OK; hop++) {
        status = q3e_decode_hop(decoder, codes, layers, pcm + hop * MODEL.hop_samples);
    }
    return status;
}

static int check(q3e_decoder *decoder, q3e_status (*decode)(q3e_decoder *, const uint16_t *, uint32_t))
{
    uint32_t crc = 0;
    (void)q3e_decoder_reset(decoder);
    for (uint32_t frame = 0; frame < VECTOR_FRAMES; frame++) {
        const q3e_status status = decode(decoder, vector_codes + frame * VECTOR_LAYERS, VECTOR_LAYERS);
        if (status != Q3E_OK) return fail("decode", status);
        crc = crc32_of(crc, pcm, MODEL.frame_samples);
    }
    semihost_hex(crc);
    semihost_text("\n");
    return crc == VECTOR_CRC ? 0 : 2;
}

static int decode_file(q3e_decoder *decoder, const char *path, uint32_t layers, const char *pcm_path)
{
    uint16_t codes[CODES];
    uint32_t crc = 0, frames = 0;
    const int32_t in = semihost_open(path, SEMIHOST_READ);
    const int32_t out = pcm_path != NULL ? semihost_open(pcm_path, SEMIHOST_WRITE) : -1;
    int result = in < 0 || layers == 0 || layers > CODES || (pcm_path != NULL && out < 0) ? 1 : 0;
    while (result == 0 && semihost_read(in, codes, 2 * layers) == 2 * layers) {
        const q3e_status status = decode_frame(decoder, codes, layers);
        if (status != Q3E_OK) return fail("decode", status);
        crc = crc32_of(crc, pcm, MODEL.frame_samples);
        frames++;
        if (out >= 0 && semihost_write(out, pcm, 2 * MODEL.frame_samples) != 0) result = 1;
    }
    if (in >= 0) (void)semihost_close(in);
    if (out >= 0 && semihost_close(out) != 0) result = 1;
    semihost_number(frames);
    semihost_text(" frames ");
    semihost_hex(crc);
    semihost_text(" stack ");
    semihost_number(firmware_stack_used());
    semihost_text("\n");
    return result;
}

static uint32_t number_of(const char *text)
{
    uint32_t value = 0;
    while (*text >= '0' && *text <= '9') value = value * 10u + (uint32_t)(*text++ - '0');
    return value;
}

int main(void)
{
    char line[LINE];
    char *arguments[4];
    const int count = semihost_arguments(line, sizeof line, arguments, 4);
    q3e_decoder *decoder;
    const q3e_status status = q3e_decoder_init(&MODEL, arena.bytes, sizeof arena, &decoder);
    if (status != Q3E_OK || MODEL.frame_samples > FRAME_SAMPLES) return fail("init", status);
    if (count <= 1) {
        const int frames = check(decoder, decode_frame);
        return frames != 0 ? frames : check(decoder, decode_hops);
    }
    return count >= 3 ? decode_file(decoder, arguments[1], number_of(arguments[2]), count > 3 ? arguments[3] : NULL) : 1;
}
