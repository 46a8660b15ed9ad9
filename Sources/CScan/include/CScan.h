/* The byte scan of the pure rooms: memory speed where a loop over a Span takes five times as long.
 *
 * Both functions read bytes[0 ..< count] and nothing else, write nothing and keep nothing. Swift reaches them through
 * Sources/Mail/Span+Scan.swift only. */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline int cscan_breaks(uint8_t byte) { return byte == '\r' || byte == '\n' || byte == 0; }

/* The index of the first CR, LF or NUL at or behind from; count if there is none. */
static inline size_t cscan_break(const uint8_t *bytes, size_t count, size_t from) {
    size_t at = from;
#if defined(__clang__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    typedef uint8_t lanes __attribute__((vector_size(16)));
    while (at < count && count - at >= sizeof(lanes)) {
        lanes chunk;
        memcpy(&chunk, bytes + at, sizeof chunk);
        lanes hit = (lanes)((chunk == (uint8_t)'\r') | (chunk == (uint8_t)'\n') | (chunk == (uint8_t)0));
        uint64_t half[2];
        memcpy(half, &hit, sizeof half);
        if (half[0] | half[1]) {
            size_t bit = half[0] ? (size_t)__builtin_ctzll(half[0]) : 64 + (size_t)__builtin_ctzll(half[1]);
            return at + bit / 8;
        }
        at += sizeof(lanes);
    }
#endif
    while (at < count && !cscan_breaks(bytes[at])) at++;
    return at < count ? at : count;
}

typedef struct cscan_run {
    size_t end;     /* where the run stops */
    size_t longest; /* bytes of the longest line that was passed, its CRLF and what stood before the run included */
    size_t tail;    /* bytes of the line in which the run stops, up to there */
} cscan_run;

/* Passes over text from there on, as far as it needs no decision: it stops at a CR, LF or NUL that is not a CRLF with a
 * byte other than "." behind it, else at count. before: bytes of the first line that were passed earlier. */
static inline cscan_run cscan_text(const uint8_t *bytes, size_t count, size_t from, size_t before) {
    cscan_run run = {from, 0, before};
    size_t line = from;
    for (;;) {
        run.end = cscan_break(bytes, count, run.end);
        run.tail = before + (run.end - line);
        if (count - run.end < 3) return run;
        const uint8_t *at = bytes + run.end;
        if (at[0] != '\r' || at[1] != '\n' || at[2] == '.') return run;
        if (run.tail + 2 > run.longest) run.longest = run.tail + 2;
        run.end += 2;
        line = run.end;
        before = 0;
    }
}
