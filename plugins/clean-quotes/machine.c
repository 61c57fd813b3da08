/* The state machine: outside of a quotation, or inside.  A sign's own direction, how it stands and the
 * state say what it is.  Where they disagree, only what has one explanation is settled; else the paragraph
 * is given up, and stays as it is. */
#include "quotes.h"

struct machine {
    struct piece *w;
    size_t at;      /* the sign that is looked at */
    size_t opened;  /* the sign that opened the quotation */
    unsigned depth; /* 0: outside */
    bool nested;    /* the inner one is of foreign signs */
};

static const struct sign *sign_now(const struct machine *m)
{
    return &m->w->signs[m->at];
}

static const struct sign *sign_next(const struct machine *m)
{
    return m->at + 1 < m->w->count ? &m->w->signs[m->at + 1] : NULL;
}

static bool looks_closing(const struct sign *g)
{
    return g && (g->kind == SIGN_CLOSING || (g->kind == SIGN_PLAIN && g->shape != SHAPE_OPENER));
}

static bool ends_sentence(uint32_t cp)
{
    return cp == '.' || cp == '?' || cp == '!' || cp == 0x2026;
}

static bool introduces(uint32_t cp)
{
    return cp == ':' || cp == ',';
}

/* Whether a verb of speech, and a mark, are before the sign: `adding: “`. */
static bool is_spoken(const struct machine *m, const struct sign *g)
{
    const dm_str s = m->w->s;
    size_t begin;
    return introduces(char_before(s, g->gap_begin, &begin)) && is_speech_verb(s, word_before(s, begin));
}

/* `He added`, `Naim said` behind the sign. */
static bool is_attribution_after(const struct machine *m, const struct sign *g)
{
    const dm_str s = m->w->s;
    size_t at = g->gap_end;
    for (int words = 0; words < 3; words++) {
        const dm_span word = word_at(s, at);
        if (is_speech_verb(s, word))
            return true;
        if (word.begin == word.end || word.end >= s.len || s.ptr[word.end] != ' ')
            return false;
        at = word.end + 1;
    }
    return false;
}

/* `said ” yes ”` */
static bool is_speech_before(const struct machine *m, const struct sign *g)
{
    return is_speech_verb(m->w->s, word_before(m->w->s, g->gap_begin));
}

/* `a soft head “, and`: torn off, and turned. */
static bool is_before_mark(const struct sign *g)
{
    return g->shape == SHAPE_LOOSE && g->gap_end == g->end && g->gap_begin < g->begin &&
           (g->after == ',' || g->after == ';' || ends_sentence(g->after));
}

/* Whether the sign may end a quotation, perhaps turned (`new“ boats`) or torn off (`the end, ”he`). */
static bool may_end(const struct sign *g)
{
    if (!g)
        return false;
    if (g->shape == SHAPE_OPENER)
        return g->kind == SIGN_CLOSING && (g->before == ',' || ends_sentence(g->before));
    return g->kind != SIGN_OPENING || g->shape == SHAPE_CLOSER || g->after == 0 || is_before_mark(g);
}

/* `, "Tunalı said`, `, “she said`: one word, which is the speaker, and the verb. */
static bool is_spoken_tail(const struct machine *m, const struct sign *g)
{
    const dm_str s = m->w->s;
    const dm_span speaker = word_at(s, g->gap_end);
    return g->before == ',' && speaker.begin < speaker.end && speaker.end < s.len &&
           s.ptr[speaker.end] == ' ' && is_speech_verb(s, word_at(s, speaker.end + 1));
}

/* Whether the sign ends what begins with the one given. */
static bool is_pair(const struct sign *open, const struct sign *close)
{
    switch (open->cp) {
    case 0xAB:
        return close->cp == 0xBB;
    case 0x300C:
        return close->cp == 0x300D;
    case 0x201E:
        return close->cp == 0x201C || close->cp == 0x201D;
    default:
        return false;
    }
}

/* « … « … » … », “«…»” */
static bool is_nested_pair(const struct machine *m)
{
    const struct sign *g = sign_now(m), *next = sign_next(m);
    return m->depth == 1 && g->foreign && m->at + 2 < m->w->count && is_pair(g, next) &&
           looks_closing(next + 1) &&
           (is_pair(&m->w->signs[m->opened], next + 1) || !m->w->signs[m->opened].foreign);
}

/* ---- outside -------------------------------------------------------------------------------- */

static enum sign_role role_outside_plain(const struct machine *m, bool *given_up)
{
    const struct sign *g = sign_now(m), *next = sign_next(m);
    switch (g->shape) {
    case SHAPE_OPENER:
        return ROLE_OPEN;
    case SHAPE_CLOSER:
        if (is_digit(g->before))
            return ROLE_NONE; /* inches */
        *given_up = !introduces(g->before) || g->after == 0 || !looks_closing(next);
        return ROLE_OPEN;
    case SHAPE_TIGHT: /* `she said."Then I looked."` */
        *given_up = !(introduces(g->before) || (ends_sentence(g->before) && is_upper(g->after))) ||
                    !looks_closing(next);
        return ROLE_OPEN;
    default:
        if (is_digit(g->before))
            return ROLE_NONE;
        *given_up = g->after == 0 || !next || g->gap_end == g->end ||
                    (next->shape == SHAPE_OPENER && (g->before != 0 || !is_spoken_tail(m, next)));
        return ROLE_OPEN;
    }
}

/* `it was ” at the edge of what we carry”`: torn off, and turned; the other sign of the paragraph's two closes plainly. */
static bool is_torn_opener(const struct machine *m)
{
    const struct sign *g = sign_now(m), *next = sign_next(m);
    return next && m->at == 0 && m->w->count == 2 && g->shape == SHAPE_LOOSE && g->gap_begin < g->begin &&
           g->end < g->gap_end && is_lower(g->before) && is_letter(g->after) && next->kind == SIGN_CLOSING &&
           next->shape == SHAPE_CLOSER && next->gap_begin == next->begin;
}

static enum sign_role role_outside(const struct machine *m, bool *given_up)
{
    const struct sign *g = sign_now(m), *next = sign_next(m);
    if (g->kind == SIGN_PLAIN)
        return role_outside_plain(m, given_up);
    if (g->kind == SIGN_OPENING) {
        const bool settled = introduces(g->before) || (is_letter(g->before) && looks_closing(next));
        if (g->after == 0 || (g->shape == SHAPE_CLOSER && (!settled || g->gap_end == g->end)) ||
            (g->shape == SHAPE_LOOSE && g->gap_end == g->end))
            *given_up = true;
        return ROLE_OPEN;
    }
    /* `said: ”We will.”` */
    const bool begins = g->shape == SHAPE_OPENER ||
                        (g->shape != SHAPE_CLOSER && (introduces(g->before) || is_speech_before(m, g)));
    const bool goes_on = !next && g->shape == SHAPE_OPENER && m->w->next == NEXT_OPENS;
    *given_up = !(begins && (may_end(next) || goes_on)) && !is_torn_opener(m);
    return ROLE_OPEN;
}

/* ---- inside --------------------------------------------------------------------------------- */

/* `the talks. “I hope` while a quotation is open. */
static enum sign_role role_reopened(struct machine *m, bool *given_up)
{
    const struct sign *g = sign_now(m), *next = sign_next(m);
    const struct sign *open = &m->w->signs[m->opened];
    if (has_attribution(m->w->s, open->end, g->begin) || is_spoken(m, g)) {
        m->depth = 0; /* the first one ended somewhere, nobody knows where */
        return ROLE_OPEN;
    }
    if (ends_sentence(g->before)) {
        if (g->kind == SIGN_PLAIN && is_attribution_after(m, g)) {
            *given_up = next && looks_closing(next);
            return ROLE_CLOSE;
        }
        if (g->kind == SIGN_PLAIN && !looks_closing(next)) {
            *given_up = true;
            return ROLE_NONE;
        }
        *given_up = next && !looks_closing(next) && !ends_sentence(next->before);
        return ROLE_DROP;
    }
    if (g->kind == SIGN_PLAIN && g->before == ',' && (is_lower(g->after) || is_spoken_tail(m, g)))
        return ROLE_CLOSE;
    /* “After that, “she said, “we will go.” */
    if (g->kind == SIGN_OPENING && !g->foreign && g->before == ',' &&
        is_pronoun(m->w->s, word_at(m->w->s, g->end)) && is_spoken_tail(m, g))
        return ROLE_CLOSE;
    /* “the “old” port” */
    const bool nested = m->depth == 1 && g->kind == SIGN_OPENING && looks_closing(next) &&
                        m->at + 2 < m->w->count && looks_closing(next + 1);
    *given_up = !nested;
    return ROLE_OPEN;
}

static enum sign_role role_inside_opening(struct machine *m, bool *given_up)
{
    const struct sign *g = sign_now(m), *next = sign_next(m);
    if (is_nested_pair(m))
        return ROLE_OPEN;
    const bool german = m->w->signs[m->opened].cp == 0x201E && g->cp == 0x201C;
    const bool turned = m->w->signs[m->opened].turned; /* then this one may be so too */
    if (g->after == 0 || ((german || turned) && g->shape == SHAPE_CLOSER) || (turned && is_before_mark(g)))
        return ROLE_CLOSE;
    if (g->shape == SHAPE_CLOSER && g->before == ',' && is_attribution_after(m, g))
        return ROLE_CLOSE;
    if (g->shape == SHAPE_OPENER)
        return role_reopened(m, given_up);
    if (g->before == ':')
        return next && next->kind == SIGN_OPENING ? ROLE_OPEN : ROLE_DROP;
    if (looks_closing(next)) { /* a closing sign is still to come, so this one is none */
        *given_up = !ends_sentence(g->before);
        return ROLE_DROP;
    }
    *given_up = g->shape == SHAPE_TIGHT
                    ? !ends_sentence(g->before) && g->before != ','
                    : g->shape == SHAPE_LOOSE && !ends_sentence(g->before) && g->before != ',';
    return ROLE_CLOSE;
}

/* `the "boot camp "in the port`: of straight signs alone, in pairs, one stands as an opener where one is due that
 * closes, and all others stand as they should. */
static bool is_torn_from_pair(const struct machine *m)
{
    const struct piece *w = m->w;
    if (w->count % 2 != 0 || m->at % 2 != 1)
        return false;
    for (size_t i = 0; i < w->count; i++) {
        const struct sign *g = &w->signs[i];
        const enum sign_shape due = i % 2 ? SHAPE_CLOSER : SHAPE_OPENER;
        if (g->kind != SIGN_PLAIN || (i != m->at && g->shape != due))
            return false;
    }
    const struct sign *g = sign_now(m);
    return is_letter(g->before) || ends_sentence(g->before) || g->before == ',';
}

static enum sign_role role_inside(struct machine *m, bool *given_up)
{
    const struct sign *g = sign_now(m), *next = sign_next(m);
    if (g->kind == SIGN_OPENING)
        return role_inside_opening(m, given_up);
    if (g->kind == SIGN_CLOSING) {
        /* “We saw the ”old” port */
        *given_up = g->shape == SHAPE_OPENER && is_letter(g->before) && looks_closing(next);
        return ROLE_CLOSE;
    }
    if (g->shape == SHAPE_OPENER && is_torn_from_pair(m))
        return ROLE_CLOSE;
    if (g->shape == SHAPE_OPENER)
        return role_reopened(m, given_up);
    *given_up = g->shape == SHAPE_TIGHT && (g->before == ':' || is_digit(g->after));
    return ROLE_CLOSE;
}

/* ---- the end -------------------------------------------------------------------------------- */

/* Whether the quotation that is open at the end of the paragraph ends there. */
static bool ends_with_paragraph(const struct machine *m)
{
    const dm_str s = m->w->s;
    const struct sign *open = &m->w->signs[m->opened];
    size_t begin, words = 0, at = s.len;
    while (is_space(char_before(s, at, &begin)))
        at = begin;
    const uint32_t last = char_before(s, at, &begin);
    const bool cut = last == 0x2026 || (last == '.' && begin > 0 && s.ptr[begin - 1] == '.');
    if (cut || !ends_sentence(last) || has_attribution(s, open->end, s.len))
        return false;
    const dm_span word = word_before(s, open->gap_begin);
    const bool introduced = open->before == 0 || introduces(open->before) || ends_sentence(open->before) ||
                            is_double_quote(open->before) || is_speech_verb(s, word) ||
                            is_introducer(s, word) || (is_lower(open->after) && !is_determiner(s, word));
    for (size_t i = open->end; i < at; i++)
        words += s.ptr[i] == ' ';
    return introduced || words < 9;
}

/* Whether the paragraph ends as a sentence does. */
static bool is_ended(dm_str s)
{
    size_t begin, at = s.len;
    while (is_space(char_before(s, at, &begin)))
        at = begin;
    return ends_sentence(char_before(s, at, &begin));
}

/* `« Older posts | Newer posts »` */
static bool is_page_link(const struct sign *open, const struct sign *close)
{
    return open->before == 0 && close->after == 0 && !ends_sentence(close->before);
}

bool machine_run(struct piece *w)
{
    struct machine m = {.w = w};
    w->unclosed = false;
    for (; m.at < w->count; m.at++) {
        bool given_up = false;
        const enum sign_role role = m.depth ? role_inside(&m, &given_up) : role_outside(&m, &given_up);
        struct sign *g = &w->signs[m.at];
        if (given_up || (g->foreign && m.depth && role == ROLE_OPEN && !is_nested_pair(&m)))
            return false;
        g->role = role;
        if (role == ROLE_OPEN && m.depth)
            m.nested = g->foreign;
        g->nested = m.nested && (role == ROLE_OPEN || m.depth > 1);
        g->turned =
            (role == ROLE_OPEN && g->kind == SIGN_CLOSING) || (role == ROLE_CLOSE && g->kind == SIGN_OPENING);
        if (role == ROLE_CLOSE && g->foreign && is_page_link(&w->signs[m.opened], g))
            return false;
        if (role == ROLE_OPEN) {
            m.opened = m.depth ? m.opened : m.at;
            m.depth++;
        } else if (role == ROLE_CLOSE) {
            m.depth--;
            m.nested = false;
        }
    }
    if (m.depth > 1 || (m.depth == 1 && w->signs[m.opened].foreign && !is_ended(w->s)))
        return false;
    w->unclosed = m.depth == 1 && w->next == NEXT_OTHER && ends_with_paragraph(&m);
    return m.depth == 0 || w->unclosed || w->next == NEXT_OPENS;
}
