/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lock annotations for clang's -Wthread-safety (make check); nothing to gcc.
 */
#ifndef KERNEL_SYNC_ANNOTATE_H
#define KERNEL_SYNC_ANNOTATE_H

#if defined(__clang__)
#define LOCK_ATTR(x)		__attribute__((x))
#else
#define LOCK_ATTR(x)
#endif

#define CAPABILITY(x)		LOCK_ATTR(capability(x))
#define GUARDED_BY(x)		LOCK_ATTR(guarded_by(x))
#define PT_GUARDED_BY(x)	LOCK_ATTR(pt_guarded_by(x))
#define REQUIRES(...)		LOCK_ATTR(requires_capability(__VA_ARGS__))
#define REQUIRES_SHARED(...)	LOCK_ATTR(requires_shared_capability(__VA_ARGS__))
#define ACQUIRES(...)		LOCK_ATTR(acquire_capability(__VA_ARGS__))
#define ACQUIRES_SHARED(...)	LOCK_ATTR(acquire_shared_capability(__VA_ARGS__))
#define RELEASES(...)		LOCK_ATTR(release_capability(__VA_ARGS__))
#define TRY_ACQUIRES(...)	LOCK_ATTR(try_acquire_capability(__VA_ARGS__))
#define EXCLUDES(...)		LOCK_ATTR(locks_excluded(__VA_ARGS__))
#define ASSERTS_HELD(x)		LOCK_ATTR(assert_capability(x))
#define NO_LOCK_ANALYSIS	LOCK_ATTR(no_thread_safety_analysis)

#endif /* KERNEL_SYNC_ANNOTATE_H */
