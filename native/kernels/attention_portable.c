/*
 * attention_portable.c - attention with rotary positions over a sliding window (ARITHMETIC.md, Attention).
 *
 *   S[j] = q . k[j];  w[j] = 2^((S[j] - max S) * scale);  y = sum_j w[j] v[j] / sum_j w[j]
 *
 * Vaswani et al.: Attention is all you need, 2017; Su et al.: RoFormer, 2021 (the form that rotates halves). Rows are [time][head][value].
 * Keys come from the history, oldest row first, and behind it from the new rows, which are rotated before they are read.
 */
#include "q3e_kernels.h"
#include "q3e_math.h"

enum { MAX_WINDOW = 255, MAX_SIZE = 256, FULL = 1 << 24, ONE = 1 << 20 };

/* Where row `row` of (filled history, new rows) is, counted from the oldest key. */
static const int16_t *row_of(const int16_t *history, int32_t filled, const int16_t *now, int32_t row, size_t width)
{
    return row < filled ? history + (size_t)row * width : now + (size_t)(row - filled) * width;
}

static void rotate(const q3e_attention *a, uint32_t position, int16_t *x, int32_t heads)
{
    const int32_t half = a->size / 2;
    for (int32_t m = 0; m < half; m++) {
        const uint32_t turns = position * a->increment[m];
        const int64_t c = q3e_cos31(turns), s = q3e_sin31(turns);
        for (int32_t head = 0; head < heads; head++) {
            int16_t *low = x + head * a->size + m, *high = low + half;
            const int64_t real = q3e_rshr(*low * c - *high * s, 31), imaginary = q3e_rshr(*high * c + *low * s, 31);
            *low = (int16_t)q3e_clamp64(real, -32768, 32767);
            *high = (int16_t)q3e_clamp64(imaginary, -32768, 32767);
        }
    }
}

static int64_t dot(const int16_t *q, const int16_t *k, int32_t size)
{
    int64_t sum = 0;
    for (int32_t d = 0; d < size; d++) sum += q[d] * k[d]; /* a product of -32768s is 2^30 */
    return sum;
}

/* 2^-e in Q16 for e in Q20. */
static uint32_t weight_of(int64_t e)
{
    const int32_t t = e < FULL ? FULL - (int32_t)e : 0;
    return t < ONE ? 0 : (uint32_t)q3e_rshr(q3e_exp2m((uint32_t)t & (ONE - 1)), 30 - (t >> 20));
}

/* One head of one row over `count` keys that begin with row `first`; the histories and the new rows point at the head's group. */
static void attend(const q3e_attention *a, const int16_t *q, const int16_t *const keys[2], const int16_t *const values[2], int32_t filled, int32_t first, int32_t count, int16_t *y)
{
    const size_t width = (size_t)a->groups * (size_t)a->size;
    int64_t score[MAX_WINDOW], mean[MAX_SIZE] = { 0 }, top = INT64_MIN;
    uint32_t sum = 0;
    for (int32_t j = 0; j < count; j++) {
        score[j] = dot(q, row_of(keys[0], filled, keys[1], first + j, width), a->size);
        top = score[j] > top ? score[j] : top;
    }
    for (int32_t j = 0; j < count; j++) {
        const uint32_t weight = weight_of(((top - score[j]) * a->gain) >> a->shift);
        score[j] = weight;
        sum += weight;
    }
    const int32_t z = q3e_clz32(sum);
    const int64_t reciprocal = q3e_recip31(sum << z);
    for (int32_t j = 0; j < count; j++) {
        const int16_t *value = row_of(values[0], filled, values[1], first + j, width);
        for (int32_t d = 0; d < a->size; d++) mean[d] += score[j] * value[d];
    }
    for (int32_t d = 0; d < a->size; d++) {
        y[d] = (int16_t)q3e_clamp64(q3e_rshr(q3e_rshr(mean[d], 8) * reciprocal, 54 - z), -32768, 32767);
    }
}

void q3e_attention_s16(const q3e_attention *a, q3e_attention_state *state, int16_t *keys, int16_t *values, int16_t *q, int16_t *k, const int16_t *v, int16_t *y,
                       int32_t rows)
{
    const int32_t past = a->window - 1, filled = (int32_t)state->filled, heads = a->groups * a->share;
    const size_t size = (size_t)a->size, width = (size_t)a->groups * size, skipped = (size_t)(past - filled) * width;
    for (int32_t t = 0; t < rows; t++) {
        const int32_t last = filled + t, first = last > past ? last - past : 0;
        rotate(a, state->position, q, heads);
        rotate(a, state->position, k + (size_t)t * width, a->groups);
        state->position++;
        for (size_t group = 0; group < width; group += size) {
            const int16_t *const seen[2] = { keys + skipped + group, k + group }, *const meant[2] = { values + skipped + group, v + group };
            for (int32_t head = 0; head < a->share; head++) {
                attend(a, q, seen, meant, filled, first, last - first + 1, y);
                q += size;
                y += size;
            }
        }
    }
    q3e_push(keys, k, past, rows, (int32_t)(width * sizeof(int16_t)));
    q3e_push(values, v, past, rows, (int32_t)(width * sizeof(int16_t)));
    state->filled = (uint32_t)(past - filled < rows ? past : filled + rows);
}
