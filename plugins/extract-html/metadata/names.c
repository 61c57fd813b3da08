/* Names of authors, out of what stands around them. */
#include "metadata.h"

#include <string.h>
#include <strings.h>

/* Words before a name, in small letters. */
static const char *const openers[] = {"by",
                                      "by:",
                                      "written by",
                                      "written by:",
                                      "posted by",
                                      "published by",
                                      "words by",
                                      "story by",
                                      "reviewed by",
                                      "edited by",
                                      "view all posts by",
                                      "author",
                                      "author:",
                                      "authors:",
                                      "von",
                                      "von:",
                                      "vom",
                                      "autor",
                                      "autor:",
                                      "autorin:",
                                      "autoren:",
                                      "artikel von",
                                      "artikel von:",
                                      "ein artikel von",
                                      "alle artikel von",
                                      "alle beiträge von",
                                      "beitrag von",
                                      "erstellt von",
                                      "text:",
                                      "text",
                                      "texte",
                                      "redaktion:",
                                      "eingestellt von",
                                      "veröffentlicht von",
                                      "geschrieben von",
                                      "par",
                                      "por",
                                      "di",
                                      "door",
                                      "av",
                                      "af",
                                      "przez",
                                      "auteur",
                                      "autore",
                                      "автор:",
                                      "yazan:",
                                      "yazar:",
                                      "\xC2\xA9"};

/* What is nobody's name. */
static const char *const nobody[] = {
    "admin",     "administrator",    "author", "webmaster", "wordpressadmin", "guest",      "user",
    "anonymous", "unknown",          "null",   "none",      "undefined",      "default",    "by",
    "von",       "posted",           "follow", "published", "updated",        "publiziert", "publiziert am",
    "written",   "about the author", "share",  "google",    "autor",          "facebook",   "twitter",
    "email"};

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

/* Names are short, and have capitals, but for particles and nicknames. */
static bool is_sentence(dm_str s)
{
    enum { WORDS_MAX = 7 };
    size_t words = s.len > 0, small = 0;
    for (size_t i = 0; i < s.len; i++) {
        words += s.ptr[i] == ' ';
        small += i > 0 && s.ptr[i - 1] == ' ' && s.ptr[i] >= 'a' && s.ptr[i] <= 'z';
    }
    const bool list = memchr(s.ptr, ',', s.len) || memchr(s.ptr, '&', s.len);
    return (words > WORDS_MAX && !list) || small * 2 > words;
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
    const bool wrong = s.len < 2 || s.len > NAME_MAX_LEN || is_address(s) || count_digits(s) > DIGITS_MAX ||
                       is_nobody(s) || is_sentence(s);
    return wrong ? (dm_str){"", 0} : s;
}
