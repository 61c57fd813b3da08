/* An HTML tokenizer: what stands in a page, tag by tag and text by text, as the HTML Standard (13.2.5) reads it.
 *
 * The caller pulls tokens.  A token borrows from the input, and nothing is decoded before it is asked for: names as
 * they are written, texts and values with their references.  html_cook() and html_fold() make of them what the
 * standard says, and borrow still where that is the same.  docs/design/html-tokenizer.md tells how it is made. */
#ifndef EXTRACT_HTML_TOKENIZER_H
#define EXTRACT_HTML_TOKENIZER_H

#include <docmill/plugin.h>

/* How the input is read on; the one who builds a tree knows when this changes. */
enum html_state {
    HTML_STATE_DATA,
    HTML_STATE_RCDATA,    /* references, but no tags other than the end of last_start: <title>, <textarea> */
    HTML_STATE_RAWTEXT,   /* not even references: <style>, <iframe>, <noframes>, <xmp> */
    HTML_STATE_SCRIPT,    /* the same, where a comment may hide an end tag */
    HTML_STATE_PLAINTEXT, /* text to the end */
    HTML_STATE_CDATA      /* text up to ]]> */
};

enum html_token_kind {
    HTML_TOKEN_TEXT,
    HTML_TOKEN_START,
    HTML_TOKEN_END,
    HTML_TOKEN_COMMENT,
    HTML_TOKEN_DOCTYPE
};

/* What html_cook() does beside line breaks, which always become LF. */
enum {
    HTML_COOK_REFERENCES = 1u << 0, /* &amp; */
    HTML_COOK_VALUE = 1u << 1,      /* as in the value of an attribute: `?a=1&copy=2` has none */
    HTML_COOK_NUL = 1u << 2         /* a NUL becomes U+FFFD */
};

struct html_token_attr {
    dm_str name, value; /* as written; value len 0: none */
};

/* What is of tags or doctypes only is not set in others, but for the name and the number of attributes: there are several
 * thousand tokens in a page. */
struct html_token {
    enum html_token_kind kind;
    dm_span at;    /* in the input, signs included */
    dm_str name;   /* of a tag or doctype, as written */
    dm_str data;   /* of a text or comment, as written */
    unsigned cook; /* how data is to be read: HTML_COOK_... */
    const struct html_token_attr
        *attrs; /* of a start tag, until the next call; a name may stand there twice */
    uint32_t attr_count;
    bool self_closing;
    bool has_name, has_public, has_system, quirks; /* of a doctype */
    dm_str public_id, system_id;                   /* as written */
};

enum {
    HTML_ATTRS_MAX = 256
}; /* further ones of a tag are left out, so that no tag costs more than its bytes */

struct html_tokenizer {
    dm_task *task;
    dm_str in; /* valid UTF-8 */
    size_t at; /* what is read next */
    enum html_state state;
    dm_str last_start; /* name of the last start tag: what ends RCDATA, RAWTEXT and SCRIPT */
    size_t
        arrow; /* the `-->` that was looked for last, to end a comment in a script; in.len: there is none */
    bool foreign; /* inside SVG or MathML, where <![CDATA[ is no comment */
    bool odd;     /* the input has NUL or CR */
    struct html_token_attr attrs[HTML_ATTRS_MAX];
};

/* Start at the beginning of `in`, in the state DATA.  Borrows `in`. */
void html_tokenizer_init(struct html_tokenizer *t, dm_task *task, dm_str in);

/* Read the next token.
 * return  false: the input is at its end
 * cost    linear in what is read */
bool html_next(struct html_tokenizer *t, struct html_token *out);

/* A text, comment or value as the standard reads it.
 * return  borrowed from `raw`, or of the task; ptr NULL: no memory */
dm_str html_cook(const struct html_tokenizer *t, dm_str raw, unsigned how);

/* A name in small letters, with U+FFFD for NUL.
 * return  as html_cook() */
dm_str html_fold(const struct html_tokenizer *t, dm_str raw);

/* Write a code point as UTF-8.
 * out     room for four bytes
 * return  how many it takes */
size_t html_encode(uint32_t c, char *out);

/* ---- between its files ---------------------------------------------------------------------------- */

static inline bool html_is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

static inline bool html_is_letter(char c)
{
    return (unsigned char)((c | 0x20) - 'a') < 26;
}

/* tags.c: the tag whose name begins at `at`.
 * return  where it ends, behind its `>`; 0: the input ends within */
size_t html_read_tag(struct html_tokenizer *t, size_t at, struct html_token *out);

/* declarations.c: what begins with `<!`, at `at` behind it, or is a bogus comment from `at` on.
 * return  where it ends */
size_t html_read_declaration(const struct html_tokenizer *t, size_t at, struct html_token *out);
size_t html_read_bogus(const struct html_tokenizer *t, size_t at, struct html_token *out);

/* raw.c: where the text of an element ends that has no markup inside: at its end tag, or at the end of the input. */
size_t html_find_raw_end(struct html_tokenizer *t);

/* references.c: the character reference at `at`, where a `&` stands.
 * out     [8] its characters in UTF-8
 * len     how many bytes these are
 * return  how many bytes of the input it takes; 0: it is none */
size_t html_read_reference(dm_str s, size_t at, bool in_value, char out[8], size_t *len);

#endif
