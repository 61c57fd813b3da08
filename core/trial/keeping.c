/* What a stage does not give back: memory and descriptors that grow with each round of the same documents, or
 * with each time that it is opened.
 *
 * What malloc() has handed out is counted, so that this sees it without valgrind; a sanitizer's own allocator
 * does not tell, and finds leaks at the end. */
#include <dirent.h>
#include <malloc.h>
#include <stdlib.h>

#include "core/text/str.h"
#include "core/trial/trial.h"

/* Rounds until what is kept for good is there; rounds that must not add to it. */
enum { WARM = 2, ROUNDS = 3 };

struct held {
    size_t bytes, descriptors;
};

static struct held look(void)
{
    const struct mallinfo2 m = mallinfo2();
    struct held h = {.bytes = m.uordblks + m.hblkhd};
    DIR *const dir = opendir("/proc/self/fd");
    while (dir != NULL && readdir(dir) != NULL)
        h.descriptors++;
    if (dir != NULL)
        closedir(dir);
    return h;
}

/* Whether each of the rounds added to what was held. */
static bool grows(const struct held h[ROUNDS + 1], bool descriptors)
{
    for (size_t i = 0; i < ROUNDS; i++)
        if (descriptors ? h[i + 1].descriptors <= h[i].descriptors : h[i + 1].bytes <= h[i].bytes)
            return false;
    return true;
}

static void judge(struct dm_trial *t, const struct held h[ROUNDS + 1], const char *round)
{
    if (grows(h, false))
        dm__trial_find(t, DM_RULE_LEAKS, "%zu bytes are not given back in %d rounds of %s",
                       h[ROUNDS].bytes - h[0].bytes, ROUNDS, round);
    if (grows(h, true))
        dm__trial_find(t, DM_RULE_LEAKS, "%zu descriptors stay open in %d rounds of %s",
                       h[ROUNDS].descriptors - h[0].descriptors, ROUNDS, round);
}

static struct dm_bench *open_it(struct dm_trial *t, const struct dm_yaml *with)
{
    struct dm_outcome out;
    return dm__bench_open((struct dm_stage_ref){&t->file, t->stage}, with, DM_LIT("conformance.yaml"), &out);
}

static void run_round(struct dm_trial *t, struct dm_bench *b)
{
    for (size_t i = 0; i < t->document_count; i++) {
        const struct dm_trial_document *const d = &t->documents[i];
        struct dm_outcome out;
        if (dm__trial_is_small(d) && dm__trial_takes(t, d))
            dm__bench_run(b, &d->in, NULL, NULL, &out);
    }
}

void dm__trial_keeping(struct dm_trial *t)
{
    bool invented;
    struct held h[ROUNDS + 1];
    const struct dm_yaml *const with = dm__trial_with(t, &invented);
    if (dm__trial_begin(t, "gives back what it took for a document")) {
        struct dm_bench *const b = open_it(t, with);
        dm__trial_doing(t, "the same documents again and again");
        for (int i = 0; b != NULL && i < WARM + ROUNDS; i++) {
            run_round(t, b);
            h[i >= WARM ? i - WARM + 1 : 0] = look();
        }
        if (b != NULL)
            judge(t, h, "the same documents");
        dm__bench_close(b);
    }
    if (!dm__trial_begin(t, "gives back what it took to open"))
        return;
    dm__trial_doing(t, "opening and closing it again and again");
    for (int i = 0; i < WARM + ROUNDS; i++) {
        dm__bench_close(open_it(t, with));
        h[i >= WARM ? i - WARM + 1 : 0] = look();
    }
    judge(t, h, "opening and closing it");
}
