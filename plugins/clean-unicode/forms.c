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

/* The character behind cell `i`, spaces aside; 0: the line ends. */
static uint32_t character_behind(const struct uni_cells *c, size_t i)
{
    while (i + 1 < c->count && char_is_space(char_class(c->at[i].cp)))
        i++;
    return c->at[i].cp;
}

static bool push_folded(struct uni_segment *s, struct uni_cell cell)
{
    if (char_is_full_width(cell.cp)) {
        cell.cp -= FULL_WIDTH_SHIFT;
        if (cell.rule == RULE_NONE)
            cell.rule = RULE_FULL_WIDTH;
    }
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
            before = char_is_space(char_class(cell.cp)) ? before : cell.cp;
            i++;
            continue;
        }
        const size_t end = run_end(c, i);
        const bool fold = !char_is_cjk(before) && !char_is_cjk(character_behind(c, end)) && !uni_is_cjk(s);
        changed |= fold;
        before = c->at[end - 1].cp;
        for (; i < end; i++)
            if (fold ? !push_folded(s, c->at[i]) : !uni_push(s, c->at[i]))
                return false;
    }
    uni_swap(s);
    return changed;
}
