/*
 * onednn_matmul.c - bare INT8 matrix products with oneDNN 2.x (C interface): dst[rows][n] s32 = src[rows][k] u8 or s8 * weight[k][n] s8.
 *
 * Weights lie in the order that oneDNN prefers (format tag "any"), reordered once; no bias, no requantization.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <dnnl.h>

#if DNNL_VERSION_MAJOR != 2
#error "onednn_matmul.c: written for oneDNN 2.x (Debian 12: libdnnl-dev 2.6)"
#endif

#define EXPORT __attribute__((visibility("default")))

typedef struct {
    dnnl_primitive_t primitive;
    dnnl_exec_arg_t args[3];
} product;

EXPORT void *peers_onednn_create(int64_t rows, int64_t k, int64_t n, int32_t is_signed);
EXPORT int32_t peers_onednn_run(void *handle);
EXPORT void peers_onednn_finish(void);
EXPORT const char *peers_onednn_version(void);

static dnnl_engine_t engine;
static dnnl_stream_t stream;

static int start(void)
{
    if (engine != NULL) return 1;
    return dnnl_engine_create(&engine, dnnl_cpu, 0) == dnnl_success && dnnl_stream_create(&stream, engine, dnnl_stream_default_flags) == dnnl_success;
}

/* Memory of its own with small values. */
static dnnl_memory_t filled(const dnnl_memory_desc_t *desc)
{
    dnnl_memory_t memory;
    void *data;
    size_t bytes = dnnl_memory_desc_get_size(desc), i;
    if (dnnl_memory_create(&memory, desc, engine, DNNL_MEMORY_ALLOCATE) != dnnl_success) return NULL;
    dnnl_memory_get_data_handle(memory, &data);
    for (i = 0; i < bytes; i++) ((unsigned char *)data)[i] = (unsigned char)(i * 37u % 101u);
    return memory;
}

/* One product; null on failure. */
void *peers_onednn_create(int64_t rows, int64_t k, int64_t n, int32_t is_signed)
{
    dnnl_dims_t x_dims, w_dims, y_dims;
    dnnl_memory_desc_t x, w_any, w_plain, y;
    dnnl_matmul_desc_t op;
    dnnl_primitive_desc_t pd, reorder_pd;
    dnnl_primitive_t reorder;
    dnnl_memory_t plain, packed;
    dnnl_exec_arg_t reorder_args[2];
    product *p = (product *)calloc(1, sizeof *p);
    x_dims[0] = rows; x_dims[1] = k;
    w_dims[0] = k; w_dims[1] = n;
    y_dims[0] = rows; y_dims[1] = n;
    if (p == NULL || !start()) return NULL;
    dnnl_memory_desc_init_by_tag(&x, 2, x_dims, is_signed ? dnnl_s8 : dnnl_u8, dnnl_ab);
    dnnl_memory_desc_init_by_tag(&w_any, 2, w_dims, dnnl_s8, dnnl_format_tag_any);
    dnnl_memory_desc_init_by_tag(&w_plain, 2, w_dims, dnnl_s8, dnnl_ab);
    dnnl_memory_desc_init_by_tag(&y, 2, y_dims, dnnl_s32, dnnl_ab);
    if (dnnl_matmul_desc_init(&op, &x, &w_any, NULL, &y) != dnnl_success) return NULL;
    if (dnnl_primitive_desc_create(&pd, &op, NULL, engine, NULL) != dnnl_success) return NULL;
    if (dnnl_primitive_create(&p->primitive, pd) != dnnl_success) return NULL;

    plain = filled(&w_plain);
    packed = filled(dnnl_primitive_desc_query_md(pd, dnnl_query_weights_md, 0));
    if (plain == NULL || packed == NULL) return NULL;
    if (dnnl_reorder_primitive_desc_create(&reorder_pd, &w_plain, engine, dnnl_primitive_desc_query_md(pd, dnnl_query_weights_md, 0), engine, NULL) != dnnl_success) return NULL;
    if (dnnl_primitive_create(&reorder, reorder_pd) != dnnl_success) return NULL;
    reorder_args[0].arg = DNNL_ARG_FROM; reorder_args[0].memory = plain;
    reorder_args[1].arg = DNNL_ARG_TO; reorder_args[1].memory = packed;
    if (dnnl_primitive_execute(reorder, stream, 2, reorder_args) != dnnl_success || dnnl_stream_wait(stream) != dnnl_success) return NULL;

    p->args[0].arg = DNNL_ARG_SRC; p->args[0].memory = filled(&x);
    p->args[1].arg = DNNL_ARG_WEIGHTS; p->args[1].memory = packed;
    p->args[2].arg = DNNL_ARG_DST; p->args[2].memory = filled(&y);
    return p;
}

/* Runs one product; products of a chain may be run one after the other before peers_onednn_finish. Returns 0 on success. */
int32_t peers_onednn_run(void *handle)
{
    product *p = (product *)handle;
    return (int32_t)dnnl_primitive_execute(p->primitive, stream, 3, p->args);
}

void peers_onednn_finish(void)
{
    dnnl_stream_wait(stream);
}

const char *peers_onednn_version(void)
{
    static char text[48];
    const dnnl_version_t *v = dnnl_version();
    size_t n = 0;
    int parts[3], i;
    parts[0] = v->major; parts[1] = v->minor; parts[2] = v->patch;
    for (i = 0; i < 3; i++) {
        if (i != 0) text[n++] = '.';
        if (parts[i] >= 10) text[n++] = (char)('0' + parts[i] / 10 % 10);
        text[n++] = (char)('0' + parts[i] % 10);
    }
    text[n] = 0;
    return text;
}
