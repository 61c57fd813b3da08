/* Running a program and seeing what it costs. */
#ifndef DOCMILL_BENCH_MEASURE_H
#define DOCMILL_BENCH_MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cost {
    double wall, cpu;  /* seconds; cpu: of the program and all that it waited for */
    uint64_t pss_peak; /* KiB, of all its processes together; 0 unless sampled */
};

/* Run `args` (NULL-terminated) with standard output thrown away.  Exits with a message if it fails.
 * sample  look at the memory every 50 ms */
struct cost measure_run(const char *const *args, bool sample);

/* The median of [n] values, which are sorted. */
double measure_median(double *values, size_t n);

/* Write a pipeline that passes the files of `in` through `extract: text` to the JSONL file `out`. */
void measure_pipeline(const char *path, const char *in, const char *out, const char *workers);

#endif
