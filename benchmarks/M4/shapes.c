/*
 * shapes.c - kernels of single shapes on a Cortex-M4, to be counted by an emulator: one span (q3e_marker) and one line for each,
 * "kernel inputs outputs rows multiply-accumulates". Counts do not depend on the values, which are any.
 */
#include "q3e_kernel_sets.h"

#include "firmware.h"
#include "semihosting.h"

enum { MOST_IN = 512, MOST_OUT = 512, MOST_VALUES = 16 * 512, TAPS = 7 };

volatile uint32_t q3e_marker[2]; /* end, begin: see native/firmware/decode_main.c */

/* 64 KiB of weights, pairs of -127..127 like any other. */
#define W8 17, -3, -120, 44, 90, 7, -61, 25
#define W64 W8, W8, W8, W8, W8, W8, W8, W8
#define W512 W64, W64, W64, W64, W64, W64, W64, W64
#define W4096 W512, W512, W512, W512, W512, W512, W512, W512
#define W32768 W4096, W4096, W4096, W4096, W4096, W4096, W4096, W4096
static const int8_t weight[65536] __attribute__((aligned(4))) = { W32768, W32768 };
static const int32_t bias[MOST_OUT] = { 1000, -1000 }, multiplier[MOST_OUT] = { 1 << 28, 1 << 27 };

static union {
    int8_t narrow[2 * MOST_VALUES];
    int16_t wide[MOST_VALUES];
} input, output;

typedef enum { LINEAR_S8, LINEAR_S16, LINEAR_S8_GELU_S8, LINEAR_S8_ADD, DEPTHWISE_S16, LAYERNORM_S8 } kernel;
static const char *const names[] = { "linear_s8", "linear_s16", "linear_s8_gelu_s8", "linear_s8_add", "depthwise_s16", "layernorm_s8" };

typedef struct {
    kernel kernel;
    int32_t in, out, rows; /* depthwise and LayerNorm: in = out = channels */
} shape;

static const shape shapes[] = {
    { LINEAR_S8, 80, 160, 4 },         { LINEAR_S8, 160, 80, 4 },     { LINEAR_S8, 80, 122, 4 },     { LINEAR_S8, 96, 192, 1 },
    { LINEAR_S8, 192, 96, 1 },         { LINEAR_S8, 96, 320, 1 },     { LINEAR_S8, 128, 512, 16 },   { LINEAR_S8, 512, 128, 16 },
    { LINEAR_S16, 80, 122, 4 },        { LINEAR_S16, 192, 96, 1 },    { LINEAR_S16, 96, 320, 1 },    { LINEAR_S8_GELU_S8, 80, 160, 4 },
    { LINEAR_S8_GELU_S8, 96, 192, 1 }, { LINEAR_S8_ADD, 160, 80, 4 }, { LINEAR_S8_ADD, 192, 96, 1 }, { DEPTHWISE_S16, 80, 80, 4 },
    { DEPTHWISE_S16, 96, 96, 1 },      { LAYERNORM_S8, 80, 80, 4 },
};

static void run(const shape *s)
{
    const q3e_matrix m = { weight, bias, multiplier, s->in, s->out, 1, q3e_pairs };
    const q3e_gelu g = { 10, 28000, 20, -120 };
    const q3e_depthwise d = { (const int16_t *)(const void *)weight, bias, multiplier, s->in, TAPS, 0 };
    const q3e_layernorm n = { 4360, 1849919152u, 26, s->in };
    q3e_marker[1] = 1;
    switch (s->kernel) {
    case LINEAR_S8: Q3E_KERNEL(NULL, linear_s8)(&m, input.narrow, output.wide, s->rows); break;
    case LINEAR_S16: Q3E_KERNEL(NULL, linear_s16)(&m, input.wide, output.wide, s->rows); break;
    case LINEAR_S8_GELU_S8: Q3E_KERNEL(NULL, linear_s8_gelu_s8)(&m, &g, input.narrow, output.narrow, s->rows); break;
    case LINEAR_S8_ADD: Q3E_KERNEL(NULL, linear_s8_add)(&m, input.narrow, output.wide, output.wide, s->rows); break;
    case DEPTHWISE_S16: Q3E_KERNEL(NULL, depthwise_s16)(&d, input.wide, input.wide, output.wide, s->rows); break;
    default: Q3E_KERNEL(NULL, layernorm_s8)(&n, input.wide, output.narrow, s->rows); break;
    }
    q3e_marker[0] = 1;
}

static void number(int32_t value)
{
    semihost_text(" ");
    semihost_number((uint32_t)value);
}

int main(void)
{
    for (int32_t i = 0; i < MOST_VALUES; i++) input.wide[i] = (int16_t)(i * 7919);
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const shape *s = shapes + i;
        const int32_t taps = s->kernel == DEPTHWISE_S16 ? TAPS : s->kernel == LAYERNORM_S8 ? 1 : s->out;
        run(s);
        semihost_text(names[s->kernel]);
        number(s->in);
        number(s->out);
        number(s->rows);
        number(s->in * taps * s->rows);
        semihost_text("\n");
    }
    return 0;
}
