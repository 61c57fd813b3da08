#include "judge.h"
#include "caption.h"
#include "credit.h"
#include "fold.h"
#include "shapes.h"

#include <string.h>

static void decide(struct line *l, int16_t rule, double confidence, const char *evidence)
{
    if (l->rule != UNDECIDED || l->code)
        return;
    l->rule = rule;
    l->confidence = confidence;
    l->evidence = evidence;
}

/* ---- phrases -------------------------------------------------------------------------------- */

/* Bytes before the first `*`. */
static size_t bytes_before_star(dm_str phrase)
{
    const char *const star = memchr(phrase.ptr, '*', phrase.len);
    return star ? (size_t)(star - phrase.ptr) : phrase.len;
}

/* A colon, a dash or a stroke, behind which a title stands rather than the rest of a sentence. */
static bool has_break(dm_str s)
{
    return memchr(s.ptr, ':', s.len) || memchr(s.ptr, '|', s.len) || memmem(s.ptr, s.len, " -", 2) ||
           memchr(s.ptr, '>', s.len);
}

/* A sentence that only begins as a phrase does: "Photo: we went there, and it was closed."  A phrase that begins with
 * several words of its own, "If you find an error*", is enough; not so "Read more about *", behind which sentences go on. */
static bool is_prose(const struct line *l, const struct folded_phrase *p)
{
    enum { WORDS = 9, WORDS_RELATED = 13, SURE_BYTES = 16 };
    const size_t fixed = bytes_before_star(p->text);
    if (fixed == p->text.len || !l->stopped)
        return false;
    switch (p->class) {
    case CLASS_COMMENTS:
    case CLASS_NEWSLETTER:
    case CLASS_COOKIES:
    case CLASS_COPYRIGHT:
        return false; /* whose notices are sentences */
    case CLASS_RELATED:
    case CLASS_RELATED_HEADING:
        return l->words >= WORDS_RELATED && !has_break((dm_str){p->text.ptr, fixed});
    case CLASS_CREDIT:
        return l->words >= WORDS;
    default:
        return l->words >= WORDS && (p->weak || fixed < SURE_BYTES);
    }
}

/* What looks like a phrase and is said of what comes, `Contact:`, or a name of code: `    image: base`, `x:` */
static bool is_label(const struct lines *lines, const struct line *l, const struct folded_phrase *p)
{
    const dm_str text = lines->text;
    const char first = text.ptr[l->at.begin], last = text.ptr[l->at.end - 1];
    const bool small = first >= 'a' && first <= 'z';
    if (p->class == CLASS_CREDIT)
        return small && l->at.begin > 0 && text.ptr[l->at.begin - 1] == ' ';
    return p->weak && ((p->class == CLASS_INTERFACE && last == ':') || (small && l->folded.len == 1));
}

static const struct folded_phrase *find_phrase(const struct phrases *phrases, const struct lines *lines,
                                               struct line *l)
{
    if (l->words > LINE_MAX_WORDS || !phrases_may_find(phrases, line_text(lines, l)))
        return NULL;
    return phrases_find(phrases, line_fold(lines, l));
}

/* "More from *", "Most read *": sub-headings of an article begin so too. */
static bool is_open_heading(const struct folded_phrase *p)
{
    enum { SURE_BYTES = 16 };
    const size_t fixed = bytes_before_star(p->text);
    return p->class == CLASS_RELATED_HEADING && fixed < p->text.len && fixed < SURE_BYTES;
}

/* What somebody says begins with such a word, and seldom a name or a source: "Photo: press office of the port". */
static bool begins_with_article(dm_str s)
{
    enum { LONGEST = 8 };
    char folded[LONGEST + 1];
    while (s.len && *s.ptr == ' ')
        s = (dm_str){s.ptr + 1, s.len - 1};
    const dm_str word = text_first_word(s);
    return word.len > 0 && word.len <= LONGEST &&
           fold_is_one_of((dm_str){folded, fold(word, folded)},
                          "|the|a|an|this|that|how|why|what|die|der|das|ein|eine|le|la|les|un|une|el|los|las|"
                          "una|il|lo|gli|i|o|os|as|um|uma|у|в|на|");
}

/* "Photo: the whale came back": behind the plain word for a picture and a colon something is said. */
static bool is_said_of_picture(const struct lines *lines, dm_str line, const struct folded_phrase *p)
{
    const char *const colon = memchr(p->text.ptr, ':', p->text.len), *const said =
                                                                         memrchr(line.ptr, ':', line.len);
    if (p->class != CLASS_CREDIT || bytes_before_star(p->text) == p->text.len || !colon || !said)
        return false;
    size_t len = (size_t)(colon - p->text.ptr);
    len -= len > 0 && colon[-1] == ' ';
    const dm_str behind = {said + 1, (size_t)(line.ptr + line.len - said - 1)};
    return fold_is_one_of((dm_str){p->text.ptr, len},
                          "|photo|photos|foto|fotos|image|images|picture|pictures|"
                          "bild|bilder|illustration|fotografie|obrázek|ilustrace|"
                          "imagen|imagem|immagine|imágenes|фото|") &&
           begins_with_article(behind) && !credit_is_names(lines, behind);
}

static void judge_phrase(const struct phrases *phrases, const struct lines *lines, struct line *l)
{
    const struct folded_phrase *const p = find_phrase(phrases, lines, l);
    if (!p || is_prose(l, p) || is_label(lines, l, p))
        return;
    const int16_t rule = p->class == CLASS_RELATED_HEADING ? CLASS_RELATED : (int16_t)p->class;
    if (p->weak || is_open_heading(p) || is_said_of_picture(lines, line_text(lines, l), p))
        l->weak = rule;
    else
        decide(l, rule, 1, NULL);
}

/* A headline, as it stands in a list of them. */
static bool is_listed_title(const struct lines *lines, const struct line *l, uint32_t words_min)
{
    enum { WORDS_MAX = 20 };
    const bool asks = l->stopped && lines->text.ptr[l->at.end - 1] == '?';
    const bool leads = lines->text.ptr[l->at.end - 1] == ':';
    return (!l->stopped || asks) && !leads && !l->code && l->words >= words_min && l->words <= WORDS_MAX;
}

/* Whether two headlines and more stand below, which are no items of the article's own list. */
static bool leads_to_titles(const struct lines *lines, size_t i)
{
    enum { TITLES = 2, WORDS_MIN = 4 };
    for (size_t k = 1; k <= TITLES; k++) {
        const struct line *const l = i + k < lines->count ? &lines->items[i + k] : NULL;
        if (!l || l->rule != UNDECIDED || l->weak != UNDECIDED || l->item ||
            !is_listed_title(lines, l, WORDS_MIN))
            return false;
    }
    return true;
}

/* "More plum recipes", "Most read in Velmora": in no list, and a page's by its words. */
static bool begins_as_heading(dm_str folded)
{
    const dm_str first = text_first_word(folded);
    return first.len &&
           fold_is_one_of(first,
                          "|more|most|related|recommended|popular|trending|latest|other|further|also|top|"
                          "similar|recent|featured|you|read|");
}

/* Whether the line above the heading goes, or the one below its list. */
static bool is_list_beside_page(const struct lines *lines, size_t heading)
{
    enum { MOST = 10 };
    size_t k = heading + 1;
    while (k < lines->count && k <= heading + MOST && lines->items[k].rule == UNDECIDED &&
           is_listed_title(lines, &lines->items[k], 1))
        k++;
    return (heading > 0 && lines->items[heading - 1].rule != UNDECIDED) ||
           (k < lines->count && lines->items[k].rule != UNDECIDED);
}

/* end  of the article: within it a heading that stands in articles too needs company */
static bool is_heading_of_list(const struct phrases *phrases, const struct lines *lines, size_t i, size_t end)
{
    enum { WORDS = 8 };
    struct line *const l = &lines->items[i];
    if (l->words > WORDS || l->item)
        return false;
    const bool words = l->rule == RULE_WORDS || (l->rule == UNDECIDED && l->weak == RULE_WORDS);
    if (words && l->weak != CLASS_RELATED)
        return begins_as_heading(line_fold(lines, l)) && leads_to_titles(lines, i);
    if (l->rule != CLASS_RELATED && ((l->rule != UNDECIDED && !words) || l->weak != CLASS_RELATED))
        return false;
    const struct folded_phrase *const p = find_phrase(phrases, lines, l);
    if (!p || p->class != CLASS_RELATED_HEADING)
        return false;
    if (l->rule == CLASS_RELATED)
        return true;
    return (!p->weak || leads_to_titles(lines, i)) && (i >= end || is_list_beside_page(lines, i));
}

/* A short line above a sentence is the heading of what comes, and not the last of a list. */
static bool is_subheading(const struct lines *lines, size_t i)
{
    enum { WORDS = 5 };
    return lines->items[i].words <= WORDS && i + 1 < lines->count && lines->items[i + 1].sentence;
}

/* Titles below "Related stories": lines without a stop, up to the next sentence or another line of the page. */
static void judge_list(struct lines *lines, size_t heading)
{
    enum { MOST = 10, WORDS_MIN = 3 };
    decide(&lines->items[heading], CLASS_RELATED, 0.8, "above a list of titles");
    for (size_t i = heading + 1; i < lines->count && i <= heading + MOST; i++) {
        struct line *const l = &lines->items[i];
        if (l->rule != UNDECIDED && i > heading + 1)
            return;
        if (l->rule != UNDECIDED)
            continue;
        if (!is_listed_title(lines, l, WORDS_MIN) || is_subheading(lines, i))
            return;
        decide(l, CLASS_RELATED, 0.8, "below a heading of related articles");
    }
}

/* ---- words ---------------------------------------------------------------------------------- */

/* A quotation, as it stands in a dialogue. */
static bool is_quoted(dm_str s)
{
    return s.len >= 3 && (*s.ptr == '"' || *s.ptr == '\'' || !memcmp(s.ptr, "\xE2\x80\x9C", 3) ||
                          !memcmp(s.ptr, "\xE2\x80\x98", 3) || !memcmp(s.ptr, "\xE2\x80\x9E", 3) ||
                          !memcmp(s.ptr, "\xC2\xAB", 2));
}

static bool has_quotation(dm_str s)
{
    return memchr(s.ptr, '"', s.len) || memmem(s.ptr, s.len, "\xE2\x80\x9C", 3);
}

static bool has_code_sign(dm_str s)
{
    bool found = false;
    for (size_t i = 0; i < s.len; i++) {
        const char c = s.ptr[i];
        found |= c == '{' || c == '}' || c == '$' || c == '\\' || c == '=' || c == ';' || c == '`';
    }
    return found;
}

/* A row of a table, between strokes. */
static bool is_row(dm_str s)
{
    return s.len > 2 && *s.ptr == '|' && s.ptr[s.len - 1] == '|';
}

static bool begins_with_by(dm_str s)
{
    return s.len > 3 && (s.ptr[0] | 0x20) == 'b' && (s.ptr[1] | 0x20) == 'y' && s.ptr[2] == ' ';
}

/* A sentence that nobody takes for the page's. */
static bool is_of_article(const struct line *l)
{
    return l->sentence && l->rule == UNDECIDED && l->weak == UNDECIDED;
}

/* Behind its last sentence.  0: there is none */
static size_t article_end(const struct lines *lines)
{
    size_t end = lines->sentences_end;
    while (end > 0 && !is_of_article(&lines->items[end - 1]))
        end--;
    return end;
}

/* Where the article begins and ends, as far as the lines before words are weighed tell. */
struct article {
    size_t first, last; /* sentences; first SIZE_MAX: there is none */
};

static struct article find_article(const struct lines *lines)
{
    const size_t end = article_end(lines);
    size_t first = 0;
    while (first < end && !is_of_article(&lines->items[first]))
        first++;
    return end ? (struct article){first, end - 1} : (struct article){SIZE_MAX, 0};
}

static bool is_suspected(const struct line *l)
{
    return l->rule != UNDECIDED || l->weak != UNDECIDED;
}

/* Whether a line has company that is not the article's: those beside it, and the ends of a text. */
static bool may_have_company(const struct lines *lines, size_t i)
{
    enum { EDGE = 4 };
    const struct line *const before = &lines->items[i - 1], *const after = before + 2;
    return i + EDGE >= lines->count || is_suspected(before) || is_suspected(after);
}

/* What the words of a line may be asked about.  Sentences are only where a page has its own; within the article both ends
 * of a line have to be a page's. */
static bool may_weigh(const struct word_weights *words, const struct lines *lines, size_t i,
                      const struct article *a)
{
    enum { WORDS_ALONE = 3 };
    const struct line *const l = &lines->items[i];
    if (l->words > LINE_MAX_WORDS || l->rule != UNDECIDED || l->code || l->item || l->weighed)
        return false;
    const bool company = may_have_company(lines, i);
    const bool within = !company && i > a->first && i < a->last;
    if (!company && (l->sentence || (within && l->words < WORDS_ALONE)))
        return false;
    return words_may_weigh(words, line_text(lines, l), l->words, l->sentence, within);
}

/* What no words make a page's line; but for code, which takes longer to see than what the words weigh. */
static bool is_surely_of_article(const struct lines *lines, const struct line *l)
{
    const dm_str s = line_text(lines, l);
    return is_quoted(s) || (l->sentence && has_quotation(s)) || is_row(s) || begins_with_by(s);
}

/* The same line between paragraphs, three times and more in a text: the foot of a page.  A table's cells have short ones
 * beside them. */
static bool is_repeated(const struct lines *lines, const struct line *l)
{
    enum { TIMES = 3, WITHIN = 400 };
    const dm_str s = line_text(lines, l);
    const size_t at = (size_t)(l - lines->items), from = at < WITHIN ? 0 : at - WITHIN;
    size_t times = 0;
    if (at == 0 || !lines->items[at - 1].sentence ||
        (at + 1 < lines->count && !lines->items[at + 1].sentence))
        return false;
    for (size_t i = from; i < lines->count && i < at + WITHIN && times < TIMES; i++) {
        const dm_str other = line_text(lines, &lines->items[i]);
        times += other.len == s.len && !memcmp(other.ptr, s.ptr, s.len);
    }
    return times == TIMES;
}

/* What the words of a line weigh, and that it stands there again and again.  A line that says when is an article's, unless
 * its words are very sure; an address alone says nothing, as the article's people have one, too. */
static int weigh(const struct word_weights *words, const struct lines *lines, const struct line *l,
                 struct words_sum *sum)
{
    enum { REPEATED_FROM = 10, REPEATED = 30, REPEATED_WORDS = 2, WORDS_MAX = 8, DATED = -30 };
    const dm_str s = line_text(lines, l);
    if (l->words == 1 && memchr(s.ptr, '@', s.len))
        return 0;
    int weight = words_weigh(words, lines, l, sum);
    if (weight >= REPEATED_FROM && l->words >= REPEATED_WORDS && l->words <= WORDS_MAX &&
        is_repeated(lines, l))
        weight += REPEATED;
    if (weight > 0 && l->digits && shape_has_date(s))
        weight += DATED;
    return weight;
}

/* What is surely a page's by its words goes; what only may be one goes in company.  return  whether it is either */
static bool judge_words_of(const struct word_weights *words, const struct lines *lines, struct line *l)
{
    enum { ALONE = 38, IN_COMPANY = 14, SENTENCE_IN_COMPANY = 30, ALONE_WORDS = 3 };
    struct words_sum sum;
    l->weighed = true;
    if (is_surely_of_article(lines, l))
        return false;
    const int weight = weigh(words, lines, l, &sum);
    if (weight < (l->sentence ? SENTENCE_IN_COMPANY : IN_COMPANY) || has_code_sign(line_text(lines, l)))
        return false;
    l->evidence = words_evidence(lines->task, &sum);
    if (weight >= ALONE && l->words >= ALONE_WORDS)
        decide(l, RULE_WORDS, 0.8, l->evidence);
    else if (l->weak == UNDECIDED)
        l->weak = RULE_WORDS;
    return true;
}

/* A line that may be the title, as all before it go, stays.  Once more from the end, for those above one that goes.
 * return  whether any was found */
static bool judge_words(const struct word_weights *words, struct lines *lines)
{
    const struct article article = find_article(lines);
    size_t title = 0;
    while (title < lines->count && lines->items[title].rule != UNDECIDED)
        title++;
    bool found = false;
    for (size_t i = title + 1; i < lines->count; i++)
        if (may_weigh(words, lines, i, &article))
            found |= judge_words_of(words, lines, &lines->items[i]);
    for (size_t i = lines->count; i-- > title + 1;)
        if (i + 1 < lines->count && is_suspected(&lines->items[i + 1]) &&
            may_weigh(words, lines, i, &article))
            found |= judge_words_of(words, lines, &lines->items[i]);
    return found;
}

/* ---- company -------------------------------------------------------------------------------- */

/* Items of a list go in a row only: a list of names may have one that is a button elsewhere. */
static bool goes_in_company(const struct line *l)
{
    return l->weak != UNDECIDED && !l->item;
}

/* The words that tell are better evidence than what stands beside them. */
static void decide_in_company(struct line *l, double confidence, const char *why)
{
    decide(l, l->weak, confidence, l->weak == RULE_WORDS && l->evidence ? l->evidence : why);
}

/* Weak lines beside one that goes, go too. */
static void spread(struct lines *lines)
{
    for (size_t i = 1; i < lines->count; i++)
        if (goes_in_company(&lines->items[i]) && lines->items[i - 1].rule != UNDECIDED)
            decide_in_company(&lines->items[i], 0.9, "beside other lines of the page");
    for (size_t i = lines->count; i-- > 1;)
        if (goes_in_company(&lines->items[i - 1]) && lines->items[i].rule != UNDECIDED)
            decide_in_company(&lines->items[i - 1], 0.9, "beside other lines of the page");
}

/* Three and more in a row, of which one is in a list of phrases: cells of a table may have a page's words. */
static void judge_rows(struct lines *lines)
{
    enum { ROW = 3 };
    for (size_t i = 0, from; i < lines->count; i++) {
        bool known = false;
        for (from = i; i < lines->count; i++) {
            const struct line *const l = &lines->items[i];
            if (l->weak == UNDECIDED && l->rule == UNDECIDED)
                break;
            known |= l->rule != UNDECIDED || l->weak != RULE_WORDS;
        }
        for (size_t k = from; known && i - from >= ROW && k < i; k++)
            if (lines->items[k].weak != UNDECIDED)
                decide_in_company(&lines->items[k], 0.9, "in a row of such lines");
    }
}

/* Whether only its words, which are not sure, speak against it. */
static bool may_be_standfirst(const struct line *l)
{
    enum { WORDS = 6 };
    return l->weak == RULE_WORDS && l->words >= WORDS;
}

/* Before the first sentence, but for the title, and behind the last one. */
static void judge_edges(struct lines *lines)
{
    size_t first = 0;
    const size_t last = article_end(lines);
    while (first < last && !is_of_article(&lines->items[first]))
        first++;
    if (last == 0)
        return; /* no article here */
    for (size_t i = 1; i < lines->count; i++)
        if ((i >= last || (i < first && !may_be_standfirst(&lines->items[i]))) &&
            goes_in_company(&lines->items[i]))
            decide_in_company(&lines->items[i], 0.8, "before or behind the article");
}

static bool follows_blank_line(const struct lines *lines, size_t i)
{
    const char *const from = lines->text.ptr + lines->items[i - 1].at.end;
    const char *const to = lines->text.ptr + lines->items[i].at.begin;
    const char *const first = memchr(from, '\n', (size_t)(to - from));
    return first && memchr(first + 1, '\n', (size_t)(to - first - 1));
}

/* A list, a poem, an address: lines from `i` on that nobody takes for the page's, without a blank line between them. */
static bool is_in_block(const struct lines *lines, size_t i)
{
    enum { BLOCK = 3 };
    size_t n = 1;
    while (n < BLOCK && i + n < lines->count && lines->items[i + n].rule == UNDECIDED &&
           !follows_blank_line(lines, i + n))
        n++;
    return n == BLOCK;
}

/* Below these the article goes on: below what advertises, and what prints a recipe. */
static bool leads_to_article(const struct lines *lines, struct line *l)
{
    static const dm_str words[] = {TEXT("print"),  TEXT("recipe"),  TEXT("druck"),   TEXT("rezept"),
                                   TEXT("imprim"), TEXT("recette"), TEXT("receta"),  TEXT("receita"),
                                   TEXT("stampa"), TEXT("ricetta"), TEXT("przepis"), TEXT("recept")};
    if (l->rule == CLASS_ADVERTISEMENT)
        return true;
    const dm_str s = line_fold(lines, l);
    bool found = false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        found |= memmem(s.ptr, s.len, words[i].ptr, words[i].len) != NULL;
    return found;
}

/* A few words without a stop, which are no item of a list and no amount. */
static bool is_like_tail(const struct lines *lines, const struct line *l)
{
    enum { WORDS = 6 };
    const char first = lines->text.ptr[l->at.begin];
    return l->rule == UNDECIDED && !l->stopped && !l->item && l->words <= WORDS &&
           !(first >= '0' && first <= '9');
}

/* Whether a short line goes as the one above it does.
 * taken  so many went only for this, in a row, the last being the line above */
static bool leads_to_tail(const struct lines *lines, size_t i, size_t taken)
{
    enum { MOST = 4 };
    struct line *const before = &lines->items[i - 1];
    if (taken)
        return taken < MOST && !follows_blank_line(lines, i);
    return before->rule != UNDECIDED && before->rule != RULE_WORDS && !leads_to_article(lines, before);
}

/* Behind the last sentence, short lines below one that goes: what a page has there has more words than any list.  Those
 * that went only for this lead on to no other paragraph. */
static void judge_tail(struct lines *lines)
{
    const size_t last = article_end(lines);
    size_t taken = 0; /* in a row, above the line */
    for (size_t i = last + 1; last > 0 && i < lines->count; i++) {
        struct line *const l = &lines->items[i];
        if (is_like_tail(lines, l) && (taken || !is_in_block(lines, i)) && leads_to_tail(lines, i, taken)) {
            decide(l, CLASS_INTERFACE, 0.6, "behind the article, below lines of the page");
            taken += l->rule != UNDECIDED;
        } else if (taken && l->rule == UNDECIDED) {
            return;
        } else {
            taken = 0;
        }
    }
}

/* ---- lines by their shape ------------------------------------------------------------------- */

static char small_letter(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* What sites call their first page. */
static const dm_str homes[] = {TEXT("home"),
                               TEXT("homepage"),
                               TEXT("startseite"),
                               TEXT("inicio"),
                               TEXT("portada"),
                               TEXT("accueil"),
                               TEXT("главная"),
                               TEXT("ana sayfa"),
                               TEXT("anasayfa"),
                               TEXT("الرئيسية"),
                               TEXT("صفحه اصلي"),
                               TEXT("خانه"),
                               TEXT("página principal"),
                               TEXT("main page"),
                               TEXT("front page"),
                               TEXT("начало"),
                               TEXT("hjem"),
                               TEXT("hem"),
                               TEXT("strona główna"),
                               TEXT("domů"),
                               TEXT("головна")};
enum { HOMES = sizeof homes / sizeof *homes };

/* Whether the first two of its bytes, which there are, are letters of ASCII with which no home begins. */
static bool begins_otherwise(const char *line)
{
    const char first = small_letter(line[0]), second = small_letter(line[1]);
    bool known = first < 'a' || first > 'z' || second < 'a' || second > 'z';
    for (size_t i = 0; i < HOMES; i++)
        known |= homes[i].ptr[0] == first && homes[i].ptr[1] == second;
    return !known;
}

/* "Home / World": the first part is the site's first page. */
static bool is_path_from_home(const struct lines *lines, struct line *l)
{
    static const dm_str marks[] = {TEXT(" > "), TEXT(" / "),  TEXT(" \xC2\xBB "),    TEXT(" \xE2\x80\xBA "),
                                   TEXT(" | "), TEXT(" >> "), TEXT(" \xE2\x86\x92 ")};
    if (!l->marked || l->at.end - l->at.begin < 2 || begins_otherwise(lines->text.ptr + l->at.begin))
        return false; /* as most lines begin */
    const dm_str s = line_fold(lines, l);
    for (size_t i = 0; i < HOMES; i++) {
        if (!text_begins_with(s, homes[i]))
            continue;
        const dm_str rest = {s.ptr + homes[i].len, s.len - homes[i].len};
        for (size_t k = 0; k < sizeof marks / sizeof *marks; k++)
            if (text_begins_with(rest, marks[k]))
                return true;
    }
    return false;
}

static size_t count_path_marks(dm_str s)
{
    size_t marks = 0;
    for (size_t i = 1; i + 1 < s.len; i++) {
        const unsigned char c = (unsigned char)s.ptr[i];
        if (c == '>')
            marks += s.ptr[i - 1] == ' ' && s.ptr[i + 1] == ' ';
        else if (c >= 0x80 && i + 2 < s.len)
            marks += !memcmp(s.ptr + i, "\xC2\xBB ", 3) || !memcmp(s.ptr + i, "\xE2\x80\xBA", 3);
    }
    return marks;
}

/* "Home > News > World": short parts, two and more marks between them. */
static bool is_breadcrumb(const struct lines *lines, struct line *l)
{
    const dm_str s = line_text(lines, l);
    enum { WORDS = 14 };
    size_t marks = 0;
    if (l->words > WORDS || l->stopped || !l->marked)
        return false;
    if (l->wide || memchr(s.ptr, '>', s.len))
        marks = count_path_marks(s);
    return marks >= 2 || is_path_from_home(lines, l);
}

static bool is_plain_word(dm_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!((s.ptr[i] >= 'a' && s.ptr[i] <= 'z') || s.ptr[i] == ' '))
            return false;
    return s.len > 0;
}

/* A few small words alone between two paragraphs: what an advertisement's picture was called. */
static bool is_ad_line(const struct lines *lines, size_t i)
{
    enum { WORDS = 4, LETTERS = 5 };
    const struct line *const l = &lines->items[i];
    const dm_str s = line_text(lines, l);
    if (l->words > WORDS || i == 0 || i + 1 == lines->count || s.len < LETTERS || !is_plain_word(s))
        return false;
    return lines->items[i - 1].sentence && lines->items[i + 1].sentence;
}

/* Most lines that have one begin with a digit or a sign, or have a stroke in them, or the word "page". */
static bool may_have_shape(const struct lines *lines, size_t i)
{
    const struct line *const l = &lines->items[i];
    const char first = lines->text.ptr[l->at.begin];
    const bool letter = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
    return !l->stopped && !l->item && (!letter || l->marked || first == 'P' || first == 'p');
}

/* Whether a line beside it has strokes too, as the rows of a table; the title may have one. */
static bool is_beside_strokes(const struct lines *lines, size_t i)
{
    bool bars;
    const size_t before = shape_strokes(line_text(lines, &lines->items[i - 1]), &bars);
    return before > (i == 1) ||
           (i + 1 < lines->count && shape_strokes(line_text(lines, &lines->items[i + 1]), &bars) > 0);
}

/* "Home | News | Sport".  Dots stand in lists of the article too, and what is between its sentences may be one. */
static void judge_menu(const struct lines *lines, size_t i)
{
    struct line *const l = &lines->items[i];
    bool bars;
    if (is_beside_strokes(lines, i))
        return;
    shape_strokes(line_text(lines, l), &bars);
    const bool within = lines->items[i - 1].sentence && i + 1 < lines->count && lines->items[i + 1].sentence;
    if (bars && !within)
        decide(l, RULE_NAVIGATION, 0.8, "short parts between strokes");
    else if (l->weak == UNDECIDED)
        l->weak = RULE_NAVIGATION;
}

/* "1 2 3 Next", "0:00 / 3:45", "#port #velmora", and menus. */
static void judge_shape(const struct lines *lines, size_t i)
{
    struct line *const l = &lines->items[i];
    if (i == 0 || l->rule != UNDECIDED || l->words > LINE_MAX_WORDS || l->sentence)
        return;
    switch (shape_of(line_text(lines, l), l)) {
    case SHAPE_MENU:
        judge_menu(lines, i);
        break;
    case SHAPE_PAGES:
        decide(l, RULE_NAVIGATION, 0.9, "numbers of pages");
        break;
    case SHAPE_PLAYER:
        decide(l, RULE_NAVIGATION, 0.9, "the times of a player");
        break;
    case SHAPE_HASHTAGS:
        decide(l, CLASS_TAGS, 0.8, "hashtags and nothing else");
        break;
    case SHAPE_NUMBER:
    case SHAPE_NONE:
        break;
    }
}

/* What each line says by itself.  return  whether any is of the page, or would be in company */
static bool judge_each(const struct phrases *phrases, struct lines *lines)
{
    bool found = false;
    for (size_t i = 0; i < lines->count; i++) {
        struct line *const l = &lines->items[i];
        if (l->words == UINT32_MAX)
            continue;
        judge_phrase(phrases, lines, l);
        if ((i > 0 || is_path_from_home(lines, l)) && is_breadcrumb(lines, l))
            decide(l, RULE_BREADCRUMB, 0.9, NULL);
        const char *evidence = NULL;
        const double sure = caption_sureness(lines, i, &evidence);
        if (sure > 0)
            decide(l, RULE_CAPTION, sure, evidence);
        if (may_have_shape(lines, i))
            judge_shape(lines, i);
        found |= l->rule != UNDECIDED || l->weak != UNDECIDED;
    }
    return found;
}

/* ---- what stands behind an article ---------------------------------------------------------- */

/* The last line of a thread that begins at `from`: the last "Reply", or what stands below the last "Mara says:". */
static size_t thread_end(const struct lines *lines, size_t from)
{
    enum { GAP = 8 };
    size_t last = from;
    for (size_t k = from + 1; k < lines->count && k <= last + GAP; k++) {
        struct line *const l = &lines->items[k];
        if (l->words > LINE_MAX_WORDS || !shape_is_of_thread(line_fold(lines, l)))
            continue;
        const bool leads = lines->text.ptr[l->at.end - 1] == ':';
        last = leads && k + 1 < lines->count ? k + 1 : k;
    }
    return last;
}

/* The lines from the heading of the comments to the last "Reply", where both stand behind an article. */
static void judge_thread(struct lines *lines)
{
    enum { SENTENCES = 2, EDGE = 8 };
    size_t sentences = 0;
    for (size_t i = 1; i < lines->count; i++) {
        sentences += is_of_article(&lines->items[i]);
        if (lines->items[i].rule != CLASS_COMMENTS || sentences < SENTENCES)
            continue;
        const size_t last = thread_end(lines, i);
        for (size_t k = i + 1; k <= last && last + EDGE >= lines->count; k++)
            decide(&lines->items[k], CLASS_COMMENTS, 0.7,
                   "between the heading of the comments and the last reply");
        i = last;
    }
}

/* Whether its ends are those of one, as far as they are of ASCII. */
static bool may_be_author_heading(dm_str s)
{
    enum { LONGEST = 60 };
    while (s.len && fold_drops(s.ptr[s.len - 1]))
        s.len--;
    const char first = s.len ? small_letter(*s.ptr) : 0, last = s.len ? small_letter(s.ptr[s.len - 1]) : 0;
    const bool begins = first == 'a' || first == 'm' || first == 't' || first < 'a' || first > 'z';
    return s.len <= LONGEST && begins && ((unsigned char)last >= 0x80 || (last && strchr("rsoy", last)));
}

static bool is_author_heading(dm_str folded)
{
    return fold_is_one_of(
        folded, "|about the author|about the authors|about the writer|about the reporter|meet the author|"
                "author bio|author biography|about our reporter|the author|");
}

/* "About the author", and what is said of them, as the last thing of a text. */
static void judge_author(struct lines *lines)
{
    enum { EDGE = 12, SAID = 2 };
    const size_t from = lines->count > EDGE ? lines->count - EDGE : 1;
    for (size_t i = from; i < lines->count; i++) {
        if (lines->items[i].words > LINE_MAX_WORDS || lines->items[i].sentence ||
            !may_be_author_heading(line_text(lines, &lines->items[i])) ||
            !is_author_heading(line_fold(lines, &lines->items[i])))
            continue;
        size_t stay = 0;
        for (size_t k = i + 1; k < lines->count; k++)
            stay += lines->items[k].rule == UNDECIDED && lines->items[k].weak == UNDECIDED;
        for (size_t k = i; stay <= SAID && k < lines->count; k++)
            decide(&lines->items[k], RULE_AUTHOR, 0.7, "about the author, behind the article");
        return;
    }
}

/* The number of a printed page, beside its head or foot. */
static void judge_numbers(struct lines *lines)
{
    for (size_t i = 1; i < lines->count; i++) {
        struct line *const l = &lines->items[i];
        if (l->words != 1 || l->rule != UNDECIDED || shape_of(line_text(lines, l), l) != SHAPE_NUMBER)
            continue;
        const bool beside = lines->items[i - 1].rule != UNDECIDED ||
                            (i + 1 < lines->count && lines->items[i + 1].rule != UNDECIDED);
        if (beside)
            decide(l, RULE_NAVIGATION, 0.7, "a number beside other lines of the page");
    }
}

/* Whether any line would go in company. */
static bool has_weak(const struct lines *lines)
{
    bool found = false;
    for (size_t i = 0; i < lines->count; i++)
        found |= (lines->items[i].weak != UNDECIDED) & (lines->items[i].rule == UNDECIDED);
    return found;
}

static void judge_company(const struct phrases *phrases, struct lines *lines)
{
    const size_t end = article_end(lines);
    for (size_t i = 0; i < lines->count; i++)
        if (is_heading_of_list(phrases, lines, i, end))
            judge_list(lines, i);
    judge_thread(lines);
    if (has_weak(lines)) {
        judge_rows(lines);
        spread(lines);
        judge_edges(lines);
        spread(lines);
    }
    judge_tail(lines);
    judge_numbers(lines);
}

/* Whether a sentence leads to the line and goes on behind it: "A line such as", "Tags: type, spacing", "is not part of it". */
static bool is_within_sentence(const struct lines *lines, size_t i)
{
    if (i == 0 || i + 1 >= lines->count)
        return false;
    const struct line *const before = &lines->items[i - 1], *const after = &lines->items[i + 1];
    const char next = lines->text.ptr[after->at.begin];
    if (before->stopped || before->rule != UNDECIDED || after->rule != UNDECIDED || next < 'a' || next > 'z')
        return false;
    const dm_str s = line_text(lines, before);
    const char *const space = memrchr(s.ptr, ' ', s.len);
    const size_t at = space ? (size_t)(space + 1 - s.ptr) : 0;
    return fold_is_one_of(
        (dm_str){s.ptr + at, s.len - at},
        "|as|like|says|said|say|reads|read|saying|reading|called|named|labelled|headed|e.g.|");
}

static void keep_quoted(struct lines *lines)
{
    for (size_t i = 0; i < lines->count; i++)
        if (lines->items[i].rule != UNDECIDED && is_within_sentence(lines, i))
            lines->items[i].rule = UNDECIDED;
}

void judge_lines(const struct phrases *phrases, const struct word_weights *words, struct lines *lines)
{
    const bool by_phrase = judge_each(phrases, lines), by_words = judge_words(words, lines);
    judge_author(lines);
    if (by_phrase || by_words) {
        judge_company(phrases, lines);
        keep_quoted(lines);
    }
    for (size_t i = 0; i < lines->count; i++)
        if (is_ad_line(lines, i))
            decide(&lines->items[i], RULE_AD_LINE, 0.8, "a few small words between two paragraphs");
}
