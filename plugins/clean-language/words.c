#include "words.h"

#include <endian.h>
#include <string.h>

enum { SHORTEST = 2, LONGEST = 4, WORDS_AHEAD = 8, BLOCK = WORDS_BLOCK };

static const uint64_t HIGH_BITS = 0x8080808080808080u, ONES = 0x0101010101010101u;

static uint64_t load(const char *p)
{
    uint64_t bytes;
    memcpy(&bytes, p, sizeof bytes);
    return le64toh(bytes);
}

size_t words_ones(uint64_t v)
{
    v -= v >> 1 & 0x5555555555555555u;
    v = (v & 0x3333333333333333u) + (v >> 2 & 0x3333333333333333u);
    return (size_t)(((v + (v >> 4)) & 0x0F0F0F0F0F0F0F0Fu) * ONES >> 56);
}

/* The bytes of a word that begin a character. */
static size_t characters(uint64_t bytes)
{
    const uint64_t following = bytes & (~bytes << 1) & HIGH_BITS; /* 10xxxxxx */
    return sizeof bytes - (size_t)(((following >> 7) * ONES) >> 56);
}

/* By Knuth's multiplicative hash, the upper 16 bits. */
static uint16_t hash_of(uint64_t word)
{
    return (uint16_t)((word * 0x9E3779B97F4A7C15u) >> 48);
}

/* Its first bits. */
static size_t slot_of(uint16_t hash)
{
    return hash / (UINT16_MAX / WORDS_SLOTS + 1);
}

uint16_t words_hash(dm_str word)
{
    uint64_t bytes = 0;
    memcpy(&bytes, word.ptr, word.len);
    return hash_of((le64toh(bytes) | 0x20 * ONES) & (~(uint64_t)0 >> 8 * (sizeof bytes - word.len)));
}

/* Letters among 64 bytes of a text. */
struct letters {
    uint64_t all, wide;
};

static struct letters letters_at(dm_array classes, size_t block)
{
    if (block >= classes.count)
        return (struct letters){0, 0};
    const dm_classes *const c = DM_AT(dm_classes, classes, block);
    return (struct letters){c->small | c->capital | c->wide, c->wide};
}

/* The letters `by` bytes further on. */
static uint64_t ahead(uint64_t here, uint64_t next, unsigned by)
{
    return here >> by | next << (64 - by);
}

/* Where words of 2 to 4 bytes begin. */
static uint64_t short_words(struct letters here, struct letters next, uint64_t begins)
{
    const uint64_t one = ahead(here.all, next.all, 1), two = one & ahead(here.all, next.all, 2);
    return begins & one & ~(two & ahead(here.all, next.all, 3) & ahead(here.all, next.all, 4));
}

/* Where words with longer characters, of at most 8 bytes, begin. */
static uint64_t wide_words(struct letters here, struct letters next, uint64_t begins)
{
    uint64_t inside = here.all, wide = here.wide;
    for (unsigned by = 1; by < sizeof(uint64_t); by++) {
        inside &= ahead(here.all, next.all, by);
        wide |= inside & ahead(here.wide, next.wide, by);
    }
    return begins & wide & ~(inside & ahead(here.all, next.all, sizeof(uint64_t)));
}

/* The letters of the word of at most 8 bytes at a place among 64 bytes, which are all[0] and the next ones.
 * bytes  the eight from that place on */
static uint64_t cut_word(uint64_t bytes, unsigned place, const uint64_t all[2], unsigned *past)
{
    const uint64_t gaps = ~(all[0] >> place | all[1] << 1 << (63 - place));
    *past = (unsigned)sizeof bytes - (unsigned)__builtin_ctzll(gaps | 1ull << sizeof bytes);
    return (bytes | 0x20 * ONES) &
           (~(uint64_t)0 >> 8 * (*past % sizeof bytes)); /* all of them: no word is there */
}

/* Of words with longer characters, those that have 2 to 4 letters.
 * p  64 bytes of the text and eight behind them */
static uint64_t of_few_letters(const char *p, uint64_t places, const uint64_t all[2])
{
    uint64_t kept = 0;
    for (; places; places &= places - 1) {
        unsigned past;
        const unsigned place = (unsigned)__builtin_ctzll(places);
        const uint64_t word = cut_word(load(p + place), place, all, &past);
        const size_t letters = characters(word) - past;
        kept |= (uint64_t)(letters >= SHORTEST && letters <= LONGEST) << place;
    }
    return kept;
}

/* Read the words at the places.  Always eight at a time, as nobody could foresee how many there are; what is behind
 * the last one is written over. */
static size_t hash_words(const char *p, uint64_t places, const uint64_t all[2], uint16_t *out)
{
    const size_t count = words_ones(places);
    do {
        for (unsigned i = 0; i < WORDS_AHEAD; i++, places &= places - 1) {
            unsigned past;
            const unsigned place = (unsigned)__builtin_ctzll(places | 1ull << 63);
            *out++ = hash_of(cut_word(load(p + place), place, all, &past));
        }
    } while (places);
    return count;
}

/* Look where words begin in a block. */
static void read_block(struct words *w, size_t block)
{
    const struct letters here = letters_at(w->classes, block), next = letters_at(w->classes, block + 1);
    const uint64_t before = block ? letters_at(w->classes, block - 1).all >> 63 : 0;
    const uint64_t begins = here.all & ~(here.all << 1 | before);
    const size_t base = block * BLOCK, left = w->text.len - base;
    w->block = block;
    w->p = w->text.ptr + base;
    if (left < BLOCK + sizeof(uint64_t)) /* so that no byte beyond the text is read */
        w->p = memcpy(memset(w->tail, 0, sizeof w->tail), w->p, left);
    w->letters[0] = here.all;
    w->letters[1] = next.all;
    w->places = short_words(here, next, begins);
    if (here.wide | next.wide) {
        const uint64_t wide = wide_words(here, next, begins);
        w->places = (w->places & ~wide) | of_few_letters(w->p, wide, w->letters);
    }
    w->wanted = 0;
}

void words_end(struct words *w)
{
    if (w->wanted)
        w->count += hash_words(w->p, w->wanted, w->letters, w->hashes + w->count);
    w->wanted = 0;
}

size_t words_add(struct words *w, dm_span at)
{
    size_t first = SIZE_MAX;
    for (size_t block = at.begin / BLOCK; block * BLOCK < at.end; block++) {
        uint64_t own = UINT64_MAX;
        if (block == at.begin / BLOCK)
            own <<= at.begin % BLOCK;
        if (block == at.end / BLOCK)
            own &= (1ull << at.end % BLOCK) - 1;
        if (block != w->block) {
            words_end(w);
            read_block(w, block);
        }
        if (first == SIZE_MAX)
            first = words_so_far(w);
        w->wanted |= w->places & own;
    }
    return first;
}

void words_count(struct word_counts *c, const uint16_t *hashes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        c->counts[slot_of(hashes[i])]++;
    c->total += count;
}

/* Languages share some short words, and in a long text nearly any may turn up once. */
static size_t often(const struct word_counts *c)
{
    return 1 + c->total / 250;
}

bool words_are_common(struct word_counts *c, const uint16_t *hashes, size_t count, size_t counted)
{
    enum { FEW = 4, MANY = 7 };
    const size_t elsewhere = often(c);
    size_t common = 0;
    for (size_t i = 0; i < counted; i++) /* its own do not count */
        c->counts[slot_of(hashes[i])]--;
    for (size_t i = 0; i < count; i++)
        common += c->counts[slot_of(hashes[i])] >= elsewhere;
    for (size_t i = 0; i < counted; i++)
        c->counts[slot_of(hashes[i])]++;
    /* Where there are few they must nearly all be common. */
    return count >= MANY ? common * 5 >= count * 2 : count >= FEW && common * 4 >= count * 3;
}
