/* Which lines are of the page and not of the article. */
#ifndef CLEAN_BOILERPLATE_JUDGE_H
#define CLEAN_BOILERPLATE_JUDGE_H

#include "lines.h"
#include "phrases.h"
#include "words.h"

/* Rules; the first ones are the classes of phrases. */
enum {
    RULE_CAPTION = CLASS_RELATED_HEADING,
    RULE_BREADCRUMB,
    RULE_AD_LINE,
    RULE_WORDS,
    RULE_NAVIGATION,
    RULE_AUTHOR,
    RULE_TITLE_SUFFIX,
    RULE_TITLE_META,
    RULES
};

void judge_lines(const struct phrases *phrases, const struct word_weights *words, struct lines *lines);

#endif
