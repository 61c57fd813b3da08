/* Captions of pictures: a line that ends in a credit, or is one. */
#include "caption.h"
#include "credit.h"
#include "fold.h"

#include <string.h>

/* What the BBC's services write in front of sources and captions, with their comma. */
static const dm_str prefixes[] = {
    TEXT("image source, "),       TEXT("image caption, "),        TEXT("media caption, "),
    TEXT("video caption, "),      TEXT("image copyright, "),      TEXT("fuente de la imagen, "),
    TEXT("pie de foto, "),        TEXT("legenda da foto, "),      TEXT("legenda do vídeo, "),
    TEXT("crédit photo, "),       TEXT("légende image, "),        TEXT("légende vidéo, "),
    TEXT("автор фото, "),         TEXT("подпись к фото, "),       TEXT("підпис до фото, "),
    TEXT("джерело фото, "),       TEXT("fotoğraf alti yazisi, "), TEXT("صدر الصورة، "),
    TEXT("التعليق على الصورة، "), TEXT("منبع تصوير، "),           TEXT("توضيح تصوير، "),
    TEXT("sumber gambar, "),      TEXT("keterangan gambar, ")};

static bool has_prefix(dm_str s)
{
    enum { LONGEST = 48 };
    char folded[LONGEST + 1];
    const dm_str begin = {folded, fold((dm_str){s.ptr, s.len < LONGEST ? s.len : LONGEST}, folded)};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (text_begins_with(begin, (dm_str){prefixes[i].ptr, prefixes[i].len - 1}))
            return true;
    return false;
}

static bool may_begin_prefix(int first, char second)
{
    const int small = second | 0x20;
    switch (first) {
    case 'i':
        return small == 'm';
    case 'm':
    case 'k':
        return small == 'e';
    case 'v':
    case 'p':
        return small == 'i';
    case 'f':
        return small == 'u' || small == 'o';
    case 'l':
        return small == 'e' || second == '\xC3';
    case 'c':
        return small == 'r';
    case 's':
        return small == 'u';
    default:
        return false;
    }
}

/* Whether its first two letters, as those of few lines, begin a prefix, and a comma stands where one may. */
static bool may_have_prefix(dm_str s)
{
    enum { COMMA_MIN = 10, COMMA_MAX = 40 };
    const size_t end = s.len < COMMA_MAX ? s.len : COMMA_MAX;
    if (end <= COMMA_MIN)
        return false;
    const unsigned char c = (unsigned char)s.ptr[0];
    return (c >= 0x80 || may_begin_prefix(c | 0x20, s.ptr[1])) &&
           (memchr(s.ptr + COMMA_MIN, ',', end - COMMA_MIN) ||
            (c >= 0x80 && memmem(s.ptr + COMMA_MIN, end - COMMA_MIN, "\xD8\x8C", 2)));
}

/* The agency that closes an article is not that of a picture: "... in the hospital. (dpa)" */
static bool is_behind_text(const struct lines *lines, size_t i)
{
    return i + 1 >= lines->sentences_end;
}

/* Up to three words, each with a capital, not all of capitals (an abbreviation of what was just said). */
static bool is_name(dm_str s)
{
    enum { WORDS = 3 };
    size_t words = 0, small = 0;
    for (size_t i = 0; i < s.len; i++) {
        const unsigned char c = (unsigned char)s.ptr[i];
        const bool first = i == 0 || s.ptr[i - 1] == ' ';
        words += first && c != ' ';
        small += c >= 'a' && c <= 'z';
        if ((first && !(c >= 'A' && c <= 'Z')) || (c >= '0' && c <= '9') || (c < 0x80 && strchr(",;:\"", c)))
            return false;
    }
    return words > 0 && words <= WORDS && small >= 2;
}

/* A sentence: most words begin small, and nothing in it is a list's, a heading's or another bracket. */
static bool is_like_sentence(dm_str head)
{
    size_t words = 0, small = 0;
    for (size_t i = 0; i < head.len; i++) {
        const char c = head.ptr[i];
        if (strchr("#/:([$", c) && c)
            return false;
        words += c != ' ' && (i == 0 || head.ptr[i - 1] == ' ');
        small += c >= 'a' && c <= 'z' && i > 0 && head.ptr[i - 1] == ' ';
    }
    return small * 2 >= words;
}

static bool ends_in_bracket(const struct lines *lines, size_t i)
{
    const char last = lines->text.ptr[lines->items[i].at.end - 1];
    return last == ')' || last == ']';
}

/* A sentence, or a sub-heading above one. */
static bool article_goes_on(const struct lines *lines, size_t i)
{
    enum { HEADING_WORDS = 5 };
    const struct line *const l = &lines->items[i];
    if (i >= lines->count || l->sentence)
        return i < lines->count;
    return l->words <= HEADING_WORDS && !l->stopped && !l->item && i + 1 < lines->count && l[1].sentence;
}

/* A sentence of some length with a bracket behind it, between two sentences of which none has one: not in a list. */
static bool is_between_sentences(const struct lines *lines, size_t i, const struct credit *c)
{
    enum { WORDS = 7 };
    const struct line *const l = &lines->items[i];
    if (i == 0 || !l[-1].sentence || !article_goes_on(lines, i + 1))
        return false;
    return l->words >= WORDS && !l->item && is_like_sentence(c->head) && !ends_in_bracket(lines, i - 1) &&
           !ends_in_bracket(lines, i + 1);
}

static bool is_caption_by_name(const struct lines *lines, size_t i, const struct credit *c)
{
    const char last = c->head.len ? c->head.ptr[c->head.len - 1] : '.';
    return c->bracket && !strchr(".!?", last) && is_name(c->text) && !credit_is_expansion(c) &&
           is_between_sentences(lines, i, c);
}

/* A caption has words before its credit: how many depends on how plain the credit is. */
static bool has_words(const struct credit *c, const struct line *l)
{
    enum { WORDS = 5, WORDS_LABELLED = 3 };
    return l->words >= (c->strength == LABELLED ? WORDS_LABELLED : WORDS);
}

double caption_sureness(const struct lines *lines, size_t i, const char **evidence)
{
    enum { WORDS_MAX = 45 };
    const struct line *const l = &lines->items[i];
    const dm_str s = line_text(lines, l);
    if (l->words > WORDS_MAX || i == 0)
        return 0;
    if (may_have_prefix(s) && has_prefix(s)) {
        *evidence = "a line that says it is a picture's";
        return 0.95;
    }
    if (credit_is_line(lines, s, l)) {
        *evidence = "a picture's credit";
        return 0.9;
    }
    if (l->stopped)
        return 0;
    const struct credit c = credit_find(lines, s, l);
    if (c.strength != NO_CREDIT && has_words(&c, l)) {
        const bool stopped = c.head.len && strchr(".!?", c.head.ptr[c.head.len - 1]);
        if (c.strength == AGENCY && stopped && is_behind_text(lines, i))
            return 0;
        if (c.bracket && c.strength == AGENCY && (credit_is_expansion(&c) || credit_is_abbreviation(&c)))
            return 0;
        if (credit_is_plain(&c) && !is_between_sentences(lines, i, &c))
            return 0;
        *evidence =
            c.strength == AGENCY ? "a line that ends in a picture agency" : "a line that ends in a credit";
        return 0.95;
    }
    if (!is_caption_by_name(lines, i, &c))
        return 0;
    *evidence = "a sentence without a stop that ends in a name between brackets";
    return 0.8;
}
