/*
 * silu_portable.c - the gate of a feed-forward block (ARITHMETIC.md, SiluGate).
 *
 *   y[i] = sat(rshr(silu(gate[i], f) * up[i] * G, r)),  silu(x) = x / (1 + e^-x) = max(x, 0) - |x| / (1 + e^|x|)
 *
 * Shazeer: GLU variants improve transformer, 2020. Gate, up and y are rows without padding, one behind the other. The table stands here
 * and not in q3e_tables.c: libraries whose model has no such gate then need not carry it.
 */
#include "q3e_kernels.h"
#include "q3e_math.h"

/* round(2^16 * x / (1 + e^x)), x = i/32, i = 0..512 */
const uint16_t q3e_silu_tail[513] = {
    0u, 1008u, 1984u, 2928u, 3840u, 4721u, 5570u, 6387u, 7173u, 7928u, 8653u, 9347u, 10011u, 10645u, 11249u, 11825u,
    12371u, 12890u, 13380u, 13844u, 14281u, 14691u, 15075u, 15434u, 15769u, 16079u, 16366u, 16630u, 16871u, 17091u, 17290u, 17467u,
    17625u, 17764u, 17884u, 17985u, 18070u, 18137u, 18188u, 18223u, 18244u, 18249u, 18241u, 18220u, 18186u, 18140u, 18082u, 18013u,
    17933u, 17844u, 17745u, 17637u, 17520u, 17396u, 17264u, 17125u, 16979u, 16827u, 16670u, 16507u, 16339u, 16166u, 15989u, 15808u,
    15624u, 15437u, 15246u, 15053u, 14858u, 14661u, 14462u, 14262u, 14060u, 13857u, 13654u, 13450u, 13245u, 13041u, 12837u, 12632u,
    12429u, 12225u, 12023u, 11821u, 11620u, 11420u, 11222u, 11025u, 10829u, 10635u, 10442u, 10251u, 10062u, 9875u, 9689u, 9506u,
    9324u, 9145u, 8968u, 8793u, 8620u, 8449u, 8280u, 8114u, 7950u, 7789u, 7630u, 7473u, 7318u, 7166u, 7016u, 6869u,
    6724u, 6581u, 6440u, 6302u, 6167u, 6033u, 5902u, 5773u, 5647u, 5523u, 5401u, 5281u, 5163u, 5048u, 4935u, 4824u,
    4715u, 4608u, 4503u, 4401u, 4300u, 4201u, 4105u, 4010u, 3917u, 3826u, 3737u, 3650u, 3564u, 3481u, 3399u, 3319u,
    3240u, 3163u, 3088u, 3015u, 2943u, 2872u, 2803u, 2736u, 2670u, 2606u, 2543u, 2481u, 2421u, 2362u, 2304u, 2248u,
    2193u, 2139u, 2087u, 2036u, 1985u, 1936u, 1888u, 1842u, 1796u, 1751u, 1708u, 1665u, 1624u, 1583u, 1544u, 1505u,
    1467u, 1430u, 1394u, 1359u, 1325u, 1291u, 1259u, 1227u, 1196u, 1165u, 1136u, 1107u, 1078u, 1051u, 1024u, 998u,
    972u, 947u, 923u, 899u, 876u, 854u, 832u, 810u, 789u, 769u, 749u, 729u, 711u, 692u, 674u, 657u,
    639u, 623u, 607u, 591u, 575u, 560u, 546u, 531u, 517u, 504u, 491u, 478u, 465u, 453u, 441u, 429u,
    418u, 407u, 396u, 386u, 375u, 366u, 356u, 346u, 337u, 328u, 320u, 311u, 303u, 295u, 287u, 279u,
    272u, 264u, 257u, 250u, 244u, 237u, 231u, 225u, 219u, 213u, 207u, 202u, 196u, 191u, 186u, 181u,
    176u, 171u, 166u, 162u, 158u, 153u, 149u, 145u, 141u, 137u, 134u, 130u, 127u, 123u, 120u, 116u,
    113u, 110u, 107u, 104u, 101u, 99u, 96u, 93u, 91u, 88u, 86u, 84u, 81u, 79u, 77u, 75u,
    73u, 71u, 69u, 67u, 65u, 63u, 62u, 60u, 58u, 57u, 55u, 54u, 52u, 51u, 49u, 48u,
    47u, 45u, 44u, 43u, 42u, 41u, 39u, 38u, 37u, 36u, 35u, 34u, 33u, 32u, 31u, 31u,
    30u, 29u, 28u, 27u, 27u, 26u, 25u, 24u, 24u, 23u, 22u, 22u, 21u, 21u, 20u, 19u,
    19u, 18u, 18u, 17u, 17u, 16u, 16u, 16u, 15u, 15u, 14u, 14u, 13u, 13u, 13u, 12u,
    12u, 12u, 11u, 11u, 11u, 10u, 10u, 10u, 10u, 9u, 9u, 9u, 9u, 8u, 8u, 8u,
    8u, 7u, 7u, 7u, 7u, 7u, 6u, 6u, 6u, 6u, 6u, 6u, 5u, 5u, 5u, 5u,
    5u, 5u, 5u, 4u, 4u, 4u, 4u, 4u, 4u, 4u, 4u, 4u, 3u, 3u, 3u, 3u,
    3u, 3u, 3u, 3u, 3u, 3u, 3u, 2u, 2u, 2u, 2u, 2u, 2u, 2u, 2u, 2u,
    2u, 2u, 2u, 2u, 2u, 2u, 2u, 2u, 2u, 1u, 1u, 1u, 1u, 1u, 1u, 1u,
    1u, 1u, 1u, 1u, 1u, 1u, 1u, 1u, 1u, 1u, 1u, 1u, 1u, 1u, 1u, 1u,
    1u, 1u, 1u, 1u, 1u, 1u, 1u, 1u, 1u, 1u, 1u, 1u, 1u, 1u, 1u, 0u,
    0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u,
    0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u,
    0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u,
    0u
};

/* SiLU of h in Qf, result in Qf: an even correction of max(h, 0). */
static inline int32_t silu(int32_t h, int32_t f)
{
    const int32_t a = h < 0 ? -h : h, i = a >> (f - 5), one = 1 << (f - 5);
    int32_t d = 0;
    if (i < 512) {
        const uint16_t *p = q3e_silu_tail + i;
        d = (p[0] * one + (p[1] - p[0]) * (a & (one - 1)) + 0x400) >> 11;
    }
    return (h > 0 ? h : 0) - d;
}

static inline int64_t gated(const q3e_silu_gate *g, int16_t gate, int16_t up)
{
    return q3e_rshr((int64_t)(silu(gate, g->fraction) * up) * g->gain, g->shift);
}

void q3e_silu_gate_s8(const q3e_silu_gate *g, const int16_t *gate, const int16_t *up, int8_t *y, int32_t count)
{
    for (int32_t i = 0; i < count; i++) y[i] = (int8_t)q3e_clamp64(gated(g, gate[i], up[i]), -128, 127);
}

void q3e_silu_gate_s16(const q3e_silu_gate *g, const int16_t *gate, const int16_t *up, int16_t *y, int32_t count)
{
    for (int32_t i = 0; i < count; i++) y[i] = (int16_t)q3e_clamp64(gated(g, gate[i], up[i]), -32768, 32767);
}
