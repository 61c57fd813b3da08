/* A document at work: the bytes as fetched, the text, what is marked in it, what is known of it, and
 * the record of all changes.  Everything lives in one arena and goes with it. */
#ifndef DOCMILL_CORE_DOCUMENT_H
#define DOCMILL_CORE_DOCUMENT_H

#include "core/document/arena.h"

/* Bytes of a reason, with its NUL. */
enum { DM_WHY_MAX = 512 };

/* Where a stretch of the extracted text came from. */
struct dm_origin {
    dm_span text, bytes;
};

/* The classes of the bytes of a text. */
struct dm_classification {
    dm_str of;       /* ptr NULL: none yet */
    dm_classes *all; /* [of.len / 64 + 1] */
    size_t cap;
};

struct dm_doc {
    struct dm_arena *arena; /* borrowed; holds all that follows */
    dm_identity identity;
    dm_str bytes;     /* borrowed from the reader */
    dm_str text;      /* never NULL once begun */
    size_t text_cap;  /* 0: the text is not ours to append to (a slice of bytes) */
    dm_str extracted; /* the text as the extractor left it */
    dm_mark *marks;   /* ordered by begin, then the longer first */
    size_t mark_count, mark_cap;
    dm_pair *metas; /* sorted by key */
    size_t meta_count, meta_cap;
    dm_edit_record *edits;
    size_t edit_count, edit_cap;
    struct dm_origin *origins;
    size_t origin_count, origin_cap;
    dm_str valid;                     /* a stretch of memory that was found to be UTF-8 and has not moved */
    struct dm_classification classes; /* of the text as it was when they were asked for */
    bool more;                        /* the extractor asked for another part */
    dm_str next_name, next_cursor;
};

/* Start an empty document in `arena`, which the caller has reset.  `identity` and `bytes` are
 * borrowed until the next begin. */
void dm__doc_begin(struct dm_doc *d, struct dm_arena *arena, const dm_identity *identity, dm_str bytes);

/* Add text at the end.  A stretch of `bytes` that starts an empty text is referred to, not copied.
 * errors  DM_EBUG: not UTF-8; DM_ELIMIT: no memory */
dm_status dm__doc_append(struct dm_doc *d, dm_str text, dm_span from);

/* errors  DM_EBUG: outside the text, or splits a code point; DM_ELIMIT */
dm_status dm__doc_add_mark(struct dm_doc *d, const dm_mark *m);

/* Order the marks for reading; call after the last add.  return  false: no memory, and they stay as they were */
bool dm__doc_sort_marks(struct dm_doc *d);

/* value.ptr NULL removes the key.  errors  DM_EBUG: not UTF-8; DM_ELIMIT */
dm_status dm__doc_set_meta(struct dm_doc *d, const char *key, dm_str value);

/* ptr NULL: absent */
dm_str dm__doc_meta(const struct dm_doc *d, const char *key);

/* The classes of the text's bytes, worked out if the text is another one than last time; NULL: no memory */
const dm_classes *dm__doc_classify(struct dm_doc *d);

/* Whether `at` lies in the text and splits no code point. */
bool dm__doc_span_ok(const struct dm_doc *d, dm_span at);

#endif
