/* clean-mojibake: text that was decoded as what it is not. */
#include "mojibake.h"
#include "../subject/subject.h"

#include <string.h>

static const dm_rule rules[] = {
    [RULE_WESTERN] = {"utf8-as-western", "UTF-8 that was read as windows-1252, windows-1254 or Latin-1.",
                      DM_FIX, 0},
    [RULE_CENTRAL] = {"utf8-as-central", "UTF-8 that was read as windows-1250, windows-1257 or Latin-2.",
                      DM_FIX, 0},
    [RULE_CYRILLIC] = {"utf8-as-cyrillic", "UTF-8 that was read as windows-1251 or KOI8-R.", DM_FIX, 0},
    [RULE_GREEK] = {"utf8-as-greek", "UTF-8 that was read as windows-1253.", DM_FIX, 0},
    [RULE_ARABIC] = {"utf8-as-arabic", "UTF-8 that was read as windows-1256.", DM_FIX, 0},
    [RULE_DOS] = {"utf8-as-dos", "UTF-8 that was read as code page 437, 850 or 866.", DM_FIX, 0},
    [RULE_MAC] = {"utf8-as-mac", "UTF-8 that was read as MacRoman.", DM_FIX, 0},
    [RULE_REPEATED] = {"repeated", "UTF-8 that was read wrongly twice or more often.", DM_FIX, 0},
    [RULE_LOST_SPACE] = {"lost-space",
                         "The same where a no-break space, one of its bytes, has become a plain space.",
                         DM_FIX, 0},
    [RULE_LOST_BYTE] =
        {"lost-byte",
         "The same where a byte has become U+FFFD or a question mark: one U+FFFD is left; or where the soft "
         "hyphen in a broken í was dropped.",
         DM_FIX, 0},
    [RULE_LOST_QUOTE] = {"lost-quote", "A quote, apostrophe or dash whose last bytes are lost.", DM_FIX, 0},
    [RULE_CONTROL] = {"control-as-sign",
                      "A control character that is a quote, dash or letter of windows-1252.", DM_FIX, 0},
    [RULE_MAC_LETTER] = {"control-as-mac-letter",
                         "A control character within a word that is a letter of MacRoman.", DM_FIX, 0},
    [RULE_LOST_LETTER] =
        {"lost-letter",
         "U+FFFD in a word that stands whole elsewhere in the text, or has only one reading: don’t.", DM_FIX,
         0},
};

enum { PIECE_MAX = 1 << 16, NEAR = 24 };

/* An edit that waits for the end of the text, which may prove to be about mojibake. */
struct waiting {
    dm_span at;
    dm_str with;
    uint8_t rule, encoding; /* ENCODING_COUNT: of a letter that was lost in any */
    bool sure;
    bool elsewhere; /* its word stands whole elsewhere */
};

/* A document under repair. */
struct repair {
    const struct tables *tables;
    dm_task *task;
    dm_doc *doc;
    dm_str text;
    dm_array marks, classes;
    uint32_t mark;                   /* the next one to look at */
    size_t kept_end;                 /* how far the marked code and tables reach that were met */
    bool fenced;                     /* between two lines of three backticks */
    uint32_t around[ENCODING_COUNT]; /* units beyond doubt in the lines so far */
    struct cell *cells, *spare;
    size_t cap;
    struct waiting *waiting;
    size_t waiting_count, waiting_cap;
    struct mentions mentions;
    dm_span *signs; /* pieces that have U+FFFD, in their order */
    size_t signs_count, signs_cap;
    struct lost_words *lost;
};

/* ---- lines ---------------------------------------------------------------------------------- */

static size_t line_end(dm_str s, size_t from)
{
    const char *nl = memchr(s.ptr + from, '\n', s.len - from);
    return nl ? (size_t)(nl - s.ptr) : s.len;
}

/* Where the piece that begins at `from` ends: with the line, or behind a space in a very long one. */
static size_t piece_end(dm_str s, size_t from, size_t end)
{
    if (end - from <= PIECE_MAX)
        return end;
    size_t at = from + PIECE_MAX;
    while (at > from + PIECE_MAX / 2 && s.ptr[at - 1] != ' ')
        at--;
    if (s.ptr[at - 1] != ' ')
        at = from + PIECE_MAX;
    while (at > from && ((unsigned char)s.ptr[at] & 0xC0) == 0x80)
        at--;
    return at;
}

/* Whether the line is between fences of backticks, or one. */
static bool is_fenced(struct repair *r, size_t from, size_t end)
{
    const char *p = r->text.ptr;
    size_t at = from;
    while (at < end && at - from < 3 && p[at] == ' ')
        at++;
    if (end - at < 3 || memcmp(p + at, "```", 3) != 0)
        return r->fenced;
    r->fenced = !r->fenced;
    return true;
}

/* Whether the line is code or in a table, by the marks. */
static bool is_kept(struct repair *r, size_t from, size_t end)
{
    for (; r->mark < r->marks.count; r->mark++) {
        const dm_mark *m = DM_AT(dm_mark, r->marks, r->mark);
        if (m->at.begin > end)
            break;
        if ((m->kind == DM_CODE || m->kind == DM_TABLE) && m->at.end > r->kept_end)
            r->kept_end = m->at.end;
    }
    return from < r->kept_end;
}

/* ---- the scan ------------------------------------------------------------------------------- */

/* The first byte in [from, to) that is not ASCII. */
static size_t skip_ascii(dm_str s, size_t from, size_t to)
{
    while (to - from >= 16) {
        uint64_t words[2];
        memcpy(words, s.ptr + from, sizeof words);
        if ((words[0] | words[1]) & 0x8080808080808080u)
            break;
        from += 16;
    }
    while (from < to && (unsigned char)s.ptr[from] < 0x80)
        from++;
    return from;
}

/* Whether a character followed by what is no part of a sequence may have to change. */
static bool may_be_lossy(uint32_t cp, uint32_t next)
{
    if (cp == REPLACEMENT || next == REPLACEMENT || (cp >= 0x80 && cp < 0xA0))
        return true;
    if (cp == 0xE2) /* donât */
        return next != 0 && next < 0x80 && strchr("stdmrvl", (int)next) != NULL;
    if (cp == 0xC3 && next - 'a' < 26) /* jardÃn */
        return true;
    return next == ' ' && (cp == 0xC3 || cp == 0xC2 || cp == 0x102 || cp == 0x413 || cp == 0x393);
}

/* `said.â He`: the letter at s[at] stands behind a stop and before a space. */
static bool may_be_quote(dm_str s, size_t at, uint32_t cp, uint32_t next)
{
    return cp == 0xE2 && (next == ' ' || next == '\n') && at > 0 && s.ptr[at - 1] &&
           strchr(".,!?", s.ptr[at - 1]);
}

/* Whether p begins U+2000 to U+203F, most of the longer characters of English and no suspects before ASCII. */
static inline bool is_punctuation(const unsigned char *p)
{
    return p[0] == 0xE2 && p[1] == 0x80;
}

/* The first place in [from, to) that may be mojibake; `to`: there is none. */
static size_t find_suspect(const struct repair *r, size_t from, size_t to)
{
    const dm_str s = r->text;
    dm_runs wide = dm_runs_of(r->classes, from, to, DM_WIDE);
    for (size_t at; (at = dm_next_edge(&wide)) < to;) {
        const size_t end = dm_next_edge(&wide);
        if (end - at == 3 && is_punctuation((const unsigned char *)s.ptr + at))
            continue;
        for (uint32_t cp = char_decode(s, at), next; at < end; cp = next) {
            const size_t behind = at + char_length(s, at);
            next = behind < to ? char_decode(s, behind) : '\n';
            if ((next >= 0x80 && units_may_begin(r->tables, cp, next)) || may_be_lossy(cp, next) ||
                may_be_quote(s, at, cp, next))
                return at;
            at = behind;
        }
    }
    return to;
}

/* ---- repair --------------------------------------------------------------------------------- */

/* What is asked for is cleared, so no more is than one line needs, or twice as much as before. */
static bool reserve_cells(struct repair *r, size_t count)
{
    if (count <= r->cap && r->cells && r->spare)
        return true;
    const size_t cap = count > r->cap * 2 ? count : r->cap * 2;
    r->cells = dm_alloc(r->task, cap * sizeof *r->cells);
    r->spare = dm_alloc(r->task, cap * sizeof *r->spare);
    r->cap = cap;
    return r->cells && r->spare;
}

static struct cell *add_cell(struct repair *r, size_t *count, size_t from, size_t at, uint32_t cp,
                             size_t length)
{
    struct cell *const c = &r->cells[(*count)++];
    *c = (struct cell){.cp = cp,
                       .begin = (uint32_t)(at - from),
                       .end = (uint32_t)(at - from + length),
                       .rule = RULE_NONE,
                       .sure = 1,
                       .plain = 1};
    return c;
}

/* Cells of the ASCII characters [i, to), of which only the ends and the question marks have a say in what
 * becomes of the rest; the others are left out.
 * return  how many cells there are now */
static size_t fill_ascii(struct repair *r, size_t count, size_t from, size_t i, size_t to)
{
    const char *const s = r->text.ptr;
    const size_t head = to - i > 2 * NEAR ? i + NEAR : to, tail = head < to ? to - NEAR : to;
    for (; i < head; i++)
        add_cell(r, &count, from, i, (unsigned char)s[i], 1)->plain = (uint16_t)(head - i + to - tail);
    for (const char *mark; i < tail && (mark = memchr(s + i, '?', tail - i)) != NULL; i++) {
        i = (size_t)(mark - s);
        add_cell(r, &count, from, i, '?', 1);
    }
    for (i = tail; i < to; i++)
        add_cell(r, &count, from, i, (unsigned char)s[i], 1)->plain = (uint16_t)(to - i);
    return count;
}

/* Make cells of [from, to).  *sign becomes true if one is U+FFFD */
static size_t fill_cells(struct repair *r, size_t from, size_t to, bool *sign)
{
    size_t count = 0;
    for (size_t i = from; i < to;) {
        const size_t odd = skip_ascii(r->text, i, to);
        count = fill_ascii(r, count, from, i, odd);
        for (i = odd; i < to && (unsigned char)r->text.ptr[i] >= 0x80;) {
            const size_t length = char_length(r->text, i);
            const uint32_t cp = char_decode(r->text, i);
            add_cell(r, &count, from, i, cp, length);
            *sign |= cp == REPLACEMENT;
            i += length;
        }
    }
    return count;
}

static struct waiting *add_waiting(struct repair *r)
{
    if (r->waiting_count == r->waiting_cap) {
        const size_t cap = r->waiting_cap ? r->waiting_cap * 2 : 16;
        struct waiting *const bigger = dm_alloc(r->task, cap * sizeof *bigger);
        if (!bigger)
            return NULL;
        if (r->waiting_count)
            memcpy(bigger, r->waiting, r->waiting_count * sizeof *bigger);
        r->waiting = bigger;
        r->waiting_cap = cap;
    }
    return &r->waiting[r->waiting_count++];
}

/* Keep the edit that cells [i, to), all of one rule, stand for.  return  false: no memory */
static bool keep_edit(struct repair *r, const struct piece *p, size_t from, size_t i, size_t to)
{
    char *const with = dm_alloc(r->task, (to - i) * 4 + 1);
    struct waiting *const w = with ? add_waiting(r) : NULL;
    const struct cell *c = &p->cells[i];
    size_t len = 0;
    if (!w)
        return false;
    for (size_t k = i; k < to; k++)
        if (p->cells[k].cp)
            len += char_encode(p->cells[k].cp, with + len);
    *w = (struct waiting){
        {from + c->begin, from + p->cells[to - 1].end}, {with, len}, c->rule, c->encoding, c->sure, false};
    return true;
}

static bool keep_edits(struct repair *r, const struct piece *p, size_t from)
{
    for (size_t i = 0; (i = piece_skip_right(p, i)) < p->count;) {
        size_t to = i + 1;
        const struct cell *c = &p->cells[i];
        while (to < p->count && p->cells[to].rule == c->rule && p->cells[to].encoding == c->encoding &&
               p->cells[to].sure == c->sure)
            to++;
        if (!keep_edit(r, p, from, i, to))
            return false;
        i = to;
    }
    return true;
}

/* out  room for an encoding's name and a few words */
static dm_str explain(const struct waiting *w, char *out, size_t size)
{
    if (w->encoding == ENCODING_COUNT)
        return w->elsewhere ? DM_LIT("the word elsewhere in the text") : DM_LIT("its only reading");
    const char *const name = encodings[w->encoding].name;
    if (w->sure)
        return (dm_str){name, strlen(name)};
    const int n = snprintf(out, size, "%s, as near it", name);
    return (dm_str){out, (size_t)n};
}

static dm_status ask_edits(const struct repair *r)
{
    dm_status status = DM_OK;
    for (size_t i = 0; !status && i < r->waiting_count; i++) {
        const struct waiting *const w = &r->waiting[i];
        char why[64];
        const dm_str evidence = explain(w, why, sizeof why);
        const dm_change change = {.size = sizeof change,
                                  .rule = w->rule,
                                  .target = DM_CHANGE_TEXT,
                                  .at = w->at,
                                  .with = w->with,
                                  .confidence = w->sure ? 0.99 : 0.9,
                                  .evidence = evidence};
        status = dm_change_doc(r->task, r->doc, &change);
    }
    return status;
}

/* Note that the piece has U+FFFD.  return  false: no memory */
static bool note_signs(struct repair *r, dm_span at)
{
    if (r->signs_count == r->signs_cap) {
        const size_t cap = r->signs_cap ? r->signs_cap * 2 : 16;
        dm_span *const bigger = dm_alloc(r->task, cap * sizeof *bigger);
        if (!bigger)
            return false;
        if (r->signs_count)
            memcpy(bigger, r->signs, r->signs_count * sizeof *bigger);
        r->signs = bigger;
        r->signs_cap = cap;
    }
    r->signs[r->signs_count++] = at;
    return true;
}

static bool has_sign(const struct piece *p)
{
    for (size_t i = 0; (i = piece_skip_ascii(p, i)) < p->count; i++)
        if (p->cells[i].cp == REPLACEMENT)
            return true;
    return false;
}

/* A line that speaks of encodings, or shows mojibake on purpose, stays as it is. */
static dm_status repair_piece(struct repair *r, size_t from, size_t to)
{
    const dm_str line = {r->text.ptr + from, to - from};
    if (!reserve_cells(r, to - from))
        return DM_ELIMIT;
    struct piece p = {.tables = r->tables, .cells = r->cells, .spare = r->spare};
    p.count = fill_cells(r, from, to, &p.signs);
    memcpy(p.around, r->around, sizeof p.around);
    const bool sign = p.signs, changed = piece_repair(&p);
    if ((sign || changed) && subject_has_line(r->text, r->classes, (dm_span){from, to}))
        return DM_OK;
    if ((sign || (p.signs && has_sign(&p))) && !note_signs(r, (dm_span){from, to}))
        return DM_ELIMIT;
    if (changed) {
        const struct mentions m = mentions_count(&p, line);
        r->mentions.words += m.words;
        r->mentions.shown += m.shown;
        if (!m.shown && !keep_edits(r, &p, from))
            return DM_ELIMIT;
    }
    memcpy(r->around, p.around, sizeof p.around);
    return DM_OK;
}

/* ---- U+FFFD --------------------------------------------------------------------------------- */

static const char sign[] = "\xEF\xBF\xBD";
enum { SIGN = sizeof sign - 1 };

/* The text with the edits that wait.  return  .ptr NULL: no memory */
static dm_str repaired_text(const struct repair *r)
{
    size_t len = r->text.len, done = 0;
    for (size_t i = 0; i < r->waiting_count; i++)
        len += r->waiting[i].with.len;
    char *const out = dm_alloc(r->task, len + 1);
    len = 0;
    for (size_t i = 0; out && i <= r->waiting_count; i++) {
        const struct waiting *const w = i < r->waiting_count ? &r->waiting[i] : NULL;
        const size_t end = w ? w->at.begin : r->text.len;
        memcpy(out + len, r->text.ptr + done, end - done);
        len += end - done;
        if (!w)
            break;
        memcpy(out + len, w->with.ptr, w->with.len);
        len += w->with.len;
        done = w->at.end;
    }
    return (dm_str){out, out ? len : 0};
}

static size_t find_sign(dm_str text, size_t from, size_t to)
{
    const char *const p = from < to ? memmem(text.ptr + from, to - from, sign, SIGN) : NULL;
    return p ? (size_t)(p - text.ptr) : to;
}

static size_t count_signs(dm_str text)
{
    size_t count = 0;
    for (size_t i = 0; count <= SIGNS_MAX && (i = find_sign(text, i, text.len)) < text.len; i += SIGN)
        count++;
    return count;
}

/* Whether the piece was noted that is there: code, and lines about encodings, were not. */
static bool is_noted(const struct repair *r, size_t at)
{
    for (size_t i = 0; i < r->signs_count && r->signs[i].begin <= at; i++)
        if (at < r->signs[i].end)
            return true;
    return false;
}

/* Signs of text[from, to), which no edit has touched and which stands at `old` in the document. */
static bool replace_in_text(struct repair *r, dm_str text, dm_span at, size_t old)
{
    for (size_t i = at.begin; (i = find_sign(text, i, at.end)) < at.end; i += SIGN) {
        const size_t begin = old + i - at.begin;
        const struct reading is =
            is_noted(r, begin) ? replaced_find(r->lost, r->tables, text, i) : (struct reading){0, false};
        if (!is.letter)
            continue;
        char *const letter = dm_alloc(r->task, 4);
        struct waiting *const w = letter ? add_waiting(r) : NULL;
        if (!w)
            return false;
        const dm_str with = {letter, char_encode(is.letter, letter)};
        *w = (struct waiting){{begin, begin + SIGN}, with,  RULE_LOST_LETTER,
                              ENCODING_COUNT,        false, is.elsewhere};
    }
    return true;
}

/* Signs that an edit itself puts, at `at` of the repaired text. */
static bool replace_in_edit(struct repair *r, struct waiting *w, dm_str text, dm_span at)
{
    if (find_sign(text, at.begin, at.end) == at.end)
        return true;
    char *const with = dm_alloc(r->task, w->with.len + 1); /* no letter is longer than the sign */
    size_t len = 0;
    if (!with)
        return false;
    for (size_t i = at.begin; i < at.end;) {
        const size_t found = find_sign(text, i, at.end);
        memcpy(with + len, text.ptr + i, found - i);
        len += found - i;
        i = found;
        if (found == at.end)
            break;
        const struct reading is = replaced_find(r->lost, r->tables, text, found);
        len += char_encode(is.letter ? is.letter : REPLACEMENT, with + len);
        if (is.letter) {
            w->rule = RULE_LOST_LETTER;
            w->encoding = ENCODING_COUNT;
            w->elsewhere = is.elsewhere;
        }
        i += SIGN;
    }
    w->with = (dm_str){with, len};
    return true;
}

/* Signs that are in the text once it is repaired, each judged by the words as they then are. */
static bool replace_signs(struct repair *r)
{
    const dm_str text = repaired_text(r);
    const size_t count = r->waiting_count;
    size_t at = 0, old = 0;
    if (!text.ptr)
        return false;
    const size_t signs = count_signs(text);
    if (signs == 0 || signs > SIGNS_MAX)
        return true;
    r->lost = dm_alloc(r->task, sizeof *r->lost);
    if (!r->lost)
        return false;
    memset(r->lost, 0, sizeof *r->lost);
    replaced_learn(r->lost, text);
    for (size_t i = 0; i <= count; i++) {
        const size_t end = i < count ? r->waiting[i].at.begin : r->text.len;
        if (!replace_in_text(r, text, (dm_span){at, at + end - old}, old))
            return false;
        at += end - old;
        if (i == count)
            break;
        struct waiting *const w = &r->waiting[i];
        const size_t put = w->with.len;
        old = w->at.end;
        if (!replace_in_edit(r, w, text, (dm_span){at, at + put}))
            return false;
        at += put;
    }
    return true;
}

/* A text that shows much of its mojibake on purpose means the rest, too. */
static bool is_about_mojibake(const struct mentions *m)
{
    return m->shown >= 2 && m->shown * 3 >= m->words;
}

/* A text about characters shows some of it; one that is full of it is broken, whatever it is about. */
static bool is_meant(const struct repair *r)
{
    enum { SHOWN_MAX = 100 }; /* edits */
    return is_about_mojibake(&r->mentions) ||
           (r->waiting_count && r->waiting_count <= SHOWN_MAX && subject_has_text(r->text, r->classes));
}

static dm_status clean(const void *state, dm_task *t, dm_doc *d)
{
    struct repair r = {.tables = state,
                       .task = t,
                       .doc = d,
                       .text = dm_text(t, d),
                       .marks = dm_marks(t, d),
                       .classes = dm_classify(t, d)};
    if (!r.classes.items)
        return DM_ELIMIT;
    if (find_suspect(&r, 0, r.text.len) == r.text.len)
        return DM_OK;
    for (size_t from = 0; from < r.text.len;) {
        const size_t end = line_end(r.text, from);
        const bool fenced = is_fenced(&r, from, end);
        const bool skip = is_kept(&r, from, end) || fenced || find_suspect(&r, from, end) == end;
        while (!skip && from < end) {
            const size_t to = piece_end(r.text, from, end);
            const dm_status status = repair_piece(&r, from, to);
            if (status != DM_OK)
                return status;
            from = to;
        }
        from = end + 1;
    }
    if (r.signs_count && !replace_signs(&r))
        return DM_ELIMIT;
    return is_meant(&r) ? DM_OK : ask_edits(&r);
}

static dm_status open_tables(dm_task *t, void *state)
{
    (void)t;
    tables_build(state);
    return DM_OK;
}

static const char doc[] =
    "Decodes text that was decoded wrongly: UTF-8 that was read as if it were an encoding of one byte a\n"
    "character. It takes no options; each rule can be switched off, or made to record only:\n"
    "\n"
    "```yaml\n"
    "stages:\n"
    "  - clean: mojibake\n"
    "    with: { rules: { lost-quote: off, utf8-as-mac: flag } }\n"
    "```\n"
    "\n"
    "It belongs before all other cleaners: `Ã` and a no-break space are one broken letter, and no longer\n"
    "so when the space has become a plain one.\n"
    "\n"
    "| rule | before | after |\n"
    "|---|---|---|\n"
    "| `utf8-as-western` | `the cafÃ© wasnâ€™t` | `the café wasn’t` |\n"
    "| `utf8-as-central` | `NapĂ­Ĺˇte nĂˇm` | `Napíšte nám` |\n"
    "| `utf8-as-cyrillic` | `РџСЂРёРІРµС‚` | `Привет` |\n"
    "| `utf8-as-greek` | `donβ€™t` | `don’t` |\n"
    "| `utf8-as-arabic` | `ط³ظ„ط§ظ…` | `سلام` |\n"
    "| `utf8-as-dos` | `caf├⌐` | `café` |\n"
    "| `utf8-as-mac` | `caf√©` | `café` |\n"
    "| `repeated` | `doesnÃ¢â‚¬â„¢t` | `doesn’t` |\n"
    "| `lost-space` | `voilÃ le port` | `voilà le port` |\n"
    "| `lost-byte` | `NiÄ�e` (U+FFFD), `jardÃn` | `Ni�e`, `jardín` |\n"
    "| `lost-quote` | `“at lastâ€�` (U+FFFD, or nothing, behind the `€`) | `“at last”` |\n"
    "| `lost-quote` | `âNo,â he said â in vain` (the same) | `“No,” he said – in vain` |\n"
    "| `lost-quote` | `donât`, `donâ€t` (controls, or the last sign, were dropped) | `don’t` |\n"
    "| `lost-letter` | `a café, the caf�` (U+FFFD), `don�t` | `a café, the café`, `don’t` |\n"
    "| `control-as-sign` | `don` U+0092 `t` | `don’t` |\n"
    "| `control-as-mac-letter` | `Coatl` U+0087 `n` | `Coatlán` |\n"
    "\n"
    "The result of a rule is read again, so that text which was read wrongly twice or three times comes\n"
    "out right. What was right stays right beside it, in one line or one word.\n"
    "\n"
    "#### How sure it is\n"
    "\n"
    "`É…`, `5×£` and `SÓ’` are sequences of UTF-8 too, were they bytes. So a sequence is decoded only if\n"
    "it is unlikely as it stands (`Ã` before a sign, a capital behind a small letter, a quote between\n"
    "letters, a sign that follows no letter) and if what comes out is likely: letters that languages\n"
    "use, common signs, and a letter of another script only among others of it. Such edits have a\n"
    "confidence of 0.99. Less clear ones are made where the same line, or the text before it,\n"
    "has clear ones in the same encoding; they have 0.9, and say so in their evidence.\n"
    "\n"
    "#### What stays\n"
    "\n"
    "- **Code and tables**, between lines of three backticks or as an extractor marked them.\n"
    "- **Lines that speak of encodings or characters** (mojibake, UTF-8, U+2019, windows-1252, garbled "
    "...),\n"
    "  since they may show mojibake on purpose; and all of a text that has three such lines.\n"
    "- **Mojibake that is shown**: beside what it should be (`é becomes Ã©`), or as a sign between quotes; "
    "with the\n"
    "  rest of that line, and all of a text that shows a third of its mojibake so.\n"
    "- **U+FFFD** that stands for what is lost, but for the closing quote, which is the only sign that\n"
    "  can have been there, and in words that stand whole elsewhere in the text, or have one reading.\n"
    "- **Words beyond repair**, such as mojibake that was put in lower case.\n"
    "\n"
    "#### Limits\n"
    "\n"
    "The encodings are windows-1250 to 1254, 1256, 1257, Latin-1, Latin-2,\n"
    "MacRoman, KOI8-R and the code pages 437, 850 and 866. Text of those that was read as another of\n"
    "them, without UTF-8 in between, is not decoded, but for the controls above.\n";

static const dm_stage mojibake_stage = {
    .size = sizeof(dm_stage),
    .kind = DM_CLEANER,
    .state_size = sizeof(struct tables),
    .name = "mojibake",
    .summary = "Text that was read in another encoding than its own: `Ã©` for é.",
    .doc = doc,
    .rules = DM_ARRAY(rules),
    .open = open_tables,
    .ops.cleaner = &(const dm_cleaner_ops){.size = sizeof(dm_cleaner_ops), .clean = clean},
};

DM_PLUGIN(.host_size = sizeof(dm_host), .name = "clean-mojibake", .version = "0.1.0", .license = "MIT",
          .stages = (const dm_stage *const[]){&mojibake_stage, NULL});
