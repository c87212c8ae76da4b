/*
 * count_insns.c - a QEMU (7.2 and later, plugin interface 1) plugin that counts executed instructions.
 *
 *   -plugin libcount.so,base=0x08000000,size=0x80000,begin=ADDRESS,end=ADDRESS,out=FILE
 *
 * A store to `begin` opens a span, a store to `end` closes an open one: "span N" with the span's instructions (the opening store not counted,
 * the closing one counted) goes to the log (-d plugin), and FILE receives "address count" in hexadecimal and decimal for every
 * instruction of base..base+size that ran inside a span. Without begin and end the whole run is one span. With mlo=ADDRESS,mhi=ADDRESS every
 * store into [mlo, mhi) is logged too ("store ADDRESS"). Run with -icount shift=0: the counts are then the same in every run.
 *
 * The prototypes are written out here, so that no header of QEMU is needed.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

typedef uint64_t plugin_id;
typedef uint32_t memory_info;
struct block;
struct insn;
enum { ADD_U64 = 0, NO_REGISTERS = 0, STORES = 2 };

extern void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id, void (*)(plugin_id, struct block *));
extern size_t qemu_plugin_tb_n_insns(const struct block *);
extern struct insn *qemu_plugin_tb_get_insn(const struct block *, size_t);
extern uint64_t qemu_plugin_insn_vaddr(const struct insn *);
extern void qemu_plugin_register_vcpu_insn_exec_inline(struct insn *, int, void *, uint64_t);
extern void qemu_plugin_register_vcpu_mem_cb(struct insn *, void (*)(unsigned, memory_info, uint64_t, void *), int, int, void *);
extern void qemu_plugin_register_atexit_cb(plugin_id, void (*)(plugin_id, void *), void *);
extern void qemu_plugin_outs(const char *);

EXPORT int qemu_plugin_version = 1;
EXPORT int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv);

static bool open;
static uint64_t total, opened, base, size = 1u << 20, begin_address, end_address, watch_low, watch_high;
static uint64_t *counts, *before, *inside; /* by halfword from base */
static char *out;

static void log_value(const char *what, uint64_t value)
{
    char line[64];
    snprintf(line, sizeof line, "%s %" PRIu64 "\n", what, value);
    qemu_plugin_outs(line);
}

static void on_store(unsigned cpu, memory_info info, uint64_t address, void *user)
{
    (void)cpu, (void)info, (void)user;
    if (address == begin_address) {
        open = true;
        opened = total;
        memcpy(before, counts, size / 2 * sizeof *counts);
    } else if (address == end_address && open) {
        open = false;
        log_value("span", total - opened);
        for (uint64_t i = 0; i < size / 2; i++) inside[i] += counts[i] - before[i];
    } else if (address >= watch_low && address < watch_high) {
        log_value("store", address);
    }
}

static void on_block(plugin_id id, struct block *block)
{
    (void)id;
    for (size_t i = 0; i < qemu_plugin_tb_n_insns(block); i++) {
        struct insn *insn = qemu_plugin_tb_get_insn(block, i);
        const uint64_t pc = qemu_plugin_insn_vaddr(insn);
        qemu_plugin_register_vcpu_insn_exec_inline(insn, ADD_U64, &total, 1);
        if (pc - base < size) qemu_plugin_register_vcpu_insn_exec_inline(insn, ADD_U64, &counts[(pc - base) / 2], 1);
        if (end_address != 0 || watch_high != 0) qemu_plugin_register_vcpu_mem_cb(insn, on_store, NO_REGISTERS, STORES, NULL);
    }
}

static void on_exit_of_qemu(plugin_id id, void *user)
{
    (void)id, (void)user;
    log_value("total", total);
    if (out == NULL) return;
    FILE *file = fopen(out, "w");
    if (file == NULL) return;
    const uint64_t *profile = end_address != 0 ? inside : counts;
    for (uint64_t i = 0; i < size / 2; i++) {
        if (profile[i] != 0) fprintf(file, "%" PRIx64 " %" PRIu64 "\n", base + 2 * i, profile[i]);
    }
    fclose(file);
}

static bool take(const char *argument, const char *name, uint64_t *value)
{
    const size_t length = strlen(name);
    if (strncmp(argument, name, length) != 0 || argument[length] != '=') return false;
    *value = strtoull(argument + length + 1, NULL, 0);
    return true;
}

int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv)
{
    (void)info;
    for (int i = 0; i < argc; i++) {
        const char *a = argv[i];
        if (strncmp(a, "out=", 4) == 0) out = strdup(a + 4);
        else if (!take(a, "base", &base) && !take(a, "size", &size) && !take(a, "begin", &begin_address) && !take(a, "end", &end_address)
                 && !take(a, "mlo", &watch_low) && !take(a, "mhi", &watch_high)) return -1;
    }
    counts = calloc(size / 2, sizeof *counts);
    before = calloc(size / 2, sizeof *before);
    inside = calloc(size / 2, sizeof *inside);
    if (counts == NULL || before == NULL || inside == NULL) return -1;
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_block);
    qemu_plugin_register_atexit_cb(id, on_exit_of_qemu, NULL);
    return 0;
}
