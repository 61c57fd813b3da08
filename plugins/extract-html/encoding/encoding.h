/* Which encoding a page is in, by the rules of the HTML Standard (13.2.3) and the Encoding Standard, and its text in
 * UTF-8. */
#ifndef EXTRACT_HTML_ENCODING_H
#define EXTRACT_HTML_ENCODING_H

#include <docmill/plugin.h>

struct html_encoding {
    const char *name;  /* as the Encoding Standard has it, in small letters */
    const char *iconv; /* NULL: UTF-8 */
};

/* The encoding that a label stands for, in any case and with spaces around it; NULL: none, or one that browsers
 * refuse. */
const struct html_encoding *html_encoding_labelled(dm_str label);

/* Where the byte order mark ends, and of which encoding it is; 0: there is none. */
size_t html_read_mark(dm_str bytes, const struct html_encoding **e);

/* What the first bytes declare with <meta charset> or its older form.
 * return  NULL: nothing */
const struct html_encoding *html_prescan(dm_task *t, dm_str bytes);

struct html_decoded {
    dm_str text;      /* valid UTF-8, without a byte order mark */
    size_t offset;    /* of text in the input, where it is borrowed from there: the byte order mark */
    bool borrowed;    /* text is a part of the input */
    const char *name; /* of the encoding */
    size_t replaced;  /* characters that are U+FFFD, as no one could say what they were */
};

/* Find the encoding and decode.
 * declared  the charset that came with the page (HTTP); len 0: none
 * errors    DM_EDOC: this is no text; DM_ELIMIT */
dm_status html_decode(dm_task *t, dm_str bytes, dm_str declared, struct html_decoded *out);

#endif
