/*
 * interface_fuzzer.c - libFuzzer target for the C interface (q3e.h) over the emitted edge-meter (decoder) and edge-light (encoder).
 *
 * An input is a small program: byte by byte it names calls and their arguments, good and bad, over two places in which decoders and
 * encoders are made. After each call the status must be the one that q3e.h promises for those arguments, a refused call must leave arena
 * and results as they were, four hops must give the samples of one frame, fewer layers the first codes of more. Every arena, code and
 * sample buffer is its own heap block of exactly the size that was promised to the library, so that AddressSanitizer sees the first byte
 * beyond it.
 */
#include "fuzz.h"

/* Most inputs end after a frame of speech, so that many are tried: one in eight decodes three, one in 32 encodes two. */
#define FEW_HOPS 4u
#define MANY_HOPS 12u
#define SOME_FRAMES 2u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void encoder_call(program *p, slot *slots, slot *s)
{
    switch (byte_of(p) & 7u) {
    case 0:
    case 1:
        encoder_init(p, s);
        break;
    case 2:
    case 3:
        if (s->encoder != NULL) encoder_frame(p, s);
        break;
    case 4:
    case 5:
        if (s->encoder != NULL) encoder_flush(p, s);
        break;
    case 6:
        encoder_pair(p, slots);
        break;
    default:
        encoder_wrong(p, s);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    program p = { data, size, FEW_HOPS, 0 };
    slot slots[SLOTS];
    memset(slots, 0, sizeof slots);
    unsigned work = byte_of(&p) & 31u;
    if ((work & 7u) == 0) p.hops = MANY_HOPS;
    if (work == 1) p.frames = SOME_FRAMES;
    while (p.left > 0) {
        unsigned op = byte_of(&p);
        slot *s = &slots[(op >> 7) & 1u];
        switch (op & 7u) {
        case 0:
            decoder_init(&p, s);
            break;
        case 1:
            if (s->decoder != NULL && (op & 0x40u) != 0) decoder_frames(&p, s);
            else if (s->decoder != NULL) decoder_frame(&p, s);
            break;
        case 2:
            if (s->decoder != NULL) decoder_hop(&p, s);
            break;
        case 3:
            if (s->decoder != NULL) decoder_conceal(&p, s);
            break;
        case 4:
            decoder_pair(&p, slots);
            break;
        case 5:
            decoder_wrong(&p, s);
            break;
        default:
            encoder_call(&p, slots, s);
            break;
        }
    }
    for (int i = 0; i < SLOTS; i++) release(&slots[i]);
    return 0;
}
