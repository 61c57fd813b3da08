/* Whether a line is code that nothing marks as such: commands, settings, statements and log lines that a page has between
 * paragraphs.  It stands beside subject.h, as both say what a line is about that cleaners are to leave alone: what a cleaner
 * of spaces keeps as it is, a cleaner of marks may not change either.  So this is compiled into each of them.  It is no
 * plugin. */
#ifndef DOCMILL_PLUGINS_CODE_H
#define DOCMILL_PLUGINS_CODE_H

#include <docmill/plugin.h>

#include <string.h>

/* Lines of a text, asked in their order. */
struct code_lines {
    dm_str text;
    /* What is behind the next equals sign, from the last line on; SIZE_MAX: there are no more; 0: not looked for yet. */
    size_t sign;
};

/* What a line is that begins or ends so, or has an equals sign. */
bool code_is_such_line(dm_str line, bool sign);

/* Which characters code begins or ends with: prose is told by them nearly always. */
enum { CODE_BEGINS = 1, CODE_ENDS = 2 };
extern const unsigned char code_signs[256];

static inline bool code_is_line(struct code_lines *l, dm_span line)
{
    const dm_str s = {l->text.ptr + line.begin, line.end - line.begin};
    if (l->sign <= line.begin) {
        const char *const sign = memchr(s.ptr, '=', l->text.len - line.begin);
        l->sign = sign ? (size_t)(sign - l->text.ptr) + 1 : SIZE_MAX;
    }
    const bool sign = l->sign <= line.end;
    if (s.len < 2)
        return false;
    const unsigned begins = code_signs[(unsigned char)s.ptr[0]] & CODE_BEGINS,
                   ends = code_signs[(unsigned char)s.ptr[s.len - 1]] & CODE_ENDS;
    return (sign | begins | ends) && code_is_such_line(s, sign);
}

#endif
