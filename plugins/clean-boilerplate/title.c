/* The site's name behind a title, judged by the document: the name stands in the metadata, in a line of the page or in an
 * address; and by its shape: words of papers and broadcasters, domains, names of sections.  A stroke is a sign of it; behind
 * a dash stand parts of headlines as well, and who said what they say: "War is over - Boris Johnson". */
#include "title.h"
#include "fold.h"
#include "judge.h"

#include <string.h>

enum { NAME_MAX = 80, NAME_WORDS = 6 }; /* bytes */

/* ---- words, folded -------------------------------------------------------------------------- */

/* The last word of a site's name: "Velmora Times". */
static const char last_words[] =
    "|news|review|times|herald|post|tribune|journal|gazette|guardian|observer|chronicle|telegraph|courier|"
    "bulletin|"
    "bugle|"
    "clarion|examiner|inquirer|sentinel|ledger|dispatch|advertiser|argus|mirror|mail|independent|weekly|"
    "daily|"
    "magazine|online|newspaper|zeitung|nachrichten|tageblatt|tagblatt|anzeiger|rundschau|kurier|bote|"
    "allgemeine|presse|"
    "merkur|echo|volksblatt|matin|libre|gazetesi|gazete|postasi|haber|haberleri|haberler|ajansi|blog|wiki|"
    "forum|"
    "portal|net|docs|"
    "documentation|newsroom|deník|noviny|listy|zprávy|dagblad|courant|krant|nieuws|nyheter|bladet|tidning|"
    "tidningen|"
    "posten|avisa|avis|today|digital|info|вестник|новости|газета|вести|известия|новини|вісті|правда|курьер|"
    "кур'єр|время|час|";

/* The first one: "Diario La Cumbre", "صحيفة الأفق". */
static const char first_words[] =
    "|diario|correo|eco|periódico|heraldo|noticias|radio|rádio|gazeta|kurier|dziennik|głos|folha|jornal|"
    "gazzetta|"
    "corriere|"
    "giornale|courrier|journal|gazette|agence|agenzia|agencia|telewizja|haber|bbc|cnn|npr|rfi|dw|tvn|tvn24|"
    "rmf|rtl|"
    "ndr|wdr|mdr|swr|ard|zdf|orf|srf|rai|rtve|al-jazeera|новости|вести|известия|газета|журнал|агентство|"
    "портал|"
    "новини|вісті|صحيفة|جريدة|وكالة|موقع|قناة|شبكة|مجلة|روزنامه|خبرگزاري|خبرگزارى|پايگاه|";

/* The end of one: "Skärgårdsbladet". */
static const dm_str endings[] = {TEXT("bladet"),    TEXT("zeitung"),  TEXT("anzeiger"), TEXT("nachrichten"),
                                 TEXT("tageblatt"), TEXT("haber"),    TEXT("news"),     TEXT("posten"),
                                 TEXT("tidningen"), TEXT("nytt"),     TEXT("dagblad"),  TEXT("courant"),
                                 TEXT("kurier"),    TEXT("rundschau")};

static const char sections[] =
    "|news|world|politics|sport|sports|business|culture|opinion|technology|health|science|home|newsroom|blog|"
    "archive|"
    "новости|политика|спорт|мир|общество|экономика|культура|происшествия|новини|політика|світ|суспільство|"
    "noticias|mundo|deportes|economía|política|cultura|sociedad|nachrichten|politik|wirtschaft|kultur|"
    "panorama|"
    "lokales|regional|actualités|monde|politique|économie|société|haberler|haber|gündem|dünya|ekonomi|spor|"
    "اخبار|الاخبار|سياسة|رياضة|اقتصاد|ثقافة|العالم|wiadomości|świat|polityka|gospodarka|kultura|cronaca|"
    "economia|"
    "notizie|esportes|notícias|cotidiano|nieuws|binnenland|buitenland|nyheter|inrikes|utrikes|zprávy|domácí|"
    "regiony|latest|english|";

/* Small words of names. */
static const char small_words[] = "|of|the|and|&|for|de|la|le|les|el|los|las|del|della|dei|delle|di|da|do|"
                                  "dos|das|du|des|der|die|das|dem|den|und|"
                                  "et|y|e|a|i|van|von|vom|zum|am|im|na|w|z|o|os|as|и|в|на|і|";

/* With these no name begins. */
static const char openers[] =
    "|a|an|how|why|what|who|when|where|is|are|my|our|your|his|her|live|in|on|to|from|";

static const char domains[] = "|com|org|net|gov|edu|info|int|news|online|media|press|blog|tv|fm|co|io|me|eu|"
                              "de|at|ch|fr|be|es|it|pl|pt|br|nl|uk|"
                              "ie|ua|ru|by|kz|tr|ir|iq|sa|ae|eg|qa|il|se|no|dk|fi|cz|sk|hu|ro|bg|gr|rs|hr|si|"
                              "lt|lv|ee|ar|mx|cl|pe|uy|ve|in|pk|"
                              "id|my|jp|kr|cn|au|nz|ca|us|za|ng|ke|example|рф|укр|";

/* Not addresses, although they look so. */
static const char no_domains[] = "|asp.net|ado.net|vb.net|ml.net|";

/* ---- names ---------------------------------------------------------------------------------- */

/* The word at `at`, which is set to the next one's beginning.  Empty: there is none */
static dm_str next_word(dm_str s, size_t *at)
{
    while (*at < s.len && s.ptr[*at] == ' ')
        ++*at;
    const size_t begin = *at;
    while (*at < s.len && s.ptr[*at] != ' ')
        ++*at;
    return (dm_str){s.ptr + begin, *at - begin};
}

static size_t words_in(dm_str s)
{
    size_t words = 0;
    for (size_t at = 0; next_word(s, &at).len;)
        words++;
    return words;
}

static bool is_listed(dm_str word, const char *words)
{
    char folded[NAME_MAX + 1];
    return word.len && word.len <= NAME_MAX && fold_is_one_of((dm_str){folded, fold(word, folded)}, words);
}

/* What stands before the capital of "l'Ouest". */
static size_t elision(dm_str word)
{
    static const dm_str signs[] = {TEXT("'"), TEXT("\xE2\x80\x99")};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (word.len > 1 + signs[i].len && !memcmp(word.ptr + 1, signs[i].ptr, signs[i].len))
            return 1 + signs[i].len;
    return 0;
}

/* No small letter of Latin or Cyrillic. */
static bool is_capital(dm_str word)
{
    word = text_from(word, elision(word));
    const unsigned char c = (unsigned char)*word.ptr, next = word.len > 1 ? (unsigned char)word.ptr[1] : 0;
    if (c < 0x80)
        return c >= 'A' && c <= 'Z';
    return !(c == 0xC3 && next >= 0x9F) && !(c == 0xD0 && next >= 0xB0) && !(c == 0xD1 && next < 0xA0);
}

/* "al-Balad": what is behind the article has a capital. */
static bool has_article(dm_str word)
{
    enum { ARTICLE = 3 };
    return word.len > ARTICLE && (!memcmp(word.ptr, "al-", ARTICLE) || !memcmp(word.ptr, "el-", ARTICLE)) &&
           is_capital(text_from(word, ARTICLE));
}

/* Each word has a capital or is a small one, and the first can begin a name. */
static bool is_shaped(dm_str name)
{
    size_t capitals = 0, words = 0;
    dm_str word;
    for (size_t at = 0; (word = next_word(name, &at)).len; words++) {
        const bool capital = is_capital(word) || has_article(word);
        capitals += capital;
        if ((words == 0 && is_listed(word, openers)) ||
            (!capital && !is_listed(word, small_words) && !(words > 0 && is_listed(word, last_words))))
            return false;
    }
    return capitals > 0 && words <= NAME_WORDS && name.len <= NAME_MAX;
}

/* velmora-post.com, ARDEN.GOV */
static bool is_domain(dm_str s)
{
    const char *const stop = memrchr(s.ptr, '.', s.len);
    if (!stop || stop - s.ptr < 2 || memchr(s.ptr, ' ', s.len) || is_listed(s, no_domains))
        return false;
    return is_listed(text_from(s, (size_t)(stop + 1 - s.ptr)), domains);
}

static bool has_ending(dm_str word)
{
    char folded[NAME_MAX + 1];
    const size_t len = word.len <= NAME_MAX ? fold(word, folded) : 0;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (len > endings[i].len && !memcmp(folded + len - endings[i].len, endings[i].ptr, endings[i].len))
            return true;
    return false;
}

/* One word that says what it is by its end: "Dolina24", "Sever-Info". */
static bool is_joined_medium(dm_str word)
{
    enum { LETTERS = 3, HOURS = 2 };
    if (word.len > LETTERS + HOURS && !memcmp(word.ptr + word.len - HOURS, "24", HOURS) &&
        !(word.ptr[word.len - HOURS - 1] >= '0' && word.ptr[word.len - HOURS - 1] <= '9') &&
        !memchr(word.ptr, '-', word.len))
        return true;
    const char *const hyphen = memrchr(word.ptr, '-', word.len);
    return hyphen && hyphen > word.ptr &&
           is_listed(text_from(word, (size_t)(hyphen + 1 - word.ptr)), "|info|news|online|press|media|tv|") &&
           is_capital(text_from(word, (size_t)(hyphen + 1 - word.ptr)));
}

/* Behind its article, if it has one: "La Gazette du Val" */
static dm_str without_article(dm_str name)
{
    size_t at = 0;
    if (!is_listed(next_word(name, &at), "|the|le|la|les|el|los|las|il|") || at + 1 >= name.len)
        return name;
    return text_from(name, at + 1);
}

/* stroke  rather than a dash, behind which words of any text say nothing */
static bool is_medium(dm_str name, bool stroke)
{
    size_t at = 0;
    const dm_str bare = without_article(name), first = next_word(bare, &at);
    dm_str last = first;
    for (dm_str word; (word = next_word(bare, &at)).len;)
        last = word;
    const bool several = last.ptr != name.ptr;
    if (!several && is_joined_medium(first))
        return true;
    const bool says = several && is_listed(last, last_words) &&
                      (stroke || !is_listed(last, "|mirror|mail|today|forum|net|"));
    return is_listed(first, first_words) || says || has_ending(last);
}

static bool is_section(dm_str name)
{
    dm_str word;
    for (size_t at = 0; (word = next_word(name, &at)).len;)
        if (!is_listed(word, sections) && !is_listed(word, small_words))
            return false;
    return name.len > 0 && is_capital(name);
}

/* ---- the document's evidence ---------------------------------------------------------------- */

/* The letters and digits of ASCII, as they stand in addresses. */
static size_t squeeze(dm_str s, char *out)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++)
        if ((s.ptr[i] >= 'a' && s.ptr[i] <= 'z') || (s.ptr[i] >= '0' && s.ptr[i] <= '9'))
            out[n++] = s.ptr[i];
    return n;
}

/* A line of the page, such as that of the copyright; one that names a picture's source or another article is none. */
static bool is_of_page(const struct line *l)
{
    return l->rule != UNDECIDED && l->rule != RULE_CAPTION && l->rule != CLASS_CREDIT &&
           l->rule != CLASS_RELATED && l->rule != CLASS_TAGS && l->rule != RULE_BREADCRUMB;
}

/* A handle or an address: @velmorapost, velmorapost.com */
static bool has_address(dm_str line, dm_str squeezed)
{
    const char *at = line.ptr;
    const char *const end = line.ptr + line.len;
    while ((at = memmem(at, (size_t)(end - at), squeezed.ptr, squeezed.len))) {
        const char *const behind = at + squeezed.len;
        if ((at > line.ptr && at[-1] == '@') || (behind + 1 < end && *behind == '.' && behind[1] != ' '))
            return true;
        at++;
    }
    return false;
}

/* Whether the name stands in a line of the page, or, behind a stroke, in any that is no sentence; or in an address. */
static bool stands_elsewhere(dm_str name, dm_str title, bool stroke, const struct lines *lines)
{
    enum { ADDRESS_MIN = 6 };
    char folded[NAME_MAX + 1], letters[NAME_MAX + 1];
    const size_t len = fold(name, folded);
    if (!len)
        return false; /* as it would stand in every line */
    const dm_str squeezed = {letters, squeeze((dm_str){folded, len}, letters)};
    for (size_t i = 0; i < lines->count; i++) {
        struct line *const l = &lines->items[i];
        const dm_str text = line_text(lines, l);
        if (l->words > LINE_MAX_WORDS || text.ptr == title.ptr)
            continue;
        const bool page = is_of_page(l) || (stroke && !l->sentence);
        if (!page && !memchr(text.ptr, '@', text.len) && (l->sentence || !memchr(text.ptr, '.', text.len)))
            continue;
        const dm_str line = line_fold(lines, l);
        if ((page && memmem(line.ptr, line.len, folded, len)) ||
            (squeezed.len >= ADDRESS_MIN && has_address(line, squeezed)))
            return true;
    }
    return false;
}

static bool is_called(dm_str name, dm_str site)
{
    char a[NAME_MAX + 1], b[NAME_MAX + 1];
    if (!site.len || site.len > NAME_MAX)
        return false;
    const size_t len = fold(name, a);
    return fold(site, b) == len && !memcmp(a, b, len);
}

/* ---- suffixes ------------------------------------------------------------------------------- */

struct mark {
    size_t begin, end;
    bool stroke; /* rather than a dash */
};

static bool is_alphanumeric(char c)
{
    return (unsigned char)((c | 0x20) - 'a') < 26 || text_is_digit(c);
}

/* The last mark before `end`, with the spaces around it.  begin SIZE_MAX: there is none */
static struct mark last_mark(dm_str title, size_t end)
{
    static const struct {
        dm_str text;
        bool stroke;
    } marks[] = {{TEXT(" | "), true},
                 {TEXT(" \xC2\xBB "), true},
                 {TEXT(" \xC2\xAB "), true},
                 {TEXT(" :: "), true},
                 {TEXT(" \xE2\x80\xA2 "), true},
                 {TEXT(" \xC2\xB7 "), true},
                 {TEXT(" \xE2\x80\x93 "), false},
                 {TEXT(" \xE2\x80\x94 "), false},
                 {TEXT(" - "), false},
                 {TEXT(" / "), false}};
    for (size_t i = end; i-- > 1;) {
        const dm_str rest = {title.ptr + i, end - i};
        if (*rest.ptr != ' ' || rest.len < 2 || is_alphanumeric(rest.ptr[1]))
            continue;
        for (size_t k = 0; k < sizeof marks / sizeof *marks; k++)
            if (rest.len > marks[k].text.len && !memcmp(rest.ptr, marks[k].text.ptr, marks[k].text.len))
                return (struct mark){i, i + marks[k].text.len, marks[k].stroke};
    }
    return (struct mark){.begin = SIZE_MAX};
}

/* One of « and » alone: two are a quotation. */
static bool is_quoting(dm_str title)
{
    return memmem(title.ptr, title.len, "\xC2\xAB", 2) && memmem(title.ptr, title.len, "\xC2\xBB", 2);
}

enum sureness { NO_SITE, BY_SHAPE, BY_EVIDENCE };

static size_t letters_of_ascii(dm_str s)
{
    size_t letters = 0;
    for (size_t i = 0; i < s.len; i++)
        letters += (unsigned char)((s.ptr[i] | 0x20) - 'a') < 26;
    return letters;
}

/* "Museum returns icons | Северный край": the headline was translated, and the name was not. */
static bool is_of_another_script(dm_str name, dm_str head)
{
    enum { LETTERS = 12 };
    return (unsigned char)*name.ptr >= 0xCD && letters_of_ascii(name) == 0 &&
           letters_of_ascii(head) >= LETTERS && words_in(name) <= NAME_WORDS;
}

static enum sureness look_at_name(dm_str name, dm_str title, size_t begin, bool stroke, dm_str site,
                                  const struct lines *lines)
{
    if (!name.len || name.len > NAME_MAX)
        return NO_SITE;
    if (is_domain(name) || is_called(name, site))
        return BY_EVIDENCE;
    const dm_str head = {title.ptr, begin};
    if (stroke && is_of_another_script(name, head))
        return BY_SHAPE;
    if (!is_shaped(name))
        return NO_SITE;
    if (is_medium(name, stroke) || stands_elsewhere(name, title, stroke, lines))
        return BY_EVIDENCE;
    if (is_section(name))
        return BY_SHAPE; /* "El Salvador" and "The Beatles" may be what the article is about */
    return stroke && words_in(name) <= words_in(head) ? BY_SHAPE : NO_SITE;
}

/* The name may have what the site is for behind it: "Halych Herald: news of the region". */
static enum sureness look_at_part(dm_str part, dm_str title, size_t begin, bool stroke, dm_str site,
                                  const struct lines *lines)
{
    const enum sureness whole = look_at_name(part, title, begin, stroke, site, lines);
    const char *const colon = memmem(part.ptr, part.len, ": ", 2);
    if (whole != NO_SITE || !colon)
        return whole;
    const dm_str name = {part.ptr, (size_t)(colon - part.ptr)};
    const enum sureness sure = look_at_name(name, title, begin, stroke, site, lines);
    return stroke && sure == BY_EVIDENCE ? sure : NO_SITE;
}

static bool is_same(dm_str a, dm_str b)
{
    return a.len == b.len && !memcmp(a.ptr, b.ptr, a.len);
}

/* What may be a site's name behind a headline, rather than the rest of it: "Paris - a guide", "Bayern Munich - Real 2-1". */
static bool may_be_site(dm_str part)
{
    size_t at = 0;
    bool digit = false;
    for (size_t i = 0; i < part.len; i++)
        digit |= part.ptr[i] >= '0' && part.ptr[i] <= '9';
    return part.len > 0 && part.len <= NAME_MAX && words_in(part) <= NAME_WORDS && !digit &&
           is_capital(part) && !is_listed(next_word(part, &at), "|a|an|the|");
}

/* Whether the page shows the headline below its title, without what is behind it, which is no line of the text: "War is
 * over today - The Quay", "War is over today". */
static bool is_headline(dm_str head, dm_str part, const struct lines *lines)
{
    enum { NEAR = 12, WORDS = 4 };
    bool found = false;
    if (!may_be_site(part) || words_in(head) < WORDS)
        return false;
    for (size_t i = 1; i < lines->count && i <= NEAR && !found; i++) {
        const dm_str line = line_text(lines, &lines->items[i]);
        found = is_same(line, head);
        if (is_same(line, part))
            return false;
    }
    return found;
}

size_t title_end(dm_str title, dm_str site, const struct lines *lines, double *confidence)
{
    enum { TITLE_WORDS = 3, TITLE_WORDS_MIN = 2 };
    size_t end = title.len;
    bool skipped = false; /* what is behind the name: "Velmora Times - all that is new" */
    for (size_t next = title.len;;) {
        const struct mark m = last_mark(title, next);
        if (m.begin == SIZE_MAX || ((unsigned char)title.ptr[m.begin + 1] == 0xC2 && is_quoting(title)))
            return end;
        const dm_str part = {title.ptr + m.end, next - m.end};
        const bool headline = is_headline((dm_str){title.ptr, m.begin}, part, lines);
        const enum sureness sure =
            headline ? BY_EVIDENCE : look_at_part(part, title, m.begin, m.stroke, site, lines);
        const size_t words = words_in((dm_str){title.ptr, m.begin});
        if (sure == NO_SITE || (skipped && sure != BY_EVIDENCE) ||
            words < (sure == BY_EVIDENCE ? TITLE_WORDS_MIN : TITLE_WORDS)) {
            if (skipped)
                return end;
            /* What is behind names, too, which would be the last part when the title is cleaned again. */
            skipped = true;
        } else {
            end = m.begin;
            skipped = false;
            *confidence = m.stroke ? 0.95 : 0.85;
        }
        next = m.begin;
    }
}
