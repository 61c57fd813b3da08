/* The words of class names and ids, in the languages that authors of templates write in, and the phrases
 * that furniture starts with.  To add one, add a line. */
#include "vocabulary.h"
#include "tokenizer/tokenizer.h"

#include <string.h>

struct topic_word {
    const char *word; /* lower case, ASCII letters only */
    uint32_t topics;
};

#define T(name) CONTENT_TOPIC(name)
static const struct topic_word topic_words[] = {
    /* the text itself: whole names, as single words say less */
    {"articlebody", T(BODY)},
    {"articlecontent", T(BODY)},
    {"articletext", T(BODY)},
    {"articlecopy", T(BODY)},
    {"articlemain", T(BODY)},
    {"articleparagraph", T(BODY)},
    {"artikeltext", T(BODY)},
    {"blogcontent", T(BODY)},
    {"blogpostcontent", T(BODY)},
    {"bodycontent", T(BODY)},
    {"bodycopy", T(BODY)},
    {"bodytext", T(BODY)},
    {"contentbody", T(BODY)},
    {"contenttext", T(BODY)},
    {"entrybody", T(BODY)},
    {"entrycontent", T(BODY)},
    {"entrytext", T(BODY)},
    {"fieldnamebody", T(BODY)},
    {"fieldnodebody", T(BODY)},
    {"fulltext", T(BODY)},
    {"longform", T(BODY)},
    {"markdownbody", T(BODY)},
    {"mwparseroutput", T(BODY)},
    {"newsbody", T(BODY)},
    {"newscontent", T(BODY)},
    {"newstext", T(BODY)},
    {"nodecontent", T(BODY)},
    {"pagecontent", T(CONTENT)},
    {"maincontent", T(CONTENT)},
    {"postbody", T(BODY) | T(FORUM)},
    {"postcontent", T(BODY)},
    {"postentry", T(BODY)},
    {"posttext", T(BODY)},
    {"prose", T(BODY)},
    {"richtext", T(BODY)},
    {"rte", T(BODY)},
    {"singlecontent", T(BODY)},
    {"storybody", T(BODY)},
    {"storycontent", T(BODY)},
    {"storytext", T(BODY)},
    {"tdpostcontent", T(BODY)},
    {"textcontent", T(BODY)},
    {"themepostcontent", T(BODY)},
    {"wysiwyg", T(BODY)},
    {"blocktext", T(BODY)},
    {"blockrichtext", T(BODY)},
    /* text of some kind */
    {"body", T(CONTENT)},
    {"content", T(CONTENT)},
    {"contenu", T(CONTENT)},
    {"contenido", T(CONTENT)},
    {"inhalt", T(CONTENT)},
    {"tresc", T(CONTENT)},
    {"copy", T(CONTENT)},
    {"editor", T(CONTENT)},
    {"main", T(CONTENT)},
    {"paragraph", T(CONTENT)},
    {"text", T(CONTENT)},
    {"texte", T(CONTENT)},
    {"texto", T(CONTENT)},
    {"textblock", T(CONTENT)},
    {"txt", T(CONTENT)},
    {"wpblock", T(CONTENT)},
    {"article", T(ARTICLE)},
    {"articles", T(ARTICLE)},
    {"artikel", T(ARTICLE)},
    {"artykul", T(ARTICLE)},
    {"articulo", T(ARTICLE)},
    {"beitrag", T(ARTICLE)},
    {"blog", T(ARTICLE)},
    {"blogpost", T(ARTICLE)},
    {"entry", T(ARTICLE)},
    {"hentry", T(ARTICLE)},
    {"news", T(ARTICLE)},
    {"noticia", T(ARTICLE)},
    {"post", T(ARTICLE)},
    {"single", T(ARTICLE)},
    {"story", T(ARTICLE)},
    /* what readers say */
    {"comentarios", T(COMMENT)},
    {"comment", T(COMMENT)},
    {"commentaire", T(COMMENT)},
    {"commentaires", T(COMMENT)},
    {"commentlist", T(COMMENT)},
    {"comments", T(COMMENT)},
    {"commentform", T(COMMENT) | T(FORM)},
    {"discussion", T(COMMENT) | T(FORUM)},
    {"disqus", T(COMMENT)},
    {"guestbook", T(COMMENT)},
    {"komentarze", T(COMMENT)},
    {"kommentar", T(COMMENT)},
    {"kommentare", T(COMMENT)},
    {"leserbrief", T(COMMENT)},
    {"replies", T(COMMENT) | T(FORUM)},
    {"reply", T(COMMENT) | T(FORUM)},
    {"respond", T(COMMENT)},
    {"trackback", T(COMMENT)},
    {"trackbacks", T(COMMENT)},
    {"pingback", T(COMMENT)},
    /* share bars and networks */
    {"addthis", T(SHARE)},
    {"addtoany", T(SHARE)},
    {"facebook", T(SHARE)},
    {"fb", T(SHARE)},
    {"follow", T(SHARE)},
    {"instagram", T(SHARE)},
    {"like", T(SHARE)},
    {"likes", T(SHARE)},
    {"linkedin", T(SHARE)},
    {"partage", T(SHARE)},
    {"partager", T(SHARE)},
    {"pinterest", T(SHARE)},
    {"reddit", T(SHARE)},
    {"sharebar", T(SHARE)},
    {"share", T(SHARE)},
    {"sharedaddy", T(SHARE)},
    {"shares", T(SHARE)},
    {"shariff", T(SHARE)},
    {"sharing", T(SHARE)},
    {"social", T(SHARE)},
    {"socials", T(SHARE)},
    {"teilen", T(SHARE)},
    {"twitter", T(SHARE)},
    {"whatsapp", T(SHARE)},
    {"youtube", T(SHARE) | T(MEDIA)},
    /* other articles */
    {"alsolike", T(RELATED)},
    {"further", T(RELATED)},
    {"latest", T(RELATED)},
    {"mehr", T(RELATED)},
    {"more", T(RELATED)},
    {"mostread", T(RELATED)},
    {"outbrain", T(RELATED) | T(AD)},
    {"popular", T(RELATED)},
    {"promo", T(RELATED) | T(AD)},
    {"readmore", T(RELATED)},
    {"readnext", T(RELATED)},
    {"recent", T(RELATED)},
    {"recirc", T(RELATED)},
    {"recirculation", T(RELATED)},
    {"recommend", T(RELATED)},
    {"recommendation", T(RELATED)},
    {"recommendations", T(RELATED)},
    {"recommended", T(RELATED)},
    {"related", T(RELATED)},
    {"relatedposts", T(RELATED)},
    {"relacionadas", T(RELATED)},
    {"relacionados", T(RELATED)},
    {"similar", T(RELATED)},
    {"suggested", T(RELATED)},
    {"suggestions", T(RELATED)},
    {"taboola", T(RELATED) | T(AD)},
    {"teaser", T(RELATED)},
    {"teasers", T(RELATED)},
    {"trending", T(RELATED)},
    {"upsell", T(RELATED) | T(PRODUCT)},
    {"verwandt", T(RELATED)},
    {"weitere", T(RELATED)},
    {"yarpp", T(RELATED)},
    {"jprelatedposts", T(RELATED)},
    /* navigation */
    {"breadcrumb", T(NAV)},
    {"breadcrumbs", T(NAV)},
    {"crumbs", T(NAV)},
    {"dropdown", T(NAV)},
    {"hamburger", T(NAV)},
    {"megamenu", T(NAV)},
    {"menu", T(NAV)},
    {"menus", T(NAV)},
    {"nav", T(NAV)},
    {"navbar", T(NAV)},
    {"navi", T(NAV)},
    {"navigation", T(NAV)},
    {"navlink", T(NAV)},
    {"quicklinks", T(NAV)},
    {"rootline", T(NAV)},
    {"sitemap", T(NAV)},
    {"skip", T(NAV)},
    {"skiplink", T(NAV)},
    {"subnav", T(NAV)},
    {"submenu", T(NAV)},
    {"topnav", T(NAV)},
    {"topics", T(NAV) | T(TAGS)},
    {"jump", T(NAV)},
    {"links", T(NAV)},
    {"linklist", T(NAV)},
    {"next", T(PAGER)},
    {"pager", T(PAGER)},
    {"pagination", T(PAGER)},
    {"pagenav", T(PAGER)},
    {"prev", T(PAGER)},
    {"previous", T(PAGER)},
    {"postnavigation", T(PAGER)},
    {"navprevious", T(PAGER)},
    {"navnext", T(PAGER)},
    /* head and foot of the page */
    {"banner", T(HEADER) | T(AD)},
    {"branding", T(HEADER)},
    {"head", T(HEADER)},
    {"header", T(HEADER)},
    {"hero", T(HEADER)},
    {"kopf", T(HEADER)},
    {"logo", T(HEADER)},
    {"masthead", T(HEADER)},
    {"siteheader", T(HEADER)},
    {"topbar", T(HEADER)},
    {"toolbar", T(HEADER)},
    {"bottom", T(FOOTER)},
    {"colophon", T(FOOTER)},
    {"copyright", T(FOOTER)},
    {"foot", T(FOOTER)},
    {"footer", T(FOOTER)},
    {"footnav", T(FOOTER)},
    {"fuss", T(FOOTER)},
    {"impressum", T(FOOTER)},
    {"imprint", T(FOOTER)},
    {"legal", T(FOOTER)},
    {"sitefooter", T(FOOTER)},
    {"stopka", T(FOOTER)},
    {"disclaimer", T(FOOTER) | T(BOX)},
    {"disclosure", T(FOOTER) | T(BOX)},
    /* beside the text */
    {"aside", T(SIDEBAR)},
    {"complementary", T(SIDEBAR)},
    {"marginal", T(SIDEBAR)},
    {"rail", T(SIDEBAR)},
    {"rightcol", T(SIDEBAR)},
    {"secondary", T(SIDEBAR)},
    {"side", T(SIDEBAR)},
    {"sidebar", T(SIDEBAR)},
    {"tertiary", T(SIDEBAR)},
    {"widget", T(SIDEBAR)},
    {"widgets", T(SIDEBAR)},
    {"textwidget", T(SIDEBAR)},
    /* advertisements */
    {"ad", T(AD)},
    {"ads", T(AD)},
    {"adbox", T(AD)},
    {"adsense", T(AD)},
    {"adsbygoogle", T(AD)},
    {"adslot", T(AD)},
    {"adunit", T(AD)},
    {"advert", T(AD)},
    {"advertise", T(AD)},
    {"advertisement", T(AD)},
    {"advertising", T(AD)},
    {"affiliate", T(AD)},
    {"anzeige", T(AD)},
    {"dfp", T(AD)},
    {"gpt", T(AD)},
    {"partner", T(AD)},
    {"publicidad", T(AD)},
    {"publicite", T(AD)},
    {"reklama", T(AD)},
    {"sponsor", T(AD)},
    {"sponsored", T(AD)},
    {"werbung", T(AD)},
    {"cta", T(AD) | T(FORM)},
    /* who and when */
    {"attribution", T(BYLINE)},
    {"auteur", T(BYLINE)},
    {"author", T(BYLINE)},
    {"authors", T(BYLINE)},
    {"autor", T(BYLINE)},
    {"byline", T(BYLINE)},
    {"date", T(BYLINE)},
    {"dateline", T(BYLINE)},
    {"datum", T(BYLINE)},
    {"fecha", T(BYLINE)},
    {"entrydate", T(BYLINE)},
    {"entrymeta", T(BYLINE)},
    {"info", T(BYLINE)},
    {"infos", T(BYLINE)},
    {"meta", T(BYLINE)},
    {"metadata", T(BYLINE)},
    {"modified", T(BYLINE)},
    {"posted", T(BYLINE)},
    {"postdate", T(BYLINE)},
    {"postinfo", T(BYLINE)},
    {"postmeta", T(BYLINE)},
    {"postmetadata", T(BYLINE)},
    {"published", T(BYLINE)},
    {"readingtime", T(BYLINE)},
    {"readtime", T(BYLINE)},
    {"time", T(BYLINE)},
    {"timestamp", T(BYLINE)},
    {"updated", T(BYLINE)},
    {"vcard", T(BYLINE)},
    {"views", T(BYLINE)},
    {"source", T(BYLINE)},
    {"quelle", T(BYLINE)},
    {"aboutauthor", T(BIO)},
    {"authorbio", T(BIO)},
    {"authorbox", T(BIO)},
    {"authorinfo", T(BIO)},
    {"avatar", T(BIO) | T(FORUM)},
    {"bio", T(BIO)},
    {"biography", T(BIO)},
    {"contributor", T(BIO)},
    {"profile", T(BIO)},
    {"person", T(BIO)},
    {"team", T(BIO)},
    /* newsletters, accounts, paywalls */
    {"abo", T(NEWSLETTER)},
    {"account", T(NEWSLETTER)},
    {"donate", T(NEWSLETTER)},
    {"donation", T(NEWSLETTER)},
    {"join", T(NEWSLETTER)},
    {"login", T(NEWSLETTER)},
    {"mailchimp", T(NEWSLETTER)},
    {"membership", T(NEWSLETTER)},
    {"newsletter", T(NEWSLETTER)},
    {"optin", T(NEWSLETTER)},
    {"paywall", T(NEWSLETTER)},
    {"piano", T(NEWSLETTER)},
    {"register", T(NEWSLETTER)},
    {"registration", T(NEWSLETTER)},
    {"signin", T(NEWSLETTER)},
    {"signup", T(NEWSLETTER)},
    {"spende", T(NEWSLETTER)},
    {"subscribe", T(NEWSLETTER)},
    {"subscriber", T(NEWSLETTER)},
    {"subscription", T(NEWSLETTER)},
    {"support", T(NEWSLETTER)},
    /* consent */
    {"borlabs", T(COOKIE)},
    {"ccpa", T(COOKIE)},
    {"cmp", T(COOKIE)},
    {"consent", T(COOKIE)},
    {"cookie", T(COOKIE)},
    {"cookies", T(COOKIE)},
    {"cookiebot", T(COOKIE)},
    {"cookielaw", T(COOKIE)},
    {"gdpr", T(COOKIE)},
    {"onetrust", T(COOKIE)},
    {"privacy", T(COOKIE)},
    {"datenschutz", T(COOKIE)},
    {"usercentrics", T(COOKIE)},
    /* above the page */
    {"alert", T(POPUP)},
    {"dialog", T(POPUP)},
    {"drawer", T(POPUP)},
    {"lightbox", T(POPUP)},
    {"modal", T(POPUP)},
    {"notice", T(POPUP) | T(BOX)},
    {"notification", T(POPUP)},
    {"offcanvas", T(POPUP)},
    {"overlay", T(POPUP)},
    {"popover", T(POPUP)},
    {"popup", T(POPUP)},
    {"toast", T(POPUP)},
    {"tooltip", T(POPUP)},
    {"flyout", T(POPUP)},
    {"sticky", T(POPUP)},
    {"error", T(POPUP)},
    {"message", T(POPUP) | T(FORUM)},
    /* pictures */
    {"bildunterschrift", T(CAPTION)},
    {"bildtext", T(CAPTION)},
    {"caption", T(CAPTION)},
    {"captiontext", T(CAPTION)},
    {"credit", T(CAPTION)},
    {"credits", T(CAPTION)},
    {"figcaption", T(CAPTION)},
    {"imagecaption", T(CAPTION)},
    {"imagecredit", T(CAPTION)},
    {"legende", T(CAPTION)},
    {"photocredit", T(CAPTION)},
    {"wpcaption", T(CAPTION)},
    {"wpcaptiontext", T(CAPTION)},
    {"audio", T(MEDIA)},
    {"bild", T(MEDIA)},
    {"carousel", T(MEDIA)},
    {"embed", T(MEDIA)},
    {"figure", T(MEDIA)},
    {"foto", T(MEDIA)},
    {"gallery", T(MEDIA)},
    {"galerie", T(MEDIA)},
    {"image", T(MEDIA)},
    {"images", T(MEDIA)},
    {"img", T(MEDIA)},
    {"media", T(MEDIA)},
    {"photo", T(MEDIA)},
    {"picture", T(MEDIA)},
    {"player", T(MEDIA)},
    {"podcast", T(MEDIA)},
    {"slick", T(MEDIA)},
    {"slide", T(MEDIA)},
    {"slider", T(MEDIA)},
    {"slideshow", T(MEDIA)},
    {"swiper", T(MEDIA)},
    {"thumb", T(MEDIA)},
    {"thumbnail", T(MEDIA)},
    {"video", T(MEDIA)},
    {"icon", T(MEDIA)},
    /* tags, categories, tables of contents */
    {"badge", T(TAGS)},
    {"categories", T(TAGS)},
    {"category", T(TAGS)},
    {"catlinks", T(TAGS)},
    {"hashtag", T(TAGS)},
    {"kategorie", T(TAGS)},
    {"keywords", T(TAGS)},
    {"label", T(TAGS)},
    {"labels", T(TAGS)},
    {"postcategory", T(TAGS)},
    {"rubrik", T(TAGS)},
    {"schlagworte", T(TAGS)},
    {"tag", T(TAGS)},
    {"tagcloud", T(TAGS)},
    {"taglist", T(TAGS)},
    {"tags", T(TAGS)},
    {"taxonomy", T(TAGS)},
    {"terms", T(TAGS)},
    {"topic", T(TAGS) | T(FORUM)},
    {"anchor", T(TOC)},
    {"contents", T(TOC)},
    {"inhaltsverzeichnis", T(TOC)},
    {"jumplinks", T(TOC)},
    {"outline", T(TOC)},
    {"tableofcontents", T(TOC)},
    {"toc", T(TOC)},
    /* headlines and first lines */
    {"dachzeile", T(TITLE)},
    {"eyebrow", T(TITLE)},
    {"heading", T(TITLE)},
    {"headline", T(TITLE)},
    {"kicker", T(TITLE)},
    {"overline", T(TITLE)},
    {"subheading", T(TITLE) | T(LEAD)},
    {"subheadline", T(TITLE) | T(LEAD)},
    {"subtitle", T(TITLE) | T(LEAD)},
    {"titel", T(TITLE)},
    {"title", T(TITLE)},
    {"titre", T(TITLE)},
    {"titulo", T(TITLE)},
    {"abstract", T(LEAD)},
    {"chapo", T(LEAD)},
    {"dek", T(LEAD)},
    {"desc", T(LEAD)},
    {"description", T(LEAD)},
    {"excerpt", T(LEAD)},
    {"intro", T(LEAD)},
    {"introduction", T(LEAD)},
    {"lead", T(LEAD)},
    {"lede", T(LEAD)},
    {"perex", T(LEAD)},
    {"standfirst", T(LEAD)},
    {"summary", T(LEAD)},
    {"takeaways", T(LEAD)},
    {"vorspann", T(LEAD)},
    {"zajawka", T(LEAD)},
    /* lists and their items */
    {"archive", T(LIST)},
    {"card", T(LIST)},
    {"cards", T(LIST)},
    {"cell", T(LIST)},
    {"col", T(LIST)},
    {"collection", T(LIST) | T(PRODUCT)},
    {"column", T(LIST)},
    {"feed", T(LIST)},
    {"grid", T(LIST)},
    {"item", T(LIST)},
    {"items", T(LIST)},
    {"list", T(LIST)},
    {"listing", T(LIST)},
    {"loop", T(LIST)},
    {"results", T(LIST)},
    {"row", T(LIST)},
    {"tile", T(LIST)},
    /* what can be bought */
    {"addtocart", T(PRODUCT)},
    {"basket", T(PRODUCT)},
    {"buy", T(PRODUCT)},
    {"cart", T(PRODUCT)},
    {"checkout", T(PRODUCT)},
    {"price", T(PRODUCT)},
    {"pricing", T(PRODUCT)},
    {"product", T(PRODUCT)},
    {"products", T(PRODUCT)},
    {"produkt", T(PRODUCT)},
    {"produit", T(PRODUCT)},
    {"quantity", T(PRODUCT)},
    {"rating", T(PRODUCT)},
    {"ratings", T(PRODUCT)},
    {"review", T(PRODUCT) | T(COMMENT)},
    {"reviews", T(PRODUCT) | T(COMMENT)},
    {"shipping", T(PRODUCT)},
    {"shop", T(PRODUCT)},
    {"sku", T(PRODUCT)},
    {"star", T(PRODUCT)},
    {"stars", T(PRODUCT)},
    {"stock", T(PRODUCT)},
    {"swatch", T(PRODUCT)},
    {"testimonial", T(PRODUCT) | T(BOX)},
    {"testimonials", T(PRODUCT) | T(BOX)},
    {"variant", T(PRODUCT)},
    {"wishlist", T(PRODUCT)},
    {"woocommerce", T(PRODUCT)},
    /* threads and answers */
    {"answer", T(FORUM)},
    {"bbwrapper", T(FORUM)},
    {"cooked", T(FORUM) | T(BODY)},
    {"crawlerpost", T(FORUM)},
    {"forum", T(FORUM)},
    {"messagebody", T(FORUM) | T(BODY)},
    {"messagecontent", T(FORUM) | T(BODY)},
    {"posts", T(FORUM) | T(RELATED)},
    {"question", T(FORUM)},
    {"signature", T(FORUM)},
    {"thread", T(FORUM)},
    {"topicbody", T(FORUM)},
    {"user", T(FORUM)},
    {"username", T(FORUM)},
    {"userinfo", T(FORUM)},
    {"vote", T(FORUM)},
    {"votes", T(FORUM)},
    /* what can be filled in or pressed */
    {"btn", T(FORM)},
    {"button", T(FORM)},
    {"buttons", T(FORM)},
    {"captcha", T(FORM)},
    {"contact", T(FORM)},
    {"field", T(FORM)},
    {"filter", T(FORM)},
    {"filters", T(FORM)},
    {"form", T(FORM)},
    {"input", T(FORM)},
    {"kontakt", T(FORM)},
    {"print", T(FORM)},
    {"rss", T(FORM)},
    {"search", T(FORM)},
    {"searchform", T(FORM)},
    {"sort", T(FORM)},
    {"submit", T(FORM)},
    {"suche", T(FORM)},
    {"tool", T(FORM)},
    {"tools", T(FORM)},
    {"actions", T(FORM)},
    {"controls", T(FORM)},
    /* not seen by all */
    {"hidden", T(HIDDEN)},
    {"hide", T(HIDDEN)},
    {"invisible", T(HIDDEN)},
    {"noscript", T(HIDDEN)},
    {"screenreader", T(HIDDEN)},
    {"screenreadertext", T(HIDDEN)},
    {"sronly", T(HIDDEN)},
    {"visuallyhidden", T(HIDDEN)},
    {"dnone", T(HIDDEN)},
    {"printonly", T(HIDDEN)},
    {"mobile", T(HIDDEN)},
    {"template", T(HIDDEN)},
    {"lazy", T(HIDDEN)},
    /* code and documentation */
    {"api", T(CODE)},
    {"code", T(CODE)},
    {"codehilite", T(CODE)},
    {"doc", T(CODE)},
    {"docs", T(CODE)},
    {"docutils", T(CODE)},
    {"documentation", T(CODE)},
    {"highlight", T(CODE)},
    {"hljs", T(CODE)},
    {"markdown", T(CODE) | T(BODY)},
    {"method", T(CODE)},
    {"prism", T(CODE)},
    {"rst", T(CODE)},
    {"syntaxhighlighter", T(CODE)},
    {"wiki", T(CODE)},
    {"gutter", T(CODE)},
    {"headerlink", T(CODE) | T(NAV)},
    {"editsection", T(CODE) | T(NAV)},
    {"mweditsection", T(CODE) | T(NAV)},
    /* boxes within the text */
    {"blockquote", T(BOX)},
    {"box", T(BOX)},
    {"callout", T(BOX)},
    {"correction", T(BOX)},
    {"factbox", T(BOX)},
    {"footnote", T(BOX)},
    {"footnotes", T(BOX)},
    {"infobox", T(BOX)},
    {"inset", T(BOX)},
    {"note", T(BOX)},
    {"notes", T(BOX)},
    {"pullquote", T(BOX)},
    {"quote", T(BOX)},
    {"reference", T(BOX)},
    {"references", T(BOX)},
    {"reflist", T(BOX)},
    {"tip", T(BOX)},
    {"zitat", T(BOX)},
    {"warning", T(BOX)},
    /* what folds */
    {"accordion", T(FOLD)},
    {"collapse", T(FOLD)},
    {"faq", T(FOLD)},
    {"faqs", T(FOLD)},
    {"panel", T(FOLD)},
    {"tab", T(FOLD)},
    {"tabs", T(FOLD)},
    {"toggle", T(FOLD)},
    /* facts */
    {"details", T(FACTS)},
    {"ingredient", T(FACTS)},
    {"ingredients", T(FACTS)},
    {"instructions", T(FACTS)},
    {"nutrition", T(FACTS)},
    {"recipe", T(FACTS)},
    {"rezept", T(FACTS)},
    {"spec", T(FACTS)},
    {"specification", T(FACTS)},
    {"specifications", T(FACTS)},
    {"specs", T(FACTS)},
    {"step", T(FACTS)},
    {"steps", T(FACTS)},
    {"table", T(FACTS)},
};
#undef T

struct phrase {
    const char *start; /* lower case */
    uint32_t phrases;
};

/* Sorted by the first byte. */
#define P(name) (1u << PHRASE_##name)
static const struct phrase phrases[] = {
    {"#", P(SHARE)},
    {"about the author", P(BYLINE)},
    {"add to cart", P(SHOP)},
    {"advertisement", P(AD)},
    {"advertising", P(AD)},
    {"all rights reserved", P(COPYRIGHT)},
    {"also read", P(RELATED)},
    {"anzeige", P(AD)},
    {"artikel teilen", P(SHARE)},
    {"article continues", P(AD)},
    {"auch interessant", P(RELATED)},
    {"auf facebook", P(SHARE)},
    {"auf twitter", P(SHARE)},
    {"autor", P(BYLINE)},
    {"author", P(BYLINE)},
    {"be the first to", P(COMMENT)},
    {"bild:", P(CAPTION)},
    {"bildquelle", P(CAPTION)},
    {"by ", P(BYLINE)},
    {"categories", P(RELATED)},
    {"category", P(RELATED)},
    {"click here", P(SHARE)},
    {"comment", P(COMMENT)},
    {"contents", P(TOC)},
    {"continue reading", P(RELATED)},
    {"copyright", P(COPYRIGHT)},
    {"credit", P(CAPTION)},
    {"czytaj", P(RELATED)},
    {"das k\xC3\xB6nnte", P(RELATED)},
    {"de ", P(DATE)},
    {"download", P(SHOP)},
    {"fig", P(CAPTION)},
    {"filed under", P(RELATED)},
    {"follow", P(SHARE)},
    {"foto", P(CAPTION)},
    {"free shipping", P(SHOP)},
    {"fuente", P(CAPTION)},
    {"get the latest", P(NEWSLETTER)},
    {"hinterlasse", P(COMMENT)},
    {"image", P(CAPTION)},
    {"in this article", P(TOC)},
    {"in stock", P(SHOP)},
    {"inhalt", P(TOC)},
    {"jetzt ", P(NEWSLETTER)},
    {"join", P(NEWSLETTER)},
    {"keywords", P(RELATED)},
    {"kommentar", P(COMMENT)},
    {"komentarze", P(COMMENT)},
    {"last updated", P(DATE)},
    {"latest", P(RELATED)},
    {"lea ", P(RELATED)},
    {"learn more", P(RELATED)},
    {"leave a", P(COMMENT)},
    {"lesen sie", P(RELATED)},
    {"lire ", P(RELATED)},
    {"loading", P(SHARE)},
    {"log in", P(NEWSLETTER)},
    {"lies auch", P(RELATED)},
    {"mehr ", P(RELATED)},
    {"more from", P(RELATED)},
    {"more ", P(RELATED)},
    {"most ", P(RELATED)},
    {"next", P(RELATED)},
    {"newsletter", P(NEWSLETTER)},
    {"no comments", P(COMMENT)},
    {"on this page", P(TOC)},
    {"our ", P(SHOP)},
    {"partager", P(SHARE)},
    {"photo", P(CAPTION)},
    {"picture", P(CAPTION)},
    {"popular", P(RELATED)},
    {"post a comment", P(COMMENT)},
    {"posted", P(BYLINE)},
    {"powered by", P(COPYRIGHT)},
    {"previous", P(RELATED)},
    {"privacy", P(COOKIE)},
    {"print", P(SHARE)},
    {"publicidad", P(AD)},
    {"published", P(DATE)},
    {"quelle", P(CAPTION)},
    {"read also", P(RELATED)},
    {"read more", P(RELATED)},
    {"read next", P(RELATED)},
    {"recent", P(RELATED)},
    {"recommended", P(RELATED)},
    {"related", P(RELATED)},
    {"reply", P(COMMENT)},
    {"reviewed by", P(BYLINE)},
    {"save", P(SHARE)},
    {"schlagw", P(RELATED)},
    {"see also", P(RELATED)},
    {"see more", P(RELATED)},
    {"shop", P(SHOP)},
    {"share", P(SHARE)},
    {"sign in", P(NEWSLETTER)},
    {"sign up", P(NEWSLETTER)},
    {"similar", P(RELATED)},
    {"siehe auch", P(RELATED)},
    {"skip to", P(SHARE)},
    {"source", P(CAPTION)},
    {"sponsored", P(AD)},
    {"subscribe", P(NEWSLETTER)},
    {"table of contents", P(TOC)},
    {"tag", P(RELATED)},
    {"teilen", P(SHARE)},
    {"this entry was", P(BYLINE)},
    {"this site uses", P(COOKIE)},
    {"topics", P(RELATED)},
    {"trending", P(RELATED)},
    {"tweet", P(SHARE)},
    {"updated", P(DATE)},
    {"var ", P(AD)},
    {"view ", P(RELATED)},
    {"via ", P(CAPTION)},
    {"video", P(CAPTION)},
    {"vorheriger", P(RELATED)},
    {"von ", P(BYLINE)},
    {"was this", P(SHARE)},
    {"we use cookies", P(COOKIE)},
    {"weiterlesen", P(RELATED)},
    {"weitere", P(RELATED)},
    {"what to read", P(RELATED)},
    {"wir verwenden", P(COOKIE)},
    {"written by", P(BYLINE)},
    {"you may also", P(RELATED)},
    {"you might also", P(RELATED)},
    {"your email", P(COMMENT)},
    {"zum thema", P(RELATED)},
    {"\xC2\xA9", P(COPYRIGHT)},
};
#undef P

enum {
    WORD_COUNT = sizeof topic_words / sizeof topic_words[0],
    PHRASE_COUNT = sizeof phrases / sizeof phrases[0]
};

static uint32_t hash_letter(uint32_t hash, uint8_t letter)
{
    return (hash ^ letter) * 0x01000193u;
}

enum { HASH_START = (int)0x811C9DC5u };

static uint32_t slot_of(uint32_t hash)
{
    return (hash ^ hash >> 15) & (CONTENT_VOCABULARY_SLOTS - 1);
}

void content_vocabulary_init(struct content_vocabulary *v)
{
    for (size_t i = 0; i < WORD_COUNT; i++) {
        uint32_t hash = (uint32_t)HASH_START;
        for (const char *p = topic_words[i].word; *p; p++)
            hash = hash_letter(hash, (uint8_t)*p);
        uint32_t slot = slot_of(hash);
        while (v->slots[slot])
            slot = (slot + 1) & (CONTENT_VOCABULARY_SLOTS - 1);
        v->slots[slot] = (uint16_t)(i + 1);
        v->hashes[slot] = hash;
    }
    for (size_t i = PHRASE_COUNT; i-- > 0;)
        v->phrases[(uint8_t)phrases[i].start[0]] = (uint16_t)(i + 1);
}

/* Whether the letters of a name are those of a word. */
static bool spells(dm_str name, const char *word)
{
    for (size_t i = 0; i < name.len; i++) {
        const char letter = (char)(name.ptr[i] | 0x20);
        if (letter >= 'a' && letter <= 'z' && *word++ != letter)
            return false;
    }
    return !*word;
}

static uint32_t lookup(const struct content_vocabulary *v, uint32_t hash, dm_str name)
{
    for (uint32_t slot = slot_of(hash); v->hashes[slot]; slot = (slot + 1) & (CONTENT_VOCABULARY_SLOTS - 1))
        if (v->hashes[slot] == hash && spells(name, topic_words[v->slots[slot] - 1].word))
            return topic_words[v->slots[slot] - 1].topics;
    return 0;
}

/* A name as far as it has been read. */
struct name {
    size_t from;
    uint32_t letters, words, hash;
};

static struct name name_from(size_t from)
{
    return (struct name){.from = from, .hash = (uint32_t)HASH_START};
}

/* The letters from `at` on up to a capital behind a small one, which begins the next word.
 * return  how many; *hash: theirs */
static size_t read_word(dm_str s, size_t at, uint32_t *hash, struct name *name)
{
    const size_t from = at;
    uint32_t own = (uint32_t)HASH_START, whole = name->hash;
    bool lower = false; /* the letter before was one */
    for (; at < s.len; at++) {
        const uint8_t c = (uint8_t)s.ptr[at], letter = c | 0x20;
        if (letter < 'a' || letter > 'z' || (c != letter && lower))
            break;
        own = hash_letter(own, letter);
        whole = hash_letter(whole, letter);
        lower = c == letter;
    }
    name->words += at > from;
    name->letters += (uint32_t)(at - from);
    name->hash = whole;
    *hash = own;
    return at - from;
}

uint32_t content_topics(const struct content_vocabulary *v, dm_str names)
{
    enum { LETTERS_MAX = 64 }; /* what is longer was not named by anybody: it ends with the word at hand */
    uint32_t topics = 0, hash;
    struct name name = name_from(0);
    for (size_t i = 0; i <= names.len;) {
        const size_t len = read_word(names, i, &hash, &name);
        if (len > 1 && name.letters <= LETTERS_MAX)
            topics |= lookup(v, hash, (dm_str){names.ptr + i, len});
        i += len;
        if (i < names.len && html_is_letter(names.ptr[i]))
            continue;
        if (i == names.len || (uint8_t)names.ptr[i] <= ' ' || name.letters >= LETTERS_MAX) {
            if (name.words > 1)
                topics |= lookup(v, name.hash, (dm_str){names.ptr + name.from, i - name.from});
            name = name_from(i + 1);
        }
        i++;
    }
    return topics;
}

uint32_t content_word_topics(const struct content_vocabulary *v, uint32_t hash)
{
    for (uint32_t slot = slot_of(hash); v->hashes[slot]; slot = (slot + 1) & (CONTENT_VOCABULARY_SLOTS - 1))
        if (v->hashes[slot] == hash)
            return topic_words[v->slots[slot] - 1].topics;
    return 0;
}

uint32_t content_phrases(const struct content_vocabulary *v, dm_str start)
{
    if (start.len == 0)
        return 0;
    const uint32_t first = v->phrases[(uint8_t)start.ptr[0]];
    if (first == 0)
        return 0;
    for (size_t i = first - 1; i < PHRASE_COUNT && phrases[i].start[0] == start.ptr[0]; i++) {
        const size_t len = strlen(phrases[i].start);
        if (len <= start.len && !memcmp(phrases[i].start, start.ptr, len))
            return phrases[i].phrases;
    }
    return 0;
}
