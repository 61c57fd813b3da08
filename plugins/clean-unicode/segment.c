/* Segments: the stretch of a line that has a say in what becomes of a suspicious place, taken out as
 * cells, cleaned, and turned into edits. */
#include "../subject/subject.h"
#include "unicode.h"

#include <string.h>

enum { MAX_ROUNDS = 16 };

/* ---- where a segment ends ------------------------------------------------------------------- */

/* Whether may_cut() has to be asked: a space, or what may begin an ideograph. */
static inline bool may_cut_before(char c)
{
    return c == ' ' || (unsigned char)c >= 0xE1;
}

/* Whether the line may be cut at `at`: before a single space between two letters that nothing can
 * change, or between two ideographs of that kind. */
static bool may_cut(dm_str s, const struct uni_line *line, size_t at)
{
    const char c = s.ptr[at];
    if (at <= line->begin || at >= line->end)
        return false;
    const size_t before = char_before(s, at);
    if (c == ' ')
        return uni_is_solid(s, at + 1, line->end) && uni_is_solid(s, before, line->end);
    return char_script(char_decode(s, at)) == SCRIPT_CJK &&
           char_script(char_decode(s, before)) == SCRIPT_CJK && uni_is_solid(s, at, line->end) &&
           uni_is_solid(s, before, line->end);
}

/* The second place to cut before `at`: the whole word before it has a say. */
static size_t cut_before(dm_str s, const struct uni_line *line, size_t floor, size_t at)
{
    for (bool first = true; at > floor;) {
        at--;
        if (at == floor || !may_cut_before(s.ptr[at]) || !may_cut(s, line, at))
            continue;
        if (!first)
            return at;
        first = false;
    }
    return floor;
}

/* The next places to cut behind `at`: the first may still have a say, at the second the segment ends. */
struct cuts {
    size_t first, second;
};

static struct cuts cuts_behind(dm_str s, const struct uni_line *line, size_t at)
{
    struct cuts cuts = {line->end, line->end};
    while (++at < line->end) {
        if (!may_cut_before(s.ptr[at]) || !may_cut(s, line, at))
            continue;
        if (cuts.first < line->end) {
            cuts.second = at;
            break;
        }
        cuts.first = at;
    }
    return cuts;
}

/* ---- cells ---------------------------------------------------------------------------------- */

bool uni_grow(struct uni_segment *s)
{
    struct uni_cells *c = &s->spare;
    const size_t cap = c->cap ? c->cap * 2 : 64;
    struct uni_cell *bigger = dm_alloc(s->doc->task, cap * sizeof *bigger);
    s->failed = !bigger;
    if (s->failed)
        return false;
    if (c->count)
        memcpy(bigger, c->at, c->count * sizeof *bigger);
    c->at = bigger;
    c->cap = cap;
    return true;
}

void uni_swap(struct uni_segment *s)
{
    const struct uni_cells written = s->spare;
    s->spare = s->cells;
    s->spare.count = 0;
    s->cells = written;
}

static bool read_cells(struct uni_segment *s)
{
    const dm_str text = s->doc->text;
    bool plain = true;
    s->spare.count = 0;
    for (size_t i = s->begin, len; i < s->end; i += len) {
        len = char_length(text, i);
        const uint32_t begin = (uint32_t)(i - s->begin);
        const struct uni_cell cell = {char_decode(text, i), begin, begin + (uint32_t)len, RULE_NONE,
                                      RULE_NONE};
        if (!uni_push(s, cell))
            return false;
        plain &= char_is_plain(cell.cp);
    }
    s->plain = plain;
    const uint32_t end = (uint32_t)(s->end - s->begin);
    if (!uni_push(s, (struct uni_cell){0, end, end, RULE_NONE, RULE_NONE}))
        return false;
    uni_swap(s);
    return true;
}

/* ---- edits ---------------------------------------------------------------------------------- */

static uint8_t rule_of_dropped(uint32_t cp, uint8_t gap)
{
    switch (char_class(cp)) {
    case CLASS_CONTROL:
        return RULE_CONTROL;
    case CLASS_SOFT_HYPHEN:
        return RULE_SOFT_HYPHEN;
    case CLASS_BIDI_MARK:
    case CLASS_BIDI_EMBEDDING:
        return RULE_BIDI_MARK;
    case CLASS_SPACE:
    case CLASS_TAB:
    case CLASS_ODD_SPACE:
        return gap;
    case CLASS_OTHER:
    case CLASS_ZERO_WIDTH:
    case CLASS_JOINER:
    case CLASS_VARIATION:
    case CLASS_TAG:
        break;
    }
    return RULE_ZERO_WIDTH;
}

/* All of [begin, end) of the segment was dropped: an edit for each stretch that one rule is to blame
 * for, so that each rule can be switched off by itself. */
static void drop_gap(const struct uni_segment *s, size_t begin, size_t end, uint8_t gap)
{
    const struct uni_document *u = s->doc;
    begin += s->begin;
    end += s->begin;
    for (size_t at = begin; at < end;) {
        const uint8_t rule = rule_of_dropped(char_decode(u->text, at), gap);
        size_t stop = at;
        do
            stop += char_length(u->text, stop);
        while (stop < end && rule_of_dropped(char_decode(u->text, stop), gap) == rule);
        dm_edit(u->task, u->doc, (dm_span){at, stop}, DM_LIT(""), rule);
        at = stop;
    }
}

/* Replace what cell `i` stands for, and cells behind it that changed by the same rule, by them.
 * return  the index of the next cell */
static size_t replace_cells(const struct uni_segment *s, size_t i)
{
    char with[1024];
    size_t len = 0;
    const struct uni_cell *c = s->cells.at, first = c[i];
    uint32_t end;
    do {
        end = c[i].end;
        len += char_encode(with + len, c[i++].cp);
    } while (i + 1 < s->cells.count && c[i].begin == end && len + 4 <= sizeof with &&
             (c[i].end == end || c[i].rule == first.rule));
    const struct uni_document *u = s->doc;
    const dm_span at = {s->begin + first.begin, s->begin + end};
    if (len != at.end - at.begin || memcmp(with, u->text.ptr + at.begin, len) != 0)
        dm_edit(u->task, u->doc, at, (dm_str){with, len}, first.rule);
    return i;
}

static void ask_for_edits(const struct uni_segment *s)
{
    const struct uni_cell *c = s->cells.at;
    for (size_t i = 0, done = 0; i < s->cells.count;) {
        if (c[i].begin > done)
            drop_gap(s, done, c[i].begin, c[i].gap);
        i = c[i].rule == RULE_NONE ? i + 1 : replace_cells(s, i);
        done = c[i - 1].end;
    }
}

/* ---- cleaning ------------------------------------------------------------------------------- */

bool uni_is_subject(const struct uni_segment *s)
{
    struct uni_document *const u = s->doc;
    const struct uni_line *const l = s->line;
    if (u->subject_at != l->begin + 1) {
        u->subject_at = l->begin + 1;
        u->subject_line = subject_has_line(u->text, u->scan->classes, (dm_span){l->begin, l->end});
    }
    if (!u->subject_line && u->subject < 0)
        u->subject = subject_has_text(u->text, u->scan->classes);
    return u->subject_line || u->subject;
}

static bool clean_once(struct uni_segment *s)
{
    bool changed = !s->plain && uni_drop_invisible(s);
    if (!s->plain && !(s->line->flags & LINE_CODE)) {
        changed |= uni_fold_forms(s);
        changed |= uni_fold_look_alikes(s);
        changed |= uni_compose(s);
    }
    if (!(s->line->flags & LINE_SHAPED))
        changed |= uni_fold_spaces(s);
    return changed;
}

static dm_status clean_segment(struct uni_document *u, const struct uni_line *line, size_t begin, size_t end)
{
    if (end - begin > UINT32_MAX)
        return dm_fail(u->task, DM_ELIMIT, "a line of %zu bytes", end - begin);
    struct uni_segment s = {u, line, begin, end, u->cells, u->spare, false, false};
    bool changed = false, again = read_cells(&s);
    /* Each round leaves less to do: two are the rule, and one does where there are only spaces. */
    for (unsigned round = 0; again && round < (s.plain ? 1 : MAX_ROUNDS); round++)
        changed |= again = clean_once(&s);
    if (s.failed)
        return DM_ELIMIT;
    if (changed)
        ask_for_edits(&s);
    u->cells = s.cells;
    u->spare = s.spare;
    return DM_OK;
}

static unsigned what_to_scan(const struct uni_line *line)
{
    return (line->flags & LINE_SHAPED ? 0u : SCAN_SPACES) | (line->flags & LINE_CODE ? 0u : SCAN_LETTERS) |
           (line->flags & LINE_CJK ? SCAN_CJK : 0u);
}

/* One plain space before a long line that begins as a sentence does: nobody indents so.  What is counted and compared is what
 * the line will look like, so that it is judged the same the second time. */
static bool has_stray_space(dm_str s, const struct uni_line *line)
{
    enum { LONG = 66 }; /* without spaces */
    uint32_t first = 0;
    size_t width = 0;
    if ((line->flags & LINE_SHAPED) || line->begin == line->end || s.ptr[line->begin] != ' ')
        return false;
    for (size_t i = line->begin + 1; i < line->end && width < LONG; i += char_length(s, i)) {
        const uint32_t cp = char_decode(s, i);
        if (char_is_space(char_class(cp))) {
            if (!first) /* a run, which is looked at as one */
                return false;
            continue;
        }
        first = first || !char_width(cp) ? first : char_plain(cp);
        width += char_width(cp);
    }
    const enum char_script script = char_script(first);
    return width >= LONG &&
           (first == '"' || char_is_upper(first) || script == SCRIPT_RTL || script == SCRIPT_OTHER);
}

/* Runs of spaces that wait until it is known that no segment has them. */
struct plain_runs {
    dm_span at[16];
    size_t count;
};

/* Step over the suspects that are such runs, as most are.
 * return  the first that needs a segment, or is one run too many */
static size_t skip_runs(const struct uni_document *u, const struct uni_line *line, unsigned what,
                        size_t suspect, struct plain_runs *runs)
{
    while (suspect < line->end && (what & SCAN_SPACES) && runs->count < sizeof runs->at / sizeof *runs->at &&
           uni_find_run(u->text, line, suspect, &runs->at[runs->count]))
        suspect = uni_scan_next(u->scan, runs->at[runs->count++].end, line->end, what);
    return suspect;
}

/* Ask for what becomes of those before `end`; a segment begins there. */
static void fold_runs(struct uni_document *u, const struct uni_line *line, struct plain_runs *runs,
                      size_t end)
{
    for (size_t i = 0; i < runs->count && runs->at[i].begin < end; i++)
        uni_fold_run(u, line, runs->at[i]);
    runs->count = 0;
}

dm_status uni_clean_line(struct uni_document *u, const struct uni_line *line, size_t suspect)
{
    if (has_stray_space(u->text, line))
        dm_edit(u->task, u->doc, (dm_span){line->begin, line->begin + 1}, (dm_str){"", 0},
                RULE_LEADING_SPACE);
    const unsigned what = what_to_scan(line);
    const dm_str s = u->text;
    struct plain_runs runs = {.count = 0};
    /* The space before a second one is read again. */
    const size_t from = suspect > line->begin ? suspect - 1 : line->begin;
    suspect = skip_runs(u, line, what, uni_scan_next(u->scan, from, line->end, what), &runs);
    size_t begin = suspect < line->end ? cut_before(s, line, line->begin, suspect) : line->end;
    while (suspect < line->end) {
        fold_runs(u, line, &runs, begin);
        struct cuts cuts = cuts_behind(s, line, suspect);
        /* Suspects that have a say in one another belong to one segment. */
        while (cuts.second < line->end) {
            suspect = uni_scan_next(u->scan, suspect + char_length(s, suspect), line->end, what);
            if (suspect < cuts.first)
                continue;
            if (suspect == line->end ||
                (suspect >= cuts.second && cut_before(s, line, begin, suspect) >= cuts.second))
                break;
            cuts = cuts_behind(s, line, suspect);
        }
        const dm_status status = clean_segment(u, line, begin, cuts.second);
        if (status != DM_OK || cuts.second == line->end)
            return status;
        suspect = skip_runs(u, line, what, suspect, &runs);
        begin = suspect < line->end ? cut_before(s, line, cuts.second, suspect) : line->end;
    }
    fold_runs(u, line, &runs, line->end);
    return DM_OK;
}
