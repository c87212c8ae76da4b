/*
 * count_insns.c - a QEMU (7.2 and later, plugin interface 1) plugin that counts executed instructions, by span and by zone of the code.
 *
 *   -plugin libcount.so,base=0x08000000,size=0x80000,begin=ADDRESS,end=ADDRESS,out=FILE
 *   -plugin libcount.so,base=0x08000000,size=0x20000,zones=FILE,out=FILE
 *
 * Spans: a store to `begin` opens a span, a store to `end` closes an open one: "span N" with the span's instructions (the opening store not
 * counted, the closing one counted) goes to the log (-d plugin). With mlo=ADDRESS,mhi=ADDRESS every store into [mlo, mhi) is logged too
 * ("store ADDRESS").
 *
 * Zones: FILE has lines "FROM TO ZONE", two hexadecimal addresses and a number below 1024, for pieces of code within base..base+size. An
 * instruction in such a piece enters its zone; code in none, such as the functions that it calls, counts for the zone that was entered last.
 * Zone 0 is outside and not counted. Whenever it is entered again, "frame N" with the instructions since it was left goes to the log; at the end,
 * "zone Z N" for each other zone that was entered.
 *
 * With out=FILE, FILE receives "address count" in hexadecimal and decimal for every instruction of base..base+size that ran inside a span (without
 * begin and end: at all); with zones "zone address count". Under qemu-system-*, run with -icount shift=0: the counts are then the same in every run.
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
enum { ADD_U64 = 0, NO_REGISTERS = 0, STORES = 2, MOST_ZONES = 1024 };

extern void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id, void (*)(plugin_id, struct block *));
extern size_t qemu_plugin_tb_n_insns(const struct block *);
extern struct insn *qemu_plugin_tb_get_insn(const struct block *, size_t);
extern uint64_t qemu_plugin_insn_vaddr(const struct insn *);
extern void qemu_plugin_register_vcpu_insn_exec_cb(struct insn *, void (*)(unsigned, void *), int, void *);
extern void qemu_plugin_register_vcpu_insn_exec_inline(struct insn *, int, void *, uint64_t);
extern void qemu_plugin_register_vcpu_mem_cb(struct insn *, void (*)(unsigned, memory_info, uint64_t, void *), int, int, void *);
extern void qemu_plugin_register_atexit_cb(plugin_id, void (*)(plugin_id, void *), void *);
extern void qemu_plugin_outs(const char *);

EXPORT int qemu_plugin_version = 1;
EXPORT int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv);

typedef struct {
    uint64_t total;
    uint64_t *counts; /* by halfword from base, or NULL */
} zone;

static bool open;
static uint64_t total, opened, base, size = 1u << 20, begin_address, end_address, watch_low, watch_high;
static uint64_t *counts, *before, *inside; /* by halfword from base */
static char *out;

static zone zones[MOST_ZONES];
static int16_t *zone_of; /* by halfword from base; -1: none */
static uintptr_t current;
static uint64_t entered, frame; /* instructions before the current zone was entered, and of this frame until then */

static void log_value(const char *what, uint64_t value)
{
    char line[64];
    snprintf(line, sizeof line, "%s %" PRIu64 "\n", what, value);
    qemu_plugin_outs(line);
}

static void add_difference(uint64_t *sum)
{
    for (uint64_t i = 0; i < size / 2; i++) sum[i] += counts[i] - before[i];
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
        add_difference(inside);
    } else if (address >= watch_low && address < watch_high) {
        log_value("store", address);
    }
}

/* Comes before its instruction is counted. */
static void on_zone(unsigned cpu, void *user)
{
    const uintptr_t next = (uintptr_t)user;
    (void)cpu;
    if (next == current) return;
    if (current != 0) {
        zone *left = &zones[current];
        left->total += total - entered;
        frame += total - entered;
        if (out != NULL) {
            if (left->counts == NULL) left->counts = calloc(size / 2, sizeof *left->counts);
            if (left->counts != NULL) add_difference(left->counts);
        }
    }
    if (next == 0) {
        log_value("frame", frame);
        frame = 0;
    }
    if (out != NULL) memcpy(before, counts, size / 2 * sizeof *counts);
    entered = total;
    current = next;
}

static void on_block(plugin_id id, struct block *block)
{
    (void)id;
    for (size_t i = 0; i < qemu_plugin_tb_n_insns(block); i++) {
        struct insn *insn = qemu_plugin_tb_get_insn(block, i);
        const uint64_t pc = qemu_plugin_insn_vaddr(insn);
        const bool ours = pc - base < size;
        if (ours && zone_of != NULL && zone_of[(pc - base) / 2] >= 0)
            qemu_plugin_register_vcpu_insn_exec_cb(insn, on_zone, NO_REGISTERS, (void *)(uintptr_t)zone_of[(pc - base) / 2]);
        qemu_plugin_register_vcpu_insn_exec_inline(insn, ADD_U64, &total, 1);
        if (ours && out != NULL) qemu_plugin_register_vcpu_insn_exec_inline(insn, ADD_U64, &counts[(pc - base) / 2], 1);
        if (end_address != 0 || watch_high != 0) qemu_plugin_register_vcpu_mem_cb(insn, on_store, NO_REGISTERS, STORES, NULL);
    }
}

static void on_exit_of_qemu(plugin_id id, void *user)
{
    (void)id, (void)user;
    log_value("total", total);
    for (uintptr_t z = 1; z < MOST_ZONES; z++) {
        char line[64];
        if (zones[z].total == 0) continue;
        snprintf(line, sizeof line, "zone %u %" PRIu64 "\n", (unsigned)z, zones[z].total);
        qemu_plugin_outs(line);
    }
    FILE *file = out != NULL ? fopen(out, "w") : NULL;
    if (file == NULL) return;
    const uint64_t *profile = end_address != 0 ? inside : counts;
    for (uint64_t i = 0; i < size / 2; i++) {
        if (zone_of == NULL && profile[i] != 0) fprintf(file, "%" PRIx64 " %" PRIu64 "\n", base + 2 * i, profile[i]);
        for (unsigned z = 1; zone_of != NULL && z < MOST_ZONES; z++) {
            if (zones[z].counts != NULL && zones[z].counts[i] != 0) fprintf(file, "%u %" PRIx64 " %" PRIu64 "\n", z, base + 2 * i, zones[z].counts[i]);
        }
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

static bool read_zones(const char *path)
{
    uint64_t from, to;
    unsigned number;
    int fields;
    FILE *file = fopen(path, "r");
    zone_of = malloc(size / 2 * sizeof *zone_of);
    if (file == NULL || zone_of == NULL) return false;
    for (uint64_t i = 0; i < size / 2; i++) zone_of[i] = -1;
    while ((fields = fscanf(file, "%" SCNx64 " %" SCNx64 " %u", &from, &to, &number)) == 3) {
        if (from < base || to < from || to - base > size || number >= MOST_ZONES) break;
        for (uint64_t a = from; a < to; a += 2) zone_of[(a - base) / 2] = (int16_t)number;
    }
    fclose(file);
    return fields == EOF;
}

int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv)
{
    const char *zone_file = NULL;
    (void)info;
    for (int i = 0; i < argc; i++) {
        const char *a = argv[i];
        if (strncmp(a, "out=", 4) == 0) out = strdup(a + 4);
        else if (strncmp(a, "zones=", 6) == 0) zone_file = a + 6;
        else if (!take(a, "base", &base) && !take(a, "size", &size) && !take(a, "begin", &begin_address) && !take(a, "end", &end_address)
                 && !take(a, "mlo", &watch_low) && !take(a, "mhi", &watch_high)) return -1;
    }
    counts = calloc(size / 2, sizeof *counts);
    before = calloc(size / 2, sizeof *before);
    inside = calloc(size / 2, sizeof *inside);
    if (counts == NULL || before == NULL || inside == NULL || (zone_file != NULL && !read_zones(zone_file))) return -1;
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_block);
    qemu_plugin_register_atexit_cb(id, on_exit_of_qemu, NULL);
    return 0;
}
