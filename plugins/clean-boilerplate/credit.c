/* Credits of pictures.
 *
 * A credit is the word for a picture and a name (`Photo: Ian Hale`, `Fot. M. Wrona / PAP`), a copyright sign and a name, or
 * names of which one is an agency (`Ian Hale/AFP`).  It stands between brackets, or behind a sign that ends what is
 * shown. */
#include "credit.h"
#include "fold.h"

#include <string.h>

/* ---- words, folded -------------------------------------------------------------------------- */

static const char agencies[] =
    "|aa|ap|ap photo|afp|ani|ansa|apa|associated press|al jazeera|al-jazeera|anadolu|anadolu agency|anadolu "
    "ajansi|andina|"
    "anp|atta kenare|belga|bloomberg|cp|ctk|čtk|ddp|dha|dpa|dpa-zentralbild|efe|epa|epa-efe|europa "
    "press|european "
    "pressphoto|"
    "european pressphoto agency|getty|getty images|gettyimages|ians|iha|imago|imago "
    "images|interfax|ips|irna|isna|"
    "istock|istockphoto|keystone|kyodo|lapresse|lusa|maxppp|mti|notimex|ntb|pa|pa images|pa media|pa "
    "wire|pap|picture "
    "alliance|picture-alliance|profimedia|pti|reuters|reuters photo|ria novosti|ritzau|ritzau "
    "scanpix|rex|scanpix|"
    "shutterstock|sana|sipa|sipa usa|sputnik|stt|tasnim|tass|tt|tt "
    "nyhetsbyrån|unsplash|pexels|pixabay|upi|wam|"
    "wikimedia commons|xinhua|yonhap|zuma|zuma press|adobe stock|alamy|alamy stock photo|"
    "реутерс|рейтер|тасс|риа новости|интерфакс|рбк|укрінформ|уніан|ايسنا|ايرنا|تسنيم|مهر|فارس|"
    "الأوروبية|الاوروبية|اسوشيتد برس|الاناضول|رويترز|الفرنسية|ا ف ب|ا.ف.ب|د ب ا|";

/* What stands for a source between brackets, or behind the word for a picture; alone these say nothing. */
static const char sources[] =
    "|archive|archives|archiv|archivo|arquivo|archivio|arkiv|arkivbild|bbc|cnn|courtesy|cortesía|divulgação|"
    "reprodução|facebook|file|file "
    "photo|gentileza|handout|illustration|instagram|internet|privat|private|oh|zvg|"
    "pm|dr|d.r|d.r.|screenshot|social "
    "media|supplied|telegram|twitter|vk|wikipedia|youtube|x|архив|архів|الجزيرة|وكالات|ارشيف|ارشيفية|مواقع "
    "التواصل|ارشيو|";

/* Sources that are written small. */
static const char small_sources[] = "|dpa|afp|epa|apa|ddp|imago|alliance|images|reuters|shutterstock|"
                                    "unsplash|pixabay|pexels|privat|private|oh|zvg|pm|"
                                    "archiv|archive|archives|archivo|arquivo|archivio|arkiv|file|courtesy|"
                                    "handout|supplied|screenshot|internet|facebook|"
                                    "instagram|twitter|youtube|архив|архів|";

/* The word for a picture, longest first.  direct: a name may follow at once, without a colon */
static const struct label {
    dm_str text;
    bool direct;
} labels[] = {
#define LABEL(s)                                                                                             \
    {                                                                                                        \
        TEXT(s), false                                                                                       \
    }
#define DIRECT(s)                                                                                            \
    {                                                                                                        \
        TEXT(s), true                                                                                        \
    }
    LABEL("photo d'illustration"),
    LABEL("photo d'archives"),
    LABEL("source photo"),
    LABEL("crédits photos"),
    LABEL("crédits photo"),
    LABEL("crédit photos"),
    LABEL("crédito da foto"),
    LABEL("crédito foto"),
    LABEL("crédit photo"),
    LABEL("crédit image"),
    LABEL("photo courtesy"),
    LABEL("photo credits"),
    LABEL("photo credit"),
    LABEL("picture credit"),
    LABEL("image credits"),
    LABEL("image credit"),
    LABEL("photographs"),
    LABEL("photograph"),
    LABEL("photography"),
    LABEL("file photo"),
    LABEL("illustration"),
    LABEL("bildnachweis"),
    LABEL("bildquelle"),
    LABEL("fotocredit"),
    LABEL("archivfoto"),
    LABEL("archivbild"),
    LABEL("symbolbild"),
    LABEL("symbolfoto"),
    LABEL("arkivfoto"),
    LABEL("arkivbild"),
    LABEL("fotografía"),
    LABEL("fotografia"),
    LABEL("fotografie"),
    LABEL("ilustrační foto"),
    LABEL("автор фото"),
    LABEL("источник фото"),
    LABEL("джерело фото"),
    LABEL("иллюстрация"),
    LABEL("скриншот"),
    LABEL("світлина"),
    LABEL("снимок"),
    LABEL("مصدر الصورة"),
    LABEL("الصورة"),
    LABEL("تصوير"),
    LABEL("صورة"),
    LABEL("عكاس"),
    LABEL("عكس"),
    LABEL("צילום"),
    LABEL("φωτογραφία"),
    LABEL("screenshot"),
    LABEL("immagine"),
    LABEL("imagen"),
    LABEL("imagem"),
    LABEL("pictures"),
    LABEL("picture"),
    LABEL("images"),
    LABEL("image"),
    LABEL("bilder"),
    LABEL("bild"),
    LABEL("beeld"),
    LABEL("grafik"),
    LABEL("görsel"),
    LABEL("crédits"),
    LABEL("crédit"),
    LABEL("créditos"),
    LABEL("crédito"),
    LABEL("credits"),
    LABEL("credit"),
    LABEL("courtesy"),
    LABEL("zdjęcie"),
    LABEL("zdjęcia"),
    LABEL("kuva"),
    LABEL("kép"),
    LABEL("pics"),
    LABEL("pic"),
    LABEL("file"),
    DIRECT("foto's"),
    DIRECT("fotos"),
    DIRECT("photos"),
    DIRECT("photo"),
    DIRECT("fotoğraf"),
    DIRECT("fotó"),
    DIRECT("foto"),
    DIRECT("fot."),
    DIRECT("fot"),
    DIRECT("zdj."),
    DIRECT("фото"),
    DIRECT("ph."),
    DIRECT("ph"),
#undef LABEL
#undef DIRECT
};

/* Between the word and the name; the first ones only where a picture has been made by somebody. */
enum { PLAIN_BY = 3 };
static const dm_str by[] = {TEXT("courtesy of "), TEXT("by "),  TEXT("by: "), TEXT("von "), TEXT("via "),
                            TEXT("di "),          TEXT("de "),  TEXT("da "),  TEXT("av "),  TEXT("af "),
                            TEXT("door "),        TEXT("van "), TEXT("par "), TEXT("por "), TEXT("of ")};

/* Small words of names and credits. */
static const char small_words[] = "|of|the|and|for|via|by|de|del|della|di|da|do|dos|das|du|des|la|le|les|el|"
                                  "al|bin|ibn|abu|van|von|vom|der|den|dem|"
                                  "die|das|für|zur|und|et|y|e|i|och|og|en|w|z|&|-|/|+|\xE2\x80\x93|";

/* In front of these, the word for a picture is a part of a sentence. */
static const char determiners[] = "|das|ein|dem|des|dieses|diesem|kein|zum|vom|im|am|the|a|an|this|that|la|"
                                  "el|una|un|une|le|cette|esta|uma|il|lo|"
                                  "een|het|de|dit|to|na|det|ett|und|and|et|y|e|";

/* ---- what a credit is made of --------------------------------------------------------------- */

enum { CREDIT_MAX = LINE_CREDIT_BYTES };

static dm_str trim_spaces(dm_str s)
{
    while (s.len && *s.ptr == ' ')
        s = text_from(s, 1);
    while (s.len && s.ptr[s.len - 1] == ' ')
        s.len--;
    return s;
}

static bool is_listed(dm_str word, const char *words)
{
    char folded[CREDIT_MAX + 1];
    return word.len && word.len <= CREDIT_MAX && fold_is_one_of((dm_str){folded, fold(word, folded)}, words);
}

/* A capital of Latin, Greek or Cyrillic, or a letter of a script that has none. */
static bool is_capital(dm_str s)
{
    const unsigned char c = (unsigned char)*s.ptr, next = s.len > 1 ? (unsigned char)s.ptr[1] : 0;
    if (c < 0x80)
        return c >= 'A' && c <= 'Z';
    return !(c == 0xC3 && next >= 0x9F) && !(c == 0xD0 && next >= 0xB0) && !(c == 0xD1 && next < 0xA0) &&
           c != 0xC2;
}

static bool is_between_parts(char c)
{
    return c == '/' || c == ',' || c == '|' || c == ';' || c == 0;
}

/* The next part of "Ian Hale/AFP via Getty Images".  rest: set to what follows */
static dm_str next_part(dm_str *rest)
{
    static const dm_str via = TEXT(" via ");
    dm_str s = *rest;
    size_t i = 0, skip = 0;
    for (; i < s.len && !skip; i++)
        skip = is_between_parts(s.ptr[i])                                  ? 1
               : s.ptr[i] == ' ' && text_begins_with(text_from(s, i), via) ? via.len
                                                                           : 0;
    const size_t len = skip ? i - 1 : s.len;
    *rest = skip ? text_from(s, len + skip) : (dm_str){NULL, 0};
    return trim_spaces((dm_str){s.ptr, len});
}

static bool names_agency(dm_str s, const char *more)
{
    enum { SHORT = 2 }; /* in small letters a word of any language */
    while (s.len) {
        const dm_str part = next_part(&s);
        if (part.len && part.len <= SHORT && !is_capital(part))
            continue;
        if (is_listed(part, agencies) || (more && is_listed(part, more)))
            return true;
    }
    return false;
}

struct names {
    size_t words, capitals;
    bool sure; /* all of it may stand in a name */
};

/* Of the words in the lists of small ones. */
enum { SMALL_BYTES = 14, SMALL_WORD_BYTES = 5 };

static bool is_small(char c)
{
    return c >= 'a' && c <= 'z';
}

static char small_letter(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* One for each small letter, and one for all else. */
static uint32_t bit_of_letter(char c)
{
    enum { LETTERS = 26 };
    const unsigned letter = (unsigned char)c - (unsigned)'a';
    return UINT32_C(1) << (letter < LETTERS ? letter : LETTERS);
}

static void learn_small(struct small_ends *ends, const char *words)
{
    enum { LETTERS = 26 };
    for (const char *end; (end = strchr(words + 1, '|')); words = end) {
        const unsigned first = (unsigned char)words[1] - 'a', last = (unsigned char)end[-1] - 'a';
        if (first < LETTERS && last < LETTERS)
            ends->of[first] |= UINT32_C(1) << last;
    }
}

void credit_open(struct small_ends *ends)
{
    memset(ends, 0, sizeof *ends);
    learn_small(ends, small_words);
    learn_small(ends, small_sources);
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (is_small(*labels[i].text.ptr))
            ends->labels[*labels[i].text.ptr - 'a'] |= bit_of_letter(labels[i].text.ptr[1]);
}

/* Whether a word with a capital or a digit, or one that may be a small one, as far as its ends tell. */
static bool may_be_of_name(const struct lines *lines, dm_str word)
{
    const char first = *word.ptr, last = word.ptr[word.len - 1];
    if (!is_small(first) || !is_small(last))
        return true;
    return word.len < SMALL_BYTES && lines->small_ends->of[first - 'a'] >> (last - 'a') & 1;
}

/* Whether a word may stand in a name, or is a source. */
static bool is_of_name(dm_str word)
{
    const char c = *word.ptr;
    return is_capital(word) || c == '@' || (c >= '0' && c <= '9') ||
           (word.len <= SMALL_WORD_BYTES && is_listed(word, small_words)) ||
           (word.len < SMALL_BYTES && is_listed(word, small_sources));
}

/* A sign that stands in no name. */
static bool has_sign(dm_str word)
{
    bool found = false;
    for (size_t i = 0; i < word.len; i++)
        found |= word.ptr[i] == ':' || word.ptr[i] == ';' || word.ptr[i] == '!' || word.ptr[i] == '?' ||
                 word.ptr[i] == '"';
    return found;
}

/* Where there is a word that cannot, the counts are those of the words before. */
static struct names look_at_names(const struct lines *lines, dm_str s)
{
    struct names n = {.sure = s.len > 0 && s.len <= CREDIT_MAX};
    for (size_t i = 0, end; n.sure && i < s.len; i = end + 1) {
        for (end = i; end < s.len && s.ptr[end] != ' ' && s.ptr[end] != '/';)
            end++;
        const dm_str word = {s.ptr + i, end - i};
        if (!word.len)
            continue;
        n.words++;
        n.capitals += is_capital(word);
        n.sure = may_be_of_name(lines, word) && !has_sign(word) && is_of_name(word);
    }
    return n;
}

bool credit_is_names(const struct lines *lines, dm_str s)
{
    enum { WORDS = 8 };
    const struct names n = look_at_names(lines, s);
    return n.sure && n.words <= WORDS && (n.capitals > 0 || names_agency(s, sources));
}

/* ---- credits -------------------------------------------------------------------------------- */

#define LETTER(c) (UINT32_C(1) << ((c) - 'a'))

/* As most texts do not. */
static bool may_begin_label(char c)
{
    static const uint32_t letters = LETTER('p') | LETTER('f') | LETTER('i') | LETTER('b') | LETTER('c') |
                                    LETTER('s') | LETTER('g') | LETTER('a') | LETTER('k') | LETTER('z');
    const int small = c | 0x20;
    return (unsigned char)c >= 0x80 || (small >= 'a' && small <= 'z' && letters >> (small - 'a') & 1);
}

/* Whether its first two letters are those of a word for a picture. */
static bool may_have_label(const struct lines *lines, dm_str s)
{
    const char first = small_letter(*s.ptr), second = s.len > 1 ? small_letter(s.ptr[1]) : 0;
    return may_begin_label(first) &&
           (!is_small(first) || (lines->small_ends->labels[first - 'a'] & bit_of_letter(second)));
}

/* The word for a picture with which it begins.  NULL: none */
static const struct label *find_label(dm_str folded)
{
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        const size_t len = labels[i].text.len;
        if (*labels[i].text.ptr == *folded.ptr && text_begins_with(folded, labels[i].text) &&
            (folded.len == len || strchr(" :/", folded.ptr[len]) ||
             text_begins_with(text_from(folded, len), (dm_str)TEXT("\xC2\xA9"))))
            return &labels[i];
    }
    return NULL;
}

/* "Photo: Ian Hale", "foto Ravelli", "Photo by Ian Hale", in the text as it is and folded, both of one length. */
static bool is_labelled(const struct lines *lines, dm_str s, dm_str folded)
{
    const struct label *const label = find_label(folded);
    if (!label)
        return false;
    size_t at = label->text.len;
    while (at < s.len && s.ptr[at] == ' ')
        at++;
    const bool colon = at < s.len && (s.ptr[at] == ':' || s.ptr[at] == '/');
    bool word = false, plain = false;
    for (at += colon; at < s.len && s.ptr[at] == ' ';)
        at++;
    for (size_t i = 0; !word && i < sizeof by / sizeof *by; i++)
        if ((word = text_begins_with(text_from(folded, at), by[i]))) {
            plain = i < PLAIN_BY;
            at += by[i].len;
        }
    if (text_begins_with(text_from(s, at), (dm_str)TEXT("\xC2\xA9")))
        at += 2;
    const dm_str names = trim_spaces(text_from(s, at));
    if (!credit_is_names(lines, names))
        return false;
    if (colon || names_agency(names, NULL))
        return true;
    const size_t capitals = look_at_names(lines, names).capitals;
    return (label->direct || plain) && (word || *s.ptr != 'P' || capitals > 1) && capitals > 0 &&
           !(*names.ptr >= '0' && *names.ptr <= '9');
}

/* What a text is that stands between brackets or behind a mark. */
static enum strength look_at_credit(const struct lines *lines, dm_str s)
{
    char buffer[CREDIT_MAX + 1];
    s = trim_spaces(s);
    const bool sign = text_begins_with(s, (dm_str)TEXT("\xC2\xA9"));
    if (sign)
        s = trim_spaces(text_from(s, 2));
    if (!s.len || s.len > CREDIT_MAX)
        return NO_CREDIT;
    if (may_have_label(lines, s) && fold(s, buffer) == s.len &&
        is_labelled(lines, s, (dm_str){buffer, s.len}))
        return LABELLED;
    if (sign)
        return credit_is_names(lines, s) ? SIGNED : NO_CREDIT;
    return credit_is_names(lines, s) && names_agency(s, NULL) ? AGENCY : NO_CREDIT;
}

/* ---- where credits stand -------------------------------------------------------------------- */

/* "photo: press office": a word for a picture with a colon, and a few words that send nobody elsewhere. */
static bool is_source_in_words(const struct lines *lines, dm_str s)
{
    enum { WORDS = 4 };
    static const char elsewhere[] = "|see|below|above|left|right|page|none|yes|no|";
    char buffer[CREDIT_MAX + 1];
    s = trim_spaces(s);
    if (!s.len || s.len > CREDIT_MAX || !may_have_label(lines, s) || fold(s, buffer) != s.len)
        return false;
    const dm_str folded = {buffer, s.len};
    const struct label *const label = find_label(folded);
    size_t words = 0;
    if (!label || !label->direct || folded.len == label->text.len || folded.ptr[label->text.len] != ':')
        return false;
    for (size_t at = label->text.len + 1, end; at < folded.len; at = end + 1) {
        const char *const space = memchr(folded.ptr + at, ' ', folded.len - at);
        end = space ? (size_t)(space - folded.ptr) : folded.len;
        const dm_str word = {folded.ptr + at, end - at};
        words += word.len > 0;
        if (fold_is_one_of(word, elsewhere) || (word.len && *word.ptr >= '0' && *word.ptr <= '9'))
            return false;
    }
    return words > 0 && words <= WORDS;
}

static struct credit last_bracket(const struct lines *lines, dm_str s)
{
    const char last = s.len < 3 ? 0 : s.ptr[s.len - 1];
    const char *const open = last == ')'   ? memrchr(s.ptr, '(', s.len)
                             : last == ']' ? memrchr(s.ptr, '[', s.len)
                                           : NULL;
    if (!open)
        return (struct credit){0};
    const dm_str text = {open + 1, (size_t)(s.ptr + s.len - 1 - open - 1)};
    const enum strength strength = look_at_credit(lines, text);
    return (struct credit){.head = trim_spaces((dm_str){s.ptr, (size_t)(open - s.ptr)}),
                           .text = text,
                           .bracket = true,
                           .strength = strength == NO_CREDIT && is_source_in_words(lines, text) ? LABELLED
                                                                                                : strength};
}

/* The sign that ends here lets something else begin: a stop, a stroke, a dash, a closing quote or bracket. */
static bool parts(dm_str head)
{
    const unsigned char c = head.len ? (unsigned char)head.ptr[head.len - 1] : 0;
    if (c < 0x80)
        return c == '.' || c == '|' || c == '/' || c == '-' || c == ')' || c == '!' || c == '?' || c == ']' ||
               c == '"';
    return (head.len >= 3 && (unsigned char)head.ptr[head.len - 3] == 0xE2 &&
            (unsigned char)head.ptr[head.len - 2] == 0x80) ||
           (head.len >= 2 && (unsigned char)head.ptr[head.len - 2] == 0xC2 &&
            (c == 0xBB || c == 0xA9 || c == 0xB7));
}

/* Where the word before `end` begins. */
static size_t word_before(dm_str s, size_t end)
{
    while (end > 0 && s.ptr[end - 1] == ' ')
        end--;
    while (end > 0 && s.ptr[end - 1] != ' ')
        end--;
    return end;
}

/* Pictures that are spoken of: "Best Picture: Anora" */
static const char pictures[] = "|picture|pictures|pic|pics|image|images|imagen|imagem|immagine|illustration|"
                               "file|screenshot|bild|bilder|beeld|grafik|görsel|kuva|kép|";

/* Whether the credit begins with the word for one of these, and names no agency. */
static bool is_of_picture(dm_str s, size_t word_len)
{
    return is_listed((dm_str){s.ptr, word_len}, pictures) && !names_agency(text_from(s, word_len + 1), NULL);
}

/* The word for a picture before a colon, with a capital, and not a part of what is said: "the Photo: ..." */
static struct credit before_colon(const struct lines *lines, dm_str s, size_t colon)
{
    enum { WORDS = 3 };
    size_t begin = colon;
    for (size_t i = 0; i < WORDS && begin > 0; i++) {
        begin = word_before(s, begin);
        const dm_str head = trim_spaces((dm_str){s.ptr, begin});
        const size_t word = word_before(head, head.len);
        if (begin == 0 || memchr(head.ptr, ':', head.len) || !is_capital(text_from(s, begin)) ||
            is_listed(text_from(head, word), determiners))
            continue;
        if (look_at_credit(lines, text_from(s, begin)) == LABELLED &&
            (parts(head) || !is_of_picture(text_from(s, begin), colon - begin)))
            return (struct credit){.head = head, .text = text_from(s, begin), .strength = LABELLED};
    }
    return (struct credit){0};
}

/* Behind the last space or stroke. */
static dm_str last_word(dm_str s)
{
    const char *const space = memrchr(s.ptr, ' ', s.len);
    const dm_str word = text_from(s, space ? (size_t)(space + 1 - s.ptr) : 0);
    const char *const stroke = memrchr(word.ptr, '/', word.len);
    return text_from(word, stroke ? (size_t)(stroke + 1 - word.ptr) : 0);
}

/* The last word may end a credit: a name, or a source, as that of few lines. */
static bool may_end_credit(const struct lines *lines, dm_str s)
{
    const dm_str word = last_word(s);
    return word.len && may_be_of_name(lines, word) && is_of_name(word);
}

/* Behind one of the signs before a space in the end of the line. */
static struct credit last_mark(const struct lines *lines, dm_str s, const struct line *l)
{
    for (uint64_t signs = l->last_signs; signs; signs &= signs - 1) {
        const size_t sign = s.len - 64 + (size_t)__builtin_ctzll(signs);
        const dm_str head = {s.ptr, sign + 1}, text = text_from(s, sign + 2);
        struct credit c = {0};
        const bool colon = s.ptr[sign] == ':';
        if (!colon && !parts(head))
            continue;
        if (!may_end_credit(lines, s))
            return c;
        if (colon)
            c = before_colon(lines, s, sign);
        else
            c = (struct credit){.strength = look_at_credit(lines, text), .head = head, .text = text};
        if (c.strength != NO_CREDIT)
            return c;
    }
    return (struct credit){0};
}

/* A copyright sign, which nobody writes within a sentence. */
static struct credit last_copyright(const struct lines *lines, dm_str s)
{
    const size_t at = s.len > CREDIT_MAX ? s.len - CREDIT_MAX : 0;
    const char *const sign = memmem(s.ptr + at, s.len - at, "\xC2\xA9", 2);
    if (!sign)
        return (struct credit){0};
    const dm_str text = text_from(s, (size_t)(sign - s.ptr));
    return (struct credit){
        .strength = look_at_credit(lines, text), .head = {s.ptr, s.len - text.len}, .text = text};
}

/* Behind these a name is a part of the sentence: "a rumour from AFP/Reuters" */
static const char prepositions[] = "|from|by|of|with|to|at|in|for|and|or|between|";

enum { STROKE_MAX = 30 }; /* bytes behind it and it */

/* "Ian Hale/AFP", where the line says no more than names */
static struct credit last_stroke(dm_str s)
{
    const size_t tail = s.len < STROKE_MAX ? s.len : STROKE_MAX;
    const char *const stroke = memrchr(s.ptr + s.len - tail, '/', tail);
    const size_t name = stroke ? word_before(s, (size_t)(stroke - s.ptr)) : 0;
    const dm_str before = trim_spaces((dm_str){s.ptr, name});
    if (!stroke || is_listed(text_from(before, word_before(before, before.len)), prepositions) ||
        !is_listed(trim_spaces(text_from(s, (size_t)(stroke + 1 - s.ptr))), agencies) ||
        (stroke > s.ptr && !is_capital(text_from(s, name))))
        return (struct credit){0};
    return (struct credit){.strength = SIGNED, .head = {s.ptr, (size_t)(stroke - s.ptr)}, .text = s};
}

/* ---- a line ---------------------------------------------------------------------------------- */

/* "Ian Hale/AFP", "REUTERS/Ian Hale" rather than "Reuters/Ipsos" */
static bool is_person_of_agency(const struct lines *lines, dm_str s)
{
    dm_str part = {NULL, 0};
    bool names = false, strokes = false;
    for (dm_str rest = s; rest.len; strokes |= rest.len > 0) {
        part = next_part(&rest);
        names |= look_at_names(lines, part).words > 1 && !is_listed(part, agencies);
    }
    return strokes && (names || is_listed(part, agencies));
}

/* A bracket in front, or a sign or a word that credits have. */
static bool may_be_credit(const struct lines *lines, dm_str s, const struct line *l)
{
    if (*s.ptr == '(' || *s.ptr == '[')
        return true;
    const dm_str word = last_word(s);
    if (!word.len || !may_be_of_name(lines, word))
        return false; /* as in most lines */
    if (memchr(s.ptr, '/', s.len) || (l->last_signs && memchr(s.ptr, ':', s.len)) ||
        (may_begin_label(*s.ptr) && fold_has_four(s, " by ")))
        return is_of_name(word);
    return is_capital(word) && fold_has_four(s, " via") && memmem(s.ptr, s.len, " via ", 5);
}

bool credit_is_line(const struct lines *lines, dm_str s, const struct line *l)
{
    enum { WORDS = 12 };
    if (l->words > WORDS || l->item || s.len > CREDIT_MAX || !may_be_credit(lines, s, l))
        return false;
    if (*s.ptr == '(' || *s.ptr == '[') {
        const struct credit bracket = last_bracket(lines, s);
        return bracket.bracket && !bracket.head.len && bracket.strength != NO_CREDIT;
    }
    while (s.len && strchr("|/ ", *s.ptr))
        s = text_from(s, 1);
    const enum strength strength = look_at_credit(lines, s);
    if (strength == LABELLED)
        return look_at_names(lines, s).capitals > 2 ||
               names_agency(s, NULL); /* the word for a picture is one of them */
    return strength == AGENCY && !l->stopped && is_person_of_agency(lines, s);
}

/* A bracket at the end, a sign, or a stroke that may be near it: as few lines have. */
static bool may_have_credit(dm_str s, const struct line *l)
{
    const char last = s.len ? s.ptr[s.len - 1] : 0;
    const size_t tail = s.len < STROKE_MAX ? s.len : STROKE_MAX;
    return last == ')' || last == ']' || l->last_signs || l->wide || memrchr(s.ptr + s.len - tail, '/', tail);
}

static struct credit look_for_credit(const struct lines *lines, dm_str s, const struct line *l)
{
    const char last = s.ptr[s.len - 1];
    if (last == ')' || last == ']') {
        const struct credit c = last_bracket(lines, s);
        if (c.bracket)
            return c;
    }
    if (l->last_signs) {
        const struct credit c = last_mark(lines, s, l);
        if (c.strength != NO_CREDIT)
            return c;
    }
    if (l->wide) {
        const struct credit c = last_copyright(lines, s);
        if (c.strength != NO_CREDIT)
            return c;
    }
    return last_stroke(s);
}

struct credit credit_find(const struct lines *lines, dm_str s, const struct line *l)
{
    if (!may_have_credit(s, l))
        return (struct credit){0};
    struct credit c = look_for_credit(lines, s, l);
    if (c.bracket && c.strength == NO_CREDIT && names_agency(c.text, sources))
        c.strength = AGENCY;
    return c;
}

/* ---- between brackets -------------------------------------------------------------------------- */

bool credit_is_plain(const struct credit *c)
{
    enum { LETTERS = 3 };
    return c->bracket && c->text.ptr[-1] == '(' && c->strength == AGENCY &&
           (c->text.len <= LETTERS || is_listed(c->text, sources));
}

bool credit_is_abbreviation(const struct credit *c)
{
    const dm_str head = c->head, name = c->text;
    enum { SMALL_MAX = 3 };
    size_t at = head.len, left = name.len;
    while (at > 0 && left > 0) {
        const size_t end = at;
        at = word_before(head, at);
        const dm_str word = trim_spaces((dm_str){head.ptr + at, end - at});
        if ((head.ptr[at] & 0xDF) == (name.ptr[left - 1] & 0xDF))
            left--;
        else if (!is_small(head.ptr[at]) || word.len > SMALL_MAX)
            return false;
    }
    return left == 0 && name.len > 1;
}

bool credit_is_expansion(const struct credit *c)
{
    const dm_str head = c->head, name = c->text;
    size_t at = head.len;
    while (at > 0 && head.ptr[at - 1] != ' ')
        at--;
    for (size_t i = 0; i < name.len; i++)
        if ((i == 0 || name.ptr[i - 1] == ' ') && (at >= head.len || head.ptr[at++] != name.ptr[i]))
            return false;
    return at == head.len;
}
