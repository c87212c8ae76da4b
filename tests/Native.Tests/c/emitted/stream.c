/*
 * stream.c - decodes a file of frames with any number of layers each: stream FRAMES PCM
 *
 * FRAMES: for every frame a 16-bit number of layers and as many 16-bit codes, little-endian; a number of 65535 or 65534 and no codes for a
 * frame that was lost, to be concealed with an ending in silence or in noise; 65533: a reset. PCM receives 16-bit samples. Compiled with
 * Q3E_TRACE it writes every intermediate buffer to PCM.trace, as the conformance program does. Arena, codes and samples are allocated to
 * the byte, so that a sanitizer sees the first step outside.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include MODEL_HEADER

#define RESET 65533u
#define LOST_TO_NOISE 65534u

#ifdef Q3E_TRACE
static FILE *trace_file;
void q3e_trace(const char *name, const void *data, size_t bytes);
void q3e_trace(const char *name, const void *data, size_t bytes)
{
    unsigned char length[4];
    length[0] = (unsigned char)bytes;
    length[1] = (unsigned char)(bytes >> 8);
    length[2] = (unsigned char)(bytes >> 16);
    length[3] = (unsigned char)(bytes >> 24);
    fwrite(name, 1, strlen(name) + 1, trace_file);
    fwrite(length, 1, sizeof length, trace_file);
    fwrite(data, 1, bytes, trace_file);
}
#endif

static int fail(const char *what)
{
    fprintf(stderr, "stream: %s\n", what);
    return 1;
}

static int read_word(FILE *file, uint16_t *word)
{
    unsigned char bytes[2];
    if (fread(bytes, 1, 2, file) != 2) return 0;
    *word = (uint16_t)(bytes[0] | (bytes[1] << 8));
    return 1;
}

static q3e_status decode_one(q3e_decoder *decoder, FILE *in, uint16_t layers, int16_t *pcm)
{
    uint16_t l, *codes = (uint16_t *)malloc((layers > 0 ? layers : 1u) * sizeof *codes);
    q3e_status status = Q3E_ERROR_ARGUMENT;
    if (codes == NULL) return status;
    for (l = 0; l < layers && read_word(in, codes + l); l++) {
    }
    if (l == layers) status = q3e_decode_frame(decoder, codes, layers, pcm);
    free(codes);
    return status;
}

int main(int argc, char **argv)
{
    const q3e_model *model = &MODEL;
    void *arena = malloc(model->decoder_arena_bytes);
    int16_t *pcm = (int16_t *)malloc(model->frame_samples * sizeof *pcm);
    FILE *in, *out;
    q3e_decoder *decoder;
    uint16_t layers;
    q3e_status status;
    if (argc != 3 || arena == NULL || pcm == NULL) return fail("usage: stream FRAMES PCM");
#ifdef Q3E_TRACE
    {
        char path[1024];
        if (snprintf(path, sizeof path, "%s.trace", argv[2]) >= (int)sizeof path) return fail("path too long");
        trace_file = fopen(path, "wb");
        if (trace_file == NULL) return fail("cannot write the trace");
    }
#endif
    in = fopen(argv[1], "rb");
    out = fopen(argv[2], "wb");
    if (in == NULL || out == NULL) return fail("cannot open the files");

    status = q3e_decoder_init(model, arena, model->decoder_arena_bytes, &decoder);
    while (status == Q3E_OK && read_word(in, &layers)) {
        if (layers == RESET) {
            status = q3e_decoder_reset(decoder);
            continue;
        }
        status = layers < LOST_TO_NOISE ? decode_one(decoder, in, layers, pcm)
            : q3e_conceal_frame(decoder, layers == LOST_TO_NOISE ? Q3E_CONCEAL_NOISE : Q3E_CONCEAL_SILENCE, pcm);
        if (status == Q3E_OK && fwrite(pcm, sizeof *pcm, model->frame_samples, out) != model->frame_samples) return fail("cannot write samples");
    }
    if (status != Q3E_OK) return fail(q3e_status_text(status));
    fclose(in);
    if (fclose(out) != 0) return fail("cannot write samples");
#ifdef Q3E_TRACE
    if (fclose(trace_file) != 0) return fail("cannot write the trace");
#endif
    free(pcm);
    free(arena);
    return 0;
}
