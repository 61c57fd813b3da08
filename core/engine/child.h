/* What every child of the supervisor does first. */
#ifndef DOCMILL_CORE_CHILD_H
#define DOCMILL_CORE_CHILD_H

#include "core/engine/frame.h"
#include "core/engine/job.h"

/* A worker's exit status: it has grown by half of a document's memory, or lost what starts its programs, and wants a
 * successor. */
enum { DM_WORKER_RENEW = 75 };

/* Die with the supervisor, ignore the terminal's signals, let go of all descriptors but ours, read the job.
 * return  false: a STOP frame with the reason was sent, or there is nobody to hear it; leave */
bool dm__child_begin(struct dm_job *job);

/* Let malloc() keep what is freed: documents come and go, as does what a plugin's library takes for each, and memory
 * that is given back between two of them costs a page fault for each page when it is asked for again. */
void dm__child_keep_memory(void);

/* Make the folders that are written, empty the environment, fork what starts programs (for a worker), enter the
 * sandbox of the role, and only then load plugins.  What is to be open in there is opened before.
 * return  false: a STOP frame with the reason was sent; leave */
bool dm__child_confine(struct dm_job *job, enum dm_role role);

/* Resident bytes of this process; 0: unknown. */
uint64_t dm__child_resident(void);

/* The same of the process whose /proc/PID/statm this is; -1: none. */
uint64_t dm__child_resident_of(int statm);

/* Send a frame on the control socket at once.  false: the supervisor is gone */
bool dm__child_send(enum dm_frame_type type, uint64_t number, dm_str payload);

/* Say why the run cannot go on. */
void dm__child_stop(int32_t step, const char *why);

/* Send a LOG frame. */
void dm__child_log(int32_t step, int32_t level, dm_str source, dm_str line);

#endif
