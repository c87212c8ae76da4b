namespace Qwen3Tokenizer.Edge.Compiler.Emission;

/// <summary>The encoder's part of the conformance program: encodes what the decoder made of the stored tokens, and files of PCM.</summary>
internal static class ConformanceEncoderSource
{
    /// <summary>C functions <c>check_encoder</c> and <c>encode</c>.</summary>
    public static string Print(CNames names) => $$"""
        static union {
            unsigned char bytes[{{names.EncoderArenaMacro}} + Q3E_ARENA_ALIGNMENT];
            double align;
        } encoder_storage;

        static q3e_status make_encoder(q3e_encoder **encoder)
        {
            size_t misplaced = (size_t)((uintptr_t)encoder_storage.bytes % Q3E_ARENA_ALIGNMENT);
            return q3e_encoder_init(&{{names.Descriptor}}, encoder_storage.bytes + (misplaced == 0 ? 0 : Q3E_ARENA_ALIGNMENT - misplaced), {{names.EncoderArenaMacro}}, encoder);
        }

        /* Encodes the speech that the decoder makes of the vectors, with a last frame that is not full. */
        static int check_encoder(void)
        {
            static int16_t pcm[FRAME_SAMPLES];
            uint16_t codes[64 * 8];
            uint32_t frame, frames = 0, crc = 0;
            q3e_decoder *decoder;
            q3e_encoder *encoder;
            q3e_status status = q3e_decoder_init(&{{names.Descriptor}}, arena(), {{names.ArenaMacro}}, &decoder);
            if (status == Q3E_OK) {
                status = make_encoder(&encoder);
            }
            for (frame = 0; frame < VECTOR_FRAMES && status == Q3E_OK; frame++) {
                status = q3e_decode_frame(decoder, vector_codes + frame * VECTOR_LAYERS, VECTOR_LAYERS, pcm);
                if (status == Q3E_OK && frame + 1 < VECTOR_FRAMES) {
                    status = q3e_encode_frame(encoder, pcm, codes, VECTOR_LAYERS);
                    crc = crc32_of(crc, (const int16_t *)codes, VECTOR_LAYERS);
                } else if (status == Q3E_OK) {
                    status = q3e_encode_flush(encoder, pcm, FRAME_SAMPLES - 1, codes, VECTOR_LAYERS, &frames);
                    crc = crc32_of(crc, (const int16_t *)codes, (size_t)VECTOR_LAYERS * frames);
                }
            }
            if (status != Q3E_OK) {
                return fail("encode", status);
            }
            printf("encoder %08x\n", (unsigned)crc);
            return crc == VECTOR_CRC_ENCODER ? 0 : 2;
        }

        static int write_codes(const uint16_t *codes, size_t count, FILE *out)
        {
            size_t i;
            for (i = 0; i < count; i++) {
                unsigned char raw[2];
                raw[0] = (unsigned char)codes[i];
                raw[1] = (unsigned char)(codes[i] >> 8);
                if (fwrite(raw, 1, 2, out) != 2) {
                    return 1;
                }
            }
            return 0;
        }

        static int encode(const char *pcm_path, uint32_t layers, const char *codes_path)
        {
            static unsigned char raw[2 * FRAME_SAMPLES];
            static int16_t pcm[FRAME_SAMPLES];
            uint16_t codes[64 * 8];
            uint32_t frames;
            q3e_encoder *encoder;
            FILE *in, *out;
            int result = 1;
            q3e_status status = make_encoder(&encoder);
            if (status != Q3E_OK || layers < 1 || layers > 64) {
                return fail("init", status != Q3E_OK ? status : Q3E_ERROR_LAYERS);
            }
            in = fopen(pcm_path, "rb");
            out = fopen(codes_path, "wb");
            if (in != NULL && out != NULL) {
                size_t samples, i;
                result = 0;
                do {
                    samples = fread(raw, 2, FRAME_SAMPLES, in);
                    for (i = 0; i < samples; i++) {
                        pcm[i] = (int16_t)(uint16_t)(raw[2 * i] | (raw[2 * i + 1] << 8));
                    }
                    if (samples == FRAME_SAMPLES) {
                        frames = 1;
                        status = q3e_encode_frame(encoder, pcm, codes, layers);
                    } else {
                        status = q3e_encode_flush(encoder, pcm, (uint32_t)samples, codes, layers, &frames);
                    }
                    if (status != Q3E_OK) {
                        result = fail("encode", status);
                    } else {
                        result = write_codes(codes, (size_t)layers * frames, out);
                    }
                } while (result == 0 && samples == FRAME_SAMPLES);
            }
            if (in != NULL) {
                fclose(in);
            }
            if (out != NULL && fclose(out) != 0) {
                result = 1;
            }
            return result;
        }

        """.ReplaceLineEndings("\n");
}
