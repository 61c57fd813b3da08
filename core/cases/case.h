/* A case: one file with a header of `key: value` lines, then sections.
 *
 *     stage: clean-unicode               which stage
 *     with: { keep-soft-hyphens: true }  its options and rules; optional
 *     --- input
 *     a\u{AD}b
 *     --- text
 *     a\u{AD}b
 *
 * A section begins behind a line `--- NAME` and ends before the newline that the next such line, or the
 * file's end, follows.  Lines before the first section that are empty or start with `#` are comments.
 *
 *   input   the bytes of an extractor's input; the text of a cleaner's or an output's document
 *   text    expected of extractors and cleaners: the text
 *   marks   `KIND LEVEL BEGIN END [VALUE]` lines, such as `heading 2 0 12`
 *   meta    `key: value` lines
 *   edits   expected of cleaners: `RULE COUNT` lines in any order, `RULE COUNT flagged` for changes that
 *           are only recorded
 *   bytes   expected of outputs: what is rendered
 *   fails   expected: the message
 *   drops   expected: that the stage drops the document
 *
 * Escapes stand for bytes everywhere (\n \r \t \\ \xHH \u{HEX}), in marks and meta after the lines
 * are told apart.
 *
 * An extractor's marks and meta are expected.  Of a cleaner they are given where they stand before the
 * first of text, edits, fails and drops, and expected behind it.  An output's are given. */
#ifndef DOCMILL_CORE_CASE_H
#define DOCMILL_CORE_CASE_H

#include "core/bench/bench.h"

enum { CASE_SECTIONS_MAX = 16 };

struct dm_case_section {
    dm_str name;
    unsigned line;
    dm_str text; /* decoded; of marks, meta and edits as it stands */
};

struct dm_case_file {
    dm_str path;
    /* of the header; ptr NULL: absent */
    dm_str stage, with;
    dm_str name;                      /* of the input, as in dm_identity.source; "case.txt" */
    dm_str part, part_name, revision; /* the rest of the identity */
    dm_str idempotent;                /* "no": a second pass may change something */
    struct dm_case_section sections[CASE_SECTIONS_MAX];
    size_t count;
};

/* Read a case.
 * problem  out, when it is none: what is wrong and where, in the arena */
bool dm__case_read(struct dm_arena *arena, dm_str path, struct dm_case_file *out, dm_str *problem);

/* The section of that name; NULL: there is none. */
const struct dm_case_section *dm__case_find(const struct dm_case_file *c, const char *name);

/* Whether a section of marks or metadata is given, not expected; see above. */
bool dm__case_is_given(const struct dm_case_file *c, const struct dm_case_section *s);

/* Read given marks and metadata into a document.
 * return  false: problem */
bool dm__case_marks(struct dm_arena *arena, const struct dm_case_section *s, struct dm_bench_document *out,
                dm_str *problem);
bool dm__case_metas(struct dm_arena *arena, const struct dm_case_section *s, struct dm_bench_document *out,
                dm_str *problem);

/* The same lines for a document as it came out. */
dm_str dm__case_write_marks(struct dm_arena *arena, const dm_mark *marks, size_t count);
dm_str dm__case_write_metas(struct dm_arena *arena, const dm_pair *metas, size_t count);
dm_str dm__case_write_edits(struct dm_arena *arena, const dm_edit_record *edits, size_t count);

/* Lines in bytewise order, without the empty ones. */
dm_str dm__case_sort_lines(struct dm_arena *arena, dm_str lines);

#endif
