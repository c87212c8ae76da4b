/*
 * selftest_search.c - the codebook search against its formula in 64 bits, and against distances in double precision.
 */
#include <math.h>
#include <string.h>

#include "q3e_kernels.h"
#include "selftest.h"

enum { LAYERS = 5, ENTRIES = 150, DIM = 64, SHIFT = 10 };

static int8_t table[LAYERS * ENTRIES * DIM];
static int32_t gain[LAYERS * DIM], half[LAYERS * ENTRIES], step[LAYERS * DIM];
static uint8_t left_shift[LAYERS];

static const int8_t *entry_of(int l, int c, int dim)
{
    return table + (l * ENTRIES + c) * dim;
}

/* ARITHMETIC.md, section 7.3, in 64 bits with division for shifts; ties: the first. */
static void search_by_formula(const q3e_codebooks *c, const int16_t *y, int layers, uint16_t *codes)
{
    int64_t r[256];
    for (int d = 0; d < c->dim; d++) r[d] = (int64_t)y[d] * 256;
    for (int l = 0; l < layers; l++) {
        int64_t best = INT64_MIN;
        for (int k = 0; k < ENTRIES; k++) {
            int64_t score = -(int64_t)half[l * ENTRIES + k];
            for (int d = 0; d < c->dim; d++)
                score += limit(round_shift(r[d] * ((int64_t)1 << left_shift[l]) * gain[l * c->dim + d], 32), -32768, 32767) * entry_of(l, k, c->dim)[d];
            if (score > best) codes[l] = (uint16_t)k;
            if (score > best) best = score;
        }
        for (int d = 0; d < c->dim; d++) r[d] -= round_shift((int64_t)entry_of(l, codes[l], c->dim)[d] * step[l * c->dim + d], c->shift);
    }
}

/* Books for entries table * size[l][d] in steps of the latent, with u = kappa[l] * size * r within int16 for |r| < 4.5 reach. */
static void make_books(q3e_codebooks *c, double size[LAYERS][DIM], double kappa[LAYERS], double reach)
{
    for (int l = 0; l < LAYERS; l++) {
        double largest = 0;
        for (int d = 0; d < DIM; d++) {
            size[l][d] = reach * pow(0.5, l) / 127 * (1 + 0.01 * random_between(-40, 40));
            largest = fmax(largest, size[l][d]);
            step[l * DIM + d] = (int32_t)lround(ldexp(size[l][d], 8 + c->shift));
        }
        kappa[l] = 32000 / (4.5 * reach * largest);
        left_shift[l] = 5;
        for (int d = 0; d < DIM; d++) gain[l * DIM + d] = (int32_t)lround(ldexp(kappa[l] * size[l][d], 32 - 8 - 5));
        for (int k = 0; k < ENTRIES; k++) {
            double norm = 0;
            for (int d = 0; d < DIM; d++) {
                int8_t *value = table + (l * ENTRIES + k) * DIM + d;
                *value = (int8_t)random_between(-127, 127);
                norm += pow(size[l][d] * *value, 2);
            }
            half[l * ENTRIES + k] = (int32_t)lround(kappa[l] * norm / 2);
        }
    }
}

/* No entry may be nearer than the chosen one by more than the roundings of u, gain, half and residual can explain. */
static void check_nearest(const int16_t *y, const uint16_t *codes, double size[LAYERS][DIM], const double kappa[LAYERS])
{
    double r[DIM];
    for (int d = 0; d < DIM; d++) r[d] = y[d];
    for (int l = 0; l < LAYERS; l++) {
        double score[ENTRIES], slack[ENTRIES];
        for (int k = 0; k < ENTRIES; k++) {
            score[k] = 0;
            slack[k] = 0.5;
            for (int d = 0; d < DIM; d++) {
                double value = entry_of(l, k, DIM)[d] * size[l][d];
                score[k] += kappa[l] * (r[d] * value - value * value / 2);
                slack[k] += fabs((double)entry_of(l, k, DIM)[d]) * (0.51 + 32768 * 0.5 / gain[l * DIM + d] + kappa[l] * size[l][d] * l * (0.51 + 127 * ldexp(0.5, -SHIFT)) / 256);
            }
        }
        for (int k = 0; k < ENTRIES; k++)
            check(score[k] - score[codes[l]] <= slack[k] + slack[codes[l]], "search, layer %d: entry %d is nearer than the chosen %d", l, k, codes[l]);
        for (int d = 0; d < DIM; d++) r[d] -= entry_of(l, codes[l], DIM)[d] * size[l][d];
    }
}

void test_search(void)
{
    static double size[LAYERS][DIM];
    double kappa[LAYERS];
    int16_t y[256];
    uint16_t codes[LAYERS + 1], expected[LAYERS];
    q3e_codebooks c = { table, gain, half, step, left_shift, ENTRIES, DIM, SHIFT };
    for (int round = 0; round < 60; round++) {
        make_books(&c, size, kappa, 4000);
        for (int d = 0; d < DIM; d++) y[d] = (int16_t)random_between(-4000, 4000);
        const int wanted = random_between(0, ENTRIES - 1);
        if (round % 2) /* near an entry: the first code is beyond doubt */
            for (int d = 0; d < DIM; d++) y[d] = (int16_t)lround(entry_of(0, wanted, DIM)[d] * size[0][d] + random_between(-300, 300));
        codes[LAYERS] = 0xabcd;
        q3e_search(&c, y, LAYERS, codes);
        check_nearest(y, codes, size, kappa);
        check(round % 2 == 0 || codes[0] == wanted, "search: a latent near entry %d of layer 0 becomes %d", wanted, codes[0]);
        search_by_formula(&c, y, LAYERS, expected);
        check(memcmp(codes, expected, sizeof expected) == 0 && codes[LAYERS] == 0xabcd, "search differs from its formula");
        q3e_search(&c, y, 2, codes + 2);
        check(codes[2] == expected[0] && codes[3] == expected[1], "fewer layers give other codes");

        /* ties: of equal entries the first */
        const int twin = random_between(0, ENTRIES - 1), other = expected[1];
        memcpy(table + (ENTRIES + twin) * DIM, entry_of(1, other, DIM), DIM);
        half[ENTRIES + twin] = half[ENTRIES + other];
        q3e_search(&c, y, LAYERS, codes);
        check(codes[1] == (twin < other ? twin : other), "of equal entries %d and %d the search takes %d", twin, other, codes[1]);

        /* latents at their limits and gains that saturate u */
        for (int i = 0; i < LAYERS * DIM; i++) gain[i] = random_between(0, 1) ? (1 << 30) - 1 : 1 << 26;
        for (int d = 0; d < DIM; d++) y[d] = random_between(0, 1) ? 32767 : -32768;
        q3e_search(&c, y, LAYERS, codes);
        search_by_formula(&c, y, LAYERS, expected);
        check(memcmp(codes, expected, sizeof expected) == 0, "search of saturating latents differs from its formula");

        /* residuals of few units, so that the rounding of each one matters */
        for (int i = 0; i < LAYERS * DIM; i++) {
            gain[i] = random_between(1 << 28, 1 << 29);
            step[i] = random_between(0, 511);
        }
        for (int l = 0; l < LAYERS; l++) left_shift[l] = 10;
        for (int d = 0; d < DIM; d++) y[d] = (int16_t)random_between(-1, 1);
        q3e_search(&c, y, LAYERS, codes);
        search_by_formula(&c, y, LAYERS, expected);
        check(memcmp(codes, expected, sizeof expected) == 0, "search of small residuals differs from its formula");
    }
    memset(table, 0, sizeof table);
    memset(half, 0, sizeof half);
    q3e_search(&c, y, LAYERS, codes);
    for (int l = 0; l < LAYERS; l++) check(codes[l] == 0, "of entries that are all equal the search takes %d", codes[l]);

    /* the widest latent, the largest products of either sign */
    c.dim = 256;
    for (int sign = -1; sign <= 1; sign += 2) {
        memset(table, sign * 127, ENTRIES * 256);
        table[7 * 256] = (int8_t)(sign * 126);
        gain[0] = (1 << 30) - 1;
        for (int d = 0; d < 256; d++) {
            gain[d] = (1 << 30) - 1;
            y[d] = -32768;
        }
        left_shift[0] = 7;
        q3e_search(&c, y, 1, codes);
        check(codes[0] == (sign > 0 ? 7 : 0), "search of the widest latent takes %d", codes[0]);
    }
}
