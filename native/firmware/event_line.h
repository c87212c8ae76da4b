/*
 * event_line.h - lines of text over the serial line, in and out, without waiting.
 *
 * The tick moves at most one byte each way between the port and two rings; the main loop reads whole lines and writes texts.
 */
#ifndef Q3E_EVENT_LINE_H
#define Q3E_EVENT_LINE_H

#include <stdint.h>

/** Longest line that can be read, with its end. */
enum { EVENT_LINE_BYTES = 32 };

/** What a line asks for. */
typedef enum {
    EVENT_LINE_NONE,   /**< there is no whole line yet, or it was empty */
    EVENT_LINE_EVENT,  /**< `CODE`, or `PROFILE CODE` */
    EVENT_LINE_STATUS, /**< `status` */
    EVENT_LINE_WRONG   /**< anything else, or longer than a line can be */
} event_line_kind;

/** A line that was read. */
typedef struct {
    event_line_kind kind;
    const char *profile; /**< of the event, into `text`; null for the board's */
    uint32_t code;       /**< 0 to 65535 */
    char text[EVENT_LINE_BYTES];
    uint32_t length; /* of what came so far; more than fits while a line is too long */
} event_line;

/** Reads what came since the last call, up to the end of one line. `line` is zero before the first call. Lines end with LF; CR is not read. */
event_line_kind event_line_read(event_line *line);
/** Writes a text; what the ring has no room for is lost and counted. */
void event_line_text(const char *text);
/** Writes a number in decimal. */
void event_line_number(uint32_t value);
/** Bytes that were lost, both ways. */
uint32_t event_line_lost(void);
/** From the tick. */
void event_line_tick(void);

#endif
