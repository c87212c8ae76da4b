using System.Globalization;
using System.Text;

namespace Qwen3Tokenizer.Edge.Compiler.Emission;

/// <summary>
/// The conformance program: decodes the stored tokens frame by frame and hop by hop, with all layers, with few and with frames lost, and compares the CRC-32 of the PCM. It also
/// decodes a file of raw codes, which is how this tool runs what it built; compiled with Q3E_TRACE it writes every intermediate buffer.
/// </summary>
public static class ConformanceSource
{
    /// <summary>The vectors: codes and, once known, the checksums.</summary>
    public static string Vectors(CNames names, TokenClip clip, uint crc, uint crcFewLayers, int fewLayers, uint encoderCrc = 0, uint concealedCrc = 0)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"/* Conformance vectors of {names.Model}: codes [frame][layer] and CRC-32 (IEEE) of the little-endian PCM16. */\n");
        text.Append("#ifndef Q3E_CONFORMANCE_VECTORS_H\n#define Q3E_CONFORMANCE_VECTORS_H\n\n#include <stdint.h>\n\n");
        text.Append(CultureInfo.InvariantCulture, $"#define VECTOR_FRAMES {clip.Frames}u\n#define VECTOR_LAYERS {clip.Layers}u\n#define VECTOR_FEW_LAYERS {fewLayers}u\n");
        text.Append(CultureInfo.InvariantCulture, $"#define VECTOR_CRC 0x{crc:x8}u\n#define VECTOR_CRC_FEW_LAYERS 0x{crcFewLayers:x8}u\n#define VECTOR_CRC_ENCODER 0x{encoderCrc:x8}u\n#define VECTOR_CRC_CONCEALED 0x{concealedCrc:x8}u\n\n");
        text.Append("static const uint16_t vector_codes[VECTOR_FRAMES * VECTOR_LAYERS] = {\n");
        for (int f = 0; f < clip.Frames; f++)
        {
            text.Append("    ");
            foreach (ushort code in clip.Frame(f))
            {
                text.Append(CultureInfo.InvariantCulture, $"{code}, ");
            }

            text.Length--;
            text.Append('\n');
        }

        return text.Append("};\n\n#endif\n").ToString();
    }

    /// <summary>The program.</summary>
    /// <param name="names">Names.</param>
    /// <param name="frameSamples">Samples of a frame.</param>
    /// <param name="encoder">The encoder that is emitted with the decoder, or null.</param>
    public static string Program(CNames names, int frameSamples, EncoderPart? encoder = null) => $$"""
        /* Conformance program of {{names.Model}}.
         *   {{names.Stem}}_conformance                            checks the stored vectors; exit status 0 when all checksums agree
         *   {{names.Stem}}_conformance decode CODES LAYERS PCM    decodes little-endian 16-bit codes [frame][layer] to 16-bit PCM; a frame whose first code is 65535 or 65534
         *   {{new string(' ', names.Stem.Length)}}                                        was lost and is concealed, to end in silence or in noise{{(encoder is null ? "" : $"\n *   {names.Stem}_conformance encode PCM LAYERS CODES    the way back")}}
         * This is a host program: the library itself uses no standard library.
         */
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>

        #include "{{names.Stem}}.h"
        #include "vectors.h"

        #define FRAME_SAMPLES {{frameSamples.ToString(CultureInfo.InvariantCulture)}}

        /* As much alignment as an arena asks for. */
        static union {
            unsigned char bytes[{{names.ArenaMacro}} + Q3E_ARENA_ALIGNMENT];
            double align;
        } storage;

        static unsigned char *arena(void)
        {
            size_t misplaced = (size_t)((uintptr_t)storage.bytes % Q3E_ARENA_ALIGNMENT);
            return storage.bytes + (misplaced == 0 ? 0 : Q3E_ARENA_ALIGNMENT - misplaced);
        }

        #ifdef Q3E_TRACE
        static FILE *trace_file;
        void q3e_trace(const char *name, const void *data, size_t bytes);
        /* One record: name, a zero byte, a 32-bit little-endian length, the bytes. */
        void q3e_trace(const char *name, const void *data, size_t bytes)
        {
            if (trace_file != NULL) {
                unsigned char length[4];
                length[0] = (unsigned char)bytes;
                length[1] = (unsigned char)(bytes >> 8);
                length[2] = (unsigned char)(bytes >> 16);
                length[3] = (unsigned char)(bytes >> 24);
                fwrite(name, 1, strlen(name) + 1, trace_file);
                fwrite(length, 1, sizeof length, trace_file);
                fwrite(data, 1, bytes, trace_file);
            }
        }
        #endif

        static uint32_t crc32_of(uint32_t crc, const int16_t *pcm, size_t samples)
        {
            size_t i;
            int bit;
            crc = ~crc;
            for (i = 0; i < 2 * samples; i++) {
                uint32_t sample = (uint32_t)(uint16_t)pcm[i / 2];
                crc ^= (i % 2 == 0 ? sample : sample >> 8) & 0xffu;
                for (bit = 0; bit < 8; bit++) {
                    crc = (crc >> 1) ^ ((crc & 1u) != 0 ? 0xedb88320u : 0u);
                }
            }
            return ~crc;
        }

        static int fail(const char *what, q3e_status status)
        {
            fprintf(stderr, "{{names.Model}}: %s: %s\n", what, q3e_status_text(status));
            return 1;
        }

        /* Decodes the vectors; hop by hop on every second frame when `mixed`. */
        static int checksum(uint32_t layers, int mixed, uint32_t *crc)
        {
            static int16_t pcm[FRAME_SAMPLES];
            const q3e_model *model = &{{names.Descriptor}};
            q3e_decoder *decoder;
            uint32_t frame, hop;
            q3e_status status = q3e_decoder_init(model, arena(), {{names.ArenaMacro}}, &decoder);
            if (status != Q3E_OK) {
                return fail("init", status);
            }
            *crc = 0;
            for (frame = 0; frame < VECTOR_FRAMES; frame++) {
                const uint16_t *codes = vector_codes + frame * VECTOR_LAYERS;
                if (mixed && frame % 2 == 1) {
                    for (hop = 0; hop < model->frame_samples / model->hop_samples && status == Q3E_OK; hop++) {
                        status = q3e_decode_hop(decoder, hop == 0 ? codes : NULL, hop == 0 ? layers : 0, pcm + hop * model->hop_samples);
                    }
                } else {
                    status = q3e_decode_frame(decoder, codes, layers, pcm);
                }
                if (status != Q3E_OK) {
                    return fail("decode", status);
                }
                *crc = crc32_of(*crc, pcm, model->frame_samples);
            }
            return 0;
        }

        /* Loses every frame whose number has the bit 2 or 8: bursts of two and of ten, the first half ending in silence, the second in noise. */
        static int check_concealed(void)
        {
            static int16_t pcm[FRAME_SAMPLES];
            q3e_decoder *decoder;
            uint32_t frame, crc = 0;
            q3e_status status = q3e_decoder_init(&{{names.Descriptor}}, arena(), {{names.ArenaMacro}}, &decoder);
            for (frame = 0; frame < VECTOR_FRAMES && status == Q3E_OK; frame++) {
                if ((frame & 10u) != 0) {
                    status = q3e_conceal_frame(decoder, (frame & 16u) != 0 ? Q3E_CONCEAL_NOISE : Q3E_CONCEAL_SILENCE, pcm);
                } else {
                    status = q3e_decode_frame(decoder, vector_codes + frame * VECTOR_LAYERS, VECTOR_LAYERS, pcm);
                }
                crc = crc32_of(crc, pcm, FRAME_SAMPLES);
            }
            if (status == Q3E_ERROR_UNSUPPORTED) { /* it conceals nothing: there is no checksum */
                return VECTOR_CRC_CONCEALED == 0 ? 0 : 2;
            }
            if (status != Q3E_OK) {
                return fail("conceal", status);
            }
            printf("concealed %08x\n", (unsigned)crc);
            return crc == VECTOR_CRC_CONCEALED ? 0 : 2;
        }

        {{(encoder is null ? "static int check_encoder(void)\n{\n    return 0;\n}\n" : ConformanceEncoderSource.Print(names))}}
        static int check(void)
        {
            uint32_t whole, mixed, few;
            int result;
            if (checksum(VECTOR_LAYERS, 0, &whole) != 0 || checksum(VECTOR_LAYERS, 1, &mixed) != 0 || checksum(VECTOR_FEW_LAYERS, 0, &few) != 0) {
                return 1;
            }
            result = whole == VECTOR_CRC && mixed == VECTOR_CRC && few == VECTOR_CRC_FEW_LAYERS ? 0 : 2;
            printf("{{names.Model}} %08x %08x %08x\n", (unsigned)whole, (unsigned)mixed, (unsigned)few);
            if (check_concealed() != 0) {
                result = 2;
            }
            if (check_encoder() != 0) {
                result = 2;
            }
            return result;
        }

        static int decode(const char *codes_path, uint32_t layers, const char *pcm_path)
        {
            static int16_t pcm[FRAME_SAMPLES];
            unsigned char raw[128];
            uint16_t codes[64];
            q3e_decoder *decoder;
            FILE *in, *out;
            int result = 1;
            q3e_status status = q3e_decoder_init(&{{names.Descriptor}}, arena(), {{names.ArenaMacro}}, &decoder);
            if (status != Q3E_OK || layers < 1 || layers > 64) {
                return fail("init", status != Q3E_OK ? status : Q3E_ERROR_LAYERS);
            }
            in = fopen(codes_path, "rb");
            out = fopen(pcm_path, "wb");
            if (in != NULL && out != NULL) {
                result = 0;
                while (result == 0 && fread(raw, 2, layers, in) == layers) {
                    uint32_t l;
                    for (l = 0; l < layers; l++) {
                        codes[l] = (uint16_t)(raw[2 * l] | (raw[2 * l + 1] << 8));
                    }
                    if (codes[0] >= 65534u) {
                        status = q3e_conceal_frame(decoder, codes[0] == 65535u ? Q3E_CONCEAL_SILENCE : Q3E_CONCEAL_NOISE, pcm);
                    } else {
                        status = q3e_decode_frame(decoder, codes, layers, pcm);
                    }
                    if (status != Q3E_OK) {
                        result = fail("decode", status);
                    } else if (fwrite(pcm, 2, {{names.Descriptor}}.frame_samples, out) != {{names.Descriptor}}.frame_samples) {
                        result = 1;
                    }
                }
            }
            if (in != NULL) {
                fclose(in);
            }
            if (out != NULL && fclose(out) != 0) {
                result = 1;
            }
            return result;
        }

        int main(int argc, char **argv)
        {
            if (argc == 1) {
                return check();
            }
            if (argc == 5 && (strcmp(argv[1], "decode") == 0{{(encoder is null ? "" : " || strcmp(argv[1], \"encode\") == 0")}})) {
                int result;
        #ifdef Q3E_TRACE
                char path[1024];
                if (snprintf(path, sizeof path, "%s.trace", argv[4]) >= (int)sizeof path) {
                    return 1;
                }
                trace_file = fopen(path, "wb");
        #endif
                result = {{(encoder is null ? "" : "argv[1][0] == 'e' ? encode(argv[2], (uint32_t)strtoul(argv[3], NULL, 10), argv[4]) : ")}}decode(argv[2], (uint32_t)strtoul(argv[3], NULL, 10), argv[4]);
        #ifdef Q3E_TRACE
                if (trace_file != NULL && fclose(trace_file) != 0) {
                    result = 1;
                }
        #endif
                return result;
            }
            fprintf(stderr, "usage: %s [decode CODES LAYERS PCM{{(encoder is null ? "" : " | encode PCM LAYERS CODES")}}]\n", argv[0]);
            return 1;
        }

        """.ReplaceLineEndings("\n");
}
