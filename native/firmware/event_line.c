/*
 * event_line.c - the serial line's rings and what its lines mean (event_line.h).
 *
 * A ring has one writer and one reader: byte n lies at n mod its size, and each side moves only its own counter.
 */
#include "event_line.h"

#include "firmware.h"
#include "port.h"

#include <stddef.h>

enum { IN_BYTES = 64, OUT_BYTES = 256 }; /* powers of two */

static uint8_t in[IN_BYTES], out[OUT_BYTES];
static volatile uint32_t in_written, in_read, out_written, out_read;
static volatile uint32_t lost_in, lost_out;

void event_line_tick(void)
{
    const int32_t byte = port_serial_take();
    if (byte >= 0) {
        if (in_written - in_read < IN_BYTES) {
            in[in_written % IN_BYTES] = (uint8_t)byte;
            firmware_barrier();
            in_written = in_written + 1u;
        } else {
            lost_in = lost_in + 1u;
        }
    }
    if (out_read != out_written && port_serial_put(out[out_read % OUT_BYTES]) != 0) out_read = out_read + 1u;
}

void event_line_text(const char *text)
{
    for (; *text != '\0'; text++) {
        if (out_written - out_read == OUT_BYTES) {
            lost_out = lost_out + 1u;
            continue;
        }
        out[out_written % OUT_BYTES] = (uint8_t)*text;
        firmware_barrier();
        out_written = out_written + 1u;
    }
}

void event_line_number(uint32_t value)
{
    char digits[11];
    char *p = digits + sizeof digits - 1;
    *p = '\0';
    do {
        *--p = (char)('0' + value % 10u);
        value /= 10u;
    } while (value != 0);
    event_line_text(p);
}

uint32_t event_line_lost(void)
{
    return lost_in + lost_out;
}

static int is(const char *text, const char *other)
{
    while (*text != '\0' && *text == *other) {
        text++;
        other++;
    }
    return *text == *other;
}

/* The whole text is a number up to 65535. */
static int is_code(const char *text, uint32_t *code)
{
    uint32_t value = 0;
    const char *p = text;
    for (; *p >= '0' && *p <= '9' && value <= 65535u; p++) value = value * 10u + (uint32_t)(*p - '0');
    *code = value;
    return p != text && *p == '\0' && value <= 65535u;
}

static event_line_kind understand(event_line *line)
{
    char *blank = line->text;
    line->profile = NULL;
    if (is(line->text, "status")) return EVENT_LINE_STATUS;
    if (is_code(line->text, &line->code)) return EVENT_LINE_EVENT;
    while (*blank != ' ' && *blank != '\0') blank++;
    if (*blank == '\0' || blank == line->text || !is_code(blank + 1, &line->code)) return EVENT_LINE_WRONG;
    *blank = '\0';
    line->profile = line->text;
    return EVENT_LINE_EVENT;
}

event_line_kind event_line_read(event_line *line)
{
    while (in_read != in_written) {
        const char c = (char)in[in_read % IN_BYTES];
        in_read = in_read + 1u;
        if (c == '\r') continue;
        if (c != '\n') {
            if (line->length < EVENT_LINE_BYTES - 1u) line->text[line->length] = c;
            if (line->length < EVENT_LINE_BYTES) line->length++;
            continue;
        }
        const uint32_t length = line->length;
        line->length = 0;
        if (length == 0) continue;
        if (length >= EVENT_LINE_BYTES) return line->kind = EVENT_LINE_WRONG;
        line->text[length] = '\0';
        return line->kind = understand(line);
    }
    return line->kind = EVENT_LINE_NONE;
}
