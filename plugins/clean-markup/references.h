/* Character references: &quot; &#8217; &#x2019; &amp;quot; & quot; */
#ifndef CLEAN_MARKUP_REFERENCES_H
#define CLEAN_MARKUP_REFERENCES_H

#include <docmill/plugin.h>

struct reference_name {
    const char *name;
    uint32_t code;
};
extern const struct reference_name reference_names[]; /* [reference_name_count] sorted */
extern const size_t reference_name_count;

struct reference {
    size_t len;    /* bytes that it takes */
    uint32_t code; /* what it stands for */
    bool twice;    /* it was escaped more than once */
    bool broken;   /* spaces are in it that do not belong there */
};

/* The reference that begins at `at`, where an ampersand stands.  false: there is none */
bool reference_read(dm_str text, size_t at, struct reference *out);

#endif
