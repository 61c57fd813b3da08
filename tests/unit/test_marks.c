/* How marks follow the text: every mark of a short text, every change of it, against the words of the
 * header; then what cleaners do to marks. */
#include "fixture_edits.h"

enum { LEN = 6 };

/* ---- one change, one mark ------------------------------------------------------------------- */

/* Where a position comes to stand, in the words of dm_kind's comment.
 * follows  an insertion exactly there comes to lie before it */
static size_t expected_position(size_t at, size_t begin, size_t end, size_t with, bool follows)
{
    if (at < begin || (at == begin && begin != end))
        return at; /* before the change, or where replaced text begins */
    if (begin == end && at == begin)
        return follows ? at + with : at;
    if (at < end)
        return begin + with; /* inside replaced text: the end of what replaced it */
    return at - (end - begin) + with;
}

static void check_one(uint32_t kind, dm_span mark, dm_span change, const char *with)
{
    start("abcdef");
    add_mark(kind, mark.begin, mark.end);
    edit(change.begin, change.end, with);
    const bool changes = batch.count == 1;
    assert_int_equal(apply(), DM_OK);
    assert_undoes();
    const bool is_inline = kind >= DM_LINK;
    const size_t len = changes ? strlen(with) : change.end - change.begin;
    const size_t begin = expected_position(mark.begin, change.begin, change.end, len, is_inline);
    const size_t end = expected_position(mark.end, change.begin, change.end, len, !is_inline);
    if (begin >= end && mark.begin < mark.end) {
        assert_int_equal(doc.mark_count, 0); /* its text is all gone */
        return;
    }
    assert_int_equal(doc.mark_count, 1);
    assert_span(doc.marks[0].at, begin, end > begin ? end : begin);
}

static void test_every_mark_and_change(void **unused)
{
    (void)unused;
    static const char *const words[] = {"", "x", "yz", "a longer one"};
    static const uint32_t kinds[] = {DM_PARAGRAPH, DM_CELL, DM_LINK};
    for (size_t k = 0; k < 3; k++)
        for (size_t mark_begin = 0; mark_begin <= LEN; mark_begin++)
            for (size_t mark_end = mark_begin; mark_end <= LEN; mark_end++)
                for (size_t begin = 0; begin <= LEN; begin++)
                    for (size_t end = begin; end <= LEN; end++)
                        for (size_t w = 0; w < 4; w++)
                            check_one(kinds[k], (dm_span){mark_begin, mark_end}, (dm_span){begin, end},
                                      words[w]);
}

/* Many replacements at once move marks as one after the other does. */
static void test_many_changes(void **unused)
{
    (void)unused;
    static const char text[] = "0123456789012345678901234567890123456789";
    static const struct {
        size_t begin, end;
        const char *with;
    } changes[] = {{1, 3, ""},   {4, 5, "longer"},       {8, 12, "xy"},
                   {12, 13, ""}, {20, 24, "0123456789"}, {39, 40, "!"}};
    enum { COUNT = sizeof changes / sizeof changes[0] };
    for (size_t begin = 0; begin < sizeof text; begin++) {
        for (size_t end = begin; end < sizeof text; end++) {
            start(text);
            add_mark(DM_PARAGRAPH, begin, end);
            for (size_t i = 0; i < COUNT; i++)
                edit(changes[i].begin, changes[i].end, changes[i].with);
            assert_int_equal(apply(), DM_OK);
            const size_t count = doc.mark_count;
            const dm_span found = count != 0 ? doc.marks[0].at : (dm_span){0, 0};
            start(text);
            add_mark(DM_PARAGRAPH, begin, end);
            for (size_t i = COUNT; i-- > 0;) {
                edit(changes[i].begin, changes[i].end, changes[i].with);
                assert_int_equal(apply(), DM_OK);
            }
            assert_int_equal(doc.mark_count, count);
            if (count != 0)
                assert_span(doc.marks[0].at, found.begin, found.end);
        }
    }
}

static void test_move(void **unused)
{
    (void)unused;
    start("abcdefgh");
    edit(2, 4, "XYZ");
    edit(6, 6, "__");
    assert_int_equal(apply(), DM_OK);
    assert_str(doc.text, "abXYZef__gh");
    static const size_t before[] = {0, 1, 2, 5, 5, 6, 7, 10, 11}, behind[] = {0, 1, 2, 5, 5, 6, 9, 10, 11};
    for (size_t at = 0; at <= 8; at++) {
        assert_int_equal(dm__edit_move(doc.edits, doc.edit_count, at, false), before[at]);
        assert_int_equal(dm__edit_move(doc.edits, doc.edit_count, at, true), behind[at]);
    }
    assert_int_equal(dm__edit_move(NULL, 0, 5, false), 5);
}

/* ---- blocks side by side ------------------------------------------------------------------------ */

static const dm_mark *find_mark(uint32_t kind)
{
    for (size_t i = 0; i < doc.mark_count; i++)
        if (doc.marks[i].kind == kind)
            return &doc.marks[i];
    fail_msg("no mark of kind %u", kind);
    return NULL;
}

/* Text inserted where one block ends and the next begins belongs to the first. */
static void test_insertion_between_blocks(void **unused)
{
    (void)unused;
    start("headbody");
    add_mark(DM_HEADING, 0, 4);
    add_mark(DM_PARAGRAPH, 4, 8);
    add_mark(DM_QUOTE, 0, 8);
    add_mark(DM_LINK, 4, 8);
    edit(4, 4, "er");
    assert_becomes("headerbody");
    assert_span(find_mark(DM_HEADING)->at, 0, 6);
    assert_span(find_mark(DM_PARAGRAPH)->at, 6, 10);
    assert_span(find_mark(DM_QUOTE)->at, 0, 10);
    assert_span(find_mark(DM_LINK)->at, 6, 10);
}

/* Where no block ends, it belongs to the one that begins, and to all that begin there. */
static void test_insertion_before_blocks(void **unused)
{
    (void)unused;
    start("one\n\ntwo");
    add_mark(DM_TITLE, 0, 3);
    add_mark(DM_QUOTE, 5, 8);
    add_mark(DM_PARAGRAPH, 5, 8);
    edit(5, 5, "<<");
    edit(8, 8, ">>");
    edit(3, 3, "!");
    assert_becomes("one!\n\n<<two>>");
    assert_span(find_mark(DM_TITLE)->at, 0, 4);
    assert_span(find_mark(DM_QUOTE)->at, 6, 13);
    assert_span(find_mark(DM_PARAGRAPH)->at, 6, 13);
}

static void test_neighbouring_cells(void **unused)
{
    (void)unused;
    start("ab");
    add_mark(DM_TABLE, 0, 2);
    add_mark(DM_ROW, 0, 2);
    add_mark(DM_CELL, 0, 1);
    add_mark(DM_CELL, 1, 2);
    edit(0, 0, "(");
    edit(1, 1, "|");
    edit(2, 2, ")");
    assert_becomes("(a|b)");
    assert_span(find_mark(DM_TABLE)->at, 0, 5);
    assert_span(find_mark(DM_ROW)->at, 0, 5);
    assert_int_equal(doc.mark_count, 4);
    assert_span(doc.marks[2].at, 0, 3);
    assert_span(doc.marks[3].at, 3, 5);
}

/* ---- changes of marks ----------------------------------------------------------------------- */

static dm_change mark_change(uint32_t target, uint32_t index, const dm_mark *m)
{
    return (dm_change){.rule = FIX, .target = target, .index = index, .mark = m, .confidence = 1};
}

static void test_add_set_drop(void **unused)
{
    (void)unused;
    start("one two three");
    add_mark(DM_HEADING, 0, 3);
    add_mark(DM_PARAGRAPH, 4, 7);
    add_mark(DM_CODE, 8, 13);
    char value[] = "http://x/";
    const dm_mark link = {DM_LINK, 0, {4, 7}, dm__str(value)}, title = {DM_TITLE, 0, {0, 3}, DM_LIT("")};
    assert_int_equal(ask(mark_change(DM_CHANGE_MARK_ADD, 0, &link)), DM_OK);
    assert_int_equal(ask(mark_change(DM_CHANGE_MARK_SET, 0, &title)), DM_OK);
    assert_int_equal(ask(mark_change(DM_CHANGE_MARK_DROP, 2, NULL)), DM_OK);
    value[0] = '?';
    edit(0, 0, ">> ");
    edit(3, 4, "\n");
    assert_becomes(">> one\ntwo three");
    assert_int_equal(doc.mark_count, 3);
    assert_span(find_mark(DM_TITLE)->at, 0, 6);
    assert_span(find_mark(DM_PARAGRAPH)->at, 7, 10);
    assert_span(find_mark(DM_LINK)->at, 7, 10);
    assert_str(find_mark(DM_LINK)->value, "http://x/");
    assert_int_equal(doc.edit_count, 5); /* text first, then as they were asked for */
    const dm_edit_record *const r = &doc.edits[2];
    assert_int_equal(r[0].target, DM_CHANGE_MARK_ADD);
    assert_str(r[0].before, "");
    assert_str(r[0].after, "link 0 \"http://x/\"");
    assert_span(r[0].at, 4, 7);
    assert_span(r[0].to, 7, 10);
    assert_int_equal(r[1].target, DM_CHANGE_MARK_SET);
    assert_str(r[1].before, "heading 0");
    assert_str(r[1].after, "title 0");
    assert_span(r[1].at, 0, 3);
    assert_span(r[1].to, 0, 6);
    assert_int_equal(r[2].target, DM_CHANGE_MARK_DROP);
    assert_str(r[2].before, "code 0");
    assert_str(r[2].after, "");
    assert_span(r[2].at, 8, 13);
}

static void test_flagged_changes_of_marks(void **unused)
{
    (void)unused;
    start("one two");
    add_mark(DM_PARAGRAPH, 0, 7);
    const dm_mark link = {DM_LINK, 0, {0, 3}, DM_LIT("")};
    for (uint32_t target = DM_CHANGE_MARK_ADD; target <= DM_CHANGE_MARK_SET; target++) {
        dm_change c = mark_change(target, 0, &link);
        c.rule = FLAG;
        assert_int_equal(ask(c), DM_OK);
    }
    assert_becomes("one two");
    assert_int_equal(doc.mark_count, 1);
    assert_int_equal(doc.marks[0].kind, DM_PARAGRAPH);
    assert_int_equal(doc.edit_count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(doc.edits[i].flags, DM_EDIT_FLAGGED);
}

/* A mark that is set to another place stays, though the text at its old place goes. */
static void test_set_elsewhere(void **unused)
{
    (void)unused;
    start("one two");
    add_mark(DM_PARAGRAPH, 0, 3);
    const dm_mark there = {DM_PARAGRAPH, 0, {4, 7}, DM_LIT("")};
    assert_int_equal(ask(mark_change(DM_CHANGE_MARK_SET, 0, &there)), DM_OK);
    edit(0, 4, "");
    assert_becomes("two");
    assert_int_equal(doc.mark_count, 1);
    assert_span(doc.marks[0].at, 0, 3);
}

/* A mark that is added or set goes, too, if the same call takes all its text away. */
static void test_added_to_text_that_goes(void **unused)
{
    (void)unused;
    start("one two");
    add_mark(DM_PARAGRAPH, 4, 7);
    const dm_mark gone = {DM_LINK, 0, {0, 3}, DM_LIT("")}, empty = {DM_LINK, 0, {1, 1}, DM_LIT("")};
    assert_int_equal(ask(mark_change(DM_CHANGE_MARK_ADD, 0, &gone)), DM_OK);
    assert_int_equal(ask(mark_change(DM_CHANGE_MARK_ADD, 0, &empty)), DM_OK);
    assert_int_equal(ask(mark_change(DM_CHANGE_MARK_SET, 0, &gone)), DM_OK);
    edit(0, 3, "");
    assert_becomes(" two");
    assert_int_equal(doc.mark_count, 1); /* the one that was empty from the start */
    assert_span(doc.marks[0].at, 0, 0);
}

static void test_order_after_changes(void **unused)
{
    (void)unused;
    start("abcdef");
    add_mark(DM_LINK, 0, 2);
    add_mark(DM_LINK, 3, 4);
    const dm_mark outer = {DM_PARAGRAPH, 0, {0, 6}, DM_LIT("")}, late = {DM_LINK, 0, {5, 6}, DM_LIT("")};
    assert_int_equal(ask(mark_change(DM_CHANGE_MARK_ADD, 0, &outer)), DM_OK);
    assert_int_equal(ask(mark_change(DM_CHANGE_MARK_SET, 0, &late)), DM_OK);
    assert_becomes("abcdef");
    assert_int_equal(doc.marks[0].kind, DM_PARAGRAPH);
    assert_span(doc.marks[1].at, 3, 4);
    assert_span(doc.marks[2].at, 5, 6);
}

/* One insertion at the beginning of each of many blocks. */
static void test_many_blocks(void **unused)
{
    (void)unused;
    enum { BLOCKS = 2000 };
    char text[BLOCKS + 1];
    memset(text, 'x', BLOCKS);
    text[BLOCKS] = '\0';
    start(text);
    for (size_t i = 0; i < BLOCKS; i++) {
        const dm_mark m = {DM_PARAGRAPH, 0, {i, i + 1}, DM_LIT("")};
        assert_int_equal(dm__doc_add_mark(&doc, &m), DM_OK);
        edit(i, i, "+");
    }
    assert_int_equal(apply(), DM_OK);
    assert_int_equal(doc.text.len, 2 * BLOCKS);
    assert_int_equal(doc.mark_count, BLOCKS);
    assert_span(doc.marks[0].at, 0, 3); /* its own insertion, and that of the next, which is at its end */
    for (size_t i = 1; i + 1 < BLOCKS; i++)
        assert_span(doc.marks[i].at, 2 * i + 1, 2 * i + 3);
    assert_undoes();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_mark_and_change),
        cmocka_unit_test(test_many_changes),
        cmocka_unit_test(test_move),
        cmocka_unit_test(test_insertion_between_blocks),
        cmocka_unit_test(test_insertion_before_blocks),
        cmocka_unit_test(test_neighbouring_cells),
        cmocka_unit_test(test_add_set_drop),
        cmocka_unit_test(test_flagged_changes_of_marks),
        cmocka_unit_test(test_set_elsewhere),
        cmocka_unit_test(test_added_to_text_that_goes),
        cmocka_unit_test(test_order_after_changes),
        cmocka_unit_test(test_many_blocks),
    };
    return cmocka_run_group_tests_name("marks", tests, set_up, tear_down);
}
