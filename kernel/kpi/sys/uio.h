/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/uio.h>: scatter/gather descriptions of memory to move data to or from.
 *
 * A uio is an opaque list of (address, length) vectors with a direction and
 * an offset. uiomove() moves data between it and a kernel buffer and advances
 * it.
 */
#ifndef _SYS_UIO_H_
#define _SYS_UIO_H_

#include <sys/kernel_types.h>

struct iovec {
	void	*iov_base;
	size_t	 iov_len;
};

#ifdef KERNEL
enum uio_rw {
	UIO_READ,
	UIO_WRITE
};

/* Where the vectors point: UIO_USERSPACE memory belongs to a process. */
enum uio_seg {
	UIO_USERSPACE = 0,
	UIO_SYSSPACE = 2,
	UIO_USERSPACE32 = 5,
	UIO_USERSPACE64 = 8,
	UIO_SYSSPACE32 = 11
};

#define UIO_SEG_IS_USER_SPACE(seg)					\
	((seg) == UIO_USERSPACE || (seg) == UIO_USERSPACE32 ||		\
	    (seg) == UIO_USERSPACE64)

#define UIO_MAXIOV		1024
#define UIO_SMALLIOV		8

__BEGIN_DECLS

/*
 * New uio for iovcount vectors (max 1024); spacetype
 * UIO_SYSSPACE/UIO_USERSPACE..., direction UIO_READ/UIO_WRITE; NULL on
 * failure.
 */
uio_t uio_create(int a_iovcount, off_t a_offset, int a_spacetype,
    int a_iodirection);

/*
 * Re-initialises.
 */
void uio_reset(uio_t a_uio, off_t a_offset, int a_spacetype, int a_iodirection);

/*
 * Copy or NULL.
 */
uio_t uio_duplicate(uio_t a_uio);

/*
 * Releases.
 */
void uio_free(uio_t a_uio);

/*
 * Appends a vector; 0 or -1 when full.
 */
int uio_addiov(uio_t a_uio, user_addr_t a_baseaddr, user_size_t a_length);

/*
 * Reads vector index; 0 or -1.
 */
int uio_getiov(uio_t a_uio, int a_index, user_addr_t *a_baseaddr_p,
    user_size_t *a_length_p);

/*
 * Consumes count bytes.
 */
void uio_update(uio_t a_uio, user_size_t a_count);

/*
 * Bytes left.
 */
user_ssize_t uio_resid(uio_t a_uio);

/*
 * Sets bytes left (stored as given, no check).
 */
void uio_setresid(uio_t a_uio, user_ssize_t a_value);

/*
 * Active vectors.
 */
int uio_iovcnt(uio_t a_uio);

/*
 * File offset.
 */
off_t uio_offset(uio_t a_uio);

/*
 * File offset.
 */
void uio_setoffset(uio_t a_uio, off_t a_offset);

/*
 * UIO_READ or UIO_WRITE; -1 NULL.
 */
int uio_rw(uio_t a_uio);

/*
 * Sets direction.
 */
void uio_setrw(uio_t a_uio, int a_value);

/*
 * 1 when user memory.
 */
int uio_isuserspace(uio_t a_uio);

/*
 * Current base or 0.
 */
user_addr_t uio_curriovbase(uio_t a_uio);

/*
 * Current length or 0.
 */
user_size_t uio_curriovlen(uio_t a_uio);

/*
 * Moves up to n bytes between cp and the uio in its direction; 0 or EFAULT;
 * updates it.
 */
int uiomove(const char *cp, int n, struct uio *uio);

/*
 * Same with 64-bit address.
 */
int uiomove64(const __uint64_t cp, int n, struct uio *uio);

__END_DECLS
#endif /* KERNEL */

#endif /* _SYS_UIO_H_ */
