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
 * Makes a uio with room for a_iovcount vectors, empty at first.
 * Returns:   the uio; NULL for more than UIO_MAXIOV vectors or without
 *            memory
 * Ownership: the caller's, ended with uio_free()
 * Context:   thread, may block
 */
uio_t uio_create(int a_iovcount, off_t a_offset, int a_spacetype,
    int a_iodirection);

/*
 * Makes a uio empty again, with a new offset, space and direction.
 * Context:   any thread
 */
void uio_reset(uio_t a_uio, off_t a_offset, int a_spacetype, int a_iodirection);

/*
 * Copies a uio with its vectors and position; the memory described is shared.
 * Returns:   the copy, or NULL without memory
 * Ownership: the copy is the caller's, ended with uio_free()
 * Context:   thread, may block
 */
uio_t uio_duplicate(uio_t a_uio);

/*
 * Ends a uio; the memory it describes is not touched.
 * Context:   any thread
 */
void uio_free(uio_t a_uio);

/*
 * Appends a vector.
 * Returns:   0, or -1 when there is no room for another
 * Context:   any thread
 * Units:     a_length in bytes
 */
int uio_addiov(uio_t a_uio, user_addr_t a_baseaddr, user_size_t a_length);

/*
 * Reads the vector a_index of those still active.
 * Returns:   0, or -1 when there is no such vector
 * Context:   any thread
 */
int uio_getiov(uio_t a_uio, int a_index, user_addr_t *a_baseaddr_p,
    user_size_t *a_length_p);

/*
 * Advances past a_count bytes, as uiomove() does after moving them.
 * Context:   any thread
 * Units:     a_count in bytes
 */
void uio_update(uio_t a_uio, user_size_t a_count);

/*
 * The bytes that remain to be moved.
 * Returns:   bytes
 * Context:   any thread
 */
user_ssize_t uio_resid(uio_t a_uio);

/*
 * Sets the bytes that remain, unchecked.
 * Context:   any thread
 */
void uio_setresid(uio_t a_uio, user_ssize_t a_value);

/*
 * The number of vectors still active.
 * Returns:   the number
 * Context:   any thread
 */
int uio_iovcnt(uio_t a_uio);

/*
 * The file offset.
 * Returns:   the offset
 * Context:   any thread
 * Units:     bytes
 */
off_t uio_offset(uio_t a_uio);

/*
 * Sets the file offset.
 * Context:   any thread
 */
void uio_setoffset(uio_t a_uio, off_t a_offset);

/*
 * The direction: UIO_READ moves data into the vectors.
 * Returns:   UIO_READ or UIO_WRITE; -1 for NULL
 * Context:   any thread
 */
int uio_rw(uio_t a_uio);

/*
 * Sets the direction.
 * Context:   any thread
 */
void uio_setrw(uio_t a_uio, int a_value);

/*
 * Whether the vectors point to a program's memory.
 * Returns:   1 or 0
 * Context:   any thread
 */
int uio_isuserspace(uio_t a_uio);

/*
 * The address where the next byte goes to or comes from.
 * Returns:   the address, or 0 when no vector remains
 * Context:   any thread
 */
user_addr_t uio_curriovbase(uio_t a_uio);

/*
 * The bytes that remain in the current vector.
 * Returns:   bytes; 0 when no vector remains
 * Context:   any thread
 */
user_size_t uio_curriovlen(uio_t a_uio);

/*
 * Moves up to n bytes between cp and the uio, in the uio's direction, and
 * advances it.
 * Returns:   0, or EFAULT for a bad address in the uio
 * Context:   thread, may block
 * Units:     n in bytes
 */
int uiomove(const char *cp, int n, struct uio *uio);

/*
 * uiomove() with the kernel address as an integer.
 * Returns:   0, or EFAULT for a bad address in the uio
 * Context:   thread, may block
 * Units:     n in bytes
 */
int uiomove64(const __uint64_t cp, int n, struct uio *uio);

__END_DECLS
#endif /* KERNEL */

#endif /* _SYS_UIO_H_ */
