/* What a page says of itself: its title, author, dates and the like, and where it says so.
 *
 * Each source (linked_data.c, tags.c, visible.c) offers candidates; choose.c takes the best of each kind, by the rank of
 * the source and by what others say. */
#ifndef EXTRACT_HTML_METADATA_H
#define EXTRACT_HTML_METADATA_H

#include "content/page.h"
#include "tokenizer/tokenizer.h"
#include "tree/tree.h"

enum meta_key {
    META_TITLE,
    META_AUTHOR,
    META_DATE,
    META_MODIFIED,
    META_SITE,
    META_URL,
    META_LANGUAGE,
    META_DESCRIPTION,
    META_IMAGE,
    META_LICENCE,
    META_CATEGORIES,
    META_TAGS,
    META_KEYS
};

/* How much a source is worth: the smaller the better. */
struct meta_candidate {
    dm_str value;       /* spaces folded, references decoded */
    dm_str cut;         /* of a title: without the site's name, once they are compared */
    const char *source; /* for people: "json-ld", "meta og:title", "h1" */
    uint32_t rank;
    uint32_t node; /* where it stands, if it is of the visible page; else 0 */
};

/* As titles: of <h1>, of one that may be the site's name or of something else, and of <h2>, which counts where no <h1> is
 * what the head speaks of; of one that leads to the front page. */
enum { META_RANK_HEADING = 16, META_RANK_LOGO = 19, META_RANK_SUBHEADING = 20, META_RANK_BANNER = 21 };
enum { META_CANDIDATES_MAX = 24 }; /* of each kind; further ones are of no use */

struct meta {
    dm_task *task;
    const struct html_tree *tree;
    const struct content_page *page; /* what its elements speak of */
    struct meta_candidate items[META_KEYS][META_CANDIDATES_MAX];
    uint32_t counts[META_KEYS];
    struct html_tokenizer cook; /* decodes references */
    uint32_t linked[4];         /* objects of linked data, by what they are */
    bool is_article;            /* as linked data or og:type have it */
    bool failed;                /* no memory */
};

/* Find all of it and set it in the document: `title`, `author`, `date`, `modified`, `site`, `url`, `language`,
 * `description`, `image`, `licence`, `categories`, `tags`, and for each KEY `KEY-source`.
 * errors  DM_ELIMIT */
dm_status meta_find(dm_task *t, dm_doc *d, const struct content_page *page);

/* All candidates of a page.  return  NULL: the memory is spent */
struct meta *meta_gather(dm_task *t, const struct content_page *page);

/* ---- between its files ------------------------------------------------------------------------------- */

/* Offer a value.  An empty one is ignored.  Borrows `source`. */
void meta_add(struct meta *m, enum meta_key key, dm_str value, const char *source, uint32_t rank,
              uint32_t node);

/* The text of a node's subtree, spaces folded, at most 1 KiB. */
dm_str meta_text(struct meta *m, uint32_t node);

/* The same with ` | ` between blocks, so that a name does not run into what stands below it. */
dm_str meta_lines(struct meta *m, uint32_t node);

/* White space folded and taken from the ends.  return  of the task, or borrowed */
dm_str meta_fold(struct meta *m, dm_str s);

/* Whether a text holds a word, in any case. */
bool meta_has(dm_str s, const char *word);

/* The same of any of several, of which NULL is the last. */
bool meta_has_any(dm_str s, const char *const *words);

/* Whether a class or id holds one of the words, of which NULL is the last. */
bool meta_is_called(const struct html_node *n, const char *const *words);

/* Offer what a heading says, if node `i` is one.
 * elsewhere  in a margin: headlines stand in what looks like one at times; they count if the head says the same */
void meta_read_heading(struct meta *m, uint32_t i, bool elsewhere);

void meta_read_linked_data(struct meta *m);
void meta_read_tags(struct meta *m);
void meta_read_visible(struct meta *m);
void meta_read_headline(struct meta *m);

/* titles.c: the page's title among what was offered.  return  NULL: none was */
const struct meta_candidate *meta_choose_title(struct meta *m, dm_str *value);

/* authors.c: who wrote it among what was offered; several are joined with "; ".  return  NULL: nobody is named */
const struct meta_candidate *meta_choose_author(struct meta *m, dm_str *value);

/* metadata.c: whether a list joined with "; " holds this. */
bool meta_is_in(dm_str list, dm_str value);

/* names.c: what is left of an author when "By", roles and addresses are gone; several are joined with "; ".
 * return  len 0: it is no name */
dm_str meta_clean_author(struct meta *m, dm_str s);

/* Whether it begins with a capital, of ASCII or two bytes, or with what has none. */
bool meta_is_capital(dm_str s);

/* Whether it is two to four words with capitals, or in a script that has none. */
bool meta_is_full_name(dm_str s);

/* Whether it is the name of an account rather than of somebody: `ann.oduya`. */
bool meta_is_account(dm_str s);

/* Whether a word says that it is a newsroom, a company or a site. */
bool meta_is_organisation(dm_str s);

#endif
