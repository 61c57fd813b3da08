/* Shared by the files of extract-text.  The way of a document: sniff.c looks whether it is text at all,
 * utf8.c, utf16.c and legacy.c decode it, structure.c finds titles, headings and paragraphs. */
#ifndef EXTRACT_TEXT_H
#define EXTRACT_TEXT_H

#include <docmill/plugin.h>

enum { TEXT_INVALID_REJECT, TEXT_INVALID_REPLACE };

/* The stage's options. */
struct text_options {
    int32_t invalid; /* TEXT_INVALID_... */
    dm_str encoding; /* as written; "auto": find out */
    bool title, headings;
};

/* What a text holds besides letters. */
enum {
    TEXT_HAS_WIDE = 1u << 0,    /* anything that is not ASCII */
    TEXT_HAS_CONTROL = 1u << 1, /* a control character other than TAB and LF */
    TEXT_HAS_BREAK = 1u << 2    /* NEL, LS or PS */
};

/* A document's text on its way to dm_append(). */
struct text_source {
    dm_str bytes;         /* the input */
    size_t bom;           /* bytes at its start that only say how to read the rest */
    dm_str text;          /* decoded, UTF-8; points into `bytes` where nothing had to be changed */
    unsigned facts;       /* TEXT_HAS_..., of `text` */
    const char *encoding; /* IANA name in lower case */
    size_t errors;        /* bytes that became U+FFFD */
};

/* return  TEXT_HAS_..., of all of `s`
 * cost    one pass, 64 bytes a step */
unsigned text_find_facts(dm_str s);

/* return  bytes of the well-formed sequence at s[at], 1 to 4; 0: there is none */
size_t text_utf8_length(dm_str s, size_t at);

/* The code point at s[at], which is the start of a well-formed sequence of `len` bytes. */
uint32_t text_utf8_decode(dm_str s, size_t at, size_t len);

/* Write `cp` to `out` (room for 4).  return  bytes written */
size_t text_utf8_encode(char *out, uint32_t cp);

/* Count the well-formed multi-byte sequences of `s`, and the bytes that belong to none. */
void text_count_utf8(dm_str s, size_t *sequences, size_t *bad);

/* Copy src->bytes behind the byte order mark into src->text, U+FFFD for each byte that belongs to no
 * sequence, counted in src->errors. */
dm_status text_repair_utf8(dm_task *t, struct text_source *src);

/* The byte order mark at the start: its length, and in *encoding the encoding that it tells (NULL
 * where there is none). */
size_t text_sniff_bom(dm_str bytes, const char **encoding);

/* What kind of binary file starts like this, "a PNG image"; NULL: no known one. */
const char *text_sniff_binary(dm_str bytes);

/* The byte order that the NUL bytes of text in UTF-16 give away: "utf-16le", "utf-16be" or NULL. */
const char *text_sniff_utf16(dm_str bytes);

/* Whether `s` has the escape sequences of ISO-2022-JP, which is all ASCII otherwise. */
bool text_sniff_iso2022jp(dm_str s);

/* Control characters that text does not have; TAB, line breaks, backspace and escape are none.
 * first  out: where the first one is */
size_t text_count_controls(dm_str s, size_t *first);

/* return  whether `name` is one of utf-16le, utf-16be, utf-32le, utf-32be */
bool text_is_wide(const char *name);

/* Decode src->bytes behind the byte order mark as src->encoding, which text_is_wide(). */
dm_status text_decode_wide(dm_task *t, const struct text_options *o, struct text_source *src);

/* Find the encoding of a text that is not UTF-8, and decode it. */
dm_status text_decode_legacy(dm_task *t, const struct text_options *o, struct text_source *src);

/* Decode by the name that the options give. */
dm_status text_decode_named(dm_task *t, const struct text_options *o, struct text_source *src);

/* The encoding called `name` by people, as one of ours: "utf-8" for "UTF8", else its IANA name.
 * return  NULL: nobody knows it */
const char *text_encoding_name(dm_task *t, dm_str name);

/* The line, from 1, that holds byte `at` of `s`, which is in an encoding that writes LF as a byte. */
size_t text_line_of(dm_str s, size_t at);

/* Whether there is nothing in `s` but white space. */
bool text_is_blank(dm_str s);

/* The part of s[at] without the white space around it. */
dm_span text_trim(dm_str s, dm_span at);

/* Mark the titles, headings and paragraphs of src->text, which has been appended. */
dm_status text_mark_blocks(dm_task *t, dm_doc *d, const struct text_options *o,
                           const struct text_source *src);

#endif
