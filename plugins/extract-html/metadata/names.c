/* Names of authors, out of what stands around them. */
#include "metadata.h"
#include "openers.h"
#include "phrases.h"
#include "title_parts.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* What is nobody's name. */
static const char *const nobody[] = {"admin",
                                     "zur artikelübersicht",
                                     "alle artikel",
                                     "alle beiträge",
                                     "view all posts",
                                     "view profile",
                                     "all posts",
                                     "read more",
                                     "more",
                                     "mehr",
                                     "profil",
                                     "profile",
                                     "last updated",
                                     "benutzername",
                                     "username",
                                     "password",
                                     "passwort",
                                     "quelle",
                                     "source",
                                     "follow us",
                                     "mon",
                                     "tue",
                                     "wed",
                                     "thu",
                                     "fri",
                                     "sat",
                                     "sun",
                                     "monday",
                                     "tuesday",
                                     "wednesday",
                                     "thursday",
                                     "friday",
                                     "saturday",
                                     "sunday",
                                     "mo",
                                     "di",
                                     "mi",
                                     "do",
                                     "fr",
                                     "sa",
                                     "so",
                                     "montag",
                                     "dienstag",
                                     "mittwoch",
                                     "donnerstag",
                                     "freitag",
                                     "samstag",
                                     "sonntag",
                                     "heute",
                                     "today",
                                     "gestern",
                                     "yesterday",
                                     "posted on",
                                     "published on",
                                     "erstellt am",
                                     "zuletzt aktualisiert",
                                     "updated on",
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
                                     "the author",
                                     "me",
                                     "us",
                                     "uns",
                                     "no author",
                                     "more about me",
                                     "full bio",
                                     "read bio",
                                     "full profile",
                                     "view bio",
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
    return len >= LONG && len < s.len && s.ptr[len] >= 'A' && s.ptr[len] <= 'Z';
}

/* "Von Trapp", "Di Stefano": with a capital, and before one word alone, a particle begins a name. */
static bool begins_surname(const struct opener *o, dm_str s, dm_str rest)
{
    return o->kind == OPENER_PARTICLE && !o->colon && *s.ptr >= 'A' && *s.ptr <= 'Z' &&
           !memchr(rest.ptr, ' ', rest.len);
}

static dm_str cut_opener(dm_str s)
{
    const struct opener o = opener_of(s);
    if (o.kind == OPENER_NONE || o.len + 1 >= s.len || !(o.alone || o.colon || is_glued(s, o.len)))
        return s;
    const dm_str rest = trim((dm_str){s.ptr + o.len, s.len - o.len});
    return begins_surname(&o, s, rest) ? s : rest;
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
    static const char *const closers[] = {" am", " on", " le", " el", " um", " vom", " under", " in"};
    for (size_t i = 0; i < sizeof closers / sizeof *closers; i++) {
        const size_t len = strlen(closers[i]);
        if (s.len > len && !memcmp(s.ptr + s.len - len, closers[i], len))
            return trim((dm_str){s.ptr, s.len - len});
    }
    return s;
}

/* Whether a word is one of such names, or ends as a name of a site does. */
static bool is_of_organisation(dm_str word)
{
    static const char *const words[] = {"e.V",      "eV",        "GmbH",     "AG",    "SE",
                                        "Inc",      "Ltd",       "LLC",      "Corp",  "Editor",
                                        "Editors",  "Editorial", "Team",     "Teams", "Desk",
                                        "Newsdesk", "Newsroom",  "Agencies", "Online"};
    static const char *const ends[] = {".de", ".at", ".ch", ".com", ".org", ".net"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (word.len == strlen(words[i]) && !memcmp(word.ptr, words[i], word.len))
            return true;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        const size_t len = strlen(ends[i]);
        if (word.len > len && !memcmp(word.ptr + word.len - len, ends[i], len))
            return true;
    }
    return false;
}

/* `Sparkassenstiftung`, `Verbandes`: German joins such words to others. */
static bool is_joined_of_organisation(dm_str word)
{
    static const char *const stems[] = {"stiftung", "verband", "verein", "redaktion"};
    for (size_t i = 0; i < sizeof stems / sizeof *stems; i++) {
        const size_t len = strlen(stems[i]);
        for (size_t k = 0; k + len <= word.len; k++)
            if ((word.ptr[k] | 0x20) == *stems[i] && !memcmp(word.ptr + k + 1, stems[i] + 1, len - 1))
                return true;
    }
    return false;
}

bool meta_is_organisation(dm_str s)
{
    for (size_t at = 0; at < s.len;) {
        size_t end = at;
        while (end < s.len && !strchr(" ,;/(){}-", s.ptr[end]))
            end++;
        const size_t len = end - at - (end > at && s.ptr[end - 1] == '.');
        if (is_of_organisation((dm_str){s.ptr + at, len}) ||
            is_joined_of_organisation((dm_str){s.ptr + at, len}))
            return true;
        at = end + 1;
    }
    return memmem(s.ptr, s.len, " e. V", 5);
}

bool meta_is_capital(dm_str s)
{
    const unsigned char c = s.len ? (unsigned char)*s.ptr : 0;
    return (c >= 'A' && c <= 'Z') || (c >= 0xC3 && c <= 0xD0) || c >= 0xE3;
}

bool meta_is_full_name(dm_str s)
{
    enum { WORDS_MIN = 2, WORDS_MAX = 4 };
    size_t words = 0;
    for (size_t i = 0; i < s.len; i++)
        if (i == 0 || s.ptr[i - 1] == ' ') {
            words++;
            if (!meta_is_capital((dm_str){s.ptr + i, s.len - i}))
                return false;
        }
    return words >= WORDS_MIN && words <= WORDS_MAX && !memchr(s.ptr, ',', s.len) &&
           !memchr(s.ptr, ':', s.len);
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

/* Whether what begins at `s` is the rest of a word that `stem` begins: nothing, or an ending of such words. */
static bool ends_word(dm_str s)
{
    static const char *const endings[] = {"", "s", "in", "innen", "a", "as", "es"};
    size_t len = 0;
    while (len < s.len && (isalpha((unsigned char)s.ptr[len]) || (unsigned char)s.ptr[len] >= 0x80))
        len++;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (len == strlen(endings[i]) && !strncasecmp(s.ptr, endings[i], len))
            return true;
    return false;
}

/* Whether a word, or several, stand in `s`; `staff` does not in "Stafford". */
static bool has_word(dm_str s, const char *word)
{
    const size_t len = strlen(word);
    for (size_t i = 0; i + len <= s.len; i++)
        if ((i == 0 || (!isalpha((unsigned char)s.ptr[i - 1]) && (unsigned char)s.ptr[i - 1] < 0x80)) &&
            !strncasecmp(s.ptr + i, word, len) && ends_word((dm_str){s.ptr + i + len, s.len - i - len}))
            return true;
    return false;
}

/* What somebody is, not who. */
static bool is_role(dm_str s)
{
    static const char *const words[] = {"writer",       "reporter",        "correspondent", "contributor",
                                        "journalist",   "columnist",       "redakteur",     "korrespondent",
                                        "educator",     "photographer",    "min read",      "minuten",
                                        "lesezeit",     "author",          "autor",         "editor-in",
                                        "editor in",    "staff",           "senior",        "redactor",
                                        "periodista",   "specialist",      "manager",       "copywriter",
                                        "speechwriter", "photojournalist", "contributing",  NULL};
    for (size_t i = 0; words[i]; i++)
        if (has_word(s, words[i]))
            return true;
    return false;
}

static bool is_agency(dm_str s)
{
    static const char *const names[] = {"dpa", "afp",  "ap",  "reuters", "apa",
                                        "efe", "ansa", "sda", "cnn",     "bbc"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (s.len == strlen(names[i]) && !strncasecmp(s.ptr, names[i], s.len))
            return true;
    return false;
}

/* `Projektleiterin der Hafenstiftung`, `Head of Pilots`: what somebody does, and where. */
static bool is_office(dm_str s)
{
    static const char *const words[] = {" of ", " at ", " for ", " bei ", " für ", " der ", " am ", " im "};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const char *const found = memmem(s.ptr, s.len, words[i], strlen(words[i]));
        const size_t at = found ? (size_t)(found - s.ptr) : 0;
        /* "Ursula von der Mole" */
        if (found && !(at > 3 && (!memcmp(found - 3, "von", 3) || !memcmp(found - 3, "van", 3))))
            return true;
    }
    return false;
}

/* `Ann Oduya, Staff Writer`, `Ann Oduya, Harbour News`, `Ann Oduya, 3 April`: the name. */
static dm_str cut_behind_comma(const struct meta *m, dm_str s)
{
    for (size_t i = 1; i + 1 < s.len; i++) {
        if (s.ptr[i] != ',')
            continue;
        const char *const next = memchr(s.ptr + i + 1, ',', s.len - i - 1);
        const dm_str part = trim((dm_str){s.ptr + i + 1, (next ? (size_t)(next - s.ptr) : s.len) - i - 1});
        if (is_role(part) || is_office(part) || is_agency(part) || count_digits(part) ||
            title_is_site(m, part))
            return trim((dm_str){s.ptr, i});
    }
    return s;
}

/* `Ann Oduya Writer`: two names at least stay. */
static dm_str cut_role(dm_str s)
{
    const char *const space = s.len ? memrchr(s.ptr, ' ', s.len) : NULL;
    const size_t at = space ? (size_t)(space - s.ptr) : 0;
    const dm_str rest = {s.ptr, at}, word = {s.ptr + at + 1, at ? s.len - at - 1 : 0};
    return at && is_role(word) && memchr(rest.ptr, ' ', rest.len) ? trim(rest) : s;
}

/* Where a name may end.  return  the mark's length; 0: the name is all there is */
static size_t find_end(dm_str s, size_t *at)
{
    static const char *const ends[] = {" | ", " • ",  " · ",  " (",         "\xC2\xA0|", " – ", " — ",
                                       " @",  " am ", " on ", " Published", " Updated",  " - "};
    /* Behind a date: elsewhere they are parts of names. */
    static const char *const openings[] = {" by ", " von ", " par ", " por "};
    size_t len = 0;
    *at = s.len;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        const char *const found = memmem(s.ptr, *at, ends[i], strlen(ends[i]));
        if (found) {
            *at = (size_t)(found - s.ptr);
            len = strlen(ends[i]);
        }
    }
    for (size_t i = 0; i < sizeof openings / sizeof *openings; i++) {
        const char *const found = memmem(s.ptr, *at, openings[i], strlen(openings[i]));
        if (found && count_digits((dm_str){s.ptr, (size_t)(found - s.ptr)})) {
            *at = (size_t)(found - s.ptr);
            len = strlen(openings[i]);
        }
    }
    return len;
}

/* People have no digits; accounts may, but letters too, and not many digits. */
static bool is_numbered(dm_str s)
{
    enum { DIGITS_MAX = 6 };
    const size_t digits = count_digits(s);
    size_t letters = 0;
    for (size_t i = 0; i < s.len; i++)
        letters += isalpha((unsigned char)s.ptr[i]) || (unsigned char)s.ptr[i] >= 0x80;
    return digits && (memchr(s.ptr, ' ', s.len) || digits > DIGITS_MAX || !letters);
}

static bool is_name(dm_str s)
{
    enum { NAME_MAX_LEN = 150 };
    size_t at = 0;
    return phrase_next(s, &at) >= 0 && s.len >= 2 && s.len <= NAME_MAX_LEN && !is_address(s) &&
           !is_numbered(s) && !is_nobody(s) && !is_sentence(s);
}

dm_str meta_clean_author(struct meta *m, dm_str s)
{
    enum { PARTS_MAX = 5 };
    s = trim(meta_fold(m, s));
    for (unsigned i = 0; i < PARTS_MAX && s.len; i++) {
        size_t at;
        s = cut_opener(cut_opener(s));
        const size_t mark = find_end(s, &at);
        const dm_str part = trim((dm_str){s.ptr, at});
        const dm_str name = cut_role(cut_double(cut_closer(cut_behind_comma(m, part))));
        if (is_name(name) && !(mark && is_role(name)))
            return name;
        /* A date, a role or a label stands before it; a sentence does not. */
        if (part.len && !count_digits(part) && !is_nobody(part) && !is_role(part))
            break;
        s = mark ? trim((dm_str){s.ptr + at + mark, s.len - at - mark}) : (dm_str){"", 0};
    }
    return (dm_str){"", 0};
}
