/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uio: the calls of <sys/uio.h>.
 *
 * Programs, kexts and kernel share one address space, so what is moved is
 * moved the same way for all: with copies that end in EFAULT at a bad address.
 */
#include "kernel/file/uio.h"

#include <sys/errno.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <string.h>

#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"

/* --- life -------------------------------------------------------------------------------- */

void
uio_single(struct uio *uio, void *base, size_t len, off_t off, int space,
    int dir)
{
	uio->uio_one.up_base = (user_addr_t)(uintptr_t)base;
	uio->uio_one.up_len = len;
	uio->uio_piece = &uio->uio_one;
	uio->uio_max = uio->uio_cnt = 1;
	uio->uio_first = 0;
	uio->uio_off = off;
	uio->uio_left = (user_ssize_t)len;
	uio->uio_space = space;
	uio->uio_dir = dir;
	uio->uio_heap = false;
}

uio_t
uio_create(int a_iovcount, off_t a_offset, int a_spacetype, int a_iodirection)
{
	struct uio *uio;

	if (a_iovcount < 0 || a_iovcount > UIO_MAXIOV)
		return (NULL);
	uio = kmalloc(sizeof(*uio) + (size_t)a_iovcount *
	    sizeof(struct uio_piece), M_WAITOK | M_ZERO);
	if (uio == NULL)
		return (NULL);
	uio->uio_piece = (struct uio_piece *)(uio + 1);
	uio->uio_max = a_iovcount;
	uio->uio_heap = true;
	uio_reset(uio, a_offset, a_spacetype, a_iodirection);
	return (uio);
}

void
uio_reset(uio_t uio, off_t a_offset, int a_spacetype, int a_iodirection)
{
	if (uio == NULL)
		return;
	uio->uio_cnt = uio->uio_first = 0;
	uio->uio_left = 0;
	uio->uio_off = a_offset;
	uio->uio_space = a_spacetype;
	uio->uio_dir = a_iodirection;
	memset(uio->uio_piece, 0, (size_t)uio->uio_max *
	    sizeof(struct uio_piece));
}

uio_t
uio_duplicate(uio_t uio)
{
	struct uio *copy;

	if (uio == NULL)
		return (NULL);
	copy = uio_create(uio->uio_max, uio->uio_off, uio->uio_space,
	    uio->uio_dir);
	if (copy == NULL)
		return (NULL);
	memcpy(copy->uio_piece, uio->uio_piece, (size_t)uio->uio_max *
	    sizeof(struct uio_piece));
	copy->uio_cnt = uio->uio_cnt;
	copy->uio_first = uio->uio_first;
	copy->uio_left = uio->uio_left;
	return (copy);
}

void
uio_free(uio_t uio)
{
	if (uio != NULL && uio->uio_heap)
		kfree(uio);
}

int
uio_addiov(uio_t uio, user_addr_t a_baseaddr, user_size_t a_length)
{
	struct uio_piece *up;

	if (uio == NULL || uio->uio_first + uio->uio_cnt >= uio->uio_max)
		return (-1);
	up = &uio->uio_piece[uio->uio_first + uio->uio_cnt];
	up->up_base = a_baseaddr;
	up->up_len = a_length;
	uio->uio_cnt++;
	uio->uio_left += (user_ssize_t)a_length;
	return (0);
}

errno_t
uio_from_iov(const struct iovec *iov, int cnt, off_t off, int space, int dir,
    struct uio **out)
{
	struct uio *uio;
	size_t total = 0;
	errno_t error = 0;

	if (cnt <= 0 || cnt > UIO_MAXIOV)
		return (EINVAL);
	if (!user_readable(iov, (size_t)cnt * sizeof(*iov)))
		return (EFAULT);
	uio = uio_create(cnt, off, space, dir);
	if (uio == NULL)
		return (ENOMEM);
	for (int i = 0; i < cnt; i++) {
		user_addr_t base = (user_addr_t)(uintptr_t)iov[i].iov_base;

		if (iov[i].iov_len > SSIZE_MAX - total)
			error = EINVAL;
		else if (dir == UIO_READ ?
		    !user_writable(iov[i].iov_base, iov[i].iov_len) :
		    !user_readable(iov[i].iov_base, iov[i].iov_len))
			error = EFAULT;
		if (error != 0) {
			uio_free(uio);
			return (error);
		}
		total += iov[i].iov_len;
		(void)uio_addiov(uio, base, iov[i].iov_len);
	}
	*out = uio;
	return (0);
}

/* --- questions ----------------------------------------------------------------------------- */

int
uio_getiov(uio_t uio, int a_index, user_addr_t *a_baseaddr_p,
    user_size_t *a_length_p)
{
	struct uio_piece *up;

	if (uio == NULL || a_index < 0 || a_index >= uio->uio_cnt)
		return (-1);
	up = &uio->uio_piece[uio->uio_first + a_index];
	if (a_baseaddr_p != NULL)
		*a_baseaddr_p = up->up_base;
	if (a_length_p != NULL)
		*a_length_p = up->up_len;
	return (0);
}

user_ssize_t
uio_resid(uio_t uio)
{
	return (uio != NULL ? uio->uio_left : 0);
}

void
uio_setresid(uio_t uio, user_ssize_t a_value)
{
	if (uio != NULL)
		uio->uio_left = a_value;
}

int
uio_iovcnt(uio_t uio)
{
	return (uio != NULL ? uio->uio_cnt : 0);
}

off_t
uio_offset(uio_t uio)
{
	return (uio != NULL ? uio->uio_off : 0);
}

void
uio_setoffset(uio_t uio, off_t a_offset)
{
	if (uio != NULL)
		uio->uio_off = a_offset;
}

int
uio_rw(uio_t uio)
{
	return (uio != NULL ? uio->uio_dir : -1);
}

void
uio_setrw(uio_t uio, int a_value)
{
	if (uio != NULL && (a_value == UIO_READ || a_value == UIO_WRITE))
		uio->uio_dir = a_value;
}

int
uio_isuserspace(uio_t uio)
{
	return (uio != NULL && uio->uio_space != UIO_SYSSPACE &&
	    uio->uio_space != UIO_SYSSPACE32);
}

user_addr_t
uio_curriovbase(uio_t uio)
{
	return (uio != NULL && uio->uio_cnt > 0 ?
	    uio->uio_piece[uio->uio_first].up_base : 0);
}

user_size_t
uio_curriovlen(uio_t uio)
{
	return (uio != NULL && uio->uio_cnt > 0 ?
	    uio->uio_piece[uio->uio_first].up_len : 0);
}

/* --- moving --------------------------------------------------------------------------------- */

/* len bytes of the current piece are done; an empty one is left behind. */
static inline void
piece_used(struct uio *uio, struct uio_piece *up, user_size_t len)
{
	up->up_base += len;
	up->up_len -= len;
	uio->uio_left -= (user_ssize_t)len;
	uio->uio_off += (off_t)len;
	if (up->up_len == 0) {
		uio->uio_first++;
		uio->uio_cnt--;
	}
}

void
uio_update(uio_t uio, user_size_t a_count)
{
	struct uio_piece *up;
	user_size_t n;

	if (uio == NULL || uio->uio_cnt == 0)
		return;
	if ((user_ssize_t)a_count > uio->uio_left)
		a_count = uio->uio_left > 0 ? (user_size_t)uio->uio_left : 0;
	uio->uio_left -= (user_ssize_t)a_count;
	uio->uio_off += (off_t)a_count;
	do {
		up = &uio->uio_piece[uio->uio_first];
		n = MIN(a_count, up->up_len);
		up->up_base += n;
		up->up_len -= n;
		a_count -= n;
		if (up->up_len > 0)
			break;
		uio->uio_first++;
		uio->uio_cnt--;
	} while (uio->uio_cnt > 0);
}

int
uiomove64(const __uint64_t cp, int n, struct uio *uio)
{
	char *p = (char *)(uintptr_t)cp;
	struct uio_piece *up;
	user_size_t len;
	int error;

	if (uio->uio_dir != UIO_READ && uio->uio_dir != UIO_WRITE)
		panic("uiomove: direction %d", uio->uio_dir);
	while (n > 0 && uio->uio_left > 0 && uio->uio_cnt > 0) {
		up = &uio->uio_piece[uio->uio_first];
		len = up->up_len;
		if (len > (user_size_t)n)
			len = (user_size_t)n;
		if (len > (user_size_t)uio->uio_left)
			len = (user_size_t)uio->uio_left;
		if (len > 0) {
			if (uio->uio_dir == UIO_READ)
				error = copyout(p, up->up_base, len);
			else
				error = copyin(up->up_base, p, len);
			if (error != 0)
				return (error);
		}
		piece_used(uio, up, len);
		p += len;
		n -= (int)len;
	}
	return (0);
}

int
uiomove(const char *cp, int n, struct uio *uio)
{
	return (uiomove64((__uint64_t)(uintptr_t)cp, n, uio));
}
