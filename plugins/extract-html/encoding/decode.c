/* From bytes to UTF-8.
 *
 * The order of the standard is kept: byte order mark, what came with the page, what it declares, what it looks like.
 * But bytes that are UTF-8 and could hardly be so by chance are UTF-8, whatever is declared, and a page that declares
 * UTF-8 and has none is looked at: that is how pages are that were saved, joined or moved to another server. */
#include "encoding.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

#include <uchardet.h>

enum { PRESCAN = 4096, SAMPLE = 64 * 1024 };

/* ---- replacing what is broken ------------------------------------------------------------------ */

struct output {
    dm_task *task;
    char *ptr;
    size_t len, cap, replaced;
};

static bool reserve(struct output *o, size_t more)
{
    if (o->cap - o->len >= more)
        return true;
    const size_t cap = o->cap + o->cap / 2 + more;
    char *const bigger = dm_alloc(o->task, cap);
    if (!bigger)
        return false;
    if (o->len)
        memcpy(bigger, o->ptr, o->len);
    o->ptr = bigger;
    o->cap = cap;
    return true;
}

static bool put_replacement(struct output *o)
{
    if (!reserve(o, 3))
        return false;
    memcpy(o->ptr + o->len, "\xEF\xBF\xBD", 3);
    o->len += 3;
    o->replaced++;
    return true;
}

/* How many bytes at s[at] are one character, or what one U+FFFD stands for: a sequence that was cut off is one
 * (Unicode 3.9, maximal subparts).
 * sound  out: it is a character */
static size_t sequence_length(dm_str s, size_t at, bool *sound)
{
    const unsigned char *const p = (const unsigned char *)s.ptr + at;
    const size_t left = s.len - at;
    const size_t wanted = p[0] >= 0xC2 && p[0] < 0xE0   ? 2
                          : p[0] >= 0xE0 && p[0] < 0xF0 ? 3
                          : p[0] >= 0xF0 && p[0] < 0xF5 ? 4
                                                        : 1;
    const unsigned char low = p[0] == 0xE0 ? 0xA0 : p[0] == 0xF0 ? 0x90 : 0x80;
    const unsigned char high = p[0] == 0xED ? 0x9F : p[0] == 0xF4 ? 0x8F : 0xBF;
    size_t len = 1;
    while (len < wanted && len < left && p[len] >= (len == 1 ? low : 0x80) &&
           p[len] <= (len == 1 ? high : 0xBF))
        len++;
    *sound = len == wanted && (len > 1 || p[0] < 0x80);
    return len;
}

/* Sequence by sequence: dm_check_utf8() may look at all that is left before it says where the first error is, and
 * to ask it after each error would cost the square of the page. */
static dm_status repair_utf8(dm_task *t, dm_str s, struct html_decoded *out)
{
    struct output o = {.task = t};
    if (!reserve(&o, s.len + s.len / 4 + 16))
        return DM_ELIMIT;
    for (size_t at = 0, len; at < s.len; at += len) {
        bool sound;
        len = sequence_length(s, at, &sound);
        if (!sound ? !put_replacement(&o) : !reserve(&o, len))
            return DM_ELIMIT;
        if (sound) {
            memcpy(o.ptr + o.len, s.ptr + at, len);
            o.len += len;
        }
    }
    *out = (struct html_decoded){.text = {o.ptr, o.len}, .name = "utf-8", .replaced = o.replaced};
    return DM_OK;
}

static dm_status take_utf8(dm_task *t, dm_str bytes, size_t offset, struct html_decoded *out)
{
    const dm_str s = {bytes.ptr + offset, bytes.len - offset};
    if (dm_check_utf8(t, s) < s.len)
        return repair_utf8(t, s, out);
    *out = (struct html_decoded){.text = s, .offset = offset, .borrowed = true, .name = "utf-8"};
    return DM_OK;
}

/* ---- iconv --------------------------------------------------------------------------------------- */

/* Some encodings have accents behind their letters: iconv keeps the last letter until it is told that none follows. */
static bool put_held(struct output *o, iconv_t cd)
{
    enum { HELD_MAX = 16 };
    if (!reserve(o, HELD_MAX))
        return false;
    char *to = o->ptr + o->len;
    size_t room = o->cap - o->len;
    iconv(cd, NULL, NULL, &to, &room);
    o->len = o->cap - room;
    return true;
}

static dm_status convert(dm_task *t, const struct html_encoding *e, dm_str in, struct html_decoded *out)
{
    const iconv_t cd = iconv_open("UTF-8", e->iconv);
    if (cd == (iconv_t)-1) /* NOLINT(performance-no-int-to-ptr): POSIX says so */
        return dm_fail(t, DM_EDOC, "this machine cannot decode %s", e->name);
    struct output o = {.task = t};
    char *p = (char *)(uintptr_t)in.ptr; /* iconv() does not write there */
    size_t left = in.len;
    bool ok = reserve(&o, in.len + in.len / 4 + 16);
    while (ok && left) {
        char *to = o.ptr + o.len;
        size_t room = o.cap - o.len;
        const bool done = iconv(cd, &p, &left, &to, &room) != (size_t)-1;
        const int error = errno;
        o.len = o.cap - room;
        if (done)
            break;
        if (error == E2BIG) {
            ok = reserve(&o, left * 2 + 16);
            continue;
        }
        ok = put_replacement(&o);
        p++;
        left--;
    }
    ok = ok && put_held(&o, cd);
    iconv_close(cd);
    *out = (struct html_decoded){.text = {o.ptr, o.len}, .name = e->name, .replaced = o.replaced};
    return ok ? DM_OK : DM_ELIMIT;
}

static dm_status decode(dm_task *t, const struct html_encoding *e, dm_str bytes, size_t offset,
                        struct html_decoded *out)
{
    const dm_str s = {bytes.ptr + offset, bytes.len - offset};
    return e->iconv ? convert(t, e, s, out) : take_utf8(t, bytes, offset, out);
}

/* ---- what the bytes look like --------------------------------------------------------------------- */

/* Well-formed sequences of two and more bytes, and bytes that belong to none. */
struct multibyte {
    size_t good, bad;
};

static struct multibyte count_multibyte(dm_task *t, dm_str s)
{
    struct multibyte n = {0, 0};
    size_t at = 0;
    if (s.len > SAMPLE)
        s.len = SAMPLE;
    for (size_t i = 0; i < s.len; i++) {
        while (i < s.len && (unsigned char)s.ptr[i] < 0x80)
            i++;
        if (i == s.len)
            break;
        at = i;
        while (i < s.len && (unsigned char)s.ptr[i] >= 0x80)
            i++;
        const dm_str run = {s.ptr + at, i - at};
        const size_t valid = dm_check_utf8(t, run);
        n.good += valid > 0;
        n.bad += valid < run.len && i < s.len; /* the sample may end within */
    }
    return n;
}

static const struct html_encoding *detect(dm_str s)
{
    const uchardet_t ud = uchardet_new();
    const struct html_encoding *found = NULL;
    if (ud) {
        if (uchardet_handle_data(ud, s.ptr, s.len < SAMPLE ? s.len : SAMPLE) == 0) {
            uchardet_data_end(ud);
            const char *const name = uchardet_get_charset(ud);
            found = html_encoding_labelled((dm_str){name, strlen(name)});
        }
        uchardet_delete(ud);
    }
    return found && found->iconv ? found : html_encoding_labelled(DM_LIT("windows-1252"));
}

/* UTF-16 without a mark: every second byte of ASCII is zero. */
static const struct html_encoding *guess_utf16(dm_str s)
{
    enum { LOOK = 512 };
    size_t zeros[2] = {0, 0};
    const size_t len = s.len < LOOK ? s.len : LOOK;
    for (size_t i = 0; i < len; i++)
        zeros[i & 1] += s.ptr[i] == 0;
    if (zeros[1] * 3 > len && zeros[0] * 20 < len)
        return html_encoding_labelled(DM_LIT("utf-16le"));
    if (zeros[0] * 3 > len && zeros[1] * 20 < len)
        return html_encoding_labelled(DM_LIT("utf-16be"));
    return NULL;
}

size_t html_read_mark(dm_str s, const struct html_encoding **e)
{
    static const struct {
        const char *bytes, *label;
        size_t len;
    } marks[] = {{"\xEF\xBB\xBF", "utf-8", 3}, {"\xFE\xFF", "utf-16be", 2}, {"\xFF\xFE", "utf-16le", 2}};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (s.len >= marks[i].len && !memcmp(s.ptr, marks[i].bytes, marks[i].len)) {
            *e = html_encoding_labelled((dm_str){marks[i].label, strlen(marks[i].label)});
            return marks[i].len;
        }
    return 0;
}

/* What is no page at all.  NULL: nothing that is known */
static const char *kind_of_binary(dm_str s)
{
    static const struct {
        const char *magic, *kind;
        size_t len;
    } kinds[] = {{"%PDF-", "a PDF file", 5},
                 {"PK\3\4", "a ZIP archive or an office document", 4},
                 {"\x1F\x8B", "compressed data", 2},
                 {"\x89PNG", "a picture", 4},
                 {"\xFF\xD8\xFF", "a picture", 3},
                 {"GIF8", "a picture", 4},
                 {"\x7F"
                  "ELF",
                  "a program", 4},
                 {"SQLite format 3", "a database", 15}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (s.len >= kinds[i].len && !memcmp(s.ptr, kinds[i].magic, kinds[i].len))
            return kinds[i].kind;
    return NULL;
}

static size_t count_zeros(dm_str s)
{
    size_t zeros = 0;
    for (size_t i = 0; i < s.len && i < PRESCAN; i++)
        zeros += s.ptr[i] == 0;
    return zeros;
}

dm_status html_decode(dm_task *t, dm_str bytes, dm_str declared, struct html_decoded *out)
{
    const struct html_encoding *e = NULL;
    const size_t mark = html_read_mark(bytes, &e);
    if (mark)
        return decode(t, e, bytes, mark, out);
    const char *const kind = kind_of_binary(bytes);
    if (kind)
        return dm_fail(t, DM_EDOC, "not a web page: it is %s", kind);
    const size_t zeros = count_zeros(bytes);
    if (zeros) {
        e = guess_utf16(bytes);
        if (e)
            return decode(t, e, bytes, 0, out);
        if (zeros * 100 > (bytes.len < PRESCAN ? bytes.len : PRESCAN))
            return dm_fail(t, DM_EDOC, "not a web page: it is binary data");
    }
    e = declared.len ? html_encoding_labelled(declared) : NULL;
    if (!e)
        e = html_prescan(t, (dm_str){bytes.ptr, bytes.len < PRESCAN ? bytes.len : PRESCAN});
    if (dm_check_utf8(t, bytes) == bytes.len && !(e && !strcmp(e->name, "iso-2022-jp")))
        return decode(t, html_encoding_labelled(DM_LIT("utf-8")), bytes, 0, out);
    const struct multibyte n = count_multibyte(t, bytes);
    const bool is_utf8 = n.good > n.bad * 4;
    if (is_utf8 && (!e || !e->iconv || n.good > 8))
        e = html_encoding_labelled(DM_LIT("utf-8"));
    else if (!e || !e->iconv)
        e = detect(bytes);
    return decode(t, e, bytes, 0, out);
}
