/* A line is cut at its spaces; a word is stripped of the brackets, quotes and stops around it, and what is left
 * tells by its characters what it is.  A number may go on behind a space. */
#include "protect.h"

#include <stdbool.h>
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool is_name(char c)
{
    return is_letter(c) || is_digit(c) || c == '-' || c == '_';
}

static bool is_name_wide(char c)
{
    return is_name(c) || (unsigned char)c >= 0x80;
}

/* ---- trimming ------------------------------------------------------------------------------- */

/* Quotes and dashes of more than one byte, from U+2000 on: E2 80 xx; guillemets: C2 AB, C2 BB. */
static size_t mark_before(dm_str s)
{
    const unsigned char *const p = (const unsigned char *)s.ptr + s.len;
    if (s.len && strchr(".,;:!?)]}>\"'*", p[-1]) && p[-1])
        return 1;
    if (s.len >= 3 && p[-3] == 0xE2 && p[-2] == 0x80)
        return 3;
    return s.len >= 2 && p[-2] == 0xC2 && (p[-1] == 0xAB || p[-1] == 0xBB) ? 2 : 0;
}

static size_t mark_at(dm_str s)
{
    const unsigned char *const p = (const unsigned char *)s.ptr;
    if (s.len && *p && strchr("([{<\"'*", *p))
        return 1;
    if (s.len >= 3 && p[0] == 0xE2 && p[1] == 0x80)
        return 3;
    return s.len >= 2 && p[0] == 0xC2 && (p[1] == 0xAB || p[1] == 0xBB) ? 2 : 0;
}

/* A bracket at the end stays if the word has opened it: https://example.org/Port_(town) */
static bool closes_inner(dm_str s)
{
    size_t open = 0, closed = 0;
    for (size_t i = 0; i < s.len; i++) {
        open += s.ptr[i] == '(';
        closed += s.ptr[i] == ')';
    }
    return s.ptr[s.len - 1] == ')' && open >= closed;
}

static dm_str strip(dm_str s)
{
    for (size_t n; (n = mark_at(s));) {
        s.ptr += n;
        s.len -= n;
    }
    for (size_t n; (n = mark_before(s)) && !closes_inner(s);)
        s.len -= n;
    return s;
}

/* ---- what a word is ------------------------------------------------------------------------- */

static bool is_one_of(dm_str s, const char *words)
{
    for (size_t len; *words; words += len + (words[len] == ' ')) {
        len = strcspn(words, " ");
        if (len == s.len && !memcmp(words, s.ptr, len))
            return true;
    }
    return false;
}

static size_t span_name(dm_str s, size_t from)
{
    while (from < s.len && is_name(s.ptr[from]))
        from++;
    return from;
}

static bool is_url(dm_str s)
{
    size_t scheme = 0;
    while (scheme < s.len && (is_letter(s.ptr[scheme]) || is_digit(s.ptr[scheme])))
        scheme++;
    if (scheme > 1 && s.len > scheme + 3 && !memcmp(s.ptr + scheme, "://", 3))
        return true;
    return s.len > 7 &&
           (!memcmp(s.ptr, "mailto:", 7) || (!memcmp(s.ptr, "www.", 4) && memchr(s.ptr + 4, '.', s.len - 4)));
}

static bool is_mail(dm_str s)
{
    const char *const at = memchr(s.ptr, '@', s.len);
    const size_t before = at ? (size_t)(at - s.ptr) : 0, after = at ? s.len - before - 1 : 0;
    if (!before || after < 4)
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (!is_name(s.ptr[i]) && s.ptr[i] != '.' && s.ptr[i] != '+' && s.ptr + i != at)
            return false;
    return memchr(at + 1, '.', after - 1);
}

static bool is_handle(dm_str s)
{
    if (s.len < 2 || (s.ptr[0] != '@' && s.ptr[0] != '#') || is_digit(s.ptr[1]))
        return false;
    for (size_t i = 1; i < s.len; i++)
        if (!is_name_wide(s.ptr[i]))
            return false;
    return true;
}

static bool is_path(dm_str s)
{
    const bool drive = s.len > 3 && is_letter(s.ptr[0]) && s.ptr[1] == ':' && s.ptr[2] == '\\';
    const bool home = s.len > 2 && s.ptr[0] == '~' && s.ptr[1] == '/';
    const bool root = s.len > 3 && s.ptr[0] == '/' && is_name(s.ptr[1]) && memchr(s.ptr + 1, '/', s.len - 2);
    return drive || home || root;
}

/* Labels with dots between them, perhaps with a path behind; the last one is a top-level domain that is no word,
 * or that of a country behind two others or before a path, or the ending of a file. */
static bool is_domain_or_file(dm_str s)
{
    static const char worldwide[] = "com org net edu gov mil int info biz io tv ai app dev eu";
    static const char files[] =
        "pdf html htm php asp doc docx odt rtf xls xlsx ods csv tsv ppt pptx txt md jpg jpeg "
        "png gif webp svg mp3 mp4 avi mov zip gz tar exe dll py js ts css cpp java xml json "
        "yaml yml ini log sh";
    size_t at = span_name(s, 0), labels = 1, last = 0;
    while (at > last && at < s.len && s.ptr[at] == '.') {
        last = at + 1;
        at = span_name(s, last);
        labels++;
    }
    const dm_str ending = {s.ptr + last, at - last};
    const bool whole = at == s.len, path = at < s.len && s.ptr[at] == '/';
    if (labels < 2 || !(whole || path))
        return false;
    if (ending.len < 2 || ending.len > 4 || ending.ptr[0] < 'a') /* as none of these is: U.S, end.The */
        return false;
    const bool country =
        ending.len == 2 && ending.ptr[0] >= 'a' && ending.ptr[1] >= 'a' && !is_digit(s.ptr[0]);
    return is_one_of(ending, worldwide) || (whole && is_one_of(ending, files)) ||
           (country && (labels > 2 || path));
}

static bool is_address(dm_str s)
{
    return is_url(s) || is_mail(s) || is_handle(s) || is_path(s) || is_domain_or_file(s);
}

/* ---- numbers -------------------------------------------------------------------------------- */

/* What may stand between two digits of one number; E2 80 xx are dashes, thin spaces and primes. */
static size_t separator_at(dm_str s, size_t i)
{
    const unsigned char *const p = (const unsigned char *)s.ptr + i;
    if (strchr(".,:/-'", *p) && *p)
        return 1;
    return s.len - i >= 3 && p[0] == 0xE2 && p[1] == 0x80 ? 3 : 0;
}

static size_t span_digits(dm_str s, size_t from)
{
    while (from < s.len && is_digit(s.ptr[from]))
        from++;
    return from;
}

/* Behind a space: three digits that end there, as groups of thousands do.  return  where it ends; 0: none */
static size_t span_group(dm_str s, size_t i)
{
    enum { GROUP = 3 };
    const size_t end = i < s.len && s.ptr[i] == ' ' ? span_digits(s, i + 1) : 0;
    return end == i + 1 + GROUP ? end : 0;
}

/* The number that begins at `from`.  return  where it ends; 0: it has nothing within that could be spoilt */
static size_t span_number(dm_str s, size_t from)
{
    size_t at = span_digits(s, from);
    bool apart = false;
    for (size_t next; at < s.len;) {
        const size_t separator = separator_at(s, at);
        next = separator ? span_digits(s, at + separator) : span_group(s, at);
        if (separator ? next == at + separator : !next)
            break;
        at = next;
        apart = true;
    }
    if (apart && at < s.len && s.ptr[at] == '"' && memchr(s.ptr + from, '\'', at - from))
        at++; /* feet and inches: 5'10" */
    return apart ? at : 0;
}

static bool numbers_find(struct protect *p, dm_span line)
{
    enum { WIDE = 3 };
    const dm_str s = {p->text.ptr, line.end};
    size_t done = line.begin;
    for (size_t from = done, at; (at = places_next(&p->scan.numbers, from, line.end)) < line.end;) {
        size_t begin = at - ((unsigned char)s.ptr[at - 1] < 0x80 ? 1 : WIDE);
        from = at + 1;
        if (begin <= done) /* its first part is that of the number before */
            continue;
        while (begin > done && is_digit(s.ptr[begin - 1]))
            begin--;
        const size_t end = span_number(s, begin);
        if (end && !protect_add(p, (dm_span){begin, end}, RULE_NUMBER))
            return false;
        if (end)
            from = done = end;
    }
    return true;
}

/* ---- inline code ---------------------------------------------------------------------------- */

/* `between backticks`: the first and last of it are no spaces. */
static bool code_find(struct protect *p, dm_span line)
{
    const char *const text = p->text.ptr;
    for (size_t at = line.begin; at < line.end;) {
        const char *const open = memchr(text + at, '`', line.end - at);
        if (!open)
            return true;
        const size_t from = (size_t)(open - text);
        const char *const close = memchr(open + 1, '`', line.end - from - 1);
        if (!close)
            return true;
        at = (size_t)(close - text) + 1;
        const bool tight = close > open + 1 && open[1] != ' ' && close[-1] != ' ';
        if (tight && !protect_add(p, (dm_span){from, at}, RULE_CODE))
            return false;
    }
    return true;
}

/* ---- a line --------------------------------------------------------------------------------- */

/* `mailto:desk/`: the scan tells no mark at a word's end, and only here can such a one decide, as a word of plain marks is
 * none of ours. */
static bool is_mail_link(dm_str s)
{
    return s.len > 7 && memmem(s.ptr, s.len, "mailto:", 7) && memchr("/@#\\", s.ptr[s.len - 1], 4);
}

/* Whether an address may be known by the stop at text[at]: others have a small letter behind their last one,
 * or another mark within, which is told as well. */
static bool may_be_of_address(const char *text, size_t begin, size_t at)
{
    return (unsigned)text[at + 1] - 'a' < 26 || (at - begin >= 3 && !memcmp(text + at - 3, "www", 3));
}

/* ticks  whether there are backticks */
static bool addresses_find(struct protect *p, dm_span line, bool *ticks)
{
    enum { ADDRESS_MAX = 2048 }; /* bytes; browsers of old took no longer ones */
    const char *const text = p->text.ptr;
    size_t done = line.begin, colon_end = line.begin; /* of the word that has the last colon */
    for (size_t at = line.begin; (at = places_next(&p->scan.marks, at, line.end)) < line.end; at++) {
        const size_t odd = at - 1;
        *ticks |= text[odd] == '`';
        if (odd < done || text[odd] == '`' || (text[odd] == ':' && odd < colon_end) ||
            (text[odd] == '.' && odd >= colon_end && !may_be_of_address(text, line.begin, odd)))
            continue;
        const char *const before = memrchr(text + done, ' ', odd - done);
        const char *const behind = memchr(text + odd, ' ', line.end - odd);
        const size_t from = before ? (size_t)(before - text) + 1 : done;
        const size_t to = behind ? (size_t)(behind - text) : line.end;
        if (text[odd] == ':' && !is_mail_link((dm_str){text + from, to - from})) {
            colon_end = to;
            continue;
        }
        done = to;
        if (done - from > ADDRESS_MAX)
            continue;
        const dm_str inner = strip((dm_str){text + from, done - from});
        const size_t begin = (size_t)(inner.ptr - text);
        if (inner.len && is_address(inner) &&
            !protect_add(p, (dm_span){begin, begin + inner.len}, RULE_ADDRESS))
            return false;
    }
    return true;
}

bool tokens_find(struct protect *p, dm_span line)
{
    bool ticks = false;
    return addresses_find(p, line, &ticks) && numbers_find(p, line) && (!ticks || code_find(p, line));
}
