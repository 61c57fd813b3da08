/* Cases: files that say what a stage or a pipeline makes of an input.  docs/reference/case-files.md describes
 * them for people. */
#ifndef DOCMILL_CORE_CASE_H
#define DOCMILL_CORE_CASE_H

#include "core/bench/bench.h"

enum { DM_CASE_SECTIONS_MAX = 256 };

struct dm_case_section {
    dm_str name;
    unsigned line;
    uint32_t part; /* of the document that it is about */
    dm_str text;   /* decoded; of marks, meta and edits as it stands */
    dm_str title;  /* of a section `part`: what the part is called, decoded; ptr NULL: not said */
    dm_span whole; /* in the file, with its fence */
};

struct dm_case_file {
    dm_str path, file; /* file: its bytes */
    size_t body;       /* where the first section begins in it */
    /* of the header; ptr NULL: absent */
    dm_str stage, with;
    dm_str pipeline, output;          /* instead of stage and with; output: whose `bytes` are expected */
    dm_str name;                      /* of the input, as in dm_identity.source; "case.txt" */
    dm_str part, part_name, revision; /* the rest of the identity */
    dm_str idempotent;                /* "no": a second pass may change something */
    struct dm_case_section sections[DM_CASE_SECTIONS_MAX];
    size_t count;
};

/* Understand the bytes of a case, which are borrowed.
 * problem  out, when it is none: what is wrong and where, in the arena */
bool dm__case_parse(struct dm_arena *arena, dm_str path, dm_str file, struct dm_case_file *out,
                    dm_str *problem);

/* Read a case.
 * problem  out, when it is none: what is wrong and where, in the arena */
bool dm__case_read(struct dm_arena *arena, dm_str path, struct dm_case_file *out, dm_str *problem);

/* The section of that name; NULL: there is none. */
const struct dm_case_section *dm__case_find(const struct dm_case_file *c, const char *name);

/* The section of that name about a part; NULL: there is none. */
const struct dm_case_section *dm__case_find_part(const struct dm_case_file *c, const char *name,
                                                 uint32_t part);

/* Whether a section of marks or metadata is given, not expected; see above. */
bool dm__case_is_given(const struct dm_case_file *c, const struct dm_case_section *s);

/* Read given marks and metadata into a document.
 * return  false: problem */
bool dm__case_marks(struct dm_arena *arena, const struct dm_case_section *s, struct dm_bench_document *out,
                    dm_str *problem);
bool dm__case_metas(struct dm_arena *arena, const struct dm_case_section *s, struct dm_bench_document *out,
                    dm_str *problem);

/* A section of text as it is written: line breaks stay, what cannot be seen is escaped, and no line looks like a
 * fence. */
dm_str dm__case_write_text(struct dm_arena *arena, dm_str text);

/* The same lines for a document as it came out. */
dm_str dm__case_write_marks(struct dm_arena *arena, const dm_mark *marks, size_t count);
dm_str dm__case_write_metas(struct dm_arena *arena, const dm_pair *metas, size_t count);
/* staged  each rule behind its stage: "clean-unicode/zero-width 2" */
dm_str dm__case_write_edits(struct dm_arena *arena, const dm_edit_record *edits, size_t count, bool staged);

/* Lines in bytewise order, without the empty ones. */
dm_str dm__case_sort_lines(struct dm_arena *arena, dm_str lines);

#endif
