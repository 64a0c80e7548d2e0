/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * struct uio: a list of memory pieces being read from or written to, with a
 * position.  The KPI's calls are in <sys/uio.h>; inside the kernel a uio for
 * one piece lives on the stack:
 *
 *	struct uio uio;
 *	uio_single(&uio, buf, len, offset, UIO_SYSSPACE, UIO_READ);
 *
 * UIO_READ moves data from the object into the pieces.
 */
#ifndef KERNEL_FILE_UIO_H
#define KERNEL_FILE_UIO_H

#include <sys/types.h>
#include <sys/uio.h>

#include <stdbool.h>

struct uio_piece {
	user_addr_t up_base;
	user_size_t up_len;
};

struct uio {
	struct uio_piece *uio_piece;	/* array of uio_max */
	int uio_max;			/* capacity */
	int uio_cnt;			/* pieces in use, from uio_first */
	int uio_first;			/* current piece */
	off_t uio_off;
	user_ssize_t uio_left;		/* bytes */
	int uio_space;			/* UIO_SYSSPACE ... */
	int uio_dir;			/* UIO_READ or UIO_WRITE */
	bool uio_heap;			/* from uio_create() */
	struct uio_piece uio_one;	/* for uio_single() */
};

void uio_single(struct uio *uio, void *base, size_t len, off_t off, int space,
    int dir);

/*
 * A uio over an iovec array; checks lengths and addresses.
 *
 * Returns:   0, or EINVAL (count, overflow), EFAULT, ENOMEM
 * Ownership: uio_free() afterwards
 */
errno_t uio_from_iov(const struct iovec *iov, int cnt, off_t off, int space,
    int dir, struct uio **out);

#define UIO_PAGE_ZERO_END	4096

/* True when [addr, addr + len) may be a program's or kext's memory. */
static inline bool
user_range_ok(user_addr_t addr, user_size_t len)
{
	user_addr_t last = addr + len - 1;

	if (len == 0)
		return (true);
	if (addr < UIO_PAGE_ZERO_END || last < addr)
		return (false);
	/* Canonical, and both ends in the same half. */
	return ((addr >> 47 == 0 || addr >> 47 == 0x1ffff) &&
	    addr >> 47 == last >> 47);
}

/*
 * Whether a program's memory is there, for calls that use it in place: every
 * page of the range is mapped, and may be written.  What a program owns stays
 * mapped for as long as it has it, so a range that was there at the start of
 * a call is there until its end.
 */
bool user_readable(const void *p, size_t len);
bool user_writable(void *p, size_t len);

/*
 * The same for a string, its NUL included.
 *
 * Returns:   0, or EFAULT; ENAMETOOLONG when no NUL is within max bytes
 */
errno_t user_string(const char *s, size_t max);

#endif /* KERNEL_FILE_UIO_H */
