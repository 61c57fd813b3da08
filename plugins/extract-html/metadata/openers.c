#include "openers.h"

#include <string.h>
#include <strings.h>

#define OPENER(words, kind)                                                                                  \
    {                                                                                                        \
        (words), sizeof(words) - 1, (kind)                                                                   \
    }
/* Without colon, in small letters; sorted by the first byte, see key_of(). */
static const struct {
    const char *words;
    size_t len;
    enum opener_kind kind;
} openers[] = {
    OPENER("af", OPENER_PARTICLE),
    OPENER("all posts by", OPENER_CREDIT),
    OPENER("alle artikel von", OPENER_CREDIT),
    OPENER("alle beiträge von", OPENER_CREDIT),
    OPENER("analyse von", OPENER_CREDIT),
    OPENER("article by", OPENER_PHRASE),
    OPENER("artikel von", OPENER_PHRASE),
    OPENER("auteur", OPENER_LABEL),
    OPENER("author", OPENER_LABEL),
    OPENER("author(s)", OPENER_LABEL),
    OPENER("authors", OPENER_LABEL),
    OPENER("autor", OPENER_LABEL),
    OPENER("autore", OPENER_LABEL),
    OPENER("autoren", OPENER_LABEL),
    OPENER("autorin", OPENER_LABEL),
    OPENER("av", OPENER_PARTICLE),
    OPENER("beitrag von", OPENER_PHRASE),
    OPENER("blog beitrag von", OPENER_PHRASE),
    OPENER("by", OPENER_WORD),
    OPENER("di", OPENER_PARTICLE),
    OPENER("door", OPENER_WORD),
    OPENER("edited by", OPENER_CREDIT),
    OPENER("ein artikel von", OPENER_PHRASE),
    OPENER("ein beitrag von", OPENER_PHRASE),
    OPENER("ein gastbeitrag von", OPENER_PHRASE),
    OPENER("ein kommentar von", OPENER_PHRASE),
    OPENER("eine analyse von", OPENER_CREDIT),
    OPENER("eine kolumne von", OPENER_PHRASE),
    OPENER("eingestellt von", OPENER_PHRASE),
    OPENER("erstellt von", OPENER_PHRASE),
    OPENER("escrito por", OPENER_PHRASE),
    OPENER("gastbeitrag von", OPENER_PHRASE),
    OPENER("geschreven door", OPENER_PHRASE),
    OPENER("geschrieben von", OPENER_PHRASE),
    OPENER("gespeichert von", OPENER_CREDIT),
    OPENER("interview", OPENER_COLON),
    OPENER("interview by", OPENER_CREDIT),
    OPENER("interview von", OPENER_CREDIT),
    OPENER("kolumne von", OPENER_PHRASE),
    OPENER("kommentar von", OPENER_PHRASE),
    OPENER("par", OPENER_WORD),
    OPENER("por", OPENER_WORD),
    OPENER("posted by", OPENER_PHRASE),
    OPENER("pressemitteilung von", OPENER_CREDIT),
    OPENER("przez", OPENER_WORD),
    OPENER("publicado por", OPENER_PHRASE),
    OPENER("published by", OPENER_CREDIT),
    OPENER("publié par", OPENER_PHRASE),
    OPENER("redaktion", OPENER_COLON),
    OPENER("reportage von", OPENER_CREDIT),
    OPENER("reviewed by", OPENER_CREDIT),
    OPENER("scritto da", OPENER_PHRASE),
    OPENER("story by", OPENER_PHRASE),
    OPENER("submitted by", OPENER_CREDIT),
    OPENER("text", OPENER_LABEL),
    OPENER("texte", OPENER_LABEL),
    OPENER("verfasst von", OPENER_PHRASE),
    OPENER("veröffentlicht von", OPENER_PHRASE),
    OPENER("view all posts by", OPENER_CREDIT),
    OPENER("vom", OPENER_PARTICLE),
    OPENER("von", OPENER_PARTICLE),
    OPENER("words by", OPENER_PHRASE),
    OPENER("written and edited by", OPENER_CREDIT),
    OPENER("written by", OPENER_PHRASE),
    OPENER("yazan", OPENER_COLON),
    OPENER("yazar", OPENER_COLON),
    OPENER("zeige alle beiträge von", OPENER_CREDIT),
    OPENER("\xC2\xA9", OPENER_CREDIT),
    OPENER("écrit par", OPENER_PHRASE),
    OPENER("责任编辑", OPENER_COLON),
    OPENER("автор", OPENER_LABEL),
};

enum { OPENERS = sizeof openers / sizeof *openers };

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

/* `:`, or the wide one of Chinese at s[at].  return  its length; 0: there is none */
static size_t colon_at(dm_str s, size_t at)
{
    if (at < s.len && s.ptr[at] == ':')
        return 1;
    return s.len - at >= 3 && !memcmp(s.ptr + at, "\xEF\xBC\x9A", 3) ? 3 : 0;
}

/* Capitals and small letters are told apart by one bit. */
static unsigned key_of(char c)
{
    return (unsigned char)c | 0x20u;
}

/* The first opener that does not sort before those that begin with `key`. */
static size_t first_of(unsigned key)
{
    size_t low = 0, high = OPENERS;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (key_of(*openers[middle].words) < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct opener opener_of(dm_str s)
{
    const unsigned key = s.len ? key_of(*s.ptr) : 0;
    size_t best = 0, len = 0;
    for (size_t i = first_of(key); i < OPENERS && key_of(*openers[i].words) == key; i++)
        if (openers[i].len > len && openers[i].len <= s.len &&
            !strncasecmp(s.ptr, openers[i].words, openers[i].len)) {
            best = i;
            len = openers[i].len;
        }
    const size_t colon = len ? colon_at(s, len) : 0;
    if (!len || (openers[best].kind == OPENER_COLON && !colon))
        return (struct opener){.kind = OPENER_NONE};
    const size_t end = len + colon;
    return (struct opener){openers[best].kind, end, colon > 0, end == s.len || is_space(s.ptr[end])};
}

bool opener_is_sure(const struct opener *o)
{
    return o->kind == OPENER_PHRASE || o->kind == OPENER_COLON || (o->kind == OPENER_LABEL && o->colon);
}
