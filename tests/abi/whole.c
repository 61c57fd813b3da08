/* A stage of each kind, which together use all that the header had at ABI minor 0: built against that header and
 * against the present one (tests/cli/abi.bats), they must do the same.  The format that is read is texts apart by form
 * feeds, each with its title in the first line. */
#include <docmill/plugin.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static dm_span find_byte(dm_str s, size_t from, char byte)
{
    while (from < s.len && s.ptr[from] != byte)
        from++;
    return (dm_span){from, from < s.len ? from + 1 : from};
}

static bool equal(dm_str a, dm_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* ---- the extractor -------------------------------------------------------------------------- */

struct extractor {
    bool titles;
    int32_t fallback;
};

static const char *const fallbacks[] = {"refuse", "drop", NULL};
static const dm_option extractor_options[] = {
    {.name = "titles",
     DM_BOOL_AT(struct extractor, titles),
     .def = "true",
     .help = "Mark the first line as the title."},
    {.name = "empty",
     DM_CHOICE_AT(struct extractor, fallback),
     .def = "refuse",
     .choices = fallbacks,
     .help = "What becomes of an empty input."},
};
static const dm_metric extractor_metrics[] = {{"lines", "lines", "Lines that were read."}};

static int32_t probe(const void *state, dm_str head, dm_str name)
{
    (void)state;
    const bool named = name.len > 4 && memcmp(name.ptr + name.len - 4, ".old", 4) == 0;
    return named ? 90 : find_byte(head, 0, '\f').begin < head.len ? 50 : 0;
}

static dm_status mark_title(dm_task *t, dm_doc *d)
{
    const dm_str text = dm_text(t, d);
    const dm_mark title = {.kind = DM_TITLE, .at = {0, find_byte(text, 0, '\n').begin}};
    const dm_mark rest = {.kind = DM_PARAGRAPH, .at = {find_byte(text, 0, '\n').end, text.len}};
    dm_add_mark(t, d, &title);
    if (rest.at.end > rest.at.begin)
        dm_add_mark(t, d, &rest);
    return dm_set_meta(t, d, "title", (dm_str){text.ptr, title.at.end});
}

static dm_status extract(const void *state, dm_task *t, dm_doc *d)
{
    const struct extractor *const s = state;
    const dm_str bytes = dm_bytes(t, d), cursor = dm_identify(t, d)->cursor;
    size_t begin = 0;
    if (bytes.len == 0)
        return s->fallback == 1 ? DM_DROP : dm_fail(t, DM_EDOC, "%s input", "empty");
    if (cursor.len == sizeof begin)
        memcpy(&begin, cursor.ptr, sizeof begin);
    const size_t bad = dm_check_utf8(t, bytes);
    if (bad < bytes.len)
        return dm_fail(t, DM_EDOC, "byte %zu is not UTF-8", bad);
    const dm_span end = find_byte(bytes, begin, '\f');
    dm_append(t, d, (dm_str){bytes.ptr + begin, end.begin - begin}, (dm_span){begin, end.begin});
    for (size_t at = begin; at < end.begin; at = find_byte(bytes, at, '\n').end)
        dm_count(t, 0, 1);
    if (s->titles)
        mark_title(t, d);
    if (end.end == end.begin)
        return DM_OK;
    const dm_str next = {(const char *)&end.end, sizeof end.end};
    return dm_next(t, d, DM_LIT("next"), next);
}

/* ---- the cleaner ---------------------------------------------------------------------------- */

struct cleaner {
    int64_t most, size, time;
    double sure;
    dm_str language, file;
    dm_array drop;  /* of dm_str */
    dm_array words; /* of dm_pair */
    const dm_regex *spaces;
    dm_str unwanted; /* what `file` holds */
};

static const dm_option cleaner_options[] = {
    {.name = "most",
     DM_INT_AT(struct cleaner, most),
     .def = "100",
     .min = 1,
     .max = 1000,
     .help = "Changes at most."},
    {.name = "size", DM_SIZE_AT(struct cleaner, size), .def = "64KiB", .unit = "bytes", .help = "A size."},
    {.name = "time", DM_TIME_AT(struct cleaner, time), .def = "30s", .unit = "ms", .help = "A time."},
    {.name = "sure", DM_REAL_AT(struct cleaner, sure), .def = "0.5", .min = 0, .max = 1, .help = "Of words."},
    {.name = "language",
     DM_TEXT_AT(struct cleaner, language),
     .def = "en",
     .help = "What is set if there is none."},
    {.name = "file",
     DM_PATH_IN_AT(struct cleaner, file),
     .def = "",
     .help = "A word that makes a text unwanted."},
    {.name = "drop",
     DM_LIST_AT(struct cleaner, drop),
     .def = "[nothing]",
     .help = "Titles of texts to be dropped."},
    {.name = "words",
     DM_MAP_AT(struct cleaner, words),
     .def = "{teh: the}",
     .help = "Words and what they become."},
    {.name = "spaces", DM_REGEX_AT(struct cleaner, spaces), .def = "' ( +)'", .help = "What is too much."},
};
enum { RULE_SPACES, RULE_WORD, RULE_LANGUAGE, RULE_MARKS };
static const dm_rule cleaner_rules[] = {
    [RULE_SPACES] = {"spaces", "Spaces in a row.", DM_FIX, 0},
    [RULE_WORD] = {"word", "A word of the list.", DM_FIX, 0.5},
    [RULE_LANGUAGE] = {"language", "There was no language.", DM_FIX, 0},
    [RULE_MARKS] = {"marks", "The text's first mark.", DM_FIX, 0},
};
static const dm_metric cleaner_metrics[] = {{"words", "words", "Words of the list."}};

static dm_status open_cleaner(dm_task *t, void *state)
{
    struct cleaner *const s = state;
    char name[4096];
    if (s->file.len == 0 || s->file.len >= sizeof name)
        return DM_OK;
    memcpy(name, s->file.ptr, s->file.len);
    name[s->file.len] = '\0';
    const int fd = open(name, O_RDONLY | O_CLOEXEC);
    char *const bytes = dm_alloc(t, 64);
    const ssize_t n = fd >= 0 && bytes != NULL ? read(fd, bytes, 64) : -1;
    if (fd >= 0)
        close(fd);
    if (n < 0)
        return dm_fail(t, DM_ECONFIG, "no word can be read");
    s->unwanted = (dm_str){bytes, find_byte((dm_str){bytes, (size_t)n}, 0, '\n').begin};
    return DM_OK;
}

static void close_cleaner(void *state)
{
    ((struct cleaner *)state)->unwanted = (dm_str){NULL, 0};
}

static void change_words(const struct cleaner *s, dm_task *t, dm_doc *d, dm_span at)
{
    const dm_str text = dm_text(t, d), word = {text.ptr + at.begin, at.end - at.begin};
    for (uint32_t i = 0; i < s->words.count; i++) {
        const dm_pair *const p = DM_AT(dm_pair, s->words, i);
        const dm_change c = {.size = sizeof c,
                             .rule = RULE_WORD,
                             .target = DM_CHANGE_TEXT,
                             .at = at,
                             .with = p->value,
                             .confidence = at.begin == 0 ? 0.25 : s->sure,
                             .evidence = p->key};
        if (!equal(p->key, word))
            continue;
        dm_change_doc(t, d, &c);
        dm_count(t, 0, 1);
    }
}

static void change_marks(dm_task *t, dm_doc *d)
{
    const dm_array marks = dm_marks(t, d);
    const size_t len = dm_text(t, d).len;
    const dm_mark heading = {.kind = DM_HEADING, .level = 2}, quote = {.kind = DM_QUOTE, .at = {0, len}};
    dm_change c = {.size = sizeof c, .rule = RULE_MARKS, .confidence = 1};
    if (marks.count == 0 || DM_AT(dm_mark, marks, 0)->kind == DM_HEADING)
        return;
    dm_mark now = heading;
    now.at = DM_AT(dm_mark, marks, 0)->at;
    c.target = DM_CHANGE_MARK_SET;
    c.mark = &now;
    dm_change_doc(t, d, &c);
    c.target = DM_CHANGE_MARK_ADD;
    c.mark = &quote;
    dm_change_doc(t, d, &c);
    if (marks.count < 2)
        return;
    c.target = DM_CHANGE_MARK_DROP;
    c.index = 1;
    dm_change_doc(t, d, &c);
}

static dm_status clean(const void *state, dm_task *t, dm_doc *d)
{
    const struct cleaner *const s = state;
    const dm_str text = dm_text(t, d), title = dm_meta(t, d, "title");
    for (uint32_t i = 0; i < s->drop.count; i++)
        if (equal(*DM_AT(dm_str, s->drop, i), title))
            return DM_DROP;
    int64_t changes = 0;
    dm_span m[2];
    for (size_t at = 0; changes < s->most && dm_match(t, s->spaces, text, at, m, 2) == 2;
         at = m[0].end, changes++)
        dm_edit(t, d, m[1], DM_LIT(""), RULE_SPACES);
    for (size_t at = 0, end; at < text.len; at = end + 1) {
        for (end = at; end < text.len && text.ptr[end] != ' ' && text.ptr[end] != '\n';)
            end++;
        if (s->unwanted.len != 0 && equal(s->unwanted, (dm_str){text.ptr + at, end - at}))
            return dm_fail(t, DM_EDOC, "unwanted word at byte %zu", at);
        change_words(s, t, d, (dm_span){at, end});
    }
    const dm_change language = {.size = sizeof language,
                                .rule = RULE_LANGUAGE,
                                .target = DM_CHANGE_META,
                                .with = s->language,
                                .key = "language",
                                .confidence = 1};
    if (dm_meta(t, d, "language").ptr == NULL)
        dm_change_doc(t, d, &language);
    change_marks(t, d);
    dm_log(t, DM_LOG_INFO, DM_LIT("cleaned"));
    return DM_OK;
}

/* ---- the output ----------------------------------------------------------------------------- */

struct output {
    dm_str path;
    int fd;
    bool anew; /* it is built beside the old one */
    uint64_t end;
};

static const dm_option output_options[] = {
    {.name = "path", DM_PATH_OUT_AT(struct output, path), .help = "The file that is written."},
};

DM_PRINTF(2, 3)
static void print(dm_task *t, const char *fmt, ...)
{
    char line[1024];
    va_list ap;
    va_start(ap, fmt);
    const int n = vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    dm_put(t, (dm_str){line, n < 0 ? 0 : (size_t)n < sizeof line ? (size_t)n : sizeof line - 1});
}

#define SHOWN(s) (int)(s).len, (s).ptr != NULL ? (s).ptr : ""

static dm_status render(const void *state, dm_task *t, const dm_doc *d)
{
    (void)state;
    const dm_identity *const id = dm_identify(t, d);
    print(t, "%.*s %u '%.*s'\n", SHOWN(id->source), id->part, SHOWN(id->part_name));
    const dm_array metas = dm_metas(t, d), marks = dm_marks(t, d), edits = dm_edits(t, d);
    for (uint32_t i = 0; i < metas.count; i++)
        print(t, "meta %.*s=%.*s\n", SHOWN(DM_AT(dm_pair, metas, i)->key),
              SHOWN(DM_AT(dm_pair, metas, i)->value));
    for (uint32_t i = 0; i < marks.count; i++) {
        const dm_mark *const m = DM_AT(dm_mark, marks, i);
        print(t, "mark %u %u %zu-%zu\n", m->kind, m->level, m->at.begin, m->at.end);
    }
    for (uint32_t i = 0; i < edits.count; i++) {
        const dm_edit_record *const e = DM_AT(dm_edit_record, edits, i);
        print(t, "edit %u %u %.*s/%.*s %zu-%zu %zu-%zu '%.*s' '%.*s' %.*s %.2f '%.*s'%s\n", e->target,
              e->stage, SHOWN(e->stage_name), SHOWN(e->rule), e->at.begin, e->at.end, e->to.begin, e->to.end,
              SHOWN(e->before), SHOWN(e->after), SHOWN(e->key), e->confidence, SHOWN(e->evidence),
              (e->flags & DM_EDIT_FLAGGED) != 0 ? " flagged" : "");
    }
    dm_put(t, dm_text(t, d));
    return dm_put(t, DM_LIT("\n"));
}

/* The path with something behind it; false: it is too long. */
static bool path_of(const struct output *s, const char *behind, char name[4096])
{
    const int n = snprintf(name, 4096, "%.*s%s", SHOWN(s->path), behind);
    return n >= 0 && n < 4096;
}

static dm_status open_output(dm_task *t, void *state)
{
    (void)t;
    ((struct output *)state)->fd = -1;
    return DM_OK;
}

static void close_output(void *state)
{
    struct output *const s = state;
    if (s->fd >= 0)
        close(s->fd);
}

/* Where it ended: "end 1204". */
static bool read_token(dm_str token, uint64_t *end)
{
    *end = 0;
    if (token.len < 5 || token.len > 20 || memcmp(token.ptr, "end ", 4) != 0)
        return token.len == 0;
    for (size_t i = 4; i < token.len; i++) {
        if (token.ptr[i] < '0' || token.ptr[i] > '9')
            return false;
        *end = *end * 10 + (uint64_t)(token.ptr[i] - '0');
    }
    return true;
}

/* return  a message; NULL: all is well */
static const char *take_up(struct output *s, const dm_resume *r)
{
    char name[4096], beside[4096];
    const bool starts = r->token.len == 0;
    if (!read_token(r->token, &s->end) || !path_of(s, "", name) || !path_of(s, ".new", beside))
        return "the token or the path is none";
    s->anew = (r->flags & DM_RESUME_REPLACE) != 0 && (starts || access(beside, F_OK) == 0);
    s->fd = open(s->anew ? beside : name,
                 O_RDWR | O_CLOEXEC | (starts ? O_CREAT : 0) | (starts && s->anew ? O_TRUNC : 0), 0666);
    const off_t size = s->fd >= 0 ? lseek(s->fd, 0, SEEK_END) : -1;
    if (size < (off_t)s->end)
        return "the file cannot be opened, or is shorter than it was";
    if (starts && size > 0)
        return "the file is not empty";
    return ftruncate(s->fd, (off_t)s->end) == 0 ? NULL : "the file cannot be cut";
}

static dm_status resume(void *state, dm_task *t, const dm_resume *r)
{
    const char *const why = take_up(state, r);
    return why != NULL ? dm_fail(t, DM_ECONFIG, "%s", why) : DM_OK;
}

static dm_status write_record(void *state, dm_task *t, const dm_record *r)
{
    struct output *const s = state;
    if (pwrite(s->fd, r->bytes.ptr, r->bytes.len, (off_t)s->end) != (ssize_t)r->bytes.len)
        return dm_fail(t, DM_ERETRY, "the file cannot be written");
    print(t, "%llu+%zu", (unsigned long long)s->end, r->bytes.len);
    s->end += r->bytes.len;
    return DM_OK;
}

static dm_status commit(void *state, dm_task *t)
{
    struct output *const s = state;
    if (fdatasync(s->fd) != 0)
        return dm_fail(t, DM_ERETRY, "the file cannot be made durable");
    print(t, "end %llu", (unsigned long long)s->end);
    return DM_OK;
}

static dm_status finish(void *state, dm_task *t)
{
    struct output *const s = state;
    char name[4096], beside[4096];
    if (!s->anew)
        return DM_OK;
    s->anew = false;
    if (!path_of(s, "", name) || !path_of(s, ".new", beside) || rename(beside, name) != 0)
        return dm_fail(t, DM_ERETRY, "the file cannot take its name");
    return DM_OK;
}

static dm_status recall(void *state, dm_task *t, dm_str place)
{
    char name[4096], where[64];
    if (!path_of(state, "", name) || place.len >= sizeof where)
        return dm_fail(t, DM_EDOC, "there is no such place");
    memcpy(where, place.ptr, place.len);
    where[place.len] = '\0';
    char *plus;
    const unsigned long long begin = strtoull(where, &plus, 10);
    const size_t len = *plus == '+' ? strtoull(plus + 1, NULL, 10) : 0;
    const int fd = open(name, O_RDONLY | O_CLOEXEC);
    char *const bytes = dm_alloc(t, len + 1);
    const ssize_t n = fd >= 0 && bytes != NULL ? pread(fd, bytes, len, (off_t)begin) : -1;
    if (fd >= 0)
        close(fd);
    if (n < 0 || (size_t)n != len || len == 0)
        return dm_fail(t, DM_EDOC, "there is no such record");
    return dm_put(t, (dm_str){bytes, len});
}

/* ---- the tables ----------------------------------------------------------------------------- */

static const dm_extractor_ops extractor_ops = {
    .size = sizeof extractor_ops, .probe = probe, .extract = extract};
static const dm_stage extractor = {
    .size = sizeof extractor,
    .kind = DM_EXTRACTOR,
    .state_size = sizeof(struct extractor),
    .name = "whole",
    .summary = "Texts apart by form feeds.",
    .doc = "Each with its title in the first line.\n",
    .options = DM_ARRAY(extractor_options),
    .metrics = DM_ARRAY(extractor_metrics),
    .ops.extractor = &extractor_ops,
};
static const dm_cleaner_ops cleaner_ops = {.size = sizeof cleaner_ops, .clean = clean};
static const dm_stage cleaner = {
    .size = sizeof cleaner,
    .kind = DM_CLEANER,
    .state_size = sizeof(struct cleaner),
    .name = "whole",
    .summary = "Spaces, words, a language, marks.",
    .options = DM_ARRAY(cleaner_options),
    .rules = DM_ARRAY(cleaner_rules),
    .metrics = DM_ARRAY(cleaner_metrics),
    .open = open_cleaner,
    .close = close_cleaner,
    .ops.cleaner = &cleaner_ops,
};
static const dm_output_ops output_ops = {
    .size = sizeof output_ops,
    .media_type = "text/plain",
    .render = render,
    .resume = resume,
    .write = write_record,
    .commit = commit,
    .finish = finish,
    .recall = recall,
};
static const dm_stage output = {
    .size = sizeof output,
    .kind = DM_OUTPUT,
    .state_size = sizeof(struct output),
    .name = "whole",
    .summary = "All that is known of a document, one behind the other.",
    .options = DM_ARRAY(output_options),
    .open = open_output,
    .close = close_output,
    .ops.output = &output_ops,
};
static const dm_stage *const stages[] = {&extractor, &cleaner, &output, NULL};
DM_PLUGIN(.name = "whole", .version = "1.0.0", .license = "MIT", .stages = stages);
