/* Captions of pictures: a line that ends in a credit. */
#include "caption.h"
#include "fold.h"

#include <string.h>

static const char agencies[] =
    "|aa|ap|afp|ani|ansa|apa|archive|archives|associated press|al jazeera|al-jazeera|anadolu|anadolu "
    "agency|bbc|cnn|"
    "courtesy|dpa|efe|epa|european pressphoto|facebook|file|file photo|getty|getty "
    "images|handout|ians|illustration|"
    "instagram|internet|ips|irna|isna|keystone|kyodo|mehr|pa|pti|reuters|ria "
    "novosti|screenshot|shutterstock|sana|"
    "social media|supplied|tasnim|tass|telegram|twitter|unsplash|upi|wam|wikipedia|wikimedia "
    "commons|xinhua|yonhap|"
    "youtube|архив|реутерс|рейтер|тасс|риа новости|интерфакс|рбк|ap photo|reuters photo|anadolu "
    "ajansı|iha|dha|picture alliance|imago|ddp|sipa|europa "
    "press|notimex|andina|belga|ritzau|lusa|pap|ایسنا|ایرنا|تسنیم|مهر|الأوروبية|أسوشيتد "
    "برس|الأناضول|ap/tt|afp/getty images|رويترز|الجزيرة|وكالات|أرشيف|الأناضول|الفرنسية|";

/* Where the credit begins that ends the line, with its bracket or mark: `(Reuters)`, `[Reuters]`, `. Photo: Reuters`,
 * ` / AFP`.  Without brackets, what stands there must be an agency.  ptr NULL: there is none */
struct credit {
    dm_str name;
    size_t begin;
    bool bracket;
};

static struct credit last_bracket(dm_str s)
{
    const char last = s.len < 3 ? 0 : s.ptr[s.len - 1];
    const char *const open = last == ')'   ? memrchr(s.ptr, '(', s.len)
                             : last == ']' ? memrchr(s.ptr, '[', s.len)
                                           : NULL;
    if (!open)
        return (struct credit){0};
    return (struct credit){{open + 1, (size_t)(s.ptr + s.len - 1 - open - 1)}, (size_t)(open - s.ptr), true};
}

enum { CREDIT_MAX = 40 };

/* The first of these marks that stands in the last CREDIT_MAX bytes, where it stands first. */
static struct credit last_mark(dm_str s, const struct line *l)
{
    static const dm_str marks[] = {TEXT(" / "),
                                   TEXT(" \xE2\x80\x93 "),
                                   TEXT(" \xE2\x80\x94 "),
                                   TEXT(" - "),
                                   TEXT(" | "),
                                   TEXT(" Photo: "),
                                   TEXT(" Foto: "),
                                   TEXT(" Image: "),
                                   TEXT(" Bild: "),
                                   TEXT(" Photo : "),
                                   TEXT(" \xC2\xA9 "),
                                   TEXT(" \xD0\xA4\xD0\xBE\xD1\x82\xD0\xBE: ")};
    const size_t from = s.len > CREDIT_MAX ? s.len - CREDIT_MAX : 0;
    size_t best = sizeof marks / sizeof *marks, end = 0;
    /* Each ends in a sign and a space. */
    for (uint64_t signs = l->last_signs >> (64 - CREDIT_MAX); signs; signs &= signs - 1) {
        const size_t behind = s.len - CREDIT_MAX + (size_t)__builtin_ctzll(signs) + 2;
        for (size_t k = 0; k < best; k++) {
            const size_t len = marks[k].len;
            if (marks[k].ptr[len - 2] == s.ptr[behind - 2] && behind - from >= len &&
                !memcmp(s.ptr + behind - len, marks[k].ptr, len)) {
                best = k;
                end = behind;
            }
        }
    }
    if (best == sizeof marks / sizeof *marks)
        return (struct credit){0};
    return (struct credit){{s.ptr + end, s.len - end}, end - marks[best].len, false};
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

/* A credit may name a picture's source and more: "AFP/Getty Images", "File/Reuters". */
static bool names_agency(dm_str s)
{
    char folded[64];
    if (s.len >= sizeof folded)
        return false;
    dm_str rest = {folded, fold(s, folded)};
    const char *const colon = memchr(rest.ptr, ':', rest.len); /* "Photo: Reuters" */
    if (colon)
        rest = fold_trim((dm_str){colon + 1, rest.len - (size_t)(colon + 1 - rest.ptr)});
    while (rest.len) {
        const char *const slash = memchr(rest.ptr, '/', rest.len);
        const size_t len = slash ? (size_t)(slash - rest.ptr) : rest.len;
        if (fold_is_one_of((dm_str){rest.ptr, len}, agencies))
            return true;
        rest = slash ? (dm_str){slash + 1, rest.len - len - 1} : (dm_str){NULL, 0};
    }
    return false;
}

/* "Photo: Ian Hale", whoever that is */
static bool names_photo(dm_str s)
{
    static const char words[] =
        "|photo|photos|foto|fotos|image|picture|bild|file|file photo|crédit|crédit photo|credit|"
        "фото|fotoğraf|تصوير|الصورة|عکس|";
    char folded[64];
    const char *const colon = memchr(s.ptr, ':', s.len);
    if (!colon || colon[1] == '/' || s.len >= sizeof folded)
        return false;
    const size_t len = fold((dm_str){s.ptr, (size_t)(colon - s.ptr)}, folded);
    return fold_is_one_of(fold_trim((dm_str){folded, len}), words);
}

/* The initials of the bracket's words are the word before it: an abbreviation is explained. */
static bool is_expansion(dm_str head, dm_str name)
{
    size_t at = head.len;
    while (at > 0 && head.ptr[at - 1] != ' ')
        at--;
    for (size_t i = 0; i < name.len; i++)
        if ((i == 0 || name.ptr[i - 1] == ' ') && (at >= head.len || head.ptr[at++] != name.ptr[i]))
            return false;
    return at == head.len;
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

double caption_sureness(dm_str s, const struct line *l, const char **evidence)
{
    enum { WORDS_OF_AGENCY = 5, WORDS = 9, WORDS_MAX = 45 };
    if (l->words < WORDS_OF_AGENCY || l->words > WORDS_MAX)
        return 0;
    struct credit credit = last_bracket(s);
    if (!credit.name.ptr)
        credit = last_mark(s, l);
    if (!credit.name.ptr)
        return 0;
    dm_str head = {s.ptr, credit.begin};
    while (head.len && head.ptr[head.len - 1] == ' ')
        head.len--;
    const bool photo = credit.bracket && names_photo(credit.name);
    if (photo || names_agency(credit.name)) {
        *evidence = "a line that ends in a picture agency";
        return 0.95;
    }
    const char last = head.len ? head.ptr[head.len - 1] : '.';
    if (!credit.bracket || strchr(".!?", last) || l->words < WORDS || l->item || !is_name(credit.name) ||
        !is_like_sentence(head) || is_expansion(head, credit.name))
        return 0;
    *evidence = "a sentence without a stop that ends in a name between brackets";
    return 0.8;
}
