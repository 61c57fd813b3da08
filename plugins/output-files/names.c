#include "names.h"

#include <inttypes.h>
#include <string.h>

enum {
    NAME_LONGEST = 255, /* NAME_MAX of Linux's file systems */
    UNTOUCHED = 251,    /* leaves room for a cut that falls on a code point's border */
    EXTENSION_KEPT = 64,
    TEMPLATE_LONGEST = 128,
    HASH_DIGITS = 16,
    PART_SUFFIX = 12 /* `~` and ten digits, and the terminator */
};

enum piece { LITERAL = 0, PATH, NAME, STEM, ID, UNKNOWN };
static const char *const placeholders[] = {[PATH] = "path", [NAME] = "name", [STEM] = "stem", [ID] = "id"};

uint64_t names_hash(dm_str s)
{
    uint64_t hash = 0xcbf29ce484222325; /* FNV-1a, then the finish of MurmurHash3 */
    for (size_t i = 0; i < s.len; i++)
        hash = (hash ^ (unsigned char)s.ptr[i]) * 0x100000001b3;
    hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccd;
    hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53;
    return hash ^ hash >> 33;
}

/* ---- templates ------------------------------------------------------------------------------ */

/* Take the next piece off the template; false: there is none. */
static bool next_piece(dm_str *rest, enum piece *kind, dm_str *piece)
{
    if (!rest->len)
        return false;
    const char *const open = memchr(rest->ptr, '{', rest->len);
    *kind = LITERAL;
    *piece = (dm_str){rest->ptr, open ? (size_t)(open - rest->ptr) : rest->len};
    if (open == rest->ptr) {
        const char *const close = memchr(open, '}', rest->len);
        *piece = (dm_str){open, close ? (size_t)(close - open) + 1 : rest->len};
        *kind = UNKNOWN;
        for (uint32_t k = PATH; k < UNKNOWN && close; k++)
            if (strlen(placeholders[k]) + 2 == piece->len &&
                !memcmp(open + 1, placeholders[k], piece->len - 2))
                *kind = (enum piece)k;
    }
    rest->ptr += piece->len;
    rest->len -= piece->len;
    return true;
}

static dm_str last_part(dm_str path)
{
    const char *const slash = memrchr(path.ptr, '/', path.len);
    if (!slash)
        return path;
    return (dm_str){slash + 1, path.len - (size_t)(slash + 1 - path.ptr)};
}

/* A dot that starts the name starts no extension. */
static dm_str stem_of(dm_str name)
{
    const char *const dot = name.len ? memrchr(name.ptr, '.', name.len) : NULL;
    if (!dot)
        return name;
    const dm_str stem = {name.ptr, (size_t)(dot - name.ptr)};
    for (size_t i = 0; i < stem.len; i++)
        if (stem.ptr[i] != '.')
            return stem;
    return name;
}

static dm_str value_of(enum piece kind, dm_str piece, const dm_record *r)
{
    switch (kind) {
    case PATH:
        return r->source;
    case NAME:
        return last_part(r->source);
    case STEM:
        return stem_of(last_part(r->source));
    case ID:
        return r->id;
    default:
        return piece;
    }
}

static dm_status check_pieces(dm_task *t, struct names *n)
{
    unsigned seen[UNKNOWN + 1] = {0};
    enum piece kind;
    dm_str rest = n->template, piece;
    while (next_piece(&rest, &kind, &piece)) {
        if (kind == LITERAL && memchr(piece.ptr, '}', piece.len))
            return dm_fail(t, DM_ECONFIG, "name has a } without a {");
        if (kind == UNKNOWN && piece.ptr[piece.len - 1] != '}')
            return dm_fail(t, DM_ECONFIG, "name has a { without a }");
        if (kind == UNKNOWN)
            return dm_fail(t, DM_ECONFIG,
                           "name has an unknown placeholder %.*s: known are {path}, {name}, "
                           "{stem} and {id}",
                           (int)(piece.len > 64 ? 64 : piece.len), piece.ptr);
        seen[kind]++;
        if (kind != LITERAL)
            n->tail = (size_t)(rest.ptr - n->template.ptr);
    }
    const unsigned variable = seen[PATH] + seen[NAME] + seen[STEM];
    if (!variable && !seen[ID])
        return dm_fail(t, DM_ECONFIG, "name must hold at least one of {path}, {name}, {stem} and {id}");
    /* With one part of unknown length, the others tell where it begins and ends. */
    n->injective = variable <= 1 && (seen[PATH] || seen[ID]);
    return DM_OK;
}

/* ---- names ---------------------------------------------------------------------------------- */

static bool all_dots(dm_str s)
{
    return s.len <= 2 && !memcmp(s.ptr, "..", s.len);
}

/* return  NULL, or what is wrong with one part of a path */
static const char *part_problem(dm_str part)
{
    if (all_dots(part)) /* or empty */
        return "would lead out of the folder";
    if (part.len >= sizeof NAMES_RESERVED - 1 && !memcmp(part.ptr, NAMES_RESERVED, sizeof NAMES_RESERVED - 1))
        return "is kept for docmill's own files";
    return memchr(part.ptr, 0, part.len) ? "holds a NUL byte" : NULL;
}

/* Write a shorter form of one part of a path.
 * extension  bytes at its end that stay
 * return     the length of what was written */
static size_t shorten(char *to, dm_str part, size_t extension)
{
    const size_t longest = NAME_LONGEST - 1 - HASH_DIGITS - extension;
    size_t keep = longest;
    while (longest - keep < 3 && ((unsigned char)part.ptr[keep] & 0xC0) == 0x80)
        keep--;
    memcpy(to, part.ptr, keep);
    snprintf(to + keep, 1 + HASH_DIGITS + 1, "~%016" PRIx64, names_hash(part));
    memcpy(to + keep + 1 + HASH_DIGITS, part.ptr + part.len - extension, extension);
    return keep + 1 + HASH_DIGITS + extension;
}

/* Check each part of the path that was put together, and shorten those that are too long.
 * to  as large as `path` twice: a part of 252 bytes may grow by three */
static const char *settle(dm_str path, size_t extension, char *to, struct name *out)
{
    size_t from = 0, len = 0;
    *out = (struct name){{to, 0}, 0, false};
    for (;;) {
        const char *const slash = memchr(path.ptr + from, '/', path.len - from);
        const dm_str part = {path.ptr + from, (slash ? (size_t)(slash - path.ptr) : path.len) - from};
        const char *const problem = part_problem(part);
        if (problem)
            return problem;
        if (part.len > UNTOUCHED) {
            len += shorten(to + len, part, slash ? 0 : extension);
            out->shortened = true;
        } else {
            memcpy(to + len, part.ptr, part.len);
            len += part.len;
        }
        if (!slash)
            break;
        out->folder = len;
        to[len++] = '/';
        from += part.len + 1;
    }
    to[len] = 0;
    out->path.len = len;
    return NULL;
}

static bool looks_like_part(const char *name, size_t len)
{
    size_t digits = 0;
    while (digits < len && name[len - 1 - digits] >= '0' && name[len - 1 - digits] <= '9')
        digits++;
    return digits && digits < len && name[len - 1 - digits] == '~';
}

static size_t expanded_size(const struct names *n, const dm_record *r)
{
    enum piece kind;
    dm_str rest = n->template, piece;
    size_t size = PART_SUFFIX;
    while (next_piece(&rest, &kind, &piece))
        size += value_of(kind, piece, r).len;
    return size;
}

/* What of the template's tail stays behind a shortened name. */
static size_t extension_of(dm_str tail)
{
    const dm_str last = last_part(tail);
    return last.len == tail.len && last.len <= EXTENSION_KEPT ? last.len : 0;
}

/* return  NULL, or what is wrong with the name
 * buffer  [expanded_size() * 3] */
static const char *make(const struct names *n, const dm_record *r, char *buffer, size_t size,
                        struct name *out)
{
    enum piece kind;
    dm_str rest = {n->template.ptr, n->tail}, piece;
    size_t len = 0;
    while (next_piece(&rest, &kind, &piece)) {
        const dm_str value = value_of(kind, piece, r);
        memcpy(buffer + len, value.ptr, value.len);
        len += value.len;
    }
    if (r->part || looks_like_part(buffer, len))
        len += (size_t)snprintf(buffer + len, PART_SUFFIX, "~%" PRIu32, r->part);
    const dm_str tail = {n->template.ptr + n->tail, n->template.len - n->tail};
    memcpy(buffer + len, tail.ptr, tail.len);
    return settle((dm_str){buffer, len + tail.len}, extension_of(tail), buffer + size, out);
}

static dm_status make_or_fail(dm_task *t, const struct names *n, const dm_record *r, struct name *out,
                              const char **problem)
{
    const size_t size = expanded_size(n, r);
    char *buffer = dm_alloc(t, size * 3);
    if (!buffer)
        return DM_ELIMIT;
    *problem = make(n, r, buffer, size, out);
    return DM_OK;
}

dm_status names_make(dm_task *t, const struct names *n, const dm_record *r, struct name *out)
{
    const char *problem = NULL;
    const dm_status status = make_or_fail(t, n, r, out, &problem);
    if (problem)
        return dm_fail(t, DM_EDOC, "the name of its output file %s", problem);
    return status;
}

/* With a placeholder's value of one letter, each part of the template must do as a name. */
dm_status names_open(dm_task *t, struct names *n, dm_str template)
{
    const dm_record sample = {.id = DM_LIT("x"), .source = DM_LIT("x")};
    const char *problem = NULL;
    struct name made;
    *n = (struct names){.template = template};
    if (template.len > TEMPLATE_LONGEST)
        return dm_fail(t, DM_ECONFIG, "name is longer than %d bytes", TEMPLATE_LONGEST);
    if (template.len && *template.ptr == '/')
        return dm_fail(t, DM_ECONFIG, "name starts with /, but is a name below the directory");
    dm_status status = check_pieces(t, n);
    if (!status)
        status = make_or_fail(t, n, &sample, &made, &problem);
    if (problem)
        return dm_fail(t, DM_ECONFIG, "name %.*s %s", (int)template.len, template.ptr, problem);
    return status;
}
