/*
 * linear_count.c - runs one matrix kernel TIMES times, for counting its instructions: linear_count SET KIND ROWS IN OUT TIMES
 *
 * KIND is s8, s8_add, s8_gelu_s8 or s16. Weights are in blocks; sums are small enough for any shape up to 16 rows and 512 x 512.
 */
#include <stdlib.h>
#include <string.h>

#include "q3e_kernel_sets.h"

enum { MOST = 512, ROWS = 16 };

static int8_t weight[MOST * MOST], x8[ROWS * MOST], y8[ROWS * MOST];
static int16_t x16[ROWS * MOST], y16[ROWS * MOST];
static int32_t bias[MOST], multiplier[MOST], compensation[MOST];

int main(int argc, char **argv)
{
    if (argc != 7) return 1;
    const q3e_kernel_set *set = &q3e_kernel_sets[atoi(argv[1])];
    const char *kind = argv[2];
    const int32_t rows = atoi(argv[3]), in = atoi(argv[4]), out = atoi(argv[5]);
    if (rows > ROWS || in > MOST || out > MOST || in % 4 != 0 || out % 16 != 0) return 1;
    for (int i = 0; i < in * out; i++) weight[i] = (int8_t)(i * 7 % 255 - 127);
    for (int i = 0; i < rows * in; i++) {
        x8[i] = (int8_t)(i * 5 % 256 - 128);
        x16[i] = (int16_t)(i * 13 % 8191 - 4096);
    }
    for (int i = 0; i < out; i++) {
        bias[i] = i;
        multiplier[i] = 1 << 20;
    }
    const q3e_matrix m = { weight, bias, multiplier, in, out, 0, compensation };
    const q3e_gelu g = { 10, 20000, 21, -100 };
    for (int n = atoi(argv[6]); n > 0; n--) {
        if (strcmp(kind, "s8") == 0) set->linear_s8(&m, x8, y16, rows);
        else if (strcmp(kind, "s8_add") == 0) set->linear_s8_add(&m, x8, y16, y16, rows);
        else if (strcmp(kind, "s8_gelu_s8") == 0) set->linear_s8_gelu_s8(&m, &g, x8, y8, rows);
        else if (strcmp(kind, "s16") == 0) set->linear_s16(&m, x16, y16, rows);
        else return 1;
    }
    return 0;
}
