/* A main() for fuzzers without libFuzzer: runs each file that is named, and each file of each folder
 * that is named, through LLVMFuzzerTestOneInput() once.  Corpora thus are tests under every compiler.
 *
 * A run over nothing fails: it would prove nothing. */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Read to the end into a block of exactly the file's size, so that the address sanitizer sees the
 * first byte that is read beyond it. */
static uint8_t *read_file(const char *path, size_t size)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return NULL;
    uint8_t *data = malloc(size > 0 ? size : 1);
    if (data && fread(data, 1, size, f) != size) {
        free(data);
        data = NULL;
    }
    fclose(f);
    return data;
}

static bool replay_path(const char *path, size_t *runs);

static bool replay_folder(const char *path, size_t *runs)
{
    struct dirent **entries;
    const int count = scandir(path, &entries, NULL, alphasort);
    if (count < 0)
        return false;
    bool ok = true;
    for (int i = 0; i < count; i++) {
        char below[4096];
        const char *name = entries[i]->d_name;
        if (ok && name[0] != '.') {
            snprintf(below, sizeof below, "%s/%s", path, name);
            ok = replay_path(below, runs);
        }
        free(entries[i]);
    }
    free(entries);
    return ok;
}

static bool replay_path(const char *path, size_t *runs)
{
    struct stat st;
    if (stat(path, &st) < 0) {
        perror(path);
        return false;
    }
    if (S_ISDIR(st.st_mode))
        return replay_folder(path, runs);
    uint8_t *data = read_file(path, (size_t)st.st_size);
    if (!data) {
        perror(path);
        return false;
    }
    fprintf(stderr, "%s\n", path);
    LLVMFuzzerTestOneInput(data, (size_t)st.st_size);
    free(data);
    ++*runs;
    return true;
}

int main(int argc, char **argv)
{
    size_t runs = 0;
    for (int i = 1; i < argc; i++)
        if (!replay_path(argv[i], &runs))
            return 1;
    if (runs == 0) {
        fputs("nothing to run: name a corpus folder with files in it\n", stderr);
        return 1;
    }
    printf("%zu inputs\n", runs);
    return 0;
}
