/*
 * two_models.cpp - both models in one image, used from C++11: two_models FRAMES LIGHT_PCM METER_PCM
 *
 * FRAMES as in stream.c. Every frame goes to a decoder of each model in turn, so that state kept anywhere but in an arena would show.
 */
#include "edge_light.h"
#include "edge_meter.h"

#include <cstdio>
#include <cstdint>
#include <type_traits>

static_assert(std::is_same<decltype(q3e_edge_light), const q3e_model>::value, "a descriptor is constant");
static_assert(Q3E_OK == 0 && Q3E_ERROR_STATE == 7, "the values of q3e_status are fixed");

namespace {

alignas(Q3E_ARENA_ALIGNMENT) unsigned char light_arena[Q3E_EDGE_LIGHT_DECODER_ARENA_BYTES];
alignas(Q3E_ARENA_ALIGNMENT) unsigned char meter_arena[Q3E_EDGE_METER_DECODER_ARENA_BYTES];

struct Stream {
    q3e_decoder *decoder;
    std::FILE *out;
    std::uint32_t samples;

    bool open(const q3e_model &model, unsigned char *arena, std::size_t bytes, const char *path)
    {
        samples = model.frame_samples;
        out = std::fopen(path, "wb");
        return out != nullptr && q3e_decoder_init(&model, arena, bytes, &decoder) == Q3E_OK;
    }

    bool decode(const std::uint16_t *codes, std::uint32_t layers)
    {
        static std::int16_t pcm[2048];
        return q3e_decode_frame(decoder, codes, layers, pcm) == Q3E_OK && std::fwrite(pcm, sizeof pcm[0], samples, out) == samples;
    }
};

bool read_word(std::FILE *file, std::uint16_t &word)
{
    unsigned char bytes[2];
    if (std::fread(bytes, 1, 2, file) != 2) return false;
    word = static_cast<std::uint16_t>(bytes[0] | (bytes[1] << 8));
    return true;
}

} // namespace

int main(int argc, char **argv)
{
    Stream light = Stream(), meter = Stream();
    std::FILE *in = argc == 4 ? std::fopen(argv[1], "rb") : nullptr;
    if (in == nullptr || q3e_abi_version() != Q3E_ABI_VERSION
        || !light.open(q3e_edge_light, light_arena, sizeof light_arena, argv[2])
        || !meter.open(q3e_edge_meter, meter_arena, sizeof meter_arena, argv[3])) {
        return 1;
    }
    std::uint16_t layers;
    while (read_word(in, layers)) {
        std::uint16_t codes[64];
        if (layers > 64) return 2;
        for (std::uint16_t l = 0; l < layers; l++) {
            if (!read_word(in, codes[l])) return 2;
        }
        if (!light.decode(codes, layers) || !meter.decode(codes, layers)) return 3;
    }
    std::fclose(in);
    return std::fclose(light.out) == 0 && std::fclose(meter.out) == 0 ? 0 : 4;
}
