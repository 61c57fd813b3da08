/* Names of authors, out of what stands around them. */
#include "metadata.h"

#include <string.h>
#include <strings.h>

/* Words before a name, in small letters. */
static const char *const openers[] = {
    "by",        "von",          "par",      "por",     "di",       "door",     "av",     "af",
    "autor:",    "autor",        "autorin:", "author:", "author",   "auteur",   "autore", "written by",
    "posted by", "published by", "text:",    "text",    "words by", "story by", "von:",   "by:",
    "przez",     "redaktion:",   "автор:",   "texte",   "foto",     "yazan:",   "yazar:"};

/* What is nobody's name. */
static const char *const nobody[] = {"admin",     "administrator", "author",    "editor",    "staff",
                                     "webmaster", "guest",         "user",      "anonymous", "unknown",
                                     "null",      "none",          "undefined", "redaktion", "default"};

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static dm_str trim(dm_str s)
{
    while (s.len && (is_space(*s.ptr) || strchr(",;|:-/", *s.ptr))) {
        s.ptr++;
        s.len--;
    }
    while (s.len && (is_space(s.ptr[s.len - 1]) || strchr(",;|:-/", s.ptr[s.len - 1])))
        s.len--;
    return s;
}

static dm_str cut_opener(dm_str s)
{
    for (size_t i = 0; i < sizeof openers / sizeof *openers; i++) {
        const size_t len = strlen(openers[i]);
        if (s.len > len + 1 && !strncasecmp(s.ptr, openers[i], len) &&
            (is_space(s.ptr[len]) || openers[i][len - 1] == ':'))
            return trim((dm_str){s.ptr + len, s.len - len});
    }
    return s;
}

/* Cut at the first of some marks. */
static dm_str cut_at(dm_str s, const char *mark)
{
    const char *const found = memmem(s.ptr, s.len, mark, strlen(mark));
    return found ? trim((dm_str){s.ptr, (size_t)(found - s.ptr)}) : s;
}

static bool is_address(dm_str s)
{
    return memmem(s.ptr, s.len, "://", 3) || memmem(s.ptr, s.len, "www.", 4) || (s.len && *s.ptr == '@') ||
           (memchr(s.ptr, '@', s.len) && !memchr(s.ptr, ' ', s.len));
}

static size_t count_digits(dm_str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++)
        n += s.ptr[i] >= '0' && s.ptr[i] <= '9';
    return n;
}

static bool is_nobody(dm_str s)
{
    for (size_t i = 0; i < sizeof nobody / sizeof *nobody; i++)
        if (s.len == strlen(nobody[i]) && !strncasecmp(s.ptr, nobody[i], s.len))
            return true;
    return false;
}

dm_str meta_clean_author(struct meta *m, dm_str s)
{
    enum { NAME_MAX_LEN = 150, DIGITS_MAX = 4 };
    static const char *const ends[] = {" | ", " • ",  " · ",  " (",         "\xC2\xA0|", " – ", " — ",
                                       " @",  " am ", " on ", " Published", " Updated",  " - "};
    s = cut_opener(cut_opener(trim(meta_fold(m, s))));
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        s = cut_at(s, ends[i]);
    const bool wrong =
        s.len < 2 || s.len > NAME_MAX_LEN || is_address(s) || count_digits(s) > DIGITS_MAX || is_nobody(s);
    return wrong ? (dm_str){"", 0} : s;
}
