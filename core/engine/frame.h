/* What the processes say to each other: frames over pipes and sockets, and one page of shared memory for
 * each worker in which it says what it is at.
 *
 *   supervisor to worker   DOCUMENT, END
 *   worker to supervisor   READY, SENT, RETRY, STOP, LOG
 *   worker to writer       RECORD, FATE
 *   supervisor to writer   RESUME, ATTACH (with a pipe), DETACH, TOMBSTONE, FINISH, END
 *   writer to supervisor   READY, SETTLED, DETACHED, FINISHED, STOP, LOG
 *
 * Both ends are the same program on the same machine, so numbers travel in its byte order. */
#ifndef DOCMILL_CORE_FRAME_H
#define DOCMILL_CORE_FRAME_H

#include <stdatomic.h>

#include "core/chain/chain.h"
#include "core/text/hash.h"

enum dm_frame_type {
    DM_FRAME_READY = 1, /* plugins are loaded and stages opened; number: resident bytes.  The writer's holds
                           the outputs' first TOKEN frames */
    DM_FRAME_DOCUMENT,  /* number, dm_frame_document, path */
    DM_FRAME_SENT,      /* number: documents whose fate went to the writer since the last SENT */
    DM_FRAME_RETRY,     /* a fate: not settled, to be tried again */
    DM_FRAME_STOP,      /* a fate or only why: the run cannot go on */
    DM_FRAME_LOG,       /* dm_frame_log, source, line */
    DM_FRAME_RECORD,    /* number, dm_frame_record, source, part name, bytes */
    DM_FRAME_FATE,      /* number, dm_fate, counts, nanoseconds, why: the document is complete */
    DM_FRAME_ATTACH,    /* number: the worker's; a pipe comes along */
    DM_FRAME_DETACH,    /* number: the worker's, which is gone: read what its pipe holds, no further */
    DM_FRAME_DETACHED,  /* number: the worker's; dm_frame_detached, a bit for each document held */
    DM_FRAME_TOMBSTONE, /* as FATE, without records before it */
    DM_FRAME_SETTLED,   /* number: how many; their FATE frames and then TOKEN frames are the payload */
    DM_FRAME_NEWEST,    /* number: of the last document that there is now: commit as soon as all up to
                           it are there */
    DM_FRAME_FINISH,    /* number: documents there are; all below are settled: finish the outputs */
    DM_FRAME_FINISHED,  /* the outputs took their names; TOKEN frames are the payload */
    DM_FRAME_END,       /* no more documents; leave */
    DM_FRAME_RESUME,    /* where to start from: for each output a TOKEN frame, whose payload has the flags
                           (DM_RESUME_..., uint32_t) before the token */
    DM_FRAME_TOKEN,     /* number: the output's step; the bytes that its commit() put */
    DM_FRAME_TOUCH,     /* within the supervisor: an input is unchanged and has another time of change, the
                           number; its source */
    DM_FRAME_LAST = DM_FRAME_TOUCH
};

/* Before everything that is sent. */
struct dm_frame {
    uint32_t size; /* of the whole frame, this head included */
    uint32_t type;
    uint64_t number;
};
enum { DM_FRAME_MAX = 0x7fffffff };

struct dm_frame_document {
    uint64_t revision;
    uint32_t path_len, source_at; /* the source is the path from there on */
};

struct dm_frame_record {
    uint64_t revision;
    uint32_t step, part;
    uint32_t source_len, part_name_len;
    char id[32];
};

/* What became of a document, as the worker saw it. */
struct dm_fate {
    uint64_t bytes, edits;            /* read; changes made */
    unsigned char hash[DM_HASH_SIZE]; /* XXH3-128 of the bytes; zero if they were not read */
    uint64_t size;                    /* of the input when it was opened */
    int64_t modified;                 /* ns since 1970, or DM_LEDGER_UNSURE; 0: it was not opened */
    int32_t status, step;             /* dm_status; index of the step, -1: reading */
    uint32_t count_len;               /* dm_fate_count that follow */
    uint32_t metric_len;              /* dm_fate_metric that follow */
    uint32_t step_len;                /* uint64_t that follow: nanoseconds of reading, then of each step */
    uint32_t why_len;                 /* bytes that follow */
    uint32_t result_len; /* bytes of dm_fate_result, each with its place, that follow; by the writer */
    uint32_t attempts;   /* set by the supervisor in tombstones */
};
struct dm_fate_count {
    uint32_t step, rule;
    uint64_t made, flagged;
};
struct dm_fate_metric {
    uint32_t step, metric; /* of the step's, numbered through */
    uint64_t n;
};

/* One record in one output. */
struct dm_fate_result {
    uint32_t step, part;
    uint32_t refused;                 /* 1: the output would not have it */
    uint32_t place_len;               /* bytes that follow */
    unsigned char hash[DM_HASH_SIZE]; /* XXH3-128 of the record */
};

struct dm_frame_log {
    int32_t level, step; /* step -1: none */
    uint32_t source_len;
};

/* What the writer has when it lets go of a worker's pipe: all documents below `next`, and next + i where
 * bit i of the bytes that follow is set. */
struct dm_frame_detached {
    uint64_t next;
    uint64_t broken; /* 1: the worker sent something that is no document; the rest was not read */
};

/* A worker's page: written by the worker alone, read by the supervisor. */
struct dm_slot {
    _Atomic uint64_t number; /* of the document at work; 0: none */
    _Atomic uint64_t since;  /* ns, monotonic: when it began */
    _Atomic int32_t step;    /* at work; -1: no plugin is */
};

/* The inherited descriptors of a worker and of the writer.  Standard input and output are not among them,
 * so that a plugin may print. */
enum { DM_FD_CONTROL = 3, DM_FD_RECORDS, DM_FD_JOB, DM_FD_SLOT, DM_FD_END };

/* Nanoseconds, monotonic. */
uint64_t dm__clock(void);

/* A growing buffer of frames. */
struct dm_frames {
    char *ptr;
    size_t from, to, cap; /* [from, to) is yet to be used */
};

/* Room for `size` more bytes behind the last; NULL: no memory.  The caller moves `to`. */
char *dm__frames_reserve(struct dm_frames *f, size_t size);

/* Add a frame's head and room for its payload.
 * return  the payload's place; NULL: no memory, or the frame would exceed DM_FRAME_MAX */
char *dm__frames_add(struct dm_frames *f, enum dm_frame_type type, uint64_t number, size_t payload);

/* A frame in a buffer. */
struct dm_frame_view {
    uint32_t type;
    uint64_t number;
    dm_str payload; /* not aligned */
    size_t size;    /* of the whole: move `from` by it when done */
};

/* The next complete frame; it stays in the buffer until `from` is moved past it.
 * return  1: *out is set, 0: more bytes are needed, -1: this is no frame */
int dm__frames_peek(const struct dm_frames *f, struct dm_frame_view *out);

void dm__frames_fini(struct dm_frames *f);

/* Write all of [from, to), blocking; SIGPIPE must be ignored.  false: errno. */
bool dm__frames_flush(struct dm_frames *f, int fd);

/* Read once, at least one byte, blocking.  return  bytes; 0: end; -1: errno */
ssize_t dm__frames_read(struct dm_frames *f, int fd, size_t at_most);

/* The parts of a fate's payload; false: it is malformed. */
struct dm_fate_view {
    struct dm_fate head;
    const char *counts, *metrics, *steps; /* unaligned: memcpy */
    dm_str why, results;
};
bool dm__fate_read(dm_str payload, struct dm_fate_view *out);

/* The next of a fate's results, which is taken off.  false: there is none, or it is malformed */
bool dm__fate_next_result(dm_str *results, struct dm_fate_result *head, dm_str *place);

/* Add a fate frame (FATE, TOMBSTONE, RETRY or STOP) without counts, metrics, times and results: a failure.
 * false: no memory */
bool dm__fate_add(struct dm_frames *f, enum dm_frame_type type, uint64_t number, const struct dm_fate *head,
                  dm_str why);

#endif
