/* Forms of letters that only typography knows: ligatures, and ASCII as wide as an ideograph. */
#include "unicode.h"

static bool push_ligature(struct uni_segment *s, struct uni_cell cell, const char *letters)
{
    cell.rule = RULE_LIGATURE;
    for (; *letters; letters++) {
        cell.cp = (unsigned char)*letters;
        if (!uni_push(s, cell))
            return false;
        cell.begin = cell.end;
        cell.gap = RULE_NONE;
    }
    return true;
}

/* The end of a run of full-width characters, with the spaces between them. */
static size_t run_end(const struct uni_cells *c, size_t i)
{
    size_t end = i;
    for (; i + 1 < c->count; i++) {
        if (char_is_full_width(c->at[i].cp))
            end = i + 1;
        else if (!char_is_space(char_class(c->at[i].cp)))
            break;
    }
    return end;
}

/* Brackets of Chinese and Japanese stand around words of other languages, too: 「Quiet car」. */
static bool is_cjk_bracket(uint32_t cp)
{
    return (cp >= 0x3008 && cp <= 0x3011) || (cp >= 0x3014 && cp <= 0x301B);
}

static bool is_passed_over(uint32_t cp)
{
    return char_is_space(char_class(cp)) || is_cjk_bracket(cp);
}

/* The character behind cell `i`, spaces and brackets aside; 0: the line ends. */
static uint32_t character_behind(const struct uni_cells *c, size_t i)
{
    while (i + 1 < c->count && is_passed_over(c->at[i].cp))
        i++;
    return c->at[i].cp;
}

static bool is_letter(uint32_t cp)
{
    const enum char_script script = char_script(cp);
    return script != SCRIPT_NONE && script != SCRIPT_CJK;
}

static bool opens(uint32_t cp)
{
    return cp == '(' || cp == 0x2018 || cp == 0x201C || cp == 0x300C || cp == 0x300E;
}

static uint32_t plain_at(const struct uni_cells *c, size_t i)
{
    return i + 1 < c->count ? char_plain(c->at[i].cp) : 0;
}

/* Whether a sentence begins behind the full stop at cell `i`: `here．It`, not `U．S．A`. */
static bool begins_behind(const struct uni_cells *c, size_t i)
{
    const uint32_t first = plain_at(c, i + 1), second = plain_at(c, i + 2);
    return char_is_upper(first) && is_letter(second) && !char_is_upper(second);
}

/* A wide mark has its space within; the plain one that it becomes needs one before a word. */
static bool needs_space_behind(const struct uni_cells *c, size_t i, uint32_t mark)
{
    const uint32_t before = i > 0 ? plain_at(c, i - 1) : 0, after = plain_at(c, i + 1);
    const bool word = is_letter(after) || (char_is_digit(after) && !char_is_digit(before));
    if (mark == '.')
        return opens(after) || begins_behind(c, i);
    if (mark == ',' || mark == ';' || mark == ':' || mark == '?' || mark == '!')
        return word || opens(after);
    return mark == ')' && word;
}

/* A bracket behind a word, but not behind a single letter: `f（x）`. */
static bool needs_space_before(const struct uni_cells *c, size_t i, uint32_t mark)
{
    return mark == '(' && i > 1 && (is_letter(plain_at(c, i - 1)) || char_is_digit(plain_at(c, i - 1))) &&
           (is_letter(plain_at(c, i - 2)) || char_is_digit(plain_at(c, i - 2)));
}

/* Write two cells for one. */
static bool push_two(struct uni_segment *s, struct uni_cell cell, uint32_t first, uint32_t second)
{
    cell.cp = first;
    if (!uni_push(s, cell))
        return false;
    cell.cp = second;
    cell.begin = cell.end;
    cell.gap = RULE_NONE;
    return uni_push(s, cell);
}

static bool push_folded(struct uni_segment *s, size_t i)
{
    const struct uni_cells *const c = &s->cells;
    struct uni_cell cell = c->at[i];
    if (!char_is_full_width(cell.cp))
        return uni_push(s, cell);
    const uint32_t plain = cell.cp - FULL_WIDTH_SHIFT;
    const bool shaped = s->line->flags & LINE_SHAPED;
    if (cell.rule == RULE_NONE)
        cell.rule = RULE_FULL_WIDTH;
    if (!shaped && needs_space_before(c, i, plain))
        return push_two(s, cell, ' ', plain);
    if (!shaped && needs_space_behind(c, i, plain))
        return push_two(s, cell, plain, ' ');
    cell.cp = plain;
    return uni_push(s, cell);
}

static bool has_forms(const struct uni_cells *c)
{
    for (size_t i = 0; i < c->count; i++)
        if (char_is_full_width(c->at[i].cp) || char_ligature(c->at[i].cp))
            return true;
    return false;
}

bool uni_fold_forms(struct uni_segment *s)
{
    const struct uni_cells *c = &s->cells;
    if (!has_forms(c) || uni_is_subject(s))
        return false;
    uint32_t before = 0; /* the last character that is not a space */
    bool changed = false;
    for (size_t i = 0; i < c->count;) {
        const struct uni_cell cell = c->at[i];
        const char *letters = char_ligature(cell.cp);
        if (letters || !char_is_full_width(cell.cp)) {
            if (letters ? !push_ligature(s, cell, letters) : !uni_push(s, cell))
                return false;
            changed |= letters != NULL;
            before = is_passed_over(cell.cp) ? before : cell.cp;
            i++;
            continue;
        }
        const size_t end = run_end(c, i);
        const bool fold = !char_is_cjk(before) && !char_is_cjk(character_behind(c, end)) && !uni_is_cjk(s);
        changed |= fold;
        before = c->at[end - 1].cp;
        for (; i < end; i++)
            if (fold ? !push_folded(s, i) : !uni_push(s, c->at[i]))
                return false;
    }
    uni_swap(s);
    return changed;
}
