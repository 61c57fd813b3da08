/* Text of documents inside HTML. */
#include "core/cli/html.h"

#include "core/cli/printable.h"
#include "core/cli/rune.h"

enum manner { RUNNING, EXACT };

static const char *entity(uint32_t rune)
{
    switch (rune) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

static void write_text(FILE *to, dm_str s, enum manner manner)
{
    for (size_t at = 0; at < s.len;) {
        const size_t begin = at;
        uint32_t rune;
        const bool good = dm__rune_next(s, &at, &rune);
        const char *escaped = entity(rune);
        if (good && escaped) {
            fputs(escaped, to);
        } else if (good && rune == '\n') {
            fputs(manner == EXACT ? "↵" : "\n", to);
        } else if (!good || !dm__rune_visible(rune) || (manner == EXACT && dm__rune_mistakable(rune))) {
            char name[DM_RUNE_NAME_MAX];
            dm__rune_name(rune, name);
            fputs(name, to);
        } else {
            fwrite(s.ptr + begin, 1, at - begin, to);
        }
    }
}

void dm__html_text(FILE *to, dm_str s)
{
    write_text(to, s, RUNNING);
}

void dm__html_exact(FILE *to, dm_str s)
{
    write_text(to, s, EXACT);
}
