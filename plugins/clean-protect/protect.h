/* What the files of this plugin share: rules, and where the stretches go that are found. */
#ifndef CLEAN_PROTECT_H
#define CLEAN_PROTECT_H

#include "scan.h"

enum {
    RULE_CODE,
    RULE_TABLE,
    RULE_VERSE,
    RULE_ADDRESS,
    RULE_NUMBER,
    RULE_SCRIPT,
    RULE_LANGUAGE,
    RULE_SUBJECT,
    RULE_PHRASE
};

struct protect {
    dm_task *task;
    dm_doc *doc;
    dm_str text;
    dm_array marks, classes; /* classes: of the bytes of the text */
    struct scan scan;
    dm_status status; /* of the first mark that could not be added */
};

/* Mark a stretch.  false: it could not be added, and `status` says why */
bool protect_add(struct protect *p, dm_span at, uint32_t rule);

/* Blocks whose line breaks and spaces are their shape: code, tables, verse.
 * calls `prose` for each line that is none of them, without its line break */
bool shapes_find(struct protect *p, bool (*prose)(struct protect *p, dm_span line));

/* Addresses, file names, numbers and inline code of a line of prose. */
bool tokens_find(struct protect *p, dm_span line);

/* Stretches in another script than most of the text. */
bool scripts_find(struct protect *p);

#endif
