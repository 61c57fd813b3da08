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
                                      "all posts by",
                                      "interview:",
                                      "interview by",
                                      "interview von",
                                      "zeige alle beiträge von",
                                      "pressemitteilung von",
                                      "publié par",
                                      "écrit par",
                                      "publicado por",
                                      "escrito por",
                                      "scritto da",
                                      "geschreven door",
                                      "auteur:",
                                      "autore:",
                                      "ein beitrag von",
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
static const char *const nobody[] = {"admin",
                                     "administrator",
                                     "author",
                                     "webmaster",
                                     "wordpressadmin",
                                     "guest",
                                     "user",
                                     "anonymous",
                                     "unknown",
                                     "null",
                                     "none",
                                     "undefined",
                                     "default",
                                     "by",
                                     "von",
                                     "posted",
                                     "follow",
                                     "published",
                                     "updated",
                                     "publiziert",
                                     "publiziert am",
                                     "written",
                                     "about the author",
                                     "share",
                                     "google",
                                     "autor",
                                     "facebook",
                                     "twitter",
                                     "email",
                                     "veröffentlicht am",
                                     "veröffentlicht",
                                     "datum",
                                     "date"};

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static dm_str trim(dm_str s)
{
    while (s.len && (is_space(*s.ptr) || strchr(",;|:-/\"", *s.ptr))) {
        s.ptr++;
        s.len--;
    }
    while (s.len && (is_space(s.ptr[s.len - 1]) || strchr(",;|:-/\"", s.ptr[s.len - 1])))
        s.len--;
    return s;
}

/* `Posted byAnn Oduya`, `AuthorAnn Oduya`: a long opener, and a capital right behind it. */
static bool is_glued(dm_str s, size_t len)
{
    enum { LONG = 5 };
    return len >= LONG && s.ptr[len] >= 'A' && s.ptr[len] <= 'Z';
}

static dm_str cut_opener(dm_str s)
{
    for (size_t i = 0; i < sizeof openers / sizeof *openers; i++) {
        const size_t len = strlen(openers[i]);
        if (s.len > len + 1 && !strncasecmp(s.ptr, openers[i], len) &&
            (is_space(s.ptr[len]) || openers[i][len - 1] == ':' || is_glued(s, len)))
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

/* `Ann Oduya Ann Oduya`: a picture's description, and the name. */
static dm_str cut_double(dm_str s)
{
    const size_t half = s.len / 2;
    const bool twice =
        s.len > 2 && s.len % 2 == 1 && s.ptr[half] == ' ' && !memcmp(s.ptr, s.ptr + half + 1, half);
    return twice ? (dm_str){s.ptr, half} : s;
}

/* Behind a name where the date is an element of its own. */
static dm_str cut_closer(dm_str s)
{
    static const char *const closers[] = {" am", " on", " le", " el", " um", " vom"};
    for (size_t i = 0; i < sizeof closers / sizeof *closers; i++) {
        const size_t len = strlen(closers[i]);
        if (s.len > len && !memcmp(s.ptr + s.len - len, closers[i], len))
            return trim((dm_str){s.ptr, s.len - len});
    }
    return s;
}

bool meta_is_organisation(dm_str s)
{
    static const char *const words[] = {
        "e.V.",      "e. V.",    "GmbH",   " AG",      " Inc",      "Stiftung",  "Verband",
        "verband",   "stiftung", "Verein", "verein",   "Redaktion", "redaktion", "Editor",
        "Editorial", "Newsroom", "Team",   " Desk",    ".de",       ".at",       ".ch",
        ".com",      ".org",     ".net",   "Agencies", "Online"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (memmem(s.ptr, s.len, words[i], strlen(words[i])))
            return true;
    return false;
}

bool meta_is_account(dm_str s)
{
    bool capital = false, mark = false;
    for (size_t i = 0; i < s.len; i++) {
        capital |= (s.ptr[i] >= 'A' && s.ptr[i] <= 'Z') || (unsigned char)s.ptr[i] >= 0x80;
        mark |= s.ptr[i] == ' ';
    }
    return !capital && !mark;
}

dm_str meta_clean_author(struct meta *m, dm_str s)
{
    enum { NAME_MAX_LEN = 150, DIGITS_MAX = 4 };
    static const char *const ends[] = {" | ", " • ",  " · ",  " (",         "\xC2\xA0|", " – ", " — ",
                                       " @",  " am ", " on ", " Published", " Updated",  " - "};
    s = cut_opener(cut_opener(trim(meta_fold(m, s))));
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        s = cut_at(s, ends[i]);
    s = cut_double(cut_closer(s));
    const bool wrong = s.len < 2 || s.len > NAME_MAX_LEN || is_address(s) || count_digits(s) > DIGITS_MAX ||
                       is_nobody(s) || is_sentence(s);
    return wrong ? (dm_str){"", 0} : s;
}
