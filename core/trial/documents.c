/* Documents that plugins stumble over.  All of them were written for this. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text/str.h"
#include "core/text/utf8.h"
#include "core/trial/trial.h"

/* DM_LIT for static tables, where a compound literal is no constant. */
#define LIT(s)                                                                                               \
    {                                                                                                        \
        "" s, sizeof(s) - 1                                                                                  \
    }

struct simple {
    const char *name;
    dm_str bytes;
};

static const struct simple simple[] = {
    {"empty", LIT("")},
    {"one letter", LIT("a")},
    {"one newline", LIT("\n")},
    {"only newlines", LIT("\n\n\n\n\n")},
    {"only spaces", LIT("   \t  \n \t\n")},
    {"an article", LIT("The mill turns again\n\nAfter nine years of silence the wheel at Ellerby moved on "
                       "Tuesday.\nNobody had told the ducks.\n\nWhat comes next\n\nThe miller, Ada Brook, "
                       "said that flour would follow \"in its own time\".\n")},
    {"no newline at the end", LIT("One line.\n\nAnother line")},
    {"two bytes a character", LIT("\u00E9\u00DF\u0416\u05D0 na\u00EFve fa\u00E7ade \u00BFqu\u00E9?\n")},
    {"three bytes a character",
     LIT("\u4E2D\u6587\u3002\uFF21\uFF22\uFF23 \u20AC \uD55C\uAD6D\uC5B4 \uFB01\n")},
    {"four bytes a character", LIT("\U0001F600\U00020000 \U0001D400\U0010FFFF\n")},
    {"emoji of several code points", LIT("\U0001F469\u200D\U0001F469\u200D\U0001F466 \U0001F1EB\U0001F1F7 "
                                         "\u2764\uFE0F \U0001F44D\U0001F3FD\n")},
    {"noncharacters and private use", LIT("\uFFFE\uFFFF\U0001FFFE \uE000 \U000F0000\n")},
    {"CR LF", LIT("First line\r\nSecond line\r\n\r\nThird line\r\n")},
    {"CR", LIT("First line\rSecond line\r\rThird line\r")},
    {"every line break", LIT("a\nb\r\nc\rd\xC2\x85"
                             "e\u2028f\u2029g\vh\fi")},
    {"a byte order mark", LIT("\uFEFFText behind a mark\n")},
    {"byte order marks within", LIT("a\uFEFFb\uFEFF\uFEFFc\n")},
    {"invisible characters", LIT("a\u200Bb\u200Cc\u200Dd\u00ADe\u2060f\u180Eg\u034Fh\n")},
    {"space characters", LIT("a\u00A0b\u2003c\u3000d\u202Fe\u205Ff\tg  h \n")},
    {"controls", LIT("a\x01\x02\x1B[31mb\x7F\xC2\x80\xC2\x9F\n")},
    {"right to left", LIT("\u05E9\u05DC\u05D5\u05DD \u202Babc\u202C \u0627\u0644\u0633\u0644\u0627\u0645 "
                          "\u200F\u061C\u2066x\u2069 123\n")},
    {"unbalanced directions", LIT("\u202E\u202Egnp.exe\n\u2069\u2069\n")},
    {"decomposed", LIT("e\u0301 A\u030A \u1100\u1161\u11A8 \u0B47\u0B3E \u212B \u2126\n")},
    {"ligatures and full width", LIT("\uFB00\uFB03 \uFF28\uFF45\uFF4C\uFF4C\uFF4F\uFF01 \u0132\n")},
    {"starts with a combining mark", LIT("\u0301\u0301abc\n\u0301\n")},
    {"looks like Markdown", LIT("# not a *heading*\n- [x](y) `z` | \\ <b> &amp;\n---\n```\n1. > ~~~\n")},
    {"looks like HTML", LIT("<!doctype html><title>T</title><p>A &lt; B<script>x</script>\n")},
    {"looks like YAML and JSON", LIT("---\nkey: {\"a\": [1, 2, \"\\u0000\"]}\n...\n")},
    {"percent signs", LIT("%s %n %d %%\n")},
};

static const struct simple broken[] = {
    {"NUL bytes", LIT("a\0b\0\0c\n\0")},
    {"a byte that is no UTF-8", LIT("caf\xE9 au lait\n")},
    {"a lone continuation", LIT("a\x80z")},
    {"a sequence that is cut off", LIT("all is well \xE4\xB8")},
    {"overlong", LIT("a\xC0\x80\xE0\x80\xAFz")},
    {"surrogates", LIT("a\xED\xA0\x80\xED\xB0\x80z")},
    {"beyond Unicode", LIT("a\xF4\x90\x80\x80\xF8\x88\x80\x80\x80z\xFF\xFE")},
    {"UTF-16 little endian", LIT("\xFF\xFEh\0i\0\n\0")},
    {"UTF-16 big endian, odd", LIT("\xFE\xFF\0h\0i\0")},
    {"UTF-16 lone surrogate", LIT("\xFF\xFE\x00\xD8\x41\x00")},
    {"UTF-32", LIT("\xFF\xFE\0\0h\0\0\0i\0\0\0")},
    {"Windows-1251", LIT("\xCF\xF0\xE8\xE2\xE5\xF2, \xEC\xE8\xF0. \xD1\xE5\xE3\xEE\xE4\xED\xFF.\n")},
    {"Shift JIS", LIT("\x93\xFA\x96\x7B\x8C\xEA\x82\xCC\x95\xB6\x8F\xCD\x81\x42\n")},
    {"GB 18030", LIT("\xD6\xD0\xCE\xC4\xB5\xC4\xCE\xC4\xD5\xC2\xA1\xA3\n")},
    {"PDF", LIT("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n1 0 obj\n")},
    {"gzip", LIT("\x1F\x8B\x08\0\0\0\0\0\0\x03")},
    {"ELF", LIT("\x7F"
                "ELF\x02\x01\x01\0\0\0\0\0\0\0\0\0")},
};

enum { ROOM = 80, MIB = 1 << 20 };

struct shelf {
    struct dm_arena *arena;
    struct dm_trial_document *items;
    size_t count;
};

static void *new (struct shelf *s, size_t size)
{
    void *const p = dm__arena_alloc(s->arena, size, 16);
    if (p == NULL)
        abort();
    return p;
}

/* ---- marks for texts that have none ----------------------------------------------------------- */

static size_t end_of_line(dm_str text, size_t at)
{
    while (at < text.len && text.ptr[at] != '\n')
        at++;
    return at;
}

static size_t boundary(dm_str text, size_t at)
{
    while (at < text.len && !dm__utf8_is_boundary(text, at))
        at++;
    return at;
}

/* The first line is the title, each other one a paragraph with a link, or with a protected stretch, in
 * its middle. */
static void mark_lines(struct shelf *s, struct dm_bench_document *d)
{
    size_t lines = 1;
    for (size_t i = 0; i < d->text.len; i++)
        lines += d->text.ptr[i] == '\n';
    dm_mark *const marks = new (s, 2 * lines * sizeof *marks);
    for (size_t begin = 0, line = 0; begin < d->text.len; line++) {
        const size_t end = end_of_line(d->text, begin), third = (end - begin) / 3;
        if (end > begin)
            marks[d->mark_count++] =
                (dm_mark){.kind = line == 0 ? DM_TITLE : DM_PARAGRAPH, .at = {begin, end}};
        const dm_span middle = {boundary(d->text, begin + third), boundary(d->text, begin + 2 * third)};
        if (third > 0 && middle.begin < middle.end && middle.end <= end)
            marks[d->mark_count++] = (dm_mark){.kind = line % 2 == 0 ? DM_LINK : DM_PROTECTED,
                                               .at = middle,
                                               .value = DM_LIT("https://example.org/?a=b&c=(d)")};
        begin = end + 1;
    }
    for (size_t i = 0; i < d->mark_count; i++)
        if (marks[i].value.ptr == NULL)
            marks[i].value = DM_LIT("");
    d->marks = marks;
}

static const dm_pair metas[] = {
    {LIT("author"), LIT("O'Neil, \"A\" \\ B: # c")},
    {LIT("encoding"), LIT("utf-8")},
    {LIT("language"), LIT("en-GB")},
    {LIT("title"), LIT("A title\nof two lines \U0001F600")},
    {LIT("\u00FC key"), LIT("")},
};

static struct dm_bench_document *add(struct shelf *s, const char *name, dm_str bytes)
{
    struct dm_trial_document *const d = &s->items[s->count];
    if (s->count++ == ROOM)
        abort();
    d->name = name;
    d->only_bytes = dm__utf8_check(bytes) != bytes.len;
    d->in.source = dm__arena_printf(s->arena, "folder %zu/document-%zu.txt", s->count % 3, s->count);
    d->in.bytes = d->in.text = bytes;
    if (d->only_bytes)
        return &d->in;
    mark_lines(s, &d->in);
    d->in.metas = metas;
    d->in.meta_count = s->count % 2 * sizeof metas / sizeof metas[0];
    return &d->in;
}

/* ---- the larger ones -------------------------------------------------------------------------- */

static dm_str repeat(struct shelf *s, dm_str piece, size_t size)
{
    char *const p = new (s, size + piece.len);
    size_t n = 0;
    for (; n < size; n += piece.len)
        memcpy(p + n, piece.ptr, piece.len);
    return (dm_str){p, n};
}

static dm_str join(struct shelf *s, dm_str a, dm_str b)
{
    char *const p = new (s, a.len + b.len + 1);
    memcpy(p, a.ptr, a.len);
    memcpy(p + a.len, b.ptr, b.len);
    return (dm_str){p, a.len + b.len};
}

static dm_str every_byte(struct shelf *s)
{
    char *const p = new (s, 256);
    for (int i = 0; i < 256; i++)
        p[i] = (char)i;
    return (dm_str){p, 256};
}

static void add_large(struct shelf *s)
{
    add(s, "a long line", repeat(s, DM_LIT("word and another word, "), 200000));
    add(s, "many short lines", repeat(s, DM_LIT("a\n"), 20000));
    add(s, "a storm of combining marks",
        join(s, DM_LIT("a"), repeat(s, DM_LIT("\u0301\u0327\u0308\u05B0"), 4000)));
    add(s, "storms of combining marks", repeat(s, DM_LIT("o\u0302\u0323\u0315\u0300 "), 5000));
    add(s, "one invisible character after the other", repeat(s, DM_LIT("\u200B"), 3000));
    add(s, "deep quotation", repeat(s, DM_LIT("> "), 4000));
    add(s, "1 MiB",
        repeat(s,
               DM_LIT("The quick brown fox \u2014 it\u2019s \u201Cquick\u201D \u2014 jumps.  Then "
                      "the \uFB01nal word, in one line or\nin two.\n\n"),
               MIB));
    add(s, "1 MiB of three-byte characters", repeat(s, DM_LIT("\u4E2D\u6587\u6587\u672C\u3002"), MIB));
    add(s, "every byte", every_byte(s));
    add(s, "64 KiB of bytes that are no UTF-8", repeat(s, DM_LIT("ab\xFF\xC3(\x80"), 65536));
}

/* ---- every kind of mark ----------------------------------------------------------------------- */

static void add_structure(struct shelf *s)
{
    static const char text[] =
        "Title\nHead\nPara with a link.\nitem\nnested item\nquoted\ncode();\na\tb\nc\td\nCaption\n";
    static const dm_mark marks[] = {
        {DM_TITLE, 0, {0, 5}, LIT("")},        {DM_HEADING, 2, {6, 10}, LIT("")},
        {DM_PARAGRAPH, 0, {11, 28}, LIT("")},  {DM_LINK, 0, {18, 27}, LIT("a b<c>(d)\"e\"")},
        {DM_PROTECTED, 0, {23, 27}, LIT("x")}, {DM_LIST_ITEM, 1, {29, 33}, LIT("3")},
        {DM_LIST_ITEM, 2, {34, 45}, LIT("")},  {DM_QUOTE, 0, {46, 52}, LIT("")},
        {DM_PARAGRAPH, 0, {46, 52}, LIT("")},  {DM_CODE, 0, {53, 60}, LIT("c")},
        {DM_TABLE, 0, {61, 68}, LIT("")},      {DM_ROW, 0, {61, 64}, LIT("")},
        {DM_CELL, 1, {61, 62}, LIT("")},       {DM_CELL, 1, {63, 64}, LIT("")},
        {DM_ROW, 0, {65, 68}, LIT("")},        {DM_CELL, 0, {65, 66}, LIT("")},
        {DM_CELL, 0, {67, 68}, LIT("")},       {DM_CAPTION, 0, {69, 76}, LIT("")},
    };
    struct dm_bench_document *const d = add(s, "every kind of mark", dm__str(text));
    d->marks = marks;
    d->mark_count = sizeof marks / sizeof marks[0];
}

/* Levels, kinds and nesting that no extractor should make, and none is kept from making. */
static void add_nonsense(struct shelf *s)
{
    static const char text[] = "one two three";
    static const dm_mark marks[] = {
        {DM_HEADING, 99, {0, 13}, LIT("")}, {DM_CELL, 7, {0, 13}, LIT("")},
        {DM_PARAGRAPH, 0, {0, 7}, LIT("")}, {DM_LIST_ITEM, 0, {2, 9}, LIT("99999999999999999999")},
        {DM_LINK, 0, {3, 3}, LIT("")},      {DM_LINK, 0, {4, 13}, LIT("a\nb")},
        {DM_CODE, 0, {5, 5}, LIT("`")},     {DM_ROW, 0, {6, 6}, LIT("")},
        {50, 0, {7, 8}, LIT("?")},          {4000000000U, 4000000000U, {7, 8}, LIT("?")},
        {DM_QUOTE, 0, {13, 13}, LIT("")},
    };
    struct dm_bench_document *const d = add(s, "marks without sense", dm__str(text));
    d->marks = marks;
    d->mark_count = sizeof marks / sizeof marks[0];
}

const struct dm_trial_document *dm__trial_documents(struct dm_arena *arena, size_t *count)
{
    struct shelf s = {.arena = arena};
    s.items = new (&s, ROOM * sizeof *s.items);
    for (size_t i = 0; i < sizeof simple / sizeof simple[0]; i++)
        add(&s, simple[i].name, simple[i].bytes);
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++)
        add(&s, broken[i].name, broken[i].bytes);
    add_structure(&s);
    add_nonsense(&s);
    add_large(&s);
    struct dm_bench_document *const odd = add(&s, "an odd name", DM_LIT("Text.\n"));
    odd->source = DM_LIT("d\xE9j\xE0 \"vu\"\n/..a/{name}%s.txt");
    *count = s.count;
    return s.items;
}
