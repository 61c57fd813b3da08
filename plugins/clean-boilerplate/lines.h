/* The lines of a text that are not blank, and what can be seen of each. */
#ifndef CLEAN_BOILERPLATE_LINES_H
#define CLEAN_BOILERPLATE_LINES_H

#include <docmill/plugin.h>

enum { UNDECIDED = -1 };

/* Longer lines are paragraphs, whatever is in them. */
enum { LINE_MAX_WORDS = 30, LINE_MAX_BYTES = 300 };

/* Longer lines are no credit of a picture by themselves: what signs a longer sentence has, nobody sees. */
enum { LINE_CREDIT_BYTES = 80 };

struct line {
    dm_span at;          /* without its line break and the spaces around it */
    dm_str folded;       /* of line_fold(); ptr NULL: nobody has asked yet */
    uint32_t words;      /* UINT32_MAX: a paragraph */
    bool stopped;        /* it ends in a mark that ends sentences */
    bool sentence;       /* and is long enough to be of the article */
    bool code;           /* nobody touches it */
    bool item;           /* of a list: a mark and a space are before its words */
    bool digits;         /* it has some of ASCII; or it is a paragraph or a long sentence */
    bool wide;           /* it has a character beyond ASCII; it is a paragraph */
    bool marked;         /* it may have a sign behind a space, or a character beyond ASCII; or the same */
    bool weighed;        /* its words have been */
    int16_t rule;        /* that takes it out; UNDECIDED */
    int16_t weak;        /* the rule that would, in company; UNDECIDED */
    uint64_t last_signs; /* signs before a space, bit 63 being the line's last byte; 0: the same, too */
    double confidence;
    const char *evidence; /* NULL: none */
};

/* By the first letter of a word a bit for each last one: whether there is a word that is known.  By the
 * first letter of a word for a picture a bit for each second one, and one for those that are not of ASCII. */
struct small_ends {
    uint32_t of['z' - 'a' + 1], labels['z' - 'a' + 1];
};

struct lines {
    const struct small_ends *small_ends; /* of caption_open() */
    dm_task *task;
    dm_str text;
    struct line *items;
    size_t count, room;
    size_t sentences_end; /* behind the last line that is a sentence; 0: none is */
};

/* errors  DM_ELIMIT */
dm_status lines_read(dm_task *t, const dm_doc *d, const struct small_ends *ends, struct lines *out);

/* The line as it is in the text. */
static inline dm_str line_text(const struct lines *lines, const struct line *l)
{
    return (dm_str){lines->text.ptr + l->at.begin, l->at.end - l->at.begin};
}

/* The line folded and trimmed, see fold.h; of a paragraph nothing.  Empty, too, where the task has failed: ptr is never NULL */
dm_str line_fold(const struct lines *lines, struct line *l);

#endif
