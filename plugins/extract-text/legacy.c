/* The encodings from before Unicode: uchardet has a guess, iconv proves it, and what comes out must
 * look like text.  Where encodings agree on a text, it is called by the name that browsers use. */
#include "text.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>
#include <strings.h>

#include <uchardet.h>

enum { SAMPLE_MAX = 256 * 1024, NAME_MAX_LEN = 40 };

struct encoding {
    const char *guess; /* uchardet's name, or people's */
    const char *name;  /* IANA, in lower case */
    const char *iconv;
    const char *wider; /* the one to try where 0x80 to 0x9F are letters, not controls; NULL: none */
};

/* As in the WHATWG's Encoding Standard: old names stand for what Windows made of them. */
static const struct encoding encodings[] = {
    {"ISO-8859-1", "windows-1252", "CP1252", NULL},
    {"LATIN1", "windows-1252", "CP1252", NULL},
    {"ASCII", "windows-1252", "CP1252", NULL},
    {"WINDOWS-1252", "windows-1252", "CP1252", NULL},
    {"ISO-8859-2", "iso-8859-2", "ISO-8859-2", "WINDOWS-1250"},
    {"ISO-8859-3", "iso-8859-3", "ISO-8859-3", "WINDOWS-1252"},
    {"ISO-8859-7", "iso-8859-7", "ISO-8859-7", "WINDOWS-1253"},
    {"ISO-8859-8", "iso-8859-8", "ISO-8859-8", "WINDOWS-1255"},
    {"ISO-8859-9", "windows-1254", "CP1254", NULL},
    {"ISO-8859-11", "windows-874", "CP874", NULL},
    {"TIS-620", "windows-874", "CP874", NULL},
    {"ISO-8859-13", "iso-8859-13", "ISO-8859-13", "WINDOWS-1257"},
    {"ISO-8859-15", "iso-8859-15", "ISO-8859-15", "WINDOWS-1252"},
    {"WINDOWS-1250", "windows-1250", "CP1250", NULL},
    {"WINDOWS-1251", "windows-1251", "CP1251", NULL},
    {"WINDOWS-1253", "windows-1253", "CP1253", NULL},
    {"WINDOWS-1254", "windows-1254", "CP1254", NULL},
    {"WINDOWS-1255", "windows-1255", "CP1255", NULL},
    {"WINDOWS-1256", "windows-1256", "CP1256", NULL},
    {"WINDOWS-1257", "windows-1257", "CP1257", NULL},
    {"WINDOWS-1258", "windows-1258", "CP1258", NULL},
    {"MAC-CYRILLIC", "x-mac-cyrillic", "MAC-CYRILLIC", NULL},
    {"SHIFT_JIS", "shift_jis", "CP932", NULL},
    {"CP932", "shift_jis", "CP932", NULL},
    {"EUC-JP", "euc-jp", "EUC-JP", NULL},
    {"GB2312", "gb18030", "GB18030", NULL},
    {"GBK", "gb18030", "GB18030", NULL},
    {"GB18030", "gb18030", "GB18030", NULL},
    {"BIG5", "big5", "BIG5-HKSCS", NULL},
    {"EUC-KR", "euc-kr", "CP949", NULL},
    {"UHC", "euc-kr", "CP949", NULL},
};

/* An attempt to decode the whole text. */
struct attempt {
    struct encoding as;
    char name[NAME_MAX_LEN]; /* as.name, where the table has none */
    dm_str text;             /* ptr NULL: it failed */
    size_t errors;
    char why[80]; /* "does not decode byte 0x81 at offset 90" */
};

/* Our name for what others call `name`; in lower case, and its own converter, if we have none. */
static struct encoding encoding_lookup(const char *name, char *buffer)
{
    for (size_t i = 0; i < sizeof encodings / sizeof encodings[0]; i++)
        if (!strcasecmp(encodings[i].guess, name) || !strcasecmp(encodings[i].name, name))
            return encodings[i];
    size_t n = 0;
    for (; name[n] && n + 1 < NAME_MAX_LEN; n++)
        buffer[n] = name[n] >= 'A' && name[n] <= 'Z' ? (char)(name[n] + ('a' - 'A')) : name[n];
    buffer[n] = 0;
    return (struct encoding){buffer, buffer, buffer, NULL};
}

/* The growing output of a conversion. */
struct output {
    dm_task *task;
    char *ptr;
    size_t len, cap;
};

static bool output_reserve(struct output *o, size_t more)
{
    if (o->cap - o->len >= more)
        return true;
    const size_t cap = o->cap * 2 + more;
    char *bigger = dm_alloc(o->task, cap);
    if (!bigger)
        return false;
    if (o->len)
        memcpy(bigger, o->ptr, o->len);
    o->ptr = bigger;
    o->cap = cap;
    return true;
}

/* One call of iconv(); `in` NULL: let it finish.  return  0 or errno */
static int convert_step(iconv_t cd, struct output *o, char **in, size_t *left)
{
    char *out = o->ptr + o->len;
    size_t room = o->cap - o->len;
    const size_t done = iconv(cd, in, in ? left : NULL, &out, &room);
    const int error = done == (size_t)-1 ? errno : 0;
    o->len = o->cap - room;
    return error;
}

/* Decode all of `in` into `o`.
 * replace  write U+FFFD for what is invalid, and count it in *errors
 * bad      out: where the first invalid byte is
 * return   DM_OK; DM_EDOC: an invalid byte; DM_ELIMIT */
static dm_status convert(iconv_t cd, dm_str in, struct output *o, bool replace, size_t *errors, size_t *bad)
{
    char *p = (char *)(uintptr_t)in.ptr; /* iconv() does not write there */
    size_t left = in.len;
    while (left) {
        if (!output_reserve(o, left + left / 2 + 16))
            return DM_ELIMIT;
        const int error = convert_step(cd, o, &p, &left);
        if (!error || error == E2BIG)
            continue;
        if (!replace) {
            *bad = in.len - left;
            return DM_EDOC;
        }
        if (!output_reserve(o, 3))
            return DM_ELIMIT;
        memcpy(o->ptr + o->len, "\xEF\xBF\xBD", 3);
        o->len += 3;
        (*errors)++;
        p++;
        left--;
    }
    if (!output_reserve(o, 16))
        return DM_ELIMIT;
    convert_step(cd, o, NULL, NULL);
    return DM_OK;
}

/* C1 controls, characters of private use and noncharacters: in a decoded text the sign of a wrong
 * guess.  return  the first of them; 0: none */
static uint32_t find_implausible(dm_str s)
{
    for (size_t i = 0, len; i < s.len; i += len) {
        len = text_utf8_length(s, i);
        const uint32_t cp = text_utf8_decode(s, i, len);
        if ((cp >= 0x80 && cp < 0xA0 && cp != 0x85) || (cp >= 0xE000 && cp < 0xF900) || cp >= 0xF0000 ||
            (cp & 0xFFFE) == 0xFFFE)
            return cp;
    }
    return 0;
}

static bool is_letter(uint32_t cp)
{
    return (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z') || (cp >= 0xC0 && cp < 0x250);
}

/* Windows-1252 decodes nearly everything.  What was Polish or Chinese then has symbols within its
 * words: "Za¿ó³æ". */
static bool has_torn_words(dm_str s)
{
    size_t wide = 0, torn = 0;
    uint32_t before = 0, last = 0;
    for (size_t i = 0, len; i < s.len; i += len) {
        len = text_utf8_length(s, i);
        const uint32_t cp = text_utf8_decode(s, i, len);
        const bool symbol = last > 0xA0 && last < 0xC0 && last != 0xAD && last != 0xB7;
        torn += symbol && is_letter(before) && is_letter(cp);
        wide += cp >= 0x80;
        before = last;
        last = cp;
    }
    return torn >= 2 && torn * 5 > wide;
}

/* Decode src->bytes behind the byte order mark as a->as.  Leaves a->text or a->why.
 * return  DM_OK, also where it does not fit; DM_ELIMIT */
static dm_status attempt_decode(dm_task *t, const struct text_source *src, bool replace, struct attempt *a)
{
    const iconv_t cd = iconv_open("UTF-8", a->as.iconv);
    if (cd == (iconv_t)-1) { /* NOLINT(performance-no-int-to-ptr): that is how iconv.h says no */
        snprintf(a->why, sizeof a->why, "is not known here");
        return DM_OK;
    }
    const dm_str in = {src->bytes.ptr + src->bom, src->bytes.len - src->bom};
    struct output o = {t, NULL, 0, 0};
    size_t bad = 0;
    const dm_status status = convert(cd, in, &o, replace, &a->errors, &bad);
    iconv_close(cd);
    if (status == DM_EDOC) {
        snprintf(a->why, sizeof a->why, "does not decode byte 0x%02X at offset %zu",
                 (unsigned char)in.ptr[bad], src->bom + bad);
        return DM_OK;
    }
    if (status != DM_OK)
        return status;
    /* Some converters let characters through that UTF-8 must not have. */
    if (dm_check_utf8(t, (dm_str){o.ptr, o.len}) < o.len)
        snprintf(a->why, sizeof a->why, "decodes to something that is not Unicode");
    else
        a->text = (dm_str){o.ptr, o.len};
    return DM_OK;
}

/* attempt_decode() for a guess: refuse what decodes to things that no text has. */
static dm_status attempt_guess(dm_task *t, const struct text_source *src, bool replace, struct attempt *a)
{
    const dm_status status = attempt_decode(t, src, replace, a);
    if (status != DM_OK || !a->text.ptr)
        return status;
    const uint32_t odd = find_implausible(a->text);
    if (odd) {
        a->text.ptr = NULL;
        snprintf(a->why, sizeof a->why, "decodes to U+%04X, which is no text", (unsigned)odd);
    } else if (!strcmp(a->as.name, "windows-1252") && has_torn_words(a->text)) {
        a->text.ptr = NULL;
        snprintf(a->why, sizeof a->why, "decodes to words with symbols in them");
    }
    return DM_OK;
}

/* What uchardet makes of the text around its first byte that is not ASCII. */
static void guess_encoding(dm_str s, size_t first_wide, char guess[NAME_MAX_LEN])
{
    const size_t before = SAMPLE_MAX / 4;
    const size_t from = first_wide > before ? first_wide - before : 0;
    const size_t len = s.len - from < SAMPLE_MAX ? s.len - from : SAMPLE_MAX;
    const uchardet_t u = uchardet_new();
    guess[0] = 0;
    if (u && uchardet_handle_data(u, s.ptr + from, len) == 0) {
        uchardet_data_end(u);
        snprintf(guess, NAME_MAX_LEN, "%s", uchardet_get_charset(u));
    }
    if (u)
        uchardet_delete(u);
    if (!strncasecmp(guess, "UTF", 3)) /* we know that it is not */
        guess[0] = 0;
}

/* Whether bytes beyond ASCII come in rows, as in Chinese, and not alone, as in French. */
static bool comes_in_rows(dm_str s)
{
    size_t wide = 0, rows = 0;
    for (size_t i = 0; i < s.len; i++) {
        if ((unsigned char)s.ptr[i] < 0x80)
            continue;
        wide++;
        rows += (i > 0 && (unsigned char)s.ptr[i - 1] >= 0x80) ||
                (i + 1 < s.len && (unsigned char)s.ptr[i + 1] >= 0x80);
    }
    return rows * 3 > wide * 2;
}

static void take(struct text_source *src, const struct attempt *a, dm_task *t)
{
    src->text = a->text;
    src->errors = a->errors;
    src->encoding = a->as.name;
    if (a->as.name == a->name) { /* it must outlive the attempt */
        char *copy = dm_alloc(t, NAME_MAX_LEN);
        src->encoding = copy ? memcpy(copy, a->name, NAME_MAX_LEN) : "unknown";
    }
}

/* A text without accents beyond French or German is the same in a dozen encodings.  Then it is
 * windows-1252, whatever the guess was. */
static dm_status prefer_common(dm_task *t, const struct text_source *src, struct attempt *a)
{
    if (!strcmp(a->as.name, "windows-1252") || a->errors)
        return DM_OK;
    struct attempt common = {.as = encoding_lookup("WINDOWS-1252", common.name)};
    const dm_status status = attempt_decode(t, src, false, &common);
    if (status == DM_OK && common.text.ptr && common.text.len == a->text.len &&
        !memcmp(common.text.ptr, a->text.ptr, a->text.len))
        a->as = common.as;
    return status;
}

/* Try one candidate, and prefer_common().  With `replace` it may be wrong in one byte of 50. */
static dm_status attempt_candidate(dm_task *t, const struct text_source *src, const char *candidate,
                                   bool replace, struct attempt *a)
{
    a->text = (dm_str){NULL, 0};
    a->errors = 0;
    a->as = encoding_lookup(candidate, a->name);
    const dm_status status = attempt_guess(t, src, replace, a);
    if (status != DM_OK || !a->text.ptr)
        return status;
    if (a->errors * 50 > src->bytes.len) {
        a->text.ptr = NULL;
        snprintf(a->why, sizeof a->why, "does not decode %zu bytes", a->errors);
        return DM_OK;
    }
    return prefer_common(t, src, a);
}

dm_status text_decode_legacy(dm_task *t, const struct text_options *o, struct text_source *src)
{
    const size_t first_wide = dm_check_utf8(t, src->bytes);
    const bool rows = comes_in_rows(src->bytes);
    char guess[NAME_MAX_LEN];
    guess_encoding(src->bytes, first_wide, guess);
    if (!guess[0])
        snprintf(guess, sizeof guess, "%s", rows ? "GB18030" : "WINDOWS-1252");

    struct attempt a;
    for (const char *candidate = guess; candidate;) {
        const dm_status status = attempt_candidate(t, src, candidate, o->invalid == TEXT_INVALID_REPLACE, &a);
        if (status != DM_OK)
            return status;
        if (a.text.ptr) {
            take(src, &a, t);
            return DM_OK;
        }
        /* Windows-1252 has a letter for nearly every byte: it would make nonsense of a damaged text of
         * another script without a word. */
        if (a.as.wider)
            candidate = a.as.wider;
        else
            candidate = rows || !strcmp(a.as.name, "windows-1252") ? NULL : "WINDOWS-1252";
    }
    if (first_wide == src->bytes.len)
        return dm_fail(t, DM_EDOC, "no encoding fits: %s %s", a.as.name, a.why);
    return dm_fail(t, DM_EDOC, "no encoding fits: not UTF-8 (byte 0x%02X at offset %zu), and %s %s",
                   (unsigned char)src->bytes.ptr[first_wide], first_wide, a.as.name, a.why);
}

dm_status text_decode_named(dm_task *t, const struct text_options *o, struct text_source *src)
{
    struct attempt a = {.text = {NULL, 0}};
    a.as = encoding_lookup(src->encoding, a.name);
    const dm_status status = attempt_decode(t, src, o->invalid == TEXT_INVALID_REPLACE, &a);
    if (status != DM_OK)
        return status;
    if (!a.text.ptr)
        return dm_fail(t, DM_EDOC, "not %s: it %s", a.as.name, a.why);
    take(src, &a, t);
    return DM_OK;
}

const char *text_encoding_name(dm_task *t, dm_str name)
{
    char given[NAME_MAX_LEN];
    if (!name.len || name.len >= sizeof given || memchr(name.ptr, '/', name.len))
        return NULL;
    memcpy(given, name.ptr, name.len);
    given[name.len] = 0;
    static const char *const unicode[][2] = {
        {"utf8", "utf-8"},        {"utf-8", "utf-8"},     {"utf-16", "utf-16le"},   {"utf-16le", "utf-16le"},
        {"utf-16be", "utf-16be"}, {"utf-32", "utf-32le"}, {"utf-32le", "utf-32le"}, {"utf-32be", "utf-32be"},
    };
    for (size_t i = 0; i < sizeof unicode / sizeof unicode[0]; i++)
        if (!strcasecmp(given, unicode[i][0]))
            return unicode[i][1];
    struct attempt a = {.text = {NULL, 0}};
    a.as = encoding_lookup(given, a.name);
    const iconv_t cd = iconv_open("UTF-8", a.as.iconv);
    if (cd == (iconv_t)-1) /* NOLINT(performance-no-int-to-ptr) */
        return NULL;
    iconv_close(cd);
    struct text_source kept = {.encoding = NULL};
    take(&kept, &a, t);
    return kept.encoding;
}
